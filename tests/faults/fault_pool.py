# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""A local pool whose members reach each other through proxy.py only, each with a disk and a clock of its own."""
import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))
from e2e_pool import VALIDATORS, Failed, Pool, expect, free_ports, wait_until  # noqa: E402

import forget  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
START_SECONDS_MAX = 120


def links_between(first, second):
    return [[a, b] for a in first for b in second if a != b]


def all_links():
    return links_between(VALIDATORS, VALIDATORS)


class FaultPool(Pool):
    """Validators only. The announced ports are the proxy's; node.toml binds others."""

    def __init__(self, programs, folder, filled=0):
        """With `filled` so many transactions are written before anything else."""
        super().__init__(programs, folder)
        self.filled = filled
        self.filled_size = 0  # of the domain ledger when the clients begin
        self.bound_port = 0
        self.processes = {}
        self.ended = {}  # member -> exit code of its last process
        self.proxy = None
        self.disks = set()   # members that run on failing_disk.c
        self.clocks = set()  # members that run on wrong_clock.c
        self.nameless = set()  # members that run on no_names.c
        self.earlier = set()  # members that run the earlier program
        self.earlier_node = None
        self.frozen = set()

    def __enter__(self):
        try:
            self.lay_out()
            self.fill()
            self.command("down")
            self.take_announced_ports()
            self.build_libraries()
            for member in VALIDATORS:
                self.start(member)
            for member in VALIDATORS:
                self.wait_ready(member, START_SECONDS_MAX)
            self.filled_size = self.wait_equal(seconds=START_SECONDS_MAX)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *failure):
        for process in self.processes.values():
            with contextlib.suppress(OSError):
                process.send_signal(signal.SIGCONT)
            process.kill()
            process.wait()
        if self.proxy:
            self.proxy.kill()
            self.proxy.wait()

    def lay_out(self, tries=5):
        """Makes and starts the pool on its announced ports. Somebody else may have taken one meanwhile."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.base_port = free_ports(12)
        self.bound_port = free_ports(12)
        self.http_port = self.base_port + 10
        if abs(self.bound_port - self.base_port) < 12:
            return self.lay_out(tries)
        try:
            self.up()
        except Failed:
            self.command("down", check=False)
            if tries == 1:
                raise
            self.lay_out(tries - 1)

    def fill(self):
        if self.filled:
            subprocess.run([str(self.programs / "pool_load"), str(self.folder / "pool_transactions_genesis"), "write",
                            str(self.filled), "400", str(self.folder / "trustee_seed")], check=True)
            self.wait_equal(seconds=120)

    def take_announced_ports(self):
        self.proxy = subprocess.Popen([sys.executable, str(HERE / "proxy.py"), str(self.folder)], text=True,
                                      stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=open(self.folder / "proxy.log", "w"))
        for index, member in enumerate(VALIDATORS):
            config = self.folder / member / "node.toml"
            text = config.read_text()
            for kind in (0, 1):
                announced, bound = self.base_port + 2 * index + kind, self.bound_port + 2 * index + kind
                text, count = re.subn(rf"^port = {announced}$", f"port = {bound}", text, flags=re.M)
                expect(count == 1, f"{config} does not bind {announced}")
                # The client port is a place of its own: it can be cut without the node port.
                owner = member if kind == 0 else f"{member}:client"
                self.order(do="listen", port=announced, target=bound, owner=owner)
            config.write_text(text)

    def order(self, **command):
        self.proxy.stdin.write(json.dumps(command) + "\n")
        self.proxy.stdin.flush()
        answer = json.loads(self.proxy.stdout.readline() or "null")
        expect(answer is not None and not (isinstance(answer, dict) and "error" in answer), f"proxy: {command}: {answer}")
        return answer

    def rule(self, links, **rule):
        """Without a rule the links are healed."""
        self.order(do="rule", links=links, rule=rule)

    def heal(self):
        self.rule(all_links() + [[a, b] for m in VALIDATORS for a, b in ((f"{m}:client", "client"), ("client", f"{m}:client"))])

    # Processes.

    def build_libraries(self):
        for name in ("failing_disk", "wrong_clock", "no_names"):
            subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", str(self.folder / f"{name}.so"), str(HERE / f"{name}.c"), "-ldl"],
                           check=True)

    def notes(self, member):
        return self.folder / member / "notes"

    def data(self, member):
        return self.folder / member / "data"

    def environment(self, member):
        out = dict(os.environ)
        preloads = []
        if member in self.disks:
            out.update(DISK_DATA=str(self.data(member)), DISK_NOTES=str(self.notes(member)))
            preloads.append(str(self.folder / "failing_disk.so"))
        if member in self.clocks:
            preloads.append(str(self.folder / "wrong_clock.so"))
            out["CLOCK_FILE"] = str(self.clock_file(member))
        if member in self.nameless:
            preloads.append(str(self.folder / "no_names.so"))
            out.update(NAMES_WAIT_MS="5000", NAMES_NOTES=str(self.folder / member / "names"))
        if preloads:
            out["LD_PRELOAD"] = ":".join(preloads)
        return out

    def clock_file(self, member):
        return self.folder / member / "clock"

    def start(self, member, *arguments):
        log = open(self.folder / member / "log", "ab")
        program = self.earlier_node if member in self.earlier else self.node
        process = subprocess.Popen([program, "--config", str(self.folder / member / "node.toml"), *arguments],
                                   stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=self.environment(member))
        log.close()
        self.processes[member] = process
        (self.folder / member / "pid").write_text(f"{process.pid}\n")

    def is_running(self, member):
        process = self.processes.get(member)
        return process is not None and process.poll() is None

    def wait_ended(self, member, seconds=60):
        wait_until(lambda: not self.is_running(member), seconds, f"{member} ends")
        return self.processes[member].returncode

    def kill(self, member):
        self.processes[member].kill()
        self.processes[member].wait()

    def stop(self, member):
        self.processes[member].terminate()
        expect(self.wait_ended(member) == 0, f"the stop of {member} was not clean")

    def freeze(self, member):
        os.kill(self.processes[member].pid, signal.SIGSTOP)
        self.frozen.add(member)

    def thaw(self, member):
        if self.is_running(member):
            os.kill(self.processes[member].pid, signal.SIGCONT)
        self.frozen.discard(member)

    # Disks and clocks.

    def equip(self, member, needs):
        """True: stopped because it ran with something else; to be started by the caller."""
        equipment = {"disks": self.disks, "clocks": self.clocks, "names": self.nameless}
        if all((member in members) == (name == needs) for name, members in equipment.items()):
            return False
        self.end(member)
        for name, members in equipment.items():
            if name == needs:
                members.add(member)
            else:
                members.discard(member)
        if needs == "disks":
            forget.baseline(self.data(member), self.notes(member))
        if needs == "clocks":
            self.set_clock(member)
        return True

    def end(self, member):
        """A clean stop; a member that a damaged disk has ended meanwhile is no reason to complain."""
        self.processes[member].terminate()
        code = self.wait_ended(member)
        expect(code in (0, 65, 74), f"the stop of {member} ended with {code}")

    def set_clock(self, member, seconds=0, shown=None, rate_ppm=1_000_000):
        """From now on the clock is `seconds` off, or shows `shown` (Unix time) now, and runs at `rate_ppm`."""
        now = time.time_ns()
        shown_ns = now + int(seconds * 1e9) if shown is None else int(shown * 1e9)
        with open(self.clock_file(member), "r+b" if self.clock_file(member).exists() else "wb") as file:
            file.write(struct.pack("=qqq", now, shown_ns, rate_ppm))

    def disk_fault(self, member, name):
        (self.notes(member) / name).touch()

    def disk_heals(self, member):
        for name in ("full", "badsync", "hang"):
            (self.notes(member) / name).unlink(missing_ok=True)
        for path in self.notes(member).glob("die-*"):
            path.unlink(missing_ok=True)

    def power_loss(self, member, chance):
        return forget.power_loss(self.data(member), self.notes(member), chance)

    def empty_disk(self, member):
        shutil.rmtree(self.data(member), ignore_errors=True)
        if member in self.disks:
            forget.baseline(self.data(member), self.notes(member))

    def twin_ports(self, member, twin):
        """Gives the twin's configuration ports of its own."""
        base = free_ports(2)
        index = VALIDATORS.index(member)
        config = self.folder / twin / "node.toml"
        text = config.read_text()
        for kind in (0, 1):
            text = re.sub(rf"^port = {self.bound_port + 2 * index + kind}$", f"port = {base + kind}", text, flags=re.M)
        config.write_text(text)
        return base, base + 1

    # Answers.

    def ask(self, member, command):
        """What a member answers on its admin socket; None when it does not."""
        try:
            with socket.socket(socket.AF_UNIX) as link:
                link.settimeout(5)
                link.connect(str(self.folder / member / "admin.sock"))
                link.sendall(json.dumps({"command": command}).encode() + b"\n")
                return json.loads(link.makefile("rb").readline())
        except (OSError, ValueError):
            return None

    def primary(self):
        """What most members say; the others may be down or behind."""
        said = [s["primary"] for s in (self.status(m) for m in VALIDATORS if m not in self.frozen and self.is_running(m)) if s]
        return max(set(said), key=said.count) if said else ""

    def view_changes(self):
        return max((s["view_changes"] for s in map(self.status, VALIDATORS) if s), default=0)

    def log_tail(self, member, lines=8):
        with contextlib.suppress(OSError):
            return "\n".join((self.folder / member / "log").read_text(errors="replace").splitlines()[-lines:])
        return ""
