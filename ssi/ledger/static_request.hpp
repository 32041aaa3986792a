// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What the members of a request's envelope together must hold (indy-client-protocol §4.1).
#pragma once
#include "ssi/ledger/static_fields.hpp"

namespace stadtbuch::ledger {

/// One kind of signature; endorser and author among the signers; somebody who asks.
[[nodiscard]] SchemaVerdict check_signers(const Schema& schema, const encoding::Object& request);

}  // namespace stadtbuch::ledger
