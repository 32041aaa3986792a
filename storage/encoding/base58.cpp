// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Base58 between numbers in base 2^32 and numbers in base 58^5: both are the largest powers for
// which a limb times the other base, plus a carry, still fits into 64 bits. Five digits move per
// step, not one.
#include <algorithm>
#include <array>
#include <vector>

#include "storage/encoding/alphabet.hpp"
#include "storage/encoding/text.hpp"

namespace stadtbuch::encoding {
namespace {

constexpr std::string_view digits = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
constexpr DigitTable values = digit_table(digits);
constexpr std::uint64_t five_digits = 58ull * 58 * 58 * 58 * 58;

/// A number as limbs, least significant first; 1 kbit on the stack, more on the heap.
class Limbs {
  public:
    explicit Limbs(std::size_t capacity) {
        if (capacity > few_.size()) many_.resize(capacity);
    }

    Limbs(const Limbs&) = delete;
    Limbs& operator=(const Limbs&) = delete;

    /// this = this * factor + addend, limbs in base `base`.
    template <std::uint64_t base>
    void multiply_add(std::uint64_t factor, std::uint64_t addend) {
        std::uint32_t* limbs = data();
        std::uint64_t carry = addend;
        for (std::size_t i = 0; i < size_; ++i) {
            carry += limbs[i] * factor;
            limbs[i] = static_cast<std::uint32_t>(carry % base);
            carry /= base;
        }
        for (; carry != 0; carry /= base) limbs[size_++] = static_cast<std::uint32_t>(carry % base);
    }

    [[nodiscard]] std::size_t size() const { return size_; }

    [[nodiscard]] std::uint32_t operator[](std::size_t i) const {
        return many_.empty() ? few_[i] : many_[i];
    }

  private:
    [[nodiscard]] std::uint32_t* data() { return many_.empty() ? few_.data() : many_.data(); }

    std::size_t size_ = 0;
    std::array<std::uint32_t, 36> few_;
    std::vector<std::uint32_t> many_;
};

/// The digits of `text` as a number in base 2^32; false for a character outside the alphabet.
bool read_digits(std::string_view text, Limbs& number) {
    while (!text.empty()) {
        const std::size_t count = std::min<std::size_t>(5, text.size());
        std::uint64_t chunk = 0;
        std::uint64_t factor = 1;
        for (const char c : text.substr(0, count)) {
            const std::uint8_t value = values[static_cast<Byte>(c)];
            if (value == no_digit) return false;
            chunk = chunk * 58 + value;
            factor *= 58;
        }
        number.multiply_add<1ull << 32>(factor, chunk);
        text.remove_prefix(count);
    }
    return true;
}

std::size_t byte_length(const Limbs& number) {
    if (number.size() == 0) return 0;
    std::size_t length = number.size() * 4;
    for (std::uint32_t top = number[number.size() - 1]; (top & 0xFF000000u) == 0; top <<= 8)
        --length;
    return length;
}

/// Writes `length` bytes, most significant first.
void write_bytes(const Limbs& number, std::size_t length, Byte* out) {
    for (std::size_t i = 0; i < length; ++i) {
        const std::size_t weight = length - 1 - i;
        out[i] = static_cast<Byte>(number[weight / 4] >> (8 * (weight % 4)));
    }
}

std::size_t leading_ones(std::string_view text) {
    return std::min(text.find_first_not_of(digits[0]), text.size());
}

}  // namespace

std::string base58_encode(BytesView bytes) {
    std::size_t zeros = 0;
    while (zeros < bytes.size() && bytes[zeros] == 0) ++zeros;
    const BytesView significant = bytes.subspan(zeros);

    Limbs number(significant.size() / 3 + 2);  // a limb holds 29 bits
    std::size_t at = 0;
    while (at < significant.size()) {
        // The first word takes the odd bytes, so that all others are whole.
        const std::size_t count =
            at == 0 && significant.size() % 4 != 0 ? significant.size() % 4 : 4;
        std::uint64_t word = 0;
        for (std::size_t i = 0; i < count; ++i) word = word << 8 | significant[at + i];
        number.multiply_add<five_digits>(1ull << (8 * count), word);
        at += count;
    }

    std::string text(zeros + number.size() * 5, digits[0]);
    std::size_t end = text.size();
    for (std::size_t i = 0; i < number.size(); ++i) {
        std::uint32_t limb = number[i];
        for (int digit = 0; digit < 5; ++digit, limb /= 58) text[--end] = digits[limb % 58];
    }
    // The top limb may have begun with zero digits.
    const std::size_t surplus = leading_ones(std::string_view(text).substr(zeros));
    text.erase(0, surplus);
    return text;
}

std::optional<Bytes> base58_decode(std::string_view text, std::size_t text_max) {
    if (text.size() > text_max) return std::nullopt;
    const std::size_t zeros = leading_ones(text);
    const std::string_view significant = text.substr(zeros);
    Limbs number(significant.size() / 5 + 2);  // five digits are less than one limb
    if (!read_digits(significant, number)) return std::nullopt;
    const std::size_t length = byte_length(number);
    Bytes bytes(zeros + length);
    write_bytes(number, length, bytes.data() + zeros);
    return bytes;
}

std::optional<Hash32> base58_decode32(std::string_view text) {
    constexpr std::size_t digits_max = 44;  // 58^44 > 2^256
    if (text.size() > digits_max) return std::nullopt;
    const std::size_t zeros = leading_ones(text);
    Limbs number(digits_max / 5 + 2);
    if (!read_digits(text.substr(zeros), number)) return std::nullopt;
    const std::size_t length = byte_length(number);
    if (zeros + length != 32) return std::nullopt;
    Hash32 hash;
    write_bytes(number, length, hash.bytes.data() + zeros);
    return hash;
}

}  // namespace stadtbuch::encoding
