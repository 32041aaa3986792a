#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""An agent that knows issuers of identity cards and providers of wallets from trust lists alone, and an independent wallet
(../agent-wallet/trust.mjs) whose provider revokes wallets and keys by status lists.

Usage: trust.py AGENT   path of stadtbuch-agent
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

from haip import ROOT, make_provider
from agent_process import Agent  # found by haip
from wallet_packages import install

WALLETS = """[wallets]
haip = true
key_attestation_required = true

[[trust_list]]
name = "Ausweise"
source = "cards.jwt"
signers = "operator-ca.pem"
types = ["urn:eudi:pid:de:1", "urn:eudi:pid:1"]
address = "https://lists.example/cards.jwt"

[[trust_list]]
name = "Wallets"
source = "wallets.jwt"
signers = "operator-ca.pem"
wallet_providers = true

[foreign]
hosts = ["status.example"]
inner_hosts = ["localhost"]
authorities = "ca.pem"
"""


REGISTRATION = """registration = "registration.jwt"
issuer_dataset = "issuer.json"
verifier_dataset = "verifier.json"
"""


def main():
    if len(sys.argv) != 2:
        print(__doc__)
        return 64
    install()
    with tempfile.TemporaryDirectory() as place:
        agent = Agent(str(pathlib.Path(sys.argv[1]).resolve()), place + "/agent")
        for name in ("operator", "provider", "stranger"):
            make_provider(agent.folder, name, f"{name}-ca.pem")
        (agent.folder / "registration.jwt").write_text("e30.e30.AAAA\n")
        for role in ("issuer", "verifier"):
            (agent.folder / f"{role}.json").write_text(json.dumps({"registryURI": "https://registrar.example", "role": role}))
        settings = agent.folder / "agent.toml"
        before, rest = settings.read_text().replace('"urn:eudi:pid:de:1", "urn:eudi:pid:1", ', "").split("[wallets]\n", 1)
        before = before.replace('crl = "ca.crl"\n', 'crl = "ca.crl"\n' + REGISTRATION)
        settings.write_text(before + WALLETS + "\n" + rest[rest.index("\n["):])
        # Node.js 18 tries the first address of localhost only, which is ::1 on Debian; the agent listens on 127.0.0.1.
        trusting = {**os.environ, "NODE_EXTRA_CA_CERTS": str(agent.folder / "ca.pem"), "NODE_OPTIONS": "--dns-result-order=ipv4first"}
        wallet = {"cwd": ROOT / "tests/e2e/agent-wallet", "env": trusting, "timeout": 300}
        subprocess.run(["node", "trust.mjs", str(agent.folder), "prepare"], check=True, **wallet)
        with agent:
            return subprocess.run(["node", "trust.mjs", str(agent.folder)], check=False, **wallet).returncode


if __name__ == "__main__":
    sys.exit(main())
