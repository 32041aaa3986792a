#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""Issuance by our agent and by ACA-Py (AnonCreds over DIDComm, wallet askar) in turn, on one machine in one run.

Usage: acapy_pair.py BUILD [--rounds N] [--count N] [--flows N]
Both stay up; in each round ACA-Py issues COUNT credentials, then our agent FLOWS single ones and FLOWS / 4 batches of ten, 8 in
flight each. ACA-Py: issuer and holder as two agents over HTTP, no revocation registry, SQLite, a pool of ours as its ledger; an
issuance is done when the issuer says so, that is when the holder has stored it and told. Ours: HTTPS, status entries, every answer
after its synced write. CPU is that of the issuing process, from the process table.
"""
import argparse
import http.server
import json
import os
import pathlib
import statistics
import subprocess
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path += [str(HERE), str(HERE.parent / "interop")]
IN_FLIGHT = 8
MARK = "STADTBUCH_ACAPY_PACKAGES"  # set: this runs with ACA-Py's packages


def cpu_seconds(process):
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Webhooks(http.server.BaseHTTPRequestHandler):
    """ACA-Py tells here which issuances are done."""
    on_done = staticmethod(lambda exchange: None)

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path.endswith("/topic/issue_credential_v2_0/") and body.get("state") == "done":
            self.on_done(body["cred_ex_id"])
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


class AcaPy:
    def __init__(self, issuer, holder, acapy):
        self.issuer, self.acapy = issuer, acapy
        did = issuer.get("/wallet/did/public")["result"]["did"]
        self.connection = acapy.connect(issuer, holder)
        schema = issuer.post("/schemas", {"schema_name": "speed", "schema_version": "1.0", "attributes": list(acapy.ATTRIBUTES)})
        definition = issuer.post("/credential-definitions", {"schema_id": schema.get("schema_id") or schema["sent"]["schema_id"],
                                                             "tag": "speed", "support_revocation": False})
        self.definition = definition.get("credential_definition_id") or definition["sent"]["credential_definition_id"]
        assert self.definition.startswith(did)

    def issue(self, count):
        """`count` issuances, IN_FLIGHT at a time: (seconds each, per second, CPU us of the issuer each)."""
        room, lock, begun, took = threading.Semaphore(IN_FLIGHT), threading.Lock(), {}, []

        def done(exchange):
            with lock:
                if exchange not in begun:
                    begun[exchange] = None  # told before the answer to our request came
                    return
                took.append(time.monotonic() - begun.pop(exchange))
            room.release()
        Webhooks.on_done = staticmethod(done)
        preview = {"@type": "issue-credential/2.0/credential-preview",
                   "attributes": [{"name": name, "value": value} for name, value in self.acapy.ATTRIBUTES.items()]}
        cpu, start = cpu_seconds(self.issuer.process), time.monotonic()
        for _ in range(count):
            assert room.acquire(timeout=120), "no issuance was done in 120 s"
            at = time.monotonic()
            exchange = self.issuer.post("/issue-credential-2.0/send", {
                "connection_id": self.connection, "auto_remove": True, "filter": {"indy": {"cred_def_id": self.definition}},
                "credential_preview": preview})["cred_ex_id"]
            with lock:
                early = exchange in begun
                if early:
                    begun.pop(exchange)
                    took.append(time.monotonic() - at)
                else:
                    begun[exchange] = at
            if early:
                room.release()
        for _ in range(IN_FLIGHT):
            assert room.acquire(timeout=120), "the last issuances were not done in 120 s"
        seconds = time.monotonic() - start
        return {"per_second": round(count / seconds, 2), "server_cpu_us_per_op": round((cpu_seconds(self.issuer.process) - cpu) / count * 1e6),
                "p50_ms": round(statistics.median(took) * 1000, 1)}


def rounds(options, theirs, ours):
    rows = []
    theirs.issue(IN_FLIGHT)  # warm-up, discarded
    ours.load("single", 50, 4)
    for _ in range(options.rounds):
        row = {"ACA-Py": theirs.issue(options.count), "single": ours.load("single", options.flows, IN_FLIGHT),
               "batch": ours.load("batch", max(20, options.flows // 4), IN_FLIGHT)}
        print(json.dumps(row["ACA-Py"]), flush=True)
        rows.append(row)
    return rows


def three(values):
    return " / ".join(f"{value:,.0f}" if value >= 100 else f"{value:.1f}" for value in (min(values), statistics.median(values), max(values)))


def table(rows):
    print("\n| figure | ACA-Py | ours, single | ours, ten at once | ratio single | ratio, credentials of batches |\n"
          "| --- | --- | --- | --- | --- | --- |")
    for key, better in (("per_second", 1), ("server_cpu_us_per_op", -1), ("p50_ms", -1)):
        ratios = {}
        for name, credentials in (("single", 1), ("batch", 10)):
            scale = credentials if key != "p50_ms" else 1
            ratios[name] = [scale * (row[name][key] / row["ACA-Py"][key]) ** better if better > 0
                            else scale * row["ACA-Py"][key] / row[name][key] for row in rows]
        cells = [three([row[name][key] for row in rows]) for name in ("ACA-Py", "single", "batch")]
        print(f"| {key} | {' | '.join(cells)} | {three(ratios['single'])} | {three(ratios['batch'])} |")


def run(options):
    import acapy  # with ACA-Py's packages only
    import agent_bench
    import e2e_pool
    packages = pathlib.Path(os.environ[MARK])
    hooks = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Webhooks)
    threading.Thread(target=hooks.serve_forever, daemon=True).start()
    with e2e_pool.Pool(options.build / "bin", options.build / "tests/clients/acapy_pair") as pool:
        seed = os.urandom(16).hex()
        acapy.http_json("POST", f"http://127.0.0.1:{pool.http_port}/register", {"seed": seed, "role": "ENDORSER"})
        pool.wait_equal()
        genesis = pool.folder / "pool_transactions_genesis"
        told = ["--webhook-url", f"http://127.0.0.1:{hooks.server_port}"]
        with acapy.Agent(packages, pool.folder, genesis, "askar", "issuer", "--seed", seed, *told) as issuer, \
                acapy.Agent(packages, pool.folder, genesis, "askar", "holder", "--auto-respond-credential-offer",
                            "--auto-store-credential") as holder:
            ours = agent_bench.Agent(options.build)
            try:
                table(rounds(options, AcaPy(issuer, holder, acapy), ours))
            finally:
                ours.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--flows", type=int, default=800)
    options = parser.parse_args()
    options.build = options.build.absolute()
    packages = options.build / "tests/clients/acapy"
    if MARK in os.environ:
        return run(options)
    wrapped = [sys.executable, HERE.parent / "interop/indy_vdr_run.py", "--requirements", "requirements_acapy.txt", packages, *sys.argv]
    sys.exit(subprocess.run([str(word) for word in wrapped], env={**os.environ, MARK: str(packages)}).returncode)


if __name__ == "__main__":
    main()
