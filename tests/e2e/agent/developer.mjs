// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The developers' page in Chromium, with and without scripts: a query put together, tried with the independent wallet, and
// "why did it fail" for presentations that hold and that do not.
//
// NODE_EXTRA_CA_CERTS=FOLDER/ca.pem node developer.mjs FOLDER [SCREENSHOTS]
// FOLDER: configuration made by `stadtbuch-agent init-dev`
import assert from 'node:assert/strict';
import {join} from 'node:path';

import {api, axe, base, context, look, run, shots, wallet} from './pages_lib.mjs';

const query = '/entwickler?t=residence&t=pid&m=any&c=residence/address.locality&o=residence/address.locality'
  + '&c=residence/family_name&w.residence/address.locality=Emscherbrück,7,true';

async function picture(page, name) {
  if (shots) await page.screenshot({path: join(shots, name + '.png'), fullPage: true});
}

/** The query changes by itself until it has `text`. */
async function says(page, text) {
  for (let i = 0; !(await page.locator('#dcql').inputValue()).includes(text); ++i) {
    assert.ok(i < 200, 'the query does not get ' + text);
    await page.waitForTimeout(50);
  }
}

async function builder() {
  const page = await (await context()).newPage();
  await look(page, '/entwickler', 'developer');
  await look(page, query, 'developer-query', ['de']);
  const dcql = JSON.parse(await page.locator('#dcql').inputValue());
  assert.deepEqual(dcql.credential_sets, [{options: [['residence'], ['pid']]}]);
  const [residence] = dcql.credentials;
  assert.equal(residence.format, 'dc+sd-jwt');
  assert.deepEqual(residence.claims.map((one) => [one.path.join('.'), one.values]),
    [['family_name', undefined], ['address.locality', ['Emscherbrück', 7, true]]]);
  assert.deepEqual(residence.claim_sets, [['c1', 'c2'], ['c1']]);
  // Live: a click is enough.
  await page.setViewportSize({width: 1280, height: 900});
  await page.locator('input[name="c"][value="residence/given_name"]').check();
  await says(page, 'given_name');
  await page.locator('select[name="a.residence"]').selectOption({index: 1});
  await says(page, '"aki"');
  await page.locator('input[name="z"][value="pid"]').check();
  await page.locator('input[name="m"][value="all"]').check();
  await says(page, '"required": false');
}

async function tried(held) {
  const page = await (await context()).newPage();
  await page.goto(base + '/entwickler?t=residence&c=residence/address.locality&lang=de');
  await page.getByRole('button', {name: 'Anfrage starten'}).click();
  await page.waitForURL(base + '/entwickler/vorgang/*');
  await axe(page, 'developer waiting');
  await picture(page, 'developer-waiting');
  const link = await page.locator('code.link').textContent();
  await wallet.present(link, held);
  await page.locator('.good .verdict').waitFor();  // the page noticed by itself
  await axe(page, 'developer result');
  await picture(page, 'developer-result');
  const trace = await (await page.request.get(page.url() + '/trace.json')).json();
  assert.ok(trace.some((line) => line.rule === 'ST-03' && line.outcome === 'passed'));
  await page.reload();
  await page.locator('.good .verdict').waitFor();
  assert.ok(!(await page.locator('main').innerText()).includes('Emscherbrück"'), 'claims are shown once');
  const twice = await page.request.get(base + '/entwickler/vorgang/unknown/stand');
  assert.equal(twice.status(), 404);
}

/** Without scripts, as a developer with curl: form fields and what the page says. */
async function judged(page, fields) {
  const answer = await page.request.post(base + '/entwickler/pruefen', {form: fields, headers: {Origin: base}});
  return {status: answer.status(), text: await answer.text()};
}

const line = (answer, rule) => new RegExp(`>${rule}(?:</a>)?</th><td><span class="tag[^"]*">([^<]+)<`).exec(answer.text)?.[1];

async function pasted(held, id) {
  const page = await (await context({javaScriptEnabled: false})).newPage();
  const credential = held[0].compact ?? held[0];
  assert.match(credential, /~$/);
  const good = await judged(page, {presentation: credential});
  assert.equal(good.status, 200);
  assert.match(good.text, /Die Vorlage gilt</);
  assert.match(good.text, /&quot;vct&quot;/);
  const [head, ...rest] = credential.split('~');
  const signature = head.lastIndexOf('.') + 5;
  const forged = [head.slice(0, signature) + (head[signature] === 'A' ? 'B' : 'A') + head.slice(signature + 1), ...rest].join('~');
  const bad = await judged(page, {presentation: forged});
  assert.equal(line(bad, 'VC-05'), 'nicht bestanden');
  assert.match(bad.text, /Wer kann es beheben/);
  // A query that the credential does not meet, and one that is none.
  const wanted = {credentials: [{id: 'r', format: 'dc+sd-jwt', meta: {vct_values: ['urn:example:other']}, require_cryptographic_holder_binding: false}]};
  assert.equal(line(await judged(page, {presentation: credential, dcql: JSON.stringify(wanted)}), 'VC-11'), 'nicht bestanden');
  assert.equal((await judged(page, {presentation: credential, dcql: '{"credentials":[]}'})).status, 422);
  assert.equal((await judged(page, {presentation: 'no token'})).status, 422);
  assert.equal((await judged(page, {presentation: '{"r":"x"}'})).status, 422);
  const foreign = await page.request.post(base + '/entwickler/pruefen', {form: {presentation: credential}, headers: {Origin: 'https://evil.example'}});
  assert.equal(foreign.status(), 403);
  // Revoked: the trace says so, and who can mend it.
  await api(page.request, `/api/credentials/${id}/revoke`, {reason: 'Test'});
  for (let i = 0; ; ++i) {
    const revoked = await judged(page, {presentation: credential});
    if (line(revoked, 'ST-03') === 'nicht bestanden') break;
    assert.ok(i < 100, 'the status list does not say that the credential is revoked: ' + line(revoked, 'ST-03'));
    await page.waitForTimeout(200);
  }
  await page.goto(base + '/entwickler?lang=de');
  await page.locator('#presentation').fill(credential);
  await page.getByRole('button', {name: 'Prüfen'}).click();
  await page.waitForURL(base + '/entwickler/pruefen');
  assert.match(await page.locator('main').innerText(), /Die Vorlage gilt nicht.*ST-03/s);
  await picture(page, 'developer-why');
}

await run(async () => {
  const {resident} = await wallet.driver();
  const offer = await wallet.offer('residence', {resident});
  const held = await wallet.takeOffer(offer.link, offer.code);
  await builder();
  await tried(held);
  await pasted(held, offer.id);
});
