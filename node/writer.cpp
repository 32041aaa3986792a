// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "node/writer.hpp"

#include <pthread.h>

#include <algorithm>
#include <chrono>
#include <iterator>

namespace stadtbuch::node {

namespace {

/// How long a write that nobody waits for may stay without a sync.
constexpr std::chrono::milliseconds sync_delay{50};

}  // namespace

Writer::Writer(store::Store& store, OnWritten on_written, OnFailure on_failure)
    : store_(store),
      on_written_(std::move(on_written)),
      on_failure_(std::move(on_failure)),
      thread_([this] { run(); }) {}

Writer::~Writer() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

void Writer::push(WriteJob job) {
    {
        const std::lock_guard lock(mutex_);
        jobs_.push_back(std::move(job));
    }
    wake_.notify_one();
}

std::size_t Writer::waiting() const {
    const std::lock_guard lock(mutex_);
    return jobs_.size();
}

void Writer::run() {
    pthread_setname_np(pthread_self(), "writer");
    while (true) {
        std::vector<WriteJob> group = next_group();
        if (group.empty() && !owes_sync_) return;
        if (!write_group(std::move(group))) return;
    }
}

std::vector<WriteJob> Writer::next_group() {
    std::unique_lock lock(mutex_);
    const auto is_due = [this] { return stopping_ || !jobs_.empty(); };
    if (owes_sync_) {
        wake_.wait_for(lock, sync_delay, is_due);
    } else {
        wake_.wait(lock, is_due);
    }
    return std::exchange(jobs_, {});
}

bool Writer::write_group(std::vector<WriteJob> group) {
    Written written;
    store::Batch joined;
    bool sync = group.empty();
    if (sync) ++late_syncs_;
    for (WriteJob& job : group) {
        joined.append(std::move(job.batch));
        sync = sync || job.sync_now;
        written_id_ = std::max(written_id_, job.persist_id);
        written.commit_no = std::max(written.commit_no, job.commit_no);
        written.changes_reads = written.changes_reads || job.changes_reads;
        written.txns.insert(written.txns.end(), std::make_move_iterator(job.txns.begin()),
                            std::make_move_iterator(job.txns.end()));
    }
    // Without changes it only syncs what was written before.
    if (!joined.empty() || (sync && owes_sync_)) {
        const auto result =
            store_.write(joined, sync ? store::Durability::synced : store::Durability::buffered);
        if (!result) {
            on_failure_(result.error());
            return false;
        }
    }
    owes_sync_ = !sync && (owes_sync_ || !joined.empty());
    if (!owes_sync_) written.durable_id = written_id_;
    on_written_(std::move(written));
    return true;
}

}  // namespace stadtbuch::node
