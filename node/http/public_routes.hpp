// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The public HTTP side of an observer: von-network's routes (indy-client-protocol §12), the DID
// resolver (§13), receipts, and the explorer's pages. Reads run on the HTTP server's own threads
// from committed views.
#pragma once
#include <functional>
#include <memory>
#include <string>

#include "node/http/ledger_search.hpp"
#include "node/http/rate_limit.hpp"
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

/// What the routes work with. The functions may be called from any thread, and call back on any.
struct PublicParts {
    PublicParts(const Settings& settings_in, ledger::Reader& reader_in)
        : settings(settings_in),
          reader(reader_in),
          limit({static_cast<double>(settings_in.http_requests_per_second),
                 static_cast<double>(settings_in.http_requests_per_second) * 10}) {}

    const Settings& settings;
    ledger::Reader& reader;
    /// Transactions of the pool genesis; what comes later, receipts must prove.
    std::uint64_t genesis_size = 0;
    /// False until the first catch-up ended: 503 {"detail":"Not ready"}.
    std::function<bool()> is_ready;
    /// Development networks only; empty function: the route does not exist.
    std::function<void(RegisterRequest, std::function<void(RegisterOutcome)>)> register_nym;
    /// VALIDATOR_INFO of all validators, sorted by alias; null without a key that may ask.
    std::function<void(std::function<void(encoding::Value)>)> ask_validators;
    /// Fetches the multi-signature of the newest state of a ledger, or of that of a time (domain
    /// ledger only), and calls back when it is stored, or in vain after a few seconds.
    std::function<void(ledger::Ledger, std::optional<std::int64_t>, std::function<void()>)>
        fetch_signature;
    /// Runs what computes long apart from sockets; false: too much waits already.
    std::function<bool(std::function<void()>)> on_worker;
    LedgerSearch search;
    RateLimit limit;
};

/// Adds all routes. `parts` must outlive the server.
void add_public_routes(net::HttpServer& server, PublicParts& parts);
/// For HttpServerOptions::default_headers.
[[nodiscard]] net::HeaderList public_security_headers();

}  // namespace stadtbuch::node
