// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Messages on their way: links, members that do not keep to the protocol, and what is seen in
// passing.
#include <algorithm>
#include <cstdio>

#include "consensus/catchup/seeder.hpp"
#include "tests/simulation/world_node.hpp"

namespace stadtbuch::simulation {

using namespace consensus;

using MessagePtr = std::shared_ptr<const messages::Message>;

namespace {
/// What node/transport/pulse.hpp takes for silence.
constexpr Tick silence = 2500;
}  // namespace

bool World::misbehaves(std::size_t from) const {
    return nodes_[from]->character != Character::honest && (!calm_ || plan_.lies_for_ever);
}

void World::send_now(std::size_t from, const std::vector<std::size_t>& to,
                     const MessagePtr& message) {
    if (is_honest(from)) {
        checkers_.sent(nodes_[from]->name, *message);
        observe(from, *message);
    }
    for (const std::size_t other : to) {
        if (nodes_[from]->fuse > 0 && burnt(from)) {
            sometimes_.saw(State::crash_in_mid_send);
            return;
        }
        transmit(from, other, message);
    }
}

/// A frame whose JSON was altered; null when no decoder takes it any more.
MessagePtr World::mutated(const messages::Message& message) {
    sometimes_.saw(State::frame_mutated);
    const std::string frame = mutate_frame(messages::encode(message), lies_);
    auto decoded = messages::decode(frame, {.bytes_max = plan_.limits.frame_bytes_max});
    if (decoded) return std::make_shared<const messages::Message>(std::move(*decoded));
    sometimes_.saw(State::frame_undecodable);
    return nullptr;
}

bool World::twin_hears(std::size_t peer, std::size_t copy) const {
    const std::uint8_t route = twin_routes_[peer];
    return route == 2 || (route == 1) == nodes_[copy]->twin_of.has_value();
}

void World::transmit(std::size_t from, std::size_t to, MessagePtr message) {
    const Character receiver = nodes_[to]->character;
    if (receiver == Character::twins && !calm_ && !twin_hears(from, to)) return;
    if (misbehaves(from)) {
        Node& node = *nodes_[from];
        switch (node.character) {
            case Character::liar:
                if (lies_.chance(300)) {
                    messages::Message copy = *message;
                    falsify(copy, lies_);
                    message = std::make_shared<const messages::Message>(std::move(copy));
                }
                break;
            case Character::mutator:
                if (lies_.chance(250)) message = mutated(*message);
                break;
            case Character::replayer:
                if (!overheard_.empty() && lies_.chance(150)) {
                    sometimes_.saw(State::old_message_replayed);
                    put_on_link(
                        from, to,
                        overheard_[static_cast<std::size_t>(lies_.below(overheard_.size()))]);
                }
                break;
            case Character::choosy:
                if (((node.muted >> (to % 64)) & 1U) != 0 &&
                    ((node.muted_kinds >> (message->index() % 64)) & 1U) != 0)
                    return;
                break;
            case Character::twins:
                if (!twin_hears(to, from)) {
                    sometimes_.saw(State::twins_heard_differently);
                    return;
                }
                break;
            case Character::honest:
            case Character::rolled_back:
                break;
        }
        if (!message) return;
    }
    put_on_link(from, to, message);
}

void World::inject(std::size_t from, std::size_t to, const messages::Message& message) {
    put_on_link(from, to, std::make_shared<const messages::Message>(message));
}

void World::put_on_link(std::size_t from, std::size_t to, const MessagePtr& message) {
    Link& link = network_.link(from, to);
    const bool is_cut = !link.open() || (filter_ && !filter_(from, to, *message));
    const std::uint64_t lost = calm_ ? 0 : plan_.lost_per_mille + link.lost_per_mille;
    const std::uint64_t doubled = calm_ ? 0 : plan_.doubled_per_mille;
    if (is_cut || (lost != 0 && net_.chance(lost))) {
        if (recorder_)
            recorder_(
                {now_, "lost", nodes_[from]->name, nodes_[to]->name, now_, message.get(), {}});
        return;
    }
    if (trace_) {
        std::printf("%8llu %s -> %s %s\n", static_cast<unsigned long long>(now_),
                    nodes_[from]->name.c_str(), nodes_[to]->name.c_str(),
                    messages::encode(*message).substr(0, 150).c_str());
    }
    const int copies = doubled != 0 && net_.chance(doubled) ? 2 : 1;
    for (int i = 0; i < copies; ++i) {
        Tick when = now_ + net_.between(plan_.delay_min, plan_.delay_max) + link.more;
        if (plan_.fifo) when = link.busy = std::max(link.busy, when);
        if (recorder_)
            recorder_(
                {now_, "sent", nodes_[from]->name, nodes_[to]->name, when, message.get(), {}});
        Item item;
        item.kind = Item::Kind::delivery;
        item.a = from;
        item.b = to;
        item.message = message;
        item.is_served = serving_;
        queue_.push(when, std::move(item));
    }
}

void World::deliver(std::size_t from, std::size_t to, const messages::Message& message,
                    bool is_served) {
    Node& node = *nodes_[to];
    if (!node.alive || !network_.link(from, to).open()) return;
    if (membership_varies_ && !node.is_observer && !is_served) {
        // Who is no member has no place on the node port and follows through the client port.
        const auto& members = node.members;
        if (std::find(members.begin(), members.end(), nodes_[from]->name) == members.end())
            return serve_observer(from, to, message);
    }
    Received received{nodes_[from]->name, message};
    if (plan_.through_codec) {
        const std::string text = messages::encode(message);
        auto again = messages::decode(text, {.bytes_max = plan_.limits.frame_bytes_max});
        if (!again) {
            if (is_honest(from))
                checkers_.fail("codec: own message does not decode: " + text.substr(0, 300));
            return;
        }
        received.message = std::move(*again);
    }
    if (messages::Propagate* propagate = messages::carried_propagate(received.message)) {
        // The shell drops what no client signed: here, what no client of this world sent.
        const auto signed_text = texts_.find(propagate->request);
        if (signed_text == texts_.end()) return;
        node.body->learn(propagate->request, signed_text->second);
        propagate->digest = signed_text->second.digest;
        propagate->ledger = signed_text->second.ledger;
    }
    step(to, received);
}

void World::serve_observer(std::size_t observer, std::size_t node,
                           const messages::Message& message) {
    // What the client port of a validator does: no consensus, only the seeder.
    const Executor& executor = nodes_[node]->body->port();
    std::vector<messages::Message> replies;
    if (const auto* status = std::get_if<messages::LedgerStatus>(&message)) {
        replies = catchup::answer(executor, *status, catchup::Asker::client);
    } else if (const auto* request = std::get_if<messages::CatchupReq>(&message)) {
        replies = catchup::answer(executor, *request);
    } else if (const auto* question = std::get_if<messages::MessageRequest>(&message)) {
        replies = catchup::answer(executor, *question);
    }
    serving_ = true;
    for (auto& reply : replies)
        transmit(node, observer, std::make_shared<const messages::Message>(std::move(reply)));
    serving_ = false;
}

/// Nothing is said on the line: both ends miss each other after a while, if it lasts.
void World::miss(std::size_t a, std::size_t b) {
    at(now_ + silence, [this, a, b] {
        const auto frozen = [this](std::size_t x) { return now_ < nodes_[x]->frozen_until; };
        const bool hears = network_.joined(a, b) && !frozen(a) && !frozen(b);
        if (hears || nodes_[a]->name == nodes_[b]->name) return;
        for (const auto& [x, y] : {std::pair{a, b}, std::pair{b, a}}) {
            if (nodes_[x]->alive && !frozen(x)) step(x, PeerDisconnected{nodes_[y]->name, silence});
        }
    });
}

/// Both ends learn what a heartbeat would tell them.
void World::notice(std::size_t a, std::size_t b) {
    if (nodes_[a]->name == nodes_[b]->name) return;
    const bool up = nodes_[a]->alive && nodes_[b]->alive && network_.joined(a, b);
    for (const auto& [x, y] : {std::pair{a, b}, std::pair{b, a}}) {
        if (!nodes_[x]->alive) continue;
        if (up) {
            step(x, PeerConnected{nodes_[y]->name});
            if (now_ < nodes_[y]->frozen_until) miss(x, y);
        } else {
            step(x, PeerDisconnected{nodes_[y]->name});
            if (calm_ && has_other_copy(x, y)) step(x, PeerConnected{nodes_[y]->name});
        }
    }
}

/// When hostile copies end, the honest one is dialled by the same name.
bool World::has_other_copy(std::size_t from, std::size_t node) const {
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        if (i != node && nodes_[i]->name == nodes_[node]->name && nodes_[i]->alive &&
            network_.joined(from, i))
            return true;
    }
    return false;
}

void World::announce(std::size_t index, bool up) {
    const Tick when = now_ + (up ? plan_.delay_max : 50);
    for (std::size_t other = 0; other < nodes_.size(); ++other) {
        if (other == index) continue;
        at(when, [this, index, other, up] {
            const bool connected =
                nodes_[index]->alive && nodes_[other]->alive && network_.joined(index, other);
            if (connected == up) notice(index, other);
        });
    }
}

}  // namespace stadtbuch::simulation
