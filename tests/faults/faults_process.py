# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""B1: crashes and other faults of processes."""
import pathlib
import resource
import shutil
import socket
import threading

from catalogue import PATIENCE_SECONDS, fault
from e2e_pool import VALIDATORS, expect
from fault_pool import START_SECONDS_MAX
from forget import POINTS


@fault("B1", "kill-backup", stop_goal=5)
def kill_backup(run):
    """SIGKILL of a member that is not primary; started again while writes go on"""
    victim = run.backup()
    run.begins()
    run.pool.kill(victim)
    run.goes_on()
    run.start(victim)
    run.ends()


@fault("B1", "kill-primary", stop_goal=5, short=True)
def kill_primary(run):
    """SIGKILL of the primary; started again when another leads"""
    victim = run.primary()
    run.begins()
    run.pool.kill(victim)
    run.goes_on()
    run.start(victim)
    run.ends()


@fault("B1", "kill-all", resume_goal=10, short=True)
def kill_all(run):
    """SIGKILL of all at once; the end of the fault is the start of the last one"""
    run.begins()
    for member in run.chance.sample(VALIDATORS, 4):
        run.pool.kill(member)
    for member in run.chance.sample(VALIDATORS, 4):
        run.pool.start(member)
    run.ends()


@fault("B1", "kill-two", resume_goal=10)
def kill_two(run):
    """SIGKILL of two, more than may fail: writes stand still until one is back"""
    first, second = run.chance.sample(VALIDATORS, 2)
    run.begins()
    run.pool.kill(first)
    run.pool.kill(second)
    run.lasts(0.5, 4)
    run.pool.start(first)
    run.ends()
    run.writer.wait_for_more(10, START_SECONDS_MAX, "with three of four")
    run.start(second)


@fault("B1", "crash-loop", stop_goal=5)
def crash_loop(run):
    """five times: a member that is not primary starts and gets SIGKILL within its first second"""
    victim = run.backup()
    run.begins()
    for _ in range(5):
        run.pool.kill(victim)
        run.pool.start(victim)
        run.lasts(0, 1)
    run.goes_on()
    run.ends()


@fault("B1", "pause-backup", stop_goal=5)
def pause_backup(run):
    """SIGSTOP of a member that is not primary for 2 to 6 s, then SIGCONT"""
    pause(run, run.backup())


@fault("B1", "pause-primary", stop_goal=5, short=True)
def pause_primary(run):
    """SIGSTOP of the primary until another leads and writes are answered, then SIGCONT"""
    pause(run, run.primary())


def pause(run, victim, least=2, most=6):
    run.begins()
    run.pool.freeze(victim)
    run.lasts(least, most)
    run.goes_on()
    run.pool.thaw(victim)
    run.ends()


@fault("B1", "pause-a-minute", stop_goal=5)
def pause_a_minute(run):
    """SIGSTOP of any member for 60 to 70 s, as when its host is moved, then SIGCONT: what it says on waking up is old"""
    pause(run, run.chance.choice(VALIDATORS), 60, 70)


@fault("B1", "pause-primary-shortly", short=True)
def pause_primary_shortly(run):
    """SIGSTOP of the primary for 1 to 3 s: too short to replace it"""
    victim = run.primary()
    run.begins()
    run.pool.freeze(victim)
    run.lasts(1, 3)
    run.pool.thaw(victim)
    run.ends()


@fault("B1", "pause-all", resume_goal=10)
def pause_all(run):
    """SIGSTOP of all for 1 to 8 s, as when the host of all sleeps"""
    run.begins()
    for member in VALIDATORS:
        run.pool.freeze(member)
    run.lasts(1, 8)
    for member in VALIDATORS:
        run.pool.thaw(member)
    run.ends()


class Slow(threading.Thread):
    """Gives a process 20 ms of each 200 ms."""

    def __init__(self, pool, member):
        super().__init__(daemon=True)
        self.pool, self.member, self.over = pool, member, threading.Event()

    def run(self):
        while not self.over.wait(0.02):
            self.pool.freeze(self.member)
            self.over.wait(0.18)
            self.pool.thaw(self.member)

    def end(self):
        self.over.set()
        self.join()


@fault("B1", "slow-backup", stop_goal=5)
def slow_backup(run):
    """a member that is not primary gets a tenth of the time for 4 to 8 s"""
    slow(run, run.backup())


@fault("B1", "slow-primary", stop_goal=5)
def slow_primary(run):
    """the primary gets a tenth of the time for 4 to 8 s"""
    slow(run, run.primary())


def slow(run, victim):
    brake = Slow(run.pool, victim)
    run.begins()
    brake.start()
    try:
        run.lasts(4, 8)
        run.goes_on()
    finally:
        brake.end()
    run.ends()


@fault("B1", "no-memory")
def no_memory(run):
    """the address space of a member may grow by 4 MiB only, while a client sends it what it can"""
    victim = run.chance.choice(VALIDATORS)
    pid = run.pool.processes[victim].pid
    size = int(pathlib.Path(f"/proc/{pid}/statm").read_text().split()[0]) * resource.getpagesize()
    run.begins()
    resource.prlimit(pid, resource.RLIMIT_AS, (size + (4 << 20), resource.RLIM_INFINITY))
    flood(run, victim)
    run.goes_on()
    if run.pool.is_running(victim):
        resource.prlimit(pid, resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        run.say("went on with what it had")
    else:
        run.say(f"ended with {run.pool.processes[victim].returncode}, started again")
        run.start(victim)
    run.ends()


def flood(run, victim):
    """Forty connections with half a message of 64 KiB each, over the raw port."""
    port = run.pool.bound_port + 2 * VALIDATORS.index(victim) + 1
    links = []
    for _ in range(40):
        try:
            link = socket.create_connection(("127.0.0.1", port), timeout=1)
            links.append(link)
            link.sendall(b"\xff" + bytes(8) + b"\x7f\x03\x00CURVE" + bytes(48) + bytes(65536))
        except OSError:
            continue
    run.lasts(1, 2)
    for link in links:
        link.close()


@fault("B1", "no-descriptors", stop_goal=5)
def no_descriptors(run):
    """a member may open 3 more files while 100 clients connect to it and its links to the others are reset"""
    victim = run.chance.choice(VALIDATORS)
    pid = run.pool.processes[victim].pid
    used = max(int(entry.name) for entry in pathlib.Path(f"/proc/{pid}/fd").iterdir())
    old = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    port = run.pool.bound_port + 2 * VALIDATORS.index(victim) + 1
    run.begins()
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (used + 4, old[1]))
    clients = [socket.create_connection(("127.0.0.1", port), timeout=5) for _ in range(100)]
    run.pool.order(do="reset", links=[[victim, other] for other in run.others(victim)])
    run.goes_on()
    for client in clients:
        client.close()
    resource.prlimit(pid, resource.RLIMIT_NOFILE, old)
    run.ends()


@fault("B1", "power-loss-all", resume_goal=10, short=True, needs="disks")
def power_loss_all(run):
    """SIGKILL of all at once, each disk forgets what was not synced (any subset of pages, any of the newest names)"""
    run.writer.wait_for_more(5, 60, "before the power loss")
    run.begins()
    for member in run.chance.sample(VALIDATORS, 4):
        run.pool.kill(member)
    for member in VALIDATORS:
        run.pool.power_loss(member, run.chance)
    for member in VALIDATORS:
        run.pool.start(member)
    run.ends()


@fault("B1", "power-loss-one", stop_goal=5, needs="disks")
def power_loss_one(run):
    """SIGKILL of one at a random moment, its disk forgets what was not synced"""
    run.writer.wait_for_more(5, 60, "before the power loss")
    victim = run.backup()
    run.lasts(0, 0.3)
    run.begins()
    run.pool.kill(victim)
    run.pool.power_loss(victim, run.chance)
    run.pool.start(victim)
    run.goes_on()
    run.ends()


@fault("B1", "kill-at-point", stop_goal=5, short=True, needs="disks")
def kill_at_point(run):
    """a member is gone in the middle of one write, sync, rename, removal or sync of names (any of eleven points, while it runs or
    when it starts), in half of the cases with the power"""
    victim, point = run.backup(), run.chance.choice(POINTS)
    run.begins()
    run.pool.disk_fault(victim, f"die-{point}")
    if not run.comes_to_its_end(victim, 5):
        # A point that it seldom meets: its start does.
        run.pool.kill(victim)
        run.pool.start(victim)
        run.comes_to_its_end(victim, 20)
    run.say("at its point" if not run.pool.is_running(victim) else "never came to its point")
    if run.pool.is_running(victim):
        run.pool.kill(victim)
    if run.chance.random() < 0.5:
        run.pool.power_loss(victim, run.chance)
    run.pool.disk_heals(victim)
    run.start(victim)
    run.goes_on()
    run.ends()


@fault("B1", "two-versions", stop_goal=5, needs="earlier")
def two_versions(run):
    """two of four go on with an earlier program, the primary is killed, and in the end all have the newer one again"""
    victims = run.chance.sample(VALIDATORS, 2)
    run.begins()
    for victim in victims:
        run.pool.end(victim)
        run.pool.earlier.add(victim)
        run.start(victim)
        run.goes_on(10)
    primary = run.primary()
    run.pool.kill(primary)
    run.goes_on()
    run.start(primary)
    run.goes_on(10)
    for victim in victims:
        run.pool.end(victim)
        run.pool.earlier.discard(victim)
        run.start(victim)
        run.goes_on(10)
    run.ends()


@fault("B1", "newer-store", stop_goal=5)
def newer_store(run):
    """a member comes back with a program older than its store (its format is one that this program does not know): it must refuse
    with 65, name the reason and write nothing, and take part again with the right program"""
    victim = run.backup()
    marker = run.pool.data(victim) / "STADTBUCH"
    run.begins()
    run.pool.kill(victim)
    known = marker.read_bytes()
    head, identity = known.split(b"\n", 1)
    marker.write_bytes(head[:-1] + b"2\n" + identity)
    seen = stored(run, victim)
    run.pool.start(victim)
    code = run.pool.wait_ended(victim, PATIENCE_SECONDS)
    expect(code == 65, f"a store of another version ended {victim} with {code}:\n{run.pool.log_tail(victim)}")
    expect("SB-2002" in run.pool.log_tail(victim), f"no reason is named:\n{run.pool.log_tail(victim)}")
    expect(stored(run, victim) == seen, "something was written to a store that was refused")
    run.goes_on()
    marker.write_bytes(known)
    run.start(victim)
    run.ends()


def stored(run, victim):
    return {path.name: path.stat().st_size for path in run.pool.data(victim).iterdir()}


@fault("B1", "two-with-one-key")
def two_with_one_key(run):
    """a copy of a member (its keys, its store of a moment ago) runs beside it, and two of the others dial the copy"""
    victim = run.chance.choice(VALIDATORS)
    pool = run.pool
    pool.stop(victim)
    twin = f"{victim}-twin"
    shutil.rmtree(pool.folder / twin, ignore_errors=True)
    shutil.copytree(pool.folder / victim, pool.folder / twin, ignore=shutil.ignore_patterns("admin.sock", "pid", "notes", "log"))
    run.start(victim)
    run.writer.wait_for_more(20, 60, "before the copy starts")
    ports = pool.twin_ports(victim, twin)
    run.begins()
    pool.start(twin)
    try:
        for other in run.chance.sample(run.others(victim), 2):
            pool.order(do="divert", **{"from": other}, owner=victim, target=ports[0])
            pool.order(do="reset", links=[[other, victim]])
        run.lasts(3, 6)
        run.goes_on()
    finally:
        pool.kill(twin)
        for other in run.others(victim):
            pool.order(do="divert", **{"from": other}, owner=victim, target=None)
            pool.order(do="reset", links=[[other, victim]])
    run.ends()
