// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The server's side of one CurveZMQ connection, without socket: octets in, octets out. For node/net
// only.
//
// ZMTP 3.1 (ZeroMQ RFC 23, 37) with the mechanism CURVE (RFC 25, 26):
//   greeting   64 octets each way: FF ... 7F, version 3.1, "CURVE", as-server
//   frame      flags (1 more, 2 long, 4 command), length (1 octet, or 8 big-endian if long), body
//   HELLO      06 "HELLO"... C->S: our client's transient key C', box that proves knowledge of our
//   key WELCOME    S->C: our transient key S' and a cookie INITIATE   C->S: cookie, box of [C,
//   vouch for C' by C, metadata] READY      S->C: metadata; or ERROR with the status "400" or "500"
//   of the ZAP handler that does not admit the client MESSAGE    both: box of [flags (1 more, 2
//   command), payload]; numbers of boxes only rise
//
// Input is bounded and never trusted: nothing is allocated before its octets have come, and any
// fault ends the session. Threads: one at a time.
#pragma once
#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "node/net/curve_keys.hpp"
#include "node/net/zap.hpp"
#include "storage/base/bytes.hpp"

namespace stadtbuch::net {

class CurveSession {
  public:
    /// `keys` must outlive the session. Writes our greeting to `out`.
    CurveSession(const CurveKeyPair& keys, std::size_t payload_bytes_max, Bytes& out);
    ~CurveSession();
    CurveSession(const CurveSession&) = delete;
    CurveSession& operator=(const CurveSession&) = delete;

    enum class Event : std::uint8_t {
        /// The next frame is not complete.
        need_more,
        /// A frame was taken that concerns nobody else.
        progress,
        /// The client has proven its key(): decide with admit() before anything else.
        key_proven,
        /// payload() and more() hold until the next call.
        message,
        /// No CurveZMQ, forged, or longer than allowed: close the connection.
        broken,
    };

    /// Takes at most one frame from the beginning of `input`, where it is decrypted in place;
    /// `taken` is set to its length, 0 when it is not complete. Answers are appended to `out`.
    [[nodiscard]] Event take(std::span<Byte> input, std::size_t& taken, Bytes& out);
    /// READY with `success`. Else the connection must be closed once what is appended has been
    /// sent: ERROR with the status, or nothing with `temporary_error`, after which a client tries
    /// again.
    void admit(ZapStatus status, Bytes& out);
    /// Appends one message. REQUIRES: is_ready().
    void seal(BytesView payload, Bytes& out);

    [[nodiscard]] bool is_ready() const { return state_ == State::ready; }

    /// The client's long-term key, from key_proven on.
    [[nodiscard]] const CurveKey& key() const { return key_; }

    /// The routing id that the client named, at most 255 octets; empty: none.
    [[nodiscard]] const std::string& identity() const { return identity_; }

    [[nodiscard]] BytesView payload() const { return payload_; }

    [[nodiscard]] bool more() const { return more_; }

  private:
    enum class State : std::uint8_t { greeting, hello, initiate, asking, ready, ended };
    using Secret = std::array<Byte, 32>;

    [[nodiscard]] Event on_greeting(std::span<Byte> input, std::size_t& taken);
    [[nodiscard]] Event on_hello(std::span<Byte> body, Bytes& out);
    [[nodiscard]] Event on_initiate(std::span<Byte> body);
    [[nodiscard]] Event on_message(std::span<Byte> body, Bytes& out);
    [[nodiscard]] Event on_command(BytesView command, Bytes& out);
    [[nodiscard]] bool read_metadata(BytesView metadata);
    /// True when the number in `body` is above all before it.
    [[nodiscard]] bool take_number(BytesView number);
    void seal_with_flags(Byte flags, BytesView payload, Bytes& out);
    Event fail();

    const CurveKeyPair& keys_;
    std::size_t payload_bytes_max_;
    State state_ = State::greeting;
    CurveKey client_transient_;
    CurveKeyPair transient_;
    std::array<Byte, 96> cookie_{};
    Secret message_key_{};
    std::uint64_t number_in_ = 0;
    std::uint64_t number_out_ = 1;
    CurveKey key_;
    std::string identity_;
    BytesView payload_;
    bool more_ = false;
};

}  // namespace stadtbuch::net
