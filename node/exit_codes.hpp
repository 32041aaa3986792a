// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// How the daemon ends (OP-13), and the failure that ends a start.
#pragma once
#include "storage/base/error.hpp"

namespace stadtbuch::node {

enum class ExitCode : int {
    clean = 0,
    usage = 64,
    bad_data = 65,       ///< damaged or foreign store
    missing_input = 66,  ///< genesis or keys
    unavailable = 69,    ///< port or data folder in use
    io_error = 74,       ///< disk full, fsync failed
    temporary = 75,
    permission = 77,
    configuration = 78,
};

/// What main() prints and exits with. Nothing was written when a start fails.
struct StartFailure {
    ExitCode code = ExitCode::configuration;
    Error error;
};

/// Maps the stable ids of store, net, keys and ledger errors to exit codes.
[[nodiscard]] ExitCode exit_code_of(const Error& error);

/// What ends a running node whose store failed: damage that a read met is no reason to start again,
/// other failures are.
[[nodiscard]] ExitCode exit_code_of_store(const Error& error);

/// Gives `code` back, but ends the process at once after a disk error or damage: the database would
/// assert when it closes a file whose last write failed, and what was promised is durable already.
[[nodiscard]] int leave(int code);

}  // namespace stadtbuch::node
