// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Sentences for companies and those who act for them; the rest is in texts.hpp.
#pragma once
#include "ssi/agent/texts.hpp"

namespace stadtbuch::agent::texts {

inline constexpr Text company_title{"Parkausweis für ein Firmen\u00ADfahrzeug",
                                    "Permit for a company's vehicle"};
inline constexpr Text company_card{"Für ein Unternehmen?", "For a company?", "Für eine Firma?"};
inline constexpr Text company_card_text{
    "Wer ein Unternehmen vertreten darf, beantragt den Ausweis für dessen Fahrzeug mit einem "
    "Vertretungsnachweis aus "
    "der Wallet.",
    "Whoever may act for a company applies for its vehicle with a representation credential from "
    "the wallet.",
    "Sie arbeiten für eine Firma? Und die Firma erlaubt es Ihnen? Dann bekommen Sie den Ausweis "
    "für das Firmen-Auto."};
inline constexpr Text company_open{"Als Unternehmen beantragen", "Apply as a company",
                                   "Für eine Firma beantragen"};
inline constexpr Text company_intro{
    "In drei Schritten: Vertretungsnachweis zeigen, Kennzeichen des Firmenfahrzeugs angeben, "
    "Parkausweis erhalten. Der "
    "Ausweis nennt das Unternehmen, nicht Sie.",
    "In three steps: show the representation credential, enter the plate of the company's vehicle, "
    "receive the permit. "
    "It names the company, not you.",
    "Auf dem Ausweis steht der Name von der Firma. Ihr Name steht nicht darauf."};
inline constexpr Text company_asks{
    "Wir fragen Ihre Wallet nach Firma und Registernummer, nach Ihrem Namen und dem Umfang der "
    "Vertretung. Das brauchen "
    "wir, um die Berechtigung zu prüfen.",
    "We ask your wallet for the company's name and register number, for your name and for what you "
    "may do. We need this "
    "to check the entitlement.",
    "Wir fragen Ihre Wallet: Wie heißt die Firma? Wie heißen Sie? Was dürfen Sie für die Firma "
    "tun?"};
inline constexpr Text company_start{"Vertretungsnachweis zeigen",
                                    "Show the representation credential"};
inline constexpr Text company_step_1{"Vertretungs\u00ADnachweis zeigen",
                                     "Show the representation credential"};
inline constexpr Text company_legal{"Unternehmen", "Company", "Firma"};
inline constexpr Text company_number{"Registernummer", "Register number"};
inline constexpr Text company_person{"Vertreten durch", "Represented by",
                                     "Für die Firma hat den Antrag gestellt"};
inline constexpr Text company_scope{"Umfang der Vertretung", "Scope of representation"};
inline constexpr Text company_plate_intro{"Sie handeln für:", "You act for:"};

}  // namespace stadtbuch::agent::texts
