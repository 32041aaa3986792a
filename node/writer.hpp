// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The one thread that writes the store. Jobs that wait together become one atomic write (group
// commit), synced when somebody waits for that; else the sync comes with the next such write, or
// after a short while. After a failed write nothing is acknowledged any more: the process must end,
// because a failed fsync cannot be repaired (reliability R: fsync).
#pragma once
#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "ssi/ledger/execution.hpp"
#include "storage/store/store.hpp"

namespace stadtbuch::node {

struct WriteJob {
    store::Batch batch;
    std::uint64_t persist_id = 0;            ///< consensus PersistId; 0: none
    std::uint64_t commit_no = 0;             ///< ledger commit number; 0: none
    std::vector<ledger::CommittedTxn> txns;  ///< to be answered once written
    bool changes_reads = false;              ///< ledgers or multi-signatures changed
    bool sync_now = false;  ///< somebody waits until this and all before it are durable
};

/// What one atomic write achieved; handed over on the writer's thread.
struct Written {
    std::uint64_t durable_id =
        0;                        ///< greatest PersistId that is durable now; 0: no sync took place
    std::uint64_t commit_no = 0;  ///< greatest of the group; 0: none
    std::vector<ledger::CommittedTxn> txns;
    bool changes_reads = false;
};

class Writer {
  public:
    using OnWritten = std::function<void(Written)>;
    using OnFailure = std::function<void(const Error&)>;

    Writer(store::Store& store, OnWritten on_written, OnFailure on_failure);
    /// Writes and syncs what waits, then joins.
    ~Writer();
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    /// Any thread.
    void push(WriteJob job);
    [[nodiscard]] std::size_t waiting() const;

    /// Any thread: syncs that nobody waited for.
    [[nodiscard]] std::uint64_t late_syncs() const { return late_syncs_; }

  private:
    void run();
    /// What waits; empty when nothing came for so long that the sync that is owed is due, or at the
    /// end.
    [[nodiscard]] std::vector<WriteJob> next_group();
    [[nodiscard]] bool write_group(std::vector<WriteJob> group);

    store::Store& store_;
    OnWritten on_written_;
    OnFailure on_failure_;
    mutable std::mutex mutex_;
    std::condition_variable wake_;
    std::vector<WriteJob> jobs_;
    bool stopping_ = false;
    std::uint64_t written_id_ =
        0;                    ///< greatest PersistId written; writer thread only, like the next
    bool owes_sync_ = false;  ///< something written is not durable yet
    std::atomic<std::uint64_t> late_syncs_{0};
    std::thread thread_;
};

}  // namespace stadtbuch::node
