// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Conditional requests (RFC 9110 §13) with a root of the ledger as the entity tag: a cache or
// reverse proxy in front of an observer asks with it and mostly gets an empty 304 (OP-84).
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "node/net/http.hpp"

namespace stadtbuch::node {

struct Validators {
    std::string tag;                            ///< without quotes
    std::optional<std::int64_t> last_modified;  ///< UNIX seconds
};

/// 304 if what the client has is still right.
[[nodiscard]] std::optional<net::HttpResponse> not_modified(const net::HttpRequest& request,
                                                            const Validators& validators);
/// ETag, Last-Modified, and Cache-Control: kept, but asked about each time.
void add_validators(net::HttpResponse& response, const Validators& validators);

/// "Sat, 21 Nov 2026 13:17:26 GMT" (RFC 9110 §5.6.7) and back; only this form is read.
[[nodiscard]] std::string http_date(std::int64_t unix_seconds);
[[nodiscard]] std::optional<std::int64_t> read_http_date(std::string_view text);

}  // namespace stadtbuch::node
