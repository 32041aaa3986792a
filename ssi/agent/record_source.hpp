// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Where the records of a configured type, or the companies, come from: a CSV file, or a table of
// the database or service that the registers come from ([register] of the settings).
//
// Threads: one at a time.
#pragma once
#include <functional>
#include <memory>
#include <string>

#include "ssi/register/records.hpp"
#include "ssi/register/tables.hpp"

namespace stadtbuch::agent {

/// Makes a source of one table; empty: tables are not to be had.
using TableMaker = std::function<Result<std::unique_ptr<registers::TableSource>, Error>(
    const registers::TableLayout&)>;

class RecordSource {
  public:
    /// `table` empty: the file that the layout names. Errors as of registers::Records and
    /// TableSource; SB-1003 when there are no tables.
    [[nodiscard]] static Result<RecordSource, Error> open(registers::RecordLayout layout,
                                                          const std::string& table,
                                                          const TableMaker& tables);

    /// Null: as it was at the last call, or failed for what it is.
    [[nodiscard]] Result<std::shared_ptr<const registers::Records>, Error> read_if_changed();

  private:
    RecordSource() = default;

    registers::RecordLayout layout_;
    std::string table_;
    std::unique_ptr<registers::TableSource> source_;  ///< null: a file
    std::string stamp_;                               ///< of the file
};

}  // namespace stadtbuch::agent
