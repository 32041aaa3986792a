// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// A trie node read in place from its RLP, without allocation (indy-ledger-formats §4). Strict:
// anything but the one canonical encoding of a well-formed node is refused, because a proof comes
// from outside.
#pragma once
#include <array>
#include <optional>

#include "storage/base/bytes.hpp"
#include "storage/trie/nibbles.hpp"

namespace stadtbuch::trie {

/// References to nodes shorter than this hold the node itself, others its hash.
inline constexpr std::size_t hashed_bytes_min = 32;

struct RlpView {
    bool is_list = false;
    BytesView whole;    // with header
    BytesView payload;  // without
};

/// Cuts the first item off `rest`; nullopt when it is cut short or not in its shortest form.
[[nodiscard]] std::optional<RlpView> take_rlp(BytesView& rest);

enum class NodeKind : std::uint8_t { leaf, extension, branch, stub };

struct NodeView {
    NodeKind kind = NodeKind::leaf;  // never stub
    Nibbles path;                    // leaf, extension
    BytesView stored_value;          // leaf, branch; RLP of a list with the value; empty: none
    std::size_t child_count = 0;     // 1: extension, 16: branch
    std::array<RlpView, 16> children;
};

[[nodiscard]] std::optional<NodeView> parse_node(BytesView rlp);

[[nodiscard]] inline bool is_blank(const RlpView& child) {
    return !child.is_list && child.payload.empty();
}

/// The value inside rlp([value]); nullopt when the shape is another.
[[nodiscard]] std::optional<BytesView> unwrap_value(BytesView stored_value);

}  // namespace stadtbuch::trie
