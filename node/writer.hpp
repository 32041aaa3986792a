// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The one thread that writes the store. Jobs that wait together become one atomic, synced write (group commit);
// what depends on durability is told afterwards. After a failed write nothing is acknowledged any more: the
// process must end, because a failed fsync cannot be repaired (reliability R: fsync).
#pragma once
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
    std::uint64_t persist_id = 0;  ///< consensus PersistId; 0: none
    std::uint64_t commit_no = 0;   ///< ledger commit number; 0: none
    std::vector<ledger::CommittedTxn> txns;  ///< to be answered once durable
    bool changes_reads = false;    ///< ledgers or multi-signatures changed
};

/// What one atomic write achieved; handed over on the writer's thread.
struct Written {
    std::uint64_t persist_id = 0;  ///< greatest of the group; 0: none
    std::uint64_t commit_no = 0;
    std::vector<ledger::CommittedTxn> txns;
    bool changes_reads = false;
};

class Writer {
  public:
    using OnWritten = std::function<void(Written)>;
    using OnFailure = std::function<void(const Error&)>;

    Writer(store::Store& store, OnWritten on_written, OnFailure on_failure);
    /// Writes what waits, then joins.
    ~Writer();
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    /// Any thread.
    void push(WriteJob job);
    [[nodiscard]] std::size_t waiting() const;

  private:
    void run();
    [[nodiscard]] bool write_group(std::vector<WriteJob> group);

    store::Store& store_;
    OnWritten on_written_;
    OnFailure on_failure_;
    mutable std::mutex mutex_;
    std::condition_variable wake_;
    std::vector<WriteJob> jobs_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace stadtbuch::node
