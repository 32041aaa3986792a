// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The one place where bytes last: an ordered key-value store with columns, atomic batches and
// snapshots. Two makers: RocksDB (durable) and memory (simulation, replay, tests). Thread-safe.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "storage/base/bytes.hpp"
#include "storage/base/error.hpp"
#include "storage/base/result.hpp"

namespace stadtbuch::store {

/// Each column is a RocksDB column family. Keys sort bytewise.
enum class Column : std::uint8_t {
    meta,    ///< format version, pool identity, heads (size, frontier, roots), last vote
    txns,    ///< ledger id (1 byte) || seqNo (8 bytes BE) -> MessagePack
    merkle,  ///< ledger id (1) || level (1) || index (8 BE) -> 32 bytes
    trie,    ///< SHA3-256 of the node -> RLP
    index,   ///< request index, timestamp store, attribute store, multi-signatures; see ssi/ledger
    votes,   ///< consensus records that must be durable before a message leaves
    agent,   ///< cases, offers, sessions of the agent
};
inline constexpr std::size_t column_count = 7;

class Batch {
  public:
    /// Views into the batch that gives it.
    struct Change {
        Column column;
        BytesView key;
        std::optional<BytesView> value;  ///< nullopt erases
    };

    Batch() = default;

    Batch(Batch&& other) noexcept { swap(other); }

    Batch& operator=(Batch&& other) noexcept {
        Batch taken(std::move(other));  // leaves the other one empty
        swap(taken);
        return *this;
    }

    /// Copies key and value.
    void put(Column column, BytesView key, BytesView value);
    void erase(Column column, BytesView key);
    void append(Batch&& other);

    void clear() { *this = Batch(); }

    [[nodiscard]] bool empty() const { return changes_.empty(); }

    [[nodiscard]] std::size_t bytes() const { return bytes_; }

    [[nodiscard]] const std::vector<Change>& changes() const { return changes_; }

  private:
    [[nodiscard]] BytesView kept(BytesView bytes);
    void swap(Batch& other) noexcept;

    std::vector<Change> changes_;
    /// What the changes look into: many small copies share an allocation. Moving a batch moves no
    /// octet.
    std::vector<std::unique_ptr<Byte[]>> chunks_;
    Byte* free_ = nullptr;  ///< within the last chunk
    std::size_t free_bytes_ = 0;
    std::size_t chunk_bytes_ = 0;  ///< of the next chunk
    std::size_t bytes_ = 0;
};

enum class Durability { synced, buffered };

/// A consistent view; reads never see later writes.
class Snapshot {
  public:
    virtual ~Snapshot() = default;
    [[nodiscard]] virtual std::optional<Bytes> get(Column column, BytesView key) const = 0;
    /// Visits keys in [from, to) in order until the visitor returns false; an empty `to` is the
    /// column's end. The views are valid during the visit; the visitor may use the store.
    virtual void scan(Column column, BytesView from, BytesView to,
                      const std::function<bool(BytesView key, BytesView value)>& visit) const = 0;
    /// Greatest key <= `key` that starts with `prefix`.
    [[nodiscard]] virtual std::optional<std::pair<Bytes, Bytes>> floor(Column column,
                                                                       BytesView prefix,
                                                                       BytesView key) const = 0;
};

struct StoreCounters {
    std::uint64_t puts = 0;
    std::uint64_t writes = 0;  ///< atomic batches
    std::uint64_t syncs = 0;   ///< of the log; writes that wait together share one
    std::uint64_t gets = 0;
};

class Store : public Snapshot {
  public:
    /// All or nothing; with `synced` it is on disk when the call returns. Failure: the store
    /// refuses all later writes (fsync errors are not repairable), the caller must stop
    /// (reliability R: fsync). Concurrent synced writes share a sync.
    [[nodiscard]] virtual Result<void, Error> write(const Batch& batch, Durability durability) = 0;
    /// Several batches as one, in order: all or nothing.
    [[nodiscard]] virtual Result<void, Error> write_joined(std::span<const Batch* const> batches,
                                                           Durability durability) = 0;

    /// Everything written so far is on disk when it returns; other threads may write meanwhile.
    /// Failure as of write().
    [[nodiscard]] virtual Result<void, Error> sync() { return write({}, Durability::synced); }

    /// Why the store refuses writes; nullopt while it is sound. A read that met damage or an I/O
    /// error answered "absent" and set this: check it before an absence is promised to anybody.
    [[nodiscard]] virtual std::optional<Error> failure() const = 0;
    [[nodiscard]] virtual std::unique_ptr<Snapshot> snapshot() const = 0;
    [[nodiscard]] virtual StoreCounters counters() const = 0;

    /// What holds the records, by name, for who reads all of it again; empty: nothing that can rot.
    [[nodiscard]] virtual std::vector<std::string> files() const { return {}; }

    /// Reads one of files() from the medium, past all caches that allow it, and compares its
    /// checksums; nothing else of the store takes notice. Gives its octets, 0 when it is no longer
    /// one of files(). Errors: SB-2003 or SB-2012 with the file's path.
    [[nodiscard]] virtual Result<std::uint64_t, Error> check_file(const std::string& name) const {
        static_cast<void>(name);
        return std::uint64_t{0};
    }
};

struct RocksOptions {
    std::string path;  ///< a directory of its own; only its last part is created
    bool create_if_missing = true;
    bool read_only = false;
    std::size_t cache_bytes = 32u << 20;
    std::size_t memtable_bytes = 16u << 20;
    /// Written to the file STADTBUCH at creation and compared at open, before anything else is
    /// touched: a directory of another role or network is refused.
    std::string identity;
    /// Less room than this on the file system is SB-2004 before anything is written: RocksDB leaves
    /// half-made files behind, or aborts, when room ends while it makes them.
    std::uint64_t free_bytes_min = std::uint64_t{32} << 20;
    /// Called by the thread whose read met damage or an I/O error, before that read answers
    /// "absent": who ends the process here serves nothing that follows from it. Empty: only
    /// failure() tells.
    std::function<void(const Error&)> on_read_failure;
};

/// Errors: SB-2001 locked by another process, SB-2002 not a Stadtbuch store / other identity,
/// SB-2003 damaged, SB-2004 no space, SB-2005 no permission, SB-2006 missing, SB-2012 failing
/// disk. Nothing is written
/// before SB-2002 is ruled out. After a kill or power loss the store opens with a prefix of the
/// writes that holds all synced ones.
[[nodiscard]] Result<std::unique_ptr<Store>, Error> open_rocks(const RocksOptions& options);
[[nodiscard]] std::unique_ptr<Store> make_memory_store();

// Key helpers.
[[nodiscard]] Bytes txn_key(std::uint8_t ledger, std::uint64_t seq_no);
[[nodiscard]] Bytes merkle_key(std::uint8_t ledger, std::uint32_t level, std::uint64_t index);

}  // namespace stadtbuch::store
