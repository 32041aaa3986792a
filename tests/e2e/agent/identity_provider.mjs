// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// A real OpenID Connect provider (npm oidc-provider, certified) on this machine, with a login page of its own, and, set
// before it, a liar that changes what it answers as `lie.now` says.
import {createServer} from 'node:http';
import {createHmac, generateKeyPairSync} from 'node:crypto';
import {URLSearchParams} from 'node:url';
import * as jose from 'jose';
import Provider from 'oidc-provider';

export const assured = 'urn:example:eid';
export const lie = {now: ''};

function rsaKey(kid) {
  const {privateKey} = generateKeyPairSync('rsa', {modulusLength: 2048});
  return {...privateKey.export({format: 'jwk'}), kid, use: 'sig', alg: 'RS256'};
}

const keys = {good: rsaKey('first'), thief: {...rsaKey('other'), kid: 'first'}, next: rsaKey('next')};
const publicOf = ({kty, n, e, kid, use, alg}) => ({kty, n, e, kid, use, alg});

async function signed(claims, key = keys.good) {
  return new jose.SignJWT(claims).setProtectedHeader({alg: 'RS256', kid: key.kid}).sign(await jose.importJWK(key, 'RS256'));
}

const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const lies = {
  nonce: (claims) => signed({...claims, nonce: 'of another login'}),
  audience: (claims) => signed({...claims, aud: 'somebody'}),
  party: (claims) => signed({...claims, azp: 'somebody'}),
  expired: (claims) => signed({...claims, exp: claims.iat - 3600}),
  old: (claims) => signed({...claims, auth_time: claims.iat - 7200}),
  issuer: (claims) => signed({...claims, iss: 'https://evil.example'}),
  signature: (claims) => signed(claims, keys.thief),
  assurance: ({acr, ...claims}) => signed({...claims, acr: acr && 'urn:example:password'}),
  next_key: (claims) => signed(claims, keys.next),
  none: (claims) => `${part({alg: 'none'})}.${part(claims)}.`,
  hmac: (claims) => {
    const text = `${part({alg: 'HS256', kid: 'first'})}.${part(claims)}`;
    return `${text}.${createHmac('sha256', keys.good.n).update(text).digest('base64url')}`;
  },
};

async function change(context, next) {
  if (context.path === '/token' && lie.now === 'gone') context.req.socket.destroy();
  await next();
  const location = context.response.get('Location');
  if (lie.now === 'other_iss' && location.includes('code=')) {
    const url = new URL(location);
    url.searchParams.set('iss', 'https://evil.example');
    context.set('Location', url.href);
  }
  if (lie.now === 'other_code' && location.includes('code=')) context.set('Location', location.replace(/code=[^&]+/, 'code=guessed'));
  if (context.status !== 200 || typeof context.body !== 'object') return;
  if (context.path === '/token' && lies[lie.now]) {
    context.body = {...context.body, id_token: await lies[lie.now](jose.decodeJwt(context.body.id_token))};
  }
  if (context.path === '/me' && lie.now === 'other_subject') context.body = {...context.body, sub: 'somebody'};
  if (context.path === '/me' && lie.now === 'nameless') context.body = {sub: context.body.sub};
  if (context.path === '/jwks' && lie.now === 'next_key') context.body = {keys: [...context.body.keys, publicOf(keys.next)]};
}

const loginPage = (path) => `<!doctype html><html lang="de"><head><meta charset="utf-8"><title>Testkonto</title></head><body><main>
<h1>Testkonto</h1><form method="post" action="${path}"><label>Name <input name="login" autocomplete="username"></label>
<button name="act" value="login">Anmelden</button> <button name="act" value="cancel">Abbrechen</button></form></main></body></html>`;

async function interaction(provider, request, response) {
  if (request.method === 'GET') {
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.end(loginPage(request.url));
    return;
  }
  let body = '';
  for await (const chunk of request) body += chunk;
  const form = new URLSearchParams(body);
  const result = form.get('act') === 'cancel' ? {error: 'access_denied', error_description: 'cancelled'}
    : {login: {accountId: form.get('login'), acr: assured, remember: false}};
  await provider.interactionFinished(request, response, result, {mergeWithLastSubmission: false});
}

/** `clients`: as oidc-provider wants them; `people`: claims by login name. Returns what ends it. */
export async function startProvider(port, clients, people) {
  const provider = new Provider(`http://127.0.0.1:${port}`, {
    clients, jwks: {keys: [keys.good]}, acrValues: [assured], cookies: {keys: ['a test only']},
    claims: {openid: ['sub'], profile: ['family_name', 'given_name', 'birthdate'], address: ['address']},
    features: {devInteractions: {enabled: false}},
    interactions: {url: (_, {uid}) => `/interaction/${uid}`},
    pkce: {required: () => true},
    findAccount: (_, id) => people[id] && {accountId: id, claims: async () => ({sub: id, ...people[id]})},
    async loadExistingGrant(context) {
      const grant = new context.oidc.provider.Grant({clientId: context.oidc.client.clientId, accountId: context.oidc.session.accountId});
      grant.addOIDCScope('openid profile address');
      await grant.save();
      return grant;
    },
  });
  provider.use(change);
  const answer = provider.callback();
  const server = createServer((request, response) =>
    request.url.startsWith('/interaction/')
      ? interaction(provider, request, response).catch((error) => { response.statusCode = 500; response.end(String(error)); })
      : answer(request, response));
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  return () => new Promise((resolve) => { server.close(resolve); server.closeAllConnections(); });
}
