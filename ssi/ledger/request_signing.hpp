// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What a request's signatures and digests cover (indy-client-protocol §4.2-4.4). One serialisation
// serves the signed text and both digests.
#pragma once
#include "ssi/ledger/request.hpp"

namespace stadtbuch::ledger {

/// What signatures of this request cover, however far it is built; for those who sign. Empty when a
/// member that takes part is missing or of the wrong kind.
[[nodiscard]] std::string signed_text_of(const encoding::Value& request);

/// Fills signed_text, payload_digest and digest from the other members.
void fill_signing_forms(Request& request);

}  // namespace stadtbuch::ledger
