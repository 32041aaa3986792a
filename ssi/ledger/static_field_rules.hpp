// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The rule of each plain kind of field: one value in, the reference's words out when it does not
// fit.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "ssi/ledger/static_fields.hpp"

namespace stadtbuch::ledger {

/// `expected types '<expected>', got '<type>'`.
[[nodiscard]] std::string wrong_type(std::string_view expected, const encoding::Value& value);
/// Fields without parts of their own. REQUIRES: field.kind is not list, map, nested, operation or
/// constraint.
[[nodiscard]] std::optional<std::string> check_plain_field(const Field& field,
                                                           const encoding::Value& value);
/// Words for a constraint that is neither empty nor an object when the reference stumbles over its
/// type; nullopt when it merely misses `constraint_id`.
[[nodiscard]] std::optional<std::string> constraint_of_wrong_type(const encoding::Value& value);

}  // namespace stadtbuch::ledger
