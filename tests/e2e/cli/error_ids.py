#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""Every error id in the source stands in docs/errors.md, and no other one does.

usage: error_ids.py SOURCE_FOLDER
"""
import pathlib
import re
import sys


def ids_of(text):
    return set(re.findall(r"SB-\d{4}", text))


def undocumented_and_unused(sources, page):
    used = set().union(*map(ids_of, sources))
    listed = set(re.findall(r"^\| (SB-\d{4}) \|", page, re.MULTILINE))
    return sorted(used - listed), sorted(listed - used)


def main():
    # The check itself, on a bad sample.
    assert undocumented_and_unused(['"SB-1001"', '"SB-1002"'], "| SB-1001 | a |\n| SB-1003 | b |") == (["SB-1002"], ["SB-1003"])
    root = pathlib.Path(sys.argv[1])
    rooms = ("storage", "consensus", "ssi", "node", "cli", "config")
    sources = [path.read_text(encoding="utf-8") for room in rooms for path in (root / room).rglob("*.[ch]pp")]
    undocumented, unused = undocumented_and_unused(sources, (root / "docs/errors.md").read_text(encoding="utf-8"))
    if undocumented or unused:
        sys.exit(f"not in docs/errors.md: {undocumented}; in no source: {unused}")


main()
