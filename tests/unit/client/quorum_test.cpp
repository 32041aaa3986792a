// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include <catch2/catch.hpp>

#include "ssi/client/pool_refresh.hpp"
#include "ssi/client/reply_quorum.hpp"
#include "ssi/client/requests.hpp"
#include "storage/hash/hash.hpp"
#include "tests/unit/ledger/recordings.hpp"

using namespace stadtbuch;
using client::AskKind;
using client::PoolErrorKind;
using client::ReplyQuorum;
using encoding::Value;

namespace {

Value parse(const std::string& text) {
    return *encoding::parse_json(text);
}

const std::vector<std::string> four = {"Node1", "Node2", "Node3", "Node4"};

ReplyQuorum quorum_of(AskKind kind, encoding::Object operation, client::VerifierKeys keys = {}) {
    ReplyQuorum::Terms terms;
    terms.kind = kind;
    terms.order = four;
    terms.f = 1;
    terms.keys = std::move(keys);
    return ReplyQuorum(std::move(terms), client::make_read(std::move(operation), 7));
}

client::QuorumStep answer(ReplyQuorum& quorum, const std::string& node, const std::string& text) {
    return quorum.on_answer(node, parse(text), text, 1000);
}

const std::string reply_a =
    R"({"op":"REPLY","result":{"txn":{"metadata":{"reqId":7}},"rootHash":"a"}})";
const std::string reply_b =
    R"({"op":"REPLY","result":{"txn":{"metadata":{"reqId":7}},"rootHash":"b"}})";
const std::string nack = R"({"op":"REQNACK","identifier":"x","reqId":7,"reason":"no"})";
const std::string reject = R"({"op":"REJECT","identifier":"x","reqId":7,"reason":"no","code":201})";

}  // namespace

TEST_CASE("a write is done by f+1 equal answers") {
    ReplyQuorum quorum = quorum_of(AskKind::write, client::nym_operation({.dest = "x"}));
    CHECK(quorum.start().ask == four);
    CHECK_FALSE(answer(quorum, "Node1", reply_a).outcome);
    CHECK_FALSE(answer(quorum, "Node1", reply_a).outcome);  // a node counts once
    CHECK_FALSE(answer(quorum, "Node2", reply_b).outcome);
    CHECK_FALSE(answer(quorum, "Stranger", reply_a).outcome);
    const auto step = answer(quorum, "Node3", reply_a);
    REQUIRE(step.outcome);
    REQUIRE(step.outcome->has_value());
    CHECK((*step.outcome)->nodes == std::vector<std::string>{"Node1", "Node3"});
    CHECK_FALSE((*step.outcome)->proved);
    CHECK_FALSE(answer(quorum, "Node4", reply_a).outcome);  // the outcome comes once
}

TEST_CASE("refusals need f+1 equal reasons") {
    ReplyQuorum quorum = quorum_of(AskKind::write, client::nym_operation({.dest = "x"}));
    static_cast<void>(quorum.start());
    CHECK_FALSE(answer(quorum, "Node1", nack).outcome);
    const auto step = answer(quorum, "Node2", reject);
    REQUIRE(step.outcome);
    REQUIRE_FALSE(step.outcome->has_value());
    CHECK(step.outcome->error().kind == PoolErrorKind::refused);
    CHECK(step.outcome->error().error.id == "SB-3010");
    CHECK(step.outcome->error().error.what == "no");
    CHECK(step.outcome->error().code == 201);
}

TEST_CASE("silence and disagreement end differently") {
    ReplyQuorum silent = quorum_of(AskKind::write, client::nym_operation({.dest = "x"}));
    static_cast<void>(silent.start());
    static_cast<void>(answer(silent, "Node1", reply_a));
    static_cast<void>(silent.on_silence("Node2"));
    static_cast<void>(silent.on_silence("Node3"));
    const auto timeout = silent.on_silence("Node4");
    REQUIRE(timeout.outcome);
    CHECK(timeout.outcome->error().kind == PoolErrorKind::timeout);

    ReplyQuorum split = quorum_of(AskKind::write, client::nym_operation({.dest = "x"}));
    static_cast<void>(split.start());
    static_cast<void>(answer(split, "Node1", reply_a));
    static_cast<void>(answer(split, "Node2", reply_b));
    static_cast<void>(answer(split, "Node3", nack));
    const auto disagreed = split.on_silence("Node4");
    REQUIRE(disagreed.outcome);
    CHECK(disagreed.outcome->error().kind == PoolErrorKind::verification_failed);
    CHECK(disagreed.outcome->error().nodes.size() == 4);

    ReplyQuorum late = quorum_of(AskKind::write, client::nym_operation({.dest = "x"}));
    static_cast<void>(late.start());
    static_cast<void>(late.on_silence("Node1"));
    static_cast<void>(answer(late, "Node2", reply_a));
    CHECK(answer(late, "Node1", reply_a).outcome);  // better late than never

    ReplyQuorum::Terms nobody;
    ReplyQuorum empty(nobody, client::make_read(client::get_taa_operation(), 1));
    CHECK(empty.start().outcome);
}

TEST_CASE("a read asks two, then one more for each failure") {
    ReplyQuorum quorum =
        quorum_of(AskKind::proved_read, client::get_nym_operation("V4SGRU86Z58d6TV7PBUe6f"));
    CHECK(quorum.start().ask == std::vector<std::string>{"Node1", "Node2"});
    const std::string plain =
        R"({"op":"REPLY","result":{"type":"105","dest":"V4SGRU86Z58d6TV7PBUe6f","data":null,"reqId":7}})";
    CHECK(answer(quorum, "Node1", plain).ask == std::vector<std::string>{"Node3"});
    CHECK(quorum.on_impatience().ask == std::vector<std::string>{"Node4"});
    CHECK(quorum.on_impatience().ask.empty());
    const std::string other =
        R"({"op":"REPLY","result":{"type":"105","dest":"Th7MpTaRZVRYnPiabds81Y","data":null,"reqId":7}})";
    CHECK_FALSE(answer(quorum, "Node2", other).outcome);
    const auto step = answer(quorum, "Node3", plain);
    REQUIRE(step.outcome);
    CHECK(step.outcome->has_value());
    CHECK_FALSE((*step.outcome)->proved);
}

TEST_CASE("one proof is enough") {
    for (const auto& one : recordings::read_cases("client_cases.jsonl")) {
        if (one.name != "existing endorser") continue;
        const Value request = parse(*one.frame);
        const std::string frame = one.node_replies.begin()->second.back();
        std::string genesis = recordings::read_file("pool_transactions_genesis.txn");
        const auto pool = client::PoolLedger::from_genesis(genesis);
        REQUIRE(pool);
        ReplyQuorum::Terms terms;
        terms.kind = client::ask_kind_of(*request.find("operation"));
        CHECK(terms.kind == AskKind::proved_read);
        terms.order = four;
        terms.f = pool->f();
        terms.keys = pool->keys();
        ReplyQuorum quorum(terms, request);
        static_cast<void>(quorum.start());
        const auto step = quorum.on_answer("Node2", parse(frame), frame, 0);
        REQUIRE(step.outcome);
        REQUIRE(step.outcome->has_value());
        CHECK((*step.outcome)->proved);
        CHECK((*step.outcome)->nodes == std::vector<std::string>{"Node2"});

        // After an own write of later time it is taken only when nobody knows better.
        terms.own_writes[1] = 4102444800;
        ReplyQuorum later(terms, request);
        static_cast<void>(later.start());
        CHECK(later.on_answer("Node2", parse(frame), frame, 0).ask ==
              std::vector<std::string>{"Node3"});
        CHECK(later.on_impatience().ask == std::vector<std::string>{"Node4"});
        const auto old = later.on_impatience();
        REQUIRE(old.outcome);
        REQUIRE(old.outcome->has_value());
        CHECK((*old.outcome)->proved);
        return;
    }
    FAIL("the recording lacks the case");
}

TEST_CASE("an action collects what everybody says") {
    ReplyQuorum quorum = quorum_of(AskKind::action, client::validator_info_operation());
    CHECK(quorum.start().ask.size() == 4);
    for (const char* node : {"Node1", "Node2", "Node3"})
        CHECK_FALSE(answer(quorum, node, reply_a).outcome);
    const auto step = quorum.on_silence("Node4");
    REQUIRE(step.outcome);
    REQUIRE(step.outcome->has_value());
    CHECK((*step.outcome)->result.text_at("Node1") == reply_a);
    CHECK((*step.outcome)->result.text_at("Node4") == "timeout");
}

namespace {

/// Answers of a node that holds the recorded pool ledger.
struct PoolNodeScript {
    std::vector<Value> txns;
    std::vector<Hash32> leaves;

    PoolNodeScript() {
        for (const Value& row : recordings::read_lines("ledger_pool.jsonl")) {
            txns.push_back(*row.find("txn"));
            leaves.push_back(hash::leaf_hash(*encoding::hex_decode(row.text_at("raw_hex"))));
        }
    }

    [[nodiscard]] Hash32 root(std::size_t from, std::size_t to) const {
        if (to - from == 1) return leaves[from];
        std::size_t split = 1;
        while (split * 2 < to - from) split *= 2;
        return hash::node_hash(root(from, from + split), root(from + split, to));
    }

    [[nodiscard]] std::string root_text(std::size_t size) const {
        return encoding::base58_encode(root(0, size));
    }

    /// From the four of genesis, a complete subtree, so that the proof is short.
    [[nodiscard]] Value proof_from_four() const {
        return parse(
            R"({"op":"CONSISTENCY_PROOF","ledgerId":0,"seqNoStart":4,"seqNoEnd":9,"viewNo":0,"ppSeqNo":0,)"
            R"("oldMerkleRoot":")" +
            root_text(4) + R"(","newMerkleRoot":")" + root_text(9) + R"(","hashes":[")" +
            encoding::base58_encode(root(4, 8)) + R"(",")" + encoding::base58_encode(root(8, 9)) +
            R"("]})");
    }

    [[nodiscard]] Value rep() const {
        encoding::Object map;
        for (std::size_t i = 4; i < 9; ++i) map.set(std::to_string(i + 1), txns[i]);
        return Value(encoding::Object{{"op", Value("CATCHUP_REP")},
                                      {"ledgerId", Value(0)},
                                      {"txns", Value(std::move(map))},
                                      {"consProof", Value(encoding::Array{})}});
    }
};

client::PoolLedger genesis_pool() {
    return *client::PoolLedger::from_genesis(
        recordings::read_file("pool_transactions_genesis.txn"));
}

}  // namespace

TEST_CASE("the recorded pool ledger is caught up with") {
    const PoolNodeScript script;
    REQUIRE(script.txns.size() == 9);
    client::PoolRefresh refresh(genesis_pool());
    const auto start = refresh.start();
    REQUIRE(start.send.size() == 4);
    CHECK(parse(start.send[0].text).text_at("op") == "LEDGER_STATUS");
    CHECK(refresh.on_message("Node1", script.proof_from_four()).send.empty());
    CHECK(refresh.on_message("Node1", script.proof_from_four()).send.empty());  // counts once
    auto fetch = refresh.on_message("Node3", script.proof_from_four());
    REQUIRE(fetch.send.size() == 1);
    CHECK(fetch.send[0].alias == "Node1");

    // A node that changes a transaction is passed over.
    Value bad = script.rep();
    *bad.find("txns")->find("5")->find("txn")->find("data")->find("data")->find("alias") =
        Value("NodeX");
    fetch = refresh.on_message("Node1", bad);
    REQUIRE(fetch.send.size() == 1);
    CHECK(fetch.send[0].alias == "Node3");
    CHECK(refresh.on_message("Node2", script.rep()).outcome == std::nullopt);  // was not asked
    const auto end = refresh.on_message("Node3", script.rep());
    REQUIRE(end.outcome);
    REQUIRE(end.outcome->has_value());
    CHECK((*end.outcome)->size() == 9);
    CHECK(encoding::base58_encode((*end.outcome)->root()) == script.root_text(9));
}

TEST_CASE("refresh ends when there is nothing new, nothing said, or nothing agreed") {
    const PoolNodeScript script;
    const auto status = [&](std::size_t size, const std::string& root) {
        return parse(R"({"op":"LEDGER_STATUS","ledgerId":0,"txnSeqNo":)" + std::to_string(size) +
                     R"(,"viewNo":0,"ppSeqNo":0,"merkleRoot":")" + root +
                     R"(","protocolVersion":2})");
    };
    {
        client::PoolRefresh refresh(genesis_pool());
        static_cast<void>(refresh.start());
        CHECK_FALSE(refresh.on_message("Node1", status(4, script.root_text(4))).outcome);
        const auto step = refresh.on_message("Node2", status(4, script.root_text(4)));
        REQUIRE(step.outcome);
        CHECK(step.outcome->has_value());
    }
    {
        client::PoolRefresh refresh(genesis_pool());
        static_cast<void>(refresh.start());
        static_cast<void>(refresh.on_message("Node1", status(4, script.root_text(3))));
        const auto step = refresh.on_message("Node2", status(4, script.root_text(3)));
        REQUIRE(step.outcome);
        CHECK(step.outcome->error().kind == PoolErrorKind::verification_failed);
    }
    {
        client::PoolRefresh refresh(genesis_pool());
        static_cast<void>(refresh.start());
        static_cast<void>(refresh.on_message("Node1", status(4, script.root_text(4))));
        const auto step = refresh.on_timeout();
        REQUIRE(step.outcome);
        CHECK(step.outcome->error().kind == PoolErrorKind::timeout);
    }
    {
        client::PoolRefresh refresh(genesis_pool());
        static_cast<void>(refresh.start());
        Value forged = script.proof_from_four();
        forged.find("hashes")->array()->pop_back();
        static_cast<void>(refresh.on_message("Node1", forged));
        const auto step = refresh.on_message("Node2", forged);
        REQUIRE(step.outcome);
        CHECK(step.outcome->error().kind == PoolErrorKind::verification_failed);
    }
    {
        client::PoolRefresh refresh(genesis_pool());
        static_cast<void>(refresh.start());
        static_cast<void>(refresh.on_message("Node1", script.proof_from_four()));
        auto step = refresh.on_message("Node2", script.proof_from_four());
        for (int asked = 1; asked < 4; ++asked) {
            CHECK_FALSE(step.outcome);
            step = refresh.on_timeout();
        }
        step = refresh.on_timeout();
        REQUIRE(step.outcome);
        CHECK(step.outcome->error().kind == PoolErrorKind::timeout);
    }
}

TEST_CASE("genesis files that are none are refused with the place") {
    for (const char* text : {"", "\n\n", "hello", "{}", "[1]",
                             R"({"txn":{"type":"1","data":{},"metadata":{}},"txnMetadata":{}})"}) {
        INFO(text);
        const auto pool = client::PoolLedger::from_genesis(text);
        REQUIRE(!pool);
        CHECK(pool.error().id == "SB-3001");
    }
    const auto none = client::PoolLedger::from_genesis(
        R"({"txn":{"type":"0","data":{"dest":"x","data":{"alias":"N"}},"metadata":{}},"txnMetadata":{"seqNo":1}})");
    REQUIRE(!none);
    CHECK(none.error().id == "SB-3002");

    const auto pool = genesis_pool();
    CHECK(pool.n() == 4);
    CHECK(pool.f() == 1);
    CHECK(pool.keys().size() == 4);
    const auto again = client::PoolLedger::from_genesis(pool.to_text());
    REQUIRE(again);
    CHECK(again->root() == pool.root());
}
