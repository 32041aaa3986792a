// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What every store does, whoever made it.
#include "storage/store/store.hpp"

#include <atomic>
#include <map>
#include <random>
#include <thread>

#include "storage/hash/hash.hpp"
#include "storage/store/node_sources.hpp"
#include "tests/unit/store/support.hpp"

using namespace stadtbuch;
using namespace stadtbuch::store;
using store_support::TemporaryDirectory;

namespace {

struct Subject {
    TemporaryDirectory directory;
    std::unique_ptr<Store> store;
};

std::unique_ptr<Subject> subject(bool is_durable) {
    auto made = std::make_unique<Subject>();
    made->store =
        is_durable ? store_support::opened(store_support::options_at(made->directory.file("store")))
                   : make_memory_store();
    return made;
}

Bytes number_key(std::uint64_t number) {
    return txn_key(0, number);
}

std::vector<std::string> texts_in(const Snapshot& from, std::string_view begin,
                                  std::string_view end) {
    std::vector<std::string> keys;
    from.scan(Column::index, view_of(begin), view_of(end), [&keys](BytesView key, BytesView) {
        keys.push_back(string_of(key));
        return true;
    });
    return keys;
}

}  // namespace

TEST_CASE("keys of transactions and log nodes sort by number", "[store]") {
    CHECK(txn_key(1, 258) == Bytes{1, 0, 0, 0, 0, 0, 0, 1, 2});
    CHECK(merkle_key(2, 3, 4) == Bytes{2, 3, 0, 0, 0, 0, 0, 0, 0, 4});
    CHECK(txn_key(0, 255) < txn_key(0, 256));
}

TEST_CASE("a batch counts its octets and can be joined to another", "[store]") {
    Batch first, second;
    first.put(Column::meta, view_of("ab"), view_of("cde"));
    second.erase(Column::meta, view_of("f"));
    first.append(std::move(second));
    CHECK(first.bytes() == 6);
    CHECK(first.changes().size() == 2);
    first.clear();
    CHECK(first.empty());
    CHECK(first.bytes() == 0);
}

TEST_CASE("a batch holds copies, wherever it is moved to", "[store]") {
    Batch batch;
    for (int i = 0; i < 2'000; ++i) {
        const std::string key = "key " + std::to_string(i), value(static_cast<std::size_t>(i), 'x');
        batch.put(Column::index, view_of(key), view_of(value));
    }
    Batch moved = std::move(batch), whole;
    batch.clear();  // a batch that was moved from is empty and can be filled again
    batch.put(Column::index, view_of("after"), view_of("1"));
    whole.put(Column::index, view_of("before"), view_of("2"));
    whole.append(std::move(moved));
    whole.append(std::move(batch));
    whole.put(Column::index, view_of("last"), view_of("3"));
    REQUIRE(whole.changes().size() == 2'003);
    CHECK(text_of(whole.changes().front().key) == "before");
    for (std::size_t i = 0; i < 2'000; ++i) {
        const Batch::Change& change = whole.changes()[i + 1];
        if (text_of(change.key) != "key " + std::to_string(i)) FAIL("key " << i);
        if (text_of(*change.value) != std::string(i, 'x')) FAIL("value " << i);
    }
    CHECK(text_of(whole.changes()[2'001].key) == "after");
    CHECK(text_of(*whole.changes().back().value) == "3");
}

TEST_CASE("columns are separate, later changes of a batch win", "[store]") {
    const auto s = subject(GENERATE(false, true));
    Batch batch;
    batch.put(Column::meta, view_of("k"), view_of("1"));
    batch.put(Column::index, view_of("k"), view_of("2"));
    batch.put(Column::index, view_of("gone"), view_of("x"));
    batch.erase(Column::index, view_of("gone"));
    batch.put(Column::votes, view_of("empty"), {});
    REQUIRE(s->store->write(batch, Durability::synced));
    CHECK(s->store->get(Column::meta, view_of("k")) == bytes_of("1"));
    CHECK(s->store->get(Column::index, view_of("k")) == bytes_of("2"));
    CHECK_FALSE(s->store->get(Column::txns, view_of("k")));
    CHECK_FALSE(s->store->get(Column::index, view_of("gone")));
    CHECK(s->store->get(Column::votes, view_of("empty")) == Bytes{});
    CHECK(s->store->counters().puts == 4);
    CHECK(s->store->counters().writes == 1);
    CHECK(s->store->counters().syncs >= 1);
    CHECK(s->store->counters().gets == 5);
    CHECK_FALSE(s->store->failure());
}

TEST_CASE("a new store shows nothing in any column", "[store]") {
    const auto s = subject(GENERATE(false, true));
    for (std::size_t i = 0; i < column_count; ++i) {
        std::size_t keys = 0;
        s->store->scan(static_cast<Column>(i), {}, {},
                       [&keys](BytesView, BytesView) { return ++keys > 0; });
        CHECK(keys == 0);
    }
}

TEST_CASE("joined batches are one write in their order", "[store]") {
    const auto s = subject(GENERATE(false, true));
    Batch first, second;
    first.put(Column::meta, view_of("k"), view_of("1"));
    second.put(Column::meta, view_of("k"), view_of("2"));
    const Batch* const both[] = {&first, &second};
    REQUIRE(s->store->write_joined(both, Durability::buffered));
    CHECK(s->store->get(Column::meta, view_of("k")) == bytes_of("2"));
    CHECK(s->store->counters().writes == 1);
}

TEST_CASE("ranges are half open, an empty end is the last key, a visitor may stop", "[store]") {
    const auto s = subject(GENERATE(false, true));
    Batch batch;
    for (const char* key : {"a", "b", "ba", "c", "\xff\xff"})
        batch.put(Column::index, view_of(key), view_of("v"));
    batch.put(Column::meta, view_of("bb"), view_of("other column"));
    REQUIRE(s->store->write(batch, Durability::buffered));
    CHECK(texts_in(*s->store, "b", "c") == std::vector<std::string>{"b", "ba"});
    CHECK(texts_in(*s->store, "bb", "") == std::vector<std::string>{"c", "\xff\xff"});
    CHECK(texts_in(*s->store, "", "") == std::vector<std::string>{"a", "b", "ba", "c", "\xff\xff"});
    CHECK(texts_in(*s->store, "c", "b").empty());
    std::size_t visits = 0;
    s->store->scan(Column::index, {}, {}, [&visits](BytesView, BytesView) { return ++visits < 2; });
    CHECK(visits == 2);
}

TEST_CASE("floor finds the greatest key with the prefix that is not above", "[store]") {
    const auto s = subject(GENERATE(false, true));
    Batch batch;
    for (const std::uint64_t number : {10u, 20u, 30u})
        batch.put(Column::index, txn_key(1, number), txn_key(9, number));
    batch.put(Column::index, txn_key(0, 99), view_of("other prefix"));
    REQUIRE(s->store->write(batch, Durability::buffered));
    const Bytes prefix{1};
    const auto found_at = [&](std::uint64_t number) {
        return s->store->floor(Column::index, prefix, txn_key(1, number));
    };
    CHECK(found_at(20)->first == txn_key(1, 20));
    CHECK(found_at(29)->second == txn_key(9, 20));
    CHECK(found_at(1000)->first == txn_key(1, 30));
    CHECK_FALSE(found_at(9));
    CHECK_FALSE(s->store->floor(Column::index, Bytes{2}, txn_key(2, 5)));
}

TEST_CASE("a snapshot shows neither later writes nor later erasures", "[store]") {
    const auto s = subject(GENERATE(false, true));
    Batch batch;
    for (std::uint64_t i = 0; i < 200; ++i) batch.put(Column::index, number_key(i), number_key(i));
    REQUIRE(s->store->write(batch, Durability::buffered));
    const std::unique_ptr<Snapshot> before = s->store->snapshot();
    Batch change;
    for (std::uint64_t i = 0; i < 200; i += 2) change.erase(Column::index, number_key(i));
    change.put(Column::index, number_key(1), view_of("new"));
    change.put(Column::index, number_key(500), view_of("new"));
    REQUIRE(s->store->write(change, Durability::buffered));
    const std::unique_ptr<Snapshot> after = s->store->snapshot();
    REQUIRE(s->store->write(change, Durability::buffered));

    const auto count_in = [](const Snapshot& from) {
        std::size_t count = 0;
        from.scan(Column::index, {}, {}, [&count](BytesView, BytesView) { return ++count > 0; });
        return count;
    };
    CHECK(count_in(*before) == 200);
    CHECK(count_in(*after) == 101);
    CHECK(before->get(Column::index, number_key(0)) == number_key(0));
    CHECK(before->get(Column::index, number_key(1)) == number_key(1));
    CHECK_FALSE(before->get(Column::index, number_key(500)));
    CHECK(before->floor(Column::index, Bytes{0}, number_key(900))->first == number_key(199));
    CHECK(after->get(Column::index, number_key(1)) == bytes_of("new"));
    CHECK_FALSE(s->store->get(Column::index, number_key(0)));
    CHECK(s->store->floor(Column::index, Bytes{0}, number_key(0)) == std::nullopt);
}

TEST_CASE("a snapshot outlives its store", "[store]") {
    const auto s = subject(GENERATE(false, true));
    Batch batch;
    batch.put(Column::meta, view_of("k"), view_of("v"));
    REQUIRE(s->store->write(batch, Durability::synced));
    const std::unique_ptr<Snapshot> kept = s->store->snapshot();
    s->store.reset();
    CHECK(kept->get(Column::meta, view_of("k")) == bytes_of("v"));
}

TEST_CASE("random writes and snapshots equal plain maps", "[store]") {
    using Content = std::map<Bytes, Bytes>;
    const auto s = subject(GENERATE(false, true));
    std::mt19937_64 random(11);
    Content content;
    std::vector<std::pair<std::unique_ptr<Snapshot>, Content>> snapshots;
    const auto content_in = [](const Snapshot& from) {
        Content found;
        from.scan(Column::txns, {}, {}, [&found](BytesView key, BytesView value) {
            found.emplace(bytes_of(key), bytes_of(value));
            return true;
        });
        return found;
    };
    for (int step = 0; step < 400; ++step) {
        Batch batch;
        for (std::uint64_t i = random() % 4; i > 0; --i) {
            const Bytes key = number_key(random() % 60);
            if (random() % 3 == 0) {
                batch.erase(Column::txns, key);
                content.erase(key);
            } else {
                const Bytes value = number_key(random());
                batch.put(Column::txns, key, value);
                content.insert_or_assign(key, value);
            }
        }
        REQUIRE(s->store->write(batch, Durability::buffered));
        if (random() % 10 == 0) snapshots.emplace_back(s->store->snapshot(), content);
        if (random() % 12 == 0 && !snapshots.empty()) {
            const std::size_t at = random() % snapshots.size();
            REQUIRE(content_in(*snapshots[at].first) == snapshots[at].second);
            snapshots.erase(snapshots.begin() + static_cast<std::ptrdiff_t>(at));
        }
        if (random() % 40 == 0) snapshots.clear();
        REQUIRE(content_in(*s->store) == content);
    }
}

TEST_CASE("a visitor may write to the store that it walks", "[store]") {
    const auto s = subject(GENERATE(false, true));
    Batch batch;
    for (std::uint64_t i = 0; i < 300; ++i) batch.put(Column::index, number_key(i), view_of("v"));
    REQUIRE(s->store->write(batch, Durability::buffered));
    std::size_t visits = 0;
    s->store->scan(Column::index, {}, {}, [&](BytesView key, BytesView) {
        Batch change;
        change.erase(Column::index, key);
        change.put(Column::index, number_key(1000 + visits), view_of("w"));
        ++visits;
        return s->store->write(change, Durability::buffered).has_value();
    });
    CHECK(visits == 300);
    CHECK(s->store->floor(Column::index, Bytes{0}, number_key(999)) == std::nullopt);
}

TEST_CASE("concurrent writers and readers see whole batches only", "[store]") {
    const auto s = subject(GENERATE(false, true));
    std::atomic<bool> is_done{false};
    std::atomic<int> wrong{0};
    std::thread writer([&] {
        for (std::uint64_t i = 1; i <= 500; ++i) {
            Batch batch;
            batch.put(Column::meta, view_of("a"), number_key(i));
            batch.put(Column::index, view_of("b"), number_key(i));
            if (!s->store->write(batch, Durability::buffered)) ++wrong;
        }
        is_done = true;
    });
    while (!is_done) {
        const std::unique_ptr<Snapshot> view = s->store->snapshot();
        if (view->get(Column::meta, view_of("a")) != view->get(Column::index, view_of("b")))
            ++wrong;
    }
    writer.join();
    CHECK(wrong == 0);
}

TEST_CASE("a ledger's log and state live in the store", "[store]") {
    const auto s = subject(GENERATE(false, true));
    const StoredTrieNodes trie_nodes(*s->store);
    trie::Trie state(trie_nodes, trie::blank_root());
    merkle::Frontier frontier;
    Batch batch;
    std::vector<merkle::Node> created;
    for (std::uint64_t i = 0; i < 50; ++i) {
        state.set(number_key(i),
                  view_of("a value that is too long to be inlined " + std::to_string(i)));
        frontier.append(hash::leaf_hash(number_key(i)), created);
    }
    state.collect_new_nodes(
        [&batch](const Hash32& hash, BytesView rlp) { put_trie_node(batch, hash, rlp); });
    put_merkle_nodes(batch, 1, created);
    REQUIRE(s->store->write(batch, Durability::synced));

    const auto found = trie::find(trie_nodes, state.root(), number_key(49));
    REQUIRE(found);
    CHECK(*found == bytes_of("a value that is too long to be inlined 49"));
    const StoredMerkleNodes log(*s->store, 1);
    CHECK(merkle::root_at(log, 50) == frontier.root());
    const auto path = merkle::audit_path(log, 12, 50);
    REQUIRE(path);
    CHECK(
        merkle::verify_audit_path(hash::leaf_hash(number_key(12)), 12, 50, *path, frontier.root()));
    CHECK_FALSE(merkle::root_at(StoredMerkleNodes(*s->store, 2), 50));
}
