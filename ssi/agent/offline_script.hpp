// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The scripts of the inspector's page without a network, as they are served.
#pragma once
#include <string>
#include <string_view>

namespace stadtbuch::agent::offline_script {

/// What checks: /kontrolle/ledger.js first, then /kontrolle/app.js.
[[nodiscard]] std::string_view ledger();
[[nodiscard]] std::string_view app();
/// The service worker; its name changes with the content of all.
[[nodiscard]] std::string worker();

}  // namespace stadtbuch::agent::offline_script
