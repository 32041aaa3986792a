// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Sentences of "Meine Nachweise": what a citizen holds, and what the office keeps about it.
#pragma once
#include "ssi/agent/texts.hpp"

namespace stadtbuch::agent::texts {

inline constexpr Text mine_title{"Meine Nachweise", "My credentials"};
inline constexpr Text mine_card_text{
    "Erneuern, Verlust melden, zurückgeben. Und sehen, welche Daten wir wie lange speichern.",
    "Renew, report a loss, give back. And see which data we keep, and until when.",
    "Sie haben schon einen Nachweis? Hier sehen Sie Ihre Nachweise. Sie können sie neu holen. "
    "Oder zurückgeben."};
inline constexpr Text mine_open{"Meine Nachweise ansehen", "See my credentials"};
inline constexpr Text mine_intro{
    "Weisen Sie sich mit Ihrer Wallet aus. Danach sehen Sie alle Nachweise, die wir Ihnen "
    "ausgestellt haben.",
    "Show who you are with your wallet. After that you see all credentials that we issued to you.",
    "Zeigen Sie uns zuerst: Wer sind Sie? Das machen Sie mit Ihrer Wallet. Eine Wallet ist eine "
    "Brieftasche auf dem Handy. Danach sehen Sie alle Ihre Nachweise."};
inline constexpr Text mine_step_1{"Ausweisen", "Show who you are"};
inline constexpr Text mine_step_2{"Nachweise ansehen", "See your credentials"};
inline constexpr Text mine_by_proof{"Mit der Wohnsitz\u00ADbescheinigung aus der Wallet",
                                    "With the proof of residence in the wallet"};
inline constexpr Text mine_asks{
    "Wir fragen ab: Name, Geburtsdatum und Anschrift. Zweck: Ihre Vorgänge finden. Die Angaben "
    "werden nach 30 Minuten gelöscht.",
    "We ask for: name, date of birth and address. Purpose: finding your cases. The details are "
    "deleted after 30 minutes.",
    "Wir fragen: Wie heißen Sie? Wann sind Sie geboren? Wo wohnen Sie? So finden wir Ihre "
    "Nachweise. Nach 30 Minuten löschen wir diese Angaben."};
inline constexpr Text mine_lost_title{"Handy oder Wallet verloren?", "Lost your phone or wallet?"};
inline constexpr Text mine_lost{
    "Öffnen Sie den Link Ihres Antrags: Dort können Sie den Verlust ohne Wallet melden. Oder rufen "
    "Sie uns an oder kommen Sie ins Amt.",
    "Open the link of your application: there you can report the loss without a wallet. Or call "
    "us, or come to the office.",
    "Haben Sie noch den Link von Ihrem Antrag? Öffnen Sie den Link. Dort können Sie melden: Mein "
    "Handy ist weg. Sie können uns auch anrufen."};
inline constexpr Text mine_nobody{
    "Mit diesen Angaben haben wir im Melderegister niemanden eindeutig gefunden. Vielleicht wurde "
    "Ihre neue Anschrift noch nicht eingetragen. Das Bürgeramt hilft Ihnen.",
    "With these details we found nobody in the residents' register, or more than one person. "
    "Perhaps your new address has not been entered yet. The citizens' office can help.",
    "Wir haben Sie nicht gefunden. Vielleicht sind Sie umgezogen. Bitte rufen Sie uns an."};
inline constexpr Text mine_none{"Wir haben Ihnen keine Nachweise ausgestellt.",
                                "We have issued no credentials to you.",
                                "Sie haben noch keinen Nachweis von uns."};
inline constexpr Text mine_wallet_until{"In der Wallet gültig bis", "Valid in the wallet until"};
inline constexpr Text mine_wallet_hint{"Die Wallet erneuert sich meist von selbst.",
                                       "Wallets usually renew by themselves.",
                                       "Die Wallet macht das meist von allein neu."};
inline constexpr Text mine_kept_until{"Ihre Daten bleiben hier gespeichert bis",
                                      "Your data stay stored here until",
                                      "So lange speichern wir Ihre Daten"};
inline constexpr Text mine_issued{"Ausgestellt am", "Issued on"};
inline constexpr Text mine_renew{"Neu in die Wallet holen", "Get into a wallet again"};
inline constexpr Text mine_extend{"Parkausweis verlängern", "Extend the permit"};
inline constexpr Text mine_renews{"Verlängert", "Extends"};
inline constexpr Text mine_give_back{"Zurückgeben …", "Give back …"};
inline constexpr Text mine_see_case{"Vorgang ansehen", "See the case"};
inline constexpr Text mine_delete{"Meine Daten jetzt löschen", "Delete my data now"};
inline constexpr Text mine_delete_effect{
    "Löschen Sie Ihre Daten schon jetzt, so gilt der Nachweis in der Wallet bis zu seinem Ablauf "
    "weiter, erneuert sich aber nicht mehr, und Ausdrucke gelten nicht mehr. Widerrufen lässt er "
    "sich dann nur noch mit dem Link Ihres Antrags oder dieser Nummer: Bitte heben Sie sie auf.",
    "If you delete your data already now, the credential in the wallet stays valid until it "
    "expires, but is not renewed any more, and printed copies do not hold any more. It can then be "
    "revoked only with the link of your application or with this number: please keep it.",
    "Sie können Ihre Daten schon jetzt löschen. Dann gilt der Nachweis im Handy nur noch, bis er "
    "abläuft. Ein Ausdruck gilt nicht mehr. Bitte schreiben Sie diese Nummer auf. Mit der Nummer "
    "können wir den Nachweis sperren."};
inline constexpr Text mine_deleted{"Die Daten dieses Vorgangs sind gelöscht.",
                                   "The data of this case have been deleted.",
                                   "Ihre Daten sind gelöscht."};
inline constexpr Text mine_report{"Verlust melden …", "Report a loss …"};
inline constexpr Text mine_export{"Meine Daten herunterladen (JSON)", "Download my data (JSON)"};
inline constexpr Text mine_leave{"Beenden", "Finish"};
inline constexpr Text mine_kept_title{"Welche Daten wir speichern", "Which data we keep"};
inline constexpr Text mine_kept_what{
    "Je Vorgang: Ihre Angaben im Antrag, der Vergleich mit dem Register, beim Parkausweis "
    "Kennzeichen und Zone, wer wann was getan hat, und welche Einträge der Statusliste zu Ihren "
    "Nachweisen gehören. Den Nachweis selbst speichern wir nicht. Wann die Daten gelöscht werden, "
    "steht bei jedem Vorgang.",
    "For each case: your details in the application, the comparison with the register, for a "
    "permit plate and zone, who did what when, and which entries of the status list belong to your "
    "credentials. We do not store the credential itself. Each case says when its data will be "
    "deleted.",
    "Wir speichern: Was Sie uns geschrieben haben. Wer Ihren Antrag bearbeitet hat. Beim "
    "Parkausweis auch Ihr Kennzeichen. Bei jedem Nachweis steht: So lange speichern wir."};
inline constexpr Text mine_seen_title{"Wer Ihre Vorgänge angesehen hat",
                                      "Who has looked at your cases"};
inline constexpr Text mine_seen_none{"Bisher niemand.", "Nobody so far."};
inline constexpr Text mine_seen_clerk{"Mitarbeiterin oder Mitarbeiter des Amts",
                                      "a member of the office's staff"};

inline constexpr Text paper_get{"Parkausweis auf Papier (PDF)", "Permit on paper (PDF)"};
inline constexpr Text paper_title{"Prüfung eines Papiers", "Check of a paper"};
inline constexpr Text paper_get_kind{"Nachweis auf Papier (PDF)", "Credential on paper (PDF)"};
inline constexpr Text paper_compare_kind{
    "Vergleichen Sie die Angaben mit dem Ausdruck und dem Lichtbildausweis.",
    "Compare these details with the print and with an identity card.",
    "Passt der Name zum Ausweis? Passt alles zum Papier?"};
inline constexpr Text paper_compare{
    "Vergleichen Sie Kennzeichen und Zone mit dem Fahrzeug und dem Ausdruck.",
    "Compare plate and zone with the vehicle and the print.",
    "Passt das Kennzeichen zum Auto? Passt die Zone zum Papier?"};

inline constexpr Text loss_title{"Verlust melden", "Report a loss"};
inline constexpr Text loss_which{"Welche Nachweise waren in der verlorenen Wallet?",
                                 "Which credentials were in the lost wallet?"};
inline constexpr Text loss_effect{
    "Diese Nachweise werden sofort ungültig, in jeder Wallet. Das kann nicht zurückgenommen "
    "werden. Danach können Sie neue beantragen.",
    "These credentials become invalid at once, in every wallet. This cannot be undone. After that "
    "you can apply for new ones.",
    "Diese Nachweise gelten dann nicht mehr. Das können wir nicht zurücknehmen. Sie können danach "
    "neue Nachweise holen."};
inline constexpr Text loss_confirm{"Verlust endgültig melden", "Report the loss for good"};
inline constexpr Text loss_none_chosen{"Bitte wählen Sie mindestens einen Nachweis.",
                                       "Please choose at least one credential.",
                                       "Bitte wählen Sie einen Nachweis."};
inline constexpr Text back_title{"Nachweis zurückgeben", "Give a credential back"};
inline constexpr Text back_effect{
    "Der Nachweis wird sofort ungültig, in jeder Wallet. Das kann nicht zurückgenommen werden.",
    "The credential becomes invalid at once, in every wallet. This cannot be undone.",
    "Der Nachweis gilt dann nicht mehr. Das können wir nicht zurücknehmen."};
inline constexpr Text back_confirm{"Endgültig zurückgeben", "Give back for good"};
inline constexpr Text mine_back_to_list{"Zurück zu meinen Nachweisen", "Back to my credentials"};

}  // namespace stadtbuch::agent::texts
