# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""Does faults to local pools under load, again and again, and judges what the clients saw.

  --times N      each fault so often (default 20)
  --only NAME    this fault, or a part (B1 to B5); may be repeated
  --seed N       chance of victims, lengths, bytes (default: another each time, printed)
  --pools N      pools at once, each with a share of the faults (default 2)
  --minutes M    no repetition begins later than that (default: no end); the table says how often each fault was done
  --without NAME not this fault; may be repeated
  --earlier DIR  the programs of an earlier version, for two-versions (without it that fault is left out)
  --ledger N     the pools hold so many transactions before the first fault (pool_load writes them)
  --short        the slice that tests/run does: cheap faults once
  --folder DIR   where the pools live (default: BUILD/tests/faults)
  --results FILE writes the table there
  --list         the faults

Ends with 0 when nothing was lost and every fault was got over; goals that were missed are said in the table.
"""
import argparse
import concurrent.futures
import dataclasses
import datetime
import json
import os
import pathlib
import random
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))

import faults_clock  # noqa: E402, F401  (each registers its faults)
import faults_disk  # noqa: E402, F401
import faults_hostile  # noqa: E402, F401
import faults_network  # noqa: E402, F401
import faults_process  # noqa: E402, F401
import history as history_module  # noqa: E402
from catalogue import FAULTS, PATIENCE_SECONDS, Run  # noqa: E402
from e2e_pool import VALIDATORS, Failed, expect  # noqa: E402
from fault_pool import FaultPool  # noqa: E402
from workload import RawReader, RawWriter, VdrSession, put_down_ledgers  # noqa: E402


NO_END = 1e6  # minutes


@dataclasses.dataclass
class Repetition:
    """What one repetition showed; travels as JSON between processes."""
    fault: str
    seed: int
    stop: float = 0
    resume: float = 0
    settled: float = 0
    view_changes: int = 0
    notes: list = dataclasses.field(default_factory=list)
    failure: str = ""


class Campaign:
    """One pool, its clients, its history, and the faults of its share."""

    def __init__(self, programs, folder, seed, minutes, filled, earlier):
        self.programs, self.folder, self.seed, self.filled, self.earlier = programs, folder, seed, filled, earlier
        self.end = time.monotonic() + 60 * minutes
        self.done = []
        self.violations = []
        self.figures = {}
        self.pools = 0

    def run(self, wanted):
        """Does all of `wanted`; after a fault that was not got over with another pool."""
        self.folder.mkdir(parents=True, exist_ok=True)
        while wanted and time.monotonic() < self.end:
            self.pools += 1
            wanted = self.run_pool(wanted)

    def run_pool(self, wanted):
        """Gives what is left to do."""
        self.history = history_module.History(self.folder / f"history-{self.pools}.jsonl")
        with FaultPool(self.programs, self.folder / "pool", self.filled) as pool:
            self.pool = pool
            pool.earlier_node = self.earlier and str(self.earlier / "stadtbuch-node")
            self.writer = RawWriter(pool, self.history)
            self.vdr = VdrSession(pool, self.history)
            sessions = [self.writer, RawReader(pool, self.history, self.writer), self.vdr]
            for session in sessions:
                session.start()
            self.writer.wait_for_more(10, PATIENCE_SECONDS, "before the first fault")
            whole = True
            while wanted and whole and time.monotonic() < self.end:
                whole = self.repeat(*wanted[0])
                wanted = wanted[1:]
            self.finish(sessions, whole)
        self.history.close()
        return wanted

    def repeat(self, fault, number):
        """False: the pool is of no further use."""
        seed = random.Random(f"{self.seed} {fault.name} {number}").getrandbits(32)
        row = Repetition(fault.name, seed)
        self.done.append(row)
        run = Run(self.pool, self.writer, self.history, random.Random(seed))
        self.history.add(do="fault", name=fault.name, number=number)
        begin = time.monotonic()
        try:
            run.equip(fault.needs)
            self.writer.wait_for_more(5, PATIENCE_SECONDS, "before the fault")
            before = self.pool.view_changes()
            fault.act(run)
            run.settle()
            row.view_changes = max(0, self.pool.view_changes() - before)
            row.stop, row.resume = round(run.stop_seconds(), 2), round(run.resume_seconds(), 2)
        except Failed as failure:
            row.failure = str(failure)
        row.notes, row.settled = run.notes, round(time.monotonic() - begin, 2)
        print(f"{fault.name:26} {number + 1:3}  stop {row.stop:6.2f}  resumed {row.resume:6.2f}  settled {row.settled:6.1f}"
              f"{'  ' + '; '.join(row.notes) if row.notes else ''}{'  FAILED ' + row.failure if row.failure else ''}", flush=True)
        if row.failure:
            for member in VALIDATORS:
                print(f"-- {member}: {json.dumps(self.pool.status(member))}\n{self.pool.log_tail(member)}", flush=True)
        return not row.failure

    def finish(self, sessions, whole):
        """Judges the history. A pool that did not get over a fault is asked for what it has; equal it need not be."""
        try:
            for session in sessions:
                if whole:
                    session.finish()
                else:
                    session.stopping.set()
            if whole:
                put_down_ledgers(self.pool, self.history)
        except Failed as failure:
            self.violations.append(str(failure))
        lines = self.history.lines()
        found = history_module.violations(lines)
        self.violations += [text for text in found if whole or not text.startswith("ledgers are equal")]
        of_kind = history_module.of_kind
        for name, count in (("acknowledged", len(of_kind(lines, "ack"))), ("refused", len(of_kind(lines, "refused"))),
                            ("proved_reads", sum(1 for x in of_kind(lines, "read") if x["proof_time"] is not None)),
                            ("vdr_writes", self.vdr.writes), ("vdr_reads", self.vdr.reads), ("vdr_timeouts", self.vdr.timeouts)):
            self.figures[name] = self.figures.get(name, 0) + count


def share(faults, times, pools):
    """Every pool gets whole faults, and does all of its own once before the next time; what they need of a pool changes
    seldom."""
    mine = [[] for _ in range(pools)]
    for index, fault in enumerate(faults):
        mine[index % pools].append(fault)
    return [[(fault, number) for number in range(times) for fault in sorted(part, key=lambda each: each.needs)] for part in mine]


def run_share(arguments, index):
    """A process for each pool: the proxy and the clients of one do not wait for those of another."""
    command = [sys.executable, str(HERE / "campaign.py"), str(arguments.build), "--times", str(arguments.times), "--seed",
               str(arguments.seed), "--pools", str(arguments.pools), "--share", str(index), "--folder", str(arguments.folder),
               "--minutes", str(arguments.minutes), "--ledger", str(arguments.ledger)]
    for word, names in (("--only", arguments.only or []), ("--without", arguments.without)):
        for name in names:
            command += [word, name]
    if arguments.short:
        command.append("--short")
    if arguments.earlier:
        command += ["--earlier", str(arguments.earlier)]
    result = arguments.folder / f"share-{index}.json"
    result.unlink(missing_ok=True)
    code = subprocess.run(command).returncode
    expect(result.exists(), f"share {index} ended with {code} and left no result")
    return json.loads(result.read_text())


def one_share(arguments, faults):
    campaign = Campaign(arguments.build / "bin", arguments.folder / f"pool-{arguments.share}", arguments.seed,
                        arguments.minutes, arguments.ledger, arguments.earlier)
    wanted = share(faults, arguments.times, arguments.pools)[arguments.share]
    failure = None
    try:
        campaign.run(wanted)
    except Failed as failed:
        failure = str(failed)
    (arguments.folder / f"share-{arguments.share}.json").write_text(json.dumps({
        "done": [dataclasses.asdict(row) for row in campaign.done], "violations": campaign.violations,
        "figures": campaign.figures, "failure": failure}))


def table(faults, rows, shares):
    """Markdown: one line a fault."""
    lines = ["| part | fault | what | times | longest stop (s) | median | longest wait after it (s) | median | view changes | lost |",
             "| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"]
    missed = []
    lost = sum(len(s["violations"]) for s in shares)
    for fault in faults:
        mine = [row for row in rows if row["fault"] == fault.name and not row["failure"]]
        failed = [row for row in rows if row["fault"] == fault.name and row["failure"]]
        if not mine:
            continue
        stops, resumes = [row["stop"] for row in mine], [row["resume"] for row in mine]
        marks = []
        for goal, seen, word in ((fault.stop_goal, max(stops), "stop"), (fault.resume_goal, max(resumes), "wait")):
            over = bool(goal) and seen > goal
            marks.append(" (!)" if over else "")
            if over:
                missed.append(f"{fault.name}: {word} of {seen} s, goal {goal:g} s")
        notes = sorted({note for row in mine for note in row["notes"]})
        counted = [f"{note}: {sum(row['notes'].count(note) for row in mine)}" for note in notes]
        what = fault.what + (f" ({'; '.join(counted)})" if counted else "") + (f"; **{len(failed)} failed**" if failed else "")
        lines.append(f"| {fault.part} | {fault.name} | {what} | {len(mine)} | {max(stops):.1f}{marks[0]} | "
                     f"{statistics.median(stops):.1f} | {max(resumes):.1f}{marks[1]} | {statistics.median(resumes):.1f} | "
                     f"{sum(row['view_changes'] for row in mine)} | {lost if lost else 0} |")
    return lines, missed


def report(arguments, faults, shares):
    rows = [row for each in shares for row in each["done"]]
    lines, missed = table(faults, rows, shares)
    total = {key: sum(each["figures"].get(key, 0) for each in shares) for key in
             ("acknowledged", "proved_reads", "vdr_writes", "vdr_reads", "vdr_timeouts", "refused")}
    violations = [text for each in shares for text in each["violations"]]
    failures = [f"{row['fault']} (seed {row['seed']}): {row['failure']}" for row in rows if row["failure"]]
    failures += [each["failure"] for each in shares if each["failure"]]
    print()
    print(f"{len(rows)} faults; {total['acknowledged']} acknowledged writes and {total['proved_reads']} proved reads "
          f"({total['vdr_writes']} writes and {total['vdr_reads']} reads by indy-vdr, {total['vdr_timeouts']} of its "
          f"requests timed out); refused: {total['refused']}; violations: {len(violations)}; not got over: {len(failures)}")
    for text in violations[:20] + failures[:20]:
        print(f"VIOLATION {text}")
    for text in missed:
        print(f"goal missed: {text}")
    if arguments.results:
        arguments.results.write_text(document(arguments, lines, missed, total, violations, failures, len(rows)))
    return 1 if violations or failures else 0


def document(arguments, lines, missed, total, violations, failures, count):
    commit = subprocess.run(["git", "-C", str(HERE), "rev-parse", "--short", "HEAD"], capture_output=True, text=True).stdout.strip()
    today = datetime.date.today().isoformat()
    words = ["--times", arguments.times, "--seed", arguments.seed, "--pools", arguments.pools]
    for word, names in (("--only", arguments.only or []), ("--without", arguments.without)):
        words += [each for name in names for each in (word, name)]
    words += ["--minutes", f"{arguments.minutes:g}"] if arguments.minutes < NO_END else []
    words += ["--ledger", arguments.ledger] if arguments.ledger else []
    words += ["--earlier", "DIR"] if arguments.earlier else []
    words = [str(word) for word in words]
    parts = ["<!--", "SPDX-FileCopyrightText: 2026 Stadtbuch contributors", "SPDX-License-Identifier: EUPL-1.2", "-->",
             "# Faults done to real processes", "",
             f"Written by `tests/faults/run BUILD {' '.join(words)}` "
             f"on {today}, commit {commit}, {os.cpu_count()} cores shared by {arguments.pools} pools of four validators.", "",
             *([f"Each pool held {arguments.ledger:,} transactions before the first fault.", ""] if arguments.ledger else []),
             f"{count} faults, {total['acknowledged']} acknowledged writes, {total['proved_reads']} proved reads "
             f"({total['vdr_writes']} writes and {total['vdr_reads']} reads by indy-vdr). "
             f"Violations of the history's rules: {len(violations)}. Not got over: {len(failures)}.", "",
             "*Longest stop*: seconds without an acknowledgement while the fault lasts, 25 writes a second being offered. "
             "*Longest wait after it*: from its end to the first acknowledgement. *Lost*: violations in the histories of the run. "
             "(!) marks a missed goal. No member is restarted by the harness unless the fault itself stops one.", "",
             *lines, ""]
    if missed:
        parts += ["Goals missed:", "", *(f"* {text}" for text in missed), ""]
    if violations or failures:
        parts += ["Violations and faults not got over:", "", *(f"* {text.splitlines()[0]}" for text in violations[:50] + failures), ""]
    return "\n".join(parts)


def selected(arguments):
    faults = [f for f in FAULTS.values() if not arguments.short or f.short]
    if arguments.only:
        unknown = set(arguments.only) - set(FAULTS) - {f.part for f in FAULTS.values()}
        if unknown:
            sys.exit(f"no such fault: {', '.join(sorted(unknown))}; see --list")
        faults = [f for f in FAULTS.values() if f.name in arguments.only or f.part in arguments.only]
    return [f for f in faults if f.name not in arguments.without and (f.needs != "earlier" or arguments.earlier)]


def main():
    parser = argparse.ArgumentParser(prog="run", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=lambda text: pathlib.Path(text).absolute())
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--only", action="append")
    parser.add_argument("--seed", type=int, default=random.getrandbits(31))
    parser.add_argument("--pools", type=int, default=2)
    parser.add_argument("--minutes", type=float, default=NO_END)
    parser.add_argument("--ledger", type=int, default=0)
    parser.add_argument("--earlier", type=lambda text: pathlib.Path(text).absolute())
    parser.add_argument("--without", action="append", default=[])
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--folder", type=lambda text: pathlib.Path(text).absolute())
    parser.add_argument("--results", type=pathlib.Path)
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--share", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    arguments.folder = arguments.folder or arguments.build / "tests/faults"
    faults = selected(arguments)
    if arguments.list:
        for each in faults:
            print(f"{each.part} {each.name:26} {each.what}")
        return
    if arguments.short:
        arguments.times = 1
    arguments.pools = min(arguments.pools, len(faults))
    if arguments.share is not None:
        return one_share(arguments, faults)
    arguments.folder.mkdir(parents=True, exist_ok=True)
    print(f"seed {arguments.seed}, {len(faults)} faults {arguments.times} times in {arguments.pools} pools", flush=True)
    with concurrent.futures.ThreadPoolExecutor(arguments.pools) as workers:
        shares = list(workers.map(lambda index: run_share(arguments, index), range(arguments.pools)))
    sys.exit(report(arguments, faults, shares))


if __name__ == "__main__":
    main()
