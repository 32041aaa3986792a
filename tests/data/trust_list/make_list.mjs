// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Makes eudi-lote.jwt beside itself with an independent library (npm @owf/eudi-lote 0.2.0, @owf/crypto 0.2.0, openssl):
// two providers, of which one is withdrawn, and a service of another type. The files are in the repository; this
// script says how they came about.
import {execFileSync} from 'node:child_process';
import {createPrivateKey} from 'node:crypto';
import {readFileSync, writeFileSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

import {ES256} from '@owf/crypto';
import {addTrustedEntity, createLoTE, service, signLoTE, trustedEntity, validateLoTE} from '@owf/eudi-lote';

const here = new URL('.', import.meta.url).pathname;
const work = mkdtempSync(join(tmpdir(), 'lote-'));
const openssl = (...given) => execFileSync('openssl', given, {cwd: work, stdio: ['ignore', 'pipe', 'ignore']});

function certificate(name, subject, extensions) {
  openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', name + '.key');
  openssl('req', '-x509', '-new', '-key', name + '.key', '-out', name + '.pem', '-days', '3650', '-subj', subject,
          ...extensions.flatMap((one) => ['-addext', one]));
  return readFileSync(join(work, name + '.pem'), 'utf8');
}

const authority = ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign,cRLSign'];
const body = (pem) => pem.replace(/-----[^-]+-----|\s/g, '');
const signer = certificate('operator', '/C=DE/O=Listenbetreiber/CN=Listenbetreiber',
                           ['basicConstraints=critical,CA:FALSE', 'keyUsage=critical,digitalSignature']);
const issuer = certificate('issuer', '/C=DE/O=Bundesdruckerei Test/CN=PID Test CA', authority);
const withdrawn = certificate('withdrawn', '/C=DE/O=Ehemals/CN=Ehemals CA', authority);

const entity = (name, type, pem, status) => {
  let made = service().name(name + ' Dienst').type(type).addCertificate(body(pem));
  if (status) made = made.status(status);
  return trustedEntity().name(name).postalAddress({StreetAddress: 'Weg 1', Locality: 'Berlin', PostalCode: '10115', Country: 'DE'})
    .email('mail@example.org').website('https://example.org').infoUri('https://example.org/info').addService(made.build()).build();
};
let list = createLoTE({
  LoTESequenceNumber: 7, LoTEType: 'http://uri.etsi.org/19602/LoTEType/EUPIDProvidersList',
  SchemeOperatorName: [{lang: 'en', value: 'List operator'}, {lang: 'de', value: 'Listenbetreiber'}],
  SchemeName: [{lang: 'en', value: 'Test'}], SchemeTerritory: 'DE',
  ListIssueDateTime: '2026-11-01T00:00:00.000Z', NextUpdate: '2036-05-01T00:00:00.000Z',
});
const issuance = 'http://uri.etsi.org/19602/SvcType/PID/Issuance';
list = addTrustedEntity(list, entity('Bundesdruckerei Test', issuance, issuer));
list = addTrustedEntity(list, entity('Ehemals', issuance, withdrawn, 'http://uri.etsi.org/19602/PubEAAProvidersList/SvcStatus/withdrawn'));
list = addTrustedEntity(list, entity('Wallet', 'http://uri.etsi.org/19602/SvcType/WalletSolution/Issuance', issuer));
const verdict = validateLoTE(list);
if (!verdict.valid) throw new Error(JSON.stringify(verdict.errors));
const key = createPrivateKey(readFileSync(join(work, 'operator.key'))).export({format: 'jwk'});
const signed = await signLoTE({lote: list, keyId: 'operator', signer: await ES256.getSigner(key), certificates: [signer]});
writeFileSync(join(here, 'eudi-lote.jwt'), signed.jws + '\n');
writeFileSync(join(here, 'operator.pem'), signer);
writeFileSync(join(here, 'issuer.pem'), issuer);
rmSync(work, {recursive: true});
