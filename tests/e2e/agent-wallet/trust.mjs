// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// An independent wallet at an agent that knows issuers of identity cards and providers of wallets from trust lists alone.
// The agent's requests name the list (DCQL, etsi_tl), and the library dcql answers by it; the provider's attestations of the
// wallet and of its keys say where they would be revoked (status_list), and the agent looks there.
//
// node trust.mjs FOLDER prepare   writes the lists of ../agent/trust.py
// NODE_EXTRA_CA_CERTS=FOLDER/ca.pem node trust.mjs FOLDER
import assert from 'node:assert/strict';
import {createPrivateKey, X509Certificate} from 'node:crypto';
import {readFileSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:https';
import {join} from 'node:path';
import * as jose from 'jose';
import {createHeaderAndPayload, StatusList} from '@sd-jwt/jwt-status-list';
import {openWallet} from './wallet_lib.mjs';
import {openWalletApp} from './wallet_app.mjs';

const [folder, step] = process.argv.slice(2);
if (!folder) {
  console.error('usage: NODE_EXTRA_CA_CERTS=FOLDER/ca.pem node trust.mjs FOLDER [prepare]');
  process.exit(64);
}
const text = (name) => readFileSync(join(folder, name), 'utf8');
const der = (name) => new X509Certificate(text(name)).raw.toString('base64');
const keyOf = (name) => createPrivateKey(text(`${name}.key`));
const address = 'https://lists.example/cards.jwt';

/// A list of trusted entities (ETSI TS 119 602) with one authority.
async function writeList(file, authority, service) {
  const day = (days) => new Date(Date.now() + days * 86400e3).toISOString().replace(/\.\d+Z$/, 'Z');
  const list = {LoTE: {
    ListAndSchemeInformation: {
      LoTEVersionIdentifier: 1, LoTESequenceNumber: 1, SchemeOperatorName: [{lang: 'de', value: 'Listenbetreiber'}],
      ListIssueDateTime: day(-1), NextUpdate: day(30),
    },
    TrustedEntitiesList: [{
      TrustedEntityInformation: {TEName: [{lang: 'de', value: file}]},
      TrustedEntityServices: [{ServiceInformation: {
        ServiceTypeIdentifier: service, ServiceDigitalIdentity: {X509Certificates: [{val: der(authority)}]},
      }}],
    }],
  }};
  const jws = await new jose.CompactSign(Buffer.from(JSON.stringify(list)))
    .setProtectedHeader({alg: 'ES256', x5c: [der('operator.pem')]}).sign(keyOf('operator'));
  writeFileSync(join(folder, file), jws);
}

if (step === 'prepare') {
  await writeList('cards.jwt', 'pid-ca.pem', 'http://uri.etsi.org/19602/SvcType/PID/Issuance');
  await writeList('wallets.jwt', 'provider-ca.pem', 'http://uri.etsi.org/19602/SvcType/WalletSolution/Issuance');
  process.exit(0);
}

// 1. The provider's status lists, over HTTPS.
const tokens = new Map();
let fetched = 0;
const server = createServer({key: text('tls.key'), cert: text('tls.pem')}, (request, response) => {
  const token = tokens.get(request.url);
  ++fetched;
  response.writeHead(token ? 200 : 404, {'Content-Type': 'application/statuslist+jwt'}).end(token);
});
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const uriOf = (path) => `https://localhost:${server.address().port}${path}`;
const seconds = () => Math.floor(Date.now() / 1000);
async function publish(path, revoked, {signer = 'provider', iat = seconds()} = {}) {
  const list = new StatusList(Array.from({length: 256}, (_, index) => (revoked.includes(index) ? 1 : 0)), 1);
  const {header, payload} = createHeaderAndPayload(
    list, {sub: uriOf(path), iat, exp: iat + 3600, ttl: 1}, {alg: 'ES256', x5c: [der(`${signer}.pem`)]});
  tokens.set(path, await new jose.SignJWT(payload).setProtectedHeader(header).sign(keyOf(signer)));
}
const revoked = [7, 8];
const began = seconds();
await publish('/1', revoked, {iat: began});
await publish('/stranger', [], {signer: 'stranger'});
const entry = (idx, path = '/1') => ({uri: uriOf(path), idx});
const wallet = openWallet(folder);
const appWith = (walletEntry, keysEntry) => openWalletApp(folder, wallet, {
  chain: [text('provider.pem')], key: text('provider.key'), revocable: {wallet: walletEntry, keys: keysEntry},
});

// 2. Asked by trust list, answered by trust list; wallet and keys are in force.
const app = await appWith(entry(3), entry(4));
const card = await app.identityCard('R100001');
let asked;
const byList = wallet.byDcql({[card.vct]: address});
const listening = (query, own) => { asked = query; return byList(query, own); };
const session = await app.authorize({scope: 'residence', card, choose: listening});
const {trusted_authorities: authorities} = asked.credentials.find((one) => one.meta.vct_values.includes(card.vct));
assert.deepEqual(authorities.find((one) => one.type === 'etsi_tl').values, [address]);
assert.equal((await app.issue(session, 'residence', 2)).length, 2);
assert.ok(fetched > 0, 'nobody asked for the status list');
console.log('trust lists: the request names one, dcql answers by it; wallet and keys with a status entry in force: issued');

const query = (list) => ({dcql_query: {credentials: [{
  id: 'card', format: 'dc+sd-jwt', meta: {vct_values: [card.vct]}, trusted_authorities: [{type: 'etsi_tl', values: [list]}],
  claims: [{path: ['family_name']}],
}]}});
const shown = await wallet.verify(query(address), [card], 'card', byList);
assert.equal(shown.state, 'answered', JSON.stringify(shown.trace));
const other = 'https://lists.example/other.jwt';
const strange = await wallet.api('/api/verifications', query(other));
await assert.rejects(wallet.present(strange.link, [card], 'card', byList), /authorit/, 'dcql shows what is on no list that was asked for');
await wallet.present(strange.link, [card], 'card');  // shown all the same
const judged = await wallet.api(`/api/verifications/${strange.id}`);
assert.equal(judged.state, 'failed');
assert.ok(judged.trace.some((line) => line.rule === 'VC-03' && line.outcome === 'failed'), JSON.stringify(judged.trace));
console.log('trust lists: a card of another list than asked for is not shown by dcql, and refused by the agent');

// What the registrar has on record is carried in the metadata and in each request.
const carried = (role) => [
  {format: 'registrar_dataset', data: {registryURI: 'https://registrar.example', role}}, {format: 'registration_cert', data: 'e30.e30.AAAA'}];
assert.deepEqual(app.issuerMetadata.credentialIssuer.issuer_info, carried('issuer'));
const {link} = await wallet.api('/api/verifications', query(address));
const request = await (await fetch(new URLSearchParams(link.split('?')[1]).get('request_uri'))).text();
assert.deepEqual(jose.decodeJwt(request).verifier_info, carried('verifier'));
console.log('registrar: its data and its certificate are carried in metadata and requests');

// 3. Revoked, unknown, foreign.
const ruleIn = (error) => /\[([A-Z]{2}-\d\d)\]/.exec(JSON.stringify(error.errorResponse ?? String(error)))?.[1];
const ruleOf = (attempt) => attempt.then(() => '', ruleIn);
for (const [what, walletEntry] of Object.entries({revoked: entry(7), outside: entry(256), missing: entry(3, '/none'), foreign: entry(3, '/stranger')})) {
  const bad = await appWith(walletEntry, entry(4));
  assert.equal(await ruleOf(bad.authorize({scope: 'residence', card})), 'WA-07', what);
}
const weak = await appWith(entry(3), entry(8));
const answer = await weak.ask(await weak.authorize({scope: 'residence', card, choose: byList}), 'residence', 1);
assert.equal(`${answer.status} ${answer.body.error}`, '400 invalid_proof');
assert.match(answer.body.error_description, /\[KA-07\]$/);
console.log('attestations: revoked wallets and keys, and status lists that are foreign or not to be had, are refused');

// 4. Revoked while in use; an older list does not bring the wallet back.
const patience = Date.now() + 60e3;
await publish('/1', [...revoked, 3], {iat: began + 1});
let rule = '';
while (!rule && Date.now() < patience) {
  rule = await ruleOf(app.refresh(session));
  if (!rule) await new Promise((done) => setTimeout(done, 200));
}
assert.equal(rule, 'WA-07', 'revoked meanwhile');
await publish('/1', revoked, {iat: began - 60});
const before = fetched;
while (fetched === before && Date.now() < patience) {
  assert.equal(await ruleOf(app.refresh(session)), 'WA-07', 'an older list');
  await new Promise((done) => setTimeout(done, 200));
}
assert.equal(await ruleOf(app.refresh(session)), 'WA-07', 'an older list was fetched and believed');
console.log('attestations: revoked while in use; an older status list does not undo it');
server.close();
server.closeAllConnections?.();
