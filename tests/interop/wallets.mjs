// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// A wallet of independent libraries on a whole network: both credentials are issued, presented and verified; what the
// credentials say about their issuer stands on the ledger; altered presentations are refused.
//
// NODE_EXTRA_CA_CERTS=AGENT_FOLDER/ca.pem node wallets.mjs AGENT_FOLDER OBSERVER_URL
import assert from 'node:assert/strict';
import {createHash, X509Certificate} from 'node:crypto';
import {openWallet} from '../e2e/agent-wallet/wallet_lib.mjs';

const [folder, observer] = process.argv.slice(2);
if (!observer) {
  console.error('usage: NODE_EXTRA_CA_CERTS=AGENT_FOLDER/ca.pem node wallets.mjs AGENT_FOLDER OBSERVER_URL');
  process.exit(64);
}
const wallet = openWallet(folder);

function parts(compact) {
  const [header, payload] = compact.split('~')[0].split('.').slice(0, 2).map((text) => JSON.parse(Buffer.from(text, 'base64url')));
  return {header, payload};
}

/// An observer follows the validators with a short delay; what was just written is asked for again for a while.
async function json(url) {
  let answer = await fetch(url);
  for (let tries = 0; answer.status === 404 && tries < 40; ++tries) {
    await new Promise((resolve) => setTimeout(resolve, 250));
    answer = await fetch(url);
  }
  assert.equal(answer.status, 200, `${url}: ${answer.status}`);
  return answer.json();
}

/// The certificate's did:indy, resolved by an observer, names the very key that signed.
async function issuerIsOnLedger(compact) {
  const leaf = new X509Certificate(Buffer.from(parts(compact).header.x5c[0], 'base64'));
  const did = /URI:(did:indy:[^,\s]+)/.exec(leaf.subjectAltName)[1];
  const {didDocument} = await json(`${observer}/1.0/identifiers/${did}`);
  const {x, y} = leaf.publicKey.export({format: 'jwk'});
  const methods = didDocument.verificationMethod.filter((one) => didDocument.assertionMethod.includes(one.id));
  assert.ok(methods.some((one) => one.publicKeyJwk?.x === x && one.publicKeyJwk.y === y), `${did} does not name the key of the certificate`);
  return did;
}

/// The type's description has the hash that the credential names, and the issuer wrote that hash to the ledger.
async function typeIsOnLedger(compact, did) {
  const {payload} = parts(compact);
  const text = Buffer.from(await (await fetch(payload.vct)).arrayBuffer());
  const hash = 'sha256-' + createHash('sha256').update(text).digest('base64');
  assert.equal(payload['vct#integrity'], hash, 'the description has another hash than the credential says');
  const author = did.split(':').at(-1);
  const {results} = await json(`${observer}/ledger/domain?page=1&page_size=100`);
  const written = results.map((row) => row.txn).filter((txn) => txn.type === '100' && txn.metadata.from === author)
    .flatMap((txn) => Object.values(JSON.parse(txn.data.raw)));
  assert.ok(written.some((one) => one.vct === payload.vct && one.integrity === hash), `${payload.vct} is not on the ledger`);
}

/// The verifier must not take what is presented; it may say so at once or in its result.
async function refused(what, held, body) {
  const started = await wallet.api('/api/verifications', body);
  try {
    await wallet.present(started.link, held);
  } catch (error) {
    if (!(error instanceof assert.AssertionError)) throw error;  // another status than 200
  }
  const result = await wallet.api(`/api/verifications/${started.id}`);
  assert.notEqual(result.valid, true, `${what} was accepted`);
  assert.notEqual(result.state, 'answered', `${what}: ${JSON.stringify(result.trace)}`);
  console.log(`  refused: ${what} (${result.state})`);
}

const flip = (text, at) => text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);

const {resident} = await wallet.driver();
const residence = await wallet.offer('residence', {resident});
const held = await wallet.takeOffer(residence.link, residence.code, 6);
const permit = await wallet.permitOffer();
const parking = await wallet.takeOffer(permit.link, permit.code, 3);
for (const one of [held[0], parking[0]]) {
  const did = await issuerIsOnLedger(one.compact);
  await typeIsOnLedger(one.compact, did);
  console.log(`  ${one.vct}: verified, its issuer's key and its type are on the ledger`);
}
for (const [type, own] of [['residence', held], ['parking', parking]]) {
  const result = await wallet.verify({type}, own);
  assert.equal(result.valid, true, JSON.stringify(result.trace));
  console.log(`  ${type}: presented and verified`);
}

const body = {type: 'residence', claims: ['family_name']};
const [jwt, ...disclosures] = held[1].compact.split('~');
const altered = (compact) => [{...held[1], compact}];
await refused('a signature with one bit changed', altered([flip(jwt, jwt.length - 10), ...disclosures].join('~')), body);
const longer = parts(jwt).payload;
longer.exp += 86400;
const [head, , signature] = jwt.split('.');
const extended = [head, Buffer.from(JSON.stringify(longer)).toString('base64url'), signature].join('.');
await refused('a term that was extended', altered([extended, ...disclosures].join('~')), body);
await refused('a credential presented with the key of another', [{...held[2], jwk: held[3].jwk}], body);
const forged = disclosures.map((text) => {
  const value = text && JSON.parse(Buffer.from(text, 'base64url'));
  return value && value[1] === 'family_name' ? Buffer.from(JSON.stringify([value[0], 'family_name', 'Forged'])).toString('base64url') : text;
});
await refused('a claim with another value', altered([jwt, ...forged].join('~')), body);
console.log('all held');
