// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "node/scrub.hpp"

#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>

namespace stadtbuch::node {

Scrub::Scrub(const store::Store& store, Options options,
             std::function<void(const Error&)> on_damage)
    : store_(store),
      options_(options),
      on_damage_(std::move(on_damage)),
      thread_([this] { run(); }) {}

Scrub::~Scrub() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

ScrubFacts Scrub::facts() const {
    const std::lock_guard lock(mutex_);
    return facts_;
}

void Scrub::run() {
    pthread_setname_np(pthread_self(), "scrub");
    // On Linux the priority is the thread's own; without it the scrub is only less polite.
    static_cast<void>(::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), 19));
    if (rest(options_.first_after)) return;
    do {
        pass();
    } while (!rest(options_.every));
}

void Scrub::pass() {
    for (const std::string& name : store_.files()) {
        const Result<std::uint64_t, Error> checked = store_.check_file(name);
        {
            const std::lock_guard lock(mutex_);
            ++facts_.files;
            if (checked) facts_.octets += *checked;
            if (!checked) ++facts_.errors;
            if (!checked) facts_.damaged = checked.error().where;
        }
        if (!checked) on_damage_(checked.error());
        const std::uint64_t octets = checked ? *checked : 0;
        const auto pause = std::chrono::milliseconds(octets * 1000 / options_.octets_per_second);
        if (rest(pause)) return;
    }
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    const std::lock_guard lock(mutex_);
    ++facts_.passes;
    facts_.last_pass_at = std::chrono::duration_cast<std::chrono::seconds>(now).count();
}

bool Scrub::rest(std::chrono::milliseconds time) {
    std::unique_lock lock(mutex_);
    return wake_.wait_for(lock, time, [this] { return stopping_; });
}

}  // namespace stadtbuch::node
