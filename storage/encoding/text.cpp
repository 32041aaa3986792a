// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Hexadecimal, base64, base64url and z85, and the UTF-8 check. Base58 has its own file.
#include "storage/encoding/text.hpp"

#include "storage/base/assert.hpp"
#include "storage/encoding/alphabet.hpp"

namespace stadtbuch::encoding {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";
constexpr std::string_view base64_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view base64url_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view z85_digits =
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";

constexpr DigitTable hex_values = digit_table("0123456789abcdef", "0123456789ABCDEF");
constexpr DigitTable base64_values = digit_table(base64_digits);
constexpr DigitTable base64url_values = digit_table(base64url_digits);
constexpr DigitTable z85_values = digit_table(z85_digits);

std::string encode64(BytesView bytes, std::string_view digits, bool padded) {
    std::string text(bytes.size() / 3 * 4, '\0');
    text.reserve(text.size() + 4);
    std::size_t i = 0;
    for (char* out = text.data(); i + 3 <= bytes.size(); i += 3, out += 4) {
        const std::uint32_t group = static_cast<std::uint32_t>(bytes[i]) << 16 |
                                    static_cast<std::uint32_t>(bytes[i + 1]) << 8 | bytes[i + 2];
        out[0] = digits[group >> 18];
        out[1] = digits[group >> 12 & 63];
        out[2] = digits[group >> 6 & 63];
        out[3] = digits[group & 63];
    }
    if (const std::size_t rest = bytes.size() - i; rest > 0) {
        std::uint32_t group = static_cast<std::uint32_t>(bytes[i]) << 16;
        if (rest == 2) group |= static_cast<std::uint32_t>(bytes[i + 1]) << 8;
        text.push_back(digits[group >> 18 & 63]);
        text.push_back(digits[group >> 12 & 63]);
        if (rest == 2) text.push_back(digits[group >> 6 & 63]);
        if (padded) text.append(3 - rest, '=');
    }
    return text;
}

/// Without padding. Refuses a lone digit and bits that would be lost.
std::optional<Bytes> decode64(std::string_view text, const DigitTable& values) {
    if (text.size() % 4 == 1) return std::nullopt;
    Bytes bytes;
    bytes.reserve(text.size() / 4 * 3 + 2);
    std::uint32_t bits = 0;
    int count = 0;
    for (const char c : text) {
        const std::uint8_t value = values[static_cast<Byte>(c)];
        if (value == no_digit) return std::nullopt;
        bits = bits << 6 | value;
        count += 6;
        if (count < 8) continue;
        count -= 8;
        bytes.push_back(static_cast<Byte>(bits >> count));
        bits &= (1u << count) - 1;
    }
    if (bits != 0) return std::nullopt;
    return bytes;
}

}  // namespace

std::string hex_encode(BytesView bytes) {
    std::string text(bytes.size() * 2, '\0');
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        text[2 * i] = hex_digits[bytes[i] >> 4];
        text[2 * i + 1] = hex_digits[bytes[i] & 15];
    }
    return text;
}

std::optional<Bytes> hex_decode(std::string_view text) {
    if (text.size() % 2 != 0) return std::nullopt;
    Bytes bytes(text.size() / 2);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const std::uint8_t high = hex_values[static_cast<Byte>(text[2 * i])];
        const std::uint8_t low = hex_values[static_cast<Byte>(text[2 * i + 1])];
        if (high == no_digit || low == no_digit) return std::nullopt;
        bytes[i] = static_cast<Byte>(high << 4 | low);
    }
    return bytes;
}

std::string base64_encode(BytesView bytes) {
    return encode64(bytes, base64_digits, true);
}

std::optional<Bytes> base64_decode(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    if (text.ends_with('=')) text.remove_suffix(text.ends_with("==") ? 2 : 1);
    return decode64(text, base64_values);
}

std::string base64url_encode(BytesView bytes) {
    return encode64(bytes, base64url_digits, false);
}

std::optional<Bytes> base64url_decode(std::string_view text) {
    return decode64(text, base64url_values);
}

std::string z85_encode(BytesView bytes) {
    STADTBUCH_ASSERT(bytes.size() % 4 == 0);
    std::string text(bytes.size() / 4 * 5, '\0');
    for (std::size_t i = 0; i < bytes.size() / 4; ++i) {
        std::uint32_t group = 0;
        for (std::size_t j = 0; j < 4; ++j) group = group << 8 | bytes[4 * i + j];
        for (std::size_t j = 5; j-- > 0; group /= 85) text[5 * i + j] = z85_digits[group % 85];
    }
    return text;
}

std::optional<Bytes> z85_decode(std::string_view text) {
    if (text.size() % 5 != 0) return std::nullopt;
    Bytes bytes(text.size() / 5 * 4);
    for (std::size_t i = 0; i < text.size() / 5; ++i) {
        std::uint64_t group = 0;
        for (std::size_t j = 0; j < 5; ++j) {
            const std::uint8_t value = z85_values[static_cast<Byte>(text[5 * i + j])];
            if (value == no_digit) return std::nullopt;
            group = group * 85 + value;
        }
        if (group > 0xFFFFFFFFu) return std::nullopt;
        for (std::size_t j = 4; j-- > 0; group >>= 8) bytes[4 * i + j] = static_cast<Byte>(group);
    }
    return bytes;
}

namespace {

/// Length of the well-formed sequence that starts at `at` with a byte >= 0x80 (Unicode, table 3-7);
/// 0 if none.
std::size_t sequence_length(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) {
        return at + i < text.size() ? static_cast<Byte>(text[at + i]) : Byte{0};
    };
    const auto continues = [&](std::size_t i) { return (byte(i) & 0xC0) == 0x80; };
    const Byte lead = byte(0);
    if (lead >= 0xC2 && lead <= 0xDF) return continues(1) ? 2 : 0;
    if (lead >= 0xE0 && lead <= 0xEF) {
        const Byte low = lead == 0xE0 ? 0xA0 : 0x80;   // no overlong forms
        const Byte high = lead == 0xED ? 0x9F : 0xBF;  // no surrogates
        return byte(1) >= low && byte(1) <= high && continues(2) ? 3 : 0;
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
        const Byte low = lead == 0xF0 ? 0x90 : 0x80;
        const Byte high = lead == 0xF4 ? 0x8F : 0xBF;  // nothing above U+10FFFF
        return byte(1) >= low && byte(1) <= high && continues(2) && continues(3) ? 4 : 0;
    }
    return 0;
}

}  // namespace

bool is_utf8(std::string_view text) {
    std::size_t i = 0;
    while (i < text.size()) {
        if (text.size() - i >= 8) {
            std::uint64_t word = 0;
            std::memcpy(&word, text.data() + i, 8);
            if ((word & 0x8080808080808080u) == 0) {
                i += 8;
                continue;
            }
        }
        if (static_cast<Byte>(text[i]) < 0x80) {
            ++i;
            continue;
        }
        const std::size_t length = sequence_length(text, i);
        if (length == 0) return false;
        i += length;
    }
    return true;
}

}  // namespace stadtbuch::encoding
