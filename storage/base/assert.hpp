// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// STADTBUCH_ASSERT: on in every build. For what only a fault of ours can break, never for input.
#pragma once

namespace stadtbuch {
[[noreturn]] void assertion_failed(const char* condition, const char* file, int line) noexcept;
}

#define STADTBUCH_ASSERT(condition)     \
    ((condition) ? static_cast<void>(0) \
                 : ::stadtbuch::assertion_failed(#condition, __FILE__, __LINE__))
