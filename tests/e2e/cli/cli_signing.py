#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who signs and how: keys in a PKCS#11 token (CL-13), transactions of several people by files (CL-14), scripts of
indy-cli (CL-15), each against a live network.

usage: cli_signing.py PROGRAM
"""
import json
import os
import subprocess
import sys

from terminal import Terminal, expect

TRUSTEE = "V4SGRU86Z58d6TV7PBUe6f"
MODULE = "/usr/lib/softhsm/libsofthsm2.so"
DEVELOPMENT_SEED = "000000000000000000000000Trustee1"


def token(t):
    expect(os.path.exists(MODULE), "softhsm2 is missing (deploy/packages-test.txt)")
    os.makedirs(t.path("tokens"))
    t.environment["SOFTHSM2_CONF"] = t.private_file(
        "softhsm2.conf", f"directories.tokendir = {t.path('tokens')}\nobjectstore.backend = file\n")
    subprocess.run(["softhsm2-util", "--init-token", "--free", "--label", "the desk", "--so-pin", "4321", "--pin", "1234"],
                   env=t.environment, check=True, capture_output=True, timeout=60)
    pin = t.private_file("pin", "1234\n")
    uri = f"pkcs11:token=the%20desk;object=steward?module-path={MODULE}&pin-source=file:{pin}"
    expect(t.error("did", "import", "--key", uri, code=1)["error"] == "SB-4013", "the token is empty")
    made = t.json("did", "new", "--key", uri)
    expect(t.error("did", "new", "--key", uri, code=1)["error"] == "SB-4014", "keys are not overwritten")
    expect(t.json("did", "import", "--key", uri)["did"] == made["did"], "the same key is found again")
    expect(t.json("did", "show", made["did"])["dids"][0]["token"] == uri, "the keystore notes where it is")
    t.run("nym", "--dest", made["did"], "--verkey", made["verkey"], "--role", "endorser", "--as", TRUSTEE)
    written = t.json("schema", "--name", "hsm", "--schema-version", "1.0", "--attributes", "a", "--as", made["did"])
    expect(t.json("get", "schema", written["schema_id"])["found"], "the ledger took the token's signature")
    written = t.json("schema", "--name", "hsm", "--schema-version", "1.1", "--attributes", "a", "--key", uri)
    expect(written["schema_id"].startswith(made["did"]), "without a keystore, too")
    wrong = uri.replace(pin, t.private_file("wrong-pin", "9999\n"))
    expect(t.error("did", "import", "--key", wrong, code=1)["error"] == "SB-4012", "a wrong PIN")
    expect(t.error("did", "import", "--key", uri.replace("the%20desk", "other"), code=1)["error"] == "SB-4011", "no token")
    expect(t.error("did", "import", "--key", uri.replace(MODULE, t.program), code=1)["error"] == "SB-4011", "no module")
    secret = t.error("did", "import", "--key", uri.split("&")[0] + "&pin-value=1234", code=1)
    expect(secret["error"] == "SB-4010" and "1234" not in json.dumps(secret), f"no PIN in a URI: {secret}")
    unasked = t.error("--no-input", "did", "import", "--key", uri.split("&")[0], code=1)
    expect(unasked["error"] == "SB-5030", "nobody is asked")
    os.chmod(pin, 0o644)
    expect(t.error("did", "import", "--key", uri, code=1)["error"] == "SB-4001", "others can read the PIN")
    return made


def several(t, endorser):
    """A trustee writes, an endorser endorses; the file goes from hand to hand."""
    author = t.json("did", "new")["did"]
    verkey = t.json("did", "show", author)["dids"][0]["verkey"]
    t.run("nym", "--dest", author, "--verkey", verkey, "--as", TRUSTEE)
    second = t.json("did", "new")
    t.run("nym", "--dest", second["did"], "--verkey", second["verkey"], "--role", "endorser", "--as", TRUSTEE)
    file = t.path("dog.txn")
    t.run("txn", "build", "schema", "--name", "dog", "--schema-version", "1.0", "--attributes", "name", "--as", author,
          "--endorser", second["did"], "--expires", "2h", "--out", file)
    shown = t.json("txn", "show", file)
    expect(shown["missing"] == [author, second["did"]] and not shown["expired"], f"{shown}")
    expect(any("Write a schema." in line for line in shown["words"]), f"plain words: {shown['words']}")
    expect(t.error("txn", "submit", file, code=1)["error"] == "SB-5104", "nobody has signed")
    expect(t.error("--no-input", "txn", "sign", file, "--as", author, code=7)["error"] == "SB-5050", "it must be read")
    expect(t.error("txn", "sign", file, "--as", TRUSTEE, "--yes", code=2)["error"] == "SB-5104", "not asked to sign")
    t.run("txn", "sign", file, "--as", author, "--yes")
    expect(t.json("txn", "show", file)["missing"] == [second["did"]], "one is missing")
    # On paper: any order, twice.
    codes = t.run("txn", "qr", file, "--text").splitlines()
    expect(len(codes) > 1, "several codes")
    carried = t.path("carried.txn")
    t.run("txn", "scan", "--out", carried, stdin="\n".join(codes[::-1] + codes[:1]) + "\n")
    expect(t.error("txn", "scan", "--out", carried, code=6, stdin=codes[0] + "\n")["error"] == "SB-5102", "a code is missing")
    drawing = t.run("txn", "qr", file).splitlines()
    expect(max(map(len, drawing)) == len(drawing[1]) and "█" in drawing[1], "drawn")
    with open(carried, encoding="utf-8") as opened:
        text = opened.read()
    for name, changed in (("words", text.replace("Write a schema.", "Write nothing.")),
                          ("request", text.replace('"dog"', '"cat"', 1)),
                          ("expiry", text.replace('"expires_at": "2', '"expires_at": "3'))):
        expect(changed != text, name)
        path = t.private_file(f"{name}.txn", changed)
        for command in (["show"], ["sign", "--as", author, "--yes"], ["endorse", "--yes"], ["submit"]):
            error = t.error("txn", command[0], path, *command[1:], code=6)
            expect(error["error"] == "SB-5101", f"a tampered {name} is not signed, not sent: {error}")
    t.run("txn", "endorse", carried, "--yes")
    other = t.private_file("other-genesis", open(f"{t.network}/pool_transactions_genesis", encoding="utf-8").read() + "\n")
    expect(t.error("txn", "submit", carried, "--genesis", other, code=2)["error"] == "SB-5105", "another network")
    expect(t.json("txn", "submit", carried)["seqNo"] > 0, "sent")
    expect(t.json("get", "schema", f"{author}:2:dog:1.0")["found"], "written")
    t.run("txn", "build", "nym", "--dest", author, "--alias", "x", "--as", author, "--expires", "1d", "--out", file)
    t.run("txn", "sign", file, "--as", author, "--yes")
    t.run("txn", "submit", file)
    t.run("txn", "build", "nym", "--dest", author, "--as", author, "--expires", "1w", "--out", file, code=2)
    t.run("txn", "endorse", file, "--yes", code=2)
    t.run("txn", "show", t.private_file("nothing.txn", "{}"), code=6)
    expect(endorser["did"] != author, "two people")


def expired(t):
    file = t.path("late.txn")
    t.run("txn", "build", "nym", "--dest", TRUSTEE, "--alias", "late", "--as", TRUSTEE, "--expires", "1m", "--out", file)
    with open(file, encoding="utf-8") as opened:
        txn = json.load(opened)
    # A file of yesterday, as it would have been made then.
    txn["request"]["reqId"] -= 86400 * 10**9
    path = t.private_file("yesterday.json", json.dumps(txn["request"]))
    made = rebuild(t, txn, path)
    expect(t.error("txn", "sign", made, "--as", TRUSTEE, "--yes", code=6)["error"] == "SB-5103", "not signed any more")
    expect(t.error("txn", "submit", made, code=6)["error"] == "SB-5103", "not sent any more")


def rebuild(t, txn, path):
    """The same file with the words, digest and expiry that belong to its request: told by the refusal's absence."""
    import datetime
    import hashlib
    request = txn["request"]
    seconds = request["reqId"] // 10**9
    txn["expires_at"] = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    operation = request["operation"]
    inner = "|".join(f"{key}:{operation[key]}" for key in sorted(operation))
    signed = f"identifier:{request['identifier']}|operation:{inner}|protocolVersion:2|reqId:{request['reqId']}"
    txn["digest"] = hashlib.sha256(signed.encode()).hexdigest()
    with open(path, "w", encoding="utf-8") as file:
        json.dump(txn, file)
    expect(t.json("txn", "show", path)["expired"] is True, "expired")
    return path


def scripts(t):
    genesis = f"{t.network}/pool_transactions_genesis"
    definition = '{"n":"779","r":{"master_secret":"5"},"rctxt":"774","s":"750","z":"632"}'
    lines = f"""# a script of indy-cli
about
pool create test gen_txn_file={genesis}
wallet create town key="a long key"
-wallet open town key=wrong
wallet open town key="a long key"
did new seed={DEVELOPMENT_SEED}
did new seed=000000000000000000000000Endorser did=did:sov:RoEKtf5Yr3oNRe8oKnUThG
did list
did use {TRUSTEE}
pool connect test
ledger get-nym did={TRUSTEE}
ledger nym did=Th7MpTaRZVRYnPiabds81Z verkey=FYmoFw55GeQH7SRFa37dkx1d2dZ3zUF8ckg7wmL7ofN4 role=TRUST_ANCHOR
ledger attrib did={TRUSTEE} raw={{"endpoint": {{"ha": "127.0.0.1:5555"}}}}
ledger get-attrib did={TRUSTEE} raw=endpoint
ledger schema name=batch version=1.0 attr_names=name,age
ledger get-schema did={TRUSTEE} name=batch version=1.0
-ledger get-schema did={TRUSTEE} name=nothing version=1.0
ledger cred-def schema_id=1 signature_type=CL tag=one primary={definition} send=false
save-transaction file={t.path('kept.json')}
"""
    script = t.private_file("script.indy", lines.replace("save-transaction", "ledger save-transaction") +
                            f"ledger load-transaction file={t.path('kept.json')}\n"
                            "did rotate-key\nledger get-auth-rule\npool list\nwallet close\npool disconnect\nexit\nnonsense\n")
    out = t.run("-o", "jsonl", "batch", script)
    rows = [json.loads(line) for line in out.splitlines()]
    by_name = {}
    for row in rows:
        by_name.setdefault(row["command"], []).append(row)
    expect("SB-5032" in t.talk and ":5" in t.talk, f"an error behind a dash is told with its line: {t.talk}")
    expect("has been written as number" in by_name["ledger nym"][0]["text"], "written")
    read = json.loads(by_name["ledger get-attrib"][0]["data"]["data"])
    expect(read == {"endpoint": {"ha": "127.0.0.1:5555"}}, f"read back: {read}")
    expect(len(by_name["ledger get-schema"]) == 1, "the second had no answer, and the script went on")
    expect(os.path.exists(t.path("kept.json")) and by_name["did rotate-key"], "kept, and the key rotated")
    rotated = by_name["did rotate-key"][0]["data"]["verkey"]
    expect(t.json("get", "nym", TRUSTEE)["data"]["verkey"] == rotated, "the ledger has the new key")
    # The wallet has it, too: back to the key that everybody knows.
    back = t.private_file("back.indy", f"""wallet open town key="a long key"
did use {TRUSTEE}
pool connect test
did rotate-key seed={DEVELOPMENT_SEED}
ledger nym did={TRUSTEE} verkey=~
""")
    t.run("batch", back, code=4)
    expect(":5" in t.talk, f"an error ends the script, with its line: {t.talk}")
    t.run("nym", "--dest", TRUSTEE, "--alias", "known key again", "--as", TRUSTEE)
    t.run("batch", "-", code=2, stdin="ledger nym did=x\n")
    t.run("batch", "-", code=2, stdin="ledger custom {\n")
    checked = json.loads(t.run("-o", "json", "batch", "--check", "-", code=1,
                               stdin="pool list\nwallet export exp key=a\npayment-address list\n"))
    expect([one["line"] for one in checked["not_run"]] == [2, 3], f"what it cannot do: {checked}")
    open_to_all = t.private_file("open.indy", "wallet list\nwallet open town key=wrong\n")
    os.chmod(open_to_all, 0o644)
    t.run("batch", open_to_all, code=1)
    expect("others can read it" in t.talk, "a warning")


def main():
    t = Terminal(sys.argv[1])
    try:
        t.up("--no-agent")
        t.environment["STADTBUCH_GENESIS"] = f"{t.network}/pool_transactions_genesis"
        t.run("did", "import", "--seed-file", f"{t.network}/trustee_seed")
        made = token(t)
        several(t, made)
        expired(t)
        scripts(t)
        print(f"{t.commands} commands behaved")
    finally:
        t.close()


main()
