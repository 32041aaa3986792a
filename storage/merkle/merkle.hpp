// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// RFC 6962 append-only Merkle log: arithmetic only. Complete subtrees are addressed by (level,
// index): level 0 are leaf hashes, node (l, i) covers leaves [i*2^l, (i+1)*2^l).
#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "storage/base/bytes.hpp"

namespace stadtbuch::merkle {

struct NodeId {
    std::uint32_t level = 0;
    std::uint64_t index = 0;
    friend auto operator<=>(const NodeId&, const NodeId&) = default;
};

struct Node {
    NodeId id;
    Hash32 hash;
};

/// Port: gives the hash of a complete subtree that was appended before.
class NodeSource {
  public:
    virtual ~NodeSource() = default;
    [[nodiscard]] virtual std::optional<Hash32> node(NodeId id) const = 0;
};

/// The compact form of a tree: size and the roots of its full subtrees, largest first. Copying it
/// is cheap, so an uncommitted head is a copy.
class Frontier {
  public:
    Frontier() = default;
    /// REQUIRES: subtrees.size() == popcount(size).
    Frontier(std::uint64_t size, std::vector<Hash32> subtrees);

    [[nodiscard]] std::uint64_t size() const { return size_; }

    [[nodiscard]] const std::vector<Hash32>& subtrees() const { return subtrees_; }

    [[nodiscard]] Hash32 root() const;
    /// Appends a leaf hash; every subtree that becomes complete (the leaf first) is added to
    /// `created`.
    void append(const Hash32& leaf, std::vector<Node>& created);
    /// Audit path the next appended leaf will have in the tree of size()+1, from the leaf up.
    [[nodiscard]] std::vector<Hash32> next_audit_path() const;

  private:
    std::uint64_t size_ = 0;
    std::vector<Hash32> subtrees_;
};

/// Rebuilds the frontier of the first `size` leaves; nullopt if the source lacks a node.
[[nodiscard]] std::optional<Frontier> frontier_at(const NodeSource& source, std::uint64_t size);
[[nodiscard]] std::optional<Hash32> root_at(const NodeSource& source, std::uint64_t size);
/// Path of leaf `index` (0-based) in the tree of the first `size` leaves, from the leaf up.
[[nodiscard]] std::optional<std::vector<Hash32>> audit_path(const NodeSource& source,
                                                            std::uint64_t index,
                                                            std::uint64_t size);
/// RFC 6962 §2.1.2 PROOF(first, D[second]); empty for first == second or first == 0.
[[nodiscard]] std::optional<std::vector<Hash32>> consistency_proof(const NodeSource& source,
                                                                   std::uint64_t first,
                                                                   std::uint64_t second);

[[nodiscard]] bool verify_audit_path(const Hash32& leaf, std::uint64_t index, std::uint64_t size,
                                     const std::vector<Hash32>& path, const Hash32& root);
[[nodiscard]] bool verify_consistency(std::uint64_t first, const Hash32& first_root,
                                      std::uint64_t second, const Hash32& second_root,
                                      const std::vector<Hash32>& proof);

}  // namespace stadtbuch::merkle
