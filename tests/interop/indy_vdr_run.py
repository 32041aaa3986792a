#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""Runs a Python test with the packages of requirements.txt, which it installs into a folder of the build once.

Usage: indy_vdr_run.py FOLDER [SCRIPT ARGUMENT...]
Without a script it only installs. FOLDER holds the environment; a changed requirements.txt makes it anew.
"""
import fcntl
import os
import pathlib
import subprocess
import sys
import venv

REQUIREMENTS = pathlib.Path(__file__).resolve().parent / "requirements.txt"


def python_of(folder):
    """The environment's interpreter; installs when it is missing or old. Two tests may ask at once."""
    folder.mkdir(parents=True, exist_ok=True)
    python, stamp = folder / "bin/python", folder / "installed.txt"
    wanted = REQUIREMENTS.read_text()
    with open(folder / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if stamp.exists() and stamp.read_text() == wanted and python.exists():
            return python
        venv.create(folder, with_pip=True, clear=False)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input",
                        "-r", REQUIREMENTS], check=True)
        stamp.write_text(wanted)
    return python


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    python = python_of(pathlib.Path(sys.argv[1]).absolute())
    if len(sys.argv) > 2:
        os.execv(python, [str(python), *sys.argv[2:]])


if __name__ == "__main__":
    main()
