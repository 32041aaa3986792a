#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""What one write costs, counted instead of timed (performance-budget §4): four validators, and the counters of their
/metrics before and after.

Usage: e2e_counters.py PROGRAMS FOLDER
"""
import pathlib
import re
import sys
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from e2e_pool import (TRUSTEE, VALIDATORS, CurveClient, Failed, Pool, Signer, expect,
                      free_ports, nym_operation, signed_request, wait_until)  # noqa: E402

SINGLE = 30
MANY = 600
PEERS = len(VALIDATORS) - 1
COUNTER = re.compile(r"^stadtbuch_([a-z_]+) ([0-9.e+]+)$", re.M)


class Counters:
    """The counters of one validator, and their growth since `before`."""

    def __init__(self, port):
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
            self.values = {name: float(value) for name, value in COUNTER.findall(answer.read().decode())}

    def since(self, before):
        return {name: value - before.values[name] for name, value in self.values.items() if name in before.values}


def with_telemetry(pool):
    """Gives each validator a telemetry port; alias -> port."""
    first = free_ports(len(VALIDATORS))
    ports = {}
    for i, alias in enumerate(VALIDATORS):
        ports[alias] = first + i
        pool.stop(alias)
        with (pool.folder / alias / "node.toml").open("a") as settings:
            settings.write(f"\n[telemetry]\nport = {first + i}\n")
        pool.start(alias)
        pool.wait_ready(alias)
    pool.wait_equal()
    return ports


def new_nym():
    return signed_request(TRUSTEE, nym_operation(Signer.random()))


def write_singly(client, count):
    requests = [new_nym() for _ in range(count)]
    for request in requests:
        client.write(request)
    return requests


def write_many(pool, client, count):
    """All at once; done when all validators have all of them."""
    size = pool.wait_equal()
    for _ in range(count):
        client.send(new_nym())
    while pool.wait_equal(seconds=60) < size + count:
        for _ in client.receive(0.2):
            pass


def growth(pool, ports, count, work):
    """What each validator counted while `work` wrote `count` requests; done again when a busy machine made one of them
    catch up or change the view, which has its own price."""
    for _ in range(5):
        pool.wait_equal()
        before = {alias: Counters(port) for alias, port in ports.items()}
        work()
        pool.wait_equal()

        def all_counted():
            # What consensus counts is shown a little later than the ledger's size.
            grown = {alias: Counters(port).since(before[alias]) for alias, port in ports.items()}
            return grown if disturbed(grown) or all(more["consensus_requests_ordered_total"] >= count for more in grown.values()) else None
        grown = wait_until(all_counted, 20, f"{count} requests in the counters of all validators")
        if not disturbed(grown):
            return grown
    raise Failed("five times a validator caught up or changed the view meanwhile")


def disturbed(grown):
    return any(more["consensus_catchups_total"] or more["consensus_view_changes_total"] for more in grown.values())


def check_requests(grown, count, what):
    """Verified once on each node, whoever passed it on; parsed once, but for a node that had to ask for its text."""
    for alias, more in grown.items():
        expect(more["consensus_requests_ordered_total"] == count, f"{what}: {alias} ordered {more['consensus_requests_ordered_total']}")
        checks, parsed = more["signature_checks_total"], more["requests_parsed_total"]
        expect(checks == count, f"{what}: {alias} checked {checks} signatures of {count} requests")
        expect(count <= parsed <= count + count // 2, f"{what}: {alias} parsed {parsed} times for {count} requests")


def check_batches(grown, count, what):
    """Before its PREPARE and before its COMMIT a node waits for the disk, and nowhere else."""
    for alias, more in grown.items():
        batches = more["consensus_batches_ordered_total"]
        expect(batches > 0, f"{what}: {alias} counted no batch")
        # One batch may be under way when the counters are read, and checkpoints wait, too.
        waited_for = more["store_syncs_total"] - more["store_late_syncs_total"]
        expect(waited_for <= 2 * (batches + 1) + 1, f"{what}: {alias} waited for {waited_for} syncs for {batches} batches")
        made = more["transactions_serialised_total"]
        expect(count <= made <= count + batches + 1, f"{what}: {alias} serialised {made} transactions for {count} requests in {batches} batches")
        expect(more["bls_pairing_checks_total"] <= 2 * (batches + 1),
               f"{what}: {alias} made {more['bls_pairing_checks_total']} pairing checks for {batches} batches")


def check_messages(grown, count, what):
    """To each peer: a PROPAGATE a request, three phases a batch; checkpoints and questions after lags are rare."""
    for alias, more in grown.items():
        bound = PEERS * (count + 4 * more["consensus_batches_ordered_total"] + 50)
        expect(more["consensus_messages_sent_total"] <= bound, f"{what}: {alias} sent {more['consensus_messages_sent_total']}, bound {bound}")


def main():
    programs, folder = sys.argv[1:3]
    with Pool(programs, folder) as pool, CurveClient(pool) as client:
        ports = with_telemetry(pool)
        written = []
        first = growth(pool, ports, SINGLE, lambda: written.extend(write_singly(client, SINGLE)))
        check_requests(first, SINGLE, "first writes")
        check_batches(first, SINGLE, "first writes")
        check_messages(first, SINGLE, "first writes")

        replayed = growth(pool, ports, 0, lambda: [client.answers(request) for request in written])
        for alias, more in replayed.items():
            expect(more["signature_checks_total"] == 0, f"{alias} checked {more['signature_checks_total']} signatures of replays")
            expect(more["consensus_requests_ordered_total"] == 0, f"{alias} ordered a replay")

        many = growth(pool, ports, MANY, lambda: write_many(pool, client, MANY))
        check_requests(many, MANY, "many writes")
        check_batches(many, MANY, "many writes")
        check_messages(many, MANY, "many writes")
        for alias, more in many.items():
            expect(more["store_syncs_total"] < MANY, f"{alias} synced {more['store_syncs_total']} times for {MANY} requests in flight")

        later = growth(pool, ports, SINGLE, lambda: write_singly(client, SINGLE))
        check_requests(later, SINGLE, "later writes")
        for alias in VALIDATORS:
            early, late = (grown[alias]["store_puts_total"] / SINGLE for grown in (first, later))
            # A trie of twenty times as many keys is one to two levels deeper; nothing else may depend on the size.
            expect(late <= early + 6, f"{alias}: {early:.1f} puts a write at first, {late:.1f} after {MANY} more")
            print(f"{alias}: puts a write {early:.1f}, then {late:.1f}; {many[alias]['consensus_batches_ordered_total']:.0f} batches and "
                  f"{many[alias]['store_syncs_total']:.0f} syncs for {MANY} writes, {many[alias]['consensus_messages_sent_total']:.0f} messages")
    print("all counts held")


if __name__ == "__main__":
    try:
        main()
    except Failed as failure:
        sys.exit(f"FAILED: {failure}")
