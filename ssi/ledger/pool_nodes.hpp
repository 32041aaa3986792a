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
    std::string dest;     ///< base58 verkey
    std::string steward;  ///< DID of the author of its first transaction
    std::string node_ip, client_ip;
    std::uint16_t node_port = 0, client_port = 0;
    std::vector<std::string> services;
    std::optional<std::string> bls_key;
    [[nodiscard]] bool is_validator() const;
};

/// `value` is the decoded state value of `dest`; missing members stay empty.
[[nodiscard]] PoolNode pool_node_of(const std::string& dest, const encoding::Value& value);

}  // namespace stadtbuch::ledger
