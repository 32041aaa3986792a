// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// An independent wallet against our agent: takes the proof of residence and a permit, checks signature and status list
// itself, presents selected claims, sees a revoked permit refused, and wrong codes and used offers refused.
//
// NODE_EXTRA_CA_CERTS=FOLDER/ca.pem node wallet.mjs FOLDER [TRUST]   TRUST: file in FOLDER, the authority of credentials (ca.pem)
import assert from 'node:assert/strict';
import {DcqlPresentationResult, DcqlQuery} from 'dcql';
import {asCredential, openWallet} from './wallet_lib.mjs';

const [folder, trust] = process.argv.slice(2);
if (!folder) {
  console.error('usage: NODE_EXTRA_CA_CERTS=FOLDER/ca.pem node wallet.mjs FOLDER [TRUST]');
  process.exit(64);
}
const {base, api, takeOffer, present, verify, offer, permitOffer, holder, byDcql} = openWallet(folder, {trust});

const residence = await offer('residence', {resident: 'R100000'});
await assert.rejects(takeOffer(residence.link, residence.code === '000000' ? '111111' : '000000'), /invalid_grant/);
const held = await takeOffer(residence.link, residence.code);
await assert.rejects(takeOffer(residence.link, residence.code), 'an offer is used once');
console.log('proof of residence issued and verified');

if (new URL(base).pathname !== '/') {
  for (const place of ['inserted', 'appended']) {
    const strict = openWallet(folder, {trust, place});
    const made = await offer('residence', {resident: 'R100004'});
    const own = await strict.takeOffer(made.link, made.code, 1);
    const result = await strict.verify({type: 'residence', claims: ['address.locality']}, own);
    assert.equal(result.valid, true, JSON.stringify(result.trace));
    console.log(`below a path: issued and verified with documents ${place} only`);
  }
}

for (const mode of ['direct_post.jwt', 'direct_post']) {
  const result = await verify({type: 'residence', claims: ['address.locality', 'age_equal_or_over.18'], response_mode: mode}, held);
  assert.equal(result.state, 'answered', JSON.stringify(result.trace));
  const {claims} = result.credentials[0];
  assert.equal(claims.age_equal_or_over['18'], true);
  assert.equal(claims.family_name, undefined, 'nothing more than asked for');
  console.log(`presented with ${mode}`);
}

for (const [how, more] of Object.entries({
  'by value': {by_value: true},
  'as x509_san_dns': {client_id_prefix: 'x509_san_dns'},
  'as did:web': {client_id_prefix: 'decentralized_identifier'},
  'with transaction data': {transaction_data: [{type: 'urn:example:contract', credential_ids: ['residence'], contract: '4711'}]},
})) {
  const result = await verify({type: 'residence', claims: ['address.locality'], ...more}, held);
  assert.equal(result.state, 'answered', `${how}: ${JSON.stringify(result.trace)}`);
  console.log(`asked ${how}`);
}

const sets = {
  credentials: [
    {id: 'pid', format: 'dc+sd-jwt', meta: {vct_values: ['urn:eudi:pid:de:1']}, claims: [{path: ['address', 'locality']}]},
    {id: 'home', format: 'dc+sd-jwt', meta: {vct_values: [held[0].vct]},
      claims: [{id: 'a', path: ['address', 'nothing']}, {id: 'b', path: ['address', 'municipality_key']}], claim_sets: [['a'], ['b']]},
  ],
  credential_sets: [{options: [['pid'], ['home']]}],
};
const byHand = await verify({dcql_query: sets}, held, 'home');
assert.equal(byHand.state, 'answered', JSON.stringify(byHand.trace));
assert.deepEqual(Object.keys(byHand.credentials[0].claims.address), ['municipality_key']);
console.log('answered by the second option of a credential set and the second claim set');

// The library dcql reads the agent's queries, chooses what to show, and judges what the agent says it saw.
const chosenByDcql = byDcql();
const queries = {
  home: sets,
  residence: {credentials: [{id: 'residence', format: 'dc+sd-jwt', meta: {vct_values: [held[0].vct]},
    claims: [{path: ['address', 'locality'], values: ['Emscherbrück', 'Anderswo']}, {path: ['age_equal_or_over', '18'], values: [true]}]}]},
  whole: {credentials: [{id: 'whole', format: 'dc+sd-jwt', meta: {vct_values: ['https://example.org/other', held[0].vct]}}]},
};
for (const [id, asked] of Object.entries(queries)) {
  const result = await verify({dcql_query: asked}, held, id, chosenByDcql);
  assert.equal(result.state, 'answered', `${id}: ${JSON.stringify(result.trace)}`);
  const seen = {[id]: [asCredential(held[0], result.credentials[0].claims)]};
  assert.ok(DcqlPresentationResult.fromDcqlPresentation(seen, {dcqlQuery: DcqlQuery.parse(asked)}).can_be_satisfied, id);
}
const elsewhere = structuredClone(queries.residence);
elsewhere.credentials[0].claims[0].values = ['Anderswo'];
await assert.rejects(chosenByDcql(elsewhere, held), 'dcql finds nothing to show');
const other = await api('/api/verifications', {dcql_query: elsewhere});
await present(other.link, held, 'residence').catch(() => {});
assert.notEqual((await api(`/api/verifications/${other.id}`)).state, 'answered', 'another value than asked for');
console.log('queries read, answered and judged by the library dcql');

const same = await api('/api/verifications', {type: 'residence', claims: ['address.locality'], return_url: 'https://shop.example/back'});
const back = new URL(await present(same.link, held));
assert.equal(back.origin, 'https://shop.example');
const code = back.searchParams.get('response_code');
const twin = await api('/api/verifications', {type: 'residence', claims: ['address.locality'], return_url: 'https://shop.example/back'});
await present(twin.link, held);
assert.equal((await api(`/api/verifications/${twin.id}?response_code=${code}`)).state, 'wrong_session');
assert.equal((await api(`/api/verifications/${same.id}?response_code=${code}`)).state, 'answered');
console.log('same device: released with its own response code only');

const permit = await permitOffer();
held.push(...await takeOffer(permit.link, permit.code, 10));
let checked = await verify({type: 'parking'}, held);
assert.equal(checked.valid, true, JSON.stringify(checked.trace));
await api(`/api/credentials/${permit.id}/revoke`, {reason: 'test'});
checked = await verify({type: 'parking'}, held);
assert.equal(checked.state, 'failed');
assert.equal(checked.revoked, true);
const permitHeld = held.find((one) => one.vct.includes('parking'));
const patience = Date.now() + 60e3;  // a new list comes at most once a second
let refused;
while (!refused && Date.now() < patience) {
  refused = await holder(permitHeld.jwk).verify(permitHeld.compact).then(() => undefined, (error) => error);
  if (!refused) await new Promise((done) => setTimeout(done, 200));
}
assert.match(String(refused), /[Ss]tatus/);
console.log('permit issued, verified, revoked and refused, also by the independent status list check');
