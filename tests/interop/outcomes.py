# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a client was seen to do with which kind of transaction or read. With STADTBUCH_OUTCOMES=FILE each is a line of that
file; `results` makes RESULTS.md of it. Without, nothing is kept."""
import functools
import gzip
import json
import os
import pathlib
import re

DATA = pathlib.Path(__file__).resolve().parent.parent / "data"
AS_IN_REFERENCE = "refused, reason as in the reference"

NAMES = {"0": "NODE", "1": "NYM", "3": "GET_TXN", "4": "TXN_AUTHR_AGRMT", "5": "TXN_AUTHR_AGRMT_AML", "6": "GET_TXN_AUTHR_AGRMT",
         "7": "GET_TXN_AUTHR_AGRMT_AML", "8": "TXN_AUTHR_AGRMT_DISABLE", "9": "LEDGERS_FREEZE", "10": "GET_FROZEN_LEDGERS",
         "100": "ATTRIB", "101": "SCHEMA", "102": "CLAIM_DEF", "104": "GET_ATTR", "105": "GET_NYM", "107": "GET_SCHEMA",
         "108": "GET_CLAIM_DEF", "109": "POOL_UPGRADE", "111": "POOL_CONFIG", "113": "REVOC_REG_DEF", "114": "REVOC_REG_ENTRY",
         "115": "GET_REVOC_REG_DEF", "116": "GET_REVOC_REG", "117": "GET_REVOC_REG_DELTA", "118": "POOL_RESTART",
         "119": "VALIDATOR_INFO", "120": "AUTH_RULE", "121": "GET_AUTH_RULE", "122": "AUTH_RULES", "130": "FLAG", "131": "GET_FLAG", "201": "rich schema"}


def type_of(body):
    """`body`: the request, as text or as object."""
    request = json.loads(body) if isinstance(body, str) else body
    return str(request["operation"]["type"])


def values_of(request):
    """The texts and numbers of a request that are long enough to be told from words, longest first."""
    if isinstance(request, (dict, list)):
        inner = request.values() if isinstance(request, dict) else request
        return sorted({v for one in inner for v in values_of(one)}, key=len, reverse=True)
    text = request if isinstance(request, str) else str(request)
    return [text] if len(text) > 20 or (len(text) > 3 and not text.isalpha()) else []


def shape(reason, request):
    """The whole reason, with names and numbers, which differ from run to run, left out; the request's own by their place."""
    for value in values_of(request):
        reason = reason.replace(value, "<request's>")
    reason = re.sub(r"\b[0-9a-f]{64}\b", "<digest>", reason)
    reason = re.sub(r"\b\d+( [0-9A-F]+)+\b", "<accumulator>", reason)
    # A DID or a key need not hold a digit; no word of the reasons has these lengths in these letters.
    reason = re.sub(r"\b[1-9A-HJ-NP-Za-km-z]{21,22}\b|\b[1-9A-HJ-NP-Za-km-z]{40,}\b", "<key>", reason)
    return re.sub(r"\d+", "<number>", reason)


def reasons_in(value):
    """Every `reason` in a recorded answer, which may stand there as JSON in a text."""
    if isinstance(value, dict):
        if isinstance(value.get("reason"), str):
            yield value["reason"]
        for inner in value.values():
            yield from reasons_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from reasons_in(inner)
    elif isinstance(value, str) and value.startswith("{") and '"reason"' in value:
        yield from reasons_in(object_of(value))


def object_of(text):
    try:
        found = json.loads(text)
    except (TypeError, ValueError):
        return {}
    return found if isinstance(found, (dict, list)) else {}


def recorded_answers():
    """What the reference said to which request: its pool's recording, and its handlers' (tests/differential)."""
    for name in ("client_cases.jsonl", "client_cases_extra.jsonl"):
        for line in (DATA / "indy" / name).read_text().splitlines():
            case = json.loads(line)
            yield object_of(case.pop("request", None)), case
    for path in sorted((DATA / "differential").glob("*.jsonl.gz")):
        with gzip.open(path, "rt") as lines:
            for line in lines:
                command = json.loads(line)
                for frame, answers in zip(command.get("frames", []), command.get("answers", [])):
                    yield object_of(frame), answers


@functools.lru_cache(None)
def reference_reasons():
    return frozenset(text for request, answer in recorded_answers() for reason in reasons_in(answer)
                     for text in (shape(reason, request), shape(reason, {})))


def is_as_in_reference(text, request=None):
    """`text`: what a client shows of a refusal, the ledger's reason after its own words; compared is all of the reason."""
    reason = text.partition("Request failed: ")[2] or text
    request = json.loads(request) if isinstance(request, str) else request or {}
    return not reference_reasons().isdisjoint({shape(reason, request), shape(reason, {})})


def note(client, kind, result):
    path = os.environ.get("STADTBUCH_OUTCOMES")
    if path:
        with open(path, "a") as out:
            out.write(json.dumps({"client": client, "kind": NAMES.get(kind, kind), "result": result}) + "\n")
