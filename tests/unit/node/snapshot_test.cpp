// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Snapshots from one store to another; altered in every line, they are refused.
#include "ssi/ledger/snapshot.hpp"
#include "tests/unit/node/signing_pool.hpp"

using namespace node_test;

namespace {

using Lines = std::vector<std::string>;

Lines snapshot_of(SigningPool& pool) {
    Lines lines;
    const auto written = ledger::write_snapshot(pool.view(), ledger_test::genesis(),
                                                [&lines](std::string_view line) {
                                                    lines.emplace_back(line);
                                                    return true;
                                                });
    if (!written) FAIL(written.error().what << ": " << written.error().where);
    return lines;
}

/// A node that starts from lines.
struct Newcomer {
    std::unique_ptr<store::Store> store = store::make_memory_store();
    std::unique_ptr<ledger::Execution> execution;
    Result<ledger::SnapshotSummary, Error> loaded{Failure{Error{}}};

    explicit Newcomer(const Lines& lines) {
        auto opened = ledger::Execution::open(*store, ledger_test::genesis());
        REQUIRE(opened);
        execution = *std::move(opened);
        std::size_t at = 0;
        loaded = ledger::load_snapshot(
            *store, *execution, ledger_test::genesis(), [&]() -> std::optional<std::string> {
                return at < lines.size() ? std::optional(lines[at++]) : std::nullopt;
            });
    }

    [[nodiscard]] std::string fault() const {
        return loaded ? "" : loaded.error().id + " " + loaded.error().where;
    }

    [[nodiscard]] ledger::ReadView view() const { return *ledger::Reader(*store).view(); }
};

/// A town with an attribute, an agreement, and everything signed.
struct Town {
    SigningPool pool;
    std::string did = did_of("town");

    Town() {
        pool.write(request(trustee, nym(did, ",\"role\":\"101\",\"verkey\":\"" +
                                                 ledger_test::key_of("one") + "\"")));
        pool.write(request(did, "{\"type\":\"100\",\"dest\":\"" + did +
                                    "\",\"raw\":\"{\\\"x\\\":[NaN,12345678901234567890123]}\"}"));
        pool.write(request(did,
                           "{\"type\":\"101\",\"data\":{\"name\":\"resident\",\"version\":\"1.0\","
                           "\"attr_names\":[\"plate\"]}}"));
        pool.write(request(
            did, "{\"type\":\"102\",\"ref\":" + std::to_string(pool.view().size(Ledger::domain)) +
                     ",\"signature_type\":\"CL\",\"tag\":\"t\",\"data\":{\"primary\":{\"n\":0."
                     "30000000000000004}}}"));
        pool.write(
            request(trustee, "{\"type\":\"5\",\"version\":\"1\",\"aml\":{\"click\":\"x\"}}"));
        pool.sign(Ledger::pool);
    }
};

encoding::Value head_of(const Lines& lines) {
    return *encoding::parse_json(lines.front());
}

}  // namespace

TEST_CASE("a node starts from a snapshot with all that the other had, proved") {
    Town town;
    const Lines lines = snapshot_of(town.pool);
    const Newcomer newcomer(lines);
    REQUIRE(newcomer.fault().empty());
    const auto have = newcomer.view(), want = town.pool.view();
    for (const Ledger ledger : {Ledger::pool, Ledger::domain, Ledger::config}) {
        CHECK(have.size(ledger) == want.size(ledger));
        CHECK(have.txn_root(ledger) == want.txn_root(ledger));
        CHECK(have.state_root(ledger) == want.state_root(ledger));
        CHECK(have.multi_signature(have.state_root(ledger)) ==
              want.multi_signature(want.state_root(ledger)));
    }
    CHECK(have.size(Ledger::audit) == 0);
    const auto asked =
        request(trustee, "{\"type\":\"104\",\"dest\":\"" + town.did + "\",\"raw\":\"x\"}");
    CHECK(*have.answer(*asked) == *want.answer(*asked));
    CHECK(newcomer.loaded->domain_size == want.size(Ledger::domain));
    // And its own snapshot is the same.
    Lines again;
    REQUIRE(ledger::write_snapshot(have, ledger_test::genesis(), [&again](std::string_view line) {
        again.emplace_back(line);
        return true;
    }));
    CHECK(again == lines);
}

TEST_CASE("an altered snapshot is refused") {
    Town town;
    const Lines lines = snapshot_of(town.pool);
    const auto refused = [&](Lines altered) {
        const std::string fault = Newcomer(altered).fault();
        CHECK(fault.substr(0, 7) == "SB-2132");
        return fault;
    };
    for (std::size_t i = 0; i < lines.size(); ++i) {
        INFO("line " << i);
        Lines one = lines;
        one.erase(one.begin() + static_cast<std::ptrdiff_t>(i));
        refused(one);
        one = lines;
        one.insert(one.begin() + static_cast<std::ptrdiff_t>(i), lines[i]);
        refused(one);
        // Each digit, so that numbers, keys, hashes and signatures all change somewhere.
        for (std::size_t at = lines[i].find_first_of("0123456789");
             i > 0 && at != std::string::npos; at = lines[i].find_first_of("0123456789", at + 40)) {
            one = lines;
            one[i][at] = one[i][at] == '7' ? '8' : '7';
            INFO(at << " " << one[i]);
            refused(one);
        }
    }
    Lines more = lines;
    more.push_back(lines.back());
    CHECK(refused(more).find("more behind") != std::string::npos);
    CHECK(refused({}).find("empty") != std::string::npos);
}

TEST_CASE("what the members signed is asked for each ledger of a snapshot") {
    Town town;
    const Lines lines = snapshot_of(town.pool);
    const auto refused = [&](const std::function<void(Value & head)>& alter) {
        Lines altered = lines;
        Value head = head_of(lines);
        alter(head);
        altered.front() = encoding::compact_json(head);
        return Newcomer(altered).fault();
    };
    const auto part = [](Value& head, std::size_t i) -> Object& {
        return *(*head.find("ledgers")->array())[i].object();
    };
    CHECK(refused([&](Value&) {}).empty());
    CHECK(refused([&](Value& head) { head.object()->set("version", 2); }).find("version") !=
          std::string::npos);
    CHECK(refused([&](Value& head) {
              head.object()->set("genesis", "x");
          }).find("another genesis") != std::string::npos);
    CHECK(refused([&](Value& head) {
              part(head, 2).set("multiSignature", Value());
          }).find("no signature") != std::string::npos);
    // Another ledger's signature; one by too few; one over an older root.
    CHECK(refused([&](Value& head) {
              part(head, 2).set("multiSignature", *part(head, 1).find("multiSignature"));
          }) != "");
    const std::string few = refused([&](Value& head) {
        part(head, 2).set("multiSignature",
                          town.pool.multi_signature(Ledger::domain, {"Node1", "Node2"}));
    });
    CHECK(few == "SB-2132 domain ledger: too few members signed");
    const Value older = *part(*std::make_unique<Value>(head_of(lines)), 2).find("multiSignature");
    town.pool.write(request(trustee, nym(did_of("later"))));
    Lines longer = snapshot_of(town.pool);
    Value head = head_of(longer);
    part(head, 2).set("multiSignature", older);
    longer.front() = encoding::compact_json(head);
    CHECK(Newcomer(longer).fault().find("do not lead to the signed roots") != std::string::npos);
    // A validator whose newest batch is not signed yet gives none.
    REQUIRE(town.pool.order(request(trustee, nym(did_of("unsigned")))).empty());
    CHECK(ledger::write_snapshot(town.pool.view(), ledger_test::genesis(),
                                 [](std::string_view) { return true; })
              .error()
              .id == "SB-2130");
}

TEST_CASE(
    "a snapshot proves the members from the genesis on, also when most founders were replaced") {
    Town town;
    // Four newcomers, each vouched for by n-f of those before it, then three founders leave the
    // signing.
    const std::vector<std::string> founders{"Node1", "Node2", "Node3", "Node4"};
    std::vector<std::string> members = founders;
    int port = 9800;
    for (const char* alias : {"Node5", "Node6", "Node7", "Node8"}) {
        town.pool.add_member(alias, port += 2);
        town.pool.sign(Ledger::pool, members);
        members.emplace_back(alias);
    }
    for (const Ledger ledger : {Ledger::domain, Ledger::config, Ledger::pool})
        town.pool.sign(ledger, {"Node8", "Node7", "Node6", "Node5", "Node4", "Node3"});
    const Lines lines = snapshot_of(town.pool);
    const Newcomer newcomer(lines);
    REQUIRE(newcomer.fault().empty());
    CHECK(newcomer.view().size(Ledger::pool) == 8);
    CHECK(newcomer.view().pool_links().size() == 4);
    // Without a step of the way the newest members are strangers.
    Value head = head_of(lines);
    auto& steps = *head.find("pool")->array();
    REQUIRE(steps.size() == 4);
    steps.erase(steps.begin(), steps.begin() + 3);
    Lines gap = lines;
    gap.front() = encoding::compact_json(head);
    CHECK(Newcomer(gap).fault().find("SB-2132 members at pool transaction 8") == 0);
}
