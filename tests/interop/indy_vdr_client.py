#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""indy-vdr, unmodified, as the client of a pool of ours: every transaction type is written and read.

Usage: indy_vdr_client.py PROGRAMS FOLDER RECORDING
RECORDING gives a credential definition with real keys (client_cases.jsonl). indy-vdr itself verifies the state
proof and the multi-signature of each single answer; one that it does not believe it asks other nodes about.
"""
import asyncio
import hashlib
import json
import pathlib
import sys
import time

import indy_vdr
from indy_vdr import ledger

import outcomes

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))
from e2e_pool import TRUSTEE, VALIDATORS, Failed, Pool, Signer, expect, padded_seed  # noqa: E402

CLIENT = "indy-vdr " + indy_vdr.version()
NAMESPACE = "stadtbuch:local"
STEWARD1 = Signer(padded_seed("Steward1"))
STEWARD4 = Signer(padded_seed("Steward4"))
SINGLE_READ_SECONDS_MAX = 10
# What indy-node-monitor and its plugins read of a VALIDATOR_INFO.
READ_BY_MONITOR = ["timestamp", "Pool_info/Unreachable_nodes", "Pool_info/Unreachable_nodes_count", "Pool_info/Blacklisted_nodes",
                   "Pool_info/Total_nodes_count", "Node_info/did", "Node_info/Mode", "Node_info/Metrics/uptime",
                   "Node_info/Metrics/transaction-count", "Node_info/Catchup_status/Ledger_statuses", "Node_info/Replicas_status",
                   *(f"Node_info/Freshness_status/{n}/{part}" for n in (0, 1, 2) for part in ("Has_write_consensus", "Last_updated_time")),
                   "Software/indy-node", "Software/sovrin", "Software/Installed_packages", "Extractions/upgrade_log"]
# A node answers reads from its last proved state, which follows the write when the multi-signature is checked.
PROOF_SECONDS = 0.2


class Client:
    """A pool handle with signing."""

    def __init__(self, pool, network):
        self.pool = pool
        self.network = network
        self.acceptance = None
        self.schema_seq_no = None

    @classmethod
    async def open(cls, network, only=None):
        """From genesis; opening refreshes. With `only` the requests go to that one node."""
        genesis = network.folder / "pool_transactions_genesis"
        weights = {node: 1.0 if node == only else 0.0 for node in VALIDATORS} if only else None
        return cls(await indy_vdr.open_pool(transactions_path=str(genesis), node_weights=weights), network)

    def signed(self, request, *signers):
        if self.acceptance:
            request.set_txn_author_agreement_acceptance(self.acceptance)
        if len(signers) == 1:
            request.set_signature(signers[0].sign(request.signature_input))
        else:
            for signer in signers:
                request.set_multi_signature(signer.did, signer.sign(request.signature_input))
        return request

    async def write(self, request, *signers):
        """The transaction's number. A client has its answer when f+1 nodes have written; the next read may ask a
        node that has not yet, so this waits for all."""
        kind = outcomes.type_of(request.body)
        result = await self.pool.submit_request(self.signed(request, *signers))
        expect(result["txnMetadata"]["seqNo"] > 0, f"no number in {result}")
        outcomes.note(CLIENT, kind, "written")
        self.network.wait_equal()
        await asyncio.sleep(PROOF_SECONDS)
        return result["txnMetadata"]["seqNo"]

    async def pool_size(self):
        """Transactions of the pool ledger that indy-vdr holds."""
        return len((await self.pool.get_transactions()).split())

    async def read(self, request):
        kind = outcomes.type_of(request.body)
        result = await self.pool.submit_request(request)
        outcomes.note(CLIENT, kind, "read" if result.get("data") is not None else "absence read")
        return result

    async def refused(self, reason, request, *signers):
        kind = outcomes.type_of(request.body)
        signed = self.signed(request, *signers)
        body = signed.body
        try:
            result = await self.pool.submit_request(signed)
        except indy_vdr.VdrError as error:
            expect(reason in str(error), f"refused with: {error}; expected: {reason}")
            expect(outcomes.is_as_in_reference(str(error), body), f"the reference's recordings have no such reason: {error}")
            outcomes.note(CLIENT, kind, outcomes.AS_IN_REFERENCE)
            return
        raise Failed(f"not refused ({reason}): {result}")


def nym(author, who, **more):
    return ledger.build_nym_request(author.did, who.did, who.verkey, **more)


async def nym_of(client, did):
    return json.loads((await client.read(ledger.build_get_nym_request(None, did)))["data"] or "null")


async def story_nym(client, _):
    """Roles, rotation, demotion, self-certifying DIDs, DID documents."""
    made = {}
    for role, code in (("TRUSTEE", "0"), ("STEWARD", "2"), ("ENDORSER", "101"), ("NETWORK_MONITOR", "201"), (None, None)):
        made[role] = Signer.random()
        await client.write(nym(TRUSTEE, made[role], role=role), TRUSTEE)
        found = await nym_of(client, made[role].did)
        expect((found["verkey"], found["role"]) == (made[role].verkey, code), f"NYM with role {role} reads {found}")
    user, new_key = made[None], Signer.random()
    await client.write(ledger.build_nym_request(user.did, user.did, new_key.verkey), user)
    expect((await nym_of(client, user.did))["verkey"] == new_key.verkey, "rotation is not seen")
    await client.refused("insufficient number of valid signatures",
                         ledger.build_nym_request(user.did, user.did, user.verkey), user)
    await client.write(ledger.build_nym_request(TRUSTEE.did, made["NETWORK_MONITOR"].did, role=""), TRUSTEE)
    expect((await nym_of(client, made["NETWORK_MONITOR"].did))["role"] is None, "role is not taken away")
    await client.refused("Not enough TRUSTEE signatures", nym(made["ENDORSER"], Signer.random(), role="TRUSTEE"),
                         made["ENDORSER"])
    expect(await nym_of(client, Signer.random().did) is None, "an unknown DID is found")
    await self_certifying(client)
    return made["ENDORSER"]


async def self_certifying(client):
    legacy = Signer.random()
    await client.write(nym(TRUSTEE, legacy, version=1), TRUSTEE)
    modern = Signer.random()
    modern.did = indy_did(modern)
    document = {"@context": ["https://www.w3.org/ns/did/v1"],
                "serviceEndpoint": [{"id": "did:indy:local:x#didcomm", "type": "did-communication",
                                     "serviceEndpoint": "https://example.com"}]}
    await client.write(nym(TRUSTEE, modern, version=2, diddoc_content=json.dumps(document)), TRUSTEE)
    found = await nym_of(client, modern.did)
    expect(json.loads(found["diddocContent"]) == document, f"DID document reads {found}")
    await client.refused("must not have `id` at root",
                         nym(TRUSTEE, Signer.random(), diddoc_content='{"id":"did:indy:x:1"}'), TRUSTEE)
    await client.refused("Identifier", nym(TRUSTEE, Signer.random(), version=2), TRUSTEE)


def indy_did(signer):
    """did:indy: the first 16 bytes of the key's SHA-256."""
    import base58
    return base58.b58encode(hashlib.sha256(bytes(signer.key.verify_key)).digest()[:16]).decode()


async def story_attrib(client, endorser):
    """raw, enc and hash; a changed value; foreign and malformed attributes."""
    did = endorser.did
    raw = {"endpoint": {"ha": "127.0.0.1:5555", "straße": "Grünewald"}}
    await client.write(ledger.build_attrib_request(did, did, None, json.dumps(raw, ensure_ascii=False), None), endorser)
    found = await client.read(ledger.build_get_attrib_request(None, did, "endpoint"))
    expect(json.loads(found["data"]) == raw, f"raw attribute reads {found['data']}")
    raw["endpoint"]["ha"] = "127.0.0.1:6666"
    await client.write(ledger.build_attrib_request(did, did, None, json.dumps(raw), None), endorser)
    found = await client.read(ledger.build_get_attrib_request(None, did, "endpoint"))
    expect(json.loads(found["data"]) == raw, "the changed attribute is not seen")
    digest = hashlib.sha256(b"something").hexdigest()
    await client.write(ledger.build_attrib_request(did, did, digest, None, None), endorser)
    found = await client.read(ledger.build_get_attrib_request(None, did, None, digest))
    expect(found["seqNo"] > 0, f"hash attribute reads {found}")
    await client.write(ledger.build_attrib_request(did, did, None, None, "b3BhcXVl"), endorser)
    found = await client.read(ledger.build_get_attrib_request(None, did, None, None, "b3BhcXVl"))
    expect(found["seqNo"] > 0, f"enc attribute reads {found}")
    found = await client.read(ledger.build_get_attrib_request(None, did, "nothing"))
    expect(found["data"] is None, "an absent attribute is found")
    await client.refused("since only the owner can modify it",
                         ledger.build_attrib_request(did, TRUSTEE.did, None, '{"a":1}', None), endorser)
    return endorser


async def story_schema(client, endorser, cred_def):
    """SCHEMA and CRED_DEF, their reads, and what is refused."""
    schema_id = f"{endorser.did}:2:parking:1.0"
    schema = {"ver": "1.0", "id": schema_id, "name": "parking", "version": "1.0", "attrNames": ["plate", "zone", "größe"]}
    number = client.schema_seq_no = await client.write(ledger.build_schema_request(endorser.did, schema), endorser)
    found = await client.read(ledger.build_get_schema_request(None, schema_id))
    expect(sorted(found["data"]["attr_names"]) == sorted(schema["attrNames"]), f"schema reads {found['data']}")
    await client.refused("The action is forbidden", ledger.build_schema_request(endorser.did, schema), endorser)
    missing = await client.read(ledger.build_get_schema_request(None, f"{endorser.did}:2:parking:9.9"))
    expect("attr_names" not in missing["data"], "an absent schema is found")
    definition_id = f"{endorser.did}:3:CL:{number}:default"
    definition = {"ver": "1.0", "id": definition_id, "schemaId": str(number), "type": "CL", "tag": "default", "value": cred_def}
    await client.write(ledger.build_cred_def_request(endorser.did, definition), endorser)
    found = await client.read(ledger.build_get_cred_def_request(None, definition_id))
    expect(found["data"] == cred_def, "the credential definition reads otherwise")
    definition.update(id=f"{endorser.did}:3:CL:99999:default", schemaId="99999")
    await client.refused("doesn't exist", ledger.build_cred_def_request(endorser.did, definition), endorser)


async def story_endorsed(client, endorser, cred_def):
    """An author without a role writes with the endorser's signature, and not without."""
    author = Signer.random()
    await client.write(nym(TRUSTEE, author), TRUSTEE)

    def schema(version):
        return ledger.build_schema_request(author.did, {"ver": "1.0", "id": f"{author.did}:2:endorsed:{version}",
                                                        "name": "endorsed", "version": version, "attrNames": ["a"]})
    await client.refused("Not enough", schema("1.0"), author)
    request = schema("1.0")
    request.set_endorser(endorser.did)
    await client.write(request, author, endorser)
    lonely = schema("1.1")
    lonely.set_endorser(endorser.did)
    await client.refused("Endorser must sign the request", lonely, author)
    found = await client.read(ledger.build_get_schema_request(None, f"{author.did}:2:endorsed:1.0"))
    expect(found["seqNo"] > 0, "the endorsed schema is not found")


async def story_replay(client, endorser, _):
    """The same signed request again gives the stored transaction and writes nothing."""
    request = client.signed(nym(TRUSTEE, Signer.random()), TRUSTEE)
    body = request.body
    first = await client.pool.submit_request(request)
    client.network.wait_equal()
    again = await client.pool.submit_request(ledger.build_custom_request(body))
    expect(again["txnMetadata"] == first["txnMetadata"], f"replay: {again['txnMetadata']} after {first['txnMetadata']}")
    following = await client.write(nym(TRUSTEE, Signer.random()), TRUSTEE)
    expect(following == first["txnMetadata"]["seqNo"] + 1, "a replay took a number")


async def story_agreement(client, endorser, _):
    """Transaction author agreement: list of mechanisms, text, acceptance in writes, reads, the end of it."""
    text, today = "What is written here stays. Ägypten.", int(time.time()) // 86400 * 86400
    await client.refused("TAA txn is forbidden until TAA AML is set",
                         ledger.build_txn_author_agreement_request(TRUSTEE.did, text, "1.0", today), TRUSTEE)
    await client.write(ledger.build_acceptance_mechanisms_request(TRUSTEE.did, {"at_submission": "paper", "click": "app"}, "1.0"), TRUSTEE)
    await client.write(ledger.build_txn_author_agreement_request(TRUSTEE.did, text, "1.0", today), TRUSTEE)
    found = await client.read(ledger.build_get_txn_author_agreement_request())
    expect((found["data"]["text"], found["data"]["version"]) == (text, "1.0"), f"agreement reads {found['data']}")
    found = await client.read(ledger.build_get_acceptance_mechanisms_request())
    expect(sorted(found["data"]["aml"]) == ["at_submission", "click"], f"mechanisms read {found['data']}")
    await client.refused("Txn Author Agreement acceptance is required", nym(TRUSTEE, Signer.random()), TRUSTEE)
    client.acceptance = ledger.prepare_txn_author_agreement_acceptance(text, "1.0", None, "nope", int(time.time()))
    await client.refused("is inappropriate", nym(TRUSTEE, Signer.random()), TRUSTEE)
    client.acceptance = ledger.prepare_txn_author_agreement_acceptance("other text", "1.0", None, "at_submission", int(time.time()))
    await client.refused("Incorrect Txn Author Agreement", nym(TRUSTEE, Signer.random()), TRUSTEE)
    client.acceptance = ledger.prepare_txn_author_agreement_acceptance(text, "1.0", None, "at_submission", int(time.time()))
    number = await client.write(nym(TRUSTEE, Signer.random()), TRUSTEE)
    stored = await client.read(ledger.build_get_txn_request(None, 1, number))
    expect(stored["data"]["txn"]["metadata"]["taaAcceptance"]["mechanism"] == "at_submission", "the acceptance is not stored")
    client.acceptance = None
    await client.write(ledger.build_disable_all_txn_author_agreements_request(TRUSTEE.did), TRUSTEE)
    await client.write(nym(TRUSTEE, Signer.random()), TRUSTEE)


async def story_get_txn(client, endorser, _):
    """Transactions of all four ledgers by number, and one that is not there."""
    for ledger_id, kind in ((0, "0"), (1, "1"), (2, "5"), (3, "2")):
        # indy-vdr has no name for the audit ledger, but sends what it is given.
        found = await client.read(ledger.build_custom_request({
            "operation": {"type": "3", "ledgerId": ledger_id, "data": 1}, "identifier": TRUSTEE.did,
            "protocolVersion": 2, "reqId": time.time_ns()}))
        expect(found["data"]["txn"]["type"] == kind, f"ledger {ledger_id} begins with {found['data']}")
        expect(found["data"]["auditPath"] is not None and found["data"]["rootHash"], f"ledger {ledger_id}: no path")
    found = await client.read(ledger.build_get_txn_request(None, 1, 999_999))
    expect(found["data"] is None, "an absent transaction is found")


def node_request(steward, dest, data):
    body = {"operation": {"type": "0", "dest": dest, "data": data}, "identifier": steward.did, "protocolVersion": 2,
            "reqId": time.time_ns()}
    return ledger.build_custom_request(body)


async def story_node(client, endorser, network):
    """A steward edits its NODE entry; clients see it after a refresh; others may not."""
    node = network.genesis_nodes()["Node4"]
    address = {key: node["data"][key] for key in ("alias", "client_ip", "client_port", "node_ip", "node_port")}
    before = await client.pool_size()
    moved = dict(address, client_ip="127.0.0.2")
    elsewhere = dict(address, client_port=address["client_port"] + 1)
    await client.refused("can not touch client_port field", node_request(STEWARD1, node["dest"], elsewhere), STEWARD1)
    await client.write(node_request(STEWARD4, node["dest"], moved), STEWARD4)
    await client.pool.refresh()
    expect(await client.pool_size() == before + 1, "the refresh did not bring the NODE transaction")
    verifiers = await client.pool.get_verifiers()
    expect("127.0.0.2" in json.dumps(verifiers["Node4"]), f"Node4 is still at {verifiers['Node4']}")
    await client.write(nym(TRUSTEE, Signer.random()), TRUSTEE)
    await client.write(node_request(STEWARD4, node["dest"], address), STEWARD4)
    await client.pool.refresh()
    expect(await client.pool_size() == before + 2, "the second refresh brought nothing")
    fresh = await Client.open(network)
    await fresh.pool.refresh()
    expect(await fresh.pool_size() == before + 2, "a new client does not catch up from genesis")
    fresh.pool.close()


def custom(operation, author=TRUSTEE):
    return ledger.build_custom_request({"operation": operation, "identifier": author.did, "protocolVersion": 2,
                                        "reqId": time.time_ns()})


async def story_revocation(client, endorser, _):
    """A registry, two entries, its accumulator and its deltas at both times."""
    did = endorser.did
    schema = await client.read(ledger.build_get_schema_request(None, f"{did}:2:parking:1.0"))
    definition = f"{did}:3:CL:{schema['seqNo']}:default"
    registry = f"{did}:4:{definition}:CL_ACCUM:r"
    value = {"issuanceType": "ISSUANCE_BY_DEFAULT", "maxCredNum": 9, "publicKeys": {"accumKey": {"z": "1 0BB"}},
             "tailsHash": "91zvq2cFmBZmHCcLqFyzv7bfehHH5rMhdAG5wTjqy2PE", "tailsLocation": "https://tails.example/h"}
    await client.write(custom({"type": "113", "id": registry, "revocDefType": "CL_ACCUM", "tag": "r", "credDefId": definition,
                               "value": value}, endorser), endorser)
    found = await client.read(ledger.build_get_revoc_reg_def_request(None, registry))
    expect(found["data"]["value"] == value, f"registry definition reads {found['data']}")

    def entry(value):
        return custom({"type": "114", "revocRegDefId": registry, "revocDefType": "CL_ACCUM", "value": value}, endorser)
    await client.write(entry({"accum": "21 A"}), endorser)
    first = (await client.read(ledger.build_get_revoc_reg_request(None, registry, int(time.time()))))["txnTime"]
    while int(time.time()) <= first + 1:  # moments are seconds
        await asyncio.sleep(0.1)
    await client.refused("must be equal to the last accumulator", entry({"accum": "21 C", "prevAccum": "21 B", "revoked": [1]}), endorser)
    await client.write(entry({"accum": "21 B", "prevAccum": "21 A", "revoked": [2, 3]}), endorser)
    now = int(time.time()) + 1
    found = await client.read(ledger.build_get_revoc_reg_request(None, registry, now))
    expect(found["data"]["value"]["accum"] == "21 B", f"accumulator reads {found['data']}")
    for begin in (None, first):
        found = await client.read(ledger.build_get_revoc_reg_delta_request(None, registry, begin, now))
        expect(found["data"]["value"]["revoked"] == [2, 3], f"delta from {begin} reads {found['data']}")


async def story_rules(client, endorser, _):
    """A rule that forbids, back again; all rules; flags; frozen ledgers."""
    place = {"auth_type": "101", "auth_action": "ADD", "field": "*", "new_value": "*"}
    before = (await client.read(ledger.build_get_auth_rule_request(None, "101", "ADD", "*", None, "*")))["data"]
    forbid = dict(place, type="120", constraint={"constraint_id": "FORBIDDEN"})
    await client.write(custom(forbid), TRUSTEE)
    schema = {"ver": "1.0", "id": f"{endorser.did}:2:late:1.0", "name": "late", "version": "1.0", "attrNames": ["a"]}
    await client.refused("The action is forbidden", ledger.build_schema_request(endorser.did, schema), endorser)
    await client.write(custom({"type": "122", "rules": [dict(place, constraint=before[0]["constraint"])]}), TRUSTEE)
    await client.write(ledger.build_schema_request(endorser.did, schema), endorser)
    await client.write(custom({"type": "130", "name": "REV_STRATEGY", "value": "x"}), TRUSTEE)
    found = await client.read(custom({"type": "131", "name": "REV_STRATEGY"}))
    expect(found["data"]["value"] == "x", f"flag reads {found['data']}")
    await client.read(ledger.build_get_frozen_ledgers_request(TRUSTEE.did))
    trustees = [TRUSTEE, Signer.random(), Signer.random()]
    await client.refused("Not enough TRUSTEE signatures", ledger.build_ledgers_freeze_request(TRUSTEE.did, []), TRUSTEE)
    for trustee in trustees[1:]:
        await client.write(nym(TRUSTEE, trustee, role="TRUSTEE"), TRUSTEE)
    await client.write(ledger.build_ledgers_freeze_request(TRUSTEE.did, []), *trustees)
    await client.read(ledger.build_get_frozen_ledgers_request(TRUSTEE.did))
    await client.refused("RichSchema transactions are disabled", custom(
        {"type": "201", "id": "did:sov:x", "rsType": "sch", "rsName": "n", "rsVersion": "1.0", "ver": "1",
         "content": json.dumps({"@id": "did:sov:x", "@type": "rdfs:Class"})}), TRUSTEE)


async def story_resolver(client, endorser, _):
    """did:indy by indy-vdr's own resolver: documents, resources, what is not there."""
    resolver = indy_vdr.Resolver({NAMESPACE: client.pool})
    did = f"did:indy:{NAMESPACE}:{endorser.did}"
    document = (await resolver.resolve(did))["didDocument"]
    expect(document["id"] == did and document["verificationMethod"][0]["publicKeyBase58"] == endorser.verkey,
           f"{did} resolves to {document}")
    outcomes.note(CLIENT, "did:indy", "resolved")
    for path in ("SCHEMA/parking/1.0", f"CLAIM_DEF/{client.schema_seq_no}/default", f"REV_REG_DEF/{client.schema_seq_no}/default/r",
                 f"REV_REG_ENTRY/{client.schema_seq_no}/default/r"):
        found = await resolver.dereference(f"{did}/anoncreds/v0/{path}")
        expect(found["contentStream"], f"{path} reads {found}")
        outcomes.note(CLIENT, "did:indy", "resolved")
    try:
        await resolver.resolve(f"did:indy:{NAMESPACE}:{Signer.random().did}")
    except indy_vdr.VdrError:
        outcomes.note(CLIENT, "did:indy", "absence seen")
    else:
        raise Failed("an unknown DID resolves")


async def story_pool_control(client, endorser, network):
    """POOL_CONFIG stops writes and lets them go on; upgrades are recorded, forced ones too; VALIDATOR_INFO of all."""
    await client.write(custom({"type": "111", "writes": False}), TRUSTEE)
    await client.refused("Pool is in readonly mode", nym(TRUSTEE, Signer.random()), TRUSTEE)
    await client.write(custom({"type": "111", "writes": True}), TRUSTEE)
    await client.write(nym(TRUSTEE, Signer.random()), TRUSTEE)
    dests = [node["dest"] for node in network.genesis_nodes().values()]
    for name, force in (("plain", False), ("forced", True)):
        start = int(time.time()) + 3600
        schedule = {dest: time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(start + 600 * place)) for place, dest in enumerate(dests)}
        upgrade = {"type": "109", "name": name, "version": "9.9.9", "action": "start", "sha256": "f" * 64, "schedule": schedule,
                   "force": force, "reinstall": False}
        number = await client.write(custom(upgrade), TRUSTEE)
        found = await client.read(ledger.build_get_txn_request(None, 2, number))
        expect(found["data"]["txn"]["data"]["name"] == name, f"config transaction {number} reads {found['data']}")
        await client.refused("Not enough TRUSTEE signatures", custom(dict(upgrade, name=name + "2"), endorser), endorser)
        await client.write(custom({"type": "109", "name": name, "version": "9.9.9", "action": "cancel", "sha256": "f" * 64}), TRUSTEE)
    infos = await client.pool.submit_action(client.signed(ledger.build_get_validator_info_request(TRUSTEE.did), TRUSTEE))
    expect(len(infos) == len(VALIDATORS), f"VALIDATOR_INFO of {sorted(infos)}")
    for alias, text in infos.items():
        info = json.loads(text)["result"]["data"]
        expect(info["Node_info"]["Name"] == alias, f"{alias} says {info['Node_info']}")
        for path in READ_BY_MONITOR:
            place = info
            for name in path.split("/"):
                expect(name in place, f"VALIDATOR_INFO of {alias} is without {path}")
                place = place[name]
    outcomes.note(CLIENT, "119", "answered by every node")
    # It is the operators' business whether it does anything (e2e_pool_faults.py, `pool_restart`).
    taken = await client.pool.submit_action(client.signed(ledger.build_pool_restart_request(TRUSTEE.did, "start", "0"), TRUSTEE))
    expect(len(taken) == len(VALIDATORS) and all(json.loads(text)["op"] == "REPLY" for text in taken.values()), f"POOL_RESTART: {taken}")
    outcomes.note(CLIENT, "118", "acknowledged by every node")
    taken = await client.pool.submit_action(client.signed(ledger.build_pool_restart_request(endorser.did, "start", "0"), endorser))
    for text in taken.values():
        reason = json.loads(text)["reason"]
        expect(outcomes.is_as_in_reference(reason), f"the reference's recordings have no such reason: {reason}")
    expect(len(taken) == len(VALIDATORS), f"POOL_RESTART by an endorser: {taken}")
    outcomes.note(CLIENT, "118", outcomes.AS_IN_REFERENCE)


async def story_one_node(client, endorser, network):
    """Three of four validators are gone: any one that is left still answers with a proof that indy-vdr believes."""
    schema_id = f"{endorser.did}:2:parking:1.0"
    for left in ("Node2", "Node4"):
        lonely = await Client.open(network, left)
        for node in VALIDATORS:
            if node != left:
                network.stop(node)
        begin = time.monotonic()
        found = await nym_of(lonely, endorser.did)
        expect(found["verkey"] == endorser.verkey, f"{left} alone says {found}")
        expect(await nym_of(lonely, Signer.random().did) is None, f"{left} alone finds an unknown DID")
        found = await lonely.read(ledger.build_get_schema_request(None, schema_id))
        expect(found["seqNo"] > 0, f"{left} alone does not find the schema")
        taken = time.monotonic() - begin
        expect(taken < SINGLE_READ_SECONDS_MAX, f"{left} alone took {taken:.1f} s")
        print(f"  {left} alone: three proved reads in {taken:.2f} s", flush=True)
        lonely.pool.close()
        network.up()
        network.wait_equal()
    await client.write(nym(TRUSTEE, Signer.random()), TRUSTEE)


def recorded_cred_def(recording):
    for line in (pathlib.Path(recording) / "client_cases.jsonl").read_text().splitlines():
        case = json.loads(line)
        if case["kind"] == "CRED_DEF":
            return json.loads(case["request"])["operation"]["data"]
    raise Failed("the recording has no credential definition")


async def run(network, recording):
    client = await Client.open(network)
    await client.pool.refresh()
    expect(await client.pool_size() == len(VALIDATORS), "the pool ledger is not the genesis")
    cred_def = recorded_cred_def(recording)
    begin = time.monotonic()
    endorser = await story_nym(client, None)
    print(f"  nym ({time.monotonic() - begin:.1f} s)", flush=True)
    await story_attrib(client, endorser)
    for story, given in ((story_schema, cred_def), (story_endorsed, None), (story_replay, None), (story_agreement, None),
                         (story_revocation, None), (story_resolver, None), (story_rules, None), (story_pool_control, network), (story_get_txn, None),
                         (story_node, network), (story_one_node, network)):
        await story(client, endorser, given)
        print(f"  {story.__name__[6:]} ({time.monotonic() - begin:.1f} s)", flush=True)
    client.pool.close()


def main():
    programs, folder, recording = sys.argv[1:]
    with Pool(programs, folder) as network:
        try:
            asyncio.run(run(network, recording))
        except indy_vdr.VdrError as error:
            raise Failed(f"indy-vdr: {error}") from error
    print("all held")


if __name__ == "__main__":
    main()
