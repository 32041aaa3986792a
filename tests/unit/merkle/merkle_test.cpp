// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "storage/merkle/merkle.hpp"

#include <bit>
#include <catch2/catch.hpp>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "storage/encoding/text.hpp"
#include "storage/hash/hash.hpp"

using namespace stadtbuch;
using merkle::Frontier;
using merkle::NodeId;

namespace {

using Hashes = std::vector<Hash32>;

class Nodes : public merkle::NodeSource {
  public:
    [[nodiscard]] std::optional<Hash32> node(NodeId id) const override {
        ++reads;
        const auto found = by_id.find(id);
        return found == by_id.end() ? std::nullopt : std::optional(found->second);
    }

    std::map<NodeId, Hash32> by_id;
    mutable std::size_t reads = 0;
};

struct Log {
    Nodes nodes;
    Frontier frontier;

    void append(const Hash32& leaf) {
        std::vector<merkle::Node> created;
        frontier.append(leaf, created);
        REQUIRE(created.front().id == NodeId{0, frontier.size() - 1});
        REQUIRE(created.front().hash == leaf);
        for (const merkle::Node& node : created)
            REQUIRE(nodes.by_id.emplace(node.id, node.hash).second);
    }
};

Hash32 leaf_of(std::uint64_t index) {
    return hash::leaf_hash(view_of("leaf " + std::to_string(index)));
}

Log log_of(std::uint64_t size) {
    Log log;
    for (std::uint64_t i = 0; i < size; ++i) log.append(leaf_of(i));
    return log;
}

/// RFC 6962 §2.1, word by word: slow and obvious.
struct Twin {
    Hashes leaves;

    struct Range {
        std::size_t begin, end;
    };

    static std::size_t split(Range r) { return r.begin + std::bit_floor(r.end - r.begin - 1); }

    [[nodiscard]] Hash32 root(Range r) const {
        if (r.begin == r.end) return hash::empty_tree_root();
        if (r.end - r.begin == 1) return leaves[r.begin];
        const std::size_t k = split(r);
        return hash::node_hash(root({r.begin, k}), root({k, r.end}));
    }

    [[nodiscard]] Hashes path(std::size_t m, Range r) const {
        if (r.end - r.begin == 1) return {};
        const std::size_t k = split(r);
        Hashes below = m < k ? path(m, {r.begin, k}) : path(m, {k, r.end});
        below.push_back(m < k ? root({k, r.end}) : root({r.begin, k}));
        return below;
    }

    [[nodiscard]] Hashes subproof(std::size_t m, Range r, bool is_complete) const {
        if (m == r.end) return is_complete ? Hashes{} : Hashes{root(r)};
        const std::size_t k = split(r);
        Hashes below =
            m <= k ? subproof(m, {r.begin, k}, is_complete) : subproof(m, {k, r.end}, false);
        below.push_back(m <= k ? root({k, r.end}) : root({r.begin, k}));
        return below;
    }
};

Twin twin_of(std::size_t size) {
    Twin twin;
    for (std::size_t i = 0; i < size; ++i) twin.leaves.push_back(leaf_of(i));
    return twin;
}

nlohmann::json recorded() {
    std::ifstream file(STADTBUCH_TEST_DATA "/indy/merkle.json");
    return nlohmann::json::parse(file);
}

Hash32 from_hex(const nlohmann::json& text) {
    return hash32_of(*encoding::hex_decode(text.get<std::string>()));
}

Hashes from_base58(const nlohmann::json& list) {
    Hashes hashes;
    for (const auto& text : list)
        hashes.push_back(*encoding::base58_decode32(text.get<std::string>()));
    return hashes;
}

constexpr std::size_t twin_size_max = 70;

}  // namespace

TEST_CASE("roots and frontiers are those of the reference", "[merkle][indy-ledger-formats:3.2]") {
    const nlohmann::json data = recorded();
    Log log;
    for (const auto& entry : data["sizes"]) {
        if (entry["size"] != 0) {
            const Bytes leaf = *encoding::hex_decode(entry["leaf_hex"].get<std::string>());
            REQUIRE(hash::leaf_hash(leaf) == from_hex(entry["leaf_hash_hex"]));
            log.append(hash::leaf_hash(leaf));
        }
        REQUIRE(log.frontier.size() == entry["size"].get<std::uint64_t>());
        CHECK(log.frontier.root() == from_hex(entry["root_hex"]));
        Hashes frontier;
        for (const auto& text : entry["frontier"]) frontier.push_back(from_hex(text));
        CHECK(log.frontier.subtrees() == frontier);
    }
    CHECK(log.frontier.size() == 33);
}

TEST_CASE("audit paths and consistency proofs are those of the reference",
          "[merkle][indy-ledger-formats:3.2]") {
    const nlohmann::json data = recorded();
    Log log;
    std::map<std::uint64_t, Hash32> roots;
    for (const auto& entry : data["sizes"]) {
        if (entry["size"] != 0) log.append(from_hex(entry["leaf_hash_hex"]));
        roots[entry["size"].get<std::uint64_t>()] = from_hex(entry["root_hex"]);
    }
    std::size_t paths = 0;
    for (const auto& entry : data["inclusion"]) {
        const auto size = entry["size"].get<std::uint64_t>();
        for (const auto& [position, path] : entry["paths"].items()) {
            const std::uint64_t index = std::stoull(position) - 1;
            CHECK(merkle::audit_path(log.nodes, index, size) == from_base58(path));
            CHECK(merkle::verify_audit_path(log.nodes.by_id.at({0, index}), index, size,
                                            from_base58(path), roots.at(size)));
            ++paths;
        }
    }
    CHECK(paths == 33 * 34 / 2);
    for (const auto& entry : data["consistency"]) {
        const auto first = entry["old"].get<std::uint64_t>();
        const auto second = entry["new"].get<std::uint64_t>();
        CHECK(merkle::consistency_proof(log.nodes, first, second) == from_base58(entry["proof"]));
        CHECK(merkle::verify_consistency(first, roots.at(first), second, roots.at(second),
                                         from_base58(entry["proof"])));
    }
    CHECK(data["consistency"].size() == 561);
}

TEST_CASE("roots, paths and proofs equal the recursive definition", "[merkle]") {
    const Log log = log_of(twin_size_max);
    const Twin twin = twin_of(twin_size_max);
    for (std::size_t size = 0; size <= twin_size_max; ++size) {
        REQUIRE(merkle::root_at(log.nodes, size) == twin.root({0, size}));
        for (std::size_t index = 0; index < size; ++index) {
            REQUIRE(merkle::audit_path(log.nodes, index, size) == twin.path(index, {0, size}));
        }
        for (std::size_t first = 1; first <= size; ++first) {
            REQUIRE(merkle::consistency_proof(log.nodes, first, size) ==
                    twin.subproof(first, {0, size}, true));
        }
        REQUIRE(merkle::consistency_proof(log.nodes, 0, size) == Hashes{});
    }
}

TEST_CASE("a frontier read back continues like the one that was kept", "[merkle]") {
    const Log whole = log_of(twin_size_max);
    for (std::uint64_t size = 0; size < twin_size_max; ++size) {
        std::optional<Frontier> frontier = merkle::frontier_at(whole.nodes, size);
        REQUIRE(frontier);
        std::vector<merkle::Node> created;
        const Hashes path = frontier->next_audit_path();
        frontier->append(leaf_of(size), created);
        CHECK(frontier->root() == merkle::root_at(whole.nodes, size + 1));
        CHECK(path == merkle::audit_path(whole.nodes, size, size + 1));
        for (const merkle::Node& node : created) CHECK(whole.nodes.by_id.at(node.id) == node.hash);
    }
}

TEST_CASE("an altered audit path is refused", "[merkle]") {
    const Log log = log_of(twin_size_max);
    for (std::uint64_t size = 1; size <= twin_size_max; ++size) {
        const Hash32 root = *merkle::root_at(log.nodes, size);
        for (std::uint64_t index = 0; index < size; ++index) {
            const Hash32 leaf = leaf_of(index);
            const Hashes path = *merkle::audit_path(log.nodes, index, size);
            REQUIRE(merkle::verify_audit_path(leaf, index, size, path, root));
            REQUIRE_FALSE(merkle::verify_audit_path(leaf, size, size, path, root));
            REQUIRE_FALSE(merkle::verify_audit_path(leaf_of(index + 1), index, size, path, root));
            for (std::uint64_t other = 0; other < size; ++other) {
                REQUIRE(merkle::verify_audit_path(leaf, other, size, path, root) ==
                        (other == index));
            }
            Hashes longer = path;
            longer.push_back(root);
            REQUIRE_FALSE(merkle::verify_audit_path(leaf, index, size, longer, root));
            if (path.empty()) continue;
            REQUIRE_FALSE(
                merkle::verify_audit_path(leaf, index, size, {path.begin(), path.end() - 1}, root));
            REQUIRE_FALSE(
                merkle::verify_audit_path(leaf, index, size, {path.begin() + 1, path.end()}, root));
            for (std::size_t i = 0; i < path.size(); ++i) {
                Hashes flipped = path;
                flipped[i].bytes[31] ^= 1;
                REQUIRE_FALSE(merkle::verify_audit_path(leaf, index, size, flipped, root));
            }
        }
    }
}

TEST_CASE("a root one level down does not pass for a leaf", "[merkle]") {
    const Log log = log_of(4);
    const Hash32 inner = log.nodes.by_id.at({1, 0});
    const Hashes path{log.nodes.by_id.at({1, 1})};
    CHECK(merkle::verify_audit_path(inner, 0, 2, path,
                                    log.frontier.root()));  // as a tree of two it would
    CHECK_FALSE(merkle::verify_audit_path(inner, 0, 4, path, log.frontier.root()));
}

TEST_CASE("an altered consistency proof is refused", "[merkle]") {
    constexpr std::uint64_t size_limit = 40;
    const Log log = log_of(size_limit);
    Hashes roots;
    for (std::uint64_t size = 0; size <= size_limit; ++size)
        roots.push_back(*merkle::root_at(log.nodes, size));
    for (std::uint64_t second = 1; second <= size_limit; ++second) {
        for (std::uint64_t first = 1; first <= second; ++first) {
            const Hashes proof = *merkle::consistency_proof(log.nodes, first, second);
            REQUIRE(merkle::verify_consistency(first, roots[first], second, roots[second], proof));
            REQUIRE_FALSE(
                merkle::verify_consistency(first, roots[first - 1], second, roots[second], proof));
            REQUIRE_FALSE(
                merkle::verify_consistency(first, roots[first], second, roots[second - 1], proof));
            Hashes longer = proof;
            longer.push_back(roots[second]);
            REQUIRE_FALSE(
                merkle::verify_consistency(first, roots[first], second, roots[second], longer));
            for (std::size_t i = 0; i < proof.size(); ++i) {
                Hashes flipped = proof;
                flipped[i].bytes[0] ^= 0x80;
                REQUIRE_FALSE(merkle::verify_consistency(first, roots[first], second, roots[second],
                                                         flipped));
                Hashes shorter = proof;
                shorter.erase(shorter.begin() + static_cast<std::ptrdiff_t>(i));
                REQUIRE_FALSE(merkle::verify_consistency(first, roots[first], second, roots[second],
                                                         shorter));
            }
        }
    }
    CHECK(merkle::verify_consistency(0, hash::empty_tree_root(), 5, roots[5], {}));
    CHECK_FALSE(merkle::verify_consistency(0, roots[1], 5, roots[5], {}));
    CHECK_FALSE(merkle::verify_consistency(6, roots[6], 5, roots[5], {}));
}

TEST_CASE("what the log does not hold has no proof", "[merkle]") {
    Log log = log_of(21);
    CHECK_FALSE(merkle::root_at(log.nodes, 22));
    CHECK_FALSE(merkle::audit_path(log.nodes, 3, 22));
    CHECK_FALSE(merkle::audit_path(log.nodes, 21, 21));
    CHECK_FALSE(merkle::audit_path(log.nodes, 0, 0));
    CHECK_FALSE(merkle::consistency_proof(log.nodes, 9, 8));
    CHECK_FALSE(merkle::consistency_proof(log.nodes, 9, 22));
    constexpr std::uint64_t absurd = ~std::uint64_t{0};
    CHECK_FALSE(merkle::root_at(log.nodes, absurd));
    CHECK_FALSE(merkle::audit_path(log.nodes, absurd - 1, absurd));
    CHECK_FALSE(merkle::consistency_proof(log.nodes, 1, absurd));
    CHECK_FALSE(merkle::verify_audit_path(leaf_of(0), absurd - 1, absurd, {}, log.frontier.root()));
    log.nodes.by_id.erase({2, 1});
    CHECK_FALSE(merkle::audit_path(log.nodes, 0, 21));
}

TEST_CASE("appending and proving cost what the budget says", "[merkle][performance-budget:4]") {
    constexpr std::uint64_t size = 10'000;
    const std::uint64_t before = hash::hash_counters().sha256;
    const Log log = log_of(size);
    // One hash for each leaf and one for each complete subtree above the leaves: less than two a
    // leaf.
    CHECK(hash::hash_counters().sha256 - before ==
          size + size - static_cast<std::uint64_t>(std::popcount(size)));
    for (const std::uint64_t index : {std::uint64_t{0}, size / 2, size - 1}) {
        log.nodes.reads = 0;
        REQUIRE(merkle::audit_path(log.nodes, index, size));
        CHECK(log.nodes.reads <= 2 * std::bit_width(size));
        log.nodes.reads = 0;
        REQUIRE(merkle::consistency_proof(log.nodes, index + 1, size));
        CHECK(log.nodes.reads <= 2 * std::bit_width(size));
    }
}
