// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What every page of ours is held to in Chromium, the agent's and the observer's alike.
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';

const require = createRequire(import.meta.url);
const axeSource = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/** Reports each violation of WCAG 2.2 AA and of the best practices to `fault`; gives the number of rules that passed. */
export async function axeFaults(page, name, fault) {
  await page.evaluate(axeSource);
  const result = await page.evaluate(() => axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  }));
  for (const violation of result.violations) {
    for (const node of violation.nodes) fault(`${name}: ${violation.id}: ${violation.help}: ${node.html}`);
  }
  return result.passes.length;
}
