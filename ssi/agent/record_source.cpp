// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/agent/record_source.hpp"

#include <filesystem>

namespace stadtbuch::agent {

namespace {

std::string stamp_of(const std::string& file) {
    std::error_code code;
    const auto time = std::filesystem::last_write_time(file, code);
    const auto size = std::filesystem::file_size(file, code);
    return std::to_string(time.time_since_epoch().count()) + " " + std::to_string(size);
}

}  // namespace

Result<RecordSource, Error> RecordSource::open(registers::RecordLayout layout,
                                               const std::string& table, const TableMaker& tables) {
    RecordSource out;
    out.layout_ = std::move(layout);
    out.table_ = table;
    if (table.empty()) return out;
    if (!tables)
        return Failure{Error{"SB-1003", "there is no database or service with tables", table,
                             "Name a file, or set register.kind in the settings."}};
    auto source = tables({table, registers::Records::columns_of(out.layout_)});
    if (!source) return Failure{source.error()};
    out.source_ = *std::move(source);
    return out;
}

Result<std::shared_ptr<const registers::Records>, Error> RecordSource::read_if_changed() {
    if (source_ == nullptr) {
        // The stamp is taken before the file is read: what changes meanwhile is seen next time.
        std::string stamp = stamp_of(layout_.file);
        if (stamp == stamp_) return std::shared_ptr<const registers::Records>();
        stamp_ = std::move(stamp);
        return registers::Records::open(layout_);
    }
    auto tables = source_->read_if_changed();
    if (!tables) return Failure{tables.error()};
    if (!*tables) return std::shared_ptr<const registers::Records>();
    return registers::Records::of_table(layout_, std::move((**tables).find(table_)->second));
}

}  // namespace stadtbuch::agent
