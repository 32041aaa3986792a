// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// A representation credential for a synthetic company of the example town, signed with the development agent's test
// issuer, as the wallet library holds credentials.
import {createHash, createPrivateKey, randomBytes, sign, X509Certificate} from 'node:crypto';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {SDJwtVcInstance} from '@sd-jwt/sd-jwt-vc';

export async function mandate(folder, wallet, {legal_name, identifier, scope}) {
  const vct = 'urn:stadtbuch:representation:1';
  const jwk = await wallet.newKey();
  const leaf = new X509Certificate(readFileSync(join(folder, 'pid-issuer.pem')));
  const key = createPrivateKey(readFileSync(join(folder, 'pid-issuer.key')));
  const issuer = new SDJwtVcInstance({
    signer: (data) => sign('sha256', Buffer.from(data), {key, dsaEncoding: 'ieee-p1363'}).toString('base64url'),
    signAlg: 'ES256', hashAlg: 'sha-256', saltGenerator: (length) => randomBytes(length).toString('base64url'),
    hasher: (data, algorithm) => new Uint8Array(createHash(algorithm.replace('-', '')).update(data).digest()),
  });
  const now = Math.floor(Date.now() / 1000);
  const compact = await issuer.issue(
    {vct, iat: now, exp: now + 86400, cnf: {jwk}, scope, legal_person: {legal_name, identifier},
      representative: {family_name: 'Müßig', given_name: 'Ayşe', birthdate: '1980-01-01'}},
    {_sd: ['scope'], legal_person: {_sd: ['legal_name', 'identifier']},
      representative: {_sd: ['family_name', 'given_name', 'birthdate']}},
    {header: {x5c: [leaf.raw.toString('base64')]}},
  );
  return {compact, jwk, vct};
}
