#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""Every example of every help text is run as it stands, by a shell, against a live local network (CL-11).

usage: cli_examples.py PROGRAM

The order is fixed below, so that one example finds what another one made. Only one thing is replaced: the number of
the schema in ids of credential definitions, because it depends on what was written before. An example that stands in
no list below fails the test, and so does a list entry that no help text has any more.
"""
import json
import os
import shutil
import subprocess
import sys

from terminal import Terminal, expect, free_ports

TRUSTEE = "V4SGRU86Z58d6TV7PBUe6f"
ENDORSER = "NKGKtcNwssToP5f7uhsEs4"
STEWARD = "92PMXtzRGuTAhAK5xPbwqq"
ANY = None

# Commands in the order in which their examples run. Expected exit codes other than 0 stand behind the command.
ORDER = ["", "version", "up", "status", "logs", "explain", "completion", "man", "config view", "config check",
         "node init", "pool init", "node recover", "node rekey", "node status", "context add", "context list", "context use", "context show",
         "context prompt", "did import", "did new", "did show", "nym", "attrib", "schema", "creddef", "node write",
         "submit", "get nym", "get attrib", "get schema", "get creddef", "get txn", "get auth-rule",
         "taa mechanisms", "taa write", "taa show", "get taa", "get aml", "taa accept", "taa disable",
         "txn build nym", "txn build schema", "txn build creddef", "txn build attrib", "txn build node", "txn show",
         "txn qr", "txn scan", "txn sign", "txn endorse", "txn submit", "batch", "issue", "verify", "wallet accept",
         "wallet list", "wallet show", "wallet check", "wallet present", "wallet refuse", "wallet remove", "revoke",
         "inspect", "context remove", "down", "start", "export"]
CODES = {
    "stadtbuch -o json verify --network local --id \"$(cat verification)\"": 7,  # the wallet refused it
    "stadtbuch taa accept --mechanism for_session": 7,  # nobody sits there to say yes
}
# Commands of other rooms whose examples their own tests run.
ELSEWHERE = {"verify-receipt", "replay", "offline prepare", "offline check"}


class Examples(Terminal):
    def __init__(self, program):
        super().__init__(program)
        self.folder = self.path("work")
        os.makedirs(os.path.join(self.folder, "bin"))
        os.symlink(self.program, os.path.join(self.folder, "bin/stadtbuch"))
        base = free_ports(30, 1020)
        self.environment.update({
            "PATH": os.path.join(self.folder, "bin") + ":" + os.environ["PATH"],
            "STADTBUCH_UP_BASE_PORT": str(base), "STADTBUCH_UP_HTTP_PORT": str(base + 12),
            "STADTBUCH_UP_AGENT_PORT": str(base + 20), "LC_ALL": "C.UTF-8", "MANPAGER": "cat", "MANWIDTH": "100"})
        self.failures = []

    def shell(self, line, code=0):
        done = subprocess.run(["bash", "-o", "pipefail", "-c", line], cwd=self.folder, env=self.environment, text=True,
                              capture_output=True, timeout=120, stdin=subprocess.DEVNULL)
        expect(code is ANY or done.returncode == code,
               f"{line}\n  exit {done.returncode}, expected {code}\n  {done.stdout[-1500:]}\n  {done.stderr[-1500:]}")
        return done.stdout

    def file(self, name, text):
        with open(os.open(os.path.join(self.folder, name), os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as file:
            file.write(text)

    def data(self, line):
        return json.loads(self.shell(line))


def seed(name):
    return name.rjust(32, "0")


def prepare_keys(t):
    t.file("endorser_seed", seed("Endorser1"))
    t.file("steward_seed", seed("Steward5"))
    t.file("trustee_seed", seed("Trustee1") + "\n")
    t.file("passphrase", "correct horse\n")
    for name in ("endorser_seed", "steward_seed"):
        t.shell(f"stadtbuch did import --seed-file {name}")
    t.shell("stadtbuch did import --seed-file trustee_seed")


def after_up(t):
    os.symlink(t.path("state/stadtbuch/local"), os.path.join(t.folder, "local"))


def before_pool_init(t):
    for n in (1, 2, 3, 4):
        if not os.path.exists(os.path.join(t.folder, f"n{n}")):
            t.shell(f"stadtbuch node init --dir n{n} --alias Node{n} --host 127.0.0.1 "
                    f"--node-port {9701 + 2 * n} --client-port {9702 + 2 * n}")
    os.makedirs(os.path.join(t.folder, "genesis"), exist_ok=True)


def before_context_add(t):
    os.makedirs(os.path.join(t.folder, "genesis"), exist_ok=True)


def before_did_import(t):
    """A token with a key, if the machine has SoftHSM2; tests/run installs it."""
    module = "/usr/lib/softhsm/libsofthsm2.so"
    expect(os.path.exists(module), "softhsm2 is missing (deploy/packages-test.txt)")
    t.file("softhsm2.conf", f"directories.tokendir = {t.folder}/tokens\nobjectstore.backend = file\n")
    os.makedirs(os.path.join(t.folder, "tokens"))
    t.environment["SOFTHSM2_CONF"] = os.path.join(t.folder, "softhsm2.conf")
    t.shell("softhsm2-util --init-token --free --label town --so-pin 4321 --pin 1234")
    t.file("pin", "1234\n")
    uri = f"pkcs11:token=town;object=desk?module-path={module}&pin-source=file:{t.folder}/pin"
    t.file("token.uri", uri)
    t.file("trustee_seed", seed("Trustee1") + "\n")
    t.file("passphrase", "correct horse\n")
    t.shell(f"stadtbuch did new --key '{uri}' --keystore ./elsewhere.json")


def before_nym(t):
    prepare_keys(t)
    t.shell(f"stadtbuch nym --dest {STEWARD} --verkey 5NekXKJvGrxHvfxbXThySmaG8PmpNarXHCf1CkwTLfrg "
            f"--role steward --as {TRUSTEE}")


def before_attrib(t):
    t.file("endpoint.json", '{"endpoint":{"url":"https://town.example"}}')


def before_creddef(t):
    number = t.data(f"stadtbuch -o json get schema {ENDORSER}:2:permit:1.0")["seqNo"]
    t.number = number
    t.file("definition.json", json.dumps({"ref": number, "tag": "town", "primary": {
        "n": "779", "r": {"master_secret": "5"}, "rctxt": "774", "s": "750", "z": "632"}}))


def before_node_write(t):
    member = t.data("stadtbuch -o json node init --dir n9 --alias Node9 --host 127.0.0.1 --node-port 20001 --client-port 20002")
    t.file("member.json", json.dumps(member))


def before_submit(t):
    dry = t.data(f"stadtbuch -o json nym --dest {ENDORSER} --alias desk --as {TRUSTEE} --dry-run")
    dry["operation"] = {"type": "100", "dest": TRUSTEE, "raw": '{"a":1}'}
    t.file("request.json", json.dumps({key: value for key, value in dry.items() if key != "signature"}))


def before_taa_mechanisms(t):
    t.file("aml.json", '{"for_session": "accepted once"}')


def before_taa_write(t):
    t.file("taa.txt", "Be kind to the ledger.\n")


def before_batch(t):
    genesis = t.path("state/stadtbuch/local/pool_transactions_genesis")
    t.file("script.indy", f"""# what tutorials do
-pool delete sandbox
pool create sandbox gen_txn_file={genesis}
-wallet delete town key=secret
wallet create town key=secret
wallet open town key=secret
did new seed={seed("Trustee1")}
did use {TRUSTEE}
pool connect sandbox
ledger get-nym did={TRUSTEE}
ledger nym did=Th7MpTaRZVRYnPiabds81Z verkey=FYmoFw55GeQH7SRFa37dkx1d2dZ3zUF8ckg7wmL7ofN4 role=ENDORSER
ledger get-nym did=Th7MpTaRZVRYnPiabds81Z
pool disconnect
wallet close
exit
""")


def before_wallet_accept(t):
    for name, code in (("offer", "code"), ("offer2", "code2")):
        offer = t.data("stadtbuch -o json issue residence --resident R100001")
        t.file(name, offer["offer"] + "\n")
        t.file(code, offer["tx_code"] + "\n")
    permit = t.data("stadtbuch -o json issue permit --resident R100007 --plate 'BOT-TM 394' --no-tx-code")
    other = t.data("stadtbuch -o json issue residence --resident R100006 --no-tx-code")
    t.file("case", permit["case"])
    t.file("case2", other["case"])
    for offer in (permit, other):
        t.shell(f"stadtbuch wallet accept '{offer['offer']}' --network local --wallet other-wallet.json")


def before_verify(t):
    started = t.data("stadtbuch -o json verify --no-wait")
    t.file("verification", started["id"])
    t.shell(f"stadtbuch wallet refuse '{started['link']}' --network local")


def before_wallet_present(t):
    for name in ("request", "request2", "request3", "request4"):
        t.file(name, t.data("stadtbuch -o json verify --no-wait --claims family_name")["link"] + "\n")


BEFORE = {"pool init": before_pool_init, "context add": before_context_add,
          "did import": before_did_import, "nym": before_nym, "attrib": before_attrib, "creddef": before_creddef,
          "node write": before_node_write, "submit": before_submit, "taa mechanisms": before_taa_mechanisms,
          "taa write": before_taa_write, "batch": before_batch, "wallet accept": before_wallet_accept,
          "verify": before_verify, "wallet present": before_wallet_present}


def run_examples(t, commands):
    for command in ORDER:
        if BEFORE.get(command):
            BEFORE[command](t)
        examples = commands[command]
        expect(len(examples) >= 2, f"{command} has fewer than two examples")
        for line in examples:
            if line.startswith("PS1="):
                continue  # belongs into a shell's start file
            if command == "up" and "--name demo" in line:
                # Beside the first network: on ports of its own.
                line = "STADTBUCH_UP_BASE_PORT=%d STADTBUCH_UP_HTTP_PORT=%d %s" % (*second_network(), line)
            if hasattr(t, "number"):
                line = line.replace(":3:CL:10:", f":3:CL:{t.number}:")
            code = CODES.get(line, 0)
            try:
                t.shell(line, code)
            except AssertionError as failure:
                t.failures.append(str(failure))
            t.commands += 1
            if command == "up" and line == "stadtbuch up":
                after_up(t)
                # A recording needs a stopped network that was started with --record.
        if command == "down":
            t.shell("stadtbuch up")
            t.shell("stadtbuch down Node2 && stadtbuch down observer")
        if command == "start":
            t.shell("stadtbuch down && stadtbuch down --name demo")
            recorded = t.path("state/stadtbuch")
            # `export` without --name means the network "local"; the recorded one takes its place.
            shutil.rmtree(os.path.join(recorded, "local"))
            shutil.copytree(os.path.join(recorded, "demo"), os.path.join(recorded, "local"),
                            ignore=lambda folder, names: [name for name in names if name.endswith(".sock")])


def second_network():
    base = free_ports(40, shift=110)
    return base, base + 30


def main():
    t = Examples(sys.argv[1])
    try:
        listed = json.loads(t.run("-o", "json", "__commands"))["commands"]
        commands = {entry["command"]: entry["examples"] for entry in listed}
        commands[""] = ["stadtbuch --help", "stadtbuch --version"]
        missing = sorted(set(commands) - set(ORDER) - ELSEWHERE)
        gone = sorted(set(ORDER) - set(commands))
        expect(not missing and not gone, f"in no list: {missing}; in no program: {gone}")
        # The check itself, on a bad sample.
        try:
            t.shell("stadtbuch nonsense")
        except AssertionError:
            pass
        else:
            raise AssertionError("a failing example was not noticed")
        run_examples(t, commands)
        expect(not t.failures, "\n\n".join(t.failures))
        print(f"{t.commands} examples ran")
    finally:
        for name in ("local", "demo"):
            subprocess.run([t.program, "down", "--name", name], capture_output=True, timeout=60, env=t.environment)
        t.close()


main()
