// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// German number plates: reading what people type, the canonical writing, comparison.
#pragma once
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "storage/base/result.hpp"
#include "storage/encoding/value.hpp"

namespace stadtbuch::credential {

enum class PlateError {
    empty,
    bad_characters,
    unknown_district,  // not in the list of Unterscheidungszeichen
    bad_shape,         // 1-2 letters, 1-4 digits, no leading zero
    too_long,          // more than 8 characters, 7 with a season
    bad_season,        // months 01-12, from != to
};
[[nodiscard]] std::string_view to_text(PlateError error);

struct Plate {
    std::string district;   // "K", "GÜ"
    std::string letters;    // "AB"
    std::string digits;     // "1234"
    bool electric = false;  // E
    bool historic = false;  // H
    int season_from = 0;    // month 1-12, 0: whole year
    int season_to = 0;
    std::string country = "D";

    [[nodiscard]] std::string canonical() const;  ///< "K-AB 1234E"
    [[nodiscard]] std::string compact()
        const;  ///< "KAB1234E": for comparison with the same list only
    friend bool operator==(const Plate&, const Plate&) = default;
};

/// District codes in capitals, UTF-8 ("K", "BM", "GÜ").
using Districts = std::set<std::string, std::less<>>;

/// Accepts lower case, umlauts, spaces, hyphens, an optional season "04-10" or "04/10" at the end.
/// Without separators the longest district that leaves a valid rest wins only if it is the only
/// reading; else the reading with the longest district is taken and `ambiguous` tells so.
struct ReadPlate {
    Plate plate;
    bool ambiguous = false;
};

[[nodiscard]] Result<ReadPlate, PlateError> read_plate(std::string_view text,
                                                       const Districts& districts);
/// Capitals without spaces and hyphens: what two writings of one plate share.
[[nodiscard]] std::string plate_key(std::string_view text);
[[nodiscard]] encoding::Object plate_to_value(const Plate& plate);
[[nodiscard]] std::optional<Plate> plate_from_value(const encoding::Value& value,
                                                    const Districts& districts);

}  // namespace stadtbuch::credential
