// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Nodes: start, step, obey, crash.
#include "tests/simulation/world.hpp"

#include <algorithm>
#include <utility>

#include "consensus/records.hpp"
#include "tests/simulation/world_node.hpp"

namespace stadtbuch::simulation {

using namespace consensus;

namespace {

std::string name_of(std::size_t index) {
    return "Node" + std::to_string(index + 1);
}

/// Between two looks at a node's queues, in its own events.
constexpr unsigned look_every = 24;
constexpr std::size_t deferred_max = 5000;

}  // namespace

BlsModel toy_bls() {
    BlsModel model;
    model.key = [](const std::string& node) { return "key of " + node; };
    model.sign = toy_share;
    model.wrong = [](const std::vector<ShareCheck::Share>& shares, BytesView text) {
        std::vector<std::size_t> out;
        for (std::size_t i = 0; i < shares.size(); ++i) {
            const bool right = shares[i].key == "key of " + shares[i].node &&
                               shares[i].signature == toy_share(shares[i].node, text);
            if (!right) out.push_back(i);
        }
        return out;
    };
    model.sum = toy_multi;
    model.verify = [](const ProofCheck& check) {
        std::vector<std::string> shares;
        for (const std::string& key : check.keys)
            shares.push_back(
                toy_share(key.substr(std::min<std::size_t>(7, key.size())), check.text));
        return toy_multi(shares) == check.signature;
    };
    return model;
}

World::World(Plan plan, BlsModel bls, std::shared_ptr<Realm> realm)
    : plan_(std::move(plan)),
      bls_(std::move(bls)),
      realm_(realm ? std::move(realm) : std::make_shared<ToyRealm>(bls_.key)),
      net_(plan_.seed, "network"),
      disk_(plan_.seed, "disk"),
      client_(plan_.seed, "client"),
      lies_(plan_.seed, "lies"),
      checkers_(plan_),
      network_(plan_.nodes + plan_.spares + plan_.observers + plan_.byzantine.size()) {
    for (std::size_t i = 0; i < plan_.nodes; ++i) genesis_.push_back(name_of(i));
    for (std::size_t i = 0; i < validators(); ++i) add_node(name_of(i), false, std::nullopt);
    for (std::size_t i = 0; i < plan_.observers; ++i)
        add_node("Observer" + std::to_string(i + 1), true, std::nullopt);
    for (const auto& [index, character] : plan_.byzantine) {
        nodes_[index]->character = character;
        nodes_[index]->muted = lies_.next();
        nodes_[index]->muted_kinds = lies_.next();
        if (character == Character::twins) add_node(name_of(index), false, index);
    }
    twin_routes_.assign(nodes_.size(), 2);
    membership_varies_ = plan_.spares + plan_.observers + plan_.registry_changes > 0;
    if (plan_.is_swarm) {
        schedule_ = schedule_of(plan_);
        checkers_.names([this](const std::string& name) {
            const auto it = by_name_.find(name);
            return it != by_name_.end() && is_honest(it->second.front());
        });
    }
}

World::~World() = default;

void World::add_node(const std::string& name, bool observer, std::optional<std::size_t> twin_of) {
    const std::size_t index = nodes_.size();
    auto node = std::make_unique<Node>();
    node->name = name;
    node->is_observer = observer;
    node->twin_of = twin_of;
    if (twin_of) node->character = Character::twins;
    if (index < plan_.clock_offsets.size()) node->clock_offset = plan_.clock_offsets[index];
    if (index < plan_.clock_drifts.size()) node->drift = plan_.clock_drifts[index];
    by_name_[name].push_back(index);
    if (!observer) voters_.push_back(index);
    nodes_.push_back(std::move(node));
}

const Replica& World::replica(std::size_t node) const {
    return *nodes_[node]->replica;
}

const ToyExecutor& World::executor(std::size_t node) const {
    return static_cast<const ToyBody&>(*nodes_[node]->body).toy();
}

Executor& World::port(std::size_t node) const {
    return nodes_[node]->body->port();
}

Body& World::body(std::size_t node) const {
    return *nodes_[node]->body;
}

bool World::is_alive(std::size_t node) const {
    return nodes_[node]->alive;
}

const std::vector<messages::MultiSig>& World::proofs(std::size_t node) const {
    return nodes_[node]->proofs;
}

std::size_t World::syncs(std::size_t node) const {
    return nodes_[node]->syncs;
}

/// What a client waits for: f+1 of the pool as it is now.
std::size_t World::weak_quorum() const {
    if (plan_.spares + plan_.registry_changes == 0) return Quorums{validators()}.weak();
    const auto registry = newest_registry();
    return Quorums{registry ? registry->size() : plan_.nodes}.weak();
}

/// The members by the longest honest ledger; nothing while it has no batch. In the middle of a
/// catch-up the audit ledger is ahead of the pool ledger, whose members are those of long ago then.
std::optional<std::vector<NodeName>> World::newest_registry() const {
    std::uint64_t batches = 0;
    std::optional<std::vector<NodeName>> registry;
    for (const auto& node : nodes_) {
        if (!node->alive || node->character != Character::honest) continue;
        const Executor& executor = node->body->port();
        const auto newest = executor.last_audit_records(1);
        if (newest.empty() || newest.front().pp_seq_no <= batches) continue;
        const auto pool = newest.front().ledger_sizes.find(LedgerId::pool);
        if (pool != newest.front().ledger_sizes.end() &&
            executor.committed_size(LedgerId::pool) < pool->second)
            continue;
        batches = newest.front().pp_seq_no;
        registry = executor.committed_registry();
    }
    return registry;
}

bool World::is_honest(std::size_t node) const {
    return nodes_[node]->character == Character::honest;
}

void World::at(Tick tick, std::function<void()> what) {
    Item item;
    item.call = std::move(what);
    queue_.push(std::max(tick, now_), std::move(item));
}

void World::note(const std::string& kind, std::size_t node, const std::string& text) {
    if (recorder_) recorder_({now_, kind, nodes_[node]->name, {}, now_, nullptr, text});
}

void World::start_all() {
    for (std::size_t i = 0; i < nodes_.size(); ++i) restart(i);
}

std::function<bool(const std::string&)> World::has_executed(Node& node) const {
    return [this, &node](const std::string& digest) {
        return node.body->has_executed(submitted_.at(digest).text, digest);
    };
}

void World::restart(std::size_t index) {
    Node& node = *nodes_[index];
    if (node.alive) return;
    // Its power may come back later than the faults stop.
    if (calm_ && node.twin_of && !plan_.lies_for_ever) return;
    if (!node.body) node.body = realm_->make_body(genesis_);
    if (node.damage && !plan_.believes_damage) {
        sometimes_.saw(State::damage_met_by_start);
        return damage_met(index);
    }
    if (std::exchange(node.damage, std::nullopt)) node.votes.clear();
    node.body->power_on();
    if (plan_.forgets_votes) node.votes.clear();
    Setup setup;
    setup.self = node.name;
    setup.role = node.is_observer ? Role::observer : Role::validator;
    setup.limits = plan_.limits;
    setup.genesis_registry = genesis_;
    bool open_batch = false;
    for (const auto& [key, value] : node.votes) {
        setup.restored.votes.push_back({key, value});
        open_batch |= key.rfind("pp/", 0) == 0;
        const bool waiting = key == records::view_key && value.size() > 1 && value.back() == '1';
        if (waiting) sometimes_.saw(State::restart_waiting_for_new_view);
    }
    if (open_batch) sometimes_.saw(State::restart_with_open_batch);
    for (const std::string& text : requests_in(setup.restored.votes)) {
        const auto known = node.body->know(text);
        if (known)
            setup.restored.requests.push_back({known->digest, known->ledger, text, std::nullopt});
    }
    node.replica = std::make_unique<Replica>(std::move(setup), node.body->port());
    node.alive = true;
    ++node.incarnation;
    node.view_stepped = 0;
    node.durable = node.sync_wanted = 0;
    node.disk_busy = false;
    node.wake_at.reset();
    node.catchups_seen = 0;
    note("start", index, "");
    if (is_honest(index) && node.incarnation > 1) {
        std::set<std::string> mine;
        for (const auto& [digest, request] : submitted_) {
            if (request.kept_by.count(index) != 0) mine.insert(digest);
        }
        checkers_.acknowledged(node.name, mine, has_executed(node));
    }
    step(index, Started{});
    announce(index, true);
}

void World::crash(std::size_t index, bool keep_pending_writes) {
    Node& node = *nodes_[index];
    if (!node.alive) return;
    if (!node.held.empty()) sometimes_.saw(State::crash_with_held_votes);
    if (!node.pending.empty()) sometimes_.saw(State::crash_with_unsynced_writes);
    const Status status = node.replica->status();
    if (status.phase == Phase::changing_view) sometimes_.saw(State::crash_while_changing_view);
    if (status.phase == Phase::catching_up) sometimes_.saw(State::crash_while_catching_up);
    std::size_t kept = keep_pending_writes ? node.pending.size() : writes_that_survive(node);
    for (; kept > 0; --kept) land(node);
    view_changes_ += status.view_changes;
    catchups_ += status.catchups;
    share_checks_ += status.share_checks;
    node.pending.clear();
    node.held.clear();
    node.alive = false;
    node.fuse = 0;
    node.fail_next_sync = node.fail_next_write = node.misdirect_next_write = false;
    node.frozen_until = 0;
    node.replica.reset();
    node.body->power_off();
    note("crash", index, "");
    announce(index, false);
    const bool anybody =
        std::any_of(nodes_.begin(), nodes_.end(), [](const auto& n) { return n->alive; });
    if (!anybody) sometimes_.saw(State::everybody_down);
}

/// A disk that was replaced cannot be asked for what this node answered; the others can.
void World::forget_promises(std::size_t index) {
    for (auto& [digest, request] : submitted_) {
        request.executed_by.erase(index);
        request.kept_by.erase(index);
    }
}

void World::wipe(std::size_t index) {
    crash(index);
    nodes_[index]->votes.clear();
    nodes_[index]->damage.reset();
    if (nodes_[index]->body) nodes_[index]->body->wipe();
    forget_promises(index);
}

void World::plant_record(std::size_t index, const std::string& key, const std::string& value) {
    nodes_[index]->votes[key] = value;
}

void World::save_disk(std::size_t index) {
    nodes_[index]->saved_votes = nodes_[index]->votes;
    nodes_[index]->body->save();
}

void World::put_back_disk(std::size_t index) {
    nodes_[index]->votes = nodes_[index]->saved_votes;
    nodes_[index]->damage.reset();
    nodes_[index]->body->put_back();
    forget_promises(index);
}

void World::cut(std::size_t a, std::size_t b, bool cut) {
    network_.link(a, b).cut_by_hand = network_.link(b, a).cut_by_hand = cut;
    notice(a, b);
}

void World::cut_one_way(std::size_t from, std::size_t to, bool cut, bool noticed) {
    network_.link(from, to).cut_by_hand = cut;
    if (noticed || !cut) return notice(from, to);
    miss(from, to);
}

void World::freeze(std::size_t index, Tick until) {
    nodes_[index]->frozen_until = std::max(nodes_[index]->frozen_until, until);
    sometimes_.saw(State::frozen_node);
    for (std::size_t other = 0; other < nodes_.size(); ++other) {
        if (other != index) miss(index, other);
    }
    at(nodes_[index]->frozen_until + plan_.delay_max, [this, index] {
        if (now_ < nodes_[index]->frozen_until) return;
        for (std::size_t other = 0; other < nodes_.size(); ++other) {
            if (other != index) notice(index, other);
        }
    });
}

void World::set_clock(std::size_t index, std::int64_t seconds_off) {
    nodes_[index]->clock_offset = seconds_off;
    sometimes_.saw(State::clock_jumped);
}

void World::light_fuse(std::size_t index, std::uint64_t effects) {
    nodes_[index]->fuse = effects;
}

bool World::burnt(std::size_t index) {
    Node& node = *nodes_[index];
    if (!node.alive) return true;
    if (node.fuse == 0 || --node.fuse > 0) return false;
    crash(index);
    return true;
}

/// A stopped process does nothing; what its sockets hold waits for it.
void World::defer(std::size_t index, const Event& event) {
    Node& node = *nodes_[index];
    if (node.deferred >= deferred_max) return;
    ++node.deferred;
    at(node.frozen_until, [this, index, event, incarnation = node.incarnation] {
        --nodes_[index]->deferred;
        if (nodes_[index]->incarnation == incarnation) step(index, event);
    });
}

void World::step(std::size_t index, const Event& event) {
    Node& node = *nodes_[index];
    if (!node.alive || !checkers_.violation().empty()) return;
    if (now_ < node.frozen_until) return defer(index, event);
    ++steps_;
    Actions actions = node.replica->step(node.instant(now_), event);
    checkers_.executor_fault(node.name, node.body->fault());
    const Load load = node.replica->load();
    checkers_.stepped(node.name, is_honest(index) ? node.view_stepped : 0, load, node.votes.size(),
                      node.body->requests_known());
    node.view_stepped = load.view_no;
    if (++node.look_in >= look_every || std::holds_alternative<TimePassed>(event)) look_at(index);
    obey(index, std::move(actions));
}

void World::look_at(std::size_t index) {
    Node& node = *nodes_[index];
    node.look_in = 0;
    const Status status = node.replica->status();
    std::size_t octets = 0;
    for (const auto& [key, value] : node.votes) octets += key.size() + value.size();
    checkers_.looked_at(node.name, status, octets);
    if (status.stable_checkpoint > 0) sometimes_.saw(State::checkpoint_stable);
    if (status.view_no > node.view_seen + 1 && node.view_seen > 0)
        sometimes_.saw(State::view_skipped);
    if (status.view_changes >= 3) sometimes_.saw(State::three_view_changes);
    if (status.catchups > node.catchups_seen && node.catchups_seen > 0 &&
        status.view_no > node.view_seen)
        sometimes_.saw(State::caught_up_in_later_view);
    if (status.view_no != node.view_seen && recorder_)
        note("view", index, std::to_string(status.view_no));
    node.view_seen = std::max(node.view_seen, status.view_no);
    node.catchups_seen = status.catchups;
}

void World::obey(std::size_t index, Actions actions) {
    Node& node = *nodes_[index];
    observe(actions, node);
    const bool honest = is_honest(index);
    for (const CaughtUp& range : actions.caught_up) {
        if (honest) checkers_.caught_up(node.name, range, node.body->port());
    }
    for (const OrderedBatch& batch : actions.ordered) {
        // The durable certificates of a quorum fix a decision.
        if (honest) checkers_.ordered(node.name, batch);
        first_ordered_at_.try_emplace(batch.pp_seq_no, now_);
        if (recorder_) note("ordered", index, std::to_string(batch.pp_seq_no));
    }
    if (actions.membership_changed || node.members.empty()) {
        node.members = node.body->port().committed_registry();
        const Status status = node.replica->status();
        node.members.insert(node.members.end(), status.registry.begin(), status.registry.end());
    }
    if (burnt(index)) return;
    if (actions.persist_id != 0) write(index, actions);
    if (!node.alive) return;
    if (actions.sync_now) sync_soon(index);
    if (!node.alive) return;
    obey_sends(index, actions);
    if (!node.alive) return;
    for (const RequestDigest& digest : actions.forget) node.body->forget(digest);
    for (const Suspicion& suspicion : actions.suspicions) {
        suspicions_.emplace_back(node.name, suspicion);
        if (honest) checkers_.suspected(node.name, suspicion);
    }
    obey_workers(index, actions);
    if (actions.wake_at) wake_later(index, node.world_time(*actions.wake_at));
}

void World::obey_sends(std::size_t index, Actions& actions) {
    Node& node = *nodes_[index];
    std::vector<std::size_t> to;
    for (Outgoing& out : actions.send) {
        to.clear();
        if (out.to.empty()) {
            for (const std::size_t other : voters_) {
                if (nodes_[other]->name != node.name) to.push_back(other);
            }
        }
        for (const NodeName& name : out.to) {
            const auto it = by_name_.find(name);
            if (it == by_name_.end() || name == node.name) continue;
            to.insert(to.end(), it->second.begin(), it->second.end());
        }
        auto message = std::make_shared<const messages::Message>(std::move(out.message));
        if (out.after > node.durable && !plan_.sends_before_disk) {
            node.held.push_back({to, std::move(message), out.after});
            continue;
        }
        send_now(index, to, message);
        if (!node.alive) return;
    }
}

void World::wake_later(std::size_t index, Tick when) {
    Node& node = *nodes_[index];
    if (node.wake_at && when >= *node.wake_at && *node.wake_at > now_) return;
    when = std::max(when, now_ + 1);
    node.wake_at = when;
    Item item;
    item.kind = Item::Kind::wake;
    item.a = index;
    item.incarnation = node.incarnation;
    queue_.push(when, std::move(item));
}

bool World::next_item() {
    if (queue_.empty()) return false;
    const Tick when = queue_.next_at();
    Item item = queue_.pop();
    now_ = when;
    if (item.kind == Item::Kind::delivery) {
        deliver(item.a, item.b, *item.message, item.is_served);
    } else if (item.kind == Item::Kind::wake) {
        Node& node = *nodes_[item.a];
        if (!node.alive || node.incarnation != item.incarnation || node.wake_at != when)
            return true;
        node.wake_at.reset();
        step(item.a, TimePassed{});
    } else {
        item.call();
    }
    return true;
}

void World::obey_workers(std::size_t index, Actions& actions) {
    Node& node = *nodes_[index];
    const auto later = [&](Event event) {
        const Tick when = now_ + (plan_.worker_max == 0 ? 0 : disk_.below(plan_.worker_max + 1));
        at(when, [this, index, incarnation = node.incarnation, event = std::move(event)] {
            if (nodes_[index]->incarnation == incarnation) step(index, event);
        });
    };
    for (const SignRequest& ask : actions.sign) {
        Signed answer{ask.id, {}};
        for (const auto& [ledger, text] : ask.texts)
            answer.signatures[ledger] = bls_.sign(node.name, text);
        later(answer);
    }
    for (const ShareCheck& ask : actions.check_shares) {
        SharesChecked answer{ask.id, {}};
        for (const auto& part : ask.ledgers) {
            SharesChecked::Outcome outcome;
            outcome.ledger = part.ledger;
            const auto wrong = bls_.wrong(part.shares, part.text);
            std::vector<std::string> good;
            for (std::size_t i = 0; i < part.shares.size(); ++i) {
                const bool right = std::find(wrong.begin(), wrong.end(), i) == wrong.end();
                (right ? outcome.good : outcome.bad).push_back(part.shares[i].node);
                if (right) good.push_back(part.shares[i].signature);
            }
            if (!good.empty()) outcome.multi_signature = bls_.sum(good);
            answer.outcomes.push_back(std::move(outcome));
        }
        later(answer);
    }
    for (const ProofCheck& ask : actions.check_proofs)
        later(ProofChecked{ask.id, bls_.verify(ask)});
    for (messages::MultiSig& sig : actions.proofs) node.proofs.push_back(std::move(sig));
}

}  // namespace stadtbuch::simulation
