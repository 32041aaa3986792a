// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// A validator: node stack, client port, consensus, store, admin socket and telemetry in one
// process.
//
// Threads: the caller's (net loop: sockets, requests), "consensus" (agreement and execution),
// "writer" (store), workers (signatures of requests, reads), "bls" (shares and proofs), ZeroMQ's
// own I/O thread and its authentication thread.
#pragma once
#include <memory>
#include <string>

#include "node/exit_codes.hpp"
#include "node/identity.hpp"
#include "node/settings.hpp"

namespace stadtbuch::node {

/// Runs until a signal or a failure; returns the exit code. Failures of the start are logged and
/// nothing is written then.
[[nodiscard]] int run_validator(const Settings& settings);

}  // namespace stadtbuch::node
