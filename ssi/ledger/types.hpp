// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Ledgers and transaction type codes (indy-ledger-formats §1, §6).
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace stadtbuch::ledger {

enum class Ledger : std::uint8_t { pool = 0, domain = 1, config = 2, audit = 3 };
inline constexpr std::size_t ledger_count = 4;
inline constexpr std::size_t state_count = 3;  ///< pool, domain and config have a state trie

[[nodiscard]] constexpr std::size_t index_of(Ledger ledger) {
    return static_cast<std::size_t>(ledger);
}

[[nodiscard]] constexpr std::int64_t number_of(Ledger ledger) {
    return static_cast<std::int64_t>(ledger);
}

/// nullopt for a number that names no ledger of ours.
[[nodiscard]] constexpr std::optional<Ledger> ledger_from(std::int64_t number) {
    if (number < 0 || number >= static_cast<std::int64_t>(ledger_count)) return std::nullopt;
    return static_cast<Ledger>(number);
}

namespace txn_type {
inline constexpr std::string_view node = "0", nym = "1", audit = "2", get_txn = "3", taa = "4",
                                  taa_aml = "5", get_taa = "6", get_taa_aml = "7",
                                  taa_disable = "8", ledgers_freeze = "9",
                                  get_frozen_ledgers = "10", attrib = "100", schema = "101",
                                  claim_def = "102", get_attr = "104", get_nym = "105",
                                  get_schema = "107", get_claim_def = "108", pool_upgrade = "109",
                                  node_upgrade = "110", pool_config = "111", revoc_reg_def = "113",
                                  revoc_reg_entry = "114", get_revoc_reg_def = "115",
                                  get_revoc_reg = "116", get_revoc_reg_delta = "117",
                                  pool_restart = "118", validator_info = "119", auth_rule = "120",
                                  get_auth_rule = "121", auth_rules = "122", flag = "130",
                                  get_flag = "131";
}  // namespace txn_type

/// The ledger that a write of this type goes to; nullopt for reads, actions and unknown types.
[[nodiscard]] std::optional<Ledger> ledger_of_type(std::string_view type);

}  // namespace stadtbuch::ledger
