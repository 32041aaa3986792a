# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""The npm packages of the wallet, pinned in tests/e2e/agent-wallet/package-lock.json."""
import fcntl
import pathlib
import subprocess

PACKAGES = pathlib.Path(__file__).resolve().parents[1] / "e2e/agent-wallet"


def install():
    """npm ci when the lock file is newer than what is installed; two tests may ask at once."""
    installed = PACKAGES / "node_modules/.package-lock.json"
    with open(PACKAGES / "package-lock.json") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if installed.exists() and installed.stat().st_mtime > (PACKAGES / "package-lock.json").stat().st_mtime:
            return
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--silent"], cwd=PACKAGES, check=True)
