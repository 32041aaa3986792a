// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// How a text is named without being told.
#pragma once
#include <string>
#include <string_view>

#include "storage/encoding/text.hpp"
#include "storage/hash/hash.hpp"

namespace stadtbuch::keys {

/// SHA-256 as base64url, 43 characters. Records are found by it of a secret, never by the secret.
[[nodiscard]] inline std::string digest_text(std::string_view text) {
    return encoding::base64url_encode(hash::sha256(text).view());
}

}  // namespace stadtbuch::keys
