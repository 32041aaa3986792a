// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
//
// MTH({})     = SHA-256()
// MTH({d})    = leaf hash
// MTH(D[n])   = node_hash(MTH(D[0:k]), MTH(D[k:n])), k the largest power of two below n
//
// The same tree seen from the leaves: neighbours (2i, 2i+1) of a level are joined, and a last one
// without a neighbour moves up unchanged. So every node but those on the right edge is complete and
// has a NodeId.
#include "storage/merkle/merkle.hpp"

#include <algorithm>
#include <bit>

#include "storage/base/assert.hpp"
#include "storage/hash/hash.hpp"

namespace stadtbuch::merkle {

namespace {

/// No ledger comes near; below it no shift in this file can overflow.
constexpr std::uint64_t size_max = std::uint64_t{1} << 62;

struct Range {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;

    [[nodiscard]] std::uint64_t size() const { return end - begin; }
};

/// Right-to-left fold of the roots of full subtrees, largest first. REQUIRES: not empty.
Hash32 fold(const std::vector<Hash32>& subtrees) {
    Hash32 root = subtrees.back();
    for (std::size_t i = subtrees.size() - 1; i-- > 0;) root = hash::node_hash(subtrees[i], root);
    return root;
}

/// Roots of the full subtrees that tile the range, largest first.
/// REQUIRES: range.begin is a multiple of the largest power of two that is not above range.size().
std::optional<std::vector<Hash32>> tiles(const NodeSource& source, Range range) {
    std::vector<Hash32> found;
    while (range.size() > 0) {
        const auto level = static_cast<std::uint32_t>(std::bit_width(range.size()) - 1);
        const std::optional<Hash32> hash = source.node({level, range.begin >> level});
        if (!hash) return std::nullopt;
        found.push_back(*hash);
        range.begin += std::uint64_t{1} << level;
    }
    return found;
}

std::optional<Hash32> range_root(const NodeSource& source, Range range) {
    const std::optional<std::vector<Hash32>> found = tiles(source, range);
    if (!found) return std::nullopt;
    return fold(*found);
}

/// A position on the way from a leaf to the root, next to the last position of the same level.
struct Climb {
    std::uint64_t at = 0;
    std::uint64_t last = 0;

    [[nodiscard]] bool has_left_sibling() const { return (at & 1) != 0; }

    [[nodiscard]] bool is_top() const { return last == 0; }

    void up() {
        at >>= 1;
        last >>= 1;
    }

    /// Skips the levels on which a node of the right edge has no sibling.
    void skip_lonely_levels() {
        while (at != 0 && !has_left_sibling()) up();
    }
};

}  // namespace

Frontier::Frontier(std::uint64_t size, std::vector<Hash32> subtrees)
    : size_(size), subtrees_(std::move(subtrees)) {
    STADTBUCH_ASSERT(size_ < size_max);
    STADTBUCH_ASSERT(subtrees_.size() == static_cast<std::size_t>(std::popcount(size_)));
}

Hash32 Frontier::root() const {
    return subtrees_.empty() ? hash::empty_tree_root() : fold(subtrees_);
}

void Frontier::append(const Hash32& leaf, std::vector<Node>& created) {
    NodeId id{0, size_};
    Hash32 hash = leaf;
    created.push_back({id, hash});
    while ((id.index & 1) != 0) {
        hash = hash::node_hash(subtrees_.back(), hash);
        subtrees_.pop_back();
        id = {id.level + 1, id.index >> 1};
        created.push_back({id, hash});
    }
    subtrees_.push_back(hash);
    ++size_;
}

std::vector<Hash32> Frontier::next_audit_path() const {
    return {subtrees_.rbegin(), subtrees_.rend()};
}

std::optional<Frontier> frontier_at(const NodeSource& source, std::uint64_t size) {
    if (size >= size_max) return std::nullopt;
    std::optional<std::vector<Hash32>> subtrees = tiles(source, {0, size});
    if (!subtrees) return std::nullopt;
    return Frontier(size, std::move(*subtrees));
}

std::optional<Hash32> root_at(const NodeSource& source, std::uint64_t size) {
    const std::optional<Frontier> frontier = frontier_at(source, size);
    if (!frontier) return std::nullopt;
    return frontier->root();
}

std::optional<std::vector<Hash32>> audit_path(const NodeSource& source, std::uint64_t index,
                                              std::uint64_t size) {
    if (index >= size || size >= size_max) return std::nullopt;
    std::vector<Hash32> path;
    Climb climb{index, size - 1};
    for (std::uint32_t level = 0; !climb.is_top(); ++level, climb.up()) {
        if (climb.at == climb.last && !climb.has_left_sibling()) continue;
        const std::uint64_t sibling = climb.at ^ 1;
        const Range covered{sibling << level, std::min((sibling + 1) << level, size)};
        const std::optional<Hash32> hash = range_root(source, covered);
        if (!hash) return std::nullopt;
        path.push_back(*hash);
    }
    return path;
}

std::optional<std::vector<Hash32>> consistency_proof(const NodeSource& source, std::uint64_t first,
                                                     std::uint64_t second) {
    if (first > second || second >= size_max) return std::nullopt;
    if (first == 0 || first == second) return std::vector<Hash32>{};
    std::vector<Hash32> proof;  // from the root down, reversed at the end
    Range range{0, second};     // the subtree that holds the border between old and new
    while (first != range.end) {
        const std::uint64_t middle = range.begin + std::bit_floor(range.size() - 1);
        const bool border_is_left = first <= middle;
        const Range other = border_is_left ? Range{middle, range.end} : Range{range.begin, middle};
        const std::optional<Hash32> hash = range_root(source, other);
        if (!hash) return std::nullopt;
        proof.push_back(*hash);
        range = border_is_left ? Range{range.begin, middle} : Range{middle, range.end};
    }
    if (range.begin !=
        0) {  // a subtree at the left edge is the old tree itself, which the verifier knows
        const std::optional<Hash32> hash = range_root(source, range);
        if (!hash) return std::nullopt;
        proof.push_back(*hash);
    }
    std::reverse(proof.begin(), proof.end());
    return proof;
}

bool verify_audit_path(const Hash32& leaf, std::uint64_t index, std::uint64_t size,
                       const std::vector<Hash32>& path, const Hash32& root) {
    if (index >= size) return false;
    Hash32 hash = leaf;
    Climb climb{index, size - 1};
    for (const Hash32& sibling : path) {
        if (climb.is_top()) return false;
        if (climb.has_left_sibling() || climb.at == climb.last) {
            hash = hash::node_hash(sibling, hash);
            climb.skip_lonely_levels();
        } else {
            hash = hash::node_hash(hash, sibling);
        }
        climb.up();
    }
    return climb.is_top() && hash == root;
}

bool verify_consistency(std::uint64_t first, const Hash32& first_root, std::uint64_t second,
                        const Hash32& second_root, const std::vector<Hash32>& proof) {
    if (first > second) return false;
    if (first == second) return proof.empty() && first_root == second_root;
    if (first == 0) return proof.empty() && first_root == hash::empty_tree_root();

    // An old tree that is one full subtree is its own starting point and is left out of the proof.
    const bool starts_with_old_tree = std::has_single_bit(first);
    if (proof.empty()) return false;
    Hash32 old_hash = starts_with_old_tree ? first_root : proof.front();
    Hash32 new_hash = old_hash;
    Climb climb{first - 1, second - 1};
    while (climb.has_left_sibling()) climb.up();
    for (std::size_t i = starts_with_old_tree ? 0 : 1; i < proof.size(); ++i) {
        if (climb.is_top()) return false;
        if (climb.has_left_sibling() || climb.at == climb.last) {
            old_hash = hash::node_hash(proof[i], old_hash);
            new_hash = hash::node_hash(proof[i], new_hash);
            climb.skip_lonely_levels();
        } else {
            new_hash = hash::node_hash(new_hash, proof[i]);
        }
        climb.up();
    }
    return climb.is_top() && old_hash == first_root && new_hash == second_root;
}

}  // namespace stadtbuch::merkle
