# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""One validator of indy-node 1.13.2, as it ships but for the place of its files and the kind of its stores.

Usage: node.py FOLDER NAME        runs the validator NAME of the pool in FOLDER (made by pool.py)
       node.py --keys FOLDER      makes the keys of all validators in FOLDER/genesis, from the development seeds

FOLDER/settings.json names what differs from the shipped configuration, for example {"Max3PCBatchWait": 0.1}.
Runs in the environment that `prepare` makes.
"""
import importlib.util
import json
import logging
import os
import pathlib
import signal
import sys


def use_leveldb():
    """RocksDB's binding does not build beside today's RocksDB: LevelDB's stands in, also where the reference
    asks for RocksDB whatever is configured."""
    stub = pathlib.Path(__file__).resolve().parents[2] / "differential" / "stubs" / "rocksdb.py"
    loader = importlib.util.spec_from_file_location("rocksdb", stub)
    sys.modules["rocksdb"] = importlib.util.module_from_spec(loader)
    loader.loader.exec_module(sys.modules["rocksdb"])
    import storage.kv_store_leveldb
    import storage.kv_store_leveldb_int_keys
    import storage.kv_store_rocksdb
    import storage.kv_store_rocksdb_int_keys

    def without_options(kind):
        return lambda folder, name, open=True, read_only=False, db_config=None: kind(folder, name, open, read_only)

    storage.kv_store_rocksdb.KeyValueStorageRocksdb = \
        without_options(storage.kv_store_leveldb.KeyValueStorageLeveldb)
    storage.kv_store_rocksdb_int_keys.KeyValueStorageRocksdbIntKeys = \
        without_options(storage.kv_store_leveldb_int_keys.KeyValueStorageLeveldbIntKeys)


def configured(folder):
    """The shipped configuration with the files below FOLDER."""
    from indy_common.config_util import getConfig

    config = getConfig(general_config_dir=str(folder))
    for name in ("LEDGER_DIR", "GENESIS_DIR", "KEYS_DIR", "BACKUP_DIR", "NODE_INFO_DIR", "PLUGINS_DIR"):
        setattr(config, name, str(folder))
    config.LOG_DIR = str(folder / "log")
    for name, value in json.loads((folder / "settings.json").read_text()).items():
        setattr(config, name, value)
    return config


def genesis(folder):
    lines = (folder / "sandbox" / "pool_transactions_genesis").read_text().splitlines()
    return [json.loads(line)["txn"]["data"]["data"] for line in lines if line.strip()]


def make_keys(folder):
    """Transport and BLS keys of each validator; the development seed is its name behind zeros."""
    from plenum.common.keygen_utils import init_bls_keys, initNodeKeysForBothStacks
    keys = folder / "sandbox" / "keys"
    keys.mkdir(parents=True)
    for node in genesis(folder):
        seed = node["alias"].rjust(32, "0").encode()
        initNodeKeysForBothStacks(node["alias"], str(keys), seed, override=True)
        init_bls_keys(str(keys), node["alias"], seed)


def record(folder, name, config):
    """Writes down what the validator does; on SIGTERM also what it has stored, and ends."""
    import recorder
    from indy_node.server.node import Node
    place = pathlib.Path(config.record)
    recorder.watch(place, name)
    start = Node.start

    def start_recorded(node, loop):
        def finish(*_):
            if name == config.record_stores_of:
                recorder.dump(node, place)
            os._exit(0)
        signal.signal(signal.SIGTERM, finish)
        return start(node, loop)

    Node.start = start_recorded


def run(folder, name):
    from indy_node.utils.node_runner import run_node
    node = next(node for node in genesis(folder) if node["alias"] == name)
    config = configured(folder)
    if getattr(config, "record", None):
        record(folder, name, config)
    run_node(config, name, node["node_ip"], node["node_port"], node["client_ip"], node["client_port"])


if __name__ == "__main__":
    use_leveldb()
    if sys.argv[1] == "--keys":
        logging.disable(logging.CRITICAL)
        configured(pathlib.Path(sys.argv[2]))
        make_keys(pathlib.Path(sys.argv[2]))
    else:
        run(pathlib.Path(sys.argv[1]), sys.argv[2])
