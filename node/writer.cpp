// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "node/writer.hpp"

#include <pthread.h>

#include <algorithm>
#include <iterator>

namespace stadtbuch::node {

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
        std::vector<WriteJob> group;
        {
            std::unique_lock lock(mutex_);
            wake_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
            if (jobs_.empty()) return;
            group.swap(jobs_);
        }
        if (!write_group(std::move(group))) return;
    }
}

bool Writer::write_group(std::vector<WriteJob> group) {
    Written written;
    store::Batch joined;
    for (WriteJob& job : group) {
        joined.append(std::move(job.batch));
        written.persist_id = std::max(written.persist_id, job.persist_id);
        written.commit_no = std::max(written.commit_no, job.commit_no);
        written.changes_reads = written.changes_reads || job.changes_reads;
        written.txns.insert(written.txns.end(), std::make_move_iterator(job.txns.begin()),
                            std::make_move_iterator(job.txns.end()));
    }
    if (!joined.empty()) {
        const auto result = store_.write(joined, store::Durability::synced);
        if (!result) {
            on_failure_(result.error());
            return false;
        }
    }
    on_written_(std::move(written));
    return true;
}

}  // namespace stadtbuch::node
