// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "node/transport/peer_links.hpp"

#include <algorithm>
#include <set>

#include "consensus/messages/messages.hpp"
#include "storage/encoding/text.hpp"

namespace stadtbuch::node {

namespace {

constexpr std::string_view ping = "pi";
constexpr std::string_view pong = "po";
/// What waits for one peer within one turn; a turn that makes more has gone wrong.
constexpr std::size_t outbox_max = 20000;
/// A silent link is asked for a sign of life this often.
constexpr std::int64_t ping_interval_ms = 5000;

std::optional<net::CurveKey> curve_key_of_dest(const std::string& dest) {
    const auto verkey = encoding::base58_decode32(dest);
    if (!verkey) return std::nullopt;
    return net::curve_public_from_ed25519(verkey->view());
}

}  // namespace

PeerLinks::PeerLinks(net::EventLoop& loop, std::shared_ptr<net::CurveContext> context, const net::CurveKeyPair& keys,
                     std::string self)
    : loop_(loop), context_(std::move(context)), keys_(keys), self_(std::move(self)) {}

PeerLinks::~PeerLinks() {
    loop_.remove_turn_end(turn_end_);
}

Result<std::unique_ptr<PeerLinks>, Error> PeerLinks::open(net::EventLoop& loop, std::shared_ptr<net::CurveContext> context,
                                                          const net::CurveKeyPair& keys, const std::string& self,
                                                          net::CurveListenerOptions options) {
    std::unique_ptr<PeerLinks> links(new PeerLinks(loop, context, keys, self));
    auto listener = net::CurveListener::open(loop, keys, std::move(options));
    if (!listener) return Failure{listener.error()};
    links->listener_ = *std::move(listener);
    PeerLinks* self_links = links.get();
    links->listener_->on_message([self_links](const net::CurveMessage& m) { self_links->on_listener_message(m); });
    links->turn_end_ = loop.at_turn_end([self_links] { self_links->flush(); });
    loop.every(ping_interval_ms, [self_links] {
        for (auto& [alias, peer] : self_links->peers_) self_links->send_now(peer, ping);
    });
    return links;
}

void PeerLinks::update(const std::vector<ledger::PoolNode>& nodes, const std::vector<std::string>& counted) {
    std::set<std::string> wanted;
    std::map<net::CurveKey, std::string> alias_of_key;
    for (const ledger::PoolNode& node : nodes) {
        const auto key = curve_key_of_dest(node.key());
        const bool is_member =
            node.is_validator() || std::find(counted.begin(), counted.end(), node.alias) != counted.end();
        if (!is_member || node.alias == self_ || !key) continue;
        wanted.insert(node.alias);
        alias_of_key.emplace(*key, node.alias);
        const auto found = peers_.find(node.alias);
        const bool unchanged = found != peers_.end() && found->second.dest == node.key() &&
                               found->second.status.host == node.node_ip && found->second.status.port == node.node_port;
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
    // An address that cannot be read leaves the peer unconnected; the ledger must be corrected, others go on.
    (void)dealer->connect();
}

void PeerLinks::on_dealer_event(const std::string& alias, net::DealerEvent event) {
    const auto found = peers_.find(alias);
    if (found == peers_.end()) return;
    Peer& peer = found->second;
    if (event == net::DealerEvent::connected) {
        peer.heard = false;
        send_now(peer, ping);
        return;
    }
    if (event == net::DealerEvent::disconnected) set_connected(peer, false);
}

void PeerLinks::set_connected(Peer& peer, bool connected) {
    if (peer.status.connected == connected) return;
    peer.status.connected = connected;
    peer.status.since_ms = loop_.now_ms();
    if (on_change_) on_change_(peer.status.alias, connected);
}

void PeerLinks::on_listener_message(const net::CurveMessage& message) {
    const auto found = peers_.find(std::string(message.user));
    if (found == peers_.end()) return;
    Peer& peer = found->second;
    peer.status.last_message_ms = loop_.now_ms();
    ++peer.status.received;
    // Connected: our dealer reached it, and since then it has said something (§1.3).
    if (peer.dealer->state() == net::DealerState::connected) set_connected(peer, true);
    on_text(found->first, peer, text_of(message.payload));
}

void PeerLinks::on_text(const std::string& alias, Peer& peer, std::string_view text) {
    if (text == ping) return send_now(peer, pong);
    if (text == pong) return;
    if (!consensus::messages::looks_like_batch(text)) {
        if (on_frame_) on_frame_(alias, text);
        return;
    }
    const auto inner = consensus::messages::decode_batch(text);
    if (!inner) return;
    for (const std::string& each : *inner) {
        if (each == ping) {
            send_now(peer, pong);
        } else if (each != pong && on_frame_ && !consensus::messages::looks_like_batch(each)) {
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
