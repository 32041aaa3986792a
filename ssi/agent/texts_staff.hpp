// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Sentences of the pages for clerks and inspectors; the rest is in texts.hpp.
#pragma once
#include "ssi/agent/texts.hpp"

namespace stadtbuch::agent::texts {

inline constexpr Text login_title{"Anmeldung für Beschäftigte", "Staff login"};
inline constexpr Text login_account{"Benutzername", "User name"};
inline constexpr Text login_password{"Passwort", "Password"};
inline constexpr Text login_send{"Anmelden", "Log in"};
inline constexpr Text login_wrong{"Benutzername oder Passwort stimmt nicht.",
                                  "User name or password is wrong."};
inline constexpr Text logout{"Abmelden", "Log out"};
inline constexpr Text logged_in_as{"Angemeldet:", "Logged in:"};
inline constexpr Text no_right_title{"Kein Zugriff", "No access"};
inline constexpr Text no_right{"Ihr Konto hat für diese Seite kein Recht.",
                               "Your account has no right to this page."};

inline constexpr Text queue_title{"Vorgänge", "Cases"};
inline constexpr Text queue_filter{"Vorgänge filtern", "Filter cases"};
inline constexpr Text queue_all{"Alle", "All"};
inline constexpr Text queue_done{"Erledigt", "Done"};
inline constexpr Text queue_next{"Nächster Vorgang", "Next case"};
inline constexpr Text queue_mine{"Mir zugewiesen", "Assigned to me"};
inline constexpr Text queue_empty{"Keine Vorgänge in dieser Auswahl.",
                                  "No cases in this selection."};
inline constexpr Text queue_number{"Nummer", "Number"};
inline constexpr Text queue_kind{"Nachweis", "Credential"};
inline constexpr Text queue_state{"Stand", "State"};
inline constexpr Text queue_age{"Alter", "Age"};
inline constexpr Text queue_due{"Fällig", "Due"};
inline constexpr Text queue_assignee{"Zuständig", "Assignee"};
inline constexpr Text queue_nobody{"niemand", "nobody"};
inline constexpr Text queue_overdue{"überfällig", "overdue"};
inline constexpr Text days{"Tage", "days"};
inline constexpr Text queue_second{"wartet auf zweite Person", "waits for a second person"};
inline constexpr Text queue_search{"Vorgangsnummer oder Kennzeichen", "Case number or plate"};
inline constexpr Text queue_apply{"Filtern", "Filter"};
inline constexpr Text queue_reset{"Filter aufheben", "Clear filter"};
inline constexpr Text queue_before{"Ältere", "Older"};
inline constexpr Text queue_after{"Neuere", "Newer"};
inline constexpr Text queue_page{"Seite", "Page"};
inline constexpr Text saved_title{"Gemerkte Filter", "Saved filters"};
inline constexpr Text saved_keep{"Diese Auswahl merken", "Save this selection"};
inline constexpr Text saved_name{"Name der Auswahl", "Name of the selection"};
inline constexpr Text saved_hint{
    "Gemerkt werden Stand, Nachweis, Zone, Zuständigkeit und Frist, nicht der Suchtext. Nur Sie "
    "sehen Ihre Auswahl.",
    "State, credential, zone, assignee and deadline are saved, not the search text. Only you see "
    "your selections."};
inline constexpr Text saved_save{"Merken", "Save"};
inline constexpr Text saved_forget{"Vergessen", "Forget"};
inline constexpr Text saved_no_name{
    "Bitte geben Sie der Auswahl einen Namen mit höchstens 60 Zeichen.",
    "Please give the selection a name of at most 60 characters."};
inline constexpr Text saved_too_many{
    "Es sind schon zwölf Filter gemerkt. Vergessen Sie zuerst einen davon.",
    "Twelve filters are saved already. Forget one of them first."};

inline constexpr Text keys_title{"Tastatur", "Keyboard"};
inline constexpr Text keys_how{
    "Die Taste wirkt zusammen mit der Zugriffstaste des Browsers: Alt (Chrome, Edge), Alt und "
    "Umschalt (Firefox), Control und Option (macOS). Kein Buchstabe allein löst etwas aus.",
    "The key works together with the browser's access key: Alt (Chrome, Edge), Alt and Shift "
    "(Firefox), Control and Option (macOS). No letter alone does anything."};
inline constexpr Text keys_key{"Taste", "Key"};
inline constexpr Text keys_what{"Wohin oder was", "Where or what"};
inline constexpr Text keys_rows{
    "In der Liste der Vorgänge führen Pfeil auf und ab, Pos1 und Ende von einer Nummer zur "
    "nächsten; die Eingabetaste öffnet den Vorgang.",
    "In the list of cases the up and down arrows, Home and End lead from number to number; Enter "
    "opens the case."};

inline constexpr Text second_title{"Vorschlag", "Proposal"};
inline constexpr Text second_needed{
    "Diese Entscheidung gilt erst, wenn eine zweite Person sie bestätigt.",
    "This decision takes effect when a second person confirms it."};
inline constexpr Text second_by{"Vorgeschlagen von", "Proposed by"};
inline constexpr Text second_confirm{"Bestätigen", "Confirm"};
inline constexpr Text second_withdraw{"Vorschlag verwerfen", "Discard the proposal"};
inline constexpr Text second_proposed_bulk{
    "hat dies vorgeschlagen. Eine zweite Person muss es bestätigen.",
    "proposed this. A second person has to confirm it."};
inline constexpr Text seen_title{"Wer diesen Vorgang angesehen hat", "Who looked at this case"};
inline constexpr Text kept_until{"Daten gespeichert bis", "Data kept until"};

inline constexpr Text bulk_title{"Sammelbearbeitung", "Bulk processing"};
inline constexpr Text bulk_lead{
    "Erst wird gezeigt, was geschehen würde; ausgeführt wird genau das, was gezeigt wurde.",
    "First you see what would happen; exactly what was shown is carried out."};
inline constexpr Text bulk_act{"Was soll geschehen?", "What shall happen?"};
inline constexpr Text bulk_renew{"Bald endende Parkausweise verlängern",
                                 "Extend permits that end soon"};
inline constexpr Text bulk_revoke{"Parkausweise widerrufen", "Revoke permits"};
inline constexpr Text bulk_reason{"Grund (nur beim Widerruf)", "Reason (for revocations only)"};
inline constexpr Text bulk_dry_run{"Probelauf", "Dry run"};
inline constexpr Text bulk_nothing{"Kein Parkausweis in dieser Auswahl.",
                                   "No permit in this selection."};
inline constexpr Text bulk_acts{"betroffen", "affected"};
inline constexpr Text bulk_left{"unverändert", "left alone"};
inline constexpr Text bulk_credentials{"Nachweise in Wallets", "Credentials in wallets"};
inline constexpr Text bulk_what{"Was geschieht", "What happens"};
inline constexpr Text bulk_renew_now{"Jetzt verlängern", "Extend now"};
inline constexpr Text bulk_done{"Geänderte Vorgänge", "Cases changed"};

inline constexpr Text events_title{"Änderungen im Register", "Changes of the register"};
inline constexpr Text events_lead{
    "Zieht jemand weg, wird ein Auto abgemeldet oder ändert sich eine Zone, folgen die Nachweise "
    "von selbst, und der Verlauf des Vorgangs sagt es. Mehr Änderungen auf einmal warten auf eine "
    "Bestätigung, damit ein fehlerhafter Export nicht alles widerruft. Grenze:",
    "When somebody moves away, a car is deregistered or a zone changes, credentials follow by "
    "themselves, and the case's history says so. More changes at once wait for a confirmation, so "
    "that a broken export does not revoke everything. Limit:"};
inline constexpr Text events_waiting{"Was jetzt ansteht", "What is waiting"};
inline constexpr Text events_none{"Nichts: alle Nachweise stimmen mit dem Register überein.",
                                  "Nothing: all credentials agree with the register."};
inline constexpr Text events_apply{"Register neu lesen und Änderungen anwenden",
                                   "Read the register again and apply the changes"};
inline constexpr Text events_changed{
    "Die Register wurden neu gelesen, und es steht jetzt anderes an. Bitte sehen Sie sich die "
    "Liste "
    "noch einmal an.",
    "The registers were read again, and other changes are waiting now. Please look at the list "
    "again."};
inline constexpr Text events_held{"Änderungen im Register warten auf Bestätigung",
                                  "Changes of the register wait for confirmation"};
inline constexpr Text inspector_title{"Kontrolle", "Inspection"};
inline constexpr Text offline_title{"Kontrolle ohne Netz", "Inspection without a network"};
inline constexpr Text offline_link{
    "Kontrolle ohne Netz: auf diesem Gerät vorbereiten und installieren",
    "Inspection without a network: prepare and install on this device"};
inline constexpr Text offline_prepare{"Jetzt vorbereiten", "Prepare now"};
inline constexpr Text offline_wipe{"Vorbereitung löschen", "Delete the preparation"};
inline constexpr Text offline_needs_script{"Diese Seite braucht JavaScript.",
                                           "This page needs JavaScript."};
inline constexpr Text offline_note{
    "Auf dem Gerät liegen nur Schlüssel, Statuslisten und verschlüsselte Kennzeichen ohne Namen. "
    "Nach zwei Tagen werden sie gelöscht.",
    "The device holds keys, status lists and digests of plates only, no names. They are deleted "
    "after two days."};
inline constexpr Text offline_empty{
    "Nicht vorbereitet. Melden Sie sich mit Netz an und wählen Sie "
    "„Jetzt vorbereiten“.",
    "Not prepared. With a network, log in and choose “Prepare now”."};
inline constexpr Text offline_age{"Stand der Daten: vor", "Age of the data:"};
inline constexpr Text offline_minutes{"Minuten", "minutes"};
inline constexpr Text offline_hours{"Stunden", "hours"};
inline constexpr Text offline_old{"Bitte neu vorbereiten: Widerrufe seitdem sind nicht bekannt.",
                                  "Please prepare again: later revocations are not known."};
inline constexpr Text offline_proved{
    "Schlüssel der Stadt aus dem Ledger, Beweis auf diesem Gerät nachgerechnet. Ledger-Stand: vor",
    "Keys of the town from the ledger, proof recomputed on this device. The ledger's state is this "
    "old:"};
inline constexpr Text offline_members{
    "Die Unterschrift von {} Mitgliedern des Ledgers (BLS) hat der Server beim Vorbereiten "
    "geprüft, "
    "dieses Gerät prüft sie nicht.",
    "The signature of {} members of the ledger (BLS) was checked by the server when this was "
    "prepared; this device does not check it."};
inline constexpr Text offline_unproved{
    "Die Schlüssel der Stadt kommen vom angemeldeten Server; einen Beleg des Ledgers gibt es "
    "nicht.",
    "The keys of the town come from the server you logged in to; there is no receipt of the "
    "ledger."};
inline constexpr Text offline_listed{"Statusliste signiert: vor", "Age of the status list:"};
inline constexpr Text offline_stale{
    "Echt, aber der Widerrufsstand ist nicht bekannt: bitte neu vorbereiten.",
    "Genuine, but its revocation state is not known: please prepare again."};
inline constexpr Text offline_no_plate{
    "Kein Parkausweis für dieses Kennzeichen im vorbereiteten Stand.",
    "No permit for this plate in the prepared data."};
inline constexpr Text offline_failed{"Vorbereiten hat nicht geklappt. Gibt es ein Netz?",
                                     "Preparing failed. Is there a network?"};
inline constexpr Text audit_title{"Protokoll", "Audit log"};

inline constexpr Text compare_title{"Vergleich mit dem Register", "Comparison with the register"};
inline constexpr Text compare_field{"Angabe", "Field"};
inline constexpr Text compare_register{"Register", "Register"};
inline constexpr Text compare_applicant{"Antrag", "Application"};
inline constexpr Text compare_result{"Ergebnis", "Result"};
inline constexpr Text compare_equal{"gleich", "equal"};
inline constexpr Text compare_different{"verschieden", "different"};
inline constexpr Text compare_proven{"Die Angaben wurden aus einer Wallet vorgelegt und geprüft.",
                                     "The details were presented from a wallet and verified."};
inline constexpr Text compare_typed{
    "Die Angaben wurden eingetippt. Prüfen Sie die Identität der Person.",
    "The details were typed. Check the person's identity."};
inline constexpr Text block_warning{
    "Für diese Person besteht eine Auskunftssperre (§ 51 BMG). Vor dem Ausstellen "
    "mit der Person sprechen.",
    "This person's data are blocked (section 51 BMG). Talk to the person before "
    "issuing."};
inline constexpr Text obstacles_title{"Was im Weg steht", "What is in the way"};
inline constexpr Text candidates_title{"Wer ist gemeint?", "Who is meant?"};
inline constexpr Text candidates_none{"keine dieser Personen", "none of these"};
inline constexpr Text evidence_title{"Unterlagen", "Documents"};
inline constexpr Text evidence_shown{"Vorgelegt und geprüft", "Presented and verified"};
inline constexpr Text evidence_claimed{"Angegeben, nicht nachgewiesen", "Stated, not proved"};
inline constexpr Text evidence_typed{
    "Keine: Die Angaben wurden eingetippt. Bitte lassen Sie sich den Ausweis zeigen.",
    "None: the details were typed. Please have an identity document shown."};
inline constexpr Text evidence_office{"Vom Amt", "From the office"};
inline constexpr Text evidence_none{"Noch keine.", "None yet."};
inline constexpr Text code_letter{"Brief mit dem Code", "Letter with the code"};
inline constexpr Text case_parts{"In diesem Vorgang", "In this case"};
inline constexpr Text history_title{"Verlauf", "History"};
inline constexpr Text history_when{"Wann", "When"};
inline constexpr Text history_who{"Wer", "Who"};
inline constexpr Text history_what{"Was", "What"};
inline constexpr Text actions_title{"Entscheidung", "Decision"};
inline constexpr Text act_assign{"Mir zuweisen", "Assign to me"};
inline constexpr Text act_compare{"Neu vergleichen", "Compare again"};
inline constexpr Text act_approve{"Ausstellen", "Issue"};
inline constexpr Text act_approve_note{
    "Ausgestellt werden die Daten des Registers. Nach dem Ausstellen ist nur noch "
    "ein Widerruf möglich.",
    "The register's data will be issued. After issuing, only revocation is "
    "possible."};
inline constexpr Text act_seen{"Ich habe die Unterschiede geprüft",
                               "I have checked the differences"};
inline constexpr Text act_correction{"Nachfordern", "Ask for correction"};
inline constexpr Text act_reject{"Ablehnen", "Reject"};
inline constexpr Text closed_alive{
    "Die Person hat ihre Daten gelöscht. Der Nachweis in der Wallet gilt bis zu seinem Ablauf und "
    "lässt sich noch widerrufen.",
    "The person has deleted their data. The credential in the wallet is valid until it expires and "
    "can still be revoked."};
inline constexpr Text act_revoke{"Widerrufen …", "Revoke …"};
inline constexpr Text reason_module{"Textbaustein", "Text module"};
inline constexpr Text reason_free{"Eigene Worte (optional)", "Own words (optional)"};
inline constexpr Text reason_hint{"Die antragstellende Person liest diesen Text.",
                                  "The applicant reads this text."};

inline constexpr Text offer_section{"Übergabe an die Wallet", "Hand-over to the wallet"};
inline constexpr Text offer_changed{"Die Wallet ist weiter. Die Seite wird neu geladen.",
                                    "The wallet went on. The page is loaded again."};
inline constexpr Text offer_state{"Zustand des Angebots", "State of the offer"};
inline constexpr Text offer_code_label{"Code für die Wallet (getrennt weitergeben)",
                                       "Code for the wallet (hand over separately)"};
inline constexpr Text offer_public{"Seite der antragstellenden Person", "The applicant's page"};
inline constexpr Text offer_sheet{"Blatt zum Ausdrucken", "Printable sheet"};
inline constexpr Text offer_again{"Neues Angebot", "New offer"};
inline constexpr Text letter_title{"Ihr Code für die Wallet", "Your code for the wallet",
                                   "Ihr Code für die Wallet"};
inline constexpr Text letter_text{
    "Für Ihren Nachweis brauchen Sie diesen Code. Den Link oder das Blatt mit dem QR-Code haben "
    "Sie "
    "getrennt erhalten. Öffnen Sie ihn mit der Wallet und geben Sie den Code dort ein.",
    "You need this code for your credential. You have received the link, or the sheet with the QR "
    "code, separately. Open it with your wallet and enter the code there.",
    "Das ist Ihr Code. Sie haben schon einen Link oder ein Blatt. Öffnen Sie den Link mit der "
    "Wallet. Schreiben Sie dort den Code."};
inline constexpr Text letter_warning{
    "Geben Sie den Code an niemanden weiter, auch nicht am Telefon. Fünf falsche Eingaben sperren "
    "ihn.",
    "Give the code to nobody, not on the phone either. Five wrong entries block it.",
    "Sagen Sie den Code keinem anderen Menschen. Auch nicht am Telefon."};
inline constexpr Text sheet_note{
    "Den Code finden Sie nicht auf diesem Blatt. Sie erhalten ihn getrennt.",
    "The code is not on this sheet. You receive it separately.",
    "Der Code steht nicht auf diesem Blatt. Sie bekommen ihn getrennt."};

inline constexpr Text revoke_title{"Nachweis widerrufen", "Revoke credential"};
inline constexpr Text revoke_effect{"Was geschieht", "What will happen"};
inline constexpr Text revoke_count{"Betroffene Nachweise in Wallets:",
                                   "Credentials in wallets affected:"};
inline constexpr Text revoke_when{"Prüfende sehen den Widerruf spätestens nach Minuten:",
                                  "Verifiers see the revocation after at most, in minutes:"};
inline constexpr Text revoke_final{"Ein Widerruf kann nicht zurückgenommen werden.",
                                   "A revocation cannot be undone."};
inline constexpr Text revoke_confirm{"Endgültig widerrufen", "Revoke for good"};

inline constexpr Text inspect_lead{
    "Prüfen Sie ein Kennzeichen oder einen vorgelegten Parkausweis. Es wird kein Name "
    "angezeigt und nichts über die Person gespeichert.",
    "Check a number plate or a presented permit. No name is shown and nothing about "
    "the person is stored."};
inline constexpr Text inspect_plate{"Kennzeichen prüfen", "Check plate"};
inline constexpr Text inspect_kind{"vorzeigen lassen", "ask to present"};
inline constexpr Text inspect_present{"Parkausweis vorzeigen lassen", "Have the permit presented"};
inline constexpr Text inspect_waiting{
    "Lassen Sie den QR-Code mit der Wallet scannen. Die Seite zeigt das Ergebnis von selbst.",
    "Have the QR code scanned with the wallet. The page shows the result by itself."};
inline constexpr Text inspect_paper{"Papierausweis prüfen", "Check a paper permit"};
inline constexpr Text inspect_paper_label{"Inhalt des QR-Codes", "Content of the QR code"};
inline constexpr Text inspect_paper_hint{
    "Die Kamera des Telefons öffnet die Prüfung von selbst. Ein Handscanner schreibt in dieses "
    "Feld.",
    "The phone's camera opens the check by itself. A hand-held scanner types into this field."};
inline constexpr Text inspect_result{"Ergebnis der Kontrolle", "Result of the inspection"};
inline constexpr Text inspect_time{"Geprüft am", "Checked on"};
inline constexpr Text inspect_again{"Nächste Kontrolle", "Next inspection"};
inline constexpr Text inspect_not_kept{
    "Nicht gespeichert: Kennzeichen, Name, Inhalt des Nachweises.",
    "Not stored: plate, name, content of the credential."};
inline constexpr Text inspect_valid{"GÜLTIG", "VALID"};
inline constexpr Text inspect_invalid{"NICHT GÜLTIG", "NOT VALID"};
inline constexpr Text trace_rule{"Regel", "Rule"};
inline constexpr Text trace_field{"Feld", "Field"};
inline constexpr Text trace_outcome{"Ergebnis", "Result"};
inline constexpr Text trace_sentence{"Erklärung", "Explanation"};
inline constexpr Text rules_title{"Was wir prüfen", "What we check"};
inline constexpr Text rules_lead{
    "Jede Prüfung ist eine Regel mit einer festen Nummer. Prüfprotokolle und Ablehnungen nennen "
    "diese Nummer.",
    "Each check is a rule with a fixed number. Traces and refusals name this number."};
inline constexpr Text rules_good{"Wenn sie eingehalten ist", "When it holds"};
inline constexpr Text rules_bad{"Wenn nicht", "When it does not"};
inline constexpr Text rules_json{"Diese Liste als JSON", "This list as JSON"};
inline constexpr Text trace_json{"Prüfprotokoll als JSON", "Trace as JSON"};
inline constexpr Text audit_object{"Vorgang", "Case"};

}  // namespace stadtbuch::agent::texts
