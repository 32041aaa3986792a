// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Known types of operations and what each checks beyond its schema without looking at the ledger
// (indy-ledger-formats §6, indy-client-protocol §6 steps 5 and 6). Pure.
#pragma once
#include <optional>
#include <string_view>

#include "ssi/ledger/refusal.hpp"
#include "ssi/ledger/request.hpp"

namespace stadtbuch::ledger {

/// nullopt for types that no node handles.
[[nodiscard]] std::optional<RequestKind> kind_of_type(std::string_view type);

/// REQUIRES: the operation fits its schema and its type is known.
[[nodiscard]] std::optional<Refusal> check_static(std::string_view type,
                                                  const encoding::Object& operation);

}  // namespace stadtbuch::ledger
