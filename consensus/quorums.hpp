// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Quorums of plenum-consensus §12, computed from the number of validators.
#pragma once
#include <cstddef>

namespace stadtbuch::consensus {

/// For n >= 4 up to f = floor((n-1)/3) members may be faulty; below that none.
struct Quorums {
    std::size_t n = 0;

    [[nodiscard]] constexpr std::size_t f() const { return n >= 4 ? (n - 1) / 3 : 0; }

    /// f + 1: at least one of them is honest.
    [[nodiscard]] constexpr std::size_t weak() const { return f() + 1; }

    /// n - f: any two such sets share an honest member.
    [[nodiscard]] constexpr std::size_t strong() const { return n - f(); }

    /// n - f - 1 others, where the node itself or the primary stands for the missing one.
    [[nodiscard]] constexpr std::size_t others() const { return strong() == 0 ? 0 : strong() - 1; }

    [[nodiscard]] constexpr std::size_t propagate() const { return weak(); }

    [[nodiscard]] constexpr std::size_t prepare() const { return others(); }

    [[nodiscard]] constexpr std::size_t commit() const { return strong(); }

    [[nodiscard]] constexpr std::size_t checkpoint() const { return others(); }

    [[nodiscard]] constexpr std::size_t view_change() const { return strong(); }

    [[nodiscard]] constexpr std::size_t view_change_ack() const { return others(); }

    [[nodiscard]] constexpr std::size_t ledger_status() const { return others(); }

    [[nodiscard]] constexpr std::size_t consistency_proof() const { return weak(); }

    [[nodiscard]] constexpr std::size_t bls_signatures() const { return strong(); }

    /// Protocol instances: the master and f backups.
    [[nodiscard]] constexpr std::size_t instances() const { return f() + 1; }
};

}  // namespace stadtbuch::consensus
