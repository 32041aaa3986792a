// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "consensus/selection.hpp"

#include <catch2/catch.hpp>
#include <fstream>

#include "consensus/quorums.hpp"
#include "storage/encoding/json.hpp"

using namespace stadtbuch;
using namespace stadtbuch::consensus;

namespace {

using Names = std::vector<NodeName>;

Names names_in(const encoding::Value& list) {
    Names out;
    for (const encoding::Value& name : *list.array()) out.push_back(*name.text());
    return out;
}

}  // namespace

TEST_CASE("quorums follow the table", "[consensus][plenum-consensus:12]") {
    struct Row {
        std::size_t n, f, weak, others, strong;
    };

    for (const Row& row :
         {Row{4, 1, 2, 2, 3}, Row{5, 1, 2, 3, 4}, Row{6, 1, 2, 4, 5}, Row{7, 2, 3, 4, 5},
          Row{8, 2, 3, 5, 6}, Row{9, 2, 3, 6, 7}, Row{10, 3, 4, 6, 7}, Row{13, 4, 5, 8, 9},
          Row{16, 5, 6, 10, 11}, Row{25, 8, 9, 16, 17}}) {
        const Quorums q{row.n};
        CHECK(q.f() == row.f);
        CHECK(q.weak() == row.weak);
        CHECK(q.prepare() == row.others);
        CHECK(q.commit() == row.strong);
    }
    CHECK(Quorums{1}.prepare() == 0);
    CHECK(Quorums{1}.commit() == 1);
    CHECK(Quorums{3}.f() == 0);
}

TEST_CASE("primaries after a node was added in view 0", "[consensus][plenum-consensus:7.1]") {
    RegistryHistory history({"A", "B", "C", "D"});
    CHECK(history.primaries(0) == Names{"A", "B"});
    history.note(0, {"A", "B", "C", "D"});
    const Names five{"A", "B", "C", "D", "E"};
    CHECK(history.master_primary(1) == "B");
    history.note(1, five);
    CHECK(history.primaries(1) == Names{"B", "C"});
    history.note(2, five);
    CHECK(history.master_primary(2) == "C");
    history.note(3, five);
    CHECK(history.master_primary(3) == "D");
    history.note(4, five);
    CHECK(history.master_primary(4) == "E");
}

TEST_CASE("who was removed has counted before", "[consensus][plenum-consensus:7.1]") {
    RegistryHistory history({"A", "B", "C", "D"});
    history.note(2, {"B", "C", "D"});
    CHECK(history.has_counted("A"));
    CHECK_FALSE(history.has_counted("E"));
}

TEST_CASE("the first note of a view counts", "[consensus][plenum-consensus:7.1]") {
    RegistryHistory history({"A", "B", "C", "D"});
    history.note(3, {"A", "B", "C"});
    history.note(3, {"D"});
    CHECK(history.master_primary(4) == "B");
}

TEST_CASE("who has not ordered the latest batches waits for a possible primary, too",
          "[consensus][plenum-consensus:7.1]") {
    RegistryHistory behind({"A", "B", "C", "D"});
    RegistryHistory ahead = behind;
    CHECK(ahead.possible_primaries(5) == Names{"B"});
    ahead.note(3, {"A", "B", "C"});
    CHECK(behind.master_primary(5) == "B");
    CHECK(ahead.master_primary(5) == "C");
    CHECK(ahead.possible_primaries(5) == Names{"B", "C"});
    CHECK(ahead.earlier_primary(5) == behind.master_primary(5));
    CHECK(behind.earlier_primary(5).empty());
    // What began with the view or after it does not decide who leads it.
    CHECK(ahead.earlier_primary(3).empty());
    CHECK(ahead.possible_primaries(3) == Names{"D"});
    CHECK(ahead.possible_primaries(12) == Names{"A"});
}

TEST_CASE("primaries of every recorded audit transaction are recomputed",
          "[consensus][plenum-consensus:7.1]") {
    std::ifstream file(STADTBUCH_TEST_DATA "/indy/ledger_audit.jsonl");
    REQUIRE(file.good());
    const Names genesis{"Node1", "Node2", "Node3", "Node4"};
    RegistryHistory history(genesis);
    Names registry = genesis;
    std::vector<Names> primaries;
    std::vector<Names> registries;
    for (std::string line; std::getline(file, line);) {
        const auto row = encoding::parse_json(line);
        REQUIRE(row);
        const encoding::Value& data = *row->find("txn")->find("txn")->find("data");
        const ViewNo view = *data.find("viewNo")->unsigned_integer();
        const auto resolved = [&](const char* key, std::vector<Names>& seen) {
            const encoding::Value& value = *data.find(key);
            const auto distance = value.unsigned_integer();
            seen.push_back(distance ? seen[seen.size() - static_cast<std::size_t>(*distance)]
                                    : names_in(value));
            return seen.back();
        };
        const Names recorded = resolved("primaries", primaries);
        const Names after = resolved("nodeReg", registries);
        history.note(view, registry);
        CHECK(history.primaries(view) == recorded);
        registry = after;
    }
    CHECK(primaries.size() > 100);
}
