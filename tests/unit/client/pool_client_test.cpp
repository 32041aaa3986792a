// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include <catch2/catch.hpp>

#include "ssi/client/blocking_pool.hpp"
#include "ssi/client/requests.hpp"
#include "ssi/keys/os_random.hpp"
#include "ssi/ledger/client_port.hpp"
#include "ssi/ledger/txn.hpp"
#include "storage/hash/hash.hpp"
#include "tests/unit/ledger/recordings.hpp"

using namespace stadtbuch;
using client::PoolAnswer;
using client::PoolClient;
using client::PoolErrorKind;
using encoding::Value;
using ledger::Ledger;

namespace {

constexpr std::array node_seeds = {
    "000000000000000000000000000Node1", "000000000000000000000000000Node2",
    "000000000000000000000000000Node3", "000000000000000000000000000Node4"};

/// A pool ledger of any length, held in memory.
class PoolTxns final : public ledger::CommittedLedgers {
  public:
    void append(const Value& txn) {
        std::vector<merkle::Node> created;
        frontier_.append(hash::leaf_hash(ledger::leaf_bytes(txn)), created);
        for (const merkle::Node& node : created) nodes_.map[node.id] = node.hash;
        texts_.push_back(encoding::canonical_json(txn));
    }

    [[nodiscard]] std::uint64_t size(Ledger) const override { return texts_.size(); }

    [[nodiscard]] std::optional<Hash32> root_at(Ledger, std::uint64_t size) const override {
        return merkle::root_at(nodes_, size);
    }

    [[nodiscard]] std::optional<std::vector<Hash32>> consistency_proof(
        Ledger, std::uint64_t first, std::uint64_t second) const override {
        return merkle::consistency_proof(nodes_, first, second);
    }

    [[nodiscard]] std::optional<std::string> txn_json(Ledger, std::uint64_t seq_no) const override {
        return texts_.at(seq_no - 1);
    }

  private:
    struct Nodes final : merkle::NodeSource {
        std::map<merkle::NodeId, Hash32> map;

        [[nodiscard]] std::optional<Hash32> node(merkle::NodeId id) const override {
            const auto at = map.find(id);
            return at == map.end() ? std::nullopt : std::optional(at->second);
        }
    };

    merkle::Frontier frontier_;
    Nodes nodes_;
    std::vector<std::string> texts_;
};

/// Four nodes with the keys of the recording's pool, on ports of this machine. What they reply is
/// up to the test.
class Nodes {
  public:
    using Script =
        std::function<std::vector<std::string>(std::size_t node, const ledger::Request&)>;

    explicit Nodes(net::EventLoop& loop) {
        for (std::size_t i = 0; i < node_seeds.size(); ++i) {
            const auto keys = net::curve_pair_from_ed25519(view_of(node_seeds[i]));
            auto listener = net::CurveListener::open(
                loop, *keys, net::CurveListenerOptions::client_port("127.0.0.1", 0));
            REQUIRE(listener);
            listeners_.push_back(*std::move(listener));
            listeners_[i]->on_message(
                [this, i](const net::CurveMessage& message) { on_message(i, message); });
        }
        const auto lines = recordings::read_lines("pool_transactions_genesis.txn");
        for (std::size_t i = 0; i < lines.size(); ++i) {
            Value txn = lines[i];
            *txn.find("txn")->find("data")->find("data")->find("client_port") =
                Value(static_cast<int>(listeners_[i]->port()));
            genesis_ += encoding::canonical_json(txn) + "\n";
            txns_.append(txn);
        }
    }

    [[nodiscard]] const std::string& genesis() const { return genesis_; }

    PoolTxns& txns() { return txns_; }

    void stop(std::size_t node) { listeners_[node].reset(); }

    Script script;
    std::vector<std::string> asked;

  private:
    void on_message(std::size_t node, const net::CurveMessage& message) {
        const std::string identity(message.identity);
        auto outcome = ledger::ClientPort().on_frame(message.payload, txns_);
        for (const std::string& answer : outcome.answers) send(node, identity, answer);
        for (const ledger::Request& request : outcome.requests) {
            asked.push_back("Node" + std::to_string(node + 1));
            for (const std::string& answer : script(node, request)) send(node, identity, answer);
        }
    }

    void send(std::size_t node, const std::string& identity, const std::string& text) {
        CHECK(listeners_[node]->send(identity, text) == net::SendResult::sent);
    }

    std::vector<std::unique_ptr<net::CurveListener>> listeners_;
    PoolTxns txns_;
    std::string genesis_;
};

struct Pool {
    net::EventLoop loop;
    Nodes nodes{loop};
    std::unique_ptr<PoolClient> pool;

    explicit Pool(client::PoolClientOptions options = {}) {
        auto ledger = client::PoolLedger::from_genesis(nodes.genesis());
        REQUIRE(ledger);
        pool = std::make_unique<PoolClient>(loop, net::CurveContext::create(), *ledger,
                                            keys::os_random(), options);
    }

    Result<PoolAnswer, client::PoolError> submit(Value request) {
        std::optional<Result<PoolAnswer, client::PoolError>> outcome;
        pool->submit(std::move(request), [&](auto result) {
            outcome = std::move(result);
            loop.stop();
        });
        for (int turn = 0; !outcome && turn < 100; ++turn) loop.run_for(200);
        REQUIRE(outcome);
        return *outcome;
    }
};

/// A recorded answer of one node, as the answer to another reqId.
std::string recorded_reply(std::string_view name, std::uint64_t req_id, bool tampered) {
    for (const auto& one : recordings::read_cases("client_cases.jsonl")) {
        if (one.name != name) continue;
        Value reply = *encoding::parse_json(one.node_replies.begin()->second.back());
        Value& result = *reply.find("result");
        *result.find("reqId") = Value(req_id);
        if (tampered) {
            std::string data = *result.find("data")->text();
            data.replace(data.find("\"101\""), 5, "\"0\"");
            *result.find("data") = Value(data);
        }
        return encoding::wire_json(reply);
    }
    FAIL("the recording lacks the case");
    return {};
}

Value signed_nym(PoolClient& pool) {
    const auto key = *keys::Ed25519KeyPair::from_seed(view_of("000000000000000000000000Trustee1"));
    Value request = client::make_request(client::nym_operation({.dest = "RURPQ72jMyKCoui4VPJXvw"}),
                                         "V4SGRU86Z58d6TV7PBUe6f", pool.next_req_id());
    REQUIRE(client::sign(request, key));
    return request;
}

}  // namespace

TEST_CASE("a read is believed from one node, and a forged one is not") {
    Pool pool({.ack_timeout_ms = 3000,
               .reply_timeout_ms = 3000,
               .impatience_ms = 700,
               .freshness_s = client::any_age});
    std::size_t count = 0;
    pool.nodes.script = [&](std::size_t, const ledger::Request& request) {
        // Whoever is asked first lies; the second to be asked tells the truth.
        return std::vector{reqack_text(request),
                           recorded_reply("existing endorser", request.req_id, count++ == 0)};
    };
    const auto answer = pool.submit(client::make_read(
        client::get_nym_operation("RURPQ72jMyKCoui4VPJXvw"), pool.pool->next_req_id()));
    REQUIRE(answer);
    CHECK(answer->proved);
    CHECK(answer->nodes.size() == 1);
    CHECK(answer->result.text_at("data").find("\"role\":\"101\"") != std::string_view::npos);
    CHECK(pool.pool->connected_nodes().size() >= 1);
}

TEST_CASE("a stale proof needs f+1 equal answers") {
    Pool pool;
    pool.nodes.script = [&](std::size_t, const ledger::Request& request) {
        return std::vector{reqack_text(request),
                           recorded_reply("existing endorser", request.req_id, false)};
    };
    const auto answer = pool.submit(client::make_read(
        client::get_nym_operation("RURPQ72jMyKCoui4VPJXvw"), pool.pool->next_req_id()));
    REQUIRE(answer);
    CHECK_FALSE(answer->proved);
    CHECK(answer->nodes.size() == 2);
}

TEST_CASE("a write goes to all and is done by f+1, with a node down") {
    Pool pool;
    pool.nodes.stop(3);
    pool.nodes.script = [&](std::size_t, const ledger::Request& request) {
        const Value result = *encoding::parse_json(R"({"txn":{"metadata":{"reqId":)" +
                                                   std::to_string(request.req_id) +
                                                   R"(}},"txnMetadata":{"seqNo":6}})");
        return std::vector{reqack_text(request), ledger::reply_text(result)};
    };
    const auto answer = pool.submit(signed_nym(*pool.pool));
    REQUIRE(answer);
    CHECK(answer->nodes.size() == 2);
    CHECK(answer->result.find("txnMetadata")->find("seqNo")->integer() == 6);
}

TEST_CASE("refusal, silence and bad input have their own kinds") {
    Pool pool({.ack_timeout_ms = 300, .reply_timeout_ms = 300});
    pool.nodes.script = [&](std::size_t, const ledger::Request& request) {
        ledger::Refusal refusal;
        refusal.cls = ledger::RefusalClass::unauthorized_client_request;
        refusal.text = "Not enough TRUSTEE signatures";
        return std::vector{reqack_text(request), reject_text(request, refusal)};
    };
    const auto refused = pool.submit(signed_nym(*pool.pool));
    REQUIRE(!refused);
    CHECK(refused.error().kind == PoolErrorKind::refused);
    CHECK(refused.error().error.what.find("Not enough TRUSTEE signatures") != std::string::npos);

    pool.nodes.script = [](std::size_t node, const ledger::Request& request) {
        return node == 0 ? std::vector{reqack_text(request)} : std::vector<std::string>{};
    };
    const auto silent = pool.submit(signed_nym(*pool.pool));
    REQUIRE(!silent);
    CHECK(silent.error().kind == PoolErrorKind::timeout);
    CHECK(silent.error().nodes.size() == 4);

    const auto bad = pool.submit(Value(encoding::Object{}));
    REQUIRE(!bad);
    CHECK(bad.error().kind == PoolErrorKind::input);
}

TEST_CASE("the pool ledger is refreshed over the network") {
    Pool pool({.ack_timeout_ms = 2000});
    const auto refresh = [&] {
        std::optional<Result<void, client::PoolError>> outcome;
        pool.pool->refresh([&](auto result) {
            outcome = std::move(result);
            pool.loop.stop();
        });
        for (int turn = 0; !outcome && turn < 100; ++turn) pool.loop.run_for(200);
        REQUIRE(outcome);
        return *outcome;
    };
    CHECK(refresh());
    CHECK(pool.pool->ledger().size() == 4);
    for (const Value& row : recordings::read_lines("ledger_pool.jsonl")) {
        if (row.find("seqNo")->integer() > 4) pool.nodes.txns().append(*row.find("txn"));
    }
    pool.nodes.stop(0);
    CHECK(refresh());
    CHECK(pool.pool->ledger().size() == 9);
    CHECK(pool.pool->ledger().root() == pool.nodes.txns().root_at(Ledger::pool, 9));
    CHECK(pool.pool->ledger().n() == 4);
    for (std::size_t node = 1; node < 4; ++node) pool.nodes.stop(node);
    const auto nobody = refresh();
    REQUIRE(!nobody);
    CHECK(nobody.error().kind == PoolErrorKind::timeout);
}

TEST_CASE("a caller that waits gets its outcome") {
    CHECK_FALSE(client::BlockingPool::open("nonsense"));
    const auto pool =
        client::BlockingPool::open(recordings::read_file("pool_transactions_genesis.txn"),
                                   {.ack_timeout_ms = 200, .reply_timeout_ms = 200});
    REQUIRE(pool);
    const auto bad = (*pool)->submit(Value(encoding::Object{}));
    REQUIRE(!bad);
    CHECK(bad.error().kind == PoolErrorKind::input);
    const std::uint64_t first = (*pool)->next_req_id();
    CHECK(first < (*pool)->next_req_id());
}
