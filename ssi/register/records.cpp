// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/register/records.hpp"

#include <algorithm>

#include "ssi/register/csv.hpp"

namespace stadtbuch::registers {

namespace {

bool agrees(Likeness likeness, std::string_view held, std::string_view stated) {
    switch (likeness) {
        case Likeness::text:
            return fold(held) == fold(stated);
        case Likeness::given_name:
            return given_names_agree(held, stated);
        case Likeness::date:
            return dates_agree(held, stated);
        case Likeness::exact:
            break;
    }
    return held == stated;
}

bool is_folded(Likeness likeness) {
    return likeness == Likeness::text || likeness == Likeness::given_name;
}

/// The same for two texts that fold() has been over already.
bool folded_agree(Likeness likeness, std::string_view held, std::string_view stated) {
    if (likeness == Likeness::date) return dates_agree(held, stated);
    if (held == stated) return true;
    return likeness == Likeness::given_name && held.size() > stated.size() &&
           held.starts_with(stated) && held[stated.size()] == ' ';
}

}  // namespace

std::optional<Likeness> likeness_of(std::string_view word) {
    if (word == "text") return Likeness::text;
    if (word == "given_name") return Likeness::given_name;
    if (word == "date") return Likeness::date;
    if (word == "exact") return Likeness::exact;
    return std::nullopt;
}

const std::string& Record::at(std::string_view column) const {
    static const std::string none;
    const auto found = values.find(column);
    return found == values.end() ? none : found->second;
}

std::vector<std::string> Records::columns_of(const RecordLayout& layout) {
    std::vector<std::string> out{layout.key};
    for (const RecordField& field : layout.fields) out.push_back(field.column);
    out.insert(out.end(), layout.columns.begin(), layout.columns.end());
    for (const std::string* column : {&layout.valid_from, &layout.valid_until}) {
        if (!column->empty()) out.push_back(*column);
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

Result<std::shared_ptr<const Records>, Error> Records::open(RecordLayout layout) {
    auto table = read_csv(layout.file, columns_of(layout));
    if (!table) return Failure{table.error()};
    return of_table(std::move(layout), *std::move(table));
}

Result<std::shared_ptr<const Records>, Error> Records::of_table(RecordLayout layout,
                                                                CsvTable table) {
    std::shared_ptr<Records> out(new Records());
    const std::size_t key = table.column(layout.key);
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
        const std::string& id = table.rows[i][key];
        const bool good = !id.empty() && out->by_id_.emplace(id, i).second;
        if (!good) {
            return Failure{Error{"SB-4103",
                                 id.empty() ? "a record without '" + layout.key + "'"
                                            : "two records have one '" + layout.key + "'",
                                 table.file + ", line " + std::to_string(table.lines[i]),
                                 "Correct the register file: each record has a key of its own."}};
        }
    }
    out->columns_ = std::move(table.columns);
    out->rows_ = std::move(table.rows);
    out->layout_ = std::move(layout);
    for (const RecordField& field : out->layout_.fields) {
        if (!field.identifies) continue;
        const auto column = std::find(out->columns_.begin(), out->columns_.end(), field.column);
        const auto at = static_cast<std::size_t>(column - out->columns_.begin());
        std::vector<std::string> values;
        for (const auto& row : out->rows_)
            values.push_back(is_folded(field.likeness) ? fold(row[at]) : row[at]);
        out->searched_.push_back({field.column, field.likeness, std::move(values)});
    }
    return std::shared_ptr<const Records>(std::move(out));
}

Record Records::at(std::size_t row) const {
    Record out;
    for (std::size_t i = 0; i < columns_.size(); ++i)
        out.values.emplace(columns_[i], rows_[row][i]);
    out.id = out.at(layout_.key);
    return out;
}

std::vector<std::string> Records::ids() const {
    std::vector<std::string> out;
    for (const auto& [id, row] : by_id_) out.push_back(id);
    return out;
}

std::optional<Record> Records::record(std::string_view id) const {
    const auto found = by_id_.find(id);
    if (found == by_id_.end()) return std::nullopt;
    return at(found->second);
}

std::vector<Record> Records::search(const StatedFields& stated, std::size_t misses) const {
    struct Wanted {
        const Searched* column;
        std::string value;
    };

    std::vector<Wanted> wanted;
    for (const Searched& column : searched_) {
        const auto said = stated.find(column.name);
        if (said == stated.end() || said->second.empty()) continue;
        wanted.push_back({&column, is_folded(column.likeness) ? fold(said->second) : said->second});
    }
    const std::size_t needed = searched_.size();
    if (misses == 0 ? wanted.size() != needed || needed == 0 : wanted.size() < 2) return {};
    std::vector<Record> out;
    for (std::size_t row = 0; row < rows_.size() && out.size() < found_max; ++row) {
        std::size_t missed = 0;
        for (const Wanted& one : wanted) {
            if (!folded_agree(one.column->likeness, one.column->values[row], one.value) &&
                ++missed > misses)
                break;
        }
        if (missed == misses) out.push_back(at(row));
    }
    return out;
}

std::vector<Record> Records::find(const StatedFields& stated) const {
    return search(stated, 0);
}

std::vector<Record> Records::near(const StatedFields& stated) const {
    return search(stated, 1);
}

std::vector<FieldComparison> Records::compare(const Record& record,
                                              const StatedFields& stated) const {
    std::vector<FieldComparison> out;
    for (const RecordField& field : layout_.fields) {
        const auto said = stated.find(field.column);
        if (said == stated.end() || said->second.empty()) continue;
        const std::string& held = record.at(field.column);
        out.push_back(
            compare_field({field.column, field.label_de, field.label_en, Corrector::record_keeper,
                           layout_.office_de, layout_.office_en},
                          held, said->second, agrees(field.likeness, held, said->second)));
    }
    return out;
}

bool Records::holds(const Record& record, std::string_view day) const {
    const std::string& from = record.at(layout_.valid_from);
    const std::string& until = record.at(layout_.valid_until);
    return (from.empty() || std::string_view(from) <= day) &&
           (until.empty() || day <= std::string_view(until));
}

}  // namespace stadtbuch::registers
