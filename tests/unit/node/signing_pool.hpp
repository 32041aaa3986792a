// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The pool of the execution tests with members that sign: what an observer's store holds, without a
// network.
#pragma once
#include <set>

#include "consensus/bls/bls.hpp"
#include "ssi/keys/ed25519.hpp"
#include "storage/encoding/msgpack.hpp"
#include "tests/unit/ledger/execution_fixture.hpp"

namespace node_test {

using namespace stadtbuch;
using encoding::Object;
using encoding::Value;
using ledger::Ledger;
using ledger_test::did_of;
using ledger_test::nym;
using ledger_test::request;
using ledger_test::steward;
using ledger_test::trustee;

using Names = std::vector<std::string>;

inline bls::SecretKey bls_key(const std::string& alias) {
    const std::string seed = std::string(32 - alias.size(), '0') + alias;
    return *bls::SecretKey::from_seed(view_of(seed));
}

class SigningPool : public ledger_test::Pool {
  public:
    using Pool::Pool;

    /// `pool_state`: the one that the signers belong to; the newest unless given.
    Value multi_signature(Ledger ledger, const Names& signers,
                          std::optional<Hash32> pool_state = {}) {
        const auto now = view();
        const Value value =
            Object{{"ledger_id", ledger::number_of(ledger)},
                   {"pool_state_root_hash",
                    encoding::base58_encode(pool_state.value_or(now.state_root(Ledger::pool)))},
                   {"state_root_hash", encoding::base58_encode(now.state_root(ledger))},
                   {"timestamp", time()},
                   {"txn_root_hash", encoding::base58_encode(now.txn_root(ledger))}};
        std::vector<bls::Signature> shares;
        encoding::Array names;
        for (const std::string& signer : signers) {
            shares.push_back(*bls_key(signer).sign(encoding::msgpack_encode(value)));
            names.emplace_back(signer);
        }
        return Object{{"signature", bls::aggregate(shares).to_base58()},
                      {"participants", std::move(names)},
                      {"value", value}};
    }

    void sign(Ledger ledger, const Names& signers = {"Node1", "Node3", "Node4"}) {
        store::Batch batch;
        REQUIRE(ledger::put_multi_signature(batch, multi_signature(ledger, signers)));
        REQUIRE(store().write(batch, store::Durability::synced));
    }

    void link(const Value& signature) {
        store::Batch batch;
        ledger::put_pool_link(batch, view().size(Ledger::pool), signature);
        REQUIRE(store().write(batch, store::Durability::synced));
    }

    /// Orders, and lets the members sign the ledger.
    void write(const ledger::RequestPtr& one, const Names& signers = {"Node1", "Node3", "Node4"}) {
        const std::string refusal = order(one);
        INFO(refusal);
        REQUIRE(refusal.empty());
        sign(*ledger::ledger_of_type(one->type), signers);
    }

    /// A new member, by a new steward; unsigned.
    void add_member(const std::string& alias, int port) {
        const std::string author = did_of("steward of " + alias);
        write(request(trustee, nym(author, ",\"role\":\"2\",\"verkey\":\"" +
                                               ledger_test::key_of(alias) + "\"")));
        const bls::SecretKey key = bls_key(alias);
        const auto pair = keys::Ed25519KeyPair::from_seed(hash::sha256(alias).view());
        const std::string dest = encoding::base58_encode(pair->public_key().view());
        const std::string data =
            "{\"alias\":\"" + alias + "\",\"blskey\":\"" + key.ver_key().to_base58() +
            "\",\"blskey_pop\":\"" + key.prove_possession().to_base58() +
            "\",\"client_ip\":\"127.0.0.1\",\"client_port\":" + std::to_string(port) +
            ",\"node_ip\":\"127.0.0.1\",\"node_port\":" + std::to_string(port + 1) +
            ",\"services\":[\"VALIDATOR\"]}";
        const std::string refusal = order(
            request(author, "{\"type\":\"0\",\"dest\":\"" + dest + "\",\"data\":" + data + "}"));
        INFO(refusal);
        REQUIRE(refusal.empty());
    }
};

inline std::string pool_genesis_text() {
    return ledger_test::file_text("pool_transactions_genesis.txn");
}

}  // namespace node_test
