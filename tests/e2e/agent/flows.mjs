// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The three flows in Chromium with the independent wallet, from an empty store to verified, a picture of each step at
// 1280 and 390 pixels: a proof of residence by the identity card, a parking permit by that proof, a shop's login with it.
//
// NODE_EXTRA_CA_CERTS=FOLDER/ca.pem node flows.mjs FOLDER SCREENSHOTS
// FOLDER: prepared by `run` (a_shop_of_this_machine)
import assert from 'node:assert/strict';
import {readFileSync, statSync} from 'node:fs';
import {join} from 'node:path';

import {openShop} from '../agent-wallet/shop.mjs';
import {openWalletApp} from '../agent-wallet/wallet_app.mjs';
import {axe, base, context, folder, logIn, reflow, run, shots, wallet} from './pages_lib.mjs';

assert.ok(shots, 'a folder for the pictures is needed');
const pictures = [];

/** What the page looks like now, and that everybody can use it. */
async function picture(page, name) {
  for (const width of [1280, 390]) {
    await page.setViewportSize({width, height: 900});
    await axe(page, `${name} ${width}`);
    const file = join(shots, `flow-${name}-${width}.png`);
    await page.screenshot({path: file, fullPage: true});
    pictures.push(file);
  }
  await reflow(page, name);
  await page.setViewportSize({width: 1280, height: 900});
}

function table(file) {
  const [head, ...lines] = readFileSync(new URL('../../../config/town/' + file, import.meta.url), 'utf8').trim().split('\n');
  const names = head.split(';');
  return lines.map((line) => Object.fromEntries(line.split(';').map((value, i) => [names[i], value])));
}

/** Somebody of the example town with a car of their own, who lives in a zone; found in the registers' files. */
function driver() {
  const sections = table('streets.csv').filter((one) => one.zone_id);
  const people = new Map(table('residents.csv').filter((one) => one.residence_kind !== 'secondary' && !one.moving_out_date)
    .map((one) => [one.resident_id, one]));
  for (const car of table('vehicles.csv')) {
    const person = people.get(car.resident_id);
    if (!person || car.registered_until || car.relation !== 'keeper' || person.information_block === '1') continue;
    const number = parseInt(person.house_number, 10);
    const there = sections.some((one) => one.street_key === person.street_key && number >= Number(one.number_from)
      && number <= Number(one.number_to) && (one.side === 'all' || (one.side === 'odd') === (number % 2 === 1)));
    if (there) return {resident: person.resident_id, plate: car.plate};
  }
  throw new Error('nobody of the example town may park');
}

async function verified(asked, held, more = () => {}) {
  const answer = await wallet.verify(asked, held);
  assert.equal(answer.state, 'answered', JSON.stringify(answer.trace));
  assert.equal(answer.valid, true, JSON.stringify(answer.trace));
  more(answer.credentials[0].claims);
}

/** From the start page to the credential in the wallet. */
async function residenceByIdentityCard(card) {
  const page = await (await context()).newPage();
  await page.goto(base + '/?lang=de');
  await picture(page, 'residence-1-start');
  await page.locator('main a[href$="/wohnsitz"]').click();
  await picture(page, 'residence-2-ways');
  await page.locator('form[action$="/wohnsitz/ausweis"] button').click();
  await page.waitForURL(base + '/wohnsitz/ausweis/zeigen');
  await picture(page, 'residence-3-asked');
  await wallet.present(await page.locator('code.link').textContent(), [card]);
  await page.waitForURL(base + '/antrag/*');  // the page noticed by itself
  await picture(page, 'residence-4-offer');
  const held = await wallet.takeOffer(await page.locator('code.link').textContent(), undefined);
  await page.locator('.box.good').waitFor();
  await picture(page, 'residence-5-in-the-wallet');
  await verified({type: 'residence', claims: ['address.locality', 'age_equal_or_over.18']}, held, (claims) => {
    assert.equal(claims.address.locality, 'Emscherbrück');
    assert.equal(claims.family_name, undefined, 'nothing more than asked for');
  });
  return held;
}

/** With the wallet on the same device, and the inspector's look at it. */
async function permitByResidence(held, plate) {
  const page = await (await context()).newPage();
  await page.goto(base + '/?lang=de');
  await page.locator('main a[href$="/parken"]').click();
  await picture(page, 'permit-1-start');
  await page.locator('main form[action$="/parken"] button').click();
  await page.waitForURL(base + '/parken/zeigen');
  await picture(page, 'permit-2-asked');
  const back = await wallet.present(await page.locator('main a.button.big').getAttribute('href'), held);
  await page.goto(back);
  await page.waitForURL(base + '/parken/kennzeichen');
  await picture(page, 'permit-3-plate');
  await page.locator('#plate').fill(plate);
  await page.keyboard.press('Enter');
  await page.waitForURL(base + '/antrag/*');
  await picture(page, 'permit-4-offer');
  const permit = await wallet.takeOffer(await page.locator('main a.button.big').getAttribute('href'), undefined);
  await page.locator('.box.good').waitFor();
  await picture(page, 'permit-5-in-the-wallet');
  await verified({type: 'parking'}, permit, (claims) => assert.equal(claims.licence_plates[0].plate, plate));

  const inspector = await (await context()).newPage();
  await logIn(inspector);
  await inspector.goto(base + '/kontrolle?lang=de');
  await inspector.locator('form[action$="/kontrolle/vorzeigen"]:not(:has([name="nachweis"])) button').click();
  await inspector.locator('code.link').waitFor();
  await picture(inspector, 'permit-6-inspector-asks');
  await wallet.present(await inspector.locator('code.link').textContent(), permit);
  await inspector.locator('.good .verdict').waitFor();
  await picture(inspector, 'permit-7-verified');
}

/** The shop learns that somebody lives here, and nothing else. */
async function shopLogin(held) {
  const redirect = /redirect_uris = \["([^"]+\/back)"\]/.exec(readFileSync(join(folder, 'agent.toml'), 'utf8'))[1];
  const shop = await openShop(base, 'buchladen', redirect);
  try {
    const page = await (await context({locale: 'de-DE'})).newPage();
    await page.goto(shop.origin + '/');
    await page.getByRole('link', {name: 'Anmelden mit Wohnsitzbescheinigung'}).click();
    await page.waitForURL(base + '/oidc/anmeldung');
    await picture(page, 'shop-1-who-asks');
    await page.locator('main form[action$="/oidc"] button').click();
    await page.waitForURL(base + '/oidc/zeigen');
    await picture(page, 'shop-2-asked');
    await wallet.present(await page.locator('code.link').textContent(), held);
    await page.locator('#outcome').waitFor();  // both pages went on by themselves
    await picture(page, 'shop-3-logged-in');
    assert.equal(await page.locator('#outcome').textContent(), 'Angemeldet. Wohnt in Emscherbrück: ja');
    const [claims] = shop.learned;
    assert.equal(claims.resident, true);
    assert.deepEqual(claims.address, {locality: 'Emscherbrück'});
    for (const name of ['family_name', 'given_name', 'birthdate']) assert.equal(claims[name], undefined, name);
  } finally {
    shop.close();
  }
}

await run(async () => {
  assert.equal((await wallet.api('/api/cases')).total, 0, 'the store is empty');
  const {resident, plate} = driver();
  const app = await openWalletApp(folder, wallet);
  const held = await residenceByIdentityCard(await app.identityCard(resident));
  await permitByResidence(held, plate);
  await shopLogin(held);
  const cases = (await wallet.api('/api/cases')).cases.map((one) => `${one.kind} ${one.state}`).sort();
  assert.deepEqual(cases, ['parking issued', 'residence issued']);
  for (const file of pictures) assert.ok(statSync(file).size > 5000, 'an empty picture: ' + file);
  console.log(`${pictures.length} pictures`);
});
