// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Anonymous counts: per day, service, way of identification, area and measure. Only days that are
// over are published; a cell below five is not, and its number is not even kept (credentials §9).
//
// Keys: 't' day '|' cell 0 sequence (8 BE) -> "" while the day lasts; 'T' day '|' cell -> decimal
// count afterwards, "0" for a suppressed cell. A cell is service|way|area|measure.
// Threads: any.
#pragma once
#include <atomic>
#include <string>
#include <string_view>
#include <vector>

#include "ssi/agent/database.hpp"
#include "ssi/keys/time.hpp"

namespace stadtbuch::agent {

struct StatisticsCell {
    std::string day;  ///< ISO date
    std::string service, way, area, measure;
    std::uint64_t count = 0;  ///< 0: fewer than Statistics::least
};

class Statistics {
  public:
    static constexpr std::uint64_t least = 5;

    /// `start`: a random number, so that keys of before and after a restart differ.
    Statistics(Database& database, std::uint64_t start)
        : database_(database), sequence_(start >> 1) {}

    /// Adds one event of `cell` (day as ISO date; count is not looked at) to `batch`.
    void count(const StatisticsCell& cell, store::Batch& batch);

    /// For an event that has no batch of its own: durable with the next commit.
    void append(const store::Batch& batch) { database_.append(batch); }

    /// Adds up the days before `today` and forgets the single events; returns how many days.
    std::size_t close_days(const std::string& today);
    /// Published cells, by day and cell.
    [[nodiscard]] std::vector<StatisticsCell> table() const;

  private:
    [[nodiscard]] std::size_t close_days_alone(const std::string& today);
    /// What a cell tells with `number` more events; 0: too few.
    [[nodiscard]] std::uint64_t with_published(const std::string& key, std::uint64_t number) const;

    Database& database_;
    std::atomic<std::uint64_t> sequence_;
};

}  // namespace stadtbuch::agent
