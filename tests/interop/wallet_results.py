#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""Runs the wallets that others wrote against a real agent and writes WALLETS.md: library, what was seen to hold.

Usage: wallet_results.py BUILD
BUILD is a build folder with stadtbuch-agent. Needs node and npm, Maven with a JDK from 17 on, cargo. The libraries come from
npm, PyPI, Maven Central and crates.io in the versions of the lock files. Anything that fails ends it, and no table is written.
"""
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
HEAD = """# Wallets and verifiers of others against a real agent

<!-- Made by tests/interop/wallet_results.py; do not edit. -->

Unmodified libraries, the shipped agent, the example town. Each line was printed after its checks had held. The first four rows are also
part of `tests/run`.

| libraries | what held |
| --- | --- |
"""


def lines_of(command, **options):
    """What the command printed about what held."""
    done = subprocess.run([str(word) for word in command], check=True, stdout=subprocess.PIPE, text=True, **options)
    return [line.strip() for line in done.stdout.splitlines() if line.strip() != "all held"]


def main():
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    build = pathlib.Path(sys.argv[1]).absolute()
    programs, clients = build / "bin", build / "tests/clients"
    jars, target = clients / "eudi", clients / "sd_jwt_crate"
    subprocess.run(["mvn", "-q", "-B", "-f", HERE / "eudi/pom.xml", f"-Dstadtbuch.target={jars}", "compile"], check=True)
    subprocess.run(["cargo", "build", "--quiet", "--release", "--locked", "--manifest-path", HERE / "sd_jwt_crate/Cargo.toml"],
                   check=True, env={**os.environ, "CARGO_TARGET_DIR": str(target)})
    python = [sys.executable, HERE / "indy_vdr_run.py", "--requirements", "requirements_sd_jwt.txt", clients / "sd_jwt_python",
              HERE / "sd_jwt_wallet.py", programs, clients / "sd_jwt_agent"]
    rows = {
        "npm `@openid4vc/*` 0.4.6, `@sd-jwt/sd-jwt-vc` 0.19.0, `dcql` 3.0.0, `openid-client` 6.8.9":
            lines_of([sys.executable, HERE.parent / "e2e/agent/run", programs / "stadtbuch-agent", "--wallet"]),
        "The same npm libraries and `jose` 5.9.6, HAIP switched on":
            lines_of([sys.executable, HERE.parent / "e2e/agent/haip.py", programs / "stadtbuch-agent"]),
        "The same, `dcql` and `@sd-jwt/jwt-status-list` 0.19.0, trust by lists alone":
            lines_of([sys.executable, HERE.parent / "e2e/agent/trust.py", programs / "stadtbuch-agent"]),
        "PyPI `sd-jwt` 0.10.4, `jwcrypto` 1.6.1": lines_of(python),
        "Maven `eudi-lib-jvm-openid4vci-kt` 0.7.1 (presented by `sd-jwt`)": lines_of([*python, "--eudi", jars]),
        "crate `sd-jwt-payload` 0.5.1": lines_of([*python, "--crate", target / "release/sd-jwt-wallet"]),
    }
    text = "".join(f"| {name} | {'<br>'.join(lines)} |\n" for name, lines in rows.items())
    (HERE / "WALLETS.md").write_text(HEAD + text, encoding="utf-8")


if __name__ == "__main__":
    main()
