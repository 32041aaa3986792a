// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// A small shop on this machine with an ordinary OpenID Connect library (openid-client): a page with a link to log in,
// and what it learns. `redirect` stands in the agent's settings.
import {webcrypto} from 'node:crypto';
import {createServer} from 'node:http';
import * as oidc from 'openid-client';

globalThis.crypto ??= webcrypto;  // Debian's Node.js 18 has it under this name only

const page = (text) => `<!doctype html><html lang="de"><head><meta charset="utf-8"><title>Buchladen</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head><body><main><h1>Buchladen</h1>${text}</main></body></html>`;

/** Listens where `redirect` leads; `learned` holds the claims of each login. */
export async function openShop(base, clientId, redirect) {
  const server = await oidc.discovery(new URL(base + '/oidc'), clientId, 'development');
  const origin = new URL(redirect).origin;
  const pending = new Map();  // state -> what was asked; a real shop keeps it with its visitor's session
  const learned = [];

  async function begin() {
    const verifier = oidc.randomPKCECodeVerifier();
    const expected = {pkceCodeVerifier: verifier, expectedNonce: oidc.randomNonce(), expectedState: oidc.randomState()};
    pending.set(expected.expectedState, expected);
    return oidc.buildAuthorizationUrl(server, {
      redirect_uri: redirect, scope: 'openid', state: expected.expectedState, nonce: expected.expectedNonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256',
    });
  }

  async function finish(url) {
    const tokens = await oidc.authorizationCodeGrant(server, url, pending.get(url.searchParams.get('state')));
    learned.push(tokens.claims());
    return page(`<p id="outcome">Angemeldet. Wohnt in ${tokens.claims().address.locality}: ${tokens.claims().resident ? 'ja' : 'nein'}</p>`);
  }

  const listening = createServer(async (request, response) => {
    const url = new URL(request.url, origin);
    try {
      if (url.pathname === '/login') return response.writeHead(303, {Location: (await begin()).href}).end();
      const text = url.pathname === new URL(redirect).pathname ? await finish(url)
        : page('<p><a href="/login">Anmelden mit Wohnsitzbescheinigung</a></p>');
      return response.writeHead(200, {'Content-Type': 'text/html; charset=utf-8'}).end(text);
    } catch (error) {
      return response.writeHead(500, {'Content-Type': 'text/plain'}).end(String(error));
    }
  });
  await new Promise((done, failed) => listening.once('error', failed).listen(Number(new URL(redirect).port), 'localhost', done));
  return {origin, learned, close: () => listening.close()};
}
