// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/openid/identity_rules.hpp"

#include <array>

#include "storage/base/assert.hpp"

namespace stadtbuch::openid {

namespace {

constexpr std::array<LoginRuleText, 13> table{{
    {LoginRule::provider, "LG-01", "provider", "Der Anmeldedienst ist erreichbar.",
     "The login service can be reached.", "Der Anmeldedienst ist zurzeit nicht erreichbar.",
     "The login service cannot be reached at the moment."},
    {LoginRule::own_request, "LG-02", "holder",
     "Die Anmeldung wurde in diesem Browser begonnen und nur einmal benutzt.",
     "The login was begun in this browser and used once.",
     "Die Anmeldung wurde nicht in diesem Browser begonnen, ist abgelaufen oder schon benutzt.",
     "The login was not begun in this browser, has expired or was used already."},
    {LoginRule::response, "LG-03", "provider", "Der Anmeldedienst hat die Anmeldung bestätigt.",
     "The login service has confirmed the login.",
     "Der Anmeldedienst hat die Anmeldung nicht bestätigt.",
     "The login service has not confirmed the login."},
    {LoginRule::token_endpoint, "LG-04", "office",
     "Der Anmeldedienst hat uns das Ergebnis gegeben.",
     "The login service has given us the result.",
     "Der Anmeldedienst hat uns das Ergebnis nicht gegeben.",
     "The login service has not given us the result."},
    {LoginRule::token_form, "LG-05", "provider", "Das Ergebnis ist signiert.",
     "The result is signed.", "Das Ergebnis ist nicht so signiert, wie wir es verlangen.",
     "The result is not signed in the way that we ask for."},
    {LoginRule::signature, "LG-06", "provider", "Das Ergebnis stammt vom Anmeldedienst.",
     "The result comes from the login service.",
     "Die Signatur des Ergebnisses gehört nicht zum Anmeldedienst.",
     "The signature of the result is not the login service's."},
    {LoginRule::issuer, "LG-07", "provider", "Das Ergebnis nennt den Anmeldedienst als Aussteller.",
     "The result names the login service as its issuer.",
     "Das Ergebnis nennt einen anderen Aussteller.", "The result names another issuer."},
    {LoginRule::audience, "LG-08", "provider", "Das Ergebnis ist für uns bestimmt.",
     "The result is meant for us.", "Das Ergebnis ist für jemand anderen bestimmt.",
     "The result is meant for somebody else."},
    {LoginRule::time, "LG-09", "holder", "Die Anmeldung ist frisch.", "The login is fresh.",
     "Die Anmeldung ist zu alt oder aus der Zukunft.", "The login is too old or from the future."},
    {LoginRule::nonce, "LG-10", "provider", "Das Ergebnis gehört zu genau dieser Anmeldung.",
     "The result belongs to exactly this login.", "Das Ergebnis gehört zu einer anderen Anmeldung.",
     "The result belongs to another login."},
    {LoginRule::assurance, "LG-11", "holder",
     "Die Anmeldung hat das Vertrauensniveau, das wir brauchen.",
     "The login has the level of assurance that we need.",
     "Die Anmeldung hat nicht das Vertrauensniveau, das wir brauchen. Melden Sie sich mit dem "
     "Online-Ausweis an.",
     "The login does not have the level of assurance that we need. Log in with your eID card."},
    {LoginRule::same_person, "LG-12", "provider",
     "Alle Angaben gehören zu der Person, die sich angemeldet hat.",
     "All details belong to the person who logged in.",
     "Die Angaben fehlen oder gehören zu einer anderen Person.",
     "The details are missing or belong to another person."},
    {LoginRule::claims_present, "LG-13", "provider", "Name und Geburtsdatum liegen vor.",
     "Name and birth date are there.", "Name oder Geburtsdatum fehlen.",
     "Name or birth date are missing."},
}};

const LoginRuleText& text_of(LoginRule rule) {
    const LoginRuleText& text = table[static_cast<std::size_t>(rule)];
    STADTBUCH_ASSERT(text.rule == rule);
    return text;
}

}  // namespace

std::span<const LoginRuleText> login_rules() {
    return table;
}

std::string_view id_of(LoginRule rule) {
    return text_of(rule).id;
}

bool check(credential::Trace& trace, bool good, LoginRule rule, std::string_view field,
           std::string_view detail) {
    const LoginRuleText& text = text_of(rule);
    return credential::add_line(trace, good, text, text.mender, field, detail);
}

}  // namespace stadtbuch::openid
