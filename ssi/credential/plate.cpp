// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Shape (FZV annex 4): district 1-3 letters, identification 1-2 letters, number 1-4 digits without
// leading zero, optional E or H, optional season (two months).
#include "ssi/credential/plate.hpp"

#include <algorithm>
#include <charconv>

namespace stadtbuch::credential {

using encoding::Object;
using encoding::Value;

namespace {

struct Token {
    bool digits = false;
    bool separated = false;          // a separator stands before it
    std::vector<std::string> signs;  // one UTF-8 character each

    [[nodiscard]] std::string text(std::size_t from, std::size_t count) const {
        std::string joined;
        for (std::size_t i = from; i < from + count && i < signs.size(); ++i) joined += signs[i];
        return joined;
    }

    [[nodiscard]] std::string text() const { return text(0, signs.size()); }
};

/// Reads one capital letter or digit at the front; empty if there is none.
std::string take_sign(std::string_view& text) {
    const char c = text.front();
    if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')) {
        text.remove_prefix(1);
        std::string sign(1, c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c);
        // U+0308: a combining diaeresis, as some keyboards and registers write umlauts.
        if (text.starts_with("\xCC\x88") && (sign == "A" || sign == "O" || sign == "U")) {
            text.remove_prefix(2);
            return sign == "A" ? "\xC3\x84" : sign == "O" ? "\xC3\x96" : "\xC3\x9C";
        }
        return sign;
    }
    for (const auto& [small, capital] :
         {std::pair{"\xC3\xA4", "\xC3\x84"}, std::pair{"\xC3\xB6", "\xC3\x96"},
          std::pair{"\xC3\xBC", "\xC3\x9C"}}) {
        if (text.starts_with(small) || text.starts_with(capital)) {
            text.remove_prefix(2);
            return capital;
        }
    }
    return {};
}

/// Space, tab, hyphen, slash, no-break space, non-breaking hyphen, en dash.
bool take_separator(std::string_view& text) {
    for (const std::string_view separator :
         {" ", "\t", "-", "/", "\xC2\xA0", "\xE2\x80\x91", "\xE2\x80\x93"}) {
        if (text.starts_with(separator)) {
            text.remove_prefix(separator.size());
            return true;
        }
    }
    return false;
}

std::optional<std::vector<Token>> tokens_of(std::string_view text) {
    std::vector<Token> tokens;
    bool separated = false;
    while (!text.empty()) {
        if (take_separator(text)) {
            separated = true;
            continue;
        }
        std::string sign = take_sign(text);
        if (sign.empty()) return std::nullopt;
        const bool digit = sign[0] >= '0' && sign[0] <= '9';
        if (tokens.empty() || separated || tokens.back().digits != digit)
            tokens.push_back({digit, separated, {}});
        tokens.back().signs.push_back(std::move(sign));
        separated = false;
    }
    return tokens;
}

/// Takes the season from the end of the tokens: two digits, separator, two digits.
std::optional<PlateError> take_season(std::vector<Token>& tokens, Plate& plate) {
    const std::size_t n = tokens.size();
    if (n < 4 || !tokens[n - 1].digits || !tokens[n - 2].digits) return std::nullopt;
    const std::string from = tokens[n - 2].text();
    const std::string to = tokens[n - 1].text();
    if (from.size() != 2 || to.size() != 2) return PlateError::bad_season;
    std::from_chars(from.data(), from.data() + 2, plate.season_from);
    std::from_chars(to.data(), to.data() + 2, plate.season_to);
    const auto month = [](int m) { return m >= 1 && m <= 12; };
    if (!month(plate.season_from) || !month(plate.season_to) ||
        plate.season_from == plate.season_to) {
        return PlateError::bad_season;
    }
    tokens.resize(n - 2);
    return std::nullopt;
}

std::optional<PlateError> take_number(std::vector<Token>& tokens, Plate& plate) {
    if (tokens.size() >= 2 && !tokens.back().digits) {
        const std::string suffix = tokens.back().text();
        if (suffix != "E" && suffix != "H") return PlateError::bad_shape;
        plate.electric = suffix == "E";
        plate.historic = suffix == "H";
        tokens.pop_back();
    }
    if (tokens.size() < 2 || !tokens.back().digits) return PlateError::bad_shape;
    plate.digits = tokens.back().text();
    tokens.pop_back();
    if (plate.digits.size() > 4 || plate.digits[0] == '0') return PlateError::bad_shape;
    return std::nullopt;
}

/// District and letters, separated by the writer or by the list of districts.
Result<bool, PlateError> take_letters(const std::vector<Token>& tokens, const Districts& districts,
                                      Plate& plate) {
    if (tokens.size() == 2) {
        if (tokens[0].digits || tokens[1].digits || tokens[1].signs.size() > 2)
            return Failure{PlateError::bad_shape};
        plate.district = tokens[0].text();
        plate.letters = tokens[1].text();
        if (!districts.contains(plate.district)) return Failure{PlateError::unknown_district};
        return false;
    }
    if (tokens.size() != 1 || tokens[0].digits) return Failure{PlateError::bad_shape};
    const std::size_t count = tokens[0].signs.size();
    if (count < 2 || count > 5) return Failure{PlateError::bad_shape};
    int readings = 0;
    for (std::size_t length = 1; length <= 3 && length < count; ++length) {
        const std::string district = tokens[0].text(0, length);
        if (count - length > 2 || !districts.contains(district)) continue;
        plate.district = district;
        plate.letters = tokens[0].text(length, count - length);
        ++readings;
    }
    if (readings == 0) return Failure{PlateError::unknown_district};
    return readings > 1;
}

std::size_t characters(const std::string& utf8) {
    return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    }));
}

std::string two_digits(int number) {
    return (number < 10 ? "0" : "") + std::to_string(number);
}

bool only_capitals(const std::string& letters) {
    return std::all_of(letters.begin(), letters.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

}  // namespace

std::string_view to_text(PlateError error) {
    switch (error) {
        case PlateError::empty:
            return "empty";
        case PlateError::bad_characters:
            return "characters that no plate has";
        case PlateError::unknown_district:
            return "unknown district";
        case PlateError::bad_shape:
            return "not the shape of a plate";
        case PlateError::too_long:
            return "too long";
        case PlateError::bad_season:
            return "bad season";
    }
    return "unknown";
}

std::string Plate::canonical() const {
    std::string text = district + '-' + letters + ' ' + digits;
    if (electric) text += 'E';
    if (historic) text += 'H';
    if (season_from != 0) text += ' ' + two_digits(season_from) + '-' + two_digits(season_to);
    return text;
}

std::string Plate::compact() const {
    return district + letters + digits + (electric ? "E" : "") + (historic ? "H" : "");
}

Result<ReadPlate, PlateError> read_plate(std::string_view text, const Districts& districts) {
    if (text.size() > 64) return Failure{PlateError::too_long};
    auto tokens = tokens_of(text);
    if (!tokens) return Failure{PlateError::bad_characters};
    if (tokens->empty()) return Failure{PlateError::empty};
    ReadPlate read;
    Plate& plate = read.plate;
    if (const auto error = take_season(*tokens, plate)) return Failure{*error};
    if (const auto error = take_number(*tokens, plate)) return Failure{*error};
    const auto ambiguous = take_letters(*tokens, districts, plate);
    if (!ambiguous) return Failure{ambiguous.error()};
    read.ambiguous = *ambiguous;
    // Umlauts exist in districts only.
    if (!only_capitals(plate.letters)) return Failure{PlateError::bad_shape};
    const std::size_t length_max = plate.season_from != 0 ? 7 : 8;
    if (characters(plate.compact()) > length_max) return Failure{PlateError::too_long};
    return read;
}

std::string plate_key(std::string_view text) {
    std::string key;
    while (!text.empty()) {
        if (take_separator(text)) continue;
        std::string sign = take_sign(text);
        if (sign.empty()) {
            key.push_back(text.front());
            text.remove_prefix(1);
        }
        key += sign;
    }
    return key;
}

Object plate_to_value(const Plate& plate) {
    Object value{{"plate", plate.district + '-' + plate.letters + ' ' + plate.digits +
                               (plate.electric ? "E" : "") + (plate.historic ? "H" : "")},
                 {"country", plate.country}};
    if (plate.season_from != 0) {
        value.set("season_from", plate.season_from);
        value.set("season_to", plate.season_to);
    }
    if (plate.electric) value.set("electric", true);
    if (plate.historic) value.set("historic", true);
    return value;
}

std::optional<Plate> plate_from_value(const Value& value, const Districts& districts) {
    auto read = read_plate(value.text_at("plate"), districts);
    if (!read) return std::nullopt;
    Plate plate = read->plate;
    const auto month = [&](const char* name) {
        const Value* number = value.find(name);
        const auto integer = number != nullptr ? number->integer() : std::nullopt;
        return integer && *integer >= 1 && *integer <= 12 ? static_cast<int>(*integer) : 0;
    };
    plate.season_from = month("season_from");
    plate.season_to = month("season_to");
    if (const std::string_view country = value.text_at("country"); !country.empty())
        plate.country = country;
    return plate;
}

}  // namespace stadtbuch::credential
