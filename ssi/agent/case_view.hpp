// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Parts of pages that show a case, a comparison or a trace.
#pragma once
#include "ssi/agent/web.hpp"
#include "ssi/credential/trace.hpp"

namespace stadtbuch::agent {

/// Terms of a permit as a list; empty for other cases.
[[nodiscard]] Html permit_list(const View& view, const Case& record);
/// What differs, with who can correct it. The register's value is shown only to somebody who proved
/// who they are; a typed application sees differences once the office asked for a correction, so
/// that the form is no oracle about other people's addresses.
[[nodiscard]] Html differences_for_applicant(const View& view, const Case& record);
/// Register and application side by side, for clerks.
[[nodiscard]] Html comparison_table(const View& view, const Case& record);
[[nodiscard]] Html obstacle_list(const View& view, const Case& record);
[[nodiscard]] Html history_table(const View& view, const Case& record);
[[nodiscard]] Html trace_table(const View& view, const credential::Trace& trace);
/// "12,30 €"
[[nodiscard]] std::string euros(std::int64_t cents, Language language);
[[nodiscard]] Html state_tag(const View& view, CaseState state);

}  // namespace stadtbuch::agent
