# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""Writes down what one indy-node validator sends, signs and stores, in the format of tests/data/indy/README.md.

`watch(folder, name)` before the validator starts; `dump(node, folder)` when it ends. Runs inside of the validator.
"""
import functools
import json
import time

import base58
import rlp

LEDGERS = {0: "pool", 1: "domain", 2: "config", 3: "audit"}
LEAF_NIBBLES = 17


def watch(folder, name):
    from crypto.bls.indy_crypto import bls_crypto_indy_crypto as bls
    from stp_zmq.zstack import ZStack
    messages = open(str(folder / (name + ".messages")), "w", buffering=1)
    calls = open(str(folder / (name + ".bls")), "w", buffering=1)

    def write(stack, frame, to):
        raw = stack.serializeMsg(frame).decode()
        parsed = json.loads(raw) if raw.startswith("{") else {"op": {"pi": "PING", "po": "PONG"}.get(raw, "?")}
        inner = [json.loads(m)["op"] for m in parsed.get("messages", [])] if parsed["op"] == "BATCH" else []
        messages.write(json.dumps({"t": time.time(), "frm": name, "to": sorted(remote.decode() if isinstance(remote, bytes) else remote for remote in to), "op": parsed["op"], "raw": raw,
                                   "ops": [parsed["op"]] + inner}) + "\n")

    send, transmit = ZStack.send, ZStack.transmit
    broadcasting = []

    @functools.wraps(send)
    def send_watched(self, msg, remoteName=None, ha=None):
        if self.onlyListener or remoteName is not None or self.name != name:
            return send(self, msg, remoteName, ha)
        write(self, msg, [remote for remote in self.remotes])
        broadcasting.append(True)
        try:
            return send(self, msg, remoteName, ha)
        finally:
            broadcasting.pop()

    @functools.wraps(transmit)
    def transmit_watched(self, msg, uid, timeout=None, serialized=False, is_batch=False):
        if not broadcasting and self.name == name and not self.onlyListener:
            write(self, msg, [uid])
        return transmit(self, msg, uid, timeout=timeout, serialized=serialized, is_batch=is_batch)

    ZStack.send, ZStack.transmit = send_watched, transmit_watched
    signer = bls.BlsCryptoSignerIndyCrypto
    sign = signer.sign

    def sign_watched(self, message):
        signature = sign(self, message)
        calls.write(json.dumps({"kind": "sign", "node": name, "message_hex": message.hex(), "signature": signature}) + "\n")
        return signature

    signer.sign = sign_watched


def _key_value(store):
    rows = []
    for key, value in store.iterator():
        row = {}
        for title, data in (("key", bytes(key)), ("value", bytes(value))):
            try:
                row[title], row[title + "_hex"] = data.decode(), None
            except UnicodeDecodeError:
                row[title], row[title + "_hex"] = None, data.hex()
        rows.append(row)
    return rows


def _nodes(database, root):
    """Hash -> RLP of every node below a root; leaves as nibble path -> value."""
    found, leaves = {}, []

    def visit(reference, path):
        if not reference:
            return
        if isinstance(reference, bytes):
            encoded = bytes(database.get(reference))
            found[reference] = encoded
            reference = rlp.decode(encoded)
        if len(reference) == LEAF_NIBBLES:
            for nibble in range(16):
                visit(reference[nibble], path + [nibble])
            if reference[16]:
                leaves.append((path, reference[16]))
            return
        packed = [n for byte in bytearray(reference[0]) for n in (byte >> 4, byte & 15)]
        rest = packed[1:] if packed[0] & 1 else packed[2:]
        if packed[0] & 2:
            leaves.append((path + rest, reference[1]))
        else:
            visit(reference[1], path + rest)

    visit(root, [])
    return found, leaves


def _state(state):
    root = bytes(state.committedHeadHash)
    from state.trie.pruning_trie import BLANK_ROOT
    found, leaves = ({}, []) if root == BLANK_ROOT else _nodes(state._kv, root)
    rows = []
    for path, value in leaves:
        key = bytes(path[i] * 16 + path[i + 1] for i in range(0, len(path), 2))
        inner = rlp.decode(value)
        row = {"key_hex": key.hex(), "value_rlp_hex": value.hex(), "value_hex": inner[0].hex()}
        rows.append(row)
    return {"committed_root": base58.b58encode(root).decode(), "committed_root_hex": root.hex(), "leaves": rows,
            "trie_nodes": [{"hash_hex": bytes(h).hex(), "rlp_hex": r.hex()} for h, r in found.items()]}


def _audited(ledger):
    """(ledger id, its size) -> state root in text, of every batch; a number in the audit ledger refers backwards."""
    roots, known = {}, {}
    for _, txn in ledger.getAllTxn():
        data = txn["txn"]["data"]
        for number, size in data["ledgerSize"].items():
            root = data["stateRoot"].get(str(number), data["stateRoot"].get(number))
            if isinstance(root, str):
                known[int(number)] = root
            roots.setdefault((int(number), size), known.get(int(number)))
            if isinstance(root, str):
                roots[(int(number), size)] = root
    return roots


def dump(node, folder):
    audited = _audited(node.getLedger(3))
    for number, title in LEDGERS.items():
        ledger = node.getLedger(number)
        with open(str(folder / "ledger_{}.jsonl".format(title)), "w") as out:
            for seq_no, txn in ledger.getAllTxn():
                raw = bytes(ledger._transactionLog.get(str(seq_no)))
                out.write(json.dumps({
                    "seqNo": seq_no, "txn": txn, "raw_hex": raw.hex(),
                    "leaf_hash": base58.b58encode(ledger.hasher.hash_leaf(raw)).decode(),
                    "root_after": base58.b58encode(ledger.tree.merkle_tree_hash(0, seq_no)).decode(),
                    "state_root_after": audited.get((number, seq_no)) if number != 3 else None}) + "\n")
        if number != 3:
            (folder / "state_{}.json".format(title)).write_text(json.dumps(_state(node.getState(number))))
    stores = {"state_signature": node.bls_bft.bls_store._kvs, "seq_no_db": node.seqNoDB._keyValueStorage,
              "attr_db": node.db_manager.get_store("attrib")._keyValueStorage,
              "idr_cache_db": node.idrCache._keyValueStorage}
    times = node.db_manager.get_store("ts")._storages
    stores.update(state_ts_db=times[1], config_state_ts_db=times[2])
    (folder / "side_stores.json").write_text(json.dumps({name: _key_value(store) for name, store in stores.items()}))
