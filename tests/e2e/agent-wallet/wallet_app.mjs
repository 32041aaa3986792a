// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// A wallet app with its provider: @openid4vc for PAR, PKCE, DPoP, attestations and the credential endpoints; a browser
// without JavaScript (fetch and cookies) for the citizen at the authorization page; synthetic identity cards signed
// with the development agent's test issuer.
import assert from 'node:assert/strict';
import {createHash, createPrivateKey, createPublicKey, randomBytes, sign, X509Certificate} from 'node:crypto';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import * as jose from 'jose';
import {clientAuthenticationClientAttestationJwt, Oauth2Client, resourceRequest} from '@openid4vc/oauth2';
import {Openid4vciClient, Openid4vciWalletProvider} from '@openid4vc/openid4vci';
import {SDJwtVcInstance} from '@sd-jwt/sd-jwt-vc';
import {openBrowser} from './browser.mjs';

const redirectUri = 'https://wallet.example/back';
const clientId = 'https://wallet.example/app';

/// `vouched`: {chain: [PEM...], key: PEM} of a wallet provider; without it, one that only a development agent believes. With
/// `revocable`: {wallet, keys}, the provider says where it would revoke them: {uri, idx} of a status list each.
export async function openWalletApp(folder, wallet, vouched) {
  const {base} = wallet;
  const privateKeys = new Map();
  const thumbprint = (jwk) => jose.calculateJwkThumbprint(jwk);

  async function newKey() {
    const pair = await jose.generateKeyPair('ES256', {extractable: true});
    const jwk = await jose.exportJWK(pair.publicKey);
    privateKeys.set(await thumbprint(jwk), pair.privateKey);
    return jwk;
  }
  const signerOf = (publicJwk) => ({method: 'jwk', publicJwk, alg: 'ES256'});
  // The library reads signed metadata, but leaves it to its caller to ask for them.
  const asksForSigned = (url, init) => fetch(url, String(url).includes('/openid-credential-issuer')
    ? {...init, headers: {...init?.headers, Accept: 'application/jwt'}} : init);
  const common = {
    fetch: vouched ? asksForSigned : fetch,
    hash: (data, algorithm) => new Uint8Array(createHash(algorithm.replace('-', '')).update(data).digest()),
    generateRandom: (length) => new Uint8Array(randomBytes(length)),
    signJwt: async (signer, {header, payload}) => {
      const publicJwk = signer.publicJwk ?? providerJwk;
      const key = privateKeys.get(await thumbprint(publicJwk));
      return {jwt: await new jose.SignJWT(payload).setProtectedHeader(header).sign(key), signerJwk: publicJwk};
    },
    verifyJwt: wallet.verifyJwt,
    encryptJwe: async () => { throw new Error('not used'); },
    decryptJwe: async () => ({decrypted: false}),
  };
  let providerJwk;
  async function providerSigner() {
    if (!vouched) return signerOf(await newKey());
    const key = createPrivateKey(vouched.key);
    providerJwk = createPublicKey(key).export({format: 'jwk'});
    privateKeys.set(await thumbprint(providerJwk), key);
    return {method: 'x5c', alg: 'ES256', x5c: vouched.chain.map((pem) => new X509Certificate(pem).raw.toString('base64'))};
  }
  const statusIn = (what) => vouched?.revocable && {status: {status_list: vouched.revocable[what]}};
  const signedByProvider = await providerSigner();
  const instanceKey = await newKey();
  const provider = new Openid4vciWalletProvider({callbacks: common});
  const hour = () => new Date(Date.now() + 3600e3);
  const attestation = await provider.createWalletAttestationJwt({
    clientId, issuer: 'https://provider.example', issuedAt: new Date(), expiresAt: hour(), walletName: 'Prüfwallet',
    signer: signedByProvider, confirmation: {jwk: instanceKey}, additionalPayload: statusIn('wallet'),
  });
  const callbacks = {
    ...common,
    clientAuthentication: clientAuthenticationClientAttestationJwt({clientAttestationJwt: attestation, callbacks: common}),
  };
  const oauth = new Oauth2Client({callbacks});
  const issuing = new Openid4vciClient({callbacks});
  const issuerMetadata = await issuing.resolveIssuerMetadata(base);
  const [server] = issuerMetadata.authorizationServers;

  const linkIn = (text) => /href="(openid4vp:[^"]+)"/.exec(text)[1].replaceAll('&amp;', '&');

  /// The citizen's part; returns where the browser was sent at the end.
  async function atThePage(url, {code, card, cancel, choose}) {
    const citizen = openBrowser(base);
    const page = await citizen.go(url);
    assert.equal(page.status, 200, page.text);
    assert.match(page.text, /Prüfwallet/);
    let last;
    if (cancel) last = await citizen.submit(page, '/freigabe/abbrechen');
    else if (code) last = await citizen.submit(page, '/freigabe/code', {code});
    else {
      const shown = await citizen.go('/wohnsitz/ausweis', {});
      const back = await wallet.present(linkIn(shown.text), [card], undefined, choose);
      last = await citizen.go(back);
    }
    assert.ok(last.refresh, `no way back: ${last.status} ${last.text.replace(/<[^>]+>/g, ' ').slice(0, 400)}`);
    return last.refresh.split('url=')[1];
  }

  async function redeem(session) {
    const {accessTokenResponse} = await oauth.retrieveAuthorizationCodeAccessToken({
      authorizationServerMetadata: server, authorizationCode: session.code, pkceCodeVerifier: session.verifier, redirectUri,
      dpop: {signer: signerOf(session.dpopKey)}, additionalRequestPayload: {client_id: clientId},
    });
    return accessTokenResponse;
  }

  async function authorize({offer, scope, ...citizen}) {
    const dpopKey = await newKey();
    const state = randomBytes(16).toString('base64url');
    const grants = offer && (await issuing.resolveCredentialOffer(offer)).grants;
    const started = await oauth.initiateAuthorization({
      authorizationServerMetadata: server, clientId, redirectUri, scope, state, dpop: {signer: signerOf(dpopKey)},
      additionalRequestPayload: grants && {issuer_state: grants.authorization_code.issuer_state},
    });
    assert.match(started.authorizationRequestUrl, /request_uri=/);
    const back = new URL(await atThePage(started.authorizationRequestUrl, citizen));
    assert.ok(back.href.startsWith(redirectUri));
    assert.equal(back.searchParams.get('iss'), base);
    assert.equal(back.searchParams.get('state'), state);
    if (back.searchParams.get('error')) return {error: back.searchParams.get('error')};
    const session = {dpopKey, code: back.searchParams.get('code'), verifier: started.pkce.codeVerifier};
    const token = await redeem(session);
    assert.equal(token.token_type, 'DPoP');
    return {...session, token: token.access_token, refreshToken: token.refresh_token};
  }

  async function refresh(session, {otherKey} = {}) {
    const dpopKey = otherKey ? await newKey() : session.dpopKey;
    const {accessTokenResponse} = await oauth.retrieveRefreshTokenAccessToken({
      authorizationServerMetadata: server, refreshToken: session.refreshToken, dpop: {signer: signerOf(dpopKey)},
      additionalRequestPayload: {client_id: clientId},
    });
    return {...session, token: accessTokenResponse.access_token};
  }

  async function keyAttestation(attestedKeys, nonce, level = 'iso_18045_high') {
    return provider.createKeyAttestationJwt({
      signer: signedByProvider, attestedKeys, nonce, issuedAt: new Date(), expiresAt: hour(), use: 'proof_type.jwt',
      keyStorage: [level], userAuthentication: ['iso_18045_high'], additionalPayload: statusIn('keys'),
    });
  }

  async function answerOf(call) {
    try {
      const {response} = await call;
      return {status: response.status, body: await response.clone().json()};
    } catch (error) {
      const response = error.response?.response ?? error.response;
      if (!response?.status) throw error;
      return {status: response.status, body: await response.clone().json().catch(() => ({}))};
    }
  }

  /// `level`: how well the keys are kept, as their attestation says. `byPlace`: the proof names its key by the place in
  /// the attestation ("kid": "0"), as the EU's wallets do and this library does not.
  async function proofFor(configuration, count, {level, byPlace} = {}) {
    const {c_nonce: nonce} = await issuing.requestNonce({issuerMetadata});
    const jwks = await Promise.all(Array.from({length: count}, newKey));
    const keyAttestationJwt = await keyAttestation(jwks, nonce, level);
    if (byPlace) {
      return new jose.SignJWT({iss: clientId, aud: base, nonce}).setIssuedAt()
        .setProtectedHeader({typ: 'openid4vci-proof+jwt', alg: 'ES256', kid: '0', key_attestation: keyAttestationJwt})
        .sign(privateKeys.get(await thumbprint(jwks[0])));
    }
    const {jwt} = await issuing.createCredentialRequestJwtProof({
      issuerMetadata, credentialConfigurationId: configuration, nonce, issuedAt: new Date(), clientId, signer: signerOf(jwks[0]),
      keyAttestationJwt,
    });
    return jwt;
  }

  async function ask(session, configuration, count, how) {
    return answerOf(issuing.retrieveCredentials({
      issuerMetadata, credentialConfigurationId: configuration, accessToken: session.token,
      proofs: {jwt: [await proofFor(configuration, count, how)]}, dpop: {signer: signerOf(session.dpopKey)},
    }));
  }

  /// Request and answer as JWE (OpenID4VCI 1.0 §10), made and opened by jose. `plain`: the request is sent as it is.
  async function sealed(session, url, body, {enc = 'A256GCM', plain} = {}) {
    const pair = await jose.generateKeyPair('ECDH-ES', {extractable: true});
    const jwk = {...await jose.exportJWK(pair.publicKey), alg: 'ECDH-ES', use: 'enc', kid: 'answer'};
    const text = JSON.stringify({...body, credential_response_encryption: {jwk, enc}});
    const [key] = issuerMetadata.credentialIssuer.credential_request_encryption.jwks.keys;
    assert.ok(key.alg && key.kid, 'the key says what it is for');
    const request = plain ? text : await new jose.CompactEncrypt(new TextEncoder().encode(text))
      .setProtectedHeader({alg: key.alg, enc, kid: key.kid}).encrypt(await jose.importJWK(key, key.alg));
    const answer = await answerTo(session, url, request, plain ? 'application/json' : 'application/jwt');
    if (!answer.ok) return {status: answer.status, body: await answer.json()};
    assert.match(answer.headers.get('content-type'), /^application\/jwt/);
    const {plaintext, protectedHeader} = await jose.compactDecrypt(await answer.text(), pair.privateKey);
    assert.deepEqual([protectedHeader.alg, protectedHeader.enc, protectedHeader.kid], ['ECDH-ES', enc, 'answer']);
    return {status: answer.status, body: JSON.parse(new TextDecoder().decode(plaintext))};
  }

  async function askEncrypted(session, configuration, count, how) {
    const body = {credential_configuration_id: configuration, proofs: {jwt: [await proofFor(configuration, count)]}};
    return sealed(session, issuerMetadata.credentialIssuer.credential_endpoint, body, how);
  }

  async function askDeferredEncrypted(session, transactionId, how) {
    return sealed(session, issuerMetadata.credentialIssuer.deferred_credential_endpoint, {transaction_id: transactionId}, how);
  }

  async function answerTo(session, url, body, type) {
    const result = await resourceRequest({
      url, callbacks, accessToken: session.token, dpop: {signer: signerOf(session.dpopKey)},
      requestOptions: {method: 'POST', headers: {'Content-Type': type}, body},
    });
    return result.response;
  }

  async function issue(session, configuration, count, how) {
    const {status, body} = await ask(session, configuration, count, how);
    assert.equal(status, 200, JSON.stringify(body));
    return body.credentials.map(({credential}) => ({
      compact: credential, claims: JSON.parse(Buffer.from(credential.split('.')[1], 'base64url')),
    }));
  }

  async function askDeferred(session, transactionId) {
    return answerOf(issuing.retrieveDeferredCredentials({
      issuerMetadata, transactionId, accessToken: session.token, dpop: {signer: signerOf(session.dpopKey)},
    }));
  }

  /// A card for a synthetic resident of the example town, as the wallet library holds credentials.
  async function identityCard(resident, change = {}) {
    const [head, ...lines] = readFileSync(new URL('../../../config/town/residents.csv', import.meta.url), 'utf8')
      .trim().split('\n').map((line) => line.split(';'));
    const row = lines.find((line) => line[0] === resident);
    const person = Object.fromEntries(head.map((column, index) => [column, row[index]]));
    const jwk = await wallet.newKey();
    const leaf = new X509Certificate(readFileSync(join(folder, 'pid-issuer.pem')));
    const key = createPrivateKey(readFileSync(join(folder, 'pid-issuer.key')));
    const issuer = new SDJwtVcInstance({
      signer: (data) => sign('sha256', Buffer.from(data), {key, dsaEncoding: 'ieee-p1363'}).toString('base64url'),
      signAlg: 'ES256', hasher: common.hash, hashAlg: 'sha-256', saltGenerator: (length) => randomBytes(length).toString('base64url'),
    });
    const address = {street_address: person.street, house_number: person.house_number, postal_code: person.postal_code, locality: person.locality, country: 'DE', ...change};
    const now = Math.floor(Date.now() / 1000);
    const compact = await issuer.issue(
      {vct: 'urn:eudi:pid:de:1', iat: now, exp: now + 86400, cnf: {jwk}, family_name: person.family_name, given_name: person.given_name, birthdate: person.birthdate, address},
      {_sd: ['family_name', 'given_name', 'birthdate'], address: {_sd: Object.keys(address)}},
      {header: {x5c: [leaf.raw.toString('base64')]}},
    );
    return {compact, jwk, vct: 'urn:eudi:pid:de:1'};
  }

  return {issuerMetadata, authorize, redeem, refresh, issue, ask, askEncrypted, askDeferred, askDeferredEncrypted, identityCard};
}
