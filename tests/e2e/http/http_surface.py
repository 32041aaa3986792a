# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""An observer's HTTP side against a real pool: von-network's routes, conditional requests, limits, DID Resolution, the
OpenAPI document, and receipts that the command line judges offline.

Usage: http_surface.py FOLDER_OF_PROGRAMS WORK_FOLDER [--pages]
With --pages the pages are looked at in Chromium (pages.mjs) instead; exit code 77: node, npm or Chromium is missing.
"""
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from e2e_pool import CurveClient, Failed, Pool, Signer, TRUSTEE, expect, nym_operation, signed_request, wait_until  # noqa: E402

RECEIPT = "application/vnd.stadtbuch.receipt+json"
HOSTILE = "<script>alert(1)</script>\u202eevil"


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def type(self):
        return (self.headers.get("Content-Type") or "").split(";")[0]

    def json(self):
        return json.loads(self.body)


class Site:
    def __init__(self, pool):
        self.base = f"http://127.0.0.1:{pool.http_port}"

    def get(self, path, headers=None, data=None, method=None):
        """Waits when the observer says that this is too much at once; only check_limits() wants to know."""
        while True:
            answer = self.ask(path, headers, data, method)
            if answer.status != 429:
                return answer
            time.sleep(int(answer.headers["Retry-After"]))

    def ask(self, path, headers=None, data=None, method=None):
        request = urllib.request.Request(self.base + path, headers=headers or {}, data=data, method=method)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return Answer(answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as answer:
            return Answer(answer.code, answer.headers, answer.read())

    def json(self, path, **headers):
        answer = self.get(path, {name.replace("_", "-"): value for name, value in headers.items()})
        expect(answer.status == 200, f"{path}: {answer.status} {answer.body[:200]}")
        return answer.json()


def signed_attrib(signer, raw):
    """The signature is over the hash of the text (indy-client-protocol §4.3)."""
    hashed = hashlib.sha256(raw.encode()).hexdigest()
    request = signed_request(signer, {"type": "100", "dest": signer.did, "raw": hashed})
    request["operation"]["raw"] = raw
    return request


class Town:
    """What the tests read: a DID with an endpoint, a second key, a schema; and a stranger's alias."""

    def __init__(self, client):
        self.first, self.second, self.stranger = Signer.random(), Signer.random(), Signer.random()
        self.did = self.first.did
        self.stranger_seq_no = client.write(signed_request(TRUSTEE, nym_operation(self.stranger, alias=HOSTILE)))
        self.nym_seq_no = client.write(signed_request(TRUSTEE, nym_operation(self.first, role="101")))
        endpoint = json.dumps({"endpoint": {"endpoint": "https://town.example"}})
        client.write(signed_attrib(self.first, endpoint))
        data = {"name": "proof of residence", "version": "1.0", "attr_names": ["street", "city"]}
        self.schema_seq_no = client.write(signed_request(self.first, {"type": "101", "data": data}))
        # The next entry is of a later second, so that a moment lies between them.
        before = int(time.time())
        wait_until(lambda: int(time.time()) > before + 1, 10, "the clock goes on")
        rotation = {"type": "1", "dest": self.did, "verkey": self.second.verkey}
        self.newest = client.write(signed_request(self.first, rotation))


# von-network

def check_von_network(site, town):
    nodes = [json.loads(line) for line in site.get("/genesis").body.decode().split("\n")]
    expect(len(nodes) == 4 and all(node["txn"]["type"] == "0" for node in nodes), "genesis names four nodes")
    status = site.json("/status")
    expect(status["ready"] and status["register_new_dids"] and not status["anonymous"] and "validators" not in status, status)
    validators = site.json("/status?validators=1")["validators"]
    names = [one["Node_info"]["Name"] for one in validators]
    expect(names == ["Node1", "Node2", "Node3", "Node4"], f"validators: {names}")
    for one in validators:
        expect(not {"Hardware", "Protocol", "Extractions"} & set(one) and "OS_version" not in one["Software"], "left out as von-network does")
    text = site.get("/status/text")
    expect(text.type == "text/plain" and b"Node3" in text.body and b"Pool_info:" in text.body, "status as text")

    page = site.json("/ledger/domain?page=2&page_size=3")
    expect((page["first_index"], page["last_index"], page["page"], page["page_size"]) == (4, 6, 2, 3), page)
    expect(page["total"] == town.newest, f"total {page['total']}")
    entry = page["results"][0]
    expect(entry["txnMetadata"]["seqNo"] == 4 and entry["ledgerSize"] == town.newest, "an entry with its proof")
    expect(site.json("/ledger/DOMAIN/4") == entry == site.json("/ledger/1/4"), "names in any case, or numbers")
    txn_id = site.json(f"/ledger/domain/{town.schema_seq_no}")["txnMetadata"]["txnId"]
    by_id = site.json("/ledger/domain/" + urllib.parse.quote(txn_id, safe=""))
    expect(by_id["txnMetadata"]["seqNo"] == town.schema_seq_no, "an entry by its txnId")
    invalid = site.get("/ledger/domain?page=99")
    expect(invalid.status == 404 and invalid.json() == {"detail": "Invalid page."}, "an empty page")
    for missing in ("/ledger/domain/99999", "/ledger/other", "/ledger/domain/none", "/browse/other", "/browse/domain/0"):
        expect(site.get(missing).status == 404, missing)

    found = site.json("/ledger/domain?type=101&query=RESIDENCE")
    expect([one["txnMetadata"]["seqNo"] for one in found["results"]] == [town.schema_seq_no] and found["total"] == 1, "search by name")
    expect(site.json("/ledger/domain?query=" + town.did)["total"] == 4, "search by DID")
    expect(site.json("/ledger/domain?type=113")["total"] == 0, "search for nothing")
    lines = site.get("/ledger/pool/text?page_size=2").body.decode()
    expect(lines.count('"seqNo"') == 2, "text listing")


def check_register(site):
    def post(body, media="application/json"):
        return site.get("/register", {"Content-Type": media}, data=body if isinstance(body, bytes) else json.dumps(body).encode())
    before = site.json("/ledger/domain?page_size=1")["total"]
    answer = post({"seed": "town"})
    expect(answer.status == 200 and answer.json()["seed"] == "town".ljust(32, "0"), answer.body)
    wait_until(lambda: site.get("/1.0/identifiers/did:sov:" + answer.json()["did"]).status == 200, 30, "the observer has the DID")
    expect(post({"seed": "town"}).json() == answer.json(), "again: nothing is written")
    for body, words in (({"seed": "x" * 33}, b"between 0 and 32"), ({"seed": "eA=="}, b"32 characters long"),
                        ({"did": answer.json()["did"]}, b"must be provided"), ({}, b"Expected json"), (b"[", b"Expected json")):
        refused = post(body)
        expect(refused.status == 400 and words in refused.body, f"{body}: {refused.status} {refused.body}")
    page = post(b"seed=page&role=", "application/x-www-form-urlencoded")
    expect(page.status == 200 and page.type == "text/html" and b"verkey" in page.body, "the form's page")
    wait_until(lambda: site.json("/ledger/domain?page_size=1")["total"] == before + 2, 30, "the observer has both DIDs")


# Conditional requests, limits, other origins

def check_conditional(site, client):
    paths = ["/genesis", "/ledger/domain", "/ledger/domain/1", "/ledger/pool/text", "/browse/domain", "/browse/pool/1",
             "/1.0/identifiers/did:sov:" + TRUSTEE.did, "/openapi.json", "/assets/explorer.css"]
    tags = {}
    for path in paths:
        answer = site.get(path)
        tags[path] = answer.headers["ETag"]
        expect(answer.status == 200 and tags[path], f"{path} has no ETag")
        again = site.get(path, {"If-None-Match": f'"x", W/{tags[path]}'})
        expect(again.status == 304 and not again.body and again.headers["ETag"] == tags[path], f"{path}: {again.status}")
        expect(site.get(path, {"If-None-Match": '"x"'}).status == 200, f"{path} with another tag")
    root = site.json("/ledger/domain/1")["rootHash"]
    expect(tags["/ledger/domain"] == f'"{root}"', "the tag is the root")
    modified = site.get("/ledger/domain").headers["Last-Modified"]
    expect(site.get("/ledger/domain", {"If-Modified-Since": modified}).status == 304, "If-Modified-Since")
    seq_no = client.write(signed_request(TRUSTEE, nym_operation(Signer.random())))
    wait_until(lambda: site.get(f"/ledger/domain/{seq_no}").status == 200, 20, "the observer has the new entry")
    for path in paths:
        changed = site.get(path, {"If-None-Match": tags[path]}).status == 200
        expect(changed == ("domain" in path or "identifiers" in path), f"{path} after a write")


def check_origins(site):
    for path in ("/genesis", "/ledger/domain", "/ledger/domain/1", "/1.0/identifiers/did:sov:" + TRUSTEE.did, "/status", "/openapi.json"):
        expect(site.get(path).headers["Access-Control-Allow-Origin"] == "*", f"CORS of {path}")
    before = site.get("/ledger/domain/1", {"Origin": "https://a.example", "Access-Control-Request-Method": "GET",
                                           "Access-Control-Request-Headers": "If-None-Match"}, method="OPTIONS")
    expect(before.status in (200, 204) and "If-None-Match" in before.headers["Access-Control-Allow-Headers"], "preflight")
    page = site.get("/browse/domain")
    expect(page.headers["Access-Control-Allow-Origin"] is None, "pages are for people")
    expect("default-src 'none'" in page.headers["Content-Security-Policy"], "policy of contents")


def check_limits(site):
    def burst():
        for _ in range(200):
            answer = site.ask("/ledger/domain?query=flood")
            if answer.status == 429:
                return answer
        return None
    refused = burst()
    expect(refused is not None and int(refused.headers["Retry-After"]) >= 1, "searches are limited")
    wait_until(lambda: site.ask("/status").status == 200, 30, "the budget comes back")
    for path in ("/ledger/domain?page=0", "/ledger/domain?page=99999999999999999999999", "/ledger/domain?page_size=-1",
                 "/ledger/domain?page_size=1000000", "/ledger/domain/" + "9" * 300, "/browse/domain?query=" + "a" * 5000,
                 "/1.0/identifiers/did:sov:" + "x" * 3000, "/1.0/identifiers/did:sov:%00", "/1.0/identifiers/%zz"):
        expect(site.get(path).status in (200, 400, 404), f"an answer to {path[:60]}")
    expect(site.json("/ledger/domain?page_size=1000000")["page_size"] == 100, "pages have a greatest size")


# DID Resolution

def check_resolution(site, town):
    sov = "/1.0/identifiers/did:sov:" + town.did
    result = site.json(sov)
    document, about = result["didDocument"], result["didDocumentMetadata"]
    expect(document["id"] == "did:sov:" + town.did and document["service"][0]["serviceEndpoint"] == "https://town.example", document)
    expect(document["verificationMethod"][0]["publicKeyBase58"] == town.second.verkey, "the newest key")
    expect(about["versionId"] == str(town.newest), about)
    expect(site.json("/1.0/identifiers/did%3Asov%3A" + town.did) == result, "percent-encoded")
    indy = site.json("/1.0/identifiers/did:indy:stadtbuch:local:" + town.did)
    expect(indy["didDocument"]["id"] == "did:indy:stadtbuch:local:" + town.did, indy)

    old = site.json(sov + f"?versionId={town.nym_seq_no}")["didDocument"]
    expect(old["verificationMethod"][0]["publicKeyBase58"] == town.first.verkey, "an old version")
    moment = site.json(f"/ledger/domain/{town.schema_seq_no}")["txnMetadata"]["txnTime"]
    then = urllib.parse.quote(time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment)))
    middle = site.json(sov + f"?versionTime={then}")["didDocument"]
    expect(middle["verificationMethod"][0]["publicKeyBase58"] == town.first.verkey and "service" in middle, "at a time")
    part = site.json(sov + "%23verkey")
    expect(part["contentStream"]["publicKeyBase58"] == town.second.verkey, part)

    schema = site.json(sov + "/anoncreds/v0/SCHEMA/proof%20of%20residence/1.0")
    expect(schema["contentStream"] == {"attr_names": ["street", "city"], "name": "proof of residence", "version": "1.0"}, schema)
    expect(schema["contentMetadata"]["objectType"] == "SCHEMA" and schema["contentMetadata"]["seqNo"] == town.schema_seq_no, schema)

    types = {"application/did-resolution": "didDocument", "application/ld+json": "didDocument", "application/json": "didDocument",
             'application/ld+json;profile="https://w3id.org/did-resolution"': "didDocument", "*/*": "didDocument",
             "text/html, */*;q=0.1": "didDocument", "application/did+ld+json": "id", "application/did+json": "id", "application/did": "id"}
    for accepted, member in types.items():
        answer = site.get(sov, {"Accept": accepted})
        expect(answer.status == 200 and member in answer.json() and answer.headers["Vary"] == "Accept", f"{accepted}: {answer.body[:100]}")
        wanted = accepted.split(";")[0] if accepted.startswith("application/") else "application/ld+json"
        expect(answer.type == wanted, f"{accepted}: {answer.type}")

    deleted = Signer.random()
    for path, accepted, status, code in (
            ("did:sov:" + deleted.did, "application/did-resolution", 404, "NOT_FOUND"),
            ("did:sov:" + deleted.did, "application/ld+json", 404, "notFound"),
            ("did:sov:short", "application/did-resolution", 400, "INVALID_DID"),
            ("did:sov:short", "*/*", 400, "invalidDid"),
            ("did:example:1", "application/did-resolution", 501, "METHOD_NOT_SUPPORTED"),
            ("did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK", "*/*", 501, "methodNotSupported"),
            (f"did:sov:{town.did}?versionTime=yesterday", "*/*", 400, "invalidDidUrl"),
            (f"did:sov:{town.did}/other/path", "application/did-resolution", 400, "INVALID_DID_URL"),
            (f"did:sov:{town.did}/anoncreds/v0/SCHEMA/none/1.0", "*/*", 404, "notFound"),
            (f"did:sov:{town.did}", "image/png", 406, "representationNotSupported")):
        answer = site.get("/1.0/identifiers/" + path, {"Accept": accepted})
        body = answer.json()
        fault = (body.get("didResolutionMetadata") or body.get("dereferencingMetadata"))["error"]
        named = fault if isinstance(fault, str) else fault["type"].removeprefix("https://www.w3.org/ns/did#")
        expect(answer.status == status and named == code, f"{path} as {accepted}: {answer.status} {named}")


# OpenAPI: every route and every answer as described

def resolved(document, part):
    while "$ref" in part:
        place = document
        for step in part["$ref"].removeprefix("#/").split("/"):
            place = place[step]
        part = place
    return part


def check_schema(document, schema, value, where):
    schema = resolved(document, schema)
    if "anyOf" in schema:
        for one in schema["anyOf"]:
            try:
                return check_schema(document, one, value, where)
            except Failed:
                continue
        raise Failed(f"{where}: fits none of the alternatives")
    kinds = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool, "null": type(None)}
    allowed = schema.get("type", [])
    allowed = [allowed] if isinstance(allowed, str) else allowed
    fits = not allowed or any(isinstance(value, kinds[kind]) and (kind == "boolean") == isinstance(value, bool) for kind in allowed)
    expect(fits, f"{where}: {type(value).__name__} is not {allowed}")
    expect(value in schema.get("enum", [value]), f"{where}: {value}")
    if isinstance(value, dict):
        missing = [name for name in schema.get("required", []) if name not in value]
        expect(not missing, f"{where}: without {missing}")
        for name, inner in schema.get("properties", {}).items():
            if name in value:
                check_schema(document, inner, value[name], f"{where}.{name}")
    if isinstance(value, list):
        for i, one in enumerate(value):
            check_schema(document, schema.get("items", {}), one, f"{where}[{i}]")


def check_openapi(site, source):
    document = site.json("/openapi.json")
    expect(document["openapi"].startswith("3.1."), "version of the document")
    routes = re.findall(r'routes\.(?:data|page|asset|late)\((?:"(?:GET|POST)", )?"([^"]+)"', source) + re.findall(r'server\.route\("GET", "([^"]+)"', source)
    plain = {re.sub(r"\{[^}]*\}", "{}", route) for route in routes}
    described = {re.sub(r"\{[^}]*\}", "{}", path) for path in document["paths"]}
    expect(plain == described and len(plain) > 12, f"described and real routes differ: {plain ^ described}")
    asked = 0
    for path, methods in document["paths"].items():
        if "get" not in methods:
            continue
        operation, place = methods["get"], path
        for parameter in operation.get("parameters", []):
            parameter = resolved(document, parameter)
            if parameter["in"] == "path":
                place = place.replace("{" + parameter["name"] + "}", parameter["example"])
        contents = resolved(document, operation["responses"]["200"])["content"]
        for media, content in contents.items():
            target = place + "%23verkey" if media == "application/did-url-dereferencing" else place
            answer = site.get(target, {"Accept": media})
            expect(answer.status == 200 and answer.type == media, f"{path} as {media}: {answer.status} {answer.type}")
            if "schema" in content and "json" in media or media.startswith("application/did"):
                check_schema(document, content["schema"], answer.json(), f"{path} {media}")
            expect(str(answer.status) in operation["responses"], f"{path}: {answer.status} is not described")
            asked += 1
    expect(asked > 20, f"only {asked} answers compared")


# Receipts

def verify(pool, genesis, path):
    done = subprocess.run([pool.cli, "-o", "json", "verify-receipt", str(path), "--genesis", str(genesis)],
                          capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout, done.stderr


def check_receipts(site, pool, genesis, folder, town):
    sov = "/1.0/identifiers/did:sov:"
    moment = site.json(f"/ledger/domain/{town.schema_seq_no}")["txnMetadata"]["txnTime"]
    questions = [sov + town.did, sov + Signer.random().did, sov + town.did + f"?versionTime={moment}",
                 sov + town.did + f"?versionId={town.nym_seq_no}", sov + town.did + "/anoncreds/v0/SCHEMA/proof%20of%20residence/1.0",
                 f"/ledger/domain/{town.newest}", "/ledger/domain/1", "/ledger/pool/2"]
    for i, question in enumerate(questions):
        answer = site.get(question, {"Accept": RECEIPT})
        expect(answer.status == 200 and answer.type == RECEIPT, f"{question}: {answer.status} {answer.body[:200]}")
        path = folder / f"receipt{i}.json"
        path.write_bytes(answer.body)
        code, out, err = verify(pool, genesis, path)
        expect(code == 0, f"{question}: {err}")
        verdict = json.loads(out)
        expect(verdict["holds"] and len(verdict["signers"]) >= 3, verdict)
        if question.startswith(sov) and "SCHEMA" not in question:
            shown = site.get(question).json()
            expect(verdict["answer"]["content"] == shown["didDocument"], f"{question}: receipt and answer differ")
        if question.startswith("/ledger"):
            shown = site.json(question)
            expect(all(verdict["answer"]["content"][name] == shown[name] for name in ("txn", "txnMetadata", "reqSignature")), question)
    receipt = json.loads((folder / "receipt0.json").read_text())
    receipt["answer"]["content"]["verificationMethod"][0]["publicKeyBase58"] = town.first.verkey
    altered = folder / "altered.json"
    altered.write_text(json.dumps(receipt))
    code, _, err = verify(pool, genesis, altered)
    expect(code == 6 and "SB-5092" in err and "answer" in err, f"an altered receipt: {code} {err}")
    altered.write_text("[")
    expect(verify(pool, genesis, altered)[0] == 6, "no JSON")
    expect(verify(pool, genesis, folder / "none")[0] == 1, "no file")
    by_link = site.get(sov + town.did + "?receipt=1")
    expect(by_link.type == RECEIPT and "attachment" in by_link.headers["Content-Disposition"], "the link of the pages")


def check_receipts_after_change(site, pool, client, genesis, folder, town):
    """A member leaves; receipts still follow from the first genesis."""
    node = pool.genesis_nodes()["Node4"]
    request = signed_request(TRUSTEE, {"type": "0", "dest": node["dest"], "data": {"alias": "Node4", "services": []}})
    client.write(request, seconds=30)
    wait_until(lambda: site.get("/ledger/pool/5").status == 200, 30, "the observer has the change")
    client.write(signed_request(TRUSTEE, nym_operation(Signer.random())), seconds=30, nodes=["Node1", "Node2", "Node3"])
    path = folder / "after.json"

    def receipt_with_step():
        answer = site.get("/1.0/identifiers/did:sov:" + town.did, {"Accept": RECEIPT})
        if answer.status != 200 or not answer.json()["pool"]:
            return False
        path.write_bytes(answer.body)
        return True
    wait_until(receipt_with_step, 60, "a receipt with the change of members")
    code, out, err = verify(pool, genesis, path)
    expect(code == 0 and json.loads(out)["pool_size"] == 5, f"after the change: {err}")


def look_at_pages(site):
    os.environ.setdefault("CHROMIUM", shutil.which("chromium") or "")
    missing = [name for name in ("node", "npm") if not shutil.which(name)] + ([] if os.environ["CHROMIUM"] else ["chromium"])
    if missing:
        print("not checked, because these programs are missing: " + ", ".join(missing))
        sys.exit(77)
    packages = HERE.parent / "agent"
    subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--silent"], cwd=packages, check=True)
    done = subprocess.run(["node", str(HERE / "pages.mjs"), site.base, *sys.argv[4:]])
    expect(done.returncode == 0, "the pages have faults")


def main():
    programs, folder = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    source = (HERE.parents[2] / "node/http/public_routes.cpp").read_text()
    with Pool(programs, folder) as pool, CurveClient(pool) as client:
        pool.wait_ready("observer")
        town = Town(client)
        site = Site(pool)
        wait_until(lambda: site.get(f"/ledger/domain/{town.newest}").status == 200, 30, "the observer has all entries")
        genesis = folder / "pool_transactions_genesis"
        if sys.argv[3:4] == ["--pages"]:
            return look_at_pages(site)
        check_von_network(site, town)
        check_resolution(site, town)
        check_openapi(site, source)
        check_receipts(site, pool, genesis, folder, town)
        check_origins(site)
        check_register(site)
        check_conditional(site, client)
        check_limits(site)
        check_receipts_after_change(site, pool, client, genesis, folder, town)
        print("the HTTP side is as described")


try:
    main()
except Failed as failure:
    sys.exit(f"FAILED: {failure}")
