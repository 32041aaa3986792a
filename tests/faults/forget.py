# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a disk has after a power loss: made from the journal of failing_disk.c, whose head explains its lines.

Names: what happened after the last dirsync survives up to a point that chance chooses (directories are journalled, so
later without earlier does not occur). Bytes: of what was appended after the last sync of a file, chance keeps any subset
of the 4 KiB pages; pages that are missing before a page that is kept read as zeros.
"""
import os
import pathlib
import shutil

PAGE_BYTES = 4096
# Where failing_disk.c can end a process.
POINTS = ("write", "torn-write", "synced-before", "synced-after", "made", "renamed-before", "renamed-after", "removed-before",
          "removed-after", "names-before", "names-after")


def baseline(data, notes):
    """All that the folder holds now counts as durable."""
    shutil.rmtree(notes, ignore_errors=True)
    notes.mkdir()
    lines = []
    if data.exists():
        lines = [f"sync {path.stat().st_ino} {path.stat().st_size}\n" for path in data.rglob("*") if path.is_file()]
    (notes / "journal").write_text("".join(lines))


def read_journal(notes):
    """Durable size by inode, and what happened to names since the last dirsync."""
    synced, pending = {}, []
    for line in (notes / "journal").read_text().splitlines():
        word, *rest = line.split(" ")
        if word == "sync":
            synced[int(rest[0])] = int(rest[1])
        elif word == "dirsync":
            pending = []
        else:
            if word == "made":
                synced[int(rest[0])] = 0
            pending.append((word, *rest))
    return synced, pending


def undo(step, notes):
    word, first, second = step
    if word == "made":
        pathlib.Path(second).unlink(missing_ok=True)
    elif word == "moved":
        os.rename(second, first)
    elif first != "0":
        os.link(notes / first, second)


def forget_tail(path, durable, chance):
    """Gives how many bytes are gone."""
    size = path.stat().st_size
    if size <= durable:
        return 0
    end = chance.randint(durable, size)
    lost = size - end
    with open(path, "r+b") as file:
        file.truncate(end)
        for page in range(durable - durable % PAGE_BYTES, end, PAGE_BYTES):
            begin = max(page, durable)
            if chance.random() < 0.5:
                file.seek(begin)
                file.write(bytes(min(page + PAGE_BYTES, end) - begin))
                lost += min(page + PAGE_BYTES, end) - begin
    return lost


def power_loss(data, notes, chance):
    """The process is dead; its disk forgets. Gives (names undone, bytes gone)."""
    synced, pending = read_journal(notes)
    kept = chance.randint(0, len(pending))
    for step in reversed(pending[kept:]):
        undo(step, notes)
    lost = sum(forget_tail(path, synced.get(path.stat().st_ino, 0), chance)
               for path in sorted(data.rglob("*")) if path.is_file())
    baseline(data, notes)
    return len(pending) - kept, lost
