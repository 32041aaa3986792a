// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The fields of each message, read from the parsed form (plenum-consensus §3).
#include "consensus/messages/fields.hpp"

#include <algorithm>

namespace stadtbuch::consensus::messages {
namespace {

using encoding::Value;

constexpr std::size_t name_max = 256;
constexpr std::size_t digest_max = 512;
constexpr std::size_t signature_max = 512;
constexpr std::size_t discarded_max = 8192;
constexpr std::size_t participants_max = 256;

BatchId read_batch_id(Reader& r, const Value& value) {
    BatchId id;
    if (const auto* list = value.array()) {
        if (list->size() != 4) {
            r.fail(WireError::bad_field);
            return id;
        }
        id.view_no = r.as_number(&(*list)[0]);
        id.pp_view_no = r.as_number(&(*list)[1]);
        id.pp_seq_no = r.as_number(&(*list)[2]);
        id.digest = r.as_text(&(*list)[3], digest_max);
        return id;
    }
    Reader inner(value);
    id.view_no = inner.number("view_no");
    id.pp_view_no = inner.number("pp_view_no");
    id.pp_seq_no = inner.number("pp_seq_no");
    id.digest = inner.text("pp_digest", digest_max);
    if (!inner.good()) r.fail(inner.error());
    return id;
}

std::vector<BatchId> read_batch_ids(Reader& r, std::string_view key, const DecodeLimits& limits) {
    std::vector<BatchId> out;
    r.list(key, limits.batch_ids_max,
           [&](const Value& element) { out.push_back(read_batch_id(r, element)); });
    return out;
}

MultiSig read_multi_sig(Reader& r, const Value& value) {
    MultiSig sig;
    const auto* list = value.array();
    const auto* content = list != nullptr && list->size() == 3 ? (*list)[2].array() : nullptr;
    if (content == nullptr || content->size() != 5) {
        r.fail(WireError::bad_field);
        return sig;
    }
    sig.signature = r.as_text(&(*list)[0], signature_max);
    r.as_list(&(*list)[1], participants_max,
              [&](const Value& name) { sig.participants.push_back(r.as_text(&name, name_max)); });
    if (sig.participants.empty()) r.fail(WireError::bad_field);
    sig.value.ledger = r.as_ledger(&(*content)[0]);
    sig.value.state_root = r.as_hash(&(*content)[1]);
    sig.value.pool_state_root = r.as_hash(&(*content)[2]);
    sig.value.txn_root = r.as_hash(&(*content)[3]);
    sig.value.timestamp = r.as_time(&(*content)[4]);
    return sig;
}

Checkpoint read_nested_checkpoint(Reader& r, const Value* value) {
    if (value == nullptr) return {};
    Reader inner(*value);
    Checkpoint m = read_checkpoint(inner);
    if (!inner.good()) r.fail(inner.error());
    return m;
}

}  // namespace

PrePrepare read_pre_prepare(Reader& r, const DecodeLimits& limits) {
    PrePrepare m;
    m.inst_id = r.number("instId");
    m.view_no = r.number("viewNo");
    m.pp_seq_no = r.number("ppSeqNo");
    m.pp_time = r.time("ppTime");
    m.digests = r.texts("reqIdr", limits.digests_max, digest_max);
    m.discarded.clear();
    if (const Value* discarded = r.optional("discarded"))
        m.discarded = r.as_text(discarded, discarded_max);
    m.digest = r.text("digest", digest_max);
    m.ledger = r.ledger("ledgerId");
    m.state_root = r.optional_hash("stateRootHash");
    m.txn_root = r.optional_hash("txnRootHash");
    m.sub_seq_no = r.number("sub_seq_no");
    m.is_final = r.boolean("final");
    m.pool_state_root = r.optional_hash("poolStateRootHash");
    m.audit_txn_root = r.optional_hash("auditTxnRootHash");
    if (const Value* sigs = r.optional("blsMultiSigs")) {
        m.multi_sigs.emplace();
        r.as_list(sigs, 8,
                  [&](const Value& sig) { m.multi_sigs->push_back(read_multi_sig(r, sig)); });
    }
    m.original_view_no = r.optional_number("originalViewNo");
    return m;
}

Prepare read_prepare(Reader& r) {
    Prepare m;
    m.inst_id = r.number("instId");
    m.view_no = r.number("viewNo");
    m.pp_seq_no = r.number("ppSeqNo");
    m.pp_time = r.time("ppTime");
    m.digest = r.text("digest", digest_max);
    m.state_root = r.optional_hash("stateRootHash");
    m.txn_root = r.optional_hash("txnRootHash");
    m.audit_txn_root = r.optional_hash("auditTxnRootHash");
    return m;
}

Commit read_commit(Reader& r) {
    Commit m;
    m.inst_id = r.number("instId");
    m.view_no = r.number("viewNo");
    m.pp_seq_no = r.number("ppSeqNo");
    const Value* shares = r.optional("blsSigs");
    if (shares == nullptr) return m;
    m.bls_sigs.emplace();
    const auto* object = shares->object();
    if (object == nullptr || object->size() > 4) {
        r.fail(WireError::bad_field);
        return m;
    }
    for (const auto& [key, share] : object->members()) {
        if (key.size() != 1 || key[0] < '0' || key[0] > '3') {
            r.fail(WireError::bad_field);
            return m;
        }
        m.bls_sigs->insert_or_assign(static_cast<LedgerId>(key[0] - '0'),
                                     r.as_text(&share, signature_max));
    }
    return m;
}

Checkpoint read_checkpoint(Reader& r) {
    Checkpoint m;
    m.inst_id = r.number("instId");
    m.view_no = r.number("viewNo");
    m.seq_no_start = r.number("seqNoStart");
    m.seq_no_end = r.number("seqNoEnd");
    m.digest = r.optional_hash("digest");
    return m;
}

ViewChange read_view_change(Reader& r, const DecodeLimits& limits) {
    ViewChange m;
    m.view_no = r.number("viewNo");
    m.stable_checkpoint = r.number("stableCheckpoint");
    m.prepared = read_batch_ids(r, "prepared", limits);
    m.preprepared = read_batch_ids(r, "preprepared", limits);
    r.list("checkpoints", limits.members_max, [&](const Value& element) {
        m.checkpoints.push_back(read_nested_checkpoint(r, &element));
    });
    return m;
}

ViewChangeAck read_view_change_ack(Reader& r) {
    ViewChangeAck m;
    m.view_no = r.number("viewNo");
    m.name = r.text("name", name_max);
    m.digest = r.text("digest", digest_max);
    return m;
}

NewView read_new_view(Reader& r, const DecodeLimits& limits) {
    NewView m;
    m.view_no = r.number("viewNo");
    r.list("viewChanges", limits.members_max, [&](const Value& element) {
        const auto* pair = element.array();
        if (pair == nullptr || pair->size() != 2) return r.fail(WireError::bad_field);
        m.view_changes.emplace_back(r.as_text(&(*pair)[0], name_max),
                                    r.as_text(&(*pair)[1], digest_max));
    });
    m.checkpoint = read_nested_checkpoint(r, r.required("checkpoint"));
    m.batches = read_batch_ids(r, "batches", limits);
    if (const Value* primary = r.optional("primary")) m.primary = r.as_text(primary, name_max);
    return m;
}

InstanceChange read_instance_change(Reader& r) {
    InstanceChange m;
    m.view_no = r.number("viewNo");
    m.reason = r.number("reason");
    return m;
}

BackupInstanceFaulty read_backup_faulty(Reader& r, const DecodeLimits& limits) {
    BackupInstanceFaulty m;
    m.view_no = r.number("viewNo");
    r.list("instancesIdr", limits.members_max,
           [&](const Value& id) { m.instances.push_back(r.as_number(&id)); });
    m.reason = r.number("reason");
    return m;
}

OldViewPrePrepareReq read_old_view_req(Reader& r, const DecodeLimits& limits) {
    OldViewPrePrepareReq m;
    m.inst_id = r.number("instId");
    m.batch_ids = read_batch_ids(r, "batch_ids", limits);
    return m;
}

OldViewPrePrepareRep read_old_view_rep(Reader& r, const DecodeLimits& limits) {
    OldViewPrePrepareRep m;
    m.inst_id = r.number("instId");
    r.list("preprepares", limits.batch_ids_max, [&](const Value& element) {
        Reader inner(element);
        m.pre_prepares.push_back(read_pre_prepare(inner, limits));
        if (!inner.good()) r.fail(inner.error());
    });
    return m;
}

LedgerStatus read_ledger_status(Reader& r) {
    LedgerStatus m;
    m.ledger = r.ledger("ledgerId");
    m.txn_seq_no = r.number("txnSeqNo");
    m.view_no = r.optional_number("viewNo");
    m.pp_seq_no = r.optional_number("ppSeqNo");
    m.merkle_root = r.hash("merkleRoot");
    if (r.number("protocolVersion") != 2) r.fail(WireError::bad_field);
    return m;
}

ConsistencyProof read_consistency_proof(Reader& r) {
    ConsistencyProof m;
    m.ledger = r.ledger("ledgerId");
    m.seq_no_start = r.number("seqNoStart");
    m.seq_no_end = r.number("seqNoEnd");
    m.old_merkle_root = r.hash("oldMerkleRoot");
    m.new_merkle_root = r.hash("newMerkleRoot");
    m.hashes = r.hashes("hashes", 256);
    return m;
}

CatchupReq read_catchup_req(Reader& r) {
    CatchupReq m;
    m.ledger = r.ledger("ledgerId");
    m.seq_no_start = r.number("seqNoStart");
    m.seq_no_end = r.number("seqNoEnd");
    m.catchup_till = r.number("catchupTill");
    return m;
}

}  // namespace stadtbuch::consensus::messages
