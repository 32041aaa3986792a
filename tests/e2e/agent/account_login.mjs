// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Citizens log in at a real OpenID Connect provider (identity_provider.mjs) to get their proof of residence, in
// Chromium; then everything that a provider, or somebody between, can do wrong.
//
// NODE_EXTRA_CA_CERTS=FOLDER/ca.pem node account_login.mjs FOLDER [SCREENSHOTS]
// FOLDER: prepared by `run` (citizen_accounts)
import assert from 'node:assert/strict';
import {createPublicKey} from 'node:crypto';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';

import {assured, lie, startProvider} from './identity_provider.mjs';
import {axe, base, context, fault, folder, logIn, look, run, shots, wallet} from './pages_lib.mjs';

const port = Number(/issuer = "http:\/\/127\.0\.0\.1:(\d+)"/.exec(readFileSync(join(folder, 'agent.toml'), 'utf8'))[1]);
const clients = [
  {client_id: 'stadt', client_secret: readFileSync(join(folder, 'account-secret'), 'utf8').trim(),
   redirect_uris: [base + '/konto/buergerkonto/rueckkehr'], token_endpoint_auth_method: 'client_secret_basic'},
  {client_id: 'stadt-verein', redirect_uris: [base + '/konto/verein/rueckkehr'],
   token_endpoint_auth_method: 'private_key_jwt', token_endpoint_auth_signing_alg: 'ES256',
   jwks: {keys: [createPublicKey(readFileSync(join(folder, 'tls.key'))).export({format: 'jwk'})]}},
];

/** People of the example town, as the provider knows them. */
function people() {
  const [head, ...lines] = readFileSync(new URL('../../../config/town/residents.csv', import.meta.url), 'utf8').trim().split('\n');
  const names = head.split(';');
  const rows = lines.map((line) => Object.fromEntries(line.split(';').map((value, i) => [names[i], value])));
  const home = rows.find((one) => one.resident_id === 'R100000');
  const said = {family_name: home.family_name, given_name: home.given_name, birthdate: home.birthdate,
    address: {street_address: `${home.street} ${home.house_number}`, postal_code: home.postal_code, locality: home.locality}};
  return {soeren: said, moved: {...said, address: {...said.address, street_address: 'Anderswo 1'}}, bare: {...said, address: undefined}};
}

async function fresh() {
  return (await context()).newPage();
}

async function begin(page, id = 'buergerkonto', from = '/wohnsitz') {
  await page.goto(base + from + '?lang=de');
  await page.locator(`form[action="${from}/konto/${id}"] button`).click();
  await page.getByRole('heading', {name: 'Testkonto'}).waitFor();
}

/** From the page to the answer after the login. */
async function logInAs(page, login, id, from) {
  await begin(page, id, from);
  await page.getByLabel('Name').fill(login);
  const back = page.waitForResponse((one) => one.url().startsWith(base + '/konto/') && one.url().includes('/rueckkehr'));
  await page.getByRole('button', {name: 'Anmelden'}).click();
  const answer = await back;
  await page.waitForLoadState();
  return {status: answer.status(), url: answer.url(), text: await page.locator('main').innerText()};
}

async function grantedAtOnce() {
  const page = await fresh();
  const answer = await logInAs(page, 'soeren');
  assert.equal(answer.status, 303);
  assert.match(page.url(), /\/antrag\//);
  const held = await wallet.takeOffer(await page.locator('code.link').textContent(), undefined, 1);
  assert.equal(held.length, 1);
  await page.locator('.box.good').waitFor();  // the page noticed by itself
  // Looked at again, the answer leads to the same case; in another browser to nothing.
  await page.goto(answer.url);
  assert.match(page.url(), /\/antrag\//);
  const elsewhere = await fresh();
  assert.equal((await elsewhere.goto(answer.url)).status(), 422);
  assert.match(await elsewhere.locator('main').innerText(), /LG-02/);
  await axe(elsewhere, 'login refused');
  if (shots) {
    for (const width of [1280, 390]) {
      await elsewhere.setViewportSize({width, height: 900});
      await elsewhere.screenshot({path: join(shots, `account-refused-${width}.png`), fullPage: true});
    }
  }
  return page.url();
}

/** What the register does not confirm waits for a clerk, who sees where it comes from. */
async function waitsForClerk() {
  const moved = await fresh();
  await logInAs(moved, 'moved');
  assert.equal(await moved.locator('code.link').count(), 0, 'another address is granted to nobody');
  const stated = await fresh();
  const answer = await logInAs(stated, 'soeren', 'verein');
  assert.equal(answer.status, 303, answer.text);
  assert.equal(await stated.locator('code.link').count(), 0, 'without assurance a clerk decides');
  const number = (await stated.locator('dd').first().textContent()).trim();
  const clerk = await fresh();
  await logIn(clerk);
  await clerk.goto(base + '/amt?lang=de');
  await clerk.getByRole('link', {name: number}).click();
  assert.match(await clerk.locator('main').innerText(), /kein Identitätsnachweis.*Turnverein/s);
  await look(clerk, null, 'case-by-account', ['de']);
}

async function holdings() {
  const page = await fresh();
  await page.goto(base + '/nachweise?lang=de');
  assert.equal(await page.locator('form[action="/nachweise/konto/verein"]').count(), 0, 'only where the provider is sure');
  await logInAs(page, 'soeren', 'buergerkonto', '/nachweise');
  await page.waitForURL(base + '/nachweise/liste');
  assert.match(await page.locator('main').innerText(), /Sören.* Hofmann/);
  const bare = await fresh();
  await logInAs(bare, 'bare', 'buergerkonto', '/nachweise');
  assert.match(await bare.locator('main').innerText(), /Kontakt/);
}

/** Each lie of the provider ends with a page that names the rule. */
async function refusals() {
  const rules = {nonce: 'LG-10', audience: 'LG-08', party: 'LG-08', expired: 'LG-09', old: 'LG-09', issuer: 'LG-07', signature: 'LG-06',
    assurance: 'LG-11', none: 'LG-05', hmac: 'LG-05', other_iss: 'LG-03', other_code: 'LG-04', other_subject: 'LG-12', nameless: 'LG-13'};
  // First, because unknown keys are asked for once a minute.
  lie.now = 'next_key';
  const rotated = await logInAs(await fresh(), 'soeren');
  lie.now = '';
  assert.equal(rotated.status, 303, 'new keys of the provider are fetched');
  for (const [what, rule] of Object.entries(rules)) {
    const page = await fresh();
    lie.now = what;
    const answer = await logInAs(page, 'soeren');
    lie.now = '';
    const good = answer.status === 422 && answer.text.includes(rule) && /SB-430[45]/.test(answer.text);
    if (!good) fault(`${what}: not refused by ${rule}: ${answer.status} ${answer.text}`);
    await page.context().close();
  }
  const page = await fresh();
  await begin(page);
  await page.getByRole('button', {name: 'Abbrechen'}).click();
  await page.waitForURL(base + '/konto/**');
  assert.match(await page.locator('main').innerText(), /abgebrochen/);
  const twice = await page.goto(base + '/konto/buergerkonto/rueckkehr?state=a&state=b');
  assert.equal(twice.status(), 422);
}

/** Nothing of a person, and no code or token, is in the log. */
function discreet() {
  const log = readFileSync(join(folder, 'log'), 'utf8');
  for (const secret of ['Hofmann', '1950-06-12', 'Ziegelei', 'code=', 'eyJ', 'soeren']) {
    assert.ok(!log.includes(secret), 'the log holds ' + secret);
  }
  assert.match(log, /SB-4305: login at identity provider buergerkonto: LG-10/);
}

async function away(stop) {
  // The provider dies between its answer to the browser and our question.
  lie.now = 'gone';
  const died = await logInAs(await fresh(), 'soeren');
  await stop();
  assert.equal(died.status, 503);
  assert.match(died.text, /nicht erreichbar.*SB-4302 LG-01.*Andere Wege/s);
  const never = await fresh();
  await never.goto(base + '/wohnsitz?lang=de');
  const answered = never.waitForResponse((one) => one.url() === base + '/wohnsitz/konto/weg');
  await never.locator('form[action="/wohnsitz/konto/weg"] button').click();
  const answer = await answered;
  assert.equal(answer.status(), 503);
  assert.equal(answer.headers()['retry-after'], '30');
  await axe(never, 'provider away');
  if (shots) await never.screenshot({path: join(shots, 'account-away.png'), fullPage: true});
}

await run(async () => {
  const stop = await startProvider(port, clients, people());
  try {
    const page = await fresh();
    await look(page, '/wohnsitz', 'residence-accounts', ['de', 'en', 'leicht']);
    await look(page, '/nachweise', 'holdings-accounts', ['de']);
    await grantedAtOnce();
    await waitsForClerk();
    await holdings();
    await refusals();
    discreet();
  } finally {
    await away(stop).catch((error) => fault(error.stack));
  }
});
