// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Every sentence that people read on the pages, German and English side by side. Long German words
// in headings carry soft hyphens (\u00AD): at 400 % zoom browsers without a dictionary would break
// them anywhere. Sentences of comparisons come from ssi/register, those of verification traces from
// ssi/credential.
#pragma once
#include <optional>
#include <string_view>

namespace stadtbuch::agent {

/// `easy` is Leichte Sprache, for the citizen's pages.
enum class Language { de, en, easy };

struct Text {
    std::string_view de;
    std::string_view en;
    std::string_view easy = {};  ///< empty: the German sentence is easy enough, or for staff

    [[nodiscard]] constexpr std::string_view in(Language language) const {
        if (language == Language::easy && !easy.empty()) return easy;
        return language == Language::en ? en : de;
    }
};

/// "de", "en", "leicht": in settings, links and the cookie.
[[nodiscard]] std::string_view cookie_tag(Language language);
[[nodiscard]] std::optional<Language> language_tagged(std::string_view tag);
/// BCP 47, for documents: "de", "en", "de-simple".
[[nodiscard]] std::string_view html_language(Language language);
/// In the language itself.
[[nodiscard]] std::string_view language_name(Language language);

/// Sentences whose key is data: states, acts, rules, errors ("state.new", "rule.no_zone"). Unknown
/// keys give "–", so that a stored word of a later version breaks no page.
[[nodiscard]] Text words_of(std::string_view key);

namespace texts {

// frame
inline constexpr Text skip{"Zum Inhalt springen", "Skip to content"};
inline constexpr Text home{"Startseite", "Home"};
inline constexpr Text main_navigation{"Hauptnavigation", "Main navigation"};
inline constexpr Text language_navigation{"Sprache", "Language"};
inline constexpr Text development{"Entwicklungsumgebung: keine echten Nachweise",
                                  "Development environment: no real credentials"};
inline constexpr Text accessibility{"Erklärung zur Barrierefreiheit", "Accessibility statement"};
inline constexpr Text report_barrier{"Barriere melden", "Report a barrier"};
inline constexpr Text sign_language{"Gebärdensprache", "Sign language", "Gebärden-Sprache"};
inline constexpr Text sign_films{"Filme in Deutscher Gebärdensprache",
                                 "Films in German Sign Language", "Filme in Gebärden-Sprache"};
inline constexpr Text sign_none{
    "Filme in Deutscher Gebärdensprache bietet diese Stadt hier noch nicht an. Schreiben Sie uns, "
    "wenn Sie welche brauchen.",
    "This town does not offer films in German Sign Language here yet. Write to us if you need "
    "some.",
    "Hier gibt es noch keine Filme in Gebärden-Sprache. Brauchen Sie Filme? Schreiben Sie uns."};
inline constexpr Text imprint{"Impressum", "Imprint"};
inline constexpr Text privacy{"Datenschutz", "Privacy"};
inline constexpr Text contact{"Kontakt und Hilfe", "Contact and help"};
inline constexpr Text footer_navigation{"Rechtliches und Hilfe", "Legal information and help"};
inline constexpr Text not_found_title{"Seite nicht gefunden", "Page not found",
                                      "Diese Seite gibt es nicht"};
inline constexpr Text not_found{"Diese Seite gibt es nicht oder nicht mehr.",
                                "This page does not exist, or no longer.",
                                "Diese Seite gibt es nicht."};
inline constexpr Text error_title{"Das hat nicht geklappt", "That did not work"};
inline constexpr Text not_now{"Bitte versuchen Sie es in einigen Minuten noch einmal.",
                              "Please try again in a few minutes.",
                              "Das geht gerade nicht. Bitte warten Sie ein paar Minuten."};
inline constexpr Text not_understood{"Diese Anfrage konnten wir nicht verarbeiten.",
                                     "We could not process this request.",
                                     "Das hat nicht geklappt. Bitte machen Sie es noch einmal."};
inline constexpr Text too_often{"Zu viele Versuche in kurzer Zeit. Bitte warten Sie eine Minute.",
                                "Too many attempts in a short time. Please wait a minute.",
                                "Das war zu oft. Bitte warten Sie eine Minute."};
inline constexpr Text form_outdated{
    "Das Formular ist abgelaufen oder kam von einer anderen Seite. Bitte laden Sie "
    "die Seite neu und senden Sie es noch einmal ab.",
    "The form is outdated or came from another site. Please reload the page and "
    "send it again.",
    "Diese Seite ist zu alt. Bitte laden Sie die Seite neu."};
inline constexpr Text back{"Zurück", "Back"};
inline constexpr Text next{"Weiter", "Continue"};
inline constexpr Text send{"Absenden", "Send"};
inline constexpr Text yes{"ja", "yes"};
inline constexpr Text no{"nein", "no"};
inline constexpr Text required_note{
    "Alle Felder sind Pflichtfelder, wenn nichts anderes dabeisteht.",
    "All fields are required unless stated otherwise.", "Bitte füllen Sie alle Felder aus."};
inline constexpr Text field_optional{"freiwillig", "optional"};
inline constexpr Text check_fields{"Bitte prüfen Sie Ihre Angaben", "Please check your details",
                                   "Etwas fehlt oder ist falsch"};
inline constexpr Text steps_label{"Schritte", "Steps"};
inline constexpr Text step_current{"(aktueller Schritt)", "(current step)"};
inline constexpr Text step_done{"(erledigt)", "(done)"};

// home
inline constexpr Text home_title{"Digitale Nachweise Ihrer Stadt",
                                 "Digital credentials from your town"};
inline constexpr Text home_lead{
    "Erhalten Sie amtliche Nachweise in Ihre digitale Brieftasche (Wallet) und zeigen "
    "Sie nur, was wirklich gebraucht wird.",
    "Receive official credentials into your digital wallet and show only what is "
    "really needed.",
    "Ein Nachweis zeigt zum Beispiel: Sie wohnen hier. Sie können Nachweise auf Ihr Handy "
    "holen. Das Handy braucht dafür eine Wallet. Eine Wallet ist eine Brieftasche auf dem "
    "Handy."};
inline constexpr Text residence_card{"Wohnsitz\u00ADbescheinigung", "Proof of residence"};
inline constexpr Text residence_card_text{
    "Die elektronische Meldebescheinigung nach § 18 Bundesmeldegesetz. Sie ist "
    "gebührenfrei.",
    "The electronic proof of residence under section 18 of the Federal Act "
    "on Registration. It is free of charge.",
    "Dieser Nachweis sagt: Hier wohne ich. Er kostet nichts."};
inline constexpr Text residence_apply{"Wohnsitz\u00ADbescheinigung beantragen",
                                      "Apply for a proof of residence"};
inline constexpr Text parking_card{"Bewohner\u00ADparkausweis", "Resident parking permit"};
inline constexpr Text parking_card_text{
    "In einem Zug: Wohnsitzbescheinigung aus der Wallet zeigen, Kennzeichen "
    "angeben, Parkausweis erhalten.",
    "In one go: show your proof of residence from the wallet, enter the "
    "number plate, receive the permit.",
    "Mit diesem Ausweis dürfen Sie in Ihrer Straße parken. Sie brauchen: die Wohnsitz- "
    "Bescheinigung in der Wallet und Ihr Kennzeichen."};
inline constexpr Text parking_apply{"Bewohner\u00ADparkausweis beantragen",
                                    "Apply for a resident parking permit"};
inline constexpr Text kind_apply{"Beantragen", "Apply for"};
inline constexpr Text staff_card{"Für Beschäftigte", "For staff"};
inline constexpr Text staff_login{"Anmelden", "Log in"};
inline constexpr Text no_wallet_title{"Keine Wallet?", "No wallet?"};
inline constexpr Text no_wallet{
    "Beide Nachweise erhalten Sie weiterhin auf Papier im Bürgeramt. Rufen Sie uns an "
    "oder vereinbaren Sie einen Termin.",
    "Both documents are still available on paper at the citizens' office. Call us or "
    "make an appointment.",
    "Sie haben keine Wallet? Dann bekommen Sie alles auf Papier. Kommen Sie ins Bürger-Amt. "
    "Oder rufen Sie uns an."};
inline constexpr Text make_appointment{"Termin vereinbaren", "Make an appointment",
                                       "Einen Termin machen"};
inline constexpr Text get_wallet{"So bekommen Sie eine Wallet", "How to get a wallet"};

// residence
inline constexpr Text residence_title{"Wohnsitz\u00ADbescheinigung beantragen",
                                      "Apply for a proof of residence"};
inline constexpr Text residence_step_1{"Angaben", "Your details"};
inline constexpr Text residence_step_2{"Prüfung durch das Amt", "Check by the office",
                                       "Das Amt prüft"};
inline constexpr Text residence_step_3{"Nachweis in die Wallet", "Credential into the wallet",
                                       "Nachweis auf das Handy holen"};
inline constexpr Text residence_intro{
    "Wir vergleichen Ihre Angaben mit dem Melderegister. Eine Mitarbeiterin oder "
    "ein Mitarbeiter prüft Ihre Identität und stellt den Nachweis aus.",
    "We compare your details with the residents' register. A member of staff "
    "checks your identity and issues the credential.",
    "Schreiben Sie bitte Ihren Namen und Ihre Adresse auf. Das Amt prüft die Angaben. Dann "
    "bekommen Sie den Nachweis."};
inline constexpr Text full_name{"Name", "Name"};
inline constexpr Text family_name{"Familienname", "Family name"};
inline constexpr Text given_name{"Vornamen", "Given names"};
inline constexpr Text birthdate{"Geburtsdatum", "Date of birth"};
inline constexpr Text birthdate_hint{
    "Zum Beispiel 03.05.1984. Ist nur das Jahr bekannt, genügt das Jahr.",
    "For example 1984-05-03 or 03.05.1984. If only the year is known, the year "
    "is enough.",
    "Zum Beispiel: 03.05.1984"};
inline constexpr Text street{"Straße", "Street"};
inline constexpr Text house_number{"Hausnummer", "House number"};
inline constexpr Text postal_code{"Postleitzahl", "Postal code"};
inline constexpr Text locality{"Ort", "Town"};
inline constexpr Text person_legend{"Person", "Person"};
inline constexpr Text address_legend{"Anschrift", "Address"};
inline constexpr Text privacy_note{
    "Wir verwenden Ihre Angaben nur für diesen Antrag. Einzelheiten stehen unter "
    "Datenschutz.",
    "We use your details for this application only. See Privacy for details.",
    "Wir brauchen diese Angaben nur für Ihren Antrag."};
inline constexpr Text field_missing{"Bitte füllen Sie dieses Feld aus.",
                                    "Please fill in this field.",
                                    "Hier fehlt etwas. Bitte schreiben Sie etwas in dieses Feld."};
inline constexpr Text field_too_long{"Diese Angabe ist zu lang (höchstens 200 Zeichen).",
                                     "This is too long (200 characters at most).",
                                     "Das ist zu lang. Bitte schreiben Sie weniger."};
inline constexpr Text field_foreign{
    "Diese Zeichen stehen in keinem deutschen Register (DIN 91379). Bitte schreiben Sie den Namen "
    "wie im Ausweis, in lateinischen Buchstaben:",
    "These characters are in no German register (DIN 91379). Please write the name as on your "
    "identity card, in Latin letters:",
    "Diese Zeichen gehen hier nicht. Schreiben Sie so wie in Ihrem Ausweis:"};
inline constexpr Text field_bad_date{
    "Bitte geben Sie das Datum als Tag.Monat.Jahr ein, zum Beispiel 03.05.1984.",
    "Please enter the date as year-month-day, for example 1984-05-03.",
    "Schreiben Sie das Datum so: 03.05.1984"};

// going on later
inline constexpr Text draft_keep{"Speichern und später weitermachen", "Save and go on later",
                                 "Speichern und später weiter-machen"};
inline constexpr Text draft_hint{
    "Sie erhalten einen Link. Mit ihm machen Sie auf jedem Gerät weiter, zwei Wochen lang.",
    "You get a link. With it you go on from any device, for two weeks.",
    "Sie bekommen einen Link. Mit dem Link machen Sie später weiter. Sie haben 2 Wochen Zeit."};
inline constexpr Text draft_title{"Ihr Antrag ist gespeichert", "Your application is saved"};
inline constexpr Text draft_kept{
    "Abgeschickt ist er noch nicht. Bewahren Sie diesen Link auf: Nur mit ihm machen Sie weiter, "
    "ein früherer gilt nicht mehr. Wer ihn kennt, sieht Ihre Angaben.",
    "It has not been sent yet. Keep this link: it is the only way to go on, an earlier one is "
    "void. "
    "Whoever knows it sees your details.",
    "Sie haben den Antrag noch nicht abgeschickt. Bewahren Sie den Link auf. Nur mit dem Link "
    "können Sie weiter-machen. Zeigen Sie den Link keinem anderen Menschen."};
inline constexpr Text draft_until{"Wir löschen den Entwurf am", "We delete the draft on",
                                  "Wir löschen alles am"};
inline constexpr Text draft_go_on{"Jetzt weitermachen", "Go on now", "Jetzt weiter-machen"};
inline constexpr Text draft_delete{"Entwurf jetzt löschen", "Delete the draft now",
                                   "Jetzt alles löschen"};
inline constexpr Text draft_gone{
    "Diesen Entwurf gibt es nicht mehr: Er wurde abgeschickt, gelöscht oder war zwei Wochen alt.",
    "This draft is gone: it was sent, deleted, or two weeks old.",
    "Diesen Entwurf gibt es nicht mehr."};
inline constexpr Text draft_deleted_title{"Der Entwurf ist gelöscht", "The draft is deleted"};
inline constexpr Text draft_deleted{"Wir haben nichts von Ihnen behalten.",
                                    "We kept nothing about you."};

// parking
inline constexpr Text parking_title{"Bewohner\u00ADparkausweis beantragen",
                                    "Apply for a resident parking permit"};
inline constexpr Text parking_step_1{"Wohnsitz\u00ADbescheinigung zeigen",
                                     "Show proof of residence"};
inline constexpr Text parking_step_2{"Kennzeichen", "Number plate"};
inline constexpr Text parking_step_3{"Parkausweis in die Wallet", "Permit into the wallet",
                                     "Ausweis auf das Handy holen"};
inline constexpr Text parking_intro{
    "Zeigen Sie Ihre Wohnsitzbescheinigung aus der Wallet. Danach brauchen wir nur noch "
    "Ihr Kennzeichen.",
    "Show your proof of residence from the wallet. After that we only need your "
    "number plate.",
    "Zeigen Sie uns zuerst Ihre Wohnsitz-Bescheinigung aus der Wallet. Danach schreiben Sie "
    "Ihr Kennzeichen auf."};
inline constexpr Text parking_asks{
    "Wir fragen ab: Name, Geburtsdatum und Anschrift. Zweck: Prüfung, ob Sie in einer "
    "Bewohnerparkzone gemeldet sind.",
    "We ask for: name, date of birth and address. Purpose: checking whether you are "
    "registered in a resident parking zone.",
    "Wir fragen: Wie heißen Sie? Wann sind Sie geboren? Wo wohnen Sie? So prüfen wir: "
    "Dürfen Sie hier parken?"};
inline constexpr Text parking_start{"Wohnsitzbescheinigung jetzt zeigen",
                                    "Show proof of residence now"};
inline constexpr Text present_same_title{"Wallet auf diesem Gerät", "Wallet on this device"};
inline constexpr Text present_same{"Wallet öffnen und Nachweis zeigen",
                                   "Open wallet and show credential"};
inline constexpr Text present_other_title{"Wallet auf einem anderen Gerät",
                                          "Wallet on another device"};
inline constexpr Text present_other{
    "Scannen Sie den QR-Code mit Ihrer Wallet. Zeigen Sie ihn niemandem sonst: wer "
    "ihn scannt, antwortet an Ihrer Stelle.",
    "Scan the QR code with your wallet. Show it to nobody else: whoever scans it "
    "answers in your place.",
    "Lesen Sie das Bild mit der Wallet. Zeigen Sie das Bild keinem anderen Menschen."};
inline constexpr Text qr_alternative{"QR-Code mit dem Link darunter",
                                     "QR code with the link below"};
inline constexpr Text link_as_text{"Link zum Kopieren", "Link to copy"};
inline constexpr Text copy_link{"Link kopieren", "Copy link"};
inline constexpr Text present_continue{"Ich habe den Nachweis gezeigt",
                                       "I have shown the credential"};
inline constexpr Text present_waiting{
    "Wir haben noch keine Antwort Ihrer Wallet. Zeigen Sie den Nachweis und gehen "
    "Sie dann weiter.",
    "We have no answer from your wallet yet. Show the credential, then "
    "continue.",
    "Wir warten noch auf Ihre Wallet. Zeigen Sie dort den Nachweis. Drücken Sie dann auf: "
    "weiter."};
inline constexpr Text present_valid_until{"Diese Anfrage gilt bis", "This request is valid until"};
inline constexpr Text o_clock{"Uhr", "(server time)"};
inline constexpr Text present_restart{"Neu beginnen", "Start again"};
inline constexpr Text present_more_time{"Mehr Zeit: neue Anfrage", "More time: new request",
                                        "Mehr Zeit: neues Bild"};
inline constexpr Text present_left{"Noch {} Minuten", "{} minutes left", "Noch {} Minuten Zeit"};
inline constexpr Text present_ends_soon{
    "Die Anfrage läuft in einer Minute ab. Mit „Mehr Zeit“ erhalten Sie eine neue.",
    "The request expires in one minute. “More time” gives you a new one.",
    "Gleich ist die Zeit um. Drücken Sie auf: Mehr Zeit."};
inline constexpr Text session_until{"Diese Sitzung endet ohne Ihr Zutun",
                                    "This session ends by itself",
                                    "So lange können Sie hier arbeiten"};
inline constexpr Text session_more{"Sitzung verlängern", "Extend the session", "Mehr Zeit"};
inline constexpr Text session_ends_soon{
    "Die Sitzung endet in zwei Minuten. Mit „Sitzung verlängern“ geht sie weiter.",
    "The session ends in two minutes. “Extend the session” keeps it open.",
    "Gleich ist die Zeit um. Drücken Sie auf: Mehr Zeit."};
inline constexpr Text present_kept{
    "Was Sie zeigen, bleibt höchstens eine halbe Stunde in dieser Sitzung. Erst mit dem Antrag "
    "wird "
    "es gespeichert; auf dessen Seite steht, bis wann.",
    "What you show stays in this session for half an hour at most. It is stored with the "
    "application only; its page tells until when.",
    "Wir behalten das eine halbe Stunde. Stellen Sie einen Antrag? Dann speichern wir es. Auf der "
    "Seite vom Antrag steht: wie lange."};
inline constexpr Text back_home{"Zur Startseite", "To the start page"};
inline constexpr Text present_cancelled_title{"Abgebrochen", "Cancelled"};
inline constexpr Text present_cancelled{
    "Die Anfrage gilt nicht mehr. Wir haben nichts von Ihnen behalten.",
    "The request is void. We kept nothing about you.",
    "Sie haben aufgehört. Wir haben nichts von Ihnen behalten."};
inline constexpr Text present_failed_title{"Der Nachweis wurde nicht angenommen",
                                           "The credential was not accepted",
                                           "Der Nachweis geht nicht"};
inline constexpr Text present_refused{
    "Ihre Wallet hat die Anfrage abgelehnt oder abgebrochen.",
    "Your wallet declined or cancelled the request.",
    "Sie haben in der Wallet Nein gesagt. Oder die Wallet hat aufgehört."};
inline constexpr Text present_expired{"Die Anfrage ist abgelaufen.", "The request has expired.",
                                      "Die Zeit ist um."};
inline constexpr Text present_wrong_session{
    "Die Antwort gehört nicht zu dieser Browser-Sitzung. Zu Ihrem Schutz haben "
    "wir sie verworfen.",
    "The answer does not belong to this browser session. We discarded it "
    "to protect you.",
    "Hier stimmt etwas nicht. Darum haben wir alles gelöscht. Bitte fangen Sie neu an."};
inline constexpr Text present_checked{"Was geprüft wurde", "What was checked"};
inline constexpr Text plate_title{"Ihr Kennzeichen", "Your number plate"};
inline constexpr Text plate_intro{
    "Ihre Wohnsitzbescheinigung ist gültig. Wir haben diese Angaben erhalten:",
    "Your proof of residence is valid. We received these details:",
    "Ihre Bescheinigung ist richtig. Das haben wir gelesen:"};
inline constexpr Text plate_label{"Kennzeichen", "Number plate"};
inline constexpr Text plate_hint{"Zum Beispiel GE-AB 123 oder GE-AB 123E",
                                 "For example GE-AB 123 or GE-AB 123E"};
inline constexpr Text plate_bad{
    "Dieses Kennzeichen können wir nicht lesen. Bitte geben Sie es so ein, wie es auf dem "
    "Schild steht, zum Beispiel GE-AB 123.",
    "We cannot read this number plate. Please enter it as on the plate, for example "
    "GE-AB 123.",
    "Dieses Kennzeichen können wir nicht lesen. Schreiben Sie es so wie auf dem Schild am "
    "Auto."};
inline constexpr Text plate_send{"Parkausweis beantragen", "Apply for the permit"};
// residence by identity card in the wallet
inline constexpr Text pid_card{"Mit dem Ausweis aus der Wallet",
                               "With the identity card in the wallet"};
inline constexpr Text pid_asks{
    "Wir fragen ab: Name, Geburtsdatum und Anschrift aus Ihren Personenidentifizierungsdaten. "
    "Zweck: "
    "Vergleich mit dem Melderegister. Stimmt alles, erhalten Sie die Bescheinigung sofort.",
    "We ask for: name, date of birth and address from your personal identification data. Purpose: "
    "comparison with the register of residents. If everything agrees you get the proof at once.",
    "Wir fragen: Wie heißen Sie? Wann sind Sie geboren? Wo wohnen Sie? Wir vergleichen das "
    "mit unserer Liste. Stimmt alles? Dann bekommen Sie den Nachweis sofort."};
inline constexpr Text kind_present_title{"Mit einem Nachweis aus der Wallet",
                                         "With a credential from the wallet",
                                         "Einen Nachweis aus der Wallet zeigen"};
inline constexpr Text kind_present_asks{
    "Wir fragen nur ab, was dieser Antrag braucht, und vergleichen es mit dem Register. Was Ihre "
    "Wallet zeigt, müssen Sie nicht eintippen.",
    "We ask only for what this application needs and compare it with the register. You need not "
    "type what your wallet shows.",
    "Ihr Handy zeigt uns Ihren Ausweis. Dann müssen Sie weniger schreiben."};
inline constexpr Text kind_present_start{"Nachweis zeigen", "Show the credential"};
inline constexpr Text kind_present_proved{"Das hat Ihre Wallet gezeigt", "Your wallet has shown"};
inline constexpr Text pid_start{"Ausweis zeigen", "Show identity card"};
inline constexpr Text pid_or_form{"Oder ohne Ausweis in der Wallet",
                                  "Or without an identity card in the wallet"};

inline constexpr Text trace_mend{"Wer kann es beheben?", "Who can put it right?"};

// a wallet asks for authorization
inline constexpr Text grant_title{"Nachweis für Ihre Wallet", "Credential for your wallet",
                                  "Ein Nachweis für Ihre Wallet"};
inline constexpr Text grant_asks{"Ihre Wallet möchte abholen", "Your wallet wants to fetch"};
inline constexpr Text grant_wallet{"Wallet", "Wallet"};
inline constexpr Text grant_back_to{"Danach geht es zurück an", "Afterwards you return to"};
inline constexpr Text grant_code_title{"Mit dem Code vom Amt", "With the code from the office",
                                       "Sie haben einen Code vom Amt?"};
inline constexpr Text grant_code{"Code", "Code"};
inline constexpr Text grant_code_hint{"Den Code haben Sie vom Amt oder mit einem Brief erhalten.",
                                      "You got the code from the office or in a letter.",
                                      "Der Code ist vom Amt. Oder er steht in einem Brief."};
inline constexpr Text grant_code_wrong{"Dieser Code passt nicht oder gilt nicht mehr.",
                                       "This code does not fit or is no longer valid.",
                                       "Dieser Code ist falsch. Oder er gilt nicht mehr."};
inline constexpr Text grant_present{"Nachweis zeigen", "Show credential"};
inline constexpr Text grant_none{
    "Hier können Sie sich nicht ausweisen. Bitte holen Sie sich beim Amt einen Code.",
    "There is no way here to show who you are. Please get a code from the office.",
    "Das geht hier nicht. Bitte holen Sie einen Code vom Amt."};
inline constexpr Text grant_cancel{"Abbrechen", "Cancel"};
inline constexpr Text grant_over{
    "Diese Anfrage Ihrer Wallet gilt nicht mehr. Bitte beginnen Sie in der Wallet noch einmal.",
    "This request of your wallet is no longer valid. Please start again in the wallet.",
    "Die Zeit ist um. Bitte fangen Sie in der Wallet neu an."};
inline constexpr Text wallet_back_title{"Zurück in die Wallet", "Back to the wallet"};
inline constexpr Text wallet_back_text{
    "Ihre Wallet öffnet sich von selbst. Geschieht nichts, wählen Sie die Schaltfläche.",
    "Your wallet opens by itself. If nothing happens, use the button.",
    "Die Wallet geht von allein auf. Passiert nichts? Dann drücken Sie auf den Knopf."};
inline constexpr Text wallet_back{"Wallet öffnen", "Open wallet"};

// login for shops
inline constexpr Text shop_title{"Anmelden mit Wohnsitz\u00ADbescheinigung",
                                 "Login with proof of residence",
                                 "Dem Laden zeigen: Ich wohne hier"};
inline constexpr Text shop_step_1{"Bescheinigung zeigen", "Show the proof"};
inline constexpr Text shop_step_2{"Zurück zum Anbieter", "Back to the provider",
                                  "Zurück zum Laden"};
inline constexpr Text shop_asks{
    "Ihre Wallet zeigt Ihnen, welche Angaben weitergegeben werden. Wir speichern sie nicht.",
    "Your wallet shows which data are passed on. We do not keep them.",
    "Ihre Wallet zeigt Ihnen: Diese Angaben bekommt der Laden. Wir speichern nichts."};
inline constexpr Text shop_who{"Wer fragt", "Who asks"};
inline constexpr Text shop_purpose{"Zweck", "Purpose", "Wofür"};
inline constexpr Text shop_gets{"Was der Anbieter erfährt", "What the provider learns",
                                "Das erfährt der Laden"};
inline constexpr Text shop_resident{"dass Sie hier wohnen: ja oder nein",
                                    "that you live here: yes or no"};
inline constexpr Text shop_kept{
    "Der Anbieter erhält für jede Anmeldung eine neue Kennung. Wir geben nur weiter und behalten "
    "nichts.",
    "The provider gets a new identifier for each login. We only pass on and keep nothing.",
    "Der Laden erkennt Sie beim nächsten Mal nicht wieder. Wir speichern nichts."};
inline constexpr Text shop_known_again{
    "Der Anbieter erkennt Sie bei der nächsten Anmeldung wieder; andere Anbieter erhalten eine "
    "andere Kennung. Wir geben nur weiter und behalten nichts.",
    "The provider knows you again at the next login; other providers get another identifier. We "
    "only pass on and keep nothing.",
    "Dieser Laden erkennt Sie wieder. Andere Läden erkennen Sie nicht. Wir speichern nichts."};
inline constexpr Text shop_unknown{
    "Dieser Anbieter oder seine Rücksprungadresse ist hier nicht eingetragen.",
    "This provider, or its return address, is not registered here.",
    "Diesen Laden kennen wir nicht."};
inline constexpr Text shop_done{"Zurück zum Anbieter", "Back to the provider", "Zurück zum Laden"};
inline constexpr Text shop_back{"Weiter zum Anbieter", "Continue to the provider",
                                "Weiter zum Laden"};
inline constexpr Text sitting_over{
    "Die Sitzung ist abgelaufen. Bitte zeigen Sie Ihre Wohnsitzbescheinigung noch einmal.",
    "The session has expired. Please show your proof of residence again.",
    "Die Zeit ist um. Bitte zeigen Sie den Nachweis noch einmal."};

// case of a citizen
inline constexpr Text case_title{"Ihr Antrag", "Your application"};
inline constexpr Text case_number{"Vorgangsnummer", "Case number", "Nummer von Ihrem Antrag"};
inline constexpr Text case_keep_link{
    "Bewahren Sie den Link dieser Seite auf: Nur mit ihm sehen Sie den Stand.",
    "Keep the link of this page: it is the only way to see the progress.",
    "Bewahren Sie den Link von dieser Seite auf. Nur mit dem Link sehen Sie Ihren Antrag "
    "wieder."};
inline constexpr Text case_state{"Stand", "State"};
inline constexpr Text case_created{"Eingegangen am", "Received on", "Ihr Antrag kam an am"};
inline constexpr Text case_reason{"Mitteilung des Amts", "Message from the office",
                                  "Das sagt das Amt"};
inline constexpr Text case_differences{"Hier gibt es Unterschiede", "Differences were found"};
inline constexpr Text case_differences_text{
    "Ihr Antrag bleibt offen. Bei jedem Punkt steht, wer ihn berichtigen "
    "kann.",
    "Your application stays open. Each item says who can correct it.",
    "Etwas passt nicht zusammen. Ihr Antrag bleibt offen. Bei jedem Punkt steht: Wer kann "
    "das richtig machen?"};
inline constexpr Text differs_from_register{
    "Ihre Angabe stimmt nicht mit dem Register überein. Den Registereintrag "
    "sehen Sie aus Gründen des Datenschutzes nur vor Ort.",
    "Your entry does not agree with the register. For reasons of privacy "
    "the register entry is shown at the office only.",
    "Das passt nicht zu unserer Liste. Unsere Liste zeigen wir nur im Amt."};
inline constexpr Text case_your_value{"Ihre Angabe", "Your entry"};
inline constexpr Text case_correct_title{"Angaben berichtigen", "Correct your details",
                                         "Etwas richtig machen"};
inline constexpr Text offer_title{"Nachweis in die Wallet holen",
                                  "Get the credential into your wallet"};
inline constexpr Text offer_open{"Nachweis in die Wallet auf diesem Gerät laden",
                                 "Load into the wallet on this device"};
inline constexpr Text offer_other{
    "Oder scannen Sie den QR-Code mit der Wallet auf einem anderen Gerät.",
    "Or scan the QR code with the wallet on another device.",
    "Oder lesen Sie das Bild mit einem anderen Handy."};
inline constexpr Text offer_code{
    "Ihre Wallet fragt nach einem Code. Sie erhalten ihn getrennt vom Amt: am Schalter, "
    "per Brief oder am Telefon.",
    "Your wallet asks for a code. You receive it separately from the office: at the "
    "counter, by letter or by phone.",
    "Die Wallet fragt nach einem Code. Den Code bekommen Sie vom Amt."};
inline constexpr Text offer_until{"Das Angebot gilt bis", "The offer is valid until"};
inline constexpr Text offer_over{"Das Angebot ist abgelaufen oder wurde verbraucht.",
                                 "The offer has expired or was used up.",
                                 "Dieses Angebot gilt nicht mehr."};
inline constexpr Text offer_renew{"Neues Angebot erstellen", "Make a new offer"};
inline constexpr Text offer_renew_office{
    "Bitte wenden Sie sich für ein neues Angebot an das Amt.",
    "Please ask the office for a new offer.",
    "Brauchen Sie ein neues Angebot? Dann fragen Sie das Amt."};
inline constexpr Text issued_title{"Der Nachweis ist in Ihrer Wallet",
                                   "The credential is in your wallet",
                                   "Der Nachweis ist auf Ihrem Handy"};
inline constexpr Text issued_text{"Sie können diese Seite schließen.", "You may close this page.",
                                  "Fertig. Sie können diese Seite schließen."};
inline constexpr Text permit_zone{"Zone", "Zone"};
inline constexpr Text permit_valid{"Gültig", "Valid"};
inline constexpr Text permit_until{"bis", "to"};
inline constexpr Text permit_fee{"Gebühr", "Fee"};
inline constexpr Text permit_fee_source{"Rechtsgrundlage", "Legal basis",
                                        "Das steht in diesem Gesetz"};
inline constexpr Text permit_fee_note{"Sie erhalten einen Gebührenbescheid.",
                                      "You will receive a fee notice.",
                                      "Sie bekommen einen Brief. Darin steht: So viel kostet es."};
inline constexpr Text revoked_title{"Der Nachweis wurde widerrufen", "The credential was revoked",
                                    "Dieser Nachweis gilt nicht mehr"};

}  // namespace texts
}  // namespace stadtbuch::agent
