// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The office's own rules: from an application over the comparison with the registers to a decision,
// an offer, a revocation. Knows no HTTP and no page.
//
// Data of record win: what is issued comes from the registers, never from what an applicant typed.
// Threads: any.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "ssi/agent/audit.hpp"
#include "ssi/agent/case_book.hpp"
#include "ssi/agent/companies.hpp"
#include "ssi/agent/fees.hpp"
#include "ssi/agent/kinds.hpp"
#include "ssi/agent/settings.hpp"
#include "ssi/agent/statistics.hpp"
#include "ssi/agent/status_lists.hpp"
#include "ssi/credential/type_metadata.hpp"
#include "ssi/openid/issuer.hpp"
#include "ssi/register/register.hpp"

namespace stadtbuch::agent {

enum class DeskError {
    unknown_case,
    wrong_state,         ///< another act came first, or this act is not for this state
    nobody_found,        ///< no resident chosen or found
    differences_remain,  ///< approving needs the clerk's word that they were looked at
    obstacles_remain,    ///< a rule of the municipality does not hold
    reason_missing,
    plate_unreadable,
    offer_failed,
    second_needed,  ///< noted as a proposal: another clerk has to confirm it
    plan_outdated,  ///< what was shown is no longer what would happen
};
[[nodiscard]] std::string_view to_text(DeskError error);

/// Last day of what begins on `first` (ISO): the day before the same date `months` later.
[[nodiscard]] std::string last_day(const std::string& first, std::int64_t months);

/// What a wallet proved about its holder: claims of a proof of residence.
struct ProvenResidence {
    registers::StatedPerson person;
    std::string street_key;
    std::string residence_kind;
    std::optional<ProvenCompany> company = {};  ///< instead of an address: whom the person acts for
    /// Id of the identity provider that says so, instead of a wallet.
    std::string account = {};
    /// The login has the level of assurance that was asked for; false: a clerk decides.
    bool assured = true;
};

struct Approval {
    Case record;
    std::string
        tx_code;  ///< goes to the clerk's screen or letter, never beside the offer; empty: none
};

struct ApproveOptions {
    bool differences_seen = false;
    std::string resident_id;  ///< chosen among the candidates
    bool with_code = true;
    /// The offer also names the authorization code grant (with a code only).
    bool authorization_code = false;
    std::int64_t offer_lifetime_s = 0;
};

/// What a plate lookup tells an inspector. Nothing about a person.
struct PlateAnswer {
    bool valid = false;
    std::string plate;  ///< canonical, or as typed
    std::string why;    ///< word of texts.cpp: "plate.valid", "plate.unknown", "plate.revoked" ...
    std::string zone_id;
    std::string zone_name;
    std::string valid_until;

    /// The one rule behind it.
    [[nodiscard]] credential::Trace trace() const {
        credential::Trace out;
        out.check(valid, credential::Rule::permit_of_plate, "plate");
        return out;
    }
};

/// A bulk act on the permits of one zone.
struct BulkWish {
    enum class Act { renew, revoke } act = Act::renew;
    std::string zone;    ///< empty: all zones
    std::string reason;  ///< of a revocation: word of texts.cpp, told in each citizen's language
};

[[nodiscard]] std::string_view to_text(BulkWish::Act act);

/// What would happen to one case.
struct BulkLine {
    std::string case_id, number, zone;
    std::size_t credentials = 0;  ///< in wallets
    bool acts = false;            ///< false: left alone
    std::string why;              ///< word of texts.cpp: "bulk.will_renew", "rule.moved_away"
};

struct BulkPlan {
    BulkWish wish;
    std::vector<BulkLine> lines;
    std::size_t acting = 0;
    std::string digest;  ///< of wish and lines: what is carried out is what was shown
};

/// The register has changed under a decided case.
struct RegisterEvent {
    enum class Act {
        revoke,   ///< what was certified is over
        replace,  ///< permit of another zone: the old one ends, a new case begins
        refresh   ///< the old credentials are void, the same case gives new ones
    };

    std::string case_id, number;
    Act act = Act::revoke;
    std::string what;  ///< word of texts.cpp: "event.moved_away" ...
};

/// Names these events: what a clerk applies is what was shown.
[[nodiscard]] std::string digest_of(const std::vector<RegisterEvent>& events);

class Desk final : public openid::Decisions {
  public:
    struct Parts {
        const Settings& settings;
        const registers::Register& registers;
        CaseBook& cases;
        StatusLists& status;
        openid::Issuer& issuer;
        openid::Records& records;
        AuditLog& audit;
        Statistics& statistics;
        const Kinds& kinds;
        const FeeSchedule& fees;
        const Payment& payment;
        const Companies& companies;
    };

    explicit Desk(Parts parts);

    /// What somebody typed; a clerk decides, whatever the registers say.
    Case apply(const CaseKind& kind, const registers::StatedPerson& stated,
               const std::string& plate, const std::string& language, keys::UnixSeconds now);
    /// The same for a type that is configuration.
    Case apply(const KindDefinition& kind, registers::StatedFields stated,
               const std::string& language, keys::UnixSeconds now);
    /// The same with what KindPresent names proved by a credential: granted at once where the type
    /// says so and register and rules agree.
    [[nodiscard]] Result<Case, DeskError> apply_proven(const KindDefinition& kind,
                                                       registers::StatedFields stated,
                                                       const std::string& language,
                                                       keys::UnixSeconds now);
    /// The permit is granted at once when every rule holds; else the case stays open with what is
    /// in the way.
    Result<Case, DeskError> apply_parking(const ProvenResidence& proven, const std::string& plate,
                                          const std::string& language, keys::UnixSeconds now);
    /// The same for a company whose authorised representative presented a representation
    /// credential.
    Result<Case, DeskError> apply_company(const ProvenCompany& proven, const std::string& plate,
                                          const std::string& language, keys::UnixSeconds now);
    /// Identity and address were presented as PID: granted at once when the register agrees; else
    /// a clerk looks.
    Result<Case, DeskError> apply_residence(const ProvenResidence& proven,
                                            const std::string& language, keys::UnixSeconds now);
    /// What a wallet with an authorization or a refresh token gets today (openid::Decisions): the
    /// register's data of today, as long as the person lives here and the permit runs.
    [[nodiscard]] openid::Decision decision(const std::string& case_id,
                                            keys::UnixSeconds now) override;
    /// The office asked for a correction, or the register disagrees with what was proved: the
    /// applicant may mend it. Who only typed must not find out by trying what the register holds.
    [[nodiscard]] static bool correctable(const Case& record);
    /// The applicant's correction of such a case.
    Result<Case, DeskError> correct(const std::string& id, const registers::StatedPerson& stated,
                                    const std::string& plate, keys::UnixSeconds now);
    Result<Case, DeskError> correct(const std::string& id, registers::StatedFields stated,
                                    keys::UnixSeconds now);
    /// Compares again with today's registers.
    Result<Case, DeskError> refresh(const std::string& id, const std::string& who,
                                    keys::UnixSeconds now);

    Result<Case, DeskError> assign(const std::string& id, const std::string& who,
                                   keys::UnixSeconds now);
    Result<Approval, DeskError> approve(const std::string& id, const std::string& who,
                                        const ApproveOptions& options, keys::UnixSeconds now);
    /// Another offer for a decided case (the first expired, or another device). The old one is
    /// void.
    Result<Approval, DeskError> offer_again(const std::string& id, const std::string& who,
                                            ApproveOptions options, keys::UnixSeconds now);
    Result<Case, DeskError> ask_correction(const std::string& id, const std::string& who,
                                           const std::string& reason, keys::UnixSeconds now);
    Result<Case, DeskError> reject(const std::string& id, const std::string& who,
                                   const std::string& reason, keys::UnixSeconds now);
    Result<Case, DeskError> revoke(const std::string& id, const std::string& who,
                                   const std::string& reason, keys::UnixSeconds now);

    // -- money (desk_fees.cpp)
    /// The cash office has it, since `paid_on` (ISO day). What waited for it is offered; what the
    /// register no longer confirms waits for a clerk.
    Result<Case, DeskError> mark_paid(const std::string& id, const std::string& who,
                                      const std::string& paid_on, keys::UnixSeconds now);
    Result<Case, DeskError> cancel_invoice(const std::string& id, const std::string& who,
                                           const std::string& reason, keys::UnixSeconds now);
    /// What an application would cost, by the schedule or the zone's yearly fee; nullopt: nothing.
    [[nodiscard]] std::optional<Charge> fee_of(const FeeQuestion& question) const;

    /// The second clerk confirms, or anybody takes back, what the first one proposed (four eyes).
    Result<Case, DeskError> confirm(const std::string& id, const std::string& who,
                                    keys::UnixSeconds now);
    Result<Case, DeskError> withdraw(const std::string& id, const std::string& who,
                                     keys::UnixSeconds now);

    /// Dry run of a bulk act.
    [[nodiscard]] BulkPlan plan(const BulkWish& wish, keys::UnixSeconds now) const;
    /// Does what plan() told, if it still tells the same; where two clerks are needed the first
    /// call proposes (second_needed) and the second, by another one, acts. Returns how many cases
    /// changed.
    Result<std::size_t, DeskError> carry_out(const BulkWish& wish, const std::string& digest,
                                             const std::string& who, keys::UnixSeconds now);
    /// Who proposed this plan; empty: nobody.
    [[nodiscard]] std::string proposer_of(const std::string& digest) const;

    /// What the register's changes ask for: moved away, vehicle gone, another zone, other data.
    [[nodiscard]] std::vector<RegisterEvent> register_events(keys::UnixSeconds now) const;
    /// Carries them out; returns how many cases changed.
    std::size_t apply_events(const std::vector<RegisterEvent>& events, const std::string& who,
                             keys::UnixSeconds now);

    // -- for the person whom the credentials are about
    /// The resident whom a wallet proved: name, birth date and one of the addresses in the register
    /// agree, and nobody else fits. Empty: nobody.
    [[nodiscard]] std::string known_as(const ProvenResidence& proven) const;
    /// Cases of a resident that the person may see: decided ones, and open ones that they
    /// themselves proved. Newest first.
    [[nodiscard]] std::vector<Case> cases_of(const std::string& resident_id) const;
    /// The same decision with today's data, for any wallet; a permit that ends within
    /// `renewal_days` is followed by one of its own, granted at once when every rule still holds.
    /// Asked twice it gives the same case.
    Result<Case, DeskError> renew(const std::string& id, const std::string& who,
                                  keys::UnixSeconds now);
    static constexpr std::int64_t renewal_days = 60;
    [[nodiscard]] static bool ends_soon(const Case& record, keys::UnixSeconds now);
    /// When the retention job deletes the personal data of this case, if nothing else happens.
    [[nodiscard]] keys::UnixSeconds kept_until(const Case& record) const;
    /// Its data may go now, at the person's wish: nothing is owed or proposed, and no permit in
    /// force hangs on them. What a wallet holds goes on until it ends, is not renewed, and stays
    /// revocable().
    [[nodiscard]] static bool may_forget_now(const Case& record);
    /// Something that was given out may still be in force: also when the person's data are deleted
    /// and only the case's number, its link and the status entries are left.
    [[nodiscard]] static bool revocable(const Case& record, keys::UnixSeconds now);
    Result<Case, DeskError> forget_now(const std::string& id, const std::string& who,
                                       keys::UnixSeconds now);

    /// What the protocol tells: redeemed, burnt, issued, notified. Durable when it returns.
    void take_events(const std::vector<openid::IssuerEvent>& events, keys::UnixSeconds now);
    /// The code of an offer while it is good, for the clerk's screen.
    [[nodiscard]] std::string code_of(const Case& record);

    [[nodiscard]] PlateAnswer look_up(std::string_view plate, keys::UnixSeconds now) const;
    /// Deletes personal data of cases whose kept_until() is over; returns how many.
    std::size_t forget_old(keys::UnixSeconds now);

    /// How the applicant was identified, "pid": of the statistics and of a case's documents.
    /// `kind`: the configured type; null for ours.
    [[nodiscard]] static std::string_view way_of(const Case& record, const KindDefinition* kind);
    /// Null for a type that is no longer configured.
    [[nodiscard]] const credential::CredentialType* type_of(const CaseKind& kind) const;
    [[nodiscard]] std::optional<registers::Record> record_of(const KindDefinition& kind,
                                                             std::string_view resident_id) const;

    /// What a credential of this case says today; nullopt: the register no longer has it.
    [[nodiscard]] std::optional<credential::CredentialContent> content_of(
        const Case& record, keys::UnixSeconds now) const;

  private:
    /// An application that came in now.
    [[nodiscard]] static Case draft_of(const CaseKind& kind, const std::string& language,
                                       keys::UnixSeconds now);

    /// Until when the office wants to have answered.
    [[nodiscard]] static keys::UnixSeconds answer_due(keys::UnixSeconds now) {
        constexpr std::int64_t answer_days = 3;
        return now + answer_days * 86400;
    }

    /// A permit for who was proved, as a person or for a company.
    Result<Case, DeskError> apply_permit(Case draft, const std::string& plate,
                                         keys::UnixSeconds now);
    /// `take` writes the applicant's new words into the case; false: they do not belong there.
    Result<Case, DeskError> correct_with(const std::string& id, keys::UnixSeconds now,
                                         const std::function<bool(Case&)>& take);
    Result<Case, DeskError> grant_or_wait(const Case& record, keys::UnixSeconds now);
    /// Adds to the anonymous statistics.
    void count(const Case& record, const char* measure, store::Batch& batch,
               keys::UnixSeconds now) const;
    Case create(Case draft, keys::UnixSeconds now);
    [[nodiscard]] bool needs_second(std::string_view act, const std::string& who) const;
    [[nodiscard]] DeskError propose(const std::string& id, Proposal proposal);
    Result<Approval, DeskError> grant(const std::string& id, const std::string& who,
                                      const ApproveOptions& options, keys::UnixSeconds now);
    /// One at a time: two applications must not both be the first permit.
    Result<Approval, DeskError> grant_alone(const std::string& id, const std::string& who,
                                            const ApproveOptions& options, keys::UnixSeconds now);
    [[nodiscard]] Case renewal_draft(const Case& held, const registers::Resident& resident,
                                     const registers::Residence& home, keys::UnixSeconds now) const;
    [[nodiscard]] BulkLine plan_line(const BulkWish& wish, const Case& record,
                                     keys::UnixSeconds now) const;
    [[nodiscard]] std::optional<RegisterEvent> event_of(const Case& record,
                                                        keys::UnixSeconds now) const;
    [[nodiscard]] std::optional<RegisterEvent> changed_facts(const Case& record,
                                                             keys::UnixSeconds now) const;
    [[nodiscard]] std::optional<RegisterEvent> vehicle_event(const Case& record,
                                                             keys::UnixSeconds now) const;
    [[nodiscard]] std::string reason_in_their_language(std::string_view word,
                                                       const std::string& case_id) const;
    bool apply_event(const RegisterEvent& event, const std::string& who, keys::UnixSeconds now);
    /// What the register says differently from what was issued, "event.data_changed"; empty:
    /// nothing.
    [[nodiscard]] std::string_view facts_event(const Case& record, keys::UnixSeconds now) const;
    /// Voids what says yesterday's facts; false: nothing has changed.
    bool follow_facts(const Case& record, keys::UnixSeconds now);
    bool refresh_credentials(const std::string& id, const std::string& what, const std::string& who,
                             keys::UnixSeconds now);
    Result<Case, DeskError> next_permit(const Case& held, const std::string& who,
                                        keys::UnixSeconds now);
    void erase_person(Case& record, const std::string& who, store::Batch& batch,
                      keys::UnixSeconds now) const;
    /// Nothing lives any more: which status entries were the case's is of no use.
    void forget_entries(Case& record, store::Batch& batch) const;
    void judge(Case& record, keys::UnixSeconds now) const;
    /// What a credential says today: a digest of the register's data, then the municipality's keys,
    /// as far as it says them. Empty: nothing to say.
    [[nodiscard]] std::string facts_of(const Case& record, keys::UnixSeconds now) const;
    [[nodiscard]] std::string first_day(const Case& record, keys::UnixSeconds now) const;
    void judge_parking(Case& record, const registers::Resident& resident,
                       keys::UnixSeconds now) const;
    void choose_resident(Case& record, keys::UnixSeconds now) const;
    /// A configured type's case whose record names this resident.
    [[nodiscard]] bool is_about(const CaseSummary& one, const std::string& resident_id) const;
    // desk_company.cpp
    void judge_company(Case& record, keys::UnixSeconds now) const;
    [[nodiscard]] std::optional<credential::CredentialContent> company_content(
        const Case& record) const;
    [[nodiscard]] std::optional<RegisterEvent> company_event(const Case& record,
                                                             keys::UnixSeconds now) const;
    /// Zone, days and fee of a permit.
    void set_terms(Case& record, const registers::Zone& zone, const std::string& plate,
                   const std::string& relation, std::int64_t length_mm,
                   keys::UnixSeconds now) const;
    // desk_fees.cpp
    /// False: the schedule knows the type, but no row holds.
    [[nodiscard]] bool set_charge(Case& record, const FeeQuestion& question) const;
    [[nodiscard]] bool waits_for_payment(const Case& record) const;
    void demand_payment(Case& record, keys::UnixSeconds now);
    Result<Approval, DeskError> hold_for_payment(Case record, const std::string& who,
                                                 keys::UnixSeconds now);
    // desk_kinds.cpp: types that are configuration
    void judge_kind(Case& record, const KindDefinition& kind, keys::UnixSeconds now) const;
    void choose_record(Case& record, const KindDefinition& kind) const;
    [[nodiscard]] std::optional<credential::CredentialContent> kind_content(
        const Case& record, const KindDefinition& kind, keys::UnixSeconds now) const;
    [[nodiscard]] std::string kind_facts(const Case& record, const KindDefinition& kind) const;
    [[nodiscard]] std::optional<RegisterEvent> kind_event(const Case& record,
                                                          const KindDefinition& kind,
                                                          keys::UnixSeconds now) const;
    /// The register moved the record's last day: so does the credential's.
    void follow_days(Case& record) const;
    [[nodiscard]] std::int64_t credential_lifetime_s(const CaseKind& kind) const;
    Result<Approval, DeskError> make_offer(Case record, const std::string& who,
                                           const std::string& what, const ApproveOptions& options,
                                           keys::UnixSeconds now);
    void take(const openid::OfferRedeemed& event, keys::UnixSeconds now);
    void take(const openid::OfferBurnt& event, keys::UnixSeconds now);
    void take(const openid::CredentialsIssued& event, keys::UnixSeconds now);
    void take(const openid::WalletNotified& event, keys::UnixSeconds now);
    Result<Case, DeskError> end(const std::string& id, const std::string& who, CaseState state,
                                const std::string& reason, keys::UnixSeconds now);

    Parts parts_;
};

}  // namespace stadtbuch::agent
