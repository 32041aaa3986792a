// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The developers' page: German and English.
#pragma once
#include "ssi/agent/texts.hpp"

namespace stadtbuch::agent::texts {

inline constexpr Text dev_title{"Für Entwicklung", "For developers"};
inline constexpr Text dev_lead{
    "Stellen Sie zusammen, was eine Wallet zeigen soll, sehen Sie die Anfrage als DCQL, probieren "
    "Sie sie aus, und lesen Sie Regel für Regel, warum eine Vorlage gilt oder nicht.",
    "Put together what a wallet is to show, see the query as DCQL, try it, and read rule by rule "
    "why a presentation holds or not."};
inline constexpr Text dev_step_types{"1. Nachweise", "1. Credentials"};
inline constexpr Text dev_step_claims{"2. Angaben", "2. Claims"};
inline constexpr Text dev_step_query{"3. Anfrage (DCQL)", "3. Query (DCQL)"};
inline constexpr Text dev_all{"alle ausgewählten Nachweise", "all credentials chosen"};
inline constexpr Text dev_any{"einer davon genügt", "one of them is enough"};
inline constexpr Text dev_sets{"Verlangt werden", "Asked for are"};
inline constexpr Text dev_show{"Anzeigen", "Show"};
inline constexpr Text dev_none{"Wählen Sie zuerst einen Nachweis und dann „Anzeigen“.",
                               "First choose a credential, then “Show”."};
inline constexpr Text dev_claim{"Angabe", "Claim"};
inline constexpr Text dev_ask{"abfragen", "ask for"};
inline constexpr Text dev_optional{"darf fehlen", "may be missing"};
inline constexpr Text dev_values{"nur diese Werte", "only these values"};
inline constexpr Text dev_values_hint{
    "Werte durch Komma getrennt; true, 7 und \"7\" werden als JSON gelesen, alles andere als Text. "
    "Ohne Angaben wird nur verlangt, was jeder Nachweis immer zeigt.",
    "Values separated by commas; true, 7 and \"7\" are read as JSON, everything else as text. "
    "Without claims only what a credential always shows is asked for."};
inline constexpr Text dev_trust{"Wem vertraut wird", "Who is trusted"};
inline constexpr Text dev_trust_any{"allen, denen hier vertraut wird", "all who are trusted here"};
inline constexpr Text dev_trust_by{"Anker", "Anchors"};
inline constexpr Text dev_trust_types{"darf ausstellen", "may issue"};
inline constexpr Text dev_bad_query{"Diese DCQL-Anfrage ist nicht gültig",
                                    "This DCQL query is not valid"};
inline constexpr Text dev_query_label{"DCQL, bearbeitbar", "DCQL, to be edited"};
inline constexpr Text dev_start_title{"4. Mit einer Wallet ausprobieren",
                                      "4. Try it with a wallet"};
inline constexpr Text dev_start{"Anfrage starten", "Start the request"};
inline constexpr Text dev_start_staff{
    "Eine Anfrage trägt die Signatur des Amtes. Sie kann starten, wer angemeldet ist; in einer "
    "Entwicklungsumgebung alle.",
    "A request carries the office's signature. Who is logged in may start one; in a development "
    "environment everybody."};
inline constexpr Text dev_sandbox{
    "Als Wallet genügt die Kommandozeile: stadtbuch wallet present LINK. Dieselbe Anfrage stellt "
    "POST /api/verifications mit dcql_query; alle Aufrufe stehen in /openapi.json.",
    "The command line is wallet enough: stadtbuch wallet present LINK. POST /api/verifications "
    "with "
    "dcql_query makes the same request; /openapi.json has all calls."};
inline constexpr Text dev_check_title{"5. Warum gilt sie nicht?", "5. Why did it fail?"};
inline constexpr Text dev_check_lead{
    "Fügen Sie einen Nachweis oder eine Vorlage ein (SD-JWT, mit oder ohne Schlüsselnachweis, oder "
    "das vp_token als JSON). Nichts davon wird gespeichert oder protokolliert.",
    "Paste a credential or a presentation (SD-JWT with or without key binding, or the vp_token as "
    "JSON). Nothing of it is stored or logged."};
inline constexpr Text dev_presentation{"Nachweis oder Vorlage", "Credential or presentation"};
inline constexpr Text dev_nonce{"nonce der Anfrage", "nonce of the request"};
inline constexpr Text dev_audience{"client_id der Anfrage", "client_id of the request"};
inline constexpr Text dev_binding_hint{
    "Leer: was die Vorlage selbst nennt; KB-03 und KB-04 gelten dann als nicht geprüft.",
    "Empty: what the presentation itself says; KB-03 and KB-04 then count as not checked."};
inline constexpr Text dev_check{"Prüfen", "Check"};
inline constexpr Text dev_holds{"Die Vorlage gilt", "The presentation holds"};
inline constexpr Text dev_fails{"Die Vorlage gilt nicht", "The presentation does not hold"};
inline constexpr Text dev_parts{"Was darin steht", "What it says"};
inline constexpr Text dev_unreadable{"Das ist weder ein SD-JWT noch ein vp_token.",
                                     "This is neither an SD-JWT nor a vp_token."};
inline constexpr Text dev_waiting{"Anfrage an die Wallet", "Request to the wallet"};
inline constexpr Text dev_result{"Ergebnis", "Result"};
inline constexpr Text dev_claims_shown{"Gezeigte Angaben", "Claims shown"};
inline constexpr Text dev_again{"Zurück zur Anfrage", "Back to the query"};
inline constexpr Text dev_rules{"Alle Regeln", "All rules"};

}  // namespace stadtbuch::agent::texts
