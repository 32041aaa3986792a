# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""B2: faults of storage. Those while a member runs come from failing_disk.c, the others are done to its files."""
import shutil

from catalogue import PATIENCE_SECONDS, fault
from e2e_pool import VALIDATORS, expect, wait_until

# What RocksDB reads again: its options, its log in words and the empty lock file do not matter.
UNREAD = ("LOG", "OPTIONS", "LOCK", "IDENTITY")


def stored_files(run, victim):
    return [path for path in sorted(run.pool.data(victim).iterdir())
            if path.is_file() and path.stat().st_size > 0 and not path.name.startswith(UNREAD)]


def newest_log(run, victim):
    return max((path for path in stored_files(run, victim) if path.suffix == ".log"), key=lambda path: path.name)


def while_stopped(run, victim, change):
    """SIGKILL, something happens to the files, start; writes go on meanwhile."""
    run.begins()
    run.pool.kill(victim)
    change()
    run.goes_on(10)
    run.start(victim)
    run.goes_on(10)
    run.ends()


def while_damaged(run, victim, change):
    """As above. Damage that no read has met yet would meet a later fault and be one more than may be: the operator of this
    pool gives the member another disk in any case."""
    while_stopped(run, victim, change)
    if not run.notes:
        run.say("not met by a read, disk replaced")
        if run.pool.is_running(victim):
            run.pool.kill(victim)
        run.recover(victim)


@fault("B2", "torn-tail", stop_goal=5)
def torn_tail(run):
    """the newest log file of a member loses up to 64 KiB at its end, which it had promised to keep"""
    victim = run.backup()

    def change():
        log = newest_log(run, victim)
        with open(log, "r+b") as file:
            file.truncate(max(0, log.stat().st_size - run.chance.randint(1, 65536)))
        run.history.add(do="node", node=victim, event="other disk")
    while_stopped(run, victim, change)


@fault("B2", "torn-write", stop_goal=5)
def torn_write(run):
    """of what a member wrote last to its log, 512 to 4096 bytes at the beginning, in the middle or at the end are not there"""
    victim = run.backup()

    def change():
        log = newest_log(run, victim)
        block = run.chance.choice((512, 4096))
        last = min(log.stat().st_size, 16384)
        at = log.stat().st_size - last + run.chance.choice((0, max(0, last - block) // 2, max(0, last - block)))
        with open(log, "r+b") as file:
            file.seek(at)
            file.write(bytes(min(block, last)))
        run.history.add(do="node", node=victim, event="other disk")
    while_damaged(run, victim, change)


@fault("B2", "bit-flip", stop_goal=5)
def bit_flip(run):
    """one bit of any file of a member's store is turned while it is down"""
    victim = run.backup()

    def change():
        path = run.chance.choice(stored_files(run, victim))
        at = run.chance.randrange(path.stat().st_size)
        with open(path, "r+b") as file:
            file.seek(at)
            byte = file.read(1)[0]
            file.seek(at)
            file.write(bytes([byte ^ (1 << run.chance.randrange(8))]))
    while_damaged(run, victim, change)


@fault("B2", "misdirected-write", stop_goal=5)
def misdirected_write(run):
    """one block of 512 to 4096 bytes of a store's file lies where another of the same file belongs"""
    victim = run.backup()

    def change():
        block = run.chance.choice((512, 4096))
        files = [path for path in stored_files(run, victim) if path.stat().st_size >= 2 * block]
        path = run.chance.choice(files)
        first, second = run.chance.sample(range(path.stat().st_size // block), 2)
        with open(path, "r+b") as file:
            file.seek(first * block)
            moved = file.read(block)
            file.seek(second * block)
            file.write(moved)
    while_damaged(run, victim, change)


@fault("B2", "lost-write", stop_goal=5)
def lost_write(run):
    """one block of 4096 bytes of a store's file holds zeros, as if it had never been written"""
    victim = run.backup()

    def change():
        path = run.chance.choice([path for path in stored_files(run, victim) if path.stat().st_size >= 4096])
        with open(path, "r+b") as file:
            file.seek(4096 * run.chance.randrange(path.stat().st_size // 4096))
            file.write(bytes(4096))
        run.history.add(do="node", node=victim, event="other disk")
    while_damaged(run, victim, change)


@fault("B2", "deleted-file", stop_goal=5)
def deleted_file(run):
    """any one file of a member's store is gone while it is down"""
    victim = run.backup()

    def change():
        run.chance.choice(stored_files(run, victim)).unlink()
        run.history.add(do="node", node=victim, event="other disk")
    while_damaged(run, victim, change)


@fault("B2", "yesterdays-disk", stop_goal=5)
def yesterdays_disk(run):
    """a member comes back with a copy of its store from some hundred writes before; nobody tells it"""
    victim = run.backup()
    kept = run.pool.folder / victim / "yesterday"
    shutil.rmtree(kept, ignore_errors=True)
    run.pool.kill(victim)
    shutil.copytree(run.pool.data(victim), kept)
    run.start(victim)
    run.goes_on(run.chance.randint(50, 150))

    def change():
        run.pool.empty_disk(victim)
        shutil.move(kept, run.pool.data(victim))
        run.history.add(do="node", node=victim, event="other disk")
    while_stopped(run, victim, change)


@fault("B2", "yesterdays-disk-of-two", resume_goal=10)
def yesterdays_disk_of_two(run):
    """two members at once come back with copies from some hundred writes before: more than may fail"""
    victims = run.chance.sample(VALIDATORS, 2)
    kept = {victim: run.pool.folder / victim / "yesterday" for victim in victims}
    for victim in victims:
        shutil.rmtree(kept[victim], ignore_errors=True)
        run.pool.kill(victim)
        shutil.copytree(run.pool.data(victim), kept[victim])
        run.start(victim)
        run.goes_on(5)
    run.goes_on(run.chance.randint(50, 150))
    run.begins()
    for victim in victims:
        run.pool.kill(victim)
        run.pool.empty_disk(victim)
        shutil.move(kept[victim], run.pool.data(victim))
        run.history.add(do="node", node=victim, event="other disk")
        # As `node recover --vouch`: with two of four that only follow nobody could go on, so their operators decide.
        mark = run.pool.folder / victim / "keys.json.mark"
        mark.write_text('{"version":1,"state":"vouched"}\n')
        mark.chmod(0o600)
        run.pool.start(victim)
    run.ends()


@fault("B2", "wiped", stop_goal=5)
def wiped(run):
    """the data folder of a member is gone, and it is started as always"""
    victim = run.backup()

    def change():
        run.pool.empty_disk(victim)
        run.history.add(do="node", node=victim, event="other disk")
    while_stopped(run, victim, change)


@fault("B2", "wiped-recover", stop_goal=5)
def wiped_recover(run):
    """the data folder of a member is gone, and it is started with --recover"""
    victim = run.backup()
    run.begins()
    run.pool.kill(victim)
    run.recover(victim)
    run.goes_on()
    run.ends()


@fault("B2", "full-disk", stop_goal=5, short=True, needs="disks")
def full_disk(run):
    """each write of a member fails with ENOSPC: it must end with 74, refuse to start, and go on with room"""
    victim = run.backup()
    run.begins()
    full(run, victim)
    run.ends()


@fault("B2", "full-disk-primary", stop_goal=5, needs="disks")
def full_disk_primary(run):
    """the same to the primary"""
    victim = run.primary()
    run.begins()
    full(run, victim)
    run.ends()


def full(run, victim):
    run.pool.disk_fault(victim, "full")
    code = run.pool.wait_ended(victim, PATIENCE_SECONDS)
    expect(code == 74, f"a full disk ended {victim} with {code}:\n{run.pool.log_tail(victim)}")
    run.pool.start(victim)
    code = run.pool.wait_ended(victim, PATIENCE_SECONDS)
    expect(code == 74, f"a start on a full disk ended {victim} with {code}:\n{run.pool.log_tail(victim)}")
    run.goes_on()
    run.pool.disk_heals(victim)
    run.start(victim)


@fault("B2", "fsync-fails", stop_goal=5, needs="disks")
def fsync_fails(run):
    """one fsync of a member fails with EIO: it must end with 74 and not trust that file's unsynced bytes again"""
    victim = run.backup()
    run.begins()
    run.pool.disk_fault(victim, "badsync")
    code = run.pool.wait_ended(victim, PATIENCE_SECONDS)
    expect(code == 74, f"a failed fsync ended {victim} with {code}:\n{run.pool.log_tail(victim)}")
    run.pool.power_loss(victim, run.chance)
    run.start(victim)
    run.goes_on()
    run.ends()


@fault("B2", "disk-hangs", stop_goal=5, needs="disks")
def disk_hangs(run):
    """writes and syncs of a member that is not primary hang for 3 to 8 s"""
    hang(run, run.backup())


@fault("B2", "disk-hangs-primary", stop_goal=5, needs="disks")
def disk_hangs_primary(run):
    """writes and syncs of the primary hang until another leads"""
    hang(run, run.primary())


@fault("B2", "disk-hangs-a-minute", stop_goal=5, needs="disks")
def disk_hangs_a_minute(run):
    """writes and syncs of any member hang for 60 s"""
    hang(run, run.chance.choice(VALIDATORS), 60, 62)


def hang(run, victim, least=3, most=8):
    run.begins()
    run.pool.disk_fault(victim, "hang")
    try:
        run.lasts(least, most)
        run.goes_on()
    finally:
        run.pool.disk_heals(victim)
    run.ends()
    wait_until(lambda: run.pool.is_running(victim), 1, f"{victim} runs")
