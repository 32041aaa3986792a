// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Reads and proofs without a Trie, and what a verifier refuses.
#include <atomic>
#include <catch2/catch.hpp>
#include <random>
#include <thread>

#include "storage/trie/caching_source.hpp"
#include "tests/unit/trie/support.hpp"

using namespace stadtbuch;
using trie::ProofError;
using trie::Trie;
using trie_support::MemoryNodes;

namespace {

constexpr std::uint64_t present_count = 400;

Bytes key_of(std::uint64_t number) {
    return bytes_of(hash::sha256(std::to_string(number)).view());
}

Bytes value_of(std::uint64_t number) {
    return bytes_of("value " + std::to_string(number) + std::string(30, '.'));
}

struct Stored {
    MemoryNodes nodes;
    Hash32 root;
};

const Stored& stored() {
    static const Stored made = [] {
        Stored result;
        Trie version(result.nodes, trie::blank_root());
        for (std::uint64_t i = 0; i < present_count; ++i) version.set(key_of(i), value_of(i));
        result.nodes.store(version);
        result.root = version.root();
        return result;
    }();
    return made;
}

Bytes list_of(const std::vector<Bytes>& nodes) {
    Bytes items;
    for (const Bytes& node : nodes) items.insert(items.end(), node.begin(), node.end());
    return encoding::rlp_wrap_list(items);
}

Bytes rlp(std::initializer_list<BytesView> strings) {
    Bytes items;
    for (const BytesView string : strings) {
        const Bytes item = encoding::rlp_encode_string(string);
        items.insert(items.end(), item.begin(), item.end());
    }
    return encoding::rlp_wrap_list(items);
}

ProofError error_of_single(const Bytes& node, BytesView key) {
    const auto verified = trie::verify_proof(hash::sha3_256(node), key, list_of({node}));
    REQUIRE_FALSE(verified);
    return verified.error();
}

}  // namespace

TEST_CASE("a value and its proof come from one walk", "[trie][indy-ledger-formats:4.1]") {
    const Stored& s = stored();
    for (std::uint64_t i = 0; i < 2 * present_count; ++i) {
        const std::optional<Bytes> expected =
            i < present_count ? std::optional(value_of(i)) : std::nullopt;
        const auto found = trie::find_proved(s.nodes, s.root, key_of(i));
        REQUIRE(found);
        REQUIRE(found->value == expected);
        REQUIRE(trie::lookup(s.nodes, s.root, key_of(i)) == expected);
        REQUIRE(found->proof_nodes == trie::prove_at(s.nodes, s.root, key_of(i)));
        REQUIRE(found->proof_nodes == Trie(s.nodes, s.root).proof_nodes(key_of(i)));
        const auto verified = trie::verify_proof(s.root, key_of(i), found->proof_nodes);
        REQUIRE(verified);
        REQUIRE(*verified == expected);
    }
}

TEST_CASE("the empty trie proves absence", "[trie][indy-ledger-formats:4.1]") {
    const MemoryNodes none;
    const auto found = trie::find_proved(none, trie::blank_root(), view_of("x"));
    REQUIRE(found);
    CHECK_FALSE(found->value);
    const auto verified = trie::verify_proof(trie::blank_root(), view_of("x"), found->proof_nodes);
    REQUIRE(verified);
    CHECK_FALSE(*verified);
}

TEST_CASE("an unknown root is an error, not an absence", "[trie]") {
    const auto found = trie::find(stored().nodes, Hash32{}, key_of(1));
    REQUIRE_FALSE(found);
    CHECK(found.error() == ProofError::missing_node);
    CHECK(trie::prove_at(stored().nodes, Hash32{}, key_of(1)).empty());
}

TEST_CASE("a proof with a node left out or altered proves nothing",
          "[trie][indy-ledger-formats:4.1]") {
    const Stored& s = stored();
    Trie version(s.nodes, s.root);
    for (std::uint64_t i = 0; i < 40; ++i) {
        const std::vector<Bytes> nodes = version.prove(key_of(i));
        for (std::size_t left_out = 0; left_out < nodes.size(); ++left_out) {
            std::vector<Bytes> rest = nodes;
            rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(left_out));
            const auto verified = trie::verify_proof(s.root, key_of(i), list_of(rest));
            REQUIRE_FALSE(verified);
            REQUIRE(verified.error() == ProofError::missing_node);
        }
        const Bytes whole = list_of(nodes);
        for (std::size_t at = 0; at < whole.size(); ++at) {
            Bytes altered = whole;
            altered[at] ^= 0x01;
            REQUIRE_FALSE(trie::verify_proof(s.root, key_of(i), altered));
        }
        for (std::size_t size = 0; size < whole.size(); ++size) {
            REQUIRE_FALSE(trie::verify_proof(s.root, key_of(i), BytesView(whole).first(size)));
        }
        std::vector<Bytes> shuffled(nodes.rbegin(), nodes.rend());
        shuffled.push_back(nodes.front());
        shuffled.push_back(version.prove(key_of(i + 1)).back());
        const auto verified = trie::verify_proof(s.root, key_of(i), list_of(shuffled));
        REQUIRE(verified);
        CHECK(*verified == value_of(i));
    }
}

TEST_CASE("a node of another shape is refused even under its own hash",
          "[trie][indy-ledger-formats:4]") {
    const Bytes key = bytes_of("a");
    const Bytes leaf_path{0x20, 0x61};
    const Bytes wrapped = rlp({view_of("1")});
    const Bytes good = rlp({leaf_path, wrapped});
    REQUIRE(trie::verify_proof(hash::sha3_256(good), key, list_of({good})).value() ==
            bytes_of("1"));

    CHECK(error_of_single(rlp({leaf_path, view_of("not wrapped")}), key) ==
          ProofError::wrong_value_shape);
    CHECK(error_of_single(rlp({leaf_path, rlp({view_of("1"), view_of("2")})}), key) ==
          ProofError::wrong_value_shape);
    CHECK(error_of_single(rlp({leaf_path}), key) == ProofError::malformed);
    CHECK(error_of_single(rlp({leaf_path, wrapped, wrapped}), key) == ProofError::malformed);
    CHECK(error_of_single(rlp({Bytes{0x2F, 0x61}, wrapped}), key) == ProofError::malformed);
    CHECK(error_of_single(rlp({Bytes{0x00}, Bytes(32, 7)}), key) ==
          ProofError::malformed);  // empty extension
    CHECK(error_of_single(rlp({Bytes{0x16}, Bytes(31, 7)}), key) ==
          ProofError::malformed);  // short hash
    CHECK(error_of_single(rlp({Bytes{0x16}, Bytes{}}), key) ==
          ProofError::malformed);  // to nowhere
    CHECK(error_of_single(encoding::rlp_encode_string(good), key) ==
          ProofError::malformed);  // not a list
    Bytes empty_list_child{0xC0};
    for (int i = 0; i < 16; ++i) empty_list_child.push_back(0x80);
    CHECK(error_of_single(encoding::rlp_wrap_list(empty_list_child), Bytes{0x00}) ==
          ProofError::malformed);
    const Bytes long_form{0xC7, 0x82, 0x20, 0x61, 0x83, 0xC2, 0x81, 0x31};  // 31 needs no header
    CHECK(error_of_single(long_form, key) == ProofError::wrong_value_shape);
}

TEST_CASE("the cache answers like its source and stays within its bytes", "[trie]") {
    const Stored& s = stored();
    constexpr std::size_t bytes_max = 64 << 10;
    const trie::CachingNodeSource cache(s.nodes, bytes_max);
    for (int round = 0; round < 2; ++round) {
        for (std::uint64_t i = 0; i < 2 * present_count; ++i) {
            REQUIRE(trie::lookup(cache, s.root, key_of(i)) ==
                    trie::lookup(s.nodes, s.root, key_of(i)));
            REQUIRE(cache.counters().bytes <= bytes_max);
        }
    }
    CHECK(cache.counters().hits > cache.counters().misses);
    s.nodes.loads = 0;
    REQUIRE(trie::lookup(cache, s.root, key_of(1)));
    REQUIRE(trie::lookup(cache, s.root, key_of(1)));
    const std::size_t loads_once = s.nodes.loads;
    REQUIRE(trie::lookup(cache, s.root, key_of(1)));
    CHECK(s.nodes.loads == loads_once);  // what was read last is still there
    CHECK_FALSE(cache.load(Hash32{}));
    const trie::CachingNodeSource too_small(s.nodes, 0);
    CHECK(trie::lookup(too_small, s.root, key_of(1)) == value_of(1));
    CHECK(too_small.counters().bytes == 0);
}

TEST_CASE("readers on two threads share a cache", "[trie]") {
    struct Frozen : trie::NodeSource {
        [[nodiscard]] std::optional<Bytes> load(const Hash32& hash) const override {
            const auto found = stored().nodes.by_hash.find(hash);
            return found == stored().nodes.by_hash.end() ? std::nullopt
                                                         : std::optional(found->second);
        }
    };

    const Frozen source;
    const Hash32 root = stored().root;
    const trie::CachingNodeSource cache(source, 32 << 10);
    std::atomic<int> wrong{0};
    const auto read = [&](std::uint64_t seed) {
        std::mt19937_64 random(seed);
        for (int i = 0; i < 4000; ++i) {
            const std::uint64_t number = random() % present_count;
            if (trie::lookup(cache, root, key_of(number)) != value_of(number)) ++wrong;
        }
    };
    std::thread other(read, 1);
    read(2);
    other.join();
    CHECK(wrong == 0);
}
