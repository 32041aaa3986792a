// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/agent/texts.hpp"

#include <utility>

namespace stadtbuch::agent {

namespace {

constexpr std::pair<std::string_view, Text> words[] = {
    {"kind.residence", {"Wohnsitz\u00ADbescheinigung", "Proof of residence"}},
    {"kind.parking", {"Bewohner\u00ADparkausweis", "Resident parking permit"}},

    {"state.new", {"Neu", "New", "Ihr Antrag ist da"}},
    {"state.waiting",
     {"Wartet auf antragstellende Person", "Waiting for applicant", "Wir warten auf Sie"}},
    {"state.conflict",
     {"Unterschiede zum Register", "Differs from register", "Etwas passt nicht zusammen"}},
    {"state.offered",
     {"Ausgestellt, noch nicht abgeholt", "Issued, not yet collected",
      "Fertig: Sie können den Nachweis holen"}},
    {"state.issued", {"In der Wallet", "In the wallet", "Auf Ihrem Handy"}},
    {"state.rejected", {"Abgelehnt", "Rejected", "Nein: Sie bekommen diesen Nachweis nicht"}},
    {"state.revoked", {"Widerrufen", "Revoked", "Dieser Nachweis gilt nicht mehr"}},
    {"state.payment", {"Wartet auf Zahlung", "Waiting for payment", "Wir warten auf Ihr Geld"}},
    {"state.closed",
     {"Abgeschlossen, Daten gelöscht", "Closed, data deleted", "Fertig: Ihre Daten sind gelöscht"}},

    {"offer.offered", {"angeboten", "offered"}},
    {"offer.redeemed",
     {"von der Wallet geöffnet", "opened by the wallet", "Die Wallet hat den Nachweis gesehen"}},
    {"offer.issued", {"ausgestellt", "issued"}},
    {"offer.accepted", {"von der Wallet angenommen", "accepted by the wallet"}},
    {"offer.failed", {"von der Wallet nicht angenommen", "not accepted by the wallet"}},
    {"offer.burnt",
     {"gesperrt nach zu vielen falschen Codes", "blocked after too many wrong codes"}},
    {"offer.expired", {"abgelaufen", "expired"}},
    {"offer.unknown", {"nicht mehr bekannt", "no longer known"}},

    {"act.created", {"Antrag eingegangen", "application received"}},
    {"act.corrected", {"Angaben berichtigt", "details corrected"}},
    {"act.compared", {"neu verglichen", "compared again"}},
    {"act.assigned", {"übernommen", "taken over"}},
    {"act.approved_unpaid", {"genehmigt, wartet auf Zahlung:", "approved, waits for payment:"}},
    {"act.paid", {"bezahlt:", "paid:"}},
    {"act.invoice_cancelled", {"Rechnung storniert:", "invoice cancelled:"}},
    {"act.cash_exported", {"Rechnungen ausgegeben", "invoices exported"}},
    {"fee.year", {"im Jahr", "a year"}},
    {"fee.month", {"im Monat", "a month"}},
    {"fee.permit", {"einmalig", "once"}},
    {"invoice.due", {"offen", "open", "Noch nicht bezahlt"}},
    {"invoice.overdue", {"überfällig", "overdue", "Bitte jetzt bezahlen"}},
    {"invoice.paid", {"bezahlt", "paid"}},
    {"invoice.cancelled", {"storniert", "cancelled", "Sie müssen nichts bezahlen"}},
    {"act.approved", {"ausgestellt", "approved"}},
    {"act.offered_again", {"neues Angebot", "new offer"}},
    {"act.correction_asked", {"Berichtigung erbeten", "correction asked for"}},
    {"act.rejected", {"abgelehnt", "rejected"}},
    {"act.revoked", {"widerrufen", "revoked"}},
    {"act.renewal_asked", {"Verlängerung von", "renewal of"}},
    {"act.proposed_approve", {"Ausstellung vorgeschlagen", "issuing proposed"}},
    {"act.proposed_reject", {"Ablehnung vorgeschlagen", "rejection proposed"}},
    {"act.proposed_revoke", {"Widerruf vorgeschlagen", "revocation proposed"}},
    {"act.proposed_bulk_renew", {"Sammelverlängerung vorgeschlagen", "bulk extension proposed"}},
    {"act.proposed_bulk_revoke", {"Sammelwiderruf vorgeschlagen", "bulk revocation proposed"}},
    {"act.proposal_withdrawn", {"Vorschlag verworfen", "proposal discarded"}},
    {"act.bulk_renew", {"Sammelverlängerung", "bulk extension"}},
    {"act.bulk_revoke", {"Sammelwiderruf", "bulk revocation"}},
    {"act.event.moved_away", {"Register: weggezogen", "register: moved away"}},
    {"act.event.vehicle_gone",
     {"Register: Fahrzeug abgemeldet oder verkauft", "register: vehicle deregistered or sold"}},
    {"act.event.zone_gone",
     {"Register: Anschrift in keiner Zone mehr", "register: address in no zone any more"}},
    {"act.event.zone_changed",
     {"Register: andere Zone, statt", "register: other zone, instead of"}},
    {"act.event.data_changed",
     {"Register: Name oder Anschrift geändert; alte Nachweise ungültig, neue bereit",
      "register: name or address changed; old credentials void, new ones ready"}},
    {"event.moved_away",
     {"weggezogen: Nachweis wird widerrufen", "moved away: credential will be revoked"}},
    {"event.vehicle_gone",
     {"Fahrzeug abgemeldet oder verkauft: Parkausweis wird widerrufen",
      "vehicle deregistered or sold: permit will be revoked"}},
    {"event.zone_gone",
     {"Anschrift in keiner Zone mehr: Parkausweis wird widerrufen",
      "address in no zone any more: permit will be revoked"}},
    {"event.zone_changed",
     {"andere Zone: alter Parkausweis endet, neuer wird ausgestellt",
      "other zone: the old permit ends, a new one is issued"}},
    {"event.data_changed",
     {"Name oder Anschrift geändert: alte Nachweise werden ungültig, neue liegen bereit",
      "name or address changed: old credentials become void, new ones are ready"}},
    {"act.event.municipality_changed",
     {"Register: Gemeindeschlüssel geändert; alte Nachweise ungültig, neue bereit",
      "register: municipality key changed; old credentials void, new ones ready"}},
    {"event.municipality_changed",
     {"Gemeindeschlüssel geändert: alte Nachweise werden ungültig, neue liegen bereit",
      "municipality key changed: old credentials become void, new ones are ready"}},
    {"bulk.will_renew", {"wird verlängert", "will be extended"}},
    {"bulk.will_revoke", {"wird widerrufen", "will be revoked"}},
    {"bulk.runs_longer", {"endet noch nicht bald", "does not end soon"}},
    {"bulk.renewed_already", {"ist schon verlängert", "is extended already"}},
    {"bulk.differs",
     {"Register weicht ab: bitte einzeln bearbeiten",
      "the register differs: please handle it by itself"}},
    {"act.paper_printed", {"auf Papier ausgegeben", "printed on paper"}},
    {"act.offline_prepared", {"Kontrolle ohne Netz vorbereitet", "offline inspection prepared"}},
    {"way.pid", {"Ausweis aus der Wallet", "identity card in the wallet"}},
    {"way.account", {"Anmeldung bei einem Nutzerkonto", "login with a citizen account"}},
    {"way.residence", {"Wohnsitzbescheinigung aus der Wallet", "proof of residence in the wallet"}},
    {"way.presented", {"anderer Nachweis aus der Wallet", "another credential in the wallet"}},
    {"way.renewal", {"Verlängerung", "renewal"}},
    {"way.office", {"Amt", "office"}},
    {"measure.applied", {"Anträge", "applications"}},
    {"measure.granted", {"ausgestellt", "issued"}},
    {"measure.rejected", {"abgelehnt", "rejected"}},
    {"measure.revoked", {"widerrufen", "revoked"}},
    {"act.offer_opened", {"Angebot geöffnet", "offer opened"}},
    {"act.offer_burnt",
     {"Angebot gesperrt: zu viele falsche Codes", "offer blocked: too many wrong codes"}},
    {"act.credentials_issued", {"Nachweise übertragen", "credentials transferred"}},
    {"act.credential_accepted", {"Wallet hat angenommen", "wallet accepted"}},
    {"act.credential_failure", {"Wallet meldet Fehler", "wallet reports failure"}},
    {"act.credential_deleted", {"Wallet hat gelöscht", "wallet deleted"}},
    {"act.data_deleted", {"personenbezogene Daten gelöscht", "personal data deleted"}},
    {"act.retention",
     {"Aufbewahrungsfrist vorbei: Daten gelöscht, Vorgänge:",
      "retention over: data deleted, cases:"}},
    {"act.code_printed", {"Brief mit dem Code gedruckt", "letter with the code printed"}},
    {"act.viewed", {"angesehen", "viewed"}},
    {"act.login", {"angemeldet", "logged in"}},
    {"act.login_refused", {"Anmeldung abgelehnt", "login refused"}},
    {"act.inspected_plate", {"Kennzeichen geprüft", "plate checked"}},
    {"act.inspected_permit", {"Parkausweis geprüft", "permit checked"}},
    {"who.applicant", {"antragstellende Person", "applicant"}},
    {"who.wallet", {"Wallet", "wallet"}},
    {"who.system", {"automatisch", "automatic"}},

    {"rule.resident_unknown",
     {"Im Melderegister wurde niemand mit diesen Angaben gefunden. Die Meldebehörde kann den "
      "Eintrag prüfen; "
      "Schreibfehler können Sie selbst berichtigen.",
      "Nobody with these details was found in the residents' register. The registration office can "
      "check the entry; "
      "spelling mistakes you can correct yourself.",
      "Wir haben Sie nicht gefunden. Haben Sie sich verschrieben? Sonst fragen Sie das "
      "Bürger-Amt."}},
    {"rule.resident_ambiguous",
     {"Die Angaben passen zu niemandem genau oder zu mehreren Personen. Das Amt klärt, wer gemeint "
      "ist.",
      "The details fit nobody exactly, or several people. The office finds out who is meant.",
      "Wir wissen nicht genau: Wer sind Sie? Das Amt prüft das."}},
    {"rule.moved_away",
     {"Im Melderegister steht keine aktuelle Wohnung. Das kann die Meldebehörde berichtigen.",
      "The residents' register holds no current address. The registration office can correct "
      "this.",
      "In unserer Liste steht keine Wohnung von Ihnen. Fragen Sie das Bürger-Amt."}},
    {"rule.no_zone",
     {"Die Anschrift liegt in keiner Bewohnerparkzone. Auskunft gibt die Straßenverkehrsbehörde.",
      "The address is in no resident parking zone. The road traffic authority can give "
      "information.",
      "In Ihrer Straße gibt es keinen Parkausweis."}},
    {"rule.secondary_residence",
     {"In dieser Zone gibt es Parkausweise nur für die alleinige oder Hauptwohnung.",
      "In this zone permits are given for the sole or main residence only.",
      "Sie haben noch eine andere Wohnung. Darum bekommen Sie hier keinen Parkausweis."}},
    {"rule.permit_exists",
     {"Für diese Person gibt es bereits so viele gültige Parkausweise, wie die Zone erlaubt. Ein "
      "alter Ausweis kann "
      "vom Amt widerrufen werden.",
      "This person already has as many valid permits as the zone allows. The office can revoke an "
      "old one.",
      "Sie haben schon einen Parkausweis. Mehr geht nicht."}},
    {"rule.plate_unreadable",
     {"Das Kennzeichen ist nicht lesbar. Sie können es berichtigen.",
      "The number plate cannot be read. You can correct it.",
      "Das Kennzeichen ist falsch geschrieben. Bitte schreiben Sie es neu."}},

    {"corrector.registration_office",
     {"Berichtigen kann das die Meldebehörde (Bürgeramt), oder Sie selbst, wenn es ein "
      "Schreibfehler ist.",
      "The registration office (citizens' office) can correct this, or you yourself if it is a "
      "spelling mistake.",
      "Haben Sie sich verschrieben? Machen Sie es richtig. Sonst fragen Sie das Bürger-Amt."}},
    {"corrector.identity_document_office",
     {"Berichtigen kann das die Ausweisbehörde, oder Sie selbst, wenn es ein Schreibfehler ist.",
      "The identity document office can correct this, or you yourself if it is a spelling "
      "mistake.",
      "Haben Sie sich verschrieben? Machen Sie es richtig. Sonst fragen Sie die Ausweis-Stelle."}},
    {"corrector.vehicle_office",
     {"Berichtigen kann das die Zulassungsstelle.",
      "The vehicle registration office can correct this.",
      "Fragen Sie die Zulassungs-Stelle für Autos."}},
    {"corrector.record_keeper",
     {"Berichtigen kann das die Stelle, die das Register führt.",
      "The office that keeps the register can correct this.",
      "Fragen Sie die Stelle, die die Liste hat."}},
    {"rule.kind_gone",
     {"Dieser Nachweis wird nicht mehr angeboten.", "This credential is no longer offered.",
      "Diesen Nachweis gibt es nicht mehr."}},
    {"rule.scope_missing",
     {"Der Vertretungsnachweis reicht für diesen Antrag nicht aus. Das Unternehmen kann einen "
      "anderen ausstellen lassen.",
      "The representation credential does not cover this application. The company can have another "
      "one issued.",
      "Die Firma muss Ihnen mehr erlauben. Fragen Sie die Firma."}},
    {"rule.company_unknown",
     {"Dieses Unternehmen steht nicht im Verzeichnis der Stadt.",
      "This company is not in the town's register.", "Diese Firma steht nicht in unserer Liste."}},
    {"rule.company_ended",
     {"Dieses Unternehmen gibt es nach dem Verzeichnis nicht mehr.",
      "By the register this company no longer exists.", "Diese Firma gibt es nicht mehr."}},
    {"rule.company_permits",
     {"Das Unternehmen hat schon so viele Parkausweise, wie es haben darf.",
      "The company has as many permits already as it may have.",
      "Die Firma hat schon genug Parkausweise."}},
    {"event.company_ended",
     {"Unternehmen nicht mehr im Verzeichnis: Parkausweis wird widerrufen",
      "company no longer in the register: permit will be revoked"}},
    {"act.event.company_ended",
     {"Register: Unternehmen besteht nicht mehr", "register: company no longer exists"}},
    {"act.created_for_company", {"Antrag eingegangen für", "application received for"}},
    {"reason.company_ended",
     {"Das Unternehmen besteht nicht mehr.", "The company no longer exists.",
      "Die Firma gibt es nicht mehr."}},
    {"bulk.company",
     {"Ausweis eines Unternehmens: bitte neu beantragen lassen",
      "permit of a company: to be applied for anew"}},
    {"way.company",
     {"Vertretungsnachweis aus der Wallet", "representation credential in the wallet"}},
    {"rule.fee_missing",
     {"Im Gebührenverzeichnis steht für diesen Fall heute keine Gebühr.",
      "The fee schedule has no fee for this case today.",
      "Wir wissen noch nicht: Was kostet das? Das Amt prüft das."}},
    {"rule.record_unknown",
     {"Im Register wurde niemand mit diesen Angaben gefunden. Bitte prüfen Sie die Schreibweise; "
      "die Stelle, die das Register führt, kann den Eintrag prüfen.",
      "Nobody with these details was found in the register. Please check the spelling; the office "
      "that keeps the register can check the entry.",
      "Wir haben Sie nicht gefunden. Haben Sie sich verschrieben?"}},
    {"rule.record_ambiguous",
     {"Im Register gibt es mehrere Einträge, die passen könnten.",
      "Several entries of the register could be meant.",
      "Wir wissen nicht genau: Wer sind Sie? Das Amt prüft das."}},
    {"rule.record_ended",
     {"Der Eintrag im Register gilt heute nicht.", "The register's entry does not hold today.",
      "Der Eintrag gilt heute nicht."}},
    {"rule.record_incomplete",
     {"Im Register fehlt eine Angabe, die auf dem Nachweis stehen muss.",
      "The register lacks something that the credential has to say.",
      "In unserer Liste fehlt etwas. Das Amt prüft das."}},
    {"event.record_ended",
     {"Eintrag im Register gilt nicht mehr: Nachweis wird widerrufen",
      "the register's entry no longer holds: credential will be revoked"}},
    {"act.event.record_ended",
     {"Register: Eintrag gilt nicht mehr", "register: entry no longer holds"}},
    {"reason.record_ended",
     {"Der Eintrag, den der Nachweis bestätigt, gilt nicht mehr.",
      "The entry that the credential confirms no longer holds.",
      "Der Eintrag in der Liste gilt nicht mehr."}},
    {"corrector.applicant",
     {"Das können Sie selbst berichtigen.", "You can correct this yourself."}},

    {"plate.valid",
     {"Für dieses Kennzeichen gibt es einen gültigen Parkausweis.",
      "There is a valid permit for this plate."}},
    {"plate.unknown",
     {"Für dieses Kennzeichen gibt es keinen Parkausweis.", "There is no permit for this plate."}},
    {"plate.revoked", {"Der Parkausweis wurde widerrufen.", "The permit was revoked."}},
    {"plate.expired", {"Der Parkausweis ist abgelaufen.", "The permit has expired."}},
    {"plate.not_yet", {"Der Parkausweis gilt noch nicht.", "The permit is not valid yet."}},
    {"plate.unreadable", {"Dieses Kennzeichen ist nicht lesbar.", "This plate cannot be read."}},

    {"paper.valid",
     {"Dieses Papier ist echt und in Kraft.", "This paper is genuine and in force.",
      "Dieses Papier ist echt. Es gilt."}},
    {"paper.forged",
     {"Dieser Code ist nicht von uns ausgestellt oder wurde verändert.",
      "This code was not issued by us, or was altered.", "Dieses Papier ist nicht echt."}},
    {"paper.revoked",
     {"Dieser Nachweis wurde widerrufen.", "This credential was revoked.",
      "Dieser Nachweis gilt nicht mehr."}},
    {"paper.expired",
     {"Dieser Nachweis ist abgelaufen.", "This credential has expired.",
      "Dieser Nachweis gilt nicht mehr."}},
    {"paper.not_yet", {"Dieser Nachweis gilt noch nicht.", "This credential is not valid yet."}},

    {"reason.documents",
     {"Bitte bringen Sie einen gültigen Ausweis ins Bürgeramt mit.",
      "Please bring a valid identity document to the citizens' office.",
      "Bitte kommen Sie ins Bürger-Amt. Bringen Sie Ihren Ausweis mit."}},
    {"reason.spelling",
     {"Bitte prüfen Sie die Schreibweise von Namen und Anschrift und senden Sie den Antrag erneut.",
      "Please check the spelling of name and address and send the application again.",
      "Ist der Name richtig? Ist die Adresse richtig? Bitte prüfen Sie das. Schicken Sie den "
      "Antrag dann neu."}},
    {"reason.vehicle",
     {"Das Fahrzeug ist nicht auf Sie zugelassen. Bitte legen Sie einen Nachweis der dauernden "
      "Nutzung vor.",
      "The vehicle is not registered to you. Please provide evidence of permanent use.",
      "Das Auto gehört einem anderen Menschen. Dürfen Sie damit immer fahren? Zeigen Sie uns das "
      "bitte."}},
    {"reason.not_resident",
     {"Sie sind nicht in der Stadt gemeldet.", "You are not registered in this town.",
      "Sie wohnen nicht in dieser Stadt."}},
    {"reason.no_entitlement",
     {"Die Voraussetzungen der Bewohnerparkregelung sind nicht erfüllt.",
      "The conditions for resident parking are not met.",
      "Sie dürfen hier keinen Parkausweis haben."}},
    {"reason.moved",
     {"Die Wohnung wurde aufgegeben oder gewechselt.", "The residence was given up or changed.",
      "Sie sind umgezogen."}},
    {"reason.vehicle_sold",
     {"Das Fahrzeug wurde abgemeldet oder verkauft.", "The vehicle was deregistered or sold.",
      "Sie haben das Auto nicht mehr."}},
    {"reason.lost",
     {"Das Gerät mit der Wallet ging verloren.", "The device with the wallet was lost.",
      "Ihr Handy ist weg."}},
    {"reason.zone_changed",
     {"Die Bewohnerparkzone wurde geändert.", "The resident parking zone was changed.",
      "Die Park-Zone ist jetzt anders."}},
    {"reason.given_back",
     {"Von der Inhaberin oder dem Inhaber zurückgegeben.", "Given back by its holder.",
      "Sie haben den Nachweis zurückgegeben."}},
    {"reason.error",
     {"Der Nachweis wurde irrtümlich ausgestellt.", "The credential was issued by mistake.",
      "Der Nachweis war ein Fehler vom Amt."}},

    {"error.unknown_case",
     {"Diesen Vorgang gibt es nicht.", "This case does not exist.",
      "Diesen Antrag gibt es nicht."}},
    {"error.bad_day",
     {"Bitte geben Sie einen Tag an, der nicht in der Zukunft liegt.",
      "Please give a day that is not in the future."}},
    {"error.wrong_state",
     {"Der Vorgang hat sich inzwischen geändert, oder dieser Schritt ist hier nicht möglich. Sehen "
      "Sie sich den "
      "aktuellen Stand an.",
      "The case has changed meanwhile, or this step is not possible here. Look at its current "
      "state.",
      "Das geht jetzt nicht mehr. Bitte laden Sie die Seite neu."}},
    {"error.nobody_found",
     {"Es ist keine Person aus dem Register gewählt.", "No person of the register has been chosen.",
      "Wir haben Sie nicht gefunden."}},
    {"error.differences_remain",
     {"Bestätigen Sie, dass Sie die Unterschiede geprüft haben.",
      "Confirm that you have checked the differences."}},
    {"error.obstacles_remain",
     {"Eine Voraussetzung ist nicht erfüllt; so kann nicht ausgestellt werden.",
      "A condition is not met; issuing is not possible."}},
    {"error.reason_missing", {"Bitte nennen Sie einen Grund.", "Please give a reason."}},
    {"error.plate_unreadable",
     {"Dieses Kennzeichen ist nicht lesbar.", "This plate cannot be read.",
      "Das Kennzeichen ist falsch geschrieben."}},
    {"error.offer_failed",
     {"Das Angebot konnte nicht erstellt werden.", "The offer could not be made.",
      "Das hat nicht geklappt. Bitte machen Sie es noch einmal."}},
    {"error.second_needed",
     {"Eine zweite Person muss das bestätigen.", "A second person has to confirm this."}},
    {"error.plan_outdated",
     {"Inzwischen hat sich etwas geändert. Bitte machen Sie den Probelauf noch einmal.",
      "Something has changed meanwhile. Please make the dry run again."}},
    {"outcome.passed", {"bestanden", "passed"}},
    {"outcome.failed", {"nicht bestanden", "failed"}},
    {"outcome.skipped", {"nicht geprüft", "not checked"}},
    {"mend.holder", {"Sie selbst, in Ihrer Wallet", "You yourself, in your wallet"}},
    {"mend.provider", {"Betreiber des Anmeldedienstes", "Operator of the login service"}},
    {"mend.office", {"Unser Amt", "Our office"}},
    {"mend.wallet", {"Hersteller der Wallet", "Maker of the wallet"}},
    {"mend.issuer", {"Ausstellende Stelle", "Issuer"}},
    {"mend.verifier", {"Prüfende Stelle", "Verifier"}},
};

struct LanguageNames {
    Language language;
    std::string_view tag, html, name;
};

constexpr LanguageNames languages[] = {{Language::de, "de", "de", "Deutsch"},
                                       {Language::en, "en", "en", "English"},
                                       {Language::easy, "leicht", "de-simple", "Leichte Sprache"}};

const LanguageNames& names_of(Language language) {
    return languages[static_cast<std::size_t>(language)];
}

}  // namespace

std::string_view cookie_tag(Language language) {
    return names_of(language).tag;
}

std::optional<Language> language_tagged(std::string_view tag) {
    for (const LanguageNames& one : languages) {
        if (one.tag == tag) return one.language;
    }
    return std::nullopt;
}

std::string_view html_language(Language language) {
    return names_of(language).html;
}

std::string_view language_name(Language language) {
    return names_of(language).name;
}

Text words_of(std::string_view key) {
    for (const auto& [name, text] : words) {
        if (name == key) return text;
    }
    return {"–", "–"};
}

}  // namespace stadtbuch::agent
