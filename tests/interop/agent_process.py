# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""A development agent as a process, for wallets that are no Node.js programs: its API, and HTTPS as a wallet sees it."""
import collections
import http.client
import json
import pathlib
import socket
import ssl
import subprocess
import time
import urllib.parse
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
PATIENCE_S = 120  # for what comes for sure, on a busy machine
FORM = "application/x-www-form-urlencoded"


class Answer(collections.namedtuple("Answer", "status headers body")):
    def json(self):
        return json.loads(self.body)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Agent:
    """Made by `init-dev` in `folder`, with the example town; ends with the block."""

    def __init__(self, program, folder, settings=""):
        self.folder = pathlib.Path(folder)
        self.port, self.telemetry = free_port(), free_port()
        subprocess.run([program, "init-dev", folder, "--register", ROOT / "config/town", "--types", ROOT / "config/types",
                        "--port", str(self.port), "--telemetry-port", str(self.telemetry)],
                       check=True, stdout=subprocess.DEVNULL)
        with open(self.folder / "agent.toml", "a", encoding="utf-8") as file:
            file.write(settings)
        self.base = f"https://localhost:{self.port}"
        self.token = (self.folder / "api-token").read_text().strip()
        self.context = ssl.create_default_context(cafile=self.folder / "ca.pem")
        self.program = program

    def __enter__(self):
        with open(self.folder / "log", "wb") as log:
            self.process = subprocess.Popen([self.program, "run", "-c", self.folder / "agent.toml"], stdout=log, stderr=log)
        deadline = time.monotonic() + PATIENCE_S
        while not self._ready():
            assert self.process.poll() is None, "the agent ended: " + self.log()
            assert time.monotonic() < deadline, f"the agent is not ready after {PATIENCE_S} s: " + self.log()
            time.sleep(0.05)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        assert self.process.wait(PATIENCE_S) == 0, "the agent ended badly: " + self.log()

    def _ready(self):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{self.telemetry}/readyz", timeout=5).read()
            return True
        except OSError:
            return False

    def log(self):
        return (self.folder / "log").read_text(encoding="utf-8")[-2000:]

    def metrics(self):
        return urllib.request.urlopen(f"http://127.0.0.1:{self.telemetry}/metrics", timeout=PATIENCE_S).read().decode()

    def ask(self, method, url, body=None, headers=None):
        """One request; `url` is whole or a path of the agent."""
        parts = urllib.parse.urlsplit(url)
        connection = http.client.HTTPSConnection("localhost", parts.port or self.port, context=self.context, timeout=PATIENCE_S)
        try:
            connection.request(method, parts.path + ("?" + parts.query if parts.query else ""), body, headers or {})
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def get(self, url):
        answer = self.ask("GET", url)
        assert answer.status == 200, f"{url}: {answer.status} {answer.body[:300]}"
        return answer

    def post_form(self, url, fields):
        return self.ask("POST", url, urllib.parse.urlencode(fields), {"Content-Type": FORM})

    def api(self, path, body=None):
        headers = {"Authorization": "Bearer " + self.token, "Content-Type": "application/json"}
        answer = self.ask("GET" if body is None else "POST", path, None if body is None else json.dumps(body), headers)
        assert answer.status < 300, f"{path}: {answer.status} {answer.body[:500]}"
        return answer.json()

    def offer(self, resident="R100000", **decision):
        """An approved proof of residence: link and transaction code."""
        made = self.api("/api/cases", {"kind": "residence", "resident": resident})
        offer = self.api(f"/api/cases/{made['id']}/decide", {"decision": "approve", **decision})["offer"]
        return offer["link"], offer["tx_code"]
