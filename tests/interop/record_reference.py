#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""Records a pool of indy-node's own validators under generated requests, as a folder for tests/interop/replay.

Usage: record_reference.py FOLDER SEED COUNT        run by tests/interop/record in the reference's environment (Python 3.8)
  FOLDER   made anew; the recording is FOLDER/recording
  SEED     of the generator of tests/differential; COUNT requests of every type, valid, invalid and altered
"""
import json
import os
import pathlib
import shutil
import sys
import time

import base58
import libnacl
import zmq
import zmq.utils.z85

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "differential"), str(HERE.parent / "bench" / "indy_peer")]
import pool as indy_peer  # noqa: E402
from generator import Generator  # noqa: E402

# Actions on the machine of a validator; those that change who is a validator would stop the pool.
NOT_SENT = ("109", "118", "0")
FINAL = ("REPLY", "REJECT", "REQNACK")


class Client:
    """One identity towards all validators."""

    def __init__(self, genesis):
        self.context = zmq.Context()
        public, secret = libnacl.crypto_sign_keypair()
        curve_public = zmq.utils.z85.encode(libnacl.crypto_sign_ed25519_pk_to_curve25519(public))
        curve_secret = zmq.utils.z85.encode(libnacl.crypto_sign_ed25519_sk_to_curve25519(secret))
        self.poller, self.sockets = zmq.Poller(), {}
        for line in genesis.read_text().splitlines():
            data = json.loads(line)["txn"]["data"]
            link = self.context.socket(zmq.DEALER)
            link.linger = 0
            link.curve_publickey, link.curve_secretkey = curve_public, curve_secret
            link.curve_serverkey = zmq.utils.z85.encode(
                libnacl.crypto_sign_ed25519_pk_to_curve25519(base58.b58decode(data["dest"])))
            link.setsockopt(zmq.IDENTITY, curve_public)
            link.connect("tcp://127.0.0.1:{}".format(data["data"]["client_port"]))
            self.poller.register(link, zmq.POLLIN)
            self.sockets[link] = data["data"]["alias"]

    def ask(self, frame, patience):
        """Node -> frames that came until all gave a final answer, for `patience` seconds at most."""
        for link in self.sockets:
            link.send(frame.encode())
        replies, done, end = {name: [] for name in self.sockets.values()}, set(), time.time() + patience
        while time.time() < end and len(done) < len(self.sockets):
            for link, _ in self.poller.poll(100):
                text = link.recv().decode()
                name = self.sockets[link]
                replies[name].append(text)
                if json.loads(text).get("op") in FINAL:
                    done.add(name)
        return replies


def type_of(text):
    try:
        return str(json.loads(text)["operation"]["type"])
    except (ValueError, KeyError, TypeError):
        return "?"


def is_left_out(text):
    """Actions and NODE; and what would end the reference: self-certifying NYMs (version 2) with odd keys."""
    try:
        operation = json.loads(text)["operation"]
    except (ValueError, KeyError, TypeError):
        return False
    return isinstance(operation, dict) and (operation.get("type") in NOT_SENT or
                                            operation.get("version") == 2)


def send_all(client, generator, count, out, pool):
    for number in range(1, count + 1):
        generator.time = int(time.time())
        text = generator.frame()
        if is_left_out(text):
            generator.learn(text, [])
            continue
        sent = time.time()
        replies = client.ask(text, 6)
        dead = [process.pid for process in pool.processes if process.poll() is not None]
        if dead:
            raise SystemExit("a request ended the reference: {}".format(text))
        out.write(json.dumps({"kind": type_of(text), "name": "generated {}".format(number), "via": "raw", "note": "", "request": text,
                              "request_len": len(text.encode()), "request_hex": None, "nodes": sorted(replies),
                              "raw_replies": replies, "id": number, "t": sent}) + "\n")
        answers = max(replies.values(), key=len)
        generator.learn(text, answers)


def gather(folder, recording):
    """One file of messages and one of BLS calls, in the order of time, from those of the validators."""
    rows = [json.loads(line) for path in folder.glob("*.messages") for line in path.read_text().splitlines()]
    with open(str(recording / "node_messages.jsonl"), "w") as out:
        for row in sorted(rows, key=lambda row: row["t"]):
            out.write(json.dumps(row) + "\n")
    with open(str(recording / "bls_pool.jsonl"), "w") as out:
        for path in sorted(folder.glob("*.bls")):
            out.write(path.read_text())
    for path in folder.glob("*.json*"):
        shutil.copy(str(path), str(recording))


def main():
    folder, seed, count = pathlib.Path(sys.argv[1]).absolute(), int(sys.argv[2]), int(sys.argv[3])
    shutil.rmtree(str(folder), ignore_errors=True)
    raw, recording = folder / "raw", folder / "recording"
    raw.mkdir(parents=True)
    recording.mkdir()
    settings = {"Max3PCBatchWait": 0.1, "logLevel": 30, "record": str(raw), "record_stores_of": "Node1",
                "UpdateStateFreshness": 40}
    pool = indy_peer.IndyPool(folder / "pool", HERE.parent / "data" / "indy", settings)
    with pool, open(str(recording / "client_cases.jsonl"), "w") as out:
        time.sleep(12)
        nodes = [json.loads(line)["txn"]["data"]["data"] for line in pool.genesis_file.read_text().splitlines()]
        generator = Generator(seed, [(node["blskey"], node["blskey_pop"]) for node in nodes])
        send_all(Client(pool.genesis_file), generator, count, out, pool)
        time.sleep(8)  # the last batch's signatures
        for process in pool.processes:
            process.terminate()
        for process in pool.processes:
            process.wait(60)
    for name in ("pool", "domain"):
        shutil.copy(str(pool.genesis_file.parent / (name + "_transactions_genesis")),
                    str(recording / (name + "_transactions_genesis.txn")))
    gather(raw, recording)
    print("recorded {} requests in {}".format(count, recording))


if __name__ == "__main__":
    os.environ.setdefault("PYTHONHASHSEED", "0")
    main()
