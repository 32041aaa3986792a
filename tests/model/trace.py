#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""Holds runs of the simulator against the rules of agreement.pml: what the replicas did must be a behaviour of the model.

Usage: trace.py SIMULATE FIRST COUNT      records runs without hostile members and checks each
                                          until COUNT of them had the model's four members all the time
       trace.py FILE                      checks one record (`stadtbuch-simulate --seed N --record FILE`)

Rules, for the master instance, each named after the step of the model that it restates:
  one batch      a member sends PREPAREs and PRE-PREPAREs for one digest only at a number of a view
  prepare        PREPARE follows a PRE-PREPARE of that digest, or the view's NEW_VIEW
  commit         COMMIT follows the batch and n-f-1 PREPAREs of its digest from others than the primary
  left view      after VIEW_CHANGE for a view nothing is voted for in the views before it
  new view       NEW_VIEW follows VIEW_CHANGEs of n-f members
  order          a number is ordered after COMMITs of n-f members in one view

A record says of a MESSAGE_RESPONSE only which kind of message it carries, so it counts as any message of that kind from its
sender. The rules are the weaker by that, never the stronger.
"""
import collections
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

RULES = ("one batch", "prepare", "commit", "left view", "new view", "order")
RESPONSE_KINDS = {"2": "PRE-PREPARE", "3": "PREPARE", "4": "COMMIT", "6": "VIEW_CHANGE", "7": "NEW_VIEW"}
NEVER = float("inf")
MEMBERS = 4


class Trace:
    def __init__(self, names):
        self.n = len(names)
        self.f = (self.n - 1) // 3
        self.names = names
        self.heard = {}      # (receiver, kind, view, seq, digest, sender) -> when first
        self.answers = {}    # (receiver, kind, sender) -> when the first MESSAGE_RESPONSE of that kind came
        self.batch = {}      # (member, view, seq) -> digest
        self.left = collections.defaultdict(int)  # member -> newest view that it sent VIEW_CHANGE for
        self.views = collections.defaultdict(set)  # seq -> views in which somebody committed
        self.digests = collections.defaultdict(set)  # (view, seq) -> what anybody prepared
        self.counts = collections.Counter()
        self.found = []

    def hold(self, rule, good, text):
        self.counts[rule] += 1
        if not good:
            self.found.append(f"{rule}: {text}")

    def when(self, member, kind, view, seq, digest, sender):
        return min(self.heard.get((member, kind, view, seq, digest, sender), NEVER), self.answers.get((member, kind, sender), NEVER))

    def senders(self, member, kind, view, seq, digest, t):
        """Who has told `member` this by `t`, itself included."""
        return {name for name in self.names if self.when(member, kind, view, seq, digest, name) <= t}

    def put_down(self, member, receiver, arrives, t, *what):
        """What a member sends it has itself from then on; the others when it arrives."""
        for who, at in ((member, t), (receiver, arrives)):
            key = (who, *what, member)
            self.heard[key] = min(self.heard.get(key, NEVER), at)

    def sent(self, line):
        member, receiver, t, kind = line["from"], line.get("to"), line["t"], line["op"]
        arrives = line["arrives"] if line["kind"] == "sent" else NEVER
        words = line["text"].split()
        if kind in ("PRE-PREPARE", "PREPARE", "COMMIT"):
            if words[0] == "backup":
                return
            view, seq = map(int, words[0].split("/"))
            digest = words[1] if len(words) > 1 else None
            first = (member, kind, view, seq, digest, member) not in self.heard
            self.put_down(member, receiver, arrives, t, kind, view, seq, digest)
            if first:
                self.vote(member, kind, view, seq, digest, t)
        elif kind in ("VIEW_CHANGE", "NEW_VIEW"):
            view = int(words[0])
            first = (member, kind, view, 0, None, member) not in self.heard
            self.put_down(member, receiver, arrives, t, kind, view, 0, None)
            if kind == "VIEW_CHANGE":
                self.left[member] = max(self.left[member], view)
            elif first:
                told = self.senders(member, "VIEW_CHANGE", view, 0, None, t)
                self.hold("new view", len(told) >= self.n - self.f, f"{member} sent NEW_VIEW {view} at {t} with {sorted(told)}")
        elif kind == "MESSAGE_RESPONSE" and words[1] in RESPONSE_KINDS:
            key = (receiver, RESPONSE_KINDS[words[1]], member)
            self.answers[key] = min(self.answers.get(key, NEVER), arrives)

    def vote(self, member, kind, view, seq, digest, t):
        where = f"{member} {kind} {view}/{seq} at {t}"
        self.hold("left view", view >= self.left[member], f"{where}, after VIEW_CHANGE {self.left[member]}")
        if kind == "COMMIT":
            self.views[seq].add(view)
            own = self.batch.get((member, view, seq))
            # The primary of a view says nothing about batches that its NEW_VIEW carries over.
            digests = {own} if own else self.digests[(view, seq)]
            # The primary sends no PREPARE, so whoever sent one counts; n-f-1 of them.
            most = max((len(self.senders(member, "PREPARE", view, seq, each, t)) for each in digests), default=0)
            self.hold("commit", most >= self.n - self.f - 1, f"{where} with {most} PREPAREs")
            return
        self.digests[(view, seq)].add(digest)
        known = self.batch.setdefault((member, view, seq), digest)
        self.hold("one batch", known == digest, f"{where} for {digest} and {known}")
        if kind == "PREPARE":
            told = self.senders(member, "PRE-PREPARE", view, seq, digest, t) or self.senders(member, "NEW_VIEW", view, 0, None, t)
            self.hold("prepare", bool(told), f"{where} without a PRE-PREPARE")

    def ordered(self, line):
        member, seq, t = line["from"], int(line["text"]), line["t"]
        # Its own COMMIT may leave in this very step, of which the record names the ordering first.
        most = max((len(self.senders(member, "COMMIT", view, seq, None, t) | {member}) for view in self.views[seq]), default=0)
        self.hold("order", most >= self.n - self.f, f"{member} ordered {seq} at {t} with {most} COMMITs")


def check(lines):
    head = json.loads(next(lines))
    trace = Trace(head["nodes"])
    for text in lines:
        line = json.loads(text)
        if line.get("kind") in ("sent", "lost"):
            trace.sent(line)
        elif line.get("kind") == "ordered":
            trace.ordered(line)
    return trace


def record(simulate, seed, path):
    done = subprocess.run([simulate, "--seed", str(seed), "--without", "liars,observers", "--record", str(path)],
                          capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"seed {seed}: {done.stdout}{done.stderr}")


def self_check(path):
    """Spoils a good record; each rule that it can break must notice."""
    lines = path.read_text().splitlines()
    def spoiled(keep, change=lambda line: line):
        return check(iter([lines[0]] + [json.dumps(change(json.loads(x))) for x in lines[1:] if keep(json.loads(x))])).found
    cases = {
        "commit": spoiled(lambda x: x.get("op") not in ("PREPARE", "MESSAGE_RESPONSE")),
        "order": spoiled(lambda x: x.get("op") not in ("COMMIT", "MESSAGE_RESPONSE")),
        "prepare": spoiled(lambda x: x.get("op") not in ("PRE-PREPARE", "NEW_VIEW", "MESSAGE_RESPONSE")),
        "one batch": spoiled(lambda x: True, lambda x: {**x, "text": x["text"][:-1] + "!"}
                             if x.get("op") == "PREPARE" and x["to"] == json.loads(lines[0])["nodes"][0] else x),
    }
    for rule, found in cases.items():
        if not any(text.startswith(rule) for text in found):
            sys.exit(f"a spoiled record was not noticed by the rule '{rule}'")
    return len(cases)


def main():
    if len(sys.argv) == 2:
        with open(sys.argv[1], encoding="utf-8") as file:
            trace = check(file)
        print("\n".join(trace.found[:20]), dict(trace.counts))
        sys.exit(1 if trace.found else 0)
    simulate, first, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    total = collections.Counter()
    with tempfile.TemporaryDirectory() as place:
        path, last = pathlib.Path(place) / "record.jsonl", pathlib.Path(place) / "last.jsonl"
        done, seed = 0, first - 1
        while done < count:
            seed += 1
            record(simulate, seed, path)
            with open(path, encoding="utf-8") as file:
                head = json.loads(file.readline())
                if len(head["nodes"]) != MEMBERS or head["changes"]:
                    continue
                file.seek(0)
                trace = check(file)
            done += 1
            shutil.copy(path, last)
            if trace.found:
                sys.exit(f"seed {seed}: {len(trace.found)} steps are none of the model's:\n" + "\n".join(trace.found[:20]))
            total += trace.counts
        noticed = self_check(last)
    missing = [rule for rule in RULES if not total[rule]]
    if missing:
        sys.exit(f"never tried: {', '.join(missing)}")
    print(f"{count} runs are behaviours of the model: {dict(total)}; {noticed} spoiled records noticed")


if __name__ == "__main__":
    main()
