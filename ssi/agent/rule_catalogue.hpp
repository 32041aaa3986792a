// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Everything that this agent checks, as one list: presentations and papers, issuance, logins.
#pragma once
#include <string_view>
#include <vector>

namespace stadtbuch::agent {

struct CatalogueRule {
    std::string_view id;
    std::string_view field;   ///< empty: several, or the trace names it
    std::string_view mender;  ///< word "mend.…" of texts.cpp
    std::string_view good_de, good_en, bad_de, bad_en;
};

[[nodiscard]] std::vector<CatalogueRule> rule_catalogue();

}  // namespace stadtbuch::agent
