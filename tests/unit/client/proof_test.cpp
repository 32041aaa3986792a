// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include <catch2/catch.hpp>
#include <functional>
#include <set>

#include "ssi/client/pool.hpp"
#include "ssi/client/proof.hpp"
#include "tests/unit/ledger/recordings.hpp"

using namespace stadtbuch;
using client::PoolLedger;
using client::ProofError;
using client::verify_state_proof;
using encoding::Value;

namespace {

Value parse(std::string_view text) {
    auto value = encoding::parse_json(text);
    REQUIRE(value);
    return *value;
}

/// The pool ledger as it stood at a time of the recording.
PoolLedger pool_at(double time) {
    std::string text;
    for (const Value& row : recordings::read_lines("ledger_pool.jsonl")) {
        const Value& txn = *row.find("txn");
        const Value* txn_time = txn.find("txnMetadata")->find("txnTime");
        if (txn_time && static_cast<double>(*txn_time->integer()) > time) break;
        text += encoding::canonical_json(txn) + "\n";
    }
    auto pool = PoolLedger::from_genesis(text);
    REQUIRE(pool);
    return *pool;
}

struct Read {
    std::string name;
    double time = 0;
    Value operation;
    Value result;
};

/// Every distinct answer to a read that carries a state proof.
const std::vector<Read>& recorded_reads() {
    static const std::vector<Read> reads = [] {
        std::vector<Read> list;
        for (const auto& one : recordings::read_cases("client_cases.jsonl")) {
            if (!one.frame) continue;
            const auto request = encoding::parse_json(*one.frame);
            if (!request || !request->find("operation")) continue;
            std::set<std::string> seen;
            for (const auto* replies : {&one.node_replies, &one.raw_replies}) {
                for (const auto& [node, frames] : *replies) {
                    for (const std::string& frame : frames) {
                        const Value reply = parse(frame);
                        const Value* result = reply.find("result");
                        if (!result || !result->find("state_proof") || !seen.insert(frame).second)
                            continue;
                        list.push_back({one.id + " " + one.kind + " " + one.name + " of " + node,
                                        one.time, *request->find("operation"), *result});
                    }
                }
            }
        }
        return list;
    }();
    return reads;
}

std::int64_t signed_time(const Value& result) {
    return result.find("state_proof")
        ->find("multi_signature")
        ->find("value")
        ->find("timestamp")
        ->integer()
        .value();
}

/// Two accumulators with changes between them: the lists of indices cannot be proved
/// (indy-client-protocol §7.2).
bool is_unprovable_delta(const Value& result) {
    if (result.text_at("type") != "117" || !result.find("from")) return false;
    const Value* value = result.find("data") ? result.find("data")->find("value") : nullptr;
    if (!value) return false;
    const Value* from = value->find("accum_from");
    if (!from || from->is_null()) {
        const Value* proof_from = result.find("data")->find("stateProofFrom");
        return !proof_from || proof_from->is_null();
    }
    return !(*from == *value->find("accum_to"));
}

}  // namespace

TEST_CASE("every recorded state proof is judged rightly") {
    int proved = 0;
    int not_covered = 0;
    std::map<std::string, int> by_type;
    for (const Read& read : recorded_reads()) {
        INFO(read.name);
        const PoolLedger pool = pool_at(read.time);
        const auto verdict = verify_state_proof(read.result, pool.keys(), pool.keys().size(),
                                                pool.f(), signed_time(read.result));
        if (is_unprovable_delta(read.result)) {
            REQUIRE(!verdict);
            CHECK(verdict.error() == ProofError::not_covered);
            ++not_covered;
            continue;
        }
        if (!verdict) INFO(client::to_text(verdict.error()));
        CHECK(verdict.has_value());
        if (!verdict) WARN(read.name << ": " << client::to_text(verdict.error()));
        CHECK(client::check_answers_question(read.operation, read.result).has_value());
        ++proved;
        ++by_type[std::string(read.result.text_at("type"))];
    }
    CHECK(proved > 0);
    CHECK(by_type.size() >= 11);
    WARN(proved << " recorded proofs hold, " << not_covered
                << " deltas are left to f+1 equal answers");
}

TEST_CASE("a changed answer is not believed") {
    int tried = 0;
    for (const Read& read : recorded_reads()) {
        if (is_unprovable_delta(read.result)) continue;
        INFO(read.name);
        const PoolLedger pool = pool_at(read.time);
        const auto judge = [&](const Value& result, std::int64_t now) {
            return verify_state_proof(result, pool.keys(), pool.keys().size(), pool.f(), now)
                .has_value();
        };
        const std::int64_t now = signed_time(read.result);
        REQUIRE(judge(read.result, now));

        Value changed = read.result;
        Value& data = *changed.find("data");
        if (data.is_null()) {
            data = read.result.text_at("type") == "105"
                       ? Value("{}")
                       : Value(encoding::Object{{"version", Value("x")}});
        } else {
            data = Value();
        }
        CHECK_FALSE(judge(changed, now));

        Value other_signature = read.result;
        Value& signature = *other_signature.find("state_proof")->find("multi_signature");
        Value& timestamp = *signature.find("value")->find("timestamp");
        timestamp = Value(*timestamp.integer() + 1);
        CHECK_FALSE(judge(other_signature, now));

        Value few = read.result;
        few.find("state_proof")->find("multi_signature")->find("participants")->array()->resize(2);
        CHECK_FALSE(judge(few, now));

        Value doubled = read.result;
        encoding::Array& names =
            *doubled.find("state_proof")->find("multi_signature")->find("participants")->array();
        names[1] = names[0];
        CHECK_FALSE(judge(doubled, now));

        Value stripped = read.result;
        stripped.object()->erase("state_proof");
        CHECK_FALSE(judge(stripped, now));
        ++tried;
    }
    CHECK(tried > 0);
}

TEST_CASE("old answers are refused, future ones not") {
    int tried = 0;
    for (const Read& read : recorded_reads()) {
        if (read.result.text_at("type") != "105" || read.operation.find("timestamp")) continue;
        const PoolLedger pool = pool_at(read.time);
        const std::int64_t time = signed_time(read.result);
        const auto judge = [&](std::int64_t now) {
            return verify_state_proof(read.result, pool.keys(), pool.keys().size(), pool.f(), now);
        };
        CHECK(judge(time + 300).has_value());
        CHECK(judge(time - 1000).has_value());
        const auto late = judge(time + 301);
        REQUIRE(!late);
        CHECK(late.error() == ProofError::stale);
        ++tried;
    }
    CHECK(tried > 0);
}

TEST_CASE("an answer to another question is noticed") {
    const Value operation = parse(R"({"type":"105","dest":"V4SGRU86Z58d6TV7PBUe6f"})");
    CHECK(client::check_answers_question(
        operation, parse(R"({"type":"105","dest":"V4SGRU86Z58d6TV7PBUe6f"})")));
    for (const char* result : {R"({"type":"105","dest":"Th7MpTaRZVRYnPiabds81Y"})",
                               R"({"type":"104"})", R"({"type":"105"})", "[]", "null"}) {
        CHECK_FALSE(client::check_answers_question(operation, parse(result)));
    }
    const Value schema = parse(R"({"type":"107","dest":"D","data":{"name":"a","version":"1.0"}})");
    CHECK(client::check_answers_question(
        schema,
        parse(
            R"({"type":"107","dest":"D","data":{"name":"a","version":"1.0","attr_names":["x"]}})")));
    CHECK_FALSE(client::check_answers_question(
        schema, parse(R"({"type":"107","dest":"D","data":{"name":"b","version":"1.0"}})")));
    const Value txn = parse(R"({"type":"3","ledgerId":0,"data":5})");
    CHECK_FALSE(
        client::check_answers_question(txn, parse(R"({"type":"3","data":null,"seqNo":6})")));
}

namespace {

/// Every place in a value, as a path of keys and indices, replaced by each of some wrong values.
void mutate_everywhere(Value& place, const std::function<void(const Value&)>& judge,
                       const Value& whole) {
    static const std::vector<Value> wrong = {Value(),
                                             Value(true),
                                             Value(-1),
                                             Value("x"),
                                             Value(encoding::Array{}),
                                             Value(encoding::Object{})};
    const Value kept = place;
    for (const Value& value : wrong) {
        place = value;
        judge(whole);
    }
    place = kept;
    if (place.is_object()) {
        for (encoding::Member& member : place.object()->members())
            mutate_everywhere(member.value, judge, whole);
    } else if (place.is_array()) {
        for (std::size_t i = 0; i < std::min<std::size_t>(place.array()->size(), 2); ++i) {
            mutate_everywhere((*place.array())[i], judge, whole);
        }
    }
}

}  // namespace

TEST_CASE("malformed answers of each type are judged without harm") {
    std::set<std::string> types;
    int judged = 0;
    for (const Read& read : recorded_reads()) {
        if (!types.insert(std::string(read.result.text_at("type"))).second) continue;
        const PoolLedger pool = pool_at(read.time);
        Value changed = read.result;
        const auto judge = [&](const Value& result) {
            static_cast<void>(
                verify_state_proof(result, pool.keys(), pool.keys().size(), pool.f(), 0));
            static_cast<void>(client::check_answers_question(read.operation, result));
            ++judged;
        };
        mutate_everywhere(changed, judge, changed);
        CHECK(changed == read.result);
    }
    CHECK(judged > 1000);
}
