// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The trace of a verification: each rule that was checked leaves one line that a person can read.
// Rule ids are stable; the table is in trace.cpp and printed in docs by the CLI.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "storage/encoding/value.hpp"

namespace stadtbuch::credential {

enum class Rule {
    response_decrypts,        // VP-01
    response_shape,           // VP-02
    credential_parses,        // VC-01
    credential_type_header,   // VC-02  typ = dc+sd-jwt
    issuer_chain,             // VC-03  x5c up to a configured anchor
    issuer_did_key,           // VC-04  DID key when policy uses it
    issuer_signature,         // VC-05
    issuer_identity,          // VC-06  iss agrees with certificate
    not_before,               // VC-07
    not_expired,              // VC-08
    disclosures,              // VC-09  RFC 9901 §7.1
    protected_claims,         // VC-10  never selectively disclosable
    type_matches,             // VC-11  vct, aka_vcts
    type_trusted,             // VC-12  issuer may issue this vct
    claims_present,           // VC-13
    claim_values,             // VC-14
    holder_key,               // KB-01  cnf
    holder_signature,         // KB-02
    holder_audience,          // KB-03
    holder_nonce,             // KB-04
    holder_time,              // KB-05
    holder_hash,              // KB-06  sd_hash
    transaction_data,         // KB-07
    status_reference,         // ST-01
    status_token,             // ST-02
    status_value,             // ST-03
    administrative_validity,  // AD-01  valid_from/valid_until of the content
    query_satisfied,          // VP-03
    paper_token,              // PP-01  signed code on paper
    permit_of_plate,          // PL-01  a permit in force names this plate
    prepared_recently,        // OF-01  without a network: what is known is not too old
    prepared_proved,          // OF-02  and its keys are those of the ledger's receipt
    type_metadata,            // VC-15  the type's description, what it extends and demands
};
[[nodiscard]] std::string_view id_of(Rule rule);

enum class Outcome { passed, failed, skipped };
[[nodiscard]] std::string_view to_text(Outcome outcome);

/// Who can put a failure right: the holder (renew, present another credential), the maker of the
/// wallet, the issuer, or the verifier (whom it trusts, what it asks).
enum class Mender { holder, wallet, issuer, verifier };
[[nodiscard]] std::string_view to_text(Mender mender);
[[nodiscard]] Mender mender_of(Rule rule);

struct TraceLine {
    std::string rule;   // stable id, "VC-05"
    std::string field;  // "exp", "address.municipality_key", empty if none
    Outcome outcome = Outcome::passed;
    std::string de;
    std::string en;
    std::string mend = {};  // to_text(Mender) of a failure; empty: nothing to put right
};

struct Trace {
    std::vector<TraceLine> lines;
    void pass(Rule rule, std::string_view field = {});
    /// `detail` is a short machine-like reason that follows the sentence in both languages; never a
    /// claim value.
    void fail(Rule rule, std::string_view field = {}, std::string_view detail = {});
    void skip(Rule rule, std::string_view field = {});
    /// Records pass or fail and returns `good`.
    bool check(bool good, Rule rule, std::string_view field = {}, std::string_view detail = {});
    [[nodiscard]] bool good() const;  ///< no line failed
    [[nodiscard]] const TraceLine* first_failure() const;
    void append(const Trace& other);
    /// [{"rule","field","outcome","de","en"[,"mend"]}]
    [[nodiscard]] encoding::Array to_value() const;
    [[nodiscard]] static Trace from_value(const encoding::Value& value);
};

/// id, German and English sentence of each rule, for documentation and pages.
struct RuleText {
    Rule rule;
    std::string_view id;
    std::string_view good_de, good_en, bad_de, bad_en;
};

[[nodiscard]] std::span<const RuleText> all_rules();

/// Adds a line of a rule that is in a table of its own (logins, trust lists) and returns `good`.
/// Text: `id`, `good_de`, `good_en`, `bad_de`, `bad_en`. `mender`: who can put a failure right.
/// `detail` is a short reason, never a claim's value.
template <class Text>
bool add_line(Trace& trace, bool good, const Text& text, std::string_view mender,
              std::string_view field, std::string_view detail) {
    TraceLine line{std::string(text.id),
                   std::string(field),
                   good ? Outcome::passed : Outcome::failed,
                   std::string(good ? text.good_de : text.bad_de),
                   std::string(good ? text.good_en : text.bad_en),
                   std::string(good ? std::string_view() : mender)};
    if (!good && !detail.empty()) {
        line.de.append(" (").append(detail).append(")");
        line.en.append(" (").append(detail).append(")");
    }
    trace.lines.push_back(std::move(line));
    return good;
}

}  // namespace stadtbuch::credential
