// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The server's side of CurveZMQ: the input as octets from a stranger, as metadata of a client that
// knows all keys, and as messages of one that was admitted. Whatever comes: no fault of memory,
// bounded answers, no message before the key was proven.
#include <sodium.h>

#include <algorithm>

#include "node/net/curve_session.hpp"
#include "storage/base/assert.hpp"

using namespace stadtbuch;
using namespace stadtbuch::net;
using Event = CurveSession::Event;

namespace {

constexpr std::size_t payload_bytes_max = 4096;
constexpr std::size_t answers_bytes_max = 1 << 20;

void append(Bytes& out, BytesView bytes) {
    out.insert(out.end(), bytes.begin(), bytes.end());
}

Bytes number_of(std::uint64_t number) {
    Bytes out(8);
    for (std::size_t i = 8; i-- > 0; number >>= 8) out[i] = static_cast<Byte>(number & 0xFF);
    return out;
}

Bytes frame_of(Byte flags, BytesView body) {
    Bytes out(1, static_cast<Byte>(flags | 2));
    append(out, number_of(body.size()));
    append(out, body);
    return out;
}

Bytes boxed(std::string_view prefix, BytesView rest, BytesView plain, const CurveKey& to,
            const CurveKey& from) {
    Bytes nonce = bytes_of(view_of(prefix));
    append(nonce, rest);
    Bytes out(plain.size() + crypto_box_MACBYTES);
    STADTBUCH_ASSERT(nonce.size() == crypto_box_NONCEBYTES);
    STADTBUCH_ASSERT(crypto_box_easy(out.data(), plain.data(), plain.size(), nonce.data(),
                                     to.bytes.data(), from.bytes.data()) == 0);
    return out;
}

/// Feeds all of `input`; how often a message came. Ends at the first fault.
std::size_t feed(CurveSession& session, Bytes input, Bytes& out, Event& last) {
    std::size_t at = 0, messages = 0;
    last = Event::progress;
    while (at < input.size()) {
        std::size_t taken = 0;
        last = session.take(std::span<Byte>(input).subspan(at), taken, out);
        STADTBUCH_ASSERT(taken <= input.size() - at && out.size() <= answers_bytes_max);
        if (last == Event::message) {
            STADTBUCH_ASSERT(session.is_ready() &&
                             session.payload().size() <= payload_bytes_max + 1);
            ++messages;
        }
        if (last == Event::broken || last == Event::need_more || last == Event::key_proven) break;
        STADTBUCH_ASSERT(taken > 0);
        at += taken;
    }
    return messages;
}

struct Keys {
    CurveKeyPair server = CurveKeyPair::random();
    CurveKeyPair own = CurveKeyPair::random();
    CurveKeyPair transient = CurveKeyPair::random();
};

Bytes greeting_and_hello(const Keys& keys) {
    Bytes out(64);
    out[0] = 0xFF;
    out[9] = 0x7F;
    out[10] = 3;
    const std::string_view name = "CURVE";
    std::copy(name.begin(), name.end(), out.begin() + 12);
    Bytes body = bytes_of(view_of("\x05HELLO"));
    append(body, Bytes{1, 0});
    append(body, Bytes(72));
    append(body, keys.transient.public_key.view());
    append(body, number_of(1));
    append(body, boxed("CurveZMQHELLO---", number_of(1), Bytes(64), keys.server.public_key,
                       keys.transient.secret_key));
    append(out, frame_of(4, body));
    return out;
}

/// The server's transient key and cookie out of its greeting and WELCOME.
Bytes welcomed(const Keys& keys, BytesView answers) {
    const BytesView body = answers.subspan(64 + 2);
    Bytes nonce = bytes_of(view_of("WELCOME-"));
    append(nonce, body.subspan(8, 16));
    Bytes plain(128);
    STADTBUCH_ASSERT(crypto_box_open_easy(plain.data(), body.data() + 24, 144, nonce.data(),
                                          keys.server.public_key.bytes.data(),
                                          keys.transient.secret_key.bytes.data()) == 0);
    return plain;
}

Bytes initiate(const Keys& keys, BytesView plain, BytesView metadata) {
    const CurveKey server = *curve_key_of(plain.first(32));
    Bytes vouched = bytes_of(keys.transient.public_key.view());
    append(vouched, keys.server.public_key.view());
    Bytes inner = bytes_of(keys.own.public_key.view());
    append(inner, Bytes(16, 7));
    append(inner, boxed("VOUCH---", Bytes(16, 7), vouched, server, keys.own.secret_key));
    append(inner, metadata);
    Bytes body = bytes_of(view_of("\x08INITIATE"));
    append(body, plain.subspan(32));
    append(body, number_of(2));
    append(body, boxed("CurveZMQINITIATE", number_of(2), inner, server, keys.transient.secret_key));
    return frame_of(4, body);
}

/// A handshake with the given metadata; whether the key was proven.
bool shakes_hands(CurveSession& session, const Keys& keys, BytesView metadata, Bytes& out,
                  Bytes& plain) {
    Event last{};
    feed(session, greeting_and_hello(keys), out, last);
    STADTBUCH_ASSERT(last == Event::progress);
    plain = welcomed(keys, out);
    feed(session, initiate(keys, plain, metadata), out, last);
    STADTBUCH_ASSERT(last != Event::key_proven || session.key() == keys.own.public_key);
    STADTBUCH_ASSERT(session.identity().size() <= 255);
    return last == Event::key_proven;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const Keys keys;
    const BytesView input(data, size);
    Event last{};

    Bytes strangers;
    CurveSession stranger(keys.server, payload_bytes_max, strangers);
    STADTBUCH_ASSERT(feed(stranger, bytes_of(input), strangers, last) == 0 && !stranger.is_ready());

    Bytes out, plain;
    CurveSession teller(keys.server, payload_bytes_max, out);
    if (shakes_hands(teller, keys, input.first(std::min<std::size_t>(size, 3000)), out, plain)) {
        teller.admit(size % 2 == 0 ? ZapStatus::success : ZapStatus::refused, out);
        STADTBUCH_ASSERT(teller.is_ready() == (size % 2 == 0));
    }

    Bytes answers;
    CurveSession member(keys.server, payload_bytes_max, answers);
    const Bytes dealer =
        bytes_of(view_of(std::string_view("\x0bSocket-Type\0\0\0\x06"
                                          "DEALER",
                                          22)));
    STADTBUCH_ASSERT(shakes_hands(member, keys, dealer, answers, plain));
    member.admit(ZapStatus::success, answers);
    Bytes inner(std::clamp<std::size_t>(size, 1, payload_bytes_max + 1));
    std::copy_n(input.begin(), std::min(size, inner.size()), inner.begin());
    Bytes body = bytes_of(view_of("\x07MESSAGE"));
    append(body, number_of(3));
    append(body, boxed("CurveZMQMESSAGEC", number_of(3), inner,
                       *curve_key_of(BytesView(plain).first(32)), keys.transient.secret_key));
    const std::size_t messages = feed(member, frame_of(0, body), answers, last);
    STADTBUCH_ASSERT(last != Event::broken && messages == ((inner[0] & 2) != 0 ? 0u : 1u));
    // What is not in a box of the session's keys is no message.
    STADTBUCH_ASSERT(feed(member, bytes_of(input), answers, last) == 0);
    return 0;
}
