// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The transaction envelope: from a request to the stored form and back (indy-ledger-formats §2,
// §3.1, §6.3). Pure.
//
// An ATTRIB has two forms: expanded (the text itself; replies, GET_TXN, catch-up) and stored (its
// hash; the leaf).
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "ssi/ledger/request.hpp"
#include "ssi/ledger/types.hpp"
#include "storage/base/bytes.hpp"
#include "storage/encoding/value.hpp"

namespace stadtbuch::ledger {

/// Views into a transaction object; valid as long as that lives.
struct TxnView {
    std::string_view type;
    const encoding::Object* data = nullptr;
    const encoding::Object* metadata = nullptr;
    std::optional<std::string_view> from;  ///< author
    std::string_view payload_version;      ///< txn.ver, empty when absent
    bool has_version = false;              ///< txn.ver is there, whatever it holds
    std::uint64_t seq_no = 0;              ///< 0 when absent
    std::optional<std::int64_t> time;

    [[nodiscard]] std::string_view text(std::string_view member) const;

    [[nodiscard]] const encoding::Value* find(std::string_view member) const {
        return data->find(member);
    }
};

/// nullopt when the object has not the shape of a transaction.
[[nodiscard]] std::optional<TxnView> view_txn(const encoding::Value& txn);

/// Members in the reference's order of construction; an ATTRIB is expanded (raw normalized).
[[nodiscard]] encoding::Value make_txn(const Request& request, std::int64_t time,
                                       std::uint64_t seq_no);

/// txnId of the types that have one (§2). `attribute_name` is the member of a raw ATTRIB.
[[nodiscard]] std::optional<std::string> txn_id(const TxnView& txn,
                                                const std::string* attribute_text);

/// Raw attribute text in the form that is hashed and stored; nullopt when it is no JSON.
[[nodiscard]] std::optional<std::string> normalized_raw(std::string_view raw);

/// What to_stored() took out of an ATTRIB: the text, by its hash.
struct AttributeText {
    Hash32 hash;
    std::string text;
};

/// Replaces the text of an ATTRIB by its hash, in place; other types stay. The text is handed out
/// for the attribute store. False when a raw attribute is no JSON.
[[nodiscard]] bool to_stored(encoding::Value& txn, std::optional<AttributeText>& attribute);
using AttributeLookup = std::function<std::optional<std::string>(const Hash32&)>;
/// The way back; what the lookup does not know stays hashed.
void to_expanded(encoding::Value& txn, const AttributeLookup& lookup);

/// Bytes of the leaf, which are the stored bytes.
[[nodiscard]] Bytes leaf_bytes(const encoding::Value& stored_txn);
/// Calls of it in this process (performance-budget §4); relaxed.
[[nodiscard]] std::uint64_t transactions_serialised();

/// A transaction as CATCHUP_REP carries it: JSON with expanded ATTRIB and, in the audit ledger,
/// text keys that become integers again. nullopt when it is no transaction.
[[nodiscard]] std::optional<encoding::Value> txn_from_json(Ledger ledger, std::string_view json);
/// Turns the keys of ledgerSize, ledgerRoot and stateRoot of an audit transaction into integers, in
/// place.
void make_audit_keys_integer(encoding::Value& txn);

}  // namespace stadtbuch::ledger
