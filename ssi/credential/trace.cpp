// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/credential/trace.hpp"

#include <algorithm>
#include <array>

#include "storage/base/assert.hpp"

namespace stadtbuch::credential {

using encoding::Array;
using encoding::Object;
using encoding::Value;

namespace {

// In the order of `Rule`. Stable ids: never renumber, only append.
constexpr std::array<RuleText, 33> table{{
    {Rule::response_decrypts, "VP-01", "Die Antwort der Wallet ließ sich entschlüsseln.",
     "The wallet's answer could be decrypted.",
     "Die Antwort der Wallet ließ sich nicht entschlüsseln.",
     "The wallet's answer could not be decrypted."},
    {Rule::response_shape, "VP-02", "Die Antwort passt zur gestellten Anfrage.",
     "The answer has the shape that was asked for.",
     "Die Antwort passt nicht zur gestellten Anfrage.",
     "The answer does not have the shape that was asked for."},
    {Rule::credential_parses, "VC-01", "Der Nachweis ist lesbar.", "The credential can be read.",
     "Der Nachweis ist nicht lesbar.", "The credential cannot be read."},
    {Rule::credential_type_header, "VC-02", "Der Nachweis hat das erwartete technische Format.",
     "The credential has the expected technical format.",
     "Der Nachweis hat nicht das erwartete technische Format.",
     "The credential does not have the expected technical format."},
    {Rule::issuer_chain, "VC-03", "Das Zertifikat der ausstellenden Stelle ist vertrauenswürdig.",
     "The issuer's certificate is trusted.",
     "Das Zertifikat der ausstellenden Stelle ist nicht vertrauenswürdig.",
     "The issuer's certificate is not trusted."},
    {Rule::issuer_did_key, "VC-04", "Der Schlüssel der ausstellenden Stelle steht im Stadtbuch.",
     "The issuer's key stands on the ledger.",
     "Der Schlüssel der ausstellenden Stelle steht so nicht im Stadtbuch.",
     "The issuer's key does not stand on the ledger like this."},
    {Rule::issuer_signature, "VC-05", "Die Unterschrift der ausstellenden Stelle ist echt.",
     "The issuer's signature is genuine.",
     "Die Unterschrift der ausstellenden Stelle ist nicht echt.",
     "The issuer's signature is not genuine."},
    {Rule::issuer_identity, "VC-06", "Die genannte ausstellende Stelle ist die des Zertifikats.",
     "The named issuer is the one of the certificate.",
     "Die genannte ausstellende Stelle ist nicht die des Zertifikats.",
     "The named issuer is not the one of the certificate."},
    {Rule::not_before, "VC-07", "Der Nachweis gilt bereits.", "The credential is already valid.",
     "Der Nachweis gilt noch nicht.", "The credential is not valid yet."},
    {Rule::not_expired, "VC-08", "Der Nachweis ist nicht abgelaufen.",
     "The credential has not expired.",
     "Der Nachweis ist abgelaufen. Die Wallet kann ihn erneuern lassen.",
     "The credential has expired. The wallet can have it renewed."},
    {Rule::disclosures, "VC-09", "Die freigegebenen Angaben gehören zum Nachweis.",
     "The disclosed claims belong to the credential.",
     "Freigegebene Angaben gehören nicht zum Nachweis.",
     "Disclosed claims do not belong to the credential."},
    {Rule::protected_claims, "VC-10", "Keine geschützte Angabe wurde nachträglich eingesetzt.",
     "No protected claim was put in by disclosure.",
     "Eine geschützte Angabe wurde nachträglich eingesetzt.",
     "A protected claim was put in by disclosure."},
    {Rule::type_matches, "VC-11", "Es ist die verlangte Art von Nachweis.",
     "It is the kind of credential asked for.", "Es ist nicht die verlangte Art von Nachweis.",
     "It is not the kind of credential asked for."},
    {Rule::type_trusted, "VC-12", "Diese Stelle darf diese Art von Nachweis ausstellen.",
     "This issuer may issue this kind of credential.",
     "Diese Stelle darf diese Art von Nachweis nicht ausstellen.",
     "This issuer may not issue this kind of credential."},
    {Rule::claims_present, "VC-13", "Die verlangte Angabe liegt vor.",
     "The claim asked for is present.", "Eine verlangte Angabe fehlt.",
     "A claim asked for is missing."},
    {Rule::claim_values, "VC-14", "Die Angabe hat einen der verlangten Werte.",
     "The claim has one of the values asked for.", "Die Angabe hat nicht den verlangten Wert.",
     "The claim does not have the value asked for."},
    {Rule::holder_key, "KB-01", "Der Nachweis ist an eine Wallet gebunden.",
     "The credential is bound to a wallet.", "Der Nachweis ist nicht an eine Wallet gebunden.",
     "The credential is not bound to a wallet."},
    {Rule::holder_signature, "KB-02", "Die vorlegende Wallet besitzt den Schlüssel des Nachweises.",
     "The presenting wallet owns the credential's key.",
     "Die vorlegende Wallet hat den Besitz des Schlüssels nicht bewiesen.",
     "The presenting wallet has not proved that it owns the key."},
    {Rule::holder_audience, "KB-03", "Die Vorlage war für uns bestimmt.",
     "The presentation was meant for us.", "Die Vorlage war für jemand anderen bestimmt.",
     "The presentation was meant for somebody else."},
    {Rule::holder_nonce, "KB-04", "Die Vorlage gehört zu genau dieser Anfrage.",
     "The presentation belongs to exactly this request.",
     "Die Vorlage gehört zu einer anderen Anfrage.",
     "The presentation belongs to another request."},
    {Rule::holder_time, "KB-05", "Die Vorlage ist frisch.", "The presentation is fresh.",
     "Die Vorlage ist zu alt oder aus der Zukunft.",
     "The presentation is too old or from the future."},
    {Rule::holder_hash, "KB-06", "Die Wallet hat genau diese Angaben freigegeben.",
     "The wallet released exactly these claims.",
     "Die freigegebenen Angaben wurden nachträglich verändert.",
     "The released claims were changed afterwards."},
    {Rule::transaction_data, "KB-07", "Die Wallet hat dem Vorgang zugestimmt.",
     "The wallet agreed to the transaction.",
     "Die Zustimmung der Wallet zum Vorgang fehlt oder passt nicht.",
     "The wallet's agreement to the transaction is missing or does not fit."},
    {Rule::status_reference, "ST-01", "Der Nachweis nennt seine Statusliste.",
     "The credential names its status list.",
     "Die Statusliste des Nachweises ist nicht erreichbar.",
     "The credential's status list cannot be reached."},
    {Rule::status_token, "ST-02", "Die Statusliste ist echt und aktuell.",
     "The status list is genuine and current.",
     "Die Statusliste ist nicht echt oder nicht aktuell.",
     "The status list is not genuine or not current."},
    {Rule::status_value, "ST-03", "Der Nachweis ist nicht widerrufen.",
     "The credential has not been revoked.", "Der Nachweis ist widerrufen oder ausgesetzt.",
     "The credential has been revoked or suspended."},
    {Rule::administrative_validity, "AD-01", "Der Ausweis gilt am heutigen Tag.",
     "The permit is valid today.", "Der Ausweis gilt am heutigen Tag nicht.",
     "The permit is not valid today."},
    {Rule::query_satisfied, "VP-03", "Alle verlangten Nachweise liegen vor.",
     "All credentials asked for have been presented.",
     "Nicht alle verlangten Nachweise liegen vor.",
     "Not all credentials asked for have been presented."},
    {Rule::paper_token, "PP-01", "Der Code auf dem Papier stammt von uns.",
     "The code on the paper is ours.", "Der Code auf dem Papier stammt nicht von uns.",
     "The code on the paper is not ours."},
    {Rule::permit_of_plate, "PL-01", "Für das Kennzeichen gilt heute ein Parkausweis.",
     "A permit for this plate is valid today.", "Für das Kennzeichen gilt heute kein Parkausweis.",
     "No permit for this plate is valid today."},
    {Rule::prepared_recently, "OF-01", "Die Vorbereitung ist nicht älter als zwei Tage.",
     "The preparation is not older than two days.",
     "Die Vorbereitung fehlt oder ist älter als zwei Tage.",
     "The preparation is missing or older than two days."},
    {Rule::prepared_proved, "OF-02",
     "Die Schlüssel der Vorbereitung sind durch das Stadtbuch belegt.",
     "The keys of the preparation are proved by the ledger.",
     "Die Schlüssel der Vorbereitung sind nicht durch das Stadtbuch belegt.",
     "The keys of the preparation are not proved by the ledger."},
    {Rule::type_metadata, "VC-15", "Der Nachweis hält, was die Beschreibung seines Typs verlangt.",
     "The credential keeps what the description of its type demands.",
     "Die Beschreibung des Nachweistyps ist verändert, oder der Nachweis hält sie nicht ein.",
     "The description of the credential's type was altered, or the credential does not keep it."},
}};

const RuleText& text_of_rule(Rule rule) {
    const RuleText& text = table[static_cast<std::size_t>(rule)];
    STADTBUCH_ASSERT(text.rule == rule);
    return text;
}

void add(std::vector<TraceLine>& lines, Rule rule, std::string_view field, Outcome outcome,
         std::string_view detail) {
    const RuleText& text = text_of_rule(rule);
    TraceLine line;
    line.rule = text.id;
    line.field = field;
    line.outcome = outcome;
    line.de = outcome == Outcome::failed ? text.bad_de : text.good_de;
    line.en = outcome == Outcome::failed ? text.bad_en : text.good_en;
    if (outcome == Outcome::failed) line.mend = to_text(mender_of(rule));
    if (outcome == Outcome::skipped) {
        line.de = "Nicht geprüft: " + line.de;
        line.en = "Not checked: " + line.en;
    }
    if (!detail.empty()) {
        line.de.append(" (").append(detail).append(")");
        line.en.append(" (").append(detail).append(")");
    }
    lines.push_back(std::move(line));
}

}  // namespace

std::string_view id_of(Rule rule) {
    return text_of_rule(rule).id;
}

std::span<const RuleText> all_rules() {
    return table;
}

std::string_view to_text(Mender mender) {
    switch (mender) {
        case Mender::holder:
            return "holder";
        case Mender::wallet:
            return "wallet";
        case Mender::issuer:
            return "issuer";
        case Mender::verifier:
            return "verifier";
    }
    return "verifier";
}

Mender mender_of(Rule rule) {
    switch (rule) {
        case Rule::not_before:
        case Rule::not_expired:
        case Rule::type_matches:
        case Rule::claims_present:
        case Rule::claim_values:
        case Rule::administrative_validity:
        case Rule::query_satisfied:
        case Rule::paper_token:
        case Rule::permit_of_plate:
            return Mender::holder;
        case Rule::response_decrypts:
        case Rule::response_shape:
        case Rule::credential_parses:
        case Rule::disclosures:
        case Rule::holder_signature:
        case Rule::holder_audience:
        case Rule::holder_nonce:
        case Rule::holder_time:
        case Rule::holder_hash:
        case Rule::transaction_data:
            return Mender::wallet;
        case Rule::credential_type_header:
        case Rule::type_metadata:
        case Rule::issuer_did_key:
        case Rule::issuer_signature:
        case Rule::issuer_identity:
        case Rule::protected_claims:
        case Rule::holder_key:
        case Rule::status_reference:
        case Rule::status_token:
        case Rule::status_value:
            return Mender::issuer;
        case Rule::issuer_chain:
        case Rule::type_trusted:
        case Rule::prepared_recently:
        case Rule::prepared_proved:
            return Mender::verifier;
    }
    return Mender::verifier;
}

std::string_view to_text(Outcome outcome) {
    switch (outcome) {
        case Outcome::passed:
            return "passed";
        case Outcome::failed:
            return "failed";
        case Outcome::skipped:
            return "skipped";
    }
    return "failed";
}

void Trace::pass(Rule rule, std::string_view field) {
    add(lines, rule, field, Outcome::passed, {});
}

void Trace::fail(Rule rule, std::string_view field, std::string_view detail) {
    add(lines, rule, field, Outcome::failed, detail);
}

void Trace::skip(Rule rule, std::string_view field) {
    add(lines, rule, field, Outcome::skipped, {});
}

bool Trace::check(bool good, Rule rule, std::string_view field, std::string_view detail) {
    if (good) {
        pass(rule, field);
    } else {
        fail(rule, field, detail);
    }
    return good;
}

bool Trace::good() const {
    return first_failure() == nullptr;
}

const TraceLine* Trace::first_failure() const {
    const auto found = std::find_if(lines.begin(), lines.end(), [](const TraceLine& line) {
        return line.outcome == Outcome::failed;
    });
    return found == lines.end() ? nullptr : &*found;
}

void Trace::append(const Trace& other) {
    lines.insert(lines.end(), other.lines.begin(), other.lines.end());
}

Array Trace::to_value() const {
    Array array;
    for (const TraceLine& line : lines) {
        Object item{{"rule", line.rule},
                    {"field", line.field},
                    {"outcome", to_text(line.outcome)},
                    {"de", line.de},
                    {"en", line.en}};
        if (!line.mend.empty()) item.set("mend", line.mend);
        array.emplace_back(std::move(item));
    }
    return array;
}

Trace Trace::from_value(const Value& value) {
    Trace trace;
    const Array* array = value.array();
    for (std::size_t i = 0; array != nullptr && i < array->size(); ++i) {
        const Value& item = (*array)[i];
        TraceLine line;
        line.rule = item.text_at("rule");
        line.field = item.text_at("field");
        const std::string_view outcome = item.text_at("outcome");
        line.outcome = outcome == "passed"    ? Outcome::passed
                       : outcome == "skipped" ? Outcome::skipped
                                              : Outcome::failed;
        line.de = item.text_at("de");
        line.en = item.text_at("en");
        line.mend = item.text_at("mend");
        trace.lines.push_back(std::move(line));
    }
    return trace;
}

}  // namespace stadtbuch::credential
