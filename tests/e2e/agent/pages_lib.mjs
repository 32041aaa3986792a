// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// A running development agent looked at in Chromium: what pages.mjs and services.mjs share.
import {readFileSync, mkdirSync} from 'node:fs';
import {join} from 'node:path';
import {chromium} from 'playwright-core';

import {openWallet} from '../agent-wallet/wallet_lib.mjs';
import {axeFaults} from './page_checks.mjs';

export const [folder, shots] = process.argv.slice(2);
if (!folder) {
  console.error('usage: node SCRIPT FOLDER [SCREENSHOTS]');
  process.exit(64);
}
const settings = readFileSync(join(folder, 'agent.toml'), 'utf8');
export const base = /public_url = "([^"]+)"/.exec(settings)[1];
export const password = readFileSync(join(folder, 'clerk-password'), 'utf8').trim();
const token = readFileSync(join(folder, 'api-token'), 'utf8').trim();
if (shots) mkdirSync(shots, {recursive: true});
export const wallet = openWallet(folder);

export const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
         // Service workers want a certificate that holds; the development authority is in no list of Chromium's.
         '--ignore-certificate-errors', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
let faults = 0;
let checked = 0;
export function fault(text) {
  faults += 1;
  console.error('FAULT ' + text);
}

export async function context(options = {}) {
  return browser.newContext({ignoreHTTPSErrors: true, ...options});
}

export async function api(request, path, data) {
  const answer = await request.post(base + path, {data, headers: {Authorization: 'Bearer ' + token}});
  if (!answer.ok()) throw new Error(path + ': ' + answer.status() + ' ' + await answer.text());
  return answer.json();
}

export async function axe(page, name) {
  const passed = await axeFaults(page, name, fault);
  checked += passed;
}

export async function reflow(page, name) {
  await page.setViewportSize({width: 320, height: 640});
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  if (wide > 0) fault(`${name}: scrolls sideways by ${wide} pixels at 320 pixels`);
}

export async function keyboard(page, name) {
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

/** With the system's own colours nothing that can be pressed loses its edge. */
async function forcedColours(page, name) {
  await page.emulateMedia({forcedColors: 'active'});
  const bare = await page.evaluate(() => [...document.querySelectorAll('button, a.button, input:not([type=hidden]), select, textarea')]
    .filter((one) => one.checkVisibility() && !['checkbox', 'radio'].includes(one.type))
    .filter((one) => { const style = getComputedStyle(one); return style.borderTopStyle === 'none' || parseFloat(style.borderTopWidth) < 1; })
    .map((one) => one.outerHTML.slice(0, 120)));
  for (const one of bare) fault(`${name}: no edge in forced colours: ${one}`);
  await axe(page, `${name} forced colours`);
  await page.emulateMedia({forcedColors: 'none'});
}

/** Leichte Sprache: no sentence has more than 12 words (DIN SPEC 33429); names, addresses and links are none of ours. */
async function easySentences(page, name) {
  const texts = await page.evaluate(() => {
    const main = document.querySelector('main').cloneNode(true);
    for (const one of main.querySelectorAll('address, code, pre, table, option, datalist, details, [data-left]')) one.remove();
    return [...main.querySelectorAll('h1, h2, h3, p, li, dt, dd, label, legend, button, a')]
      .filter((one) => !one.querySelector('p, li, dd, label')).map((one) => one.textContent);
  });
  for (const text of texts) {
    for (const sentence of text.replaceAll('\u00AD', '').split(/[.!?:;](?:\s|$)/)) {
      const words = sentence.match(/[\p{L}\p{N}][\p{L}\p{N}.\/\u2013-]*/gu) ?? [];
      if (words.length > 12) fault(`${name}: ${words.length} words in Leichte Sprache: ${sentence.trim()}`);
    }
  }
}

/** What a screen reader says of the page's main part holds `wanted`, in this order. */
export async function heard(page, name, wanted) {
  const said = (await page.locator('main').ariaSnapshot()).replaceAll('\u00AD', '');
  let at = 0;
  for (const one of wanted) {
    const found = said.indexOf(one, at);
    if (found < 0) {
      fault(`${name}: a screen reader does not say ${one} there: ${said}`);
      return;
    }
    at = found + one.length;
  }
}

/** Every page in `languages`, two widths, light and dark, 320 pixels, keyboard, forced colours. `path` null: the page that is open. */
export async function look(page, path, name, languages = ['de', 'en']) {
  for (const language of languages) {
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
    if (language === 'leicht') await easySentences(page, label);
    if (language === 'de') await keyboard(page, label);
    if (language === 'de') await forcedColours(page, label);
  }
}

/**
 * What a browser does for an access key (which of its own keys goes with it is the browser's affair; headless it has none): the one
 * element that has it gets the focus, and links and buttons are pressed.
 */
export async function accessKey(page, key) {
  const element = page.locator(`[accesskey="${key}"]:visible`);
  if (await element.count() !== 1) fault(`keyboard: ${await element.count()} elements of ${page.url()} have the key ${key}`);
  await element.first().focus();
  if (await element.first().evaluate((one) => one.matches('a, button'))) await page.keyboard.press('Enter');
}

/** Logs in with the keyboard alone. */
export async function logIn(page, account = 'amt') {
  await page.goto(base + '/anmelden?lang=de');
  await page.locator('#account').focus();
  await page.keyboard.type(account);
  await page.keyboard.press('Tab');
  await page.keyboard.type(password);
  await page.keyboard.press('Enter');
  await page.waitForURL(base + '/amt');
}

/** Runs `work`, closes the browser, tells what was found and ends with 0 or 1. */
export async function run(work) {
  try {
    await work();
  } catch (error) {
    fault(error.stack ?? String(error));
  } finally {
    await browser.close();
  }
  console.log(`${checked} checks of axe-core passed, ${faults} faults`);
  process.exit(faults === 0 ? 0 : 1);
}
