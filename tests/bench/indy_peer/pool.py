# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""A pool of indy-node validators on this machine, as a context: the peer of tests/bench/indy_pair.py."""
import json
import os
import pathlib
import signal
import socket
import subprocess
import time

HERE = pathlib.Path(__file__).resolve().parent


def free_ports(count):
    """Ports that nobody listens on now; held open together so that all differ."""
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return ports


class IndyPool:
    """Four validators with the development seeds. FOLDER must not exist; GENESIS has the reference's two files."""

    def __init__(self, folder, genesis, settings):
        self.folder = pathlib.Path(folder).resolve()
        self.genesis = pathlib.Path(genesis)
        self.settings = settings
        self.processes = []
        python, packages, library = subprocess.run([HERE / "prepare"], check=True, capture_output=True,
                                                   text=True).stdout.split()
        self.python = python
        self.environment = dict(os.environ, PYTHONPATH=packages, LD_LIBRARY_PATH=library)

    @property
    def genesis_file(self):
        return self.folder / "sandbox" / "pool_transactions_genesis"

    def _write_genesis(self):
        lines = [json.loads(line) for line in
                 (self.genesis / "pool_transactions_genesis.txn").read_text().splitlines() if line.strip()]
        ports = iter(free_ports(2 * len(lines)))
        for line in lines:
            line["txn"]["data"]["data"].update(node_ip="127.0.0.1", client_ip="127.0.0.1",
                                               node_port=next(ports), client_port=next(ports))
        self.genesis_file.write_text("".join(json.dumps(line) + "\n" for line in lines))
        (self.folder / "sandbox" / "domain_transactions_genesis").write_text(
            (self.genesis / "domain_transactions_genesis.txn").read_text())
        return [line["txn"]["data"]["data"] for line in lines]

    def lay_out(self):
        """The folders, the configuration and the keys of all members of the genesis, which must stand there already."""
        (self.folder / "log" / "sandbox").mkdir(parents=True)
        (self.folder / "indy_config.py").write_text("NETWORK_NAME = 'sandbox'\n")
        (self.folder / "settings.json").write_text(json.dumps(self.settings))
        subprocess.run([self.python, HERE / "node.py", "--keys", self.folder], check=True, env=self.environment,
                       stdout=subprocess.DEVNULL)

    def spawn(self, alias):
        """One validator as a process; what it prints goes to FOLDER/ALIAS.out."""
        with open(self.folder / f"{alias}.out", "a") as log:
            return subprocess.Popen([self.python, HERE / "node.py", self.folder, alias], env=self.environment,
                                    stdout=log, stderr=log, cwd=self.folder)

    def __enter__(self):
        (self.folder / "sandbox").mkdir(parents=True)
        nodes = self._write_genesis()
        self.lay_out()
        self.processes = [self.spawn(node["alias"]) for node in nodes]
        try:
            for node in nodes:
                self._wait_for(node["client_port"])
        except RuntimeError:
            self.__exit__()
            raise
        return self

    def _wait_for(self, port):
        end = time.monotonic() + 180
        while time.monotonic() < end:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.2)
        raise RuntimeError(f"no validator of indy-node listens on port {port}; see {self.folder}/*.out")

    @property
    def pids(self):
        return [str(process.pid) for process in self.processes]

    def __exit__(self, *_):
        for process in self.processes:
            process.send_signal(signal.SIGKILL)
        for process in self.processes:
            process.wait()
