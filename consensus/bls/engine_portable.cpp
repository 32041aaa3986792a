// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "consensus/bls/engine_table.hpp"

namespace stadtbuch::bls {

const Engine& portable_engine() {
    static const Engine table = portable::make_engine("portable");
    return table;
}

const Engine& engine() {
    static const Engine& chosen = adx_engine() != nullptr ? *adx_engine() : portable_engine();
    return chosen;
}

}  // namespace stadtbuch::bls
