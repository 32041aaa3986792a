// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The node stack: one Curve listener for all validators and one dealer to each (plenum-consensus
// §1). A node always sends through its own dealer and receives on its own listener. The sender of a
// frame is the member whom the ZAP handler bound to the key of the Curve handshake
// (node/net/zap.hpp); the routing id must say the same.
//
// A peer counts as connected while its connection stands and it answers (pulse.hpp).
//
// All on the net loop's thread. Frames of one turn to one peer leave as one BATCH (§1.5) at the
// turn's end.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "node/net/curve.hpp"
#include "node/net/event_loop.hpp"
#include "node/transport/pulse.hpp"
#include "ssi/ledger/pool_nodes.hpp"
#include "storage/base/error.hpp"
#include "storage/base/result.hpp"

namespace stadtbuch::node {

struct PeerStatus {
    std::string alias;
    std::string host;
    std::uint16_t port = 0;
    bool connected = false;            ///< reached, and heard of lately
    std::int64_t since_ms = 0;         ///< monotonic time of the last change
    std::int64_t last_message_ms = 0;  ///< monotonic; 0: never
    std::uint64_t received = 0;
    std::uint64_t sent = 0;
    std::uint64_t lost = 0;  ///< not sent: queue full or no connection
};

class PeerLinks {
  public:
    /// A complete frame that is neither `pi`, `po` nor a BATCH.
    using OnFrame = std::function<void(const std::string& alias, std::string_view text)>;
    /// `silent_ms`: the peer is missed because nothing was heard of it for so long; 0: its
    /// connection broke.
    using OnChange =
        std::function<void(const std::string& alias, bool connected, std::int64_t silent_ms)>;

    /// Errors: those of net::CurveListener::open.
    [[nodiscard]] static Result<std::unique_ptr<PeerLinks>, Error> open(
        net::EventLoop& loop, std::shared_ptr<net::CurveContext> context,
        const net::CurveKeyPair& keys, const std::string& self, net::CurveListenerOptions options);
    ~PeerLinks();

    void on_frame(OnFrame callback) { on_frame_ = std::move(callback); }

    void on_change(OnChange callback) { on_change_ = std::move(callback); }

    /// Sees every frame that leaves (BATCH frames taken apart), for recordings.
    void on_sent(
        std::function<void(const std::vector<std::string>& to, std::string_view text)> callback) {
        on_sent_ = std::move(callback);
    }

    /// Connects to the validators among `nodes` and to those `counted` (not to itself), drops the
    /// others. Unchanged links stay. A member that a transaction has removed counts until the next
    /// view's first batch (plenum-consensus §7.2): without its votes that view might never come.
    void update(const std::vector<ledger::PoolNode>& nodes,
                const std::vector<std::string>& counted = {});
    /// Queues for the turn's end. `to` empty: all peers.
    void send(const std::vector<std::string>& to, std::shared_ptr<const std::string> text);
    /// Sends what is queued; called at the end of each loop turn.
    void flush();

    [[nodiscard]] std::vector<PeerStatus> status() const;

    [[nodiscard]] const net::CurveListenerCounters& counters() const {
        return listener_->counters();
    }

  private:
    struct Peer {
        std::string dest;  ///< the key that it had when its link was made
        PeerStatus status;
        std::unique_ptr<net::CurveDealer> dealer;
        std::vector<std::shared_ptr<const std::string>> outbox;
        Pulse pulse;
    };

    PeerLinks(net::EventLoop& loop, std::shared_ptr<net::CurveContext> context,
              const net::CurveKeyPair& keys, std::string self);
    void on_listener_message(const net::CurveMessage& message);
    void on_text(const std::string& alias, Peer& peer, std::string_view text);
    void on_dealer_event(const std::string& alias, net::DealerEvent event);
    void set_connected(Peer& peer, bool connected);
    void connect(const ledger::PoolNode& node);
    void look();
    void send_now(Peer& peer, std::string_view text);

    net::EventLoop& loop_;
    std::shared_ptr<net::CurveContext> context_;
    net::CurveKeyPair keys_;
    std::string self_;
    std::unique_ptr<net::CurveListener> listener_;
    std::map<std::string, Peer> peers_;  ///< by alias
    net::EventLoop::WatchId turn_end_ = 0;
    net::EventLoop::TimerId look_timer_ = 0;
    std::int64_t looked_ms_ = 0;
    bool ping_due_ = true;
    OnFrame on_frame_;
    OnChange on_change_;
    std::function<void(const std::vector<std::string>&, std::string_view)> on_sent_;
};

}  // namespace stadtbuch::node
