// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// An independent wallet against our agent: takes the proof of residence and a permit, checks signature and status list
// itself, presents selected claims, sees a revoked permit refused, and wrong codes and used offers refused.
//
// NODE_EXTRA_CA_CERTS=FOLDER/ca.pem node wallet.mjs FOLDER
import assert from 'node:assert/strict';
import {openWallet} from './wallet_lib.mjs';

const folder = process.argv[2];
if (!folder) {
  console.error('usage: NODE_EXTRA_CA_CERTS=FOLDER/ca.pem node wallet.mjs FOLDER');
  process.exit(64);
}
const {api, takeOffer, verify, offer, permitOffer, holder} = openWallet(folder);

const residence = await offer('residence', {resident: 'R100000'});
await assert.rejects(takeOffer(residence.link, residence.code === '000000' ? '111111' : '000000'), /invalid_grant/);
const held = await takeOffer(residence.link, residence.code);
await assert.rejects(takeOffer(residence.link, residence.code), 'an offer is used once');
console.log('proof of residence issued and verified');

for (const mode of ['direct_post.jwt', 'direct_post']) {
  const result = await verify({type: 'residence', claims: ['address.locality', 'age_equal_or_over.18'], response_mode: mode}, held);
  assert.equal(result.state, 'answered', JSON.stringify(result.trace));
  const {claims} = result.credentials[0];
  assert.equal(claims.age_equal_or_over['18'], true);
  assert.equal(claims.family_name, undefined, 'nothing more than asked for');
  console.log(`presented with ${mode}`);
}

const permit = await permitOffer();
held.push(...await takeOffer(permit.link, permit.code, 10));
let checked = await verify({type: 'parking'}, held);
assert.equal(checked.valid, true, JSON.stringify(checked.trace));
await api(`/api/credentials/${permit.id}/revoke`, {reason: 'test'});
checked = await verify({type: 'parking'}, held);
assert.equal(checked.state, 'failed');
assert.equal(checked.revoked, true);
const permitHeld = held.find((one) => one.vct.includes('parking'));
await new Promise((done) => setTimeout(done, 1500));  // a new list at most once a second
await assert.rejects(holder(permitHeld.jwk).verify(permitHeld.compact), /[Ss]tatus/);
console.log('permit issued, verified, revoked and refused, also by the independent status list check');
