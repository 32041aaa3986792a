// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// One application: what was asked, what the register says, who did what when. A value; its JSON
// form is what the store keeps.
//
//   fresh -> (payment ->) offered -> issued -> revoked        conflict: the register disagrees, a
//   clerk looks
//     |  \-> waiting (applicant corrects) -> fresh or conflict
//     \----> rejected                            closed: personal data deleted by the retention job
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ssi/keys/time.hpp"
#include "ssi/register/records.hpp"
#include "storage/encoding/value.hpp"

namespace stadtbuch::agent {

/// What is asked for: a proof of residence, a parking permit, or a type that is configuration
/// (kinds.hpp), by its id.
class CaseKind {
  public:
    CaseKind() : id_("residence") {}

    /// `id`: as is_kind_id() wants it.
    explicit CaseKind(std::string id) : id_(std::move(id)) {}

    static const CaseKind residence, parking;

    [[nodiscard]] const std::string& id() const { return id_; }

    friend bool operator==(const CaseKind&, const CaseKind&) = default;

  private:
    std::string id_;
};

inline const CaseKind CaseKind::residence{"residence"};
inline const CaseKind CaseKind::parking{"parking"};

enum class CaseState {
    fresh,
    waiting,
    conflict,
    offered,
    issued,
    rejected,
    revoked,
    closed,
    payment  ///< approved, waits for the money
};

[[nodiscard]] std::string_view to_text(const CaseKind& kind);
std::string_view to_text(CaseKind&&) = delete;  // the text is the kind's own
/// A small letter, then small letters, digits, '_' and '-', 32 at most.
[[nodiscard]] bool is_kind_id(std::string_view text);
[[nodiscard]] std::string_view to_text(CaseState state);
/// Any well-formed id, also of a type that is no longer configured.
[[nodiscard]] std::optional<CaseKind> kind_of(std::string_view text);
[[nodiscard]] std::optional<CaseState> state_of(std::string_view text);

/// Someone's act. `what` is one of a closed set of words ("created", "approved" ...), see
/// texts.cpp.
struct HistoryLine {
    keys::UnixSeconds at = 0;
    std::string who;  ///< clerk's account, "applicant", "wallet", "system"
    std::string what;
    std::string detail;  ///< reason in the clerk's words, or empty
};

/// The decision's content of a parking permit.
struct PermitTerms {
    std::string zone_id;
    std::string zone_name;
    std::string plate;  ///< canonical
    std::string relation;
    std::string valid_from;
    std::string valid_until;
    std::int64_t fee_cents = 0;
    std::string fee_source;
};

/// What the decision costs, how that was found, and the invoice if there is one. Nothing in it
/// names a person.
struct Charge {
    enum class Basis { year, month, once };
    std::int64_t cents = 0;
    std::int64_t unit_cents = 0;  ///< by `basis`
    Basis basis = Basis::once;
    std::int64_t months = 0;
    std::int64_t length_mm = 0;  ///< of the vehicle, where the fee goes by it
    std::string source;          ///< legal source
    std::string in_force_since;  ///< ISO days, as all below
    std::string invoice;         ///< number; empty: no invoice
    std::string issued_on, due, paid_on, cancelled_on;

    [[nodiscard]] bool is_due() const {
        return !invoice.empty() && paid_on.empty() && cancelled_on.empty();
    }
};

/// For whom somebody acts: what the representation credential said.
struct Representation {
    std::string legal_name;
    std::string identifier;
    std::string scope;
};

/// What one clerk wants and another has to confirm (four eyes).
struct Proposal {
    std::string act;  ///< "approve", "reject", "revoke"
    std::string who;
    keys::UnixSeconds at = 0;
    std::string reason;
    std::string resident_id;  ///< chosen among the candidates
    bool differences_seen = false;
};

struct Case {
    std::string id;            ///< 128-bit token, the clerk's and the API's handle
    std::string number;        ///< "W-2026-000012", for people
    std::string public_token;  ///< 128-bit token in the applicant's link
    CaseKind kind = CaseKind::residence;
    CaseState state = CaseState::fresh;
    keys::UnixSeconds created_at = 0;
    keys::UnixSeconds updated_at = 0;
    keys::UnixSeconds due_at = 0;
    std::string assignee;
    std::string language = "de";
    bool proven = false;  ///< identity and address were proved, not typed
    /// Id of the identity provider at which the person logged in; empty: by wallet, or not at all.
    std::string identified_by;
    registers::StatedPerson stated;
    std::string plate;                    ///< as typed
    registers::StatedFields fields;       ///< what was stated for a configured type, by column
    std::string resident_id;              ///< empty: nobody found, or more than one
    std::vector<std::string> candidates;  ///< ids, when it is not clear who is meant
    std::vector<registers::FieldComparison> comparisons;
    std::vector<std::string>
        obstacles;  ///< rules that do not hold, words of texts.cpp ("rule.no_zone")
    std::optional<PermitTerms> permit;
    std::string valid_from,
        valid_until;  ///< of a configured type's credential, if it has days of its own
    std::optional<Representation>
        company;  ///< the permit is for this company; `stated` is who acts for it
    std::optional<Charge>
        charge;  ///< by a schedule or with an invoice; else permit->fee_cents is all there is
    std::string reason;  ///< what the office told the applicant
    std::string offer_id;
    std::string offer_link;
    keys::UnixSeconds offer_expires_at = 0;
    bool offer_has_code = false;
    keys::UnixSeconds issued_at = 0;
    keys::UnixSeconds credential_expires_at = 0;
    std::int64_t credentials = 0;
    std::string wallet_event;  ///< last notification
    std::string renews;        ///< id of the case whose permit this one continues; empty: none
    /// What the credentials say of the register's data, so that a change is noticed (digest of name
    /// and address, then the municipality's keys); empty before the decision.
    std::string facts;
    std::optional<Proposal> proposal;
    std::string paper_list;  ///< status entry of the printed permit; empty: never printed
    std::uint64_t paper_index = 0;
    std::vector<HistoryLine> history;

    [[nodiscard]] bool open() const {
        return state == CaseState::fresh || state == CaseState::waiting ||
               state == CaseState::conflict;
    }
};

[[nodiscard]] std::string to_json(const Case& record);
/// nullopt for what this program did not write.
[[nodiscard]] std::optional<Case> case_from_json(std::string_view json);

[[nodiscard]] encoding::Array comparisons_to_value(
    const std::vector<registers::FieldComparison>& list);

}  // namespace stadtbuch::agent
