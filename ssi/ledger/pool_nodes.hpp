// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// A NODE entry of the pool state (indy-ledger-formats §6.1).
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "storage/encoding/value.hpp"

namespace stadtbuch::ledger {

struct PoolNode {
    std::string alias;
    std::string dest;     ///< base58 verkey of its first transaction; clients know the node by it
    std::string verkey;   ///< base58; empty unless a later transaction gave the node another key
    std::string steward;  ///< DID of the author of its first transaction
    std::string node_ip, client_ip;
    std::uint16_t node_port = 0, client_port = 0;
    std::vector<std::string> services;
    std::optional<std::string> bls_key;
    [[nodiscard]] bool is_validator() const;

    /// The key by which other nodes know it (plenum-consensus §11).
    [[nodiscard]] const std::string& key() const { return verkey.empty() ? dest : verkey; }
};

/// `value` is the decoded state value of `dest`; missing members stay empty.
[[nodiscard]] PoolNode pool_node_of(const std::string& dest, const encoding::Value& value);

/// What a stored transaction of the pool ledger says of a node's key; the state does not hold it,
/// so it is gathered from the ledger's first transaction to its last (plenum-consensus §11). No
/// rule guards `verkey` - anybody's transaction with nothing else in it is ordered -, therefore
/// only the node's own steward is heard, and never with the key of another node.
void note_verkey(std::vector<PoolNode>& nodes, const encoding::Value& stored_txn);

}  // namespace stadtbuch::ledger
