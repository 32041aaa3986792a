#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""Each test that refusals.md names is there: a C++ case by its whole name, a Python function, or a text of a script."""
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROW = re.compile(r"\| `([^`]+)`: (.+) \|$")


def holds(file, name):
    text = (HERE / file).read_text(encoding="utf-8")
    if file.endswith(".cpp"):
        return re.search(r'TEST_CASE\(\s*"' + re.escape(name) + '"', text) is not None
    if file.endswith(".py"):
        return f"def {name}(" in text
    return name in text


def main():
    lines = (HERE / "refusals.md").read_text(encoding="utf-8").splitlines()
    rows = [line for line in lines if line.startswith("| ") and not line.startswith(("| case |", "| trap |", "| --- |"))]
    missing, named = [], 0
    for line in rows:
        if line.endswith("| same case |"):
            continue
        found = ROW.search(line)
        named += found is not None
        if not found or not (HERE / found[1]).is_file() or not holds(found[1], found[2]):
            missing.append(line)
    print("\n".join(["not found:", *missing]) if missing else f"{len(rows)} refusals, {named} of them with a test of their own name")
    sys.exit(1 if missing or not named else 0)


if __name__ == "__main__":
    main()
