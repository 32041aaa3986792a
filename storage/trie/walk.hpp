// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The walk from a stored node down to a key, private to this folder.
#pragma once
#include <functional>

#include "storage/trie/nibbles.hpp"
#include "storage/trie/trie.hpp"

namespace stadtbuch::trie {

/// RLP of the empty trie's only node.
inline constexpr Byte blank_node = 0x80;

/// Looks `path` up below the node with hash `top`, loading from `source`. `visit` gets the RLP of
/// each node that was reached through a hash, in order; it may be empty.
[[nodiscard]] Result<std::optional<Bytes>, ProofError> walk(
    const NodeSource& source, const Hash32& top, Nibbles path,
    const std::function<void(BytesView)>& visit);

}  // namespace stadtbuch::trie
