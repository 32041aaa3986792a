# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""The list of faults and what a fault can do to a pool. A fault is a function that does it, lets it last, and ends it."""
import dataclasses
import time

from e2e_pool import VALIDATORS, Failed, expect, wait_until

# No fault of the catalogue may stop writes for longer, on however busy a machine.
PATIENCE_SECONDS = 240
# A link that is whole again must carry messages by then.
LINK_SECONDS_MAX = 60
FAULTS = {}


@dataclasses.dataclass
class Fault:
    name: str
    part: str               # of the fault model: B1 processes, B2 storage, B3 network, B4 time, B5 members
    what: str
    act: object
    stop_goal: float = 0    # seconds that writes may stop while it lasts; 0: no goal of its own
    resume_goal: float = 0  # seconds until the first write after it has ended; 0: no goal of its own
    short: bool = False     # part of the slice in ctest
    needs: str = ""         # "disks": all members run on failing_disk.c; "clocks": on wrong_clock.c; "names": on no_names.c;
                            # "earlier": another program is there (--earlier)


def fault(part, name, stop_goal=0.0, resume_goal=0.0, short=False, needs=""):
    """Registers a function; its docstring is what the table says about it."""
    def register(act):
        what = " ".join(act.__doc__.split())
        FAULTS[name] = Fault(name, part, what, act, stop_goal, resume_goal, short, needs)
        return act
    return register


class Run:
    """One repetition of one fault."""

    def __init__(self, pool, writer, history, chance):
        self.pool, self.writer, self.history, self.chance = pool, writer, history, chance
        self.begun_at = self.ended_at = None
        self.notes = []

    def equip(self, needs):
        """Before the fault: members get the disk or the clock that it needs, by a restart."""
        restarted = [member for member in VALIDATORS if self.restarts_with(member, needs)]
        if restarted:
            # One that had to recover does not vote yet: with it a fault would be one more than is meant.
            self.settle()

    def restarts_with(self, member, needs):
        restarts = self.pool.equip(member, needs)
        if restarts:
            self.start(member)
        return restarts

    # Whom it meets.

    def primary(self):
        return wait_until(self.pool.primary, 30, "a primary is known")

    def backup(self):
        """Any member but the primary."""
        return self.chance.choice([m for m in VALIDATORS if m != self.primary()])

    def others(self, *members):
        return [m for m in VALIDATORS if m not in members]

    # How it goes.

    def begins(self):
        self.begun_at = time.monotonic()

    def ends(self):
        self.ended_at = time.monotonic()

    def goes_on(self, count=30):
        """Writes are answered although the fault lasts."""
        self.writer.wait_for_more(count, PATIENCE_SECONDS, "while the fault lasts")

    def lasts(self, least, most):
        """The fault's own length."""
        time.sleep(self.chance.uniform(least, most))

    def say(self, text):
        """What came of it, where more than one thing may; the table counts them."""
        self.notes.append(text)

    def start(self, member, *arguments):
        """Starts a member; one that refuses its store gets the operator's answer: an empty one, and `--recover`."""
        self.pool.start(member, *arguments)
        code = wait_until(lambda: self.outcome(member), PATIENCE_SECONDS, f"{member} is ready or ends")
        if code == "ready":
            return
        expect(code in (65, 74), f"{member} ended with {code} at its start:\n{self.pool.log_tail(member)}")
        self.say(f"refused to start ({code}), recovered")
        self.recover(member)

    def comes_to_its_end(self, member, seconds):
        """False: it still runs then."""
        end = time.monotonic() + seconds
        while self.pool.is_running(member) and time.monotonic() < end:
            time.sleep(0.02)
        return not self.pool.is_running(member)

    def outcome(self, member):
        if not self.pool.is_running(member):
            return self.pool.processes[member].returncode
        return "ready" if (self.pool.status(member) or {}).get("ready") else None

    def recover(self, member):
        self.pool.empty_disk(member)
        self.history.add(do="node", node=member, event="other disk")
        self.pool.start(member, "--recover")

    # What must hold afterwards.

    def settle(self):
        """All links whole, all members run, writes are answered, nobody is behind. No member is restarted that runs."""
        self.pool.heal()
        for member in VALIDATORS:
            if not self.pool.is_running(member):
                self.dead(member)
        self.writer.wait_for_more(10, PATIENCE_SECONDS, "after the fault")
        for member in VALIDATORS:
            wait_until(lambda: self.outcome(member), PATIENCE_SECONDS, f"{member} is ready again")
        goal = max(self.pool.ledger(member)["size"] for member in VALIDATORS)
        for member in VALIDATORS:
            wait_until(lambda: (self.pool.ledger(member) or {"size": 0})["size"] >= goal, PATIENCE_SECONDS,
                       f"{member} has the {goal} transactions that another had")
        for member in VALIDATORS:
            wait_until(lambda: self.is_linked(member), LINK_SECONDS_MAX, f"{member} is connected to all others")
        wait_until(lambda: len({(self.pool.status(m) or {}).get("view_no") for m in VALIDATORS}) == 1, PATIENCE_SECONDS,
                   "all are in one view")

    def is_linked(self, member):
        status = self.pool.status(member)
        return status and all(peer["connected"] for peer in status["peers"])

    def dead(self, member):
        """Only a fault of its disk ends a member by itself, and it says so by its exit code. It may come long after: a
        bit that was turned is found when it is read."""
        code = self.pool.processes[member].returncode
        if code not in (65, 74):
            raise Failed(f"{member} ended with {code}:\n{self.pool.log_tail(member)}")
        self.say(f"stopped itself ({code}), started again")
        self.start(member)

    def stop_seconds(self):
        return self.writer.longest_stop(self.begun_at, self.ended_at)

    def resume_seconds(self):
        """From the fault's end to the first acknowledgement after it."""
        return next((t for t in self.writer.acks if t > self.ended_at), time.monotonic()) - self.ended_at
