#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""HAIP switched on, and an independent wallet (../agent-wallet/haip.mjs) whose provider the agent trusts.

Usage: haip.py AGENT   path of stadtbuch-agent
"""
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tests/interop"))
from agent_process import Agent  # noqa: E402: found by the line above
from wallet_packages import install  # noqa: E402

WALLETS = """[wallets]
haip = true
providers = "provider-ca.pem"
key_attestation_required = true
key_storage = ["iso_18045_high"]
user_authentication = ["iso_18045_high"]
dpop_nonce = true
"""


def openssl(*arguments, folder):
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def make_provider(folder, name, authority):
    """A wallet provider's key and certificate, by an authority of its own."""
    (folder / f"{name}.cnf").write_text("basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n"
                                        "subjectAltName=DNS:wallet.example\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n")
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    openssl("req", "-x509", *key, "-keyout", f"{name}-ca.key", "-out", authority, "-days", "30", "-subj", f"/CN={name} root/C=DE",
            "-addext", "keyUsage=critical,keyCertSign,cRLSign", folder=folder)
    openssl("req", *key, "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={name}/C=DE", folder=folder)
    openssl("x509", "-req", "-in", f"{name}.csr", "-CA", authority, "-CAkey", f"{name}-ca.key", "-CAcreateserial", "-days", "20",
            "-extfile", f"{name}.cnf", "-out", f"{name}.pem", folder=folder)


def main():
    if len(sys.argv) != 2:
        print(__doc__)
        return 64
    install()
    with tempfile.TemporaryDirectory() as place:
        agent = Agent(str(pathlib.Path(sys.argv[1]).resolve()), place + "/agent")
        make_provider(agent.folder, "provider", "provider-ca.pem")
        make_provider(agent.folder, "stranger", "stranger-ca.pem")
        settings = agent.folder / "agent.toml"
        before, rest = settings.read_text().split("[wallets]\n", 1)
        settings.write_text(before + WALLETS + "\n" + rest[rest.index("\n["):])
        with agent:
            # Node.js 18 tries the first address of localhost only, which is ::1 on Debian; the agent listens on 127.0.0.1.
            trusting = {**os.environ, "NODE_EXTRA_CA_CERTS": str(agent.folder / "ca.pem"), "NODE_OPTIONS": "--dns-result-order=ipv4first"}
            return subprocess.run(["node", "haip.mjs", str(agent.folder)], cwd=ROOT / "tests/e2e/agent-wallet", env=trusting,
                                  timeout=300, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
