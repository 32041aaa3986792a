// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// A register of another office as one table: pupils of a school, members of a club, anglers with an
// examination. Which columns it has, which of them find a record and how they are compared is data
// (RecordLayout), so that a credential type can be added without a line of C++. Values only; a
// Records is safe for concurrent reads.
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ssi/register/csv.hpp"
#include "ssi/register/matching.hpp"

namespace stadtbuch::registers {

/// How a stated value agrees with the column: `text` folded (case, ß and ss, spaces), `given_name`
/// like text or the first of several names, `date` as far as known, `exact` octet by octet.
enum class Likeness { text, given_name, date, exact };
[[nodiscard]] std::optional<Likeness> likeness_of(std::string_view word);

/// A column that applicants state and that is compared.
struct RecordField {
    std::string column;
    std::string label_de;
    std::string label_en;
    Likeness likeness = Likeness::text;
    bool identifies = false;  ///< all of these agree: this is the record
};

struct RecordLayout {
    std::string file;  ///< CSV as in csv.hpp
    std::string key;   ///< column with the record's id
    std::vector<RecordField> fields;
    std::vector<std::string> columns;  ///< further columns that have to be there
    std::string valid_from;            ///< column with the first day; empty: from ever
    std::string valid_until;  ///< column with the last day; empty, or empty in the row: no end
    std::string office_de;    ///< who corrects it, "das Sekretariat der Schule"
    std::string office_en;
};

/// What an applicant states, by column.
using StatedFields = std::map<std::string, std::string, std::less<>>;

struct Record {
    std::string id;
    std::map<std::string, std::string, std::less<>> values;  ///< by column

    [[nodiscard]] const std::string& at(std::string_view column) const;  ///< empty if there is none
};

class Records {
  public:
    /// Errors: SB-4101 missing or unreadable, SB-4102 malformed (file, line and column named),
    /// SB-4103 two records with one key, or a record without.
    [[nodiscard]] static Result<std::shared_ptr<const Records>, Error> open(RecordLayout layout);
    /// The same of a table that was read already; it has columns_of(layout) at least.
    [[nodiscard]] static Result<std::shared_ptr<const Records>, Error> of_table(RecordLayout layout,
                                                                                CsvTable table);
    /// Sorted, each once.
    [[nodiscard]] static std::vector<std::string> columns_of(const RecordLayout& layout);

    [[nodiscard]] std::optional<Record> record(std::string_view id) const;
    /// Records with which all identifying fields agree, at most `found_max`; none while one of them
    /// is not stated.
    [[nodiscard]] std::vector<Record> find(const StatedFields& stated) const;
    /// Records with which all but one of them agree (two or more have to be stated), at most
    /// `found_max`: for the clerk's eyes.
    [[nodiscard]] std::vector<Record> near(const StatedFields& stated) const;
    /// Stated fields beside the record's, in the order of the layout; a field that was not stated
    /// is not compared.
    [[nodiscard]] std::vector<FieldComparison> compare(const Record& record,
                                                       const StatedFields& stated) const;
    /// True if the record holds on `day` (ISO date).
    [[nodiscard]] bool holds(const Record& record, std::string_view day) const;
    /// Of all records, sorted.
    [[nodiscard]] std::vector<std::string> ids() const;

    [[nodiscard]] std::size_t size() const { return rows_.size(); }

    [[nodiscard]] const RecordLayout& layout() const { return layout_; }

    static constexpr std::size_t found_max = 8;

  private:
    Records() = default;
    [[nodiscard]] Record at(std::size_t row) const;
    [[nodiscard]] std::vector<Record> search(const StatedFields& stated, std::size_t misses) const;

    /// An identifying column, folded once.
    struct Searched {
        std::string name;
        Likeness likeness;
        std::vector<std::string> values;  ///< by row
    };

    RecordLayout layout_;
    std::vector<Searched> searched_;
    std::vector<std::string> columns_;
    std::vector<std::vector<std::string>> rows_;
    std::map<std::string, std::size_t, std::less<>> by_id_;
};

}  // namespace stadtbuch::registers
