#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""indy-node 1.13.2 and Stadtbuch side by side: the same load client, the same machine, run by run in turn.

Usage: tests/bench/indy_pair.py [--build DIR] [--pairs 5] [--indy-writes 400] [--writes 8000] [--quick-batches]

Each run has a fresh pool of four validators with the same development seeds. indy-node runs as shipped, with its
BLS library, on LevelDB (its RocksDB binding no longer builds) and without sync; ours writes with sync. With
--quick-batches indy-node's batch wait is 0.1 s and its log quiet. A write is done when f+1 validators gave equal
replies; CPU is user + system time of the four validators. Prints one JSON line a measurement and a table with
the ratio of each pair. Needs CPython 3.8 and cargo (indy_peer/prepare). Loopback only; every started process is ended.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE / "indy_peer")]
import pool as indy  # noqa: E402
import run as ours  # noqa: E402

GENESIS = HERE.parent / "data" / "indy"
QUICK = {"Max3PCBatchWait": 0.1, "logLevel": 40}


def measure(build, system, genesis, seed, pids, mode, count, in_flight):
    out = subprocess.run([str(build / "bin/pool_load"), str(genesis), mode, str(count), str(in_flight), str(seed), *pids],
                         stdout=subprocess.PIPE, text=True, check=True, timeout=900).stdout
    result = {"system": system, **json.loads(out), "load_average": os.getloadavg()[0]}
    print(json.dumps(result), flush=True)
    return result


def series(build, system, genesis, seed, pids, writes, single):
    """The workloads of one run, the same for both systems but for their counts."""
    def of(mode, count, in_flight):
        return measure(build, system, genesis, seed, pids, mode, count, in_flight)

    of("write", max(20, writes // 10), 100)  # warm-up, discarded
    return {"write": of("write", writes, 100), "single": of("write", single, 1), "read": of("read", writes, 20)}


def run_indy(build, arguments):
    with tempfile.TemporaryDirectory(prefix="indy-bench-") as folder:
        seed = pathlib.Path(folder) / "seed"
        seed.write_text("Trustee1".rjust(32, "0"))
        with indy.IndyPool(pathlib.Path(folder) / "pool", GENESIS, QUICK if arguments.quick_batches else {}) as pool:
            time.sleep(arguments.settle)
            return series(build, "indy-node", pool.genesis_file, seed, pool.pids, arguments.indy_writes, 5)


def run_ours(build, arguments):
    pool = ours.Pool(build, 9901)
    try:
        genesis = pathlib.Path(pool.folder) / "pool_transactions_genesis"
        return series(build, "stadtbuch", genesis, pathlib.Path(pool.folder) / "trustee_seed", pool.pids(), arguments.writes, 100)
    finally:
        pool.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default=str(HERE.parents[1] / "build"))
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--indy-writes", type=int, default=400)
    parser.add_argument("--writes", type=int, default=8000)
    parser.add_argument("--settle", type=float, default=10, help="seconds until indy-node's pool has found itself")
    parser.add_argument("--quick-batches", action="store_true")
    arguments = parser.parse_args()
    build = pathlib.Path(arguments.build).resolve()
    pairs = [(run_indy(build, arguments), run_ours(build, arguments)) for _ in range(arguments.pairs)]

    print("\n| figure | indy-node, median | ours, median | ratio min | median | max |\n| --- | --- | --- | --- | --- | --- |")
    rows = (("CPU of all four per write, µs", "write", "cpu_us_per_op", False), ("writes/s, 100 in flight", "write", "per_second", True),
            ("one write at a time, p50 ms", "single", "p50_ms", False), ("CPU of all four per proved read, µs", "read", "cpu_us_per_op", False),
            ("largest validator, MB", "write", "resident_mb_max", False))
    for title, workload, key, more_is_better in rows:
        theirs = [pair[0][workload][key] for pair in pairs]
        own = [pair[1][workload][key] for pair in pairs]
        ratios = sorted(b / a if more_is_better else a / b for a, b in zip(theirs, own))
        print(f"| {title} | {statistics.median(theirs):.1f} | {statistics.median(own):.1f} | {ratios[0]:.1f} | "
              f"{statistics.median(ratios):.1f} | {ratios[-1]:.1f} |")


if __name__ == "__main__":
    main()
