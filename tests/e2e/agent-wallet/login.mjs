// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// A shop with an ordinary OpenID Connect library (openid-client) lets people log in with their proof of residence.
//
// NODE_EXTRA_CA_CERTS=FOLDER/ca.pem node login.mjs FOLDER
import assert from 'node:assert/strict';
import {webcrypto} from 'node:crypto';
import * as oidc from 'openid-client';
import {openBrowser} from './browser.mjs';
import {openWallet} from './wallet_lib.mjs';

globalThis.crypto ??= webcrypto;  // Debian's Node.js 18 has it under this name only
const folder = process.argv[2];
if (!folder) {
  console.error('usage: NODE_EXTRA_CA_CERTS=FOLDER/ca.pem node login.mjs FOLDER');
  process.exit(64);
}
const wallet = openWallet(folder);
const offered = await wallet.offer('residence', {resident: 'R100000'});
const held = await wallet.takeOffer(offered.link, offered.code, 2);
const returnTo = 'http://localhost:4999/back';
const server = await oidc.discovery(new URL(wallet.base + '/oidc'), 'buchladen', 'development');

/// From the shop's link to what the shop learns; `step` does the citizen's part after the first page.
/// `posted`: the request is a form on the shop's page.
async function login(step, parameters = {}, at = server, back = returnTo, posted = false) {
  const verifier = oidc.randomPKCECodeVerifier();
  const expected = {pkceCodeVerifier: verifier, expectedNonce: oidc.randomNonce(), expectedState: oidc.randomState()};
  const url = oidc.buildAuthorizationUrl(at, {
    redirect_uri: back, scope: 'openid', state: expected.expectedState, nonce: expected.expectedNonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256', ...parameters,
  });
  const citizen = openBrowser(wallet.base);
  const asked = posted
    ? await citizen.go(url.origin + url.pathname, Object.fromEntries(url.searchParams), back, new URL(back).origin)
    : await citizen.go(url.href, undefined, back);
  const returned = asked.left ?? (await step(citizen, asked));
  return {returned: new URL(returned), expected};
}

async function show(citizen, asked) {
  assert.equal(asked.status, 200, asked.text);
  assert.match(asked.text, /Buchladen|Bücherei/);
  assert.match(asked.text, /Ortstarif|Ausweis der Bücherei/);
  const shown = await citizen.go('/oidc', {});
  const link = /href="(openid4vp:[^"]+)"/.exec(shown.text)[1].replaceAll('&amp;', '&');
  const done = await citizen.go(await wallet.present(link, held));
  assert.ok(done.refresh, done.text);
  return done.refresh.split('url=')[1];
}

const subjects = new Set();
for (let visit = 0; visit < 2; ++visit) {
  const {returned, expected} = await login(show, {acr_values: server.serverMetadata().acr_values_supported[0]}, server, returnTo, visit === 1);
  const tokens = await oidc.authorizationCodeGrant(server, returned, expected);
  const claims = tokens.claims();
  assert.equal(claims.resident, true);
  assert.deepEqual([claims.acr], server.serverMetadata().acr_values_supported);
  assert.deepEqual(claims.address, {locality: 'Emscherbrück'});
  assert.equal(claims.family_name, undefined);
  assert.ok(claims.exp - claims.iat <= 300);
  subjects.add(claims.sub);
  await assert.rejects(oidc.authorizationCodeGrant(server, returned, expected), (error) => error.error === 'invalid_grant', 'a code is used once');
}
assert.equal(subjects.size, 2, 'two visits cannot be joined');
console.log('logged in twice with an ordinary OpenID Connect library');

// A shop that is registered for it knows people again, whichever of their credentials they show.
const library = await oidc.discovery(new URL(wallet.base + '/oidc'), 'buecherei', 'development');
const known = new Set();
for (let visit = 0; visit < 2; ++visit) {
  const {returned, expected} = await login(show, {}, library, 'http://localhost:4999/buecherei');
  known.add((await oidc.authorizationCodeGrant(library, returned, expected)).claims().sub);
  held.push(held.shift());
}
assert.equal(known.size, 1, 'the library knows its readers again');
assert.ok(!subjects.has([...known][0]));
console.log('known again where that is registered');

const cancelled = await login(async (citizen, asked) => (await citizen.submit(asked, '/oidc/abbrechen')).refresh.split('url=')[1]);
assert.equal(cancelled.returned.searchParams.get('error'), 'access_denied');
const silent = await login(show, {prompt: 'none'});
assert.equal(silent.returned.searchParams.get('error'), 'login_required');
const strange = await openBrowser(wallet.base).go(`/oidc/authorize?client_id=buchladen&redirect_uri=${encodeURIComponent('https://evil.example')}`);
assert.equal(strange.status, 400);
console.log('cancelled, silent and foreign requests answered as they should');
