// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Fields and schemas of what clients send, and the reference's words when a value does not fit
// (indy-ledger-formats §6, indy-client-protocol §5.3). Schemas are tables; unknown members are
// accepted.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "storage/encoding/value.hpp"

namespace stadtbuch::ledger {

/// Why a message does not fit. With `is_cause` the refusal names no text, only this as its cause:
/// the reference met an error of its own while it looked at the value.
struct SchemaFault {
    std::string text;
    bool is_cause = false;
};

enum class FieldKind : std::uint8_t {
    any,
    constant,  ///< the operation's type; known to fit, as it chose the schema
    boolean,
    integer,
    non_negative,
    seq_no,        ///< integer from 1
    timestamp,     ///< integer from 1499906902
    port,          ///< 1..65535
    text,          ///< not empty
    limited_text,  ///< at most `max` code points
    json_text,     ///< limited_text that parses as JSON
    ip_address,
    base58,  ///< decoding to one of `lengths` octets
    verkey,
    sha256_hex,
    role,        ///< text or null
    signature,   ///< limited text or null
    serialized,  ///< text of an inner message
    protocol_version,
    ledger_id,
    choice,  ///< one of `choices`
    word,    ///< the only one of `choices`
    any_map,
    map,   ///< every key by `key`, every value by `inner`
    list,  ///< every element by `inner`; `min_count`, `max_count` (0: no limit)
    generic_version,
    schema_version,
    date_time,
    rule_value,  ///< text up to `max` or null
    constraint,  ///< authorisation constraint
    nested,      ///< an object of schema `schema`
    operation,   ///< an operation: its type chooses the schema
};

struct Schema;

struct Field {
    std::string_view name = {};
    FieldKind kind = FieldKind::any;
    bool optional = false;
    bool nullable = false;
    bool can_be_empty = false;
    std::uint32_t max = 0;
    std::uint32_t min_count = 0;
    std::uint32_t max_count = 0;
    std::span<const std::string_view> choices = {};
    std::span<const std::size_t> lengths = {};
    const Field* key = nullptr;
    const Field* inner = nullptr;
    const Schema* schema = nullptr;
};

using SchemaVerdict = std::optional<SchemaFault>;  ///< nullopt: fits

struct Schema {
    std::string_view name;  ///< as refusals print it
    std::span<const Field> fields;
    /// What the fields together must hold; looked at when each of them fits.
    SchemaVerdict (*whole)(const Schema&, const encoding::Object&) = nullptr;
};

/// Missing fields first, then the members in the order in which they came, then the whole.
[[nodiscard]] SchemaVerdict check_schema(const Schema& schema, const encoding::Value& value);

// Texts of faults, for `Schema::whole`.
[[nodiscard]] SchemaFault fault_of_message(const Schema& schema, std::string_view why);
[[nodiscard]] SchemaFault fault_of_field(const Schema& schema, std::string_view why,
                                         std::string_view field, const encoding::Value& value);
[[nodiscard]] SchemaFault fault_of_missing(const Schema& schema,
                                           std::span<const std::string_view> fields);

/// A numeric IPv4 or IPv6 address (RFC 4291 §2.2 forms; no zone).
[[nodiscard]] bool is_ip_address(std::string_view text);

}  // namespace stadtbuch::ledger
