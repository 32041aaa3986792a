#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""What stays in memory after 10^5 requests (performance-budget §4): four validators, one attribute written again and
again, so that the state itself does not grow; the objects alive on their heaps when all caches are full, and at the end.
A request is some thirty objects: keeping each of them, or any small record of it, is far more than what may be added.

Usage: e2e_memory.py PROGRAMS FOLDER [--first 60000] [--more 40000]
"""
import argparse
import pathlib
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from e2e_counters import Counters, with_telemetry  # noqa: E402
from e2e_pool import VALIDATORS, Failed, Pool, expect  # noqa: E402

IN_FLIGHT = 200
# What each thread keeps in reserve counts as alive, and buffers of the store come and go: seen up to 60,000 either way.
SLACK = 150000


def write(pool, programs, count):
    load = subprocess.run([str(pathlib.Path(programs) / "pool_load"), str(pool.folder / "pool_transactions_genesis"), "attribute",
                           str(count), str(IN_FLIGHT), str(pool.folder / "trustee_seed")],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    expect(load.returncode == 0, f"the load ended with {load.returncode}: {load.stdout.strip()}")
    pool.wait_equal(seconds=120)
    return load.stdout.strip()


def at_rest(port):
    """Objects alive when a validator has nothing more to do: the least of some looks."""
    seen = []
    for _ in range(10):
        seen.append(Counters(port).values.get("heap_objects"))
        time.sleep(0.2)
    if None in seen:
        raise Failed("no stadtbuch_heap_objects: the node was built without jemalloc")
    return min(seen)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("programs")
    parser.add_argument("folder")
    parser.add_argument("--first", type=int, default=60000)
    parser.add_argument("--more", type=int, default=40000)
    arguments = parser.parse_args()
    with Pool(arguments.programs, arguments.folder) as pool:
        ports = with_telemetry(pool)
        print(write(pool, arguments.programs, arguments.first))
        before = {alias: at_rest(ports[alias]) for alias in VALIDATORS}
        print(write(pool, arguments.programs, arguments.more))
        for alias in VALIDATORS:
            after = at_rest(ports[alias])
            print(f"{alias}: {before[alias]:.0f} objects after {arguments.first} requests, {after:.0f} after {arguments.more} more")
            expect(after - before[alias] <= SLACK, f"{alias} keeps {after - before[alias]:.0f} objects more after {arguments.more} requests")


if __name__ == "__main__":
    try:
        main()
    except Failed as failure:
        sys.exit(f"FAILED: {failure}")
