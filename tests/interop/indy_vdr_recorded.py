#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""Sends the requests that were recorded with the reference's pool, byte for byte, to a pool of ours, and compares.

Usage: indy_vdr_recorded.py PROGRAMS FOLDER RECORDING [--list]
The local network has the recording's seeds, so the recorded signatures hold and transactions get the recorded
numbers. What must differ is left out of the comparison: times, roots and paths that hang on times, signatures.
Each case is compared with what the nodes of the reference answered (`node_replies` or `raw_replies`); the exit code
is 1 at any difference. --list shows every case with what became of it.
"""
import collections
import json
import pathlib
import re
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))
from e2e_pool import FAULTS_TOLERATED, VALIDATORS, CurveClient, Pool, expect  # noqa: E402

# The recording stops the primary behind this case; view changes are the matter of e2e_pool_faults.
LAST_CASE = 304
FRAME_BYTES_MAX = 128 * 1024
# Answered by each node for itself.
ACTIONS = ("119", "118")
# Values that hang on the time of the run, wherever they stand in an answer.
TIMED = {"txnTime", "rootHash", "auditPath", "state_proof", "lut", "ledgerSize", "retirement_ts"}
ANSWER_SECONDS = 6


def compared(value, key=None):
    """The part of an answer that must be equal."""
    if key == "reason" and isinstance(value, str):
        return re.sub(r"txn_time \d+", "txn_time <time>", value)
    if key in TIMED:
        return f"<{key}>" if value is not None else None
    if isinstance(value, dict):
        return {k: compared(v, k) for k, v in value.items()}
    if isinstance(value, list):
        return [compared(item) for item in value]
    if key == "data" and isinstance(value, str) and value.startswith("{"):
        return compared(json.loads(value))
    return value


def depends_on_recorded_time(operation):
    """Reads of a past moment: at the recorded times this pool was not there yet, and what took the recording minutes
    falls into one second here, so that the moment of a transaction says less. Rules are read with a proof only once
    their ledger has a multi-signature, which is a matter of time too."""
    if operation.get("type") in ("105", "121") and ("seqNo" in operation or "auth_action" in operation):
        return True
    return any(name in operation for name in ("timestamp", "from", "to"))


def names_ports(case):
    """Transactions of the pool ledger hold this run's ports."""
    operation = operation_of(case)
    return operation.get("type") == "3" and operation.get("ledgerId") in (0, 3)


def operation_of(case):
    try:
        operation = json.loads(case["request"])["operation"]
        return operation if isinstance(operation, dict) else {}
    except (ValueError, KeyError, TypeError):
        return {}


def recorded_finals(case):
    """The distinct final answers of the reference's nodes, and whether any node answered at all."""
    seen = case.get("raw_replies") or case.get("node_replies") or {}
    texts = {text for rows in seen.values() for text in rows}
    answers = [json.loads(text) for text in texts]
    return [a for a in answers if a.get("op") in ("REPLY", "REQNACK", "REJECT")], bool(answers)


def req_id_of(message):
    """The reqId that an answer is for; None where it has none (LEDGER_STATUS, frames that are no request)."""
    result = message.get("result") or {}
    return message.get("reqId") or result.get("reqId") or (
        ((result.get("txn") or {}).get("metadata") or {}).get("reqId") if isinstance(result, dict) else None)


def is_late(case, answer):
    """True for a node's answer to an earlier case: a slow node may answer when the others are one case further."""
    try:
        asked = json.loads(case["request"]).get("reqId")
    except (ValueError, KeyError, TypeError, AttributeError):
        return False
    answered = req_id_of(answer)
    return isinstance(asked, int) and asked > 1 and isinstance(answered, int) and answered > 1 and asked != answered


def ask(client, case):
    """Sends the case to the recorded nodes; alias -> answers, until enough have answered finally."""
    nodes = case.get("nodes") or VALIDATORS
    frame = bytes.fromhex(case["request_hex"]) if case.get("request_hex") else (case["request"] or "").encode()
    if case.get("request_len", 0) > FRAME_BYTES_MAX:
        frame = b"x" * case["request_len"]  # the over-long frame is not in the recording
    client.send(frame, nodes)
    finals, silent = recorded_finals(case)[0], not recorded_finals(case)[1]
    patience = 0.4 if silent or not finals else ANSWER_SECONDS
    out, final, end = collections.defaultdict(list), set(), time.monotonic() + patience
    enough = min(len(VALIDATORS), 4)
    while time.monotonic() < end and len(final) < enough:
        for alias, raw in client.receive(0.05):
            answer = json.loads(raw)
            if is_late(case, answer):
                continue
            out[alias].append(answer)
            if answer["op"] in ("REPLY", "REQNACK", "REJECT"):
                final.add(alias)
    return out


def difference(expected, got, path="answer"):
    """The first place where two answers differ, in words; None when equal."""
    if isinstance(expected, dict) and isinstance(got, dict):
        for key in sorted(set(expected) | set(got)):
            if key not in got:
                return f"{path}.{key} is missing, recorded: {json.dumps(expected[key])[:200]}"
            if key not in expected:
                return f"{path}.{key} is extra: {json.dumps(got[key])[:200]}"
            found = difference(expected[key], got[key], f"{path}.{key}")
            if found:
                return found
        return None
    if expected != got or type(expected) is not type(got):
        return f"{path}: recorded {json.dumps(expected)[:300]}, got {json.dumps(got)[:300]}"
    return None


def judge(case, answers):
    """None when the case went as recorded, otherwise the difference."""
    finals, any_answer = recorded_finals(case)
    got = [a for rows in answers.values() for a in rows if a["op"] in ("REPLY", "REQNACK", "REJECT")]
    if not any_answer or not finals:
        return f"answered although the reference was silent: {json.dumps(got[0])[:200]}" if got else None
    if len({a for a in answers if any(x["op"] != "REQACK" for x in answers[a])}) <= FAULTS_TOLERATED:
        return f"{len(got)} final answers; recorded: {json.dumps(finals[0])[:300]}"
    wanted = [compared(final) for final in finals]
    for answer in got:
        mine = compared(answer)
        if mine not in wanted:
            return difference(wanted[0], mine)
    return None


def main():
    programs, folder, recording = sys.argv[1:4]
    listing = "--list" in sys.argv[4:]
    rows = [json.loads(line) for line in (pathlib.Path(recording) / "client_cases.jsonl").read_text().splitlines()]
    counts, failures = collections.Counter(), []
    with Pool(programs, folder) as pool, CurveClient(pool) as client:
        for case in rows:
            if case["id"] > LAST_CASE:
                break
            operation = operation_of(case)
            if case["kind"] in ("LEDGER_STATUS", "CATCHUP_REQ"):
                counts["left to stadtbuch-replay"] += 1
                continue
            answers = ask(client, case)
            if depends_on_recorded_time(operation) or names_ports(case) or operation.get("type") in ACTIONS:
                counts["sent, not compared"] += 1
                continue
            found = judge(case, answers)
            counts["different" if found else "equal"] += 1
            if found:
                failures.append(case["id"])
            if found or listing:
                print(f"{case['id']:4} {case['kind']:12} {case['name']}: {found or 'equal'}", flush=True)
        pool.wait_equal()
    print(", ".join(f"{name}: {count}" for name, count in sorted(counts.items())))
    expect(counts["equal"] > 150, "too few cases were compared")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
