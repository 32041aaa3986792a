// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Batches: apply, seal, revert, commit, reopen, catch up.
#include <thread>

#include "storage/encoding/msgpack.hpp"
#include "tests/unit/ledger/execution_fixture.hpp"

using namespace ledger_test;

namespace {

std::string all_roots(const ledger::Execution& execution) {
    std::string text;
    for (const Ledger ledger : {Ledger::pool, Ledger::domain, Ledger::config, Ledger::audit}) {
        const auto roots = execution.committed_roots(ledger);
        text += encoding::hex_encode(roots.txn_root) + encoding::hex_encode(roots.state_root);
    }
    return text;
}

}  // namespace

TEST_CASE("genesis errors name file and line") {
    const std::string pool = file_text("pool_transactions_genesis.txn");
    const std::string domain = file_text("domain_transactions_genesis.txn");

    struct Row {
        std::string pool, domain, id, where;
    };

    const std::vector<Row> rows = {
        {"{", domain, "SB-2101", "pool genesis, line 1"},
        {pool, "[]\n", "SB-2101", "domain genesis, line 1"},
        {domain, domain, "SB-2103", "pool genesis, line 1"},
        {pool, pool, "SB-2103", "domain genesis, line 1"},
        {"", domain, "SB-2104", "pool genesis"},
        {pool, "\n\n", "SB-2104", "domain genesis"},
        {pool + pool, domain, "SB-2102", "pool genesis, line 5"},
    };
    for (const Row& row : rows) {
        const auto parsed = ledger::parse_genesis(row.pool, row.domain);
        REQUIRE_FALSE(parsed);
        CHECK(parsed.error().id == row.id);
        CHECK(parsed.error().where == row.where);
    }
}

TEST_CASE("a store of another genesis is refused") {
    std::shared_ptr<store::Store> store = store::make_memory_store();
    Pool pool(store);
    auto other = genesis();
    other.domain.pop_back();
    const auto opened = ledger::Execution::open(*store, other);
    REQUIRE_FALSE(opened);
    CHECK(opened.error().id == "SB-2110");
}

TEST_CASE("reverting restores every head, and what was reverted can be ordered again") {
    Pool pool;
    const auto one =
        request(trustee, nym(did_of("a"), ",\"role\":\"101\",\"verkey\":\"" + key_of("a") + "\""));
    const auto two = request(did_of("a"), nym(did_of("b"), ",\"verkey\":\"" + key_of("b") + "\""));
    const std::string before = all_roots(pool.execution());
    REQUIRE(pool.propose(Ledger::domain, {one}).discarded.empty());
    const auto head_one = pool.execution().uncommitted_roots(Ledger::domain);
    REQUIRE(pool.propose(Ledger::domain, {two}).discarded.empty());
    CHECK(pool.execution().find_verkey(did_of("b")) == key_of("b"));
    CHECK(pool.execution().is_ordered(*two, true));
    CHECK_FALSE(pool.execution().is_ordered(*two));

    pool.execution().revert_last();
    CHECK(pool.execution().uncommitted_roots(Ledger::domain) == head_one);
    CHECK_FALSE(pool.execution().find_verkey(did_of("b")).has_value());
    pool.execution().revert_last();
    CHECK(pool.execution().uncommitted_count() == 0);
    CHECK(all_roots(pool.execution()) == before);

    // Without its endorser, b may not be written; after a is there again it may.
    CHECK(pool.propose(Ledger::domain, {two}).discarded.size() == 1);
    pool.execution().revert_last();
    CHECK(pool.order(one).empty());
    CHECK(pool.order(two).empty());
}

TEST_CASE("a request is ordered once") {
    Pool pool;
    const auto one = request(trustee, nym(did_of("a")));
    const auto kept = pool.propose(Ledger::domain, {one, one});
    CHECK(kept.kept.size() == 1);
    CHECK(pool.propose(Ledger::domain, {one}).kept.empty());
    const auto again =
        pool.execution().apply({Ledger::domain, pool.time(), std::vector{one}, false});
    CHECK(again.problem == ledger::Applied::Problem::already_ordered);
    CHECK(again.problem_digest == one->digest);
    CHECK(pool.execution().uncommitted_count() == 2);
    static_cast<void>(pool.commit());
    static_cast<void>(pool.commit());
    CHECK(pool.execution().is_ordered(*one));
    const auto replay = pool.view().replay(*one);
    REQUIRE(replay);
    REQUIRE(*replay);
    CHECK((*replay)->find("txnMetadata")->find("seqNo")->integer() == 6);
}

TEST_CASE("a batch holds requests of its own ledger only") {
    Pool pool;
    const auto before = all_roots(pool.execution());
    const auto one = request(trustee, nym(did_of("a")));
    const auto applied =
        pool.execution().apply({Ledger::config, pool.time(), std::vector{one}, false});
    CHECK(applied.problem == ledger::Applied::Problem::wrong_ledger);
    CHECK(applied.problem_digest == one->digest);
    CHECK(pool.execution().uncommitted_count() == 0);
    CHECK(all_roots(pool.execution()) == before);
    CHECK(pool.order(one).empty());
}

TEST_CASE("commits lead to the same store, grouped or one by one, and opening it again continues") {
    std::vector<ledger::RequestPtr> requests;
    for (int i = 0; i < 12; ++i) {
        requests.push_back(request(
            trustee,
            nym(did_of(std::to_string(i)), ",\"verkey\":\"" + key_of(std::to_string(i)) + "\"")));
    }
    Pool single;
    for (const auto& one : requests) CHECK(single.order(one).empty());

    std::shared_ptr<store::Store> store = store::make_memory_store();
    std::string roots;
    {
        Pool grouped(store);
        for (const auto& one : requests) static_cast<void>(grouped.propose(Ledger::domain, {one}));
        store::Batch all;
        std::uint64_t last = 0;
        while (grouped.execution().uncommitted_count() > 0) {
            auto batch = grouped.execution().commit_oldest();
            // Committed data can be served before it is in the store.
            CHECK(grouped.execution().txn_json(Ledger::audit, batch.pp_seq_no).has_value());
            CHECK(grouped.execution().txn_root_at(
                      Ledger::domain, grouped.execution().committed_size(Ledger::domain)) ==
                  grouped.execution().committed_roots(Ledger::domain).txn_root);
            all.append(std::move(batch.write));
            last = batch.commit_no;
        }
        REQUIRE(store->write(all, store::Durability::synced));
        grouped.execution().mark_written(last);
        grouped.execution().trim_memory();
        roots = all_roots(grouped.execution());
        CHECK(roots == all_roots(single.execution()));
    }
    Pool again(store);
    CHECK(all_roots(again.execution()) == roots);
    const auto more = request(trustee, nym(did_of("more")));
    again.set_time(single.time());
    CHECK(again.order(more).empty());
    CHECK(single.order(more).empty());
    CHECK(all_roots(again.execution()) == all_roots(single.execution()));
    const auto record = again.execution().audit_record(13);
    REQUIRE(record);
    CHECK(record->primaries == std::vector<std::string>{"Node1", "Node2"});
    CHECK(record->node_registry == std::vector<std::string>{"Node1", "Node2", "Node3", "Node4"});
    CHECK(record->audit_root == again.execution().committed_roots(Ledger::audit).txn_root);
}

TEST_CASE("memory is bounded without changing a root") {
    std::shared_ptr<store::Store> store = store::make_memory_store();
    ledger::ExecutionOptions tight;
    tight.identities_max = 3;
    tight.trim_interval = 1;
    auto opened = ledger::Execution::open(*store, genesis(), tight);
    REQUIRE(opened);
    ledger::Execution& execution = **opened;
    Pool roomy;
    for (int i = 0; i < 300; ++i) {
        const std::string did = did_of(std::to_string(i % 200));
        const bool again = i >= 200;
        const auto one =
            again
                ? request(did, nym(did, ",\"verkey\":\"" + key_of("n" + std::to_string(i)) + "\""))
                : request(trustee, nym(did, ",\"verkey\":\"" + key_of(std::to_string(i)) + "\""));
        REQUIRE(roomy.order(one).empty());
        const auto applied =
            execution.apply({Ledger::domain, roomy.time(), std::vector{one}, true});
        REQUIRE(applied.discarded.empty());
        static_cast<void>(
            execution.seal({0, static_cast<std::uint64_t>(i + 1), "00", {"Node1", "Node2"}}));
        const auto batch = execution.commit_oldest();
        REQUIRE(store->write(batch.write, store::Durability::synced));
        execution.mark_written(batch.commit_no);
        execution.trim_memory();
    }
    CHECK(all_roots(execution) == all_roots(roomy.execution()));
    CHECK(execution.find_verkey(did_of("150")) == key_of("150"));
    CHECK(execution.find_verkey(did_of("7")) == key_of("n207"));
    CHECK_FALSE(execution.find_verkey(did_of("nobody")).has_value());
    const auto none = execution.apply({Ledger::audit, roomy.time(), {}, false});
    CHECK(none.problem == ledger::Applied::Problem::wrong_ledger);
}

TEST_CASE("what was written is lost when the store was not, and nothing else") {
    std::shared_ptr<store::Store> store = store::make_memory_store();
    Pool pool(store);
    CHECK(pool.order(request(trustee, nym(did_of("kept")))).empty());
    const std::string roots = all_roots(pool.execution());
    static_cast<void>(pool.propose(Ledger::domain, {request(trustee, nym(did_of("lost")))}));
    static_cast<void>(pool.execution().commit_oldest());  // never written: the process ends here
    Pool again(store);
    CHECK(all_roots(again.execution()) == roots);
}

TEST_CASE("a node that catches up has every root of the others") {
    Pool source;
    const std::string raw = "{\\\"endpoint\\\": {\\\"b\\\":1, \\\"a\\\":\\\"\\u00fc/\\\"}}";
    CHECK(source
              .order(request(trustee, nym(did_of("a"),
                                          ",\"role\":\"101\",\"verkey\":\"" + key_of("a") + "\"")))
              .empty());
    CHECK(source
              .order(request(did_of("a"), "{\"type\":\"100\",\"dest\":\"" + did_of("a") +
                                              "\",\"raw\":\"" + raw + "\"}"))
              .empty());
    CHECK(
        source
            .order(request(trustee, "{\"type\":\"5\",\"version\":\"1\",\"aml\":{\"click\":\"c\"}}"))
            .empty());
    static_cast<void>(source.propose(Ledger::config, {}));
    static_cast<void>(source.commit());

    Pool leecher;
    for (const Ledger ledger : {Ledger::pool, Ledger::audit, Ledger::config, Ledger::domain}) {
        std::vector<std::string> texts;
        for (std::uint64_t n = leecher.execution().committed_size(ledger) + 1;
             n <= source.execution().committed_size(ledger); ++n) {
            texts.push_back(source.execution().txn_json(ledger, n).value());
            const auto stored = source.view().txn_bytes(ledger, n);
            CHECK(ledger::Execution::leaf_hash_of(ledger, texts.back()) ==
                  hash::leaf_hash(*stored));
        }
        const auto batch = leecher.execution().append_caught_up(ledger, texts);
        REQUIRE(batch);
        REQUIRE(leecher.store().write(batch->write, store::Durability::synced));
        leecher.execution().mark_written(batch->commit_no);
    }
    CHECK(all_roots(leecher.execution()) == all_roots(source.execution()));
    CHECK(leecher.execution().find_verkey(did_of("a")) == key_of("a"));
    CHECK(leecher.view().txn_json(Ledger::domain, 7) == source.view().txn_json(Ledger::domain, 7));
    // Each state of the past is there, not only the last one.
    int moments = 0;
    leecher.view().for_each_timestamp(Ledger::domain, [&](std::int64_t, const Hash32& root) {
        CHECK(leecher.view().proved_value(root, hash::sha256(did_of("a")).view()));
        ++moments;
    });
    CHECK(moments == 2);

    // Both go on alike, audit distances included.
    const auto more = request(trustee, nym(did_of("more")));
    leecher.set_time(source.time());
    CHECK(source.order(more).empty());
    CHECK(leecher.order(more).empty());
    CHECK(all_roots(leecher.execution()) == all_roots(source.execution()));
}

TEST_CASE("catch-up refuses what is no transaction, and keeps the head") {
    Pool pool;
    const std::string before = all_roots(pool.execution());
    const std::vector<std::string> bad = {
        "",
        "[]",
        "{}",
        R"({"reqSignature":{},"txn":{"data":{},"metadata":{},"type":"1"},"txnMetadata":{"seqNo":6},"ver":"1"})",
        R"({"reqSignature":{},"txn":{"data":{"dest":"x"},"metadata":{},"type":"1"},"txnMetadata":{"seqNo":7},"ver":"1"})",
        R"({"reqSignature":{},"txn":{"data":{"dest":"x"},"metadata":{},"type":"0"},"txnMetadata":{"seqNo":6},"ver":"1"})",
        R"({"reqSignature":{},"txn":{"data":{"dest":"x"},"metadata":{},"type":"1"},"txnMetadata":{"seqNo":6},"ver":"1","more":1})",
        R"({"reqSignature":{},"txn":{"data":{"dest":"x","raw":"no json"},"metadata":{},"type":"100"},"txnMetadata":{"seqNo":6},"ver":"1"})",
    };
    for (const std::string& text : bad) {
        INFO(text);
        const auto appended = pool.execution().append_caught_up(Ledger::domain, std::vector{text});
        REQUIRE_FALSE(appended);
        CHECK(appended.error().id == "SB-2120");
        CHECK(all_roots(pool.execution()) == before);
    }
    CHECK_FALSE(pool.execution().append_caught_up(Ledger::audit, std::vector<std::string>{bad[3]}));
    CHECK(pool.order(request(trustee, nym(did_of("a")))).empty());
}

TEST_CASE("views and verkeys are read while batches commit") {
    Pool pool;
    ledger::Reader reader(pool.store());
    std::atomic<bool> done{false};
    std::atomic<std::uint64_t> read{0};
    std::vector<std::thread> readers;
    for (int i = 0; i < 2; ++i) {
        readers.emplace_back([&] {
            while (!done) {
                const auto view = reader.view();
                const std::uint64_t size = view->size(Ledger::domain);
                if (view->txn_root_at(Ledger::domain, size) != view->txn_root(Ledger::domain))
                    std::abort();
                if (!view->verkey(trustee) || !pool.execution().find_verkey(trustee)) std::abort();
                ++read;
            }
        });
    }
    for (int i = 0; i < 60 || read < 20; ++i) {
        CHECK(pool.order(request(trustee, nym(did_of("r" + std::to_string(i))))).empty());
        reader.refresh();
    }
    done = true;
    for (auto& thread : readers) thread.join();
}
