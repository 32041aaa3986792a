// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Snapshots: a file from which an observer starts instead of asking the validators for every
// transaction (operations OP-62). Nothing in it is believed: the members' changes are followed from
// the genesis, the newest roots must be signed by the members of then, and the transactions must
// lead to these roots.
//
// Lines of JSON, each ended by a line feed:
//   {"type":"stadtbuch-snapshot","version":1,"genesis":root of the pool genesis, base58,
//    "pool":[{"size":n,"multiSignature":{...}}],               changes of the members, in order
//    "ledgers":[{"ledger":0,"size":n,"multiSignature":{...}},  then 2 and 1
//               ...]}
//   transactions 1..size of each ledger in that order, as CATCHUP_REP carries them
// The config ledger may be empty and then unsigned. The audit ledger is not in it: members sign no
// root of it, it comes by catch-up.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "ssi/ledger/execution.hpp"
#include "ssi/ledger/genesis.hpp"
#include "ssi/ledger/read_view.hpp"
#include "storage/base/error.hpp"
#include "storage/base/result.hpp"

namespace stadtbuch::ledger {

/// Takes a line without its end; false ends the writing.
using LineSink = std::function<bool(std::string_view line)>;
/// The next line without its end; nullopt when there is none.
using LineSource = std::function<std::optional<std::string>()>;

struct SnapshotSummary {
    std::uint64_t pool_size = 0, domain_size = 0, config_size = 0;
    std::int64_t signed_at = 0;  ///< of the domain ledger, UNIX seconds
};

/// Errors: SB-2130 a ledger's newest roots have no signature here (yet), SB-2131 the sink refused.
[[nodiscard]] Result<SnapshotSummary, Error> write_snapshot(const ReadView& view,
                                                            const Genesis& genesis,
                                                            const LineSink& sink);

/// Fills an execution that holds the genesis only. Errors: SB-2132 the snapshot does not hold
/// (`where` says what), SB-2133 the execution holds more than the genesis, and those of the store.
/// After an error the store holds what nobody vouches for and must be thrown away.
[[nodiscard]] Result<SnapshotSummary, Error> load_snapshot(store::Store& store,
                                                           Execution& execution,
                                                           const Genesis& genesis,
                                                           const LineSource& source);

}  // namespace stadtbuch::ledger
