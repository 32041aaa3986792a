// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Evaluation of constraints (indy-ledger-formats §7.2).
#include <algorithm>

#include "ssi/ledger/dynamic.hpp"
#include "ssi/ledger/state_keys.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/python_repr.hpp"

namespace stadtbuch::ledger {

namespace {

/// The name that the reference prints for a type in `can not edit <name> txn`.
std::string_view type_name(std::string_view type) {
    struct Row {
        std::string_view type, name;
    };

    static constexpr Row rows[] = {{"0", "NODE"},
                                   {"1", "NYM"},
                                   {"4", "TXN_AUTHOR_AGREEMENT"},
                                   {"5", "TXN_AUTHOR_AGREEMENT_AML"},
                                   {"8", "TXN_AUTHOR_AGREEMENT_DISABLE"},
                                   {"9", "LEDGERS_FREEZE"},
                                   {"100", "ATTRIB"},
                                   {"101", "SCHEMA"},
                                   {"102", "CLAIM_DEF"},
                                   {"109", "POOL_UPGRADE"},
                                   {"111", "POOL_CONFIG"},
                                   {"113", "REVOC_REG_DEF"},
                                   {"114", "REVOC_REG_ENTRY"},
                                   {"118", "POOL_RESTART"},
                                   {"119", "VALIDATOR_INFO"},
                                   {"120", "AUTH_RULE"},
                                   {"122", "AUTH_RULES"},
                                   {"130", "FLAG"},
                                   {"200", "JSON_LD_CONTEXT"},
                                   {"201", "RICH_SCHEMA"},
                                   {"202", "RICH_SCHEMA_ENCODING"},
                                   {"203", "RICH_SCHEMA_MAPPING"},
                                   {"204", "RICH_SCHEMA_CRED_DEF"},
                                   {"205", "RICH_SCHEMA_PRES_DEF"}};
    for (const Row& row : rows) {
        if (row.type == type) return row.name;
    }
    return type;
}

/// One evaluation; each failure is its text.
class Evaluation {
  public:
    Evaluation(const DynamicContext& context, const RuleKey& action, bool is_owner)
        : context_(context),
          request_(context.request),
          action_(action),
          is_owner_(is_owner),
          author_(context.state.identity(context.author())) {}

    using Failed = std::optional<std::string>;

    Failed evaluate(const Constraint& constraint) const {
        switch (constraint.kind) {
            case Constraint::Kind::forbidden:
                return "The action is forbidden";
            case Constraint::Kind::role:
                return evaluate_role(constraint);
            case Constraint::Kind::all_of:
                return evaluate_all(constraint);
            case Constraint::Kind::any_of:
                return evaluate_any(constraint);
        }
        return "The action is forbidden";
    }

  private:
    Failed evaluate_all(const Constraint& constraint) const {
        for (const Constraint& part : constraint.parts) {
            if (auto failed = evaluate(part)) return failed;
        }
        return std::nullopt;
    }

    Failed evaluate_any(const Constraint& constraint) const {
        std::string failures;
        for (const Constraint& part : constraint.parts) {
            const auto failed = evaluate(part);
            if (!failed) return std::nullopt;
            failures += "\nConstraint: " + constraint_text(part) + ", Error: " + *failed;
        }
        return "Rule for this action is: " + constraint_text(constraint) +
               "\nFailed checks:" + failures;
    }

    Failed evaluate_role(const Constraint& constraint) const {
        if (constraint.need_to_be_owner && !is_owner_) return not_owner();
        const bool off_ledger = constraint.off_ledger_signature.value_or(false);
        if (constraint.sig_count > 0) {
            if (!off_ledger && !author_) {
                return "sender's DID " + std::string(context_.author()) +
                       " is not found in the Ledger";
            }
            if (request_.multi_signed && !has_signed(context_.author()))
                return "Author must sign the transaction";
        }
        if (count_signatures(constraint, off_ledger) < constraint.sig_count) {
            return "Not enough " + wanted_role(constraint) + " signatures";
        }
        return check_endorser();
    }

    /// The code's name here, where constraints and authors print `None role`.
    static std::string wanted_role(const Constraint& constraint) {
        if (constraint.is_any_role()) return "*";
        return constraint.role ? role_name(constraint.role) : "IDENTITY_OWNER";
    }

    std::string not_owner() const {
        const std::string role = role_name(author_ ? author_->role : std::nullopt);
        if (action_.field == "*") {
            return role + " can not edit " + std::string(type_name(action_.type)) +
                   " txn since only owner can modify it";
        }
        return role + " can not touch " + action_.field +
               " field since only the owner can modify it";
    }

    bool has_signed(std::string_view did) const {
        return std::any_of(request_.signatures.begin(), request_.signatures.end(),
                           [&](const auto& signature) { return signature.first == did; });
    }

    static bool matches(const Constraint& constraint, const std::optional<Identity>& who) {
        return who && (constraint.is_any_role() || who->role == constraint.role);
    }

    std::int64_t count_signatures(const Constraint& constraint, bool off_ledger) const {
        if (!request_.multi_signed) return off_ledger || matches(constraint, author_) ? 1 : 0;
        if (constraint.is_any_role() || off_ledger)
            return static_cast<std::int64_t>(request_.signatures.size());
        std::int64_t count = 0;
        for (const auto& [did, signature] : request_.signatures) {
            if (matches(constraint, context_.state.identity(did))) ++count;
        }
        return count;
    }

    static bool may_endorse(const std::optional<Identity>& who) {
        return who && who->role && (*who->role == "0" || *who->role == "2" || *who->role == "101");
    }

    Failed check_endorser() const {
        if (request_.endorser) {
            const auto endorser = context_.state.identity(*request_.endorser);
            if (!endorser || endorser->role != "101")
                return "Endorser must have one of the following roles: {'ENDORSER'}";
            if (*request_.endorser != context_.author() && !has_signed(*request_.endorser)) {
                return "Endorser must sign the transaction";
            }
            return std::nullopt;
        }
        if (may_endorse(author_)) return std::nullopt;
        for (const auto& [did, signature] : request_.signatures) {
            if (did != context_.author() && may_endorse(context_.state.identity(did))) {
                return "'Endorser' field must be explicitly set for the endorsed transaction";
            }
        }
        return std::nullopt;
    }

    const DynamicContext& context_;
    const Request& request_;
    const RuleKey& action_;
    bool is_owner_;
    std::optional<Identity> author_;
};

}  // namespace

namespace {

/// `SafeRequest: {...}`, the members that a request keeps, in its order.
std::string request_repr(const Request& request) {
    encoding::Object out;
    for (const char* name : {"reqId", "operation", "identifier", "signatures", "signature",
                             "protocolVersion", "taaAcceptance", "endorser"}) {
        const encoding::Value* member = request.value.find(name);
        if (member != nullptr && !member->is_null()) out.set(name, *member);
    }
    return "SafeRequest: " + encoding::python_repr(encoding::Value(std::move(out)));
}

}  // namespace

Verdict authorize(const DynamicContext& context, const RuleKey& action, bool is_owner) {
    const DefaultRule* rule = match_rule(action);
    if (rule == nullptr) {
        return unauthorized("Request can not be authorized as action is not allowed: " +
                            request_repr(context.request));
    }
    const Evaluation evaluation(context, action, is_owner);
    std::optional<std::string> failed;
    const auto stored = context.state.get_json(Ledger::config, auth_rule_key(rule->key.text()));
    if (stored) {
        const auto parsed = parse_constraint(*stored);
        failed = parsed ? evaluation.evaluate(*parsed)
                        : std::optional<std::string>("The action is forbidden");
    } else {
        failed = evaluation.evaluate(rule->constraint);
    }
    if (!failed) return std::nullopt;
    return unauthorized(std::move(*failed));
}

}  // namespace stadtbuch::ledger
