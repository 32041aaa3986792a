#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""A whole network with its agent, used by a wallet of independent libraries (wallets.mjs).

Usage: wallets.py PROGRAMS FOLDER
The libraries are pinned in tests/e2e/agent-wallet/package-lock.json and installed there with npm ci.
"""
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))
from e2e_pool import Pool  # noqa: E402
from wallet_packages import install  # noqa: E402


def main():
    programs, folder = sys.argv[1:]
    install()
    with Pool(programs, folder, register=HERE.parents[1] / "config/town") as pool:
        agent = pool.folder / "agent"
        # Node.js 18 tries the first address of localhost only, which is ::1 on Debian; the agent listens on 127.0.0.1.
        trusting = {**os.environ, "NODE_EXTRA_CA_CERTS": str(agent / "ca.pem"), "NODE_OPTIONS": "--dns-result-order=ipv4first"}
        command = ["node", str(HERE / "wallets.mjs"), str(agent), f"http://127.0.0.1:{pool.http_port}"]
        code = subprocess.run(command, env=trusting, timeout=200).returncode
        if code != 0:
            print(pool.command("logs", "agent", check=False).stdout[-3000:])
    sys.exit(code)


if __name__ == "__main__":
    main()
