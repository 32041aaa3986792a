#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""A network records itself, a member is stopped and comes back, and the replay finds all equal.

usage: cli_recording.py PROGRAM REPLAY
"""
import os
import subprocess
import sys
import time

from terminal import Terminal, expect


def traffic(t, count):
    for number in range(count):
        one = t.json("did", "new")
        t.run("nym", "--dest", one["did"], "--verkey", one["verkey"], *t.trustee)
        t.run("get", "nym", one["did"])
        t.run("attrib", "--dest", "V4SGRU86Z58d6TV7PBUe6f", "--raw", '{"n%d":"Straße"}' % number, *t.trustee)
    t.run("get", "attrib", "V4SGRU86Z58d6TV7PBUe6f", "--raw", "n0")
    t.run("nym", "--dest", "V4SGRU86Z58d6TV7PBUe6f", "--role", "none", "--as", one["did"], code=4)
    t.run("get", "auth-rule")


def main():
    t = Terminal(sys.argv[1])
    try:
        t.up("--no-agent", "--record")
        t.environment["STADTBUCH_GENESIS"] = f"{t.network}/pool_transactions_genesis"
        t.trustee = ["--seed-file", f"{t.network}/trustee_seed"]
        recording = t.path("recording")
        expect(t.error("export", "--dir", t.network, "--recording", recording, code=1)["error"] == "SB-5084", "it runs")
        traffic(t, 3)
        t.run("down", "Node4", "--dir", t.network)
        traffic(t, 2)
        t.run("start", "Node4", "--dir", t.network)
        traffic(t, 2)
        time.sleep(1)  # the last batch's multi-signature travels with freshness or not at all
        t.run("down", "--dir", t.network)
        counts = t.json("export", "--dir", t.network, "--recording", recording)
        expect(counts["ledger_domain"] >= 19 and counts["client_cases"] > 30 and counts["node_messages"] > 100, f"{counts}")
        expect("lost" not in counts, "nothing was lost")
        expect(t.error("export", "--dir", t.network, "--recording", recording, code=2)["error"] == "SB-5083", "not twice")
        done = subprocess.run([sys.argv[2], recording], capture_output=True, text=True, timeout=120)
        print(done.stdout[-1500:])
        expect(done.returncode == 0, f"the replay differs: {done.stdout[-600:]}{done.stderr[-600:]}")
        # A changed byte must be found, or equality would mean nothing.
        path = os.path.join(recording, "ledger_domain.jsonl")
        with open(path, encoding="utf-8") as file:
            text = file.read()
        with open(path, "w", encoding="utf-8") as file:
            file.write(text.replace('"raw_hex":"84ac', '"raw_hex":"84ad', 1))
        done = subprocess.run([sys.argv[2], recording], capture_output=True, text=True, timeout=120)
        expect(done.returncode != 0, "a changed byte was not found")
    finally:
        t.close()


main()
