// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "storage/base/assert.hpp"

#include <cstdio>
#include <cstdlib>

namespace stadtbuch {

void assertion_failed(const char* condition, const char* file, int line) noexcept {
    std::fprintf(stderr, "stadtbuch: assertion failed: %s (%s:%d)\n", condition, file, line);
    std::abort();
}

}  // namespace stadtbuch
