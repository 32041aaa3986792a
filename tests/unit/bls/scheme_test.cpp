// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What the decoders refuse, the search for bad shares, and the counters.
#include <catch2/catch.hpp>

#include "consensus/bls/bls.hpp"
#include "consensus/bls/engine.hpp"
#include "consensus/bls/params.hpp"
#include "storage/encoding/text.hpp"

using namespace stadtbuch;
using namespace stadtbuch::bls;

namespace {

SecretKey secret(int n) {
    const std::string text = "member" + std::to_string(n);
    return *SecretKey::from_seed(view_of(text));
}

struct Committee {
    explicit Committee(int n) {
        for (int i = 0; i < n; ++i) {
            keys.push_back(secret(i).ver_key());
            shares.push_back(*secret(i).sign(message));
        }
    }

    Bytes message = bytes_of(std::string_view("state root"));
    std::vector<VerKey> keys;
    std::vector<Signature> shares;
};

Bytes modulus_bytes(std::uint64_t plus) {
    Bytes bytes;
    for (int i = 31; i >= 0; --i) {
        const std::uint64_t limb = modulus[i / 8] + (i / 8 == 0 ? plus : 0);
        bytes.push_back(static_cast<Byte>(limb >> (8 * (i % 8))));
    }
    return bytes;
}

BlsError refusal(const Result<Signature, BlsError>& result) {
    REQUIRE_FALSE(result.has_value());
    return result.error();
}

BlsError refusal(const Result<VerKey, BlsError>& result) {
    REQUIRE_FALSE(result.has_value());
    return result.error();
}

BlsError refusal(const Result<SecretKey, BlsError>& result) {
    REQUIRE_FALSE(result.has_value());
    return result.error();
}

}  // namespace

TEST_CASE("a signature's encoding is refused by reason", "[bls][indy-ledger-formats:13.13]") {
    const auto good = secret(1).sign(view_of("m"))->to_bytes();
    REQUIRE(Signature::from_bytes(good)->to_bytes() == good);
    Bytes bytes = bytes_of(BytesView(good));

    REQUIRE(refusal(Signature::from_bytes(BytesView(bytes).first(127))) == BlsError::wrong_length);
    REQUIRE(refusal(Signature::from_bytes(BytesView(bytes).first(65))) == BlsError::wrong_length);
    REQUIRE(refusal(Signature::from_bytes({})) == BlsError::wrong_length);

    Bytes compressed = bytes;
    compressed[0] = 0x02;
    REQUIRE(refusal(Signature::from_bytes(compressed)) == BlsError::wrong_form);
    Bytes trailing = bytes;
    trailing[127] = 1;
    REQUIRE(refusal(Signature::from_bytes(trailing)) == BlsError::wrong_form);

    Bytes off = bytes;
    off[64] ^= 1;
    REQUIRE(refusal(Signature::from_bytes(off)) == BlsError::off_curve);
    Bytes zero(128, 0);
    zero[0] = 4;
    REQUIRE(refusal(Signature::from_bytes(zero)) == BlsError::off_curve);
    zero[64] = 1;
    REQUIRE(refusal(Signature::from_bytes(zero)) == BlsError::infinity);

    for (std::size_t at : {1u, 33u}) {
        for (std::uint64_t plus : {0u, 1u, 5u}) {
            Bytes large = bytes;
            const Bytes p = modulus_bytes(plus);
            std::copy(p.begin(), p.end(), large.begin() + static_cast<std::ptrdiff_t>(at));
            REQUIRE(refusal(Signature::from_bytes(large)) == BlsError::coordinate_range);
        }
    }
    REQUIRE(refusal(Signature::from_base58("0OIl")) == BlsError::not_base58);
    REQUIRE(refusal(Signature::from_base58(std::string(5000, '2'))) == BlsError::not_base58);
    REQUIRE(refusal(Signature::from_base58("2")) == BlsError::wrong_length);
}

TEST_CASE("a verification key's encoding is refused by reason",
          "[bls][indy-ledger-formats:13.13]") {
    const auto good = secret(1).ver_key().to_bytes();
    REQUIRE(VerKey::from_bytes(good)->to_bytes() == good);
    REQUIRE(refusal(VerKey::from_bytes(BytesView(good).first(127))) == BlsError::wrong_length);
    for (std::size_t at : {0u, 32u, 64u, 96u}) {
        Bytes large = bytes_of(BytesView(good));
        const Bytes p = modulus_bytes(0);
        std::copy(p.begin(), p.end(), large.begin() + static_cast<std::ptrdiff_t>(at));
        REQUIRE(refusal(VerKey::from_bytes(large)) == BlsError::coordinate_range);
    }
    Bytes off = bytes_of(BytesView(good));
    off[127] ^= 1;
    REQUIRE(refusal(VerKey::from_bytes(off)) == BlsError::off_curve);
    REQUIRE(refusal(VerKey::from_bytes(Bytes(128, 0))) == BlsError::off_curve);
    Bytes infinite(128, 0);
    infinite[95] = 1;
    REQUIRE(refusal(VerKey::from_bytes(infinite)) == BlsError::infinity);
    REQUIRE(refusal(VerKey::from_base58("l")) == BlsError::not_base58);
}

TEST_CASE("a twist point outside the subgroup is no key", "[bls][indy-ledger-formats:13.13]") {
    // x = 2 lies on the twist; r times the point is not infinity.
    const auto bytes = encoding::hex_decode(
        "0000000000000000000000000000000000000000000000000000000000000002"
        "0000000000000000000000000000000000000000000000000000000000000000"
        "091be731b8db4c9565e11aed81bd2ccf362ed0c28ccc4ec87cd72235e3736a6b"
        "20f0270b9009532490ba110487b9086e2830e8209c1b1239b0b967604e13eff6");
    REQUIRE(refusal(VerKey::from_bytes(*bytes)) == BlsError::wrong_subgroup);
}

TEST_CASE("secret keys outside 1..r-1 and long seeds are refused", "[bls]") {
    REQUIRE(refusal(SecretKey::from_bytes(Bytes(32, 0))) == BlsError::zero_key);
    REQUIRE(refusal(SecretKey::from_bytes(Bytes(31, 1))) == BlsError::wrong_length);
    REQUIRE(refusal(SecretKey::from_bytes(Bytes(32, 0xff))) == BlsError::coordinate_range);
    Bytes order;
    for (int i = 31; i >= 0; --i)
        order.push_back(static_cast<Byte>(group_order[i / 8] >> (8 * (i % 8))));
    REQUIRE(refusal(SecretKey::from_bytes(order)) == BlsError::coordinate_range);
    order.back() = static_cast<Byte>(order.back() - 1);
    const auto largest = SecretKey::from_bytes(order);
    REQUIRE(bytes_of(BytesView(largest->to_bytes())) == order);
    REQUIRE(refusal(SecretKey::from_seed(Bytes(33, '0'))) == BlsError::wrong_length);
}

TEST_CASE("an empty message is neither signed nor verified", "[bls]") {
    const auto signature = secret(1).sign({});
    REQUIRE_FALSE(signature.has_value());
    REQUIRE(signature.error() == BlsError::empty_message);
    REQUIRE_FALSE(verify(*secret(1).sign(view_of("m")), {}, secret(1).ver_key()));
}

TEST_CASE("a proof of possession is not a signature of the key, and belongs to one key", "[bls]") {
    const SecretKey one = secret(1);
    const Signature proof = one.prove_possession();
    REQUIRE(verify_possession(proof, one.ver_key()));
    REQUIRE_FALSE(verify_possession(proof, secret(2).ver_key()));
    REQUIRE_FALSE(verify(proof, one.ver_key().to_bytes(), one.ver_key()));
}

TEST_CASE("a sum at infinity verifies nothing", "[bls]") {
    const Signature share = *secret(1).sign(view_of("m"));
    Bytes bytes = bytes_of(BytesView(share.to_bytes()));
    // −y = p − y: the negated signature.
    unsigned borrow = 0;
    const Bytes p = modulus_bytes(0);
    for (std::size_t i = 32; i-- > 0;) {
        const unsigned difference = 256u + p[i] - bytes[33 + i] - borrow;
        bytes[33 + i] = static_cast<Byte>(difference);
        borrow = difference < 256 ? 1 : 0;
    }
    const Signature minus = *Signature::from_bytes(bytes);
    const std::vector<Signature> both{share, minus};
    const Signature nothing = aggregate(both);
    const std::vector<VerKey> keys{secret(1).ver_key(), secret(1).ver_key()};
    REQUIRE_FALSE(verify(nothing, view_of("m"), keys[0]));
    REQUIRE_FALSE(verify_multi(nothing, view_of("m"), keys));
    REQUIRE_FALSE(verify_possession(nothing, keys[0]));
    REQUIRE(find_bad_shares(both, view_of("m"), keys) == std::vector<std::size_t>{1});
    REQUIRE(refusal(Signature::from_bytes(nothing.to_bytes())) == BlsError::infinity);
}

TEST_CASE("the sum of keys is the key of the multi-signature", "[bls]") {
    Committee committee(4);
    const auto sum = aggregate_keys(committee.keys);
    REQUIRE(sum.has_value());
    const Signature multi = aggregate(committee.shares);
    REQUIRE(verify(multi, committee.message, *sum));
    REQUIRE_FALSE(verify(multi, view_of("other"), *sum));
    REQUIRE_FALSE(verify(aggregate(std::span<const Signature>(committee.shares).first(3)),
                         committee.message, *sum));
    REQUIRE(*VerKey::from_bytes(sum->to_bytes()) == *sum);
    REQUIRE_FALSE(aggregate_keys({}).has_value());
}

TEST_CASE("n shares are checked as one sum, and bad ones are found", "[bls]") {
    for (int n : {1, 2, 3, 4, 7, 25}) {
        Committee committee(n);
        const auto before = counters();
        REQUIRE(find_bad_shares(committee.shares, committee.message, committee.keys).empty());
        REQUIRE(counters().pairing_checks - before.pairing_checks == 1);
        for (int bad = 0; bad < n; bad += 3) {
            auto shares = committee.shares;
            const auto at = static_cast<std::size_t>(bad);
            shares[at] = *secret(bad).sign(view_of("another root"));
            const auto start = counters().pairing_checks;
            REQUIRE(find_bad_shares(shares, committee.message, committee.keys) ==
                    std::vector<std::size_t>{at});
            REQUIRE(counters().pairing_checks - start <= static_cast<std::uint64_t>(2 + n));
        }
    }
}

TEST_CASE("several bad shares come back in ascending order", "[bls]") {
    Committee committee(10);
    const std::vector<std::size_t> bad{0, 3, 4, 9};
    for (std::size_t at : bad) committee.shares[at] = *secret(99).sign(committee.message);
    REQUIRE(find_bad_shares(committee.shares, committee.message, committee.keys) == bad);
    const std::vector<Signature> none;
    REQUIRE(find_bad_shares(none, committee.message, std::span<const VerKey>()).empty());
    Committee all_bad(5);
    REQUIRE(find_bad_shares(all_bad.shares, view_of("other"), all_bad.keys) ==
            std::vector<std::size_t>{0, 1, 2, 3, 4});
}

TEST_CASE("both engines give the same verdicts and points", "[bls]") {
    const Engine* fast = adx_engine();
    if (fast == nullptr) return;
    const Engine& slow = portable_engine();
    for (int n = 0; n < 5; ++n) {
        const auto key_bytes = secret(n).ver_key().to_bytes();
        G2 key{};
        REQUIRE_FALSE(slow.decode_g2(key_bytes.data(), key).has_value());
        LineTable slow_lines, fast_lines;
        slow.make_lines(key, slow_lines);
        fast->make_lines(key, fast_lines);
        REQUIRE(std::memcmp(&slow_lines, &fast_lines, sizeof slow_lines) == 0);
        std::array<Byte, 64> slow_point{}, fast_point{};
        slow.encode_g1(slow.hash_to_curve(key_bytes.data()), slow_point.data());
        fast->encode_g1(fast->hash_to_curve(key_bytes.data()), fast_point.data());
        REQUIRE(slow_point == fast_point);
    }
}
