// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The agent's OpenAPI document against the agent: it is valid OpenAPI 3.1, and every answer that the clerk's programs, an
// independent wallet, browsers and strangers get here is one that it describes.
//
// NODE_EXTRA_CA_CERTS=FOLDER/ca.pem node openapi.mjs FOLDER
// FOLDER: configuration made by `stadtbuch-agent init-dev`
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {Validator} from '@seriousme/openapi-schema-validator';
import addFormats from 'ajv-formats';
import Ajv2020 from 'ajv/dist/2020.js';

const folder = process.argv[2];
if (!folder) {
  console.error('usage: NODE_EXTRA_CA_CERTS=FOLDER/ca.pem node openapi.mjs FOLDER');
  process.exit(64);
}
const base = /public_url = "([^"]+)"/.exec(readFileSync(join(folder, 'agent.toml'), 'utf8'))[1];
const token = readFileSync(join(folder, 'api-token'), 'utf8').trim();
const password = readFileSync(join(folder, 'clerk-password'), 'utf8').trim();

const document = await (await fetch(base + '/openapi.json')).json();
const checked = await new Validator().validate(structuredClone(document));
assert.ok(checked.valid, JSON.stringify(checked.errors, null, 1));
const judge = new Ajv2020({strict: false, allErrors: true});
addFormats(judge);
judge.addSchema(document, 'document');

const operations = Object.entries(document.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({
  name: method.toUpperCase() + ' ' + path, method: method.toUpperCase(), path, operation, seen: new Set(),
  pattern: new RegExp('^' + path.replace(/[.+]/g, '\\$&').replace(/\{[^}]+\}/g, '[^/]+') + '$'),
})));
let answers = 0;

/** Fails if the answer is none that the document describes. */
async function described(method, url, answer) {
  const path = new URL(url).pathname;
  const fitting = operations.filter((one) => one.method === method && one.pattern.test(path));
  const operation = fitting.sort((a, b) => (a.path.match(/\{/g) ?? []).length - (b.path.match(/\{/g) ?? []).length)[0];
  assert.ok(operation, `${method} ${path} is not described`);
  const status = String(answer.status);
  const form = operation.operation.responses[status] ?? operation.operation.responses[status[0] + 'XX'];
  assert.ok(form, `${operation.name}: ${status} is not described: ${await answer.clone().text()}`);
  operation.seen.add(status);
  answers += 1;
  const media = (answer.headers.get('content-type') ?? '').split(';')[0];
  const text = await answer.clone().text();
  if (!form.content || !text) {
    assert.ok(!text || !form.content === !media, `${operation.name}: ${status} with a body of ${media}`);
    return;
  }
  assert.ok(form.content[media], `${operation.name}: ${status} as ${media} is not described: ${text.slice(0, 200)}`);
  const schema = form.content[media].schema;
  if (!schema) return;
  const good = judge.validate({$ref: 'document' + schema.$ref}, JSON.parse(text));
  assert.ok(good, `${operation.name}: ${status}: ${judge.errorsText()} in ${text.slice(0, 600)}`);
}

const plainFetch = globalThis.fetch;
globalThis.fetch = async (target, options = {}) => {
  const answer = await plainFetch(target, options);
  const url = String(target.url ?? target);
  if (url.startsWith(base)) await described((options.method ?? target.method ?? 'GET').toUpperCase(), url, answer);
  return answer;
};
// Only now: they take the fetch that is there.
const {openWallet} = await import('../agent-wallet/wallet_lib.mjs');
const {openBrowser} = await import('../agent-wallet/browser.mjs');
const wallet = openWallet(folder);

async function call(path, body, status, headers = {Authorization: 'Bearer ' + token}) {
  const answer = await fetch(base + path, {method: body === undefined ? 'GET' : 'POST', headers: {...headers, 'Content-Type': 'application/json'},
    body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body)});
  assert.equal(answer.status, status, `${path}: ${await answer.clone().text()}`);
  return answer.json();
}

async function townHall() {
  await call('/api/info', undefined, 200);
  await call('/api/info', undefined, 401, {});
  await call('/api/trust-lists', undefined, 200);
  const made = await call('/api/cases', {kind: 'residence', resident: 'R100000'}, 201);
  await call('/api/cases', '{"kind"', 400);
  await call('/api/cases', {kind: 'dragon'}, 422);
  await call('/api/cases?state=new', undefined, 200);
  await call('/api/cases/' + made.id, undefined, 200);
  await call('/api/cases/nobody', undefined, 404);
  await call(`/api/cases/${made.id}/paid`, {paid_on: '2020-01-01'}, 409);
  await call(`/api/cases/${made.id}/paid`, {paid_on: 'soon'}, 422);
  await call(`/api/cases/${made.id}/decide`, {decision: 'perhaps'}, 422);
  await call(`/api/cases/${made.id}/decide`, {decision: 'approve'}, 200);
  await call(`/api/cases/${made.id}/decide`, {decision: 'reject', reason: 'no'}, 409);
  await call(`/api/cases/${made.id}/offer`, {}, 200);
  await call('/api/cases/nobody/offer', {}, 404);
  await call(`/api/credentials/${made.id}/revoke`, {reason: ''}, 422);
  await call(`/api/credentials/${made.id}/revoke`, {reason: 'moved'}, 200);
  const school = await call('/api/cases', {kind: 'school', resident: 'S200000'}, 201);
  await call(`/api/cases/${school.id}/decide`, {decision: 'approve'}, 200);
  const {id: owing, plate} = await wallet.driver();
  await call(`/api/cases/${owing}/decide`, {decision: 'approve'}, 200);
  await call(`/api/cases/${owing}/paid`, {paid_on: new Date().toISOString().slice(0, 10)}, 200);
  await call('/api/inspections', {plate}, 200);
  await call('/api/inspections', '[]', 400);
  await call('/api/verifications', {type: 'dragon'}, 422);
  await call('/api/verifications/nobody', undefined, 404);
}

/** Issuance, presentation and what is refused on the way, with the independent wallet. */
async function wallets() {
  const offered = await wallet.offer('residence', {resident: 'R100000'});
  const uri = new URL(offered.link).searchParams.get('credential_offer_uri');
  if (uri) await fetch(uri);
  const held = await wallet.takeOffer(offered.link, offered.code);
  const started = await call('/api/verifications', {type: 'residence', claims: ['address.locality']}, 201);
  await call('/api/verifications/' + started.id, undefined, 200);
  await fetch(started.request_uri, {method: 'POST', body: new URLSearchParams({wallet_nonce: 'n'})});
  await wallet.present(started.link, held);
  const result = await call('/api/verifications/' + started.id, undefined, 200);
  assert.ok(result.valid && result.trace.length > 10);
  const form = (fields) => ({method: 'POST', body: new URLSearchParams(fields)});
  for (const path of ['/token', '/par', '/oidc/token', '/vp/request/nobody', '/vp/response/nobody']) await fetch(base + path, form({a: 'b'}));
  for (const path of ['/credential', '/deferred_credential', '/notification']) {
    await fetch(base + path, {method: 'POST', headers: {'Content-Type': 'application/json'}, body: '{}'});
  }
  for (const path of ['/challenge', '/nonce']) await fetch(base + path, {method: 'POST'});
  await fetch(base + '/offer/nobody');
  await fetch(base + '/par', form({response_type: 'code', client_id: 'a-wallet', redirect_uri: 'https://wallet.example/back', scope: 'residence',
    state: 's', code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', code_challenge_method: 'S256'}));
  const lists = await (await fetch(base + '/status-lists')).json();
  await fetch(lists.status_lists[0]);
  for (const type of Object.values((await call('/api/info', undefined, 200)).types)) await fetch(type);
  return held;
}

/** Pages, and what their scripts ask for. */
async function browsers(held) {
  const citizen = openBrowser(base);
  const asking = {'/parken': 'residence', '/wohnsitz/ausweis': '', '/parken/firma': '', '/nachweise/ausweis': '', '/nachweise/wohnsitz': 'residence'};
  for (const [path, shown] of Object.entries(asking)) {
    const page = await citizen.go(path, {});
    await citizen.go(path + '/stand');
    await citizen.go(path + '/weiter');
    if (!shown) continue;
    const link = /href="(openid4vp:[^"]+)"/.exec(page.text)[1].replaceAll('&amp;', '&');
    await citizen.go(await wallet.present(link, held));
  }
  await citizen.go('/nachweise/auskunft.json');
  const dcql = JSON.stringify({credentials: [{id: 'r', format: 'dc+sd-jwt', meta: {vct_values: [held[0].vct]}}]});
  const tried = await citizen.go('/entwickler/anfrage', {dcql});
  await citizen.go(new URL(tried.url, base).pathname + '/stand');
  await wallet.present(/href="(openid4vp:[^"]+)"/.exec(tried.text)?.[1]?.replaceAll('&amp;', '&') ?? /openid4vp:[^<"]+/.exec(tried.text)[0].replaceAll('&amp;', '&'), held);
  await citizen.go(new URL(tried.url, base).pathname);
  await citizen.go(new URL(tried.url, base).pathname + '/trace.json');
  const clerk = openBrowser(base);
  await clerk.submit(await clerk.go('/anmelden'), '/anmelden', {account: 'amt', password});
  const {cases} = await call('/api/cases', undefined, 200);
  await clerk.go(`/amt/fall/${cases[0].id}/stand`);
  await clerk.go('/kontrolle/app/stand.json');
  const inspection = await clerk.submit(await clerk.go('/kontrolle'), '/kontrolle/vorzeigen');
  await clerk.go(new URL(inspection.url, base).pathname + '/stand');
  for (const {method, path} of operations) {
    if (method === 'GET' && !path.includes('{')) await clerk.go(path);
  }
}

/** Everybody else: each route without any right. */
async function strangers() {
  for (const {method, path} of operations) {
    const target = base + path.replace(/\{[^}]+\}/g, 'nobody');
    if (method === 'GET') await fetch(target, {redirect: 'manual'});
    // Wallets' routes were asked above; these are forms, without the Origin of our pages.
    else if (document.paths[path].post.responses['4XX']) await fetch(target, {method: 'POST', body: new URLSearchParams({a: 'b'}), redirect: 'manual'});
  }
}

await townHall();
const held = await wallets();
await browsers(held);
await strangers();
// What is said to be there with a schema was there: but for what login.mjs and authorization.mjs hold to their libraries.
const elsewhere = new Set(['POST /sitzung/verlaengern', 'POST /anmelden/verlaengern', 'POST /deferred_credential', 'POST /oidc/token', 'GET /offline.json', 'GET /offer/{id}']);
for (const {name, operation, seen} of operations) {
  assert.ok(seen.size > 0, name + ' was not asked');
  const good = Object.entries(operation.responses).filter(([status, form]) => status.startsWith('2') && form.content?.['application/json']?.schema);
  const shown = good.length === 0 || good.some(([status]) => seen.has(status));
  assert.ok(shown || elsewhere.has(name) || name.includes('/stand') || name.includes('/trace.json'), name + ': no good answer was looked at');
}
console.log(`${operations.length} operations, ${answers} answers as described`);
