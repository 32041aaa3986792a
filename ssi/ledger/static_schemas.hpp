// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The schema of every message that a client may send: the request's envelope, one for each
// operation (indy-ledger-formats §6, indy-client-protocol §4.1, §7, §10), and the catch-up messages
// (§9).
#pragma once
#include "ssi/ledger/static_fields.hpp"

namespace stadtbuch::ledger {

/// Envelope with its operation, TAA acceptance and signatures; then what they together must hold.
[[nodiscard]] const Schema& request_schema();
/// Null for types without a schema (unknown ones and FLAG, GET_FLAG, AUDIT, NODE_UPGRADE).
[[nodiscard]] const Schema* operation_schema(std::string_view type);
/// Chooses the schema by the operation's `type`; operations of a type without schema fit.
[[nodiscard]] SchemaVerdict check_operation(const encoding::Value& operation);

[[nodiscard]] const Schema& constraint_role_schema();
[[nodiscard]] const Schema& constraint_list_schema();

[[nodiscard]] const Schema& ledger_status_schema();
[[nodiscard]] const Schema& catchup_req_schema();
[[nodiscard]] const Schema& batch_schema();

}  // namespace stadtbuch::ledger
