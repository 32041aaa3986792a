# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""A local pool of real processes, and a client that speaks raw CURVE frames to it. Used by e2e and interop tests."""
import contextlib
import hashlib
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import time

import base58
import nacl.bindings
import nacl.signing
import zmq
import zmq.utils.z85

VALIDATORS = ("Node1", "Node2", "Node3", "Node4")
MEMBERS = VALIDATORS + ("observer",)
FAULTS_TOLERATED = 1


class Failed(Exception):
    """A test's expectation that did not hold."""


def expect(condition, text):
    if not condition:
        raise Failed(text)


def wait_until(check, seconds, what):
    """Polls `check` until it gives something true; that is returned."""
    end = time.monotonic() + seconds
    while True:
        value = check()
        if value:
            return value
        if time.monotonic() > end:
            raise Failed(f"not within {seconds} s: {what}")
        time.sleep(0.05)


def padded_seed(name):
    return name.rjust(32, "0").encode()


def free_ports(count):
    """The first of `count` consecutive ports that are free now, and the last of them plus 1000 is too: an agent has
    its metrics there."""
    for _ in range(200):
        base = random.randrange(20000, 32000)
        with contextlib.ExitStack() as stack:
            try:
                for port in (*range(base, base + count), base + count + 999):
                    one = stack.enter_context(socket.socket())
                    one.bind(("127.0.0.1", port))
                return base
            except OSError:
                continue
    raise Failed("no free ports")


class Signer:
    """A DID with its key."""

    def __init__(self, seed):
        self.key = nacl.signing.SigningKey(seed)
        self.verkey = base58.b58encode(bytes(self.key.verify_key)).decode()
        self.did = base58.b58encode(bytes(self.key.verify_key)[:16]).decode()

    @classmethod
    def random(cls):
        return cls(os.urandom(32))

    def sign(self, message):
        return self.key.sign(message).signature


TRUSTEE = Signer(padded_seed("Trustee1"))


def signing_text(value, top=True):
    """The text that requests are signed over (indy-client-protocol §4); enough for what these tests send."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, dict):
        skipped = ("signature", "signatures", "fees") if top else ()
        return "|".join(f"{k}:{signing_text(v, False)}" for k, v in sorted(value.items()) if k not in skipped)
    if isinstance(value, list):
        return ",".join(signing_text(item, False) for item in value)
    return str(value)


def signed_request(signer, operation, **changes):
    request = {"identifier": signer.did, "operation": operation, "protocolVersion": 2,
               "reqId": random.getrandbits(62) + 1}
    request.update(changes)
    request = {k: v for k, v in request.items() if v is not ...}
    request["signature"] = base58.b58encode(signer.sign(signing_text(request).encode())).decode()
    return request


def nym_operation(who, **more):
    return {"type": "1", "dest": who.did, "verkey": who.verkey, **more}


def digest_of(request):
    """`digest` of a request: over the text with the signatures in it."""
    return hashlib.sha256(signing_text(request, top=False).encode()).hexdigest()


def has_let_go(pid):
    """Whether a killed process holds nothing any more: its first thread may be a zombie while others of its threads still
    hold its ports."""
    process = pathlib.Path(f"/proc/{pid}")
    try:
        state = (process / "stat").read_text().rsplit(")", 1)[1].split()[0]
        return state == "Z" and len(list((process / "task").iterdir())) <= 1
    except OSError:
        return True


class Pool:
    """Processes made by `stadtbuch up` in a folder of their own; with `register` also an agent."""

    def __init__(self, programs, folder, register=None):
        self.register = register
        self.programs = pathlib.Path(programs)
        self.folder = pathlib.Path(folder)
        self.cli = str(self.programs / "stadtbuch")
        self.node = str(self.programs / "stadtbuch-node")
        self.base_port = 0
        self.http_port = 0

    def __enter__(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        self.base_port = free_ports(12)
        self.http_port = self.base_port + 10
        try:
            self.up()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *failure):
        self.command("down", check=False)
        for member in (*MEMBERS, "agent"):
            pid = self.pid(member)
            if pid:
                os.kill(pid, signal.SIGKILL)

    def command(self, *arguments, check=True):
        done = subprocess.run([self.cli, *arguments, "--dir", str(self.folder)], capture_output=True, text=True, timeout=120)
        if check and done.returncode != 0:
            raise Failed(f"stadtbuch {' '.join(arguments)} ended with {done.returncode}: {done.stderr or done.stdout}")
        return done

    def up(self):
        agent = ["--agent-port", str(self.http_port + 1), "--register", str(self.register)] if self.register else ["--no-agent"]
        self.command("up", "--base-port", str(self.base_port), "--http-port", str(self.http_port), *agent)

    def start(self, member):
        self.command("start", member)

    def stop(self, member):
        self.command("down", member)

    def pid(self, member):
        """The running process of a member, or None."""
        try:
            pid = int((self.folder / member / "pid").read_text())
            command = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()
            state = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except (OSError, ValueError):
            return None
        return pid if str(self.folder / member).encode() in command and state != "Z" else None

    def kill(self, member):
        pid = self.pid(member)
        expect(pid, f"{member} was not running when it was to be killed")
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: has_let_go(pid), 10, f"{member} is gone")

    def status(self, member):
        """What the member says on its admin socket; None when it does not."""
        try:
            with socket.socket(socket.AF_UNIX) as link:
                link.settimeout(5)
                link.connect(str(self.folder / member / "admin.sock"))
                link.sendall(b'{"command":"status"}\n')
                text = b""
                while not text.endswith(b"\n"):
                    part = link.recv(65536)
                    if not part:
                        break
                    text += part
            return json.loads(text)
        except (OSError, ValueError):
            return None

    def ledger(self, member, name="domain"):
        status = self.status(member)
        return status["ledgers"][name] if status else None

    def wait_ready(self, member, seconds=30):
        return wait_until(lambda: (self.status(member) or {}).get("ready"), seconds, f"{member} is ready")

    def wait_equal(self, members=VALIDATORS, seconds=40):
        """All have the same size and root of each ledger; gives the domain ledger's size."""
        def same():
            seen = [self.status(member) for member in members]
            if not all(seen):
                return None
            tips = [{n: (l["size"], l["root"], l.get("state_root")) for n, l in s["ledgers"].items()} for s in seen]
            return tips[0]["domain"][0] if all(tip == tips[0] for tip in tips) else None
        return wait_until(same, seconds, f"equal ledgers of {', '.join(members)}")

    def memory_mib(self, member):
        for line in pathlib.Path(f"/proc/{self.pid(member)}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        raise Failed(f"no memory figure of {member}")

    def genesis_nodes(self):
        lines = (self.folder / "pool_transactions_genesis").read_text().splitlines()
        return {line["txn"]["data"]["data"]["alias"]: line["txn"]["data"] for line in map(json.loads, lines)}


class CurveClient:
    """One identity (CURVE key pair) towards some nodes' client ports, frame by frame."""

    def __init__(self, pool, nodes=VALIDATORS, port="client_port", seed=None, routing_id=None):
        self.context = zmq.Context()
        self.poller = zmq.Poller()
        self.sockets = {}
        key = nacl.signing.SigningKey(seed or os.urandom(32)).to_curve25519_private_key()
        public = zmq.utils.z85.encode(bytes(key.public_key))
        for alias, node in pool.genesis_nodes().items():
            if alias not in nodes:
                continue
            link = self.context.socket(zmq.DEALER)
            link.linger = 0
            link.sndhwm = 0
            link.reconnect_ivl = 50
            link.curve_secretkey = zmq.utils.z85.encode(bytes(key))
            link.curve_publickey = public
            server = nacl.bindings.crypto_sign_ed25519_pk_to_curve25519(base58.b58decode(node["dest"]))
            link.curve_serverkey = zmq.utils.z85.encode(server)
            link.routing_id = routing_id or public
            link.connect(f"tcp://127.0.0.1:{node['data'][port]}")
            self.poller.register(link, zmq.POLLIN)
            self.sockets[alias] = link

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.context.destroy(linger=0)

    def send(self, frame, nodes=None):
        if isinstance(frame, dict):
            frame = json.dumps(frame)
        if isinstance(frame, str):
            frame = frame.encode()
        for alias in nodes or self.sockets:
            # A socket whose key is refused has no connection that could take a frame.
            with contextlib.suppress(zmq.Again):
                self.sockets[alias].send(frame, zmq.NOBLOCK)

    def receive(self, seconds):
        """(alias, text) of the frames that come within `seconds` of silence at most."""
        names = {link: alias for alias, link in self.sockets.items()}
        for link, _ in self.poller.poll(int(seconds * 1000)):
            with contextlib.suppress(zmq.Again):
                while True:
                    yield names[link], link.recv(zmq.NOBLOCK)

    def answers(self, request, seconds=10, final_from=FAULTS_TOLERATED + 1, nodes=None, alike=False):
        """Sends a request; alias -> list of answers, until `final_from` nodes gave a final one; `alike`: one of the same kind."""
        self.send(request, nodes)
        out, final, end = {}, {"REPLY": set(), "REJECT": set(), "REQNACK": set()}, time.monotonic() + seconds

        def is_settled():
            counts = [len(members) for members in final.values()]
            return (max(counts) if alike else len(set().union(*final.values()))) >= final_from
        while not is_settled() and time.monotonic() < end:
            for alias, raw in self.receive(0.2):
                answer = json.loads(raw)
                result = answer.get("result") or {}
                number = result.get("reqId") or (result.get("txn") or {}).get("metadata", {}).get("reqId")
                if request["reqId"] not in (answer.get("reqId"), number):
                    continue
                out.setdefault(alias, []).append(answer)
                if answer["op"] in final:
                    final[answer["op"]].add(alias)
        return out

    def write(self, request, seconds=10, nodes=None):
        """Sends a write until f+1 nodes gave the same REPLY; gives its transaction's number. Up to f nodes may refuse it: one
        that is some milliseconds behind does not know an author who was just written."""
        answers = self.answers(request, seconds, nodes=nodes, alike=True)
        replies = [a["result"] for rows in answers.values() for a in rows if a["op"] == "REPLY"]
        refusals = [a for rows in answers.values() for a in rows if a["op"] in ("REJECT", "REQNACK")]
        expect(len(refusals) <= FAULTS_TOLERATED, f"a good write was refused: {refusals[:1]}")
        expect(len(replies) > FAULTS_TOLERATED, f"a write got {len(replies)} replies, and {refusals}")
        numbers = {reply["txnMetadata"]["seqNo"] for reply in replies}
        expect(len(numbers) == 1, f"replies differ: {numbers}")
        return numbers.pop()

    def transaction(self, number, node, ledger=1, seconds=10):
        """GET_TXN from one node."""
        request = {"identifier": TRUSTEE.did, "operation": {"type": "3", "data": number, "ledgerId": ledger},
                   "protocolVersion": 2, "reqId": random.getrandbits(62) + 1}
        answers = self.answers(request, seconds, final_from=1, nodes=[node])
        replies = [a["result"] for a in answers.get(node, []) if a["op"] == "REPLY"]
        expect(replies, f"{node} does not answer GET_TXN {number}: {answers}")
        return replies[0]["data"]
