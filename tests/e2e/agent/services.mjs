// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What people do after the first credential, in Chromium with the independent wallet, every page held to what
// pages_lib.mjs asks: "Meine Nachweise" (renew, report a loss, give back, export, delete), and the clerks' desk
// (filters, four eyes, bulk acts with a dry run, changes of the register), the permit on paper, the inspector without a
// network, open data, the page of a shop's login.
//
// NODE_EXTRA_CA_CERTS=FOLDER/ca.pem node services.mjs FOLDER [SCREENSHOTS]
// FOLDER: prepared by `run` (a_desk_of_two); FOLDER/../register is this agent's own copy of the town
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

import {axe, base, context, fault, folder, logIn, look, run, wallet} from './pages_lib.mjs';

const languages = ['de', 'en', 'leicht'];

async function clickText(page, text) {
  await page.locator('main').getByText(text, {exact: true}).first().click();
}

/** A browser that has taken proof and permit; what the wallet holds. */
async function citizen() {
  const {resident, plate} = await wallet.driver();
  const proof = await wallet.offer('residence', {resident});
  const held = await wallet.takeOffer(proof.link, proof.code);
  const page = await (await context()).newPage();
  await page.goto(base + '/parken?lang=de');
  await page.locator('main form button').click();
  await page.waitForURL(base + '/parken/zeigen');
  await wallet.present(await page.locator('code.link').textContent(), held);
  await page.waitForURL(base + '/parken/kennzeichen');
  await page.locator('#plate').fill(plate);
  await page.keyboard.press('Enter');
  await page.locator('code.link').waitFor();
  held.push(...await wallet.takeOffer(await page.locator('code.link').textContent(), undefined));
  await page.locator('.box.good').waitFor();  // the page noticed by itself
  return {page, held, permitPage: page.url().split('?')[0]};
}

async function showProof(page, held, scripts = true) {
  await page.goto(base + '/nachweise?lang=de');
  await page.locator('form[action$="/nachweise/wohnsitz"] button').click();
  await page.waitForURL(base + '/nachweise/wohnsitz/zeigen');
  await wallet.present(await page.locator('code.link').textContent(), held);
  if (scripts) {
    await page.waitForURL(base + '/nachweise/liste');  // the page noticed by itself
  } else {
    await clickText(page, 'Ich habe den Nachweis gezeigt');
  }
}

async function exported(page) {
  const answer = await page.request.get(base + '/nachweise/auskunft.json');
  if (!answer.ok()) fault('export: status ' + answer.status());
  const text = await answer.text();
  for (const secret of ['public_token', 'offer_link', '"resident_id"', '"assignee"']) {
    if (text.includes(secret)) fault('export holds ' + secret);
  }
  const {cases} = JSON.parse(text);
  for (const one of cases) {
    if (!one.deleted_after || !one.history.length) fault('export: incomplete case ' + one.number);
    if (one.history.some((line) => !['applicant', 'wallet', 'system', 'office'].includes(line.who))) fault('export names staff');
  }
  return cases;
}

async function holdings() {
  const {page, held, permitPage} = await citizen();
  await look(page, '/nachweise', 'mine', languages);
  await showProof(page, held);
  await look(page, '/nachweise/liste', 'mine-list', languages);
  const printed = await paper(page);
  const kinds = (await exported(page)).map((one) => one.kind).sort().join();
  if (kinds !== 'parking,residence') fault('export has ' + kinds);

  await page.goto(base + '/nachweise/liste?lang=de');
  await page.locator('section.card', {hasText: 'W-'}).locator('form[action$="/erneuern"] button').click();
  await page.locator('code.link').waitFor();
  held.push(...await wallet.takeOffer(await page.locator('code.link').textContent(), undefined));
  await page.locator('.box.good').waitFor();

  await look(page, '/nachweise/verlust', 'mine-loss', languages);
  await page.goto(base + '/nachweise/verlust?lang=de');
  await page.locator('label', {hasText: 'P-'}).locator('input').uncheck();
  await clickText(page, 'Verlust endgültig melden');
  await page.waitForURL(base + '/nachweise/liste');
  const asked = {type: 'residence', claims: ['address.locality']};
  for (const one of held.filter((each) => each.vct.includes('residence'))) {
    const answer = await wallet.verify(asked, [one]);
    if (answer.valid || !answer.revoked) fault('a lost proof of residence is still good');
  }
  await page.locator('form[action$="/loeschen"] button').click();
  await page.locator('.box.good').waitFor();
  await offline(printed);
  if ((await exported(page)).length !== 1) fault('deleted data are still exported');

  await page.locator('section.card').locator('a', {hasText: 'Zurückgeben'}).click();
  await look(page, null, 'mine-give-back');
  return {permitPage, printed};
}

/** The permit on paper: a PDF whose QR code (and link) leads to a check. */
async function paper(page) {
  await page.goto(base + '/nachweise/liste?lang=de');
  const link = await page.locator('a[href$="/ausweis.pdf"]').getAttribute('href');
  const answer = await page.request.get(new URL(link, base).href);
  const bytes = await answer.body();
  if (!bytes.subarray(0, 5).equals(Buffer.from('%PDF-'))) fault('the permit is no PDF');
  const written = /\/URI \(([^)]+)\)/.exec(bytes.toString('latin1'))?.[1] ?? '';
  const address = written.replace(/\\(\d{3})/g, (_, octal) => String.fromCharCode(parseInt(octal, 8)));
  if (!address.startsWith(base + '/pruefen/')) fault('the print leads to ' + address);
  const plate = (await page.locator('section.card', {hasText: 'P-'}).locator('dt:text-is("Kennzeichen") + dd').textContent()).trim();
  const stranger = await (await context()).newPage();
  await look(stranger, address.slice(base.length), 'paper', ['de', 'en']);
  if (!await stranger.locator('.good .verdict').count()) fault('a fresh print is not valid');
  const at = address.length - 20;
  await stranger.goto(address.slice(0, at) + (address[at] === 'A' ? 'B' : 'A') + address.slice(at + 1));
  if (!await stranger.locator('.bad .verdict').count()) fault('an altered print is valid');
  return {address, plate};
}

async function expectPaperRevoked(address) {
  const page = await (await context()).newPage();
  await page.goto(address + '?lang=de');
  if (!(await page.locator('.box.bad').textContent()).includes('widerrufen')) fault('the print of a revoked permit is valid');
}

/** An inspector's device that has been prepared needs no network. */
async function offline({address, plate}) {
  const device = await context();
  const page = await device.newPage();
  await logIn(page);
  await look(page, '/kontrolle/app', 'offline-empty', ['de', 'en']);
  await page.goto(base + '/kontrolle/app?lang=de');
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
  await page.locator('#vorbereiten').click();
  await page.locator('#plate:enabled').waitFor();
  await device.setOffline(true);
  await page.goto(base + '/kontrolle/app');
  await page.locator('#plate:enabled').waitFor();
  if (!(await page.locator('#stand').textContent()).includes('Minuten')) fault('the age of the data is not shown');
  await page.locator('#plate').fill(plate);
  await page.keyboard.press('Enter');
  await page.locator('#ergebnis.good').waitFor();
  await axe(page, 'offline verdict');
  await page.locator('#plate').fill('XX-YY 1');
  await page.keyboard.press('Enter');
  await page.locator('#ergebnis.bad').waitFor();
  await page.locator('#papier').fill(address);
  await page.keyboard.press('Enter');
  await page.locator('#ergebnis.good').waitFor();
  await page.locator('#papier').fill(address.replace('/pruefen/', '/pruefen/x'));
  await page.keyboard.press('Enter');
  await page.locator('#ergebnis.bad').waitFor();
  await page.goto(address);  // what a phone's camera opens
  await page.locator('#ergebnis.good').waitFor();
  await page.locator('#loeschen').click();
  await page.locator('#plate:disabled').waitFor();
}

async function openData() {
  const page = await (await context()).newPage();
  await look(page, '/daten', 'data', languages);
  const text = async (path) => (await page.request.get(base + path)).text();
  if (!(await text('/daten/statistik.csv')).startsWith('"day","service","identification","area","measure","count"')) fault('statistics as CSV');
  if (JSON.parse(await text('/daten/statistik.json')).suppressed_below !== 5) fault('statistics as JSON');
  const all = (await text('/daten/strassen.csv')).trim().split('\r\n').length - 1;
  if (JSON.parse(await text('/daten/strassen.json')).streets.length !== all) fault('streets differ between CSV and JSON');
  const found = JSON.parse(await text('/daten/strassen.json?suche=BAHN')).streets;
  if (!found.length || !found.every((one) => one.street.toLowerCase().includes('bahn'))) fault('suggestions for "BAHN"');
  const catalogue = JSON.parse(await text('/daten/katalog.jsonld'));
  for (const dataset of catalogue['dcat:dataset']) {
    for (const one of dataset['dcat:distribution']) {
      const answer = await page.request.get(one['dcat:downloadURL']['@id']);
      if (!answer.ok()) fault('the catalogue names ' + one['dcat:downloadURL']['@id']);
    }
  }
}

/** What a citizen sees of a shop's login. */
async function shopLogin() {
  const page = await (await context()).newPage();
  const query = new URLSearchParams({client_id: 'buchladen', redirect_uri: 'http://localhost:4999/back', response_type: 'code',
    scope: 'openid', state: 's', nonce: 'n', code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', code_challenge_method: 'S256'});
  await page.goto(`${base}/oidc/authorize?${query}`);
  await look(page, '/oidc/anmeldung', 'shop-login', languages);
  await page.goto(base + '/oidc/anmeldung?lang=de');
  await page.locator('form[action$="/oidc"] button').click();
  await look(page, '/oidc/zeigen', 'shop-present', ['de']);
}

/** Who lost the wallet has the application's link; no script is needed. */
async function lossByLink(permitPage) {
  const page = await (await context({javaScriptEnabled: false})).newPage();
  await page.goto(permitPage + '?lang=de');
  await page.locator('a', {hasText: 'Verlust melden'}).click();
  await page.locator('button.danger').click();
  await page.locator('.box.bad').waitFor();
  if (page.url() !== permitPage) fault('after the report of a loss the page is ' + page.url());
}

async function withoutScripts() {
  const {resident} = await wallet.driver();
  const proof = await wallet.offer('residence', {resident});
  const held = await wallet.takeOffer(proof.link, proof.code, 2);
  const page = await (await context({javaScriptEnabled: false})).newPage();
  await showProof(page, held, false);
  await page.locator('section.card', {hasText: 'W-'}).first().locator('a', {hasText: 'Zurückgeben'}).click();
  await page.locator('form[action$="/zurueckgeben"] button').click();
  await page.waitForURL(base + '/nachweise/liste');
  await page.locator('form[action$="/nachweise/beenden"] button').click();
  await page.waitForURL(base + '/');
  const after = await page.goto(base + '/nachweise/liste');
  if (after.status() !== 409) fault('the sitting goes on after its end');
}

const proofAsked = {type: 'residence', claims: ['address.locality']};
const permitAsked = {type: 'parking', claims: ['zone_id']};

async function expectRevoked(asked, held, what) {
  const answer = await wallet.verify(asked, held);
  if (answer.valid || !answer.revoked) fault(what + ' is still good');
}

/** A permit in a wallet; its zone. */
async function permit() {
  const offered = await wallet.permitOffer();
  const held = await wallet.takeOffer(offered.link, offered.code, 1);
  const answer = await wallet.verify(permitAsked, held);
  return {id: offered.id, held, zone: answer.credentials[0].claims.zone_id};
}

async function staff(account) {
  const page = await (await context()).newPage();
  await logIn(page, account);
  return page;
}

/** What one clerk proposes, only another one can confirm. */
async function fourEyes(first, second) {
  const {resident} = await wallet.driver();
  const proof = await wallet.offer('residence', {resident});
  const held = await wallet.takeOffer(proof.link, proof.code, 1);
  const casePage = `${base}/amt/fall/${proof.id}?lang=de`;
  await first.goto(`${base}/amt/fall/${proof.id}/widerrufen?lang=de`);
  await first.locator('button.danger').click();
  await first.waitForURL(`${base}/amt/fall/${proof.id}`);
  if (await first.locator('form[action$="/bestaetigen"]').count()) fault('the proposer may confirm');
  if (!(await wallet.verify(proofAsked, held)).valid) fault('a proposal alone has revoked');
  await second.goto(casePage);
  await look(second, `/amt/fall/${proof.id}`, 'case-proposal', ['de']);
  await second.goto(`${base}/amt?wer=zweite&lang=de`);
  if (await second.locator('tbody tr').count() !== 1) fault('the queue does not show what waits for a second person');
  await second.goto(casePage);
  await second.locator('form[action$="/bestaetigen"] button').click();
  await second.waitForURL(`${base}/amt/fall/${proof.id}`);
  await expectRevoked(proofAsked, held, 'a proof that two clerks revoked');
  await second.locator('details summary').click();
  if (!(await second.locator('details').textContent()).includes('amt')) fault('the case does not tell who looked at it');
}

/** A citizen deletes the data of a credential in force; the office still revokes it, by its number. */
async function revokedAfterDeletion(first, second) {
  const {resident} = await wallet.driver();
  const proof = await wallet.offer('residence', {resident});
  const held = await wallet.takeOffer(proof.link, proof.code, 1);
  const page = await (await context()).newPage();
  await showProof(page, held);
  const button = `form[action$="/vorgang/${proof.id}/loeschen"] button`;
  const card = page.locator('section.card', {has: page.locator(button)});
  const number = await card.locator('p.quiet strong').textContent();
  await card.locator(button).click();
  await page.locator('.box.good').waitFor();
  if ((await exported(page)).some((one) => one.number === number)) fault('deleted data are still exported');
  if (!(await wallet.verify(proofAsked, held)).valid) fault('who deletes data loses the credential');
  await first.goto(`${base}/amt?suche=${number}&lang=de`);
  if (await first.locator('tbody tr').count() !== 1) fault('nobody finds what can still be revoked');
  await look(first, `/amt/fall/${proof.id}`, 'case-deleted', ['de', 'en']);
  if (await first.getByText('Vergleich mit dem Register').count()) fault('deleted data are compared');
  await first.goto(`${base}/amt/fall/${proof.id}/widerrufen?lang=de`);
  await first.locator('button.danger').click();
  await first.waitForURL(`${base}/amt/fall/${proof.id}`);
  await second.goto(`${base}/amt?wer=zweite&lang=de`);
  if (await second.locator('tbody tr').count() !== 1) fault('the queue does not show that a deleted case waits for a second person');
  await second.goto(`${base}/amt/fall/${proof.id}?lang=de`);
  await second.locator('form[action$="/bestaetigen"] button').click();
  await second.waitForURL(`${base}/amt/fall/${proof.id}`);
  await expectRevoked(proofAsked, held, 'a proof whose data were deleted');
}

/** Extension and revocation by zone: shown first, done as shown. */
async function bulk(first, second) {
  const {zone, held} = await permit();
  const dryRun = `/amt/sammel?akt=verlaengern&zone=${zone}&modul=`;
  await look(first, dryRun, 'bulk-renew', ['de', 'en']);
  const before = await first.locator('tbody .tag.good').count();
  if (before < 1) fault('the dry run finds nothing to extend');
  await first.goto(base + dryRun);
  await first.locator('form[method="post"][action$="/amt/sammel"] button').click();
  if (await first.locator('form[method="post"][action$="/amt/sammel"]').count()) fault('the proposer may carry out');
  await second.goto(base + dryRun);
  await second.locator('form[method="post"][action$="/amt/sammel"] button').click();
  await second.waitForURL(`${base}/amt/sammel?erledigt=${before}`);
  await second.goto(base + dryRun);
  if (await second.locator('form[method="post"][action$="/amt/sammel"]').count()) fault('permits are extended twice');

  const revoke = `${base}/amt/sammel?akt=widerrufen&zone=${zone}&modul=reason.zone_changed`;
  await first.goto(revoke);
  const outdated = await first.locator('input[name="plan"]').getAttribute('value');
  await first.locator('form[method="post"][action$="/amt/sammel"] button').click();
  await second.goto(revoke);
  if (await second.locator('input[name="plan"]').getAttribute('value') !== outdated) fault('a plan changes by itself');
  await second.locator('form[method="post"][action$="/amt/sammel"] button').click();
  await second.waitForURL(base + '/amt/sammel?erledigt=*');
  await expectRevoked(permitAsked, held, 'a permit of a zone that was revoked');
}

function changeRow(file, key, column, value) {
  const path = join(folder, '..', 'register', file);
  const lines = readFileSync(path, 'utf8').split('\n');
  const at = lines[0].split(';').indexOf(column);
  const changed = lines.map((line) => {
    const cells = line.split(';');
    if (!cells.includes(key)) return line;
    cells[at] = value;
    return cells.join(';');
  });
  writeFileSync(path, changed.join('\n'));
}

/** People move and sell cars: credentials follow without a decision, and the case says why. */
async function registerEvents(clerk) {
  const sold = await wallet.driver();
  const soldOffer = (await wallet.api(`/api/cases/${sold.id}/decide`, {decision: 'approve'})).offer;
  const soldHeld = await wallet.takeOffer(soldOffer.link, soldOffer.tx_code, 1);
  const proof = await wallet.offer('residence', {resident: sold.resident});
  const proofHeld = await wallet.takeOffer(proof.link, proof.code, 1);
  const gone = await wallet.offer('residence', {resident: 'R100000'});
  const goneHeld = await wallet.takeOffer(gone.link, gone.code, 1);
  changeRow('vehicles.csv', sold.plate, 'registered_until', '2020-01-01');
  changeRow('residents.csv', sold.resident, 'addition', 'Hinterhaus 7');
  changeRow('residents.csv', 'R100000', 'moving_out_date', '2020-01-01');
  await clerk.goto(base + '/amt/register?lang=de');
  await clerk.locator('form[action$="/amt/register"] button').click();
  await clerk.locator('.box.good').waitFor();
  await expectRevoked(permitAsked, soldHeld, 'the permit of a sold car');
  await expectRevoked(proofAsked, goneHeld, 'the proof of who moved away');
  await expectRevoked(proofAsked, proofHeld, 'a proof with an old address');
  await look(clerk, '/amt/register', 'register-events', ['de', 'en']);
  await clerk.goto(`${base}/amt/fall/${sold.id}?lang=de`);
  if (!(await clerk.locator('main').textContent()).includes('Das Fahrzeug wurde abgemeldet oder verkauft')) fault('the case does not tell the event');
  const again = await wallet.api(`/api/cases/${proof.id}/offer`, {tx_code: true});
  const fresh = await wallet.takeOffer(again.offer.link, again.offer.tx_code, 1);
  if (!(await wallet.verify(proofAsked, fresh)).valid) fault('no new proof after the data changed');
}

async function desk() {
  const first = await staff('amt');
  const second = await staff('amt2');
  await fourEyes(first, second);
  await revokedAfterDeletion(first, second);
  await look(first, '/amt?art=parking&stand=issued&faellig=', 'queue-parking', ['de']);
  await bulk(first, second);
  await registerEvents(first);
}

await run(async () => {
  const {permitPage, printed} = await holdings();
  await lossByLink(permitPage);
  await expectPaperRevoked(printed.address);
  await openData();
  await shopLogin();
  await withoutScripts();
  await desk();
});
