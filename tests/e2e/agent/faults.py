# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""Wrong configurations: each ends with its own exit code (OP-13) and a message that names the file and the remedy."""
import pathlib
import shutil
import socket
import subprocess

EXAMPLE = (pathlib.Path(__file__).resolve().parents[3] / "config/types")


def replaced(folder, name, *pairs):
    text = (folder / "agent.toml").read_text()
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    (folder / name).write_text(text)
    return name


def broken_type(folder, name, old, new):
    """Settings that name a folder with the example's types, one text of which is another."""
    types = folder / ("types-" + name)
    shutil.copytree(EXAMPLE, types)
    text = (types / "school.toml").read_text()
    assert old in text, old
    (types / "school.toml").write_text(text.replace(old, new))
    return replaced(folder, name, (f'types = "{EXAMPLE}"', f'types = "{types.name}"'), ('store = "store"', f'store = "store-{name}"'))


def ended(agent, folder, *arguments):
    done = subprocess.run([agent, *arguments], cwd=folder, capture_output=True, text=True, timeout=20)
    return done.returncode, done.stderr + done.stdout


def check_all(agent, folder):
    """`folder`: a configuration made by init-dev whose agent does not run. Returns the number of faults."""
    folder = pathlib.Path(folder)
    port = (folder / "agent.toml").read_text().split("port = ")[1].split("\n")[0]
    (folder / "unknown.toml").write_text((folder / "agent.toml").read_text() + "foo = 1\n")
    (folder / "wrong-passphrase").write_text("wrong\n")
    (folder / "wrong-passphrase").chmod(0o600)
    table = [
        (0, "good", ["check", "-c", "agent.toml"]),
        (64, "subcommand", []),
        (64, "nonsense", ["run", "--nonsense"]),
        (66, "SB-1001", ["check", "-c", "missing.toml"]),
        (78, ".foo", ["check", "-c", "unknown.toml"]),
        (66, "SB-4101", ["check", "-c", replaced(folder, "b.toml", ("register = \"", "register = \"nowhere"))]),
        (65, "SB-2002", ["check", "-c", replaced(folder, "c.toml", (f"localhost:{port}", "localhost:1"))]),
        (78, "SB-4202", ["check", "-c", replaced(folder, "d.toml", ('"passphrase"', '"wrong-passphrase"'))]),
        (78, "SB-4204", ["check", "-c", replaced(folder, "e.toml", ('issuer = "issuer.pem"', 'issuer = "status.pem"'))]),
        (78, "SB-4209", ["run", "-c", replaced(folder, "registrar.toml", ('crl = "ca.crl"', 'crl = "ca.crl"\nissuer_dataset = "ca.pem"'))]),
        (78, "SB-1003", ["check", "-c", replaced(folder, "foreign.toml", ("[wallets]", '[foreign]\nhosts = ["https://a.example/"]\n[wallets]'))]),
        (78, "SB-1003", ["check", "-c", replaced(folder, "f.toml", ("https://", "http://example"))]),
        (78, "key claim.5.path", ["check", "-c", broken_type(folder, "g.toml", 'path = "grade"', 'path = "exp"')]),
        (78, "SB-1004", ["run", "-c", broken_type(folder, "h.toml", "mandatory", "mandatry")]),
        (78, "SB-1002", ["run", "-c", broken_type(folder, "i.toml", "[register]", "[register")]),
        (66, "pupils.csv.none", ["run", "-c", broken_type(folder, "j.toml", '"pupils.csv"', '"pupils.csv.none"')]),
        (65, "shoe_size", ["run", "-c", broken_type(folder, "k.toml", '"school_number"', '"shoe_size"')]),
    ]
    faults = 0

    def expect(code, word, arguments):
        nonlocal faults
        found, said = ended(agent, folder, *arguments)
        if found != code or word not in said:
            print(f"FAULT {arguments}: exit {found} instead of {code}, or no '{word}': {said.strip()[-300:]}")
            faults += 1

    for code, word, arguments in table:
        expect(code, word, arguments)
    for name in "ghijk":
        if (folder / f"store-{name}.toml").exists():
            print(f"FAULT {name}.toml: a store was written in spite of a wrong type file")
            faults += 1
    (folder / "agent.keys").chmod(0o644)
    expect(77, "SB-4001", ["check", "-c", "agent.toml"])
    (folder / "agent.keys").chmod(0o600)
    with socket.socket() as occupant:
        occupant.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        occupant.bind(("127.0.0.1", int(port)))
        occupant.listen()
        expect(69, "SB-3101", ["run", "-c", "agent.toml"])
    print(f"{len(table) + 2} wrong starts tried, {faults} faults")
    return faults
