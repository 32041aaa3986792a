// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Parts of pages about companies and who acts for them.
#pragma once
#include "ssi/agent/web.hpp"

namespace stadtbuch::agent {

/// To the company's way, where representation credentials are accepted; else empty.
[[nodiscard]] Html company_link(const View& view);
/// For whom the permit is and who asked for it; empty for other cases.
[[nodiscard]] Html company_box(const View& view, const Case& record);

}  // namespace stadtbuch::agent
