// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Stands in front of the product's consensus/quorums.hpp in stadtbuch-simulate-broken only: the
// same arithmetic with one deliberate fault at a time, so that the campaign can show that it
// notices.
#pragma once
#include <cstddef>

namespace stadtbuch::consensus {

enum class Broken {
    nothing,
    commits_of_few,   ///< ordered on f+1 COMMITs
    prepares_of_few,  ///< prepared on f PREPAREs
    view_change_few,  ///< NEW_VIEW from f+1 VIEW_CHANGEs
    strong_is_weak,   ///< all n-f quorums are f+1
    catchup_of_one,   ///< the target of catch-up is one member's word
    quorum_of_all,    ///< n-f is n: no fault is tolerated
};
inline Broken broken = Broken::nothing;

struct Quorums {
    std::size_t n = 0;

    [[nodiscard]] std::size_t f() const { return n >= 4 ? (n - 1) / 3 : 0; }

    [[nodiscard]] std::size_t weak() const { return f() + 1; }

    [[nodiscard]] std::size_t strong() const {
        if (broken == Broken::strong_is_weak) return weak();
        return broken == Broken::quorum_of_all ? n : n - f();
    }

    [[nodiscard]] std::size_t others() const { return strong() == 0 ? 0 : strong() - 1; }

    /// One PROPAGATE instead of f+1 would do no harm that could be seen: the client's signature is
    /// checked by every member.
    [[nodiscard]] std::size_t propagate() const { return weak(); }

    [[nodiscard]] std::size_t prepare() const {
        return broken == Broken::prepares_of_few ? f() : others();
    }

    [[nodiscard]] std::size_t commit() const {
        return broken == Broken::commits_of_few ? weak() : strong();
    }

    [[nodiscard]] std::size_t checkpoint() const { return others(); }

    [[nodiscard]] std::size_t view_change() const {
        return broken == Broken::view_change_few ? weak() : strong();
    }

    [[nodiscard]] std::size_t view_change_ack() const { return others(); }

    [[nodiscard]] std::size_t ledger_status() const { return others(); }

    [[nodiscard]] std::size_t consistency_proof() const {
        return broken == Broken::catchup_of_one ? 1 : weak();
    }

    [[nodiscard]] std::size_t bls_signatures() const { return strong(); }

    [[nodiscard]] std::size_t instances() const { return f() + 1; }
};

}  // namespace stadtbuch::consensus
