// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/client/requests.hpp"

#include "ssi/ledger/request_signing.hpp"
#include "storage/encoding/text.hpp"

namespace stadtbuch::client {

using encoding::Object;
using encoding::Value;
namespace type = ledger::txn_type;

namespace {

Object operation_of(std::string_view code) {
    return Object{{"type", Value(code)}};
}

template <class T>
void set_given(Object& object, const char* key, const std::optional<T>& value) {
    if (value) object.set(key, Value(*value));
}

std::string name_of(AttribForm form) {
    switch (form) {
        case AttribForm::raw:
            return "raw";
        case AttribForm::enc:
            return "enc";
        case AttribForm::hash:
            break;
    }
    return "hash";
}

void set_when(Object& operation, const When& when) {
    set_given(operation, "seqNo", when.seq_no);
    set_given(operation, "timestamp", when.timestamp);
}

}  // namespace

Object nym_operation(const NymChange& change) {
    Object operation = operation_of(type::nym);
    operation.set("dest", Value(change.dest));
    set_given(operation, "verkey", change.verkey);
    if (change.role) operation.set("role", change.role->empty() ? Value() : Value(*change.role));
    set_given(operation, "alias", change.alias);
    set_given(operation, "diddocContent", change.diddoc_content);
    set_given(operation, "version", change.version);
    return operation;
}

Object attrib_operation(std::string_view dest, AttribForm form, std::string_view content) {
    Object operation = operation_of(type::attrib);
    operation.set("dest", Value(dest));
    operation.set(name_of(form), Value(content));
    return operation;
}

Object schema_operation(std::string_view name, std::string_view version,
                        const std::vector<std::string>& attr_names) {
    encoding::Array names;
    for (const std::string& one : attr_names) names.emplace_back(one);
    Object operation = operation_of(type::schema);
    operation.set("data", Value(Object{{"attr_names", Value(std::move(names))},
                                       {"name", Value(name)},
                                       {"version", Value(version)}}));
    return operation;
}

Object cred_def_operation(std::uint64_t schema_seq_no, std::string_view tag, Object data,
                          std::string_view signature_type) {
    Object operation = operation_of(type::claim_def);
    operation.set("ref", Value(schema_seq_no));
    operation.set("signature_type", Value(signature_type));
    operation.set("tag", Value(tag));
    operation.set("data", Value(std::move(data)));
    return operation;
}

Object node_operation(std::string_view dest, Object data) {
    Object operation = operation_of(type::node);
    operation.set("dest", Value(dest));
    operation.set("data", Value(std::move(data)));
    return operation;
}

Object taa_operation(const AgreementChange& change) {
    Object operation = operation_of(type::taa);
    operation.set("version", Value(change.version));
    set_given(operation, "text", change.text);
    set_given(operation, "ratification_ts", change.ratification_ts);
    set_given(operation, "retirement_ts", change.retirement_ts);
    return operation;
}

Object taa_aml_operation(std::string_view version, Object mechanisms,
                         const std::optional<std::string>& context) {
    Object operation = operation_of(type::taa_aml);
    operation.set("version", Value(version));
    operation.set("aml", Value(std::move(mechanisms)));
    set_given(operation, "amlContext", context);
    return operation;
}

Object taa_disable_operation() {
    return operation_of(type::taa_disable);
}

Object get_nym_operation(std::string_view dest, const When& when) {
    Object operation = operation_of(type::get_nym);
    operation.set("dest", Value(dest));
    set_when(operation, when);
    return operation;
}

Object get_attr_operation(std::string_view dest, AttribForm form, std::string_view name,
                          const When& when) {
    Object operation = operation_of(type::get_attr);
    operation.set("dest", Value(dest));
    operation.set(name_of(form), Value(name));
    set_when(operation, when);
    return operation;
}

Object get_schema_operation(std::string_view author, std::string_view name,
                            std::string_view version) {
    Object operation = operation_of(type::get_schema);
    operation.set("dest", Value(author));
    operation.set("data", Value(Object{{"name", Value(name)}, {"version", Value(version)}}));
    return operation;
}

Object get_cred_def_operation(std::string_view author, std::uint64_t schema_seq_no,
                              std::string_view tag, std::string_view signature_type) {
    Object operation = operation_of(type::get_claim_def);
    operation.set("ref", Value(schema_seq_no));
    operation.set("signature_type", Value(signature_type));
    operation.set("origin", Value(author));
    operation.set("tag", Value(tag));
    return operation;
}

Object get_txn_operation(ledger::Ledger ledger, std::uint64_t seq_no) {
    Object operation = operation_of(type::get_txn);
    operation.set("ledgerId", Value(ledger::number_of(ledger)));
    operation.set("data", Value(seq_no));
    return operation;
}

Object get_taa_operation(const std::optional<std::string>& version,
                         const std::optional<std::string>& digest,
                         std::optional<std::int64_t> timestamp) {
    Object operation = operation_of(type::get_taa);
    set_given(operation, "version", version);
    set_given(operation, "digest", digest);
    set_given(operation, "timestamp", timestamp);
    return operation;
}

Object get_taa_aml_operation(const std::optional<std::string>& version,
                             std::optional<std::int64_t> timestamp) {
    Object operation = operation_of(type::get_taa_aml);
    set_given(operation, "version", version);
    set_given(operation, "timestamp", timestamp);
    return operation;
}

Object get_auth_rules_operation() {
    return operation_of(type::get_auth_rule);
}

Object get_auth_rule_operation(std::string_view txn_type, bool is_edit, std::string_view field,
                               const std::optional<std::string>& old_value,
                               const std::optional<std::string>& new_value) {
    Object operation = operation_of(type::get_auth_rule);
    operation.set("auth_type", Value(txn_type));
    operation.set("auth_action", Value(is_edit ? "EDIT" : "ADD"));
    operation.set("field", Value(field));
    if (is_edit) operation.set("old_value", old_value ? Value(*old_value) : Value());
    operation.set("new_value", new_value ? Value(*new_value) : Value());
    return operation;
}

Object get_revoc_reg_def_operation(std::string_view id) {
    Object operation = operation_of(type::get_revoc_reg_def);
    operation.set("id", Value(id));
    return operation;
}

Object get_revoc_reg_operation(std::string_view id, std::int64_t timestamp) {
    Object operation = operation_of(type::get_revoc_reg);
    operation.set("revocRegDefId", Value(id));
    operation.set("timestamp", Value(timestamp));
    return operation;
}

Object get_revoc_reg_delta_operation(std::string_view id, std::optional<std::int64_t> from,
                                     std::int64_t to) {
    Object operation = operation_of(type::get_revoc_reg_delta);
    operation.set("revocRegDefId", Value(id));
    set_given(operation, "from", from);
    operation.set("to", Value(to));
    return operation;
}

Object validator_info_operation() {
    return operation_of(type::validator_info);
}

Value make_request(Object operation, std::string_view identifier, std::uint64_t req_id) {
    Object request;
    if (!identifier.empty()) request.set("identifier", Value(identifier));
    request.set("operation", Value(std::move(operation)));
    request.set("protocolVersion", Value(2));
    request.set("reqId", Value(req_id));
    return Value(std::move(request));
}

Value make_read(Object operation, std::uint64_t req_id) {
    return make_request(std::move(operation), reader_did, req_id);
}

void accept_agreement(Value& request, std::string_view digest, std::string_view mechanism,
                      std::int64_t time) {
    constexpr std::int64_t day_s = 86400;
    request.object()->set("taaAcceptance", Value(Object{{"mechanism", Value(mechanism)},
                                                        {"taaDigest", Value(digest)},
                                                        {"time", Value(time - time % day_s)}}));
}

void set_endorser(Value& request, std::string_view endorser_did) {
    request.object()->set("endorser", Value(endorser_did));
}

namespace {

std::optional<std::string> signature_over(const Value& request, const keys::Signer& key) {
    const std::string text = ledger::signed_text_of(request);
    if (text.empty()) return std::nullopt;
    const Bytes signature = key.sign_message(view_of(text));
    if (signature.empty()) return std::nullopt;
    return encoding::base58_encode(signature);
}

}  // namespace

bool sign(Value& request, const keys::Signer& key) {
    const auto signature = signature_over(request, key);
    if (!signature) return false;
    request.object()->erase("signatures");
    request.object()->set("signature", Value(*signature));
    return true;
}

bool add_signature(Value& request, std::string_view did, const keys::Signer& key) {
    const auto signature = signature_over(request, key);
    if (!signature) return false;
    Object& object = *request.object();
    Value* signatures = object.find("signatures");
    if (!signatures || !signatures->is_object())
        signatures = &object.set("signatures", Value(Object{}));
    if (const Value* single = object.find("signature")) {
        const std::string author(request.text_at("identifier"));
        if (author.empty()) return false;
        signatures->object()->set(author, *single);
        object.erase("signature");
        signatures = object.find("signatures");
    }
    signatures->object()->set(std::string(did), Value(*signature));
    return true;
}

}  // namespace stadtbuch::client
