// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Several instances on one store. Most cases need PostgreSQL (agent_test_postgresql); those about
// work that belongs together hold on RocksDB as well.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <thread>

#include "ssi/agent/audit.hpp"
#include "ssi/agent/migrate.hpp"
#include "ssi/agent/open_store.hpp"
#include "ssi/agent/postgres_engine.hpp"
#include "ssi/agent/records.hpp"
#include "ssi/agent/statistics.hpp"
#include "ssi/agent/status_lists.hpp"
#include "ssi/keys/os_random.hpp"
#include "storage/postgres/connection.hpp"
#include "tests/unit/agent/town.hpp"

using namespace stadtbuch;
using namespace stadtbuch::agent;
using stadtbuch::agent::test::FreshStore;
using stadtbuch::agent::test::on_postgres;

namespace {

StatusSettings small_lists() {
    StatusSettings out;
    out.lists = 2;
    out.size = 1024;
    return out;
}

void put_one(Database& database, const std::string& key, const std::string& value) {
    store::Batch batch;
    put(batch, key, value);
    database.commit(batch);
}

}  // namespace

TEST_CASE("keys of any octets come back in the order of their octets", "[agent][store]") {
    const FreshStore store;
    const auto database = store.open();
    std::map<std::string, std::string> written;
    for (int i = 0; i < 1200; ++i) {  // more than one portion of a scan
        std::string key = "r" + std::string(1, static_cast<char>(i * 37 % 256)) + std::to_string(i);
        key += std::string(static_cast<std::size_t>(i % 3), '\0');
        written[key] = i % 5 == 0 ? "" : std::string(3, static_cast<char>(i % 256));
    }
    database->together([&] {
        for (const auto& [key, value] : written) put_one(*database, key, value);
    });
    std::vector<std::string> seen;
    database->scan("r", [&](std::string_view key, std::string_view value) {
        CHECK(written.at(std::string(key)) == value);
        seen.emplace_back(key);
        return true;
    });
    CHECK(seen.size() == written.size());
    const auto as_octets = [](const std::string& a, const std::string& b) {
        return std::lexicographical_compare(
            a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
                return static_cast<unsigned char>(x) < static_cast<unsigned char>(y);
            });
    };
    CHECK(std::is_sorted(seen.begin(), seen.end(), as_octets));
    store::Batch batch;
    erase(batch, seen.front());
    erase(batch, "r never written");
    database->commit(batch);
    CHECK_FALSE(database->get(seen.front()));
    CHECK(database->get(seen.back()) == written.at(seen.back()));
}

TEST_CASE("work sees its own writes", "[agent][store]") {
    const FreshStore store;
    const auto database = store.open();
    database->together([&] {
        put_one(*database, "r1", "a");
        CHECK(database->get("r1") == "a");
        std::size_t count = 0;
        database->scan("r", [&](std::string_view, std::string_view) { return ++count > 0; });
        CHECK(count == 1);
        database->locked("name", [&] { put_one(*database, "r1", "b"); });
    });
    CHECK(database->get("r1") == "b");
    CHECK(database->secret("s", keys::os_random()) == database->secret("s", keys::os_random()));
}

TEST_CASE("a redeemed code is redeemed for every instance", "[agent][shared]") {
    if (!on_postgres()) return;
    const FreshStore store;
    const auto one = store.open();
    const auto two = store.open();
    StoreRecords first(*one);
    StoreRecords second(*two);
    for (int round = 0; round < 40; ++round) {
        const std::string key = "code" + std::to_string(round);
        first.put("code", key, "v", 100);
        std::atomic<int> won{0};
        std::vector<std::thread> threads;
        for (int i = 0; i < 6; ++i) {
            threads.emplace_back([&, i] {
                StoreRecords& records = i % 2 == 0 ? first : second;
                Database& database = i % 2 == 0 ? *one : *two;
                // As a request does: the answer comes after the end of the work.
                won += database.together(
                    [&] { return records.compare_and_delete("code", key, "v") ? 1 : 0; });
            });
        }
        for (std::thread& thread : threads) thread.join();
        CHECK(won == 1);
        CHECK_FALSE(second.get("code", key));
    }
}

TEST_CASE("instances count one after the other and share no index", "[agent][shared]") {
    if (!on_postgres()) return;
    const FreshStore store;
    const auto one = store.open();
    const auto two = store.open();
    StatusLists first(*one, small_lists(), "https://x", {}, keys::os_random());
    StatusLists second(*two, small_lists(), "https://x", {}, keys::os_random());
    CHECK(first.uris() == second.uris());
    CaseBook first_cases(*one, keys::os_random());
    CaseBook second_cases(*two, keys::os_random());
    std::mutex guard;
    std::set<std::pair<std::string, std::uint64_t>> indexes;
    std::set<std::string> numbers;
    std::atomic<int> twice{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&, i] {
            StatusLists& lists = i % 2 == 0 ? first : second;
            CaseBook& cases = i % 2 == 0 ? first_cases : second_cases;
            Database& database = i % 2 == 0 ? *one : *two;
            for (int round = 0; round < 700; ++round) {
                const auto entry = database.together([&] { return lists.allocate("", "case"); });
                const std::string number =
                    round % 20 == 0
                        ? database.together([&] { return cases.create({}, 1795262400).number; })
                        : "";
                const std::lock_guard lock(guard);
                twice += indexes.emplace(entry->uri, entry->index).second ? 0 : 1;
                if (!number.empty()) twice += numbers.insert(number).second ? 0 : 1;
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(twice == 0);
    CHECK(indexes.size() == 2800);
    CHECK(numbers.size() == 140);
    CHECK(first.uris() == second.uris());
    CHECK(first_cases.list([](const auto&) { return true; }).size() == 140);
    CHECK(second_cases.list([](const auto&) { return true; }).size() == 140);
}

TEST_CASE("what was undone leaves nothing behind, except numbers that are never used again",
          "[agent][shared]") {
    if (!on_postgres()) return;
    const FreshStore store;
    const auto one = store.open();
    const auto two = store.open();
    CaseBook cases(*one, keys::os_random());
    CaseBook others(*two, keys::os_random());
    StatusLists lists(*one, small_lists(), "https://x", {}, keys::os_random());
    const auto all = [](const CaseSummary&) { return true; };
    std::string number;
    std::optional<credential::StatusReference> entry;

    struct Changed {};

    CHECK_THROWS_AS(one->together([&] {
        const Case record = cases.create({}, 1795262400);
        number = record.number;
        entry = lists.allocate("", record.id);
        CHECK(cases.list(all).size() == 1);  // its own
        CHECK(cases.by_public_token(record.public_token));
        CHECK(others.list(all).empty());
        throw Changed{};
    }),
                    Changed);
    CHECK(cases.list(all).empty());
    CHECK(cases.counts().empty());
    CHECK(others.create({}, 1795262400).number > number);
    CHECK(cases.list(all).size() == 1);
    for (int i = 0; i < 600; ++i) {
        const auto next = lists.allocate("", "c");
        CHECK_FALSE((next->uri == entry->uri && next->index == entry->index));
    }
}

TEST_CASE("a revocation is seen by all instances, in one signed list", "[agent][shared]") {
    if (!on_postgres()) return;
    test::Town town;  // for its keys
    Agent& agent = *town.agent;
    auto engine =
        open_postgres({town.store.dsn(), "", 8, "agent " + agent.settings.public_url, false});
    REQUIRE(engine);
    Database other(std::move(engine).value());
    StatusLists theirs(other, agent.settings.status, agent.settings.public_url,
                       agent.keyring->status_identity(""), keys::os_random());
    const Case record = agent.cases->create({}, agent.now());
    const auto entry = agent.status->allocate("", record.id);
    const std::string list = agent.status->id_of(entry->uri);
    const auto before = theirs.token(list, agent.now());
    REQUIRE(before);
    CHECK(agent.status->token(list, agent.now())->text == before->text);
    CHECK(theirs.revoked({list, entry->index}) == false);
    REQUIRE(agent.cases->update(record.id, agent.now(), [&](Case&, store::Batch& batch) {
        agent.status->revoke({{list, entry->index}}, batch);
        return true;
    }));
    CHECK(theirs.revoked({list, entry->index}) == true);
    CHECK(agent.status->revoked({list, entry->index}) == true);
    const auto after = agent.status->fresh_token(list, agent.now() + 5);
    CHECK(after->text != before->text);
    // Its clock is behind: it takes what is there and does not go back in time.
    CHECK(theirs.fresh_token(list, agent.now() + 2)->text == after->text);
    CHECK(theirs.token(list, agent.now() + 61)->text == after->text);
}

TEST_CASE("a store is copied into an empty one, whole", "[agent][migrate]") {
    const FreshStore store;
    const FreshStore second;
    const auto from = store.open();
    const auto to = second.open();
    Database memory(store::make_memory_store());
    CaseBook cases(*from, keys::os_random());
    StatusLists lists(*from, small_lists(), "https://x", {}, keys::os_random());
    std::string id;
    for (int i = 0; i < 30; ++i) {
        id = cases.create({}, 1795262400).id;
        (void)lists.allocate("", id);
        put_one(*from, std::string("r\xFF\0", 3) + std::to_string(i), std::string(50'000, 'v'));
    }
    const StoreContents before = contents_of(*from);
    CHECK(before.classes.at('c') == 30);
    const auto copied = copy_store(*from, *to);
    REQUIRE(copied);
    CHECK(*copied == before);
    CHECK(contents_of(*to) == before);
    CHECK(CaseBook(*to, keys::os_random()).get(id));
    CHECK(CaseBook(*to, keys::os_random()).list([](const auto&) { return true; }).size() == 30);
    REQUIRE(copy_store(*to, memory));  // and back to the other kind
    CHECK(contents_of(memory) == before);
    CHECK(copy_store(*from, *to).error().id == "SB-2010");
    put_one(memory, "r", "one more");
    CHECK(contents_of(memory).digest != before.digest);
}

TEST_CASE("guesses for one account are counted together", "[agent][shared]") {
    const FreshStore store;
    const auto one = store.open();
    const auto two = on_postgres() ? store.open() : nullptr;
    StoreRecords first_records(*one);
    StoreRecords second_records(two ? *two : *one);
    SharedLimiter first(*one, first_records);
    SharedLimiter second(two ? *two : *one, second_records);
    SharedLimiter& other = two ? second : first;
    const RateLimiter::Rule rule{4, 2};  // one in half a minute after the first four
    for (int i = 0; i < 2; ++i) {
        CHECK(first.take("amt", rule, 1000));
        CHECK(other.take("amt", rule, 1000));
    }
    CHECK_FALSE(first.take("amt", rule, 1000));
    CHECK_FALSE(other.take("amt", rule, 1029));
    CHECK(other.take("amt2", rule, 1029));
    CHECK(first.take("amt", rule, 1030));
    CHECK_FALSE(other.take("amt", rule, 1030));
    for (int i = 0; i < 4; ++i) CHECK(first.take("amt", rule, 5000));
    CHECK_FALSE(other.take("amt", rule, 5000));
}

TEST_CASE("a password of the database that others may read is refused", "[agent][shared]") {
    const test::Folder folder;
    Settings settings;
    settings.public_url = "https://x";
    settings.store.kind = StoreSettings::Kind::postgresql;
    settings.store.dsn = "host=/nowhere dbname=x";
    settings.store.password_file = folder.path() + "/password";
    CHECK(open_store(settings).error().id == "SB-4002");
    std::ofstream(settings.store.password_file) << "secret\n";
    std::filesystem::permissions(settings.store.password_file, std::filesystem::perms(0640));
    CHECK(open_store(settings).error().id == "SB-4001");
    std::filesystem::permissions(settings.store.password_file, std::filesystem::perms(0600));
    const Error unreachable = open_store(settings).error();
    CHECK(unreachable.id == "SB-2007");
    CHECK(unreachable.what.find("secret") == std::string::npos);
}

TEST_CASE("one instance leads, and another when it goes", "[agent][shared]") {
    if (!on_postgres()) return;
    const FreshStore store;
    auto one = store.open();
    const auto two = store.open();
    CHECK(one->leads());
    CHECK_FALSE(two->leads());
    CHECK(one->leads());
    one.reset();
    bool leads = false;  // the server notices that the connection has gone
    for (int i = 0; i < 2000 && !leads; ++i) {
        leads = two->leads();
        if (!leads) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    CHECK(leads);
}

TEST_CASE("a lock holds to the end of the work, and a deadlock ends in both having run",
          "[agent][shared]") {
    if (!on_postgres()) return;
    const FreshStore store;
    const auto one = store.open();
    const auto two = store.open();
    put_one(*one, "ra", "0");
    put_one(*one, "rb", "0");
    const auto add = [](Database& database, const std::string& key) {
        database.locked(key, [&] {
            put_one(database, key, std::to_string(std::stoi(*database.get(key)) + 1));
        });
    };
    std::vector<std::thread> threads;
    for (int i = 0; i < 2; ++i) {
        threads.emplace_back([&, i] {
            Database& database = i == 0 ? *one : *two;
            for (int round = 0; round < 30; ++round) {
                database.together([&] {
                    // Crosswise now and then: the server undoes one of the two, which runs again.
                    const bool cross = i == 0 && round % 10 == 0;
                    add(database, cross ? "rb" : "ra");
                    add(database, cross ? "ra" : "rb");
                });
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(one->get("ra") == "60");
    CHECK(two->get("rb") == "60");
}

TEST_CASE("the tables of another agent are refused", "[agent][shared]") {
    if (!on_postgres()) return;
    const FreshStore store;
    CHECK(open_postgres({store.dsn(), "", 8, "agent a", false}).error().id == "SB-2006");
    REQUIRE(open_postgres({store.dsn(), "", 8, "agent a", true}));
    CHECK(open_postgres({store.dsn(), "", 8, "agent b", true}).error().id == "SB-2002");
    {
        const auto open = open_postgres({store.dsn(), "", 8, "agent a", false});
        CHECK(open_postgres({store.dsn(), "", 8, "agent a", false, true}).error().id == "SB-2001");
    }
    auto alone = open_postgres({store.dsn(), "", 8, "agent a", false, true});
    for (int i = 0; i < 2000 && !alone; ++i) {  // the server notices that the other one has gone
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
        alone = open_postgres({store.dsn(), "", 8, "agent a", false, true});
    }
    REQUIRE(alone);
    CHECK(open_postgres({store.dsn(), "", 8, "agent a", false}).error().id == "SB-2001");
    CHECK(open_postgres({"host=/nowhere dbname=x", "", 8, "agent a", true}).error().id ==
          "SB-2007");
}

TEST_CASE("connections that the server closed are replaced", "[agent][shared]") {
    if (!on_postgres()) return;
    const FreshStore store;
    const auto database = store.open();
    put_one(*database, "r1", "a");
    postgres::ConnectionOptions options;
    options.dsn = store.dsn();
    auto admin = postgres::Connection::open(options);
    REQUIRE(admin);
    const auto close_all = [&] {
        (*admin)->queue_text(
            "select count(pg_terminate_backend(pid, 10000)) from pg_stat_activity "
            "where datname = current_database() and pid <> pg_backend_pid()");
        REQUIRE((*admin)->exchange());
    };
    close_all();
    CHECK(database->get("r1") == "a");
    close_all();
    put_one(*database, "r1", "b");
    int runs = 0;
    database->together([&] {
        put_one(*database, "r2", std::to_string(++runs));
        CHECK(database->get("r1") == "b");
        if (runs == 1) close_all();  // nothing was committed: it runs again
        static_cast<void>(database->get("r1"));
    });
    CHECK(runs == 2);
    CHECK(database->get("r2") == "2");
}
