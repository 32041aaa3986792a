// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// How many files and sockets this process may have open.
#pragma once
#include <cstddef>

namespace stadtbuch::net {

/// Raises the soft limit to the hard one, which service managers leave high. Returns what holds.
std::size_t raise_descriptor_limit();

}  // namespace stadtbuch::net
