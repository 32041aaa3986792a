// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include <catch2/catch.hpp>
#include <set>
#include <sstream>

#include "ssi/ledger/request.hpp"
#include "ssi/ledger/request_signing.hpp"
#include "tests/unit/ledger/recordings.hpp"

using namespace stadtbuch;
using encoding::Value;
using ledger::parse_request;
using ledger::Refusal;
using ledger::RefusalClass;
using ledger::Request;
using recordings::Case;

namespace {

Value parse(const std::string& text) {
    auto value = encoding::parse_json(text);
    REQUIRE(value);
    return *value;
}

/// Refusals that depend on more than the request and the keys: the node's own state decides them.
std::set<std::string> state_dependent_reasons(const Request& request) {
    Refusal read_only;
    read_only.text = "Pool is in readonly mode, try again in 60 seconds";
    Refusal replayed;
    replayed.cls = RefusalClass::bare;
    replayed.text = "Same txn was already ordered with different signatures or pluggable fields";
    return {ledger::refusal_of(request, read_only).reason,
            ledger::refusal_of(request, replayed).reason};
}

struct Counts {
    int requests = 0;
    int refused = 0;
    int passed = 0;
    int signing_inputs = 0;
    int signatures = 0;
    int digests = 0;
};

/// The first frame of every node; all of one recording must agree in op and reason.
std::vector<Value> first_frames(const Case& one) {
    std::vector<Value> frames;
    for (const auto& [node, texts] : one.replies()) {
        if (!texts.empty()) frames.push_back(parse(texts.front()));
    }
    return frames;
}

void check_digests(const Case& one, const Request& request, recordings::VerkeyBook& book,
                   Counts& counts) {
    for (const auto* replies : {&one.raw_replies, &one.node_replies}) {
        for (const auto& [node, texts] : *replies) {
            for (const std::string& text : texts) {
                const Value frame = parse(text);
                if (frame.text_at("op") != "REPLY") continue;
                const Value* txn = frame.find("result")->find("txn");
                if (!txn || !txn->find("metadata")) continue;
                const Value& metadata = *txn->find("metadata");
                const bool same_signatures =
                    metadata.find("digest") && *metadata.find("digest") == Value(request.digest);
                // Neighbouring cases with the same reqId are other requests.
                if (metadata.text_at("payloadDigest") != request.payload_digest && !same_signatures)
                    continue;
                CHECK(metadata.text_at("payloadDigest") == request.payload_digest);
                CHECK(metadata.text_at("digest") == request.digest);
                book.apply(*frame.find("result"));
                ++counts.digests;
            }
        }
    }
}

void check_refused(const Case& one, const ledger::RequestRefusal& refusal, Counts& counts) {
    ++counts.refused;
    const std::vector<Value> frames = first_frames(one);
    REQUIRE(!frames.empty());
    const Value ours = parse(ledger::reqnack_text(refusal));
    for (const Value& frame : frames) {
        CHECK(frame.text_at("reason") == refusal.reason);
        CHECK(frame == ours);
    }
}

void check_passed(const Case& one, const Request& request, Counts& counts) {
    ++counts.passed;
    for (const Value& frame : first_frames(one)) {
        if (frame.text_at("op") == "REQACK") {
            CHECK(frame == parse(ledger::reqack_text(request)));
        } else if (frame.text_at("op") == "REQNACK") {
            CHECK(state_dependent_reasons(request).count(std::string(frame.text_at("reason"))) ==
                  1);
        } else {
            CHECK((frame.text_at("op") == "REPLY" || frame.text_at("op") == "REJECT"));
        }
    }
}

void check_case(const Case& one, recordings::VerkeyBook& book, Counts& counts) {
    auto value = one.frame
                     ? encoding::parse_json(*one.frame)
                     : Result<Value, encoding::JsonError>(Failure{encoding::JsonError::syntax});
    if (!value || !value->is_object()) return;
    // Requests of every shape, also those that miss what makes them one; messages with an `op` are
    // no requests.
    if (!ledger::is_request(*value) && value->find("op")) return;
    if (value->object()->empty()) return;
    ++counts.requests;

    auto request = parse_request(*value);
    if (!request) return check_refused(one, request.error(), counts);
    if (one.signing_input) {
        CHECK(ledger::signed_text_of(request->value) == *one.signing_input);
        if (request->kind != ledger::RequestKind::read)
            CHECK(request->signed_text == *one.signing_input);
        ++counts.signing_inputs;
    }
    if (request->kind != ledger::RequestKind::read) {
        const auto verdict =
            verify_signatures(*request, [&](std::string_view did) { return book.find(did); });
        ++counts.signatures;
        if (!verdict)
            return check_refused(one, ledger::refusal_of(*request, verdict.error()), counts);
    }
    check_passed(one, *request, counts);
    check_digests(one, *request, book, counts);
}

}  // namespace

TEST_CASE("recorded requests get the recorded verdicts, digests and texts") {
    for (const std::string& file : recordings::case_files()) {
        recordings::VerkeyBook book;
        Counts counts;
        for (const Case& one : recordings::read_cases(file)) {
            INFO(file << " case " << one.id << " " << one.kind << ": " << one.name);
            check_case(one, book, counts);
        }
        INFO(file);
        CHECK(counts.requests > 0);
        CHECK(counts.refused > 0);
        CHECK(counts.passed > 0);
        CHECK(counts.digests > 0);
        WARN(file << ": " << counts.requests << " requests, " << counts.refused << " refused, "
                  << counts.passed << " passed, " << counts.signing_inputs << " signing inputs, "
                  << counts.signatures << " signature verdicts, " << counts.digests << " digests");
    }
}

TEST_CASE("the reference's index of digests holds what we compute") {
    std::map<std::string, std::string> index;
    const Value stores = parse(recordings::read_file("side_stores.json"));
    for (const Value& row : *stores.find("seq_no_db")->array()) {
        index[std::string(row.text_at("key"))] = row.text_at("value");
    }
    int found = 0;
    for (const Case& one : recordings::read_cases("client_cases.jsonl")) {
        auto value = one.frame
                         ? encoding::parse_json(*one.frame)
                         : Result<Value, encoding::JsonError>(Failure{encoding::JsonError::syntax});
        if (!value || !value->is_object()) continue;
        const auto request = parse_request(*value);
        if (!request || request->kind != ledger::RequestKind::write) continue;
        const auto full = index.find("full:" + request->digest);
        if (full == index.end()) continue;  // refused, or the same payload with other signatures
        INFO("case " << one.id << " " << one.name);
        CHECK(full->second == request->payload_digest);
        CHECK(index.count(request->payload_digest) == 1);
        ++found;
    }
    CHECK(found > 0);
    WARN(found << " requests found in the index");
}

TEST_CASE("stand-alone digests of the base library") {
    const Value rows = parse(recordings::read_file("request_digests.json"));
    int compared = 0;
    for (const Value& row : *rows.array()) {
        // These operations are of no known type, so the forms are made without the schemas.
        Request request;
        request.value = *row.find("request");
        request.identifier_or_joined = request.value.text_at("identifier");
        request.identifier = request.identifier_or_joined;
        const Value* endorser = request.value.find("endorser");
        if (endorser && endorser->is_text()) request.endorser = *endorser->text();
        ledger::fill_signing_forms(request);
        CHECK(request.digest == row.text_at("digest"));
        CHECK(request.payload_digest == row.text_at("payload_digest"));
        ++compared;
    }
    CHECK(compared > 0);
    WARN(compared << " stand-alone digests");
}

TEST_CASE("changed requests get the words of the reference's validators") {
    std::istringstream lines(recordings::read_file("../requests/schema_cases.jsonl"));
    int refused = 0;
    int passed = 0;
    for (std::string line; std::getline(lines, line);) {
        const Value row = parse(line);
        INFO(row.text_at("request"));
        const Value request = parse(std::string(row.text_at("request")));
        const auto verdict = parse_request(request);
        if (const Value* reason = row.find("reason"); reason->is_text()) {
            REQUIRE(!verdict);
            CHECK(verdict.error().reason == *reason->text());
            ++refused;
            continue;
        }
        // The checks behind the schemas may still say no, but not in the schemas' words.
        if (!verdict) {
            CHECK(verdict.error().reason.find("validation error") == std::string::npos);
        }
        ++passed;
    }
    CHECK(refused > 500);
    CHECK(passed > 50);
}

TEST_CASE("a sender is to blame only for signatures that no key can have made") {
    const auto request_with = [](const std::string& signature_member) {
        const std::string text =
            R"({"identifier":"V4SGRU86Z58d6TV7PBUe6f","reqId":7,"protocolVersion":2,)"
            R"("operation":{"type":"1","dest":"GEzcdDLhCpGCYRHW82kjHd"})" +
            signature_member + "}";
        auto parsed = encoding::parse_json(text);
        REQUIRE(parsed);
        auto request = parse_request(*std::move(parsed));
        REQUIRE(request);
        return *std::move(request);
    };
    const auto signature = [](std::size_t bytes) {
        return R"(,"signature":")" + encoding::base58_encode(Bytes(bytes, Byte{9})) + '"';
    };
    const auto nobody = [](std::string_view) -> std::optional<std::string> { return std::nullopt; };
    const auto other_key = [](std::string_view) -> std::optional<std::string> {
        return encoding::base58_encode(Bytes(32, Byte{1}));
    };

    // An author who is not known here yet, and one whose key was rotated: the sender may be right.
    const ledger::Request well_formed = request_with(signature(64));
    CHECK_FALSE(verify_signatures(well_formed, nobody));
    CHECK_FALSE(verify_signatures(well_formed, other_key));
    CHECK_FALSE(ledger::is_signed_by_nobody(well_formed));

    CHECK(ledger::is_signed_by_nobody(request_with("")));
    CHECK(ledger::is_signed_by_nobody(request_with(signature(63))));
    CHECK(ledger::is_signed_by_nobody(request_with(signature(65))));
    CHECK(ledger::is_signed_by_nobody(request_with(R"(,"signature":"0OIl")")));
    const std::string good = encoding::base58_encode(Bytes(64, Byte{9}));
    CHECK_FALSE(ledger::is_signed_by_nobody(
        request_with(R"(,"signatures":{"V4SGRU86Z58d6TV7PBUe6f":")" + good + R"("})")));
    CHECK(ledger::is_signed_by_nobody(request_with(R"(,"signatures":{"V4SGRU86Z58d6TV7PBUe6f":")" +
                                                   good + R"(","GEzcdDLhCpGCYRHW82kjHd":"11"})")));
}
