// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What must hold through crashes and under concurrency: codes once, indexes once, cases never lost.
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <set>
#include <stdexcept>
#include <thread>

#include "ssi/agent/records.hpp"
#include "ssi/agent/saved_filters.hpp"
#include "ssi/agent/status_lists.hpp"
#include "ssi/keys/os_random.hpp"
#include "tests/unit/agent/town.hpp"

using namespace stadtbuch;
using namespace stadtbuch::agent;

namespace {

StatusSettings small_lists() {
    StatusSettings out;
    out.lists = 2;
    out.size = 1024;
    return out;
}

}  // namespace

TEST_CASE("of many threads one redeems a code", "[agent][records]") {
    const test::FreshStore store;
    const auto opened = store.open();
    Database& database = *opened;
    StoreRecords records(database);
    for (int round = 0; round < 50; ++round) {
        const std::string key = "code" + std::to_string(round);
        REQUIRE(records.put_if_absent("code", key, "v", 100));
        REQUIRE_FALSE(records.put_if_absent("code", key, "w", 100));
        std::atomic<int> won{0};
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back(
                [&] { won += records.compare_and_delete("code", key, "v") ? 1 : 0; });
        }
        for (std::thread& thread : threads) thread.join();
        CHECK(won == 1);
    }
}

TEST_CASE("of many threads one uses a proof of a nonce", "[agent][records]") {
    const test::FreshStore store;
    const auto opened = store.open();
    StoreRecords records(*opened);
    for (int round = 0; round < 20; ++round) {
        const std::string nonce = "nonce" + std::to_string(round);
        std::atomic<int> won{0};
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([&, i] {
                const std::vector<std::string> proofs{nonce + "common", nonce + std::to_string(i)};
                won += records.put_all_if_absent("proof", nonce, proofs, 100) ? 1 : 0;
            });
        }
        for (std::thread& thread : threads) thread.join();
        CHECK(won == 1);
        int kept = 0;
        for (int i = 0; i < 4; ++i) kept += records.get("proof", nonce + std::to_string(i)) ? 1 : 0;
        CHECK(kept == 1);  // who lost has left nothing
    }
    CHECK(records.expire(101) == 40);
}

TEST_CASE("an answer waits for the disk, and nobody else", "[agent][store]") {
    const test::FreshStore store;
    auto opened = store.open();
    Database& database = *opened;
    std::atomic<int> answered{0};
    std::atomic<int> too_early{0};
    const auto one = [&](const std::string& key) {
        const std::uint64_t before = database.counters().syncs;
        database.together_then(
            [&] {
                store::Batch batch;
                put(batch, key, "v");
                database.commit(batch);
            },
            [&, before] {
                if (!test::on_postgres() && database.counters().syncs <= before) ++too_early;
                ++answered;
            });
    };
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&, i] {
            for (int k = 0; k < 50; ++k) one("r" + std::to_string(i) + "-" + std::to_string(k));
        });
    }
    for (std::thread& thread : threads) thread.join();
    bool at_once = false;
    database.together_then([] {}, [&] { at_once = true; });
    CHECK(at_once);  // nothing was written
    bool after_failure = false;
    CHECK_THROWS_AS(database.together_then([] { throw std::runtime_error("undone"); },
                                           [&] { after_failure = true; }),
                    std::runtime_error);
    CHECK_FALSE(after_failure);
    while (answered < 200) std::this_thread::yield();
    CHECK(too_early == 0);
    database.together_then(
        [&] {
            store::Batch batch;
            put(batch, "rlast", "v");
            database.commit(batch);
        },
        [&] { ++answered; });
    opened.reset();  // whoever waits is served first
    CHECK(answered == 201);
    std::size_t kept = 0;
    store.open()->scan("r", [&](std::string_view, std::string_view) { return ++kept > 0; });
    CHECK(kept == 201);
}

TEST_CASE("a clerk's filters are their own, by name and of bounded number", "[agent][records]") {
    const test::FreshStore store;
    const auto opened = store.open();
    SavedFilters filters(*opened);
    using Outcome = SavedFilters::Outcome;
    CHECK(filters.save("amt", {"Zone A", "zone=A"}) == Outcome::saved);
    CHECK(filters.save("amt", {"Zone A", "zone=A&wer=ich"}) == Outcome::saved);
    CHECK(filters.save("amt2", {"Ünklar", "stand=conflict"}) == Outcome::saved);
    CHECK(filters.save("amt", {"", "zone=A"}) == Outcome::no_name);
    CHECK(filters.save("amt", {"zwei\nZeilen", "zone=A"}) == Outcome::no_name);
    CHECK(filters.save("amt", {std::string(61, 'x'), "zone=A"}) == Outcome::no_name);
    REQUIRE(filters.of("amt").size() == 1);
    CHECK(filters.of("amt")[0].query == "zone=A&wer=ich");
    CHECK(filters.of("am").empty());
    for (std::size_t i = 1; i < SavedFilters::most; ++i)
        CHECK(filters.save("amt", {"F" + std::to_string(i), "art=parking"}) == Outcome::saved);
    CHECK(filters.save("amt", {"one more", ""}) == Outcome::too_many);
    CHECK(filters.save("amt", {"F1", "art=residence"}) == Outcome::saved);
    filters.forget("amt", "Zone A");
    filters.forget("amt", "not there");
    CHECK(filters.of("amt").size() == SavedFilters::most - 1);
    CHECK(filters.of("amt2").size() == 1);
}

TEST_CASE("records expire by their newest time", "[agent][records]") {
    const test::FreshStore store;
    const auto opened = store.open();
    Database& database = *opened;
    StoreRecords records(database);
    records.put("a", "old", "1", 10);
    records.put("a", "renewed", "1", 10);
    records.put("a", "renewed", "2", 50);
    records.put("b", "new", "1", 30);
    CHECK(records.expire(20) == 1);
    CHECK_FALSE(records.get("a", "old"));
    CHECK(records.get("a", "renewed") == "2");
    CHECK(records.expire(40) == 1);
    CHECK(records.expire(60) == 1);
    std::size_t left = 0;
    database.scan("", [&](std::string_view, std::string_view) { return ++left > 0; });
    CHECK(left == 0);
}

TEST_CASE("no index is given out twice, and full lists are followed by new ones",
          "[agent][status]") {
    const test::FreshStore store;
    const auto opened = store.open();
    Database& database = *opened;
    std::set<std::pair<std::string, std::uint64_t>> seen;
    for (int start = 0; start < 3; ++start) {  // each start loses what a block had left
        StatusLists lists(database, small_lists(), "https://x", {}, keys::os_random());
        for (int i = 0; i < 1000; ++i) {
            const auto one = lists.allocate("residence", "case" + std::to_string(i % 7));
            REQUIRE(one);
            CHECK(one->index < 1024);
            CHECK(seen.insert({one->uri, one->index}).second);
        }
        if (start == 0) CHECK(lists.entries_of("case3").size() == 143);
    }
}

TEST_CASE("after kill -9 revocations, cases and used indexes are there", "[agent][status][crash]") {
    const test::FreshStore store;
    int pipe_ends[2];
    REQUIRE(pipe(pipe_ends) == 0);
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        const auto opened = store.open();
        Database& database = *opened;
        StatusLists lists(database, small_lists(), "https://x", {}, keys::os_random());
        CaseBook cases(database, keys::os_random());
        for (;;) {
            const Case record = cases.create({}, 1000);
            const auto entry = lists.allocate("residence", record.id);
            (void)cases.update(record.id, 1001, [&](Case& one, store::Batch& batch) {
                one.state = CaseState::revoked;
                lists.revoke(lists.entries_of(record.id), batch);
                return true;
            });
            const std::string line =
                record.id + " " + entry->uri + " " + std::to_string(entry->index) + "\n";
            if (write(pipe_ends[1], line.data(), line.size()) < 0) _exit(3);
        }
    }
    close(pipe_ends[1]);
    std::string told;
    char buffer[4096];
    while (told.size() < 20000) {
        const ssize_t got = read(pipe_ends[0], buffer, sizeof buffer);
        REQUIRE(got > 0);
        told.append(buffer, static_cast<std::size_t>(got));
    }
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    close(pipe_ends[0]);
    const auto database = store.open();
    StatusLists lists(*database, small_lists(), "https://x", {}, keys::os_random());
    CaseBook cases(*database, keys::os_random());
    std::set<std::string> used;
    std::size_t count = 0;
    for (std::size_t at = 0; told.find('\n', at) != std::string::npos;
         at = told.find('\n', at) + 1) {
        const std::string line = told.substr(at, told.find('\n', at) - at);
        const std::string id = line.substr(0, line.find(' '));
        const auto record = cases.get(id);
        REQUIRE(record);
        CHECK(record->state == CaseState::revoked);
        CHECK(lists.entries_of(id).size() == 1);
        used.insert(line.substr(line.find(' ') + 1));
        ++count;
    }
    CHECK(count > 100);
    CHECK(lists.revoked_count() >= count);
    for (int i = 0; i < 300; ++i) {
        const auto entry = lists.allocate("residence", "after");
        CHECK_FALSE(used.contains(entry->uri + " " + std::to_string(entry->index)));
    }
}

TEST_CASE("retention deletes personal data and keeps what must stay", "[agent][retention]") {
    test::Town town;
    const auto resident = *town.agent->registers->resident("R100000");
    registers::StatedPerson said{
        resident.family_name, resident.given_name, resident.birthdate, "", "", "", "", ""};
    Agent& agent = *town.agent;
    const Case rejected = agent.desk->apply(CaseKind::residence, said, "", "de", agent.now());
    REQUIRE(agent.desk->reject(rejected.id, "amt", "no", agent.now()));
    const Case open = agent.desk->apply(CaseKind::residence, said, "", "de", agent.now());
    town.time += 31 * 86400;
    agent.tidy();
    const auto gone = agent.cases->get(rejected.id);
    CHECK(gone->state == CaseState::closed);
    CHECK(gone->stated.family_name.empty());
    CHECK(to_json(*gone).find(resident.family_name) == std::string::npos);
    CHECK(agent.cases->get(open.id)->stated.family_name == resident.family_name);
}
