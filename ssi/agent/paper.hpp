// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Credentials on paper (ssi/credential/paper_token.hpp): parking permits, and configured types
// whose file says so. Worth nothing more than the print, and can be revoked like a credential.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ssi/agent/agent.hpp"
#include "ssi/agent/texts.hpp"
#include "ssi/credential/paper_token.hpp"

namespace stadtbuch::agent {

/// What a check says. `why` is a word of texts.cpp: "paper.valid", "paper.forged", "paper.revoked",
/// "paper.expired", "paper.not_yet".
struct PaperVerdict {
    bool valid = false;
    std::string why;
    credential::Trace trace;
    std::optional<credential::PaperToken> permit;  ///< nullopt: not ours
};

/// Signature, days and status of `text`: a token, or the address with the token that the QR code
/// holds.
[[nodiscard]] PaperVerdict check_paper(Agent& agent, std::string_view text);

/// Whether this case's credential can be printed, once it is granted.
[[nodiscard]] bool is_printable(const Agent& agent, const Case& record);

/// The address in the QR code of a granted credential. Gives the paper a status entry of its own
/// the first time and notes who printed; nullopt: nothing is in force, or no entry could be had.
[[nodiscard]] std::optional<std::string> paper_address(Agent& agent, const std::string& case_id,
                                                       const std::string& who);

/// What the paper of a configured type says: label and text.
[[nodiscard]] std::vector<std::pair<Text, std::string>> printed_claims(
    const Agent& agent, const credential::PaperToken& token);

/// One page A5, portrait, as PDF. Empty: the address is too long for a QR code.
[[nodiscard]] std::string paper_pdf(Agent& agent, const Case& record, const std::string& address);

}  // namespace stadtbuch::agent
