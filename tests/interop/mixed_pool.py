#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""indy-node's validators (Python) and ours in one pool; ours take their places one at a time.

Usage: mixed_pool.py PROGRAMS FOLDER [SCENARIO...]      run by tests/interop/mixed
  PROGRAMS   folder with stadtbuch and stadtbuch-node
  FOLDER     working folder, made anew
  SCENARIO   replace, lead (default: both)

replace: four Python validators; each is stopped and one of ours with its keys and an empty store takes its place,
         the primary too, until all are ours. Writes go on, in each mixture all ledgers and states are equal.
lead:    ours is the primary of three Python validators, is killed, and comes back as a follower.
Needs CPython 3.8 and cargo (tests/bench/indy_peer/prepare). Exit code 1: something differs.
"""
import contextlib
import json
import pathlib
import random
import shutil
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "e2e"), str(HERE.parent / "bench" / "indy_peer")]
import e2e_pool  # noqa: E402
import pool as indy_peer  # noqa: E402

# The reference waits 60 s for a lost primary and 3 s for a batch as shipped.
SETTINGS = {"ToleratePrimaryDisconnection": 5, "Max3PCBatchWait": 0.1, "logLevel": 20}
LEDGERS = {"pool": 0, "domain": 1, "config": 2, "audit": 3}
EMPTY_ROOT = "GKot5hBsd81kMupNCXHaqbhv3huEbxAFMLnpcX2hniwn"


class MixedPool(e2e_pool.Pool):
    """Our local network's genesis and folders; each validator is either a process of ours or one of indy-node's."""

    def __enter__(self):
        super().__enter__()
        self.command("down")
        self.python = indy_peer.IndyPool(self.folder / "python", "", SETTINGS)
        self.processes = {}
        self.own = []
        genesis = self.python.genesis_file.parent
        genesis.mkdir(parents=True)
        for name in ("pool_transactions_genesis", "domain_transactions_genesis"):
            shutil.copy(self.folder / name, genesis / name)
        self.python.lay_out()
        return self

    def __exit__(self, *failure):
        for process in (*self.processes.values(), *self.own):
            process.kill()
            process.wait()
        super().__exit__(*failure)

    def start_python(self, member):
        self.processes[member] = self.python.spawn(member)

    def stop_python(self, member):
        process = self.processes.pop(member)
        process.kill()
        process.wait()

    def start_ours(self, member, empty=True):
        """With an empty store: what it knows afterwards it has from the others. `stadtbuch start` would wait until it
        takes part, which the first of a pool cannot."""
        if empty:
            shutil.rmtree(self.folder / member / "data", ignore_errors=True)
            # What the one before voted for is ordered by now; an operator would say `node recover` and wait for a checkpoint.
            mark = self.folder / member / "keys.json.mark"
            mark.write_text('{"version":1,"state":"new"}\n')
            mark.chmod(0o600)
        log = open(self.folder / member / "out", "a")
        process = subprocess.Popen([self.node, "--config", str(self.folder / member / "node.toml")], stdout=log, stderr=log)
        (self.folder / member / "pid").write_text(str(process.pid))
        self.own.append(process)

    def mixture(self):
        return " ".join(f"{m}:{'python' if m in self.processes else 'ours' if self.pid(m) else '-'}" for m in e2e_pool.VALIDATORS)


class Watch:
    """Writes to all, and compares what every running validator says of each ledger."""

    def __init__(self, pool):
        self.pool = pool
        self.writes = 0

    def running(self):
        return [m for m in e2e_pool.VALIDATORS if m in self.pool.processes or self.pool.pid(m)]

    def write(self, count, seconds=60):
        """Each write is answered by every running validator, with the same transaction and root."""
        with e2e_pool.CurveClient(self.pool) as client:
            for _ in range(count):
                request = e2e_pool.signed_request(e2e_pool.TRUSTEE, e2e_pool.nym_operation(e2e_pool.Signer.random()))
                answers = client.answers(request, seconds, final_from=len(self.running()), nodes=self.running())
                results = {m: row["result"] for m, rows in answers.items() for row in rows if row["op"] == "REPLY"}
                e2e_pool.expect(set(results) == set(self.running()), f"{self.pool.mixture()}: replies of {sorted(results)}")
                seen = {json.dumps(result, sort_keys=True) for result in results.values()}
                e2e_pool.expect(len(seen) == 1, f"replies differ: {seen}")
                self.writes += 1

    def tips(self):
        """Member -> ledger -> size and root, asked as any client asks."""
        out = {}
        with e2e_pool.CurveClient(self.pool) as client:
            for member in self.running():
                tip = {}
                for name, number in LEDGERS.items():
                    ask = {"op": "LEDGER_STATUS", "ledgerId": number, "txnSeqNo": 0, "viewNo": None, "ppSeqNo": None,
                           "merkleRoot": EMPTY_ROOT, "protocolVersion": 2}
                    client.send(ask, [member])
                    tip[name] = self._tip(client, member, number)
                out[member] = tip
        return out

    @staticmethod
    def _tip(client, member, number):
        end = time.monotonic() + 10
        while time.monotonic() < end:
            for alias, raw in client.receive(0.5):
                answer = json.loads(raw)
                if alias == member and answer.get("ledgerId") == number and answer["op"] == "CONSISTENCY_PROOF":
                    return answer["seqNoEnd"], answer["newMerkleRoot"]
                if alias == member and answer.get("ledgerId") == number and answer["op"] == "LEDGER_STATUS":
                    return answer["txnSeqNo"], answer["merkleRoot"]
        return None

    def equal(self, seconds=60):
        """Waits until all validators that run have the same ledgers."""
        def same():
            tips = list(self.tips().values())
            return all(None not in tip.values() for tip in tips) and all(tip == tips[0] for tip in tips)
        try:
            e2e_pool.wait_until(same, seconds, "equal ledgers")
        except e2e_pool.Failed as failed:
            own = {m: self.pool.status(m) for m in self.running() if m not in self.pool.processes}
            raise e2e_pool.Failed(f"{failed}: {self.pool.mixture()} {self.tips()} {json.dumps(own)[:3000]}") from None

    def same_state(self):
        """Each validator proves the same entry from the same state root."""
        roots = {}
        with e2e_pool.CurveClient(self.pool) as client:
            for member in self.running():
                request = {"identifier": e2e_pool.TRUSTEE.did, "protocolVersion": 2, "reqId": random.getrandbits(62) + 1,
                           "operation": {"type": "105", "dest": e2e_pool.TRUSTEE.did}}
                answers = client.answers(request, 10, final_from=1, nodes=[member])
                result = answers[member][-1]["result"]
                roots[member] = (result["data"], result.get("state_proof", {}).get("root_hash"))
        e2e_pool.expect(len(set(roots.values())) == 1 and None not in next(iter(roots.values())), f"states differ: {roots}")

    def check(self, what, writes=3):
        self.equal()  # one that still catches up would not answer a write
        self.write(writes)
        self.equal()
        e2e_pool.wait_until(lambda: self._quiet_state(), 20, "one proved state")
        print(f"  {what}: {self.pool.mixture()}; {self.writes} writes, all ledgers and states equal", flush=True)

    def _quiet_state(self):
        with contextlib.suppress(e2e_pool.Failed, KeyError):
            self.same_state()
            return True
        return False

    def settle(self, seconds=90):
        """Waits until a write is ordered at all: a pool that starts or changes its view takes a moment."""
        end = time.monotonic() + seconds
        while True:
            try:
                with e2e_pool.CurveClient(self.pool) as client:
                    client.write(e2e_pool.signed_request(e2e_pool.TRUSTEE, e2e_pool.nym_operation(e2e_pool.Signer.random())), 10)
                return
            except e2e_pool.Failed:
                if time.monotonic() > end:
                    raise


def replace(pool):
    """Node4 first, then always the primary: Node1, Node2, Node3."""
    watch = Watch(pool)
    for member in e2e_pool.VALIDATORS:
        pool.start_python(member)
    watch.settle()
    watch.check("as it was")
    for member in ("Node4", "Node1", "Node2", "Node3"):
        pool.stop_python(member)
        watch.settle()
        watch.check(f"{member} is gone")
        pool.start_ours(member)
        watch.equal()
        watch.check(f"{member} is ours")


def lead(pool):
    watch = Watch(pool)
    pool.start_ours("Node1")
    for member in ("Node2", "Node3", "Node4"):
        pool.start_python(member)
    watch.settle()
    watch.check("ours leads", writes=20)
    pool.kill("Node1")
    watch.settle()
    watch.check("ours is gone")
    pool.start_ours("Node1", empty=False)
    watch.equal()
    watch.check("ours follows")


def main():
    programs, folder, *names = sys.argv[1:]
    scenarios = {"replace": replace, "lead": lead}
    for name in names or scenarios:
        print(f"{name}:", flush=True)
        with MixedPool(programs, pathlib.Path(folder) / name) as pool:
            scenarios[name](pool)
    print("mixed pool: all equal")


if __name__ == "__main__":
    main()
