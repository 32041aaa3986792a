// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// An independent wallet that comes by itself: authorization code flow with PAR, PKCE, DPoP, wallet attestation and one
// key attestation for a batch; the citizen types the office's code or presents an identity card at the page; what a
// clerk has to look at is deferred; refresh.
//
// NODE_EXTRA_CA_CERTS=FOLDER/ca.pem node authorization.mjs FOLDER [TRUST]   TRUST: file in FOLDER, the authority of requests (ca.pem)
import assert from 'node:assert/strict';
import {openWallet} from './wallet_lib.mjs';
import {openWalletApp} from './wallet_app.mjs';

const [folder, trust] = process.argv.slice(2);
if (!folder) {
  console.error('usage: NODE_EXTRA_CA_CERTS=FOLDER/ca.pem node authorization.mjs FOLDER [TRUST]');
  process.exit(64);
}
const wallet = openWallet(folder, {trust});
const app = await openWalletApp(folder, wallet);

// 1. An offer for the authorization code grant; the citizen types the code that the office gave.
const made = await wallet.api('/api/cases', {kind: 'residence', resident: 'R100000'});
const decided = await wallet.api(`/api/cases/${made.id}/decide`, {decision: 'approve', authorization_code: true});
const byCode = await app.authorize({offer: decided.offer.link, scope: 'residence', code: decided.offer.tx_code});
const ten = await app.issue(byCode, 'residence', 10);
assert.equal(ten.length, 10);
assert.equal(new Set(ten.map((one) => one.claims.status.status_list.uri + one.claims.status.status_list.idx)).size, 10);
assert.equal(new Set(ten.map((one) => JSON.stringify(one.claims.cnf.jwk))).size, 10);
assert.equal(new Set(ten.map((one) => `${one.claims.iat} ${one.claims.exp}`)).size, 1, 'dates tell nothing');
console.log('authorization code flow: ten credentials for one attested proof');

// 2. Refreshed with the same DPoP key: re-issued from today's register; a stranger's key gets nothing.
const again = await app.issue(await app.refresh(byCode), 'residence', 2);
assert.equal(again.length, 2);
await assert.rejects(app.refresh(byCode, {otherKey: true}), /invalid_grant|invalid_client_attestation/);
console.log('refreshed and issued again');

// 3. The wallet comes without offer; the citizen presents an identity card that the register confirms.
const card = await app.identityCard('R100001');
const byCard = await app.authorize({scope: 'residence', card});
const own = await app.issue(byCard, 'residence', 1);
assert.equal(own.length, 1);
console.log('identity card presented: granted at once');

// 4. A card with another address: a clerk has to look; deferred until the decision.
const moved = await app.identityCard('R100002', {street_address: 'Fernstraße', house_number: '99'});
const waiting = await app.authorize({scope: 'residence', card: moved});
const deferred = await app.ask(waiting, 'residence', 1);
assert.equal(deferred.status, 202, JSON.stringify(deferred.body));
assert.equal((await app.askDeferred(waiting, deferred.body.transaction_id)).status, 202);
const open = await wallet.api('/api/cases?state=conflict');
const mine = open.cases[open.cases.length - 1] && open.cases.reduce((a, b) => (a.created_at >= b.created_at ? a : b));
await wallet.api(`/api/cases/${mine.id}/decide`, {decision: 'approve', differences_seen: true});
const late = await app.askDeferred(await app.refresh(waiting), deferred.body.transaction_id);
assert.equal(late.status, 200, JSON.stringify(late.body));
assert.equal(late.body.credentials.length, 1);

const refusedAt = await app.authorize({scope: 'residence', card: await app.identityCard('R100003', {locality: 'Anderswo'})});
const pending = await app.ask(refusedAt, 'residence', 1);
assert.equal(pending.status, 202);
const cases = (await wallet.api('/api/cases?state=conflict')).cases;
const denied = cases.reduce((a, b) => (a.created_at >= b.created_at ? a : b));
await wallet.api(`/api/cases/${denied.id}/decide`, {decision: 'reject', reason: 'test'});
const no = await app.askDeferred(refusedAt, pending.body.transaction_id);
assert.equal(no.body.error, 'credential_request_denied');
console.log('deferred: issued after the approval, denied after the rejection');

// 5. What must not work.
await assert.rejects(app.redeem({...byCard, code: byCard.code}), /invalid_grant/);
const stolen = await app.ask({...byCard}, 'residence', 1);
assert.equal(stolen.status, 401, 'a code used twice voids its tokens');
await assert.rejects(app.authorize({scope: 'nothing'}), /invalid_scope/);
const cancelled = await app.authorize({scope: 'residence', cancel: true});
assert.equal(cancelled.error, 'access_denied');
console.log('replayed code, unknown scope and cancelling refused as they should');
