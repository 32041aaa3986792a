#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""Signing keys in a PKCS#11 token (SoftHSM2): made by a command, certified by an authority of ours, used for credentials,
status lists and requests; our wallet and an independent one take them and a verifier believes them; the token is lost and
comes back. The agent stands below a path.

Usage: token_keys.py AGENT STADTBUCH   paths of stadtbuch-agent and stadtbuch
"""
import concurrent.futures
import http.client
import json
import os
import pathlib
import ssl
import subprocess
import sys

from instances import ROOT, ask, free_port, until
from registers import openssl

for room in ("e2e/cli", "interop"):
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / room))
from terminal import Terminal, expect  # noqa: E402
from wallet_packages import PACKAGES, install  # noqa: E402

MODULE = "/usr/lib/softhsm/libsofthsm2.so"
PATH = "/stadt/nachweise"
METADATA = "/.well-known/openid-credential-issuer" + PATH
USES = ("issuer", "status", "requests")
EXTENSIONS = """basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid
"""


class Office:
    """An agent whose keys are in a token of its own."""

    def __init__(self, t, agent):
        self.t, self.agent, self.folder = t, agent, pathlib.Path(t.path("agent"))
        self.tokens, self.away = pathlib.Path(t.path("tokens")), pathlib.Path(t.path("tokens.away"))
        self.tokens.mkdir()
        self.environment = {**os.environ, "SOFTHSM2_CONF": t.private_file(
            "softhsm2.conf", f"directories.tokendir = {self.tokens}\nobjectstore.backend = file\n")}
        self.new_token("the town", "1234")
        self.port, self.telemetry, self.process = free_port(), free_port(), None
        subprocess.run([agent, "init-dev", str(self.folder), "--register", str(ROOT / "config/town"), "--port", str(self.port), "--path", PATH,
                        "--telemetry-port", str(self.telemetry)], check=True, stdout=subprocess.DEVNULL)
        self.pin = t.private_file("agent/pin", "1234\n")
        self.base = f"https://localhost:{self.port}{PATH}"
        self.ca = str(self.folder / "ca.pem")
        self.trusted = ["--ca", self.ca, "--trust", str(self.folder / "anchors.pem")]

    def new_token(self, label, pin):
        subprocess.run(["softhsm2-util", "--init-token", "--free", "--label", label, "--so-pin", "4321", "--pin", pin],
                       env=self.environment, check=True, capture_output=True, timeout=60)

    def settings(self, name, **changes):
        lines = {"module": MODULE, "label": "the town", "pin_file": "pin", **{use: use + " key" for use in USES}, **changes}
        text = (self.folder / "agent.toml").read_text().replace('anchors = "ca.pem"', 'anchors = "anchors.pem"')
        for use in USES:
            text = text.replace(f'{use} = "{use}.pem"', f'{use} = "{use}-token.pem"')
        text += "\n[token]\n" + "".join(f'{key} = "{value}"\n' for key, value in lines.items() if value is not None)
        (self.folder / name).write_text(text)
        return str(self.folder / name)

    def command(self, *arguments):
        done = subprocess.run([self.agent, *arguments], env=self.environment, capture_output=True, text=True, timeout=60, check=False)
        return done.returncode, done.stdout, done.stderr

    def certify(self, settings):
        """Keys by the command, certificates by an authority that openssl is."""
        at = str(self.folder / "token-ca")
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "3", "-subj",
                "/CN=Town authority", "-addext", "keyUsage=critical,keyCertSign,cRLSign", "-keyout", at + ".key", "-out", at + ".pem")
        for use in USES:
            code, made, said = self.command("make-key", use, "-c", settings)
            expect(code == 0 and "BEGIN CERTIFICATE REQUEST" in made, f"a key in the token: {code} {said}")
            request = self.folder / (use + ".csr")
            request.write_text(made)
            openssl("req", "-in", str(request), "-verify", "-noout")
            names = subprocess.run(["openssl", "req", "-in", str(request), "-noout", "-text"], check=True, capture_output=True, text=True)
            expect(f"URI:{self.base}\n" in names.stdout and "Digital Signature" in names.stdout, names.stdout)
            wishes = self.folder / "wishes"
            wishes.write_text(EXTENSIONS + f"subjectAltName=DNS:localhost,URI:{self.base}\n")
            openssl("x509", "-req", "-in", str(request), "-CA", at + ".pem", "-CAkey", at + ".key", "-CAcreateserial", "-days", "2",
                    "-extfile", str(wishes), "-out", str(self.folder / (use + "-token.pem")))
        (self.folder / "anchors.pem").write_text((self.folder / "token-ca.pem").read_text())
        code, _, said = self.command("make-key", "issuer", "-c", settings)
        expect(code == 78 and "SB-4014" in said, f"keys are not overwritten: {code} {said}")
        code, again, _ = self.command("certificate-request", "issuer", "-c", settings)
        expect(code == 0 and "BEGIN CERTIFICATE REQUEST" in again, "a request for a key that is there")

    def start(self, settings):
        with open(self.folder / "log", "wb") as log:
            self.process = subprocess.Popen([self.agent, "run", "-c", settings], env=self.environment, stdout=log, stderr=log)

        def ready():
            expect(self.process.poll() is None, (self.folder / "log").read_text()[-2000:])
            try:
                return ask(self.telemetry, "GET", "/readyz").status == 200
            except OSError:
                return False
        until(ready, "the agent")

    def options(self):
        return ["--agent", self.base, "--token-file", str(self.folder / "api-token"), "--ca", self.ca]

    def get(self, path, **headers):
        return self.request("GET", path, None, headers)

    def request(self, method, path, body, headers):
        connection = http.client.HTTPSConnection("localhost", self.port, timeout=60, context=ssl.create_default_context(cafile=self.ca))
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()

    def offer(self, resident):
        """Its link and the case."""
        made = self.t.json("issue", "residence", *self.options(), "--resident", resident, "--no-tx-code")
        return made["offer"], made["case"]

    def another_offer(self, case):
        headers = {"Authorization": "Bearer " + (self.folder / "api-token").read_text().strip(), "Content-Type": "application/json"}
        status, _, body = self.request("POST", f"{PATH}/api/cases/{case}/offer", '{"tx_code":false}', headers)
        expect(status == 200, body)
        return json.loads(body)["offer"]["link"]

    def accept(self, link):
        return self.t.json("wallet", "accept", link, *self.trusted, "--instances", "3")

    def verify(self):
        started = self.t.json("verify", *self.options(), "--no-wait", "--type", "residence")
        self.t.json("wallet", "present", started["link"], "--yes", *self.trusted)
        return self.t.json("verify", *self.options(), "--id", started["id"])

    def independent_wallet(self):
        trusting = {**os.environ, "NODE_EXTRA_CA_CERTS": self.ca, "NODE_OPTIONS": "--dns-result-order=ipv4first"}
        for script in ("wallet.mjs", "authorization.mjs"):
            done = subprocess.run(["node", script, str(self.folder), "anchors.pem"], cwd=PACKAGES, env=trusting, timeout=300, check=False)
            expect(done.returncode == 0, f"an independent wallet, {script}")

    def stop(self):
        self.process.terminate()
        expect(self.process.wait(60) == 0, "a clean end")


def wrong_ways(office):
    """Each fault has its own id; module, PIN and key end with exit codes of their own."""
    office.t.private_file("agent/wrong-pin", "9999\n")
    for name, code, word, changes in (
            ("a.toml", 69, "SB-4011", {"module": "/usr/lib/nowhere.so"}), ("b.toml", 69, "SB-4011", {"label": "another town"}),
            ("c.toml", 77, "SB-4012", {"pin_file": "wrong-pin"}), ("d.toml", 66, "SB-4013", {"issuer": "no such key"}),
            ("e.toml", 66, "SB-4207", {"pin_file": None}), ("f.toml", 66, "SB-4002", {"pin_file": "missing"}),
            ("g.toml", 78, "SB-4204", {"issuer": "status key"}), ("h.toml", 78, "token.module", {"module": None})):
        found, _, said = office.command("check", "-c", office.settings(name, **changes))
        expect(found == code and word in said, f"{changes}: {found} {said}")
    found, _, said = office.command("make-key", "status", "-c", office.settings("i.toml", status=None))
    expect(found == 78 and "SB-4206" in said, f"no label for that use: {found} {said}")


def lost_and_back(office):
    """While the token is away, what needs it says so, and what does not goes on; afterwards all goes on by itself."""
    waiting, case = office.offer("R100003")
    lists = json.loads(office.get(PATH + "/status-lists")[2])["status_lists"]
    path = lists[0].removeprefix(f"https://localhost:{office.port}")
    held = office.get(path)
    expect(held[0] == 200, "a list, signed by the token")
    office.tokens.rename(office.away)
    refused = office.t.error("wallet", "accept", waiting, *office.trusted, "--instances", "3", code=1)
    expect("503" in refused["what"] and "signing key is not available" in refused["what"], f"the wallet is told: {refused}")
    status, answer, body = office.get(METADATA, Accept="application/jwt")
    expect(status == 503 and answer.get("Retry-After") == "5" and b"signing key is not available" in body, f"{status} {body}")
    expect(office.get(METADATA)[0] == 200, "unsigned metadata need no key")
    expect(office.get(PATH + "/readyz")[0] == 200 and office.get(path)[0] == 200, "the agent stands, the list that is signed is served")
    metrics = ask(office.telemetry, "GET", "/metrics").body.decode()
    failed = [line for line in metrics.splitlines() if line.startswith("stadtbuch_agent_signing_failures_total")]
    expect(int(failed[0].split()[1]) >= 2, f"counted: {failed}")
    office.away.rename(office.tokens)
    expect(len(office.accept(office.another_offer(case))["credentials"]) >= 1, "once the token is back")
    expect(office.verify()["valid"] is True, "and a verification")


def another_key(office):
    """A token that comes back with another key under the same name is not signed with."""
    office.tokens.rename(office.away)
    office.tokens.mkdir()
    office.new_token("the town", "1234")
    code, _, said = office.command("make-key", "requests", "-c", str(office.folder / "token.toml"))
    expect(code == 0, f"another key of that name: {said}")
    status, _, body = office.get(METADATA, Accept="application/jwt")
    expect(status == 503, f"not with a key that no certificate is for: {status} {body}")
    subprocess.run(["rm", "-r", str(office.tokens)], check=True)
    office.away.rename(office.tokens)
    expect(office.get(METADATA, Accept="application/jwt")[0] == 200, "the right one again")


def main():
    if len(sys.argv) != 3:
        print(__doc__)
        return 64
    expect(os.path.exists(MODULE), "softhsm2 is missing (deploy/packages-test.txt)")
    install()
    t = Terminal(sys.argv[2])
    office = None
    try:
        office = Office(t, str(pathlib.Path(sys.argv[1]).resolve()))
        settings = office.settings("token.toml")
        office.certify(settings)
        wrong_ways(office)
        office.start(settings)
        office.accept(office.offer("R100000")[0])
        result = office.verify()
        expect(result["valid"] is True and result["credentials"][0]["claims"], f"believed: {result}")
        office.independent_wallet()
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: office.get(METADATA, Accept="application/jwt")[0], range(64)))
        expect(answers == [200] * 64, f"several threads sign: {answers}")
        lost_and_back(office)
        another_key(office)
        office.stop()
        print(f"keys in a token: issued, believed, lost and back; {t.commands} commands behaved")
    finally:
        if office is not None and office.process is not None and office.process.poll() is None:
            office.process.kill()
            office.process.wait()
        t.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
