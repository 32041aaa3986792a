#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""Wallets that are none of ours and no Node.js programs, against a real agent.

Usage: sd_jwt_wallet.py PROGRAMS FOLDER [--eudi JAR_FOLDER] [--crate EXECUTABLE]
  PROGRAMS   folder with stadtbuch-agent
  FOLDER     working folder, made anew
The protocols are spoken by hand here, as an old and talkative wallet would (other fields, old shapes); credentials are
checked, held and presented by PyPI's sd-jwt. --eudi: the EU's eudi-lib-jvm-openid4vci-kt (eudi/, class path in JAR_FOLDER)
fetches credentials, which are then checked and presented the same way. --crate: crates.io's sd-jwt-payload (sd_jwt_crate/)
checks disclosures and makes the presentations. What held is printed, one line each. Exit code 1: something is wrong.
"""
import argparse
import base64
import hashlib
import json
import pathlib
import shutil
import subprocess
import sys
import time
import urllib.parse

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from jwcrypto.jwe import JWE
from jwcrypto.jwk import JWK
from jwcrypto.jws import JWS
from sd_jwt.common import SDJWTCommon
from sd_jwt.holder import SDJWTHolder
from sd_jwt.verifier import SDJWTVerifier

from agent_process import FORM, Agent

PRE_AUTHORIZED = "urn:ietf:params:oauth:grant-type:pre-authorized_code"
HERE = pathlib.Path(__file__).resolve().parent


def unpadded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def part(jwt, index):
    return json.loads(decoded(jwt.split("~")[0].split(".")[index]))


def signed(key, header, payload):
    token = JWS(json.dumps(payload))
    token.add_signature(key, alg="ES256", protected=json.dumps({"alg": "ES256", **header}))
    return token.serialize(compact=True)


def leaf_of(x5c, authority):
    """The certificate that signs, if the agent's own authority has signed it."""
    leaf = x509.load_der_x509_certificate(base64.b64decode(x5c[0]))
    authority.public_key().verify(leaf.signature, leaf.tbs_certificate_bytes, ec.ECDSA(leaf.signature_hash_algorithm))
    return JWK.from_pem(leaf.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo))


class Wallet:
    """What a wallet does with the agent, spoken by hand; `held` are (compact, key)."""

    def __init__(self, agent):
        self.agent = agent
        self.authority = x509.load_pem_x509_certificate((agent.folder / "ca.pem").read_bytes())
        self.metadata = agent.get("/.well-known/openid-credential-issuer").json()
        self.server = agent.get("/.well-known/oauth-authorization-server").json()

    def proof(self, key, **claims):
        nonce = self.agent.ask("POST", self.metadata["nonce_endpoint"], b"").json()["c_nonce"]
        header = {"typ": "openid4vci-proof+jwt", "jwk": key.export_public(as_dict=True)}
        return signed(key, header, {"aud": self.metadata["credential_issuer"], "iat": int(time.time()), "nonce": nonce, **claims})

    def token(self, link, code, **more):
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(link).query)
        self.offer = self.agent.get(query["credential_offer_uri"][0]).json()
        grant = self.offer["grants"][PRE_AUTHORIZED]
        fields = {"grant_type": PRE_AUTHORIZED, "pre-authorized_code": grant["pre-authorized_code"], "tx_code": code, **more}
        answer = self.agent.post_form(self.server["token_endpoint"], fields)
        assert answer.status == 200, f"token: {answer.status} {answer.body}"
        return answer.json()

    def credentials(self, token, keys, body):
        """What the credential endpoint gives for `body`, each checked by `verified`."""
        answer = self.agent.ask("POST", self.metadata["credential_endpoint"], json.dumps(body),
                                {"Content-Type": "application/json", "Authorization": "Bearer " + token["access_token"]})
        assert answer.status == 200, f"credential: {answer.status} {answer.body}"
        held = [one["credential"] for one in answer.json()["credentials"]]
        assert len(held) == len(keys)
        for compact, key in zip(held, keys):
            self.verified(compact, key)
        return list(zip(held, keys))

    def issuer_key(self, issuer, header=None):
        """sd-jwt's callback; 0.10 gives the header too."""
        return leaf_of((header or {})["x5c"], self.authority)

    def verified(self, compact, key, audience=None, nonce=None):
        header = part(compact, 0)
        payload = SDJWTVerifier(compact, lambda issuer, head=None: self.issuer_key(issuer, head or header), audience, nonce).get_verified_payload()
        own = key.export_public(as_dict=True)
        assert all(payload["cnf"]["jwk"][name] == own[name] for name in ("x", "y")), "bound to another key"
        assert payload["exp"] > time.time()
        self.not_revoked(payload["status"]["status_list"])
        return payload

    def not_revoked(self, entry):
        """Token Status List: one bit, or more, least significant first."""
        import zlib
        token = self.agent.get(entry["uri"]).body.decode()
        claims = JWS()
        claims.deserialize(token)
        claims.verify(leaf_of(part(token, 0)["x5c"], self.authority))
        status = part(token, 1)["status_list"]
        data = zlib.decompress(decoded(status["lst"]))
        bits = status["bits"]
        at = entry["idx"] * bits
        assert (data[at // 8] >> (at % 8)) & ((1 << bits) - 1) == 0, "revoked"

    def request(self, body):
        """A presentation as the agent asks for it: (id, claims of the signed request)."""
        started = self.agent.api("/api/verifications", body)
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(started["link"]).query)
        text = self.agent.get(query["request_uri"][0]).body.decode()
        assert part(text, 0)["typ"] == "oauth-authz-req+jwt"
        check = JWS()
        check.deserialize(text)
        check.verify(leaf_of(part(text, 0)["x5c"], self.authority))
        asked = part(text, 1)
        assert asked["client_id"] == query["client_id"][0]
        assert asked["client_id"] == "x509_hash:" + unpadded(hashlib.sha256(base64.b64decode(part(text, 0)["x5c"][0])).digest())
        return started["id"], asked

    def send(self, asked, presentation):
        query = asked["dcql_query"]["credentials"][0]
        body = {"vp_token": {query["id"]: [presentation]}, "state": asked["state"]}
        if asked["response_mode"] == "direct_post":
            return self.agent.post_form(asked["response_uri"], {**body, "vp_token": json.dumps(body["vp_token"])})
        key = asked["client_metadata"]["jwks"]["keys"][0]
        header = {"alg": key["alg"], "enc": "A256GCM", "kid": key["kid"]}
        jwe = JWE(json.dumps(body).encode(), recipient=JWK(**key), protected=json.dumps(header))
        return self.agent.post_form(asked["response_uri"], {"response": jwe.serialize(compact=True)})

    def result(self, started):
        return self.agent.api(f"/api/verifications/{started}")


def frame(paths):
    out = {}
    for path in paths:
        at = out
        for step in path[:-1]:
            at = at.setdefault(step, {})
        at[path[-1]] = True
    return out


def asked_paths(asked):
    return [claim["path"] for claim in asked["dcql_query"]["credentials"][0]["claims"]]


def presented_by_holder(held, asked, nonce=None, audience=None):
    """PyPI's holder discloses what is asked and binds it."""
    compact, key = held
    holder = SDJWTHolder(compact)
    holder.create_presentation(frame(asked_paths(asked)), nonce or asked["nonce"], audience or asked["client_id"], key)
    return holder.sd_jwt_presentation


def accepted(wallet, make, response_mode="direct_post.jwt"):
    started, asked = wallet.request({"type": "residence", "claims": ["address.locality", "age_equal_or_over.18"],
                                     "response_mode": response_mode})
    presentation = make(asked)
    answer = wallet.send(asked, presentation)
    assert answer.status == 200, f"{answer.status} {answer.body}"
    result = wallet.result(started)
    assert result["state"] == "answered" and result["valid"], result
    claims = result["credentials"][0]["claims"]
    assert claims["age_equal_or_over"] == {"18": True} and claims["address"] == {"locality": "Emscherbrück"}, claims
    assert "family_name" not in claims
    return presentation, asked


def refused(wallet, what, make):
    started, asked = wallet.request({"type": "residence", "claims": ["address.locality"], "response_mode": "direct_post"})
    wallet.send(asked, make(asked))
    result = wallet.result(started)
    assert not result.get("valid") and result["state"] != "answered", f"{what} was accepted: {result}"
    print(f"  refused: {what}", flush=True)


def new_key():
    return JWK.generate(kty="EC", crv="P-256")


def talkative_wallet(wallet):
    """Old shapes and extra fields; gives what was issued."""
    for path in ("/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"):
        assert wallet.agent.get(path).json()["token_endpoint"] == wallet.server["token_endpoint"]
    details = json.dumps([{"type": "openid_credential", "credential_configuration_id": "residence", "locations": [wallet.agent.base]}])
    extra = {"client_id": "some-wallet", "user_pin": "0000", "resource": wallet.agent.base, "something": "else"}
    token = wallet.token(*wallet.agent.offer(), **extra)
    assert "authorization_details" not in token
    key = new_key()
    proof = {"proof_type": "jwt", "jwt": wallet.proof(key, iss="some-wallet")}
    held = wallet.credentials(token, [key], {"credential_configuration_id": "residence", "proof": proof, "format": "dc+sd-jwt",
                                             "vct": "ignored"})
    print("  issued: a singular proof with iss, extra form fields", flush=True)
    token = wallet.token(*wallet.agent.offer(), authorization_details=details)
    identifier = token["authorization_details"][0]["credential_identifiers"][0]
    keys = [new_key() for _ in range(10)]
    held += wallet.credentials(token, keys, {"credential_identifier": identifier, "proofs": {"jwt": [wallet.proof(one) for one in keys]}})
    print("  issued: a batch of ten by authorization_details", flush=True)
    token = wallet.token(*wallet.agent.offer(), authorization_details=urllib.parse.quote(details))
    proofs = {"jwt": [wallet.proof(key)]}
    body = ({"credential_identifier": token["authorization_details"][0]["credential_identifiers"][0]}
            if "authorization_details" in token else {"credential_configuration_id": "residence"})
    held += wallet.credentials(token, [key], {**body, "proofs": proofs})
    print("  issued: authorization_details that were encoded twice", flush=True)
    return held


def refused_at_the_endpoint(wallet):
    """RFC 9700 §4.3.2: a token is taken from the header only. And one proof is used once."""
    token = wallet.token(*wallet.agent.offer())
    key = new_key()
    body = json.dumps({"credential_configuration_id": "residence", "proofs": {"jwt": [wallet.proof(key)]}})
    bearer = {"Authorization": "Bearer " + token["access_token"], "Content-Type": "application/json"}
    endpoint = wallet.metadata["credential_endpoint"]
    address = endpoint + "?access_token=" + token["access_token"]
    assert wallet.agent.ask("POST", address, body, {"Content-Type": "application/json"}).status == 401
    form = urllib.parse.urlencode({"access_token": token["access_token"], "request": body})
    assert wallet.agent.ask("POST", endpoint, form, {"Content-Type": FORM}).status == 401
    print("  refused: an access token in the address or the body", flush=True)
    assert wallet.agent.ask("POST", endpoint, body, bearer).status == 200
    again = wallet.agent.ask("POST", endpoint, body, bearer)
    assert again.status == 400 and again.json()["error"] == "invalid_nonce", again
    print("  refused: a proof that was used before", flush=True)


def safe_pages(agent):
    """What browsers are told on every page, RFC 9700 §4.2 and §4.16: no framing, no referrer for others, nothing kept."""
    for path in ("/", "/wohnsitz", "/anmelden", "/nachweise", "/kein/weg"):
        headers = agent.ask("GET", path, headers={"Accept": "text/html"}).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy, (path, policy)
        assert headers["Referrer-Policy"] in ("same-origin", "no-referrer") and headers["X-Content-Type-Options"] == "nosniff", path
        for cookie in headers.get_all("Set-Cookie") or []:
            if cookie.startswith("lang="):
                continue  # a wish, no secret
            assert cookie.startswith("__Host-"), cookie
            assert {"Secure", "HttpOnly"} <= {part.strip() for part in cookie.split(";")} and "SameSite=" in cookie, cookie
    print("  pages: strict policy, no framing, no referrer for others", flush=True)


def python_story(wallet):
    safe_pages(wallet.agent)
    refused_at_the_endpoint(wallet)
    held = talkative_wallet(wallet)
    for mode in ("direct_post.jwt", "direct_post"):
        presentation, asked = accepted(wallet, lambda request: presented_by_holder(held[0], request), mode)
        wallet.verified(presentation, held[0][1], asked["client_id"], asked["nonce"])
        print(f"  presented with {mode}; PyPI's verifier accepts the same presentation", flush=True)
    one, other = held[1], held[2]
    refused(wallet, "another nonce", lambda asked: presented_by_holder(one, asked, nonce="n" * 22))
    refused(wallet, "another audience", lambda asked: presented_by_holder(one, asked, audience="x509_hash:" + "A" * 43))
    refused(wallet, "the key of another credential", lambda asked: presented_by_holder((one[0], other[1]), asked))
    refused(wallet, "no key binding", lambda asked: presented_by_holder(one, asked).rsplit("~", 1)[0] + "~")

    def key_binding_of_another(asked):
        binding = presented_by_holder(other, asked).rsplit("~", 1)[1]
        return presented_by_holder(one, asked).rsplit("~", 1)[0] + "~" + binding
    refused(wallet, "the key binding of another presentation", key_binding_of_another)

    def with_more(asked):
        bare, binding = presented_by_holder(one, asked).rsplit("~", 1)
        return bare + "~" + one[0].split("~")[1] + "~" + binding
    refused(wallet, "a disclosure added after the binding", with_more)

    def invented(asked):
        bare, _ = presented_by_holder(one, asked).rsplit("~", 1)
        forged = unpadded(json.dumps(["c2FsdHNhbHRzYWx0c2FsdA", "nickname", "Anyone"]).encode())
        return bound(bare + "~" + forged + "~", one[1], asked)
    refused(wallet, "a disclosure that no digest names", invented)


def bound(bare, key, asked):
    digest = unpadded(hashlib.sha256(bare.encode()).digest())
    return bare + signed(key, {"typ": "kb+jwt"}, {"iat": int(time.time()), "aud": asked["client_id"], "nonce": asked["nonce"], "sd_hash": digest})


def eudi_story(wallet, jars):
    """The EU's client library fetches; its credentials are presented like the others."""
    def fetch(count, *options):
        link, code = wallet.agent.offer()
        command = ["java", "-cp", f"{jars}/classes:{jars}/jars/*", "WalletKt", str(wallet.agent.folder / "ca.pem"), link, code, str(count), *options]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, f"{options}: {done.stderr[-3000:]}{wallet.agent.log()}"
        held = [(one["credential"], JWK(**one["key"])) for one in map(json.loads, done.stdout.splitlines())]
        assert len(held) == count
        for compact, key in held:
            wallet.verified(compact, key)
        return held

    def old_shapes():
        lines = [line for line in wallet.agent.metrics().splitlines() if "old_proof_shapes_total" in line and not line.startswith("#")]
        return float(lines[0].split()[-1])

    before = old_shapes()
    for count, options in ((1, ()), (10, ()), (1, ("dpop",)), (3, ("dpop", "details")), (1, ("encrypted",))):
        held = fetch(count, *options)
        accepted(wallet, lambda request: presented_by_holder(held[0], request))
        print(f"  issued to eudi-lib-jvm-openid4vci-kt: {count} {' '.join(options)}".rstrip() + ", presented", flush=True)
    assert old_shapes() > before, "it was to send the singular proof of old drafts"


def crate_story(wallet, program):
    """The crate reads the disclosures and makes the presentation."""
    token = wallet.token(*wallet.agent.offer())
    key = new_key()
    held = wallet.credentials(token, [key], {"credential_configuration_id": "residence", "proofs": {"jwt": [wallet.proof(key)]}})

    def crate(**question):
        done = subprocess.run([program], input=json.dumps(question), capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    compact = held[0][0]
    everything = crate(sd_jwt=compact)["claims"]
    ours = wallet.verified(compact, key)
    for claim in ("family_name", "given_name", "address", "age_equal_or_over", "vct", "exp"):
        assert everything[claim] == ours[claim], claim
    print("  sd-jwt-payload reads the same claims as sd-jwt", flush=True)

    def make(asked):
        return crate(sd_jwt=compact, disclose=["/" + "/".join(path) for path in asked_paths(asked)], audience=asked["client_id"],
                     nonce=asked["nonce"], time=int(time.time()), key=key.export_private(as_dict=True))["presentation"]
    for mode in ("direct_post.jwt", "direct_post"):
        presentation, _ = accepted(wallet, make, mode)
        claims = crate(sd_jwt=presentation)["claims"]
        assert claims["address"] == {"locality": "Emscherbrück"} and "family_name" not in claims
        print(f"  presented by sd-jwt-payload with {mode}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("programs", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--eudi", type=pathlib.Path)
    parser.add_argument("--crate", type=pathlib.Path)
    options = parser.parse_args()
    shutil.rmtree(options.folder, ignore_errors=True)
    options.folder.mkdir(parents=True)
    with Agent(options.programs.absolute() / "stadtbuch-agent", options.folder.absolute() / "agent") as agent:
        wallet = Wallet(agent)
        if options.eudi:
            eudi_story(wallet, options.eudi.absolute())
        if options.crate:
            crate_story(wallet, options.crate.absolute())
        if not options.eudi and not options.crate:
            python_story(wallet)
    print("all held")


if __name__ == "__main__":
    main()
