#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""The judge is judged: a good history has no violations, each way to spoil it is found by the rule for it, and the
libraries that make disks, clocks and names wrong do what they say."""
import copy
import os
import pathlib
import random
import socket
import struct
import subprocess
import sys
import tempfile
import time

import forget
from forget import POINTS
from history import RULES, violations

HERE = pathlib.Path(__file__).resolve().parent
GOOD = [
    {"do": "send", "t": 1, "session": "a", "digest": "A"},
    {"do": "send", "t": 2, "session": "b", "digest": "B", "key": "k", "value": 1},
    {"do": "ack", "t": 3, "session": "a", "digest": "A", "at": 6, "time": 100, "wall": 101},
    {"do": "ack", "t": 4, "session": "b", "digest": "B", "at": 7, "time": 100, "wall": 101},
    {"do": "read", "t": 5, "session": "b", "node": "N1", "key": "k", "value": 1, "at": 7, "proof_time": 100},
    {"do": "send", "t": 6, "session": "b", "digest": "C", "key": "k", "value": 2},
    {"do": "ack", "t": 7, "session": "b", "digest": "C", "at": 8, "time": 101, "wall": 101},
    {"do": "read", "t": 8, "session": "b", "node": "N1", "key": "k", "value": 2, "at": 8, "proof_time": 101},
    {"do": "read", "t": 9, "session": "b", "node": "N2", "key": "k", "value": 1, "at": 7, "proof_time": 100},
    # Never acknowledged, ordered all the same: the client just did not hear of it.
    {"do": "send", "t": 10, "session": "a", "digest": "D"},
    *({"do": "end", "node": n, "at": at, "digest": d} for n in ("N1", "N2")
      for at, d in ((5, None), (6, "A"), (7, "B"), (8, "C"), (9, "D"))),
]


def spoiled(change):
    lines = copy.deepcopy(GOOD)
    change(lines)
    return lines


def end_of(lines, node, at):
    return next(line for line in lines if line["do"] == "end" and line["node"] == node and line["at"] == at)


CASES = {
    "nothing acknowledged is lost": lambda lines: [lines.remove(end_of(lines, n, 6)) for n in ("N1", "N2")],
    "one transaction at a position": lambda lines: lines.append({"do": "ack", "t": 20, "session": "x", "digest": "D", "at": 8, "time": 1, "wall": 101}),
    "executed once": lambda lines: [lines.append({"do": "end", "node": n, "at": 10, "digest": "D"}) for n in ("N1", "N2")],
    "only what was sent": lambda lines: [end_of(lines, n, 9).update(digest="E") for n in ("N1", "N2")],
    "ledgers are equal": lambda lines: lines.remove(end_of(lines, "N2", 9)),
    "order follows time": lambda lines: lines[5].update(t=7.5) or lines[6].update(t=7.8) or lines.append(
        {"do": "ack", "t": 7.2, "session": "a", "digest": "D", "at": 9, "time": 101, "wall": 101}),
    "ledger time is near": lambda lines: lines[2].update(time=1000),
    "reads do not go back": lambda lines: lines[8].update(node="N1"),
    "reads are what was written": lambda lines: lines[7].update(value=3),
}


def check_judge():
    assert not violations(GOOD), violations(GOOD)
    assert set(CASES) == set(RULES), set(CASES) ^ set(RULES)
    for rule, change in CASES.items():
        found = violations(spoiled(change))
        assert any(text.startswith(rule + ":") for text in found), f"not noticed: {rule}; found {found}"
    fresh_disk = spoiled(lambda lines: lines[8].update(node="N1"))
    fresh_disk.insert(8, {"do": "node", "t": 8.5, "node": "N1", "event": "other disk"})
    assert not violations(fresh_disk), "a node with another disk begins anew"


def check_forgetting():
    """What was synced stays byte by byte; what was not may go, and sometimes does."""
    lost_any = 0
    for seed in range(50):
        with tempfile.TemporaryDirectory() as place:
            data, notes = pathlib.Path(place) / "data", pathlib.Path(place) / "notes"
            data.mkdir()
            (data / "log").write_bytes(b"durable" * 100)
            forget.baseline(data, notes)
            with open(data / "log", "ab") as log:
                log.write(b"x" * 20000)
            (data / "new").write_bytes(b"y" * 10)
            (data / "gone").write_bytes(b"")
            with open(notes / "journal", "a") as journal:
                journal.write(f"made {(data / 'new').stat().st_ino} {data / 'new'}\n")
            names, lost = forget.power_loss(data, notes, random.Random(seed))
            assert (data / "log").read_bytes().startswith(b"durable" * 100)
            assert (data / "new").exists() == (names == 0)
            lost_any += lost > 0
    assert lost_any > 40, lost_any


ON_DISK = """
import errno, os, pathlib, sys
data, notes = pathlib.Path(os.environ["DISK_DATA"]), pathlib.Path(os.environ["DISK_NOTES"])
log = os.open(data / "log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
os.write(log, b"kept"); os.fsync(log)
os.write(log, b"x" * 50000)
folder = os.open(data, os.O_RDONLY); os.fsync(folder)
os.rename(data / "old", data / "renamed"); os.unlink(data / "removed")
def fails(act):
    try: act()
    except OSError as error: return error.errno
(notes / "full").touch(); assert fails(lambda: os.write(log, b"y")) == errno.ENOSPC; (notes / "full").unlink()
(notes / "badsync").touch(); assert fails(lambda: os.fsync(log)) == errno.EIO; assert fails(lambda: os.write(log, b"")) is None
os.kill(os.getpid(), 9)
"""


def library(place, name):
    path = place / f"{name}.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", path, HERE / f"{name}.c", "-ldl"], check=True)
    return str(path)


def check_disk(place):
    """The library itself: faults when asked for, and after a kill the unsynced goes."""
    preload, undone = library(place, "failing_disk"), 0
    for seed in range(8):
        data, notes = place / f"data{seed}", place / f"notes{seed}"
        data.mkdir()
        for name in ("old", "removed"):
            (data / name).write_text(name)
        forget.baseline(data, notes)
        done = subprocess.run([sys.executable, "-c", ON_DISK], env={**os.environ, "LD_PRELOAD": preload, "DISK_DATA": str(data),
                                                                    "DISK_NOTES": str(notes)}, capture_output=True, text=True)
        assert done.returncode == -9, done.stderr
        assert (data / "log").stat().st_size == 50004 and not (data / "removed").exists()
        names, lost = forget.power_loss(data, notes, random.Random(seed))
        assert (data / "log").read_bytes().startswith(b"kept") and lost > 0
        # Undone from the newest on: first the removal, then the rename.
        assert (data / "removed").exists() == (names > 0) and (data / "old").exists() == (names > 1)
        undone += names
    assert undone > 0


AT_POINT = """
import os, pathlib
data, notes = pathlib.Path(os.environ["DISK_DATA"]), pathlib.Path(os.environ["DISK_NOTES"])
(notes / ("die-" + os.environ["POINT"])).touch()
log = os.open(data / "log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
os.write(log, b"x" * 1000); os.fsync(log)
os.rename(data / "log", data / "renamed"); os.unlink(data / "renamed")
os.fsync(os.open(data, os.O_RDONLY))
"""


def check_points(place):
    """At each point the process is gone, and no later."""
    left = {"made": ("log", 0), "write": ("log", 0), "torn-write": ("log", 500), "synced-before": ("log", 1000),
            "synced-after": ("log", 1000), "renamed-before": ("log", 1000), "renamed-after": ("renamed", 1000),
            "removed-before": ("renamed", 1000), "removed-after": None, "names-before": None, "names-after": None}
    assert set(left) == set(POINTS)
    preload = library(place, "failing_disk")
    for point, file in left.items():
        data, notes = place / f"at-{point}", place / f"notes-{point}"
        data.mkdir()
        forget.baseline(data, notes)
        done = subprocess.run([sys.executable, "-c", AT_POINT], capture_output=True, text=True,
                              env={**os.environ, "LD_PRELOAD": preload, "DISK_DATA": str(data), "DISK_NOTES": str(notes),
                                   "POINT": point})
        assert done.returncode == -9, (point, done.returncode, done.stderr)
        assert [(path.name, path.stat().st_size) for path in data.iterdir()] == ([file] if file else []), point
        synced = any(line.startswith("sync ") for line in (notes / "journal").read_text().splitlines())
        assert synced == (point not in ("made", "write", "torn-write", "synced-before")), point


def check_names(place):
    looked = place / "names"
    shown = subprocess.run([sys.executable, "-c", "import socket\nprint(socket.getaddrinfo('127.0.0.1', 80)[0][4][0])\n"
                            "try: socket.getaddrinfo('localhost', 80)\nexcept socket.gaierror as e: print(e.errno)"], text=True,
                           check=True, capture_output=True, env={**os.environ, "LD_PRELOAD": library(place, "no_names"),
                                                                 "NAMES_NOTES": str(looked)}).stdout.split()
    assert shown == ["127.0.0.1", str(socket.EAI_AGAIN)], shown
    assert looked.read_text() == "localhost\n"


def check_clock(place):
    clock = place / "clock"
    clock.write_bytes(struct.pack("=qqq", time.time_ns(), 2**32 * 10**9, 0))
    shown = subprocess.run([sys.executable, "-c", "import time; print(time.time(), time.monotonic())"], text=True, check=True,
                           capture_output=True, env={**os.environ, "LD_PRELOAD": library(place, "wrong_clock"),
                                                     "CLOCK_FILE": str(clock)}).stdout.split()
    assert float(shown[0]) == 2**32, shown
    assert abs(float(shown[1]) - time.monotonic()) < 60, shown


if __name__ == "__main__":
    check_judge()
    check_forgetting()
    with tempfile.TemporaryDirectory() as folder:
        check_disk(pathlib.Path(folder))
        check_points(pathlib.Path(folder))
        check_names(pathlib.Path(folder))
        check_clock(pathlib.Path(folder))
    print(f"{len(CASES)} spoiled histories noticed; disk, clock and names do what they are for")
    sys.exit(0)
