// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// A wallet made of independent libraries (@openid4vc for both protocols, @sd-jwt for the credentials) and a client of
// the agent's API. openWallet(FOLDER): FOLDER is a configuration made by `stadtbuch-agent init-dev`; the process needs
// NODE_EXTRA_CA_CERTS=FOLDER/ca.pem. `trust`: file in FOLDER with the authority that it believes. `place`: where alone it
// finds an issuer's documents, 'inserted' (host/.well-known/NAME/path) or 'appended' (host/path/.well-known/NAME).
import assert from 'node:assert/strict';
import {createHash, randomBytes, X509Certificate} from 'node:crypto';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import * as jose from 'jose';
import {clientAuthenticationAnonymous} from '@openid4vc/oauth2';
import {Openid4vciClient} from '@openid4vc/openid4vci';
import {Openid4vpClient} from '@openid4vc/openid4vp';
import {SDJwtVcInstance} from '@sd-jwt/sd-jwt-vc';
import {DcqlQuery} from 'dcql';

/// A credential as the library dcql takes it.
export const asCredential = (one, claims) => ({credential_format: 'dc+sd-jwt', vct: one.vct, cryptographic_holder_binding: true, claims});

export function openWallet(folder, {trust = 'ca.pem', place} = {}) {
  const base = /public_url = "([^"]+)"/.exec(readFileSync(join(folder, 'agent.toml'), 'utf8'))[1];
  const token = readFileSync(join(folder, 'api-token'), 'utf8').trim();
  const authority = new X509Certificate(readFileSync(join(folder, trust)));
  const privateKeys = new Map();  // thumbprint -> private key

  function certificateOf(text) {
    return new X509Certificate(Buffer.from(text, 'base64'));
  }

  function names(certificate) {
    const entries = (certificate.subjectAltName ?? '').split(', ');
    const of = (prefix) => entries.filter((one) => one.startsWith(prefix)).map((one) => one.slice(prefix.length));
    return {sanDnsNames: of('DNS:'), sanUriNames: of('URI:')};
  }

  async function keyOf(signer) {
    if (signer.method === 'x5c') {
      const leaf = certificateOf(signer.x5c[0]);
      assert.ok(leaf.verify(authority.publicKey), 'leaf is signed by the configured authority');
      return jose.exportJWK(leaf.publicKey);
    }
    if (signer.method === 'did') {
      const did = signer.didUrl.split('#')[0];
      const {host, pathname} = new URL(base);
      assert.equal(did, `did:web:${host.replace(':', '%3A')}${pathname.replace(/\/$/, '').replaceAll('/', ':')}`);
      const document = await (await fetch(base + (pathname === '/' ? '/.well-known/did.json' : '/did.json'))).json();
      assert.equal(document.id, did);
      assert.ok(document.authentication.includes(signer.didUrl));
      return document.verificationMethod.find((one) => one.id === signer.didUrl).publicKeyJwk;
    }
    return signer.publicJwk;
  }

  async function found(url, init) {
    const {pathname} = new URL(url);
    if (!place || !pathname.includes('/.well-known/')) return fetch(url, init);
    const there = pathname.startsWith('/.well-known/') ? 'inserted' : 'appended';
    return there === place ? fetch(url, init) : new Response('{}', {status: 404});
  }

  const callbacks = {
    fetch: found,
    hash: (data, algorithm) => new Uint8Array(createHash(algorithm.replace('-', '')).update(data).digest()),
    generateRandom: (length) => new Uint8Array(randomBytes(length)),
    clientAuthentication: clientAuthenticationAnonymous(),
    signJwt: async (signer, {header, payload}) => {
      const key = privateKeys.get(await jose.calculateJwkThumbprint(signer.publicJwk));
      const jwt = await new jose.SignJWT(payload).setProtectedHeader(header).sign(key);
      return {jwt, signerJwk: signer.publicJwk};
    },
    verifyJwt: async (signer, {compact}) => {
      const jwk = await keyOf(signer);
      try {
        await jose.compactVerify(compact, await jose.importJWK(jwk, 'ES256'));
        return {verified: true, signerJwk: jwk};
      } catch {
        return {verified: false};
      }
    },
    encryptJwe: async (encryptor, data) => {
      const jwe = await new jose.CompactEncrypt(new TextEncoder().encode(data))
        .setProtectedHeader({alg: encryptor.alg, enc: encryptor.enc, kid: encryptor.publicJwk.kid})
        .setKeyManagementParameters({apu: jose.base64url.decode(encryptor.apu ?? ''), apv: jose.base64url.decode(encryptor.apv ?? '')})
        .encrypt(await jose.importJWK(encryptor.publicJwk, encryptor.alg));
      return {jwe, encryptionJwk: encryptor.publicJwk};
    },
    decryptJwe: async () => ({decrypted: false}),
    getX509CertificateMetadata: (certificate) => names(certificateOf(certificate)),
  };
  const issuing = new Openid4vciClient({callbacks});
  const presenting = new Openid4vpClient({callbacks});

  async function api(path, body) {
    const answer = await fetch(base + path, {
      method: body ? 'POST' : 'GET',
      headers: {Authorization: `Bearer ${token}`, 'Content-Type': 'application/json'},
      body: body && JSON.stringify(body),
    });
    const value = await answer.json();
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${JSON.stringify(value)}`);
    return value;
  }

  async function newKey() {
    const pair = await jose.generateKeyPair('ES256', {extractable: true});
    const jwk = await jose.exportJWK(pair.publicKey);
    privateKeys.set(await jose.calculateJwkThumbprint(jwk), pair.privateKey);
    return jwk;
  }

  async function verifyIssuer(data, signature, options) {
    const header = options?.header ?? JSON.parse(Buffer.from(data.split('.')[0], 'base64url'));
    const jwk = await keyOf({method: 'x5c', x5c: header.x5c});
    await jose.compactVerify(`${data}.${signature}`, await jose.importJWK(jwk, 'ES256'));
    return true;
  }

  function holder(jwk) {
    return new SDJwtVcInstance({
      hasher: (data, algorithm) => callbacks.hash(typeof data === 'string' ? Buffer.from(data) : new Uint8Array(data), algorithm),
      hashAlg: 'sha-256',
      saltGenerator: (length) => randomBytes(length).toString('base64url'),
      signAlg: 'ES256',
      kbSignAlg: 'ES256',
      verifier: verifyIssuer,
      statusVerifier: verifyIssuer,
      kbSigner: async (data) => {
        const key = privateKeys.get(await jose.calculateJwkThumbprint(jwk));
        const {signature} = await new jose.FlattenedSign(Buffer.from(data.split('.')[1], 'base64url'))
          .setProtectedHeader(JSON.parse(Buffer.from(data.split('.')[0], 'base64url'))).sign(key);
        return signature;
      },
    });
  }

  /// The whole way of one offer.
  async function takeOffer(link, txCode, count = 3) {
    const credentialOffer = await issuing.resolveCredentialOffer(link);
    const issuerMetadata = await issuing.resolveIssuerMetadata(credentialOffer.credential_issuer);
    const {accessTokenResponse} = await issuing.retrievePreAuthorizedCodeAccessTokenFromOffer({credentialOffer, issuerMetadata, txCode});
    const configuration = credentialOffer.credential_configuration_ids[0];
    const {c_nonce: nonce} = await issuing.requestNonce({issuerMetadata});
    const jwks = await Promise.all(Array.from({length: count}, newKey));
    const proofs = [];
    for (const publicJwk of jwks) {
      const proof = await issuing.createCredentialRequestJwtProof({
        issuerMetadata, credentialConfigurationId: configuration, nonce, issuedAt: new Date(),
        signer: {method: 'jwk', publicJwk, alg: 'ES256'},
      });
      proofs.push(proof.jwt);
    }
    const answer = await issuing.retrieveCredentials({
      issuerMetadata, credentialConfigurationId: configuration, accessToken: accessTokenResponse.access_token, proofs: {jwt: proofs},
    });
    const {credentials, notification_id: notificationId} = answer.credentialResponse;
    assert.equal(credentials.length, count);
    await issuing.sendNotification({
      issuerMetadata, accessToken: accessTokenResponse.access_token, notification: {notificationId, event: 'credential_accepted'},
    });
    const held = credentials.map((one, index) => ({compact: one.credential, jwk: jwks[index]}));
    for (const one of held) {
      const {payload} = await holder(one.jwk).verify(one.compact);  // signature, times, status list
      assert.deepEqual(payload.cnf.jwk.x, one.jwk.x);
      one.vct = payload.vct;
      one.index = payload.status.status_list.uri + payload.status.status_list.idx;
    }
    assert.equal(new Set(held.map((one) => one.index)).size, count, 'every credential has a status entry of its own');
    return held;
  }

  function frameOf(paths) {
    const frame = {};
    for (const path of paths) {
      let at = frame;
      path.forEach((step, index) => { at = index + 1 === path.length ? (at[step] = true) : (at[step] ??= {}); });
    }
    return frame;
  }

  function agreedTo({transaction_data: data}) {
    return data && {transaction_data_hashes: data.map((text) => createHash('sha256').update(text).digest('base64url')), transaction_data_hashes_alg: 'sha-256'};
  }

  /// The first held credential of the wanted type, and the claims of the last set.
  async function firstOfType(dcql, held, queryId) {
    const query = dcql.credentials.find((one) => one.id === queryId) ?? dcql.credentials[0];
    const asked = query.claim_sets ? query.claims.filter((one) => query.claim_sets.at(-1).includes(one.id)) : query.claims ?? [];
    return {query, chosen: held.find((one) => query.meta.vct_values.includes(one.vct)), paths: asked.map((claim) => claim.path)};
  }

  /// Chosen by the library dcql. `lists`: type of a credential -> the trust list on which this wallet has found its issuer.
  function byDcql(lists = {}) {
    return async (asked, own) => {
      const query = DcqlQuery.parse(asked);
      DcqlQuery.validate(query);
      const candidates = await Promise.all(own.map(async (one) => ({
        ...asCredential(one, await holder(one.jwk).getClaims(one.compact)),
        authority: lists[one.vct] && {type: 'etsi_tl', values: [lists[one.vct]]},
      })));
      const found = DcqlQuery.query(query, candidates);
      assert.ok(found.can_be_satisfied, JSON.stringify(found.credential_matches));
      const [id, match] = Object.entries(found.credential_matches).find(([, one]) => one.success);
      const best = match.valid_credentials[0];
      const {valid_claim_indexes: indexes = []} = best.claims.valid_claim_sets[0];
      const chosen = query.credentials.find((one) => one.id === id);
      return {query: chosen, chosen: own[best.input_credential_index], paths: indexes.map((index) => chosen.claims[index].path)};
    };
  }

  /// Answers a request with what `choose` takes from the held credentials.
  async function present(link, held, queryId, choose = firstOfType) {
    const parsed = presenting.parseOpenid4vpAuthorizationRequest({authorizationRequest: link});
    const resolved = await presenting.resolveOpenId4vpAuthorizationRequest({authorizationRequestPayload: parsed.params});
    const request = resolved.authorizationRequestPayload;
    const {query, chosen, paths} = await choose(resolved.dcql.query, held, queryId);
    const compact = await holder(chosen.jwk).present(chosen.compact, frameOf(paths), {
      kb: {payload: {iat: Math.floor(Date.now() / 1000), aud: request.client_id, nonce: request.nonce, ...agreedTo(request)}},
    });
    const encrypted = request.response_mode === 'direct_post.jwt';
    const response = await presenting.createOpenid4vpAuthorizationResponse({
      authorizationRequestPayload: request,
      authorizationResponsePayload: {vp_token: {[query.id]: [compact]}},
      jarm: encrypted ? {
        encryption: {nonce: randomBytes(16).toString('base64url')},
        serverMetadata: {
          authorization_signing_alg_values_supported: [],
          authorization_encryption_alg_values_supported: ['ECDH-ES'],
          authorization_encryption_enc_values_supported: ['A128GCM', 'A256GCM'],
        },
      } : undefined,
    });
    const sent = await presenting.submitOpenid4vpAuthorizationResponse({
      authorizationRequestPayload: request, authorizationResponsePayload: response.authorizationResponsePayload, jarm: response.jarm,
    });
    assert.equal(sent.response.status, 200);
    return (await sent.response.clone().json().catch(() => ({}))).redirect_uri;
  }

  async function verify(body, held, queryId, choose) {
    const started = await api('/api/verifications', body);
    await present(started.link, held, queryId, choose);
    return api(`/api/verifications/${started.id}`);
  }

  async function offer(kind, body) {
    const made = await api('/api/cases', {kind, ...body});
    const decided = await api(`/api/cases/${made.id}/decide`, {decision: 'approve'});
    return {id: made.id, link: decided.offer.link, code: decided.offer.tx_code};
  }

  /// A resident and a plate of theirs in a zone, found by asking; the case stays undecided.
  async function driver() {
    for (const line of readFileSync(new URL('../../../config/town/vehicles.csv', import.meta.url), 'utf8').split('\n').slice(1)) {
      const [plate, resident, , , , , , until] = line.split(';');
      if (!resident || until) continue;
      const made = await api('/api/cases', {kind: 'parking', resident, plate});
      if (made.state === 'new') return {id: made.id, resident, plate};
    }
    throw new Error('no driver in the example town');
  }

  async function permitOffer() {
    const {id} = await driver();
    const decided = await api(`/api/cases/${id}/decide`, {decision: 'approve'});
    return {id, link: decided.offer.link, code: decided.offer.tx_code};
  }

  return {base, api, verifyJwt: callbacks.verifyJwt, newKey, takeOffer, present, verify, offer, driver, permitOffer, holder, byDcql};
}
