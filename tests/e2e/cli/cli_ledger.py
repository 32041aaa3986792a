#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""Each ledger command against a network of real processes: exit codes (CL-04), JSON, proofs.

usage: cli_ledger.py PROGRAM
"""
import hashlib
import json
import sys

from terminal import Terminal, expect

TRUSTEE = "V4SGRU86Z58d6TV7PBUe6f"
CRED_DEF = {"primary": {"n": "779", "r": {"master_secret": "5"}, "rctxt": "774", "s": "750", "z": "632"}}


def dids(t):
    expect(t.error("did", "show", code=3)["error"] == "SB-5042", "no keystore yet")
    t.run("did", "import", "--seed-file", f"{t.network}/trustee_seed")
    author = t.json("did", "new")
    held = [key["did"] for key in t.json("did", "show")["dids"]]
    expect(held == [TRUSTEE, author["did"]], f"the keystore holds both: {held}")
    expect("SB-5032" == t.error("did", "show", "--passphrase-file", t.private_file("wrong", "no\n"), code=1)["error"],
           "a wrong passphrase opens nothing")
    expect("SB-5043" == t.error("did", "show", "11111111111111111111aa", code=3)["error"], "an unknown DID")
    expect(open(t.path("data/stadtbuch/dids.json")).read().find(author["did"]) < 0, "names are encrypted, too")
    return author


def nyms(t, author):
    did = author["did"]
    arguments = ["nym", "--dest", did, "--verkey", author["verkey"], "--role", "endorser", "--as", TRUSTEE]
    request = t.json(*arguments, "--dry-run")
    expect(request["operation"] == {"type": "1", "dest": did, "verkey": author["verkey"], "role": "101"}, "exact request")
    expect(request["identifier"] == TRUSTEE and request["signature"], "the dry run is signed")
    missing = t.json("get", "nym", did, code=3)
    expect(missing["found"] is False and missing["verified"]["by"] == "state_proof", "absence is proved, nothing was sent")
    written = t.json(*arguments)
    expect(written["seqNo"] == 6 and len(written["nodes"]) >= 2, f"written: {written['seqNo']}")
    found = t.json("get", "nym", f"did:sov:{did}")
    expect(found["data"]["role"] == "101" and found["data"]["verkey"] == author["verkey"], "read back")
    proof = found["verified"]
    expect(proof["by"] == "state_proof" and len(proof["participants"]) >= 3 and proof["of"] == 4, f"{proof}")
    expect(t.error("nym", "--dest", did, "--role", "trustee", "--as", did, code=4)["error"] == "SB-3010", "refused")
    expect(t.error("nym", "--dest", did, "--role", "king", "--as", TRUSTEE, code=2)["error"] == "SB-5047", "usage")
    expect(t.error("nym", "--dest", did, code=2)["error"] == "SB-5041", "somebody has to sign")
    t.run("nym", "--dest", code=2)
    then = t.json("get", "nym", did, "--seq-no", 6)
    expect(then["data"]["role"] == "101", "as of a transaction")


def schemas(t, author):
    did = author["did"]
    written = t.json("schema", "--name", "permit", "--schema-version", "1.0", "--attributes", "plate,zone", "--as", did)
    expect(written["schema_id"] == f"{did}:2:permit:1.0", "id of the schema")
    found = t.json("get", "schema", written["schema_id"])
    expect(found["data"]["attr_names"] == ["plate", "zone"] and found["verified"]["by"] == "state_proof", "read back")
    expect(t.json("get", "schema", f"{did}:2:permit:9.9", code=3)["found"] is False, "unknown schema")
    t.run("get", "schema", "nonsense", code=2)
    t.run("schema", "--name", "permit", "--schema-version", "1.0", "--attributes", "plate", "--as", did, code=4)
    seq_no = written["seqNo"]
    file = t.private_file("definition.json", json.dumps({"schemaId": str(seq_no), "tag": "town", "value": CRED_DEF}))
    definition = t.json("creddef", file, "--as", did)
    expect(definition["cred_def_id"] == f"{did}:3:CL:{seq_no}:town", "id of the definition")
    expect(t.json("get", "creddef", definition["cred_def_id"])["data"]["primary"]["n"] == "779", "read back")
    dry = t.json("creddef", "-", "--schema", seq_no, "--as", did, "--dry-run", stdin=json.dumps(CRED_DEF))
    expect(dry["operation"]["ref"] == seq_no and dry["operation"]["data"] == CRED_DEF, "from standard input")
    t.run("get", "creddef", f"{did}:3:CL:{seq_no}:village", code=3)
    t.run("creddef", t.private_file("bad.json", "[1]"), "--as", did, code=2)


def attributes(t, author):
    did = author["did"]
    t.run("attrib", "--dest", did, "--raw", '{"endpoint":{"url":"https://town.example"}}', "--as", did)
    expect(t.json("get", "attrib", did, "--raw", "endpoint")["data"] == {"endpoint": {"url": "https://town.example"}},
           "read back")
    digest = hashlib.sha256(b"secret").hexdigest()
    t.run("attrib", "--dest", did, "--hash", digest, "--as", did)
    t.run("get", "attrib", did, "--hash", digest)
    t.run("get", "attrib", did, "--raw", "nothing", code=3)
    t.run("attrib", "--dest", did, "--as", did, code=2)


def transactions(t):
    first = t.json("get", "txn", 1)
    expect(first["data"]["txn"]["data"]["dest"] == TRUSTEE, "the first transaction")
    expect(t.json("get", "txn", 2, "--ledger", "pool")["data"]["txn"]["data"]["data"]["alias"] == "Node2", "pool ledger")
    t.run("get", "txn", 99999, code=3)
    rules = t.json("get", "auth-rule")
    expect(len(rules["data"]) > 30 and rules["verified"]["by"] == "equal_answers", "all rules")
    one = t.json("get", "auth-rule", "1", "--field", "role", "--new", "101")
    expect(one["data"][0]["new_value"] == "101", "one rule")
    t.run("get", "taa", code=3)


def raw_requests(t, author):
    did = author["did"]
    dry = t.run("-o", "json", "nym", "--dest", did, "--alias", "office", "--as", did, "--dry-run")
    sent = t.json("submit", "-", stdin=dry)
    expect(sent["result"]["txn"]["data"]["dest"] == did, "what a dry run printed can be sent")
    tampered = json.loads(dry)
    tampered["operation"]["alias"] = "palace"
    expect(t.error("submit", "-", code=4, stdin=json.dumps(tampered))["error"] == "SB-3010", "a broken signature is refused")
    unsigned = {key: value for key, value in tampered.items() if key != "signature"} | {"reqId": 77}
    t.run("submit", "-", "--as", did, stdin=json.dumps(unsigned))
    t.run("submit", "-", code=2, stdin="{")


def endorsing(t, author):
    """The author writes what another one endorses: two signatures, gathered by files."""
    writer = t.json("did", "new")
    t.run("nym", "--dest", writer["did"], "--verkey", writer["verkey"], "--as", TRUSTEE)
    t.run("schema", "--name", "dog", "--schema-version", "1.0", "--attributes", "name", "--as", writer["did"], code=4)
    dry = t.run("-o", "json", "schema", "--name", "dog", "--schema-version", "1.0", "--attributes", "name",
                "--as", writer["did"], "--endorser", author["did"], "--dry-run")
    t.run("submit", "-", "--as", author["did"], stdin=dry)
    t.run("get", "schema", f"{writer['did']}:2:dog:1.0")


def agreement(t, author):
    t.run("taa", "show", code=3)
    aml = t.private_file("aml.json", json.dumps({"for_session": "accepted once"}))
    text = t.private_file("taa.txt", "Be kind to the ledger.\n")
    t.run("taa", "mechanisms", "--aml-version", "1", "--file", aml, "--as", TRUSTEE)
    t.run("taa", "write", "--taa-version", "1.0", "--text-file", text, "--ratified", "1700000000", "--as", TRUSTEE)
    shown = t.json("taa", "show")
    expect(shown["text"] == "Be kind to the ledger." and shown["accepted"] is False, f"{shown}")
    expect(shown["digest"] == hashlib.sha256(b"1.0Be kind to the ledger.").hexdigest(), "digest of version and text")
    attribute = ["attrib", "--dest", author["did"], "--raw", '{"a":1}', "--as", author["did"]]
    t.run(*attribute, code=4)
    t.run("taa", "accept", "--mechanism", "by_magic", code=2)
    t.run("--no-input", "taa", "accept", "--mechanism", "for_session", code=7)
    expect(t.json("taa", "accept", "--mechanism", "for_session", "--yes")["accepted"] is True, "accepted")
    expect(t.json(*attribute, "--dry-run")["taaAcceptance"]["taaDigest"] == shown["digest"], "writes say so")
    t.run(*attribute)
    t.run("taa", "disable", "--yes", "--as", TRUSTEE)
    t.run("taa", "show", code=3)


def nodes(t, author):
    member = t.json("node", "init", "--dir", t.path("node5"), "--alias", "Node5", "--host", "127.0.0.1",
                    "--node-port", 20001, "--client-port", 20002)
    steward = t.json("did", "import", "--seed-file", t.path("node5/steward_seed"))
    expect(steward["did"] == member["steward_did"], "the steward's seed can be taken over")
    t.run("nym", "--dest", steward["did"], "--verkey", steward["verkey"], "--role", "steward", "--as", TRUSTEE)
    dry = t.json("node", "write", "--file", t.path("node5/member.json"), "--as", steward["did"], "--dry-run")
    expect(dry["operation"]["data"]["services"] == ["VALIDATOR"], "a member file makes a validator")
    written = t.json("node", "write", "--file", t.path("node5/member.json"), "--services", "none", "--as", steward["did"])
    expect(written["seqNo"] == 5, "the fifth node, not yet a validator")
    t.run("node", "write", "--file", t.path("node5/member.json"), "--as", author["did"], code=4)


def failures(t):
    t.run("get", "nym", TRUSTEE, "--genesis", t.path("missing"), code=2)
    t.run("nonsense", code=2)
    t.run("down", "Node1", "--dir", t.network)
    expect(t.json("get", "nym", TRUSTEE)["found"], "one node less: still answered")
    t.run("nym", "--dest", TRUSTEE, "--alias", "still writing", "--as", TRUSTEE)
    t.run("down", "--dir", t.network)
    expect(t.error("get", "nym", TRUSTEE, "--timeout", 3, code=5)["error"] in ("SB-3011", "SB-3013"), "nobody answers")


def main():
    t = Terminal(sys.argv[1])
    try:
        t.up("--no-agent")
        t.environment["STADTBUCH_GENESIS"] = f"{t.network}/pool_transactions_genesis"
        author = dids(t)
        nyms(t, author)
        schemas(t, author)
        attributes(t, author)
        transactions(t)
        raw_requests(t, author)
        endorsing(t, author)
        agreement(t, author)
        nodes(t, author)
        failures(t)
        print(f"{t.commands} commands behaved")
    finally:
        t.close()


main()
