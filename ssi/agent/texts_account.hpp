// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Logging in at an identity provider instead of presenting an identity card.
#pragma once
#include "ssi/agent/texts.hpp"

namespace stadtbuch::agent::texts {

inline constexpr Text account_card{"Mit einem Nutzerkonto", "With a citizen account"};
inline constexpr Text account_asks{
    "Sie melden sich dort an. Wir erhalten: Name, Geburtsdatum und, wenn vorhanden, Anschrift. "
    "Zweck: Vergleich mit dem Melderegister. Ihr Passwort erfahren wir nicht.",
    "You log in there. We receive: name, date of birth and, if there is one, address. Purpose: "
    "comparison with the register of residents. We do not learn your password.",
    "Sie melden sich mit Ihrem Konto an. Wir bekommen Ihren Namen, Ihren Geburtstag und Ihre "
    "Adresse. Wir vergleichen das mit unserer Liste. Ihr Passwort sehen wir nicht."};
inline constexpr Text account_or_form{"Oder mit dem Formular", "Or with the form"};
inline constexpr Text account_leave_title{"Weiter zur Anmeldung", "On to the login"};
inline constexpr Text account_leave{
    "Sie werden weitergeleitet. Nach der Anmeldung kommen Sie hierher zurück.",
    "You are being forwarded. After the login you return here.",
    "Jetzt kommt eine andere Internet-Seite. Dort melden Sie sich an. Danach kommen Sie zurück."};
inline constexpr Text account_where{"Anmeldung bei", "Login with"};
inline constexpr Text account_failed_title{"Die Anmeldung hat nicht geklappt",
                                           "The login did not work"};
inline constexpr Text account_away{
    "Der Anmeldedienst ist zurzeit nicht erreichbar. Bitte versuchen Sie es in einigen Minuten "
    "noch einmal, oder wählen Sie einen anderen Weg.",
    "The login service cannot be reached at the moment. Please try again in a few minutes, or "
    "choose another way.",
    "Die Anmeldung geht gerade nicht. Bitte warten Sie ein paar Minuten. Oder nehmen Sie einen "
    "anderen Weg."};
inline constexpr Text account_cancelled{
    "Sie haben die Anmeldung abgebrochen, oder der Anmeldedienst hat sie abgelehnt.",
    "You cancelled the login, or the login service refused it.",
    "Die Anmeldung wurde abgebrochen."};
inline constexpr Text account_again{"Noch einmal anmelden", "Log in again"};
inline constexpr Text account_other_ways{"Andere Wege", "Other ways"};
inline constexpr Text account_error{"Kennung", "Reference"};
inline constexpr Text account_proved{"Die Angaben stammen aus der Anmeldung bei",
                                     "The details come from the login with"};
inline constexpr Text account_stated{
    "Die Anmeldung bei diesem Dienst ist kein Identitätsnachweis: bitte prüfen Sie, wer es ist. "
    "Angemeldet bei",
    "The login with this service is no proof of identity: please check who it is. Logged in with"};

}  // namespace stadtbuch::agent::texts
