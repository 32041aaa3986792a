#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""The rules of the house as tests: directions of includes, homes of heavy headers, purity, licence lines.

Usage: house.py ROOT            checks the tree below ROOT
       house.py --self-test     checks that each rule finds its bad sample
"""
import pathlib
import re
import sys
import tempfile

CODE = (".cpp", ".hpp")
# REUSE-IgnoreStart (the line that is looked for, not this file's own)
LICENCE = "SPDX-License-Identifier: EUPL-1.2"
# REUSE-IgnoreEnd
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)

# Folder of a room -> its name in cmake/rooms.txt; the longest match wins.
ROOM_OF = {
    "storage/base": "storage_base", "storage/encoding": "storage_encoding", "storage/hash": "storage_hash",
    "storage/merkle": "storage_merkle", "storage/trie": "storage_trie", "storage/store": "storage_store",
    "storage/postgres": "storage_postgres",
    "consensus/bls": "consensus_bls", "consensus": "consensus", "config": "config", "node/net": "node_net",
    "ssi/keys": "ssi_keys", "ssi/did": "ssi_did", "ssi/ledger": "ssi_ledger", "ssi/credential": "ssi_credential",
    "ssi/openid": "ssi_openid", "ssi/register": "ssi_register", "ssi/client": "ssi_client",
    "ssi/agent": "ssi_agent", "node": "node", "cli": "cli",
}
# Header prefix -> folders that may include it, and only from a .cpp file.
HEAVY = {
    "rocksdb/": ("storage/store",), "libpq": ("storage/postgres",), "simdjson": ("storage/encoding",), "zmq": ("node/net",),
    "boost/": ("node/net",), "openssl/": ("storage/hash", "ssi/keys", "node/net"),
    "CLI/": ("cli", "node", "ssi/agent"), "spdlog/": ("node", "ssi/agent", "cli"),
    "toml++/": ("config",), "sodium": ("ssi/keys", "storage/hash", "node/net"), "qrencode": ("ssi/agent", "cli"), "libxml/": ("ssi/credential",),
}
PURE = ("consensus", "ssi/keys", "ssi/did", "ssi/ledger", "ssi/credential", "ssi/openid",
        "storage/base", "storage/encoding", "storage/hash", "storage/merkle", "storage/trie")
# Files that are the named edge of a pure room: randomness and key files of the operating system.
EDGES = ("ssi/keys/os_random.cpp", "ssi/keys/keystore_file.cpp", "ssi/keys/vote_mark.cpp", "ssi/keys/secret")
IMPURE = re.compile(r"std::(random_device|thread|jthread|this_thread|ofstream|ifstream|fstream|filesystem)\b"
                    r"|_clock::now\b|\bgetenv\s*\(|\bsocket\s*\(|\bstd::cout\b|\bstd::cerr\b|\brand\s*\(")
BANNED = {re.compile(r"\bsystem\s*\("): "no shell: start programs with posix_spawn and an argument list",
          re.compile(r"\bpopen\s*\("): "no shell: start programs with posix_spawn and an argument list",
          re.compile(r"\b(strcpy|strcat|sprintf|gets)\s*\("): "use std::string or snprintf",
          re.compile(r"\b(TODO|FIXME|XXX)\b"): "finish it or name it in an issue"}
# A file that a document names: `folder/name.ext`, [text](folder/name) or, in a room's README, `name.cpp`.
NAMED_FILE = re.compile(r"`([A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)*\.(?:cpp|hpp|cmake|py|md|toml|txt|json|yml|service))`"
                        r"|\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)")
# Files that a running system makes, and files of the standards and clients that the texts speak of.
MADE_BY_PROGRAMS = re.compile(r"^(?:stadtbuch/)?(node|agent|network|context|wallet|client|serious|manifest|package|config|status|openapi|"
                              r"package-lock|audit|compile_commands|register|clerks)\.(toml|json)$")
# A key that a settings file reads: file.text("node.host", ...).
SETTING = re.compile(r'\bfile\.(?:boolean|integer|one_of|path|port|required_text|texts?)\("([a-z_.]+)"')
MACHINE = re.compile(r"/work/(main|shared|tools|build)|/root/|registry\.npmjs|pypi\.org/simple")


def room_of(path: str):
    best = ""
    for folder in ROOM_OF:
        if path.startswith(folder + "/") and len(folder) > len(best):
            best = folder
    return best


def permits(root: pathlib.Path):
    allowed = {}
    for line in (root / "cmake/rooms.txt").read_text().splitlines():
        if ":" in line and not line.startswith("#"):
            name, rooms = line.split(":", 1)
            allowed[name.strip()] = set(rooms.split())
    return allowed


def strip_comments(text: str) -> str:
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    return re.sub(r"//[^\n]*", "", text)


def check(root: pathlib.Path):
    findings = []
    allowed = permits(root)
    folders = ("storage", "consensus", "ssi", "node", "cli", "config", "tests")
    files = [p for f in folders for p in sorted((root / f).rglob("*")) if p.suffix in CODE and p.is_file()]
    for path in files:
        name = path.relative_to(root).as_posix()
        raw = path.read_text(encoding="utf-8")
        code = strip_comments(raw)
        if LICENCE not in raw[:400]:
            findings.append(f"{name}: licence lines missing")
        if path.suffix == ".hpp" and "#pragma once" not in raw:
            findings.append(f"{name}: #pragma once missing")
        for pattern, remedy in BANNED.items():
            text = raw if "TODO" in pattern.pattern else code
            if pattern.search(text):
                findings.append(f"{name}: {pattern.search(text).group(0)!r} is banned: {remedy}")
        if MACHINE.search(raw):
            findings.append(f"{name}: path or host of a machine: {MACHINE.search(raw).group(0)}")
        if name.startswith("tests/"):
            continue
        folder = room_of(name)
        if not folder:
            findings.append(f"{name}: belongs to no room")
            continue
        room = ROOM_OF[folder]
        for kind, target in INCLUDE.findall(code):
            other = room_of(target)
            if kind == '"' and other:
                if ROOM_OF[other] != room and ROOM_OF[other] not in allowed.get(room, set()):
                    findings.append(f"{name}: includes {target}, but {room} may not use {ROOM_OF[other]}")
            elif kind == '"' and "/" in target and not (root / target).exists():
                findings.append(f"{name}: include {target!r} is not relative to the root")
            for prefix, homes in HEAVY.items():
                if kind == "<" and target.startswith(prefix):
                    if folder not in homes:
                        findings.append(f"{name}: <{target}> has no home in {folder}")
                    elif path.suffix == ".hpp":
                        findings.append(f"{name}: <{target}> belongs into a .cpp file")
        if folder in PURE and not any(name.startswith(edge) for edge in EDGES):
            found = IMPURE.search(code)
            if found:
                findings.append(f"{name}: {found.group(0)!r} in a pure room")
    findings += [f"{name}: licence lines missing" for name in unlicensed_scripts(root)]
    findings += undocumented_settings(root)
    findings += errors_with_two_meanings(root)
    for folder in ROOM_OF:
        if (root / folder).is_dir() and not (root / folder / "README.md").exists():
            findings.append(f"{folder}: README.md missing")
    for path in sorted(root.rglob("*.md")):
        name = path.relative_to(root).as_posix()
        if name.startswith(("build", "tests/data")) or "node_modules" in name:
            continue
        text = path.read_text(encoding="utf-8")
        found = MACHINE.search(text)
        if found:
            findings.append(f"{name}: path or host of a machine: {found.group(0)}")
        findings += [f"{name}: names {file}, which does not exist" for file in missing_files(root, path, text)]
    return findings


def undocumented_settings(root: pathlib.Path):
    """Keys that the programs read and their documents do not name; the agent's stand in its example, below their table."""
    for code, document in (("node/settings.cpp", "config/README.md"), ("ssi/agent/settings.cpp", "deploy/agent/agent.toml")):
        if not (root / code).exists():
            continue
        known = (root / document).read_text(encoding="utf-8")
        for key in SETTING.findall((root / code).read_text(encoding="utf-8")):
            table, _, name = key.rpartition(".")
            section = re.search(rf"^(?:# )?\[+{table}\]+\n((?:(?!(?:# )?\[).*\n)*)", known, re.M)
            if f"`{key}`" not in known and not (section and re.search(rf"^(?:# )?{name} =", section.group(1), re.M)):
                yield f"{code}: setting {key} does not stand in {document}"


def errors_with_two_meanings(root: pathlib.Path):
    """Ids are stable and mean one thing: each has one line in docs/errors.md."""
    document = root / "docs/errors.md"
    rows = re.findall(r"^\| (SB-\d+) \|", document.read_text(encoding="utf-8"), re.M) if document.exists() else []
    return [f"docs/errors.md: {name} has two meanings" for name in sorted(set(rows)) if rows.count(name) > 1]


def unlicensed_scripts(root: pathlib.Path):
    """Scripts and lists for CMake; REUSE.toml speaks for data and documents."""
    for folder in (".ci", "cli", "cmake", "config", "consensus", "deploy", "node", "ssi", "storage", "tests"):
        for path in sorted((root / folder).rglob("*")):
            name = path.relative_to(root).as_posix()
            if path.suffix in CODE or not path.is_file() or re.search(r"node_modules|venv|__pycache__|tests/(data|fuzz/corpus)/", name):
                continue
            with path.open("rb") as file:
                head = file.read(400)
            if (head.startswith(b"#!") or path.suffix in (".py", ".mjs", ".cmake")) and LICENCE.encode() not in head:
                yield name


def missing_files(root: pathlib.Path, document: pathlib.Path, text: str):
    """Files that the document names and nobody finds; a room's README may leave out its own folder."""
    places = (root, document.parent)
    for quoted, linked in NAMED_FILE.findall(text):
        file = quoted or linked
        if MADE_BY_PROGRAMS.match(file) or any((place / file).exists() for place in places):
            continue
        if "/" not in file and any(document.parent.rglob(file)):
            continue
        yield file


def self_test():
    spdx = f"// SPDX-FileCopyrightText: 2026 x\n// {LICENCE}\n"
    bad = {
        "storage/base/a.hpp": ("#pragma once\n#include \"storage/hash/hash.hpp\"\n", "may not use storage_hash"),
        "consensus/b.cpp": ("#include \"ssi/ledger/request.hpp\"\n", "may not use ssi_ledger"),
        "consensus/c.cpp": ("int f(){ return std::random_device{}(); }\n", "in a pure room"),
        "node/d.cpp": ("#include <rocksdb/db.h>\n", "has no home"),
        "node/net/e.hpp": ("#pragma once\n#include <zmq.h>\n", "belongs into a .cpp"),
        "cli/f.cpp": ("void f(){ system(\"ls\"); }\n", "no shell"),
        "cli/g.hpp": ("int g();\n", "#pragma once missing"),
        "cli/README.md": ("Begin in `start.cpp`, see [more](docs/more.md), `cli/f.cpp`.\n", "names start.cpp"),
    }
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        (root / "cmake").mkdir()
        (root / "cmake/rooms.txt").write_text("storage_base:\nstorage_hash: storage_base\nconsensus: storage_base\n"
                                              "node: storage_base\nnode_net: storage_base\ncli:\n")
        for name, (text, _) in bad.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(spdx + text)
        (root / "cli/tool").write_text("#!/bin/bash\ntrue\n")
        bad["cli/tool"] = ("", "licence lines missing")
        (root / "config").mkdir()
        (root / "config/README.md").write_text("| `node.host` |\n")
        (root / "node/settings.cpp").write_text(spdx + 'file.text("node.host"); file.port("node.port", 1);\n')
        bad["node/settings.cpp"] = ("", "setting node.port does not")
        (root / "deploy/agent").mkdir(parents=True)
        (root / "deploy/agent/agent.toml").write_text("[agent]\nname = 1\n[tls]\n# port = 2\n")
        (root / "ssi/agent").mkdir(parents=True)
        (root / "ssi/agent/settings.cpp").write_text(spdx + 'file.port("tls.port"); file.text("agent.name"); file.port("agent.port");\n')
        bad["ssi/agent/settings.cpp"] = ("", "setting agent.port does not")
        (root / "docs").mkdir()
        (root / "docs/errors.md").write_text("| SB-1001 | a | b |\n| SB-1002 | a | b |\n| SB-1001 | c | d |\n")
        bad["docs/errors.md"] = ("", "SB-1001 has two meanings")
        (root / "storage/hash").mkdir()
        (root / "storage/hash/hash.hpp").write_text(spdx + "#pragma once\n")
        findings = check(root)
        for name, (_, expected) in bad.items():
            if not any(f.startswith(name) and expected in f for f in findings):
                print(f"self-test: rule not found in {name}: {expected}")
                failures += 1
        for clean in ("storage/hash/hash.hpp: ", "setting node.host", "setting tls.port", "setting agent.name"):
            if any(clean in f for f in findings):
                print(f"self-test: reported although clean: {clean}")
                failures += 1
    return failures


def main():
    if sys.argv[1:] == ["--self-test"]:
        failures = self_test()
        print(f"house self-test: {failures} failures")
        return 1 if failures else 0
    findings = check(pathlib.Path(sys.argv[1]).resolve())
    for line in findings:
        print(line)
    print(f"house: {len(findings)} findings")
    return 1 if findings else 0


sys.exit(main())
