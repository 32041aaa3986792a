// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/register/csv.hpp"

#include <fstream>
#include <iterator>

#include "storage/encoding/text.hpp"

namespace stadtbuch::registers {

namespace {

constexpr std::size_t bytes_max = 64u << 20;
constexpr std::size_t rows_max = 1'000'000;
constexpr std::size_t field_bytes_max = 4096;

Error malformed(const std::string& file, std::size_t line, const std::string& what) {
    return {"SB-4102", what, file + ", line " + std::to_string(line),
            "Correct the file; it must be UTF-8 with ';' between fields and one header line."};
}

/// Reads one record that begins at `at`; quoted fields may span lines.
class RecordReader {
  public:
    RecordReader(std::string_view text, const std::string& file) : text_(text), file_(file) {}

    [[nodiscard]] bool done() const { return at_ >= text_.size(); }

    [[nodiscard]] std::size_t line() const { return line_; }

    Result<std::vector<std::string>, Error> next() {
        std::vector<std::string> fields(1);
        bool quoted = false;
        const std::size_t first_line = line_;
        while (at_ < text_.size()) {
            const char c = text_[at_++];
            std::string& field = fields.back();
            if (field.size() > field_bytes_max)
                return Failure{malformed(file_, first_line, "a field is too long")};
            if (quoted) {
                if (c == '\n') ++line_;
                if (c != '"') {
                    field.push_back(c);
                } else if (at_ < text_.size() && text_[at_] == '"') {
                    field.push_back('"');
                    ++at_;
                } else {
                    quoted = false;
                }
            } else if (c == '"' && field.empty()) {
                quoted = true;
            } else if (c == ';') {
                fields.emplace_back();
            } else if (c == '\n') {
                ++line_;
                return fields;
            } else if (c != '\r') {
                field.push_back(c);
            }
        }
        if (quoted) return Failure{malformed(file_, first_line, "a quoted field is not closed")};
        return fields;
    }

  private:
    std::string_view text_;
    std::string file_;
    std::size_t at_ = 0;
    std::size_t line_ = 1;
};

}  // namespace

std::size_t CsvTable::column(std::string_view name) const {
    const auto found = std::find(columns.begin(), columns.end(), name);
    return static_cast<std::size_t>(found - columns.begin());
}

Result<CsvTable, Error> parse_csv(std::string_view text, std::string file) {
    if (text.size() > bytes_max)
        return Failure{malformed(file, 1, "the file is larger than 64 MiB")};
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    if (!encoding::is_utf8(text)) return Failure{malformed(file, 1, "the file is not valid UTF-8")};
    RecordReader reader(text, file);
    CsvTable table;
    table.file = file;
    while (!reader.done()) {
        const std::size_t line = reader.line();
        auto record = reader.next();
        if (!record) return Failure{record.error()};
        if (record->size() == 1 && record->front().empty()) continue;  // blank line
        if (table.columns.empty()) {
            table.columns = *std::move(record);
            continue;
        }
        if (record->size() != table.columns.size()) {
            return Failure{malformed(file, line,
                                     std::to_string(record->size()) + " fields instead of " +
                                         std::to_string(table.columns.size()))};
        }
        if (table.rows.size() == rows_max)
            return Failure{malformed(file, line, "more than 1,000,000 rows")};
        table.rows.push_back(*std::move(record));
        table.lines.push_back(line);
    }
    if (table.columns.empty()) return Failure{malformed(file, 1, "the header line is missing")};
    return table;
}

Result<CsvTable, Error> read_csv(const std::string& path, const std::vector<std::string>& wanted) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        return Failure{
            Error{"SB-4101", "the register file cannot be read", path,
                  "Check the folder of the registers in the configuration and its permissions."}};
    }
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    auto table = parse_csv(text, path);
    if (!table) return table;
    for (const std::string& name : wanted) {
        if (table->column(name) == table->columns.size()) {
            return Failure{malformed(path, 1, "the column '" + name + "' is missing")};
        }
    }
    return table;
}

}  // namespace stadtbuch::registers
