// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// GET /openapi.json: the HTTP interface of an observer as an OpenAPI 3.1 document. tests/e2e/http
// holds it against the running server: every route, every example, every answer.
#pragma once
#include "node/http/public_routes.hpp"

namespace stadtbuch::node {

[[nodiscard]] net::HttpResponse openapi_response(PublicParts& parts,
                                                 const net::HttpRequest& request);

}  // namespace stadtbuch::node
