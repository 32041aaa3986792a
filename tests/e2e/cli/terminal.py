# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""A terminal for tests: a local network on free ports, commands with their exit codes and JSON."""
import json
import os
import shutil
import socket
import subprocess
import tempfile


def are_free(ports):
    sockets = []
    try:
        for port in ports:
            one = socket.socket()
            sockets.append(one)
            one.bind(("127.0.0.1", port))
        return True
    except OSError:
        return False
    finally:
        for one in sockets:
            one.close()


def free_ports(count, *also, shift=0):
    """First of `count` consecutive ports that nobody listens on now, nor on those `also` further on.

    Each process begins elsewhere, so that tests that run side by side do not meet; its second network begins far away,
    by `shift`.
    """
    steps = 220
    for step in range(steps):
        base = 21000 + (os.getpid() + shift + step) % steps * 40
        if are_free([*range(base, base + count), *(base + offset for offset in also)]):
            return base
    raise RuntimeError("no free ports")


PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../docs/cli-output.json")
with open(PAGE, encoding="utf-8") as page:
    OUTPUT = json.load(page)
TYPES = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "object": dict, "array": list,
         "null": type(None), "any": object}


def fits(value, types):
    """Whether a value is of one of the types; a boolean is no number."""
    return any(isinstance(value, TYPES[one]) and not (isinstance(value, bool) and one in ("integer", "number"))
               for one in types.rstrip("?").split("|"))


def undocumented(value, members):
    """What is wrong with an object, by docs/cli-output.json."""
    wrong = [f"{key} is missing" for key, types in members.items()
             if key not in value and key != "*" and not types.endswith("?")]
    for key, inside in value.items():
        types = members.get(key, members.get("*"))
        if types is None:
            wrong.append(f"{key} is not documented")
        elif not fits(inside, types):
            wrong.append(f"{key} is no {types}")
    return wrong


class Failed(AssertionError):
    pass


class Terminal:
    """Runs the program in its own user folders, so that nothing of the real user is read or changed."""

    def __init__(self, program):
        self.program = os.path.abspath(program)
        self.home = tempfile.mkdtemp(prefix="stadtbuch-cli-")
        self.network = os.path.join(self.home, "network")
        self.passphrase = self.private_file("passphrase", "correct horse\n")
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": self.home,
            "XDG_DATA_HOME": os.path.join(self.home, "data"),
            "XDG_STATE_HOME": os.path.join(self.home, "state"),
            "XDG_CONFIG_HOME": os.path.join(self.home, "config"),
            "XDG_CACHE_HOME": os.path.join(self.home, "cache"),
            "XDG_CONFIG_DIRS": os.path.join(self.home, "system"),
            "STADTBUCH_PASSPHRASE_FILE": self.passphrase,
        }
        if "ASAN_OPTIONS" in os.environ:
            self.environment["ASAN_OPTIONS"] = os.environ["ASAN_OPTIONS"]
        self.commands = 0

    def path(self, name):
        return os.path.join(self.home, name)

    def private_file(self, name, text):
        path = os.path.join(self.home, name)
        with open(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as file:
            file.write(text)
        return path

    def run(self, *arguments, code=0, stdin=""):
        """Standard output; fails if the exit code is another one."""
        done = subprocess.run([self.program, *map(str, arguments)], input=stdin, capture_output=True, text=True,
                              timeout=120, env=self.environment)
        self.commands += 1
        if done.returncode != code:
            raise Failed(f"{' '.join(map(str, arguments))}\n  exit {done.returncode}, expected {code}\n"
                         f"  stdout: {done.stdout[:2000]}\n  stderr: {done.stderr[:2000]}")
        self.talk = done.stderr
        return done.stdout

    def json(self, *arguments, code=0, stdin=""):
        value = json.loads(self.run("-o", "json", *arguments, code=code, stdin=stdin))
        words = [str(word) for word in arguments]
        names = [" ".join(words[:2]), words[0]]
        members = next((OUTPUT["commands"][name] for name in names if name in OUTPUT["commands"]), None)
        if members is not None and "--dry-run" not in words:
            wrong = undocumented(value, members)
            expect(not wrong, f"{' '.join(words[:2])}: {wrong}")
        return value

    def error(self, *arguments, code, stdin=""):
        """The error object of standard error; standard output holds no more than data."""
        self.run("-o", "json", *arguments, code=code, stdin=stdin)
        last = json.loads([line for line in self.talk.splitlines() if line.startswith("{")][-1])
        wrong = undocumented(last, OUTPUT["error"])
        expect(not wrong and last["code"] == code, f"the error object: {wrong} {last}")
        return last

    def up(self, *more):
        # Nodes from the first on, the explorer at 12, the agent at 20 and its metrics 1000 above.
        base = free_ports(22, 1020)
        return self.json("up", "--dir", self.network, "--base-port", base, "--http-port", base + 12,
                         "--agent-port", base + 20, *more)

    def close(self):
        subprocess.run([self.program, "down", "--dir", self.network], capture_output=True, timeout=60, env=self.environment)
        shutil.rmtree(self.home, ignore_errors=True)


def expect(condition, what):
    if not condition:
        raise Failed(what)
