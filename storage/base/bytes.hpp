// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Byte strings and 32-byte hashes, the words that every room speaks.
#pragma once
#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace stadtbuch {

using Byte = std::uint8_t;
/// Owned octets.
using Bytes = std::vector<Byte>;
/// Borrowed octets; valid only during the call.
using BytesView = std::span<const Byte>;

/// A SHA-256 or SHA3-256 value, a Merkle or state root.
struct Hash32 {
    std::array<Byte, 32> bytes{};
    friend auto operator<=>(const Hash32&, const Hash32&) = default;

    [[nodiscard]] BytesView view() const { return {bytes.data(), bytes.size()}; }
};

[[nodiscard]] inline BytesView view_of(std::string_view text) {
    return {reinterpret_cast<const Byte*>(text.data()), text.size()};
}

[[nodiscard]] inline std::string_view text_of(BytesView bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

[[nodiscard]] inline Bytes bytes_of(BytesView view) {
    return {view.begin(), view.end()};
}

[[nodiscard]] inline Bytes bytes_of(std::string_view text) {
    return bytes_of(view_of(text));
}

[[nodiscard]] inline std::string string_of(BytesView view) {
    return std::string(text_of(view));
}

/// REQUIRES: view.size() == 32.
[[nodiscard]] inline Hash32 hash32_of(BytesView view) {
    Hash32 h;
    std::memcpy(h.bytes.data(), view.data(), 32);
    return h;
}

/// For hash maps keyed by hashes; the first bytes of a hash are already uniform.
struct Hash32Hasher {
    std::size_t operator()(const Hash32& h) const noexcept {
        std::size_t v = 0;
        std::memcpy(&v, h.bytes.data(), sizeof v);
        return v;
    }
};

}  // namespace stadtbuch
