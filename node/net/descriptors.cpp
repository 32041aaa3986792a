// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "node/net/descriptors.hpp"

#include <sys/resource.h>

#include <algorithm>

namespace stadtbuch::net {

std::size_t raise_descriptor_limit() {
    // More is of no use here, and some systems say "no limit".
    constexpr rlim_t enough = 1 << 20;
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;
    const rlim_t before = limit.rlim_cur;
    limit.rlim_cur = std::max(before, std::min(limit.rlim_max, enough));
    const bool raised = ::setrlimit(RLIMIT_NOFILE, &limit) == 0;
    return static_cast<std::size_t>(std::min(raised ? limit.rlim_cur : before, enough));
}

}  // namespace stadtbuch::net
