// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#pragma once
#include <string_view>

namespace stadtbuch::net {

/// localhost and every name below it are this machine, with or without a name service (RFC 6761
/// section 6.3): a minimal system has no /etc/hosts, and nobody else may say where localhost is.
[[nodiscard]] constexpr bool is_this_machine(std::string_view host) {
    return host == "localhost" || host.ends_with(".localhost");
}

/// Where this machine listens and is reached under such a name, unless told otherwise.
inline constexpr std::string_view loopback_address = "127.0.0.1";

}  // namespace stadtbuch::net
