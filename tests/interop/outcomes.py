# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a client was seen to do with which kind of transaction or read. With STADTBUCH_OUTCOMES=FILE each is a line of that
file; `results` makes RESULTS.md of it. Without, nothing is kept."""
import json
import os

NAMES = {"0": "NODE", "1": "NYM", "3": "GET_TXN", "4": "TXN_AUTHR_AGRMT", "5": "TXN_AUTHR_AGRMT_AML", "6": "GET_TXN_AUTHR_AGRMT",
         "7": "GET_TXN_AUTHR_AGRMT_AML", "8": "TXN_AUTHR_AGRMT_DISABLE", "9": "LEDGERS_FREEZE", "10": "GET_FROZEN_LEDGERS",
         "100": "ATTRIB", "101": "SCHEMA", "102": "CLAIM_DEF", "104": "GET_ATTR", "105": "GET_NYM", "107": "GET_SCHEMA",
         "108": "GET_CLAIM_DEF", "109": "POOL_UPGRADE", "111": "POOL_CONFIG", "113": "REVOC_REG_DEF", "114": "REVOC_REG_ENTRY",
         "115": "GET_REVOC_REG_DEF", "116": "GET_REVOC_REG", "117": "GET_REVOC_REG_DELTA", "118": "POOL_RESTART",
         "119": "VALIDATOR_INFO", "120": "AUTH_RULE", "121": "GET_AUTH_RULE", "122": "AUTH_RULES", "130": "FLAG", "131": "GET_FLAG"}


def type_of(body):
    """`body`: the request, as text or as object."""
    request = json.loads(body) if isinstance(body, str) else body
    return str(request["operation"]["type"])


def note(client, kind, result):
    path = os.environ.get("STADTBUCH_OUTCOMES")
    if path:
        with open(path, "a") as out:
            out.write(json.dumps({"client": client, "kind": NAMES.get(kind, kind), "result": result}) + "\n")
