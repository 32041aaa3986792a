#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""What stays in memory after 10^5 requests (performance-budget §4): four validators, one attribute written again and
again, so that the state itself does not grow; the objects alive on their heaps when all caches are full, and at times
until the end. The level goes up and down with what is kept between two checkpoints, so the least of the last looks is
held against the greatest of the first: what is kept for good is in all of them. A request is some thirty objects.

Usage: e2e_memory.py PROGRAMS FOLDER [--first 52000] [--more 8000]
"""
import argparse
import os
import pathlib
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from e2e_counters import Counters, with_telemetry  # noqa: E402
from e2e_pool import VALIDATORS, Failed, Pool, expect  # noqa: E402

IN_FLIGHT = 200
LOOKS = 6
SLACK = 120000


def write(pool, programs, count):
    load = subprocess.run([str(pathlib.Path(programs) / "pool_load"), str(pool.folder / "pool_transactions_genesis"), "attribute",
                           str(count), str(IN_FLIGHT), str(pool.folder / "trustee_seed")],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    expect(load.returncode == 0, f"the load ended with {load.returncode}: {load.stdout.strip()}")
    pool.wait_equal(seconds=120)
    return load.stdout.strip()


def at_rest(ports):
    """Objects alive on each validator when it has nothing more to do: the least of some looks."""
    least = {}
    for _ in range(10):
        for alias, port in ports.items():
            objects = Counters(port).values.get("heap_objects")
            if objects is None:
                raise Failed("no stadtbuch_heap_objects: the node was built without jemalloc")
            least[alias] = min(objects, least.get(alias, objects))
        time.sleep(0.2)
    return least


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("programs")
    parser.add_argument("folder")
    parser.add_argument("--first", type=int, default=52000)
    parser.add_argument("--more", type=int, default=8000)
    arguments = parser.parse_args()
    # What a thread keeps in reserve would count as alive.
    os.environ["MALLOC_CONF"] = "tcache:false"
    with Pool(arguments.programs, arguments.folder) as pool:
        ports = with_telemetry(pool)
        print(write(pool, arguments.programs, arguments.first))
        looks = [at_rest(ports)]
        for _ in range(LOOKS):
            print(write(pool, arguments.programs, arguments.more))
            looks.append(at_rest(ports))
        for alias in VALIDATORS:
            levels = [look[alias] for look in looks]
            print(f"{alias}: objects after {arguments.first} requests, and each {arguments.more} more:", *(f"{level:.0f}" for level in levels))
            early, late = max(levels[:LOOKS // 2 + 1]), min(levels[LOOKS // 2 + 1:])
            expect(late - early <= SLACK, f"{alias} keeps {late - early:.0f} objects more")


if __name__ == "__main__":
    try:
        main()
    except Failed as failure:
        sys.exit(f"FAILED: {failure}")
