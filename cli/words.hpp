// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What a request does, in sentences that its signers can read (CL-14), and who must sign it. Pure.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "storage/encoding/value.hpp"

namespace stadtbuch::cli {

/// One sentence or listed value each, all members of the operation included: nothing that is signed
/// stays unsaid.
[[nodiscard]] std::vector<std::string> words_of(const encoding::Value& request);
/// "NYM", "SCHEMA"; "type 77" for what is not known.
[[nodiscard]] std::string type_name(std::string_view type);
/// "trustee", "endorser", ...; "nobody special" for the empty one, the number itself else.
[[nodiscard]] std::string role_name(std::string_view code);
/// Author, then endorser, as the request names them.
[[nodiscard]] std::vector<std::string> named_signers(const encoding::Value& request);
[[nodiscard]] bool has_signed(const encoding::Value& request, const std::string& did);
/// "1 signature of a trustee, or 2 of a steward".
[[nodiscard]] std::string constraint_words(const encoding::Value& constraint);

}  // namespace stadtbuch::cli
