#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""Four validators under bad input, kills, a lost primary and bad configurations.

Usage: e2e_pool_faults.py PROGRAMS FOLDER [STORY...]
PROGRAMS holds stadtbuch and stadtbuch-node; FOLDER is made anew. Stories: see the functions named story_*.
"""
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request

import base58

from e2e_pool import (FAULTS_TOLERATED, MEMBERS, TRUSTEE, VALIDATORS, CurveClient, Failed, Pool, Signer, digest_of, expect,
                      free_ports, nym_operation, padded_seed, signed_request, signing_text, wait_until)

MEMORY_GROWTH_MIB_MAX = 150
FLOOD_GARBAGE = 10_000
FLOOD_BAD_SIGNATURES = 5_000
FRAME_BYTES_MAX = 128 * 1024
# Far more than the local network needs for another primary: 5 s when it is gone, 20 s when it stands still.
PRIMARY_SECONDS_MAX = 90


class Watch:
    """After each attack: the same processes run, nobody changed the view, a write succeeds, memory is bounded."""

    def __init__(self, pool):
        self.pool = pool
        self.pids = {member: pool.pid(member) for member in MEMBERS}
        self.memory = {member: pool.memory_mib(member) for member in VALIDATORS}
        self.view_changes = pool.status("Node2")["view_changes"]

    def holds(self, what):
        for member, pid in self.pids.items():
            expect(self.pool.pid(member) == pid, f"{what}: {member} ended")
        with CurveClient(self.pool) as client:
            client.write(signed_request(TRUSTEE, nym_operation(Signer.random())), seconds=20)
        for member, before in self.memory.items():
            grown = self.pool.memory_mib(member) - before
            expect(grown < MEMORY_GROWTH_MIB_MAX, f"{what}: {member} grew by {grown:.0f} MiB")
        expect(self.pool.status("Node2")["view_changes"] == self.view_changes, f"{what}: a view change")
        print(f"  holds: {what}", flush=True)


def bad_frames():
    """name -> bytes that no node may stumble over."""
    signed = signed_request(TRUSTEE, nym_operation(Signer.random()))
    text = json.dumps(signed)
    return {
        "empty": b"", "no JSON": b"hello", "invalid UTF-8": b'{"op":"\xff\xfe\xc0\x80"}', "NUL bytes": bytes(1000),
        "array": b"[]", "array of requests": f"[{text},{text}]".encode(), "number": b"5", "huge number": b"9" * 5000,
        "exponent": b'{"reqId":1e999999}', "null": b"null", "true": b"true", "string": b'"x"', "empty object": b"{}",
        "deep arrays": b"[" * 100_000, "closed deep arrays": b"[" * 60_000 + b"]" * 60_000,
        "deep objects": b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
        "deep operation": text.replace('"type": "1"', '"type": ' + "[" * 30_000 + "]" * 30_000).encode(),
        "cut": text[: len(text) // 2].encode(), "twice": (text + text).encode(),
        "many keys": ("{" + ",".join(f'"k{i}":{i}' for i in range(8000)) + "}").encode(),
        "same key often": ("{" + ",".join('"op":"X"' for _ in range(10000)) + "}").encode(),
        "lone surrogate": b'{"op":"\\ud800"}', "largest allowed": b" " * FRAME_BYTES_MAX,
        "node message": b'{"op":"PREPREPARE","instId":0,"viewNo":0,"ppSeqNo":1}',
        "view change": b'{"op":"INSTANCE_CHANGE","viewNo":1,"reason":26}',
        "catch-up of everything": b'{"op":"CATCHUP_REQ","ledgerId":1,"seqNoStart":1,"seqNoEnd":9223372036854775807,'
                                  b'"catchupTill":9223372036854775807}',
        "negative catch-up": b'{"op":"CATCHUP_REQ","ledgerId":1,"seqNoStart":-5,"seqNoEnd":-1,"catchupTill":5}',
        "ledger status of lies": b'{"op":"LEDGER_STATUS","ledgerId":1,"txnSeqNo":99999999,"merkleRoot":"x",'
                                 b'"viewNo":null,"ppSeqNo":null,"protocolVersion":2}',
        "batch in batch": b'{"op":"BATCH","messages":["{\\"op\\":\\"BATCH\\",\\"messages\\":[]}"],"signature":null}',
    }


def oversized_frames():
    return {"one byte too long": b"x" * (FRAME_BYTES_MAX + 1), "2 MiB": b"x" * (2 << 20), "40 MiB": b"x" * (40 << 20)}


def refused(client, what, request, word):
    answers = client.answers(request, final_from=FAULTS_TOLERATED + 1)
    finals = [a for rows in answers.values() for a in rows if a["op"] != "REQACK"]
    expect(len(finals) > FAULTS_TOLERATED, f"{what}: {len(finals)} answers")
    for answer in finals:
        expect(answer["op"] in ("REQNACK", "REJECT"), f"{what}: got {answer['op']}")
        expect(word in answer["reason"], f"{what}: reason is {answer['reason']}")


def story_client_port(pool):
    """Bad frames and refused requests on the client port."""
    watch = Watch(pool)
    with CurveClient(pool) as client:
        for name, frame in bad_frames().items():
            client.send(frame)
            time.sleep(0.02)
        list(client.receive(0.5))
    watch.holds(f"{len(bad_frames())} malformed frames")
    for name, frame in oversized_frames().items():
        with CurveClient(pool) as client:
            client.send(frame)
            time.sleep(0.5)
        watch.holds(f"oversized: {name}")
    stranger, good = Signer.random(), nym_operation(Signer.random())
    with CurveClient(pool) as client:
        tampered = signed_request(TRUSTEE, good)
        tampered["operation"] = nym_operation(Signer.random())
        refused(client, "other content than signed", tampered, "insufficient number of valid signatures")
        unsigned = signed_request(TRUSTEE, good)
        del unsigned["signature"]
        refused(client, "no signature", unsigned, "MissingSignature()")
        refused(client, "unknown submitter", signed_request(stranger, good), "could not authenticate")
        refused(client, "unknown operation", signed_request(TRUSTEE, {"type": "54321"}), "54321")
        refused(client, "wrong protocolVersion", signed_request(TRUSTEE, good, protocolVersion=1), "protocolVersion")
        refused(client, "no protocolVersion", signed_request(TRUSTEE, good, protocolVersion=...), "protocolVersion")
        user = Signer.random()
        client.write(signed_request(TRUSTEE, nym_operation(user)))
        pool.wait_equal()
        refused(client, "unauthorised", signed_request(user, nym_operation(Signer.random(), role="0")),
                "Not enough TRUSTEE signatures")
    watch.holds("refused requests")


def story_own_writes_are_read(pool):
    """Who has a validator's REPLY to a write finds it in that validator's next answer, proved as soon as it is signed."""
    proved, rounds = 0, 20
    with CurveClient(pool) as client:
        for _ in range(rounds):
            user = Signer.random()
            answers = client.answers(signed_request(TRUSTEE, nym_operation(user)), final_from=1)
            node = next(alias for alias, rows in answers.items() if rows[-1]["op"] == "REPLY")
            read = {"identifier": TRUSTEE.did, "operation": {"type": "105", "dest": user.did}, "protocolVersion": 2,
                    "reqId": random.getrandbits(62) + 1}
            rows = client.answers(read, final_from=1, nodes=[node]).get(node, [])
            replies = [row["result"] for row in rows if row["op"] == "REPLY"]
            expect(replies and replies[0]["data"], f"{node} does not know what it has just written: {replies}")
            proved += "state_proof" in replies[0]
    expect(proved > 0, "no read after a write was proved")
    print(f"   {proved} of {rounds} reads right after a write had a proof", flush=True)


def story_floods(pool):
    """More than a node can use: garbage, and requests whose signatures are wrong."""
    watch = Watch(pool)
    with CurveClient(pool) as client:
        for i in range(FLOOD_GARBAGE):
            client.send(os.urandom(200) if i % 2 else b'{"op":"NONSENSE","n":%d}' % i)
        watch.holds(f"{FLOOD_GARBAGE} garbage frames to each node")
    with CurveClient(pool) as client:
        request = signed_request(TRUSTEE, nym_operation(Signer.random()))
        for i in range(FLOOD_BAD_SIGNATURES):
            request["reqId"] = i + 1
            client.send(request)
        watch.holds(f"{FLOOD_BAD_SIGNATURES} requests with bad signatures to each node")
    with CurveClient(pool) as client:
        client.send({"identifier": TRUSTEE.did, "operation": {"type": "105", "dest": TRUSTEE.did}, "protocolVersion": 2,
                     "reqId": 1})
        for i in range(2000):
            client.send(b'{"op":"LEDGER_STATUS","ledgerId":1,"txnSeqNo":0,"merkleRoot":null,"viewNo":null,'
                        b'"ppSeqNo":null,"protocolVersion":2}')
        watch.holds("2000 catch-up questions to each node, answers not read")


def story_node_port(pool):
    """Strangers, impostors and a member with bad manners on the node port; bytes that are no ZeroMQ at all."""
    watch = Watch(pool)
    own_id = bytes(zmq_identity("Node2"))
    with CurveClient(pool, port="node_port", routing_id=own_id) as client:
        for frame in bad_frames().values():
            client.send(frame)
        answers = list(client.receive(1))
    expect(not answers, "a stranger got an answer on the node port")
    watch.holds("a foreign key under Node2's routing id")
    raw_bytes_to_every_port(pool)
    watch.holds("bytes that are no ZeroMQ, and 400 silent connections")
    # Not the primary, whose absence would change the view.
    liar = [node for node in VALIDATORS if node not in ("Node2", pool.status("Node2")["primary"])][-1]
    pool.stop(liar)
    watch.pids[liar] = None
    watch.memory.pop(liar)
    for routing_id in (None, own_id):
        others = [alias for alias in VALIDATORS if alias != liar]
        with CurveClient(pool, others, "node_port", padded_seed(liar), routing_id or zmq_identity(liar)) as client:
            for frame in bad_frames().values():
                client.send(frame)
                time.sleep(0.01)
            for i in range(3000):
                client.send(b'{"op":"PREPARE","instId":0,"viewNo":0,"ppSeqNo":%d,"ppTime":1,"digest":"x","stateRootHash":"x",'
                            b'"txnRootHash":"x"}' % (i + 1))
            client.send(oversized_frames()["2 MiB"])
            time.sleep(1)
        watch.holds("a member's own key" + (" under Node2's routing id" if routing_id else "") + " with bad frames")
    pool.start(liar)
    pool.wait_equal()


def upgrade_request(member, action, **changes):
    """NODE_UPGRADE as a node of the reference says it about itself: signed inside and outside, and without `op`."""
    data = {"action": action, "version": "1.13.3"}
    inner = base58.b58encode(member.sign(signing_text(data).encode())).decode()
    return signed_request(member, {"type": "110", "data": data, "signature": inner}, identifier=member.verkey, **changes)


def story_member_request(pool):
    """A Python node says to its peers that it replaces itself; that is ordered, and a fault of nobody (plenum-consensus §11.5)."""
    watch = Watch(pool)
    member = [node for node in VALIDATORS if node not in ("Node2", pool.status("Node2")["primary"])][-1]
    others = [node for node in VALIDATORS if node != member]
    pool.stop(member)
    watch.pids[member] = None
    watch.memory.pop(member)
    before = pool.ledger("Node2", "config")["size"]
    key = Signer(padded_seed(member))
    begun = upgrade_request(key, "in_progress")

    def suspicions():
        lines = [(node, line) for node in others for line in (pool.folder / node / "log").read_text(errors="replace").splitlines()]
        return [(node, line) for node, line in lines if "suspicion" in line and member in line]
    named = len(suspicions())
    with CurveClient(pool, others, "node_port", padded_seed(member), zmq_identity(member)) as peer:
        peer.send(begun)
        wait_until(lambda: all(pool.ledger(node, "config")["size"] == before + 1 for node in others), 20, "NODE_UPGRADE is ordered")
        # To one node only, and once more to all: ordered once.
        ended = upgrade_request(key, "complete")
        peer.send(ended, others[:1])
        wait_until(lambda: pool.ledger("Node2", "config")["size"] == before + 2, 20, "one node hands it on to the others")
        peer.send(begun)
        peer.send(ended)
        time.sleep(1)
        expect(len(suspicions()) == named, f"an honest member was named: {suspicions()[named:]}")
        # What is no NODE_UPGRADE, and one with a signature of nobody.
        peer.send(signed_request(TRUSTEE, nym_operation(Signer.random())))
        peer.send({**upgrade_request(key, "fail"), "signature": base58.b58encode(b"\xff" * 32).decode()})
        for node in others:
            wait_until(lambda node=node: sum(at == node for at, _ in suspicions()) >= 2, 20, f"{node} names {member} for both")
    with CurveClient(pool) as client:
        read = client.transaction(before + 1, "Node2", ledger=2)
        expect(read["txn"]["type"] == "110" and read["txn"]["metadata"]["from"] == key.verkey, f"as it was said: {read}")
        refused(client, "NODE_UPGRADE of a client", upgrade_request(key, "fail"), "External NODE_UPGRADE")
    watch.holds("a member's own request")
    expect(pool.ledger("Node2", "config")["size"] == before + 2, "nothing else was written")
    pool.start(member)
    pool.wait_equal()


def zmq_identity(alias):
    import nacl.signing
    import zmq.utils.z85
    public = nacl.signing.SigningKey(padded_seed(alias)).to_curve25519_private_key().public_key
    return zmq.utils.z85.encode(bytes(public))


def raw_bytes_to_every_port(pool):
    ports = [node["data"][kind] for node in pool.genesis_nodes().values() for kind in ("node_port", "client_port")]
    silent = [socket.create_connection(("127.0.0.1", port)) for port in ports for _ in range(50)]
    for port in ports:
        for sent in (b"GET / HTTP/1.1\r\n\r\n", bytes(64), os.urandom(100_000), b"\xff" + bytes(8) + b"\x7f\x03\x00CURVE"):
            with socket.create_connection(("127.0.0.1", port)) as link:
                try:
                    link.sendall(sent)
                except OSError:
                    pass  # the node may hang up before it read all
    time.sleep(0.5)
    for link in silent:
        link.close()


class Writer(threading.Thread):
    """Writes one NYM after the other, several in flight, and remembers what was acknowledged."""

    def __init__(self, pool, nodes=VALIDATORS):
        super().__init__()
        self.pool, self.nodes = pool, nodes
        self.acknowledged = {}  # number of the transaction -> digest of the request
        self.times = []
        self.stopping = threading.Event()
        self.failure = None

    def run(self):
        try:
            with CurveClient(self.pool, self.nodes) as client:
                self.write_on(client)
        except Exception as failure:  # handed to the story, which raises it
            self.failure = failure

    def write_on(self, client):
        waiting, replies = {}, {}
        while not self.stopping.is_set():
            while len(waiting) < 20:
                request = signed_request(TRUSTEE, nym_operation(Signer.random()))
                waiting[request["reqId"]] = (digest_of(request), time.monotonic())
                client.send(request)
            for alias, raw in client.receive(0.1):
                answer = json.loads(raw)
                if answer["op"] != "REPLY":
                    continue
                result = answer["result"]
                number, metadata = result["txnMetadata"]["seqNo"], result["txn"]["metadata"]
                voters = replies.setdefault((metadata["reqId"], number), set())
                voters.add(alias)
                if len(voters) == FAULTS_TOLERATED + 1 and metadata["reqId"] in waiting:
                    self.acknowledged[number] = waiting.pop(metadata["reqId"])[0]
                    self.times.append(time.monotonic())
            # A request may be lost with the node that it was sent to; its place is given to another.
            patience = time.monotonic() - 20
            waiting = {k: v for k, v in waiting.items() if v[1] > patience}

    def finish(self):
        self.stopping.set()
        self.join()
        if self.failure:
            raise self.failure

    def wait_for_more(self, count, seconds):
        before = len(self.times)
        wait_until(lambda: self.failure or len(self.times) >= before + count, seconds, f"{count} more writes")


def nothing_lost(pool, writer, what):
    """Every acknowledged write is found under its number on every node, and the roots are equal."""
    expect(writer.acknowledged, f"{what}: nothing was written")
    pool.wait_equal()
    numbers = sorted(writer.acknowledged)
    sample = set(random.sample(numbers, min(150, len(numbers)))) | set(numbers[-40:])
    for node in VALIDATORS:
        with CurveClient(pool, [node]) as client:
            for number in sorted(sample):
                found = client.transaction(number, node)
                expect(found, f"{what}: {node} does not have acknowledged transaction {number}")
                expect(found["txn"]["metadata"]["digest"] == writer.acknowledged[number],
                       f"{what}: {node} has another transaction {number}")
    # Once more: what was prepared when nodes died may have been ordered meanwhile.
    pool.wait_equal()
    print(f"  holds: {what}; {len(numbers)} acknowledged, {len(sample)} looked up on each node", flush=True)


def story_kill_during_writes(pool):
    """kill -9 of a validator while writes run; it catches up. Then kill -9 of all four at once."""
    writer = Writer(pool)
    writer.start()
    writer.wait_for_more(60, 20)
    pool.kill("Node3")
    writer.wait_for_more(60, 30)
    pool.start("Node3")
    writer.wait_for_more(60, 30)
    writer.finish()
    nothing_lost(pool, writer, "kill -9 of Node3 during writes")

    writer = Writer(pool)
    writer.start()
    writer.wait_for_more(100, 20)
    for node in VALIDATORS:
        pool.kill(node)
    time.sleep(0.3)
    writer.finish()
    pool.up()
    nothing_lost(pool, writer, "kill -9 of all four during writes")
    with CurveClient(pool) as client:
        client.write(signed_request(TRUSTEE, nym_operation(Signer.random())), seconds=30)


def story_hung_validator(pool):
    """A validator stands still for a while, connections open; writes go on, and it catches up when it wakes."""
    backup = [node for node in VALIDATORS if node != pool.status("Node1")["primary"]][-1]
    writer = Writer(pool)
    writer.start()
    writer.wait_for_more(20, 20)
    os.kill(pool.pid(backup), signal.SIGSTOP)
    try:
        writer.wait_for_more(200, 40)
        time.sleep(3)
    finally:
        os.kill(pool.pid(backup), signal.SIGCONT)
    writer.wait_for_more(60, 30)
    writer.finish()
    nothing_lost(pool, writer, f"{backup} stood still during writes")


def story_observer(pool):
    """The observer follows; killed, it has all of it again after its start, and never says more than the validators."""
    writer = Writer(pool)
    writer.start()
    writer.wait_for_more(30, 20)
    pool.kill("observer")
    writer.wait_for_more(60, 20)
    pool.start("observer")
    writer.finish()
    pool.wait_equal()
    wait_until(lambda: pool.ledger("observer") == pool.ledger("Node1"), 20, "the observer has the validators' ledger")
    with urllib.request.urlopen(f"http://127.0.0.1:{pool.http_port}/ledger/domain/{max(writer.acknowledged)}", timeout=10) as answer:
        found = json.load(answer)
    expect(found["txn"]["metadata"]["digest"] == writer.acknowledged[max(writer.acknowledged)], "the observer has another")
    print("  holds: the observer was killed and follows again", flush=True)


def without_primary(pool, what, lose, give_back):
    """Writes run; the primary goes; a view change, writes go on; the old primary comes back and takes part again."""
    primary = pool.status("Node2")["primary"]
    others = [node for node in VALIDATORS if node != primary]
    writer = Writer(pool)
    writer.start()
    writer.wait_for_more(40, 30)
    begin = time.monotonic()
    lose(primary)
    for node in others:
        wait_until(lambda: pool.status(node)["primary"] not in ("", primary), PRIMARY_SECONDS_MAX, f"{node} has a new primary")
    writer.wait_for_more(60, PRIMARY_SECONDS_MAX)
    taken = time.monotonic() - begin
    give_back(primary)
    writer.wait_for_more(60, PRIMARY_SECONDS_MAX)
    writer.finish()
    nothing_lost(pool, writer, f"{what} {primary}; writes again after {taken:.1f} s")
    wait_until(lambda: pool.status(primary)["view_no"] == pool.status(others[0])["view_no"], 20, "the same view everywhere")


def story_lost_primary(pool):
    """The primary is stopped, killed, and stands still with its connections open."""
    without_primary(pool, "stop of the primary", pool.stop, pool.start)
    without_primary(pool, "kill -9 of the primary", pool.kill, pool.start)
    without_primary(pool, "standstill of the primary", lambda node: os.kill(pool.pid(node), signal.SIGSTOP),
                    lambda node: os.kill(pool.pid(node), signal.SIGCONT))


def story_clean_stop(pool):
    """SIGTERM ends with 0, also while writes run, and the node comes back with all it had."""
    pool.stop("Node2")
    writer = Writer(pool)
    writer.start()
    for _ in range(3):
        with open(pool.folder / "Node2.out", "wb") as out:
            process = subprocess.Popen([pool.node, "--config", str(pool.folder / "Node2/node.toml")], stdout=out, stderr=out)
        pool.wait_ready("Node2")
        writer.wait_for_more(20, 20)
        process.send_signal(signal.SIGTERM)
        code = process.wait(timeout=20)
        expect(code == 0, f"SIGTERM ended Node2 with {code}")
    writer.finish()
    pool.start("Node2")
    nothing_lost(pool, writer, "three clean stops of Node2 during writes")


def story_pool_restart(pool):
    """POOL_RESTART is acknowledged by all and ends only the node whose operator set `actions.pool_restart`; with 75, for the
    service manager. Who may not ask for it is refused."""
    pids = {node: pool.pid(node) for node in VALIDATORS}
    config = pool.folder / "Node4/node.toml"
    usual = config.read_text()
    pool.stop("Node4")
    config.write_text(usual + '\n[actions]\npool_restart = "exit"\n')
    with open(pool.folder / "Node4.out", "wb") as out:
        process = subprocess.Popen([pool.node, "--config", str(config)], stdout=out, stderr=out)
    pool.wait_ready("Node4")
    with CurveClient(pool) as client:
        stranger = Signer.random()
        client.write(signed_request(TRUSTEE, nym_operation(stranger)))
        pool.wait_equal()
        start = {"type": "118", "action": "start", "datetime": "2020-01-01T00:00:00+00:00"}
        answers = client.answers(signed_request(stranger, start), final_from=len(VALIDATORS))
        expect(all(rows[-1]["op"] == "REJECT" and "UnauthorizedClientRequest" in rows[-1]["reason"] for rows in answers.values())
               and len(answers) == len(VALIDATORS), f"a restart by nobody: {answers}")
        expect(process.poll() is None, "a refused POOL_RESTART ended Node4")
        later = signed_request(TRUSTEE, dict(start, datetime="2999-01-01T00:00:00+00:00"))
        expect(len(client.answers(later, final_from=len(VALIDATORS))) == len(VALIDATORS), "not all acknowledged a late restart")
        expect(process.poll() is None, "Node4 did not wait for the time")
        request = signed_request(TRUSTEE, start)
        answers = client.answers(request, final_from=len(VALIDATORS))
        for node in VALIDATORS:
            expect(answers[node][-1]["op"] == "REPLY" and answers[node][-1]["result"]["action"] == "start", f"{node}: {answers[node]}")
    code = process.wait(timeout=30)
    expect(code == 75, f"POOL_RESTART ended Node4 with {code}")
    config.write_text(usual)
    pool.start("Node4")
    pool.wait_equal()
    expect({node: pool.pid(node) for node in VALIDATORS[:3]} == {node: pids[node] for node in VALIDATORS[:3]},
           "a node restarted that was not to")


def tree(folder):
    """Every file below a folder with its size and time, and every folder."""
    return {str(path.relative_to(folder)): (path.is_dir(), path.stat().st_size if path.is_file() else 0,
                                            path.stat().st_mtime_ns if path.is_file() else 0)
            for path in sorted(pathlib.Path(folder).rglob("*"))}


def story_bad_configurations(pool):
    """Each fault of a configuration has its exit code and a message, and writes nothing (OP-13)."""
    place = pool.folder / "trial"
    text = (pool.folder / "Node1/node.toml").read_text()
    base = free_ports(2)
    text = text.replace(f"port = {pool.base_port}\n", f"port = {base}\n")
    text = text.replace(f"port = {pool.base_port + 1}\n", f"port = {base + 1}\n")
    other_genesis = (pool.folder / "pool_transactions_genesis").read_text().replace(f":{pool.base_port},", ":1234,")
    busy = socket.socket()
    busy.bind(("127.0.0.1", 0))
    busy.listen()
    busy_port = busy.getsockname()[1]

    def trial(what, code, change=lambda text: text, prepare=lambda: None, config=True):
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        for name in ("keys.json", "passphrase"):
            shutil.copy2(pool.folder / "Node1" / name, place / name)
        if config:
            (place / "node.toml").write_text(change(text))
        prepare()
        before = tree(place)
        done = subprocess.run([pool.node, "--config", str(place / "node.toml")], capture_output=True, timeout=30, text=True)
        said = done.stderr + done.stdout
        expect(done.returncode == code, f"{what}: exit code {done.returncode}, expected {code}: {said[-400:]}")
        expect(len(said) > 20, f"{what}: says nothing")
        after = tree(place)
        changed = sorted(set(after.items()) ^ set(before.items()))
        expect(not changed, f"{what}: wrote {changed}")
        print(f"  exit {code}: {what}", flush=True)

    def wrong_genesis():
        (place / "genesis").write_text(other_genesis)

    trial("broken TOML", 78, lambda t: t + "\n[[[")
    trial("unknown key", 78, lambda t: "colour = 3\n" + t)
    trial("value of a wrong type", 78, lambda t: t.replace("threads = 1", 'threads = "many"'))
    trial("no alias", 78, lambda t: t.replace('alias = "Node1"\n', ""))
    trial("no such file", 78, config=False)
    trial("genesis missing", 66, lambda t: t.replace("../pool_transactions_genesis", "none"))
    trial("keys missing", 66, prepare=lambda: (place / "keys.json").unlink())
    trial("passphrase missing", 66, prepare=lambda: (place / "passphrase").unlink())
    trial("keys readable by others", 77, prepare=lambda: (place / "keys.json").chmod(0o644))
    trial("passphrase readable by others", 77, prepare=lambda: (place / "passphrase").chmod(0o640))
    trial("wrong passphrase", 78, prepare=lambda: (place / "passphrase").write_text("wrong\n"))
    trial("keys of another node", 78, lambda t: t.replace('alias = "Node1"', 'alias = "Node2"'))
    trial("garbage as genesis", 65, lambda t: t.replace("../pool_transactions_genesis", "genesis"),
          lambda: (place / "genesis").write_text("no genesis\n"))
    trial("node port in use", 69, lambda t: t.replace(f"port = {base}\n", f"port = {busy_port}\n"))
    trial("client port in use", 69, lambda t: t.replace(f"port = {base + 1}\n", f"port = {busy_port}\n"))
    trial("data folder in use", 69, lambda t: t.replace('data = "data"', 'data = "../Node1/data"'))
    trial("foreign data folder", 65, prepare=lambda: ((place / "data").mkdir(), (place / "data/letter.txt").write_text("dear")))
    pool.stop("Node1")
    trial("store of another genesis", 65, lambda t: t.replace("../pool_transactions_genesis", "genesis"),
          lambda: (shutil.copytree(pool.folder / "Node1/data", place / "data"), wrong_genesis()))
    pool.start("Node1")
    busy.close()
    shutil.rmtree(place)
    pool.wait_equal()


# Mounts a small file system of its own, runs the node on it, fills it at a line of input, and runs the node again.
SMALL_DISK = """
mount -t tmpfs -o size=$1 tmpfs "$2" || exit 99
"$3" --config "$4" & pid=$!
echo "pid $pid"; read line
[ "$line" != fill ] || head -c 1G /dev/zero >"$2/ballast" 2>/dev/null
wait $pid; code=$?
echo "code $code"; ls "$2" | tr '\\n' ' '; echo
[ "$line" = fill ] || exit
rm "$2/ballast"
"$3" --config "$4" & pid=$!
echo "pid $pid"; wait $pid; echo "code $?"
"""


def story_full_disk(pool):
    """No room at the start: 74 and nothing written. No room while it runs: 74; with room again it catches up."""
    if subprocess.run(["unshare", "-Urm", "true"], capture_output=True).returncode != 0:
        print("  not tried: this user may not make a file system of its own (unshare -Urm)", flush=True)
        return
    pool.stop("Node4")
    data = pool.folder / "Node4/data"
    shutil.move(data, pool.folder / "Node4/data.kept")
    data.mkdir()

    def on_small_disk(size):
        return subprocess.Popen(["unshare", "-Urm", "sh", "-c", SMALL_DISK, "sh", size, str(data), pool.node,
                                 str(pool.folder / "Node4/node.toml")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def said(process, word):
        for line in process.stdout:
            if line.startswith(word + " "):
                return int(line.split()[1])
        raise Failed(f"no line '{word}' from the node on a small disk")

    small = on_small_disk("16m")
    small.stdin.write("no\n")
    small.stdin.flush()
    code = said(small, "code")
    left = small.stdout.readline().strip()
    expect((code, left) == (74, ""), f"a start without room ended with {code} and left '{left}'")
    small.wait()
    print("  exit 74: no room at the start", flush=True)

    def follows():
        """What it forgot may matter no more already, when enough was written meanwhile."""
        status = pool.status("Node4") or {}
        return status.get("recovering") or status.get("ready")

    filled = on_small_disk("300m")
    said(filled, "pid")
    # An empty store of keys that have voted: it follows, and writes what it learns.
    wait_until(follows, 60, "Node4 follows")
    filled.stdin.write("fill\n")
    filled.stdin.flush()
    writer = Writer(pool)
    writer.start()
    code = said(filled, "code")
    writer.wait_for_more(100, 30)
    pid = said(filled, "pid")
    expect(code == 74, f"a node without room ended with {code}")
    wait_until(follows, 60, "Node4 follows again")
    writer.finish()
    nothing_lost(pool, writer, "Node4's disk was full; exit 74, and it caught up with room again")
    os.kill(pid, signal.SIGTERM)
    expect(said(filled, "code") == 0, "the stop afterwards was not clean")
    filled.wait()
    data.rmdir()
    shutil.move(pool.folder / "Node4/data.kept", data)
    last = subprocess.Popen([pool.node, "--config", str(pool.folder / "Node4/node.toml")], stdout=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL)
    wait_until(follows, 60, "Node4 knows that its disk is old")
    pool.wait_equal()
    last.kill()
    last.wait()


def main():
    programs, folder, *wanted = sys.argv[1:]
    stories = {name[6:]: story for name, story in globals().items() if name.startswith("story_")}
    unknown = set(wanted) - set(stories)
    if unknown:
        sys.exit(f"no such story: {', '.join(sorted(unknown))}; there are {', '.join(stories)}")
    begin = time.monotonic()
    with Pool(programs, folder) as pool:
        for name in wanted or stories:
            print(f"== {name} ({time.monotonic() - begin:.0f} s)", flush=True)
            try:
                stories[name](pool)
            except Failed as failure:
                for node in VALIDATORS:
                    print(f"-- {node}: {pool.command('logs', node, '-n', '5', check=False).stdout[-1500:]}")
                sys.exit(f"FAILED {name}: {failure}")
    print(f"all held ({time.monotonic() - begin:.0f} s)")


if __name__ == "__main__":
    main()
