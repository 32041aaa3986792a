#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""Is every C++ file laid out as .clang-format says? Other versions of clang-format lay out otherwise, so only 14 (Debian 12's)
judges; without it the test is skipped (exit 77).

Usage: format.py ROOT [--fix]
"""
import pathlib
import shutil
import subprocess
import sys

FOLDERS = ("cli", "config", "consensus", "node", "ssi", "storage", "tests")
GROUP = 60


def sources(root):
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*.[ch]pp")):
            if not {"node_modules", "build"} & set(path.parts):
                yield str(path)


def main():
    root = pathlib.Path(sys.argv[1])
    mode = ["-i"] if "--fix" in sys.argv else ["--dry-run", "-Werror"]
    program = shutil.which("clang-format-14") or shutil.which("clang-format")
    version = subprocess.run([program, "--version"], stdout=subprocess.PIPE, text=True, check=True).stdout if program else ""
    if "version 14." not in version:
        print("no clang-format 14: not judged")
        return 77
    files = list(sources(root))
    good = True
    for start in range(0, len(files), GROUP):
        done = subprocess.run([program, *mode, *files[start:start + GROUP]], stderr=subprocess.PIPE, text=True, check=False)
        good = good and done.returncode == 0
        print(done.stderr[:4000], end="")
    print(f"{len(files)} files laid out" if good else "lay them out with: tests/house/format.py . --fix")
    return 0 if good and files else 1


if __name__ == "__main__":
    sys.exit(main())
