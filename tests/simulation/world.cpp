// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "tests/simulation/world.hpp"

#include <algorithm>
#include <cstdio>

#include "consensus/catchup/seeder.hpp"
#include "tests/simulation/world_node.hpp"

namespace stadtbuch::simulation {

using namespace consensus;

namespace {

constexpr UnixSeconds epoch = 1'600'000'000;

std::string name_of(std::size_t index) {
    return "Node" + std::to_string(index + 1);
}

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
            shares.push_back(toy_share(key.substr(7), check.text));
        return toy_multi(shares) == check.signature;
    };
    return model;
}

World::World(Plan plan, BlsModel bls)
    : plan_(std::move(plan)),
      bls_(std::move(bls)),
      net_(plan_.seed, "network"),
      disk_(plan_.seed, "disk"),
      client_(plan_.seed, "client"),
      chaos_(plan_.seed, "chaos"),
      lies_(plan_.seed, "lies"),
      checkers_(plan_.limits) {
    for (std::size_t i = 0; i < validators() + plan_.observers; ++i) {
        auto node = std::make_unique<Node>();
        node->is_observer = i >= validators();
        node->name =
            node->is_observer ? "Observer" + std::to_string(i - validators() + 1) : name_of(i);
        if (i < plan_.clock_offsets.size()) node->clock_offset = plan_.clock_offsets[i];
        nodes_.push_back(std::move(node));
    }
}

World::~World() = default;

const Replica& World::replica(std::size_t node) const {
    return *nodes_[node]->replica;
}

const ToyExecutor& World::executor(std::size_t node) const {
    return *nodes_[node]->executor;
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

std::size_t World::weak_quorum() const {
    return Quorums{validators()}.weak();
}

std::optional<std::size_t> World::index_of(const std::string& name) const {
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        if (nodes_[i]->name == name) return i;
    }
    return std::nullopt;
}

void World::at(Tick tick, std::function<void()> what) {
    queue_.push({std::max(tick, now_), ++order_, std::move(what)});
}

void World::start_all() {
    for (std::size_t i = 0; i < nodes_.size(); ++i) restart(i);
}

void World::restart(std::size_t index) {
    Node& node = *nodes_[index];
    if (node.alive) return;
    std::vector<NodeName> genesis;
    for (std::size_t i = 0; i < plan_.nodes; ++i) genesis.push_back(name_of(i));
    node.executor = node.executor
                        ? std::make_unique<ToyExecutor>(*node.executor, node.durable_sizes, genesis)
                        : std::make_unique<ToyExecutor>(genesis);
    node.durable_sizes = node.executor->sizes();
    node.executor->set_bls_key(bls_.key);
    Setup setup;
    setup.self = node.name;
    setup.role = node.is_observer ? Role::observer : Role::validator;
    setup.limits = plan_.limits;
    setup.genesis_registry = genesis;
    for (const auto& [key, value] : node.votes) setup.restored.votes.push_back({key, value});
    for (const std::string& text : requests_in(setup.restored.votes)) {
        const std::string digest = node.executor->register_request(text);
        setup.restored.requests.push_back(
            {digest, ToyRequest::parse(text).ledger, text, std::nullopt});
    }
    node.replica = std::make_unique<Replica>(std::move(setup), *node.executor);
    node.alive = true;
    ++node.incarnation;
    node.durable = 0;
    node.disk_busy = false;
    node.wake_at.reset();
    step(index, Started{});
    announce(index, true);
}

void World::announce(std::size_t index, bool up) {
    const Tick when = now_ + (up ? plan_.delay_max : 50);
    for (std::size_t other = 0; other < nodes_.size(); ++other) {
        if (other == index) continue;
        at(when, [this, index, other, up] {
            const bool connected =
                nodes_[index]->alive && nodes_[other]->alive && linked(index, other);
            if (connected != up) return;
            for (const auto& [a, b] : {std::pair{index, other}, std::pair{other, index}}) {
                if (!nodes_[a]->alive) continue;
                if (up) {
                    step(a, PeerConnected{nodes_[b]->name});
                } else {
                    step(a, PeerDisconnected{nodes_[b]->name});
                }
            }
        });
    }
}

void World::crash(std::size_t index, bool keep_pending_writes) {
    Node& node = *nodes_[index];
    if (!node.alive) return;
    // A crash loses what was not synced; the medium may have taken a prefix of it all the same.
    std::size_t kept =
        keep_pending_writes ? node.pending.size() : disk_.below(node.pending.size() + 1);
    for (; kept > 0; --kept) {
        const Node::Write write = std::move(node.pending.front());
        node.pending.pop_front();
        node.durable_sizes = write.sizes;
        for (const VoteRecord& record : write.records) {
            if (record.value) {
                node.votes[record.key] = *record.value;
            } else {
                node.votes.erase(record.key);
            }
        }
    }
    const Status status = node.replica->status();
    view_changes_ += status.view_changes;
    catchups_ += status.catchups;
    node.pending.clear();
    node.held.clear();
    node.alive = false;
    node.replica.reset();
    announce(index, false);
}

void World::cut(std::size_t a, std::size_t b, bool cut) {
    if (cut) {
        cuts_.insert(std::minmax(a, b));
    } else {
        cuts_.erase(std::minmax(a, b));
    }
    for (const auto& [x, y] : {std::pair{a, b}, std::pair{b, a}}) {
        if (!nodes_[a]->alive || !nodes_[b]->alive) continue;
        if (cut) {
            step(x, PeerDisconnected{nodes_[y]->name});
        } else {
            step(x, PeerConnected{nodes_[y]->name});
        }
    }
}

void World::step(std::size_t index, const Event& event) {
    Node& node = *nodes_[index];
    if (!node.alive || !checkers_.violation().empty()) return;
    ++steps_;
    const Instant instant{now_, epoch + static_cast<UnixSeconds>(now_ / 1000) + node.clock_offset};
    Actions actions = node.replica->step(instant, event);
    checkers_.stepped(node.name, node.incarnation, *node.replica, *node.executor);
    obey(index, std::move(actions));
}

void World::obey(std::size_t index, Actions actions) {
    Node& node = *nodes_[index];
    for (const CaughtUp& range : actions.caught_up)
        checkers_.caught_up(node.name, range, *node.executor);
    for (const OrderedBatch& batch : actions.ordered) {
        // With others the quorum's durable certificates fix a decision; a lone node has only its
        // own disk.
        if (plan_.nodes > 1) checkers_.ordered(node.name, batch);
        first_ordered_at_.try_emplace(batch.pp_seq_no, now_);
    }
    if (actions.persist_id != 0) write(index, actions);
    for (Outgoing& out : actions.send) {
        std::vector<std::size_t> to;
        for (std::size_t other = 0; other < nodes_.size(); ++other) {
            const bool named =
                std::find(out.to.begin(), out.to.end(), nodes_[other]->name) != out.to.end();
            if (other != index && (out.to.empty() ? !nodes_[other]->is_observer : named))
                to.push_back(other);
        }
        if (out.after > node.durable) {
            node.held.push_back({std::move(to), std::move(out.message), out.after});
            continue;
        }
        send_now(index, to, out.message);
    }
    for (const RequestDigest& digest : actions.forget) node.executor->forget(digest);
    for (const Suspicion& suspicion : actions.suspicions)
        suspicions_.emplace_back(node.name, suspicion);
    obey_workers(index, actions);
    if (actions.wake_at &&
        (!node.wake_at || *actions.wake_at < *node.wake_at || *node.wake_at <= now_)) {
        node.wake_at = actions.wake_at;
        at(*actions.wake_at,
           [this, index, incarnation = node.incarnation, when = *actions.wake_at] {
               Node& woken = *nodes_[index];
               if (!woken.alive || woken.incarnation != incarnation || woken.wake_at != when)
                   return;
               woken.wake_at.reset();
               step(index, TimePassed{});
           });
    }
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

void World::write(std::size_t index, Actions& actions) {
    Node& node = *nodes_[index];
    Node::Write write;
    write.id = actions.persist_id;
    write.records = std::move(actions.persist);
    write.sizes = node.executor->sizes();
    write.ordered = std::move(actions.ordered);
    node.pending.push_back(std::move(write));
    start_disk(index);
}

void World::start_disk(std::size_t index) {
    Node& node = *nodes_[index];
    if (node.disk_busy || node.pending.empty()) return;
    const PersistId upto = node.pending.back().id;
    if (plan_.disk_max == 0) {
        disk_done(index, node.incarnation, upto);
        return;
    }
    node.disk_busy = true;
    at(now_ + disk_.between(plan_.disk_min, plan_.disk_max),
       [this, index, incarnation = node.incarnation, upto] {
           disk_done(index, incarnation, upto);
       });
}

void World::disk_done(std::size_t index, unsigned incarnation, PersistId upto) {
    Node& node = *nodes_[index];
    if (!node.alive || node.incarnation != incarnation) return;
    node.disk_busy = false;
    ++node.syncs;
    while (!node.pending.empty() && node.pending.front().id <= upto) {
        const Node::Write write = std::move(node.pending.front());
        node.pending.pop_front();
        node.durable_sizes = write.sizes;
        for (const VoteRecord& record : write.records) {
            if (record.value) {
                node.votes[record.key] = *record.value;
            } else {
                node.votes.erase(record.key);
            }
        }
        for (const OrderedBatch& batch : write.ordered) {
            checkers_.ordered(node.name, batch);
            answered(index, batch);
        }
    }
    node.durable = upto;
    auto held = std::move(node.held);
    node.held.clear();
    for (Node::Held& out : held) {
        if (out.after > upto) {
            node.held.push_back(std::move(out));
            continue;
        }
        send_now(index, out.to, out.message);
    }
    at(now_, [this, index, incarnation, upto] {
        if (nodes_[index]->incarnation == incarnation) step(index, MadeDurable{upto});
    });
    start_disk(index);
}

void World::answered(std::size_t index, const OrderedBatch& batch) {
    for (std::size_t i = 0; i < batch.digests.size(); ++i) {
        const auto it = submitted_.find(batch.digests[i]);
        if (it == submitted_.end()) continue;
        it->second.answered_by.insert(index);
        const bool refused = std::find(batch.discarded.begin(), batch.discarded.end(),
                                       static_cast<std::uint32_t>(i)) != batch.discarded.end();
        if (!refused) it->second.executed_by.insert(index);
    }
}

void World::send_now(std::size_t from, const std::vector<std::size_t>& to,
                     const messages::Message& message) {
    if (plan_.liar != from) checkers_.sent(nodes_[from]->name, message);
    for (const std::size_t other : to) transmit(from, other, message);
}

void World::transmit(std::size_t from, std::size_t to, const messages::Message& message) {
    messages::Message copy = message;
    if (plan_.liar == from && (!calm_ || plan_.lies_for_ever) && lies_.chance(300))
        falsify(copy, lies_);
    inject(from, to, copy);
}

void World::inject(std::size_t from, std::size_t to, const messages::Message& message) {
    if (!linked(from, to) || (filter_ && !filter_(from, to, message))) return;
    const std::uint64_t lost = calm_ ? 0 : plan_.lost_per_mille;
    const std::uint64_t doubled = calm_ ? 0 : plan_.doubled_per_mille;
    if (lost != 0 && net_.chance(lost)) return;
    if (trace_) {
        std::printf("%8llu %s -> %s %s\n", static_cast<unsigned long long>(now_),
                    nodes_[from]->name.c_str(), nodes_[to]->name.c_str(),
                    messages::encode(message).substr(0, 150).c_str());
    }
    const int copies = doubled != 0 && net_.chance(doubled) ? 2 : 1;
    for (int i = 0; i < copies; ++i) {
        Tick when = now_ + net_.between(plan_.delay_min, plan_.delay_max);
        if (plan_.fifo) {
            Tick& busy = link_busy_[{from, to}];
            when = busy = std::max(busy, when);
        }
        at(when, [this, from, to, message] { deliver(from, to, message); });
    }
}

void World::deliver(std::size_t from, std::size_t to, messages::Message message) {
    Node& node = *nodes_[to];
    if (!node.alive || !linked(from, to)) return;
    // Who is no member has no place on the node port and follows through the client port.
    const auto registry = node.executor->committed_registry();
    const auto counted = node.replica->status().registry;
    const bool member =
        std::find(registry.begin(), registry.end(), nodes_[from]->name) != registry.end() ||
        std::find(counted.begin(), counted.end(), nodes_[from]->name) != counted.end();
    if (!member && !node.is_observer) return serve_observer(from, to, message);
    if (plan_.through_codec) {
        const std::string text = messages::encode(message);
        auto again = messages::decode(text, {.bytes_max = plan_.limits.frame_bytes_max});
        if (!again) {
            if (plan_.liar != from)
                checkers_.fail("codec: own message does not decode: " + text.substr(0, 300));
            return;
        }
        message = std::move(*again);
    }
    if (messages::Propagate* propagate = messages::carried_propagate(message)) {
        const ToyRequest request = ToyRequest::parse(propagate->request);
        if (request.id == 0) return;
        propagate->digest = node.executor->register_request(propagate->request);
        propagate->ledger = request.ledger;
    }
    step(to, Received{nodes_[from]->name, std::move(message)});
}

void World::serve_observer(std::size_t observer, std::size_t node,
                           const messages::Message& message) {
    // What the client port of a validator does: no consensus, only the seeder.
    const ToyExecutor& executor = *nodes_[node]->executor;
    std::vector<messages::Message> replies;
    if (const auto* status = std::get_if<messages::LedgerStatus>(&message)) {
        replies = catchup::answer(executor, *status, catchup::Asker::client);
    } else if (const auto* request = std::get_if<messages::CatchupReq>(&message)) {
        replies = catchup::answer(executor, *request);
    } else if (const auto* question = std::get_if<messages::MessageRequest>(&message)) {
        replies = catchup::answer(executor, *question);
    }
    for (const auto& reply : replies) transmit(node, observer, reply);
}

}  // namespace stadtbuch::simulation
