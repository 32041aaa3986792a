// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Looks at every page of a running development agent in Chromium: axe-core (WCAG 2.2 AA and best practices) at 1280
// and 390 pixels, German and English, light and dark; no sideways scrolling at 320 pixels (400 % of 1280); every
// link and control reachable by Tab with a visible focus; the staff pages without a mouse.
//
// NODE_EXTRA_CA_CERTS=FOLDER/ca.pem node pages.mjs FOLDER [SCREENSHOTS]
// FOLDER: configuration made by `stadtbuch-agent init-dev`
import {readFileSync, mkdirSync} from 'node:fs';
import {join} from 'node:path';
import {chromium} from 'playwright-core';

import {openWallet} from '../agent-wallet/wallet_lib.mjs';
import {axeFaults} from './page_checks.mjs';

const [folder, shots] = process.argv.slice(2);
if (!folder) {
  console.error('usage: node pages.mjs FOLDER [SCREENSHOTS]');
  process.exit(64);
}
const settings = readFileSync(join(folder, 'agent.toml'), 'utf8');
const base = /public_url = "([^"]+)"/.exec(settings)[1];
const password = readFileSync(join(folder, 'clerk-password'), 'utf8').trim();
const token = readFileSync(join(folder, 'api-token'), 'utf8').trim();
if (shots) mkdirSync(shots, {recursive: true});
const wallet = openWallet(folder);

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
         '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
let faults = 0;
let checked = 0;
function fault(text) {
  faults += 1;
  console.error('FAULT ' + text);
}

async function context(options = {}) {
  return browser.newContext({ignoreHTTPSErrors: true, ...options});
}

async function api(request, path, data) {
  const answer = await request.post(base + path, {data, headers: {Authorization: 'Bearer ' + token}});
  if (!answer.ok()) throw new Error(path + ': ' + answer.status() + ' ' + await answer.text());
  return answer.json();
}

async function axe(page, name) {
  const passed = await axeFaults(page, name, fault);
  checked += passed;
}

async function reflow(page, name) {
  await page.setViewportSize({width: 320, height: 640});
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  if (wide > 0) fault(`${name}: scrolls sideways by ${wide} pixels at 320 pixels`);
}

async function keyboard(page, name) {
  await page.setViewportSize({width: 1280, height: 900});
  await page.evaluate(() => { document.activeElement?.blur(); window.scrollTo(0, 0); });
  const wanted = await page.evaluate(() =>
    [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]
      .filter((one) => one.checkVisibility() && !one.disabled).length);
  const reached = await page.evaluate(() => { window.reached = new Set(); return 0; });
  for (let i = reached; i < wanted + 10; i += 1) {
    await page.keyboard.press('Tab');
    const bad = await page.evaluate(() => {
      const one = document.activeElement;
      if (!one || one === document.body) return '';
      window.reached.add(one);
      const style = getComputedStyle(one);
      return style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2 ? one.outerHTML.slice(0, 120) : '';
    });
    if (bad) fault(`${name}: focus is not visible: ${bad}`);
  }
  const missed = await page.evaluate(() =>
    [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]
      .filter((one) => one.checkVisibility() && !one.disabled && !window.reached.has(one))
      // Of radio buttons of one name the Tab key reaches one; arrows reach the others.
      .filter((one) => one.type !== 'radio').map((one) => one.outerHTML.slice(0, 120)));
  for (const one of missed) fault(`${name}: not reachable by Tab: ${one}`);
}

async function look(page, path, name) {
  for (const language of ['de', 'en']) {
    const target = path === null ? page.url() : base + path;
    const address = new URL(target);
    address.searchParams.set('lang', language);
    const answer = await page.goto(address.href);
    const label = `${name} ${language}`;
    if (!answer.ok() && name !== 'missing') fault(`${label}: status ${answer.status()}`);
    for (const width of [1280, 390]) {
      await page.setViewportSize({width, height: 900});
      await axe(page, `${label} ${width}`);
      if (shots) await page.screenshot({path: join(shots, `${name}-${language}-${width}.png`), fullPage: true});
    }
    await page.emulateMedia({colorScheme: 'dark'});
    await axe(page, `${label} dark`);
    if (shots && language === 'de') await page.screenshot({path: join(shots, `${name}-dark.png`), fullPage: true});
    await page.emulateMedia({colorScheme: 'light'});
    await reflow(page, label);
    if (language === 'de') await keyboard(page, label);
  }
}

async function publicPages() {
  const page = await (await context()).newPage();
  page.on('console', (message) => { 
    // Pages with status 4xx are told as failed loads; what matters here are scripts and the content policy.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) fault(`console: ${message.text()}`);
  });
  for (const [path, name] of [['/', 'home'], ['/wohnsitz', 'residence'], ['/parken', 'parking'], ['/anmelden', 'login'],
    ['/barrierefreiheit', 'accessibility'], ['/impressum', 'imprint'], ['/datenschutz', 'privacy'],
    ['/kontakt', 'contact'], ['/gibt-es-nicht', 'missing']]) {
    await look(page, path, name);
  }
  await page.goto(base + '/wohnsitz?lang=de');
  await page.locator('main form[action="/wohnsitz"] button').click();
  await axe(page, 'residence with faults');
  if (shots) await page.screenshot({path: join(shots, 'residence-faults.png'), fullPage: true});
  await page.goto(base + '/parken');
  await page.locator('main form button').click();
  await look(page, '/parken/zeigen', 'present');
  await page.goto(base + '/wohnsitz');
  await page.locator('main form[action="/wohnsitz/ausweis"] button').click();
  await look(page, '/wohnsitz/ausweis/zeigen', 'identity');
  const pushed = await (await fetch(base + '/par', {method: 'POST', body: new URLSearchParams({
    response_type: 'code', client_id: 'pages-test', redirect_uri: 'https://wallet.example/back', scope: 'residence', state: 's',
    issuer_state: 'none', code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', code_challenge_method: 'S256',
  })})).json();
  await page.goto(`${base}/authorize?client_id=pages-test&request_uri=${encodeURIComponent(pushed.request_uri)}`);
  await look(page, '/freigabe', 'authorize');
  return page;
}

async function citizenCase(page) {
  const made = await api(page.request, '/api/cases', {kind: 'residence', resident: 'R100000'});
  const decided = await api(page.request, `/api/cases/${made.id}/decide`, {decision: 'approve'});
  await look(page, new URL(decided.page).pathname, 'offer');
  const wrong = await api(page.request, '/api/cases', {kind: 'residence', person: {
    family_name: 'Hofmann', given_name: 'Sören', birthdate: '1950-06-12', street: 'Falsche Straße', house_number: '1',
    postal_code: '45903', locality: 'Emscherbrück'}});
  await api(page.request, `/api/cases/${wrong.id}/decide`, {decision: 'correct', reason: 'Bitte die Straße prüfen.'});
  await look(page, new URL(wrong.page).pathname, 'differences');
  return {offered: made.id, conflict: (await api(page.request, '/api/cases', {kind: 'parking', plate: 'GE-XY 1',
    person: {family_name: 'Hofmann', given_name: 'Sören', birthdate: '1950-06-12'}})).id};
}

/// Logs in with the keyboard alone.
async function logIn(page) {
  await page.goto(base + '/anmelden?lang=de');
  await page.locator('#account').focus();
  await page.keyboard.type('amt');
  await page.keyboard.press('Tab');
  await page.keyboard.type(password);
  await page.keyboard.press('Enter');
  await page.waitForURL(base + '/amt');
}

async function staffPages(cases) {
  const page = await (await context()).newPage();
  await logIn(page);
  for (const [path, name] of [['/amt', 'queue'], ['/amt?stand=conflict', 'queue-filtered'], ['/amt/protokoll', 'audit'],
    ['/kontrolle', 'inspector'], [`/amt/fall/${cases.offered}`, 'case-offered'],
    [`/amt/fall/${cases.offered}/blatt`, 'sheet'], [`/amt/fall/${cases.offered}/widerrufen`, 'revoke'],
    [`/amt/fall/${cases.conflict}`, 'case-conflict']]) {
    await look(page, path, name);
  }
  await page.goto(base + '/kontrolle?lang=de');
  await page.locator('#plate').fill('GE-AB 123');
  await page.keyboard.press('Enter');
  await page.locator('.verdict').waitFor();
  await axe(page, 'plate result');
  if (shots) await page.screenshot({path: join(shots, 'plate-result.png'), fullPage: true});
}

/// The permit in one sitting, with the independent wallet on "another device" and on the same one.
async function parkingSitting() {
  const {resident, plate} = await wallet.driver();
  const proof = await wallet.offer('residence', {resident});
  const held = await wallet.takeOffer(proof.link, proof.code);
  const page = await (await context()).newPage();
  const begin = async () => {
    await page.goto(base + '/parken?lang=de');
    await page.locator('main form button').click();
    await page.waitForURL(base + '/parken/zeigen');
  };
  await begin();
  await wallet.present(await page.locator('code.link').textContent(), held);
  await page.waitForURL(base + '/parken/kennzeichen');  // the page noticed by itself
  await page.locator('#plate').fill('???');
  await page.keyboard.press('Enter');
  await page.locator('.fault').waitFor();
  await axe(page, 'plate with fault');
  await look(page, '/parken/kennzeichen', 'plate');
  await page.goto(base + '/parken/kennzeichen?lang=de');
  await page.locator('#plate').fill('B-XX 1');
  await page.keyboard.press('Enter');
  await page.waitForURL(base + '/antrag/*');
  await look(page, null, 'conflict');
  await page.goto(new URL(page.url()).origin + new URL(page.url()).pathname + '?lang=de');
  await page.locator('#plate').fill(plate);
  await page.keyboard.press('Enter');
  await page.locator('code.link').waitFor();
  await look(page, null, 'permit-offer');
  held.push(...await wallet.takeOffer(await page.locator('code.link').textContent(), undefined));
  await page.locator('.box.good').waitFor();  // the page noticed by itself
  await look(page, null, 'permit-issued');

  await begin();
  const back = await wallet.present(await page.locator('main a.button.big').getAttribute('href'), held);
  await page.goto(back);
  await page.waitForURL(base + '/parken/kennzeichen');
  await begin();
  await page.goto(back);
  await page.locator('h1').waitFor();
  if (page.url().includes('kennzeichen')) fault('an old response code was accepted');
  await axe(page, 'presentation refused');
  return held;
}

/// The inspector's verdict on a presented permit.
async function inspection(held) {
  const page = await (await context()).newPage();
  await logIn(page);
  await page.goto(base + '/kontrolle?lang=de');
  await page.locator('main form button.second').last().click();
  await page.locator('code.link').waitFor();
  await axe(page, 'permit wanted');
  await wallet.present(await page.locator('code.link').textContent(), held);
  await page.locator('.good .verdict').waitFor();
  await axe(page, 'permit verdict');
  await reflow(page, 'permit verdict');
  if (shots) await page.screenshot({path: join(shots, 'permit-verdict.png'), fullPage: true});
}

/// Without scripts the same pages do their work.
async function withoutScripts() {
  const page = await (await context({javaScriptEnabled: false})).newPage();
  await page.goto(base + '/wohnsitz?lang=de');
  const said = {family_name: 'Hofmann', given_name: 'Sören Jürgen', birthdate: '12.06.1950', street: 'An der Alten Ziegelei',
    house_number: '94', postal_code: '45903', locality: 'Emscherbrück'};
  for (const [name, value] of Object.entries(said)) await page.locator('#' + name).fill(value);
  await page.locator('main form[action="/wohnsitz"] button').click();
  if (!page.url().includes('/antrag/')) fault('the form does not work without scripts: ' + page.url());
}

try {
  const page = await publicPages();
  await staffPages(await citizenCase(page));
  await inspection(await parkingSitting());
  await withoutScripts();
} finally {
  await browser.close();
}
console.log(`${checked} checks of axe-core passed, ${faults} faults`);
process.exit(faults === 0 ? 0 : 1);
