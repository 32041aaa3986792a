// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "node/net/curve_session.hpp"

#include <sodium.h>

#include <algorithm>
#include <cstring>

#include "storage/base/assert.hpp"

namespace stadtbuch::net {
namespace {

constexpr std::size_t greeting_bytes = 64;
constexpr std::size_t box_bytes = crypto_box_MACBYTES;
constexpr Byte flag_more = 1;
constexpr Byte flag_long = 2;
constexpr Byte flag_command = 4;
constexpr Byte inner_more = 1;
constexpr Byte inner_command = 2;
/// HELLO and INITIATE with all metadata of libzmq stay far below.
constexpr std::size_t handshake_bytes_max = 4096;
constexpr std::size_t hello_bytes = 200;
constexpr std::size_t initiate_bytes_min = 257;
constexpr std::size_t ping_context_max = 16;

constexpr std::string_view message_name = "\x07MESSAGE";
constexpr std::size_t message_head_bytes = message_name.size() + 8 + box_bytes;

using Nonce = std::array<Byte, crypto_box_NONCEBYTES>;

/// "prefix" followed by what remains of the 24 octets.
Nonce nonce_of(std::string_view prefix, BytesView rest) {
    Nonce nonce{};
    STADTBUCH_ASSERT(prefix.size() + rest.size() == nonce.size());
    std::memcpy(nonce.data(), prefix.data(), prefix.size());
    std::memcpy(nonce.data() + prefix.size(), rest.data(), rest.size());
    return nonce;
}

std::array<Byte, 8> big_endian(std::uint64_t number) {
    std::array<Byte, 8> bytes{};
    for (std::size_t i = 8; i-- > 0; number >>= 8) bytes[i] = static_cast<Byte>(number & 0xFF);
    return bytes;
}

std::uint64_t number_from(BytesView bytes) {
    std::uint64_t number = 0;
    for (const Byte byte : bytes) number = number << 8 | byte;
    return number;
}

void append(Bytes& out, BytesView bytes) {
    out.insert(out.end(), bytes.begin(), bytes.end());
}

void append_head(Bytes& out, Byte flags, std::size_t body_bytes) {
    if (body_bytes < 256) {
        out.push_back(flags);
        out.push_back(static_cast<Byte>(body_bytes));
    } else {
        out.push_back(static_cast<Byte>(flags | flag_long));
        append(out, big_endian(body_bytes));
    }
}

void append_property(Bytes& out, std::string_view name, std::string_view value) {
    out.push_back(static_cast<Byte>(name.size()));
    append(out, view_of(name));
    append(out, BytesView(big_endian(value.size())).last(4));
    append(out, view_of(value));
}

bool starts_with(BytesView body, std::string_view name) {
    return text_of(body).starts_with(name);
}

struct Head {
    Byte flags = 0;
    std::size_t bytes = 0;
    std::uint64_t body_bytes = 0;
};

/// The head of the frame; nullopt while it is not complete.
std::optional<Head> head_of(BytesView input) {
    if (input.size() < 2) return std::nullopt;
    const Byte flags = input[0];
    if ((flags & flag_long) == 0) return Head{flags, 2, input[1]};
    if (input.size() < 9) return std::nullopt;
    return Head{flags, 9, number_from(input.subspan(1, 8))};
}

}  // namespace

CurveSession::CurveSession(const CurveKeyPair& keys, std::size_t payload_bytes_max, Bytes& out)
    : keys_(keys), payload_bytes_max_(payload_bytes_max) {
    STADTBUCH_ASSERT(sodium_init() >= 0);
    std::array<Byte, greeting_bytes> greeting{};
    greeting[0] = 0xFF;
    greeting[8] = 1;
    greeting[9] = 0x7F;
    greeting[10] = 3;
    greeting[11] = 1;
    std::memcpy(greeting.data() + 12, "CURVE", 5);
    greeting[32] = 1;  // as-server
    append(out, greeting);
}

CurveSession::~CurveSession() {
    sodium_memzero(message_key_.data(), message_key_.size());
}

CurveSession::Event CurveSession::fail() {
    state_ = State::ended;
    return Event::broken;
}

CurveSession::Event CurveSession::take(std::span<Byte> input, std::size_t& taken, Bytes& out) {
    taken = 0;
    if (state_ == State::ended || state_ == State::asking) return fail();
    if (state_ == State::greeting) return on_greeting(input, taken);
    const auto head = head_of(input);
    if (input.size() > 0 && (input[0] & ~(flag_more | flag_long | flag_command)) != 0)
        return fail();
    if (!head) return Event::need_more;
    const std::size_t bytes_max =
        state_ == State::ready ? payload_bytes_max_ + message_head_bytes + 1 : handshake_bytes_max;
    if (head->body_bytes > bytes_max) return fail();
    const auto body_bytes = static_cast<std::size_t>(head->body_bytes);
    if (input.size() - head->bytes < body_bytes) return Event::need_more;
    taken = head->bytes + body_bytes;
    const std::span<Byte> body = input.subspan(head->bytes, body_bytes);
    if (state_ == State::ready) return on_message(body, out);
    if ((head->flags & flag_command) == 0) return fail();
    return state_ == State::hello ? on_hello(body, out) : on_initiate(body);
}

CurveSession::Event CurveSession::on_greeting(std::span<Byte> input, std::size_t& taken) {
    // Refused as early as it can be told: a stranger's browser need not send 64 octets first.
    if (!input.empty() && input[0] != 0xFF) return fail();
    if (input.size() >= 10 && (input[9] & 1) == 0) return fail();
    if (input.size() >= 11 && input[10] < 3) return fail();
    if (input.size() < greeting_bytes) return Event::need_more;
    static constexpr std::array<Byte, 20> mechanism{'C', 'U', 'R', 'V', 'E'};
    if (!std::equal(mechanism.begin(), mechanism.end(), input.begin() + 12)) return fail();
    if (input[32] != 0) return fail();  // another server
    taken = greeting_bytes;
    state_ = State::hello;
    return Event::progress;
}

bool CurveSession::take_number(BytesView number) {
    const std::uint64_t value = number_from(number);
    if (value <= number_in_) return false;
    number_in_ = value;
    return true;
}

CurveSession::Event CurveSession::on_hello(std::span<Byte> body, Bytes& out) {
    // name 6, version 2, filler 72, C' 32, number 8, box of 64 zeros
    if (body.size() != hello_bytes || !starts_with(body, "\x05HELLO") || body[6] != 1 ||
        body[7] != 0)
        return fail();
    std::memcpy(client_transient_.bytes.data(), body.data() + 80, 32);
    const BytesView number = BytesView(body).subspan(112, 8);
    Secret shared{};
    if (!take_number(number) || crypto_box_beforenm(shared.data(), client_transient_.bytes.data(),
                                                    keys_.secret_key.bytes.data()) != 0)
        return fail();
    std::array<Byte, 64> zeros{};
    const Nonce hello_nonce = nonce_of("CurveZMQHELLO---", number);
    if (crypto_box_open_easy_afternm(zeros.data(), body.data() + 120, 80, hello_nonce.data(),
                                     shared.data()) != 0)
        return fail();

    crypto_box_keypair(transient_.public_key.bytes.data(), transient_.secret_key.bytes.data());
    // The session remembers what a stateless server would have to read from the cookie.
    randombytes_buf(cookie_.data(), cookie_.size());
    std::array<Byte, 16> random{};
    randombytes_buf(random.data(), random.size());
    std::array<Byte, 128> plain{};
    std::memcpy(plain.data(), transient_.public_key.bytes.data(), 32);
    std::memcpy(plain.data() + 32, cookie_.data(), cookie_.size());
    std::array<Byte, 128 + box_bytes> boxed{};
    const Nonce welcome_nonce = nonce_of("WELCOME-", random);
    crypto_box_easy_afternm(boxed.data(), plain.data(), plain.size(), welcome_nonce.data(),
                            shared.data());
    sodium_memzero(shared.data(), shared.size());
    append_head(out, flag_command, 8 + random.size() + boxed.size());
    append(out, view_of("\x07WELCOME"));
    append(out, random);
    append(out, boxed);
    state_ = State::initiate;
    return Event::progress;
}

CurveSession::Event CurveSession::on_initiate(std::span<Byte> body) {
    // name 9, cookie 96, number 8, box of [C 32, vouch nonce 16, vouch box 80, metadata]
    if (body.size() < initiate_bytes_min || !starts_with(body, "\x08INITIATE")) return fail();
    if (sodium_memcmp(body.data() + 9, cookie_.data(), cookie_.size()) != 0) return fail();
    const BytesView number = BytesView(body).subspan(105, 8);
    if (!take_number(number) ||
        crypto_box_beforenm(message_key_.data(), client_transient_.bytes.data(),
                            transient_.secret_key.bytes.data()) != 0)
        return fail();
    const std::span<Byte> box = body.subspan(113);
    const Nonce nonce = nonce_of("CurveZMQINITIATE", number);
    Byte* const plain = box.data() + box_bytes;
    if (crypto_box_open_easy_afternm(plain, box.data(), box.size(), nonce.data(),
                                     message_key_.data()) != 0)
        return fail();
    const BytesView opened(plain, box.size() - box_bytes);
    if (opened.size() < 128) return fail();
    std::memcpy(key_.bytes.data(), opened.data(), 32);
    std::array<Byte, 64> vouched{};
    const Nonce vouch_nonce = nonce_of("VOUCH---", opened.subspan(32, 16));
    if (crypto_box_open_easy(vouched.data(), opened.data() + 48, 80, vouch_nonce.data(),
                             key_.bytes.data(), transient_.secret_key.bytes.data()) != 0)
        return fail();
    if (sodium_memcmp(vouched.data(), client_transient_.bytes.data(), 32) != 0 ||
        sodium_memcmp(vouched.data() + 32, keys_.public_key.bytes.data(), 32) != 0)
        return fail();
    if (!read_metadata(opened.subspan(128))) return fail();
    state_ = State::asking;
    return Event::key_proven;
}

bool CurveSession::read_metadata(BytesView metadata) {
    bool fits = false;
    while (!metadata.empty()) {
        const std::size_t name_bytes = metadata[0];
        if (metadata.size() < 1 + name_bytes + 4) return false;
        std::string name = string_of(metadata.subspan(1, name_bytes));
        std::transform(name.begin(), name.end(), name.begin(),
                       [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
        const std::uint64_t value_bytes = number_from(metadata.subspan(1 + name_bytes, 4));
        metadata = metadata.subspan(1 + name_bytes + 4);
        if (value_bytes > metadata.size()) return false;
        const BytesView value = metadata.first(static_cast<std::size_t>(value_bytes));
        metadata = metadata.subspan(value.size());
        if (name == "identity") {
            if (value.size() > 255) return false;
            identity_ = string_of(value);
        } else if (name == "socket-type") {
            fits =
                text_of(value) == "DEALER" || text_of(value) == "REQ" || text_of(value) == "ROUTER";
        }
    }
    return fits;
}

void CurveSession::admit(ZapStatus status, Bytes& out) {
    STADTBUCH_ASSERT(state_ == State::asking);
    if (status != ZapStatus::success) {
        state_ = State::ended;
        if (status == ZapStatus::temporary_error) return;
        append_head(out, flag_command, 10);
        append(out, view_of("\x05"
                            "ERROR\x03"));
        return append(out, view_of(std::to_string(static_cast<std::uint16_t>(status))));
    }
    Bytes metadata;
    append_property(metadata, "Socket-Type", "ROUTER");
    append_property(metadata, "Identity", "");
    const auto number = big_endian(number_out_++);
    const Nonce nonce = nonce_of("CurveZMQREADY---", number);
    Bytes boxed(metadata.size() + box_bytes);
    crypto_box_easy_afternm(boxed.data(), metadata.data(), metadata.size(), nonce.data(),
                            message_key_.data());
    append_head(out, flag_command, 6 + number.size() + boxed.size());
    append(out, view_of("\x05READY"));
    append(out, number);
    append(out, boxed);
    state_ = State::ready;
}

CurveSession::Event CurveSession::on_message(std::span<Byte> body, Bytes& out) {
    if (body.size() < message_head_bytes + 1 || !starts_with(body, message_name)) return fail();
    const BytesView number = BytesView(body).subspan(message_name.size(), 8);
    if (!take_number(number)) return fail();
    const Nonce nonce = nonce_of("CurveZMQMESSAGEC", number);
    const std::span<Byte> box = body.subspan(message_name.size() + 8);
    Byte* const plain = box.data() + box_bytes;
    if (crypto_box_open_easy_afternm(plain, box.data(), box.size(), nonce.data(),
                                     message_key_.data()) != 0)
        return fail();
    const Byte flags = *plain;
    payload_ = BytesView(plain + 1, box.size() - box_bytes - 1);
    if ((flags & inner_command) != 0) return on_command(payload_, out);
    more_ = (flags & inner_more) != 0;
    return Event::message;
}

CurveSession::Event CurveSession::on_command(BytesView command, Bytes& out) {
    // PING: time to live 2, context up to 16, which PONG brings back (RFC 37). Other commands
    // concern other patterns.
    if (!starts_with(command, "\x04PING") || command.size() < 7) return Event::progress;
    const BytesView context = command.subspan(7);
    Bytes pong = bytes_of(view_of("\x04PONG"));
    append(pong, context.first(std::min(context.size(), ping_context_max)));
    seal_with_flags(inner_command, pong, out);
    return Event::progress;
}

void CurveSession::seal(BytesView payload, Bytes& out) {
    STADTBUCH_ASSERT(is_ready());
    seal_with_flags(0, payload, out);
}

void CurveSession::seal_with_flags(Byte flags, BytesView payload, Bytes& out) {
    const auto number = big_endian(number_out_++);
    append_head(out, 0, message_head_bytes + 1 + payload.size());
    append(out, view_of(message_name));
    append(out, number);
    const std::size_t box_at = out.size();
    out.resize(box_at + box_bytes);
    out.push_back(flags);
    append(out, payload);
    const Nonce nonce = nonce_of("CurveZMQMESSAGES", number);
    Byte* const plain = out.data() + box_at + box_bytes;
    crypto_box_detached_afternm(plain, out.data() + box_at, plain, payload.size() + 1, nonce.data(),
                                message_key_.data());
}

}  // namespace stadtbuch::net
