// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What went wrong when a port was opened, in words for an operator; shared by the Curve and the
// HTTP listeners.
#pragma once
#include <cstdint>
#include <string>

#include "storage/base/error.hpp"
#include "storage/base/result.hpp"

namespace stadtbuch::net {

/// `code` is an errno. SB-3101 in use, SB-3102 not of this machine, SB-3103 no permission, SB-3105
/// other.
[[nodiscard]] Error bind_error(int code, const std::string& host, std::uint16_t port);

/// The numeric form of an address or host name to bind to; SB-3104 if there is none. May ask the
/// resolver.
[[nodiscard]] Result<std::string, Error> resolve_local(const std::string& host);

}  // namespace stadtbuch::net
