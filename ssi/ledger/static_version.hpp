// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Version texts as the reference accepts them: any letters, digits and [.-+!] for upgrades, and two
// or three numbers for schemas (read by the rules of PEP 440, Appendix B, of which only the release
// may be used).
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace stadtbuch::ledger {

/// Why `text` is no version for POOL_UPGRADE; nullopt when it is one.
[[nodiscard]] std::optional<std::string> generic_version_fault(std::string_view text);
/// Why `text` is no version for SCHEMA and its reads; nullopt when it is one.
[[nodiscard]] std::optional<std::string> schema_version_fault(std::string_view text);

}  // namespace stadtbuch::ledger
