// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Time as a value. Cores never read a clock: the shell hands the time in.
#pragma once
#include <cstdint>
#include <string>

namespace stadtbuch::keys {

/// Seconds since 1970-01-01T00:00:00Z, leap seconds ignored (JWT NumericDate).
using UnixSeconds = std::int64_t;

/// "YYYY-MM-DD" of the UTC day.
[[nodiscard]] std::string utc_date(UnixSeconds at);
/// "YYYY-MM-DDThh:mm:ssZ".
[[nodiscard]] std::string utc_date_time(UnixSeconds at);
/// Midnight UTC of a civil date; REQUIRES a valid Gregorian date after 1900.
[[nodiscard]] UnixSeconds unix_of_date(int year, int month, int day);

}  // namespace stadtbuch::keys
