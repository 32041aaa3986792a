#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""Two unmodified ACA-Py agents on a pool of ours: an AnonCreds proof of residence is issued, presented, revoked.

Usage: acapy.py PROGRAMS FOLDER PACKAGES [WALLET_TYPE]
  PROGRAMS     folder with stadtbuch and stadtbuch-node
  FOLDER       working folder, made anew
  PACKAGES     environment with ACA-Py (requirements_acapy.txt)
  WALLET_TYPE  askar (default; indy-credx) or askar-anoncreds
The agents are driven over their administration interface, as a controller does. Exit code 1: something is wrong.
"""
import http.server
import json
import os
import pathlib
import re
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))
import e2e_pool  # noqa: E402

ATTRIBUTES = {"given_name": "Jürgen", "family_name": "Müller-Lüdenscheidt", "locality": "Gelsenkirchen", "postal_code": "45879"}
AGREEMENT = "Nutzungsbedingungen des Netzes: keine personenbezogenen Daten."


def http_json(method, url, body=None, seconds=60):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=seconds) as answer:
            return json.loads(answer.read() or b"{}")
    except urllib.error.HTTPError as error:
        raise e2e_pool.Failed(f"{method} {url}: {error.code} {error.read()[:600]!r}") from None


class TailsFiles(http.server.BaseHTTPRequestHandler):
    """Where ACA-Py puts the tails files of its revocation registries: PUT of a form with the file, GET gives it back."""

    files = {}

    def do_PUT(self):
        boundary = re.search("boundary=(.+)", self.headers["Content-Type"])[1].strip('"').encode()
        if self.headers.get("Transfer-Encoding") == "chunked":
            body = b""
            while size := int(self.rfile.readline(), 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        else:
            body = self.rfile.read(int(self.headers["Content-Length"]))
        parts = [part.split(b"\r\n\r\n", 1) for part in body.split(b"--" + boundary) if b"\r\n\r\n" in part]
        tails = next(content[:-2] for head, content in parts if b'name="tails"' in head)
        self.files[self.path] = tails
        self._answer(200, self.path.encode())

    def do_GET(self):
        found = self.files.get(self.path)
        self._answer(200 if found else 404, found or b"")

    def _answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Agent:
    def __init__(self, packages, folder, genesis, wallet_type, name, *options):
        self.name = name
        port = e2e_pool.free_ports(2)
        self.admin = f"http://127.0.0.1:{port + 1}"
        self.log = folder / f"{name}.log"
        command = [packages / "bin" / "aca-py", "start", "--label", name, "--endpoint", f"http://127.0.0.1:{port}",
                   "--inbound-transport", "http", "127.0.0.1", str(port), "--outbound-transport", "http",
                   "--admin", "127.0.0.1", str(port + 1), "--admin-insecure-mode", "--genesis-file", genesis,
                   "--wallet-type", wallet_type, "--wallet-name", name, "--wallet-key", "a key for a test", "--auto-provision",
                   "--auto-accept-invites", "--auto-accept-requests", "--auto-ping-connection", "--log-level", "warning",
                   "--public-invites", *options]
        environment = dict(os.environ, HOME=str(folder / name))
        (folder / name).mkdir()
        with open(self.log, "w") as log:
            self.process = subprocess.Popen([str(part) for part in command], stdout=log, stderr=log, env=environment)

    def __enter__(self):
        def ready():
            e2e_pool.expect(self.process.poll() is None, f"{self.name} ended: {self.log.read_text()[-1500:]}")
            try:
                return http_json("GET", self.admin + "/status/ready", seconds=2).get("ready")
            except (OSError, e2e_pool.Failed):
                return False
        e2e_pool.wait_until(ready, 90, f"{self.name} is ready")
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def get(self, path):
        return http_json("GET", self.admin + path)

    def post(self, path, body=None):
        return http_json("POST", self.admin + path, body if body is not None else {})

    def wait_for(self, path, found, what, seconds=90):
        def check():
            try:
                return found(self.get(path))
            except e2e_pool.Failed:
                return None
        return e2e_pool.wait_until(check, seconds, f"{self.name}: {what}")


def accept_agreement(agent):
    """The ledger has an agreement: ACA-Py reads it and writes nothing before it is accepted."""
    taa = agent.get("/ledger/taa")["result"]
    e2e_pool.expect(taa["taa_required"] and taa["taa_record"]["text"] == AGREEMENT, f"agreement: {taa}")
    record = taa["taa_record"]
    agent.post("/ledger/taa/accept", {"mechanism": "wallet_agreement", "text": record["text"], "version": record["version"]})


def connect(issuer, holder):
    invitation = issuer.post("/out-of-band/create-invitation?auto_accept=true",
                             {"handshake_protocols": ["https://didcomm.org/didexchange/1.0"]})
    holder.post("/out-of-band/receive-invitation?auto_accept=true", invitation["invitation"])

    def established(answer):
        return next((c["connection_id"] for c in answer["results"] if c["rfc23_state"] == "completed" or c["state"] == "active"), None)
    holder.wait_for("/connections", established, "connection")
    return issuer.wait_for("/connections", established, "connection")


def write_definition(issuer, paths, pool):
    schema_id = paths.schema(issuer)
    # A write is done when f+1 validators have it; the agent may ask another one next.
    pool.wait_equal()
    definition_id = paths.definition(issuer, schema_id)
    # Both registries (one in use, one in reserve) with definition, entry and tails file.
    registry = paths.revocation + f"/active-registry/{definition_id}"
    issuer.wait_for(registry, lambda a: a["result"]["state"] in ("active", "finished"), "registry")
    return schema_id, definition_id


class IndyPaths:
    """The administration interface with wallet type askar (indy-credx)."""

    revocation = "/revocation"

    @staticmethod
    def schema(issuer):
        answer = issuer.post("/schemas", {"schema_name": "proof_of_residence", "schema_version": "1.0", "attributes": list(ATTRIBUTES)})
        return answer.get("schema_id") or answer["sent"]["schema_id"]

    @staticmethod
    def definition(issuer, schema_id):
        answer = issuer.post("/credential-definitions", {"schema_id": schema_id, "tag": "gelsenkirchen", "support_revocation": True,
                                                         "revocation_registry_size": 10})
        return answer.get("credential_definition_id") or answer["sent"]["credential_definition_id"]


class AnonCredsPaths:
    """The same with wallet type askar-anoncreds (anoncreds-rs)."""

    revocation = "/anoncreds/revocation"

    @staticmethod
    def schema(issuer):
        did = issuer.get("/wallet/did/public")["result"]["did"]
        answer = issuer.post("/anoncreds/schema", {"schema": {"issuerId": did, "name": "proof_of_residence", "version": "1.0",
                                                              "attrNames": list(ATTRIBUTES)}})
        return answer["schema_state"]["schema_id"]

    @staticmethod
    def definition(issuer, schema_id):
        did = issuer.get("/wallet/did/public")["result"]["did"]
        answer = issuer.post("/anoncreds/credential-definition", {
            "credential_definition": {"issuerId": did, "schemaId": schema_id, "tag": "gelsenkirchen"},
            "options": {"support_revocation": True, "revocation_registry_size": 10}})
        return answer["credential_definition_state"]["credential_definition_id"]


def issue(issuer, holder, connection, definition_id):
    sent = issuer.post("/issue-credential-2.0/send", {
        "connection_id": connection, "auto_remove": False, "filter": {"indy": {"cred_def_id": definition_id}},
        "credential_preview": {"@type": "issue-credential/2.0/credential-preview",
                               "attributes": [{"name": n, "value": v} for n, v in ATTRIBUTES.items()]}})
    exchange = sent["cred_ex_id"]
    issuer.wait_for(f"/issue-credential-2.0/records/{exchange}", lambda a: a["cred_ex_record"]["state"] == "done", "issued")
    held = holder.get("/credentials")["results"]
    e2e_pool.expect(len(held) == 1 and held[0]["attrs"] == ATTRIBUTES, f"holder's credentials: {held}")
    return exchange


def present(verifier, connection, definition_id):
    """What the verifier says of a presentation made now: "true" or "false"."""
    now = int(time.time())
    request = {"name": "residence", "version": "1.0", "non_revoked": {"to": now},
               "requested_attributes": {"place": {"names": ["locality", "postal_code"], "restrictions": [{"cred_def_id": definition_id}]}},
               "requested_predicates": {}}
    sent = verifier.post("/present-proof-2.0/send-request", {"connection_id": connection, "auto_verify": True, "auto_remove": False,
                                                             "presentation_request": {"indy": request}})
    done = verifier.wait_for(f"/present-proof-2.0/records/{sent['pres_ex_id']}",
                             lambda a: a if a["state"] in ("done", "abandoned") else None, "presentation")
    return done.get("verified", "false") if done["state"] == "done" else "abandoned"


def publish_agreement(pool):
    seed = ["--seed-file", str(pool.folder / "trustee_seed"), "--genesis", str(pool.folder / "pool_transactions_genesis")]
    (pool.folder / "agreement.txt").write_text(AGREEMENT)
    (pool.folder / "aml.json").write_text(json.dumps({"wallet_agreement": "accepted in the wallet"}))
    for command in (["mechanisms", "--aml-version", "1", "--file", str(pool.folder / "aml.json")],
                    ["write", "--taa-version", "1", "--text-file", str(pool.folder / "agreement.txt"),
                     "--ratified", str(int(time.time()) - 86400)]):
        done = subprocess.run([pool.cli, "taa", *command, *seed], capture_output=True, text=True, timeout=60)
        e2e_pool.expect(done.returncode == 0, f"stadtbuch taa {command[0]}: {done.stderr}{done.stdout}")


def main():
    programs, folder, packages = (pathlib.Path(argument).absolute() for argument in sys.argv[1:4])
    wallet_type = sys.argv[4] if len(sys.argv) > 4 else "askar"
    paths = AnonCredsPaths if wallet_type == "askar-anoncreds" else IndyPaths
    tails = http.server.ThreadingHTTPServer(("127.0.0.1", 0), TailsFiles)
    threading.Thread(target=tails.serve_forever, daemon=True).start()
    tails_url = f"http://127.0.0.1:{tails.server_port}"
    with e2e_pool.Pool(programs, folder) as pool:
        seed = os.urandom(16).hex()
        registered = http_json("POST", f"http://127.0.0.1:{pool.http_port}/register", {"seed": seed, "role": "ENDORSER"})
        publish_agreement(pool)
        pool.wait_equal()
        genesis = pool.folder / "pool_transactions_genesis"
        options = ["--tails-server-base-url", tails_url]
        with Agent(packages, pool.folder, genesis, wallet_type, "issuer", "--seed", seed, *options) as issuer, \
                Agent(packages, pool.folder, genesis, wallet_type, "holder", "--auto-respond-credential-offer",
                      "--auto-store-credential", "--auto-respond-presentation-request", *options) as holder:
            e2e_pool.expect(issuer.get("/wallet/did/public")["result"]["did"] == registered["did"], "the registered DID")
            accept_agreement(issuer)
            connection = connect(issuer, holder)
            schema_id, definition_id = write_definition(issuer, paths, pool)
            print(f"written: {schema_id}, {definition_id}", flush=True)
            exchange = issue(issuer, holder, connection, definition_id)
            first = present(issuer, connection, definition_id)
            e2e_pool.expect(first == "true", f"the presentation before the revocation: {first}")
            issuer.post(paths.revocation + "/revoke", {"cred_ex_id": exchange, "publish": True})
            pool.wait_equal()
            time.sleep(2)  # "not revoked at" is asked in whole seconds: the revocation must lie before
            second = present(issuer, connection, definition_id)
            e2e_pool.expect(second == "false", f"the presentation after the revocation: {second}")
    print(f"ACA-Py with {wallet_type}: registered, agreed, issued, presented, revoked, refused")


if __name__ == "__main__":
    main()
