#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""What von-network's users and scripts ask an observer over HTTP, and a second observer that starts from a snapshot.

Usage: routes_client.py PROGRAMS FOLDER [IGNORED]
"""
import hashlib
import http.server
import json
import pathlib
import shutil
import subprocess
import sys
import threading
import urllib.error
import urllib.request

import outcomes

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))
from e2e_pool import TRUSTEE, Pool, expect, free_ports, wait_until  # noqa: E402

VON = "von-network's routes (HTTP)"
RESOLVER = "Universal Resolver's interface (HTTP)"
SNAPSHOT = "observer from a snapshot"
NOBODY = "2" * 22


def ask(port, path, body=None):
    """Status and text."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data=None if body is None else json.dumps(body).encode(),
                                     headers={"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def routes(network):
    port = network.http_port
    status, text = ask(port, "/register", {"seed": "0" * 25 + "Routes1", "role": "ENDORSER", "alias": "routes"})
    expect(status == 200, f"/register: {status} {text}")
    made = json.loads(text)
    outcomes.note(VON, "1", "written")
    genesis = (network.folder / "pool_transactions_genesis").read_text()
    status, text = ask(port, "/genesis")
    expect(status == 200 and len(text.split()) == len(genesis.split()), f"/genesis: {status} {text[:200]}")
    outcomes.note(VON, "genesis", "read")
    for name in ("pool", "domain", "config"):
        status, text = ask(port, f"/ledger/{name}")
        expect(status == 200 and "results" in json.loads(text), f"/ledger/{name}: {status} {text[:200]}")
        status, text = ask(port, f"/ledger/{name}/text")
        expect(status == 200, f"/ledger/{name}/text: {status}")
    outcomes.note(VON, "ledgers, pages and text", "read")
    status, text = ask(port, "/ledger/domain/1")
    expect(status == 200 and json.loads(text)["txn"]["type"] == "1", f"/ledger/domain/1: {status} {text[:200]}")
    outcomes.note(VON, "3", "read")
    status, text = ask(port, "/ledger/domain/99999")
    expect(status == 404, f"an entry that is not there: {status} {text[:200]}")
    outcomes.note(VON, "3", "absence read")
    status, text = ask(port, "/status?validators=1")
    infos = json.loads(text)["validators"]
    expect(status == 200 and len(infos) == 4, f"/status?validators=1: {status} {text[:300]}")
    outcomes.note(VON, "119", "answered by every node")
    return made["did"]


def resolve(port, did, client):
    status, text = ask(port, f"/1.0/identifiers/did:sov:{did}")
    expect(status == 200 and json.loads(text)["didDocument"]["id"].endswith(did), f"{did}: {status} {text[:300]}")
    outcomes.note(client, "105", "read")
    status, _ = ask(port, f"/1.0/identifiers/did:sov:{NOBODY}")
    expect(status == 404, f"{NOBODY}: {status}")
    outcomes.note(client, "105", "absence read")


class FileServer:
    """Contents by path, with ranges and ETags; may break off, as servers and networks do."""

    def __init__(self, contents):
        outer = self
        self.asked, self.breaks_off_after = [], None

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                content = contents.get(self.path)
                if content is None:
                    return self.send_error(404)
                first, last = (int(n) for n in self.headers["Range"].removeprefix("bytes=").split("-"))
                outer.asked.append(first)
                part = content[first:last + 1]
                if outer.breaks_off_after is not None:
                    # The first part is short, then there is silence.
                    if first > 0:
                        self.close_connection = True
                        return None
                    part = part[:outer.breaks_off_after]
                self.send_response(206)
                self.send_header("Content-Range", f"bytes {first}-{first + len(part) - 1}/{len(content)}")
                self.send_header("Content-Length", str(len(part)))
                self.send_header("ETag", '"' + hashlib.sha256(content).hexdigest() + '"')
                self.end_headers()
                self.wfile.write(part)
                return None

            def log_message(self, *_):
                pass
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def url(self, path):
        return f"http://127.0.0.1:{self.server.server_address[1]}{path}"


def snapshot(network, programs, did):
    """A validator's store as a file; a new observer answers from it while no validator runs."""
    node = pathlib.Path(programs) / "stadtbuch-node"
    folder = network.folder / "newcomer"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    file = folder / "snapshot.jsonl"

    def exported():
        # The newest entries may still wait for the members' signatures.
        return subprocess.run([node, "--config", network.folder / "Node1" / "node.toml", "--export-snapshot", file],
                              capture_output=True).returncode == 0
    wait_until(exported, 180, "the members have signed the newest entries")
    network.command("down")
    client_port = free_ports(2)
    http_port = client_port + 1
    (folder / "node.toml").write_text(
        f'mode = "observer"\ndata = "data"\n[genesis]\npool = "../pool_transactions_genesis"\ndomain = "../domain_transactions_genesis"\n'
        f'[client]\nhost = "127.0.0.1"\nport = {client_port}\n[http]\nhost = "127.0.0.1"\nport = {http_port}\n')
    config = ["--config", folder / "node.toml"]
    lines = file.read_text().splitlines(keepends=True)
    altered = folder / "altered.jsonl"
    altered.write_text("".join(lines[:-1]) + lines[-1].replace(did, NOBODY).replace("ENDORSER", "TRUSTEE").replace('"101"', '"0"'))
    expect(altered.read_text() != file.read_text(), "nothing was altered")
    refused = subprocess.run([node, *config, "--import-snapshot", altered], capture_output=True, text=True)
    expect(refused.returncode != 0 and "SB-2132" in refused.stderr, f"an altered snapshot: {refused}")
    expect(not (folder / "data").exists() and not (folder / "data.loading").exists(), "something of it stayed")
    outcomes.note(SNAPSHOT, "altered snapshot", "refused")
    with FileServer({"/altered": altered.read_bytes(), "/whole": file.read_bytes()}) as server:
        server.breaks_off_after = 1000
        interrupted = subprocess.run([node, *config, "--import-snapshot", server.url("/whole")], capture_output=True, text=True)
        kept = (folder / "data.download").stat().st_size
        expect(interrupted.returncode != 0 and kept == 1000 and not (folder / "data").exists(), f"a server that broke off: {interrupted}")
        server.breaks_off_after = None
        outcomes.note(SNAPSHOT, "interrupted download", "stays for the next attempt")
        done = subprocess.run([node, *config, "--import-snapshot", server.url("/none"), server.url("/altered"), server.url("/whole")],
                              capture_output=True, text=True)
        expect(done.returncode == 0, f"three sources: {done}")
        for source, fault in (("/none", "SB-2134"), ("/altered", "SB-2132")):
            expect(any(fault in line and server.url(source) in line for line in done.stderr.splitlines()), f"{source} is not named: {done}")
        outcomes.note(SNAPSHOT, "altered snapshot", "its source is named, the next one taken")
        expect(not (folder / "data.download").exists(), "the download stayed")
        shutil.rmtree(folder / "data")
        server.breaks_off_after = 1000
        subprocess.run([node, *config, "--import-snapshot", server.url("/whole")], capture_output=True)
        server.breaks_off_after = None
        server.asked.clear()
        subprocess.run([node, *config, "--import-snapshot", server.url("/whole")], check=True)
        expect(server.asked[0] == 1000, f"the download began again at {server.asked}")
        outcomes.note(SNAPSHOT, "interrupted download", "goes on where it ended")
    outcomes.note(SNAPSHOT, "snapshot", "loaded, proved from the genesis on")
    with open(folder / "log", "w") as log:
        observer = subprocess.Popen([node, *config], stdout=log, stderr=log)
        try:
            def answers():
                expect(observer.poll() is None, "the observer ended")
                try:
                    return ask(http_port, "/genesis")[0] == 200
                except OSError:
                    return False
            wait_until(answers, 30, "the observer answers")
            resolve(http_port, did, SNAPSHOT)
            status, text = ask(http_port, f"/1.0/identifiers/did:sov:{did}?receipt=1")
            expect(status == 200, f"receipt: {status} {text[:300]}")
            receipt = folder / "receipt.json"
            receipt.write_text(text)
            subprocess.run([pathlib.Path(programs) / "stadtbuch", "verify-receipt", receipt, "--genesis",
                            network.folder / "pool_transactions_genesis"], check=True, capture_output=True)
            outcomes.note(SNAPSHOT, "receipt", "verified offline")
        finally:
            observer.terminate()
            observer.wait()


def main():
    programs, folder = sys.argv[1:3]
    with Pool(programs, folder) as network:
        network.wait_ready("observer")
        did = routes(network)
        resolve(network.http_port, did, RESOLVER)
        resolve(network.http_port, TRUSTEE.did, RESOLVER)
        snapshot(network, programs, did)
    print("all held")


if __name__ == "__main__":
    main()
