#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""Two agents on one PostgreSQL behind a proxy that gives every request to the other one: issuance and presentation with
the headless wallet, codes redeemed once, indexes used once, kill -9 of an instance and of the database server.

Usage: instances.py AGENT STADTBUCH   paths of stadtbuch-agent and stadtbuch; exit code 77: PostgreSQL is missing
"""
import base64
import collections
import concurrent.futures
import http.client
import http.server
import itertools
import json
import os
import pathlib
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

import postgres

ROOT = pathlib.Path(__file__).resolve().parents[3]
PATIENCE_S = 120  # for what comes for sure, on a busy machine
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
GRANT = "urn:ietf:params:oauth:grant-type:pre-authorized_code"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(condition, what):
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, f"{what}: did not come in {PATIENCE_S} s"
        time.sleep(0.05)


class Answer(collections.namedtuple("Answer", "status headers body")):
    def json(self):
        return json.loads(self.body)


def ask(port, method, path, body=None, headers=None):
    """One request of its own over plain HTTP."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read())
    finally:
        connection.close()


class Proxy(http.server.BaseHTTPRequestHandler):
    """TLS ends here; every request goes to the next instance, to the one after it when that is not there."""
    protocol_version = "HTTP/1.1"
    ports = None  # of the instances
    turn = itertools.count()

    def forward(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name: value for name, value in self.headers.items() if name.lower() not in ("connection", "content-length")}
        headers["X-Forwarded-For"] = self.client_address[0]
        headers["X-Forwarded-Proto"] = "https"
        first = next(self.turn)
        answer = Answer(502, {}, b"")
        for i in range(2):
            try:
                answer = ask(self.ports[(first + i) % 2], self.command, self.path, body or None, headers)
                break
            except ConnectionRefusedError:
                continue  # nothing was sent
            except (OSError, http.client.HTTPException):
                break  # it may have been done
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            if name.lower() not in ("content-length", "connection", "date", "server"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    do_GET = do_POST = forward

    def log_message(self, *_):
        pass


class Instance:
    def __init__(self, program, folder, name, dsn, public_port):
        self.port, self.telemetry, self.folder = free_port(), free_port(), folder
        text = (folder / "agent.toml").read_text()
        tls = text[text.index("[tls]"):text.index("[keys]")]
        text = text.replace(tls, f'[store]\nkind = "postgresql"\ndsn = "{dsn}"\n\n')
        text = text.replace(f"\nport = {public_port}\n", f"\nport = {self.port}\nbehind_proxy = true\n", 1)
        start = text.index("[telemetry]")
        text = text[:start] + f"[telemetry]\nport = {self.telemetry}\n" + text[text.index("\n\n", start):]
        self.command = [program, "run", "-c", str(folder / f"{name}.toml")]
        (folder / f"{name}.toml").write_text(text)
        self.log = folder / f"{name}.log"
        self.process = None

    def start(self):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(self.command, stdout=log, stderr=log)

    def ready(self):
        assert self.process.poll() is None, self.log.read_text()[-2000:]
        try:
            return ask(self.telemetry, "GET", "/readyz").status == 200
        except (OSError, http.client.HTTPException):
            return False

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


def base64url(octets):
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def from_base64url(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Key:
    """A holder's P-256 key in OpenSSL's command line."""

    def __init__(self, folder):
        self.file = str(folder / "holder.pem")
        subprocess.run(["openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", self.file], check=True)
        der = subprocess.run(["openssl", "ec", "-in", self.file, "-pubout", "-outform", "DER"], check=True,
                             stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
        self.jwk = {"kty": "EC", "crv": "P-256", "x": base64url(der[-64:-32]), "y": base64url(der[-32:])}

    def proof(self, audience, nonce):
        head = {"typ": "openid4vci-proof+jwt", "alg": "ES256", "jwk": self.jwk}
        body = {"aud": audience, "iat": int(time.time()), "nonce": nonce}
        text = ".".join(base64url(json.dumps(part).encode()) for part in (head, body))
        der = subprocess.run(["openssl", "dgst", "-sha256", "-sign", self.file], input=text.encode(), check=True,
                             stdout=subprocess.PIPE).stdout
        numbers, at = [], 2
        for _ in range(2):
            length = der[at + 1]
            numbers.append(der[at + 2:at + 2 + length].lstrip(b"\0").rjust(32, b"\0"))
            at += 2 + length
        return text + "." + base64url(b"".join(numbers))


class NotDone(Exception):
    """The instance or its database went away; said so, or said nothing."""


class Town:
    """The clients' side: all that the office and wallets ask goes through the proxy."""

    def __init__(self, folder, port):
        self.folder, self.port = folder, port
        self.url = f"https://localhost:{port}"
        self.token = (folder / "api-token").read_text().strip()
        self.context = ssl.create_default_context(cafile=str(folder / "ca.pem"))
        self.key = Key(folder)
        self.lock = threading.Lock()
        self.issued = []  # (case, list, index) of each credential that arrived
        self.refusals = collections.Counter()

    def ask(self, method, path, body=None, headers=None, wanted=(200, 201)):
        connection = http.client.HTTPSConnection("localhost", self.port, context=self.context, timeout=60)
        try:
            connection.request(method, path, body, headers or {})
            got = connection.getresponse()
            answer = Answer(got.status, got.headers, got.read())
        except (OSError, http.client.HTTPException) as error:
            raise NotDone from error
        finally:
            connection.close()
        with self.lock:
            self.refusals[answer.status] += 1
        if answer.status in (502, 503):
            assert answer.status == 502 or answer.headers["Retry-After"], "503 says when to come again"
            raise NotDone
        assert answer.status in wanted, f"{path}: {answer.status} {answer.body}"
        return answer

    def api(self, path, body=None):
        text = None if body is None else json.dumps(body)
        return self.ask("GET" if body is None else "POST", path, text,
                        {"Authorization": "Bearer " + self.token, "Content-Type": "application/json"}).json()

    def offer(self):
        case = self.api("/api/cases", {"kind": "residence", "resident": "R100000"})
        decided = self.api(f"/api/cases/{case['id']}/decide", {"decision": "approve"})
        link, code = decided["offer"]["link"], decided["offer"]["tx_code"]
        return case["id"], link, code

    def grant(self, link):
        reference = urllib.parse.parse_qs(urllib.parse.urlsplit(link).query)["credential_offer_uri"][0]
        offer = self.ask("GET", urllib.parse.urlsplit(reference).path).json()
        return offer["grants"][GRANT]["pre-authorized_code"]

    def issue(self):
        """One credential from the office to the wallet; NotDone anywhere in between."""
        case, link, code = self.offer()
        form = urllib.parse.urlencode({"grant_type": GRANT, "pre-authorized_code": self.grant(link), "tx_code": code})
        token = self.ask("POST", "/token", form, FORM).json()["access_token"]
        nonce = self.ask("POST", "/nonce", b"").json()["c_nonce"]
        request = {"credential_configuration_id": "residence", "proofs": {"jwt": [self.key.proof(self.url, nonce)]}}
        answer = self.ask("POST", "/credential", json.dumps(request),
                          {"Authorization": "Bearer " + token, "Content-Type": "application/json"}).json()
        payload = json.loads(from_base64url(answer["credentials"][0]["credential"].split("~")[0].split(".")[1]))
        status = payload["status"]["status_list"]
        with self.lock:
            self.issued.append((case, status["uri"], status["idx"]))

    def count(self):
        with self.lock:
            return len(self.issued)


class Load:
    """Four wallets that go on until they are told to stop."""

    def __init__(self, town):
        self.town, self.ending = town, threading.Event()
        self.threads = [threading.Thread(target=self.run) for _ in range(4)]
        self.faults = []
        for thread in self.threads:
            thread.start()

    def run(self):
        while not self.ending.is_set():
            try:
                self.town.issue()
            except NotDone:
                time.sleep(0.05)
            except Exception as error:  # told by stop()
                self.faults.append(repr(error))
                return

    def more(self, number):
        goal = self.town.count() + number
        until(lambda: self.faults or self.town.count() >= goal, f"{number} more credentials")
        assert not self.faults, self.faults

    def stop(self):
        self.ending.set()
        for thread in self.threads:
            thread.join()
        assert not self.faults, self.faults


def use_wallet(town, stadtbuch):
    """A complete issuance and a presentation by the command line's wallet."""
    folder = town.folder / "wallet"
    folder.mkdir(mode=0o700)
    secret = folder / "passphrase"
    secret.write_text("correct horse\n")
    secret.chmod(0o600)
    _, link, code = town.offer()
    (folder / "code").write_text(code + "\n")
    common = ["--wallet", str(folder / "wallet"), "--passphrase-file", str(secret), "--ca", str(town.folder / "ca.pem")]
    home = {**os.environ, "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "HOME": str(folder)}
    for arguments in (["accept", link, "--tx-code-file", str(folder / "code"), "--instances", "3"], ["present", None, "--yes"]):
        if arguments[1] is None:
            started = town.api("/api/verifications", {"type": "residence", "claims": ["address.locality"]})
            arguments[1] = started["link"]
        done = subprocess.run([stadtbuch, "wallet", *arguments, *common], env=home, capture_output=True, text=True, timeout=PATIENCE_S,
                              check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    result = town.api("/api/verifications/" + started["id"])
    assert result["state"] == "answered" and result["valid"], result
    print("a wallet took three copies and presented one, each request at the other instance")


def redeem_at_once(town, instances, rounds=15):
    """Eight attempts for one code, at both instances: one wins."""
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        for _ in range(rounds):
            _, link, code = town.offer()
            form = urllib.parse.urlencode({"grant_type": GRANT, "pre-authorized_code": town.grant(link), "tx_code": code})
            answers = list(pool.map(lambda i: ask(instances[i % 2].port, "POST", "/token", form, FORM).status, range(8)))
            assert sorted(answers) == [200] + [400] * 7, answers
    print(f"{rounds} codes, each redeemed once of 8 attempts at both instances")


def check_books(town, instances, server):
    """What arrived is in the books of both instances, and nothing was given out twice."""
    entries = [(uri, index) for _, uri, index in town.issued]
    assert len(set(entries)) == len(entries), "an index was used twice"
    # 'm' has an entry for each credential, 'i' one for each index.
    keys = server.sql("select (select count(*) from stadtbuch_agent where get_byte(key, 0) = 109),"
                      " (select count(*) from stadtbuch_agent where get_byte(key, 0) = 105)", "agent").split("|")
    assert keys[0] == keys[1] and int(keys[0]) >= len(entries), keys
    cases = {}
    for instance in instances:
        answer = ask(instance.port, "GET", "/api/cases?state=issued", headers={"Authorization": "Bearer " + town.token}).json()
        cases[instance.port] = answer["total"]
    assert len(set(cases.values())) == 1, cases
    for case, _, _ in town.issued:
        assert town.api("/api/cases/" + case)["state"] == "issued", case
    print(f"{len(entries)} credentials arrived, {keys[0]} indexes given out, none twice; both know {cases[instance.port]} cases")


def status_of(uri, index, port):
    import zlib
    token = ask(port, "GET", urllib.parse.urlsplit(uri).path).body.decode()
    octets = zlib.decompress(from_base64url(json.loads(from_base64url(token.split(".")[1]))["status_list"]["lst"]))
    return octets[index // 8] >> index % 8 & 1


def revoke(town, instances):
    case, uri, index = town.issued[0]
    assert [status_of(uri, index, one.port) for one in instances] == [0, 0]
    town.api(f"/api/credentials/{case}/revoke", {"reason": "lost"})
    for one in instances:
        until(lambda one=one: status_of(uri, index, one.port) == 1, "the revocation in the list of each instance")
    print("a revocation at one instance stands in the lists of both")


def migrate(agent, settings, source, target, *more):
    done = subprocess.run([agent, "migrate", "-c", str(settings), "--from", source, "--to", target, *more], capture_output=True,
                          text=True, timeout=PATIENCE_S, check=False)
    told = dict(line.split(None, 1) for line in done.stdout.splitlines())
    return done.returncode, told.get("digest") or done.stderr


def move_the_store(agent, town, instances, server):
    """From the server into a folder, an agent works with that, and back into another database."""
    settings = town.folder / "one.toml"
    code, said = migrate(agent, settings, "postgresql", "rocksdb", "--dry-run")
    assert code == 69 and "SB-2001" in said, (code, said)  # they run
    ended = [one.stop() for one in instances]
    assert ended == [0, 0], ended
    code, tried = migrate(agent, settings, "postgresql", "rocksdb", "--dry-run")
    assert code == 0 and not (town.folder / "store").exists(), (code, tried)
    code, moved = migrate(agent, settings, "postgresql", "rocksdb")
    assert (code, moved) == (0, tried), (code, moved, tried)
    code, said = migrate(agent, settings, "postgresql", "rocksdb")
    assert code == 65 and "SB-2010" in said, (code, said)
    text = settings.read_text()
    settings.write_text(text.replace('kind = "postgresql"', 'kind = "rocksdb"'))
    instances[0].start()
    until(instances[0].ready, "an agent on the moved store")
    for case, _, _ in town.issued[1:6]:
        assert town.api("/api/cases/" + case)["state"] == "issued"
    town.issue()
    assert instances[0].stop() == 0
    code, said = migrate(agent, settings, "rocksdb", "postgresql")
    assert code == 65 and "SB-2010" in said, (code, said)
    server.sql("create database second")
    settings.write_text(text.replace("dbname=agent", "dbname=second"))
    code, tried = migrate(agent, settings, "rocksdb", "postgresql", "--dry-run")
    assert code == 0 and server.sql("select to_regclass('stadtbuch_agent') is null", "second") == "t", (code, tried)
    assert migrate(agent, settings, "rocksdb", "postgresql") == (0, tried)
    assert tried != moved, "the digest does not tell two stores apart"
    instances[0].start()
    until(instances[0].ready, "an agent on the store that came back")
    assert town.api("/api/cases/" + town.issued[-1][0])["state"] == "issued"
    assert instances[0].stop() == 0
    print("the store moved into a folder and back, with the same digest on both sides")


def story(town, instances, server, stadtbuch):
    use_wallet(town, stadtbuch)
    redeem_at_once(town, instances)
    load = Load(town)
    try:
        load.more(20)
        instances[0].kill()
        load.more(20)  # by the other one alone
        instances[0].start()
        until(instances[0].ready, "the killed instance")
        load.more(20)
        print(f"kill -9 of an instance: {town.count()} credentials so far")
        paths = {urllib.parse.urlsplit(uri).path for _, uri, _ in town.issued}
        lists = {(one.port, path): ask(one.port, "GET", path) for one in instances for path in paths}
        server.kill()
        until(lambda: load.faults or town.refusals[503] > 0, "a refusal without database")
        assert all(one.process.poll() is None for one in instances), "an agent ended with its database"
        page = ask(instances[1].port, "GET", "/amt", headers={"Accept": "text/html", "Cookie": "__Host-amt=" + "a" * 43})
        assert page.status == 503 and page.headers["Retry-After"] and b"<html" in page.body, page
        for (port, path), before in lists.items():
            now = ask(port, "GET", path)
            assert (now.status, now.body) == (200, before.body), "what was signed is good without database"
        server.start()
        for one in instances:
            until(one.ready, "an instance after its database came back")
        load.more(20)
        print(f"kill -9 of the database server: {town.refusals[503]} answers 503, {town.count()} credentials")
    finally:
        load.ending.set()
        load.stop()
    check_books(town, instances, server)
    revoke(town, instances)


def main():
    if len(sys.argv) != 3:
        print(__doc__)
        return 64
    agent, stadtbuch = (str(pathlib.Path(one).resolve()) for one in sys.argv[1:])
    if postgres.programs() is None:
        print("not checked: Debian's package postgresql is missing")
        return 77
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    server = postgres.Server()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="stadtbuch-instances-"))
    instances, proxy = [], None
    try:
        server.sql("create database agent")
        port = free_port()
        subprocess.run([agent, "init-dev", str(folder), "--register", str(ROOT / "config/town"), "--port", str(port),
                        "--telemetry-port", str(free_port())], check=True, stdout=subprocess.DEVNULL)
        instances = [Instance(agent, folder, name, server.dsn + " dbname=agent", port) for name in ("one", "two")]
        Proxy.ports = [one.port for one in instances]
        proxy = http.server.ThreadingHTTPServer(("127.0.0.1", port), Proxy)
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(folder / "tls.pem", folder / "tls.key")
        # The handshake is made in the connection's own thread.
        proxy.socket = tls.wrap_socket(proxy.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        for one in instances:
            one.start()  # both at once: one makes the tables and the lists
        for one in instances:
            until(one.ready, "an instance")
        try:
            town = Town(folder, port)
            story(town, instances, server, stadtbuch)
            move_the_store(agent, town, instances, server)
        except BaseException:
            for one in instances:
                print(f"--- {one.log.name}\n" + "\n".join(one.log.read_text().splitlines()[-15:]), file=sys.stderr)
            raise
    finally:
        for one in instances:
            if one.process is not None and one.process.poll() is None:
                one.kill()
        if proxy is not None:
            proxy.shutdown()
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
