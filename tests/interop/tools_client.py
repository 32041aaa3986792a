#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""Tools that no registry has, taken from where somebody has put them: indy-vdr's proxy and indy-node-monitor.

Usage: tools_client.py PROGRAMS FOLDER [--proxy EXECUTABLE] [--monitor FOLDER]
  --proxy    indy-vdr-proxy: every route of it
  --monitor  folder fetch-validator-status of indy-node-monitor: its report on four well members, then with one away
"""
import argparse
import asyncio
import contextlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

import indy_vdr_client
import outcomes
from e2e_pool import TRUSTEE, VALIDATORS, Pool, expect, free_ports, signed_request, wait_until

PROXY = "indy-vdr-proxy"
MONITOR = "indy-node-monitor"
NAMESPACE = "stadtbuch:test"
NOBODY = "2" * 22
ROUTES_OF_RESOLVER = "/1.0/identifiers/"


async def written(network):
    """An endorser with attribute, schema, definition and registry, written by indy-vdr."""
    client = await indy_vdr_client.Client.open(network)
    endorser = await indy_vdr_client.story_nym(client, None)
    await indy_vdr_client.story_attrib(client, endorser)
    recording = pathlib.Path(__file__).resolve().parent.parent / "data/indy"
    await indy_vdr_client.story_schema(client, endorser, indy_vdr_client.recorded_cred_def(recording))
    await indy_vdr_client.story_revocation(client, endorser, None)
    schema = f"{endorser.did}:2:parking:1.0"
    number = (await client.read(indy_vdr_client.ledger.build_get_schema_request(None, schema)))["seqNo"]
    client.pool.close()
    return endorser.did, schema, number


class Proxy:
    def __init__(self, executable, network):
        self.port = free_ports(1)
        self.log = open(network.folder / "proxy.log", "w")
        command = [executable, "--host", "127.0.0.1", "--port", str(self.port), "--name", NAMESPACE,
                   "--genesis", str(network.folder / "pool_transactions_genesis")]
        self.process = subprocess.Popen(command, stdout=self.log, stderr=self.log)

    def close(self):
        self.process.terminate()
        self.process.wait(20)
        self.log.close()

    def ask(self, path, body=None):
        """Status and, where it is JSON, the answer."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", data=body, timeout=60) as answer:
                status, text = answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            status, text = error.code, error.read().decode()
        try:
            answer = json.loads(text)
        except ValueError:
            return status, text
        return status, answer["result"] if isinstance(answer, dict) and answer.get("op") == "REPLY" else answer

    def is_active(self):
        expect(self.process.poll() is None, "the proxy ended")
        try:
            status, answer = self.ask("/")
        except OSError:
            return False
        return status == 200 and isinstance(answer, dict) and answer.get("status") == "active"

    def read(self, kind, path, check):
        status, answer = self.ask(path)
        expect(status == 200 and check(answer), f"{path}: {status} {answer}")
        outcomes.note(PROXY, kind, "read")

    def refused(self, kind, path, body=None):
        status, answer = self.ask(path, body)
        reason = answer["reason"] if isinstance(answer, dict) else answer
        expect(status == 400 and outcomes.is_as_in_reference(reason, body and body.decode()), f"a refusal: {status} {answer}")
        outcomes.note(PROXY, kind, outcomes.AS_IN_REFERENCE)

    def absent(self, kind, path):
        status, answer = self.ask(path)
        expect(status == 200 and not answer.get("data"), f"{path}: {status} {answer}")
        outcomes.note(PROXY, kind, "absence read")


def proxy_routes(proxy, did, schema, number):
    def quoted(name):
        return urllib.parse.quote(name, safe=":")
    definition = f"{did}:3:CL:{number}:default"
    registry = f"{did}:4:{definition}:CL_ACCUM:r"
    proxy.read("genesis", "/genesis", lambda a: len(str(a).splitlines()) >= len(VALIDATORS) or isinstance(a, (list, dict)))
    proxy.read("105", f"/nym/{did}", lambda a: json.loads(a["data"])["dest"] == did)
    proxy.absent("105", f"/nym/{NOBODY}")
    proxy.read("104", f"/attrib/{did}/endpoint", lambda a: a["data"] is not None)
    proxy.read("107", f"/schema/{quoted(schema)}", lambda a: a["data"]["name"] == "parking")
    proxy.read("108", f"/cred_def/{quoted(definition)}", lambda a: "primary" in a["data"])
    proxy.read("115", f"/rev_reg_def/{quoted(registry)}", lambda a: a["data"]["id"] == registry)
    proxy.read("116", f"/rev_reg/{quoted(registry)}", lambda a: a["data"]["value"]["accum"] == "21 B")
    proxy.read("117", f"/rev_reg_delta/{quoted(registry)}", lambda a: a["data"]["value"]["revoked"] == [2, 3])
    proxy.read("121", "/auth", lambda a: len(a["data"]) > 30)
    proxy.refused("121", "/auth/1/ADD")  # the route asks for no value, and no rule is without
    proxy.absent("6", "/taa")
    proxy.absent("7", "/aml")
    for ledger in ("domain", "pool", "config"):
        status, answer = proxy.ask(f"/txn/{ledger}/1")
        expect(status == 200 and (answer["data"] is not None) == (ledger != "config"), f"/txn/{ledger}/1: {status} {answer}")
        outcomes.note(PROXY, "3", "absence read" if answer["data"] is None else "read")
    expect(proxy.ask("/nothing")[0] == 404 and proxy.ask("/submit")[0] == 405, "unknown routes and methods")


def proxy_writes(proxy):
    who = indy_vdr_client.Signer.random()
    operation = {"type": "1", "dest": who.did, "verkey": who.verkey}
    status, answer = proxy.ask("/submit", json.dumps(signed_request(TRUSTEE, operation)).encode())
    expect(status == 200 and answer["txnMetadata"]["seqNo"] > 0, f"/submit: {status} {answer}")
    outcomes.note(PROXY, "1", "written")
    proxy.refused("1", "/submit", json.dumps(signed_request(who, dict(operation, role="0"))).encode())


def proxy_resolver(proxy, did, schema):
    name, version = schema.split(":")[2:]
    full = f"did:indy:{NAMESPACE}:{did}"
    proxy.read("did:indy", ROUTES_OF_RESOLVER + full, lambda a: a["didDocument"]["id"] == full)
    proxy.read("did:indy", f"{ROUTES_OF_RESOLVER}{full}/anoncreds/v0/SCHEMA/{name}/{version}",
               lambda a: "parking" in json.dumps(a["contentStream"]))
    status, answer = proxy.ask(f"{ROUTES_OF_RESOLVER}did:indy:{NAMESPACE}:{NOBODY}")
    expect(status != 200, f"an unknown DID resolves: {answer}")
    outcomes.note(PROXY, "did:indy", "absence read")


def use_proxy(executable, network, facts):
    did, schema, number = facts
    with contextlib.closing(Proxy(executable, network)) as proxy:
        wait_until(proxy.is_active, 60, "the proxy knows the pool")
        proxy_routes(proxy, did, schema, number)
        proxy_writes(proxy)
        proxy_resolver(proxy, did, schema)
    print("indy-vdr-proxy: every route held")


def report(monitor, network):
    """What indy-node-monitor says of each member."""
    command = [sys.executable, "main.py", "--raw", "--seed", "0" * 24 + "Trustee1", "--genesis-url",
               f"http://127.0.0.1:{network.http_port}/genesis"]
    done = subprocess.run(command, cwd=monitor, capture_output=True, text=True, timeout=180, env=dict(os.environ, PYTHONWARNINGS="ignore"))
    # indy-vdr's threads may end its process with a signal after the report is out.
    expect(done.stdout.startswith("["), f"indy-node-monitor: {done.returncode} {done.stderr[-1500:]}")
    return {entry["name"]: entry for entry in json.loads(done.stdout.splitlines()[-1])}


def use_monitor(original, network):
    monitor = network.folder / "monitor"  # it keeps genesis files in its own folder
    shutil.copytree(original, monitor, ignore=shutil.ignore_patterns("cache"))

    def all_well():
        seen = report(monitor, network)
        return seen if all(entry["status"]["ok"] and not entry.get("warnings") for entry in seen.values()) else None
    seen = wait_until(all_well, 90, "indy-node-monitor finds nothing wrong")
    expect(sorted(seen) == sorted(VALIDATORS), f"members: {sorted(seen)}")
    for name, entry in seen.items():
        expect(entry["status"]["uptime"] and entry["status"]["software"]["indy-node"], f"{name}: {entry['status']}")
        expect(entry["response"]["result"]["data"]["Node_info"]["Name"] == name, f"{name} answers as another one")
    outcomes.note(MONITOR, "119", "every member well, as its own report says")
    network.kill("Node3")

    def sees_it():
        seen = report(monitor, network)
        told = [name for name, entry in seen.items() if name != "Node3" and "Node3" in json.dumps(entry.get("warnings", []))]
        return not seen["Node3"]["status"]["ok"] and len(told) == len(VALIDATORS) - 1
    wait_until(sees_it, 120, "indy-node-monitor warns of the member that is away")
    outcomes.note(MONITOR, "119", "a member away: unreachable, and named by the others")
    network.start("Node3")
    print("indy-node-monitor: well, and one away")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("programs")
    parser.add_argument("folder")
    parser.add_argument("--proxy")
    parser.add_argument("--monitor")
    options = parser.parse_args()
    kept = os.environ.pop("STADTBUCH_OUTCOMES", None)  # what prepares is no outcome of these
    with Pool(options.programs, options.folder) as network:
        facts = asyncio.run(written(network)) if options.proxy else None
        if kept:
            os.environ["STADTBUCH_OUTCOMES"] = kept
        if options.proxy:
            use_proxy(options.proxy, network, facts)
        if options.monitor:
            use_monitor(options.monitor, network)


if __name__ == "__main__":
    main()
