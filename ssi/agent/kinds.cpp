// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/agent/kinds.hpp"

#include <algorithm>
#include <filesystem>

namespace stadtbuch::agent {

namespace {

namespace fs = std::filesystem;

std::vector<std::string> type_files(const std::string& folder, std::error_code& code) {
    std::vector<std::string> out;
    for (fs::directory_iterator at(folder, code), end; !code && at != end; at.increment(code)) {
        if (at->path().extension() == ".toml") out.push_back(at->path().string());
    }
    std::sort(out.begin(), out.end());
    return out;
}

/// What two files must not share; the sentence names the other one.
std::optional<Error> clash(const KindDefinition& one, const std::vector<KindDefinition>& others) {
    for (const KindDefinition& other : others) {
        if (one.kind == other.kind) {
            return Error{"SB-1003", "there is a type '" + one.kind.id() + "' already",
                         one.file + ", key id", "Give another id than in " + other.file + "."};
        }
        if (one.prefix == other.prefix) {
            return Error{
                "SB-1003", "case numbers of two types would begin with '" + one.prefix + "'",
                one.file + ", key case_prefix", "Give another one than in " + other.file + "."};
        }
    }
    return std::nullopt;
}

}  // namespace

Result<std::unique_ptr<Kinds>, std::vector<Error>> Kinds::load(const std::string& folder,
                                                               const std::string& base_url,
                                                               const TableMaker& tables) {
    std::unique_ptr<Kinds> out(new Kinds());
    if (folder.empty()) return out;
    std::error_code code;
    const auto files = type_files(folder, code);
    if (code) {
        return Failure{
            std::vector<Error>{{"SB-1001", "the folder of credential types cannot be read", folder,
                                "Check agent.types, or remove it."}}};
    }
    if (files.size() > kinds_max) {
        return Failure{std::vector<Error>{
            {"SB-1003", "there are more than " + std::to_string(kinds_max) + " type files", folder,
             "Move files away that are not needed."}}};
    }
    std::vector<Error> faults;
    for (const std::string& file : files) {
        auto read = read_kind_file(file, base_url);
        if (!read) {
            faults.insert(faults.end(), read.error().begin(), read.error().end());
            continue;
        }
        if (auto same = clash(read->definition, out->definitions_)) {
            faults.push_back(*std::move(same));
            continue;
        }
        auto from = RecordSource::open(read->definition.layout, read->definition.table, tables);
        auto records = from ? from->read_if_changed() : Failure{from.error()};
        if (!records) {
            faults.push_back(records.error());
            continue;
        }
        out->sources_.push_back({std::move(records).value(), std::move(from).value()});
        out->definitions_.push_back(std::move(read->definition));
        std::move(read->words.begin(), read->words.end(), std::back_inserter(out->words_));
    }
    if (!faults.empty()) return Failure{std::move(faults)};
    std::sort(out->words_.begin(), out->words_.end(),
              [](const auto& a, const auto& b) { return a.first < b.first; });
    return out;
}

const KindDefinition* Kinds::find(const CaseKind& kind) const {
    for (const KindDefinition& one : definitions_) {
        if (one.kind == kind) return &one;
    }
    return nullptr;
}

const KindDefinition* Kinds::find_type(std::string_view vct) const {
    for (const KindDefinition& one : definitions_) {
        if (one.type.vct == vct) return &one;
    }
    return nullptr;
}

std::optional<Text> Kinds::word(std::string_view key) const {
    const auto found = std::lower_bound(
        words_.begin(), words_.end(), key,
        [](const auto& entry, std::string_view wanted) { return entry.first < wanted; });
    if (found == words_.end() || found->first != key) return std::nullopt;
    return found->second.text();
}

std::shared_ptr<const registers::Records> Kinds::records(const KindDefinition& definition) const {
    const auto index = static_cast<std::size_t>(&definition - definitions_.data());
    const std::lock_guard guard(guard_);
    return sources_[index].records;
}

std::vector<Error> Kinds::reload_if_changed() {
    const std::lock_guard reading(reading_);
    std::vector<Error> faults;
    for (Source& source : sources_) {
        auto records = source.from.read_if_changed();
        if (!records) {
            faults.push_back(records.error());
        } else if (*records != nullptr) {
            const std::lock_guard guard(guard_);
            source.records = std::move(records).value();
            ++replaced_;
        }
    }
    return faults;
}

std::string qualified_record_id(const CaseKind& kind, std::string_view record_id) {
    return kind.id() + "/" + std::string(record_id);
}

std::string record_id_of(const CaseKind& kind, std::string_view qualified) {
    const std::string mine = kind.id() + "/";
    return qualified.starts_with(mine) ? std::string(qualified.substr(mine.size())) : std::string();
}

}  // namespace stadtbuch::agent
