// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Snapshots as files (form and checks: ssi/ledger/snapshot.hpp). A file may come from anywhere, a
// web server for example: what it says is proved or refused.
#pragma once
#include <string>
#include <vector>

#include "node/settings.hpp"

namespace stadtbuch::node {

/// Writes the store of `settings` to a file, whole or not at all; the node that owns the store may
/// run meanwhile. Prints a line about it. Returns the process's exit code.
[[nodiscard]] int export_snapshot(const Settings& settings, const std::string& file);

/// Makes the data folder of an observer from the first of these files and web addresses that holds;
/// the others are named with what is wrong. The folder must not be there yet. Until everything is
/// proved it is called `<data>.loading`; on a fault that is removed again. A download is
/// `<data>.download` until it was loaded, and goes on after an interruption. Returns the exit code.
[[nodiscard]] int import_snapshot(const Settings& settings,
                                  const std::vector<std::string>& sources);

}  // namespace stadtbuch::node
