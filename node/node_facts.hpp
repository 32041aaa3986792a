// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// VALIDATOR_INFO and the admin status: what a node tells about itself (indy-client-protocol §10,
// OP-30).
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "node/consensus_driver.hpp"
#include "node/scrub.hpp"
#include "node/settings.hpp"
#include "node/transport/client_service.hpp"
#include "node/transport/peer_links.hpp"
#include "ssi/ledger/pool_nodes.hpp"
#include "storage/encoding/value.hpp"

namespace stadtbuch::node {

/// A copy of everything that is shown, taken on the net loop's thread.
struct NodeFacts {
    std::string alias;
    std::string verkey;
    std::string curve_z85;
    std::string bls_key;
    const Settings* settings = nullptr;
    std::vector<ledger::PoolNode> pool_nodes;
    std::vector<PeerStatus> peers;
    DriverStatus driver;
    ClientCounters clients;
    net::CurveListenerCounters client_socket;
    net::CurveListenerCounters node_socket;
    store::StoreCounters store;
    ScrubFacts scrub;
    std::int64_t started_at = 0;  ///< UNIX seconds
    std::int64_t now = 0;
    std::map<std::string, std::uint64_t> suspicions;  ///< by member; see peer_faults.hpp
    std::uint64_t unverified =
        0;  ///< PROPAGATEs whose author's key is not, or no longer, known here
};

/// `data` of the VALIDATOR_INFO reply in the shape that indy-node-monitor reads.
[[nodiscard]] encoding::Value validator_info(const NodeFacts& facts);
/// The clean form for `stadtbuch node status` and GET /status of the telemetry listener.
[[nodiscard]] encoding::Value node_status(const NodeFacts& facts);
/// Prometheus text format.
[[nodiscard]] std::string metrics_text(const NodeFacts& facts);
/// Connected to at least n-f-1 peers and taking part, and no file of the store is known to be
/// damaged (OP: /readyz).
[[nodiscard]] bool is_ready(const NodeFacts& facts);

}  // namespace stadtbuch::node
