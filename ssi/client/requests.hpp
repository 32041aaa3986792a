// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Requests to a pool: operations, the envelope around them, signatures (indy-client-protocol §4,
// §7, indy-ledger-formats §6). Pure values; reqId and times come from the caller. DIDs are the
// short ones: strip `did:sov:` and `did:indy:…:` first (did::unqualified).
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ssi/keys/ed25519.hpp"
#include "ssi/ledger/types.hpp"
#include "storage/encoding/value.hpp"

namespace stadtbuch::client {

/// The customary author of reads, which nobody signs.
inline constexpr std::string_view reader_did = "LibindyDid111111111111";

// Writes

struct NymChange {
    std::string dest;
    std::optional<std::string> verkey = {};
    /// "0", "2", "101", "201"; an empty text takes the role away; nullopt leaves it.
    std::optional<std::string> role = {};
    std::optional<std::string> alias = {};
    std::optional<std::string> diddoc_content = {};  ///< JSON text
    std::optional<std::int64_t> version = {};
};

[[nodiscard]] encoding::Object nym_operation(const NymChange& change);

enum class AttribForm { raw, enc, hash };
/// `content`: JSON text of an object with one member, any text, or 64 hex digits.
[[nodiscard]] encoding::Object attrib_operation(std::string_view dest, AttribForm form,
                                                std::string_view content);
[[nodiscard]] encoding::Object schema_operation(std::string_view name, std::string_view version,
                                                const std::vector<std::string>& attr_names);
/// `data` holds `primary` and perhaps `revocation`.
[[nodiscard]] encoding::Object cred_def_operation(std::uint64_t schema_seq_no, std::string_view tag,
                                                  encoding::Object data,
                                                  std::string_view signature_type = "CL");
/// `data`: alias, addresses, services, blskey, blskey_pop as far as they change.
[[nodiscard]] encoding::Object node_operation(std::string_view dest, encoding::Object data);

struct AgreementChange {
    std::string version;
    std::optional<std::string> text = {};
    std::optional<std::int64_t> ratification_ts = {};
    std::optional<std::int64_t> retirement_ts = {};
};

[[nodiscard]] encoding::Object taa_operation(const AgreementChange& change);
[[nodiscard]] encoding::Object taa_aml_operation(std::string_view version,
                                                 encoding::Object mechanisms,
                                                 const std::optional<std::string>& context);
[[nodiscard]] encoding::Object taa_disable_operation();

// Reads

/// Which state is asked for; the newest unless one is given.
struct When {
    std::optional<std::uint64_t> seq_no = {};
    std::optional<std::int64_t> timestamp = {};
};

[[nodiscard]] encoding::Object get_nym_operation(std::string_view dest, const When& when = {});
/// `name` of the attribute for raw, else the text or hash itself.
[[nodiscard]] encoding::Object get_attr_operation(std::string_view dest, AttribForm form,
                                                  std::string_view name, const When& when = {});
[[nodiscard]] encoding::Object get_schema_operation(std::string_view author, std::string_view name,
                                                    std::string_view version);
[[nodiscard]] encoding::Object get_cred_def_operation(std::string_view author,
                                                      std::uint64_t schema_seq_no,
                                                      std::string_view tag,
                                                      std::string_view signature_type = "CL");
[[nodiscard]] encoding::Object get_txn_operation(ledger::Ledger ledger, std::uint64_t seq_no);
/// At most one of the three; none asks for the agreement in force.
[[nodiscard]] encoding::Object get_taa_operation(const std::optional<std::string>& version = {},
                                                 const std::optional<std::string>& digest = {},
                                                 std::optional<std::int64_t> timestamp = {});
[[nodiscard]] encoding::Object get_taa_aml_operation(const std::optional<std::string>& version = {},
                                                     std::optional<std::int64_t> timestamp = {});
/// All rules.
[[nodiscard]] encoding::Object get_auth_rules_operation();
/// One rule; `old_value` for EDIT only.
[[nodiscard]] encoding::Object get_auth_rule_operation(std::string_view type, bool is_edit,
                                                       std::string_view field,
                                                       const std::optional<std::string>& old_value,
                                                       const std::optional<std::string>& new_value);
[[nodiscard]] encoding::Object get_revoc_reg_def_operation(std::string_view id);
[[nodiscard]] encoding::Object get_revoc_reg_operation(std::string_view id, std::int64_t timestamp);
[[nodiscard]] encoding::Object get_revoc_reg_delta_operation(std::string_view id,
                                                             std::optional<std::int64_t> from,
                                                             std::int64_t to);
[[nodiscard]] encoding::Object validator_info_operation();

// Envelope and signatures

/// {"identifier","operation","protocolVersion":2,"reqId"}. An empty identifier is left out.
[[nodiscard]] encoding::Value make_request(encoding::Object operation, std::string_view identifier,
                                           std::uint64_t req_id);
[[nodiscard]] encoding::Value make_read(encoding::Object operation, std::uint64_t req_id);
/// Before signing. The day of `time` is what counts, so nothing finer is told (§4.6).
void accept_agreement(encoding::Value& request, std::string_view digest, std::string_view mechanism,
                      std::int64_t time);
/// Before signing.
void set_endorser(encoding::Value& request, std::string_view endorser_did);
/// The author's single signature. False when the request is not complete, or when the device that
/// holds the key refuses.
[[nodiscard]] bool sign(encoding::Value& request, const keys::Signer& key);
/// One of several signatures; a single one is moved among them. False when the request is not
/// complete, or when a single signature has no identifier to go by.
[[nodiscard]] bool add_signature(encoding::Value& request, std::string_view did,
                                 const keys::Signer& key);

}  // namespace stadtbuch::client
