// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What named scenarios are told with: a pool that has started, clients, interference with messages,
// and the first thing that was not as expected.
#pragma once
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "tests/simulation/scenarios.hpp"
#include "tests/simulation/world.hpp"

namespace stadtbuch::simulation {

inline constexpr Tick second = 1000;
inline constexpr Tick minute = 60 * second;
/// Long enough for a batch to be ordered, so that the next request gets one of its own.
inline constexpr Tick one_batch = 180;

using Nodes = std::vector<std::size_t>;

/// Short waiting times, checkpoints every 10 batches, links of 10 to 30 ms.
[[nodiscard]] Plan plan_for(std::size_t nodes);
/// The same, with `spares` who may be admitted, and room for so many changes of members.
[[nodiscard]] Plan plan_for(std::size_t nodes, std::size_t spares, std::size_t changes);
/// The waiting times as shipped.
[[nodiscard]] Plan default_profile(std::size_t nodes);
/// 0 to count - 1.
[[nodiscard]] std::vector<std::size_t> first(std::size_t count);

class Story {
  public:
    using Message = consensus::messages::Message;
    using Filter = std::function<bool(std::size_t from, std::size_t to, const Message&)>;

    explicit Story(std::size_t nodes = 4) : Story(plan_for(nodes)) {}

    explicit Story(Plan plan);

    World& world() { return world_; }

    void expect(bool holds, const std::string& what);

    void run_for(Tick ms) { world_.run_until(world_.now() + ms); }

    [[nodiscard]] bool until(const std::function<bool()>& condition, Tick limit) {
        return world_.run_until_true(condition, world_.now() + limit);
    }

    void expect_within(Tick limit, const std::string& what,
                       const std::function<bool()>& condition) {
        expect(until(condition, limit), what + " within " + std::to_string(limit) + " ms");
    }

    /// Requests, one every `pause`, to the members named; clients ask again.
    void write(std::size_t count, Tick pause, const std::vector<std::size_t>& to);
    /// One request, once, to the members named.
    std::string send(const std::vector<std::size_t>& to,
                     consensus::LedgerId ledger = consensus::LedgerId::domain);
    /// `admit` or `remove` is the name of a member, the other empty.
    void change_members(const std::string& admit, const std::string& remove);

    void answered_within(Tick limit);
    void level_within(Tick limit);
    /// A write is answered, all are level: nothing is left of what happened before.
    void all_is_well_within(Tick limit);

    /// Messages for which this is true are lost from now on.
    void lose(Filter filter);

    void lose_nothing() { world_.set_filter({}); }

    /// As lose(); what was lost is kept for deliver_kept().
    void keep_back(Filter filter);
    /// In the order of sending, or the other way round. Ends keep_back().
    void deliver_kept(bool backwards = false);

    /// PRE-PREPAREs of the master that passed, as they were sent first.
    [[nodiscard]] const std::vector<consensus::messages::PrePrepare>& batches_seen() const {
        return *batches_;
    }

    /// A batch that nobody made, as the primary of `view` could sign it.
    [[nodiscard]] consensus::messages::PrePrepare forged(
        consensus::ViewNo view, consensus::PpSeqNo seq,
        const std::vector<std::string>& digests = {}) const;
    void inject(std::size_t from, const std::vector<std::size_t>& to, const Message& message);

    [[nodiscard]] consensus::Status status(std::size_t node) const {
        return world_.replica(node).status();
    }

    [[nodiscard]] consensus::ViewNo view(std::size_t node) const { return status(node).view_no; }

    [[nodiscard]] consensus::PpSeqNo ordered(std::size_t node) const {
        return status(node).last_ordered;
    }

    [[nodiscard]] std::uint64_t size(std::size_t node, consensus::LedgerId ledger) const {
        return world_.port(node).committed_size(ledger);
    }

    [[nodiscard]] std::uint64_t view_changes() const;
    [[nodiscard]] bool suspected(consensus::Reason reason) const;

    [[nodiscard]] const std::string& failure();

  private:
    struct Kept {
        std::size_t from;
        std::size_t to;
        Message message;
    };

    void watch(Filter lost);
    [[nodiscard]] ToyRequest next(consensus::LedgerId ledger);

    World world_;
    std::string failure_;
    std::string last_;
    std::uint64_t id_ = 0;
    std::set<consensus::LedgerId> begun_;
    std::shared_ptr<std::vector<Kept>> kept_ = std::make_shared<std::vector<Kept>>();
    std::shared_ptr<std::vector<consensus::messages::PrePrepare>> batches_ =
        std::make_shared<std::vector<consensus::messages::PrePrepare>>();
};

template <class M>
[[nodiscard]] const M* as(const consensus::messages::Message& message) {
    return std::get_if<M>(&message);
}

/// Master instance, sent directly.
[[nodiscard]] bool is_batch(const consensus::messages::Message& message);
[[nodiscard]] bool is_prepare(const consensus::messages::Message& message);
[[nodiscard]] bool is_commit(const consensus::messages::Message& message);

/// The message of that kind, sent or as an answer; nullptr: another one.
template <class M>
[[nodiscard]] const M* sent_or_answered(const consensus::messages::Message& message) {
    if (const auto* response = as<consensus::messages::MessageResponse>(message))
        return std::get_if<M>(&response->content);
    return as<M>(message);
}

/// The vote of that kind for the master in that view, sent or as an answer.
template <class M>
[[nodiscard]] bool is_vote_of(consensus::ViewNo view, const consensus::messages::Message& message) {
    const auto* vote = sent_or_answered<M>(message);
    return vote != nullptr && vote->view_no == view && vote->inst_id == 0;
}

/// All of `who` ask for that view, and get there.
void ask_for_view(Story& story, consensus::ViewNo view, const std::vector<std::size_t>& who);

}  // namespace stadtbuch::simulation
