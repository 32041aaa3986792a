// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Dissemination of client requests: PROPAGATE until f+1 nodes vouch for one (plenum-consensus
// §4.3), and the queue of those that wait for a batch. Consensus knows requests by digest; the text
// is kept only to pass it on.
//
//   unknown -> known (text here, own PROPAGATE sent) -> finalised (f+1) -> in flight (in an applied
//   batch)
//                                                          ^                     | reverted
//                                                          +---------------------+--> executed ->
//                                                          forgotten
#pragma once
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "consensus/core.hpp"

namespace stadtbuch::consensus {

class Requests {
  public:
    explicit Requests(Core& core) : core_(core) {}

    void on_client_request(const ClientRequest& request);
    void on_propagate(const NodeName& from, const messages::Propagate& propagate);
    /// A request found in the vote records at start: known, not yet propagated in this run.
    void restore(const ClientRequest& request);

    [[nodiscard]] bool knows(const RequestDigest& digest) const {
        return entries_.count(digest) != 0;
    }

    [[nodiscard]] std::vector<std::string> texts(const std::vector<RequestDigest>& digests) const;
    [[nodiscard]] std::optional<messages::Propagate> as_propagate(
        const RequestDigest& digest) const;

    /// Up to `max` waiting requests of the ledger, oldest first; they stay in the queue.
    [[nodiscard]] std::vector<RequestDigest> waiting(LedgerId ledger, std::size_t max) const;
    [[nodiscard]] std::size_t waiting_count() const;
    [[nodiscard]] std::size_t waiting_count(LedgerId ledger) const;
    void put_in_flight(const std::vector<RequestDigest>& digests);
    /// After a revert: back to their old places.
    void put_back(const std::vector<RequestDigest>& digests);
    void executed(const std::vector<RequestDigest>& digests);
    /// At a stable checkpoint: executed requests leave memory (§4.3). A refused one may then come
    /// again.
    void forget_executed();
    /// Drops what the executor has committed meanwhile (catch-up, or the same payload under another
    /// digest).
    void drop_ordered();

    /// After a catch-up that fetched batches: what those refused stands in no ledger, so what waits
    /// here may be settled. It blames no primary until f+1 others ask for it again.
    void doubt_waiting();

    /// Asks all for the texts of requests that a batch names. Repeated calls ask again after a
    /// while only.
    void want(const std::vector<RequestDigest>& digests);

    /// Asked for and not here yet.
    [[nodiscard]] bool is_wanted(const RequestDigest& digest) const {
        return wanted_.count(digest) != 0;
    }

    /// After a view change or catch-up nobody may need them any more.
    void forget_wanted() { wanted_.clear(); }

    /// Repeats own PROPAGATEs that did not lead to finalisation, and MESSAGE_REQUESTs without
    /// answer.
    /// `since_progress`: for so long nothing has been ordered.
    void on_time(Tick since_progress);

    /// Tick since which the oldest finalised request waits or is in flight; without what is
    /// doubted.
    [[nodiscard]] std::optional<Tick> oldest_unordered() const;

    /// Digests that were finalised since the last call, with their ledger; for the backups.
    [[nodiscard]] std::vector<std::pair<RequestDigest, LedgerId>> take_finalised() {
        return std::move(fresh_);
    }

    [[nodiscard]] std::size_t size() const { return entries_.size(); }

    [[nodiscard]] std::size_t bytes() const { return bytes_; }

  private:
    struct Entry {
        ClientRequest body;
        std::vector<NodeName> vouchers;
        std::uint64_t arrival = 0;
        bool own_sent = false;
        bool finalised = false;
        std::uint32_t in_flight = 0;  ///< batches that name it, applied and not ordered
        bool executed = false;
        bool doubted = false;
        std::vector<NodeName>
            again;  ///< who asked for it while it was doubted, or long after it was executed
        Tick finalised_at = 0;
        Tick executed_at = 0;
        Tick propagated_at = 0;
        Tick repeat_at = 0;
        Tick repeat_after = 0;
    };

    struct Wanted {
        Tick ask_at = 0;
        Tick again_after = 0;
    };

    [[nodiscard]] bool has_room(const RequestDigest& digest, std::size_t bytes) const;
    Entry& insert(ClientRequest body);
    void vouch(Entry& entry, const NodeName& name);
    void revive(Entry& entry);
    void remind();
    void propagate(Entry& entry);
    void settle_doubt(Entry& entry, const NodeName& name);
    void ask_again(Entry& entry, const NodeName& name);
    void send_own(Entry& entry);
    void remove(const RequestDigest& digest);
    void trim_executed();
    void drop_executed_above(std::size_t bytes);

    Core& core_;
    std::unordered_map<RequestDigest, Entry> entries_;   // looked up only, never iterated
    std::map<std::uint64_t, RequestDigest> by_arrival_;  // everything not executed
    std::map<LedgerId, std::map<std::uint64_t, RequestDigest>> waiting_;
    std::map<RequestDigest, Wanted> wanted_;
    std::deque<RequestDigest> executed_;
    std::size_t executed_bytes_ = 0;
    std::size_t bytes_ = 0;
    std::uint64_t arrivals_ = 0;
    std::uint64_t repeat_cursor_ = 0;
    std::vector<std::pair<RequestDigest, LedgerId>> fresh_;
};

}  // namespace stadtbuch::consensus
