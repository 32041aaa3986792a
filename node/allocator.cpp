// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "node/allocator.hpp"

#include <algorithm>

#ifdef STADTBUCH_JEMALLOC
#include <jemalloc/jemalloc.h>

/// Read by jemalloc before main: few arenas, and what is freed goes back to the system soon,
/// because a validator's memory must stay below a bound (performance-budget §3.11).
const char* malloc_conf = "narenas:4,dirty_decay_ms:2000,muzzy_decay_ms:0";
#else
#include <malloc.h>
#endif

namespace stadtbuch::node {

void set_up_allocator() {
#ifndef STADTBUCH_JEMALLOC
    // Each thread's own arena would keep what it freed; two arenas cost nothing measurable and save
    // tens of MB.
    mallopt(M_ARENA_MAX, 2);
#endif
}

#ifdef STADTBUCH_JEMALLOC
namespace {

/// A counter of all arenas together, e.g. "small.nmalloc".
std::uint64_t all_arenas(const std::string& name) {
    std::uint64_t value = 0;
    std::size_t size = sizeof value;
    const std::string path = "stats.arenas." + std::to_string(MALLCTL_ARENAS_ALL) + "." + name;
    return mallctl(path.c_str(), &value, &size, nullptr, 0) == 0 ? value : 0;
}

}  // namespace
#endif

std::optional<std::uint64_t> heap_objects() {
#ifdef STADTBUCH_JEMALLOC
    // The figures are those of the last epoch.
    std::uint64_t epoch = 1;
    if (mallctl("epoch", nullptr, nullptr, &epoch, sizeof epoch) != 0) return std::nullopt;
    const std::uint64_t made = all_arenas("small.nmalloc") + all_arenas("large.nmalloc");
    const std::uint64_t freed = all_arenas("small.ndalloc") + all_arenas("large.ndalloc");
    return made - std::min(made, freed);
#else
    return std::nullopt;
#endif
}

std::string allocator_name() {
#ifdef STADTBUCH_JEMALLOC
    const char* version = nullptr;
    std::size_t size = sizeof version;
    if (mallctl("version", &version, &size, nullptr, 0) == 0)
        return std::string("jemalloc ") + version;
#endif
    return "libc";
}

}  // namespace stadtbuch::node
