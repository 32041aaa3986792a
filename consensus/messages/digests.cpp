// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What is hashed or signed over messages, byte-exact (plenum-consensus §5.3, §8.3, §9).
#include "consensus/messages/messages.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/msgpack.hpp"
#include "storage/encoding/text.hpp"
#include "storage/hash/hash.hpp"

namespace stadtbuch::consensus::messages {
namespace {

using encoding::Array;
using encoding::Object;
using encoding::Value;

Value value_of(const BatchId& id) {
    return Object{{"view_no", id.view_no},
                  {"pp_view_no", id.pp_view_no},
                  {"pp_seq_no", id.pp_seq_no},
                  {"pp_digest", id.digest}};
}

Value value_of(const Checkpoint& m) {
    return Object{{"instId", m.inst_id},
                  {"viewNo", m.view_no},
                  {"seqNoStart", m.seq_no_start},
                  {"seqNoEnd", m.seq_no_end},
                  {"digest", m.digest ? Value(encoding::base58_encode(*m.digest)) : Value()},
                  {"op", "CHECKPOINT"}};
}

template <class Item>
Value value_of(const std::vector<Item>& list) {
    Array out;
    out.reserve(list.size());
    for (const Item& item : list) out.push_back(value_of(item));
    return out;
}

std::string hex_sha256(std::string_view text) {
    return encoding::hex_encode(hash::sha256(text));
}

}  // namespace

std::string pre_prepare_digest(ViewNo original_view_no, UnixSeconds pp_time,
                               const std::vector<RequestDigest>& digests) {
    std::string text = std::to_string(original_view_no) + "," + std::to_string(pp_time);
    for (const RequestDigest& digest : digests) text.append(",").append(digest);
    return hex_sha256(text);
}

std::string view_change_digest(const ViewChange& m) {
    return hex_sha256(encoding::canonical_json(Object{{"op", "VIEW_CHANGE"},
                                                      {"viewNo", m.view_no},
                                                      {"stableCheckpoint", m.stable_checkpoint},
                                                      {"prepared", value_of(m.prepared)},
                                                      {"preprepared", value_of(m.preprepared)},
                                                      {"checkpoints", value_of(m.checkpoints)}}));
}

std::string new_view_digest(const NewView& m) {
    Array view_changes;
    for (const auto& [name, digest] : m.view_changes) view_changes.push_back(Array{name, digest});
    Object object{{"op", "NEW_VIEW"},
                  {"viewNo", m.view_no},
                  {"viewChanges", std::move(view_changes)},
                  {"checkpoint", value_of(m.checkpoint)},
                  {"batches", value_of(m.batches)}};
    if (m.primary) object.set("primary", *m.primary);
    return hex_sha256(encoding::canonical_json(object));
}

Bytes multi_sig_signing_bytes(const MultiSigValue& value) {
    return encoding::msgpack_encode(
        Object{{"ledger_id", static_cast<int>(value.ledger)},
               {"pool_state_root_hash", encoding::base58_encode(value.pool_state_root)},
               {"state_root_hash", encoding::base58_encode(value.state_root)},
               {"timestamp", value.timestamp},
               {"txn_root_hash", encoding::base58_encode(value.txn_root)}});
}

}  // namespace stadtbuch::consensus::messages
