// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Looks at the explorer's pages in Chromium: axe-core (WCAG 2.2 AA and best practices) at 1280 and 390 pixels, German
// and English, light and dark; no sideways scrolling at 320 pixels; everything reachable by Tab with a visible focus;
// JavaScript switched off; what strangers wrote stays text.
//
// node pages.mjs BASE_URL [SCREENSHOTS]      Packages are those of ../agent.
import {mkdirSync} from 'node:fs';
import {createRequire} from 'node:module';
import {join} from 'node:path';

import {axeFaults} from '../agent/page_checks.mjs';

const require = createRequire(new URL('../agent/package.json', import.meta.url));
const {chromium} = require('playwright-core');
const [base, shots] = process.argv.slice(2);
if (shots) mkdirSync(shots, {recursive: true});

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking',
         '--disable-component-update', '--disable-sync'],
});
let faults = 0;
let checked = 0;
function fault(text) {
  faults += 1;
  console.error('FAULT ' + text);
}

async function axe(page, name) {
  const passed = await axeFaults(page, name, fault);
  checked += passed;
}

const controls = 'a[href], button, input:not([type=hidden]), select, summary, pre[tabindex]';

async function keyboard(page, name) {
  await page.setViewportSize({width: 1280, height: 900});
  const wanted = await page.evaluate((all) => {
    window.reached = new Set();
    return [...document.querySelectorAll(all)].filter((one) => one.checkVisibility()).length;
  }, controls);
  for (let i = 0; i < wanted + 5; i += 1) {
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
  const missed = await page.evaluate((all) => [...document.querySelectorAll(all)]
    .filter((one) => one.checkVisibility() && !window.reached.has(one)).map((one) => one.outerHTML.slice(0, 120)), controls);
  for (const one of missed) fault(`${name}: not reachable by Tab: ${one}`);
}

async function look(page, path, name) {
  for (const language of ['de', 'en']) {
    const address = new URL(path, base);
    address.searchParams.set('lang', language);
    await page.goto(address.href);
    const label = `${name} ${language}`;
    if (await page.evaluate(() => document.documentElement.lang) !== language) fault(`${label}: other language`);
    for (const width of [1280, 390]) {
      await page.setViewportSize({width, height: 900});
      await axe(page, `${label} ${width}`);
      if (shots) await page.screenshot({path: join(shots, `${name}-${language}-${width}.png`), fullPage: true});
    }
    await page.emulateMedia({colorScheme: 'dark'});
    await axe(page, `${label} dark`);
    if (shots && language === 'de') await page.screenshot({path: join(shots, `${name}-dark.png`), fullPage: true});
    await page.emulateMedia({colorScheme: 'light'});
    await page.setViewportSize({width: 320, height: 640});
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (wide > 0) fault(`${label}: scrolls sideways by ${wide} pixels at 320 pixels`);
    if (language === 'de') await keyboard(page, label);
  }
}

// bypassCSP lets axe-core in; the pages themselves have no script to run.
const page = await (await browser.newContext({bypassCSP: true})).newPage();
page.on('dialog', (dialog) => { fault('a script of a stranger ran'); dialog.dismiss(); });
for (const [path, name] of [['/', 'front'], ['/browse/domain', 'domain'], ['/browse/domain?page_size=10&query=residence', 'search'],
                            ['/browse/domain?query=nothing-like-this', 'nothing'], ['/browse/pool', 'pool'],
                            ['/browse/config', 'config'], ['/browse/domain/1', 'entry'], ['/browse/domain?page_size=3&page=2', 'paged'],
                            ['/browse/domain/99999', 'missing']]) {
  await look(page, path, name);
}

// Without JavaScript: search, turn the page, open an entry, load its data, register.
const plain = await (await browser.newContext({javaScriptEnabled: false, locale: 'de-DE'})).newPage();
await plain.goto(base + '/');
await plain.locator('header nav a').first().click();
await plain.getByLabel('Suche nach').fill('script');
await plain.getByRole('button', {name: 'Suchen'}).click();
const found = await plain.locator('.entry').count();
if (found !== 1) fault(`the search for a stranger's alias finds ${found} entries`);
const shown = await plain.locator('.entry dl').first().innerText();
if (!shown.includes('<script>alert(1)</script>') || !shown.includes('U+202e')) fault('a hostile alias is not shown as text: ' + shown);
await plain.goto(base + '/browse/domain?page_size=3&lang=de');
await plain.getByRole('link', {name: 'Weiter'}).click();
if (!plain.url().includes('page=2')) fault('the next page is not reached');
await plain.locator('.entry h2 a').first().click();
if (!/\/browse\/domain\/4\?/.test(plain.url())) fault('an entry does not open: ' + plain.url());
await plain.getByRole('link', {name: 'JSON laden'}).click();
if (!(await plain.content()).includes('rootHash')) fault('the data do not open');
await plain.goto(base + '/?lang=en');
await plain.getByLabel('Seed').fill('a page of paper');
await plain.getByRole('button', {name: 'Register'}).click();
if (!(await plain.content()).includes('verkey')) fault('the form does not register');

await browser.close();
console.log(`${checked} rules passed, ${faults} faults`);
process.exit(faults ? 1 : 0);
