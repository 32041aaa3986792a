// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// indy-cli's ledger commands as operations (indy-client-protocol §7, indy-ledger-formats §6).
#include <algorithm>

#include "cli/batch_session.hpp"
#include "cli/ledger_commands.hpp"
#include "ssi/client/requests.hpp"
#include "ssi/did/did.hpp"
#include "ssi/ledger/types.hpp"
#include "storage/encoding/json.hpp"

namespace stadtbuch::cli {

using encoding::Array;
using encoding::Object;
using encoding::Value;
namespace type = ledger::txn_type;

namespace {

Error missing(const BatchLine& line, const std::string& name) {
    return {"SB-5111", line.name() + " needs " + name + "=", "line " + std::to_string(line.number),
            ""};
}

std::optional<std::string> given(const BatchLine& line, const char* name) {
    return line.has(name) ? std::optional(line.at(name)) : std::nullopt;
}

std::string did_at(const BatchLine& line, const char* name) {
    return std::string(did::unqualified(line.at(name)));
}

std::optional<std::string> role_of(const std::string& name) {
    std::string lower = name;
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    if (lower.empty()) return "";
    if (lower == "trust_anchor") lower = "endorser";
    if (lower == "network_monitor") lower = "network-monitor";
    return role_code(lower);
}

/// JSON, or the text itself: true, 5 and {"a":1} mean what they say.
Value value_of(const std::string& text) {
    auto parsed = encoding::parse_json(text);
    return parsed ? *std::move(parsed) : Value(text);
}

/// Members that are given, with their names on the ledger.
Object taken(std::string_view code, const BatchLine& line,
             const std::vector<std::pair<const char*, const char*>>& names) {
    Object out{{"type", code}};
    for (const auto& [theirs, ours] : names) {
        if (line.has(theirs)) out.set(ours, value_of(line.at(theirs)));
    }
    return out;
}

Result<Object, Error> nym(const BatchLine& line) {
    client::NymChange change;
    change.dest = did_at(line, "did");
    if (change.dest.empty()) return Failure{missing(line, "did")};
    change.verkey = given(line, "verkey");
    if (line.has("role")) {
        change.role = role_of(line.at("role"));
        if (!change.role)
            return Failure{Error{"SB-5111", "unknown role " + line.at("role"), line.name(), ""}};
    }
    return client::nym_operation(change);
}

Result<Object, Error> attribute(const BatchLine& line, bool is_read) {
    const std::string dest = did_at(line, "did");
    if (dest.empty()) return Failure{missing(line, "did")};
    for (const auto& [name, form] :
         {std::pair{"raw", client::AttribForm::raw}, std::pair{"enc", client::AttribForm::enc},
          std::pair{"hash", client::AttribForm::hash}}) {
        if (!line.has(name)) continue;
        return is_read ? client::get_attr_operation(dest, form, line.at(name))
                       : client::attrib_operation(dest, form, line.at(name));
    }
    return Failure{missing(line, "raw")};
}

Result<Object, Error> cred_def(const BatchLine& line, bool is_read) {
    const auto schema = read_number(line.at("schema_id"));
    if (!schema) return Failure{missing(line, "schema_id")};
    const std::string tag = line.has("tag") ? line.at("tag") : "default";
    if (is_read) {
        if (line.at("origin").empty()) return Failure{missing(line, "origin")};
        return client::get_cred_def_operation(did_at(line, "origin"), *schema, tag);
    }
    const Value primary = value_of(line.at("primary"));
    if (!primary.is_object()) return Failure{missing(line, "primary")};
    Object data{{"primary", primary}};
    if (line.has("revocation")) data.set("revocation", value_of(line.at("revocation")));
    return client::cred_def_operation(*schema, tag, std::move(data));
}

Result<Object, Error> node(const BatchLine& line) {
    if (line.at("target").empty()) return Failure{missing(line, "target")};
    Object data;
    for (const char* name : {"alias", "blskey", "blskey_pop", "client_ip", "node_ip"}) {
        if (line.has(name)) data.set(name, line.at(name));
    }
    for (const char* name : {"client_port", "node_port"}) {
        if (!line.has(name)) continue;
        const auto port = read_number(line.at(name));
        if (!port || *port > 65535) return Failure{missing(line, name)};
        data.set(name, static_cast<std::int64_t>(*port));
    }
    if (line.has("services")) {
        Array services;
        for (const std::string& one : split_list(line.at("services"))) services.emplace_back(one);
        data.set("services", std::move(services));
    }
    return client::node_operation(line.at("target"), std::move(data));
}

Result<Object, Error> agreement(const BatchLine& line) {
    client::AgreementChange change;
    change.version = line.at("version");
    if (change.version.empty()) return Failure{missing(line, "version")};
    change.text = given(line, "text");
    for (const auto& [name, target] : {std::pair{"ratification-timestamp", &change.ratification_ts},
                                       std::pair{"retirement-timestamp", &change.retirement_ts}}) {
        const auto number = read_number(line.at(name));
        if (number) *target = static_cast<std::int64_t>(*number);
    }
    return client::taa_operation(change);
}

Result<Object, Error> rule(const BatchLine& line, bool is_read) {
    if (is_read && line.at("txn_type").empty()) return client::get_auth_rules_operation();
    Object out{{"type", is_read ? type::get_auth_rule : type::auth_rule}};
    std::string code = line.at("txn_type");
    if (code == "NYM") code = "1";
    if (code == "NODE") code = "0";
    if (code == "ATTRIB") code = "100";
    if (code == "SCHEMA") code = "101";
    if (code == "CRED_DEF") code = "102";
    out.set("auth_type", code);
    out.set("auth_action", line.at("action"));
    out.set("field", line.at("field"));
    if (line.has("old_value")) out.set("old_value", line.at("old_value"));
    if (line.has("new_value")) out.set("new_value", line.at("new_value"));
    if (!is_read) out.set("constraint", value_of(line.at("constraint")));
    return out;
}

Result<Object, Error> schema(const BatchLine& line, bool is_read) {
    for (const char* name : {"name", "version"}) {
        if (line.at(name).empty()) return Failure{missing(line, name)};
    }
    if (!is_read)
        return client::schema_operation(line.at("name"), line.at("version"),
                                        split_list(line.at("attr_names")));
    if (line.at("did").empty()) return Failure{missing(line, "did")};
    return client::get_schema_operation(did_at(line, "did"), line.at("name"), line.at("version"));
}

}  // namespace

Result<Object, Error> batch_operation(const BatchLine& line) {
    const std::string& command = line.command;
    if (command == "nym") return nym(line);
    if (command == "get-nym") {
        if (line.at("did").empty()) return Failure{missing(line, "did")};
        return client::get_nym_operation(did_at(line, "did"));
    }
    if (command == "attrib") return attribute(line, false);
    if (command == "get-attrib") return attribute(line, true);
    if (command == "schema") return schema(line, false);
    if (command == "get-schema") return schema(line, true);
    if (command == "cred-def") return cred_def(line, false);
    if (command == "get-cred-def") return cred_def(line, true);
    if (command == "node") return node(line);
    if (command == "get-validator-info") return client::validator_info_operation();
    if (command == "txn-author-agreement") return agreement(line);
    if (command == "txn-acceptance-mechanisms") {
        const Value list = value_of(line.at("aml"));
        if (!list.is_object()) return Failure{missing(line, "aml")};
        return client::taa_aml_operation(line.at("version"), *list.object(),
                                         given(line, "context"));
    }
    if (command == "get-acceptance-mechanisms")
        return client::get_taa_aml_operation(given(line, "version"));
    if (command == "disable-all-txn-author-agreements") return client::taa_disable_operation();
    if (command == "auth-rule") return rule(line, false);
    if (command == "get-auth-rule") return rule(line, true);
    if (command == "auth-rules") return taken(type::auth_rules, line, {{"rules", "rules"}});
    if (command == "pool-config")
        return taken(type::pool_config, line, {{"writes", "writes"}, {"force", "force"}});
    if (command == "pool-restart")
        return taken(type::pool_restart, line, {{"action", "action"}, {"datetime", "datetime"}});
    if (command == "pool-upgrade") {
        return taken(type::pool_upgrade, line,
                     {{"name", "name"},
                      {"version", "version"},
                      {"action", "action"},
                      {"sha256", "sha256"},
                      {"timeout", "timeout"},
                      {"schedule", "schedule"},
                      {"justification", "justification"},
                      {"reinstall", "reinstall"},
                      {"force", "force"},
                      {"package", "package"}});
    }
    if (command == "ledgers-freeze") {
        Object out{{"type", type::ledgers_freeze}};
        Array ids;
        for (const std::string& one : split_list(line.at("ledgers_ids")))
            ids.emplace_back(static_cast<std::int64_t>(read_number(one).value_or(0)));
        out.set("ledgers_ids", std::move(ids));
        return out;
    }
    if (command == "get-frozen-ledgers") return Object{{"type", type::get_frozen_ledgers}};
    return Failure{Error{"SB-5111", "no such command is known", line.name(), ""}};
}

}  // namespace stadtbuch::cli
