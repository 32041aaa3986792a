// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "consensus/replica.hpp"

#include <algorithm>

#include "consensus/parts.hpp"

namespace stadtbuch::consensus {
namespace {
/// A step comes to rest after a few rounds; the bound only guards against a fault of ours.
constexpr int rounds_max = 10000;
}  // namespace

Replica::Replica(Setup setup, Executor& executor)
    : parts_(std::make_unique<Parts>(std::move(setup), executor)) {}

Replica::~Replica() = default;

Actions Replica::step(Instant now, const Event& event) {
    Parts& p = *parts_;
    p.core.now = now;
    p.on(event);
    p.settle();
    if (p.started && now.tick >= p.next_housekeeping) {
        p.notice_sleep();
        p.next_housekeeping = now.tick + p.core.limits.housekeeping_interval;
        p.on_time();
        p.settle();
    }
    if (p.started) p.core.out.wake_at = p.next_housekeeping;
    return std::exchange(p.core.out, Actions{});
}

Replica::Parts::Parts(Setup setup, Executor& executor)
    : core(setup, executor),
      genesis_registry(setup.genesis_registry),
      restored(std::move(setup.restored)),
      stash(core.limits),
      history(setup.genesis_registry),
      requests(core),
      leecher(core),
      view_changer(core,
                   *instances.emplace_back(std::make_unique<Ordering>(core, requests, history, 0)),
                   history),
      monitor(core, *instances[0], requests) {
    const auto recover_beyond = records::read(restored.votes).recover_beyond;
    in_doubt = core.role == Role::validator && setup.in_doubt && !setup.recover && !recover_beyond;
    recovering = core.role == Role::validator && (setup.recover || recover_beyond || in_doubt);
    recovers_at = recover_beyond.value_or(0);
    take_pool_parameters();
}

void Replica::Parts::settle() {
    int rounds = 0;
    while (settle_once()) STADTBUCH_ASSERT(++rounds < rounds_max);
}

/// True when something happened that may make more possible.
bool Replica::Parts::settle_once() {
    if (!started) return false;
    const PpSeqNo applied_before = instances[0]->last_applied();
    const PpSeqNo ordered_before = instances[0]->last_ordered();
    for (const auto& [digest, ledger] : requests.take_finalised()) {
        for (std::size_t i = 1; i < instances.size(); ++i) instances[i]->enqueue(digest, ledger);
    }
    instances[0]->advance();
    // Once it is ordered, another may lead the view: see obey_signals().
    if (!core.signals.first_batch_of_view_ordered) propose();
    const Signals signals = std::exchange(core.signals, Signals{});
    obey_signals(signals);
    const bool finished = leecher.take_finished();
    if (finished) finish_catchup();
    if (view_changer.take_entered()) open_view();
    return finished || signals.release_stash || signals.first_batch_of_view_ordered ||
           !core.signals.votes_wanted.empty() || core.signals.release_stash ||
           instances[0]->last_applied() != applied_before ||
           instances[0]->last_ordered() != ordered_before;
}

void Replica::Parts::propose() {
    if (!core.cuts_on_command) {
        for (auto& ordering : instances) ordering->propose();
        return;
    }
    // Of each instance in order; what waits for its turn is tried again after the next event.
    std::set<messages::InstanceId> waiting;
    for (auto it = commanded_cuts.begin(); it != commanded_cuts.end();) {
        Ordering* ordering = instance(it->inst);
        const bool done =
            ordering != nullptr && waiting.count(it->inst) == 0 && ordering->propose_as_told(*it);
        if (!done) waiting.insert(it->inst);
        it = done ? commanded_cuts.erase(it) : std::next(it);
    }
}

void Replica::Parts::obey_signals(const Signals& signals) {
    if (signals.counted_members_due) take_pool_parameters();
    if (signals.first_batch_of_view_ordered && core.view_no > 0) {
        take_pool_parameters();
        core.primaries = history.primaries(core.view_no);
        resize_instances();
        for (std::size_t i = 1; i < instances.size(); ++i) instances[i]->allow_proposals(true);
        core.signals.release_stash = true;
        if (!core.is_member(core.primary_of(0))) view_changer.vote(Reason::primary_demoted);
    }
    if (signals.view_left) {
        for (std::size_t i = 1; i < instances.size(); ++i) {
            instances[i]->leave_view();
            instances[i]->allow_proposals(false);
        }
        requests.forget_wanted();
    }
    if (signals.node_count_changed)
        view_changer.vote(Reason::node_count_changed, signals.node_count_changed_in);
    for (const auto& [reason, view] : signals.votes_wanted) {
        // Who knows to be behind has no opinion about the primary.
        if (!leecher.lags()) view_changer.vote(reason, view);
    }
    if (signals.lag_suspected) next_probe = std::min(next_probe, core.now.tick);
    if (signals.release_stash) {
        for (auto& entry : stash.take_all()) on_message(entry.from, entry.message);
    }
}

/// A view begins by NEW_VIEW, or catch-up has shown that it has begun.
void Replica::Parts::open_view() {
    core.primaries = {view_changer.leader()};
    monitor.reset();
    requests.forget_wanted();
    for (std::size_t i = 1; i < instances.size(); ++i) {
        instances[i]->enter_view_as_backup();
        instances[i]->allow_proposals(false);
    }
}

/// A process that was stopped finds its clock far ahead and everybody late. That time is left out
/// wherever others are judged by it.
void Replica::Parts::notice_sleep() {
    if (next_housekeeping == 0 || core.now.tick < next_housekeeping + core.limits.sleep_noticed)
        return;
    const Tick lost = core.now.tick - next_housekeeping;
    monitor.slept(lost);
    view_changer.slept(lost);
}

void Replica::Parts::on_time() {
    if (recovering) watch_recovery();
    if (core.role == Role::observer || !core.is_member(core.self) || recovering) {
        if (leecher.is_running()) {
            leecher.on_time();
        } else if (core.now.tick >= next_poll) {
            begin_catchup();
        }
        return;
    }
    leecher.on_time();
    watch_lag();
    requests.on_time(core.now.tick - instances[0]->last_progress());
    for (auto& ordering : instances) ordering->on_time();
    // First, as a view that begins now has not been late yet. Who leaves orders nothing and has no
    // opinion.
    if (!core.leaving) monitor.on_time(leecher.lags());
    view_changer.on_time();
    watch_membership();
}

/// Votes may have been lost, or one batch put one member in another's place; as long as the counted
/// members are not the committed ones, a new view is due.
void Replica::Parts::watch_membership() {
    // Only once the view's first batch has taken its members over; before, the next view would
    // learn no more.
    const bool settled =
        core.participating && !core.waiting_for_new_view &&
        (core.view_no == 0 || instances[0]->last_ordered() > instances[0]->old_range_end());
    auto committed = core.executor.committed_registry();
    auto counted = core.registry;
    std::sort(committed.begin(), committed.end());
    std::sort(counted.begin(), counted.end());
    if (!settled || committed == counted || core.view_no != members_differ_in) {
        members_differ_since = core.now.tick;
        members_differ_in = core.view_no;
        return;
    }
    if (core.now.tick >= members_differ_since + core.limits.instance_change_repeat)
        view_changer.vote(Reason::node_count_changed);
}

void Replica::Parts::watch_lag() {
    if (!core.participating) return;
    const auto stalled = instances[0]->stalled_since();
    // A view change may wait for a checkpoint that the others have made and this node has not.
    const bool stuck = core.waiting_for_new_view ||
                       (stalled && core.now.tick >= *stalled + 2 * core.limits.lag_probe_delay);
    const auto ahead = stash.senders_beyond(core.view_no);
    const bool left_behind = ahead.size() >= core.quorums.weak();
    if (stuck || left_behind)
        next_probe = std::min(next_probe, core.now.tick + core.limits.lag_probe_delay);
    if (core.now.tick >= next_probe) {
        next_probe = core.now.tick + ((stuck || left_behind) ? 2 * core.limits.lag_probe_delay
                                                             : core.limits.lag_probe_interval);
        leecher.probe();
    }
    if (leecher.lags()) return begin_catchup();
    view_changer.follow(ahead);
}

void Replica::Parts::begin_catchup() {
    if (leecher.is_running()) return;
    instances[0]->revert_unordered();
    core.participating = false;
    leecher.begin();
}

void Replica::Parts::take_pool_parameters() {
    auto committed = core.executor.committed_registry();
    // An observer votes for nobody and asks everybody.
    auto counted =
        core.role == Role::observer ? committed : counted_members(genesis_registry, core.executor);
    core.leaving = false;
    if (core.role == Role::validator &&
        std::find(counted.begin(), counted.end(), core.self) == counted.end()) {
        auto before = members_before_leaving(genesis_registry, core.executor, core.self);
        core.leaving = !before.empty();
        if (core.leaving) counted = std::move(before);
    }
    if (counted != core.registry || committed != known_registry) core.out.membership_changed = true;
    for (const NodeName& name : counted) {
        // Its link is being made; until now nobody missed it.
        if (started && !core.is_member(name)) core.lost_since[name] = core.now.tick;
    }
    core.registry = std::move(counted);
    known_registry = std::move(committed);
    core.quorums.n = core.registry.size();
}

void Replica::Parts::resize_instances() {
    const std::size_t wanted = std::max<std::size_t>(1, core.quorums.instances());
    while (instances.size() > wanted) instances.pop_back();
    while (instances.size() < wanted) {
        instances.push_back(std::make_unique<Ordering>(core, requests, history, instances.size()));
    }
}

void Replica::Parts::finish_catchup() {
    next_poll = core.now.tick + core.limits.observer_poll_interval;
    next_probe = core.now.tick + core.limits.lag_probe_interval;
    take_pool_parameters();
    if (core.role == Role::observer) return;

    history = RegistryHistory::rebuilt(genesis_registry, core.executor);
    const auto newest = core.executor.last_audit_records(1);
    const bool fresh_pool = newest.empty();
    const ViewNo audit_view = fresh_pool ? 0 : newest.front().view_no;
    const bool ran = first_catchup_done;
    const PpSeqNo stable_before = instances[0]->checkpoints().stable();
    bool adopted = false;
    if (!first_catchup_done) {
        core.view_no = audit_view;
    } else {
        adopted = view_changer.adopt(audit_view);
    }
    if (!fresh_pool)
        instances[0]->take_position(core.view_no, newest.front().pp_seq_no, newest.front().pp_time);
    if (adopted) instances[0]->forget_certificates_above(instances[0]->last_ordered());
    core.primaries = core.view_no == audit_view ? history.primaries(core.view_no)
                                                : std::vector<NodeName>{view_changer.leader()};
    resize_instances();
    records::Memory memory;
    // A pool without batches, or one that does not count us, has no vote of ours.
    if (std::exchange(in_doubt, false) && (fresh_pool || !core.is_member(core.self)))
        recovering = false;
    if (recovering && recovers_at == 0) {
        // What this member voted for before lies below, unless the peers that the catch-up followed
        // were behind: see recovery.cpp.
        recovers_at = instances[0]->last_ordered() + core.limits.checkpoint_every;
        core.persist(records::recover_key, std::to_string(recovers_at));
    }
    if (!first_catchup_done && recovering) {
        restored = {};
        first_catchup_done = true;
        say_votes_are_lost({});
    } else if (!first_catchup_done) {
        memory = records::read(restored.votes);
        for (const ClientRequest& request : restored.requests) requests.restore(request);
        view_changer.restore(memory);
        instances[0]->restore_votes(memory);
        restored = {};
        first_catchup_done = true;
    }
    for (std::size_t i = 1; i < instances.size(); ++i) {
        if (fresh_pool || core.view_no != audit_view) continue;
        instances[i]->enter_view_as_backup();
        instances[i]->adopt_next_sequence();
        instances[i]->allow_proposals(true);
        const auto position = memory.backups.find(i);
        if (position != memory.backups.end())
            instances[i]->restore_backup_position(position->second);
    }
    // Backups were set up here already when the view is the audit ledger's.
    if (core.view_no == audit_view) static_cast<void>(view_changer.take_entered());
    requests.drop_ordered();
    requests.doubt_waiting();
    requests.forget_wanted();
    monitor.reset();
    core.participating = core.is_member(core.self) && !recovering;
    // A member that follows waits for n-f of them, and a hostile primary can keep this one so far
    // behind that it never orders the batch itself (seed 1000047855).
    if (ran && core.participating && instances[0]->checkpoints().stable() > stable_before)
        instances[0]->checkpoints().announce();
    core.signals.release_stash = true;
    view_changer.resume();
}

bool Replica::is_participating() const {
    return parts_->core.participating && !parts_->core.waiting_for_new_view;
}

std::string_view to_text(Phase phase) {
    switch (phase) {
        case Phase::starting:
            return "starting";
        case Phase::catching_up:
            return "catching up";
        case Phase::participating:
            return "participating";
        case Phase::changing_view:
            return "changing view";
    }
    return "";
}

Load Replica::load() const {
    const Ordering& master = *parts_->instances[0];
    return {parts_->core.view_no,
            parts_->requests.size(),
            parts_->requests.bytes(),
            parts_->stash.size(),
            parts_->stash.bytes(),
            static_cast<std::size_t>(master.last_applied() - master.last_ordered())};
}

Status Replica::status() const {
    const Parts& p = *parts_;
    const Ordering& master = *p.instances[0];
    Status s;
    s.phase = !p.started                    ? Phase::starting
              : p.recovering                ? Phase::catching_up
              : p.core.waiting_for_new_view ? Phase::changing_view
              : p.core.participating        ? Phase::participating
                                            : Phase::catching_up;
    s.view_no = p.core.view_no;
    s.primary = p.core.primary_of(0);
    s.primaries = p.core.primaries;
    s.registry = p.core.registry;
    s.n = p.core.quorums.n;
    s.f = p.core.quorums.f();
    s.last_ordered = master.last_ordered();
    s.stable_checkpoint = master.checkpoints().stable();
    s.connected.assign(p.core.connected.begin(), p.core.connected.end());
    s.requests_waiting = p.requests.waiting_count();
    const Load now = load();
    s.requests_held = now.requests_held;
    s.request_bytes = now.request_bytes;
    s.stashed_messages = now.stashed_messages;
    s.stashed_bytes = now.stashed_bytes;
    s.batches_in_flight = now.batches_in_flight;
    s.last_batch_time = master.last_batch_time();
    s.view_votes = p.view_changer.votes();
    s.batches_ordered = master.batches_ordered();
    s.requests_ordered = master.requests_ordered();
    s.share_checks = master.share_checks();
    s.messages_out = p.core.messages_out;
    s.view_changes = p.view_changer.started();
    s.catchups = p.leecher.runs();
    s.recovering = p.recovering;
    s.recovers_at = p.recovers_at;
    s.in_doubt = p.in_doubt;
    return s;
}

}  // namespace stadtbuch::consensus
