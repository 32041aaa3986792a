// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The look is that of the agent's pages (KERN by observation): dark blue action colour, flat
// surfaces, generous targets, at least 4.5:1 for text in both colour schemes.
#include "node/http/explorer_markup.hpp"

#include "node/http/conditional.hpp"
#include "node/http/explorer.hpp"
#include "ssi/keys/time.hpp"
#include "storage/encoding/text.hpp"
#include "storage/hash/hash.hpp"

namespace stadtbuch::node {

namespace {

constexpr std::string_view style = R"css(:root { color-scheme: light dark;
  --ground: #ffffff; --surface: #f3f5fa; --text: #171a2b; --quiet: #4b5068; --line: #767c99;
  --action: #2a42a8; --on-action: #ffffff; --focus: #b3261e; --mark: #fdf3d8; --on-mark: #6b4a00; }
@media (prefers-color-scheme: dark) { :root { --ground: #12141f; --surface: #1d2030; --text: #eef0f8; --quiet: #b9bdd2;
  --line: #8a90ad; --action: #a9b9ff; --on-action: #12141f; --focus: #ffb4ab; --mark: #352a0d; --on-mark: #f3d58a; } }
*, *::before, *::after { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); line-height: 1.5; overflow-wrap: anywhere;
  font-family: "Fira Sans", "Noto Sans", "DejaVu Sans", system-ui, sans-serif; font-size: 1.0625rem; }
a { color: var(--action); text-underline-offset: 0.2em; }
:focus-visible { outline: 0.1875rem solid var(--focus); outline-offset: 0.1875rem; border-radius: 0.125rem; }
.skip { position: absolute; left: 0.5rem; top: -10rem; background: var(--ground); padding: 0.75rem 1rem; z-index: 2; }
.skip:focus { top: 0.5rem; }
.wide { max-width: 72rem; margin: 0 auto; padding: 0 1rem; }
header { border-top: 0.375rem solid var(--action); border-bottom: 1px solid var(--line); background: var(--surface); }
header .wide { display: flex; flex-wrap: wrap; gap: 0.25rem 1.5rem; align-items: center; padding-top: 0.5rem;
  padding-bottom: 0.5rem; }
header ul, footer ul, .pages { list-style: none; display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; margin: 0; padding: 0; }
.brand { font-weight: 700; font-size: 1.25rem; color: var(--text); text-decoration: none; margin-right: auto; }
header a, footer a, .pages a { display: inline-block; padding: 0.5rem 0; min-height: 2.75rem; }
main.wide { padding-top: 1.5rem; padding-bottom: 3rem; }
footer { border-top: 1px solid var(--line); background: var(--surface); padding: 0.5rem 0; }
h1 { font-size: clamp(1.5rem, 1.2rem + 1.5vw, 2.1rem); line-height: 1.2; margin: 0.5rem 0 1rem; }
h2 { font-size: 1.3rem; line-height: 1.3; margin: 1.75rem 0 0.75rem; }
.quiet { color: var(--quiet); }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; font-weight: 700; padding: 0.5rem 0; }
th, td { text-align: left; vertical-align: top; padding: 0.5rem 0.75rem 0.5rem 0; border-bottom: 1px solid var(--line); }
form { display: flex; flex-wrap: wrap; gap: 0.75rem 1rem; align-items: end; margin: 0 0 1.5rem; }
form div { min-width: 0; max-width: 100%; }
form input, form select { width: 100%; }
label { display: block; font-weight: 600; }
input, select, button { font: inherit; min-height: 2.75rem; max-width: 100%; padding: 0.375rem 0.75rem; color: var(--text);
  background: var(--ground); border: 1px solid var(--line); border-radius: 0.25rem; }
button { background: var(--action); color: var(--on-action); border-color: var(--action); font-weight: 600; cursor: pointer; }
.entries { list-style: none; margin: 0; padding: 0; }
.entry { border: 1px solid var(--line); border-radius: 0.5rem; background: var(--surface); padding: 1rem; margin: 0 0 1rem; }
.entry h2, .entry h3 { margin: 0 0 0.5rem; font-size: 1.15rem; }
dl { display: grid; grid-template-columns: minmax(8rem, max-content) 1fr; gap: 0.25rem 1rem; margin: 0 0 0.5rem; }
dt { color: var(--quiet); }
dd { margin: 0; min-width: 0; }
@media (max-width: 40rem) { dl { grid-template-columns: 1fr; gap: 0 1rem; } dd { margin: 0 0 0.5rem; }
  .roots td:last-child { display: none; } .roots th:last-child { display: none; } }
summary { cursor: pointer; color: var(--action); padding: 0.5rem 0; min-height: 2.75rem; }
pre { overflow: auto; max-height: 30rem; background: var(--ground); border: 1px solid var(--line); padding: 0.75rem; margin: 0;
  white-space: pre-wrap; }
code, pre { font-family: "Fira Mono", "DejaVu Sans Mono", monospace; font-size: 0.9375rem; }
.mark { background: var(--mark); color: var(--on-mark); padding: 0 0.25rem; }
.box { border: 1px solid var(--line); border-left: 0.375rem solid var(--action); background: var(--surface); padding: 1rem; }
)css";

constexpr std::string_view icon =
    R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="6" fill="#2a42a8"/>)"
    R"(<path d="M8 7h7v18H8zM17 7h7v18h-7z" fill="none" stroke="#fff" stroke-width="2"/></svg>)";

net::HttpResponse asset(const net::HttpRequest& request, const char* type, std::string_view text) {
    const Validators validators{encoding::hex_encode(hash::sha256(text)).substr(0, 32),
                                std::nullopt};
    if (auto same = not_modified(request, validators)) return *std::move(same);
    net::HttpResponse response = net::HttpResponse::of_type(200, type, std::string(text));
    add_validators(response, validators);
    return response;
}

/// Code points that no reader sees, but that change what the reader sees.
bool is_treacherous(char32_t c) {
    return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0xAD || c == 0x61C ||
           (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
           (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || (c >= 0xE0000 && c <= 0xE007F);
}

/// One code point and its length; invalid UTF-8 gives its octet.
std::pair<char32_t, std::size_t> next_code_point(std::string_view text) {
    const auto lead = static_cast<unsigned char>(text[0]);
    const std::size_t length = lead < 0x80    ? 1
                               : lead >= 0xF0 ? 4
                               : lead >= 0xE0 ? 3
                               : lead >= 0xC0 ? 2
                                              : 1;
    if (length == 1 || length > text.size()) return {lead, 1};
    char32_t c = lead & (0xFFu >> (length + 1));
    for (std::size_t i = 1; i < length; ++i)
        c = (c << 6) | (static_cast<unsigned char>(text[i]) & 0x3Fu);
    return {c, length};
}

constexpr Text skip{"Zum Inhalt", "Skip to content"};
constexpr Text main_navigation{"Bücher", "Ledgers"};
constexpr Text foot_navigation{"Daten und Technik", "Data and technology"};
constexpr Text pool{"Mitglieder", "Pool"};
constexpr Text domain{"Einträge", "Domain"};
constexpr Text config{"Regeln", "Config"};
constexpr Text language_name{"English", "Deutsch"};

std::string item(std::string_view target, std::string_view text) {
    return "<li><a href=\"" + escaped(target) + "\">" + escaped(text) + "</a></li>";
}

std::string header(const Shown& shown) {
    net::FormList other = shown.query;
    const std::string_view other_tag = shown.tongue == Tongue::de ? "en" : "de";
    other.emplace_back("lang", std::string(other_tag));
    std::string path = "/";
    if (shown.path != "/register") path = shown.path;
    return "<header><div class=\"wide\"><a class=\"brand\" href=\"" + escaped(shown.link("/")) +
           "\">Stadtbuch</a><nav aria-label=\"" + std::string(shown(main_navigation)) + "\"><ul>" +
           item(shown.link("/browse/domain"), shown(domain)) +
           item(shown.link("/browse/pool"), shown(pool)) +
           item(shown.link("/browse/config"), shown(config)) + "</ul></nav><a href=\"" +
           escaped(path + "?" + net::build_form(other)) + "\" lang=\"" + std::string(other_tag) +
           "\" hreflang=\"" + std::string(other_tag) + "\">" + std::string(shown(language_name)) +
           "</a></div></header>";
}

}  // namespace

std::string Shown::link(std::string_view path_to, net::FormList query_to) const {
    query_to.emplace_back("lang", std::string(tag()));
    return std::string(path_to) + "?" + net::build_form(query_to);
}

Shown shown_for(const net::HttpRequest& request) {
    Shown shown;
    shown.path = request.path;
    std::string_view wanted = request.query_value("lang").value_or("");
    for (const auto& field : request.query) {
        if (field.first != "lang") shown.query.push_back(field);
    }
    if (wanted != "de" && wanted != "en") {
        const std::string_view accepted = request.header("Accept-Language").value_or("");
        const std::size_t de = accepted.find("de");
        const std::size_t en = accepted.find("en");
        wanted = en < de ? "en" : "de";
    }
    shown.tongue = wanted == "en" ? Tongue::en : Tongue::de;
    return shown;
}

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\'':
                out += "&#39;";
                break;
            default:
                out.push_back(c);
        }
    }
    return out;
}

std::string foreign(std::string_view text, bool lines) {
    std::string out = "<bdi>";
    while (!text.empty()) {
        const auto [c, length] = next_code_point(text);
        if (is_treacherous(c) && !(lines && c == '\n')) {
            const Bytes code{static_cast<Byte>(c >> 16), static_cast<Byte>(c >> 8),
                             static_cast<Byte>(c)};
            out += "<span class=\"mark\">U+" +
                   encoding::hex_encode(code).substr(c > 0xFFFF ? 1 : 2) + "</span>";
        } else {
            out += escaped(text.substr(0, length));
        }
        text.remove_prefix(length);
    }
    return out + "</bdi>";
}

net::HttpResponse framed(const Shown& shown, std::string_view title, const std::string& body,
                         int status) {
    net::HttpResponse response = net::HttpResponse::html(
        status,
        "<!doctype html>\n<html lang=\"" + std::string(shown.tag()) +
            "\"><head><meta charset=\"utf-8\"><title>" + escaped(title) +
            " – Stadtbuch</title><meta name=\"viewport\" content=\"width=device-width, "
            "initial-scale=1\"><meta name=\"color-scheme\" content=\"light dark\"><link "
            "rel=\"icon\" "
            "href=\"/assets/icon.svg\" type=\"image/svg+xml\"><link rel=\"stylesheet\" "
            "href=\"/assets/explorer.css\"></head><body><a class=\"skip\" href=\"#inhalt\">" +
            std::string(shown(skip)) + "</a>" + header(shown) +
            "<main id=\"inhalt\" class=\"wide\" tabindex=\"-1\"><h1>" + escaped(title) + "</h1>" +
            body + "</main><footer><div class=\"wide\"><nav aria-label=\"" +
            std::string(shown(foot_navigation)) + "\"><ul>" + item("/genesis", "Genesis") +
            item("/status", "Status") + item("/openapi.json", "OpenAPI") +
            "</ul></nav></div></footer></body></html>\n");
    response.set("Content-Language", std::string(shown.tag()));
    response.set("Vary", "Accept-Language");
    return response;
}

std::string shown_time(const Shown& shown, std::int64_t unix_seconds) {
    const std::string iso = keys::utc_date_time(unix_seconds);
    const std::string time = ", " + iso.substr(11, 8) + " UTC";
    if (shown.tongue == Tongue::en) return iso.substr(0, 10) + time;
    return iso.substr(8, 2) + "." + iso.substr(5, 2) + "." + iso.substr(0, 4) + time;
}

std::string shown_number(const Shown& shown, std::uint64_t number) {
    std::string digits = std::to_string(number);
    for (std::size_t at = digits.size(); at > 3; at -= 3)
        digits.insert(at - 3, shown.tongue == Tongue::de ? "." : ",");
    return digits;
}

net::HttpResponse style_response(const net::HttpRequest& request) {
    return asset(request, "text/css; charset=utf-8", style);
}

net::HttpResponse icon_response(const net::HttpRequest& request) {
    return asset(request, "image/svg+xml", icon);
}

bool wants_html(const net::HttpRequest& request) {
    return request.header("Accept").value_or("").find("text/html") != std::string_view::npos;
}

}  // namespace stadtbuch::node
