// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "storage/hash/hash.hpp"

#include <catch2/catch.hpp>
#include <thread>

#include "storage/encoding/text.hpp"

namespace stadtbuch::test {
namespace {

using encoding::hex_encode;

Bytes pattern(std::size_t size) {
    Bytes bytes(size);
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<Byte>(i * 7 + 3);
    return bytes;
}

}  // namespace

TEST_CASE("SHA-256, FIPS 180-4 examples") {
    CHECK(hex_encode(hash::sha256("")) ==
          "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(hex_encode(hash::sha256("abc")) ==
          "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(hex_encode(hash::sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")) ==
          "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    const Bytes whole = pattern(300);
    const BytesView view(whole);
    for (const std::size_t cut : {0u, 1u, 63u, 64u, 65u, 299u, 300u}) {
        CHECK(hash::sha256({view.first(cut), BytesView{}, view.subspan(cut)}) ==
              hash::sha256(view));
    }
}

TEST_CASE("SHA3-256 and Keccak-256 around the block border") {
    CHECK(hex_encode(hash::sha3_256({})) ==
          "a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a");
    CHECK(hex_encode(hash::sha3_256(view_of("abc"))) ==
          "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532");
    CHECK(hex_encode(hash::keccak_256({})) ==
          "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
    CHECK(hex_encode(hash::keccak_256(view_of("abc"))) ==
          "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45");

    struct Row {
        std::size_t size;
        const char* keccak;
        const char* sha3;
    };

    const std::vector<Row> rows = {
        {135, "00ef96af9cf4b24c7f269d922294444a197d0a33638c2e56634c57e892103a8f",
         "d9dcf1f98e49a79b0643a9e68fef48079ff8777c5e7e7f93469ded65f192ac71"},
        {136, "742061bcad767ed4c4f5883b1dcb1aad11afdcc140dc469d953759b127b9f9ed",
         "743bd32e775ac7387a57d4d574c89ddef5ebcb08bb5cc6b88c55a27b5035cc45"},
        {137, "e3371f61e770abf254c34239c3b0099ad90594507415bc81dd0a10b9692bbf2a",
         "01d47e8d6dce6e3dcbf1baa6f845b6ace4ef74bd17da8176ecc49bc35dbe5d21"},
        {272, "ac141fd7b0a0ffcd2e967254d508da3ec616596493c36fa304425647d90e6de5",
         "ddeb5151c079739970e780e6257d0c4d52d83bf82c6aa8d47d5195530b5d5f4b"},
        {500, "e37163b2a792d9984ce6b739d44dd9b615a802b13ac67f3ac0629aa2dddbc0a1",
         "00feda856f27ffba753868e7cf5aa894d13043e8db549eb94dff21cd61de7714"},
    };
    for (const Row& row : rows) {
        INFO(row.size);
        CHECK(hex_encode(hash::keccak_256(pattern(row.size))) == row.keccak);
        CHECK(hex_encode(hash::sha3_256(pattern(row.size))) == row.sha3);
    }
}

TEST_CASE("RFC 6962 hashes") {
    CHECK(hash::empty_tree_root() == hash::sha256(""));
    const Bytes leaf = pattern(100);
    Bytes prefixed{0x00};
    prefixed.insert(prefixed.end(), leaf.begin(), leaf.end());
    CHECK(hash::leaf_hash(leaf) == hash::sha256(BytesView(prefixed)));
    // RFC 6962 test data of Certificate Transparency: the leaf without bytes.
    CHECK(hex_encode(hash::leaf_hash({})) ==
          "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
    const Hash32 left = hash::sha256("l");
    const Hash32 right = hash::sha256("r");
    const Byte one = 0x01;
    CHECK(hash::node_hash(left, right) ==
          hash::sha256({BytesView{&one, 1}, left.view(), right.view()}));
    CHECK(hash::node_hash(left, right) != hash::node_hash(right, left));
}

TEST_CASE("calls are counted") {
    (void)hash::empty_tree_root();
    const hash::HashCounters before = hash::hash_counters();
    (void)hash::sha256("a");
    (void)hash::leaf_hash({});
    (void)hash::node_hash(Hash32{}, Hash32{});
    (void)hash::empty_tree_root();
    (void)hash::sha3_256({});
    const hash::HashCounters after = hash::hash_counters();
    CHECK(after.sha256 - before.sha256 == 3);
    CHECK(after.sha3 - before.sha3 == 1);
}

TEST_CASE("threads do not disturb each other") {
    const Bytes data = pattern(1000);
    const Hash32 sha256 = hash::sha256(BytesView(data));
    const Hash32 sha3 = hash::sha3_256(data);
    std::array<int, 4> wrong{};
    std::vector<std::thread> threads;
    for (int& count : wrong) {
        threads.emplace_back([&] {
            for (int i = 0; i < 2000; ++i) {
                if (hash::sha256(BytesView(data)) != sha256 || hash::sha3_256(data) != sha3)
                    ++count;
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(wrong == std::array<int, 4>{});
}

}  // namespace stadtbuch::test
