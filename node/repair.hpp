// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// A member whose store is damaged begins anew from its peers, without an operator, where
// `storage.on_damage` is "repair" (reliability R-043). Nothing is thrown away: the damaged folder
// is put aside. That the member must not vote before its old votes are harmless is the vote guard's
// matter (vote_guard.hpp).
#pragma once
#include <string>

#include "node/exit_codes.hpp"
#include "node/settings.hpp"
#include "ssi/keys/time.hpp"

namespace stadtbuch::node {

/// `error` says that what the store holds cannot be believed. A folder of somebody else, or one
/// that another process uses, is not damage.
[[nodiscard]] bool is_damage(const Error& error);

/// The exit code after a running node's store failed with `error`. With "repair" damage leaves a
/// request beside the folder
/// (`<data>.repair`), and the code is one after which a service manager starts the node again.
[[nodiscard]] ExitCode exit_code_after(const Error& error, const Settings& settings);

/// The process before this one left a request.
[[nodiscard]] bool repair_requested(const Settings& settings);

/// Renames the data folder to `<data>.damaged-<UTC time>` and takes the request back; gives the new
/// path. Error SB-2013: it cannot be renamed, or one was put aside less than a day before, so that
/// the disk itself is not to be trusted.
[[nodiscard]] Result<std::string, Error> put_aside(const Settings& settings, keys::UnixSeconds now);

}  // namespace stadtbuch::node
