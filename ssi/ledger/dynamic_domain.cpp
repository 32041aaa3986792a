// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// NYM, ATTRIB, SCHEMA, CLAIM_DEF, rich schema objects (indy-ledger-formats §6.2-6.5).
#include "ssi/ledger/dynamic.hpp"
#include "ssi/ledger/state_keys.hpp"
#include "storage/encoding/text.hpp"
#include "storage/hash/hash.hpp"

namespace stadtbuch::ledger {

using encoding::Value;

namespace {

constexpr std::size_t did_bytes = 16;
constexpr std::size_t key_bytes = 32;

std::string value_text(const Value* value) {
    return value != nullptr && value->text() != nullptr ? *value->text() : std::string();
}

/// Versions 1 and 2 bind the DID to the key.
Verdict check_self_certifying(const DynamicContext& context, std::string_view did) {
    const Value* version_member = context.member("version");
    const auto version = version_member == nullptr ? std::nullopt
                         : version_member->is_bool()
                             ? std::optional(std::int64_t{*version_member->boolean()})
                             : version_member->integer();
    if (!version || (*version != 1 && *version != 2)) return std::nullopt;
    // The whole key only: an abbreviated one, or none, would end the reference.
    const auto key = encoding::base58_decode(context.text("verkey"));
    const bool first_bytes = *version == 1;
    if (key && key->size() == key_bytes) {
        const Hash32 hashed = hash::sha256(BytesView(*key));
        const BytesView whole = first_bytes ? BytesView(*key) : hashed.view();
        if (encoding::base58_encode(whole.first(did_bytes)) == did) return std::nullopt;
    }
    return invalid_request(
        first_bytes ? "Identifier with version 1 must be first 16 bytes of verkey"
                    : "Identifier with version 2 must be first 16 bytes of SHA256 of verkey");
}

Verdict validate_new_nym(const DynamicContext& context, std::string_view did) {
    if (!context.state.identity(context.author())) {
        if (context.author() != did) {
            return invalid_request(
                "DID which is not stored on ledger can send nym txn only if appropriate auth_rules "
                "set and sender did equal to destination nym");
        }
        if (context.text("verkey").empty())
            return invalid_request("Non-ledger nym txn must contain verkey for new did");
    }
    if (auto refusal = check_self_certifying(context, did)) return refusal;
    return authorize(context, {"1", false, "role", "*", value_text(context.member("role"))}, true);
}

Verdict validate_existing_nym(const DynamicContext& context, std::string_view did,
                              const Identity& nym) {
    if (context.member("version") != nullptr)
        return invalid_request("Cannot set version on existing nym");
    const bool is_owner = nym.is_owned_by(did, context.author());
    const Value* role = context.member("role");
    const Value* verkey = context.member("verkey");
    if (role != nullptr) {
        const RuleKey action{"1", true, "role", nym.role.value_or(""), value_text(role)};
        if (auto refusal = authorize(context, action, is_owner)) return refusal;
    }
    if (verkey != nullptr) {
        const RuleKey action{"1", true, "verkey", nym.verkey.value_or(""), value_text(verkey)};
        if (auto refusal = authorize(context, action, is_owner)) return refusal;
    }
    // The reference gives no text here.
    if (role == nullptr && verkey == nullptr && !is_owner) return invalid_request("");
    return std::nullopt;
}

}  // namespace

Verdict validate_nym(const DynamicContext& context) {
    const std::string_view did = context.text("dest");
    const auto nym = context.state.identity(did);
    return nym ? validate_existing_nym(context, did, *nym) : validate_new_nym(context, did);
}

Verdict validate_attrib(const DynamicContext& context) {
    const std::string_view did = context.text("dest");
    const auto nym = context.state.identity(did);
    if (!nym) return invalid_request("dest should be added before adding attribute for it");
    const char* field = context.member("raw") != nullptr   ? "raw"
                        : context.member("enc") != nullptr ? "enc"
                                                           : "hash";
    const std::string raw(context.text("raw"));
    const auto key = attrib_key_of(context.as_txn(), raw.empty() ? nullptr : &raw);
    if (!key)
        return invalid_request(
            "validation error [ClientAttribOperation]: should be a valid JSON string (raw=" + raw +
            ")");
    const bool exists = context.state.has(Ledger::domain, *key);
    return authorize(context, {"100", exists, field, "*", "*"},
                     nym->is_owned_by(did, context.author()));
}

Verdict validate_schema(const DynamicContext& context) {
    const bool exists = context.state.has(Ledger::domain, schema_key_of(context.as_txn()));
    return authorize(context, whole_object(txn_type::schema, exists), true);
}

Verdict validate_claim_def(const DynamicContext& context) {
    const Value* ref = context.member("ref");
    const auto seq_no = ref == nullptr ? std::nullopt : ref->unsigned_integer();
    const auto txn = seq_no ? context.txn(Ledger::domain, *seq_no) : std::nullopt;
    if (!txn) return invalid_request("Mentioned seqNo (" + ref_text(ref) + ") doesn't exist.");
    const auto view = view_txn(*txn);
    if (!view || view->type != txn_type::schema) {
        return invalid_request("Mentioned seqNo (" + ref_text(ref) +
                               ") isn't seqNo of the schema.");
    }
    const bool exists = context.state.has(Ledger::domain, claim_def_key_of(context.as_txn()));
    // The key holds the author, so who edits is the owner.
    return authorize(context, whole_object(txn_type::claim_def, exists), true);
}

Verdict validate_rich_schema(const DynamicContext&) {
    // ENABLE_RICH_SCHEMAS is off in the reference's default; static validation refuses them with
    // the same text.
    return invalid_request("RichSchema transactions are disabled");
}

}  // namespace stadtbuch::ledger
