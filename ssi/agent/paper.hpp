// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The parking permit on paper: a signed token in a QR code says what is printed (zone, plate, days;
// no name) and where its status stands; it is worth nothing more than the print, and can be
// revoked like a credential.
//
//   token: JWS, ES256 with the issuer's key, typ "permit+jwt", payload
//     {"n": number, "z": zone id, "p": [plates], "f": first day, "u": last day,
//      "s": [status list id, index]}
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ssi/agent/agent.hpp"

namespace stadtbuch::agent {

struct PaperPermit {
    std::string number, zone_id;
    std::vector<std::string> plates;
    std::string valid_from, valid_until;
    StatusEntry status;
};

/// What a check says. `why` is a word of texts.cpp: "paper.valid", "paper.forged", "paper.revoked",
/// "paper.expired", "paper.not_yet".
struct PaperVerdict {
    bool valid = false;
    std::string why;
    std::optional<PaperPermit> permit;  ///< nullopt: not ours
};

/// Signature, days and status of `text`: a token, or the address with the token that the QR code
/// holds.
[[nodiscard]] PaperVerdict check_paper(Agent& agent, std::string_view text);

/// The address in the QR code of a granted permit. Gives the paper a status entry of its own the
/// first time and notes who printed; nullopt: no permit is in force, or no entry could be had.
[[nodiscard]] std::optional<std::string> paper_address(Agent& agent, const std::string& case_id,
                                                       const std::string& who);

/// One page A5, portrait, as PDF. Empty: the address is too long for a QR code.
[[nodiscard]] std::string paper_pdf(const Agent& agent, const Case& record,
                                    const std::string& address);

}  // namespace stadtbuch::agent
