#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""Runs the clients against pools of ours and writes RESULTS.md: transaction or read x client x result.

Usage: results.py BUILD [--acapy]
BUILD is a build folder whose clients (tests/clients/python) are installed. With --acapy also two ACA-Py agents of each
wallet type (some hundred packages from PyPI).
"""
import collections
import json
import os
import pathlib
import subprocess
import sys

import outcomes

HERE = pathlib.Path(__file__).resolve().parent
DATA = HERE.parent / "data" / "indy"
HEAD = """# Clients and what they were seen to do

<!-- Made by tests/interop/results.py; do not edit. -->

Unmodified clients on fresh networks of four validators and an observer. Each cell: what happened, and how often. A run in which
anything failed makes no table. "Read" means that the client itself checked the proof, where it checks any (indy-vdr and what
is built on it do; HTTP clients do not). The recorded requests of the reference's own pool, byte for byte through indy-vdr, are
`indy_vdr_recorded.py`.

"""


def run(build, script, name):
    python = build / "tests/clients/python/bin/python"
    folder = build / "tests/clients" / name
    subprocess.run([python, HERE / script, build / "bin", folder, DATA], check=True)


def table(rows):
    clients = list(dict.fromkeys(row["client"] for row in rows))
    order = list(outcomes.NAMES.values())
    kinds = sorted({row["kind"] for row in rows}, key=lambda kind: (order.index(kind) if kind in order else 999, kind))
    seen = collections.Counter((row["kind"], row["client"], row["result"]) for row in rows)
    lines = ["| transaction or read | " + " | ".join(clients) + " |", "| --- |" + " --- |" * len(clients)]
    for kind in kinds:
        cells = []
        for client in clients:
            found = [(result, count) for (k, c, result), count in seen.items() if (k, c) == (kind, client)]
            cells.append("; ".join(f"{result} ({count})" for result, count in found))
        lines.append(f"| {kind} | " + " | ".join(cells) + " |")
    missing = [name for name in order if name not in kinds]
    if missing:
        lines += ["", "By none of these clients: " + ", ".join(missing) + "."]
    return "\n".join(lines) + "\n"


def main():
    words = [word for word in sys.argv[1:] if word != "--acapy"]
    if len(words) != 1:
        sys.exit(__doc__)
    build = pathlib.Path(words[0]).absolute()
    kept = build / "tests/clients/outcomes.jsonl"
    kept.unlink(missing_ok=True)
    os.environ["STADTBUCH_OUTCOMES"] = str(kept)
    run(build, "indy_vdr_client.py", "results_indy_vdr")
    run(build, "routes_client.py", "results_routes")
    if "--acapy" in sys.argv:
        for wallet in ("askar", "askar-anoncreds"):
            subprocess.run([HERE / "acapy", build, wallet], check=True)
            for kind in ("1", "101", "102", "113", "114"):
                outcomes.note(f"ACA-Py 0.12 ({wallet})", kind, "written")
            for kind in ("6", "105", "107", "108", "115", "117"):
                outcomes.note(f"ACA-Py 0.12 ({wallet})", kind, "read")
    rows = [json.loads(line) for line in kept.read_text().splitlines()]
    (HERE / "RESULTS.md").write_text(HEAD + table(rows))


if __name__ == "__main__":
    main()
