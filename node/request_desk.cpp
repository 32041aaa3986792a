// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "node/request_desk.hpp"

#include "storage/hash/hash.hpp"

namespace stadtbuch::node {

namespace {

/// Results that the loop takes at once while more checks wait: under a millisecond of one worker.
constexpr std::size_t results_in_group = 16;

}  // namespace

RequestDesk::RequestDesk(net::EventLoop& loop, net::ThreadPool& workers,
                         const ledger::Execution& execution, DeskLimits limits)
    : loop_(loop), workers_(workers), execution_(execution), limits_(limits) {}

ledger::RequestPtr RequestDesk::find_text(std::string_view text) {
    const auto digest = digest_of_text_.find(hash::sha256(text));
    if (digest == digest_of_text_.end()) return nullptr;
    const auto entry = by_digest_.find(digest->second);
    if (entry == by_digest_.end()) return nullptr;
    ++counters_.known_texts;
    return entry->second.request;
}

ledger::RequestPtr RequestDesk::keep(std::string_view text, ledger::Request request) {
    const Hash32 text_hash = hash::sha256(text);
    const std::string digest = request.digest;
    const auto [place, added] = by_digest_.try_emplace(digest);
    Entry& entry = place->second;
    if (added) {
        entry.request = std::make_shared<const ledger::Request>(std::move(request));
        entry.text_hash = text_hash;
        // The parsed value and the signed text weigh about three times the received text.
        entry.bytes = text.size() * 4 + 512;
        bytes_ += entry.bytes;
        age_.push_back(digest);
        digest_of_text_.insert_or_assign(text_hash, digest);
    }
    const ledger::RequestPtr kept = entry.request;
    if (added) shrink();
    return kept;
}

bool RequestDesk::verify(const ledger::RequestPtr& request, Done done) {
    const auto found = by_digest_.find(request->digest);
    if (found == by_digest_.end()) {
        ++counters_.overloaded;
        return false;
    }
    Entry& entry = found->second;
    switch (entry.verdict) {
        case Verdict::good:
            ++counters_.known_verdicts;
            done(request, nullptr);
            return true;
        case Verdict::checking:
            ++counters_.known_verdicts;
            entry.waiting.push_back(std::move(done));
            return true;
        case Verdict::bad:
            // A refusal is not remembered as final: the author's key may have changed meanwhile.
        case Verdict::unknown:
            break;
    }
    if (checking_ >= limits_.checks_waiting_max) {
        ++counters_.overloaded;
        return false;
    }
    checks_queued_.fetch_add(1);
    const bool submitted = workers_.submit([this, request] {
        checks_queued_.fetch_sub(1);
        auto checked =
            ledger::verify_signatures(*request, [this, &request](std::string_view author) {
                return execution_.find_key(request->type, author);
            });
        add_result(
            {request->digest, checked.has_value(), checked ? ledger::Refusal{} : checked.error()});
    });
    if (!submitted) {
        checks_queued_.fetch_sub(1);
        ++counters_.overloaded;
        return false;
    }
    ++checking_;
    entry.verdict = Verdict::checking;
    entry.waiting.push_back(std::move(done));
    return true;
}

void RequestDesk::add_result(Result result) {
    {
        const std::lock_guard lock(results_mutex_);
        results_.push_back(std::move(result));
        // While more checks wait, results go over in groups: each wake of the loop costs two
        // changes of thread here, and makes smaller frames and batches behind it. Whoever takes a
        // waiting check comes by here and sees these results.
        if (results_.size() < results_in_group && checks_queued_.load() > 0) return;
        if (std::exchange(results_posted_, true)) return;
    }
    loop_.post([this] { take_results(); });
}

void RequestDesk::take_results() {
    std::vector<Result> results;
    {
        const std::lock_guard lock(results_mutex_);
        results.swap(results_);
        results_posted_ = false;
    }
    for (Result& result : results)
        on_checked(result.digest, result.good, std::move(result.refusal));
}

void RequestDesk::on_checked(const std::string& digest, bool good, ledger::Refusal refusal) {
    --checking_;
    ++counters_.checked;
    const auto found = by_digest_.find(digest);
    if (found == by_digest_.end()) return;
    Entry& entry = found->second;
    entry.verdict = good ? Verdict::good : Verdict::bad;
    entry.refusal = std::move(refusal);
    const std::vector<Done> waiting = std::exchange(entry.waiting, {});
    const ledger::RequestPtr request = entry.request;
    const ledger::Refusal reason = entry.refusal;
    for (const Done& done : waiting) done(request, good ? nullptr : &reason);
}

void RequestDesk::shrink() {
    std::size_t passed = 0;
    while ((by_digest_.size() > limits_.entries_max || bytes_ > limits_.bytes_max) &&
           passed < age_.size()) {
        const std::string digest = std::move(age_.front());
        age_.pop_front();
        const auto found = by_digest_.find(digest);
        if (found == by_digest_.end()) continue;
        if (found->second.verdict == Verdict::checking) {
            // Somebody waits for this verdict; it becomes the youngest.
            age_.push_back(digest);
            ++passed;
            continue;
        }
        bytes_ -= found->second.bytes;
        digest_of_text_.erase(found->second.text_hash);
        by_digest_.erase(found);
    }
}

}  // namespace stadtbuch::node
