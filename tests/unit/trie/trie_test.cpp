// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "storage/trie/trie.hpp"

#include <pthread.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <random>

#include "storage/trie/nibbles.hpp"
#include "tests/unit/trie/support.hpp"

using namespace stadtbuch;
using trie::Trie;
using trie_support::Content;
using trie_support::MemoryNodes;
using trie_support::Twin;

namespace {

Content content_of(const Trie& version) {
    Content content;
    std::vector<Bytes> order;
    version.for_each([&](BytesView key, BytesView value) {
        order.push_back(bytes_of(key));
        content.emplace(bytes_of(key), bytes_of(value));
    });
    CHECK(std::is_sorted(order.begin(), order.end()));
    CHECK(order.size() == content.size());
    return content;
}

/// Keys that are often prefixes of each other and part at every nibble.
Bytes crowded_key(std::mt19937_64& random) {
    static constexpr Byte octets[] = {0x00, 0x01, 0x10, 0x11, 0x1F, 0xFF};
    Bytes key(random() % 5);
    for (Byte& octet : key) octet = octets[random() % std::size(octets)];
    return key;
}

Bytes some_bytes(std::mt19937_64& random, std::size_t size) {
    Bytes bytes(size);
    for (Byte& octet : bytes) octet = static_cast<Byte>(random());
    return bytes;
}

Bytes hashed_key(std::uint64_t number) {
    return bytes_of(hash::sha256(std::to_string(number)).view());
}

Bytes record(std::uint64_t number) {
    return bytes_of("a value of some length, as records have, " + std::to_string(number));
}

Trie populated(const MemoryNodes& nodes, std::uint64_t count) {
    Trie version(nodes, trie::blank_root());
    for (std::uint64_t i = 0; i < count; ++i) version.set(hashed_key(i), record(i));
    return version;
}

/// Runs `work` on a stack of 128 KiB.
void on_small_stack(void (*work)()) {
    pthread_attr_t attributes;
    REQUIRE(pthread_attr_init(&attributes) == 0);
    REQUIRE(pthread_attr_setstacksize(&attributes, 128 << 10) == 0);
    pthread_t thread{};
    const auto run = [](void* argument) -> void* {
        (*static_cast<void (**)()>(argument))();
        return nullptr;
    };
    REQUIRE(pthread_create(&thread, &attributes, run, &work) == 0);
    REQUIRE(pthread_join(thread, nullptr) == 0);
    pthread_attr_destroy(&attributes);
}

}  // namespace

TEST_CASE("random changes lead to the minimal trie of what is left", "[trie]") {
    const auto seed = static_cast<std::uint64_t>(GENERATE(range(1, 41)));
    std::mt19937_64 random(seed);
    MemoryNodes nodes;
    Trie version(nodes, trie::blank_root());
    Content content;
    for (int step = 0; step < 250; ++step) {
        const Bytes key = crowded_key(random);
        if (random() % 5 < 3) {
            const Bytes value = some_bytes(random, random() % 40);
            version.set(key, value);
            content.insert_or_assign(key, value);
        } else {
            version.remove(key);
            content.erase(key);
        }
        const std::uint64_t chore = random() % 8;
        if (chore == 0) nodes.store(version);
        if (chore == 1) {
            nodes.store(version);
            version = Trie(nodes, version.root());
        }
        if (chore == 2) version.evict_below(static_cast<unsigned>(random() % 3));
        if (chore == 3) {
            Trie fork = version;
            fork.set(crowded_key(random), some_bytes(random, 20));
            fork.remove(crowded_key(random));
            static_cast<void>(fork.root());
        }
        if (chore < 6)
            REQUIRE(version.root() == Twin::root(content));  // else several changes a pass
        const Bytes asked = crowded_key(random);
        const auto expected = content.find(asked);
        REQUIRE(version.get(asked) ==
                (expected == content.end() ? std::nullopt : std::optional(expected->second)));
    }
    REQUIRE(content_of(version) == content);
    nodes.store(version);
    REQUIRE(content_of(Trie(nodes, version.root())) == content);
    for (const auto& [key, value] : Content(content)) version.remove(key);
    CHECK(version.root() == trie::blank_root());
    CHECK_FALSE(version.damaged());
}

TEST_CASE("the order of insertion does not matter", "[trie]") {
    MemoryNodes nodes;
    Trie forwards(nodes, trie::blank_root()), backwards(nodes, trie::blank_root());
    for (std::uint64_t i = 0; i < 500; ++i) forwards.set(hashed_key(i), record(i));
    for (std::uint64_t i = 500; i-- > 0;) backwards.set(hashed_key(i), record(i));
    for (std::uint64_t i = 500; i < 600; ++i) backwards.set(hashed_key(i), record(i));
    for (std::uint64_t i = 500; i < 600; ++i) backwards.remove(hashed_key(i));
    CHECK(forwards.root() == backwards.root());
}

TEST_CASE("an empty value is a value", "[trie][indy-ledger-formats:4]") {
    MemoryNodes nodes;
    Trie version(nodes, trie::blank_root());
    version.set(view_of("k"), {});
    CHECK(version.get(view_of("k")) == Bytes{});
    CHECK(version.root() == Twin::root({{bytes_of("k"), {}}}));
}

TEST_CASE("an abandoned head leaves the committed one as it was", "[trie]") {
    MemoryNodes nodes;
    Trie committed = populated(nodes, 300);
    const Hash32 root = committed.root();
    {
        Trie first = committed;
        for (std::uint64_t i = 0; i < 50; ++i) first.set(hashed_key(i), record(i + 1));
        Trie second = first;  // before a hashing pass
        second.remove(hashed_key(7));
        CHECK(first.get(hashed_key(7)) == record(8));
        CHECK_FALSE(second.get(hashed_key(7)));
        CHECK(first.root() != second.root());
    }
    CHECK(committed.root() == root);
    CHECK(committed.get(hashed_key(7)) == record(7));
}

TEST_CASE("heads on top of each other store their nodes once each", "[trie]") {
    MemoryNodes nodes;
    Trie first = populated(nodes, 300);
    nodes.store(first);
    CHECK(nodes.store(first) == 0);
    Trie second = first;
    second.set(hashed_key(1), record(99));
    Trie third = second;
    third.set(hashed_key(2), record(98));
    const std::size_t of_second = nodes.store(second);
    const std::size_t of_third = nodes.store(third);
    CHECK(of_second >= 2);
    CHECK(of_second <= 6);
    CHECK(of_third <= 6);
    for (Trie* version : {&first, &second, &third}) {
        CHECK(content_of(Trie(nodes, version->root())) == content_of(*version));
    }
}

TEST_CASE("a root that is short enough to be inlined is stored all the same",
          "[trie][indy-ledger-formats:4]") {
    MemoryNodes nodes;
    Trie version(nodes, trie::blank_root());
    version.set(view_of("a"), view_of("1"));
    CHECK(nodes.store(version) == 1);
    Trie reopened(nodes, version.root());
    CHECK(reopened.get(view_of("a")) == bytes_of("1"));
    reopened.set(view_of("b"), view_of("2"));
    nodes.store(reopened);
    CHECK(content_of(Trie(nodes, reopened.root())).size() == 2);
}

TEST_CASE("a pass hashes each changed node once", "[trie][performance-budget:4]") {
    constexpr std::uint64_t keys = 20'000;
    MemoryNodes nodes;
    Trie version = populated(nodes, keys);
    nodes.store(version);
    std::mt19937_64 random(5);
    for (const std::uint64_t batch : {1u, 100u, 1000u}) {
        for (std::uint64_t i = 0; i < batch; ++i)
            version.set(hashed_key(random() % keys), record(random()));
        const std::uint64_t before = hash::hash_counters().sha3;
        static_cast<void>(version.root());
        const std::uint64_t hashes = hash::hash_counters().sha3 - before;
        CHECK(version.root() == version.root());
        CHECK(hash::hash_counters().sha3 - before == hashes);  // asking again costs nothing
        CHECK(nodes.store(version) == hashes);

        double expected_max =
            1;  // the leaf; then on level l the share of 16^l branches that B keys touch
        for (int level = 0; level <= 5; ++level) {
            const double branches = std::pow(16.0, level);
            const double touched =
                branches * (1 - std::pow(1 - 1 / branches, static_cast<double>(batch)));
            const double shared =
                1 - std::exp(-static_cast<double>(keys) / branches);  // else the leaf is here
            expected_max += touched * shared / static_cast<double>(batch);
        }
        INFO("batch " << batch << ": " << hashes << " hashes, at most " << expected_max
                      << " a key");
        CHECK(static_cast<double>(hashes) <=
              (expected_max + (batch == 1 ? 1 : 0.25)) * static_cast<double>(batch));
        CHECK(hashes >= batch / 2);
    }
}

TEST_CASE("after eviction nodes come back from the source, and no more than the depth",
          "[trie][performance-budget:4]") {
    MemoryNodes nodes;
    Trie version = populated(nodes, 2000);
    nodes.store(version);
    version.evict_below(1);
    nodes.loads = 0;
    CHECK(version.get(hashed_key(77)) == record(77));
    CHECK(nodes.loads >= 1);
    CHECK(nodes.loads <= 5);
    nodes.loads = 0;
    version.set(hashed_key(77), record(1));
    CHECK(nodes.loads <= 5);
    const Trie rebuilt = [&] {
        Trie other = populated(nodes, 2000);
        other.set(hashed_key(77), record(1));
        return other;
    }();
    CHECK(version.root() == Trie(rebuilt).root());
}

TEST_CASE("nodes that were not handed out survive an eviction", "[trie]") {
    MemoryNodes nodes;
    Trie version = populated(nodes, 200);
    version.evict_below(0);
    CHECK(content_of(version).size() == 200);
    CHECK_FALSE(version.damaged());
}

TEST_CASE("a missing or wrong node marks the version as damaged", "[trie]") {
    MemoryNodes nodes;
    Trie version = populated(nodes, 200);
    nodes.store(version);
    const bool is_missing = GENERATE(true, false);
    const std::vector<Bytes> path = version.prove(hashed_key(3));
    REQUIRE(path.size() >= 2);
    Bytes& victim = nodes.by_hash.at(hash::sha3_256(path[1]));
    if (is_missing) {
        nodes.by_hash.erase(hash::sha3_256(path[1]));
    } else {
        victim.pop_back();
    }
    Trie reader(nodes, version.root()), writer(nodes, version.root()),
        remover(nodes, version.root());
    CHECK_FALSE(reader.get(hashed_key(3)));
    CHECK(reader.damaged());
    writer.set(hashed_key(3), record(4));
    CHECK(writer.damaged());
    remover.remove(hashed_key(3));
    CHECK(remover.damaged());
    Trie walker(nodes, version.root());
    walker.for_each([](BytesView, BytesView) {});
    CHECK(walker.damaged());
}

TEST_CASE("keys of 16 KiB and their prefixes need no deep stack", "[trie]") {
    on_small_stack([] {
        constexpr std::size_t key_bytes = 16 << 10;
        constexpr std::size_t stride = 8;
        const Bytes longest(key_bytes, 0x5A);
        MemoryNodes nodes;
        Trie version(nodes, trie::blank_root());
        Hash32 last_but_one;
        for (std::size_t size = 0; size <= key_bytes; size += stride) {
            if (size == key_bytes) last_but_one = version.root();
            version.set(BytesView(longest).first(size), record(size));
        }
        nodes.store(version);
        Trie reopened(nodes, version.root());
        CHECK(reopened.get(longest) == record(key_bytes));
        const auto verified =
            trie::verify_proof(version.root(), longest, version.proof_nodes(longest));
        REQUIRE(verified);
        CHECK(*verified == record(key_bytes));
        std::size_t count = 0;
        reopened.for_each([&count](BytesView, BytesView) { ++count; });
        CHECK(count == key_bytes / stride + 1);
        reopened.remove(longest);
        CHECK(reopened.root() == last_but_one);
        reopened.evict_below(3);
        CHECK_FALSE(reopened.damaged());
    });
}

TEST_CASE("hex-prefix form is strict", "[trie][indy-ledger-formats:4]") {
    const auto decoded = [](std::initializer_list<Byte> octets) {
        static Bytes kept;
        kept = octets;
        return trie::Nibbles::from_hex_prefix(kept);
    };
    CHECK(decoded({0x20})->is_leaf);
    CHECK(decoded({0x20})->path.empty());
    CHECK(decoded({0x1A})->path[0] == 0x0A);
    CHECK_FALSE(decoded({0x1A})->is_leaf);
    CHECK(decoded({0x00, 0xBC})->path.count() == 2);
    CHECK_FALSE(decoded({}));
    CHECK_FALSE(decoded({0x40}));
    CHECK_FALSE(decoded({0x21}));  // an even path with something in its filler
    CHECK_FALSE(decoded({0x05, 0xBC}));
}
