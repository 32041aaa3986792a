// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Looks at every page of a running development agent in Chromium: axe-core (WCAG 2.2 AA and best practices) at 1280
// and 390 pixels, German and English, light and dark; no sideways scrolling at 320 pixels (400 % of 1280); every
// link and control reachable by Tab with a visible focus; the staff pages without a mouse.
//
// NODE_EXTRA_CA_CERTS=FOLDER/ca.pem node pages.mjs FOLDER [SCREENSHOTS]
// FOLDER: configuration made by `stadtbuch-agent init-dev`
import {join} from 'node:path';

import {mandate} from '../agent-wallet/mandate.mjs';
import {accessKey, api, axe, base, context, fault, folder, heard, logIn, look, reflow, run, shots, wallet} from './pages_lib.mjs';

const everyLanguage = ['de', 'en', 'leicht'];

async function publicPages() {
  const page = await (await context()).newPage();
  page.on('console', (message) => { 
    // Pages with status 4xx are told as failed loads; what matters here are scripts and the content policy.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) fault(`console: ${message.text()}`);
  });
  for (const [path, name] of [['/', 'home'], ['/wohnsitz', 'residence'], ['/parken', 'parking'], ['/parken/firma', 'company'],
    ['/barrierefreiheit', 'accessibility'], ['/gebaerdensprache', 'sign-language'], ['/impressum', 'imprint'], ['/datenschutz', 'privacy'],
    ['/kontakt', 'contact'], ['/gibt-es-nicht', 'missing']]) {
    await look(page, path, name, everyLanguage);
  }
  await look(page, '/anmelden', 'login');
  await page.goto(base + '/wohnsitz?lang=de');
  await page.locator('main form[action="/wohnsitz"] button.big').click();
  await axe(page, 'residence with faults');
  await heard(page, 'residence with faults', ['heading "Wohnsitzbescheinigung beantragen" [level=1]', 'list "Schritte"', 'alert',
    'heading "Bitte prüfen Sie Ihre Angaben" [level=2]', 'link "Familienname"', 'group "Person"', 'textbox "Familienname"',
    'group "Anschrift"', 'button "Absenden"', 'button "Speichern und später weitermachen"']);
  const focused = await page.evaluate(() => document.activeElement.getAttribute('role'));
  if (focused !== 'alert') fault('residence with faults: the summary has no focus, but ' + focused);
  if (shots) await page.screenshot({path: join(shots, 'residence-faults.png'), fullPage: true});
  await look(page, '/nachweis/school', 'school', ['de', 'en', 'leicht']);
  await page.goto(base + '/nachweis/school?lang=de');
  await page.locator('main form[novalidate] button.big').click();
  await axe(page, 'school with faults');
  await savedForLater(page);
  await page.goto(base + '/parken');
  await page.locator('main form button').click();
  await look(page, '/parken/zeigen', 'present', everyLanguage);
  await page.goto(base + '/parken/zeigen?lang=de');
  await heard(page, 'present', ['heading "Bewohnerparkausweis beantragen" [level=1]', 'list "Schritte"',
    'heading "Wallet auf diesem Gerät" [level=2]', 'link "Wallet öffnen und Nachweis zeigen"', 'img "QR-Code mit dem Link darunter"',
    'Diese Anfrage gilt bis', 'button "Mehr Zeit: neue Anfrage"', 'button "Abbrechen"']);
  if (!/\d/.test(await page.locator('[data-left]').textContent())) fault('present: the time that is left is not shown');
  const request = await page.locator('code.link').textContent();
  await page.goto(base + '/parken/zeigen?lang=de');
  await page.locator('form[action="/parken/abbrechen"] button').click();
  await page.getByRole('heading', {name: 'Abgebrochen'}).waitFor();
  await axe(page, 'present cancelled');
  if (shots) await page.screenshot({path: join(shots, 'present-cancelled.png'), fullPage: true});
  const asked = await page.request.get(new URL(request).searchParams.get('request_uri'));
  if (asked.ok()) fault('present: a cancelled request is still given out');
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

/** Saved with half a name, gone on with from the link, deleted. */
async function savedForLater(page) {
  await page.goto(base + '/wohnsitz?lang=de');
  await page.locator('#family_name').fill('Hofmann');
  await page.getByRole('button', {name: 'Speichern und später weitermachen'}).click();
  await page.waitForURL(base + '/entwurf/*');
  await look(page, null, 'draft', everyLanguage);
  const link = await page.locator('code.link').textContent();
  const phone = await (await context()).newPage();
  await phone.goto(link + '?lang=de');
  await phone.getByRole('link', {name: 'Jetzt weitermachen'}).click();
  if (await phone.locator('#family_name').inputValue() !== 'Hofmann') fault('a draft has lost what was typed');
  await phone.goto(link + '?lang=de');
  await phone.getByRole('button', {name: 'Entwurf jetzt löschen'}).click();
  await axe(phone, 'draft deleted');
  const gone = await page.goto(link);
  if (gone.status() !== 404) fault('a deleted draft is still there');
  await axe(page, 'draft gone');
}

async function citizenCase(page) {
  const made = await api(page.request, '/api/cases', {kind: 'residence', resident: 'R100000'});
  const decided = await api(page.request, `/api/cases/${made.id}/decide`, {decision: 'approve'});
  await look(page, new URL(decided.page).pathname, 'offer', everyLanguage);
  const wrong = await api(page.request, '/api/cases', {kind: 'residence', person: {
    family_name: 'Hofmann', given_name: 'Sören', birthdate: '1950-06-12', street: 'Falsche Straße', house_number: '1',
    postal_code: '45903', locality: 'Emscherbrück'}});
  await api(page.request, `/api/cases/${wrong.id}/decide`, {decision: 'correct', reason: 'Bitte die Straße prüfen.'});
  await look(page, new URL(wrong.page).pathname, 'differences', everyLanguage);
  const school = await api(page.request, '/api/cases', {kind: 'school', resident: 'S200000'});
  const given = await api(page.request, `/api/cases/${school.id}/decide`, {decision: 'approve'});
  await look(page, new URL(given.page).pathname, 'school-offer');
  const other = await api(page.request, '/api/cases', {kind: 'school', fields: {family_name: 'Schmid',
    given_name: 'Hildegard', birthdate: '2015-07-11', school: 'Realschule am Schloß'}});
  await api(page.request, `/api/cases/${other.id}/decide`, {decision: 'correct', reason: 'Bitte das Datum prüfen.'});
  await look(page, new URL(other.page).pathname, 'school-differences');
  return {schoolOffered: school.id, schoolConflict: other.id, offered: made.id, conflict: (await api(page.request, '/api/cases', {kind: 'parking', plate: 'GE-XY 1',
    person: {family_name: 'Hofmann', given_name: 'Sören', birthdate: '1950-06-12'}})).id};
}

async function staffPages(cases) {
  const page = await (await context()).newPage();
  await logIn(page);
  for (const [path, name] of [['/amt', 'queue'], ['/amt?stand=conflict', 'queue-filtered'], ['/amt/protokoll', 'audit'],
    ['/kontrolle', 'inspector'], [`/amt/fall/${cases.offered}`, 'case-offered'],
    [`/amt/fall/${cases.offered}/blatt`, 'sheet'], [`/amt/fall/${cases.offered}/codebrief`, 'code-letter'], ['/amt/tastatur', 'keyboard'],
    ['/amt?stand=erledigt', 'queue-done'], [`/amt/fall/${cases.offered}/widerrufen`, 'revoke'],
    [`/amt/fall/${cases.conflict}`, 'case-conflict'], ['/amt?art=school', 'queue-school'],
    [`/amt/fall/${cases.schoolOffered}`, 'case-school'], [`/amt/fall/${cases.schoolConflict}`, 'case-school-conflict'],
    [`/amt/fall/${cases.schoolOffered}/widerrufen`, 'revoke-school']]) {
    await look(page, path, name);
  }
  await savedFilters(page);
  await byKeyboard(page, cases);
  await page.goto(base + '/kontrolle?lang=de');
  await page.locator('#plate').fill('GE-AB 123');
  await page.keyboard.press('Enter');
  await page.locator('.verdict').waitFor();
  await axe(page, 'plate result');
  if (shots) await page.screenshot({path: join(shots, 'plate-result.png'), fullPage: true});
}

/// A selection kept by name, with the keyboard: without the search text, gone when it is forgotten.
async function savedFilters(page) {
  await page.goto(base + '/amt?stand=conflict&art=parking&suche=GE-XY&lang=de');
  await page.locator('summary', {hasText: 'Diese Auswahl merken'}).focus();
  await page.keyboard.press('Enter');
  await page.locator('#filter-name').focus();
  await page.keyboard.type('Parken & Widersprüche');
  await page.keyboard.press('Enter');
  await page.waitForURL(base + '/amt?stand=conflict&art=parking');
  await page.goto(base + '/amt?lang=de');
  await look(page, '/amt', 'queue-saved', ['de']);
  await page.goto(base + '/amt?lang=de');
  await page.getByRole('link', {name: 'Parken & Widersprüche'}).click();
  await page.waitForURL(base + '/amt?stand=conflict&art=parking');
  await page.locator('summary', {hasText: 'Diese Auswahl merken'}).click();
  await page.getByRole('button', {name: 'Vergessen: Parken & Widersprüche'}).click();
  await page.waitForURL(base + '/amt');
  if (await page.getByRole('link', {name: 'Parken & Widersprüche'}).count()) fault('a forgotten filter is still there');
}

/// A clerk's morning without a mouse: through the queue, a case taken over, its parts, the next one; more time for the session
/// while something is typed.
async function byKeyboard(page, cases) {
  await page.goto(base + '/kontrolle?lang=de');
  await accessKey(page, 'v');
  await page.waitForURL(base + '/amt');
  await accessKey(page, 's');
  if (await page.evaluate(() => document.activeElement.id) !== 'f-suche') fault('keyboard: the search has no focus');
  const rows = page.locator('tbody th a');
  await rows.first().focus();
  const focused = () => page.evaluate(() => document.activeElement.textContent);
  for (const [key, wanted] of [['ArrowDown', 1], ['End', await rows.count() - 1], ['ArrowDown', await rows.count() - 1], ['ArrowUp', await rows.count() - 2], ['Home', 0]]) {
    await page.keyboard.press(key);
    if (await focused() !== await rows.nth(wanted).textContent()) fault(`keyboard: ${key} leads to ${await focused()}`);
  }
  await page.keyboard.press('Enter');
  await page.waitForURL(base + '/amt/fall/*');
  await page.goto(`${base}/amt/fall/${cases.conflict}?lang=de`);
  await accessKey(page, '4');
  await page.waitForURL((url) => url.hash === '#entscheidung');
  // The form comes back to the same page: a key that is pressed before it is there meets the old one.
  const back = page.waitForEvent('load');
  await accessKey(page, 'm');
  await back;
  await page.locator('dd', {hasText: /^amt$/}).waitFor();
  await accessKey(page, 'n');
  await page.waitForURL(base + '/amt');
  const second = await api(page.request, '/api/cases', {kind: 'parking', plate: 'GE-XY 2',
    person: {family_name: 'Hofmann', given_name: 'Sören', birthdate: '1950-06-12'}});
  await page.goto(`${base}/amt/fall/${cases.conflict}?lang=de`);
  await accessKey(page, 'n');
  await page.waitForURL(`${base}/amt/fall/${second.id}`);
  // Typed words stay when the session gets more time.
  await page.goto(`${base}/amt/fall/${cases.conflict}?lang=de`);
  await page.locator('#nachfordern-frei').fill('Bitte rufen Sie an.');
  const answer = page.waitForResponse((one) => one.url().endsWith('/anmelden/verlaengern'));
  await page.getByRole('button', {name: 'Sitzung verlängern'}).click();
  const answered = await answer;
  if (!answered.ok()) fault('a session does not go on: ' + answered.status());
  const {left, until} = await answered.json();
  if (left < 1700) fault(`a session goes on for ${left} seconds only`);
  await page.locator('[data-until]', {hasText: until}).waitFor();
  if (await page.locator('#nachfordern-frei').inputValue() !== 'Bitte rufen Sie an.') fault('more time has cost what was typed');
  await heard(page, 'case', ['heading "Bewohnerparkausweis', 'navigation "In diesem Vorgang"', 'heading "Vergleich mit dem Register" [level=2]',
    'heading "Unterlagen" [level=2]', 'heading "Verlauf" [level=2]', 'heading "Entscheidung" [level=2]', 'button "Ausstellen"']);
}

/// A type that is configuration, with the keyboard, a clerk's decision on the page and the independent wallet.
async function schoolCertificate() {
  const citizen = await (await context()).newPage();
  await citizen.goto(base + '/nachweis/school?lang=de');
  const said = {family_name: 'Koch', given_name: 'Mustafa', birthdate: '06.09.2008', school: 'Käthe-Kollwitz-Gymnasium'};
  for (const [name, value] of Object.entries(said)) await citizen.locator('#' + name).fill(value);
  await citizen.keyboard.press('Enter');
  await citizen.waitForURL(base + '/antrag/*');
  const number = await citizen.locator('dd').first().textContent();
  const clerk = await (await context()).newPage();
  await logIn(clerk);
  await clerk.goto(base + '/amt?art=school&stand=new');
  await clerk.getByRole('link', {name: number.trim()}).click();
  await clerk.locator('form[action$="/ausstellen"] button').click();
  await clerk.locator('p.code').waitFor();
  const code = (await clerk.locator('p.code').textContent()).trim();
  await citizen.reload();
  const held = await wallet.takeOffer(await citizen.locator('code.link').textContent(), code);
  await citizen.locator('.box.good').waitFor();  // the page noticed by itself
  await clerk.locator('p.code').waitFor({state: 'detached'});  // so did the clerk's
  await clerk.goto(base + '/kontrolle?lang=de');
  await clerk.locator('form:has(input[name="nachweis"]) button').click();
  await clerk.locator('code.link').waitFor();
  await wallet.present(await clerk.locator('code.link').textContent(), held);
  await clerk.locator('.good .verdict').waitFor();
  await axe(clerk, 'school verdict');
  if (!(await clerk.locator('main').textContent()).includes('Koch')) fault('the inspector does not see the name asked for');
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
  await look(page, '/parken/kennzeichen', 'plate', everyLanguage);
  await page.goto(base + '/parken/kennzeichen?lang=de');
  await page.locator('#plate').fill('B-XX 1');
  await page.keyboard.press('Enter');
  await page.waitForURL(base + '/antrag/*');
  await look(page, null, 'conflict', everyLanguage);
  await page.goto(new URL(page.url()).origin + new URL(page.url()).pathname + '?lang=de');
  await page.locator('#plate').fill(plate);
  await page.keyboard.press('Enter');
  await page.locator('code.link').waitFor();
  await look(page, null, 'permit-offer', everyLanguage);
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

/// A company's representative takes a permit, for which an invoice is written; the clerk books the payment.
async function companySitting() {
  const held = [await mandate(folder, wallet, {legal_name: 'Bäckerei Größler GmbH', identifier: 'DE-R2307-HRB10001',
    scope: 'vehicles'})];
  const page = await (await context()).newPage();
  await page.goto(base + '/parken/firma?lang=de');
  await page.locator('main form button').click();
  await page.waitForURL(base + '/parken/firma/zeigen');
  await axe(page, 'mandate wanted');
  await wallet.present(await page.locator('code.link').textContent(), held);
  await page.waitForURL(base + '/parken/firma/kennzeichen');  // the page noticed by itself
  await look(page, '/parken/firma/kennzeichen', 'company-plate');
  await page.goto(base + '/parken/firma/kennzeichen?lang=de');
  await page.locator('#plate').fill('GE-FK 100');
  await page.keyboard.press('Enter');
  await page.waitForURL(base + '/antrag/*');
  await look(page, null, 'company-permit', ['de', 'en', 'leicht']);
  const text = await page.locator('main').textContent();
  for (const word of ['Bäckerei Größler GmbH', 'R-20']) if (!text.includes(word)) fault('the company\'s page lacks ' + word);
  const clerk = await (await context()).newPage();
  await logIn(clerk);
  await look(clerk, '/amt/kasse?stand=offen', 'cash');
  await clerk.goto(base + '/amt/kasse?stand=offen&lang=de');
  await clerk.locator('tbody a').first().click();
  await look(clerk, null, 'case-invoice');
  await clerk.goto(new URL(clerk.url()).origin + new URL(clerk.url()).pathname + '?lang=de');
  await clerk.locator('form[action$="/bezahlt"] button').click();
  await clerk.locator('form[action$="/bezahlt"]').waitFor({state: 'detached'});
  await clerk.goto(base + '/amt/kasse?stand=bezahlt&lang=de');
  if (await clerk.locator('tbody tr').count() !== 1) fault('the booked invoice is not in the list of paid ones');
}

/// The inspector's verdict on a presented permit.
async function inspection(held) {
  const page = await (await context()).newPage();
  await logIn(page);
  await page.goto(base + '/kontrolle?lang=de');
  await page.locator('form[action="/kontrolle/vorzeigen"]:not(:has([name="nachweis"])) button').click();
  await page.locator('code.link').waitFor();
  await axe(page, 'permit wanted');
  if (!/\d/.test(await page.locator('p > [data-left]').textContent())) fault('permit wanted: the time that is left is not shown');
  const request = page.url();
  await page.getByRole('button', {name: 'Mehr Zeit: neue Anfrage'}).click();
  await page.waitForURL((url) => url.href !== request);
  const again = await page.locator('code.link').textContent();
  await page.getByRole('button', {name: 'Abbrechen'}).click();
  await page.waitForURL(base + '/kontrolle');
  if ((await page.request.get(new URL(again).searchParams.get('request_uri'))).ok()) fault('a cancelled inspection is still given out');
  await page.locator('form[action="/kontrolle/vorzeigen"]:not(:has([name="nachweis"])) button').click();
  await page.locator('code.link').waitFor();
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
  await page.locator('main form[action="/wohnsitz"] button.big').click();
  if (!page.url().includes('/antrag/')) fault('the form does not work without scripts: ' + page.url());
}

await run(async () => {
  const page = await publicPages();
  await staffPages(await citizenCase(page));
  await schoolCertificate();
  await inspection(await parkingSitting());
  await companySitting();
  await withoutScripts();
});
