#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""A PostgreSQL server of its own for tests: in a temporary folder, on a Unix socket there, as an unprivileged user.

Usage: postgres.py COMMAND [ARGUMENT...]   runs COMMAND with STADTBUCH_TEST_POSTGRES = connection string of the server
                                           (without dbname) and stops the server afterwards
Exit code 77: Debian's package postgresql is not installed.
"""
import glob
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time

START_S = 120


def programs():
    """The folder of Debian's newest server programs; None: not installed."""
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/postgres"), key=lambda path: int(path.split("/")[4]))
    return pathlib.Path(found[-1]).parent if found else None


class Server:
    """`durable`: writes reach the disk, for measurements; a killed process loses nothing either way."""

    def __init__(self, durable=False):
        self.bin = programs()
        if self.bin is None:
            raise FileNotFoundError("postgresql is not installed")
        self.folder = tempfile.mkdtemp(prefix="stadtbuch-pg-", dir="/tmp")  # sockets have short names
        self.process = None
        self.durable = durable
        self.user = {}
        if os.geteuid() == 0:  # the server refuses to run as root
            account = pwd.getpwnam("postgres")
            os.chown(self.folder, account.pw_uid, account.pw_gid)
            self.user = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        self.data = self.folder + "/data"
        subprocess.run([self.bin / "initdb", "-D", self.data, "-U", "stadtbuch", "--auth=trust", "--no-sync",
                        "--encoding=UTF8", "--locale=C"], check=True, stdout=subprocess.DEVNULL, cwd=self.folder, **self.user)
        self.start()

    @property
    def dsn(self):
        return f"host={self.folder} user=stadtbuch"

    def start(self):
        deadline = time.monotonic() + START_S
        while True:
            if self.process is None or self.process.poll() is not None:
                # After kill -9 the children of the old server may hold its memory for a moment.
                with open(self.folder + "/log", "ab") as log:
                    self.process = subprocess.Popen(
                        [self.bin / "postgres", "-D", self.data, "-k", self.folder, "-c", "listen_addresses=",
                         "-c", "fsync=" + ("on" if self.durable else "off"), "-c", "max_connections=200",
                         "-c", "shared_buffers=64MB"],
                        stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd=self.folder, **self.user)
            ready = subprocess.run([self.bin / "pg_isready", "-q", "-h", self.folder, "-t", "5"], check=False)
            if ready.returncode == 0:
                return
            if time.monotonic() > deadline:
                raise TimeoutError(pathlib.Path(self.folder, "log").read_text()[-2000:])
            time.sleep(0.1)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def sql(self, text, database="postgres"):
        done = subprocess.run([self.bin / "psql", "-X", "-A", "-t", "-q", "-h", self.folder, "-U", "stadtbuch", "-d", database,
                               "-v", "ON_ERROR_STOP=1", "-c", text], check=True, stdout=subprocess.PIPE, text=True)
        return done.stdout.strip()

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)  # "fast": open connections are closed
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


def main():
    if len(sys.argv) < 2 or sys.argv[1] == "--help":
        print(__doc__)
        return 0 if len(sys.argv) == 2 else 64
    try:
        server = Server()
    except FileNotFoundError as missing:
        print(missing, file=sys.stderr)
        return 77
    try:
        return subprocess.run(sys.argv[1:], env={**os.environ, "STADTBUCH_TEST_POSTGRES": server.dsn}, check=False).returncode
    finally:
        server.stop()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the server is stopped on the way out
    sys.exit(main())
