// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// An independent wallet at an agent with HAIP switched on: signed metadata, authorization code flow with a wallet
// attestation by a trusted provider, DPoP with the server's nonce, attested keys, encrypted requests and answers; what
// the profile forbids is refused, by rule.
//
// NODE_EXTRA_CA_CERTS=FOLDER/ca.pem node haip.mjs FOLDER
// FOLDER: of an agent with the [wallets] of ../agent/haip.py, and provider.pem, provider.key, stranger.pem, stranger.key
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {openWallet} from './wallet_lib.mjs';
import {openWalletApp} from './wallet_app.mjs';

const folder = process.argv[2];
if (!folder) {
  console.error('usage: NODE_EXTRA_CA_CERTS=FOLDER/ca.pem node haip.mjs FOLDER');
  process.exit(64);
}
const text = (name) => readFileSync(join(folder, name), 'utf8');
const providerOf = (name) => ({chain: [text(`${name}.pem`)], key: text(`${name}.key`)});
const wallet = openWallet(folder);
const app = await openWalletApp(folder, wallet, providerOf('provider'));

// 1. Metadata.
const {credentialIssuer, signedCredentialIssuer: signed, authorizationServers: [server]} = app.issuerMetadata;
assert.equal(signed.signer.method, 'x5c');
assert.equal(signed.jwt.payload.sub, wallet.base);
assert.equal(server.require_pushed_authorization_requests, true);
assert.deepEqual(server.code_challenge_methods_supported, ['S256']);
assert.ok(server.token_endpoint_auth_methods_supported.includes('attest_jwt_client_auth'));
assert.ok(credentialIssuer.nonce_endpoint && credentialIssuer.credential_request_encryption.jwks.keys.length === 1);
for (const one of Object.values(credentialIssuer.credential_configurations_supported)) {
  assert.ok(one.scope);
  assert.deepEqual(one.credential_signing_alg_values_supported, ['ES256']);
  assert.deepEqual(one.proof_types_supported.jwt.proof_signing_alg_values_supported, ['ES256']);
  assert.deepEqual(one.proof_types_supported.jwt.key_attestations_required, {key_storage: ['iso_18045_high'], user_authentication: ['iso_18045_high']});
}
console.log('HAIP: signed metadata, read by the library');

// 2. The flow, ten credentials for one attested proof.
const byCard = await app.authorize({scope: 'residence', card: await app.identityCard('R100001')});
const ten = await app.issue(byCard, 'residence', 10);
assert.equal(ten.length, 10);
const byPlace = await app.issue(await app.refresh(byCard), 'residence', 3, {byPlace: true});
assert.equal(new Set(byPlace.map((one) => JSON.stringify(one.claims.cnf.jwk))).size, 3);
console.log('HAIP: authorization code flow, attested wallet and keys, DPoP with a nonce');

// 3. Encrypted requests and answers.
for (const options of [{enc: 'A256GCM'}, {enc: 'A128GCM'}]) {
  const answer = await app.askEncrypted(await app.refresh(byCard), 'residence', 2, options);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  assert.equal(answer.body.credentials.length, 2);
}
const open = await app.askEncrypted(await app.refresh(byCard), 'residence', 1, {plain: true});
assert.equal(`${open.status} ${open.body.error}`, '400 invalid_encryption_parameters');
assert.match(open.body.error_description, /\[IS-13\]$/);
// What is deferred tells nobody else about it, either.
const card = await app.identityCard('R100002', {street_address: 'Fernstraße', house_number: '99'});
const waiting = await app.authorize({scope: 'residence', card});
const later = await app.askEncrypted(waiting, 'residence', 1);
assert.equal(later.status, 202, JSON.stringify(later.body));
const {transaction_id: transaction} = later.body;
const still = await app.askDeferredEncrypted(waiting, transaction);
assert.deepEqual([still.status, still.body.transaction_id], [202, transaction]);
const [mine] = (await wallet.api('/api/cases?state=conflict')).cases;
await wallet.api(`/api/cases/${mine.id}/decide`, {decision: 'approve', differences_seen: true});
const done = await app.askDeferredEncrypted(waiting, transaction, {enc: 'A128GCM'});
assert.equal(done.status, 200, JSON.stringify(done.body));
assert.equal(done.body.credentials.length, 1);
console.log('HAIP: requests and answers encrypted, deferred ones too; an encrypted answer to a plain request is refused');

// 4. Keys that are kept less well. (Without any attestation the library makes no proof.)
const weak = await app.ask(await app.refresh(byCard), 'residence', 1, {level: 'iso_18045_basic'});
assert.equal(`${weak.status} ${weak.body.error}`, '400 invalid_proof');
assert.match(weak.body.error_description, /\[KA-05\]$/);
console.log('HAIP: keys that are kept less well than demanded are refused');

// 5. Wallets of a provider whom nobody trusts here, and wallets that do not say what they are.
const stranger = await openWalletApp(folder, wallet, providerOf('stranger'));
await assert.rejects(stranger.authorize({scope: 'residence'}), /invalid_client_attestation/);
const silent = await fetch(server.pushed_authorization_request_endpoint, {
  method: 'POST',
  body: new URLSearchParams({response_type: 'code', client_id: 'https://wallet.example/app', redirect_uri: 'https://wallet.example/back',
    scope: 'residence', code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', code_challenge_method: 'S256'}),
});
const refused = await silent.json();
assert.equal(`${silent.status} ${refused.error}`, '401 invalid_client');
assert.equal(silent.headers.get('link'), '</regeln#WA-01>; rel="help"');
console.log('HAIP: wallets of unknown providers, and those without attestation, are refused');
