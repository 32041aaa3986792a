// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// A credential on paper: a signed token in a QR code says what is printed and where its status
// stands.
//
//   JWS, ES256 with the issuer's key, payload
//     {"n": number, ..., "f": first day, "u": last day, "s": [status list id, index]}
//   typ "permit+jwt": the parking permit; "z": zone id, "p": [plates]; no name
//   typ "paper+jwt": a configured type; "t": its id, "c": [[claim's path, text], ...] as printed
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ssi/keys/jwk.hpp"
#include "ssi/keys/signer.hpp"

namespace stadtbuch::credential {

struct PaperToken {
    std::string number, zone_id;
    std::vector<std::string> plates;
    std::string type;  ///< id of a configured type; empty: a permit
    std::vector<std::pair<std::string, std::string>> claims;  ///< of a configured type
    std::string valid_from, valid_until;                      ///< YYYY-MM-DD, both inclusive
    std::string list;                                         ///< id of the status list
    std::uint64_t index = 0;
};

/// Empty if the signer refused.
[[nodiscard]] std::string make_paper_token(const PaperToken& content, const keys::Signer& issuer);
/// nullopt: not signed by this key, or no such token.
[[nodiscard]] std::optional<PaperToken> read_paper_token(std::string_view token,
                                                         const keys::PublicKey& issuer);

}  // namespace stadtbuch::credential
