// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// GET_NYM, GET_ATTR, GET_SCHEMA, GET_CLAIM_DEF, GET_TXN (indy-client-protocol §7, §7.1).
#include "ssi/ledger/read_impl.hpp"
#include "ssi/ledger/txn.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"
#include "storage/hash/hash.hpp"

namespace stadtbuch::ledger {

using encoding::Array;
using encoding::Object;
using encoding::Value;

ReadResult read_nym(const ReadView::Impl& view, const Request& request) {
    const auto root = asked_root(view, request, Ledger::domain);
    if (!root) return Failure{root.error()};
    ReadReply reply(request);
    reply.operation_wins();
    if (!root->has_value()) return std::move(reply).result();
    ProvedEntry entry = view.proved(**root, nym_key(operation_text(request, "dest")).view());
    reply.set_proof(std::move(entry.proof));
    auto nym = entry.value ? encoding::parse_json(text_of(*entry.value))
                           : Result<Value, encoding::JsonError>(Value());
    if (nym && nym->object() != nullptr) {
        const Value* seq_no = nym->find("seqNo");
        const Value* time = nym->find("txnTime");
        reply.set_origin(seq_no != nullptr ? *seq_no : Value(), time != nullptr ? *time : Value());
        nym->object()->set("dest", operation_text(request, "dest"));
        reply.set_data(encoding::canonical_json(*nym));
    }
    return std::move(reply).result();
}

namespace {

/// The member asked for, and the hash that the state key holds.
std::string attribute_hash(const Request& request, std::string_view& member) {
    for (const std::string_view name : {"raw", "enc", "hash"}) {
        const std::string_view text = operation_text(request, name);
        if (text.empty()) continue;
        member = name;
        return name == "hash" ? std::string(text) : encoding::hex_encode(hash::sha256(text));
    }
    return {};
}

}  // namespace

ReadResult read_attr(const ReadView::Impl& view, const Request& request) {
    const auto root = asked_root(view, request, Ledger::domain);
    if (!root) return Failure{root.error()};
    ReadReply reply(request);
    if (!root->has_value()) return std::move(reply).result();
    std::string_view member;
    const std::string hash = attribute_hash(request, member);
    ProvedEntry entry = view.proved(**root, attrib_key(operation_text(request, "dest"), hash));
    reply.set_proof(std::move(entry.proof));
    const auto found = entry.value ? unwrapped(*entry.value) : std::nullopt;
    if (!found) return std::move(reply).result();
    reply.set_origin(found->seq_no, found->time);
    if (member == "hash") {
        reply.set_data(hash);
    } else if (const std::string* val = found->value.text()) {
        const auto stored_hash = hash_from_hex(*val);
        const auto text = stored_hash ? view.attribute(*stored_hash) : std::nullopt;
        if (text) reply.set_data(*text);
    }
    return std::move(reply).result();
}

ReadResult read_schema(const ReadView::Impl& view, const Request& request) {
    const Value* asked = request.operation().find("data");
    const std::string_view name = asked == nullptr ? "" : asked->text_at("name");
    const std::string_view version = asked == nullptr ? "" : asked->text_at("version");
    ReadReply reply(request);
    ProvedEntry entry = view.proved(view.state_root(Ledger::domain),
                                    schema_key(operation_text(request, "dest"), name, version));
    reply.set_proof(std::move(entry.proof));
    Object data;
    if (auto found = entry.value ? unwrapped(*entry.value) : std::nullopt) {
        reply.set_origin(std::move(found->seq_no), std::move(found->time));
        if (found->value.object() != nullptr) data = std::move(*found->value.object());
    }
    data.set("name", name);
    data.set("version", version);
    reply.set_data(std::move(data));
    return std::move(reply).result();
}

ReadResult read_claim_def(const ReadView::Impl& view, const Request& request) {
    const std::string_view type = operation_text(request, "signature_type");
    const std::string_view tag = operation_text(request, "tag");
    ReadReply reply(request);
    const std::string key =
        claim_def_key(operation_text(request, "origin"), type.empty() ? "CL" : type,
                      ref_text(request.operation().find("ref")), tag.empty() ? "tag" : tag);
    ProvedEntry entry = view.proved(view.state_root(Ledger::domain), key);
    reply.set_proof(std::move(entry.proof));
    if (auto found = entry.value ? unwrapped(*entry.value) : std::nullopt) {
        reply.set_origin(std::move(found->seq_no), std::move(found->time));
        reply.set_data(std::move(found->value));
    }
    Value result = std::move(reply).result();
    if (type.empty()) result.object()->set("signature_type", "CL");
    return result;
}

namespace {

/// Data of an audit transaction; null when there is none.
Value audit_data(const ReadView::Impl& view, std::uint64_t seq_no) {
    const auto txn = view.txn(Ledger::audit, seq_no);
    const auto seen = txn ? view_txn(*txn) : std::nullopt;
    return seen ? Value(*seen->data) : Value();
}

/// The pool's state after the batch that brought this pool transaction, as the audit ledger has it;
/// nullopt for those of the genesis.
std::optional<Hash32> pool_state_after(const ReadView::Impl& view, std::uint64_t seq_no) {
    std::uint64_t low = 1, high = view.log(Ledger::audit).size();
    while (low < high) {
        const std::uint64_t middle = low + (high - low) / 2;
        const Value data = audit_data(view, middle);
        const Value* sizes = data.find("ledgerSize");
        const Value* size = sizes != nullptr ? sizes->find("0") : nullptr;
        if (size == nullptr || !size->unsigned_integer()) return std::nullopt;
        if (*size->unsigned_integer() < seq_no) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    const Value data = audit_data(view, low);
    const Value* roots = data.find("stateRoot");
    return roots != nullptr ? encoding::base58_decode32(roots->text_at("0")) : std::nullopt;
}

/// The signature of the ledger's newest state. With `signedThen` in a question about the pool
/// ledger that of its state after the transaction, if it is here: observers ask so for the way from
/// the genesis. The reference does not know the member and answers with the newest.
std::optional<Value> signature_for(const ReadView::Impl& view, const Request& request,
                                   Ledger ledger, std::uint64_t seq_no) {
    const Value* then = request.operation().find("signedThen");
    if (ledger == Ledger::pool && then != nullptr && *then == Value(true)) {
        const auto root = pool_state_after(view, seq_no);
        if (auto signature = root ? view.multi_signature(*root) : std::nullopt) return signature;
    }
    return view.multi_signature(view.state_root(ledger));
}

}  // namespace

ReadResult read_txn(const ReadView::Impl& view, const Request& request) {
    const Value* ledger_member = request.operation().find("ledgerId");
    const Value* seq_no_member = request.operation().find("data");
    const auto ledger =
        ledger_member == nullptr || ledger_member->is_null()
            ? std::optional<Ledger>(Ledger::domain)
            : ledger_from(ledger_member->is_bool() ? std::int64_t{*ledger_member->boolean()}
                                                   : ledger_member->integer().value_or(-1));
    if (!ledger) return Failure{read_refusal("unknown ledger")};
    const std::uint64_t seq_no = seq_no_member == nullptr ? 0
                                 : seq_no_member->is_bool()
                                     ? std::uint64_t{*seq_no_member->boolean()}
                                     : seq_no_member->unsigned_integer().value_or(0);

    Object result{{"identifier", request.identifier_or_joined},
                  {"reqId", request.req_id_given()},
                  {"type", request.type},
                  {"data", Value()}};
    auto txn = view.txn(*ledger, seq_no);
    if (!txn || txn->object() == nullptr) return Value(std::move(result));
    const std::uint64_t size = view.log(*ledger).size();
    Array path;
    for (const Hash32& hash : view.audit_path(*ledger, seq_no, size))
        path.emplace_back(encoding::base58_encode(hash));
    txn->object()->set("rootHash", encoding::base58_encode(view.log(*ledger).root()));
    txn->object()->set("auditPath", std::move(path));
    txn->object()->set("ledgerSize", size);
    result.set("data", std::move(*txn));
    if (*ledger != Ledger::audit) {
        if (auto signature = signature_for(view, request, *ledger, seq_no)) {
            result.set("state_proof", Object{{"multi_signature", std::move(*signature)}});
        }
    }
    result.set("seqNo", seq_no);
    return Value(std::move(result));
}

}  // namespace stadtbuch::ledger
