// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/statistics.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <mutex>

#include "storage/base/assert.hpp"
#include "storage/store/directory.hpp"
#include "storage/store/log_tail.hpp"
#include "storage/store/rocks_files.hpp"
#include "storage/store/rocks_on.hpp"
#include "storage/store/rocks_settings.hpp"
#include "storage/store/store.hpp"

namespace stadtbuch::store {

namespace {

/// Written last when a store is created, into RocksDB's own column: without it the creation was cut
/// short.
constexpr const char* complete_mark = "stadtbuch-complete";

rocksdb::Slice slice_of(BytesView bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

BytesView view_of_slice(const rocksdb::Slice& slice) {
    return view_of(std::string_view(slice.data(), slice.size()));
}

/// Of a batch that was written: the write gave it the number of its first change.
std::uint64_t last_sequence_of(const rocksdb::WriteBatch& written) {
    std::uint64_t first = 0;
    for (std::size_t i = 8; i > 0; --i)
        first = first << 8 | static_cast<std::uint8_t>(written.Data()[i - 1]);
    return first + written.Count() - 1;
}

/// The changes of one atomic write, column by column, those with keys that are hashes in the order
/// of their keys: RocksDB finds the place of an entry in its buffer from that of the entry before,
/// at a third of the cost where that is near. Changes of one key stay in their order.
std::vector<const Batch::Change*> in_writing_order(std::span<const Batch* const> batches) {
    std::array<std::vector<const Batch::Change*>, column_count> columns;
    std::size_t count = 0;
    for (const Batch* batch : batches) {
        count += batch->changes().size();
        for (const Batch::Change& change : batch->changes())
            columns[static_cast<std::size_t>(change.column)].push_back(&change);
    }
    for (const Column column : {Column::trie, Column::index}) {
        auto& hashed = columns[static_cast<std::size_t>(column)];
        std::stable_sort(hashed.begin(), hashed.end(),
                         [](const Batch::Change* a, const Batch::Change* b) {
                             return text_of(a->key) < text_of(b->key);
                         });
    }
    std::vector<const Batch::Change*> out;
    out.reserve(count);
    for (const auto& column : columns) out.insert(out.end(), column.begin(), column.end());
    return out;
}

/// The open database and the first thing that went wrong with it; outlives the store while
/// snapshots do.
class Database {
  public:
    explicit Database(const RocksOptions& options, rocksdb::Env* env)
        : path_(options.path),
          is_read_only_(options.read_only),
          on_read_failure_(options.on_read_failure),
          env_(env) {}

    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    ~Database() {
        if (!db_) return;
        if (!is_read_only_)
            static_cast<void>(db_->FlushWAL(true));  // buffered writes; nobody waits for them
        for (rocksdb::ColumnFamilyHandle* handle : handles_)
            static_cast<void>(db_->DestroyColumnFamilyHandle(handle));
        static_cast<void>(db_->Close());
    }

    [[nodiscard]] rocksdb::Status open(const RocksOptions& options);

    [[nodiscard]] std::optional<Bytes> get(Column column, BytesView key,
                                           const rocksdb::Snapshot* at) const;
    void scan(Column column, BytesView from, BytesView to, const rocksdb::Snapshot* at,
              const std::function<bool(BytesView key, BytesView value)>& visit) const;
    [[nodiscard]] std::optional<std::pair<Bytes, Bytes>> floor(Column column, BytesView prefix,
                                                               BytesView key,
                                                               const rocksdb::Snapshot* at) const;
    [[nodiscard]] Result<void, Error> write(std::span<const Batch* const> batches,
                                            Durability durability);
    [[nodiscard]] Result<void, Error> sync();
    [[nodiscard]] std::optional<Error> failure() const;
    [[nodiscard]] StoreCounters counters() const;
    /// Whether the creation of this store was completed once.
    [[nodiscard]] Result<bool, Error> is_complete() const;
    [[nodiscard]] Result<void, Error> mark_complete();
    [[nodiscard]] bool is_empty() const;

    [[nodiscard]] rocksdb::DB& db() const { return *db_; }

    [[nodiscard]] const std::string& path() const { return path_; }

  private:
    [[nodiscard]] rocksdb::ColumnFamilyHandle* family(Column column) const {
        return handles_[static_cast<std::size_t>(column) + 1];  // behind "default"
    }

    /// Keeps the first failure; all later writes are refused with it.
    void fail(const rocksdb::Status& status) const;
    void fail_to_read(const rocksdb::Status& status) const;
    void made_durable(std::uint64_t sequence);

    std::string path_;
    bool is_read_only_;
    std::function<void(const Error&)> on_read_failure_;
    rocksdb::Env* env_;
    std::unique_ptr<rocksdb::DB> db_;
    std::vector<rocksdb::ColumnFamilyHandle*> handles_;
    std::shared_ptr<rocksdb::Statistics> statistics_;
    mutable std::atomic<bool> has_failed_{false};
    mutable std::mutex failure_mutex_;
    mutable std::optional<Error> failure_;
    std::atomic<std::uint64_t> durable_{0};  ///< all changes up to this sequence number are
    std::atomic<std::uint64_t> puts_{0};
    std::atomic<std::uint64_t> writes_{0};
    mutable std::atomic<std::uint64_t> gets_{0};
};

rocksdb::Status Database::open(const RocksOptions& options) {
    const rocksdb::DBOptions settings = database_options(options, env_);
    statistics_ = settings.statistics;
    rocksdb::DB* opened = nullptr;
    const std::vector<rocksdb::ColumnFamilyDescriptor> families = column_families(options);
    const rocksdb::Status status =
        options.read_only
            ? rocksdb::DB::OpenForReadOnly(settings, options.path, families, &handles_, &opened)
            : rocksdb::DB::Open(settings, options.path, families, &handles_, &opened);
    db_.reset(opened);
    // What a start took out of the logs it has written to tables, synced.
    if (status.ok()) made_durable(db_->GetLatestSequenceNumber());
    return status;
}

std::optional<Bytes> Database::get(Column column, BytesView key,
                                   const rocksdb::Snapshot* at) const {
    gets_.fetch_add(1, std::memory_order_relaxed);
    rocksdb::ReadOptions options;
    options.snapshot = at;
    rocksdb::PinnableSlice value;
    const rocksdb::Status status = db_->Get(options, family(column), slice_of(key), &value);
    if (status.ok()) return bytes_of(view_of_slice(value));
    if (!status.IsNotFound()) fail_to_read(status);
    return std::nullopt;
}

void Database::scan(Column column, BytesView from, BytesView to, const rocksdb::Snapshot* at,
                    const std::function<bool(BytesView key, BytesView value)>& visit) const {
    rocksdb::ReadOptions options;
    options.snapshot = at;
    const rocksdb::Slice end = slice_of(to);
    if (!to.empty()) options.iterate_upper_bound = &end;
    const std::unique_ptr<rocksdb::Iterator> at_key(db_->NewIterator(options, family(column)));
    for (at_key->Seek(slice_of(from)); at_key->Valid(); at_key->Next()) {
        if (!visit(view_of_slice(at_key->key()), view_of_slice(at_key->value()))) return;
    }
    if (!at_key->status().ok()) fail_to_read(at_key->status());
}

std::optional<std::pair<Bytes, Bytes>> Database::floor(Column column, BytesView prefix,
                                                       BytesView key,
                                                       const rocksdb::Snapshot* at) const {
    gets_.fetch_add(1, std::memory_order_relaxed);
    rocksdb::ReadOptions options;
    options.snapshot = at;
    const std::unique_ptr<rocksdb::Iterator> at_key(db_->NewIterator(options, family(column)));
    at_key->SeekForPrev(slice_of(key));
    if (!at_key->status().ok()) fail_to_read(at_key->status());
    if (!at_key->Valid() || !at_key->key().starts_with(slice_of(prefix))) return std::nullopt;
    return std::pair(bytes_of(view_of_slice(at_key->key())),
                     bytes_of(view_of_slice(at_key->value())));
}

Result<void, Error> Database::write(std::span<const Batch* const> batches, Durability durability) {
    if (is_read_only_)
        return Failure{error_no_permission(path_, "the store was opened for reading only")};
    if (has_failed_.load(std::memory_order_acquire)) return Failure{*failure()};
    const std::vector<const Batch::Change*> changes = in_writing_order(batches);
    std::size_t bytes = 0;
    std::uint64_t puts = 0;
    for (const Batch* batch : batches) bytes += batch->bytes() + 16 * batch->changes().size();
    rocksdb::WriteBatch joined(bytes + 64);
    const rocksdb::Status marked = joined.PutLogData(durable_mark(durable_.load()));
    STADTBUCH_ASSERT(marked.ok());
    for (const Batch::Change* change : changes) {
        rocksdb::Status added;
        if (change->value) {
            added =
                joined.Put(family(change->column), slice_of(change->key), slice_of(*change->value));
            ++puts;
        } else {
            added = joined.Delete(family(change->column), slice_of(change->key));
        }
        STADTBUCH_ASSERT(added.ok());
    }
    rocksdb::WriteOptions options;
    options.sync = durability == Durability::synced;
    const rocksdb::Status status = db_->Write(options, &joined);
    if (!status.ok()) {
        fail(status);
        return Failure{*failure()};
    }
    if (options.sync) made_durable(last_sequence_of(joined));
    puts_.fetch_add(puts, std::memory_order_relaxed);
    writes_.fetch_add(1, std::memory_order_relaxed);
    return {};
}

Result<void, Error> Database::sync() {
    if (is_read_only_)
        return Failure{error_no_permission(path_, "the store was opened for reading only")};
    if (has_failed_.load(std::memory_order_acquire)) return Failure{*failure()};
    const std::uint64_t written = db_->GetLatestSequenceNumber();
    const rocksdb::Status status = db_->SyncWAL();
    if (status.ok()) {
        made_durable(written);
        return {};
    }
    fail(status);
    return Failure{*failure()};
}

void Database::fail(const rocksdb::Status& status) const {
    const std::lock_guard<std::mutex> lock(failure_mutex_);
    if (!failure_) failure_ = error_of(status, path_);
    has_failed_.store(true, std::memory_order_release);
}

void Database::fail_to_read(const rocksdb::Status& status) const {
    fail(status);
    if (on_read_failure_) on_read_failure_(error_of(status, path_));
}

void Database::made_durable(std::uint64_t sequence) {
    std::uint64_t known = durable_.load();
    while (known < sequence && !durable_.compare_exchange_weak(known, sequence)) {
    }
}

std::optional<Error> Database::failure() const {
    const std::lock_guard<std::mutex> lock(failure_mutex_);
    return failure_;
}

StoreCounters Database::counters() const {
    StoreCounters counters;
    counters.puts = puts_.load(std::memory_order_relaxed);
    counters.writes = writes_.load(std::memory_order_relaxed);
    counters.gets = gets_.load(std::memory_order_relaxed);
    counters.syncs = statistics_->getTickerCount(rocksdb::WAL_FILE_SYNCED);
    return counters;
}

Result<bool, Error> Database::is_complete() const {
    std::string value;
    const rocksdb::Status status =
        db_->Get(rocksdb::ReadOptions(), handles_.front(), complete_mark, &value);
    if (!status.ok() && !status.IsNotFound()) return Failure{error_of(status, path_)};
    return status.ok();
}

Result<void, Error> Database::mark_complete() {
    rocksdb::WriteOptions options;
    options.sync = true;
    const rocksdb::Status status = db_->Put(options, handles_.front(), complete_mark, "1");
    if (!status.ok()) return Failure{error_of(status, path_)};
    return {};
}

bool Database::is_empty() const {
    bool found = false;
    for (std::size_t i = 0; i < column_count && !found; ++i) {
        scan(static_cast<Column>(i), {}, {}, nullptr, [&found](BytesView, BytesView) {
            found = true;
            return false;
        });
    }
    return !found;
}

class RocksSnapshot : public Snapshot {
  public:
    explicit RocksSnapshot(std::shared_ptr<const Database> database)
        : database_(std::move(database)), at_(database_->db().GetSnapshot()) {}

    RocksSnapshot(const RocksSnapshot&) = delete;
    RocksSnapshot& operator=(const RocksSnapshot&) = delete;

    ~RocksSnapshot() override { database_->db().ReleaseSnapshot(at_); }

    [[nodiscard]] std::optional<Bytes> get(Column column, BytesView key) const override {
        return database_->get(column, key, at_);
    }

    void scan(Column column, BytesView from, BytesView to,
              const std::function<bool(BytesView key, BytesView value)>& visit) const override {
        database_->scan(column, from, to, at_, visit);
    }

    [[nodiscard]] std::optional<std::pair<Bytes, Bytes>> floor(Column column, BytesView prefix,
                                                               BytesView key) const override {
        return database_->floor(column, prefix, key, at_);
    }

  private:
    std::shared_ptr<const Database> database_;
    const rocksdb::Snapshot* at_;
};

class RocksStore : public Store {
  public:
    explicit RocksStore(std::shared_ptr<Database> database) : database_(std::move(database)) {}

    [[nodiscard]] std::optional<Bytes> get(Column column, BytesView key) const override {
        return database_->get(column, key, nullptr);
    }

    void scan(Column column, BytesView from, BytesView to,
              const std::function<bool(BytesView key, BytesView value)>& visit) const override {
        database_->scan(column, from, to, nullptr, visit);
    }

    [[nodiscard]] std::optional<std::pair<Bytes, Bytes>> floor(Column column, BytesView prefix,
                                                               BytesView key) const override {
        return database_->floor(column, prefix, key, nullptr);
    }

    [[nodiscard]] Result<void, Error> write(const Batch& batch, Durability durability) override {
        const Batch* const only = &batch;
        return database_->write({&only, 1}, durability);
    }

    [[nodiscard]] Result<void, Error> write_joined(std::span<const Batch* const> batches,
                                                   Durability durability) override {
        return database_->write(batches, durability);
    }

    [[nodiscard]] Result<void, Error> sync() override { return database_->sync(); }

    [[nodiscard]] std::optional<Error> failure() const override { return database_->failure(); }

    [[nodiscard]] std::unique_ptr<Snapshot> snapshot() const override {
        return std::make_unique<RocksSnapshot>(database_);
    }

    [[nodiscard]] StoreCounters counters() const override { return database_->counters(); }

    [[nodiscard]] std::vector<std::string> files() const override {
        return files_of(database_->db());
    }

    [[nodiscard]] Result<std::uint64_t, Error> check_file(const std::string& name) const override {
        return check_file_of(database_->db(), name);
    }

  private:
    std::shared_ptr<Database> database_;
};

/// RocksDB's own lock of a folder, held while files are looked at that only its one writer may
/// touch.
class FolderLock {
  public:
    FolderLock(const std::string& path, rocksdb::Env* env)
        : env_(env != nullptr ? env : rocksdb::Env::Default()),
          status_(env_->LockFile(path + "/LOCK", &lock_)) {}

    FolderLock(const FolderLock&) = delete;
    FolderLock& operator=(const FolderLock&) = delete;

    ~FolderLock() {
        if (status_.ok()) env_->UnlockFile(lock_).PermitUncheckedError();
    }

    [[nodiscard]] const rocksdb::Status& status() const { return status_; }

  private:
    rocksdb::Env* env_;
    rocksdb::FileLock* lock_ = nullptr;
    rocksdb::Status status_;
};

/// Cuts off what a crash left unfinished. What another process has not finished yet looks the same,
/// so not without the lock.
Result<void, Error> mend_logs(const std::string& path, rocksdb::Env* env) {
    const FolderLock lock(path, env);
    if (!lock.status().ok()) return Failure{error_of(lock.status(), path)};
    // RocksDB passes over zeros in the MANIFEST, too, and with them over whole tables.
    for (const LogState& row : {inspect_row(current_manifest(path)), inspect_logs(path)}) {
        if (row.end == LogEnd::damaged)
            return Failure{error_damaged(row.path, "what was acknowledged is not there at octet " +
                                                       std::to_string(row.octets))};
        if (row.end == LogEnd::torn && !cut_logs(row))
            return Failure{error_failing(row.path, "its torn end cannot be cut off")};
    }
    return {};
}

/// A store whose creation was cut short is empty and gets its mark now; one that has lost its mark
/// is damaged.
Result<void, Error> check_complete(Database& database, const RocksOptions& options) {
    const Result<bool, Error> complete = database.is_complete();
    if (!complete) return Failure{complete.error()};
    if (*complete) return {};
    const bool is_empty = database.is_empty();
    if (database.failure()) return Failure{*database.failure()};
    if (!is_empty)
        return Failure{error_damaged(options.path, "the mark of a complete store is missing")};
    if (options.read_only || !options.create_if_missing)
        return Failure{error_missing(options.path)};
    return database.mark_complete();
}

}  // namespace

Result<std::unique_ptr<Store>, Error> open_rocks(const RocksOptions& options) {
    return open_rocks_on(options, nullptr);
}

Result<std::unique_ptr<Store>, Error> open_rocks_on(const RocksOptions& options,
                                                    rocksdb::Env* env) {
    const Result<void, Error> room =
        check_room(options.path, options.read_only ? 0 : options.free_bytes_min);
    if (!room) return Failure{room.error()};
    const bool may_create = options.create_if_missing && !options.read_only;
    const Result<DirectoryState, Error> directory =
        claim_directory({options.path, options.identity, may_create});
    if (!directory) return Failure{directory.error()};
    auto database = std::make_shared<Database>(options, env);
    // Beside a writer the logs grow while they are read.
    if (!options.read_only) {
        if (const Result<void, Error> mended = mend_logs(options.path, env); !mended)
            return Failure{mended.error()};
    }
    const rocksdb::Status status = database->open(options);
    if (!status.ok()) return Failure{error_of(status, options.path)};
    const Result<void, Error> complete = check_complete(*database, options);
    if (!complete) return Failure{complete.error()};
    return std::unique_ptr<Store>(std::make_unique<RocksStore>(std::move(database)));
}

}  // namespace stadtbuch::store
