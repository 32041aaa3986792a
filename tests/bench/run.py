#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""The benchmarks of shipped programs on this machine, real store, synced writes: four validators, and the agent.

Usage: tests/bench/run.py [--build DIR] [--only pool|agent] [--runs 5] [--writes 10000] [--long 100000] [--flows 2000]

Each run starts from a fresh network or agent; one JSON line a measurement, then a table with min, median and max.
Loopback only; every started process is ended.
"""
import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import tempfile
import time

import agent_bench

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Pool:
    """A fresh local network of four validators; without agent and, once it is up, without observer."""

    def __init__(self, build, port):
        self.cli = str(build / "bin/stadtbuch")
        self.folder = tempfile.mkdtemp(prefix="stadtbuch-bench-")
        self.call("up", "--no-agent", "--base-port", str(port), "--http-port", str(port + 90))
        self.call("down", "observer")

    def call(self, *words):
        return subprocess.run([self.cli, *words[:1], "--dir", self.folder, *words[1:]], check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def pids(self):
        """Of the validators that run: `down` takes the file away."""
        files = [pathlib.Path(self.folder, f"Node{i}", "pid") for i in range(1, 5)]
        return [file.read_text().strip() for file in files if file.exists()]

    def keep_only(self, member):
        for other in ("Node1", "Node2", "Node3", "Node4"):
            if other != member:
                self.call("down", other)

    def status(self):
        out = subprocess.run([self.cli, "-o", "json", "status", "--dir", self.folder], stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL, text=True, check=False).stdout
        return {m["member"]: m["status"] for m in json.loads(out)["members"]}

    def close(self):
        self.call("down")
        shutil.rmtree(self.folder, ignore_errors=True)


def load(build, pool, mode, count, in_flight):
    out = subprocess.run([str(build / "bin/pool_load"), pool.folder + "/pool_transactions_genesis", mode, str(count),
                          str(in_flight), pool.folder + "/trustee_seed", *pool.pids()], stdout=subprocess.PIPE, text=True,
                         check=True).stdout
    result = json.loads(out)
    result["load_average"] = os.getloadavg()[0]
    print(json.dumps(result), flush=True)
    return result


def catch_up(build, pool, count):
    """Transactions a second with which a validator that was away comes back."""
    pool.call("down", "Node4")
    size_before = pool.status()["Node1"]["ledgers"]["domain"]["size"]
    running = [pathlib.Path(pool.folder, f"Node{i}", "pid").read_text().strip() for i in range(1, 4)]
    subprocess.run([str(build / "bin/pool_load"), pool.folder + "/pool_transactions_genesis", "write", str(count), "400",
                    pool.folder + "/trustee_seed", *running], stdout=subprocess.DEVNULL, check=True)
    goal = pool.status()["Node1"]["ledgers"]["domain"]["size"]
    begin = time.monotonic()
    pool.call("start", "Node4")
    while time.monotonic() - begin < 300:
        status = pool.status()["Node4"]
        if status and status["ledgers"]["domain"]["size"] >= goal:
            break
        time.sleep(0.02)
    seconds = time.monotonic() - begin
    result = {"mode": "catch-up", "count": goal - size_before, "seconds": round(seconds, 3),
              "per_second": round((goal - size_before) / seconds)}
    print(json.dumps(result), flush=True)
    return result


def row(name, results, key):
    values = sorted(r[key] for r in results)
    print(f"| {name} | {key} | {values[0]} | {statistics.median(values)} | {values[-1]} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default=str(ROOT / "build"))
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--writes", type=int, default=10000)
    parser.add_argument("--long", type=int, default=0, help="transactions of one long run, for memory")
    parser.add_argument("--only", choices=("pool", "agent"))
    parser.add_argument("--flows", type=int, default=2000, help="issuances and presentations of one run of the agent")
    arguments = parser.parse_args()
    build = pathlib.Path(arguments.build).resolve()
    if arguments.only != "pool":
        agent_bench.measure(build, arguments.runs, arguments.flows, row)
    if arguments.only != "agent":
        measure_pool(arguments, build)


def measure_pool(arguments, build):
    idle, writes, reads, alone, catchups = [], [], [], [], []
    for i in range(arguments.runs):
        pool = Pool(build, 9901)
        try:
            idle.append(load(build, pool, "write", 200, 1))
            load(build, pool, "write", max(200, arguments.writes // 10), 400)  # warm-up, discarded
            writes.append(load(build, pool, "write", arguments.writes, 400))
            reads.append(load(build, pool, "read", arguments.writes, 50))
            catchups.append(catch_up(build, pool, arguments.writes // 2))
            pool.keep_only("Node1")
            alone.append(load(build, pool, "read", arguments.writes, 50))
        finally:
            pool.close()
    print("\n| workload | figure | min | median | max |\n| --- | --- | --- | --- | --- |")
    for key in ("p50_ms", "p99_ms"):
        row("one write at a time", idle, key)
    for key in ("per_second", "cpu_us_per_op", "p50_ms", "p99_ms", "resident_mb_max", "bare_verify_us"):
        row("400 writes in flight", writes, key)
    for key in ("per_second", "cpu_us_per_op", "p50_ms"):
        row("50 proved reads in flight, two of four asked", reads, key)
    for key in ("per_second", "cpu_us_per_op"):
        row("50 proved reads in flight, one node", alone, key)
    row("catch-up", catchups, "per_second")
    if arguments.long:
        pool = Pool(build, 9901)
        try:
            result = load(build, pool, "write", arguments.long, 400)
            print(f"\n{arguments.long} transactions: {result['resident_mb_max']} MB resident (largest validator)")
        finally:
            pool.close()


if __name__ == "__main__":
    main()
