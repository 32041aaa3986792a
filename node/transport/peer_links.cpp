// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "node/transport/peer_links.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "consensus/messages/messages.hpp"
#include "storage/encoding/text.hpp"

namespace stadtbuch::node {

namespace {

constexpr std::string_view ping = "pi";
constexpr std::string_view pong = "po";
/// What waits for one peer within one turn; a turn that makes more has gone wrong.
constexpr std::size_t outbox_max = 20000;
/// Silence is looked for this often; every second time a ping leaves.
constexpr std::int64_t look_interval_ms = ping_interval_ms / 2;
/// A look that comes later by more than this says that this process did not run meanwhile.
constexpr std::int64_t look_late_ms = look_interval_ms / 2;

std::optional<net::CurveKey> curve_key_of_dest(const std::string& dest) {
    const auto verkey = encoding::base58_decode32(dest);
    if (!verkey) return std::nullopt;
    return net::curve_public_from_ed25519(verkey->view());
}

}  // namespace

PeerLinks::PeerLinks(net::EventLoop& loop, std::shared_ptr<net::CurveContext> context,
                     const net::CurveKeyPair& keys, std::string self)
    : loop_(loop), context_(std::move(context)), keys_(keys), self_(std::move(self)) {}

PeerLinks::~PeerLinks() {
    loop_.remove_turn_end(turn_end_);
    loop_.cancel(look_timer_);
}

Result<std::unique_ptr<PeerLinks>, Error> PeerLinks::open(
    net::EventLoop& loop, std::shared_ptr<net::CurveContext> context, const net::CurveKeyPair& keys,
    const std::string& self, net::CurveListenerOptions options) {
    std::unique_ptr<PeerLinks> links(new PeerLinks(loop, context, keys, self));
    auto listener = net::CurveListener::open(loop, keys, std::move(options));
    if (!listener) return Failure{listener.error()};
    links->listener_ = *std::move(listener);
    PeerLinks* self_links = links.get();
    links->listener_->on_message(
        [self_links](const net::CurveMessage& m) { self_links->on_listener_message(m); });
    links->turn_end_ = loop.at_turn_end([self_links] { self_links->flush(); });
    links->looked_ms_ = loop.now_ms();
    links->look_timer_ = loop.every(look_interval_ms, [self_links] { self_links->look(); });
    return links;
}

/// Misses peers that say nothing. The time that this process itself stood still (SIGSTOP, a host
/// that sleeps, no processor) does not count: otherwise it would accuse everybody as soon as it
/// wakes.
void PeerLinks::look() {
    const std::int64_t now = loop_.now_ms();
    const std::int64_t late = now - std::exchange(looked_ms_, now) - look_interval_ms;
    const bool pings = std::exchange(ping_due_, !ping_due_);
    for (auto& [alias, peer] : peers_) {
        if (late > look_late_ms) peer.pulse.sleep(late, now);
        if (peer.status.connected && !peer.pulse.is_there(now)) set_connected(peer, false);
        // A queue of pings for nobody would only delay what comes when it is there again.
        if (pings && peer.dealer->state() == net::DealerState::connected) send_now(peer, ping);
    }
}

void PeerLinks::update(const std::vector<ledger::PoolNode>& nodes,
                       const std::vector<std::string>& counted) {
    std::set<std::string> wanted;
    std::map<net::CurveKey, std::string> alias_of_key;
    for (const ledger::PoolNode& node : nodes) {
        const auto key = curve_key_of_dest(node.key());
        const bool is_member = node.is_validator() || std::find(counted.begin(), counted.end(),
                                                                node.alias) != counted.end();
        if (!is_member || node.alias == self_ || !key) continue;
        wanted.insert(node.alias);
        alias_of_key.emplace(*key, node.alias);
        const auto found = peers_.find(node.alias);
        const bool unchanged = found != peers_.end() && found->second.dest == node.key() &&
                               found->second.status.host == node.node_ip &&
                               found->second.status.port == node.node_port;
        if (unchanged) continue;
        if (found != peers_.end()) {
            set_connected(found->second, false);
            peers_.erase(found);
        }
        connect(node);
    }
    for (auto it = peers_.begin(); it != peers_.end();) {
        if (wanted.contains(it->first)) {
            ++it;
            continue;
        }
        set_connected(it->second, false);
        it = peers_.erase(it);
    }
    listener_->set_members(std::move(alias_of_key));
}

void PeerLinks::connect(const ledger::PoolNode& node) {
    net::CurveDealerOptions options;
    options.host = node.node_ip;
    options.port = node.node_port;
    options.server_key = curve_key_of_dest(node.key()).value_or(net::CurveKey{});
    options.keys = keys_;
    options.identity = keys_.public_key.z85();
    Peer peer;
    peer.dest = node.key();
    peer.status.alias = node.alias;
    peer.status.host = node.node_ip;
    peer.status.port = node.node_port;
    peer.status.since_ms = loop_.now_ms();
    peer.dealer = std::make_unique<net::CurveDealer>(loop_, context_, std::move(options));
    const std::string alias = node.alias;
    peer.dealer->on_event([this, alias](net::DealerEvent event) { on_dealer_event(alias, event); });
    net::CurveDealer* dealer = peer.dealer.get();
    peers_.insert_or_assign(alias, std::move(peer));
    // An address that cannot be read leaves the peer unconnected; the ledger must be corrected,
    // others go on.
    (void)dealer->connect();
}

void PeerLinks::on_dealer_event(const std::string& alias, net::DealerEvent event) {
    const auto found = peers_.find(alias);
    if (found == peers_.end()) return;
    Peer& peer = found->second;
    if (event == net::DealerEvent::connected) {
        peer.pulse.begin(loop_.now_ms());
        send_now(peer, ping);
        return;
    }
    if (event == net::DealerEvent::disconnected) set_connected(peer, false);
}

void PeerLinks::set_connected(Peer& peer, bool connected) {
    if (peer.status.connected == connected) return;
    const std::int64_t now = loop_.now_ms();
    const bool is_silent = !connected && peer.dealer->state() == net::DealerState::connected;
    peer.status.connected = connected;
    peer.status.since_ms = now;
    if (on_change_)
        on_change_(peer.status.alias, connected, is_silent ? peer.pulse.silent_for(now) : 0);
}

void PeerLinks::on_listener_message(const net::CurveMessage& message) {
    const auto found = peers_.find(std::string(message.user));
    if (found == peers_.end()) return;
    Peer& peer = found->second;
    const std::int64_t now = loop_.now_ms();
    peer.status.last_message_ms = now;
    ++peer.status.received;
    peer.pulse.hear(now);
    on_text(found->first, peer, text_of(message.payload));
    // Connected: our dealer reached it, and since then it has said something (§1.3).
    if (peer.dealer->state() == net::DealerState::connected && peer.pulse.is_there(now))
        set_connected(peer, true);
}

void PeerLinks::on_text(const std::string& alias, Peer& peer, std::string_view text) {
    if (text == ping) return send_now(peer, pong);
    if (text == pong) return peer.pulse.answer(loop_.now_ms());
    if (!consensus::messages::looks_like_batch(text)) {
        if (on_frame_) on_frame_(alias, text);
        return;
    }
    const auto inner = consensus::messages::decode_batch(text);
    if (!inner) return;
    for (const std::string& each : *inner) {
        if (each == ping) {
            send_now(peer, pong);
        } else if (each == pong) {
            peer.pulse.answer(loop_.now_ms());
        } else if (on_frame_ && !consensus::messages::looks_like_batch(each)) {
            on_frame_(alias, each);
        }
    }
}

void PeerLinks::send(const std::vector<std::string>& to, std::shared_ptr<const std::string> text) {
    const auto queue = [&text](Peer& peer) {
        if (peer.outbox.size() >= outbox_max) {
            ++peer.status.lost;
        } else {
            peer.outbox.push_back(text);
        }
    };
    if (on_sent_) on_sent_(to, *text);
    if (to.empty()) {
        for (auto& [alias, peer] : peers_) queue(peer);
        return;
    }
    for (const std::string& alias : to) {
        const auto found = peers_.find(alias);
        if (found != peers_.end()) queue(found->second);
    }
}

void PeerLinks::flush() {
    // Most turns send the same frames to all; the joined text is then made once.
    std::vector<std::shared_ptr<const std::string>> last_outbox;
    std::vector<std::string> last_frames;
    for (auto& [alias, peer] : peers_) {
        if (peer.outbox.empty()) continue;
        if (peer.outbox.size() == 1) {
            send_now(peer, *peer.outbox.front());
        } else {
            if (peer.outbox != last_outbox) {
                std::vector<std::string> texts;
                texts.reserve(peer.outbox.size());
                for (const auto& text : peer.outbox) texts.push_back(*text);
                last_frames = consensus::messages::encode_batches(texts);
                last_outbox = peer.outbox;
            }
            for (const std::string& frame : last_frames) send_now(peer, frame);
        }
        peer.outbox.clear();
    }
}

void PeerLinks::send_now(Peer& peer, std::string_view text) {
    if (peer.dealer->send(text) == net::SendResult::sent) {
        ++peer.status.sent;
    } else {
        ++peer.status.lost;
    }
}

std::vector<PeerStatus> PeerLinks::status() const {
    std::vector<PeerStatus> out;
    for (const auto& [alias, peer] : peers_) out.push_back(peer.status);
    return out;
}

}  // namespace stadtbuch::node
