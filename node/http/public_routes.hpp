// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The public HTTP side of an observer: von-network's routes (indy-client-protocol §12), the DID resolver (§13) and
// a plain page for people. Reads run on the HTTP server's own threads from committed views.
#pragma once
#include <functional>
#include <memory>
#include <string>

#include "node/net/http_server.hpp"
#include "node/settings.hpp"
#include "ssi/ledger/read_view.hpp"

namespace stadtbuch::node {

struct RegisterRequest {
    std::string did;
    std::string verkey;
    std::string alias;
    std::string role;  ///< role code, or empty
};
/// Answer of the ledger to a registration.
struct RegisterOutcome {
    bool good = false;
    std::string reason;
};

struct PublicParts {
    const Settings& settings;
    ledger::Reader& reader;
    /// False until the first catch-up ended: 503 {"detail":"Not ready"}.
    std::function<bool()> is_ready;
    /// Development networks only; empty function: the route does not exist.
    std::function<void(RegisterRequest, std::function<void(RegisterOutcome)>)> register_nym;
};

/// Adds all routes. `parts` must outlive the server.
void add_public_routes(net::HttpServer& server, const PublicParts& parts);

}  // namespace stadtbuch::node
