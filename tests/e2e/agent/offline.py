#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""A verifier without a network: prepared from the ledger's receipt, then the whole network goes down, and permits are judged by
`stadtbuch offline` and by the inspector's web application in Chromium.

usage: offline.py STADTBUCH REPOSITORY
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import urllib.request

from configured_types import Browser, until

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "cli"))
from terminal import Terminal, expect  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
RESIDENT, PLATE = "R100001", "LÜN-YR 272"


def address_on(pdf):
    """What the QR code of a paper holds stands in the PDF as a link, too."""
    written = re.search(rb"/URI \(((?:[^)\\]|\\.)+)\)", pdf).group(1)
    return re.sub(rb"\\(\d{3})", lambda found: bytes([int(found.group(1), 8)]), written).decode().replace("\\", "")


def paper_of(made, t, case):
    clerk = Browser(made["agent"], t.ca)
    clerk.open("/anmelden")
    clerk.submit("/anmelden", {"account": "amt", "password": pathlib.Path(t.network, "agent/clerk-password").read_text().strip()})
    request = urllib.request.Request(clerk.base + f"/amt/fall/{case}/ausweis.pdf")
    return address_on(clerk.opener.open(request, timeout=30).read())


class Inspector:
    def __init__(self, t, did):
        self.t, self.package = t, t.path("town.json")
        self.trust = ["--genesis", os.path.join(t.network, "pool_transactions_genesis"), "--did", did]

    def prepare(self, agent):
        return self.t.json("offline", "prepare", self.package, "--agent", agent.rstrip("/"), "--ca", self.t.ca, *self.trust)

    def check(self, permit, *more, code=0, package=None):
        return self.t.json("offline", "check", "-", "--package", package or self.package, *self.trust, *more, code=code, stdin=permit)

    def refused(self, permit, package=None, trust=None):
        return self.t.error("offline", "check", "-", "--package", package or self.package, *(trust or self.trust), code=6, stdin=permit)


def changed(t, inspector, name, change):
    package = json.loads(pathlib.Path(inspector.package).read_text())
    change(package)
    pathlib.Path(t.path(name)).write_text(json.dumps(package))
    return t.path(name)


def forgeries(t, inspector, permit, paper):
    """What is altered anywhere is found, and where."""
    head, body = permit.split(".")[0], permit.split(".")[1]
    expect(inspector.check(head + "." + body[:-4] + "AAAA" + permit[len(head) + 1 + len(body):], code=6)["why"] == "forged", "a payload")
    expect(inspector.check(paper[:-6] + "AAAAAA", code=6)["why"] == "forged", "a paper's signature")

    def another_key(package):
        package["receipt"]["answer"]["content"]["verificationMethod"][1]["publicKeyJwk"]["x"] = "A" * 43
    expect("receipt" in inspector.refused(permit, changed(t, inspector, "a.json", another_key))["what"], "a key in the answer")

    def another_state(package):
        package["receipt"]["facts"][0]["value"] = package["receipt"]["facts"][0]["value"].replace("verkey", "verkez")
    expect("facts" in inspector.refused(permit, changed(t, inspector, "b.json", another_state))["where"], "a value of the state")

    def without_receipt(package):
        package["receipt"] = None
    expect("no receipt" in inspector.refused(permit, changed(t, inspector, "c.json", without_receipt))["what"], "no receipt")

    def another_list(package):
        for one in package["lists"]:
            one["token"] = one["token"][:-6] + "AAAAAA"
    expect(inspector.check(permit, code=6, package=changed(t, inspector, "d.json", another_list))["why"] == "unknown", "a list's signature")
    stranger = [*inspector.trust[:-1], "did:indy:stadtbuch:local:V4SGRU86Z58d6TV7PBUe6f"]
    expect("another municipality" in inspector.refused(permit, trust=stranger)["what"], "another town's package")


class Device:
    """Chromium, prepared; then used without the network."""

    def __init__(self, agent_folder, paper):
        self.process = subprocess.Popen(["node", "offline.mjs", agent_folder, paper, PLATE], cwd=HERE, text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        env={**os.environ, "NODE_OPTIONS": "--dns-result-order=ipv4first"})
        expect(self.process.stdout.readline() == "prepared\n", "Chromium is prepared")

    def check(self):
        self.process.communicate("gone\n", timeout=120)
        expect(self.process.returncode == 0, "Chromium without the network")

    def close(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(30)


def main():
    t = Terminal(sys.argv[1])
    root = pathlib.Path(sys.argv[2])
    if shutil.which("chromium"):
        os.environ.setdefault("CHROMIUM", shutil.which("chromium"))
    subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--silent"], cwd=HERE, check=True)
    device = None
    try:
        made = t.up("--register", str(root / "config/town"))
        t.ca = made["agent_ca"]
        did = "did:indy:stadtbuch:local:" + re.search(r'did = "([^"]+)"', pathlib.Path(t.network, "agent/agent.toml").read_text()).group(1)
        inspector = Inspector(t, did)
        issued = t.json("issue", "permit", "--network", t.network, "--resident", RESIDENT, "--plate", PLATE, "--no-tx-code")
        held = t.json("wallet", "accept", issued["offer"], "--ca", t.ca)["credentials"][0]
        permit = t.run("wallet", "show", held["id"], "--compact").strip()
        paper = paper_of(made, t, issued["case"])

        anybody = Browser(made["agent"], t.ca)
        until("the receipt of our keys", lambda: json.loads(anybody.open("/offline.json"))["receipt"] is not None)
        prepared = inspector.prepare(made["agent"])
        expect(len(prepared["signers"]) >= 3 and prepared["ledger_age_s"] >= 0 and prepared["lists"] > 0, f"prepared: {prepared}")
        device = Device(os.path.join(t.network, "agent"), paper)
        kept = pathlib.Path(inspector.package).read_bytes()
        t.run("revoke", issued["case"], "--network", t.network, "--reason", "moved", "--yes")
        later = t.path("later.json")
        inspector.package = later

        def revoked():
            inspector.prepare(made["agent"])
            try:
                return inspector.check(permit, code=6)["why"] == "revoked"
            except AssertionError:
                return False
        until("the revocation in the lists", revoked)
        t.run("down", "--dir", t.network)

        shown = inspector.check(permit, code=6)
        expect(shown["why"] == "revoked" and inspector.check(paper, code=6)["why"] == "revoked", f"prepared after the revocation: {shown}")
        inspector.package = t.path("town.json")
        expect(pathlib.Path(inspector.package).read_bytes() == kept, "the first package")
        shown = inspector.check(permit)
        expect(shown["valid"] and shown["kind"] == "credential" and shown["claims"]["zone_id"], f"a permit: {shown}")
        knowledge = shown["knowledge"]
        expect(knowledge["ledger_age_s"] >= 0 and knowledge["status_age_s"] >= 0 and len(knowledge["signers"]) >= 3, f"ages: {knowledge}")
        shown = inspector.check(paper)
        expect(shown["valid"] and shown["kind"] == "paper" and shown["claims"]["plates"], f"its paper: {shown}")
        text = t.run("offline", "check", "-", "--package", inspector.package, *inspector.trust, stdin=permit)
        expect(re.search(r"valid\nledger \d+ min old, status list \d+ min old", text), f"ages for people: {text}")
        expect(inspector.check(permit, "--nonce", "n", "--audience", "a", code=6)["why"] == "forged", "nobody presented it")
        forgeries(t, inspector, permit, paper)
        device.check()
        print(f"checked without a network: credential, paper, plate; {t.commands} commands behaved")
    finally:
        if device is not None:
            device.close()
        t.close()


if __name__ == "__main__":
    main()
