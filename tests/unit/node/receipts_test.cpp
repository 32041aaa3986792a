// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Receipts from the observer's maker to the client's judge; each altered in every place.
#include <fstream>
#include <functional>

#include "node/http/receipt_maker.hpp"
#include "ssi/client/receipt.hpp"
#include "ssi/keys/time.hpp"
#include "tests/unit/node/signing_pool.hpp"

using namespace node_test;

namespace {

constexpr std::uint64_t genesis_size = 4;

Value receipt_for(SigningPool& pool, const std::string& question) {
    const auto made = node::did_receipt(pool.view(), genesis_size, question);
    if (!made) FAIL(question << ": " << made.error().reason);
    return *made;
}

client::ReceiptVerdict held(const Value& receipt) {
    // As a file: what JSON does not carry does not count.
    const auto file = encoding::parse_json(encoding::compact_json(receipt));
    REQUIRE(file);
    const auto outcome = client::verify_receipt(*file, pool_genesis_text());
    if (outcome.fault) FAIL(outcome.fault->where << ": " << outcome.fault->what);
    REQUIRE(outcome.verdict);
    return *outcome.verdict;
}

/// Where the judge objects; empty if it does not.
std::string objection(const Value& receipt, const std::string& genesis = pool_genesis_text()) {
    const auto outcome = client::verify_receipt(receipt, genesis);
    return outcome.fault ? outcome.fault->where + ": " + outcome.fault->what : "";
}

/// A town with an endpoint, a schema, and a registry with revocations; the domain ledger signed
/// after each entry.
struct Town {
    SigningPool pool;
    std::string did = did_of("town");
    std::string sov = "did:sov:" + did;
    std::uint64_t schema_seq_no = 0;
    std::vector<std::int64_t> times;  ///< of the entries, in order

    Town() {
        later(request(trustee, nym(did, ",\"role\":\"101\",\"verkey\":\"" +
                                            ledger_test::key_of("one") + "\"")));
        later(request(did, "{\"type\":\"100\",\"dest\":\"" + did +
                               "\",\"raw\":\"{\\\"endpoint\\\":{\\\"endpoint\\\":\\\"https://"
                               "town.example\\\"}}\"}"));
        later(request(did,
                      "{\"type\":\"101\",\"data\":{\"name\":\"resident\",\"version\":\"1.0\","
                      "\"attr_names\":[\"plate\"]}}"));
        schema_seq_no = pool.view().size(Ledger::domain);
        later(request(did, nym(did, ",\"verkey\":\"" + ledger_test::key_of("two") + "\"")));
    }

    void later(const ledger::RequestPtr& one) {
        pool.set_time(pool.time() + 100);
        pool.write(one);
        times.push_back(pool.time());
    }
};

}  // namespace

TEST_CASE("receipts of a DID, its versions, its schema and of what is not there hold") {
    Town town;
    const auto document = held(receipt_for(town.pool, town.sov));
    CHECK(document.as_of == town.pool.time());
    CHECK(document.signers == Names{"Node1", "Node3", "Node4"});
    CHECK(document.answer.text_at("outcome") == "found");
    const Value& content = *document.answer.find("content");
    CHECK(content.find("verificationMethod")->array()->front().text_at("publicKeyBase58") ==
          ledger_test::key_of("two"));
    CHECK(content.find("service")->array()->front().text_at("serviceEndpoint") ==
          "https://town.example");

    const auto schema =
        held(receipt_for(town.pool, town.sov + "/anoncreds/v0/SCHEMA/resident/1.0"));
    CHECK(schema.answer.find("content")->text_at("name") == "resident");
    CHECK(schema.seq_nos == std::vector{town.schema_seq_no});

    const auto none = held(receipt_for(town.pool, town.sov + "/anoncreds/v0/SCHEMA/resident/2.0"));
    CHECK(none.answer.text_at("outcome") == "absent");
    CHECK(held(receipt_for(town.pool, "did:sov:" + did_of("nobody"))).answer.text_at("outcome") ==
          "absent");
    CHECK(held(receipt_for(town.pool, town.sov + "#verkey")).answer.text_at("outcome") == "found");

    const auto then = held(
        receipt_for(town.pool, town.sov + "?versionTime=" + std::to_string(town.times[0] + 7)));
    CHECK(then.as_of == town.times[0] + 7);
    const Value& earlier = *then.answer.find("content");
    CHECK(earlier.find("verificationMethod")->array()->front().text_at("publicKeyBase58") ==
          ledger_test::key_of("one"));
    CHECK(earlier.find("service") == nullptr);
    const auto version =
        held(receipt_for(town.pool, town.sov + "?versionId=" + std::to_string(town.schema_seq_no)));
    CHECK(version.answer.find("content")->find("service") != nullptr);
    CHECK(version.as_of == town.times[2]);
    // A time after the newest signature: known only up to that.
    const auto future = held(
        receipt_for(town.pool, town.sov + "?versionTime=" + std::to_string(town.pool.time() + 50)));
    CHECK(future.as_of == town.pool.time());
}

TEST_CASE("receipts of entries hold for each ledger, attributes with their text") {
    Town town;
    town.pool.sign(Ledger::pool);
    for (std::uint64_t seq_no = 1; seq_no <= town.pool.view().size(Ledger::domain); ++seq_no) {
        const auto made =
            node::entry_receipt(town.pool.view(), genesis_size, Ledger::domain, seq_no);
        REQUIRE(made);
        const auto verdict = held(*made);
        CHECK(*verdict.answer.find("content") == *town.pool.view().txn(Ledger::domain, seq_no));
        CHECK(verdict.as_of == town.pool.time());
    }
    const auto node = node::entry_receipt(town.pool.view(), genesis_size, Ledger::pool, 2);
    REQUIRE(node);
    CHECK(held(*node).question == "/ledger/pool/2");
}

TEST_CASE("a receipt waits for the signatures that it needs") {
    SigningPool pool;
    REQUIRE(pool.order(request(trustee, nym(did_of("a")))).empty());
    const auto made = node::did_receipt(pool.view(), genesis_size, "did:sov:" + did_of("a"));
    REQUIRE(!made);
    CHECK(made.error().is_signature);
    pool.sign(Ledger::domain);
    CHECK(node::did_receipt(pool.view(), genesis_size, "did:sov:" + did_of("a")));
    const auto before = node::did_receipt(pool.view(), genesis_size,
                                          "did:sov:" + did_of("a") + "?versionTime=1000");
    REQUIRE(!before);
    CHECK_FALSE(before.error().is_signature);
}

namespace {

/// Every value in a receipt, changed; and every member and element, left out.
void alter_everywhere(Value& place, const Value& whole,
                      const std::function<void(const Value&)>& judge) {
    const Value kept = place;
    std::vector<Value> changes{kept.is_null() ? Value("x") : Value()};
    if (const std::string* text = kept.text(); text != nullptr && !text->empty()) {
        std::string changed = *text;
        char& c = changed[changed.size() / 2];
        c = c == '2' ? '3' : '2';
        changes.emplace_back(changed);
    }
    if (const auto number = kept.integer()) changes = {Value(*number + 1), Value(*number - 1)};
    for (const Value& change : changes) {
        place = change;
        judge(whole);
    }
    place = kept;
    if (place.is_object()) {
        for (std::size_t i = 0; i < place.object()->members().size(); ++i) {
            auto& members = place.object()->members();
            const encoding::Member member = members[i];
            members.erase(members.begin() + static_cast<std::ptrdiff_t>(i));
            judge(whole);
            place.object()->members().insert(
                place.object()->members().begin() + static_cast<std::ptrdiff_t>(i), member);
            alter_everywhere(place.object()->members()[i].value, whole, judge);
        }
    } else if (place.is_array()) {
        for (std::size_t i = 0; i < place.array()->size(); ++i) {
            const Value element = (*place.array())[i];
            place.array()->erase(place.array()->begin() + static_cast<std::ptrdiff_t>(i));
            judge(whole);
            place.array()->insert(place.array()->begin() + static_cast<std::ptrdiff_t>(i), element);
            alter_everywhere((*place.array())[i], whole, judge);
        }
    }
}

}  // namespace

TEST_CASE("no change anywhere in a receipt makes it say something else") {
    Town town;
    town.pool.add_member("Node5", 9750);
    Value signature = town.pool.multi_signature(Ledger::pool, {"Node1", "Node2", "Node3", "Node5"});
    town.pool.link(signature);
    town.pool.sign(Ledger::domain, {"Node1", "Node2", "Node4", "Node5"});
    for (const std::string& question :
         {town.sov, town.sov + "?versionTime=" + std::to_string(town.times[1] + 7)}) {
        Value receipt = receipt_for(town.pool, question);
        const client::ReceiptVerdict right = held(receipt);
        int refused = 0, harmless = 0;
        alter_everywhere(receipt, receipt, [&](const Value& altered) {
            const auto outcome = client::verify_receipt(altered, pool_genesis_text());
            if (!outcome.verdict) {
                ++refused;
                return;
            }
            // What may be taken away is what only limits the statement in time, and repetitions.
            ++harmless;
            CHECK(outcome.verdict->question == right.question);
            CHECK(outcome.verdict->answer == right.answer);
            CHECK(outcome.verdict->as_of <= right.as_of);
        });
        CHECK(refused > 400);
        CHECK(harmless < 20);
        CHECK(held(receipt).as_of == right.as_of);
    }
}

TEST_CASE("members are believed as far as those known before vouch for them") {
    Town town;
    town.pool.add_member("Node5", 9750);
    const Hash32 before =
        *encoding::base58_decode32(town.pool.view()
                                       .multi_signature(town.pool.view().state_root(Ledger::domain))
                                       ->find("value")
                                       ->text_at("pool_state_root_hash"));
    town.pool.sign(Ledger::domain, {"Node1", "Node2", "Node3", "Node5"});
    const auto unlinked = node::did_receipt(town.pool.view(), genesis_size, town.sov);
    REQUIRE(!unlinked);
    CHECK(unlinked.error().ledger == Ledger::pool);

    const auto with_link = [&](const Value& signature) {
        town.pool.link(signature);
        return objection(receipt_for(town.pool, town.sov));
    };
    CHECK(with_link(town.pool.multi_signature(Ledger::pool, {"Node1", "Node2", "Node3"}, before))
              .empty());
    CHECK(with_link(town.pool.multi_signature(Ledger::pool, {"Node1", "Node2", "Node3", "Node5"}))
              .empty());
    // Two of four are not enough, however many new ones stand beside them.
    CHECK_FALSE(
        with_link(town.pool.multi_signature(Ledger::pool, {"Node1", "Node2"}, before)).empty());
    CHECK_FALSE(
        with_link(town.pool.multi_signature(Ledger::pool, {"Node1", "Node2", "Node5"})).empty());
    CHECK_FALSE(
        with_link(town.pool.multi_signature(Ledger::domain, {"Node1", "Node2", "Node3"}, before))
            .empty());

    // A signature of another ledger says who the members are, too, when it names them.
    CHECK(
        with_link(town.pool.multi_signature(Ledger::domain, {"Node1", "Node2", "Node3"})).empty());
    CHECK_FALSE(
        with_link(town.pool.multi_signature(Ledger::domain, {"Node1", "Node2", "Node5"})).empty());

    // Until the next view, those before the change count; they name the new state all the same.
    town.pool.link(town.pool.multi_signature(Ledger::pool, {"Node1", "Node2", "Node3"}, before));
    town.pool.sign(Ledger::domain, {"Node1", "Node2", "Node4"});
    CHECK(objection(receipt_for(town.pool, town.sov)).empty());
    // Too few of either membership.
    town.pool.link(town.pool.multi_signature(Ledger::pool, {"Node1", "Node2", "Node3"}, before));
    town.pool.sign(Ledger::domain, {"Node1", "Node2", "Node5"});
    CHECK_FALSE(objection(receipt_for(town.pool, town.sov)).empty());
}

TEST_CASE("another network's genesis refuses the receipt") {
    Town town;
    const Value receipt = receipt_for(town.pool, town.sov);
    std::string text = pool_genesis_text();
    const std::string key = "\"blskey\":\"";
    const std::size_t first = text.find(key) + key.size();
    const std::string other = bls_key("Mallory").ver_key().to_base58();
    text.replace(first, text.find('"', first) - first, other);
    CHECK_FALSE(objection(receipt, text).empty());
    const auto outcome = client::verify_receipt(receipt, "no genesis");
    CHECK(outcome.bad_genesis);
    CHECK_FALSE(outcome.verdict);
}

TEST_CASE("a receipt that was kept holds years later") {
    const auto kept = encoding::parse_json(ledger_test::file_text("../receipts/did.json"));
    REQUIRE(kept);
    const auto verdict = held(*kept);
    CHECK(verdict.question == "did:sov:" + did_of("town"));
    CHECK(verdict.as_of == 1'800'000'406);
    CHECK(verdict.pool_size == 5);
}

/// Run by name after a change of the form: writes the receipt that tests/data/receipts keeps.
TEST_CASE("makes the receipt that is kept", "[.make]") {
    Town town;
    const Hash32 before = town.pool.view().state_root(Ledger::pool);
    town.pool.add_member("Node5", 9750);
    town.pool.link(town.pool.multi_signature(Ledger::pool, {"Node1", "Node2", "Node4"}, before));
    town.pool.sign(Ledger::domain, {"Node1", "Node2", "Node4", "Node5"});
    std::ofstream("did.json") << encoding::compact_json(receipt_for(town.pool, town.sov)) << "\n";
}
