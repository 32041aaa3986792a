// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "consensus/ordering/requests.hpp"

#include <algorithm>
#include <utility>

namespace stadtbuch::consensus {
namespace {

constexpr std::size_t repeats_per_turn = 200;
constexpr std::size_t reminded_at_once = 20;
constexpr std::size_t wanted_max = 4000;
/// Executed requests are kept a while for members that ask for their text.
constexpr std::size_t executed_bytes_max = 4u << 20;
constexpr std::size_t entry_overhead = 400;

std::size_t weight(const ClientRequest& body) {
    return body.request.size() + entry_overhead;
}

}  // namespace

void Requests::on_client_request(const ClientRequest& request) {
    if (core_.executor.is_ordered(request.digest)) return;
    auto it = entries_.find(request.digest);
    if (it == entries_.end()) {
        if (!has_room(request.digest, weight(request))) {
            core_.out.refused.push_back(request.digest);
            return;
        }
        insert(request);
        it = entries_.find(request.digest);
    }
    send_own(it->second);
}

void Requests::on_propagate(const NodeName& from, const messages::Propagate& propagate) {
    if (propagate.digest.empty()) return;
    auto it = entries_.find(propagate.digest);
    if (it == entries_.end()) {
        if (core_.executor.is_ordered(propagate.digest)) return;
        ClientRequest body{propagate.digest, propagate.ledger, propagate.request,
                           propagate.sender_client};
        if (!has_room(propagate.digest, weight(body))) {
            core_.out.forget.push_back(propagate.digest);
            return core_.suspect(from, Reason::queue_full);
        }
        insert(std::move(body));
        it = entries_.find(propagate.digest);
    }
    if (it->second.executed) return ask_again(it->second, from);
    vouch(it->second, from);
    send_own(it->second);
}

void Requests::restore(const ClientRequest& request) {
    if (core_.executor.is_ordered(request.digest) || knows(request.digest)) return;
    insert(request);
}

bool Requests::has_room(const RequestDigest& digest, std::size_t bytes) const {
    if (wanted_.count(digest) != 0) return true;
    return entries_.size() < core_.limits.requests_max &&
           bytes_ + bytes <= core_.limits.request_bytes_max;
}

Requests::Entry& Requests::insert(ClientRequest body) {
    const RequestDigest digest = body.digest;
    Entry entry;
    entry.body = std::move(body);
    entry.arrival = ++arrivals_;
    bytes_ += weight(entry.body);
    by_arrival_[entry.arrival] = digest;
    wanted_.erase(digest);
    return entries_.insert_or_assign(digest, std::move(entry)).first->second;
}

void Requests::send_own(Entry& entry) {
    if (entry.own_sent || entry.executed) return;
    entry.own_sent = true;
    entry.repeat_after = core_.limits.propagate_repeat;
    entry.repeat_at = core_.now.tick + entry.repeat_after;
    propagate(entry);
    vouch(entry, core_.self);
}

void Requests::doubt_waiting() {
    for (const auto& [arrival, digest] : by_arrival_) {
        Entry& entry = entries_.at(digest);
        entry.doubted = true;
        entry.again.clear();
    }
}

void Requests::settle_doubt(Entry& entry, const NodeName& name) {
    if (!entry.doubted || name == core_.self) return;
    if (std::find(entry.again.begin(), entry.again.end(), name) == entry.again.end())
        entry.again.push_back(name);
    if (entry.again.size() < core_.quorums.weak()) return;
    entry.doubted = false;
    entry.again.clear();
    entry.finalised_at = core_.now.tick;
}

/// A refused request stands in no ledger. Members that fetched the batch which refused it cannot
/// answer for it and go on asking; when f+1 do, it comes again for everybody, as it may after each
/// checkpoint (§4.3). What comes soon after the execution is only late (seed 4000052).
void Requests::ask_again(Entry& entry, const NodeName& name) {
    if (core_.now.tick < entry.executed_at + 2 * core_.limits.propagate_repeat) return;
    if (std::find(entry.again.begin(), entry.again.end(), name) == entry.again.end())
        entry.again.push_back(name);
    const RequestDigest digest = entry.body.digest;
    if (entry.again.size() < core_.quorums.weak() || core_.executor.is_ordered(digest)) return;
    revive(entry);
    entry.finalised = entry.own_sent = entry.doubted = false;
    entry.vouchers = std::exchange(entry.again, {});
    send_own(entry);
}

/// Its place among the executed ones stays, and means nothing until it is executed again.
void Requests::revive(Entry& entry) {
    executed_bytes_ -= weight(entry.body);
    entry.executed = false;
    entry.arrival = ++arrivals_;
    by_arrival_[entry.arrival] = entry.body.digest;
}

void Requests::vouch(Entry& entry, const NodeName& name) {
    settle_doubt(entry, name);
    if (std::find(entry.vouchers.begin(), entry.vouchers.end(), name) != entry.vouchers.end())
        return;
    entry.vouchers.push_back(name);
    if (entry.finalised || entry.vouchers.size() < core_.quorums.propagate()) return;
    entry.finalised = true;
    entry.finalised_at = core_.now.tick;
    fresh_.emplace_back(entry.body.digest, entry.body.ledger);
    if (!entry.in_flight) waiting_[entry.body.ledger][entry.arrival] = entry.body.digest;
}

std::vector<std::string> Requests::texts(const std::vector<RequestDigest>& digests) const {
    std::vector<std::string> out;
    for (const RequestDigest& digest : digests) {
        const auto it = entries_.find(digest);
        if (it != entries_.end()) out.push_back(it->second.body.request);
    }
    return out;
}

std::optional<messages::Propagate> Requests::as_propagate(const RequestDigest& digest) const {
    const auto it = entries_.find(digest);
    if (it == entries_.end()) return std::nullopt;
    const ClientRequest& body = it->second.body;
    return messages::Propagate{body.request, body.sender_client, body.digest, body.ledger};
}

std::vector<RequestDigest> Requests::waiting(LedgerId ledger, std::size_t max) const {
    std::vector<RequestDigest> out;
    const auto queue = waiting_.find(ledger);
    if (queue == waiting_.end()) return out;
    for (const auto& [arrival, digest] : queue->second) {
        if (out.size() >= max) break;
        out.push_back(digest);
    }
    return out;
}

std::size_t Requests::waiting_count() const {
    std::size_t sum = 0;
    for (const auto& [ledger, queue] : waiting_) sum += queue.size();
    return sum;
}

std::size_t Requests::waiting_count(LedgerId ledger) const {
    const auto queue = waiting_.find(ledger);
    return queue == waiting_.end() ? 0 : queue->second.size();
}

void Requests::put_in_flight(const std::vector<RequestDigest>& digests) {
    for (const RequestDigest& digest : digests) {
        const auto it = entries_.find(digest);
        if (it == entries_.end()) continue;
        // One that an earlier batch refused: see executed().
        if (it->second.executed) revive(it->second);
        ++it->second.in_flight;
        waiting_[it->second.body.ledger].erase(it->second.arrival);
    }
}

void Requests::put_back(const std::vector<RequestDigest>& digests) {
    for (const RequestDigest& digest : digests) {
        const auto it = entries_.find(digest);
        if (it == entries_.end() || it->second.executed) continue;
        if (it->second.in_flight > 0) --it->second.in_flight;
        if (it->second.in_flight > 0) continue;
        // A request that a batch named is wanted by the pool even if f+1 PROPAGATEs never arrived
        // here.
        if (!it->second.own_sent) send_own(it->second);
        if (it->second.finalised) waiting_[it->second.body.ledger][it->second.arrival] = digest;
    }
}

void Requests::executed(const std::vector<RequestDigest>& digests) {
    for (const RequestDigest& digest : digests) {
        wanted_.erase(digest);
        const auto it = entries_.find(digest);
        if (it == entries_.end() || it->second.executed) continue;
        Entry& entry = it->second;
        // Refused by this batch, and a later one that is applied already names it again: its text
        // must outlive the next checkpoint (seed 25000032771).
        if (entry.in_flight > 0 && --entry.in_flight > 0) continue;
        entry.executed = true;
        entry.executed_at = core_.now.tick;
        entry.again.clear();
        waiting_[entry.body.ledger].erase(entry.arrival);
        by_arrival_.erase(entry.arrival);
        executed_.push_back(digest);
        executed_bytes_ += weight(entry.body);
    }
    trim_executed();
}

void Requests::trim_executed() {
    drop_executed_above(executed_bytes_max);
}

void Requests::forget_executed() {
    drop_executed_above(0);
}

void Requests::drop_executed_above(std::size_t bytes) {
    while (!executed_.empty() && executed_bytes_ > bytes) {
        const RequestDigest digest = executed_.front();
        executed_.pop_front();
        const auto it = entries_.find(digest);
        if (it == entries_.end() || !it->second.executed) continue;
        executed_bytes_ -= weight(it->second.body);
        remove(digest);
    }
}

void Requests::remove(const RequestDigest& digest) {
    const auto it = entries_.find(digest);
    if (it == entries_.end()) return;
    Entry& entry = it->second;
    bytes_ -= weight(entry.body);
    waiting_[entry.body.ledger].erase(entry.arrival);
    by_arrival_.erase(entry.arrival);
    entries_.erase(it);
    core_.out.forget.push_back(digest);
}

void Requests::drop_ordered() {
    std::vector<RequestDigest> gone;
    for (const auto& [arrival, digest] : by_arrival_) {
        if (!entries_.at(digest).in_flight && core_.executor.is_ordered(digest))
            gone.push_back(digest);
    }
    executed(gone);
}

void Requests::want(const std::vector<RequestDigest>& digests) {
    for (const RequestDigest& digest : digests) {
        if (knows(digest) || wanted_.size() >= wanted_max) continue;
        wanted_.try_emplace(digest, Wanted{core_.now.tick + core_.limits.propagate_request_delay,
                                           core_.limits.stall_request_delay});
    }
}

void Requests::on_time(Tick since_progress) {
    for (auto& [digest, wanted] : wanted_) {
        if (core_.now.tick < wanted.ask_at) continue;
        messages::MessageRequest ask;
        ask.type = messages::RequestedType::propagate;
        ask.params.digest = digest;
        core_.broadcast(std::move(ask));
        wanted.ask_at = core_.now.tick + wanted.again_after;
        wanted.again_after = std::min(wanted.again_after * 2, core_.limits.stall_repeat_max);
    }
    if (since_progress >= core_.limits.progress_timeout / 2) remind();
    std::size_t sent = 0;
    for (auto it = by_arrival_.lower_bound(repeat_cursor_); it != by_arrival_.end(); ++it) {
        repeat_cursor_ = it->first + 1;
        Entry& entry = entries_.at(it->second);
        if (!entry.own_sent || entry.in_flight || core_.now.tick < entry.repeat_at) continue;
        // A finalised request only waits its turn; repeating it early would feed an overload.
        const Tick patience = 4 * core_.limits.propagate_repeat;
        if (entry.finalised && core_.now.tick < entry.finalised_at + patience) continue;
        entry.repeat_after = std::min(entry.repeat_after * 2, core_.limits.stall_repeat_max * 4);
        entry.repeat_at = core_.now.tick + entry.repeat_after;
        propagate(entry);
        if (++sent >= repeats_per_turn) return;
    }
    repeat_cursor_ = 0;
}

/// Nothing is ordered: the primary may not know of the oldest, and is about to be blamed (seeds
/// 14100000361, 20000012256). When it has ordered these, the next ones get their turn.
void Requests::remind() {
    const Tick pause = core_.limits.progress_timeout / 2;
    std::size_t looked_at = 0;
    for (auto it = by_arrival_.begin(); it != by_arrival_.end() && looked_at < reminded_at_once;
         ++it, ++looked_at) {
        Entry& entry = entries_.at(it->second);
        const bool waits = entry.own_sent && entry.finalised && !entry.in_flight;
        if (waits && core_.now.tick >= std::max(entry.propagated_at, entry.finalised_at) + pause)
            propagate(entry);
    }
}

void Requests::propagate(Entry& entry) {
    entry.propagated_at = core_.now.tick;
    core_.broadcast(messages::Propagate{entry.body.request, entry.body.sender_client,
                                        entry.body.digest, entry.body.ledger});
}

std::optional<Tick> Requests::oldest_unordered() const {
    for (const auto& [arrival, digest] : by_arrival_) {
        const Entry& entry = entries_.at(digest);
        if (entry.finalised && !entry.doubted) return entry.finalised_at;
    }
    return std::nullopt;
}

}  // namespace stadtbuch::consensus
