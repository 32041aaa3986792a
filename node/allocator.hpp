// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Which memory allocator serves this process, and how it is set. A validator under load makes some
// thousand small objects a write, handed from thread to thread; with jemalloc that costs 15 % less
// processor time in all than with the C library (tests/bench/RESULTS.md). Without jemalloc, and
// under sanitizers, the C library serves.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

namespace stadtbuch::node {

/// Call once before threads start.
void set_up_allocator();
/// Objects alive on the heap, but for some that threads keep in reserve; nothing without jemalloc.
[[nodiscard]] std::optional<std::uint64_t> heap_objects();
/// "jemalloc 5.3.0-..." or "libc".
[[nodiscard]] std::string allocator_name();

}  // namespace stadtbuch::node
