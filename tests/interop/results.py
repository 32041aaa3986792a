#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""Runs the clients against pools of ours and writes RESULTS.md: transaction or read x client x result.

Usage: results.py BUILD [--acapy] [--credo] [--proxy EXECUTABLE] [--monitor FOLDER]
BUILD is a build folder. --acapy: two ACA-Py agents of each wallet type (some hundred packages from PyPI). --credo: Credo
(some hundred packages from npm). --proxy, --monitor: see tools_client.py.
"""
import argparse
import collections
import json
import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "differential"))
import coverage  # noqa: E402
import outcomes  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
DATA = HERE.parent / "data" / "indy"
HEAD = """# Clients and what they were seen to do

<!-- Made by tests/interop/results.py; do not edit. -->

Unmodified clients on fresh networks of four validators and an observer. Each cell: what happened, and how often. A run in which
anything failed makes no table. "Reason as in the reference": the whole text is one that the reference's pool or handlers were recorded
with, names and numbers apart (`outcomes.py`). "Read" means that the client itself checked the proof, where it checks any (indy-vdr and what
is built on it do; HTTP clients do not). The recorded requests of the reference's own pool, byte for byte through indy-vdr, are
`indy_vdr_recorded.py`.

"""


VERDICTS = """
## Good and bad input by type

Requests of a generator that indy-node's own handlers were recorded with (`tests/differential`, members' NODE_UPGRADE included), by their
verdict. ctest runs all of them against our execution and compares answer, reason, transaction and roots to the byte.

"""


def run(build, script, *arguments, requirements="requirements.txt", packages="python"):
    command = [sys.executable, HERE / "indy_vdr_run.py", "--requirements", requirements, build / "tests/clients" / packages,
               HERE / script, build / "bin", *arguments]
    subprocess.run([str(word) for word in command], check=True)


def table(rows):
    columns = list(dict.fromkeys(row["client"] for row in rows))
    order = list(outcomes.NAMES.values())
    kinds = sorted({row["kind"] for row in rows}, key=lambda kind: (order.index(kind) if kind in order else 999, kind))
    seen = collections.Counter((row["kind"], row["client"], row["result"]) for row in rows)
    lines = ["| transaction or read | " + " | ".join(columns) + " |", "| --- |" + " --- |" * len(columns)]
    for kind in kinds:
        cells = []
        for client in columns:
            found = [(result, count) for (k, c, result), count in seen.items() if (k, c) == (kind, client)]
            cells.append("; ".join(f"{result} ({count})" for result, count in found))
        lines.append(f"| {kind} | " + " | ".join(cells) + " |")
    missing = [name for name in order if name not in kinds]
    if missing:
        lines += ["", "By none of these clients: " + ", ".join(missing) + "."]
    return "\n".join(lines) + "\n"


def clients(build, options):
    folders = build / "tests/clients"
    run(build, "indy_vdr_client.py", folders / "results_indy_vdr", DATA)
    run(build, "routes_client.py", folders / "results_routes")
    run(build, "cli_client.py")
    if options.credo:
        run(build, "credo.py", folders / "results_credo", folders / "credo", requirements="requirements_credo.txt",
            packages="credo_python")
    tools = [word for name in ("proxy", "monitor") if getattr(options, name) for word in ("--" + name, getattr(options, name))]
    if tools:
        run(build, "tools_client.py", folders / "results_tools", *tools, requirements="requirements_tools.txt",
            packages="tools_python")
    if options.acapy:
        acapy(build)


def acapy(build):
    """ACA-Py's controller sees what its agents made of the ledger; each kind of the story is noted once for each wallet."""
    for wallet in ("askar", "askar-anoncreds"):
        subprocess.run([HERE / "acapy", build, wallet], check=True)
        for kind in ("1", "101", "102", "113", "114"):
            outcomes.note(f"ACA-Py 0.12 ({wallet})", kind, "written")
        for kind in ("6", "105", "107", "108", "115", "117"):
            outcomes.note(f"ACA-Py 0.12 ({wallet})", kind, "read")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--acapy", action="store_true")
    parser.add_argument("--credo", action="store_true")
    parser.add_argument("--proxy")
    parser.add_argument("--monitor")
    options = parser.parse_args()
    build = options.build.absolute()
    kept = build / "tests/clients/outcomes.jsonl"
    kept.unlink(missing_ok=True)
    os.environ["STADTBUCH_OUTCOMES"] = str(kept)
    clients(build, options)
    rows = [json.loads(line) for line in kept.read_text().splitlines()]
    (HERE / "RESULTS.md").write_text(HEAD + table(rows) + VERDICTS + coverage.table(coverage.counted(HERE.parent / "data")))


if __name__ == "__main__":
    main()
