#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""What clients saw, as JSON lines, and what must be true of it.

Usage: history.py FILE      checks a history; its last lines hold the final ledger ("end")

  {"do": "send",  "t": s, "session": x, "digest": d}                   a write was given to the pool
  {"do": "ack",   "t": s, "session": x, "digest": d, "at": n, "time": u, "wall": w}   f+1 nodes (or
                                                 indy-vdr) say: transaction n, ledger time u; it was w then
  {"do": "refused", "t": s, "session": x, "digest": d, "reason": r}
  {"do": "read",  "t": s, "session": x, "node": a, "key": k, "value": v, "at": n, "proof_time": u}   u null: no proof
  {"do": "node", "t": s, "node": a, "event": w}                        what was done to a node
  {"do": "end",  "node": a, "at": n, "digest": d}                      one transaction of the node's final ledger

`t` is the machine's monotonic clock, one for all sessions. Rules: see the functions named rule_*.
"""
import collections
import json
import sys
import threading
import time


# Seconds; what members tolerate between their clocks (plenum-consensus §5), and one for rounding.
CLOCK_TOLERANCE = 601


class History:
    """Appends lines; several threads write."""

    def __init__(self, path):
        self.path = path
        self.file = open(path, "w", encoding="utf-8")
        self.lock = threading.Lock()

    def add(self, **line):
        line.setdefault("t", round(time.monotonic(), 4))
        with self.lock:
            self.file.write(json.dumps(line, separators=(",", ":")) + "\n")

    def lines(self):
        with self.lock:
            self.file.flush()
        with open(self.path, encoding="utf-8") as file:
            return [json.loads(line) for line in file]

    def close(self):
        self.file.close()


def of_kind(lines, kind):
    return [line for line in lines if line["do"] == kind]


def final_ledgers(lines):
    """node -> position -> digest"""
    out = collections.defaultdict(dict)
    for line in of_kind(lines, "end"):
        out[line["node"]][line["at"]] = line["digest"]
    return out


def rule_nothing_acknowledged_is_lost(lines):
    ledgers = final_ledgers(lines)
    for ack in of_kind(lines, "ack"):
        for node, ledger in ledgers.items():
            if ledger.get(ack["at"]) != ack["digest"]:
                yield f"{ack['digest'][:12]} was acknowledged at {ack['at']}, {node} has {str(ledger.get(ack['at']))[:12]} there"


def rule_one_transaction_at_a_position(lines):
    at, where = {}, {}
    for ack in of_kind(lines, "ack"):
        if at.setdefault(ack["at"], ack["digest"]) != ack["digest"]:
            yield f"position {ack['at']} was acknowledged for two requests"
        if where.setdefault(ack["digest"], ack["at"]) != ack["at"]:
            yield f"request {ack['digest'][:12]} was acknowledged at {where[ack['digest']]} and {ack['at']}"


def rule_executed_once(lines):
    for node, ledger in final_ledgers(lines).items():
        seen = {}
        for at, digest in ledger.items():
            if digest is not None and digest in seen:
                yield f"{node} executed {digest[:12]} at {seen[digest]} and {at}"
            seen[digest] = at


def rule_only_what_was_sent(lines):
    sent = {line["digest"] for line in of_kind(lines, "send")}
    for node, ledger in final_ledgers(lines).items():
        for at, digest in ledger.items():
            # Genesis transactions have no digest.
            if digest is not None and digest not in sent:
                yield f"{node} has at {at} what nobody sent"


def rule_ledgers_are_equal(lines):
    ledgers = list(final_ledgers(lines).items())
    if not ledgers:
        yield "no final ledger"
    for node, ledger in ledgers[1:]:
        if ledger != ledgers[0][1]:
            yield f"{node} and {ledgers[0][0]} end with different ledgers"


def rule_order_follows_time(lines):
    """Who starts to write after another write was acknowledged stands behind it."""
    newest, floor = 0, {}
    for line in sorted(lines, key=lambda each: each.get("t", float("inf"))):
        if line["do"] == "send":
            floor.setdefault(line["digest"], newest)
        elif line["do"] == "ack":
            if line["at"] <= floor.get(line["digest"], 0):
                yield f"{line['digest'][:12]} was sent after {floor[line['digest']]} was acknowledged and got {line['at']}"
            newest = max(newest, line["at"])


def rule_ledger_time_is_near(lines):
    """Honest members refuse a batch whose time is too far from theirs, so one wrong clock moves the ledger's so far at most.
    A request may have waited, so only times in the future and those before its sending count."""
    sent = {}
    for line in lines:
        if line["do"] == "send":
            sent.setdefault(line["digest"], line["t"])
        elif line["do"] == "ack":
            earliest = line["wall"] - (line["t"] - sent.get(line["digest"], line["t"]))
            if not earliest - CLOCK_TOLERANCE <= line["time"] <= line["wall"] + CLOCK_TOLERANCE:
                yield f"transaction {line['at']} has the time {line['time']}, it was {line['wall']:.0f}"


def rule_reads_do_not_go_back(lines):
    """One session at one node: neither value nor the time of the proof falls. A node whose disk was taken away or put
    back begins anew: it has nothing that could tell it what it once showed."""
    seen = {}
    for line in sorted((x for x in lines if x["do"] in ("read", "node")), key=lambda each: each["t"]):
        if line["do"] == "node":
            if line["event"] == "other disk":
                seen = {key: value for key, value in seen.items() if key[1] != line["node"]}
            continue
        if line["proof_time"] is None:
            continue
        key = (line["session"], line["node"], line["key"])
        before = seen.get(key)
        if before and (line["at"] < before["at"] or line["proof_time"] < before["proof_time"]):
            yield (f"session {line['session']} read {line['key']} at {line['node']}: {before['at']} proved at "
                   f"{before['proof_time']}, then {line['at']} proved at {line['proof_time']}")
        seen[key] = line


def rule_reads_are_what_was_written(lines):
    ledgers = final_ledgers(lines)
    sent = {(line["key"], line["value"]): line["digest"] for line in of_kind(lines, "send") if "key" in line}
    for read in of_kind(lines, "read"):
        if read["value"] is None:
            continue
        digest = sent.get((read["key"], read["value"]))
        if digest is None:
            yield f"{read['node']} shows {read['key']} = {read['value']}, which nobody wrote"
        for node, ledger in ledgers.items():
            if ledger.get(read["at"]) != digest:
                yield f"{read['node']} showed {read['key']} = {read['value']} at {read['at']}; {node} has another there"


RULES = {name[5:].replace("_", " "): rule for name, rule in sorted(globals().items()) if name.startswith("rule_")}


def violations(lines):
    return [f"{name}: {text}" for name, rule in RULES.items() for text in rule(lines)]


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        lines = [json.loads(line) for line in file]
    found = violations(lines)
    for text in found[:50]:
        print(text)
    print(f"{len(lines)} lines, {len(of_kind(lines, 'ack'))} acknowledged writes, {len(of_kind(lines, 'read'))} reads, "
          f"{len(found)} violations of {len(RULES)} rules")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
