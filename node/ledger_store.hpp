// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The store of a node with execution and reads on it: what validators and observers open alike.
#pragma once
#include <memory>

#include "node/exit_codes.hpp"
#include "node/identity.hpp"
#include "node/scrub.hpp"
#include "node/settings.hpp"
#include "ssi/ledger/execution.hpp"
#include "ssi/ledger/read_view.hpp"
#include "storage/store/store.hpp"

namespace stadtbuch::node {

/// Members depend on those before them; they are destroyed in reverse order.
struct LedgerStore {
    std::unique_ptr<store::Store> store;
    std::unique_ptr<ledger::Execution> execution;
    std::unique_ptr<ledger::Reader> reader;
    std::unique_ptr<Scrub> scrub;  ///< null: switched off
    bool begun_anew = false;       ///< a damaged one was put aside: votes may be missing
};

/// A read that meets damage ends the process: nothing is answered, and no vote is made, from what
/// is absent only because it cannot be read (reliability B2); with `storage.on_damage` "repair" the
/// next start begins anew (repair.hpp). Sized so that a validator stays below 150 MB; what is not
/// held is read from the store again.
[[nodiscard]] Result<LedgerStore, StartFailure> open_ledger_store(const Settings& settings,
                                                                  const Identity& identity);

}  // namespace stadtbuch::node
