// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// A transaction on its way through several hands (CL-14): a file that says in plain words what is
// signed, for which network, until when, and by whom.
//
//   {"format":"stadtbuch-txn/1","network":{"name","id"},"expires_at":RFC 3339,
//    "digest": SHA-256 of the signed text, hex,"words":[...],"signers":[DID...],"request":{...}}
//
// Words and digest are made anew from the request whenever the file is read; a file that says
// something else is refused. The expiry is part of what is signed: reqId counts nanoseconds and
// begins with the second of the expiry. Ledgers do not know it; these commands refuse later use.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/pool_session.hpp"

namespace stadtbuch::cli {

struct TxnFile {
    std::string network_name;
    std::string network_id;
    std::int64_t expires_at = 0;  ///< UNIX seconds
    std::string digest;
    std::vector<std::string> signers;  ///< who must sign
    encoding::Value request;

    [[nodiscard]] std::vector<std::string> missing() const;

    [[nodiscard]] bool is_expired(std::int64_t now) const { return now > expires_at; }

    [[nodiscard]] encoding::Value to_json() const;
    /// SB-5100 not such a file, SB-5101 words, digest or expiry differ from what is signed.
    [[nodiscard]] static Result<TxnFile, Error> parse(std::string_view text,
                                                      const std::string& place);
    [[nodiscard]] static Result<TxnFile, Error> read(const std::string& path);
    /// Replaces the file as a whole; `-` is standard output.
    [[nodiscard]] Result<void, Error> write(const std::string& path) const;
};

/// SHA-256, hex, of what signatures cover; empty when the request is not complete.
[[nodiscard]] std::string signed_digest(const encoding::Value& request);
/// "90m", "12h", "7d" in seconds; one minute to one year.
[[nodiscard]] std::optional<std::int64_t> read_duration(std::string_view text);
/// reqId that carries the expiry; `spread` makes it unique.
[[nodiscard]] std::uint64_t expiring_req_id(std::int64_t expires_at, std::uint64_t spread);

/// Texts of QR codes: "STB1:2/3:1a2b3c4d:..." each, base64url of the file's JSON.
[[nodiscard]] std::vector<std::string> qr_parts(const TxnFile& file, std::size_t chars_max);
/// Joins such texts, in any order and with repetitions. SB-5102 names what is missing.
[[nodiscard]] Result<TxnFile, Error> join_qr_parts(const std::vector<std::string>& lines);

/// `txn build`: writes the file of a request that nobody signed yet.
[[nodiscard]] int build_transaction(const Context& context, const LedgerOptions& options,
                                    const Network& network, const WriteJob& job);
/// Words, signers and expiry on standard error.
void say_transaction(const Context& context, const TxnFile& file);

}  // namespace stadtbuch::cli
