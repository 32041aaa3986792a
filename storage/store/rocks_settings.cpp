// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include <rocksdb/db.h>

#include "storage/store/rocks_settings.hpp"

#include <rocksdb/cache.h>
#include <rocksdb/convenience.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/listener.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/statistics.h>
#include <rocksdb/table.h>

#include <algorithm>

#include "storage/store/directory.hpp"

namespace stadtbuch::store {

namespace {

/// Columns that are read at random keys, many of which are absent or lie deep: worth a bloom
/// filter.
bool is_read_at_random(Column column) {
    return column == Column::trie || column == Column::index || column == Column::agent ||
           column == Column::meta;
}

/// Hashes do not compress.
bool is_compressible(Column column) {
    return column != Column::trie && column != Column::merkle;
}

rocksdb::CompressionType best_compression() {
    const std::vector<rocksdb::CompressionType> known = rocksdb::GetSupportedCompressions();
    const bool has_lz4 =
        std::find(known.begin(), known.end(), rocksdb::kLZ4Compression) != known.end();
    return has_lz4 ? rocksdb::kLZ4Compression : rocksdb::kNoCompression;
}

rocksdb::ColumnFamilyOptions column_options(Column column, const RocksOptions& options,
                                            const std::shared_ptr<rocksdb::Cache>& cache) {
    rocksdb::BlockBasedTableOptions table;
    table.block_cache = cache;
    table.cache_index_and_filter_blocks =
        true;  // else they grow with the ledger, outside every bound
    table.cache_index_and_filter_blocks_with_high_priority = true;
    table.pin_l0_filter_and_index_blocks_in_cache = true;
    table.format_version = 5;
    if (is_read_at_random(column)) table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10.0));

    rocksdb::ColumnFamilyOptions family;
    family.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
    family.write_buffer_size = options.memtable_bytes;
    family.max_write_buffer_number = 4;
    // Each column takes a first block when it is written to; the default would be an eighth of the
    // buffer.
    family.arena_block_size =
        std::clamp<std::size_t>(options.memtable_bytes / 64, 4u << 10, 256u << 10);
    family.compression = is_compressible(column) ? best_compression() : rocksdb::kNoCompression;
    family.target_file_size_base = 32u << 20;
    family.max_bytes_for_level_base = 256u << 20;
    family.level_compaction_dynamic_level_bytes = true;
    // Measured with 10^5 transactions: a tenth less processor time than with files merged by fours.
    family.level0_file_num_compaction_trigger = 8;
    // Within these prefixes (ledger; ledger and level) keys only ascend: the next place is beside
    // the last one.
    if (column == Column::txns) {
        family.memtable_insert_with_hint_prefix_extractor.reset(
            rocksdb::NewFixedPrefixTransform(1));
    } else if (column == Column::merkle) {
        family.memtable_insert_with_hint_prefix_extractor.reset(
            rocksdb::NewFixedPrefixTransform(2));
    }
    if (column == Column::index || column == Column::trie) {
        // Most questions here are "not there yet?" about what would be the newest entry: whether a
        // request was ordered before. The filter spares the walk through the buffer.
        family.memtable_prefix_bloom_size_ratio = 0.02;
        family.memtable_whole_key_filtering = true;
    }
    // A write never waits for compaction in ordinary operation; two jobs catch up in the pauses.
    family.level0_slowdown_writes_trigger = 48;
    family.level0_stop_writes_trigger = 96;
    family.soft_pending_compaction_bytes_limit = 0;
    family.hard_pending_compaction_bytes_limit = 0;
    return family;
}

/// RocksDB goes on by itself when a full disk has room again: a thread of its own closes the log
/// file whose write failed, and asserts. Who sees a failed write here ends the process.
class NoResumption : public rocksdb::EventListener {
  public:
    void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason, rocksdb::Status,
                              bool* auto_recovery) override {
        *auto_recovery = false;
    }
};

bool mentions(const std::string& text, std::initializer_list<const char*> phrases) {
    return std::any_of(phrases.begin(), phrases.end(), [&text](const char* phrase) {
        return text.find(phrase) != std::string::npos;
    });
}

}  // namespace

const std::array<const char*, column_count>& column_names() {
    static constexpr std::array<const char*, column_count> names{"meta",  "txns",  "merkle", "trie",
                                                                 "index", "votes", "agent"};
    return names;
}

rocksdb::DBOptions database_options(const RocksOptions& options, rocksdb::Env* env) {
    rocksdb::DBOptions database;
    database.create_if_missing = !options.read_only && options.create_if_missing;
    database.create_missing_column_families = database.create_if_missing;
    database.max_background_jobs = 2;
    database.max_open_files = 512;
    // The files of a start are few; sixteen threads for each column take longer to make.
    database.max_file_opening_threads = 1;
    database.db_write_buffer_size =
        options.memtable_bytes + options.memtable_bytes / 2;   // all columns together
    database.max_total_wal_size = 4 * options.memtable_bytes;  // bounds what a start replays
    database.bytes_per_sync =
        1u << 20;  // spreads the disk's work, so that a commit's sync is short
    database.keep_log_file_num = 2;
    database.max_log_file_size = 1u << 20;
    database.info_log_level = rocksdb::WARN_LEVEL;
    database.stats_dump_period_sec = 0;
    database.stats_persist_period_sec = 0;
    database.max_manifest_file_size = 8u << 20;
    // What a crash leaves was cut off before (log_tail.hpp); damage means that acknowledged writes
    // are lost.
    database.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
    if (env != nullptr) database.env = env;
    database.track_and_verify_wals_in_manifest = true;
    // After a failed write or sync nothing in memory can be believed: no silent resumption
    // (reliability B, "fsync").
    database.max_bgerror_resume_count = 0;
    database.listeners.push_back(std::make_shared<NoResumption>());
    database.statistics = rocksdb::CreateDBStatistics();
    database.statistics->set_stats_level(rocksdb::StatsLevel::kExceptHistogramOrTimers);
    return database;
}

std::vector<rocksdb::ColumnFamilyDescriptor> column_families(const RocksOptions& options) {
    const std::shared_ptr<rocksdb::Cache> cache = rocksdb::NewLRUCache(options.cache_bytes, 4);
    std::vector<rocksdb::ColumnFamilyDescriptor> families;
    families.emplace_back(rocksdb::kDefaultColumnFamilyName,
                          column_options(Column::meta, options, cache));
    for (std::size_t i = 0; i < column_count; ++i) {
        families.emplace_back(column_names()[i],
                              column_options(static_cast<Column>(i), options, cache));
    }
    return families;
}

Error error_of(const rocksdb::Status& status, const std::string& path) {
    const std::string text = status.ToString();
    if (status.IsIOError() && mentions(text, {"/LOCK: "})) {
        return mentions(text, {"Permission denied"}) ? error_no_permission(path, text)
                                                     : error_locked(path);
    }
    if (status.IsNoSpace() ||
        mentions(text, {"No space left", "Disk quota exceeded", "File too large"})) {
        return error_no_space(path, text);
    }
    if (mentions(text, {"Permission denied", "Read-only file system", "Operation not permitted"})) {
        return error_no_permission(path, text);
    }
    if (status.IsInvalidArgument() && mentions(text, {"olumn famil"})) {
        return error_foreign(path, "its columns are not those of this version (" + text + ")");
    }
    // The last one is what RocksDB says when its first file opens at the second attempt only;
    // nobody asks for direct I/O here.
    if (mentions(text, {"Input/output error", "Too many open files", "Cannot allocate memory",
                        "Direct I/O is not supported"}))
        return error_failing(path, text);
    return error_damaged(path, text);
}

}  // namespace stadtbuch::store
