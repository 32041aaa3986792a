// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/register/latin.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>
#include <vector>

namespace stadtbuch::registers {

namespace {

using Points = std::vector<utf8proc_int32_t>;

struct Range {
    utf8proc_int32_t first, last;
};

// Groups of the standard: letters (bll), N1 (bnlreq), N2 (bnl), N3 (bnlopt), N4 (bnlnot).
constexpr Range letters[] = {
    {0x41, 0x5A},     {0x61, 0x7A},     {0xC0, 0xD6},     {0xD8, 0xF6},     {0xF8, 0x17E},
    {0x187, 0x188},   {0x18F, 0x18F},   {0x197, 0x197},   {0x1A0, 0x1A1},   {0x1AF, 0x1B0},
    {0x1B7, 0x1B7},   {0x1CD, 0x1DC},   {0x1DE, 0x1DF},   {0x1E2, 0x1F0},   {0x1F4, 0x1F5},
    {0x1F8, 0x1FF},   {0x212, 0x213},   {0x218, 0x21B},   {0x21E, 0x21F},   {0x227, 0x233},
    {0x259, 0x259},   {0x268, 0x268},   {0x292, 0x292},   {0x1E02, 0x1E03}, {0x1E06, 0x1E07},
    {0x1E0A, 0x1E11}, {0x1E17, 0x1E17}, {0x1E1C, 0x1E2B}, {0x1E2F, 0x1E37}, {0x1E3A, 0x1E3B},
    {0x1E40, 0x1E49}, {0x1E52, 0x1E5B}, {0x1E5E, 0x1E63}, {0x1E6A, 0x1E6F}, {0x1E80, 0x1E87},
    {0x1E8C, 0x1E97}, {0x1E9E, 0x1E9E}, {0x1EA0, 0x1EF9}};
constexpr Range n1[] = {{0x20, 0x20},     {0x27, 0x27},    {0x2C, 0x2E},   {0x60, 0x60},
                        {0x7E, 0x7E},     {0xA8, 0xA8},    {0xB4, 0xB4},   {0xB7, 0xB7},
                        {0x2B9, 0x2BA},   {0x2BE, 0x2BF},  {0x2C8, 0x2C8}, {0x2CC, 0x2CC},
                        {0x2019, 0x2019}, {0x2021, 0x2021}};
constexpr Range n2[] = {{0x21, 0x26}, {0x28, 0x2B}, {0x2F, 0x40}, {0x5B, 0x5F},
                        {0x7B, 0x7D}, {0xA1, 0xA3}, {0xA5, 0xA5}, {0xA7, 0xA7},
                        {0xA9, 0xAC}, {0xAE, 0xB3}, {0xB5, 0xB6}, {0xB9, 0xBB},
                        {0xBF, 0xBF}, {0xD7, 0xD7}, {0xF7, 0xF7}, {0x20AC, 0x20AC}};
constexpr Range n3_n4[] = {{0x9, 0xA},   {0xD, 0xD},   {0xA0, 0xA0}, {0xA4, 0xA4},
                           {0xA6, 0xA6}, {0xB8, 0xB8}, {0xBC, 0xBE}};

/// Base letters that the marks (one or two) may stand on.
struct Sequence {
    std::array<utf8proc_int32_t, 2> marks;
    std::u32string_view bases;
};

constexpr Sequence sequences[] = {
    {{0x300, 0}, U"CFGKMPSTZcfgkmpstz"},
    {{0x301, 0}, U"JjÿĪī"},
    {{0x302, 0}, U"DKLMNdklmn"},
    {{0x304, 0}, U"CFHKNPSTZcfhknpstzÛûḲḳṢṣṬṭỤụ"},
    {{0x306, 0}, U"CMNRZcmnrzÇç"},
    {{0x307, 0}, U"KUku"},
    {{0x308, 0}, U"CTZczẠạỌọỤụ"},
    {{0x30B, 0}, U"Aa"},
    {{0x30C, 0}, U"J"},
    {{0x30D, 0}, U"ēō"},
    {{0x310, 0}, U"Mm"},
    {{0x315, 0}, U"CKPTckptČč"},
    {{0x31B, 0}, U"KTkt"},
    {{0x31B, 0x304}, U"Ss"},
    {{0x323, 0}, U"CPcpČč"},
    {{0x325, 0}, U"LRlr"},
    {{0x325, 0x304}, U"LRlr"},
    {{0x326, 0}, U"CHKLNchklnŽž"},
    {{0x327, 0}, U"ZzŽž"},
    {{0x328, 0x306}, U"Cc"},
    {{0x331, 0}, U"HSs"},
};

struct Spelling {
    utf8proc_int32_t letter;
    const char* form;
};

/// Letters whose search form is not the base letter of their decomposition.
constexpr Spelling spellings[] = {
    {U'Æ', "AE"}, {U'æ', "AE"}, {U'Ð', "D"},  {U'ð', "D"}, {U'Ø', "OE"}, {U'ø', "OE"},
    {U'Þ', "TH"}, {U'þ', "TH"}, {U'Đ', "D"},  {U'đ', "D"}, {U'Ħ', "H"},  {U'ħ', "H"},
    {U'ı', "I"},  {U'Ĳ', "IJ"}, {U'ĳ', "IJ"}, {U'ĸ', "K"}, {U'Ŀ', "L"},  {U'ŀ', "L"},
    {U'Ł', "L"},  {U'ł', "L"},  {U'ŉ', "N"},  {U'Ŋ', "N"}, {U'ŋ', "N"},  {U'Œ', "OE"},
    {U'œ', "OE"}, {U'ß', "SS"}, {U'ẞ', "SS"}, {U'Ŧ', "T"}, {U'ŧ', "T"},  {U'Ƈ', "C"},
    {U'ƈ', "C"},  {U'Ə', "E"},  {U'ə', "E"},  {U'Ɨ', "I"}, {U'ɨ', "I"},  {U'Ʒ', "Z"},
    {U'ʒ', "Z"},  {U'Ǥ', "G"},  {U'ǥ', "G"}};

constexpr utf8proc_int32_t diaeresis = 0x308;
constexpr utf8proc_int32_t ring = 0x30A;
constexpr utf8proc_int32_t double_macron_below = 0x35F;

template <std::size_t N>
bool among(const Range (&ranges)[N], utf8proc_int32_t point) {
    return std::any_of(std::begin(ranges), std::end(ranges),
                       [&](const Range& one) { return point >= one.first && point <= one.last; });
}

bool is_mark(utf8proc_int32_t point) {
    return point >= 0x300 && point <= 0x36F;
}

std::optional<Points> points_of(std::string_view text, int options) {
    const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
    const auto size = static_cast<utf8proc_ssize_t>(text.size());
    utf8proc_uint8_t* mapped = nullptr;
    const utf8proc_ssize_t length = utf8proc_map(
        bytes, size, &mapped, static_cast<utf8proc_option_t>(UTF8PROC_STABLE | options));
    if (length < 0) return std::nullopt;
    Points out;
    for (utf8proc_ssize_t at = 0; at < length;) {
        utf8proc_int32_t point = 0;
        const utf8proc_ssize_t step = utf8proc_iterate(mapped + at, length - at, &point);
        if (step <= 0) break;
        out.push_back(point);
        at += step;
    }
    std::free(mapped);
    return out;
}

bool is_sequence(const Points& points, std::size_t base, std::size_t end) {
    if (end - base == 2 && points[base + 1] == double_macron_below) {
        const bool kh = points[base] == 'K' && end < points.size() &&
                        (points[end] == 'H' || points[end] == 'h');
        return kh || (points[base] == 'k' && end < points.size() && points[end] == 'h');
    }
    if (end - base > 3) return false;
    const std::array<utf8proc_int32_t, 2> marks{points[base + 1],
                                                end - base == 3 ? points[base + 2] : 0};
    return std::any_of(std::begin(sequences), std::end(sequences), [&](const Sequence& one) {
        return one.marks == marks &&
               one.bases.find(static_cast<char32_t>(points[base])) != std::u32string_view::npos;
    });
}

std::string utf8_of(utf8proc_int32_t point) {
    std::array<utf8proc_uint8_t, 4> octets{};
    const utf8proc_ssize_t size = utf8proc_encode_char(point, octets.data());
    return {octets.begin(), octets.begin() + size};
}

/// Of a base letter and the marks after it, decomposed.
std::string form_of(const Points& points, std::size_t base, std::size_t end) {
    const utf8proc_int32_t letter = points[base];
    for (const Spelling& one : spellings) {
        if (one.letter == letter) return one.form;
    }
    std::string out = utf8_of(utf8proc_toupper(letter));
    const auto has = [&](utf8proc_int32_t mark) {
        return std::find(points.begin() + static_cast<std::ptrdiff_t>(base) + 1,
                         points.begin() + static_cast<std::ptrdiff_t>(end),
                         mark) != points.begin() + static_cast<std::ptrdiff_t>(end);
    };
    if (has(diaeresis) && (out == "A" || out == "O" || out == "U")) return out + "E";
    if (has(ring) && out == "A") return "AA";
    return out;
}

bool is_letter_or_digit(utf8proc_int32_t point) {
    switch (utf8proc_category(point)) {
        case UTF8PROC_CATEGORY_LU:
        case UTF8PROC_CATEGORY_LL:
        case UTF8PROC_CATEGORY_LT:
        case UTF8PROC_CATEGORY_LO:
        case UTF8PROC_CATEGORY_ND:
            return true;
        default:
            return false;
    }
}

}  // namespace

std::vector<std::string> foreign_characters(std::string_view text, LatinType type,
                                            std::size_t most) {
    const auto points = points_of(text, UTF8PROC_COMPOSE);
    if (!points) return {utf8_of(0xFFFD)};
    std::vector<std::string> out;
    for (std::size_t at = 0; at < points->size() && out.size() < most;) {
        std::size_t end = at + 1;
        while (end < points->size() && is_mark((*points)[end])) ++end;
        const utf8proc_int32_t point = (*points)[at];
        const bool known = end > at + 1 ? is_sequence(*points, at, end)
                                        : among(letters, point) || among(n1, point) ||
                                              (type != LatinType::a && among(n2, point)) ||
                                              (type == LatinType::c && among(n3_n4, point));
        if (!known) {
            std::string character;
            for (std::size_t i = at; i < end; ++i) character += utf8_of((*points)[i]);
            if (std::find(out.begin(), out.end(), character) == out.end())
                out.push_back(std::move(character));
        }
        at = end;
    }
    return out;
}

bool is_latin(std::string_view text, LatinType type) {
    return foreign_characters(text, type, 1).empty();
}

std::string search_form(std::string_view text) {
    const auto points = points_of(text, UTF8PROC_DECOMPOSE);
    if (!points) return std::string(text);
    std::string out;
    for (std::size_t at = 0; at < points->size();) {
        std::size_t end = at + 1;
        while (end < points->size() && is_mark((*points)[end])) ++end;
        if (is_letter_or_digit((*points)[at]))
            out += form_of(*points, at, end);
        else if (!out.empty() && out.back() != ' ' && (*points)[at] != '\'' &&
                 (*points)[at] != 0x2019)
            out += ' ';
        at = end;
    }
    while (!out.empty() && out.back() == ' ') out.pop_back();
    return out;
}

}  // namespace stadtbuch::registers
