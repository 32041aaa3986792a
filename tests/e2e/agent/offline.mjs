// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The inspector's device in Chromium: prepared while the network is there, which it says on standard output; used when a line on
// standard input says that the whole network is gone.
// Usage: node offline.mjs FOLDER PAPER PLATE   FOLDER: the agent's
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {chromium} from 'playwright-core';

import {axeFaults} from './page_checks.mjs';

const [folder, paper, plate] = process.argv.slice(2);
const base = /public_url = "([^"]+)"/.exec(readFileSync(join(folder, 'agent.toml'), 'utf8'))[1];
let faults = 0;
function fault(text) {
  faults += 1;
  console.error('FAULT ' + text);
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--ignore-certificate-errors',
         '--disable-background-networking', '--disable-component-update', '--disable-sync']});
const device = await browser.newContext({ignoreHTTPSErrors: true, locale: 'de-DE'});
const page = await device.newPage();
page.on('pageerror', (error) => fault(String(error)));

async function prepare() {
  await page.goto(base + '/anmelden?lang=de');
  await page.locator('#account').fill('amt');
  await page.locator('#account').press('Tab');
  await page.keyboard.type(readFileSync(join(folder, 'clerk-password'), 'utf8').trim());
  await page.keyboard.press('Enter');
  await page.waitForURL(base + '/amt');
  await page.goto(base + '/kontrolle/app?lang=de');
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
  await page.locator('#vorbereiten').click();
  await page.locator('#plate:enabled').waitFor();
  await proofs();
  for (const language of ['en', 'de']) {
    await unusable(language, 'OF-01 failed verifier', 'made_at');
    await unusable(language, 'OF-02 failed verifier', 'receipt');
  }
}

/** A preparation that is too old, or not the ledger's, says so by its rule and is gone; then the device is prepared again. */
async function unusable(language, expected, field) {
  const rule = expected.split(' ')[0];
  await page.goto(base + '/regeln');  // a page that does not look at the preparation by itself
  const sentence = await page.evaluate(async ([id, tongue]) => {
    const cache = await caches.open('stand'), address = '/kontrolle/app/stand.json';
    const stand = await (await cache.match(address)).json();
    if (id === 'OF-01') stand.made_at -= 3 * 24 * 3600;
    else stand.status_key.x = stand.issuer_key.x;
    await cache.put(address, new Response(JSON.stringify(stand)));
    const {rules} = await (await fetch('/regeln.json')).json();
    return rules.find((one) => one.rule === id).failed[tongue];
  }, [rule, language]);
  await page.goto(`${base}/kontrolle/app?lang=${language}`);
  const details = page.locator('#stand details');
  await details.waitFor();
  const [line, ...more] = JSON.parse(await details.getAttribute('data-trace'));
  const found = `${line.rule} ${line.outcome} ${line.mend}`;
  if (found !== expected || line.field !== field || more.length) fault(`${expected}: ${JSON.stringify([line, ...more])}`);
  await details.locator('summary').click();
  if (!(await details.locator('td', {hasText: sentence}).isVisible())) fault(`${rule} in ${language} is not explained`);
  if (!(await page.locator('#plate').isDisabled())) fault(`${rule}: there is still something to check with`);
  await axeFaults(page, `${rule} in ${language}`, fault);
  if (!(await page.evaluate(async () => !(await caches.has('stand'))))) fault(`${rule}: the file is kept`);
  await page.locator('#vorbereiten').click();
  await page.locator('#plate:enabled').waitFor();
}

/** The page's own arithmetic: a published value of SHA3-256, and receipts in which something was altered. */
async function proofs() {
  const empty = await page.evaluate(() => ledger.hex(ledger.sha3(new Uint8Array(0))));
  if (empty !== 'a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a') fault('SHA3-256 of nothing is ' + empty);
  const long = await page.evaluate(() => ledger.hex(ledger.sha3(new TextEncoder().encode('a'.repeat(200)))));
  if (long !== 'cce34485baf2bf2aca99b94833892a4f52896d3d153f7b840cc4f9fe695f1387') fault('SHA3-256 of 200 letters is ' + long);
  const results = await page.evaluate(async () => {
    const stand = await (await (await caches.open('stand')).match('/kontrolle/app/stand.json')).json();
    const holds = async (change) => {
      const copy = structuredClone(stand);
      change(copy);
      try {
        await believed(copy);
        return true;
      } catch (error) {
        return false;
      }
    };
    const other = (text) => (text[0] === 'A' ? 'B' : 'A') + text.slice(1);
    const fact = (one) => one.receipt.facts[0];
    return {
      untouched: await holds(() => {}),
      value: await holds((one) => { fact(one).value = fact(one).value.replace('verkey', 'verkez'); }),
      nodes: await holds((one) => { fact(one).nodes = fact(one).nodes.slice(0, 40) + other(fact(one).nodes.slice(40)); }),
      state: await holds((one) => {
        const signed = one.receipt.roots[fact(one).root].multiSignature.value;
        signed.state_root_hash = signed.txn_root_hash;
      }),
      leaf: await holds((one) => { one.leaf = other(one.leaf); }),
      path: await holds((one) => { for (const txn of one.receipt.transactions) txn.path.pop(); }),
      keys: await holds((one) => { one.issuer_key.x = other(one.issuer_key.x); }),
      did: await holds((one) => { one.did += 'x'; }),
    };
  });
  for (const [name, held] of Object.entries(results)) {
    if (held !== (name === 'untouched')) fault(`proof with altered ${name}: ${held ? 'held' : 'did not hold'}`);
  }
}

async function check() {
  await page.goto(base + '/kontrolle/app');
  await page.locator('#ledger:not(:empty)').waitFor();
  const known = await page.locator('#ledger').textContent();
  if (!known.includes('aus dem Ledger') || !known.includes('Minuten') || !known.includes('(BLS)')) fault('what it knows of the ledger: ' + known);
  await page.locator('#papier').fill(paper);
  await page.keyboard.press('Enter');
  await page.locator('#ergebnis.good').waitFor();
  if (!(await page.locator('#ergebnis').textContent()).includes('Statusliste signiert: vor')) fault('the age of the status list is not shown');
  await axeFaults(page, 'offline with receipt', fault);
  const traced = async () => JSON.parse(await page.locator('#ergebnis details').getAttribute('data-trace'))
    .map((line) => `${line.rule} ${line.outcome}${line.mend ? ' ' + line.mend : ''}`).join(', ');
  const good = 'OF-01 passed, OF-02 passed, PP-01 passed, AD-01 passed, ST-02 passed, ST-03 passed';
  if (await traced() !== good) fault('trace of a paper: ' + await traced());
  await page.locator('#ergebnis summary').click();
  if (!(await page.locator('#ergebnis td', {hasText: 'Der Code auf dem Papier stammt von uns.'}).isVisible())) fault('the trace is not shown');
  await axeFaults(page, 'offline with a trace', fault);
  await page.locator('#plate').fill(plate);
  await page.keyboard.press('Enter');
  await page.locator('#ergebnis.good details[data-trace*="PL-01"]').waitFor({state: 'attached'});
  if (await traced() !== 'OF-01 passed, OF-02 passed, PL-01 passed') fault('trace of a plate: ' + await traced());
  await page.locator('#papier').fill(paper.slice(0, -3) + 'AAA');
  await page.keyboard.press('Enter');
  await page.locator('#ergebnis.bad').waitFor();
  if (await traced() !== 'OF-01 passed, OF-02 passed, PP-01 failed holder') fault('trace of a forgery: ' + await traced());
}

await prepare();
console.log('prepared');
const lines = createInterface({input: process.stdin});
await new Promise((resolve) => lines.once('line', resolve));
lines.close();
await check();
await browser.close();
process.exit(faults ? 1 : 0);
