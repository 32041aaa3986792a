# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""Clients that write and read all the time and put down what they see: raw CURVE frames, and indy-vdr unmodified.

The raw writer is an open loop: a request every 1/WRITES_PER_SECOND, whether or not the last was answered, given to all
nodes again until it is. So the time between two acknowledgements is the time that the pool stood still.
"""
import asyncio
import hashlib
import json
import random
import threading
import time

import indy_vdr
from indy_vdr import ledger

from e2e_pool import (FAULTS_TOLERATED, TRUSTEE, VALIDATORS, CurveClient, Failed, Signer, digest_of, expect, nym_operation,
                      signed_request, wait_until)

WRITES_PER_SECOND = 25
READS_PER_SECOND = 3
REPEAT_SECONDS = 2
IN_FLIGHT_MAX = 4000
# With all faults over, no request may wait longer.
ANSWER_SECONDS_MAX = 120
# indy-vdr's own patience is 5 s; a request of it that failed may have been written.
VDR_PAUSE_SECONDS = 0.1
PATIENCE_ENDED = (indy_vdr.VdrErrorCode.POOL_TIMEOUT, indy_vdr.VdrErrorCode.POOL_NO_CONSENSUS,
                  indy_vdr.VdrErrorCode.CONNECTION)


def as_signed(request):
    """Of an attribute only the hash is signed and digested (indy-client-protocol §4)."""
    operation = dict(request["operation"])
    if "raw" in operation:
        operation["raw"] = hashlib.sha256(operation["raw"].encode()).hexdigest()
    return {**request, "operation": operation}


def signed(signer, operation):
    request = signed_request(signer, as_signed({"operation": operation})["operation"])
    return {**request, "operation": operation}


class Session(threading.Thread):
    """A thread that works until stopped; what it raises is raised by finish()."""

    def __init__(self, pool, history, name):
        super().__init__(name=name, daemon=True)
        self.pool, self.history = pool, history
        self.stopping = threading.Event()
        self.failure = None

    def run(self):
        try:
            self.work()
        except Exception as failure:  # handed to finish(), which raises it
            self.failure = failure

    def finish(self):
        self.stopping.set()
        self.join()
        if self.failure:
            raise self.failure


class RawWriter(Session):
    """Writes NYMs and, each fifth time, the next value of an attribute; counts acknowledgements by f+1 equal replies."""

    def __init__(self, pool, history, name="raw"):
        super().__init__(pool, history, name)
        self.owner = Signer.random()
        self.acks = []             # times
        self.sent_times = []       # of what was acknowledged, in the same order
        self.waiting = {}          # reqId -> request and what came for it
        self.count = 0
        self.refused = 0

    def work(self):
        with CurveClient(self.pool) as client:
            self.send(client, signed_request(TRUSTEE, nym_operation(self.owner, role="101")))
            due, end = time.monotonic(), None
            while not (self.stopping.is_set() and not self.waiting):
                now = time.monotonic()
                if self.stopping.is_set():
                    end = end or now + ANSWER_SECONDS_MAX
                    expect(now < end, f"{len(self.waiting)} requests are never answered")
                if now >= due and not self.stopping.is_set() and len(self.waiting) < IN_FLIGHT_MAX:
                    self.send(client, self.next_request())
                    due = max(due + 1 / WRITES_PER_SECOND, now - 1)
                for alias, raw in client.receive(max(0.0, min(0.02, due - time.monotonic()))):
                    self.on_answer(alias, json.loads(raw))
                self.repeat(client)

    def next_request(self):
        self.count += 1
        if self.count % 5 == 0 and self.acks:
            operation = {"type": "100", "dest": self.owner.did, "raw": json.dumps({self.name: self.count})}
            return signed(self.owner, operation)
        return signed_request(TRUSTEE, nym_operation(Signer.random()))

    def send(self, client, request):
        now = time.monotonic()
        digest, raw = digest_of(as_signed(request)), request["operation"].get("raw")
        written = {"key": self.name, "value": json.loads(raw)[self.name]} if raw else {}
        self.history.add(do="send", session=self.name, digest=digest, **written)
        self.waiting[request["reqId"]] = {"request": request, "digest": digest, "sent": now, "repeat": now + REPEAT_SECONDS,
                                          "replies": {}, "refusals": {}}
        client.send(request)

    def repeat(self, client):
        now = time.monotonic()
        late = [each for each in self.waiting.values() if each["repeat"] < now]
        for each in late[:50]:
            each["repeat"] = now + REPEAT_SECONDS
            client.send(each["request"])

    def on_answer(self, alias, answer):
        result = answer.get("result") or {}
        metadata = (result.get("txn") or {}).get("metadata") or {}
        waiting = self.waiting.get(metadata.get("reqId", answer.get("reqId")))
        if waiting is None:
            return
        if answer["op"] == "REPLY":
            number, ledger_time = result["txnMetadata"]["seqNo"], result["txnMetadata"]["txnTime"]
            voters = waiting["replies"].setdefault(number, set())
            voters.add(alias)
            if len(voters) > FAULTS_TOLERATED:
                del self.waiting[waiting["request"]["reqId"]]
                self.history.add(do="ack", session=self.name, digest=waiting["digest"], at=number, time=ledger_time,
                                 wall=round(time.time(), 2))
                self.sent_times.append(waiting["sent"])
                self.acks.append(time.monotonic())
        elif answer["op"] in ("REJECT", "REQNACK"):
            voters = waiting["refusals"].setdefault(answer["reason"], set())
            voters.add(alias)
            if len(voters) > FAULTS_TOLERATED:
                del self.waiting[waiting["request"]["reqId"]]
                self.refused += 1
                self.history.add(do="refused", session=self.name, digest=waiting["digest"], reason=answer["reason"])

    def wait_for_more(self, count, seconds, what):
        """Writes that were also sent after this call: what was under way does not prove anything."""
        begin = time.monotonic()

        def enough():
            return self.failure or sum(1 for sent in self.sent_times[-2 * IN_FLIGHT_MAX:] if sent > begin) >= count
        wait_until(enough, seconds, f"{count} writes {what}")

    def longest_stop(self, begin, end):
        """Seconds without an acknowledgement within [begin, end], whose ends count as ones."""
        inside = [begin, *(t for t in self.acks if begin < t < end), end]
        return max(later - earlier for earlier, later in zip(inside, inside[1:]))


class RawReader(Session):
    """Asks each node for the writer's attribute, by raw frames: who answers what is known."""

    def __init__(self, pool, history, writer):
        super().__init__(pool, history, "raw-reader")
        self.writer = writer

    def work(self):
        asked = {}
        with CurveClient(self.pool) as client:
            while not self.stopping.is_set():
                request = {"identifier": TRUSTEE.did, "protocolVersion": 2, "reqId": random.getrandbits(62) + 1,
                           "operation": {"type": "104", "dest": self.writer.owner.did, "raw": self.writer.name}}
                asked = {**dict(list(asked.items())[-50:]), request["reqId"]: set()}
                client.send(request)
                end = time.monotonic() + 1 / READS_PER_SECOND
                while time.monotonic() < end:
                    for alias, raw in client.receive(max(0.0, end - time.monotonic())):
                        self.on_answer(alias, json.loads(raw), asked)

    def on_answer(self, alias, answer, asked):
        result = answer.get("result") or {}
        # One node's answers come in the order of the questions; an answer to a question of long ago says nothing.
        if answer["op"] == "REPLY" and alias not in asked.get(result.get("reqId"), {alias}):
            asked[result["reqId"]].add(alias)
            put_down_read(self.history, self.name, alias, self.writer.name, result)


def put_down_read(history, session, node, key, result):
    if result.get("data") is None:
        return
    proof = (result.get("state_proof") or {}).get("multi_signature")
    history.add(do="read", session=session, node=node, key=key, value=json.loads(result["data"])[key], at=result["seqNo"],
                proof_time=proof["value"]["timestamp"] if proof else None)


class VdrSession(Session):
    """indy-vdr writes the next value of an attribute, then reads it at each node; it verifies each proof itself."""

    def __init__(self, pool, history, name="vdr"):
        super().__init__(pool, history, name)
        self.owner = Signer.random()
        self.genesis = str(pool.folder / "pool_transactions_genesis")
        self.writes = self.reads = self.timeouts = 0

    def work(self):
        asyncio.run(self.talk())

    async def talk(self):
        whole = await self.open()
        single = {node: await self.open(node_weights={n: 1.0 if n == node else 0.0 for n in VALIDATORS}) for node in VALIDATORS}
        nym = ledger.build_nym_request(TRUSTEE.did, self.owner.did, self.owner.verkey, role="ENDORSER")
        while not self.stopping.is_set() and not await self.write(whole, nym, TRUSTEE):
            pass
        readers = [asyncio.create_task(self.read_on(node, single[node])) for node in VALIDATORS]
        while not self.stopping.is_set():
            self.writes += 1
            attrib = ledger.build_attrib_request(self.owner.did, self.owner.did, None, json.dumps({self.name: self.writes}), None)
            await self.write(whole, attrib, self.owner, key=self.name, value=self.writes)
            await asyncio.sleep(VDR_PAUSE_SECONDS)
        await asyncio.gather(*readers)

    async def open(self, **options):
        while True:
            try:
                return await indy_vdr.open_pool(transactions_path=self.genesis, **options)
            except indy_vdr.VdrError as error:
                if error.code not in PATIENCE_ENDED or self.stopping.is_set():
                    raise
                self.timeouts += 1

    async def write(self, pool, request, signer, **written):
        request.set_signature(signer.sign(request.signature_input))
        digest = digest_of(as_signed(json.loads(request.body)))
        self.history.add(do="send", session=self.name, digest=digest, **written)
        try:
            result = await pool.submit_request(request)
        except indy_vdr.VdrError as error:
            if error.code in PATIENCE_ENDED:
                self.timeouts += 1
                return False
            raise Failed(f"indy-vdr's write was refused: {error}") from error
        expect(result["txn"]["metadata"]["digest"] == digest, "indy-vdr got another transaction's reply")
        self.history.add(do="ack", session=self.name, digest=digest, at=result["txnMetadata"]["seqNo"],
                         time=result["txnMetadata"]["txnTime"], wall=round(time.time(), 2))
        return True

    async def read_on(self, node, pool):
        while not self.stopping.is_set():
            try:
                result = await pool.submit_request(ledger.build_get_attrib_request(None, self.owner.did, self.name))
            except indy_vdr.VdrError:
                self.timeouts += 1
                continue
            self.reads += 1
            put_down_read(self.history, self.name, node, self.name, result)
            await asyncio.sleep(1 / READS_PER_SECOND)


def put_down_ledgers(pool, history, sample=300):
    """The final domain ledger as nodes serve it, from where the clients began: one node's whole, of the others the newest
    and a sample. All have equal roots by then."""
    size = pool.wait_equal(seconds=ANSWER_SECONDS_MAX)
    whole = {}
    for node in VALIDATORS:
        wanted = list(range(pool.filled_size + 1, size + 1))
        if whole:
            wanted = sorted(set(wanted[-sample:]) | set(random.sample(wanted, min(sample, len(wanted)))))
        found = transactions(pool, node, wanted)
        for at in wanted:
            digest = found[at]["txn"]["metadata"].get("digest")
            whole.setdefault(at, digest)
            expect(whole[at] == digest, f"{node} has another transaction {at}")
    # Equal roots and a sample say that the others have the same; the history's end names one.
    for at, digest in whole.items():
        history.add(do="end", node="all", at=at, digest=digest)
    return size


def transactions(pool, node, wanted, seconds=ANSWER_SECONDS_MAX):
    """GET_TXN for many positions, some at once."""
    found, asked, left, end = {}, {}, list(wanted), time.monotonic() + seconds
    with CurveClient(pool, [node]) as client:
        while len(found) < len(wanted):
            if not left and time.monotonic() > end:
                raise Failed(f"{node} gives {len(found)} of {len(wanted)} transactions")
            while left and len(asked) < 200:
                at = left.pop()
                request = {"identifier": TRUSTEE.did, "operation": {"type": "3", "data": at, "ledgerId": 1},
                           "protocolVersion": 2, "reqId": random.getrandbits(62) + 1}
                asked[request["reqId"]] = at
                client.send(request)
            for _, raw in client.receive(0.2):
                answer = json.loads(raw)
                at = asked.pop((answer.get("result") or {}).get("reqId"), None)
                if at is not None and answer["op"] == "REPLY":
                    expect(answer["result"]["data"], f"{node} has no transaction {at}")
                    found[at] = answer["result"]["data"]
    return found
