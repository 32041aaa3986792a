// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Views of the queue that a clerk wants to come back to, by name (facts: screens, "saved filters").
// Each clerk has their own. A search text is no part of one: it may be a plate.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "ssi/agent/database.hpp"

namespace stadtbuch::agent {

struct SavedFilter {
    std::string name;
    std::string query;  ///< "stand=conflict&zone=A"
};

/// Threads: any.
class SavedFilters {
  public:
    static constexpr std::size_t most = 12;        ///< of one clerk
    static constexpr std::size_t name_bytes = 60;  ///< of UTF-8
    enum class Outcome { saved, no_name, too_many };

    explicit SavedFilters(Database& database) : database_(database) {}

    /// By name.
    [[nodiscard]] std::vector<SavedFilter> of(std::string_view account) const;
    /// A name that is there already gets the new query.
    [[nodiscard]] Outcome save(std::string_view account, const SavedFilter& filter);
    void forget(std::string_view account, std::string_view name);

  private:
    Database& database_;
};

}  // namespace stadtbuch::agent
