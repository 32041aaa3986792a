// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Keys of the state tries and the wrapper of their values (indy-ledger-formats §5). Pure; keys are
// UTF-8 text except that of a NYM, which is 32 raw bytes.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "ssi/ledger/txn.hpp"
#include "storage/base/bytes.hpp"
#include "storage/encoding/value.hpp"

namespace stadtbuch::ledger {

inline constexpr std::string_view taa_latest_key = "2:latest";
inline constexpr std::string_view taa_digest_prefix = "2:d:";
inline constexpr std::string_view aml_latest_key = "3:latest";
inline constexpr std::string_view frozen_ledgers_key = "4:FROZEN_LEDGERS";

[[nodiscard]] Hash32 nym_key(std::string_view did);
/// `hash_hex` is the hash of the attribute's name or text.
[[nodiscard]] std::string attrib_key(std::string_view did, std::string_view hash_hex);
[[nodiscard]] std::string schema_key(std::string_view author, std::string_view name,
                                     std::string_view version);
[[nodiscard]] std::string claim_def_key(std::string_view author, std::string_view signature_type,
                                        std::string_view schema_ref, std::string_view tag);
[[nodiscard]] std::string revoc_reg_def_key(std::string_view author, std::string_view cred_def_id,
                                            std::string_view type, std::string_view tag);
[[nodiscard]] std::string revoc_entry_key(std::string_view revoc_reg_def_id);
[[nodiscard]] std::string revoc_accum_key(std::string_view revoc_reg_def_id);
[[nodiscard]] std::string auth_rule_key(std::string_view action_text);
[[nodiscard]] std::string taa_digest_key(std::string_view digest_hex);
[[nodiscard]] std::string taa_version_key(std::string_view version);
[[nodiscard]] std::string aml_version_key(std::string_view version);
[[nodiscard]] std::string flag_key(std::string_view name);

// Keys from transactions; `attribute_text` is the text of a raw or enc ATTRIB.
[[nodiscard]] std::optional<std::string> attrib_key_of(const TxnView& txn,
                                                       const std::string* attribute_text);
[[nodiscard]] std::string schema_key_of(const TxnView& txn);
[[nodiscard]] std::string claim_def_key_of(const TxnView& txn);
[[nodiscard]] std::string revoc_reg_def_key_of(const TxnView& txn);
[[nodiscard]] bool is_rich_schema(std::string_view type);

/// Name of the one member of a raw attribute; nullopt when the text is no object with one member or
/// more.
[[nodiscard]] std::optional<std::string> attribute_name(std::string_view raw_text);
/// `ref` of a CLAIM_DEF as the key prints it.
[[nodiscard]] std::string ref_text(const encoding::Value* ref);
/// SHA-256 of version and text joined, lower hex.
[[nodiscard]] std::string taa_digest(std::string_view version, std::string_view text);

/// {"lsn":..,"lut":..,"val":..} as canonical JSON.
[[nodiscard]] std::string wrapped(std::uint64_t seq_no, const std::optional<std::int64_t>& time,
                                  encoding::Value value);

struct Wrapped {
    encoding::Value value;
    encoding::Value seq_no;  ///< lsn
    encoding::Value time;    ///< lut
};

/// nullopt when the bytes are no wrapper.
[[nodiscard]] std::optional<Wrapped> unwrapped(BytesView state_value);

}  // namespace stadtbuch::ledger
