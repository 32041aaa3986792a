#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""The school certificate, added by configuration alone, in a network of four validators with an agent: the citizen's form,
the clerk's desk, `stadtbuch wallet`, a verifier, the ledger, and revocation.

usage: configured_types.py STADTBUCH REPOSITORY
"""
import base64
import hashlib
import html
import http.cookiejar
import pathlib
import re
import shutil
import ssl
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "cli"))
from terminal import Terminal, expect  # noqa: E402

PATIENCE_S = 60


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class Browser:
    """Cookies and form tokens; forms are sent as a browser without scripts sends them."""

    def __init__(self, base, authority):
        context = ssl.create_default_context(cafile=authority)
        self.base = base.rstrip("/")
        self.opener = urllib.request.build_opener(urllib.request.HTTPSHandler(context=context), NoRedirect,
                                                  urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        self.text = ""

    def open(self, path, form=None):
        request = urllib.request.Request(urllib.parse.urljoin(self.base, path),
                                         data=None if form is None else urllib.parse.urlencode(form).encode(),
                                         headers={"Origin": self.base} if form is not None else {})
        try:
            answer = self.opener.open(request, timeout=30)
        except urllib.error.HTTPError as refused:
            answer = refused
        self.text = answer.read().decode()
        self.status = answer.status if hasattr(answer, "status") else answer.code
        if self.status in (302, 303):
            return self.open(answer.headers["Location"])
        return self.text

    def submit(self, path, form):
        tokens = re.findall(r'name="form_token" value="([^"]+)"', self.text)
        return self.open(path, {**form, **({"form_token": tokens[-1]} if tokens else {})})

    def find(self, pattern):
        found = re.search(pattern, self.text)
        expect(found, f"no {pattern} on the page: {self.text[-3000:]}")
        return html.unescape(found.group(1))


def until(what, done):
    end = time.monotonic() + PATIENCE_S
    while not done():
        expect(time.monotonic() < end, f"{what}: not within {PATIENCE_S} s")
        time.sleep(0.2)


def apply(citizen):
    citizen.open("/")
    expect('href="/nachweis/school"' in citizen.text and "Schulbescheinigung" in citizen.text, "a card on the start page")
    citizen.open("/nachweis/school", {"family_name": "Koch", "given_name": "Mustafa", "birthdate": "6.9.2008",
                                      "school": "Käthe-Kollwitz-Gymnasium"})
    return citizen.find(r"<dd>(S-\d{4}-\d{6})</dd>")


def decide(clerk, password, number):
    clerk.open("/anmelden")
    clerk.submit("/anmelden", {"account": "amt", "password": password})
    clerk.open("/amt?art=school")
    path = clerk.find(rf'<a href="(/amt/fall/[^"]+)">{number}')
    clerk.open(path)
    expect("Käthe-Kollwitz-Gymnasium" in clerk.text and clerk.text.count('class="tag bad"') == 0, "nothing differs")
    clerk.submit(path + "/ausstellen", {})
    return path, clerk.find(r'<p class="code">(\d+)</p>')


def verification(t, code, *claims):
    started = t.json("verify", "--network", t.network, "--no-wait", "--type", "school", *claims)
    t.json("wallet", "present", started["link"], "--yes", "--ca", t.ca)
    return t.json("verify", "--network", t.network, "--id", started["id"], code=code)


def on_the_ledger(t, made, browser):
    """Schema and hash of the type's document, as for the built-in types."""
    settings = pathlib.Path(t.network, "agent/agent.toml").read_text()
    did = re.search(r'did = "([^"]+)"', settings).group(1)
    until("the schema on the ledger",
          lambda: t.json("get", "schema", did + ":2:school:1.0", "--network", t.network)["found"])
    schema = t.json("get", "schema", did + ":2:school:1.0", "--network", t.network)["data"]
    expect("school.name" in schema["attr_names"] and "is_pupil" in schema["attr_names"], f"claims: {schema}")
    name = "credential_type_school"
    until("the type's hash on the ledger",
          lambda: t.json("get", "attrib", did, "--raw", name, "--network", t.network)["found"])
    held = t.json("get", "attrib", did, "--raw", name, "--network", t.network)["data"][name]
    document = browser.open("/types/school/1")
    integrity = "sha256-" + base64.b64encode(hashlib.sha256(document.encode()).digest()).decode()
    expect(held["vct"] == browser.base + "/types/school/1" and held["integrity"] == integrity, f"hash: {held}")


def main():
    t = Terminal(sys.argv[1])
    root = pathlib.Path(sys.argv[2])
    try:
        types = t.path("types")
        shutil.copytree(root / "config/types", types)
        made = t.up("--register", str(root / "config/town"), "--types", types)
        t.ca = made["agent_ca"]
        citizen, clerk = Browser(made["agent"], t.ca), Browser(made["agent"], t.ca)
        number = apply(citizen)
        page, code = decide(clerk, pathlib.Path(t.network, "agent/clerk-password").read_text().strip(), number)
        citizen.open(citizen.find(r'data-next="(/antrag/[^"]+)"'))
        link = citizen.find(r'href="(openid-credential-offer:[^"]+)"')
        held = t.json("wallet", "accept", link, "--ca", t.ca, "--tx-code-file", t.private_file("code", code + "\n"))
        card = held["credentials"][0]
        expect(card["vct"].endswith("/types/school/1"), f"the type: {card}")
        claims = t.json("wallet", "show", card["id"])["claims"]
        expect(claims["school"]["number"] == "100102" and claims["grade"] == 13 and claims["is_pupil"] is True, f"{claims}")
        t.run("wallet", "check", card["id"], "--ca", t.ca)
        shown = verification(t, 0)["credentials"][0]["claims"]
        expect(shown["is_pupil"] is True and "family_name" not in shown, f"only what a verifier needs: {shown}")
        on_the_ledger(t, made, citizen)

        clerk.open(page + "/widerrufen")
        clerk.submit(page + "/widerrufen", {"modul": "reason.school.left", "frei": ""})
        expect("Die Schülerin oder der Schüler hat die Schule verlassen." in clerk.open(page), "the file's own reason")

        def refused():
            try:
                t.run("wallet", "check", card["id"], "--ca", t.ca, code=6)
            except AssertionError:
                return False
            return True
        until("the new status list", refused)
        result = verification(t, 6)
        expect(result["revoked"] is True and result["valid"] is False, "the verifier sees it")
        issued = t.json("issue", "school", "--network", t.network, "--resident", "S200002", "--no-tx-code")
        expect(issued["number"].startswith("S-"), f"by the command line, too: {issued['number']}")
        t.run("issue", "kindergarten", "--network", t.network, "--resident", "S200002", code=4)
        print(f"the school certificate went the whole way, {t.commands} commands behaved")
    finally:
        t.close()


if __name__ == "__main__":
    main()
