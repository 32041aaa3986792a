// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/agent/statistics.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

namespace stadtbuch::agent {

namespace {

constexpr std::size_t events_at_once = 50'000;

/// Words of ours and names from the register; a separator inside one would make two.
std::string plain(std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c == '|' || c == '\0'; }, ' ');
    return text;
}

std::string name_of(const StatisticsCell& cell) {
    return plain(cell.day) + '|' + plain(cell.service) + '|' + plain(cell.way) + '|' +
           plain(cell.area) + '|' + plain(cell.measure);
}

StatisticsCell cell_of(std::string_view name, std::string_view count) {
    std::vector<std::string> parts;
    while (parts.size() < 5) {
        const std::size_t end = std::min(name.find('|'), name.size());
        parts.emplace_back(name.substr(0, end));
        name.remove_prefix(std::min(end + 1, name.size()));
    }
    StatisticsCell out{parts[0], parts[1], parts[2], parts[3], parts[4], 0};
    std::from_chars(count.data(), count.data() + count.size(), out.count);
    return out;
}

}  // namespace

void Statistics::count(const StatisticsCell& cell, store::Batch& batch) {
    std::string key = "t" + name_of(cell);
    key += '\0';
    put(batch, key + big_endian(++sequence_), "");
}

std::size_t Statistics::close_days(const std::string& today) {
    return database_.locked("statistics", [&] { return close_days_alone(today); });
}

std::size_t Statistics::close_days_alone(const std::string& today) {
    std::map<std::string, std::uint64_t> counts;
    std::vector<std::string> events;
    std::string last_day;
    database_.scan_range("t", "t" + today, [&](std::string_view key, std::string_view) {
        if (key.size() < 10) return true;
        const std::string name(key.substr(1, key.size() - 10));  // before the zero and the sequence
        // A day is closed as a whole, so that its cells are added up once.
        if (events.size() >= events_at_once && name.substr(0, 10) != last_day) return false;
        last_day = name.substr(0, 10);
        ++counts[name];
        events.emplace_back(key);
        return true;
    });
    store::Batch batch;
    std::set<std::string> days;
    for (const auto& [name, number] : counts) {
        put(batch, "T" + name, std::to_string(with_published("T" + name, number)));
        days.insert(name.substr(0, 10));
    }
    for (const std::string& key : events) erase(batch, key);
    if (!batch.empty()) database_.commit(batch);
    return days.size();
}

std::uint64_t Statistics::with_published(const std::string& key, std::uint64_t number) const {
    const auto held = database_.get(key);
    if (!held) return number < least ? 0 : number;
    // Committed after its day was closed. How many a suppressed cell had is not known any more, and
    // one that was told tells no single event by growing.
    const std::uint64_t told = cell_of(key.substr(1), *held).count;
    return told == 0 || number < least ? told : told + number;
}

std::vector<StatisticsCell> Statistics::table() const {
    std::vector<StatisticsCell> out;
    database_.scan("T", [&](std::string_view key, std::string_view value) {
        out.push_back(cell_of(key.substr(1), value));
        return true;
    });
    return out;
}

}  // namespace stadtbuch::agent
