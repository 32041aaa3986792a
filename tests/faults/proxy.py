#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""A user-space network between the members of a local pool: every byte from one to another passes here.

Usage: proxy.py POOL_FOLDER, with commands as JSON lines on stdin; each is answered by one line on stdout.

  {"do": "listen", "port": announced, "target": bound, "owner": "Node1"}
  {"do": "rule", "links": [["Node1", "Node2"], ...], "rule": {...}}    an empty rule heals the link
  {"do": "reset", "links": [...]}                                      the connections between the two end now
  {"do": "reset-far-end", "links": [...], "near": "Node1"}             they end at the other's end; what Node1 sends goes nowhere
  {"do": "reset-near-end"}                                             what was left open so ends, too
  {"do": "divert", "from": "Node1", "owner": "Node2", "target": port}   what Node1 dials from now on (null: as before)
  {"do": "connections"}                                                how many there are for each pair

A link is a direction: [from, to]. The pool ledger announces the proxy's ports, the members bind others. Who has dialled is
known by the process that owns the socket (/proc/PID/fd of the pid in POOL_FOLDER/MEMBER/pid); who
is no member is "client". A rule holds for all bytes from one to the other, on whichever connection:

  delay, jitter   seconds that each piece waits (uniform jitter)
  loss            probability that a piece comes 0.2 to 1 s late, as a lost segment does, and all behind it
  rate            bytes a second
  stall           true: nothing passes, connections stay open (and new ones are accepted by nobody who answers)
  cut             true: connections are reset, new ones too
  mtu             pieces longer than this never arrive, nor anything behind them
  corrupt         probability that one bit of a piece is turned
  reset_after     bytes after which the connection is reset in the middle of a piece
"""
import asyncio
import collections
import contextlib
import json
import os
import pathlib
import random
import socket
import struct
import sys

NETLINK_SOCK_DIAG, SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST = 4, 20, 1
PIECE_BYTES_MAX = 65536
# What one direction of one connection holds back; the sender's socket fills behind it.
HELD_BYTES_MAX = 1 << 20


def inode_of(port, target_port):
    """The socket from `port` to `target_port` of this machine, by one question to the kernel (sock_diag(7)): a look through
    /proc/net/tcp would take long where others leave thousands of sockets behind."""
    here = socket.inet_aton("127.0.0.1") + bytes(12)
    wanted = struct.pack("!HH", port, target_port) + here + here + struct.pack("=III", 0, 0xFFFFFFFF, 0xFFFFFFFF)
    request = struct.pack("=BBBBI", socket.AF_INET, socket.IPPROTO_TCP, 0, 0, 0xFFFFFFFF) + wanted
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_SOCK_DIAG) as kernel:
        kernel.send(struct.pack("=IHHII", 16 + len(request), SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST, 0, 0) + request)
        answer = kernel.recv(8192)
    if len(answer) < 16 + 72 or struct.unpack_from("=H", answer, 4)[0] != SOCK_DIAG_BY_FAMILY:
        return None
    return struct.unpack_from("=I", answer, 16 + 68)[0]


def owner_of(folder, port, target_port):
    """Which member's process holds the socket from `port` to `target_port`; None when it is gone."""
    inode = inode_of(port, target_port)
    if not inode:
        return None
    wanted = f"socket:[{inode}]"
    for place in folder.glob("*/pid"):
        with contextlib.suppress(OSError, ValueError):
            for entry in os.scandir(f"/proc/{int(place.read_text())}/fd"):
                with contextlib.suppress(OSError):
                    if os.readlink(entry.path) == wanted:
                        return place.parent.name
    return "client"


class Direction:
    """The bytes of one connection from `source` to `sink`, under the rule of their link."""

    def __init__(self, network, link, reader, writer, connection):
        self.network, self.link = network, link
        self.reader, self.writer, self.connection = reader, writer, connection
        self.held = collections.deque()  # (due, bytes)
        self.held_bytes = 0
        self.passed = 0
        self.last_due = 0.0
        self.blocked = False
        self.changed = asyncio.Event()

    @property
    def rule(self):
        return self.network.rules.get(self.link, {})

    async def read_on(self):
        while True:
            piece = await self.reader.read(PIECE_BYTES_MAX)
            if not piece:
                break
            self.hold(piece)
            self.changed.set()
            while self.held_bytes > HELD_BYTES_MAX:
                self.changed.clear()
                await self.changed.wait()
        self.connection.end()

    def hold(self, piece):
        rule, chance = self.rule, self.network.chance
        now = asyncio.get_running_loop().time()
        due = max(now, self.last_due) if rule.get("rate") else now
        due += rule.get("delay", 0) + chance.uniform(0, rule.get("jitter", 0))
        if chance.random() < rule.get("loss", 0):
            due += chance.uniform(0.2, 1.0)
        if rule.get("rate"):
            due += len(piece) / rule["rate"]
        if rule.get("mtu") and len(piece) > rule["mtu"]:
            self.blocked = True
        if chance.random() < rule.get("corrupt", 0):
            at = chance.randrange(len(piece))
            piece = piece[:at] + bytes([piece[at] ^ (1 << chance.randrange(8))]) + piece[at + 1:]
        # A stream keeps its order, whatever each piece was given.
        self.last_due = max(due, self.last_due) if rule else now
        self.held.append((self.last_due, piece))
        self.held_bytes += len(piece)

    async def write_on(self):
        loop = asyncio.get_running_loop()
        while True:
            if not self.held or self.rule.get("stall") or (self.blocked and self.rule.get("mtu")):
                self.changed.clear()
                await self.changed.wait()
                continue
            due, piece = self.held[0]
            if due > loop.time() and self.rule:  # a link that is whole again delays nothing
                self.changed.clear()
                with contextlib.suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(self.changed.wait(), due - loop.time())
                continue
            self.held.popleft()
            self.held_bytes -= len(piece)
            self.changed.set()
            limit = self.rule.get("reset_after")
            if limit and self.passed + len(piece) > limit:
                self.writer.write(piece[: max(0, limit - self.passed)])
                return self.connection.end(reset=True)
            self.passed += len(piece)
            self.writer.write(piece)
            await self.writer.drain()


def close_with_reset(writer):
    with contextlib.suppress(OSError):
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.close()


class Connection:
    def __init__(self, network, pair):
        self.network, self.pair = network, pair
        self.writers, self.directions, self.tasks = [], [], []

    async def run(self, reader, writer, target):
        self.writers.append(writer)
        if self.network.is_cut(self.pair):
            return self.end(reset=True)
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", target)
        except OSError:
            return self.end(reset=True)
        self.writers.append(far_writer)
        for each in self.writers:
            each.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        dialler, listener = self.pair
        self.directions = [Direction(self.network, (dialler, listener), reader, far_writer, self),
                           Direction(self.network, (listener, dialler), far_reader, writer, self)]
        self.network.connections.add(self)
        for each in self.directions:
            self.tasks += [asyncio.create_task(self.guarded(work)) for work in (each.read_on, each.write_on)]

    async def guarded(self, work):
        try:
            await work()
        except (OSError, asyncio.IncompleteReadError):
            self.end()

    def end(self, reset=False):
        self.network.connections.discard(self)
        for writer in self.writers:
            if reset:
                close_with_reset(writer)
            else:
                writer.close()
        for task in self.tasks:
            if task is not asyncio.current_task():
                task.cancel()

    def end_far(self, near):
        """The end of the one who is not `near` is reset; the other end stays open, and nothing comes or goes there any more."""
        kept, lost = self.writers if self.pair[0] == near else self.writers[::-1]
        self.network.connections.discard(self)
        for task in self.tasks:
            task.cancel()
        close_with_reset(lost)
        self.network.half_open.append(kept)


class Network:
    def __init__(self, folder, seed):
        self.folder = folder
        self.chance = random.Random(seed)
        self.rules = {}
        self.connections = set()
        self.servers = []
        self.diverted = {}
        self.half_open = []

    def is_cut(self, pair):
        return any(self.rules.get(link, {}).get("cut") for link in (pair, pair[::-1]))

    async def listen(self, port, target, owner):
        async def accepted(reader, writer):
            dialler = owner_of(self.folder, writer.get_extra_info("peername")[1], port)
            if dialler is None:
                return writer.close()
            pair = (dialler, owner)
            await Connection(self, pair).run(reader, writer, self.diverted.get(pair, target))
        self.servers.append(await asyncio.start_server(accepted, "127.0.0.1", port))

    def between(self, links):
        wanted = {tuple(link) for link in links}
        return [c for c in self.connections if c.pair in wanted or c.pair[::-1] in wanted]

    def apply(self, links, rule):
        for link in map(tuple, links):
            if rule:
                self.rules[link] = rule
            else:
                self.rules.pop(link, None)
        for connection in self.between(links):
            for direction in connection.directions:
                direction.changed.set()
                if direction.blocked and not direction.rule.get("mtu"):
                    direction.blocked = False
            if self.is_cut(connection.pair):
                connection.end(reset=True)

    async def obey(self, command):
        if command["do"] == "listen":
            await self.listen(command["port"], command["target"], command["owner"])
        elif command["do"] == "rule":
            self.apply(command["links"], command["rule"])
        elif command["do"] == "reset":
            for connection in self.between(command["links"]):
                connection.end(reset=True)
        elif command["do"] == "reset-far-end":
            for connection in self.between(command["links"]):
                connection.end_far(command["near"])
        elif command["do"] == "reset-near-end":
            while self.half_open:
                close_with_reset(self.half_open.pop())
        elif command["do"] == "divert":
            self.diverted.pop((command["from"], command["owner"]), None)
            if command["target"] is not None:
                self.diverted[(command["from"], command["owner"])] = command["target"]
        elif command["do"] == "connections":
            return collections.Counter(">".join(c.pair) for c in self.connections)
        else:
            raise ValueError(f"unknown command {command}")
        return True


async def main():
    network = Network(pathlib.Path(sys.argv[1]), 1)
    commands = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(commands), sys.stdin)
    while line := await commands.readline():
        try:
            answer = await network.obey(json.loads(line))
        except (OSError, ValueError, KeyError) as fault:
            answer = {"error": str(fault)}
        print(json.dumps(answer), flush=True)
    for connection in list(network.connections):
        connection.end(reset=True)


if __name__ == "__main__":
    asyncio.run(main())
