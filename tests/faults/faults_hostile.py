# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""B5: a member with a valid key that sends what no honest one sends. Nobody may end, grow or miss it."""
import base64
import json
import os
import re
import time

import base58

from catalogue import fault
from e2e_pool import CurveClient, Signer, expect, nym_operation, padded_seed, signed_request, wait_until
from e2e_pool_faults import bad_frames, oversized_frames

# What one hostile member may cost another one for a while; its bounds are in consensus/limits.hpp.
MEMORY_GROWTH_MIB_MAX = 150
COUNTED_AT_LEAST = 20
ROOT = "4F7BsTMVPKFshM1MwLf6y23cid6fL3xMpazVoF9krzUw"


def three_phase(view, seq, inst=0):
    """One number's messages as a member could forge them."""
    now = int(time.time())
    digest = os.urandom(32).hex()
    roots = {"stateRootHash": ROOT, "txnRootHash": ROOT, "auditTxnRootHash": ROOT}
    batch = {"op": "PREPREPARE", "instId": inst, "viewNo": view, "ppSeqNo": seq, "ppTime": now, "reqIdr": [digest],
             "discarded": "[]", "digest": digest, "ledgerId": 1, **roots, "sub_seq_no": 0, "final": True,
             "poolStateRootHash": ROOT, "blsMultiSig": None}
    prepare = {"op": "PREPARE", "instId": inst, "viewNo": view, "ppSeqNo": seq, "ppTime": now, "digest": digest, **roots}
    commit = {"op": "COMMIT", "instId": inst, "viewNo": view, "ppSeqNo": seq, "blsSig": " ", "blsSigs": {"1": ROOT}}
    return [batch, prepare, commit]


def batch_ids(count):
    return [{"view_no": 9, "pp_view_no": 9, "pp_seq_no": i + 1, "pp_digest": os.urandom(32).hex()} for i in range(count)]


def votes(view):
    """Of views that nobody wants, as many as a member may send."""
    start = {"instId": 0, "viewNo": 0, "seqNoStart": 0, "seqNoEnd": 0, "digest": None, "op": "CHECKPOINT"}
    change = {"op": "VIEW_CHANGE", "viewNo": view, "stableCheckpoint": 0, "prepared": batch_ids(300),
              "preprepared": batch_ids(300), "checkpoints": [start]}
    new_view = {"op": "NEW_VIEW", "viewNo": view, "viewChanges": [["Node1", "aa"]] * 3, "checkpoint": start, "batches": []}
    return [{"op": "INSTANCE_CHANGE", "viewNo": view, "reason": 25}, change, new_view,
            {"op": "VIEW_CHANGE_ACK", "viewNo": view, "name": "Node2", "digest": os.urandom(32).hex()},
            {"op": "CHECKPOINT", "instId": 0, "viewNo": 0, "seqNoStart": 0, "seqNoEnd": 100 * view, "digest": ROOT},
            {"op": "BACKUP_INSTANCE_FAULTY", "viewNo": 0, "instancesIdr": [0, 1, view], "reason": 40}]


def questions(seq):
    params = {"instId": 0, "viewNo": 0, "ppSeqNo": seq}
    return [*({"op": "MESSAGE_REQUEST", "msg_type": kind, "params": params} for kind in ("PREPREPARE", "PREPARE", "COMMIT")),
            {"op": "MESSAGE_REQUEST", "msg_type": "PROPAGATE", "params": {"digest": os.urandom(32).hex()}},
            {"op": "MESSAGE_REQUEST", "msg_type": "CONSISTENCY_PROOF",
             "params": {"ledgerId": 1, "seqNoStart": 1, "seqNoEnd": seq}},
            {"op": "CATCHUP_REQ", "ledgerId": 1, "seqNoStart": 1, "seqNoEnd": seq, "catchupTill": seq},
            {"op": "LEDGER_STATUS", "ledgerId": 3, "txnSeqNo": 10**9 + seq, "viewNo": None, "ppSeqNo": None, "merkleRoot": ROOT,
             "protocolVersion": 2}]


def unsigned_requests():
    """Requests that nobody can have signed so, in PROPAGATEs."""
    request = signed_request(Signer.random(), nym_operation(Signer.random()))
    request["signature"] = base58.b58encode(b"\xff" * 64).decode()
    return [{"op": "PROPAGATE", "request": request, "senderClient": base64.b64encode(os.urandom(8)).decode()}]


def hostile_frames(view):
    """Malformed ones, and well-formed lies of every type, some thousand of each kind that costs little to send."""
    yield from bad_frames().values()
    for seq in range(1, 1500):
        yield from three_phase(view, seq)
        yield from three_phase(view + seq, seq)
        yield from three_phase(view, seq, inst=1000 + seq)
    for further in range(1, 60):
        yield from votes(view + further)
    for seq in range(1, 400):
        yield from questions(seq)
        yield from unsigned_requests()
    yield {"op": "BATCH", "messages": [json.dumps({"op": "BATCH", "messages": ["pi"] * 1000, "signature": None})] * 5,
           "signature": None}
    yield oversized_frames()["2 MiB"]


def named(pool, member):
    """Faults that a member counts in its metrics, by the one who made them."""
    text = (pool.ask(member, "metrics") or {}).get("text", "")
    pairs = re.findall(r'^stadtbuch_consensus_suspicions_total\{peer="([^"]*)"\} ([0-9.e+]+)$', text, re.M)
    return {alias: float(count) for alias, count in pairs}


@fault("B5", "hostile-member")
def hostile_member(run):
    """a program with the key of a member that is not primary sends the others malformed frames and well-formed lies of every type;
    nobody ends or grows, and each names it in metrics and log"""
    victim = run.backup()
    others = run.others(victim)
    pids = {member: run.pool.processes[member].pid for member in others}
    memory = {member: run.pool.memory_mib(member) for member in others}
    before = {member: named(run.pool, member).get(victim, 0) for member in others}
    view = run.pool.status(others[0])["view_no"]
    run.begins()
    run.pool.stop(victim)
    with CurveClient(run.pool, others, "node_port", padded_seed(victim)) as member:
        for number, frame in enumerate(hostile_frames(view)):
            member.send(frame)
            if number % 50 == 0:
                time.sleep(0.02)
        run.goes_on()
    for other in others:
        expect(run.pool.is_running(other) and run.pool.processes[other].pid == pids[other], f"{other} ended")
        grown = run.pool.memory_mib(other) - memory[other]
        expect(grown < MEMORY_GROWTH_MIB_MAX, f"{other} grew by {grown:.0f} MiB")
        wait_until(lambda other=other: named(run.pool, other).get(victim, 0) >= before[other] + COUNTED_AT_LEAST, 20,
                   f"{other} counts what {victim} did: {named(run.pool, other)}")
        log = (run.pool.folder / other / "log").read_text(errors="replace")
        expect(any("suspicion" in line and victim in line for line in log.splitlines()), f"the log of {other} names {victim}")
    run.start(victim)
    run.ends()
