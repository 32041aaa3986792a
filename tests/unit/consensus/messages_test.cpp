// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Every frame that the recorded reference pool sent must decode and encode to the same text.
#include <catch2/catch.hpp>
#include <fstream>
#include <map>
#include <set>
#include <string>

#include "consensus/messages/messages.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"

using namespace stadtbuch;
using namespace stadtbuch::consensus;
using namespace stadtbuch::consensus::messages;

namespace {

struct Frame {
    std::string from;
    std::string raw;
};

std::vector<Frame> recorded_frames() {
    std::ifstream file(STADTBUCH_TEST_DATA "/indy/node_messages.jsonl");
    REQUIRE(file.good());
    std::vector<Frame> out;
    for (std::string line; std::getline(file, line);) {
        const auto row = encoding::parse_json(line);
        REQUIRE(row);
        const std::string raw(row->text_at("raw"));
        if (!raw.empty() && raw[0] == '{') out.push_back({std::string(row->text_at("frm")), raw});
    }
    return out;
}

WireError error_of(std::string_view text) {
    const auto result = decode(text);
    REQUIRE_FALSE(result);
    return result.error();
}

}  // namespace

TEST_CASE("every recorded frame decodes and encodes to the same text",
          "[consensus][messages][plenum-consensus:1.4]") {
    std::map<std::string, int> seen;
    for (const Frame& frame : recorded_frames()) {
        const auto message = decode(frame.raw);
        INFO(frame.raw.substr(0, 400));
        REQUIRE(message);
        ++seen[std::string(op_of(*message))];
        REQUIRE(encode(*message) == frame.raw);
    }
    CHECK(seen["COMMIT"] == 1168);
    CHECK(seen["PREPREPARE"] == 275);
    CHECK(seen["MESSAGE_RESPONSE"] == 74);
    CHECK(seen["OLD_VIEW_PREPREPARE_REP"] > 0);
    CHECK(seen["CATCHUP_REP"] == 5);
    CHECK(seen["NEW_VIEW"] == 2);
}

TEST_CASE("recorded batch digests are recomputed", "[consensus][messages][plenum-consensus:5.3]") {
    int checked = 0;
    const auto check = [&](const PrePrepare& pp) {
        CHECK(pre_prepare_digest(pp.created_in(), pp.pp_time, pp.digests) == pp.digest);
        ++checked;
    };
    for (const Frame& frame : recorded_frames()) {
        const auto message = decode(frame.raw);
        REQUIRE(message);
        if (const auto* pp = std::get_if<PrePrepare>(&*message)) check(*pp);
        if (const auto* rep = std::get_if<OldViewPrePrepareRep>(&*message)) {
            for (const PrePrepare& pp : rep->pre_prepares) check(pp);
        }
        if (const auto* response = std::get_if<MessageResponse>(&*message)) {
            if (const auto* pp = std::get_if<PrePrepare>(&response->content)) check(*pp);
        }
    }
    CHECK(checked > 300);
    CHECK(pre_prepare_digest(0, 1600000000, {"aa", "bb"}) ==
          "168973f967943305390639cc1328433b8e5de16d90dfd921c4871d41a034aced");
}

TEST_CASE("digests in VIEW_CHANGE_ACK and NEW_VIEW are those of the VIEW_CHANGEs",
          "[consensus][messages][plenum-consensus:8.3]") {
    std::map<std::pair<ViewNo, std::string>, std::string> digests;
    int acks = 0;
    for (const Frame& frame : recorded_frames()) {
        const auto message = decode(frame.raw);
        REQUIRE(message);
        if (const auto* vc = std::get_if<ViewChange>(&*message))
            digests[{vc->view_no, frame.from}] = view_change_digest(*vc);
        if (const auto* ack = std::get_if<ViewChangeAck>(&*message)) {
            CHECK(digests[{ack->view_no, ack->name}] == ack->digest);
            ++acks;
        }
        if (const auto* nv = std::get_if<NewView>(&*message)) {
            for (const auto& [name, digest] : nv->view_changes)
                CHECK(digests[{nv->view_no, name}] == digest);
        }
    }
    CHECK(acks == 13);
    CHECK(digests.size() == 7);

    ViewChange vc;
    vc.view_no = 1;
    vc.prepared = {{0, 0, 1, "168973f967943305390639cc1328433b8e5de16d90dfd921c4871d41a034aced"}};
    vc.preprepared = vc.prepared;
    vc.checkpoints = {{0, 0, 0, 0, std::nullopt}};
    CHECK(view_change_digest(vc) ==
          "3c1567b0ddbf497428c8988c48c0351baa06dacb3cb2fd1ae85a40c4ad7c4fe2");
}

TEST_CASE("the signed value of a multi-signature has the documented bytes",
          "[consensus][messages][plenum-consensus:9]") {
    MultiSigValue value;
    value.ledger = LedgerId::domain;
    value.state_root = value.txn_root =
        *encoding::base58_decode32("4F7BsTMVPKFshM1MwLf6y23cid6fL3xMpazVoF9krzUw");
    value.pool_state_root =
        *encoding::base58_decode32("GKot5hBsd81kMupNCXHaqbhv3huEbxAFMLnpcX2hniwn");
    value.timestamp = 1600000000;
    const std::string hex = encoding::hex_encode(multi_sig_signing_bytes(value));
    CHECK(hex.substr(0, 24) == "85a96c65646765725f696401");
    CHECK(hex.find("ce5f5e1000") != std::string::npos);
}

TEST_CASE("frames that are no messages get a named refusal", "[consensus][messages]") {
    CHECK(error_of("") == WireError::not_json);
    CHECK(error_of("[1,2]") == WireError::not_an_object);
    CHECK(error_of("null") == WireError::not_an_object);
    CHECK(error_of("{}") == WireError::no_op);
    CHECK(error_of("{\"op\":7}") == WireError::no_op);
    CHECK(error_of("{\"op\":\"NOMINATE\"}") == WireError::unknown_op);
    CHECK(error_of("{\"op\":\"OBSERVED_DATA\"}") == WireError::ignored_op);
    CHECK(error_of("{\"op\":\"COMMIT\",\"instId\":0,\"viewNo\":0}") == WireError::missing_field);
    CHECK(error_of("{\"op\":\"COMMIT\",\"instId\":0,\"viewNo\":0,\"ppSeqNo\":-1}") ==
          WireError::bad_field);
    CHECK(error_of("{\"op\":\"COMMIT\",\"instId\":0,\"viewNo\":0,\"ppSeqNo\":1.0}") ==
          WireError::bad_field);
    CHECK(error_of("{\"op\":\"COMMIT\",\"instId\":true,\"viewNo\":0,\"ppSeqNo\":1}") ==
          WireError::bad_field);
    // Too big a number is no JSON to the reference's reader.
    CHECK(error_of(
              "{\"op\":\"COMMIT\",\"instId\":0,\"viewNo\":0,\"ppSeqNo\":18446744073709551615}") ==
          WireError::not_json);
    CHECK(error_of("{\"op\":\"CATCHUP_REP\",\"ledgerId\":9,\"txns\":{},\"consProof\":[]}") ==
          WireError::bad_field);
    CHECK(error_of("{\"op\":\"PROPAGATE\",\"request\":[],\"senderClient\":null}") ==
          WireError::bad_field);
    CHECK(error_of("{\"op\":\"MESSAGE_REQUEST\",\"msg_type\":\"CHECKPOINT\",\"params\":{}}") ==
          WireError::bad_field);
    CHECK(error_of(std::string(200000, ' ')) == WireError::too_large);
    CHECK(error_of("{\"op\":\"COMMIT\",\"x\":" + std::string(100, '[') + std::string(100, ']') +
                   "}") == WireError::not_json);
}

TEST_CASE("a request is passed on exactly as it came", "[consensus][messages]") {
    const std::string request =
        "{ \"reqId\" : 1, \"operation\":{\"a\\u0062\":\"\\/x}\",\"n\":1.50} }";
    const auto message =
        decode("{\"op\":\"PROPAGATE\",\"request\":" + request + ",\"senderClient\":\"a\\/b\"}");
    REQUIRE(message);
    const auto& propagate = std::get<Propagate>(*message);
    CHECK(propagate.request == request);
    CHECK(propagate.sender_client == "a/b");
    CHECK(encode(*message) ==
          "{\"op\":\"PROPAGATE\",\"request\":" + request + ",\"senderClient\":\"a\\/b\"}");
}

TEST_CASE("BATCH frames unpack and pack", "[consensus][messages][plenum-consensus:1.5]") {
    std::ifstream file(STADTBUCH_TEST_DATA "/indy/node_messages_batch.jsonl");
    REQUIRE(file.good());
    for (std::string line; std::getline(file, line);) {
        const auto row = encoding::parse_json(line);
        REQUIRE(row);
        const std::string raw(row->text_at("raw"));
        REQUIRE(looks_like_batch(raw));
        const auto texts = decode_batch(raw);
        REQUIRE(texts);
        const auto* inner = row->find("inner")->array();
        REQUIRE(inner->size() == texts->size());
        for (std::size_t i = 0; i < texts->size(); ++i) CHECK(*(*inner)[i].text() == (*texts)[i]);
        if (texts->size() > 1) CHECK(encode_batches(*texts) == std::vector<std::string>{raw});
    }
    CHECK(encode_batches({"pi"}) == std::vector<std::string>{"pi"});
    const std::vector<std::string> large(5, std::string(60000, 'x'));
    const auto frames = encode_batches(large);
    CHECK(frames.size() == 3);
    for (const auto& frame : frames) CHECK(frame.size() <= 131072);
}
