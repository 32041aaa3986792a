// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Agreement with real BLS signatures instead of the simulation's toy ones.
#include <catch2/catch.hpp>
#include <map>

#include "consensus/bls/bls.hpp"
#include "tests/simulation/world.hpp"

using namespace stadtbuch;
using namespace stadtbuch::consensus;
using namespace stadtbuch::simulation;

namespace {

bls::SecretKey key_of(const std::string& node) {
    auto key = bls::SecretKey::from_seed(view_of(std::string(32 - node.size(), '0') + node));
    REQUIRE(key);
    return *key;
}

/// What the node's workers do: one check of the sum, bisection when it fails. `liar` signs
/// something else.
BlsModel real_bls(const std::string& liar) {
    BlsModel model;
    model.key = [](const std::string& node) { return key_of(node).ver_key().to_base58(); };
    model.sign = [liar](const std::string& node, BytesView text) {
        auto share = key_of(node).sign(node == liar ? view_of("something else") : text);
        REQUIRE(share);
        return share->to_base58();
    };
    model.wrong = [](const std::vector<ShareCheck::Share>& shares, BytesView text) {
        std::vector<bls::Signature> signatures;
        std::vector<bls::VerKey> keys;
        for (const auto& share : shares) {
            signatures.push_back(*bls::Signature::from_base58(share.signature));
            keys.push_back(*bls::VerKey::from_base58(share.key));
        }
        return bls::find_bad_shares(signatures, text, keys);
    };
    model.sum = [](const std::vector<std::string>& shares) {
        std::vector<bls::Signature> signatures;
        for (const std::string& share : shares)
            signatures.push_back(*bls::Signature::from_base58(share));
        return bls::aggregate(signatures).to_base58();
    };
    model.verify = [](const ProofCheck& check) {
        std::vector<bls::VerKey> keys;
        for (const std::string& key : check.keys) keys.push_back(*bls::VerKey::from_base58(key));
        const auto signature = bls::Signature::from_base58(check.signature);
        return signature && bls::verify_multi(*signature, check.text, keys);
    };
    return model;
}

bool verifies(const messages::MultiSig& proof) {
    std::vector<bls::VerKey> keys;
    for (const std::string& name : proof.participants) keys.push_back(key_of(name).ver_key());
    const auto signature = bls::Signature::from_base58(proof.signature);
    return signature &&
           bls::verify_multi(*signature, messages::multi_sig_signing_bytes(proof.value), keys);
}

void order_three(World& world) {
    world.start_all();
    world.run_until(1000);
    for (std::uint64_t i = 1; i <= 3; ++i) {
        const std::string digest = world.submit({i, LedgerId::domain, i * 7 + 1, {}, {}}, {0});
        REQUIRE(world.run_until_true([&] { return world.is_answered(digest) && world.all_level(); },
                                     60'000));
    }
    world.run_until(world.now() + 2000);
}

}  // namespace

TEST_CASE("multi-signatures of real shares verify, one check for each batch",
          "[consensus][bls][performance-budget:3.5]") {
    Plan plan;
    plan.limits = quick_limits();
    plan.limits.freshness_interval = 3'600'000;
    World world(plan, real_bls(""));
    const auto before = bls::counters().pairing_checks;
    order_three(world);
    // Three batches on four nodes; a published multi-signature that the node proved itself is not
    // checked again.
    CHECK(bls::counters().pairing_checks - before <= 4 * 3 * 2);
    for (std::size_t i = 0; i < 4; ++i) {
        REQUIRE(world.proofs(i).size() >= 3);
        for (const auto& proof : world.proofs(i)) {
            CHECK(proof.participants.size() >= 3);
            CHECK(verifies(proof));
        }
    }
}

TEST_CASE("a wrong share is found, named and left out", "[consensus][bls][scenario-51]") {
    Plan plan;
    plan.limits = quick_limits();
    plan.limits.freshness_interval = 3'600'000;
    World world(plan, real_bls("Node3"));
    order_three(world);
    bool named = false;
    for (const auto& [node, suspicion] : world.suspicions()) {
        if (suspicion.reason != Reason::commit_signature_wrong) continue;
        CHECK(suspicion.from == "Node3");
        named = true;
    }
    CHECK(named);
    for (const std::size_t i : {0U, 1U, 3U}) {
        CHECK(world.proofs(i).size() >= 3);
        for (const auto& proof : world.proofs(i)) CHECK(verifies(proof));
    }
}
