// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Text forms of bytes. Decoders are strict (no white space, canonical trailing bits, known
// alphabet) and total.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "storage/base/bytes.hpp"

namespace stadtbuch::encoding {

/// Bitcoin base58 without checksum; each leading zero byte is a leading '1'.
[[nodiscard]] std::string base58_encode(BytesView bytes);
/// nullopt for characters outside the alphabet or text longer than `text_max` (work is quadratic).
[[nodiscard]] std::optional<Bytes> base58_decode(std::string_view text,
                                                 std::size_t text_max = 2048);
/// Decodes to exactly 32 bytes, else nullopt.
[[nodiscard]] std::optional<Hash32> base58_decode32(std::string_view text);

[[nodiscard]] inline std::string base58_encode(const Hash32& hash) {
    return base58_encode(hash.view());
}

[[nodiscard]] std::string hex_encode(BytesView bytes);

[[nodiscard]] inline std::string hex_encode(const Hash32& hash) {
    return hex_encode(hash.view());
}

/// Upper or lower case; even length.
[[nodiscard]] std::optional<Bytes> hex_decode(std::string_view text);

/// RFC 4648 §4, with padding.
[[nodiscard]] std::string base64_encode(BytesView bytes);
[[nodiscard]] std::optional<Bytes> base64_decode(std::string_view text);
/// RFC 4648 §5 without padding; padding and non-canonical trailing bits are refused.
[[nodiscard]] std::string base64url_encode(BytesView bytes);
[[nodiscard]] std::optional<Bytes> base64url_decode(std::string_view text);

/// ZeroMQ RFC 32; length must be a multiple of 4 (encode) or 5 (decode).
[[nodiscard]] std::string z85_encode(BytesView bytes);
[[nodiscard]] std::optional<Bytes> z85_decode(std::string_view text);

/// Valid UTF-8 (no surrogates, no overlong forms).
[[nodiscard]] bool is_utf8(std::string_view text);

}  // namespace stadtbuch::encoding
