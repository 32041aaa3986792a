// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// GET /1.0/identifiers/{did}: did:indy of this network's namespace and did:sov (indy-client-protocol §13,
// credentials §13). A NYM without verkey counts as deactivated (410).
#pragma once
#include "node/http/public_routes.hpp"

namespace stadtbuch::node {

[[nodiscard]] net::HttpResponse resolve_did(const PublicParts& parts, const net::HttpRequest& request);

}  // namespace stadtbuch::node
