#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""Credo (credo/credo.mjs) on a pool of ours.

Usage: credo.py PROGRAMS FOLDER PACKAGES
  PROGRAMS  folder with stadtbuch and stadtbuch-node
  FOLDER    working folder, made anew
  PACKAGES  folder for the packages of credo/package-lock.json; installed when it is missing or old
The packages' install scripts would fetch native libraries from a host that need not be reachable; they are left out, and
the same libraries come from the wheels of this environment (requirements_credo.txt).
"""
import fcntl
import importlib.util
import json
import os
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))
import e2e_pool  # noqa: E402

import acapy  # noqa: E402
import outcomes  # noqa: E402

# askar's bindings are made with these, which npm compiles (Node.js's headers must be there).
COMPILED = ("@2060.io/ref-napi", "@2060.io/ffi-napi")
LIBRARIES = {"LIB_INDY_VDR_PATH": "indy_vdr", "LIB_ASKAR_PATH": "aries_askar", "LIB_ANONCREDS_PATH": "anoncreds"}


def install(packages):
    packages.mkdir(parents=True, exist_ok=True)
    wanted = (HERE / "credo/package-lock.json").read_text()
    stamp = packages / "installed.json"
    with open(packages / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not stamp.exists() or stamp.read_text() != wanted:
            for name in ("package.json", "package-lock.json"):
                shutil.copy(HERE / "credo" / name, packages / name)
            quiet = ["--no-audit", "--no-fund", "--silent"]
            subprocess.run(["npm", "ci", "--ignore-scripts", *quiet], cwd=packages, check=True)
            subprocess.run(["npm", "rebuild", *COMPILED, *quiet], cwd=packages, check=True)
            stamp.write_text(wanted)
    # Node.js looks for packages from the script's folder upwards.
    shutil.copy(HERE / "credo/credo.mjs", packages / "credo.mjs")


def library_folder(module):
    """Of a wheel, without loading it."""
    return importlib.util.find_spec(module).submodule_search_locations[0]


def judge(lines):
    """The refusals that Credo showed, against the reference's."""
    for line in lines:
        seen = json.loads(line)
        e2e_pool.expect(outcomes.is_as_in_reference(seen["reason"]), f"the reference's recordings have no such reason: {seen}")
        outcomes.note(seen["client"], seen["kind"], outcomes.AS_IN_REFERENCE)


def main():
    programs, folder, packages = (pathlib.Path(argument).absolute() for argument in sys.argv[1:])
    install(packages)
    environment = dict(os.environ, **{name: library_folder(module) for name, module in LIBRARIES.items()})
    with e2e_pool.Pool(programs, folder) as pool:
        seed = os.urandom(16).hex()
        acapy.http_json("POST", f"http://127.0.0.1:{pool.http_port}/register", {"seed": seed, "role": "ENDORSER"})
        acapy.publish_agreement(pool)
        pool.wait_equal()
        command = ["node", str(packages / "credo.mjs"), str(pool.folder / "pool_transactions_genesis"), seed, "1",
                   str(pool.folder / "credo")]
        subprocess.run(command, env=environment, timeout=240, check=True)
        judge((pool.folder / "credo/reasons.jsonl").read_text().splitlines())


if __name__ == "__main__":
    main()
