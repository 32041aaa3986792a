// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "storage/store/rocks_files.hpp"

#include <rocksdb/db.h>
#include <rocksdb/metadata.h>
#include <rocksdb/sst_file_reader.h>
#include <rocksdb/table.h>

#include <algorithm>
#include <filesystem>

#include "storage/store/directory.hpp"
#include "storage/store/log_tail.hpp"
#include "storage/store/rocks_settings.hpp"

namespace stadtbuch::store {

namespace {

namespace fs = std::filesystem;

/// Opens the table for itself, so that no block comes out of the store's cache.
rocksdb::Status check_table(rocksdb::DB& db, const std::string& path, bool past_page_cache) {
    rocksdb::Options options;
    options.env = db.GetEnv();
    options.use_direct_reads = past_page_cache;
    rocksdb::BlockBasedTableOptions table;
    table.no_block_cache = true;
    options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
    rocksdb::SstFileReader reader(options);
    const rocksdb::Status opened = reader.Open(path);
    return opened.ok() ? reader.VerifyChecksum() : opened;
}

bool ends_in(const std::string& name, const std::string& ending) {
    return name.size() > ending.size() &&
           name.compare(name.size() - ending.size(), ending.size(), ending) == 0;
}

Result<std::uint64_t, Error> check_row(const std::string& path, bool is_sound) {
    std::error_code error;
    const std::uintmax_t size = fs::file_size(path, error);
    if (error) return std::uint64_t{0};
    if (!is_sound) return Failure{error_damaged(path, "a record is not what was written there")};
    return std::uint64_t{size};
}

}  // namespace

std::vector<std::string> files_of(rocksdb::DB& db) {
    std::vector<std::string> names;
    std::vector<rocksdb::LiveFileMetaData> tables;
    db.GetLiveFilesMetaData(&tables);
    for (const rocksdb::LiveFileMetaData& table : tables)
        names.push_back(fs::path(table.name).filename().string());
    std::sort(names.begin(), names.end());
    std::vector<std::string> others;
    std::error_code error;
    fs::directory_iterator entry(db.GetName(), error);
    for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
        const std::string name = entry->path().filename().string();
        if (name.starts_with("MANIFEST-") || ends_in(name, ".log")) others.push_back(name);
    }
    std::sort(others.rbegin(), others.rend());
    names.insert(names.end(), others.begin(), others.end());
    return names;
}

Result<std::uint64_t, Error> check_file_of(rocksdb::DB& db, const std::string& name) {
    const std::string path = (fs::path(db.GetName()) / name).string();
    if (name.starts_with("MANIFEST-"))
        return check_row(path, inspect_row(path).end != LogEnd::damaged);
    if (ends_in(name, ".log")) {
        const LogState logs = inspect_logs(db.GetName());
        return check_row(path, logs.end != LogEnd::damaged || logs.path != path);
    }
    std::error_code error;
    const std::uintmax_t size = fs::file_size(path, error);
    rocksdb::Status status = check_table(db, path, true);
    // Not every file system can be read past the page cache.
    if (status.IsInvalidArgument() || status.IsNotSupported() ||
        status.ToString().find("Invalid argument") != std::string::npos)
        status = check_table(db, path, false);
    if (status.ok()) return std::uint64_t{error ? 0 : size};
    // A compaction may have replaced it meanwhile.
    const std::vector<std::string> live = files_of(db);
    if (std::find(live.begin(), live.end(), name) == live.end()) return std::uint64_t{0};
    return Failure{error_of(status, path)};
}

}  // namespace stadtbuch::store
