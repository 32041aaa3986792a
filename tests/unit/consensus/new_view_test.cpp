// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "consensus/viewchange/new_view.hpp"

#include <catch2/catch.hpp>
#include <fstream>
#include <map>

#include "storage/encoding/json.hpp"

using namespace stadtbuch;
using namespace stadtbuch::consensus;
using namespace stadtbuch::consensus::messages;

namespace {

ViewChange change(PpSeqNo stable, std::vector<BatchId> prepared, std::vector<BatchId> preprepared,
                  std::vector<PpSeqNo> ends) {
    ViewChange out;
    out.view_no = 9;
    out.stable_checkpoint = stable;
    out.prepared = std::move(prepared);
    out.preprepared = std::move(preprepared);
    for (const PpSeqNo end : ends) out.checkpoints.push_back({0, 0, 0, end, std::nullopt});
    return out;
}

viewchange::Messages pointers(const std::vector<ViewChange>& list) {
    viewchange::Messages out;
    for (const ViewChange& one : list) out.push_back(&one);
    return out;
}

const Quorums four{4};

}  // namespace

TEST_CASE("who is ahead of what this node ordered", "[consensus][plenum-consensus:8.4]") {
    const std::vector<ViewChange> list{change(0, {{3, 2, 7, "x"}}, {}, {0}),
                                       change(0, {{3, 2, 7, "x"}, {3, 3, 8, "y"}}, {}, {0}),
                                       change(0, {}, {{3, 3, 8, "y"}}, {0})};
    CHECK(viewchange::ahead_of(pointers(list), 6, 1) == 2);
    CHECK(viewchange::ahead_of(pointers(list), 6, 2) == 1);
    CHECK(viewchange::ahead_of(pointers(list), 7, 1) == 1);
    CHECK(viewchange::ahead_of(pointers(list), 8, 1) == 0);
    const std::vector<ViewChange> stable{change(10, {}, {}, {10}), change(0, {}, {}, {0})};
    CHECK(viewchange::ahead_of(pointers(stable), 9, 3) == 1);
    CHECK(viewchange::ahead_of(pointers(stable), 10, 0) == 0);
}

TEST_CASE("a NEW_VIEW names n-f members, each once", "[consensus][plenum-consensus:8.4]") {
    const std::vector<NodeName> members{"A", "B", "C", "D"};
    NewView view;
    view.view_changes = {{"A", "a"}, {"B", "b"}};
    CHECK_FALSE(viewchange::names_enough(view, members));
    view.view_changes.emplace_back("B", "b");
    CHECK_FALSE(viewchange::names_enough(view, members));
    view.view_changes.back() = {"D", "d"};
    CHECK(viewchange::names_enough(view, members));
    view.view_changes.emplace_back("E", "e");
    CHECK_FALSE(viewchange::names_enough(view, members));
}

TEST_CASE("batches are the same in whatever view they were prepared last", "[consensus]") {
    const std::vector<BatchId> here{{0, 0, 2, "y"}, {2, 0, 1, "x"}};
    CHECK(viewchange::same_batches(here, {{0, 0, 1, "x"}, {2, 0, 2, "y"}}));
    CHECK_FALSE(viewchange::same_batches(here, {{0, 0, 1, "x"}}));
    CHECK_FALSE(viewchange::same_batches(here, {{2, 0, 1, "x"}, {2, 1, 2, "y"}}));
    CHECK_FALSE(viewchange::same_batches(here, {{2, 0, 1, "x"}, {2, 0, 2, "z"}}));
    CHECK_FALSE(viewchange::same_batches(here, {{2, 0, 1, "x"}, {2, 0, 3, "y"}}));
}

TEST_CASE("every recorded NEW_VIEW is recomputed from the VIEW_CHANGEs it names",
          "[consensus][plenum-consensus:8.4]") {
    std::ifstream file(STADTBUCH_TEST_DATA "/indy/node_messages.jsonl");
    REQUIRE(file.good());
    std::map<std::pair<std::string, std::string>, ViewChange> changes;
    int checked = 0;
    for (std::string line; std::getline(file, line);) {
        const auto row = encoding::parse_json(line);
        REQUIRE(row);
        const auto message = decode(row->text_at("raw"));
        if (!message) continue;
        if (const auto* vc = std::get_if<ViewChange>(&*message)) {
            changes[{std::string(row->text_at("frm")), view_change_digest(*vc)}] = *vc;
        }
        const auto* view = std::get_if<NewView>(&*message);
        if (view == nullptr) continue;
        viewchange::Messages used;
        for (const auto& entry : view->view_changes) used.push_back(&changes.at(entry));
        const auto checkpoint = viewchange::common_checkpoint(used, four);
        REQUIRE(checkpoint);
        CHECK(*checkpoint == view->checkpoint);
        const auto batches = viewchange::batches_above(checkpoint->seq_no_end, used, four, 300);
        REQUIRE(batches);
        CHECK(*batches == view->batches);
        ++checked;
    }
    CHECK(checked == 2);
}

TEST_CASE("a checkpoint needs n-f holders and none of them beyond it",
          "[consensus][plenum-consensus:8.4]") {
    // indy-plenum#1506: stable 10, 0, 0 with ends {10,20}, {0,10}, {0}
    const std::vector<ViewChange> three{change(10, {}, {}, {10, 20}), change(0, {}, {}, {0, 10}),
                                        change(0, {}, {}, {0})};
    CHECK_FALSE(viewchange::common_checkpoint(pointers(three), four));
    auto more = three;
    more.push_back(change(0, {}, {}, {0, 10}));
    const auto found = viewchange::common_checkpoint(pointers(more), four);
    REQUIRE(found);
    CHECK(found->seq_no_end == 10);
}

TEST_CASE("a batch prepared at one member and pre-prepared at f+1 survives",
          "[consensus][plenum-consensus:8.4]") {
    const BatchId b{1, 1, 1, "aa"};
    const std::vector<ViewChange> list{change(0, {b}, {b}, {0}), change(0, {}, {b}, {0}),
                                       change(0, {}, {}, {0})};
    const auto batches = viewchange::batches_above(0, pointers(list), four, 300);
    REQUIRE(batches);
    CHECK(*batches == std::vector<BatchId>{b});
}

TEST_CASE("a certificate without witness leaves the choice open",
          "[consensus][plenum-consensus:8.4]") {
    const BatchId b{1, 1, 1, "aa"};
    const std::vector<ViewChange> list{change(0, {b}, {b}, {0}), change(0, {}, {}, {0}),
                                       change(0, {}, {}, {0})};
    CHECK_FALSE(viewchange::batches_above(0, pointers(list), four, 300));
}

TEST_CASE("the later certificate wins, and only the earlier range ends the list",
          "[consensus][plenum-consensus:8.4]") {
    const BatchId old_one{1, 1, 1, "aa"};
    const BatchId new_one{2, 2, 1, "bb"};
    const std::vector<ViewChange> list{change(0, {old_one}, {old_one, new_one}, {0}),
                                       change(0, {new_one}, {new_one}, {0}),
                                       change(0, {}, {new_one}, {0})};
    const auto batches = viewchange::batches_above(0, pointers(list), four, 300);
    REQUIRE(batches);
    CHECK(*batches == std::vector<BatchId>{new_one});
}

TEST_CASE("what stood on a batch that a later view replaced is void",
          "[consensus][plenum-consensus:8.4]") {
    // Seed 11000019415: only the first one's second batch is left of view 0, the others were in
    // view 1.
    const BatchId old_one{0, 0, 1, "aa"};
    const BatchId old_two{0, 0, 2, "bb"};
    const BatchId new_one{1, 1, 1, "cc"};
    const std::vector<BatchId> seen{old_one, old_two, new_one};
    const std::vector<ViewChange> list{change(0, {old_one, old_two}, {old_one, old_two}, {0}),
                                       change(0, {new_one}, seen, {0}), change(0, {}, seen, {0})};
    const auto batches = viewchange::batches_above(0, pointers(list), four, 300);
    REQUIRE(batches);
    CHECK(*batches == std::vector<BatchId>{new_one});

    // Re-created in view 1, the first one is still what the second one stands on.
    const BatchId again{1, 0, 1, "aa"};
    const std::vector<ViewChange> kept{change(0, {old_one, old_two}, {old_one, old_two}, {0}),
                                       change(0, {again}, {again, old_two}, {0}),
                                       change(0, {}, {again}, {0})};
    const auto both = viewchange::batches_above(0, pointers(kept), four, 300);
    REQUIRE(both);
    CHECK(*both == std::vector<BatchId>{old_two, again});
}

TEST_CASE("a list over several views is sorted as tuples", "[consensus][plenum-consensus:8.6]") {
    const BatchId one{2, 1, 1, "a"};
    const BatchId two{2, 1, 2, "b"};
    const BatchId three{1, 1, 3, "c"};
    const std::vector<BatchId> all{one, two, three};
    const std::vector<ViewChange> list{change(0, all, all, {0}), change(0, all, all, {0}),
                                       change(0, all, all, {0})};
    const auto batches = viewchange::batches_above(0, pointers(list), four, 300);
    REQUIRE(batches);
    CHECK(*batches == std::vector<BatchId>{three, one, two});
}
