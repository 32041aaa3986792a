// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Dynamic validation: what can only be said against the uncommitted state at batch time
// (indy-client-protocol §4.6, §6 step 14; indy-ledger-formats §6, §7). Order and texts are the
// reference's: clients count identical refusals.
#pragma once
#include <functional>
#include <optional>
#include <string>

#include "ssi/ledger/auth_rules.hpp"
#include "ssi/ledger/request.hpp"
#include "ssi/ledger/working_state.hpp"

namespace stadtbuch::ledger {

struct DynamicContext {
    WorkingState& state;
    const Request& request;
    std::int64_t time = 0;  ///< batch time, UNIX seconds
    /// Transactions of the config ledger before this batch.
    std::uint64_t config_size = 0;
    /// A transaction, uncommitted ones included.
    std::function<std::optional<encoding::Value>(Ledger ledger, std::uint64_t seq_no)> txn;

    [[nodiscard]] std::string_view author() const { return request.identifier_or_joined; }

    /// The operation and the author in the shape of a transaction, for key functions.
    [[nodiscard]] TxnView as_txn() const;

    [[nodiscard]] const encoding::Value* member(std::string_view name) const {
        return request.operation().find(name);
    }

    [[nodiscard]] std::string_view text(std::string_view name) const;
};

using Verdict = std::optional<Refusal>;  ///< nullopt: nothing against it

/// TAA acceptance, then authorisation and the type's own rules.
[[nodiscard]] Verdict validate_dynamic(const DynamicContext& context);
/// The same without the acceptance, as forced requests are checked on receipt.
[[nodiscard]] Verdict validate_operation(const DynamicContext& context);

[[nodiscard]] Verdict check_taa_acceptance(const DynamicContext& context, Ledger ledger);
/// Default rule or stored rule for this action, evaluated (§7.2-7.3). `is_owner` is true for most
/// ADDs.
[[nodiscard]] Verdict authorize(const DynamicContext& context, const RuleKey& action,
                                bool is_owner);

[[nodiscard]] Verdict validate_nym(const DynamicContext& context);
[[nodiscard]] Verdict validate_attrib(const DynamicContext& context);
[[nodiscard]] Verdict validate_schema(const DynamicContext& context);
[[nodiscard]] Verdict validate_claim_def(const DynamicContext& context);
[[nodiscard]] Verdict validate_rich_schema(const DynamicContext& context);
[[nodiscard]] Verdict validate_revoc_reg_def(const DynamicContext& context);
[[nodiscard]] Verdict validate_revoc_reg_entry(const DynamicContext& context);
[[nodiscard]] Verdict validate_node(const DynamicContext& context);
[[nodiscard]] Verdict validate_config(const DynamicContext& context);

// Refusals.
[[nodiscard]] Refusal invalid_request(std::string text);
[[nodiscard]] Refusal unauthorized(std::string text);
/// ADD or EDIT of the whole object: field, old and new value "*".
[[nodiscard]] RuleKey whole_object(std::string_view type, bool is_edit);

}  // namespace stadtbuch::ledger
