// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "cli/plan.hpp"

#include <algorithm>

#include "cli/output.hpp"
#include "cli/words.hpp"
#include "ssi/client/requests.hpp"
#include "ssi/ledger/types.hpp"
#include "storage/encoding/json.hpp"

namespace stadtbuch::cli {

using encoding::Object;
using encoding::Value;
namespace type = ledger::txn_type;

namespace {

/// One rule that the request falls under (indy-client-protocol, auth rules).
struct RuleKey {
    bool is_edit = false;
    std::string field;
    std::optional<std::string> before, after;
};

struct Nym {
    bool exists = false;
    std::string role;
};

/// Asks the network; what cannot be learnt stays unsaid.
class RuleBook {
  public:
    RuleBook(const Network& network, client::BlockingPool& pool) : network_(network), pool_(pool) {}

    Nym nym(const std::string& did) {
        const auto answer = send_read(network_, pool_, client::get_nym_operation(did));
        if (!answer || is_absent(answer->result)) return {};
        const Value* data = answer->result.find("data");
        const auto parsed =
            data->is_text() ? encoding::parse_json(*data->text()) : encoding::parse_json("{}");
        return {true, parsed ? std::string(parsed->text_at("role")) : ""};
    }

    std::optional<Value> constraint(std::string_view code, const RuleKey& key) {
        const auto answer = send_read(
            network_, pool_,
            client::get_auth_rule_operation(code, key.is_edit, key.field, key.before, key.after));
        if (!answer) return std::nullopt;
        const Value* data = answer->result.find("data");
        if (data == nullptr || !data->is_array() || data->array()->empty()) return std::nullopt;
        const Value* found = data->array()->front().find("constraint");
        if (found == nullptr) return std::nullopt;
        return *found;
    }

  private:
    const Network& network_;
    client::BlockingPool& pool_;
};

std::vector<RuleKey> nym_rules(const Value& operation, RuleBook& book) {
    const Nym before = book.nym(std::string(operation.text_at("dest")));
    const bool names_role = operation.find("role") != nullptr;
    const std::string role(operation.text_at("role"));
    if (!before.exists) return {{false, "role", std::nullopt, role}};
    std::vector<RuleKey> out;
    if (names_role && role != before.role) out.push_back({true, "role", before.role, role});
    if (operation.find("verkey") != nullptr) out.push_back({true, "verkey", "*", "*"});
    return out;
}

std::vector<RuleKey> rules_of(const Value& operation, RuleBook& book) {
    const std::string_view code = operation.text_at("type");
    if (code == type::nym) return nym_rules(operation, book);
    if (code == type::node) return {{false, "services", std::nullopt, "['VALIDATOR']"}};
    return {{false, "*", std::nullopt, "*"}};
}

/// Whether the signers' roles meet it. Ownership cannot be seen here and counts as met.
// NOLINTNEXTLINE(misc-no-recursion): the depth of a parsed value is bounded.
bool is_met(const Value& constraint, const std::vector<std::string>& roles) {
    const std::string_view id = constraint.text_at("constraint_id");
    if (id == "ROLE") {
        const std::string wanted(constraint.text_at("role"));
        const Value* count = constraint.find("sig_count");
        const auto have = std::count_if(roles.begin(), roles.end(), [&](const std::string& role) {
            return wanted == "*" || role == wanted;
        });
        return have >= (count != nullptr ? count->integer().value_or(1) : 1);
    }
    const Value* parts = constraint.find("auth_constraints");
    if (parts == nullptr || !parts->is_array()) return false;
    const auto holds = [&](const Value& part) { return is_met(part, roles); };
    return id == "AND" ? std::all_of(parts->array()->begin(), parts->array()->end(), holds)
                       : std::any_of(parts->array()->begin(), parts->array()->end(), holds);
}

std::string change_words(const RuleKey& key) {
    const auto shown = [&](const std::string& value) {
        return key.field == "role" ? role_name(value) : value;
    };
    std::string out = key.is_edit ? "change " + key.field : "add " + key.field;
    if (key.is_edit && key.before) out += " from " + shown(*key.before) + " to";
    return out + " " + shown(key.after.value_or("*"));
}

int show_rules(const Context& context, const LedgerOptions& options, const Network& network,
               const Value& request) {
    auto pool = open_pool(context, options, network);
    if (!pool) return pool.error();
    RuleBook book(network, **pool);
    std::vector<std::string> roles;
    for (const std::string& did : named_signers(request)) {
        const Nym nym = book.nym(did);
        say(context.globals,
            "  " + did + " is " + (nym.exists ? role_name(nym.role) : "not on the ledger"));
        roles.push_back(nym.role);
    }
    const Value& operation = *request.find("operation");
    bool all_met = true;
    for (const RuleKey& key : rules_of(operation, book)) {
        const auto constraint = book.constraint(operation.text_at("type"), key);
        if (!constraint) {
            say(context.globals, "  rule for " + change_words(key) + ": not told by the network");
            continue;
        }
        const bool met = is_met(*constraint, roles);
        all_met = all_met && met;
        say(context.globals, "  rule to " + change_words(key) + ": " +
                                 constraint_words(*constraint) + (met ? "" : "  -> not met"));
    }
    if (all_met) return 0;
    return fail(context.globals,
                {"SB-5014", "the network's rules ask for other signers", "network " + network.name,
                 "Let those sign who are named above: stadtbuch txn build --help"},
                Exit::refused);
}

}  // namespace

int show_plan(const Context& context, const LedgerOptions& options, const Network& network,
              const Value& request) {
    print_json(context.globals, request);
    for (const std::string& line : words_of(request)) say(context.globals, line);
    for (const std::string& did : named_signers(request)) {
        say(context.globals, std::string("must sign: ") + did +
                                 (has_signed(request, did) ? " (has signed)" : " (not yet)"));
    }
    const int code = options.dry_run == "node" ? show_rules(context, options, network, request) : 0;
    say(context.globals, "Nothing was sent.");
    return code;
}

}  // namespace stadtbuch::cli
