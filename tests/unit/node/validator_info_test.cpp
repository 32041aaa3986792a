// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// VALIDATOR_INFO: the members that the reference's own answer has, and facts instead of fixed
// values.
#include <catch2/catch.hpp>

#include "node/node_facts.hpp"
#include "tests/unit/ledger/recordings.hpp"

using namespace stadtbuch;
using encoding::Value;

namespace {

struct Sample {
    node::Settings settings;
    node::NodeFacts facts;

    Sample() {
        settings.data = "/nowhere";
        facts.alias = "Node1";
        facts.settings = &settings;
        facts.now = 1795267046;
        facts.driver.consensus.phase = consensus::Phase::participating;
        facts.driver.consensus.n = 4;
        facts.driver.consensus.f = 1;
        facts.driver.consensus.primaries = {"Node1", "Node2"};
        facts.driver.ledger_sizes = {4, 20, 0, 7};
    }
};

Value recorded_info() {
    for (const auto& one : recordings::read_cases("client_cases.jsonl")) {
        for (const auto* replies : {&one.raw_replies, &one.node_replies}) {
            for (const auto& [node, frames] : *replies) {
                for (const std::string& frame : frames) {
                    if (frame.find("Catchup_status") == std::string::npos) continue;
                    const auto reply = encoding::parse_json(frame);
                    if (reply) return *reply->find("result")->find("data");
                }
            }
        }
    }
    return Value();
}

/// Members that `wanted` has and `info` lacks, as paths.
void add_missing(const Value& wanted, const Value& info, const std::string& path,
                 std::vector<std::string>& missing) {
    for (const encoding::Member& member : *wanted.object()) {
        const Value* own = info.find(member.key);
        const std::string place = path + "/" + member.key;
        // What the reference measures of itself differs; replicas and votes are named after nodes.
        const bool is_own = member.key == "Metrics" || member.key == "Replicas_status";
        if (own == nullptr) {
            missing.push_back(place);
        } else if (!is_own && member.value.is_object() && own->is_object()) {
            if (member.key == "Last_txn_3PC_keys" || member.key == "Freshness_status" ||
                member.key == "Uncommitted_ledger_txns")
                continue;
            add_missing(member.value, *own, place, missing);
        }
    }
}

}  // namespace

TEST_CASE("VALIDATOR_INFO has the members of the reference's answer") {
    const Value wanted = recorded_info();
    REQUIRE(wanted.is_object());
    Sample sample;
    std::vector<std::string> missing;
    add_missing(wanted, node::validator_info(sample.facts), "", missing);
    CAPTURE(missing);
    CHECK(missing.empty());
}

TEST_CASE("VALIDATOR_INFO tells what is so") {
    Sample sample;
    const auto member = [&sample](std::initializer_list<const char*> path) {
        Value place = node::validator_info(sample.facts);
        for (const char* name : path) {
            const Value* inner = place.find(name);
            REQUIRE(inner != nullptr);
            place = Value(*inner);
        }
        return place;
    };
    CHECK(member({"Pool_info", "Read_only"}) == Value(false));
    CHECK(member({"Node_info", "View_change_status", "Last_view_change_started_at"}) ==
          Value("1970-01-01 00:00:00"));
    CHECK(member({"Node_info", "Catchup_status", "Ledger_statuses", "1"}) == Value("synced"));
    CHECK(member({"Node_info", "Metrics", "transaction-count", "ledger"}) == Value(20));
    CHECK(member({"Node_info", "Uncommitted_ledger_txns", "1", "Count"}) == Value(0));
    CHECK(member({"Software", "OS_version"}).text()->starts_with("Linux-"));
    CHECK(member({"Node_info", "Mode"}) == Value("participating"));
    // Monitors ask for each ledger, also before it had a batch.
    sample.facts.driver.consensus.last_batch_time.clear();
    sample.facts.started_at = 1795267046;
    for (const char* ledger : {"0", "1", "2"}) {
        CHECK(member({"Node_info", "Freshness_status", ledger, "Last_updated_time"}) ==
              Value("2026-11-21 13:17:26+00:00"));
    }

    sample.facts.driver.writes_enabled = false;
    sample.facts.driver.view_change_started_at = 1795267046;
    sample.facts.driver.uncommitted_counts = {0, 3, 0, 1};
    sample.facts.driver.caught_up = {0, 12, 0, 5};
    sample.facts.driver.consensus.last_batch_time[consensus::LedgerId::domain] = 1795267046;
    sample.facts.driver.consensus.phase = consensus::Phase::catching_up;
    CHECK(member({"Pool_info", "Read_only"}) == Value(true));
    CHECK(member({"Node_info", "View_change_status", "Last_view_change_started_at"}) ==
          Value("2026-11-21 13:17:26"));
    CHECK(member({"Node_info", "Catchup_status", "Ledger_statuses", "3"}) == Value("syncing"));
    CHECK(member({"Node_info", "Catchup_status", "Number_txns_in_catchup", "1"}) == Value(12));
    CHECK(member({"Node_info", "Uncommitted_ledger_txns", "1", "Count"}) == Value(3));
    CHECK(member({"Node_info", "Freshness_status", "1", "Last_updated_time"}) ==
          Value("2026-11-21 13:17:26+00:00"));
    CHECK(member({"Node_info", "Mode"}) == Value("syncing"));
}
