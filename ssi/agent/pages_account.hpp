// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The way to show who one is by logging in at an identity provider (identity_providers.hpp).
#pragma once
#include "ssi/agent/web.hpp"

namespace stadtbuch::agent {

/// What somebody logs in for.
struct AccountUse {
    std::string_view purpose;  ///< of the sitting: "residence", "mine"
    std::string_view base;     ///< its page; the login begins with POST base/konto/{id}
    bool needs_assurance;      ///< offered only where the provider says how sure it is
};

inline constexpr AccountUse account_for_residence{"residence", "/wohnsitz", false};
inline constexpr AccountUse account_for_holdings{"mine", "/nachweise", true};

/// A card with a button for each provider; empty if there is none.
[[nodiscard]] Html account_cards(const View& view, const AccountUse& use);
/// Name of a provider for people; the id of one that is no longer configured.
[[nodiscard]] std::string account_name(const View& view, const std::string& id);

}  // namespace stadtbuch::agent
