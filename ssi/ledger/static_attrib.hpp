// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What the members of an ATTRIB together must hold (indy-ledger-formats §6.3).
#pragma once
#include "ssi/ledger/static_fields.hpp"

namespace stadtbuch::ledger {

/// Exactly one of raw, enc and hash; raw is an object of one attribute; an `endpoint` names a
/// usable address.
[[nodiscard]] SchemaVerdict check_attrib(const Schema& schema, const encoding::Object& operation);
/// Exactly one of raw, enc and hash (GET_ATTR).
[[nodiscard]] SchemaVerdict check_attrib_choice(const Schema& schema,
                                                const encoding::Object& operation);

}  // namespace stadtbuch::ledger
