// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Forms of credential types that are configuration: what the start page, the page of one
// application and the desk need.
#pragma once
#include "ssi/agent/web.hpp"

namespace stadtbuch::agent {

/// A card of the start page for each configured type.
[[nodiscard]] Html kind_cards(const View& view);
/// The three steps.
[[nodiscard]] Html kind_steps(const View& view, std::size_t current);
/// The inputs, filled with `said`.
[[nodiscard]] Html kind_inputs(const View& view, const KindDefinition& kind,
                               const registers::StatedFields& said,
                               const std::vector<FormFault>& faults);
[[nodiscard]] registers::StatedFields read_kind_form(const KindDefinition& kind,
                                                     const net::FormList& form,
                                                     std::vector<FormFault>& faults);
/// The way to show a credential instead of typing; empty where the type or the trust has none.
[[nodiscard]] Html kind_present_card(const View& view, const KindDefinition& kind);
/// Does the type ask for a credential that somebody is trusted to issue?
[[nodiscard]] bool kind_present_accepted(const Agent& agent, const KindDefinition& kind);
void mount_kind_present_pages(Agent& agent, net::HttpServer& server);
/// Days of the credential, as a list; empty for types without days of their own.
[[nodiscard]] Html kind_days(const View& view, const Case& record);

}  // namespace stadtbuch::agent
