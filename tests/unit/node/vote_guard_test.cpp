// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Whether a validator may vote, from what its store and its keys' mark say (OP-61, R-011).
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "node/vote_guard.hpp"
#include "storage/base/bytes.hpp"
#include "storage/store/store.hpp"

using namespace stadtbuch;
using keys::VoteMark;
using keys::VoteState;
using node::judge;
using node::StoreMark;
using node::Trust;

namespace {

class Folder {
  public:
    Folder() : path_(std::filesystem::temp_directory_path() / "stadtbuch-vote-guard") {
        std::filesystem::remove_all(path_);
        std::filesystem::create_directories(path_);
    }

    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    ~Folder() { std::filesystem::remove_all(path_); }

    [[nodiscard]] std::string keystore() const { return (path_ / "keys.json").string(); }

    [[nodiscard]] std::string mark() const { return keys::vote_mark_path(keystore()); }

  private:
    std::filesystem::path path_;
};

Trust opened(store::Store& store, const Folder& folder, std::uint64_t batches) {
    auto guard = node::VoteGuard::open(store, folder.keystore(), batches, false);
    REQUIRE(guard);
    return guard->judgement().trust;
}

bool recovers(const store::Store& store) {
    return store.get(store::Column::votes, view_of(std::string_view("recover"))).has_value();
}

}  // namespace

TEST_CASE("what the marks say of a store") {
    const VoteMark fresh;
    const VoteMark asked{VoteState::recover, "", 0, 0};
    const VoteMark vouched{VoteState::vouched, "", 0, 0};
    const VoteMark voted{VoteState::voting, "a", 3, 100};
    const StoreMark same{"a", 3, false};

    struct Row {
        const char* what;
        std::optional<VoteMark> mark;
        node::StoreContents store;
        Trust trust;
    };

    const Row rows[] = {
        {"new keys, new store", fresh, {std::nullopt, 0, false}, Trust::votes},
        {"the start after it", voted, {same, 100, true}, Trust::votes},
        {"a crash between the two marks",
         voted,
         {StoreMark{"a", 4, false}, 120, true},
         Trust::votes},
        {"the folder is gone", voted, {std::nullopt, 0, false}, Trust::follows},
        {"another store", voted, {StoreMark{"b", 9, false}, 900, true}, Trust::follows},
        {"a store from before there were marks comes back",
         voted,
         {std::nullopt, 50, true},
         Trust::follows},
        {"a copy from before the last start",
         voted,
         {StoreMark{"a", 2, false}, 100, true},
         Trust::follows},
        {"a copy from this life", voted, {StoreMark{"a", 3, false}, 99, true}, Trust::follows},
        {"keys without a mark, and no store",
         std::nullopt,
         {std::nullopt, 0, false},
         Trust::in_doubt},
        {"the same, started once more",
         std::nullopt,
         {StoreMark{"a", 1, true}, 5, false},
         Trust::in_doubt},
        {"a store that has voted since",
         std::nullopt,
         {StoreMark{"a", 1, true}, 5, true},
         Trust::votes},
        {"a store from before there were marks",
         std::nullopt,
         {std::nullopt, 50, true},
         Trust::votes},
        {"asked for", asked, {same, 100, true}, Trust::follows},
        {"vouched for", vouched, {std::nullopt, 0, false}, Trust::votes},
    };
    for (const Row& row : rows) {
        INFO(row.what);
        CHECK(judge(row.mark, row.store).trust == row.trust);
        CHECK(judge(row.mark, row.store).reason.empty() == (row.trust == Trust::votes));
    }
}

TEST_CASE("the marks follow the store through its life") {
    const Folder folder;
    REQUIRE(keys::write_vote_mark(folder.mark(), {}));
    const auto store = store::make_memory_store();
    CHECK(opened(*store, folder, 0) == Trust::votes);
    CHECK(opened(*store, folder, 7) == Trust::votes);
    CHECK_FALSE(recovers(*store));
    // Wiped: it follows, and another start does not make it forget that.
    const auto empty = store::make_memory_store();
    CHECK(opened(*empty, folder, 0) == Trust::follows);
    CHECK(recovers(*empty));
    CHECK(opened(*empty, folder, 3) == Trust::votes);
    CHECK(recovers(*empty));
    // The old disk turns up again.
    CHECK(opened(*store, folder, 7) == Trust::follows);
    CHECK(recovers(*store));
    // The operator vouches.
    REQUIRE(keys::write_vote_mark(folder.mark(), {VoteState::vouched, "", 0, 0}));
    CHECK(opened(*store, folder, 7) == Trust::votes);
    CHECK_FALSE(recovers(*store));
}

TEST_CASE("a grown ledger is noted beside the keys") {
    const Folder folder;
    REQUIRE(keys::write_vote_mark(folder.mark(), {}));
    const auto store = store::make_memory_store();
    auto guard = node::VoteGuard::open(*store, folder.keystore(), 0, false);
    REQUIRE(guard);
    REQUIRE(guard->note(12));
    REQUIRE(guard->note(11));
    const auto mark = keys::read_vote_mark(folder.mark());
    REQUIRE((mark && *mark));
    CHECK((*mark)->batches == 12);
    CHECK(opened(*store, folder, 11) == Trust::follows);
}

TEST_CASE("a doubt is settled by the pool's answer") {
    const Folder folder;
    const auto store = store::make_memory_store();
    auto guard = node::VoteGuard::open(*store, folder.keystore(), 0, false);
    REQUIRE(guard);
    CHECK(guard->judgement().trust == Trust::in_doubt);
    CHECK_FALSE(std::filesystem::exists(folder.mark()));
    REQUIRE(guard->settle(200, 5));
    CHECK(guard->judgement().trust == Trust::follows);
    CHECK(store->get(store::Column::votes, view_of(std::string_view("recover"))) ==
          bytes_of("200"));
    CHECK(opened(*store, folder, 5) ==
          Trust::votes);  // what remains to be awaited stands in the store
    CHECK(recovers(*store));
}

TEST_CASE("a damaged mark stops the start") {
    const Folder folder;
    REQUIRE(keys::write_vote_mark(folder.mark(), {}));
    for (const char* text :
         {"", "{}", "{\"version\":2,\"state\":\"new\"}", "{\"version\":1,\"state\":\"voting\"}",
          "{\"version\":1,\"state\":\"voting\",\"store\":\"\",\"starts\":1,\"batches\":1}"}) {
        INFO(text);
        std::ofstream(folder.mark()) << text;
        const auto store = store::make_memory_store();
        const auto guard = node::VoteGuard::open(*store, folder.keystore(), 0, false);
        REQUIRE_FALSE(guard);
        CHECK(guard.error().error.id == "SB-4004");
        CHECK(guard.error().code == node::ExitCode::bad_data);
    }
}
