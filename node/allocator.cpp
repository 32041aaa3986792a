// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "node/allocator.hpp"

#ifdef STADTBUCH_JEMALLOC
#include <jemalloc/jemalloc.h>

/// Read by jemalloc before main: few arenas, and what is freed goes back to the system soon, because a validator's
/// memory must stay below a bound (performance-budget §3.11).
const char* malloc_conf = "narenas:4,dirty_decay_ms:2000,muzzy_decay_ms:0";
#else
#include <malloc.h>
#endif

namespace stadtbuch::node {

void set_up_allocator() {
#ifndef STADTBUCH_JEMALLOC
    // Each thread's own arena would keep what it freed; two arenas cost nothing measurable and save tens of MB.
    mallopt(M_ARENA_MAX, 2);
#endif
}

std::string allocator_name() {
#ifdef STADTBUCH_JEMALLOC
    const char* version = nullptr;
    std::size_t size = sizeof version;
    if (mallctl("version", &version, &size, nullptr, 0) == 0) return std::string("jemalloc ") + version;
#endif
    return "libc";
}

}  // namespace stadtbuch::node
