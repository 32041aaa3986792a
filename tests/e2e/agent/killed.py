#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""kill -9 of an agent on its own store while wallets take credentials, again and again, at moments drawn by lot: no credential
without its status entry, no index twice, no case lost that the office was told of. (On PostgreSQL: instances.py.)

Usage: killed.py AGENT [SEED]   AGENT: path of stadtbuch-agent
"""
import json
import pathlib
import random
import sys
import tempfile
import time
import zlib

from instances import Load, Town, from_base64url, until

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tests/interop"))
from agent_process import Agent  # noqa: E402: found by the line above

KILLS, BETWEEN = 12, 5


class Office(Town):
    """Remembers each case that it was told of, too."""

    def __init__(self, folder, port):
        super().__init__(folder, port)
        self.made = []

    def api(self, path, body=None):
        answer = super().api(path, body)
        if path == "/api/cases" and body is not None:
            with self.lock:
                self.made.append(answer["id"])
        return answer


def kill(agent):
    agent.process.kill()
    agent.process.wait()


def status_of(agent, uri, index):
    token = agent.get(uri).body.decode()
    octets = zlib.decompress(from_base64url(json.loads(from_base64url(token.split(".")[1]))["status_list"]["lst"]))
    return octets[index // 8] >> index % 8 & 1


def check_books(agent, office):
    entries = [(uri, index) for _, uri, index in office.issued]
    assert len(set(entries)) == len(entries), "an index was used twice"
    for case in office.made:
        assert office.api("/api/cases/" + case)["id"] == case, f"case {case} is lost"
    assert all(status_of(agent, uri, index) == 0 for _, uri, index in office.issued[:3])
    # Whoever has a credential can be revoked: the entry belongs to the case, in the books as in the list.
    for case, _, _ in office.issued:
        assert office.api("/api/cases/" + case)["state"] == "issued", case
        office.api(f"/api/credentials/{case}/revoke", {"reason": "test"})
    for _, uri, index in office.issued:
        until(lambda uri=uri, index=index: status_of(agent, uri, index) == 1, f"revocation of {uri} {index}")
    print(f"{len(entries)} credentials, each with an entry of its own that its case revokes; {len(office.made)} cases, none lost")


def main():
    if len(sys.argv) not in (2, 3):
        print(__doc__)
        return 64
    seed = int(sys.argv[2]) if len(sys.argv) == 3 else random.SystemRandom().randrange(10**9)
    print(f"seed {seed}")
    lot = random.Random(seed)
    with tempfile.TemporaryDirectory() as place:
        agent = Agent(str(pathlib.Path(sys.argv[1]).resolve()), place + "/agent")
        with agent:
            office = Office(agent.folder, agent.port)
            load = Load(office)
            try:
                for _ in range(KILLS):
                    load.more(BETWEEN)
                    time.sleep(lot.random() * 0.25)
                    kill(agent)
                    agent.__enter__()
                load.more(BETWEEN)
            finally:
                load.ending.set()
                load.stop()
            print(f"killed {KILLS} times while four wallets took credentials")
            check_books(agent, office)
    return 0


if __name__ == "__main__":
    sys.exit(main())
