# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""The agent's part of run.py: a fresh development agent with its real store, every answer after its synced write; on RocksDB
and, where Debian's package is installed, on a PostgreSQL server of its own with fsync."""
import http.client
import json
import os
import pathlib
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tests/e2e/agent"))
import postgres  # noqa: E402


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Agent:
    """A development agent in a folder of its own. `start_ms`: from the process to the first ready answer."""

    def __init__(self, build, server=None):
        self.build = build
        self.folder = tempfile.mkdtemp(prefix="stadtbuch-agent-bench-")
        self.port, self.telemetry = free_port(), free_port()
        program = str(build / "bin/stadtbuch-agent")
        subprocess.run([program, "init-dev", self.folder, "--register", str(ROOT / "config/town"), "--port",
                        str(self.port), "--telemetry-port", str(self.telemetry)], check=True, stdout=subprocess.DEVNULL)
        if server is not None:
            name = "bench" + str(self.port)
            server.sql("create database " + name)
            with open(self.folder + "/agent.toml", "a", encoding="utf-8") as settings:
                settings.write(f'\n[store]\nkind = "postgresql"\ndsn = "{server.dsn} dbname={name}"\n')
        begin = time.monotonic()
        with open(self.folder + "/log", "wb") as log:
            self.process = subprocess.Popen([program, "run", "-c", self.folder + "/agent.toml"], stdout=log, stderr=log)
        while not self.ready():
            if self.process.poll() is not None or time.monotonic() - begin > 30:
                raise SystemExit("the agent does not start: " + pathlib.Path(self.folder, "log").read_text()[-500:])
            time.sleep(0.002)
        self.start_ms = round((time.monotonic() - begin) * 1000)
        context = ssl.create_default_context(cafile=self.folder + "/ca.pem")
        self.connection = http.client.HTTPSConnection("localhost", self.port, context=context)
        self.token = pathlib.Path(self.folder, "api-token").read_text().strip()

    def ready(self):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{self.telemetry}/readyz", timeout=1).read()
            return True
        except OSError:
            return False

    def resident_mb(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return round(int(status.split("VmRSS:")[1].split()[0]) / 1024, 1)

    def request(self, path, body=None, headers=None):
        self.connection.request("POST" if body is not None else "GET", path, body, headers or {})
        answer = self.connection.getresponse()
        return answer.status, answer.headers, answer.read()

    def api(self, path, body):
        _, _, text = self.request(path, json.dumps(body), {"Authorization": "Bearer " + self.token,
                                                           "Content-Type": "application/json"})
        return json.loads(text)

    def load(self, mode, count, threads):
        done = subprocess.run([str(self.build / "bin/agent_load"), self.folder, mode, str(count), str(threads),
                               str(self.process.pid)], capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(done.stderr)
        result = json.loads(done.stdout)
        result["load_average"] = os.getloadavg()[0]
        print(json.dumps(result), flush=True)
        return result

    def status_list(self, serves=500):
        """A changed list of 2^20 entries: the first answer with it (signed on demand), then the rate of serving."""
        made = self.api("/api/cases", {"kind": "residence", "resident": "R100000"})
        self.api(f"/api/cases/{made['id']}/decide", {"decision": "approve"})
        path = "/status/" + json.loads(self.request("/status-lists")[2])["status_lists"][0].rsplit("/", 1)[1]
        tags, slowest = set(), 0.0
        for _ in range(serves):
            begin = time.monotonic()
            _, headers, _ = self.request(path, headers={"Accept-Encoding": "gzip"})
            spent = (time.monotonic() - begin) * 1000
            if headers["ETag"] not in tags:  # this one was signed for us
                tags.add(headers["ETag"])
                slowest = max(slowest, spent)
        begin = time.monotonic()
        for _ in range(serves):
            self.request(path, headers={"Accept-Encoding": "gzip"})
        result = {"mode": "status-list", "entries": 1 << 20, "first_answer_ms": round(slowest, 1),
                  "served_per_second": round(serves / (time.monotonic() - begin))}
        print(json.dumps(result), flush=True)
        return result

    def close(self):
        self.connection.close()
        self.process.terminate()
        self.process.wait(30)
        shutil.rmtree(self.folder, ignore_errors=True)


def measure_store(build, runs, count, row, server):
    figures = {"single": [], "batch": [], "present": [], "list": [], "process": []}
    for _ in range(runs):
        agent = Agent(build, server)
        try:
            time.sleep(2)  # idle: what start-up took is given back by then
            process = {"start_ms": agent.start_ms, "idle_mb": agent.resident_mb()}
            figures["list"].append(agent.status_list())
            agent.load("single", max(50, count // 10), 4)  # warm-up, discarded
            figures["single"].append(agent.load("single", count, 8))
            figures["batch"].append(agent.load("batch", max(50, count // 4), 8))
            figures["present"].append(agent.load("present", count, 8))
            process["loaded_mb"] = agent.resident_mb()
            print(json.dumps(process), flush=True)
            figures["process"].append(process)
        finally:
            agent.close()
    print(f"\nStore: {'RocksDB' if server is None else 'PostgreSQL'}\n\n"
          "| workload | figure | min | median | max |\n| --- | --- | --- | --- | --- |")
    for name, mode in (("complete issuance, one credential", "single"), ("complete issuance, batch of ten", "batch"),
                       ("verified presentation, direct_post.jwt", "present")):
        for key in ("per_second", "server_cpu_us_per_op", "client_cpu_us_per_op", "p50_ms", "p99_ms"):
            row(name, figures[mode], key)
    for key in ("first_answer_ms", "served_per_second"):
        row("status list of 1,048,576 entries", figures["list"], key)
    for key in ("start_ms", "idle_mb", "loaded_mb"):
        row("the process", figures["process"], key)


def measure(build, runs, count, row):
    """`row(name, results, key)` prints min, median and max over the runs."""
    measure_store(build, runs, count, row, None)
    if postgres.programs() is None:
        print("not measured: PostgreSQL is not installed")
        return
    server = postgres.Server(durable=True)
    try:
        measure_store(build, runs, count, row, server)
    finally:
        server.stop()
