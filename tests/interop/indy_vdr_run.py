#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""Runs a Python test with the packages of requirements.txt, which it installs into a folder of the build once.

Usage: indy_vdr_run.py [--requirements FILE] FOLDER [SCRIPT ARGUMENT...]
Without a script it only installs. FOLDER holds the environment; changed requirements make it anew. FILE stands in this
folder and is requirements.txt where none is named.
"""
import fcntl
import os
import pathlib
import subprocess
import sys
import venv

HERE = pathlib.Path(__file__).resolve().parent


def python_of(folder, requirements):
    """The environment's interpreter; installs when it is missing or old. Two tests may ask at once."""
    folder.mkdir(parents=True, exist_ok=True)
    python, stamp = folder / "bin/python", folder / "installed.txt"
    wanted = requirements.read_text()
    with open(folder / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if stamp.exists() and stamp.read_text() == wanted and python.exists():
            return python
        venv.create(folder, with_pip=True, clear=False)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input",
                        "-r", requirements], check=True)
        stamp.write_text(wanted)
    return python


def main():
    words, requirements = sys.argv[1:], "requirements.txt"
    if words[:1] == ["--requirements"] and len(words) > 1:
        requirements, words = words[1], words[2:]
    if not words:
        sys.exit(__doc__)
    python = python_of(pathlib.Path(words[0]).absolute(), HERE / requirements)
    if len(words) > 1:
        os.execv(python, [str(python), *words[1:]])


if __name__ == "__main__":
    main()
