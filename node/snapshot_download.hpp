// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Snapshots from plain web servers (operations OP-62). What comes is not believed here; loading it
// proves it.
#pragma once
#include <string>
#include <string_view>

#include "storage/base/error.hpp"
#include "storage/base/result.hpp"

namespace stadtbuch::node {

/// Whether a source of a snapshot is to be downloaded: http:// or https://.
[[nodiscard]] bool is_web_address(std::string_view source);

/// Downloads `url` into `file`, piece by piece (RFC 9110 §14, ranges). What an earlier attempt at
/// the same address left there is gone on with, unless the server's copy changed meanwhile (its
/// ETag, kept in `file` + ".source"). Servers without ranges are read from the beginning. Errors:
/// those of net::HttpClient, SB-2134 the server has none or sends no part that fits, SB-2131 no
/// room; the part that is there stays for the next attempt.
[[nodiscard]] Result<void, Error> download_snapshot(const std::string& url,
                                                    const std::string& file);

}  // namespace stadtbuch::node
