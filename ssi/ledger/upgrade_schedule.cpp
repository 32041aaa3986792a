// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/ledger/upgrade_schedule.hpp"

#include <algorithm>
#include <charconv>
#include <set>
#include <string>
#include <string_view>

#include "ssi/ledger/execution.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/python_repr.hpp"

namespace stadtbuch::ledger {

using encoding::Value;

namespace {

constexpr std::int64_t separation_min = 300;  ///< seconds between two nodes
constexpr std::int64_t micro = 1'000'000;

struct Moment {
    std::int64_t micros = 0;  ///< since 1970, UTC
    bool has_zone = false;
    std::string shown;  ///< as Python prints the datetime
};

/// Reads fixed forms from the front of a text.
class Scanner {
  public:
    explicit Scanner(std::string_view text) : rest_(text) {}

    std::optional<int> digits(std::size_t count) {
        if (rest_.size() < count) return std::nullopt;
        int number = 0;
        const char* end = rest_.data() + count;
        const auto [stop, error] = std::from_chars(rest_.data(), end, number);
        if (error != std::errc() || stop != end || number < 0 || rest_[0] == '-')
            return std::nullopt;
        rest_.remove_prefix(count);
        return number;
    }

    bool take(char c) {
        if (rest_.empty() || rest_[0] != c) return false;
        rest_.remove_prefix(1);
        return true;
    }

    [[nodiscard]] bool at_end() const { return rest_.empty(); }

    [[nodiscard]] bool at_digit() const {
        return !rest_.empty() && rest_[0] >= '0' && rest_[0] <= '9';
    }

  private:
    std::string_view rest_;
};

bool is_leap(int year) {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int days_of(int year, int month) {
    constexpr int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

/// Days since 1970-01-01 (proleptic Gregorian).
std::int64_t day_number(int year, int month, int day) {
    const std::int64_t before = year - 1;
    std::int64_t days = before * 365 + before / 4 - before / 100 + before / 400 + day - 1;
    for (int m = 1; m < month; ++m) days += days_of(year, m);
    return days - 719162;
}

std::string padded(std::int64_t number, std::size_t digits) {
    std::string text = std::to_string(number);
    return text.size() < digits ? std::string(digits - text.size(), '0') + text : text;
}

/// `.123456`: up to six digits count.
std::optional<int> fraction(Scanner& scan) {
    int value = 0;
    int count = 0;
    while (scan.at_digit() && count < 6) {
        value = value * 10 + *scan.digits(1);
        ++count;
    }
    if (count == 0) return std::nullopt;
    for (; count < 6; ++count) value *= 10;
    return value;
}

struct Zone {
    bool given = false;
    int seconds = 0;  ///< east of UTC
};

std::optional<Zone> zone(Scanner& scan) {
    if (scan.at_end()) return Zone{};
    if (scan.take('Z')) return Zone{true, 0};
    const bool west = scan.take('-');
    if (!west && !scan.take('+')) return std::nullopt;
    const auto hours = scan.digits(2);
    static_cast<void>(scan.take(':'));
    const auto minutes = scan.at_end() ? std::optional<int>(0) : scan.digits(2);
    if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
    const int seconds = *hours * 3600 + *minutes * 60;
    return Zone{true, west ? -seconds : seconds};
}

std::string zone_text(int seconds) {
    const int absolute = seconds < 0 ? -seconds : seconds;
    return (seconds < 0 ? "-" : "+") + padded(absolute / 3600, 2) + ":" +
           padded(absolute / 60 % 60, 2);
}

std::optional<Moment> parse_moment(std::string_view text) {
    Scanner scan(text);
    const auto year = scan.digits(4);
    if (!year || !scan.take('-')) return std::nullopt;
    const auto month = scan.digits(2);
    if (!month || !scan.take('-')) return std::nullopt;
    const auto day = scan.digits(2);
    if (!day || *year < 1 || *month < 1 || *month > 12 || *day < 1 || *day > days_of(*year, *month))
        return std::nullopt;
    if (!scan.take('T') && !scan.take(' ')) return std::nullopt;
    const auto hour = scan.digits(2);
    if (!hour || !scan.take(':')) return std::nullopt;
    const auto minute = scan.digits(2);
    if (!minute || !scan.take(':')) return std::nullopt;
    const auto second = scan.digits(2);
    if (!second || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
    const auto micros = scan.take('.') ? fraction(scan) : std::optional<int>(0);
    const auto offset = micros ? zone(scan) : std::nullopt;
    if (!offset || !scan.at_end()) return std::nullopt;

    Moment out;
    out.has_zone = offset->given;
    const std::int64_t seconds =
        day_number(*year, *month, *day) * 86400 + *hour * 3600 + *minute * 60 + *second;
    out.micros = (seconds - offset->seconds) * micro + *micros;
    out.shown = padded(*year, 4) + "-" + padded(*month, 2) + "-" + padded(*day, 2) + " " +
                padded(*hour, 2) + ":" + padded(*minute, 2) + ":" + padded(*second, 2);
    if (*micros != 0) out.shown += "." + padded(*micros, 6);
    if (out.has_zone) out.shown += zone_text(offset->seconds);
    return out;
}

Refusal not_valid(const Value& schedule, const std::string& why) {
    return {RefusalClass::invalid_client_request,
            encoding::python_repr(schedule) + " not a valid schedule since " + why,
            {},
            std::nullopt};
}

bool names_all_validators(const encoding::Object& schedule, const std::vector<PoolNode>& nodes) {
    std::set<std::string_view> wanted, named;
    for (const PoolNode& node : nodes) {
        if (!node.services.empty()) wanted.insert(node.dest);
    }
    for (const encoding::Member& member : schedule) named.insert(member.key);
    return wanted == named;
}

}  // namespace

std::optional<Refusal> check_upgrade_schedule(const Request& request,
                                              const std::vector<PoolNode>& nodes,
                                              std::int64_t now) {
    if (request.type != txn_type::pool_upgrade ||
        Value(request.operation()).text_at("action") != "start")
        return std::nullopt;
    const Value* given = request.operation().find("schedule");
    const Value schedule = given != nullptr ? *given : Value(encoding::Object());
    const bool forced = is_forced(request);
    if (schedule.object() == nullptr ||
        (!forced && !names_all_validators(*schedule.object(), nodes)))
        return not_valid(schedule, "Schedule should contain id of all nodes");

    std::vector<std::int64_t> times;
    for (const encoding::Member& member : *schedule.object()) {
        const std::string text = member.value.text() != nullptr ? *member.value.text() : "";
        const auto when = parse_moment(text);
        if (!when) return not_valid(schedule, text + " cannot be parsed to a time");
        if (!when->has_zone) {
            // Python's refusal to compare such times, which the reference lets through.
            return Refusal{RefusalClass::plain,
                           "can't compare offset-naive and offset-aware datetimes",
                           {},
                           std::nullopt};
        }
        if (!forced && when->micros <= now * micro)
            return not_valid(schedule, when->shown + " is less than current time");
        times.push_back(when->micros);
    }
    if (forced) return std::nullopt;
    std::sort(times.begin(), times.end());
    for (std::size_t i = 1; i < times.size(); ++i) {
        const std::int64_t gap = times[i] - times[i - 1];
        if (gap < separation_min * micro) {
            const double seconds = static_cast<double>(gap) / static_cast<double>(micro);
            return not_valid(schedule, "time span between upgrades is " +
                                           encoding::python_float(seconds) +
                                           " seconds which is less than specified in the config");
        }
    }
    return std::nullopt;
}

}  // namespace stadtbuch::ledger
