// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Before a validator may vote: is its store the one that its keys voted with last, and as new? The
// answer lies in two marks, one in the store, one beside the keys (ssi/keys/vote_mark.hpp); what
// neither can say, the pool is asked for (reliability R-011, OP-61). A machine that was put back as
// a whole, its mark included, is not recognised: it counts as one of f (docs/operations.md; the
// simulation's `rolled_back`).
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "node/exit_codes.hpp"
#include "ssi/keys/vote_mark.hpp"
#include "storage/store/store.hpp"

namespace stadtbuch::node {

enum class Trust {
    votes,     ///< the store is complete
    follows,   ///< votes may be missing: no vote before they cannot matter
               ///< (consensus::Setup::recover)
    in_doubt,  ///< an empty store and no mark: new, or lost together with the mark
               ///< (Setup::in_doubt)
};

/// What the store says of itself.
struct StoreMark {
    std::string store;
    std::uint64_t starts = 0;
    bool in_doubt = false;  ///< an earlier start could not tell either
};

struct StoreContents {
    std::optional<StoreMark> mark;  ///< nullopt: none was written yet
    std::uint64_t batches = 0;      ///< transactions of the audit ledger
    bool has_votes = false;         ///< records of batches that this member voted for
};

struct Judgement {
    Trust trust = Trust::votes;
    std::string_view reason;  ///< for the log; empty when it votes
};

[[nodiscard]] Judgement judge(const std::optional<keys::VoteMark>& beside_keys,
                              const StoreContents& store);

class VoteGuard {
  public:
    /// Judges, and writes both marks anew, the store's first. With `asked` it follows in any case.
    /// Errors: those of the mark's file, and of the store.
    [[nodiscard]] static Result<VoteGuard, StartFailure> open(store::Store& store,
                                                              const std::string& keystore,
                                                              std::uint64_t batches, bool asked);

    [[nodiscard]] const Judgement& judgement() const { return judgement_; }

    /// The pool has answered a doubt; `recovers_at` as in consensus::Status, nullopt: it may vote.
    [[nodiscard]] Result<void, Error> settle(std::optional<std::uint64_t> recovers_at,
                                             std::uint64_t batches);
    /// So many transactions of the audit ledger are durable. Writes a file when the number has
    /// grown; blocks.
    [[nodiscard]] Result<void, Error> note(std::uint64_t batches);

  private:
    VoteGuard(store::Store& store, std::string path) : store_(&store), path_(std::move(path)) {}

    [[nodiscard]] Result<void, Error> write_store_mark(bool in_doubt,
                                                       const std::optional<std::string>& recover);

    store::Store* store_;
    std::string path_;
    keys::VoteMark mark_;
    Judgement judgement_;
};

}  // namespace stadtbuch::node
