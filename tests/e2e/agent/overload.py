#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""More than the agent can take: requests beyond its queue, connections beyond their number, bodies beyond its memory.
Who is refused hears 503 and when to come again, what was answered stays, and afterwards everything is as before.

Usage: overload.py AGENT   path of stadtbuch-agent
"""
import http.client
import json
import pathlib
import re
import signal
import socket
import sys
import tempfile

from instances import Load, Town, until

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tests/interop"))
from agent_process import Agent  # noqa: E402: found by the line above

CONNECTIONS, WAITING, BODY_BYTES = 40, 4, 1 << 20
# 32 MiB of long bodies, and what the allocator keeps beside them.
GROWTH_KB_MAX = 96 * 1024


class Caller:
    """A TLS connection over which octets go as they are."""

    def __init__(self, agent):
        plain = socket.create_connection(("127.0.0.1", agent.port), timeout=60)
        self.socket = agent.context.wrap_socket(plain, server_hostname="localhost")

    def send(self, text):
        try:
            self.socket.sendall(text)
            return True
        except OSError:
            return False  # the agent has closed it

    def answer(self):
        """(status, head) of what comes next; (0, "") when the agent closed."""
        read = b""
        try:
            while b"\r\n\r\n" not in read:
                more = self.socket.recv(65536)
                if not more:
                    return 0, ""
                read += more
            head, body = read.split(b"\r\n\r\n", 1)
            length = int(re.search(rb"content-length: *(\d+)", head, re.I)[1])
            while len(body) < length:
                body += self.socket.recv(65536)
        except OSError:
            return 0, ""
        self.body = body
        return int(head[9:12]), head.decode()

    def close(self):
        self.socket.close()


def try_to_call(agent):
    try:
        return Caller(agent)
    except OSError:
        return None  # closed before its handshake: beyond those that are told


def callers_that_say(agent, text, number):
    callers = []
    while len(callers) < number and (caller := try_to_call(agent)):
        caller.send(text)  # at once: newcomers take the place of those who say nothing
        callers.append(caller)
    return callers


def served(agent):
    try:
        return agent.ask("GET", "/robots.txt").status == 200
    except (OSError, http.client.HTTPException):
        return False  # another newcomer took its place


def says_when(head):
    seconds = re.search(r"^retry-after: (\d+)\r?$", head, re.I | re.M)
    return seconds is not None and 1 <= int(seconds[1]) <= 30


def request(agent, path, body=b"", length=None):
    return (f"POST {path} HTTP/1.1\r\nHost: localhost:{agent.port}\r\nAuthorization: Bearer {agent.token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {length or len(body)}\r\n\r\n").encode() + body


def memory_kb(agent, name):
    return int(re.search(rf"^{name}:\s+(\d+) kB", pathlib.Path(f"/proc/{agent.process.pid}/status").read_text(), re.M)[1])


def metric(agent, name):
    return int(re.search(rf"^stadtbuch_agent_{name} (\d+)$", agent.metrics(), re.M)[1])


def too_many_requests(agent):
    """Thirty requests that arrive in one moment, at a queue of four: each is either done or refused, none is half done."""
    order = request(agent, "/api/cases", json.dumps({"kind": "residence", "resident": "R100000"}).encode())
    before = agent.api("/api/cases")["total"]
    made, refused = [], 0

    def burst():
        nonlocal refused
        callers = [Caller(agent) for _ in range(30)]
        agent.process.send_signal(signal.SIGSTOP)
        for caller in callers:
            assert caller.send(order)
        agent.process.send_signal(signal.SIGCONT)
        for caller in callers:
            status, head = caller.answer()
            assert status == 201 or status == 503 and says_when(head), (status, head)
            if status == 201:
                made.append(json.loads(caller.body)["id"])
            refused += status == 503
            caller.close()
        return refused >= 20 and made

    until(burst, "a refusal for want of workers")
    assert agent.api("/api/cases")["total"] == before + len(made), "a refused request left a case"
    for case in made:
        assert agent.api("/api/cases/" + case)["id"] == case
    print(f"{len(made)} requests done and {refused} refused: exactly those done are in the books")


def too_many_connections(agent):
    """Half requests hold all connections; one more hears 503, and everybody is served when they are gone."""
    half = b"GET /robots.txt HTTP/1.1\r\n"
    told = 0

    def crowd():
        nonlocal told
        halves = callers_that_say(agent, half, CONNECTIONS + 20)
        late = try_to_call(agent)
        if late and late.send(half + b"Host: localhost\r\n\r\n"):
            status, head = late.answer()
            assert status != 503 or says_when(head), head
            told += status == 503
        for caller in halves + [late] * bool(late):
            caller.close()
        return told > 0

    until(crowd, "a refusal for want of connections")
    until(lambda: served(agent), "a connection after the crowd has gone")
    print(f"connections: {CONNECTIONS} are served, others hear when to come again")


def too_many_octets(agent):
    """Each connection sends a body of a MiB but for its last octet: 32 MiB are kept, more are refused."""
    start = request(agent, "/nowhere", b"x" * (BODY_BYTES - 1), BODY_BYTES)
    refused = 0

    def fill():
        nonlocal refused
        callers = callers_that_say(agent, start, CONNECTIONS)
        status, head = 0, ""
        for caller in reversed(callers):  # who came last is refused first
            caller.socket.settimeout(5)
            if not refused:
                status, head = caller.answer()
                refused += status == 503
            caller.close()
        assert not refused or says_when(head), head
        return refused > 0

    until(fill, "a refusal for want of memory")
    print("bodies: more than 32 MiB at once are refused")


def main():
    if len(sys.argv) != 2:
        print(__doc__)
        return 64
    with tempfile.TemporaryDirectory() as folder:
        agent = Agent(str(pathlib.Path(sys.argv[1]).resolve()), folder + "/agent")
        settings = agent.folder / "agent.toml"
        text = settings.read_text()
        assert text.count("[limits]\n") == 1
        settings.write_text(text.replace("[limits]\n", f"[limits]\nconnections = {CONNECTIONS}\nwaiting_requests = {WAITING}\n"))
        with agent:
            town = Town(agent.folder, agent.port)
            town.issue()
            before_kb = memory_kb(agent, "VmHWM")
            too_many_requests(agent)
            wallets = Load(town)
            try:
                too_many_connections(agent)
                too_many_octets(agent)
            finally:
                wallets.stop()
            grown_kb = memory_kb(agent, "VmHWM") - before_kb
            assert grown_kb < GROWTH_KB_MAX, f"{grown_kb} kB more than before"
            assert json.loads(agent.get("/healthz").body)["alive"] and json.loads(agent.get("/readyz").body)["ready"]
            assert metric(agent, "http_refused_for_now_total") > 20
            arrived = town.count()
            for _ in range(5):
                town.issue()
            entries = [(uri, index) for _, uri, index in town.issued]
            assert len(set(entries)) == len(entries) == arrived + 5, "an index was used twice"
            assert agent.api("/api/cases?state=issued")["total"] >= len(entries)
            for case, _, _ in town.issued[:50] + town.issued[-50:]:
                assert agent.api("/api/cases/" + case)["state"] == "issued", case
            print(f"{arrived} credentials arrived meanwhile, 5 afterwards; memory grew by {grown_kb // 1024} MiB at most")
    return 0


if __name__ == "__main__":
    sys.exit(main())
