// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The office's own rules: from an application over the comparison with the registers to a decision,
// an offer, a revocation. Knows no HTTP and no page.
//
// Data of record win: what is issued comes from the registers, never from what an applicant typed.
// Threads: any.
#pragma once
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "ssi/agent/audit.hpp"
#include "ssi/agent/case_book.hpp"
#include "ssi/agent/settings.hpp"
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
};
[[nodiscard]] std::string_view to_text(DeskError error);

/// What a wallet proved about its holder: claims of a proof of residence.
struct ProvenResidence {
    registers::StatedPerson person;
    std::string street_key;
    std::string residence_kind;
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
};

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
    };

    explicit Desk(Parts parts);

    /// What somebody typed; a clerk decides, whatever the registers say.
    Case apply(CaseKind kind, const registers::StatedPerson& stated, const std::string& plate,
               const std::string& language, keys::UnixSeconds now);
    /// The permit is granted at once when every rule holds; else the case stays open with what is
    /// in the way.
    Result<Case, DeskError> apply_parking(const ProvenResidence& proven, const std::string& plate,
                                          const std::string& language, keys::UnixSeconds now);
    /// Identity and address were presented as PID: granted at once when the register agrees; else
    /// a clerk looks.
    Result<Case, DeskError> apply_residence(const ProvenResidence& proven,
                                            const std::string& language, keys::UnixSeconds now);
    /// What a wallet with an authorization or a refresh token gets today (openid::Decisions): the
    /// register's data of today, as long as the person lives here and the permit runs.
    [[nodiscard]] openid::Decision decision(const std::string& case_id,
                                            keys::UnixSeconds now) override;
    /// The applicant's correction of a waiting case.
    Result<Case, DeskError> correct(const std::string& id, const registers::StatedPerson& stated,
                                    const std::string& plate, keys::UnixSeconds now);
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

    /// What the protocol tells: redeemed, burnt, issued, notified. Durable when it returns.
    void take_events(const std::vector<openid::IssuerEvent>& events, keys::UnixSeconds now);
    /// The code of an offer while it is good, for the clerk's screen.
    [[nodiscard]] std::string code_of(const Case& record);

    [[nodiscard]] PlateAnswer look_up(std::string_view plate, keys::UnixSeconds now) const;
    /// Deletes personal data of cases that ended long ago; returns how many.
    std::size_t forget_old(keys::UnixSeconds now);

    [[nodiscard]] const credential::CredentialType& type_of(CaseKind kind) const;

  private:
    Result<Case, DeskError> grant_or_wait(const Case& record, keys::UnixSeconds now);
    void judge(Case& record, keys::UnixSeconds now) const;
    void judge_parking(Case& record, const registers::Resident& resident,
                       keys::UnixSeconds now) const;
    void choose_resident(Case& record, keys::UnixSeconds now) const;
    [[nodiscard]] std::optional<credential::CredentialContent> content_of(
        const Case& record, keys::UnixSeconds now) const;
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
    std::mutex
        grants_;  ///< one grant at a time: two applications must not both be the first permit
};

}  // namespace stadtbuch::agent
