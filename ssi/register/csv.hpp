// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Semicolon-separated values with RFC 4180 quoting: a header line, then records addressed by column
// name.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "storage/base/error.hpp"
#include "storage/base/result.hpp"

namespace stadtbuch::registers {

struct CsvTable {
    std::string file;
    std::vector<std::string> columns;
    std::vector<std::vector<std::string>> rows;  ///< each as long as `columns`
    std::vector<std::size_t> lines;              ///< 1-based line on which a row begins

    /// Position of a column; columns.size() when absent.
    [[nodiscard]] std::size_t column(std::string_view name) const;
};

/// Bounded: 64 MiB, 1,000,000 rows, 4096 characters a field. Error SB-4102 names file, line and
/// column.
[[nodiscard]] Result<CsvTable, Error> parse_csv(std::string_view text, std::string file);
/// Reads the file and checks that every wanted column is there. Errors SB-4101, SB-4102.
[[nodiscard]] Result<CsvTable, Error> read_csv(const std::string& path,
                                               const std::vector<std::string>& wanted);

}  // namespace stadtbuch::registers
