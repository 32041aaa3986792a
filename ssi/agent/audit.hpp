// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Who did what with which case, who looked at it, who logged in. Account names and case numbers
// only: no data of applicants. Threads: any.
#pragma once
#include <atomic>
#include <string>
#include <vector>

#include "ssi/agent/database.hpp"
#include "ssi/keys/time.hpp"

namespace stadtbuch::agent {

struct AuditLine {
    keys::UnixSeconds at = 0;
    std::string who, what, object;
};

class AuditLog {
  public:
    /// `start`: a random number, so that lines of one second before and after a restart have
    /// different keys.
    AuditLog(Database& database, std::uint64_t start)
        : database_(database), sequence_(start >> 1) {}

    void note(keys::UnixSeconds at, const std::string& who, const std::string& what,
              const std::string& object);
    /// Newest first.
    [[nodiscard]] std::vector<AuditLine> newest(std::size_t most) const;
    /// All lines about one case, newest first.
    [[nodiscard]] std::vector<AuditLine> about(const std::string& object) const;
    std::size_t forget_before(keys::UnixSeconds limit);

  private:
    Database& database_;
    std::atomic<std::uint64_t> sequence_;
};

}  // namespace stadtbuch::agent
