#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""Our own command line as a client: every transaction type and read, and refusals with the reference's reason.

Usage: cli_client.py PROGRAMS
"""
import hashlib
import json
import pathlib
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e/cli"))
from terminal import Terminal, expect  # noqa: E402

import outcomes  # noqa: E402

CLIENT = "stadtbuch (command line)"
TRUSTEE = "V4SGRU86Z58d6TV7PBUe6f"
DEFINITION = {"primary": {"n": "779", "r": {"master_secret": "5"}, "rctxt": "774", "s": "750", "z": "632"},
              "revocation": {"g": "1 01"}}
RULE = {"constraint_id": "ROLE", "role": "0", "sig_count": 1, "need_to_be_owner": False, "metadata": {}}


class Ledger:
    def __init__(self, terminal):
        self.t = terminal

    def write(self, kind, *arguments, stdin=""):
        answer = self.t.json(*arguments, stdin=stdin)
        outcomes.note(CLIENT, kind, "written")
        return answer

    def submit(self, operation, *signers):
        """A request of any type; each signer adds a signature to what the one before has printed."""
        request = {"identifier": signers[0], "protocolVersion": 2, "reqId": time.time_ns(), "operation": operation}
        text = json.dumps(request)
        for signer in signers[:-1]:
            text = self.t.run("-o", "json", "submit", "-", "--as", signer, "--dry-run", stdin=text)
        return self.write(operation["type"], "submit", "-", "--as", signers[-1], stdin=text)

    def read(self, kind, *arguments):
        found = self.t.json(*arguments)
        outcomes.note(CLIENT, kind, "read")
        return found

    def absent(self, kind, *arguments):
        self.t.run(*arguments, code=3)
        outcomes.note(CLIENT, kind, "absence read")

    def ask(self, operation):
        """A read that has no command of its own."""
        request = {"identifier": TRUSTEE, "protocolVersion": 2, "reqId": time.time_ns(), "operation": operation}
        answer = self.t.json("submit", "-", stdin=json.dumps(request))["result"]
        outcomes.note(CLIENT, operation["type"], "absence read" if answer.get("data") is None else "read")
        return answer

    def action(self, operation, result):
        request = {"identifier": TRUSTEE, "protocolVersion": 2, "reqId": time.time_ns(), "operation": operation}
        answers = self.t.json("submit", "-", "--as", TRUSTEE, stdin=json.dumps(request))["result"]
        expect(sorted(answers) == ["Node1", "Node2", "Node3", "Node4"], f"{operation} is answered by {sorted(answers)}")
        outcomes.note(CLIENT, operation["type"], result)

    def refused(self, kind, *arguments, stdin=""):
        reason = self.t.error(*arguments, code=4, stdin=stdin)["what"]
        expect(outcomes.is_as_in_reference(reason), f"the reference's recordings have no such reason: {reason}")
        outcomes.note(CLIENT, kind, outcomes.AS_IN_REFERENCE)


def domain(ledger):
    t = ledger.t
    t.run("did", "import", "--seed-file", f"{t.network}/trustee_seed")
    office = t.json("did", "new")
    did = office["did"]
    ledger.absent("105", "get", "nym", did)
    ledger.write("1", "nym", "--dest", did, "--verkey", office["verkey"], "--role", "endorser", "--as", TRUSTEE)
    ledger.read("105", "get", "nym", did)
    ledger.refused("1", "nym", "--dest", did, "--role", "trustee", "--as", did)
    ledger.write("100", "attrib", "--dest", did, "--raw", '{"endpoint":{"url":"https://town.example"}}', "--as", did)
    ledger.read("104", "get", "attrib", did, "--raw", "endpoint")
    ledger.absent("104", "get", "attrib", did, "--raw", "nothing")
    schema = ledger.write("101", "schema", "--name", "permit", "--schema-version", "1.0", "--attributes", "plate,zone", "--as", did)
    ledger.read("107", "get", "schema", schema["schema_id"])
    ledger.absent("107", "get", "schema", f"{did}:2:permit:9.9")
    ledger.refused("101", "schema", "--name", "permit", "--schema-version", "1.0", "--attributes", "plate", "--as", did)
    definition = ledger.write("102", "creddef", "-", "--schema", schema["seqNo"], "--as", did, stdin=json.dumps(DEFINITION))
    ledger.read("108", "get", "creddef", definition["cred_def_id"])
    return did, definition["cred_def_id"]


def revocation(ledger, did, definition):
    registry = f"{did}:4:{definition}:CL_ACCUM:one"
    ledger.submit({"type": "113", "id": registry, "revocDefType": "CL_ACCUM", "tag": "one", "credDefId": definition,
                   "value": {"issuanceType": "ISSUANCE_BY_DEFAULT", "maxCredNum": 100, "tailsHash": "h", "tailsLocation": "/t",
                             "publicKeys": {"accumKey": {"z": "1 01"}}}}, did)
    entry = {"type": "114", "revocRegDefId": registry, "revocDefType": "CL_ACCUM"}
    ledger.submit(dict(entry, value={"accum": "21 A"}), did)
    ledger.submit(dict(entry, value={"accum": "21 B", "prevAccum": "21 A", "revoked": [3, 9]}), did)
    found = ledger.ask({"type": "115", "id": registry})
    expect(found["data"]["tag"] == "one", f"the definition reads {found}")
    now = int(time.time()) + 5
    found = ledger.ask({"type": "116", "revocRegDefId": registry, "timestamp": now})
    expect(found["data"]["value"]["accum"] == "21 B", f"the accumulator reads {found}")
    found = ledger.ask({"type": "117", "revocRegDefId": registry, "to": now})
    expect(found["data"]["value"]["revoked"] == [3, 9], f"the delta reads {found}")


def configuration(ledger):
    t = ledger.t
    aml = t.private_file("aml.json", json.dumps({"click": "accepted once"}))
    text = t.private_file("taa.txt", "Be kind to the ledger.\n")
    ledger.absent("6", "taa", "show")
    ledger.write("5", "taa", "mechanisms", "--aml-version", "1", "--file", aml, "--as", TRUSTEE)
    ledger.write("4", "taa", "write", "--taa-version", "1.0", "--text-file", text, "--ratified", "1700000000", "--as", TRUSTEE)
    shown = ledger.read("6", "taa", "show")
    expect(shown["digest"] == hashlib.sha256(b"1.0Be kind to the ledger.").hexdigest(), f"the agreement reads {shown}")
    found = ledger.read("7", "get", "aml")
    expect(found["data"]["aml"] == {"click": "accepted once"}, f"the mechanisms read {found}")
    ledger.write("8", "taa", "disable", "--yes", "--as", TRUSTEE)
    rule = {"auth_type": "101", "auth_action": "ADD", "field": "*", "new_value": "*", "constraint": RULE}
    ledger.submit({"type": "120", **rule}, TRUSTEE)
    ledger.submit({"type": "122", "rules": [rule]}, TRUSTEE)
    found = ledger.read("121", "get", "auth-rule", "101", "--field", "*", "--new", "*")
    expect(found["data"][0]["constraint"]["role"] == "0", f"the rule reads {found}")
    ledger.submit({"type": "130", "name": "town", "value": "open"}, TRUSTEE)
    found = ledger.ask({"type": "131", "name": "town"})
    expect("open" in json.dumps(found["data"]), f"the flag reads {found}")
    freeze = {"type": "9", "ledgers_ids": []}
    alone = {"identifier": TRUSTEE, "protocolVersion": 2, "reqId": time.time_ns(), "operation": freeze}
    ledger.refused("9", "submit", "-", "--as", TRUSTEE, stdin=json.dumps(alone))
    others = [t.json("did", "new") for _ in range(2)]
    for other in others:
        t.run("nym", "--dest", other["did"], "--verkey", other["verkey"], "--role", "trustee", "--as", TRUSTEE)
    ledger.submit(freeze, TRUSTEE, *[other["did"] for other in others])
    ledger.ask({"type": "10"})
    lines = pathlib.Path(f"{t.network}/pool_transactions_genesis").read_text().splitlines()
    nodes = [json.loads(line)["txn"]["data"]["dest"] for line in lines]
    upgrade = {"type": "109", "name": "u", "version": "9.9.9", "sha256": "f" * 64}
    start = int(time.time()) + 3600
    ledger.submit(dict(upgrade, action="start", schedule={
        node: time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(start + 600 * place)) for place, node in enumerate(nodes)}), TRUSTEE)
    ledger.submit(dict(upgrade, action="cancel"), TRUSTEE)
    ledger.submit({"type": "111", "writes": True}, TRUSTEE)
    ledger.action({"type": "119"}, "answered by every node")
    ledger.action({"type": "118", "action": "start", "datetime": "0"}, "acknowledged by every node")


def pool(ledger):
    t = ledger.t
    t.json("node", "init", "--dir", t.path("node5"), "--alias", "Node5", "--host", "127.0.0.1", "--node-port", 20001,
           "--client-port", 20002)
    steward = t.json("did", "import", "--seed-file", t.path("node5/steward_seed"))
    t.run("nym", "--dest", steward["did"], "--verkey", steward["verkey"], "--role", "steward", "--as", TRUSTEE)
    ledger.write("0", "node", "write", "--file", t.path("node5/member.json"), "--services", "none", "--as", steward["did"])
    found = ledger.read("3", "get", "txn", 5, "--ledger", "pool")
    expect(found["data"]["txn"]["data"]["data"]["alias"] == "Node5", f"the fifth member reads {found}")
    ledger.absent("3", "get", "txn", 99999)


def main():
    terminal = Terminal(pathlib.Path(sys.argv[1]) / "stadtbuch")
    try:
        terminal.up("--no-agent")
        terminal.environment["STADTBUCH_GENESIS"] = f"{terminal.network}/pool_transactions_genesis"
        ledger = Ledger(terminal)
        did, definition = domain(ledger)
        revocation(ledger, did, definition)
        configuration(ledger)
        pool(ledger)
        print(f"stadtbuch: {terminal.commands} commands held")
    finally:
        terminal.close()


if __name__ == "__main__":
    main()
