// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include <catch2/catch.hpp>

#include <set>
#include <thread>

#include "node/load_watch.hpp"
#include "node/peer_faults.hpp"
#include "node/request_desk.hpp"
#include "tests/unit/ledger/execution_fixture.hpp"

using namespace stadtbuch;

TEST_CASE("more than one request a millisecond is load", "[node][load]") {
    node::LoadWatch watch;
    CHECK(watch.is_busy(1'000, 500) == false);
    CHECK_FALSE(watch.is_busy(1'049, 10'000).has_value());
    CHECK(watch.is_busy(1'050, 551) == true);
    CHECK(watch.is_busy(1'100, 601) == false);
    // After a pause the whole time counts, so that the first requests after it are not load.
    CHECK(watch.is_busy(9'100, 700) == false);
}

TEST_CASE("faults are counted for each member and said once a minute", "[node][faults]") {
    node::PeerFaults faults;
    CHECK(faults.note("Beta", "malformed frame", 1'000) == 1);
    for (int i = 0; i < 10; ++i) CHECK(faults.note("Beta", "malformed frame", 2'000) == 0);
    // Another fault, and another member, are news.
    CHECK(faults.note("Beta", "wrong digest", 2'000) == 1);
    CHECK(faults.note("Gamma", "malformed frame", 2'000) == 1);
    CHECK(faults.note("Beta", "malformed frame", 1'000 + node::PeerFaults::log_interval_ms) == 11);
    CHECK(faults.by_peer() == std::map<std::string, std::uint64_t>{{"Beta", 13}, {"Gamma", 1}});
    // Whoever finds ever new reasons takes no more memory.
    for (int i = 0; i < 10'000; ++i) (void)faults.note("Beta", std::to_string(i), 3'000);
    CHECK(faults.by_peer().at("") > 5'000);
}

TEST_CASE("each check is answered, also those after the last full group", "[node][desk]") {
    ledger_test::Pool pool;
    net::EventLoop loop;
    net::ThreadPool workers({1, 1'000, "worker"});
    node::RequestDesk desk(loop, workers, pool.execution());
    constexpr int count = 41;
    std::set<std::string> answered;
    for (int i = 0; i < count; ++i) {
        const std::string text = "request " + std::to_string(i);
        const auto made =
            ledger_test::request(ledger_test::trustee, ledger_test::nym(ledger_test::did_of(text)));
        const auto kept = desk.keep(text, *made);
        REQUIRE(desk.verify(kept,
                            [&](const ledger::RequestPtr& request, const ledger::Refusal* refusal) {
                                CHECK(refusal != nullptr);  // the fixture's signatures are none
                                answered.insert(request->digest);
                                if (answered.size() == count) loop.stop();
                            }));
    }
    // Ends because all are answered; that it ends at all is what is tried here.
    loop.run();
    CHECK(answered.size() == count);
    CHECK(desk.counters().checked == count);
    workers.drain();
}
