// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// GET_TXN_AUTHR_AGRMT, its AML, GET_AUTH_RULE, GET_FROZEN_LEDGERS, GET_FLAG (indy-client-protocol
// §7).
#include "ssi/ledger/auth_rules.hpp"
#include "ssi/ledger/read_impl.hpp"
#include "ssi/ledger/rule_request.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/python_repr.hpp"

namespace stadtbuch::ledger {

using encoding::Array;
using encoding::Object;
using encoding::Value;

namespace {

/// The version at the `timestamp` of a read of an agreement, zero included; nullopt: before
/// everything. A member that names an agreement wins over it.
std::optional<Hash32> agreement_root(const ReadView::Impl& view, const Request& request) {
    const auto is_given = [&](std::string_view member) {
        const Value* value = request.operation().find(member);
        return value != nullptr && !value->is_null();
    };
    if (!is_given("timestamp") || is_given("version") || is_given("digest"))
        return view.state_root(Ledger::config);
    const Value& time = *request.operation().find("timestamp");
    return view.root_at(Ledger::config, time.integer().value_or(-1));
}

}  // namespace

ReadResult read_taa(const ReadView::Impl& view, const Request& request) {
    const std::string_view digest = operation_text(request, "digest");
    const std::string_view version = operation_text(request, "version");
    const auto root = agreement_root(view, request);
    ReadReply reply(request);
    if (!root) return std::move(reply).result();

    std::string key(taa_latest_key);
    if (!digest.empty()) {
        key = taa_digest_key(digest);
    } else if (!version.empty()) {
        key = taa_version_key(version);
    }
    ProvedEntry entry = view.proved(*root, key);
    reply.set_proof(std::move(entry.proof));
    // The pointers hold the digest; the agreement itself stands under it in the same version.
    if (entry.value && digest.empty())
        entry.value = view.value(*root, taa_digest_key(text_of(*entry.value)));
    if (auto found = entry.value ? unwrapped(*entry.value) : std::nullopt) {
        reply.set_origin(std::move(found->seq_no), std::move(found->time));
        reply.set_data(std::move(found->value));
    }
    return std::move(reply).result();
}

namespace {

/// Wrapped value of one key of the config state.
ReadResult read_wrapped(const ReadView::Impl& view, const Request& request,
                        const std::optional<Hash32>& root, const std::string& key) {
    ReadReply reply(request);
    if (!root) return std::move(reply).result();
    ProvedEntry entry = view.proved(*root, key);
    reply.set_proof(std::move(entry.proof));
    if (auto found = entry.value ? unwrapped(*entry.value) : std::nullopt) {
        reply.set_origin(std::move(found->seq_no), std::move(found->time));
        reply.set_data(std::move(found->value));
    }
    return std::move(reply).result();
}

}  // namespace

ReadResult read_taa_aml(const ReadView::Impl& view, const Request& request) {
    const std::string_view version = operation_text(request, "version");
    return read_wrapped(view, request, agreement_root(view, request),
                        version.empty() ? std::string(aml_latest_key) : aml_version_key(version));
}

ReadResult read_frozen_ledgers(const ReadView::Impl& view, const Request& request) {
    return read_wrapped(view, request, view.state_root(Ledger::config),
                        std::string(frozen_ledgers_key));
}

ReadResult read_flag(const ReadView::Impl& view, const Request& request) {
    const Value* name = request.operation().find("name");
    if (name == nullptr || name->is_null()) {
        return Failure{read_refusal("Flag name must be provided in get request for config flags")};
    }
    const auto root = asked_root(view, request, Ledger::config);
    if (!root) return Failure{root.error()};
    ReadReply reply(request);
    if (!root->has_value()) return std::move(reply).result();
    ProvedEntry entry = view.proved(
        **root, flag_key(name->text() != nullptr ? *name->text() : encoding::python_repr(*name)));
    reply.set_proof(std::move(entry.proof));
    auto flag = entry.value ? encoding::parse_json(text_of(*entry.value))
                            : Result<Value, encoding::JsonError>(Value());
    if (flag && flag->is_object()) {
        const Value* seq_no = flag->find("lsn");
        const Value* time = flag->find("lut");
        reply.set_origin(seq_no != nullptr ? *seq_no : Value(), time != nullptr ? *time : Value());
        reply.set_data(std::move(*flag));
    }
    return std::move(reply).result();
}

namespace {

Value rule_value(const RuleKey& key, const Constraint& constraint) {
    Object out{{"constraint", constraint_value(constraint)},
               {"auth_type", key.type},
               {"auth_action", key.is_edit ? "EDIT" : "ADD"},
               {"field", key.field},
               {"new_value", key.new_value}};
    if (key.is_edit) out.set("old_value", key.old_value);
    return out;
}

/// The stored constraint of a known rule, else its default.
Constraint current_constraint(const ReadView::Impl& view, const DefaultRule& rule) {
    const auto bytes = view.value(view.state_root(Ledger::config), auth_rule_key(rule.key.text()));
    const auto parsed =
        bytes ? encoding::parse_json(text_of(*bytes)) : Result<Value, encoding::JsonError>(Value());
    if (!parsed || !parsed->is_object()) return rule.constraint;
    const auto constraint = parse_constraint(*parsed);
    return constraint ? *constraint : rule.constraint;
}

}  // namespace

ReadResult read_auth_rule(const ReadView::Impl& view, const Request& request) {
    ReadReply reply(request);
    reply.operation_wins();
    Array rules;
    if (request.operation().find("auth_type") == nullptr) {
        for (const DefaultRule& rule : default_rules())
            rules.push_back(rule_value(rule.key, current_constraint(view, rule)));
        reply.set_data(std::move(rules));
        return std::move(reply).result();
    }
    const auto key = rule_key_from(Value(request.operation()));
    const DefaultRule* rule = key ? find_rule(*key) : nullptr;
    if (rule == nullptr) {
        return Failure{read_refusal("Unknown authorization rule: key '" +
                                    (key ? key->text() : std::string()) +
                                    "' is not found in authorization map.")};
    }
    rules.push_back(rule_value(*key, current_constraint(view, *rule)));
    reply.set_data(std::move(rules));
    reply.set_proof(view.proved(view.state_root(Ledger::config), auth_rule_key(key->text())).proof);
    return std::move(reply).result();
}

}  // namespace stadtbuch::ledger
