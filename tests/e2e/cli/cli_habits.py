#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""The habits of the command line against a live network: settings, contexts, colour, pipes, Ctrl-C, locks (CL-01 to CL-12).

usage: cli_habits.py PROGRAM
"""
import concurrent.futures
import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time

from terminal import Terminal, expect, free_ports

TRUSTEE = "V4SGRU86Z58d6TV7PBUe6f"
PATIENCE = 60


class OnTerminal:
    """A command on a pseudo terminal."""

    def __init__(self, t, *arguments, **environment):
        self.master, slave = pty.openpty()
        self.slave = slave
        self.process = subprocess.Popen([t.program, *arguments], stdin=slave, stdout=slave, stderr=slave,
                                        env={**t.environment, "TERM": "xterm", **environment},
                                        preexec_fn=lambda: (os.setsid(), __import__("fcntl").ioctl(0, 0x540E, 0)))
        self.text = ""

    def until(self, wanted):
        end = time.monotonic() + PATIENCE
        while wanted not in self.text:
            expect(time.monotonic() < end, f"the terminal never showed {wanted!r}: {self.text!r}")
            if select.select([self.master], [], [], 0.2)[0]:
                self.text += os.read(self.master, 4096).decode()
            elif self.process.poll() is not None:
                expect(wanted in self.text, f"ended without {wanted!r}: {self.text!r}")
        return self

    def type(self, keys):
        os.write(self.master, keys.encode())
        return self

    def echoes(self):
        import termios
        return bool(termios.tcgetattr(self.slave)[3] & termios.ECHO)

    def end(self):
        """Everything that was shown, and the exit code. Reading goes on, because a full terminal blocks."""
        end = time.monotonic() + PATIENCE
        while self.process.poll() is None or select.select([self.master], [], [], 0.1)[0]:
            expect(time.monotonic() < end, f"it does not end: {self.text!r}")
            if select.select([self.master], [], [], 0.1)[0]:
                self.text += os.read(self.master, 4096).decode()
        os.close(self.slave)
        os.close(self.master)
        return self.text, self.process.returncode


def settings(t):
    def origin(*more):
        entry = json.loads(t.run("-o", "json", *more, "config", "view"))["settings"]["timeout"]
        return entry["value"], entry["origin"]

    def write(path, text):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    expect(origin() == ("30", "built in"), "nothing is set")
    write(t.path("system/stadtbuch/config.toml"), "timeout = 31\noutput = \"yaml\"\n")
    expect(origin() == ("31", "system"), "system")
    write(t.path("config/stadtbuch/config.toml"), "timeout = 32\n[up]\nbase_port = 9800\n")
    expect(origin() == ("32", "user"), "user over system")
    expect(t.run("version").startswith("version:"), "the system's output form applies")
    write(t.path("project/.stadtbuch.toml"), "timeout = 33\n")
    os.makedirs(t.path("project/below"), exist_ok=True)
    here = os.getcwd()
    os.chdir(t.path("project/below"))
    expect(origin() == ("33", "project"), "project over user, also from a folder below")
    t.environment["STADTBUCH_TIMEOUT"] = "34"
    expect(origin() == ("34", "environment"), "environment over project")
    os.chdir(here)
    output = json.loads(t.run("-o", "json", "config", "view"))["settings"]["output"]
    expect(output["origin"] == "flag" and output["value"] == "json", f"flag over all: {output}")
    t.environment["STADTBUCH_TIMEOUT"] = "many"
    expect(t.error("context", "list", code=2)["error"] == "SB-1003", "a wrong value stops a command")
    t.run("config", "check", code=2)
    t.run("config", "view")
    del t.environment["STADTBUCH_TIMEOUT"]
    write(t.path("config/stadtbuch/config.toml"), "timeot = 32\n")
    expect(t.error("context", "list", code=2)["error"] == "SB-1004", "an unknown key stops a command")
    os.remove(t.path("config/stadtbuch/config.toml"))
    os.remove(t.path("system/stadtbuch/config.toml"))
    t.run("config", "check")
    expect("passphrase_file" in t.run("config", "view", "--origin"), "a table for people")


def contexts(t, genesis):
    expect(t.json("context", "list")["contexts"] == [], "none yet")
    t.run("context", "add", "bad", "--genesis", t.private_file("no-genesis", "{}\n"), code=2)
    t.run("context", "use", "nowhere", code=3)
    t.run("context", "add", "demo", "--genesis", genesis, "--as", TRUSTEE)
    t.run("context", "add", "koeln", "--genesis", genesis, "--production")
    expect([one["current"] for one in t.json("context", "list")["contexts"]] == [True, False], "the first is used")
    expect(t.json("context", "show")["network"] == "demo", "commands go there")
    t.run("get", "nym", TRUSTEE)
    t.run("nym", "--dest", TRUSTEE, "--alias", "by context")
    expect("network demo" in t.talk and TRUSTEE in t.talk, "the write names network and signer")
    t.run("context", "use", "koeln")
    shown = t.json("context", "show")
    expect(shown["production"] and "contexts.toml" in shown["origin"], f"{shown}")
    expect(t.run("context", "prompt") == "[koeln!]\n", "for the shell's prompt")
    write = ["nym", "--dest", TRUSTEE, "--alias", "production", "--as", TRUSTEE]
    expect(t.error(*write, code=2)["error"] == "SB-5013", "scripts must name it")
    t.run("get", "nym", TRUSTEE)
    t.run("--color", "always", *write, "--network", "koeln")
    expect("\033[31mkoeln (production)\033[0m" in t.talk, "marked")
    t.environment["STADTBUCH_NETWORK"] = "demo"
    expect(t.json("context", "show")["origin"] == "environment STADTBUCH_NETWORK", "stronger than the current one")
    del t.environment["STADTBUCH_NETWORK"]
    t.run("context", "remove", "koeln")
    expect(t.json("context", "list")["contexts"][0]["name"] == "demo", "one is left")
    t.run("get", "nym", TRUSTEE, "--network", "koeln", code=2)
    t.run("context", "use", "demo")


def forms(t):
    expect(t.run("--select", "data.role", "get", "nym", TRUSTEE) == "0\n", "one value, plain")
    expect(t.run("-o", "name", "get", "nym", TRUSTEE) == TRUSTEE + "\n", "a name")
    expect(t.run("-o", "name", "status", "--dir", t.network).splitlines()[:2] == ["Node1", "Node2"], "names")
    expect("role: \"0\"\n" in t.run("-o", "yaml", "--select", "data", "get", "nym", TRUSTEE), "YAML")
    expect(len(t.run("-o", "jsonl", "get", "auth-rule").splitlines()) == 1, "one line")
    t.run("--select", "data.nothing", "get", "nym", TRUSTEE, code=3)
    t.run("--select", "a..b", "get", "nym", TRUSTEE, code=2)
    wide = t.run("-o", "wide", "status", "--dir", t.network).splitlines()
    expect(len(wide[0].split()) > 7 and all(len(line.split()) == len(wide[0].split()) for line in wide[1:5]), "columns")
    for path in ("status", "get", "nym"):
        t.run(path, "--help")
    page = t.run("get", "nym", "--help")
    expect(page.index("Examples:") < page.index("Options:"), "examples first")
    t.run("sttus", code=2)
    expect("Did you mean stadtbuch status?" in t.talk, "a suggestion")
    t.run("nym", "--verky", "x", code=2)
    expect("--verkey" in t.talk, "for options, too")
    expect(t.error("get", "nmy", TRUSTEE, code=2)["next"] == "Did you mean stadtbuch get nym?", "also in JSON")
    lines = [json.loads(line) for line in t.run("-o", "jsonl", "logs", "Node1", "-n", "3", "--dir", t.network).splitlines()]
    expect(len(lines) == 3 and all(line["member"] == "Node1" for line in lines), "logs as rows")
    expect(len(t.run("logs", "Node1", "-n", "2", "--dir", t.network).splitlines()) == 2, "as many lines as asked for")
    for command in (["revoke", "-" + "a" * 21, "--reason", "x", "--yes"], ["verify", "--id", "-" + "b" * 21]):
        expect(t.error(*command, code=2)["error"] == "SB-5070", "an id that begins with a dash is no option")
    expect(t.run("wallet", "list") == "" and "empty" in t.talk, "nobody is asked for the passphrase of nothing")
    following = subprocess.Popen([t.program, "logs", "-f", "Node1", "--dir", t.network], env=t.environment, text=True,
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    expect(following.stdout.readline(), "the last lines come first")
    following.send_signal(signal.SIGINT)
    expect(following.wait(PATIENCE) == 130, "Ctrl-C ends it")
    following.communicate()
    t.run("logs", "Node9", "--dir", t.network, code=3)
    t.run("down", "Node9", "--dir", t.network, code=3)


def colour(t):
    def shown(*arguments, **environment):
        return OnTerminal(t, *arguments, **environment).end()[0]

    expect("\033[31merror" in shown("get", "schema", "x"), "red on a terminal")
    for environment in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        expect("\033[" not in shown("get", "schema", "x", **environment), f"{environment}")
    expect("\033[31merror" in shown("get", "schema", "x", NO_COLOR=""), "an empty NO_COLOR says nothing")
    expect("\033[" not in shown("--color", "never", "get", "schema", "x"), "by flag")
    t.run("get", "schema", "x", code=2)
    expect("\033[" not in t.talk, "no colour in a file")
    t.run("--color", "always", "get", "schema", "x", code=2)
    expect("\033[31m" in t.talk, "unless it is wanted")


def pipes(t):
    done = subprocess.run(["bash", "-o", "pipefail", "-c", 'exec 3>&1; "$0" get auth-rule 2>&3 | true', t.program],
                          env=t.environment, capture_output=True, text=True, timeout=PATIENCE)
    expect("error" not in done.stdout and "error" not in done.stderr, f"a closed pipe is no error: {done}")
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run([t.program, "get", "nym", TRUSTEE], stdout=full, stderr=subprocess.PIPE, text=True,
                              env=t.environment, timeout=PATIENCE)
    expect(done.returncode == 1 and "SB-5001" in done.stderr, f"lost output is a failure: {done}")


def interruptions(t):
    asked = OnTerminal(t, "did", "show", "--passphrase-file", "", STADTBUCH_PASSPHRASE_FILE="").until("Passphrase:")
    expect(not asked.echoes(), "a passphrase is not shown")
    asked.type("\x03")
    end = time.monotonic() + PATIENCE
    while asked.process.poll() is None:
        expect(time.monotonic() < end, "Ctrl-C ends it")
        time.sleep(0.01)
    expect(asked.echoes(), "the terminal is as it was")
    expect(asked.end()[1] == 130, "exit code of Ctrl-C")
    unanswered = subprocess.run([t.program, "did", "show"], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                                env={**t.environment, "STADTBUCH_PASSPHRASE_FILE": ""}, timeout=PATIENCE)
    expect(unanswered.returncode == 1 and "SB-5030" in unanswered.stderr, "without a terminal nobody is asked")
    other = t.path("interrupted")
    base = free_ports(22, shift=110)
    up = subprocess.Popen([t.program, "up", "--dir", other, "--no-agent", "--base-port", str(base), "--http-port",
                           str(base + 12)], env=t.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    end = time.monotonic() + PATIENCE
    while not os.path.exists(f"{other}/Node1/pid"):
        expect(up.poll() is None and time.monotonic() < end, "it starts members")
        time.sleep(0.001)
    up.send_signal(signal.SIGINT)
    out, talk = up.communicate(timeout=PATIENCE)
    # Whoever is faster: an interrupted start leaves nothing, a finished one runs.
    states = {one["state"] for one in json.loads(subprocess.run(
        [t.program, "-o", "json", "status", "--dir", other], env=t.environment, capture_output=True, text=True,
        timeout=PATIENCE).stdout)["members"]}
    expect((up.returncode, states) in ((130, {"stopped"}), (0, {"ready"})), f"{up.returncode} {states} {out} {talk}")
    t.run("down", "--dir", other)


def together(t):
    before = len(t.json("did", "show")["dids"])
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        made = [one.result()["did"] for one in [pool.submit(t.json, "did", "new") for _ in range(8)]]
    held = [one["did"] for one in t.json("did", "show")["dids"]]
    expect(len(set(made)) == 8 and set(made) <= set(held) and len(held) == before + 8, "no key is lost")
    import fcntl
    with open(t.path("data/stadtbuch/dids.json.lock"), "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        waiting = subprocess.Popen([t.program, "did", "new"], env=t.environment, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True)
        line = waiting.stderr.readline()
        expect("waiting for another command" in line, f"it says why it waits: {line}")
        t.run("did", "show")
        expect(waiting.poll() is None, "it waits; reading does not")
    expect(waiting.wait(PATIENCE) == 0, "then it goes on")
    waiting.communicate()


def read_own_writes(t):
    """A read by the next process shows the write, with no pause between them."""
    for number in range(12):
        one = t.json("did", "new")
        t.run("nym", "--dest", one["did"], "--verkey", one["verkey"], "--as", TRUSTEE)
        expect(t.json("get", "nym", one["did"])["data"]["verkey"] == one["verkey"], f"NYM {number}")
        t.run("attrib", "--dest", TRUSTEE, "--raw", json.dumps({"n": number}), "--as", TRUSTEE)
        expect(t.json("get", "attrib", TRUSTEE, "--raw", "n")["data"] == {"n": number}, f"ATTRIB {number}")


def second_up(t):
    addresses = t.json("up", "--dir", t.network, "--no-agent", "--http-port", 1234, "--nodes", 7)
    expect(addresses["explorer"] == t.addresses["explorer"] and addresses["nodes"] == 4, f"the truth: {addresses}")
    expect(addresses["ran_before"] is True, "it ran")
    expect("not applied: --nodes (it is 4), --http-port" in t.talk, f"and says what it did not do: {t.talk}")
    expect(t.run("--no-input", "up", "--dir", t.network, "--fresh", code=7) == "", "what is there is not removed unasked")


def unreachable(t, genesis):
    with open(genesis, encoding="utf-8") as file:
        text = file.read()
    closed = t.private_file("closed", re.sub(r'"client_port":\d+', '"client_port":1', text))
    for command in (["get", "nym", TRUSTEE], ["get", "txn", "1"], ["get", "auth-rule"], ["taa", "show"], ["get", "taa"],
                    ["nym", "--dest", TRUSTEE, "--alias", "x", "--as", TRUSTEE],
                    ["attrib", "--dest", TRUSTEE, "--raw", "{\"a\":1}", "--as", TRUSTEE],
                    ["nym", "--dest", TRUSTEE, "--alias", "x", "--as", TRUSTEE, "--dry-run=node"]):
        error = t.error(*command, "--genesis", closed, "--timeout", 1, code=5)
        expect(error["next"], f"a next step: {error}")
    for name, content in (("empty", ""), ("garbage", "no json\n"), ("array", "[]\n"),
                          ("domain", open(f"{t.network}/domain_transactions_genesis", encoding="utf-8").read())):
        error = t.error("get", "nym", TRUSTEE, "--genesis", t.private_file(name, content), code=1)
        expect(error["error"].startswith("SB-"), f"{name}: {error}")
    other_keys = t.private_file("other-keys", re.sub(r'"blskey":"(.)', r'"blskey":"x', text))
    t.error("get", "nym", TRUSTEE, "--genesis", other_keys, "--timeout", 1,
            code=t_exit(t, "get", "nym", TRUSTEE, "--genesis", other_keys, "--timeout", "1"))
    wrong = t.private_file("wrong-seed", "0" * 32)
    expect(t.error("nym", "--dest", TRUSTEE, "--alias", "x", "--as", TRUSTEE, "--seed-file", wrong, code=4)["error"] ==
           "SB-3010", "a wrong key is refused")
    os.chmod(wrong, 0o644)
    expect(t.error("nym", "--dest", TRUSTEE, "--seed-file", wrong, code=2)["error"] == "SB-4001", "others can read it")
    t.run("nym", "--dest", TRUSTEE, "--alias", "piped", "--seed-file", "-", stdin="000000000000000000000000Trustee1\n")


def t_exit(t, *arguments):
    """Its exit code, which must be one that says that nothing was believed."""
    code = subprocess.run([t.program, *arguments], env=t.environment, capture_output=True, timeout=PATIENCE).returncode
    expect(code in (1, 5, 6), f"exit {code}")
    return code


def shells(t):
    script = 'source <("$0" completion bash); COMP_WORDS=(stadtbuch get ny); COMP_CWORD=2; _stadtbuch; echo "${COMPREPLY[@]}"'
    environment = {**t.environment, "PATH": os.path.dirname(t.program) + ":" + t.environment["PATH"]}
    done = subprocess.run(["bash", "-c", script, t.program], env=environment, capture_output=True, text=True,
                          timeout=PATIENCE)
    expect(done.stdout == "nym\n", f"bash completes: {done}")
    done = subprocess.run(["fish", "-c", "stadtbuch completion fish | source; complete -C 'stadtbuch get ny'"],
                          env=environment, capture_output=True, text=True, timeout=PATIENCE)
    expect(done.stdout.startswith("nym\t"), f"fish completes: {done}")
    done = subprocess.run(["zsh", "-f", "-n", "/dev/stdin"], input=t.run("completion", "zsh"), env=environment,
                          capture_output=True, text=True, timeout=PATIENCE)
    expect(done.returncode == 0 and not done.stderr, f"zsh reads its script: {done}")
    begin = time.monotonic()
    expect(TRUSTEE in t.run("__complete", "--", "get", "nym", "V4"), "a DID that was seen")
    expect(time.monotonic() - begin < PATIENCE / 2, "without the network")
    t.run("-q", "man", "--dir", t.path("man"))
    pages = sorted(os.listdir(t.path("man")))
    expect("stadtbuch.1" in pages and "stadtbuch-get-nym.1" in pages and len(pages) > 50, f"{len(pages)} pages")
    for page in pages:
        done = subprocess.run(["groff", "-K", "utf8", "-man", "-ww", "-z", "-Tutf8", os.path.join(t.path("man"), page)],
                              capture_output=True, text=True, timeout=PATIENCE)
        expect(not done.stderr, f"{page}: {done.stderr}")


def plans(t):
    dry = ["nym", "--dest", TRUSTEE, "--role", "steward", "--as", TRUSTEE]
    size = t.json("status", "--dir", t.network)["members"][0]["status"]["ledgers"]["domain"]["size"]
    request = json.loads(t.run("-o", "json", *dry, "--dry-run=node"))
    expect(request["operation"]["role"] == "2" and "rule to change role from trustee to steward" in t.talk, t.talk)
    expect("1 signature of trustee" in t.talk and "Nothing was sent." in t.talk, t.talk)
    stranger = t.json("did", "new")
    t.run("nym", "--dest", stranger["did"], "--role", "trustee", "--as", stranger["did"], "--dry-run=node", code=4)
    expect("not on the ledger" in t.talk and "not met" in t.talk, t.talk)
    t.run("nym", "--dest", stranger["did"], "--as", stranger["did"], "--dry-run=maybe", code=2)
    now = t.json("status", "--dir", t.network)["members"][0]["status"]["ledgers"]["domain"]["size"]
    expect(now == size, "nothing was sent")


def main():
    t = Terminal(sys.argv[1])
    try:
        settings(t)
        t.addresses = t.up("--no-agent")
        genesis = f"{t.network}/pool_transactions_genesis"
        t.run("did", "import", "--seed-file", f"{t.network}/trustee_seed")
        contexts(t, genesis)
        forms(t)
        colour(t)
        pipes(t)
        interruptions(t)
        together(t)
        read_own_writes(t)
        second_up(t)
        unreachable(t, genesis)
        shells(t)
        plans(t)
        print(f"{t.commands} commands behaved")
    finally:
        t.close()


main()
