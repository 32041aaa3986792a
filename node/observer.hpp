// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// An observer: follows the validators with verification, answers reads on its own client port and
// over HTTP, so that a validator exposes nothing but its two Curve ports. It holds no key that
// anybody trusts.
#pragma once
#include "node/settings.hpp"

namespace stadtbuch::node {

/// Runs until a signal or a failure; returns the exit code.
[[nodiscard]] int run_observer(const Settings& settings);

}  // namespace stadtbuch::node
