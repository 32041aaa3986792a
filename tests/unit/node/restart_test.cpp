// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include <catch2/catch.hpp>

#include "node/restart_plan.hpp"
#include "tests/unit/ledger/execution_fixture.hpp"

using namespace stadtbuch;

namespace {

ledger::RequestPtr restart_request(const std::string& members) {
    return ledger_test::request(ledger_test::trustee, R"({"type":"118",)" + members + "}");
}

}  // namespace

TEST_CASE("a POOL_RESTART is due at its time, at once, or never", "[node][restart]") {
    constexpr std::int64_t now = 1'795'000'000;
    const auto due = [](const std::string& members) {
        return node::restart_time(*restart_request(members), now);
    };
    CHECK(due(R"("action":"start")") == now);
    CHECK(due(R"("action":"start","datetime":"")") == now);
    CHECK(due(R"("action":"start","datetime":"0")") == now);
    CHECK(due(R"("action":"start","datetime":"2020-01-01T00:00:00+00:00")") == now);
    CHECK(due(R"("action":"start","datetime":"2030-01-01T00:00:00+00:00")") == 1'893'456'000);
    CHECK_FALSE(due(R"("action":"cancel")").has_value());
}

TEST_CASE("a planned restart can be taken back, and comes when it is due", "[node][restart]") {
    net::EventLoop loop;
    int restarts = 0;
    node::RestartPlan plan(loop, [&] {
        ++restarts;
        loop.stop();
    });
    plan.take(*restart_request(R"("action":"start","datetime":"0")"));
    plan.take(*restart_request(R"("action":"cancel")"));
    loop.run_for(20);
    CHECK(restarts == 0);
    plan.take(*restart_request(R"("action":"start","datetime":"2030-01-01T00:00:00+00:00")"));
    plan.take(*restart_request(R"("action":"start")"));
    loop.run();
    CHECK(restarts == 1);
}
