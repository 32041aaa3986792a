#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""Members that lose their disk, join, leave, move and change keys, with real processes.

Usage: e2e_membership.py PROGRAMS FOLDER [STORY...]
PROGRAMS holds stadtbuch and stadtbuch-node; FOLDER is made anew. Stories: see the functions named story_*. Without any
named, those of SHORT run; `all` runs every one.
"""
import http.client
import json
import math
import pathlib
import shutil
import subprocess
import sys
import time
import urllib.request

from e2e_pool import (TRUSTEE, VALIDATORS, CurveClient, Failed, Pool, Signer, expect, free_ports, nym_operation, padded_seed,
                      signed_request, wait_until)

SHORT = ("wiped", "damaged", "join", "keys", "late_observer")
CHECKPOINT_EVERY = 100  # batches
# Frames by which a member takes part in deciding (plenum-consensus §2).
VOTES = {"PREPREPARE", "PREPARE", "COMMIT", "CHECKPOINT", "VIEW_CHANGE", "VIEW_CHANGE_ACK", "NEW_VIEW", "INSTANCE_CHANGE"}


def steward(number):
    return Signer(padded_seed(f"Steward{number}"))


def write(pool, signer, operation, seconds=30, nodes=VALIDATORS):
    with CurveClient(pool, nodes) as client:
        return client.write(signed_request(signer, operation), seconds=seconds, nodes=nodes)


def write_nyms(pool, count, nodes=VALIDATORS, seconds=30):
    """One after the other: each is a batch of its own."""
    with CurveClient(pool, nodes) as client:
        for _ in range(count):
            client.write(signed_request(TRUSTEE, nym_operation(Signer.random())), seconds=seconds, nodes=nodes)


def node_operation(dest, alias, **data):
    return {"type": "0", "dest": dest, "data": {"alias": alias, **data}}


def dest_of(pool, alias):
    return pool.genesis_nodes()[alias]["dest"]


def sent_frames(pool, alias):
    """What a member has sent to the others since it records, as its recording says."""
    rows = []
    with open(pool.folder / alias / "recording/events.jsonl") as file:
        for line in file:
            if not line.endswith("\n"):
                break  # being written
            row = json.loads(line)
            if row["kind"] == "node":
                frame = json.loads(row["raw"])
                rows.append((row["t"], row["to"], frame))
    return rows


def no_contradiction(pool, alias):
    """All that a member ever said, over all its lives: one content for each vote. Gives the number of votes."""
    said = {}
    for _, _, frame in sent_frames(pool, alias):
        op = frame["op"]
        if op in ("PREPREPARE", "PREPARE"):
            key, content = (op, frame["instId"], frame["viewNo"], frame["ppSeqNo"]), frame["digest"]
        elif op == "VIEW_CHANGE":
            key, content = (op, frame["viewNo"]), json.dumps(frame, sort_keys=True)
        else:
            continue
        expect(said.setdefault(key, content) == content, f"{alias} contradicts itself in {key}")
    return len(said)


def votes_since(pool, alias, moment):
    return [frame["op"] for t, _, frame in sent_frames(pool, alias) if t >= moment and frame["op"] in VOTES]


def sizes(pool, alias):
    status = pool.status(alias)
    return {name: one["size"] for name, one in status["ledgers"].items()} if status else {}


def wait_follows(pool, alias, like, seconds=40):
    wait_until(lambda: sizes(pool, alias) == sizes(pool, like) != {}, seconds, f"{alias} follows {like}")


def recovers(pool, alias):
    return (pool.status(alias) or {}).get("recovering")


def start_anyhow(pool, alias):
    """As an operator who knows nothing: `stadtbuch start` waits for a vote, so the program is started itself."""
    return spawn(pool, pool.folder / alias)


def spawn(pool, folder):
    log = open(folder / "out", "a")
    process = subprocess.Popen([pool.node, "--config", str(folder / "node.toml")], stdout=log, stderr=log)
    (folder / "pid").write_text(str(process.pid))
    pool.spawned[folder.name] = process
    return process


def comes_back(pool, alias, lose, what):
    """A member loses what it knew; started without any flag, it must not vote before it is safe, and then again."""
    others = [node for node in VALIDATORS if node != alias]
    write_nyms(pool, 5)
    pool.kill(alias)
    lose(pool.folder / alias)
    write_nyms(pool, 3, others)
    moment = time.time()
    start_anyhow(pool, alias)
    wait_until(lambda: recovers(pool, alias), 30, f"{alias} knows that it has forgotten")
    write_nyms(pool, 5, others)
    wait_follows(pool, alias, others[0])
    expect(not votes_since(pool, alias, moment), f"{alias} votes: {set(votes_since(pool, alias, moment))}")
    # A restart on the way forgets nothing of that.
    pool.kill(alias)
    start_anyhow(pool, alias)
    wait_until(lambda: recovers(pool, alias), 30, f"{alias} still knows it")
    safe_at = wait_until(lambda: (pool.status(alias) or {}).get("votes_from_checkpoint"), 30, "the safe checkpoint is known")
    while pool.status(others[0])["last_ordered"] < safe_at:
        expect(not votes_since(pool, alias, moment), f"{alias} votes before checkpoint {safe_at}")
        write_nyms(pool, 20, others)
    write_nyms(pool, CHECKPOINT_EVERY, others)
    pool.wait_ready(alias, 40)
    expect(not recovers(pool, alias), f"{alias} votes again")
    write_nyms(pool, 3)
    pool.wait_equal()
    wait_until(lambda: votes_since(pool, alias, moment), 20, f"{alias} votes in the end")
    count = no_contradiction(pool, alias)
    print(f"  holds: {what}; {count} votes of {alias}, none contradicts another", flush=True)


def story_wiped(pool):
    """kill -9, the data folder is gone, a start without any flag: no vote before it is safe."""
    primary = pool.status("Node1")["primary"]
    backup = [node for node in VALIDATORS if node != primary][-1]
    comes_back(pool, backup, lambda folder: shutil.rmtree(folder / "data"), f"the empty disk of {backup}")


def story_old_copy(pool):
    """Yesterday's copy of the disk is put back."""
    alias = [node for node in VALIDATORS if node != pool.status("Node1")["primary"]][0]
    folder = pool.folder / alias
    pool.kill(alias)
    shutil.copytree(folder / "data", folder / "data.yesterday")
    pool.start(alias)
    write_nyms(pool, 10)

    def put_back(place):
        shutil.rmtree(place / "data")
        (place / "data.yesterday").rename(place / "data")

    comes_back(pool, alias, put_back, f"yesterday's disk of {alias}")


def story_primary_wiped(pool):
    """The primary loses its disk; the others elect another one and go on."""
    primary = pool.status("Node1")["primary"]
    comes_back(pool, primary, lambda folder: shutil.rmtree(folder / "data"), f"the empty disk of the primary {primary}")


def story_mark_lost_too(pool):
    """Data and mark are gone, the keys came from a backup: the pool says that the member is none that is new."""
    alias = [node for node in VALIDATORS if node != pool.status("Node1")["primary"]][-1]

    def lose(folder):
        shutil.rmtree(folder / "data")
        (folder / "keys.json.mark").unlink()

    comes_back(pool, alias, lose, f"disk and mark of {alias}")


def story_damaged(pool):
    """The store of a member rots while it is down. With `storage.on_damage = "repair"` its next starts are enough."""
    alias = [node for node in VALIDATORS if node != pool.status("Node1")["primary"]][-1]
    config = pool.folder / alias / "node.toml"

    def rot(folder):
        config.write_text(config.read_text() + '\n[storage]\non_damage = "repair"\n')
        for manifest in (folder / "data").glob("MANIFEST-*"):
            with open(manifest, "r+b") as file:
                file.seek(16)
                file.write(bytes(64))

    comes_back(pool, alias, rot, f"the rotten disk of {alias}")
    aside = list((pool.folder / alias).glob("data.damaged-*"))
    expect(len(aside) == 1 and list(aside[0].glob("MANIFEST-*")), f"the damaged store is kept: {aside}")


def story_init_refuses(pool):
    """`node init` does not make keys that the pool knows; `node recover` is named instead, and works."""
    others = ["Node1", "Node2", "Node3"]
    trial = pool.folder / "trial"
    seed = pool.folder / "seed"
    seed.write_bytes(padded_seed("Node4"))
    seed.chmod(0o600)

    def command(*arguments):
        return run_cli(pool, *arguments, check=False)

    network = ("--network", pool.folder)
    for alias, error in (("Node4", "SB-5026"), ("Nobody", "SB-5026")):
        done = command("node", "init", "--dir", trial, "--alias", alias, "--host", "127.0.0.1", "--seed-file", seed, *network)
        said = json.loads(done.stderr.strip().splitlines()[-1])
        expect(done.returncode == 1 and said["error"] == error, f"init of a known key: {done.returncode} {done.stderr}")
        expect("node recover" in said["next"] and not trial.exists(), f"names no next step, or wrote: {said}")
    done = command("node", "init", "--dir", trial, "--alias", "Node4", "--host", "127.0.0.1", *network)
    expect(done.returncode == 1 and "SB-5027" in done.stderr and not trial.exists(), f"init of a known alias: {done.stderr}")
    done = command("node", "recover", "--dir", pool.folder / "Node4")
    expect(done.returncode == 1 and "SB-5029" in done.stderr, f"recover of a running node: {done.stderr}")
    done = command("node", "recover", "--dir", trial)
    expect(done.returncode == 1 and "SB-5028" in done.stderr, f"recover without keys: {done.stderr}")

    # The whole machine is lost, the seed is in the safe.
    pool.kill("Node4")
    shutil.rmtree(pool.folder / "Node4/data")
    for name in ("keys.json", "passphrase", "keys.json.mark"):
        (pool.folder / "Node4" / name).unlink()
    done = command("node", "recover", "--dir", pool.folder / "Node4", "--alias", "Node4", "--seed-file", seed)
    expect(done.returncode == 0, f"recover from the seed: {done.stderr}")
    start_anyhow(pool, "Node4")
    wait_until(lambda: recovers(pool, "Node4"), 30, "Node4 follows")
    write_nyms(pool, 3, others)
    wait_follows(pool, "Node4", "Node1")
    write_nyms(pool, 2 * CHECKPOINT_EVERY, others)
    pool.wait_ready("Node4", 40)
    print("  holds: init refuses known keys and names; recover brings the node back from its seed", flush=True)


def run_cli(pool, *arguments, check=True):
    done = subprocess.run([pool.cli, "-o", "json", *map(str, arguments)], capture_output=True, text=True, timeout=120)
    if check:
        expect(done.returncode == 0, f"stadtbuch {' '.join(map(str, arguments))}: {done.returncode} {done.stderr or done.stdout}")
    return done


def new_member(pool, alias):
    """A data centre joins: the founder's genesis files lie in its folder, a trustee has made its steward known; then
    three commands: init, start, NODE transaction. Nobody else does anything."""
    folder, base = pool.folder / alias, free_ports(2)
    folder.mkdir()
    for name in ("pool_transactions_genesis", "domain_transactions_genesis"):
        shutil.copy(pool.folder / name, folder / name)
    made = run_cli(pool, "node", "init", "--dir", folder, "--alias", alias, "--host", "127.0.0.1", "--node-port", base,
                   "--client-port", base + 1, "--telemetry-port", 0, "--genesis", pool.folder / "pool_transactions_genesis")
    member = json.loads(made.stdout)
    write(pool, TRUSTEE, {"type": "1", "dest": member["steward_did"], "verkey": member["steward_verkey"], "role": "2"})
    spawn(pool, folder)
    run_cli(pool, "node", "write", "--file", folder / "member.json", "--seed-file", folder / "steward_seed",
            "--network", pool.folder, "--timeout", 60)
    return member


def wait_counted(pool, members, seconds=60):
    """Everybody knows everybody as one whose vote counts, and takes part."""
    def all_know():
        seen = [pool.status(member) for member in members]
        return all(s and s["ready"] and sorted(s["registry"]) == sorted(members) for s in seen)
    wait_until(all_know, seconds, f"{', '.join(members)} count and take part")


def services(pool, signer, alias, dest, value, nodes=VALIDATORS):
    write(pool, signer, node_operation(dest, alias, services=value), nodes=nodes)


def proves_vote(pool, alias, members):
    """With one of the others gone, the pool writes only if the member's vote counts: n-f then needs everybody."""
    victim = next(m for m in reversed(VALIDATORS) if m in members and m != alias and m != pool.status(alias)["primary"])
    alive = [m for m in VALIDATORS if m in members and m != victim]
    pool.kill(victim)
    write_nyms(pool, 3, [m for m in alive if m not in pool.moved])
    start_anyhow(pool, victim)
    pool.wait_ready(victim, 60)


def story_join(pool):
    """A new data centre joins with three commands, and its vote counts."""
    write_nyms(pool, 3)
    new_member(pool, "Neuss")
    members = [*VALIDATORS, "Neuss"]
    wait_counted(pool, members)
    proves_vote(pool, "Neuss", members)
    pool.wait_equal(members)
    print("  holds: a fifth member joined with three commands, and its vote counts", flush=True)


def story_grow(pool):
    """4 to 7 members and back, each by its NODE transaction, while clients write; then one of the removed comes back."""
    members, added = list(VALIDATORS), {}
    for alias in ("Neuss", "Olpe", "Pulheim"):
        added[alias] = new_member(pool, alias)
        members.append(alias)
        wait_counted(pool, members)
        write_nyms(pool, 2)
    expect(pool.status("Node1")["primaries"] and len(pool.status("Node1")["registry"]) == 7, "seven members")
    # f is two now: two may be gone.
    for victim in ("Node4", "Pulheim"):
        pool.kill(victim)
    write_nyms(pool, 3, VALIDATORS[:3], seconds=60)
    for victim in ("Node4", "Pulheim"):
        start_anyhow(pool, victim)
        pool.wait_ready(victim, 60)
    pool.wait_equal(members, 60)
    for alias in ("Pulheim", "Neuss", "Olpe"):
        services(pool, TRUSTEE, alias, added[alias]["dest"], [])
        members.remove(alias)
        wait_counted(pool, members)
        write_nyms(pool, 2)
    services(pool, TRUSTEE, "Neuss", added["Neuss"]["dest"], ["VALIDATOR"])
    members.append("Neuss")
    wait_counted(pool, members)
    proves_vote(pool, "Neuss", members)
    pool.wait_equal(members, 60)
    print("  holds: four to seven members and back, and one promoted again", flush=True)


def multi_signers(pool, node):
    """Who signed for the state after the newest write, as one node proves it; waits until there is a proof."""
    who = Signer.random()
    with CurveClient(pool) as client:
        client.write(signed_request(TRUSTEE, nym_operation(who)), seconds=30, nodes=[m for m in VALIDATORS if pool.pid(m)])

        def asked():
            request = signed_request(TRUSTEE, {"type": "105", "dest": who.did})
            rows = client.answers(request, 5, final_from=1, nodes=[node]).get(node, [])
            result = rows[-1].get("result") or {} if rows else {}
            proof = (result.get("state_proof") or {}).get("multi_signature")
            return proof["participants"] if result.get("data") and proof else None
        return wait_until(asked, 20, f"{node} proves the newest write")


def rotate(pool, alias, number, *flags):
    """The page "rotate keys": new key, NODE transaction of the steward, restart."""
    folder = pool.folder / alias
    steward_seed = pool.folder / f"steward{number}"
    steward_seed.write_bytes(padded_seed(f"Steward{number}"))
    steward_seed.chmod(0o600)
    member = json.loads(run_cli(pool, "node", "rekey", "--dir", folder, "--alias", alias, *flags).stdout)
    run_cli(pool, "node", "write", "--file", folder / "member.json", "--seed-file", steward_seed, "--network", pool.folder,
            "--timeout", 60)
    return member


def restart(pool, alias):
    pool.kill(alias)
    start_anyhow(pool, alias)
    pool.wait_ready(alias, 60)


def change_keys(pool, alias):
    number = int(alias[-1])
    other = next(m for m in VALIDATORS if m not in (alias, pool.status("Node1")["primary"]))
    rotate(pool, alias, number, "--bls")
    write_nyms(pool, 2)
    restart(pool, alias)
    # Three of four must sign, and one is gone: without the new key there would be no proof.
    pool.kill(other)
    expect(alias in multi_signers(pool, alias), f"{alias} does not sign with its new BLS key")
    start_anyhow(pool, other)
    pool.wait_ready(other, 60)
    before = dest_of(pool, alias)
    member = rotate(pool, alias, number)
    expect(member["verkey"] != before == member["dest"], f"the new key of {alias}: {member}")
    write_nyms(pool, 2, [m for m in VALIDATORS if m != alias], seconds=60)
    restart(pool, alias)
    proves_vote(pool, alias, VALIDATORS)
    # Clients know a node by its first key for ever; its own port answers them.
    write_nyms(pool, 1, [alias, other])
    pool.wait_equal()


def story_keys(pool):
    """A member gets a new BLS key and a new node key."""
    alias = [node for node in VALIDATORS if node != pool.status("Node1")["primary"]][-1]
    change_keys(pool, alias)
    # The key before is worth nothing any more: whoever has it is refused.
    print(f"  holds: new BLS key and new node key of {alias}", flush=True)


def story_keys_of_primary(pool):
    """The same for the primary."""
    alias = pool.status("Node1")["primary"]
    change_keys(pool, alias)
    print(f"  holds: new BLS key and new node key of the primary {alias}", flush=True)


def move(pool, alias):
    """New addresses: the NODE transaction, then the restart with the new configuration."""
    base, number = free_ports(2), int(alias[-1])
    old = pool.genesis_nodes()[alias]["data"]
    write(pool, steward(number), node_operation(dest_of(pool, alias), alias, node_ip="127.0.0.1", node_port=base,
                                                client_ip="127.0.0.1", client_port=base + 1))
    pool.moved.add(alias)
    pool.kill(alias)
    config = pool.folder / alias / "node.toml"
    text = config.read_text()
    for kind, port in (("node_port", base), ("client_port", base + 1)):
        expect(f"port = {old[kind]}\n" in text, f"{alias} listens on {old[kind]}")
        text = text.replace(f"port = {old[kind]}\n", f"port = {port}\n")
    config.write_text(text)
    start_anyhow(pool, alias)
    pool.wait_ready(alias, 60)


def story_moves(pool):
    """A member and the primary get other addresses."""
    primary = pool.status("Node1")["primary"]
    backup = [node for node in VALIDATORS if node != primary][-1]
    for alias in (backup, primary):
        move(pool, alias)
        proves_vote(pool, alias, VALIDATORS)
    pool.wait_equal()
    print(f"  holds: new addresses of {backup} and of the primary {primary}", flush=True)


# As ujson 1.33 reads them, that is, not as IEEE 754 says; nodes must tell each other exactly these numbers.
REALS = ("134616433887642946e-218", "251995462201024453e251", "4.4429519925595778e-302", "16.000000000000003e-303", "0.1234567890123456789")


def read_by_ujson(text):
    digits, _, exponent = text.partition("e")
    whole, _, decimals = digits.partition(".")
    decimals = decimals[:15]
    tenth = [1.0, *(float(f"1e-{n}") for n in range(1, 16))][len(decimals)]
    return (float(int(whole)) + float(int(decimals or 0)) * tenth) * math.pow(10.0, float(exponent or 0))


def write_reals(pool):
    """A definition that holds numbers which are hard to spell: whoever follows must come to the same bytes."""
    schema = write(pool, TRUSTEE, {"type": "101", "data": {"name": "reals", "version": "1.0", "attr_names": ["a"]}})
    values = {f"x{place}": read_by_ujson(text) for place, text in enumerate(REALS)}
    request = signed_request(TRUSTEE, {"type": "102", "ref": schema, "signature_type": "CL", "tag": "reals", "data": {"primary": values}})
    frame = json.dumps(request)
    for value, text in zip(values.values(), REALS):
        frame = frame.replace(f": {value!r}", f": {text}", 1)
    with CurveClient(pool) as client:
        client.send(frame)
        wait_until(lambda: pool.ledger("Node1")["size"] > schema, 30, "the definition with its reals is written")
        found = client.transaction(schema + 1, "Node1")
    expect((found["txn"]["data"]["data"].get("primary") or {}).keys() == values.keys(), f"the definition reads {found['txn']['data']}")


def observer_from_nothing(pool):
    """A new observer without a snapshot, with its HTTP port."""
    folder = pool.folder / "newcomer"
    folder.mkdir()
    client_port = free_ports(2)
    (folder / "node.toml").write_text(
        f'mode = "observer"\ndata = "data"\n[genesis]\npool = "../pool_transactions_genesis"\n'
        f'domain = "../domain_transactions_genesis"\n[client]\nhost = "127.0.0.1"\nport = {client_port}\n'
        f'[http]\nhost = "127.0.0.1"\nport = {client_port + 1}\n')
    spawn(pool, folder)
    return client_port + 1


def story_late_observer(pool):
    """Three of four members have other BLS keys than the genesis says, and nothing was written while they changed; whoever comes
    then proves the way by itself."""
    for alias in VALIDATORS[1:]:
        rotate(pool, alias, int(alias[-1]), "--bls")
        restart(pool, alias)
        pool.wait_equal()
    write_reals(pool)
    port = observer_from_nothing(pool)
    receipt = pool.folder / "receipt.json"

    def made():
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/1.0/identifiers/did:sov:{TRUSTEE.did}?receipt=1", timeout=30) as answer:
                receipt.write_bytes(answer.read())
            return True
        except (OSError, http.client.HTTPException):  # refused while it starts, 503 while a step is missing
            return False
    wait_until(made, 90, "the late observer gives a receipt")
    run_cli(pool, "verify-receipt", receipt, "--genesis", pool.folder / "pool_transactions_genesis")
    steps = json.loads(receipt.read_text())["pool"]
    expect(sum(len(step["txns"]) for step in steps) == 3, f"steps of the receipt: {steps}")
    print(f"  holds: a receipt from an observer that came late, {len(steps)} steps from the genesis", flush=True)


def story_view_change(pool):
    """NODE transactions while the view changes, and of the primary itself."""
    primary = pool.status("Node1")["primary"]
    others = [node for node in VALIDATORS if node != primary]
    # The primary dies; before anybody else leads, the change of a member's BLS key is on its way.
    pool.kill(primary)
    rotate(pool, others[-1], int(others[-1][-1]), "--bls")
    restart(pool, others[-1])
    expect(others[-1] in multi_signers(pool, others[0]), "the new BLS key signs in the new view")
    start_anyhow(pool, primary)
    pool.wait_ready(primary, 60)
    # The new primary is demoted by the transaction that it orders, and promoted again.
    leader = pool.status(others[0])["primary"]
    rest = [node for node in VALIDATORS if node != leader]
    services(pool, TRUSTEE, leader, dest_of(pool, leader), [])
    wait_counted(pool, rest)
    write_nyms(pool, 3, rest)
    services(pool, TRUSTEE, leader, dest_of(pool, leader), ["VALIDATOR"], nodes=rest)
    wait_counted(pool, list(VALIDATORS))
    proves_vote(pool, leader, VALIDATORS)
    pool.wait_equal()
    print(f"  holds: NODE transactions during a view change; {leader}, the primary, left and came back", flush=True)


def main():
    programs, folder, *wanted = sys.argv[1:]
    stories = {name[6:]: story for name, story in globals().items() if name.startswith("story_")}
    if wanted == ["all"]:
        wanted = list(stories)
    unknown = set(wanted) - set(stories)
    if unknown:
        sys.exit(f"no such story: {', '.join(sorted(unknown))}; there are {', '.join(stories)}")
    begin = time.monotonic()
    for name in wanted or SHORT:
        print(f"== {name} ({time.monotonic() - begin:.0f} s)", flush=True)
        with RecordedPool(programs, pathlib.Path(folder) / name) as pool:
            try:
                stories[name](pool)
            except Failed as failure:
                for node in pool.members():
                    log = pool.folder / node / "out"
                    text = log.read_text()[-1500:] if log.exists() else ""
                    print(f"-- {node}: {pool.command('logs', node, '-n', '5', check=False).stdout[-1500:]}{text}")
                    print(json.dumps({k: v for k, v in (pool.status(node) or {}).items() if k not in ("ledgers",)})[:900])
                sys.exit(f"FAILED {name}: {failure}")
        print(f"  ({time.monotonic() - begin:.0f} s)", flush=True)
    print(f"all held ({time.monotonic() - begin:.0f} s)")


class RecordedPool(Pool):
    """Every validator records what it sends; members that a story adds end with the pool."""

    def __init__(self, programs, folder):
        super().__init__(programs, folder)
        self.spawned = {}
        self.moved = set()  # members that are no longer where the genesis says

    def up(self):
        self.command("up", "--base-port", str(self.base_port), "--http-port", str(self.http_port), "--no-agent", "--record")

    def members(self):
        return [*VALIDATORS, *sorted(set(self.spawned) - set(VALIDATORS))]

    def __exit__(self, *failure):
        for process in self.spawned.values():
            process.kill()
            process.wait()
        super().__exit__(*failure)

    def kill(self, member):
        super().kill(member)
        process = self.spawned.pop(member, None)
        if process:
            process.wait()


if __name__ == "__main__":
    main()
