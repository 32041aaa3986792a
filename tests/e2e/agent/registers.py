#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""An agent whose registers are a service that asks for a certificate (mutual TLS), that of a configured type and the
companies among them: with ours it works, without it is refused.

Usage: registers.py AGENT   path of stadtbuch-agent
"""
import csv
import hashlib
import http.server
import json
import pathlib
import shutil
import ssl
import subprocess
import sys
import tempfile
import threading

from instances import ROOT, ask, free_port, until

OWN = ("companies", "company_vehicles")  # beside the registers: a company's permit
TABLES = ("town", "zones", "streets", "residents", "vehicles", "districts")


def openssl(*arguments):
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


def authority(folder, name):
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", f"/CN={name}",
            "-keyout", f"{folder}/{name}.key", "-out", f"{folder}/{name}.pem")


def certificate(folder, name, signer):
    """For `localhost`, signed by an authority of the folder."""
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", f"/CN={name}",
            "-keyout", f"{folder}/{name}.key", "-out", f"{folder}/{name}.csr")
    pathlib.Path(folder, "names").write_text("subjectAltName=DNS:localhost\n")
    openssl("x509", "-req", "-in", f"{folder}/{name}.csr", "-CA", f"{folder}/{signer}.pem", "-CAkey", f"{folder}/{signer}.key",
            "-CAcreateserial", "-days", "2", "-extfile", f"{folder}/names", "-out", f"{folder}/{name}.pem")
    pathlib.Path(folder, name + ".key").chmod(0o600)


class Register(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    bodies = {}
    asked = []  # (who by certificate, path, status)

    def do_GET(self):
        name = dict(part[0] for part in self.connection.getpeercert()["subject"])["commonName"]
        body = self.bodies.get(self.path)
        tag = '"' + hashlib.sha256(body or b"").hexdigest() + '"'
        status = 404 if body is None else 304 if self.headers["If-None-Match"] == tag else 200
        self.asked.append((name, self.path, status))
        self.send_response(status)
        self.send_header("ETag", tag)
        self.send_header("Content-Length", str(len(body) if status == 200 else 0))
        self.end_headers()
        if status == 200:
            self.wfile.write(body)

    def log_message(self, *_):
        pass


class QuietServer(http.server.ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        pass  # refused handshakes are what is tested


def serve(folder):
    for name in ("pupils", *TABLES, *OWN):
        with open(ROOT / "config" / ("types" if name == "pupils" else "town") / (name + ".csv"), encoding="utf-8") as file:
            rows = list(csv.DictReader(file, delimiter=";"))
        if name == "streets":
            for row in rows:
                row["number_from"], row["number_to"] = int(row["number_from"]), int(row["number_to"])
        if name == "residents":
            for row in rows:
                row["information_block"] = row["information_block"] == "1"
                row["moving_out_date"] = row["moving_out_date"] or None
        Register.bodies[f"/agent/{name}.json"] = json.dumps(rows, ensure_ascii=False).encode()
    server = QuietServer(("127.0.0.1", 0), Register)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{folder}/server.pem", f"{folder}/server.key")
    context.load_verify_locations(f"{folder}/office.pem")
    context.verify_mode = ssl.CERT_REQUIRED
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def settings_with(folder, name, url, **files):
    lines = (folder / "agent.toml").read_text().split("\n")
    text = "\n".join(line for line in lines if not line.startswith(("companies = ", "vehicles = ")))
    text = text.replace("[representation]\n", '[representation]\ncompanies_table = "companies"\nvehicles_table = "company_vehicles"\n')
    text += f'\n[register]\nkind = "http"\nurl = "{url}"\n'
    text += "".join(f'{key} = "{file}"\n' for key, file in files.items())
    (folder / name).write_text(text)
    return str(folder / name)


def check(agent, settings):
    done = subprocess.run([agent, "check", "-c", settings], capture_output=True, text=True, timeout=120, check=False)
    return done.returncode, done.stdout + done.stderr


def work_with(agent, folder, settings, telemetry):
    """The desk answers from the service."""
    with open(folder / "log", "wb") as log:
        process = subprocess.Popen([agent, "run", "-c", settings], stdout=log, stderr=log)

    def ready():
        assert process.poll() is None, (folder / "log").read_text()[-2000:]
        try:
            return ask(telemetry, "GET", "/readyz").status == 200
        except OSError:
            return False

    try:
        until(ready, "the agent")
        token = (folder / "api-token").read_text().strip()
        port = (folder / "agent.toml").read_text().split("port = ")[1].split("\n")[0]
        for kind, resident, name in (("residence", "R100000", "Sören Jürgen"), ("school", "S200001", "Mustafa")):
            asked = subprocess.run(["curl", "-s", "--cacert", str(folder / "ca.pem"), "-H", "Authorization: Bearer " + token,
                                    "-H", "Content-Type: application/json", "-d", json.dumps({"kind": kind, "resident": resident}),
                                    f"https://localhost:{port}/api/cases"], capture_output=True, text=True, check=True)
            assert name in json.dumps(json.loads(asked.stdout), ensure_ascii=False), asked.stdout
    finally:
        process.terminate()
        ended = process.wait(30)
    assert ended == 0, ended


def main():
    if len(sys.argv) != 2:
        print(__doc__)
        return 64
    agent = str(pathlib.Path(sys.argv[1]).resolve())
    place = pathlib.Path(tempfile.mkdtemp(prefix="stadtbuch-registers-"))
    server = None
    try:
        folder = place / "agent"
        telemetry = free_port()
        types = place / "types"
        types.mkdir()
        text = (ROOT / "config/types/school.toml").read_text()
        (types / "school.toml").write_text(text.replace('file = "pupils.csv"', 'table = "pupils"'))
        subprocess.run([agent, "init-dev", str(folder), "--register", str(ROOT / "config/town"), "--types", str(types),
                        "--port", str(free_port()), "--telemetry-port", str(telemetry)], check=True, stdout=subprocess.DEVNULL)
        for name in ("office", "stranger"):
            authority(folder, name)
        for name, signer in (("server", "office"), ("client", "office"), ("unknown", "stranger")):
            certificate(folder, name, signer)
        server = serve(folder)
        url = f"https://localhost:{server.server_port}/agent"
        good = settings_with(folder, "good.toml", url, authority="office.pem", certificate="client.pem", private_key="client.key")
        code, said = check(agent, good)
        assert code == 0, said
        wanted = [("client", f"/agent/{name}.json", 200) for name in (*TABLES, "pupils", *OWN)]
        assert Register.asked == wanted, Register.asked
        code, said = check(agent, str(folder / "agent.toml"))
        assert code == 78 and "SB-1003" in said and "register.kind" in said, ("a table without a service", code, said)
        work_with(agent, folder, good, telemetry)
        seen = len(Register.asked)
        foreign = settings_with(folder, "b.toml", url, authority="office.pem", certificate="unknown.pem", private_key="unknown.key")
        code, said = check(agent, foreign)
        assert code == 69 and "SB-4105" in said, (code, said)
        untrusted = settings_with(folder, "c.toml", url, authority="stranger.pem", certificate="client.pem", private_key="client.key")
        code, said = check(agent, untrusted)
        assert code == 69 and "SB-4105" in said, (code, said)
        nobody = settings_with(folder, "d.toml", url, authority="office.pem")
        code, said = check(agent, nobody)
        assert code == 78 and "register.certificate" in said, (code, said)
        (folder / "client.key").chmod(0o644)
        code, said = check(agent, good)
        assert code == 77 and "SB-4001" in said, (code, said)
        assert len(Register.asked) == seen, "somebody was answered without our certificate"
        print("a register behind mutual TLS: works with our certificate, and four wrong ways are refused")
    finally:
        if server is not None:
            server.shutdown()
        shutil.rmtree(place, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
