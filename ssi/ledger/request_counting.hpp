// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Where the counters of request.hpp are advanced from.
#pragma once

namespace stadtbuch::ledger {

void count_signature_check();

}  // namespace stadtbuch::ledger
