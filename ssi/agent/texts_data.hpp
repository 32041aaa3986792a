// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Sentences of the open data pages.
#pragma once
#include "ssi/agent/texts.hpp"

namespace stadtbuch::agent::texts {

inline constexpr Text data_title{"Offene Daten", "Open data"};
inline constexpr Text data_lead{
    "Was diese Seiten leisten, in Zahlen, und das Straßenverzeichnis der Stadt. Frei verwendbar.",
    "What these pages do, in numbers, and the town's street directory. Free to use.",
    "Hier stehen Zahlen: Wie viele Nachweise gibt es? Und hier steht eine Liste von allen Straßen. "
    "Alle dürfen diese Daten benutzen."};
inline constexpr Text data_statistics{"Statistik", "Statistics"};
inline constexpr Text data_statistics_about{
    "Anträge, Ausstellungen und Widerrufe je Tag, Nachweis, Art der Identifizierung und Gebiet. "
    "Zahlen unter 5 werden nicht genannt und nicht aufbewahrt. Der laufende Tag fehlt.",
    "Applications, issued and revoked credentials per day, credential, way of identification and "
    "area. Numbers below 5 are not told and not kept. The current day is missing.",
    "Hier stehen Zahlen von jedem Tag. Kleine Zahlen unter 5 sagen wir nicht."};
inline constexpr Text data_streets{"Straßenverzeichnis", "Street directory"};
inline constexpr Text data_streets_about{
    "Alle Straßenabschnitte mit Schlüssel, Postleitzahl, Ortsteil, Hausnummern und Parkzone. Mit "
    "/daten/strassen.json?suche=bahn erhalten Eingabefelder Vorschläge.",
    "All street sections with key, postal code, district, house numbers and parking zone. With "
    "/daten/strassen.json?suche=bahn input fields get suggestions.",
    "Hier stehen alle Straßen von der Stadt."};
inline constexpr Text data_as{"Herunterladen als", "Download as"};
inline constexpr Text data_none{"Es gibt noch keinen abgeschlossenen Tag.",
                                "No day has been completed yet."};
inline constexpr Text data_day{"Tag", "Day"};
inline constexpr Text data_service{"Nachweis", "Credential"};
inline constexpr Text data_way{"Identifizierung", "Identification"};
inline constexpr Text data_area{"Gebiet", "Area"};
inline constexpr Text data_measure{"Was", "What"};
inline constexpr Text data_count{"Anzahl", "Count"};
inline constexpr Text data_catalogue{"Katalog für Datenportale", "Catalogue for data portals"};
inline constexpr Text data_licence{"Lizenz", "Licence"};

}  // namespace stadtbuch::agent::texts
