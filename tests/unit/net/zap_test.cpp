// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The ZAP handler of this program's ports, and what becomes of handlers that break the rules. That
// the listener asks it in each handshake is shown by curve_test.cpp.
#include <catch2/catch.hpp>
#include <stdexcept>

#include "node/net/zap.hpp"

using namespace stadtbuch;
using namespace stadtbuch::net;

namespace {

ZapRequest request_of(const CurveKey& key, std::string_view domain) {
    ZapRequest request;
    request.request_id = "17";
    request.domain = domain;
    request.address = "192.0.2.7";
    request.identity = key.z85();
    request.credential = bytes_of(key.view());
    return request;
}

struct Town {
    CurveKey alpha = CurveKeyPair::random().public_key;
    CurveKey beta = CurveKeyPair::random().public_key;
    CurveKey stranger = CurveKeyPair::random().public_key;
    ZapDirectory directory;

    Town() { directory.set_members({{alpha, "Alpha"}, {beta, "Beta"}}); }

    [[nodiscard]] ZapReply ask(const ZapRequest& request) const {
        return ask_zap([this](const ZapRequest& asked) { return directory.answer(asked); },
                       request);
    }
};

}  // namespace

TEST_CASE("a member's key is the member on the node port", "[net][zap]") {
    const Town town;
    const ZapReply reply = town.ask(request_of(town.beta, zap_node_domain));
    CHECK(reply.version == "1.0");
    CHECK(reply.request_id == "17");
    CHECK(reply.status == ZapStatus::success);
    CHECK(reply.text == "OK");
    CHECK(reply.user_id == "Beta");
}

TEST_CASE("any key is itself on the client port", "[net][zap]") {
    const Town town;
    ZapRequest request = request_of(town.stranger, zap_client_domain);
    request.identity = "whatever";
    const ZapReply reply = town.ask(request);
    CHECK(reply.status == ZapStatus::success);
    CHECK(reply.user_id == town.stranger.z85());
}

TEST_CASE("who is not admitted learns why", "[net][zap]") {
    const Town town;
    ZapRequest request = request_of(town.alpha, zap_node_domain);
    std::string text;
    ZapStatus status = ZapStatus::refused;
    SECTION("unknown key") {
        request = request_of(town.stranger, zap_node_domain);
        text = "key is no member's";
    }
    SECTION("routing id of another member") {
        request.identity = town.beta.z85();
        text = "routing id is another's";
    }
    SECTION("no routing id") {
        request.identity.clear();
        text = "routing id is another's";
    }
    SECTION("wrong mechanism") {
        request.mechanism = "PLAIN";
        text = "mechanism is not CURVE";
    }
    SECTION("no mechanism on the open port either") {
        request.domain = zap_client_domain;
        request.mechanism = "NULL";
        text = "mechanism is not CURVE";
    }
    SECTION("credential of another length") {
        request.credential.pop_back();
        text = "credential is no Curve25519 key";
    }
    SECTION("unknown domain") {
        request.domain = "admin";
        text = "domain not known";
    }
    SECTION("another version") {
        request.version = "2.0";
        text = "ZAP version not known";
        status = ZapStatus::internal_error;
    }
    const ZapReply reply = town.ask(request);
    CHECK(reply.status == status);
    CHECK(reply.text == text);
    CHECK(reply.user_id.empty());
    CHECK(reply.request_id == "17");
}

TEST_CASE("who comes before the members are told may come again", "[net][zap]") {
    const Town town;
    const ZapDirectory untold;
    CHECK(untold.answer(request_of(town.alpha, zap_node_domain)).status ==
          ZapStatus::temporary_error);
    CHECK(untold.answer(request_of(town.alpha, zap_client_domain)).status == ZapStatus::success);
    CHECK(town.ask(request_of(town.stranger, zap_node_domain)).status == ZapStatus::refused);
}

TEST_CASE("members that left are refused", "[net][zap]") {
    Town town;
    CHECK(town.directory.is_member(town.alpha));
    town.directory.set_members({{town.beta, "Beta"}});
    CHECK_FALSE(town.directory.is_member(town.alpha));
    CHECK(town.ask(request_of(town.alpha, zap_node_domain)).status == ZapStatus::refused);
    CHECK(town.ask(request_of(town.beta, zap_node_domain)).status == ZapStatus::success);
}

TEST_CASE("a handler that fails or breaks the rules admits nobody", "[net][zap]") {
    const Town town;
    const ZapRequest request = request_of(town.alpha, zap_node_domain);
    ZapReply reply = town.directory.answer(request);
    REQUIRE(reply.status == ZapStatus::success);
    ZapHandler handler = [&reply](const ZapRequest&) { return reply; };
    REQUIRE(ask_zap(handler, request).status == ZapStatus::success);
    SECTION("throws") {
        handler = [](const ZapRequest&) -> ZapReply { throw std::runtime_error("no directory"); };
    }
    SECTION("is none") {
        handler = nullptr;
    }
    SECTION("answers another request") {
        reply.request_id = "16";
    }
    SECTION("speaks another version") {
        reply.version = "1.1";
    }
    SECTION("has a status of its own") {
        reply.status = static_cast<ZapStatus>(201);
    }
    SECTION("admits nobody in particular") {
        reply.user_id.clear();
    }
    SECTION("refuses somebody by name") {
        reply.status = ZapStatus::refused;
    }
    SECTION("says too much") {
        reply.text = std::string(256, 'x');
    }
    SECTION("names too much") {
        reply.user_id = std::string(256, 'x');
    }
    const ZapReply seen = ask_zap(handler, request);
    CHECK(seen.status == ZapStatus::internal_error);
    CHECK(seen.request_id == "17");
    CHECK(seen.user_id.empty());
}
