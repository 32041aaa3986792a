// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What programs ask: the API of the town hall, wallets' and shops' protocols, documents, open data.
#include "ssi/agent/openapi.hpp"

namespace stadtbuch::agent {

namespace {

constexpr DescribedRoute calls[] = {
    // the town hall's programs
    {"GET", "/api/info", "issuer, verifier, credential types, ledger", "", "",
     "200:json:Info 401:json:Error"},
    {"GET", "/api/cases", "cases, newest first, 500 at most", "state", "",
     "200:json:CaseList 401:json:Error"},
    {"POST", "/api/cases", "an application in somebody's name", "", "json:CaseWish",
     "201:json:Case 400:json:Error 401:json:Error 422:json:Error"},
    {"GET", "/api/cases/{id}", "one case", "", "", "200:json:Case 401:json:Error 404:json:Error"},
    {"POST", "/api/cases/{id}/decide", "approve, ask for a correction, or reject", "",
     "json:Decision",
     "200:json:Case 202:json:Error 400:json:Error 401:json:Error 404:json:Error 409:json:Error "
     "422:json:Error"},
    {"POST", "/api/cases/{id}/paid", "the cash office has the money", "", "json:Paid",
     "200:json:Case 400:json:Error 401:json:Error 404:json:Error 409:json:Error 422:json:Error"},
    {"POST", "/api/cases/{id}/offer", "another offer; the old one is void", "", "json:OfferWish",
     "200:json:Case 202:json:Error 400:json:Error 401:json:Error 404:json:Error 409:json:Error "
     "422:json:Error"},
    {"POST", "/api/credentials/{id}/revoke", "revoke what was issued for a case, for good", "",
     "json:Reason",
     "200:json:Case 202:json:Error 400:json:Error 401:json:Error 404:json:Error 409:json:Error "
     "422:json:Error"},
    {"POST", "/api/verifications", "ask a wallet for a presentation", "", "json:VerificationWish",
     "201:json:Verification 400:json:Error 401:json:Error 422:json:Error"},
    {"GET", "/api/verifications/{id}", "state; the result once, with its trace", "response_code",
     "", "200:json:VerificationResult 401:json:Error 404:json:Error"},
    {"POST", "/api/inspections", "does this plate have a permit", "", "json:Plate",
     "200:json:Inspection 400:json:Error 401:json:Error"},
    {"GET", "/api/trust-lists", "the trust lists that are followed", "", "",
     "200:json:Object 401:json:Error"},
    // wallets: OpenID4VCI 1.0
    {"GET", "/.well-known/openid-credential-issuer", "credential issuer metadata, or signed as JWT",
     "", "", "200:json:IssuerMetadata 200:application/jwt"},
    {"GET", "/.well-known/oauth-authorization-server", "authorization server metadata (RFC 8414)",
     "", "", "200:json:ServerMetadata"},
    {"GET", "/.well-known/openid-configuration", "the same for older wallets", "", "",
     "200:json:ServerMetadata"},
    {"GET", "/offer/{id}", "a credential offer by reference", "", "",
     "200:json:CredentialOffer 404:json:OAuthError"},
    {"POST", "/par", "pushed authorization request (RFC 9126)", "", "form:PushedRequest",
     "201:json:PushedAnswer 400:json:OAuthError 401:json:OAuthError"},
    {"POST", "/challenge", "challenge for wallet attestations", "", "",
     "200:json:AttestationChallenge"},
    {"POST", "/token", "pre-authorized code, authorization code, refresh token", "",
     "form:TokenRequest", "200:json:TokenAnswer 400:json:OAuthError 401:json:OAuthError"},
    {"POST", "/nonce", "nonce for proofs of possession", "", "", "200:json:Nonce"},
    {"POST", "/credential", "the credentials; body and answer may be encrypted (JWE)", "",
     "json:CredentialRequest",
     "200:json:CredentialAnswer 200:application/jwt 202:json:CredentialAnswer 400:json:OAuthError "
     "401:json:OAuthError"},
    {"POST", "/deferred_credential", "what a clerk had to look at first", "",
     "json:DeferredRequest",
     "200:json:CredentialAnswer 200:application/jwt 202:json:CredentialAnswer 400:json:OAuthError "
     "401:json:OAuthError"},
    {"POST", "/notification", "accepted, deleted or failed in the wallet", "", "json:Notification",
     "204 400:json:OAuthError 401:json:OAuthError"},
    // wallets: OpenID4VP 1.0
    {"GET", "/vp/request/{id}", "the signed request for a presentation", "", "",
     "200:application/oauth-authz-req+jwt 404:json:OAuthError"},
    {"POST", "/vp/request/{id}", "the same with wallet_nonce and wallet_metadata", "", "form:Form",
     "200:application/oauth-authz-req+jwt 400:json:OAuthError 404:json:OAuthError"},
    {"POST", "/vp/response/{id}", "the wallet's answer", "", "form:Form",
     "200:json:ResponseAnswer 400:json:OAuthError 404:json:OAuthError"},
    // shops: OpenID Connect
    {"GET", "/oidc/.well-known/openid-configuration", "discovery", "", "",
     "200:json:ServerMetadata"},
    {"GET", "/oidc/jwks", "keys of ID tokens", "", "", "200:json:KeySet"},
    {"POST", "/oidc/token", "ID token for a code", "", "form:Form",
     "200:json:TokenAnswer 400:json:OAuthError 401:json:OAuthError"},
    // documents
    {"GET", "/jwks", "keys of the credential issuer", "", "", "200:json:KeySet"},
    {"GET", "/.well-known/did.json", "our did:web document", "", "", "200:json:DidDocument"},
    {"GET", "/.well-known/jwt-vc-issuer", "keys by the issuer's address", "", "",
     "200:json:JwtVcIssuer"},
    {"GET", "/organisation.vc", "who we are, as W3C credential", "", "",
     "200:application/vc:Object"},
    {"GET", "/ca.crl", "certificates withdrawn by our authority", "", "",
     "200:application/pkix-crl"},
    {"GET", "/status/{list}", "a token status list", "time", "",
     "200:application/statuslist+jwt 404:json:Error"},
    {"GET", "/status-lists", "addresses of all status lists", "", "", "200:json:StatusLists"},
    {"GET", "/types/{type}/{version}", "type metadata of a credential", "", "",
     "200:json:TypeMetadata"},
    {"GET", "/offline.json", "what a verifier without a network needs", "", "",
     "200:json:Object 404:json:Error 503:json:Error"},
    {"GET", "/openapi.json", "this document", "", "", "200:json:Object"},
    {"GET", "/regeln.json", "every rule that is checked", "", "", "200:json:Rules"},
    {"GET", "/entwickler/dcql.json", "DCQL of the query builder's fields", "t z c o m", "",
     "200:json:Object"},
    {"GET", "/entwickler/vorgang/{id}/trace.json", "what was checked", "", "",
     "200:json:Trace 404:json:Error"},
    {"GET", "/entwickler/vorgang/{id}/stand", "how far the wallet is", "", "",
     "200:json:State 404:json:Error"},
    {"GET", "/healthz", "the process runs", "", "", "200:json:Object"},
    {"GET", "/readyz", "it can work", "", "", "200:json:Object 503:json:Object"},
    {"GET", "/.well-known/security.txt", "whom to tell of a weakness (RFC 9116)", "", "",
     "200:text"},
    {"GET", "/robots.txt", "for crawlers", "", "", "200:text"},
    {"GET", "/assets/{version}/stadtbuch.css", "style of the pages", "", "", "200:text/css"},
    {"GET", "/assets/{version}/stadtbuch.js", "comfort of the pages", "", "",
     "200:text/javascript"},
    {"GET", "/assets/icon.svg", "icon", "", "", "200:image/svg+xml"},
    // open data
    {"GET", "/daten/statistik.csv", "anonymous counts of days that are over", "", "", "200:csv"},
    {"GET", "/daten/statistik.json", "the same", "", "", "200:json:Statistics"},
    {"GET", "/daten/strassen.csv", "the street directory", "", "", "200:csv"},
    {"GET", "/daten/strassen.json", "the same, or streets that begin with these letters", "suche",
     "", "200:json:Streets"},
    {"GET", "/daten/katalog.jsonld", "DCAT-AP.de catalogue", "", "",
     "200:application/ld+json:Object"},
    // what pages ask for with a script
    {"GET", "/antrag/{token}/stand", "state of an application", "", "", "200:json:State 404:html"},
    {"GET", "/amt/fall/{id}/stand", "how far the wallet is", "", "",
     "200:json:State 303 404:json:Error"},
    {"GET", "/kontrolle/vorgang/{id}/stand", "how far the wallet is", "", "", "200:json:State 303"},
    {"GET", "/kontrolle/vorgang/{id}/trace.json", "what was checked", "", "",
     "200:json:Trace 303 404:json:Error"},
    {"GET", "/kontrolle/app/stand.json", "what the inspector's application takes along", "", "",
     "200:json:Object 401:json:Error"},
    {"GET", "/kontrolle/app.webmanifest", "the inspector's application", "", "",
     "200:application/manifest+json:Object"},
    {"GET", "/kontrolle/app.js", "the same", "", "", "200:text/javascript"},
    {"GET", "/kontrolle/ledger.js", "the ledger's proofs in a browser", "", "",
     "200:text/javascript"},
    {"GET", "/sw.js", "its service worker", "", "", "200:text/javascript"},
    {"GET", "/wohnsitz/ausweis/stand", "how far the wallet is", "", "", "200:json:State 409:html"},
    {"GET", "/parken/stand", "how far the wallet is", "", "", "200:json:State 409:html"},
    {"GET", "/parken/firma/stand", "how far the wallet is", "", "", "200:json:State 409:html"},
    {"GET", "/nachweise/wohnsitz/stand", "how far the wallet is", "", "",
     "200:json:State 409:html"},
    {"GET", "/nachweise/ausweis/stand", "how far the wallet is", "", "", "200:json:State 409:html"},
    {"GET", "/nachweis/{kind}/vorlegen/stand", "how far the wallet is", "", "",
     "200:json:State 409:html"},
    {"GET", "/oidc/stand", "how far the wallet is", "", "", "200:json:State 409:html"},
    {"GET", "/nachweise/auskunft.json", "what the office keeps of a citizen", "", "",
     "200:json:Object 303 404:html 409:html"},
    {"GET", "/nachweise/vorgang/{id}/ausweis.pdf", "the permit on paper", "", "",
     "200:application/pdf 404:html 409:html"},
    {"GET", "/amt/fall/{id}/ausweis.pdf", "the permit on paper", "", "",
     "200:application/pdf 303 404:html 409:html"},
    {"GET", "/amt/kasse.csv", "open and paid invoices", "", "", "200:csv 303"},
};

}  // namespace

std::span<const DescribedRoute> described_calls() {
    return calls;
}

}  // namespace stadtbuch::agent
