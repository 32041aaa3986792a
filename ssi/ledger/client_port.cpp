// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
//
// frame      too long | not UTF-8  -> REJECT that names no request
//            `pi` | `po` | no JSON | no object | {}  -> silence
// object     operation, reqId and somebody who asks -> request
//            op LEDGER_STATUS | CATCHUP_REQ | BATCH -> that message
//            another op | none -> REQNACK
#include "ssi/ledger/client_port.hpp"

#include <algorithm>
#include <array>

#include "ssi/ledger/static_python.hpp"
#include "ssi/ledger/static_schemas.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/python_repr.hpp"
#include "storage/encoding/text.hpp"

namespace stadtbuch::ledger {

using encoding::Value;

namespace {

/// The refusal of a frame that says nothing about a request; no client parses it, people read it.
std::string discard_text(std::string_view why) {
    const std::string reason = "Message will be discarded due to " + std::string(why);
    return "{\"op\":\"REJECT\",\"identifier\":\"\",\"reqId\":\"\",\"reason\":" +
           encoding::wire_json(Value(reason)) + "}";
}

struct NodeMessage {
    std::string_view op;
    std::string_view class_name;
};

/// What nodes say to each other or to clients; the refusal names the reference's class.
constexpr std::array node_messages = {
    NodeMessage{"PROPAGATE", "Propagate"},
    NodeMessage{"PREPREPARE", "PrePrepare"},
    NodeMessage{"PREPARE", "Prepare"},
    NodeMessage{"COMMIT", "Commit"},
    NodeMessage{"CHECKPOINT", "Checkpoint"},
    NodeMessage{"ORDERED", "Ordered"},
    NodeMessage{"OLD_VIEW_PREPREPARE_REQ", "OldViewPrePrepareRequest"},
    NodeMessage{"OLD_VIEW_PREPREPARE_REP", "OldViewPrePrepareReply"},
    NodeMessage{"INSTANCE_CHANGE", "InstanceChange"},
    NodeMessage{"BACKUP_INSTANCE_FAULTY", "BackupInstanceFaulty"},
    NodeMessage{"VIEW_CHANGE", "ViewChange"},
    NodeMessage{"VIEW_CHANGE_ACK", "ViewChangeAck"},
    NodeMessage{"NEW_VIEW", "NewView"},
    NodeMessage{"VIEW_CHANGE_DONE", "ViewChangeDone"},
    NodeMessage{"ViewChangeStart", "ViewChangeStartMessage"},
    NodeMessage{"ViewChangeContinue", "ViewChangeContinueMessage"},
    NodeMessage{"CURRENT_STATE", "CurrentState"},
    NodeMessage{"CONSISTENCY_PROOF", "ConsistencyProof"},
    NodeMessage{"CATCHUP_REP", "CatchupRep"},
    NodeMessage{"MESSAGE_REQUEST", "MessageReq"},
    NodeMessage{"MESSAGE_RESPONSE", "MessageRep"},
    NodeMessage{"OBSERVED_DATA", "ObservedData"},
    NodeMessage{"BATCH_COMMITTED", "BatchCommitted"},
    NodeMessage{"BLACKLIST", "BlacklistMsg"},
    NodeMessage{"POOL_LEDGER_TXNS", "PoolLedgerTxns"},
    NodeMessage{"REQACK", "RequestAck"},
    NodeMessage{"REQNACK", "RequestNack"},
    NodeMessage{"REJECT", "Reject"},
    NodeMessage{"REPLY", "Reply"},
};

Refusal plain(std::string text) {
    Refusal refusal;
    refusal.cls = RefusalClass::plain;
    refusal.text = std::move(text);
    return refusal;
}

Refusal refusal_of_op(const Value& op, const Value* req_id) {
    if (op.is_array() || op.is_object()) {
        return plain("unhashable type: '" + std::string(python_type_name(op)) + "'");
    }
    const auto known = std::find_if(node_messages.begin(), node_messages.end(),
                                    [&](const NodeMessage& one) { return op == Value(one.op); });
    if (known == node_messages.end()) {
        return plain("InvalidNodeOp(" + encoding::python_repr(op) + ",)");
    }
    return plain("InvalidClientMsgType(<class 'plenum.common.messages.node_messages." +
                 std::string(known->class_name) + "'>, " +
                 encoding::python_repr(req_id ? *req_id : Value()) + ")");
}

/// REQNACK of a message that does not fit its schema; false when it fits.
bool refuse_misfit(const Schema& schema, const Value& message, FrameOutcome& out) {
    SchemaVerdict fault = check_schema(schema, message);
    if (!fault) return false;
    Refusal refusal;
    (fault->is_cause ? refusal.cause : refusal.text) = std::move(fault->text);
    out.answers.push_back(reqnack_text(refusal_of_message(message, std::move(refusal))));
    return true;
}

Value hash_list(const std::vector<Hash32>& hashes) {
    encoding::Array list;
    for (const Hash32& hash : hashes) list.emplace_back(encoding::base58_encode(hash));
    return Value(std::move(list));
}

Value status_message(Value ledger_id, Value txn_seq_no, Value view_no, Value pp_seq_no,
                     Value merkle_root) {
    return Value(encoding::Object{{"op", Value("LEDGER_STATUS")},
                                  {"ledgerId", std::move(ledger_id)},
                                  {"txnSeqNo", std::move(txn_seq_no)},
                                  {"viewNo", std::move(view_no)},
                                  {"ppSeqNo", std::move(pp_seq_no)},
                                  {"merkleRoot", std::move(merkle_root)},
                                  {"protocolVersion", Value(2)}});
}

/// Old clients cannot read a refused LEDGER_STATUS, so the reference also sends their own status
/// back with the right protocol version, if the rest of it is sound.
void echo_status(const Value& message, FrameOutcome& out) {
    const auto member = [&](std::string_view key) {
        const Value* value = message.find(key);
        return value ? *value : Value();
    };
    const Value echo = status_message(member("ledgerId"), member("txnSeqNo"), member("viewNo"),
                                      member("ppSeqNo"), member("merkleRoot"));
    if (!check_schema(ledger_status_schema(), echo))
        out.answers.push_back(encoding::wire_json(echo));
}

Ledger ledger_of(const Value& message) {
    return *ledger_from(python_int(*message.find("ledgerId")));
}

std::uint64_t number_at(const Value& message, std::string_view key) {
    const Value& value = *message.find(key);
    return value.unsigned_integer().value_or(static_cast<std::uint64_t>(python_int(value)));
}

std::optional<Value> consistency_message(Ledger ledger, std::uint64_t start, std::uint64_t end,
                                         const CommittedLedgers& ledgers) {
    const auto new_root = ledgers.root_at(ledger, end);
    // There is no proof from nothing: the current root stands for the old one and for the proof.
    const auto old_root = start == 0 ? new_root : ledgers.root_at(ledger, start);
    const auto hashes = start == 0 ? std::optional(std::vector<Hash32>{new_root.value_or(Hash32{})})
                                   : ledgers.consistency_proof(ledger, start, end);
    if (!new_root || !old_root || !hashes) return std::nullopt;
    return Value(encoding::Object{{"op", Value("CONSISTENCY_PROOF")},
                                  {"ledgerId", Value(number_of(ledger))},
                                  {"seqNoStart", Value(start)},
                                  {"seqNoEnd", Value(end)},
                                  {"viewNo", Value(0)},
                                  {"ppSeqNo", Value(0)},
                                  {"oldMerkleRoot", Value(encoding::base58_encode(*old_root))},
                                  {"newMerkleRoot", Value(encoding::base58_encode(*new_root))},
                                  {"hashes", hash_list(*hashes)}});
}

}  // namespace

FrameOutcome ClientPort::on_frame(BytesView frame, const CommittedLedgers& ledgers) const {
    FrameOutcome out;
    if (frame.size() > frame_bytes_max) {
        out.answers.push_back(discard_text(
            "InvalidMessageExceedingSizeException('Message len " + std::to_string(frame.size()) +
            " exceeded allowed limit of " + std::to_string(frame_bytes_max) + "',)"));
        return out;
    }
    const std::string_view text = text_of(frame);
    if (!encoding::is_utf8(text)) {
        out.answers.push_back(discard_text(utf8_fault(frame).value_or("")));
        return out;
    }
    on_text(text, ledgers, 0, out);
    return out;
}

void ClientPort::on_text(std::string_view text, const CommittedLedgers& ledgers, int depth,
                         FrameOutcome& out) const {
    if (text == "pi" || text == "po") return;
    auto message = encoding::parse_ujson(
        text, {.bytes_max = frame_bytes_max, .depth_max = encoding::request_nesting_max});
    if (!message || !message->is_object() || message->object()->empty()) return;

    if (!is_request(*message)) return on_operation(*std::move(message), ledgers, depth, out);
    auto request = parse_request(*std::move(message));
    if (request) {
        out.requests.push_back(*std::move(request));
    } else {
        out.answers.push_back(reqnack_text(request.error()));
    }
}

void ClientPort::on_operation(Value message, const CommittedLedgers& ledgers, int depth,
                              FrameOutcome& out) const {
    const Value* op = message.find("op");
    if (!op) {
        out.answers.push_back(reqnack_text(refusal_of_message(message, {})));
    } else if (*op == Value("LEDGER_STATUS")) {
        on_ledger_status(message, ledgers, out);
    } else if (*op == Value("CATCHUP_REQ")) {
        on_catchup_req(message, ledgers, out);
    } else if (*op == Value("BATCH")) {
        on_batch(message, ledgers, depth, out);
    } else {
        Refusal refusal = refusal_of_op(*op, message.find("reqId"));
        out.answers.push_back(reqnack_text(refusal_of_message(message, std::move(refusal))));
    }
}

void ClientPort::on_batch(const Value& message, const CommittedLedgers& ledgers, int depth,
                          FrameOutcome& out) const {
    if (refuse_misfit(batch_schema(), message, out)) return;
    if (depth >= limits_.batch_depth_max) return;
    for (const Value& inner : *message.find("messages")->array()) {
        on_text(*inner.text(), ledgers, depth + 1, out);
    }
}

void ClientPort::on_ledger_status(const Value& message, const CommittedLedgers& ledgers,
                                  FrameOutcome& out) {
    if (refuse_misfit(ledger_status_schema(), message, out)) return echo_status(message, out);

    const Ledger ledger = ledger_of(message);
    const std::uint64_t client_size = number_at(message, "txnSeqNo");
    const std::uint64_t size = ledgers.size(ledger);
    if (client_size < size) {
        const auto proof = consistency_message(ledger, client_size, size, ledgers);
        if (proof) out.answers.push_back(encoding::wire_json(*proof));
        return;
    }
    const auto root = ledgers.root_at(ledger, size);
    if (!root) return;
    out.answers.push_back(
        encoding::wire_json(status_message(Value(number_of(ledger)), Value(size), Value(0),
                                           Value(0), Value(encoding::base58_encode(*root)))));
}

void ClientPort::on_catchup_req(const Value& message, const CommittedLedgers& ledgers,
                                FrameOutcome& out) const {
    if (refuse_misfit(catchup_req_schema(), message, out)) return;
    const Ledger ledger = ledger_of(message);
    const std::uint64_t start = number_at(message, "seqNoStart");
    const std::uint64_t end = number_at(message, "seqNoEnd");
    const std::uint64_t till = number_at(message, "catchupTill");
    if (start < 1 || start > end || end > till || till > ledgers.size(ledger)) return;

    const auto proof = ledgers.consistency_proof(ledger, end, till);
    if (!proof) return;
    std::string text =
        "{\"op\":\"CATCHUP_REP\",\"ledgerId\":" + std::to_string(number_of(ledger)) + ",\"txns\":{";
    for (std::uint64_t seq_no = start; seq_no <= end; ++seq_no) {
        const auto txn = ledgers.txn_json(ledger, seq_no);
        if (!txn || text.size() + txn->size() > limits_.catchup_reply_bytes_max) return;
        if (seq_no > start) text += ',';
        text.append("\"").append(std::to_string(seq_no)).append("\":").append(*txn);
    }
    text.append("},\"consProof\":").append(encoding::wire_json(hash_list(*proof))).append("}");
    out.answers.push_back(std::move(text));
}

}  // namespace stadtbuch::ledger
