#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""issue, wallet, verify, revoke, inspect against a network with its agent: the way of two credentials.

usage: cli_wallet.py PROGRAM REGISTER_FOLDER
"""
import concurrent.futures
import csv
import os
import sys
import time

from terminal import Terminal, expect


def resident_with_car(folder):
    """Register id and plate of somebody who may park; columns by name, so that the town may change."""
    with open(os.path.join(folder, "vehicles.csv"), newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter=";"):
            if row.get("keeper_id") or row.get("resident_id"):
                yield row.get("keeper_id") or row["resident_id"], row.get("plate") or row["licence_plate"]


def accept(t, offer, code=0):
    arguments = ["wallet", "accept", offer["offer"], "--ca", t.ca]
    if offer["tx_code"]:
        arguments += ["--tx-code-file", t.private_file("code", offer["tx_code"] + "\n")]
    return t.json(*arguments, code=code) if code == 0 else t.error(*arguments, code=code)


def residence(t, resident):
    offer = t.json("issue", "residence", "--network", t.network, "--resident", resident)
    expect(offer["offer"].startswith("openid-credential-offer://") and len(offer["tx_code"]) >= 4, "offer with code")
    wrong = dict(offer, tx_code="0" * len(offer["tx_code"]) if offer["tx_code"].strip("0") else "1111")
    expect(accept(t, wrong, code=4)["error"] == "SB-5061", "a wrong code is refused")
    held = accept(t, offer)["credentials"]
    expect(len(held) == 1 and held[0]["unused"] == held[0]["instances"] > 1, f"several copies: {held}")
    accept(t, offer, code=3)
    text = open(t.path("data/stadtbuch/wallet.json"), encoding="utf-8").read()
    expect(held[0]["vct"] not in text, "the wallet is encrypted")
    claims = t.json("wallet", "show", held[0]["id"])["claims"]
    expect(claims["family_name"] and claims["address"]["locality"], "claims are shown")
    t.run("wallet", "check", held[0]["id"], "--ca", t.ca)
    expect(t.error("wallet", "check", held[0]["id"], "--ca", t.ca, "--trust", t.other_ca, code=6)["error"] == "SB-5065",
           "an authority that nobody trusts")
    return offer, held[0]["id"], claims


def present(t, held, claims):
    for mode in ("direct_post.jwt", "direct_post"):
        started = t.json("verify", "--network", t.network, "--no-wait", "--claims", "family_name", "--response-mode", mode)
        told = t.json("wallet", "present", started["link"], "--yes", "--ca", t.ca)
        expect(told["shared"][0]["claims"] == ["family_name"] and told["verifier_trusted"], f"only what was asked: {told}")
        result = t.json("verify", "--network", t.network, "--id", started["id"])
        shown = result["credentials"][0]["claims"]
        expect(result["valid"] and shown["family_name"] == claims["family_name"], "the claim arrived")
        expect("given_name" not in shown and "birthdate" not in shown, f"nothing else arrived: {sorted(shown)}")
        expect(all(line["outcome"] != "failed" for line in result["trace"]), "every rule held")
        t.run("wallet", "present", started["link"], "--yes", "--ca", t.ca, code=3)
    unused = t.json("wallet", "list")["credentials"][0]
    expect(unused["instances"] - unused["unused"] == 2, "a copy is shown once")


def refusals(t):
    started = t.json("verify", "--network", t.network, "--no-wait")
    t.run("--no-input", "wallet", "present", started["link"], "--ca", t.ca, code=7)
    t.run("-o", "json", "verify", "--network", t.network, "--id", started["id"], code=7)
    started = t.json("verify", "--network", t.network, "--no-wait")
    t.run("wallet", "refuse", started["link"], "--ca", t.ca)
    t.run("-o", "json", "verify", "--network", t.network, "--id", started["id"], code=7)
    t.run("verify", "--network", t.network, "--timeout", 1, code=5)
    started = t.json("verify", "--network", t.network, "--no-wait")
    tampered = started["link"].replace("x509_hash%3A", "x509_hash%3AAA")
    t.run("wallet", "present", tampered, "--yes", "--ca", t.ca, code=6)
    parking = t.json("verify", "--network", t.network, "--no-wait", "--type", "permit")
    expect(t.error("wallet", "present", parking["link"], "--yes", "--ca", t.ca, code=3)["error"] == "SB-5066", "no permit yet")
    t.run("wallet", "accept", "https://example.invalid/nothing", "--ca", t.ca, code=1)
    t.run("wallet", "accept", "openid-credential-offer://?credential_offer_uri=http%3A%2F%2F192.0.2.1%2F", code=2)
    bad = t.private_file("token", "wrong\n")
    t.run("issue", "residence", "--network", t.network, "--token-file", bad, "--resident", "x", code=4)
    t.run("issue", "residence", "--resident", "x", code=2)


def together(t, resident):
    """Two offers taken at the same time: both credentials are in the wallet afterwards."""
    offers = [t.json("issue", "residence", "--network", t.network, "--resident", resident, "--no-tx-code") for _ in range(2)]
    before = {one["id"] for one in t.json("wallet", "list")["credentials"]}
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        taken = [one.result()["credentials"][0]["id"] for one in [pool.submit(accept, t, offer) for offer in offers]]
    after = {one["id"] for one in t.json("wallet", "list")["credentials"]}
    expect(len(set(taken)) == 2 and after == before | set(taken), f"nothing is lost: {taken} {after}")
    for one in taken:
        t.run("wallet", "remove", one, "--yes")


def parking(t, cars):
    for resident, plate in cars:
        try:
            offer = t.json("issue", "permit", "--network", t.network, "--resident", resident, "--plate", plate, "--no-tx-code")
        except AssertionError:
            continue  # not everybody lives in a zone
        expect(offer["tx_code"] is None, "an offer without a code")
        held = accept(t, offer)["credentials"][0]["id"]
        expect(t.json("inspect", plate, "--network", t.network)["valid"], "the plate is known")
        return offer, held, plate
    raise AssertionError("nobody of the sample may park")


def revoked(t, offer, held, plate):
    t.run("revoke", offer["case"], "--network", t.network, "--reason", "moved away", code=7)
    t.run("revoke", offer["case"], "--network", t.network, "--reason", "moved away", "--yes")
    end = time.monotonic() + 15
    while True:
        try:
            t.run("wallet", "check", held, "--ca", t.ca, code=6)
            break
        except AssertionError:
            if time.monotonic() > end:
                raise
            time.sleep(0.3)
    started = t.json("verify", "--network", t.network, "--no-wait", "--type", "permit")
    t.run("wallet", "present", started["link"], "--yes", "--ca", t.ca)
    result = t.json("verify", "--network", t.network, "--id", started["id"], code=6)
    expect(result["revoked"] is True and result["valid"] is False, "the verifier sees it")
    expect([line["rule"] for line in result["trace"] if line["outcome"] == "failed"][0] == "ST-03", "and says why")
    expect(t.json("inspect", plate, "--network", t.network, code=6)["valid"] is False, "the inspector sees it")
    t.run("--no-input", "wallet", "remove", held, code=7)
    t.run("wallet", "remove", held, "--yes")
    t.run("wallet", "show", held, code=3)


def main():
    t = Terminal(sys.argv[1])
    try:
        made = t.up("--register", os.path.abspath(sys.argv[2]))
        t.ca = made["agent_ca"]
        t.other_ca = t.private_file("other.pem", OTHER_AUTHORITY)
        cars = list(resident_with_car(sys.argv[2]))[:20]
        offer, held, claims = residence(t, cars[0][0])
        present(t, held, claims)
        refusals(t)
        together(t, cars[1][0])
        revoked(t, *parking(t, cars))
        print(f"{t.commands} commands behaved")
    finally:
        t.close()


OTHER_AUTHORITY = """-----BEGIN CERTIFICATE-----
MIIBxjCCAW2gAwIBAgIUFL8JmA/QAlE+GN+IO+iiLyEaNqwwCgYIKoZIzj0EAwIw
OTEbMBkGA1UEAwwSTm9ib2R5J3MgYXV0aG9yaXR5MQ0wCwYDVQQKDARUZXN0MQsw
CQYDVQQGEwJERTAeFw0yNjExMjExNTU1MzFaFw00NjExMTYxNTU1MzFaMDkxGzAZ
BgNVBAMMEk5vYm9keSdzIGF1dGhvcml0eTENMAsGA1UECgwEVGVzdDELMAkGA1UE
BhMCREUwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAStApY5cOgA34ueqtVhF2YA
KOkMzDmMo0kO4+IfoTXB6vsX9EIoZ1cDeg2qw9SlRZuWwCtZIEkRScmcsPsG+Mph
o1MwUTAdBgNVHQ4EFgQUZU1cHw0LVTEZ2g6E6Ctefn9AptgwHwYDVR0jBBgwFoAU
ZU1cHw0LVTEZ2g6E6Ctefn9AptgwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQD
AgNHADBEAiBeYSYGevxcQ2vzb51H8rshtsPECclNKrEE0pkEtahpmAIgK1nBp594
T6smN9lctlhYd0DTV2D141dYf+by3jkBohg=
-----END CERTIFICATE-----
"""

main()
