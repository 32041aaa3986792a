// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The registers as tables of texts, wherever they come from: CSV files, views of a database, a web
// service. The tables and their columns are the same everywhere (README.md).
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ssi/register/csv.hpp"
#include "ssi/register/register.hpp"

namespace stadtbuch::registers {

struct TableLayout {
    std::string name;  ///< "residents"
    std::vector<std::string> columns;
};

/// town, zones, streets, residents, vehicles, districts.
[[nodiscard]] std::span<const TableLayout> table_layouts();

using Tables = std::map<std::string, CsvTable, std::less<>>;

/// Answers from memory. Errors: SB-4101 a table is missing, SB-4102 a column or number is wrong,
/// SB-4103 an unknown key; each names the table (CsvTable::file) and line.
[[nodiscard]] Result<std::unique_ptr<Register>, Error> open_register(const Tables& tables);

/// A place that tables come from. Threads: one at a time.
class TableSource {
  public:
    virtual ~TableSource() = default;
    /// All tables as they are now; nullopt: as they were at the last call that gave them, or failed
    /// for what they are. Errors: SB-4101, SB-4102, SB-4105 (the source does not answer).
    [[nodiscard]] virtual Result<std::optional<Tables>, Error> read_if_changed() = 0;
    /// For messages.
    [[nodiscard]] virtual std::string name() const = 0;
};

/// The files NAME.csv of a folder; read again when the time or size of one has changed.
[[nodiscard]] std::unique_ptr<TableSource> make_csv_source(const std::string& folder);

}  // namespace stadtbuch::registers
