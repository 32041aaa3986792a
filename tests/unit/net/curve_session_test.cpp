// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The server's side of CurveZMQ against a client written down here from RFC 23 and RFC 26, so that
// it can also do what no client would. That libzmq's client gets along with it is shown by
// curve_test.cpp.
#include <sodium.h>

#include <catch2/catch.hpp>
#include <functional>

#include "node/net/curve_session.hpp"

using namespace stadtbuch;
using namespace stadtbuch::net;
using Event = CurveSession::Event;

namespace {

void append(Bytes& out, BytesView bytes) {
    out.insert(out.end(), bytes.begin(), bytes.end());
}

Bytes big_endian(std::uint64_t number, std::size_t count) {
    Bytes out(count);
    for (std::size_t i = count; i-- > 0; number >>= 8) out[i] = static_cast<Byte>(number & 0xFF);
    return out;
}

Bytes frame_of(Byte flags, BytesView body) {
    Bytes out;
    if (body.size() < 256) {
        out = {flags, static_cast<Byte>(body.size())};
    } else {
        out = {static_cast<Byte>(flags | 2)};
        append(out, big_endian(body.size(), 8));
    }
    append(out, body);
    return out;
}

/// What a client does differently from the rules.
struct Faults {
    bool other_server_key = false;
    bool other_cookie = false;
    bool other_vouch_key = false;
    std::string socket_type = "DEALER";
    std::string identity = "someone";
};

struct Client {
    CurveKeyPair own = CurveKeyPair::random();
    CurveKeyPair transient = CurveKeyPair::random();
    CurveKey server;
    CurveKey server_transient;
    std::uint64_t number = 1;

    [[nodiscard]] Bytes boxed(std::string_view prefix, BytesView rest, BytesView plain,
                              const CurveKey& to, const CurveKeyPair& from) const {
        Bytes nonce = bytes_of(view_of(prefix));
        append(nonce, rest);
        REQUIRE(nonce.size() == 24);
        Bytes out(plain.size() + 16);
        REQUIRE(crypto_box_easy(out.data(), plain.data(), plain.size(), nonce.data(),
                                to.bytes.data(), from.secret_key.bytes.data()) == 0);
        return out;
    }

    [[nodiscard]] Bytes opened(std::string_view prefix, BytesView rest, BytesView box,
                               const CurveKey& from) const {
        Bytes nonce = bytes_of(view_of(prefix));
        append(nonce, rest);
        REQUIRE(nonce.size() == 24);
        Bytes out(box.size() - 16);
        REQUIRE(crypto_box_open_easy(out.data(), box.data(), box.size(), nonce.data(),
                                     from.bytes.data(), transient.secret_key.bytes.data()) == 0);
        return out;
    }

    [[nodiscard]] static Bytes greeting() {
        Bytes out(64);
        out[0] = 0xFF;
        out[9] = 0x7F;
        out[10] = 3;
        out[11] = 1;
        const std::string_view name = "CURVE";
        std::copy(name.begin(), name.end(), out.begin() + 12);
        return out;
    }

    [[nodiscard]] Bytes hello() {
        Bytes body = bytes_of(view_of("\x05HELLO"));
        append(body, Bytes{1, 0});
        append(body, Bytes(72));
        append(body, transient.public_key.view());
        const Bytes mine = big_endian(number++, 8);
        append(body, mine);
        append(body, boxed("CurveZMQHELLO---", mine, Bytes(64), server, transient));
        return frame_of(4, body);
    }

    [[nodiscard]] Bytes initiate(BytesView welcome, const Faults& faults) {
        REQUIRE(welcome.size() == 168);
        const Bytes plain = opened("WELCOME-", welcome.subspan(8, 16), welcome.subspan(24), server);
        server_transient = *curve_key_of(BytesView(plain).first(32));
        Bytes cookie = bytes_of(BytesView(plain).subspan(32));
        if (faults.other_cookie) cookie[17] ^= 1;

        Bytes vouched = bytes_of(transient.public_key.view());
        append(vouched, server.view());
        const CurveKeyPair other = CurveKeyPair::random();
        Bytes inner = bytes_of(own.public_key.view());
        const Bytes random(16, 7);
        append(inner, random);
        append(inner, boxed("VOUCH---", random, vouched, server_transient,
                            faults.other_vouch_key ? other : own));
        for (const auto& [name, value] :
             {std::pair<std::string, std::string>{"Socket-Type", faults.socket_type},
              std::pair<std::string, std::string>{"Identity", faults.identity}}) {
            inner.push_back(static_cast<Byte>(name.size()));
            append(inner, view_of(name));
            append(inner, big_endian(value.size(), 4));
            append(inner, view_of(value));
        }
        Bytes body = bytes_of(view_of("\x08INITIATE"));
        append(body, cookie);
        const Bytes mine = big_endian(number++, 8);
        append(body, mine);
        append(body, boxed("CurveZMQINITIATE", mine, inner, server_transient, transient));
        return frame_of(4, body);
    }

    [[nodiscard]] Bytes message(Byte flags, std::string_view text) {
        Bytes plain{flags};
        append(plain, view_of(text));
        Bytes body = bytes_of(view_of("\x07MESSAGE"));
        const Bytes mine = big_endian(number++, 8);
        append(body, mine);
        append(body, boxed("CurveZMQMESSAGEC", mine, plain, server_transient, transient));
        return frame_of(0, body);
    }

    /// The flags octet and the payload of a message from the server.
    [[nodiscard]] std::string read(BytesView frame) const {
        const BytesView body = frame.subspan((frame[0] & 2) != 0 ? 9 : 2);
        REQUIRE(text_of(body.first(8)) == "\x07MESSAGE");
        return string_of(
            opened("CurveZMQMESSAGES", body.subspan(8, 8), body.subspan(16), server_transient));
    }
};

struct Talk {
    CurveKeyPair server = CurveKeyPair::random();
    Bytes out;
    CurveSession session{server, 1000, out};
    Client client;
    Bytes frame;  ///< given last: payload() points into it

    Talk() { client.server = server.public_key; }

    [[nodiscard]] Event give(Bytes next) {
        frame = std::move(next);
        std::size_t taken = 0;
        out.clear();
        const Event event = session.take(frame, taken, out);
        if (event != Event::need_more && event != Event::broken) CHECK(taken == frame.size());
        return event;
    }

    /// Up to the proven key.
    [[nodiscard]] Event shake_hands(const Faults& faults = {}) {
        if (faults.other_server_key) client.server = CurveKeyPair::random().public_key;
        REQUIRE(give(Client::greeting()) == Event::progress);
        const Event greeted = give(client.hello());
        if (greeted != Event::progress) return greeted;
        const Bytes welcome = bytes_of(BytesView(out).subspan(2));
        return give(client.initiate(welcome, faults));
    }

    void begin() {
        REQUIRE(shake_hands() == Event::key_proven);
        out.clear();
        session.admit(ZapStatus::success, out);
        REQUIRE(session.is_ready());
    }
};

}  // namespace

TEST_CASE("a client that keeps the rules is heard and answered", "[net][curve][session]") {
    Talk talk;
    REQUIRE(talk.out.size() == 64);
    talk.begin();
    CHECK(talk.session.key() == talk.client.own.public_key);
    CHECK(talk.session.identity() == "someone");
    CHECK(talk.give(talk.client.message(0, "hello")) == Event::message);
    CHECK(text_of(talk.session.payload()) == "hello");
    CHECK_FALSE(talk.session.more());
    CHECK(talk.give(talk.client.message(1, "first part")) == Event::message);
    CHECK(talk.session.more());
    talk.out.clear();
    const std::string answer(700, 'a');
    talk.session.seal(view_of(answer), talk.out);
    const std::string read = talk.client.read(talk.out);
    CHECK(read.front() == '\0');
    CHECK(read.substr(1) == answer);
}

TEST_CASE("frames in pieces are waited for", "[net][curve][session]") {
    Talk talk;
    Bytes all = Client::greeting();
    append(all, talk.client.hello());
    std::size_t begin = 0;
    int events = 0;
    for (std::size_t end = 0; end <= all.size(); ++end) {
        std::size_t taken = 0;
        const Event event =
            talk.session.take(std::span(all).subspan(begin, end - begin), taken, talk.out);
        REQUIRE(event != Event::broken);
        begin += taken;
        events += event == Event::progress ? 1 : 0;
    }
    CHECK(events == 2);
    CHECK(begin == all.size());
}

TEST_CASE("a key that is not admitted gets an error", "[net][curve][session]") {
    Talk talk;
    ZapStatus status = ZapStatus::refused;
    std::string answer = std::string("\x04\x0a\x05") + "ERROR\x03";
    SECTION("refused") {
        answer += "400";
    }
    SECTION("the handler failed") {
        status = ZapStatus::internal_error;
        answer += "500";
    }
    SECTION("for now, without a word") {
        status = ZapStatus::temporary_error;
        answer.clear();
    }
    REQUIRE(talk.shake_hands() == Event::key_proven);
    talk.out.clear();
    talk.session.admit(status, talk.out);
    CHECK(string_of(talk.out) == answer);
    CHECK_FALSE(talk.session.is_ready());
    CHECK(talk.give(talk.client.message(0, "still here")) == Event::broken);
}

TEST_CASE("handshakes that break a rule end", "[net][curve][session]") {
    Talk talk;
    Faults faults;
    SECTION("hello for another server") {
        faults.other_server_key = true;
    }
    SECTION("a cookie of somebody else") {
        faults.other_cookie = true;
    }
    SECTION("a vouch by another key") {
        faults.other_vouch_key = true;
    }
    SECTION("a socket that does not fit") {
        faults.socket_type = "SUB";
    }
    SECTION("a routing id above 255 octets") {
        faults.identity = std::string(256, 'x');
    }
    CHECK(talk.shake_hands(faults) == Event::broken);
    CHECK_FALSE(talk.session.is_ready());
}

TEST_CASE("greetings of others end at once", "[net][curve][session]") {
    const auto greeted = [](const std::function<void(Bytes&)>& change) {
        Talk talk;
        Bytes greeting = Client::greeting();
        change(greeting);
        return talk.give(greeting);
    };
    CHECK(greeted([](Bytes&) {}) == Event::progress);
    CHECK(greeted([](Bytes& g) { g = bytes_of(view_of("GET / HTTP/1.1")); }) == Event::broken);
    CHECK(greeted([](Bytes& g) { g[10] = 1; }) == Event::broken);
    CHECK(greeted([](Bytes& g) { g[12] = 'N'; }) == Event::broken);
    CHECK(greeted([](Bytes& g) { g[32] = 1; }) == Event::broken);
}

TEST_CASE("forged, repeated and over-long messages end the session", "[net][curve][session]") {
    Talk talk;
    talk.begin();
    const Bytes good = talk.client.message(0, "pay one");
    SECTION("an octet changed") {
        for (std::size_t i = 0; i < good.size(); ++i) {
            Talk fresh;
            fresh.begin();
            Bytes frame = fresh.client.message(0, "pay one");
            frame[i] ^= 8;
            CHECK(fresh.give(frame) != Event::message);
        }
    }
    SECTION("the same again") {
        CHECK(talk.give(good) == Event::message);
        CHECK(talk.give(good) == Event::broken);
    }
    SECTION("as long as allowed, and one more") {
        CHECK(talk.give(talk.client.message(0, std::string(1000, 'x'))) == Event::message);
        CHECK(talk.give(talk.client.message(0, std::string(1001, 'x'))) == Event::broken);
    }
    SECTION("a length of 2^63 is refused before anything comes") {
        CHECK(talk.give({2, 0x80, 0, 0, 0, 0, 0, 0, 0}) == Event::broken);
    }
    SECTION("open text") {
        CHECK(talk.give(frame_of(0, view_of("open text"))) == Event::broken);
    }
}

TEST_CASE("a heartbeat is answered with its context", "[net][curve][session]") {
    Talk talk;
    talk.begin();
    CHECK(talk.give(talk.client.message(2, std::string("\x04PING\0\x64", 7) + "context")) ==
          Event::progress);
    CHECK(talk.client.read(talk.out) == std::string("\x02\x04") + "PONGcontext");
    CHECK(talk.give(talk.client.message(2, std::string("\x04PING\0\x64", 7))) == Event::progress);
    CHECK(talk.client.read(talk.out) == std::string("\x02\x04") + "PONG");
    // Cut short, or of another pattern: nothing to say to that.
    CHECK(talk.give(talk.client.message(2, "\x04PING")) == Event::progress);
    CHECK(talk.out.empty());
    CHECK(talk.give(talk.client.message(2, "\x09SUBSCRIBEx")) == Event::progress);
    CHECK(talk.out.empty());
}
