// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// How asking a pool can fail, in the classes that callers act on.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "storage/base/error.hpp"

namespace stadtbuch::client {

enum class PoolErrorKind {
    input,                ///< the request cannot be sent as it is
    refused,              ///< the pool's answer is no: more than f nodes gave the same reason
    timeout,              ///< too few nodes answered
    verification_failed,  ///< nodes answered, but neither a proof nor more than f equal answers
                          ///< hold
};

/// What one node did.
struct NodeVerdict {
    std::string alias;
    std::string what;  ///< a reason of the node, a proof error, or "no answer"
};

struct PoolError {
    PoolErrorKind kind = PoolErrorKind::timeout;
    /// SB-3010 refused (`what` is the pool's reason), SB-3011 timeout, SB-3012 nodes disagree or
    /// prove nothing, SB-3013 pool ledger not agreed on, SB-3014 request incomplete.
    Error error;
    std::optional<int> code;  ///< of a refused TAA acceptance
    std::vector<NodeVerdict> nodes;
};

}  // namespace stadtbuch::client
