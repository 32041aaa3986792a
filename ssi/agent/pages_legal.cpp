// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Accessibility statement, imprint, privacy, contact. Names and addresses come from [contact] of
// the settings.
#include "ssi/agent/web.hpp"

namespace stadtbuch::agent {

namespace {

struct Section {
    Text heading;
    Text body;
    std::string_view place = {};  ///< id, for links from elsewhere
};

Html address(const View& view) {
    const ContactSettings& contact = view.agent.settings.contact;
    Html out = html("{}<br>", contact.operator_name);
    for (const std::string* line : {&contact.street, &contact.place}) {
        if (!line->empty()) out += html("{}<br>", *line);
    }
    out += html("<a href=\"mailto:{}\">{}</a>", contact.email, contact.email);
    if (!contact.phone.empty()) out += html("<br>{}", contact.phone);
    return html("<address><p>{}</p></address>", out);
}

constexpr Section accessibility_sections[] = {
    {{"Stand der Barrierefreiheit", "State of accessibility"},
     {"Diese Seiten richten sich nach EN 301 549 und WCAG 2.2, Stufe AA. Sie arbeiten ohne "
      "Skripte, mit der Tastatur, "
      "bei 400 % Vergrößerung und mit hohen Kontrasten. Automatische Prüfungen (axe) laufen bei "
      "jeder Änderung; eine "
      "Prüfung durch eine unabhängige Stelle steht aus.",
      "These pages follow EN 301 549 and WCAG 2.2, level AA. They work without scripts, by "
      "keyboard, at 400 % zoom and "
      "with high contrast. Automatic checks (axe) run with every change; a check by an independent "
      "body is still to "
      "be done.",
      "Alle Menschen sollen diese Seiten benutzen können. Sie können die Schrift groß machen. Sie "
      "können nur mit der Tastatur arbeiten. Ein Computer-Programm prüft die Seiten. Eine "
      "unabhängige Stelle hat noch nicht geprüft."}},
    {{"Nicht barrierefreie Inhalte", "Content that is not accessible", "Das geht noch nicht gut"},
     {"Die Seiten für Bürgerinnen und Bürger gibt es in Leichter Sprache, von der Redaktion "
      "geschrieben "
      "und noch nicht von Menschen der Zielgruppe geprüft. Was es in Deutscher Gebärdensprache "
      "gibt, "
      "steht auf der Seite Gebärdensprache. Jeder QR-Code steht auch als Link und als Text "
      "daneben. Die gedruckten "
      "Parkausweise (PDF) sind nicht mit Strukturmarken versehen.",
      "The citizens' pages exist in easy-to-read German, written by the editors and not yet "
      "checked "
      "by people who need it. What there is in German Sign Language is told on the page Sign "
      "language. Each QR code is also given as a link and as text. Printed permits (PDF) are not "
      "tagged.",
      "Wir haben diese Texte in Leichter Sprache geschrieben. Menschen mit Lern-Schwierigkeiten "
      "haben die Texte noch nicht geprüft. Den Parkausweis auf Papier kann ein Vorlese-Programm "
      "nicht gut lesen."}},
    {{"Barriere melden", "Report a barrier", "Etwas geht nicht? Sagen Sie es uns"},
     {"Sind Sie auf eine Barriere gestoßen? Schreiben Sie uns oder rufen Sie an; wir antworten "
      "innerhalb von vier "
      "Wochen. Danach können Sie sich an die Durchsetzungs- oder Ombudsstelle Ihres Landes wenden.",
      "Did you meet a barrier? Write or call us; we answer within four weeks. After that you may "
      "turn to the "
      "enforcement or ombuds body of your federal state.",
      "Können Sie etwas nicht benutzen? Schreiben Sie uns. Oder rufen Sie uns an. Wir antworten in "
      "4 Wochen. Danach können Sie zu einer anderen Stelle gehen. Diese Stelle hilft Ihnen."},
     "melden"},
};

constexpr Section sign_sections[] = {
    {{"Was es hier gibt", "What there is here"},
     {"Auf diesen Seiten beantragen Sie Nachweise der Stadt, zum Beispiel eine "
      "Wohnsitzbescheinigung oder einen Bewohnerparkausweis, und holen sie in Ihre Wallet.",
      "On these pages you apply for the town's credentials, a proof of residence or a resident "
      "parking permit for example, and get them into your wallet.",
      "Hier bekommen Sie Nachweise von der Stadt. Zum Beispiel: Hier wohne ich."}},
    {{"Dolmetschen", "Interpreting"},
     {"Für Termine im Bürgeramt stellen wir auf Wunsch eine Gebärdensprachdolmetscherin oder einen "
      "Gebärdensprachdolmetscher. Schreiben Sie uns dafür.",
      "For appointments at the citizens' office we provide a sign language interpreter on request. "
      "Please write to us.",
      "Im Bürger-Amt kann ein Mensch für Sie in Gebärden-Sprache übersetzen. Schreiben Sie uns "
      "vorher."}},
};

constexpr Section privacy_sections[] = {
    {{"Welche Daten und wofür", "Which data, and what for", "Was wir von Ihnen wissen wollen"},
     {"Für Ihren Antrag verwenden wir Name, Geburtsdatum, Anschrift und beim Parkausweis das "
      "Kennzeichen und "
      "vergleichen sie mit dem Melde- und dem Fahrzeugregister. Rechtsgrundlagen: § 18 BMG; § 45 "
      "Abs. 1b StVO; "
      "Art. 6 Abs. 1 Buchst. e DSGVO.",
      "For your application we use name, date of birth, address and, for the permit, the number "
      "plate, and compare "
      "them with the residents' and vehicle registers. Legal basis: section 18 BMG; section 45(1b) "
      "StVO; "
      "Article 6(1)(e) GDPR.",
      "Wir fragen: Wie heißen Sie? Wann sind Sie geboren? Wo wohnen Sie? Beim Parkausweis fragen "
      "wir auch nach dem Kennzeichen. Das brauchen wir für Ihren Antrag. Das Gesetz erlaubt das."}},
    {{"Wie lange", "How long", "Wie lange wir das speichern"},
     {"Was Sie eintippen und für später speichern, löschen wir nach zwei Wochen. Angebote an die "
      "Wallet verfallen nach höchstens 72 Stunden. Was Ihre Wallet vorlegt, wird "
      "nach der Prüfung "
      "verworfen. Daten abgeschlossener Vorgänge werden gelöscht, sobald der Nachweis abgelaufen "
      "und die "
      "Aufbewahrungsfrist vorbei ist, auf Ihren Wunsch auch früher: Dann bleiben nur die "
      "Vorgangsnummer und die Einträge der Statusliste, bis der Nachweis abläuft, damit er sich "
      "widerrufen lässt. Den ausgestellten Nachweis selbst speichern wir nicht.",
      "What you type and save for later we delete after two weeks. Offers to the wallet expire "
      "after 72 hours at most. What your wallet presents is discarded "
      "after the check. "
      "Data of closed cases are deleted once the credential has expired and the retention period "
      "is over, or earlier at your wish: then the case's number and the entries of the status list "
      "are kept until the credential expires, so that it can be revoked. We do not "
      "store the issued credential itself.",
      "Einen Entwurf löschen wir nach 2 Wochen. Ein Angebot gilt 3 Tage. Nach dem Ende vom "
      "Nachweis "
      "löschen wir Ihre Daten. Sie können Ihre Daten auch früher löschen. Den Nachweis selbst "
      "speichern wir nicht."}},
    {{"Was im öffentlichen Verzeichnis steht", "What the public ledger holds",
      "Was alle sehen können"},
     {"Nur öffentliche Schlüssel der Stadt und die Beschreibung der Nachweisarten. Nichts über "
      "Personen, auch keine "
      "Prüfsummen. Statuslisten zeigen nicht, zu wem ein Eintrag gehört.",
      "Only public keys of the town and the description of the credential types. Nothing about "
      "people, no checksums "
      "either. Status lists do not show whom an entry belongs to.",
      "Es gibt eine Liste im Internet. Alle können sie lesen. Dort steht nichts über Sie."}},
    {{"Cookies", "Cookies"},
     {"Wir setzen nur Cookies, ohne die diese Seiten nicht arbeiten: für die Sprache, für die "
      "laufende Beantragung "
      "und für angemeldete Beschäftigte.",
      "We set only cookies that these pages cannot work without: for the language, for an "
      "application in progress and "
      "for staff who are logged in.",
      "Ihr Computer merkt sich etwas von dieser Seite. Zum Beispiel: die Sprache. Ohne das geht "
      "die "
      "Seite nicht."}},
    {{"Ihre Rechte", "Your rights"},
     {"Sie haben das Recht auf Auskunft, Berichtigung, Löschung, Einschränkung und Widerspruch "
      "(Art. 15 bis 21 "
      "DSGVO) und auf Beschwerde bei der Aufsichtsbehörde.",
      "You have the right of access, rectification, erasure, restriction and objection (Articles "
      "15 to 21 GDPR) and to "
      "lodge a complaint with the supervisory authority.",
      "Sie dürfen fragen: Was wisst ihr über mich? Sie dürfen sagen: Das ist falsch. Sie dürfen "
      "sagen: Löscht das. Sie dürfen sich beschweren."}},
};

constexpr Section contact_sections[] = {
    {{"Hilfe bei der Wallet", "Help with the wallet"},
     {"Öffnet sich die Wallet nicht, scannen Sie den QR-Code mit der Wallet auf einem anderen "
      "Gerät oder kopieren Sie "
      "den Link. Geht auch das nicht, erhalten Sie jeden Nachweis auf Papier.",
      "If the wallet does not open, scan the QR code with the wallet on another device or copy the "
      "link. If that fails "
      "too, every document is available on paper.",
      "Geht die Wallet nicht auf? Lesen Sie das Bild mit einem anderen Handy. Oder schreiben Sie "
      "den "
      "Link ab. Oder Sie bekommen alles auf Papier."}},
    {{"So bekommen Sie eine Wallet", "How to get a wallet"},
     {"Eine Wallet ist eine App auf Ihrem Telefon, zum Beispiel die EUDI-Wallet, die der Bund "
      "anbietet. Installieren Sie sie nur aus dem App-Store Ihres Telefons, nie über einen Link in "
      "einer Nachricht. Öffnen Sie danach den Antrag auf diesen Seiten auf demselben Telefon, oder "
      "lesen Sie den QR-Code ein.",
      "A wallet is an app on your phone, the EUDI wallet that the federal government offers for "
      "example. Install it from your phone's app store only, never by a link in a message. Then "
      "open "
      "the application on these pages on the same phone, or scan the QR code.",
      "Eine Wallet ist eine App. Suchen Sie die App im App-Store von Ihrem Handy. Nehmen Sie "
      "keinen "
      "Link aus einer Nachricht. Machen Sie danach hier weiter."},
     "wallet"},
    {{"Wallet verloren", "Wallet lost"},
     {"Öffnen Sie den Link Ihres Antrags oder „Meine Nachweise“ und melden Sie den Verlust dort, "
      "oder "
      "rufen Sie das Bürgeramt an. Der Nachweis wird widerrufen; danach erhalten Sie einen neuen.",
      "Open the link of your application, or “My credentials”, and report the loss there, or call "
      "the citizens' office. The credential is revoked; after that you get a new one.",
      "Ist Ihr Handy weg? Öffnen Sie den Link von Ihrem Antrag. Oder rufen Sie uns an. Der alte "
      "Nachweis gilt dann nicht mehr. Sie bekommen einen neuen."}},
};

Html sections(const View& view, std::span<const Section> list) {
    Html out;
    for (const Section& section : list) {
        const Html place = section.place.empty() ? Html() : html(" id=\"{}\"", section.place);
        out += html("<h2{}>{}</h2><p>{}</p>", place, view(section.heading), view(section.body));
    }
    return out;
}

Html extra_lines(const View& view) {
    const ContactSettings& contact = view.agent.settings.contact;
    Html out;
    if (!contact.privacy_officer.empty()) {
        out += html("<h2>{}</h2><p>{}</p>",
                    view(Text{"Datenschutzbeauftragte Person", "Data protection officer"}),
                    contact.privacy_officer);
    }
    if (!contact.supervisory_authority.empty()) {
        out += html("<h2>{}</h2><p>{}</p>", view(Text{"Aufsichtsbehörde", "Supervisory authority"}),
                    contact.supervisory_authority);
    }
    return out;
}

using Body = Html (*)(const View&);

void mount_page(Agent& agent, net::HttpServer& server, const char* path, Text title, Body body) {
    route(
        agent, server, "GET", path,
        [&agent, title, body](const net::HttpRequest& request) {
            const View view = view_of_request(agent, request);
            return page(view, view(title),
                        html("<div class=\"narrow\"><h1>{}</h1>{}</div>", view(title), body(view)));
        },
        on_workers());
}

}  // namespace

void mount_legal_pages(Agent& agent, net::HttpServer& server) {
    mount_page(agent, server, "/barrierefreiheit", texts::accessibility, [](const View& view) {
        Html out = sections(view, accessibility_sections);
        out += address(view);
        return out;
    });
    mount_page(agent, server, "/gebaerdensprache", texts::sign_language, [](const View& view) {
        const std::string& films = view.agent.settings.contact.sign_language;
        Html out = films.empty() ? html("<p>{}</p>", view(texts::sign_none))
                                 : html("<p><a class=\"button big\" href=\"{}\">{}</a></p>", films,
                                        view(texts::sign_films));
        out += sections(view, sign_sections);
        out += address(view);
        return out;
    });
    mount_page(agent, server, "/impressum", texts::imprint,
               [](const View& view) { return address(view); });
    mount_page(agent, server, "/datenschutz", texts::privacy, [](const View& view) {
        Html out = address(view);
        out += sections(view, privacy_sections);
        out += extra_lines(view);
        return out;
    });
    mount_page(agent, server, "/kontakt", texts::contact, [](const View& view) {
        Html out = address(view);
        if (const std::string& when = view.agent.settings.contact.appointments; !when.empty()) {
            out += html("<p><a class=\"button\" href=\"{}\">{}</a></p>", when,
                        view(texts::make_appointment));
        }
        out += sections(view, contact_sections);
        return out;
    });
    // It belongs at the root of the host (RFC 9116 §3); below a path it can be read as well, and
    // whoever fetches it believes only an address that stands in it (§2.5.2).
    const std::string security_path = "/.well-known/security.txt";
    std::string security = "Contact: mailto:" + agent.settings.contact.email +
                           "\nPreferred-Languages: de, en\nCanonical: " + agent.settings.origin() +
                           security_path + '\n';
    if (!agent.settings.path().empty())
        security += "Canonical: " + agent.settings.public_url + security_path + '\n';
    route(
        agent, server, "GET", security_path,
        [&agent, security](const net::HttpRequest&) {
            return net::HttpResponse::text(
                200,
                security + "Expires: " + keys::utc_date_time(agent.now() + 180 * 86400) + "\n");
        },
        on_workers());
}

}  // namespace stadtbuch::agent
