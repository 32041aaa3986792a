#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""Every command line of docs/operations.md is run as it stands, in its order, against a live local network, and both
languages hold the same lines.

usage: cli_operations.py PROGRAM SOURCE_FOLDER

Replaced are only: the addresses of documentation, ports that may be in use, and the words in capitals that stand for
DIDs. A line `stadtbuch-node ...` starts that node, or restarts it, as the page says.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

from terminal import Terminal, expect, free_ports

TRUSTEE = "V4SGRU86Z58d6TV7PBUe6f"
PATIENCE_SECONDS = 60


def blocks_of(page):
    """Heading -> blocks of command lines."""
    out = {}
    heading = ""
    for part in re.split(r"^(## .*)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE):
        if part.startswith("## "):
            heading = part[3:]
        for block in re.findall(r"^```sh\n(.*?)^```$", part, re.MULTILINE | re.DOTALL):
            out.setdefault(heading, []).append(block.strip().splitlines())
    return out


class Operator(Terminal):
    def __init__(self, program):
        super().__init__(program)
        self.folder = self.path("work")
        os.makedirs(os.path.join(self.folder, "bin"))
        for name in ("stadtbuch", "stadtbuch-node"):
            os.symlink(os.path.join(os.path.dirname(self.program), name), os.path.join(self.folder, "bin", name))
        base = free_ports(30, 1020)
        self.ports = {"node": base + 22, "client": base + 23}
        self.environment.update({
            "PATH": os.path.join(self.folder, "bin") + ":" + os.environ["PATH"],
            "STADTBUCH_UP_BASE_PORT": str(base), "STADTBUCH_UP_HTTP_PORT": str(base + 12)})
        self.node = None

    def member(self):
        return json.loads(pathlib.Path(self.folder, "koeln/member.json").read_text())

    def concrete(self, line):
        line = line.replace("192.0.2.20", "127.0.0.1")
        if " node init " in line:
            line += f" --node-port {self.ports['node']} --client-port {self.ports['client']} --telemetry-port 0"
        for word, value in (("STEWARD_DID", "steward_did"), ("STEWARD_VERKEY", "steward_verkey")):
            if word in line:
                line = line.replace(word, self.member()[value])
        return line.replace("TRUSTEE_DID", TRUSTEE)

    def shell(self, line, codes=(0,)):
        self.commands += 1
        done = subprocess.run(["bash", "-o", "pipefail", "-c", line], cwd=self.folder, env=self.environment, text=True,
                              capture_output=True, timeout=120, stdin=subprocess.DEVNULL)
        expect(done.returncode in codes, f"{line}\n  exit {done.returncode}\n  {done.stdout[-1500:]}\n  {done.stderr[-1500:]}")
        return done.stdout

    def start(self, line):
        self.stop()
        self.commands += 1
        with open(os.path.join(self.folder, "node.out"), "a") as out:
            self.node = subprocess.Popen(line.split(), cwd=self.folder, env=self.environment, stdout=out, stderr=out)

    def stop(self):
        if self.node:
            self.node.terminate()
            self.node.wait(timeout=30)
            self.node = None

    def status(self, folder="koeln"):
        done = subprocess.run([self.program, "node", "status", "--socket", os.path.join(folder, "admin.sock")], text=True,
                              cwd=self.folder, env=self.environment, capture_output=True, timeout=60)
        return json.loads(done.stdout) if done.stdout.startswith("{") else {}

    def wait(self, check, what, folder="koeln"):
        end = time.monotonic() + PATIENCE_SECONDS
        while not check(self.status(folder)):
            log = pathlib.Path(self.folder, "node.out").read_text()[-1500:]
            expect(time.monotonic() < end, f"{what}: {json.dumps(self.status(folder))[:1500]}\n{log}")
            time.sleep(0.1)

    def perform(self, lines):
        for line in lines:
            line = self.concrete(line)
            if line.startswith("stadtbuch-node "):
                self.start(line)
            else:
                # What a status says of a node that does not take part yet is no failure of the command.
                self.shell(line, codes=(0, 1, 5) if " node status " in line else (0,))

    def close(self):
        self.stop()
        subprocess.run([self.program, "down"], capture_output=True, timeout=60, env=self.environment)
        super().close()


def takes_part(status):
    return bool(status.get("ready")) and "koeln-01" in status["registry"]


def run_pages(t, pages):
    t.shell("stadtbuch up --no-agent")
    for name in ("pool_transactions_genesis", "domain_transactions_genesis"):
        shutil.copy(t.path(f"state/stadtbuch/local/{name}"), t.folder)
    seed = t.private_file("trustee", "000000000000000000000000Trustee1\n")
    t.shell(f"stadtbuch did import --seed-file {seed}")
    join, replace, rotate, move = pages["Join"], pages["Replace a disk"], pages["Rotate keys"], pages["Move and leave"]
    for block in join:
        t.perform(block)
    t.wait(takes_part, "the new member takes part")
    for block in rotate:
        before = t.member()
        t.perform(block)
        expect(t.member() != before, "new keys are in the member file")
        t.wait(takes_part, "it takes part with its new key")
    t.stop()
    shutil.rmtree(os.path.join(t.folder, "koeln/data"))
    t.perform(replace[0])
    t.wait(lambda status: status.get("recovering") and status.get("votes_from_checkpoint"), "it follows without voting")
    for block in replace[1:]:
        t.perform(block)
    moved = t.member()
    moved["host"] = "127.0.0.2"
    pathlib.Path(t.folder, "koeln/member.json").write_text(json.dumps(moved))
    t.perform(move[0])
    t.wait(lambda status: "koeln-01" not in status.get("registry", ["koeln-01"]), "it has left",
           t.path("state/stadtbuch/local/Node1"))


def main():
    docs = pathlib.Path(sys.argv[2]) / "docs"
    english, german = blocks_of(docs / "operations.md"), blocks_of(docs / "operations.de.md")
    expect(list(english.values()) == list(german.values()), "the two languages hold different command lines")
    expect([len(blocks) for blocks in english.values()] == [3, 2, 2, 1], f"blocks: {english}")
    t = Operator(sys.argv[1])
    try:
        run_pages(t, english)
        print(f"{t.commands} command lines ran")
    finally:
        t.close()


main()
