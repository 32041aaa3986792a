// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The running service: logging, servers, timers, signals.
#pragma once
#include "ssi/agent/agent.hpp"

namespace stadtbuch::agent {

/// Serves until SIGTERM or SIGINT; SIGHUP loads the TLS certificate again. With `check_only`
/// everything is read and opened but nothing served.
[[nodiscard]] Result<void, StartFailure> serve(const Settings& settings, bool check_only);

/// Options of the public server that follow from the settings.
[[nodiscard]] net::HttpServerOptions server_options(Agent& agent);

}  // namespace stadtbuch::agent
