// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// encode(): one definition of fields for each message; the wire form keeps Plenum's order with `op`
// first, the nested form of most types has no `op` and alphabetical keys (plenum-consensus §1.4).
#include <algorithm>
#include <charconv>

#include "consensus/messages/messages.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"

namespace stadtbuch::consensus::messages {
namespace {

std::string quoted(std::string_view text) {
    const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
        return c >= ' ' && c < 127 && c != '"' && c != '\\' && c != '/';
    });
    if (plain) {
        std::string out;
        out.reserve(text.size() + 2);
        return out.append("\"").append(text).append("\"");
    }
    return encoding::wire_json(encoding::Value(text));
}

std::string json_of(const Hash32& hash) {
    return quoted(encoding::base58_encode(hash));
}

std::string json_of(const std::optional<Hash32>& hash) {
    return hash ? json_of(*hash) : "null";
}

std::string json_of(const std::optional<std::uint64_t>& number) {
    return number ? std::to_string(*number) : "null";
}

std::string number_of(LedgerId ledger) {
    return std::to_string(static_cast<unsigned>(ledger));
}

template <class List, class Spell>
std::string list_of(const List& list, Spell spell) {
    std::string out = "[";
    for (const auto& item : list) {
        if (out.size() > 1) out += ',';
        out += spell(item);
    }
    return out + "]";
}

std::string names(const std::vector<std::string>& list) {
    return list_of(list, quoted);
}

/// The members of one message in Plenum's order.
class Fields {
  public:
    Fields& add(std::string_view key, std::string json) {
        members_.emplace_back(key, std::move(json));
        return *this;
    }

    Fields& add(std::string_view key, std::uint64_t number) {
        return add(key, std::to_string(number));
    }

    [[nodiscard]] std::string with_op_first(std::string_view op) const {
        return joined("{\"op\":" + quoted(op), true);
    }

    [[nodiscard]] std::string with_op_last(std::string_view op) {
        add("op", quoted(op));
        return joined("{", false);
    }

    [[nodiscard]] std::string alphabetical() {
        std::sort(members_.begin(), members_.end(),
                  [](const auto& a, const auto& b) { return a.first < b.first; });
        return joined("{", false);
    }

  private:
    [[nodiscard]] std::string joined(std::string out, bool comma) const {
        for (const auto& [key, json] : members_) {
            if (comma) out += ',';
            comma = true;
            out.append("\"").append(key).append("\":").append(json);
        }
        return out + "}";
    }

    std::vector<std::pair<std::string_view, std::string>> members_;
};

std::string seconds(UnixSeconds time) {
    return std::to_string(time);
}

std::string json_of(const MultiSig& sig) {
    const MultiSigValue& v = sig.value;
    return "[" + quoted(sig.signature) + "," + names(sig.participants) + ",[" +
           number_of(v.ledger) + "," + json_of(v.state_root) + "," + json_of(v.pool_state_root) +
           "," + json_of(v.txn_root) + "," + seconds(v.timestamp) + "]]";
}

std::string batch_object(const BatchId& id) {
    return "{\"view_no\":" + std::to_string(id.view_no) +
           ",\"pp_view_no\":" + std::to_string(id.pp_view_no) +
           ",\"pp_seq_no\":" + std::to_string(id.pp_seq_no) +
           ",\"pp_digest\":" + quoted(id.digest) + "}";
}

std::string batch_list(const BatchId& id) {
    return "[" + std::to_string(id.view_no) + "," + std::to_string(id.pp_view_no) + "," +
           std::to_string(id.pp_seq_no) + "," + quoted(id.digest) + "]";
}

Fields fields(const Propagate& m) {
    Fields f;
    f.add("request", m.request)
        .add("senderClient", m.sender_client ? quoted(*m.sender_client) : "null");
    return f;
}

Fields fields(const PrePrepare& m) {
    Fields f;
    f.add("instId", m.inst_id)
        .add("viewNo", m.view_no)
        .add("ppSeqNo", m.pp_seq_no)
        .add("ppTime", seconds(m.pp_time));
    f.add("reqIdr", names(m.digests))
        .add("discarded", m.discarded.empty() ? "null" : quoted(m.discarded));
    f.add("digest", quoted(m.digest)).add("ledgerId", number_of(m.ledger));
    f.add("stateRootHash", json_of(m.state_root)).add("txnRootHash", json_of(m.txn_root));
    f.add("sub_seq_no", m.sub_seq_no).add("final", m.is_final ? "true" : "false");
    f.add("poolStateRootHash", json_of(m.pool_state_root))
        .add("auditTxnRootHash", json_of(m.audit_txn_root));
    if (m.multi_sigs) {
        f.add("blsMultiSig", "null");
        f.add("blsMultiSigs",
              list_of(*m.multi_sigs, [](const MultiSig& sig) { return json_of(sig); }));
    }
    if (m.original_view_no) f.add("originalViewNo", *m.original_view_no);
    return f;
}

Fields fields(const Prepare& m) {
    Fields f;
    f.add("instId", m.inst_id)
        .add("viewNo", m.view_no)
        .add("ppSeqNo", m.pp_seq_no)
        .add("ppTime", seconds(m.pp_time));
    f.add("digest", quoted(m.digest))
        .add("stateRootHash", json_of(m.state_root))
        .add("txnRootHash", json_of(m.txn_root));
    f.add("auditTxnRootHash", json_of(m.audit_txn_root));
    return f;
}

Fields fields(const Commit& m) {
    Fields f;
    f.add("instId", m.inst_id).add("viewNo", m.view_no).add("ppSeqNo", m.pp_seq_no);
    if (m.bls_sigs) {
        std::string shares = "{";
        for (const auto& [ledger, share] : *m.bls_sigs) {
            if (shares.size() > 1) shares += ',';
            shares += "\"" + number_of(ledger) + "\":" + quoted(share);
        }
        f.add("blsSig", "\" \"").add("blsSigs", shares + "}");
    }
    return f;
}

Fields fields(const Checkpoint& m) {
    Fields f;
    f.add("instId", m.inst_id)
        .add("viewNo", m.view_no)
        .add("seqNoStart", m.seq_no_start)
        .add("seqNoEnd", m.seq_no_end);
    f.add("digest", json_of(m.digest));
    return f;
}

std::string nested(const Checkpoint& m) {
    return fields(m).with_op_last("CHECKPOINT");
}

Fields fields(const InstanceChange& m) {
    Fields f;
    f.add("viewNo", m.view_no).add("reason", m.reason);
    return f;
}

Fields fields(const BackupInstanceFaulty& m) {
    Fields f;
    f.add("viewNo", m.view_no);
    f.add("instancesIdr", list_of(m.instances, [](InstanceId id) { return std::to_string(id); }))
        .add("reason", m.reason);
    return f;
}

Fields fields(const ViewChange& m) {
    Fields f;
    f.add("viewNo", m.view_no).add("stableCheckpoint", m.stable_checkpoint);
    f.add("prepared", list_of(m.prepared, batch_object))
        .add("preprepared", list_of(m.preprepared, batch_object));
    f.add("checkpoints", list_of(m.checkpoints, nested));
    return f;
}

Fields fields(const ViewChangeAck& m) {
    Fields f;
    f.add("viewNo", m.view_no).add("name", quoted(m.name)).add("digest", quoted(m.digest));
    return f;
}

Fields fields(const NewView& m) {
    Fields f;
    f.add("viewNo", m.view_no).add("viewChanges", list_of(m.view_changes, [](const auto& entry) {
                                       return "[" + quoted(entry.first) + "," +
                                              quoted(entry.second) + "]";
                                   }));
    f.add("checkpoint", nested(m.checkpoint)).add("batches", list_of(m.batches, batch_object));
    if (m.primary) f.add("primary", quoted(*m.primary));
    return f;
}

Fields fields(const OldViewPrePrepareReq& m) {
    Fields f;
    f.add("instId", m.inst_id).add("batch_ids", list_of(m.batch_ids, batch_list));
    return f;
}

Fields fields(const OldViewPrePrepareRep& m) {
    Fields f;
    f.add("instId", m.inst_id);
    f.add("preprepares",
          list_of(m.pre_prepares, [](const PrePrepare& pp) { return fields(pp).alphabetical(); }));
    return f;
}

Fields fields(const LedgerStatus& m) {
    Fields f;
    f.add("ledgerId", number_of(m.ledger)).add("txnSeqNo", m.txn_seq_no);
    f.add("viewNo", json_of(m.view_no)).add("ppSeqNo", json_of(m.pp_seq_no));
    f.add("merkleRoot", json_of(m.merkle_root)).add("protocolVersion", 2);
    return f;
}

Fields fields(const ConsistencyProof& m) {
    Fields f;
    f.add("ledgerId", number_of(m.ledger))
        .add("seqNoStart", m.seq_no_start)
        .add("seqNoEnd", m.seq_no_end);
    f.add("viewNo", 0).add("ppSeqNo", 0);
    f.add("oldMerkleRoot", json_of(m.old_merkle_root))
        .add("newMerkleRoot", json_of(m.new_merkle_root));
    f.add("hashes", list_of(m.hashes, [](const Hash32& hash) { return json_of(hash); }));
    return f;
}

Fields fields(const CatchupReq& m) {
    Fields f;
    f.add("ledgerId", number_of(m.ledger))
        .add("seqNoStart", m.seq_no_start)
        .add("seqNoEnd", m.seq_no_end);
    f.add("catchupTill", m.catchup_till);
    return f;
}

Fields fields(const CatchupRep& m) {
    std::string txns = "{";
    for (const auto& [seq_no, text] : m.txns) {
        if (txns.size() > 1) txns += ',';
        txns.append("\"").append(std::to_string(seq_no)).append("\":").append(text);
    }
    Fields f;
    f.add("ledgerId", number_of(m.ledger)).add("txns", txns + "}");
    f.add("consProof", list_of(m.cons_proof, [](const Hash32& hash) { return json_of(hash); }));
    return f;
}

std::string_view spelled(RequestedType type) {
    switch (type) {
        case RequestedType::ledger_status:
            return "LEDGER_STATUS";
        case RequestedType::consistency_proof:
            return "CONSISTENCY_PROOF";
        case RequestedType::pre_prepare:
            return "PREPREPARE";
        case RequestedType::prepare:
            return "PREPARE";
        case RequestedType::commit:
            return "COMMIT";
        case RequestedType::propagate:
            return "PROPAGATE";
        case RequestedType::view_change:
            return "VIEW_CHANGE";
        case RequestedType::new_view:
            return "NEW_VIEW";
    }
    return "";
}

std::string spelled(RequestedType type, const RequestedParams& p) {
    const auto number = [](std::uint64_t value) { return std::to_string(value); };
    switch (type) {
        case RequestedType::ledger_status:
            return "{\"ledgerId\":" + number_of(p.ledger) + "}";
        case RequestedType::consistency_proof:
            return "{\"ledgerId\":" + number_of(p.ledger) +
                   ",\"seqNoStart\":" + number(p.seq_no_start) +
                   ",\"seqNoEnd\":" + number(p.seq_no_end) + "}";
        case RequestedType::pre_prepare:
        case RequestedType::prepare:
        case RequestedType::commit:
            return "{\"instId\":" + number(p.inst_id) + ",\"viewNo\":" + number(p.view_no) +
                   ",\"ppSeqNo\":" + number(p.pp_seq_no) + "}";
        case RequestedType::propagate:
            return "{\"digest\":" + quoted(p.digest) + "}";
        case RequestedType::view_change:
            return "{\"instId\":" + number(p.inst_id) + ",\"name\":" + quoted(p.name) +
                   ",\"digest\":" + quoted(p.digest) + "}";
        case RequestedType::new_view:
            return "{\"instId\":" + number(p.inst_id) + ",\"viewNo\":" + number(p.view_no) + "}";
    }
    return "{}";
}

Fields fields(const MessageRequest& m) {
    Fields f;
    f.add("msg_type", quoted(spelled(m.type))).add("params", spelled(m.type, m.params));
    return f;
}

struct NestedSpeller {
    std::string operator()(std::monostate) const { return "null"; }

    std::string operator()(const ViewChange& m) const {
        return fields(m).with_op_last("VIEW_CHANGE");
    }

    std::string operator()(const NewView& m) const { return fields(m).with_op_last("NEW_VIEW"); }

    template <class M>
    std::string operator()(const M& m) const {
        return fields(m).alphabetical();
    }
};

Fields fields(const MessageResponse& m) {
    Fields f;
    f.add("msg_type", quoted(spelled(m.type))).add("params", spelled(m.type, m.params));
    f.add("msg", std::visit(NestedSpeller{}, m.content));
    return f;
}

struct OpNamer {
    std::string_view operator()(const Propagate&) const { return "PROPAGATE"; }

    std::string_view operator()(const PrePrepare&) const { return "PREPREPARE"; }

    std::string_view operator()(const Prepare&) const { return "PREPARE"; }

    std::string_view operator()(const Commit&) const { return "COMMIT"; }

    std::string_view operator()(const Checkpoint&) const { return "CHECKPOINT"; }

    std::string_view operator()(const InstanceChange&) const { return "INSTANCE_CHANGE"; }

    std::string_view operator()(const BackupInstanceFaulty&) const {
        return "BACKUP_INSTANCE_FAULTY";
    }

    std::string_view operator()(const ViewChange&) const { return "VIEW_CHANGE"; }

    std::string_view operator()(const ViewChangeAck&) const { return "VIEW_CHANGE_ACK"; }

    std::string_view operator()(const NewView&) const { return "NEW_VIEW"; }

    std::string_view operator()(const OldViewPrePrepareReq&) const {
        return "OLD_VIEW_PREPREPARE_REQ";
    }

    std::string_view operator()(const OldViewPrePrepareRep&) const {
        return "OLD_VIEW_PREPREPARE_REP";
    }

    std::string_view operator()(const LedgerStatus&) const { return "LEDGER_STATUS"; }

    std::string_view operator()(const ConsistencyProof&) const { return "CONSISTENCY_PROOF"; }

    std::string_view operator()(const CatchupReq&) const { return "CATCHUP_REQ"; }

    std::string_view operator()(const CatchupRep&) const { return "CATCHUP_REP"; }

    std::string_view operator()(const MessageRequest&) const { return "MESSAGE_REQUEST"; }

    std::string_view operator()(const MessageResponse&) const { return "MESSAGE_RESPONSE"; }
};

}  // namespace

std::string_view op_of(const Message& message) {
    return std::visit(OpNamer{}, message);
}

std::string encode(const Message& message) {
    return std::visit([](const auto& m) { return fields(m).with_op_first(OpNamer{}(m)); }, message);
}

std::vector<std::string> encode_batches(const std::vector<std::string>& texts,
                                        std::size_t bytes_max) {
    constexpr std::string_view head = "{\"op\":\"BATCH\",\"messages\":[";
    constexpr std::string_view tail = "],\"signature\":null}";
    std::vector<std::string> frames;
    std::string frame;
    std::size_t inside = 0;
    std::size_t last = 0;
    const auto flush = [&] {
        if (inside == 1) frames.push_back(texts[last]);
        if (inside > 1) frames.push_back(frame + std::string(tail));
        frame.clear();
        inside = 0;
    };
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const std::string element = quoted(texts[i]);
        if (inside > 0 && frame.size() + 1 + element.size() + tail.size() > bytes_max) flush();
        frame += inside == 0 ? head : std::string_view(",");
        frame += element;
        ++inside;
        last = i;
    }
    flush();
    return frames;
}

}  // namespace stadtbuch::consensus::messages
