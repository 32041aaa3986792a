#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""A network of ours records itself; stadtbuch-replay judges the recording as it judges the reference's.

Usage: own_recording.py PROGRAMS FOLDER RECORDING
  PROGRAMS   folder with stadtbuch, stadtbuch-node and stadtbuch-replay
  FOLDER     working folder: the network, and the result in FOLDER/recording
  RECORDING  the reference's recording; its requests are sent again, valid, refused, repeated and malformed ones
The local network has the seeds of the recording, so the recorded signatures hold. Exit code 1: something differs.
"""
import asyncio
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

import indy_vdr

import indy_vdr_client
import indy_vdr_recorded

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))
import e2e_pool  # noqa: E402

# The recording stops the primary behind this case; what follows needs its view changes.
LAST_CASE = 304
# NODE transactions of the recording hold its ports: they would lead our validators astray.
SENT_OTHERWISE = ("NODE",)
# Kinds of comparison that must have happened, and how often at least.
REQUIRED = {
    "genesis transactions": 9, "stored transactions": 100, "leaf hashes": 100, "roots after a transaction": 200,
    "state roots after a batch": 50, "audit transactions": 100, "batch digests": 100, "PRE-PREPARE roots": 300,
    "request signatures": 100, "verdicts at batch time": 100, "write replies": 100,
    "REJECT texts": 20, "REQNACK texts": 20, "read replies with proof": 100, "read replies without proof": 10,
    "action verdicts": 1, "answers to frames that are no request": 20, "final state leaves": 50, "final trie nodes": 50,
    "request index": 200, "attribute store": 2, "timestamp store": 8, "heads after opening again": 1,
    "catch-up: roots": 8, "state proofs: nodes and value": 100, "state proofs: accepted by our client": 100,
    "multi-signatures verified (each once)": 50, "BLS shares": 200, "BLS sums": 50, "BLS multi-signatures": 50,
}


def send_recorded_requests(client, recording):
    """The reference's cases in their order, byte for byte."""
    sent = 0
    for line in (pathlib.Path(recording) / "client_cases.jsonl").read_text().splitlines():
        case = json.loads(line)
        if case["id"] > LAST_CASE:
            break
        if case["kind"] in SENT_OTHERWISE:
            continue
        indy_vdr_recorded.ask(client, case)
        sent += 1
    return sent


def change_a_node(pool, client):
    """The pool ledger grows: Node4's steward writes its entry again, then takes its validator away and back."""
    steward = e2e_pool.Signer(e2e_pool.padded_seed("Steward4"))
    node = pool.genesis_nodes()["Node4"]
    for services in (["VALIDATOR"], [], ["VALIDATOR"]):
        operation = {"type": "0", "dest": node["dest"], "data": {"alias": "Node4", "services": services}}
        client.write(e2e_pool.signed_request(steward, operation))


def use_command_line(pool, folder):
    """Writes and reads as an operator types them."""
    environment = dict(os.environ, XDG_DATA_HOME=str(folder / "data"), STADTBUCH_GENESIS=str(pool.folder / "pool_transactions_genesis"))

    def run(*arguments, code=0):
        done = subprocess.run([pool.cli, "-o", "json", *arguments], capture_output=True, text=True, env=environment, timeout=60)
        e2e_pool.expect(done.returncode == code, f"stadtbuch {' '.join(arguments)}: {done.returncode} {done.stderr}")
        return json.loads(done.stdout) if done.stdout.strip() else {}

    seed = ["--seed-file", str(pool.folder / "trustee_seed")]
    who = e2e_pool.Signer.random()
    run("nym", "--dest", who.did, "--verkey", who.verkey, "--role", "endorser", *seed)
    pool.wait_equal()
    e2e_pool.expect(run("get", "nym", who.did)["found"], "the NYM that the command line wrote")
    run("get", "nym", e2e_pool.Signer.random().did, code=3)
    run("nym", "--dest", who.did, "--verkey", who.verkey, "--role", "trustee", "--seed-file", str(write_seed(folder, who)), code=4)


def write_seed(folder, who):
    path = folder / "seed"
    path.write_text(bytes(who.key).hex() + "\n")
    path.chmod(0o600)
    return path


def use_indy_vdr(pool):
    """The library of the ecosystem as a client: refresh, write, read, a refused write."""
    async def talk():
        vdr = await indy_vdr.open_pool(transactions_path=str(pool.folder / "pool_transactions_genesis"))
        await vdr.refresh()
        who = e2e_pool.Signer.random()

        async def write(signer, *arguments):
            request = indy_vdr.ledger.build_nym_request(signer.did, *arguments)
            request.set_signature(signer.sign(request.signature_input))
            return await vdr.submit_request(request)

        await write(e2e_pool.TRUSTEE, who.did, who.verkey, None, "ENDORSER")
        # f+1 nodes have answered; the read may go to one that has not written yet.
        await asyncio.to_thread(pool.wait_equal)
        await asyncio.sleep(indy_vdr_client.PROOF_SECONDS)
        read = await vdr.submit_request(indy_vdr.ledger.build_get_nym_request(None, who.did))
        e2e_pool.expect(json.loads(read["data"])["verkey"] == who.verkey, f"indy-vdr reads what it wrote: {read}")
        await vdr.submit_request(indy_vdr.ledger.build_get_txn_request(None, 1, 6))
        stranger = e2e_pool.Signer.random()
        for signer, role in ((who, "TRUSTEE"), (stranger, None)):
            try:
                await write(signer, stranger.did, stranger.verkey, None, role)
            except indy_vdr.VdrError:
                continue
            raise e2e_pool.Failed("a write without permission was accepted")
        vdr.close()

    asyncio.run(talk())


def fall_behind_and_catch_up(pool, client, member="Node3"):
    pool.stop(member)
    others = [name for name in e2e_pool.VALIDATORS if name != member]
    for _ in range(8):
        client.write(e2e_pool.signed_request(e2e_pool.TRUSTEE, e2e_pool.nym_operation(e2e_pool.Signer.random())), nodes=others)
    pool.start(member)
    pool.wait_equal()
    client.write(e2e_pool.signed_request(e2e_pool.TRUSTEE, e2e_pool.nym_operation(e2e_pool.Signer.random())))


def check_refusals(pool, folder):
    """What must not happen: an export of a running network, a recording outside development."""
    busy = pool.command("export", "--recording", str(folder / "early"), check=False)
    e2e_pool.expect(busy.returncode == 1 and "down" in busy.stderr, f"an export while the network runs: {busy}")
    serious = pool.folder / "Node1" / "serious.toml"
    serious.write_text((pool.folder / "Node1" / "node.toml").read_text().replace("network = true", "network = false"))
    done = subprocess.run([pool.node, "--config", str(serious)], capture_output=True, text=True, timeout=20)
    configuration_error = 78
    e2e_pool.expect(done.returncode == configuration_error and "record.folder" in done.stderr + done.stdout,
                    f"recording without a development network: {done}")


def judge(programs, recording):
    """Counts of the replay, which must say that all is equal."""
    done = subprocess.run([programs / "stadtbuch-replay", recording], capture_output=True, text=True, timeout=300)
    print(done.stdout + done.stderr, end="")
    e2e_pool.expect(done.returncode == 0 and "all equal" in done.stdout, "the replay found a difference")
    counts = {name: int(count) for count, name in re.findall(r"^ *(\d+)  (.+)$", done.stdout, re.MULTILINE)}
    for name, least in REQUIRED.items():
        e2e_pool.expect(counts.get(name, 0) >= least, f"{name}: {counts.get(name, 0)} comparisons, expected {least}")
    replayed = re.search(r"replayed from transactions: (\d+)", done.stdout)
    e2e_pool.expect(replayed and replayed[1] == "0", "every batch can be executed from its requests")


def check_files(recording, member):
    """What the replay does not look at."""
    rows = [json.loads(line) for line in (recording / "node_messages.jsonl").read_text().splitlines()]
    events = [row["event"] for row in rows if "event" in row]
    e2e_pool.expect(events.count(f"start {member}") == 2 and events.count(f"stop {member}") == 2, f"events: {events}")
    ops = {row["op"] for row in rows if "op" in row}
    wanted = {"PROPAGATE", "PREPREPARE", "PREPARE", "COMMIT", "CHECKPOINT", "LEDGER_STATUS", "CATCHUP_REQ", "CATCHUP_REP"}
    e2e_pool.expect(wanted <= ops, f"messages seen: {sorted(ops)}")
    e2e_pool.expect(all(row["to"] and row["frm"] not in row["to"] for row in rows if "op" in row), "sender and recipients")
    times = [row["t"] for row in rows]
    e2e_pool.expect(times == sorted(times), "messages are in the order of their times")
    cases = [json.loads(line) for line in (recording / "client_cases.jsonl").read_text().splitlines()]
    e2e_pool.expect({case["via"] for case in cases} == {"raw", "indy-vdr"}, "cases of both kinds of clients")
    identities = json.loads((recording / "identities.json").read_text())
    e2e_pool.expect(identities["Trustee1"]["did"] == e2e_pool.TRUSTEE.did, "identities")


def main():
    programs, folder = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    out = folder / "recording"
    shutil.rmtree(out, ignore_errors=True)

    class RecordedPool(e2e_pool.Pool):
        def up(self):
            self.command("up", "--record", "--no-agent", "--base-port", str(self.base_port), "--http-port", str(self.http_port))

    with RecordedPool(programs, folder / "network") as pool, e2e_pool.CurveClient(pool) as client:
        print(f"sent {send_recorded_requests(client, sys.argv[3])} recorded requests", flush=True)
        pool.wait_equal()
        change_a_node(pool, client)
        use_command_line(pool, folder)
        use_indy_vdr(pool)
        fall_behind_and_catch_up(pool, client)
        check_refusals(pool, folder)
        pool.command("down")
        print(pool.command("export", "--recording", str(out)).stdout, end="", flush=True)
    judge(programs, out)
    check_files(out, "Node3")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main()
