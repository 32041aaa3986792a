#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the recorded comparisons hold: of each type, how often the reference accepted and how often it refused.

Usage: coverage.py DATA      (tests/data). Prints a table; exit 1 when a type lacks good or bad input.
"""
import collections
import gzip
import json
import pathlib
import sys

WRITES = {"0": "NODE", "1": "NYM", "4": "TXN_AUTHR_AGRMT", "5": "TXN_AUTHR_AGRMT_AML", "8": "TXN_AUTHR_AGRMT_DISABLE", "9": "LEDGERS_FREEZE",
          "100": "ATTRIB", "101": "SCHEMA", "102": "CLAIM_DEF", "109": "POOL_UPGRADE", "110": "NODE_UPGRADE", "111": "POOL_CONFIG",
          "113": "REVOC_REG_DEF", "114": "REVOC_REG_ENTRY", "120": "AUTH_RULE", "122": "AUTH_RULES", "130": "FLAG"}
READS = {"3": "GET_TXN", "6": "GET_TXN_AUTHR_AGRMT", "7": "GET_TXN_AUTHR_AGRMT_AML", "10": "GET_FROZEN_LEDGERS", "104": "GET_ATTR",
         "105": "GET_NYM", "107": "GET_SCHEMA", "108": "GET_CLAIM_DEF", "115": "GET_REVOC_REG_DEF", "116": "GET_REVOC_REG",
         "117": "GET_REVOC_REG_DELTA", "121": "GET_AUTH_RULE", "131": "GET_FLAG"}
ACTIONS = {"118": "POOL_RESTART", "119": "VALIDATOR_INFO"}
REFUSED_ONLY = {"200": "rich schema context", "201": "rich schema", "202": "rich schema encoding", "203": "rich schema mapping",
                "204": "rich schema credential definition", "205": "rich schema presentation definition",
                "300": "GET_RICH_SCHEMA_OBJECT_BY_ID", "301": "GET_RICH_SCHEMA_OBJECT_BY_METADATA"}
NAMES = {**WRITES, **READS, **ACTIONS, **REFUSED_ONLY}


def type_of(frame):
    try:
        kind = json.loads(frame)["operation"]["type"]
    except (ValueError, TypeError, KeyError):
        return None
    return kind if isinstance(kind, str) else None


def verdict_of(answers):
    """REQACK comes before REPLY and REJECT; the last answer counts."""
    return json.loads(answers[-1])["op"] if answers else "dropped"


def counted(data):
    """(type, verdict) -> number of requests."""
    counts = collections.Counter()
    for path in sorted((pathlib.Path(data) / "differential").glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                command = json.loads(line)
                for frame, answers in zip(command.get("frames", []), command.get("answers", [])):
                    counts[NAMES.get(type_of(frame), "of no type"), verdict_of(answers)] += 1
    return counts


def table(counts):
    verdicts = ["REPLY", "REJECT", "REQNACK", "dropped"]
    lines = ["| request | " + " | ".join(verdicts) + " |", "| --- |" + " ---: |" * len(verdicts)]
    for name in [*NAMES.values(), "of no type"]:
        lines.append(f"| {name} | " + " | ".join(str(counts[name, verdict] or "") for verdict in verdicts) + " |")
    return "\n".join(lines) + "\n"


def missing(counts):
    for name in NAMES.values():
        if not counts[name, "REQNACK"] + counts[name, "REJECT"]:
            yield f"{name} is never refused"
        if name not in REFUSED_ONLY.values() and not counts[name, "REPLY"]:
            yield f"{name} is never accepted"


def main():
    counts = counted(sys.argv[1])
    print(table(counts))
    faults = list(missing(counts))
    print("\n".join(faults) or "good and bad input of every type")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
