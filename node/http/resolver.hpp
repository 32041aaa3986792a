// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// GET /1.0/identifiers/{DID or DID URL}: the HTTP binding of DID Resolution and the driver
// interface of the Universal Resolver (indy-client-protocol §13), for did:indy of one namespace and
// did:sov.
#pragma once
#include "node/http/public_routes.hpp"
#include "ssi/did/did.hpp"

namespace stadtbuch::node {

[[nodiscard]] net::HttpResponse resolve_did(PublicParts& parts, const net::HttpRequest& request);

/// The DID URL of a request: its path as it is or percent-encoded as a whole, and the parameters of
/// the request's own query that belong to a DID URL.
[[nodiscard]] std::string did_url_of(const net::HttpRequest& request);

/// Parsed, and one that this ledger answers for; otherwise the response that says why not.
struct OurDid {
    std::optional<did::DidUrl> url;
    net::HttpResponse refusal;
};

[[nodiscard]] OurDid our_did(const PublicParts& parts, const net::HttpRequest& request);

}  // namespace stadtbuch::node
