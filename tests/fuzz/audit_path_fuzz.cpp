// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// A tree of 1..32 leaves and a path from the input: it verifies only if it is the path. The same
// for consistency. Input: size - 1, index, second index, then per hash one octet that picks a true
// node (or garbage from 0xC0 on).
#include <cstdint>
#include <cstdlib>
#include <map>

#include "storage/hash/hash.hpp"
#include "storage/merkle/merkle.hpp"

using namespace stadtbuch;

namespace {

class Nodes : public merkle::NodeSource {
  public:
    [[nodiscard]] std::optional<Hash32> node(merkle::NodeId id) const override {
        const auto found = by_id.find(id);
        return found == by_id.end() ? std::nullopt : std::optional(found->second);
    }

    std::map<merkle::NodeId, Hash32> by_id;
    std::vector<Hash32> in_order;
};

constexpr std::uint64_t size_max = 32;

const Nodes& nodes() {
    static const Nodes made = [] {
        Nodes result;
        merkle::Frontier frontier;
        std::vector<merkle::Node> created;
        for (std::uint64_t i = 0; i < size_max; ++i) {
            frontier.append(hash::leaf_hash(view_of(std::to_string(i))), created);
        }
        for (const merkle::Node& node : created) {
            result.by_id.emplace(node.id, node.hash);
            result.in_order.push_back(node.hash);
        }
        for (std::uint64_t size = 1; size < size_max; ++size)
            result.in_order.push_back(*merkle::root_at(result, size));
        return result;
    }();
    return made;
}

std::vector<Hash32> hashes_from(BytesView picks) {
    std::vector<Hash32> hashes;
    for (const Byte pick : picks) {
        Hash32 garbage;
        garbage.bytes.fill(pick);
        hashes.push_back(pick < 0xC0 ? nodes().in_order[pick % nodes().in_order.size()] : garbage);
    }
    return hashes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 3) return 0;
    const std::uint64_t leaves = 1 + data[0] % size_max;
    const std::uint64_t index = data[1] % size_max;
    const std::uint64_t other = data[2] % (size_max + 1);
    const std::vector<Hash32> hashes = hashes_from({data + 3, size - 3});
    const Hash32 root = *merkle::root_at(nodes(), leaves);

    const bool is_path =
        merkle::verify_audit_path(nodes().by_id.at({0, index}), index, leaves, hashes, root);
    if (is_path != (merkle::audit_path(nodes(), index, leaves) == hashes)) std::abort();

    const Hash32 other_root = *merkle::root_at(nodes(), other);
    const bool is_proof = merkle::verify_consistency(other, other_root, leaves, root, hashes);
    if (is_proof != (merkle::consistency_proof(nodes(), other, leaves) == hashes)) std::abort();

    // A liar chooses sizes freely, too.
    const std::uint64_t wild =
        (std::uint64_t{data[0]} << 56) | (std::uint64_t{data[1]} << 28) | data[2];
    if (merkle::verify_audit_path(nodes().by_id.at({0, index}), wild / 2, wild, hashes, root) &&
        wild > size_max) {
        std::abort();
    }
    return 0;
}
