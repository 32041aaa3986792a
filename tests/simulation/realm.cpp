// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "tests/simulation/options.hpp"

namespace stadtbuch::simulation {

std::shared_ptr<Realm> realm_of(const Options&) {
    return nullptr;
}

}  // namespace stadtbuch::simulation
