// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The inspector's page without a network: an installable web application that is prepared while
// there is one, with the issuer's key, the signed status lists and the plates in force as salted
// digests; then it checks paper permits and plates by itself and tells how old its knowledge is.
//
//   /kontrolle/app  the shell (no data, no session)     /kontrolle/app/stand.json  the data (staff)
//   /kontrolle/app.js, /kontrolle/app.webmanifest, /sw.js
//
// A phone's camera opens /pruefen/{token}; without a network the service worker answers that
// address with the shell, which checks the token.
#include "ssi/agent/assets.hpp"
#include "ssi/agent/texts_staff.hpp"
#include "ssi/agent/web.hpp"
#include "ssi/credential/plate.hpp"
#include "ssi/keys/jwk.hpp"
#include "ssi/keys/os_random.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"
#include "storage/hash/hash.hpp"

namespace stadtbuch::agent {

namespace {

constexpr std::string_view app_script = R"js("use strict";
// Checks permits without a network. What it knows lies in the cache "stand", fetched by prepare();
// knowledge older than two days is deleted, a status list after its end is not believed.
const app = document.querySelector("#app");
const words = app.dataset;
const address = "/kontrolle/app/stand.json";
const oldest = 2 * 24 * 3600;
const text = new TextEncoder();

function bytesOf(base64url) {
  const binary = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (one) => one.charCodeAt(0));
}
function base64urlOf(bytes) {
  return btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
function now() { return Math.floor(Date.now() / 1000); }
function today() { return new Date().toISOString().slice(0, 10); }

async function known() {
  const kept = await (await caches.open("stand")).match(address);
  if (!kept) return null;
  const stand = await kept.json();
  if (now() - stand.made_at > oldest) {
    await caches.delete("stand");
    return null;
  }
  return stand;
}

// The payload of a JWS whose type and signature hold; null otherwise.
async function opened(token, type, jwk) {
  try {
    const [head, body, signature, more] = token.split(".");
    const header = JSON.parse(new TextDecoder().decode(bytesOf(head)));
    if (more !== undefined || header.alg !== "ES256" || header.typ !== type) return null;
    const key = await crypto.subtle.importKey("jwk", {kty: jwk.kty, crv: jwk.crv, x: jwk.x, y: jwk.y},
                                              {name: "ECDSA", namedCurve: "P-256"}, false, ["verify"]);
    const good = await crypto.subtle.verify({name: "ECDSA", hash: "SHA-256"}, key, bytesOf(signature),
                                            text.encode(head + "." + body));
    return good ? JSON.parse(new TextDecoder("utf-8", {fatal: true}).decode(bytesOf(body))) : null;
  } catch (error) {
    return null;
  }
}

// true, false, or null when there is no list to believe.
async function revoked(stand, id, index) {
  const list = stand.lists.find((one) => one.id === id);
  const token = list && await opened(list.token, "statuslist+jwt", stand.status_key);
  if (!token || token.sub !== list.uri || token.exp <= now() || token.status_list.bits !== 1) return null;
  const stream = new Blob([bytesOf(token.status_list.lst)]).stream().pipeThrough(new DecompressionStream("deflate"));
  const bits = new Uint8Array(await new Response(stream).arrayBuffer());
  if (!Number.isInteger(index) || index < 0 || index >= bits.length * 8) return null;
  return ((bits[index >> 3] >> (index & 7)) & 1) === 1;
}

async function checkPaper(stand, typed) {
  const token = typed.trim().split("/").pop();
  const permit = await opened(token, "permit+jwt", stand.issuer_key);
  if (!permit) return {word: words.forged};
  const facts = permit.p.join(", ") + " · " + words.zone + " " + permit.z + " · " + permit.f + " – " + permit.u;
  if (permit.f > today()) return {word: words.early, facts};
  if (permit.u < today()) return {word: words.expired, facts};
  const status = await revoked(stand, permit.s[0], permit.s[1]);
  if (status === null) return {word: words.stale, facts};
  return status ? {word: words.revoked, facts} : {valid: true, word: words.genuine, facts};
}

async function checkPlate(stand, typed) {
  const key = typed.toUpperCase().replace(/[\s-]/g, "");
  const digest = base64urlOf(await crypto.subtle.digest("SHA-256", text.encode(stand.salt + "|" + key)));
  const found = stand.plates.find((one) => one[0] === digest && one[2] <= today() && one[3] >= today());
  return found ? {valid: true, word: words.plate, facts: words.zone + " " + found[1] + " · – " + found[3]}
               : {word: words.noplate};
}

async function showAge() {
  const stand = await known();
  const place = document.querySelector("#stand");
  const ready = stand !== null;
  document.querySelector("#loeschen").hidden = !ready;
  for (const field of document.querySelectorAll("#plate, #papier, form button")) field.disabled = !ready;
  place.className = "box warn";
  if (!ready) {
    place.textContent = words.empty;
    return;
  }
  const minutes = Math.max(0, Math.floor((now() - stand.made_at) / 60));
  place.textContent = words.age + " " + (minutes < 120 ? minutes + " " + words.minutes : Math.floor(minutes / 60) + " " + words.hours);
  if (minutes < 24 * 60) place.className = "box";
  else place.textContent += ". " + words.old;
}

async function show(check, typed) {
  const place = document.querySelector("#ergebnis");
  const stand = await known();
  await showAge();
  if (!stand) return;
  const result = await check(stand, typed);
  place.replaceChildren();
  place.className = result.valid ? "box good" : "box bad";
  for (const [style, line] of [["verdict", result.valid ? words.yes : words.no], ["", result.word], ["", result.facts]]) {
    if (!line) continue;
    const paragraph = document.createElement("p");
    paragraph.className = style;
    paragraph.textContent = line;
    place.append(paragraph);
  }
  place.focus();
}

async function prepare() {
  const place = document.querySelector("#stand");
  try {
    const answer = await fetch(address, {headers: {Accept: "application/json"}, cache: "no-store"});
    if (answer.redirected || answer.status === 401 || answer.status === 403) {
      location.assign("/anmelden?weiter=%2Fkontrolle%2Fapp");
      return;
    }
    if (!answer.ok) throw new Error(String(answer.status));
    const stand = await answer.clone().json();
    for (const list of stand.lists) {
      if (!await opened(list.token, "statuslist+jwt", stand.status_key)) throw new Error(list.id);
    }
    await (await caches.open("stand")).put(address, answer);
    await showAge();
  } catch (error) {
    place.className = "box bad";
    place.textContent = words.failed;
  }
}

document.querySelector("#vorbereiten").addEventListener("click", prepare);
document.querySelector("#loeschen").addEventListener("click", async () => {
  await caches.delete("stand");
  document.querySelector("#ergebnis").replaceChildren();
  await showAge();
});
for (const [form, field, check] of [["#f-plate", "#plate", checkPlate], ["#f-papier", "#papier", checkPaper]]) {
  document.querySelector(form).addEventListener("submit", (event) => {
    event.preventDefault();
    show(check, document.querySelector(field).value);
  });
}
showAge().then(() => {
  if (location.pathname.startsWith("/pruefen/")) show(checkPaper, location.pathname);
});
setInterval(showAge, 60000);
if (navigator.serviceWorker) navigator.serviceWorker.register("/sw.js");
)js";

/// Serves the shell when there is no network; data never pass through it.
constexpr std::string_view worker_script = R"js("use strict";
const shell = ["/kontrolle/app", "/kontrolle/app.js", "/kontrolle/app.webmanifest", "/assets/icon.svg", STYLE];
addEventListener("install", (event) => {
  event.waitUntil(caches.open(NAME).then((cache) => cache.addAll(shell)).then(() => skipWaiting()));
});
addEventListener("activate", (event) => {
  event.waitUntil(caches.keys().then((names) => Promise.all(names
    .filter((name) => name.startsWith("shell-") && name !== NAME).map((name) => caches.delete(name))))
    .then(() => clients.claim()));
});
addEventListener("fetch", (event) => {
  const path = new URL(event.request.url).pathname;
  const page = path === "/kontrolle/app" || path.startsWith("/pruefen/");
  if (event.request.method !== "GET" || !(page || shell.includes(path))) return;
  const kept = () => caches.open(NAME).then((cache) => cache.match(page ? "/kontrolle/app" : path));
  event.respondWith(fetch(event.request).catch(kept));
});
)js";

std::string worker_text() {
    const Hash32 digest =
        hash::sha256({view_of(app_script), view_of(worker_script), view_of(assets::version())});
    const std::string head =
        "const NAME = \"shell-" + encoding::hex_encode(digest.view().first(6)) +
        "\";\nconst STYLE = \"/assets/" + std::string(assets::version()) + "/stadtbuch.css\";\n";
    return head + std::string(worker_script);
}

Html form_of(const View& view, std::string_view name, Text label, Text button) {
    return html(
        "<form class=\"card\" id=\"f-{}\"><div class=\"{}\"><label for=\"{}\">{}</label><input "
        "type=\"text\" id=\"{}\" autocomplete=\"off\" required></div><button "
        "class=\"big\">{}</button></form>",
        name, name == "plate" ? std::string_view("field plate") : std::string_view("field"), name,
        view(label), name, view(button));
}

/// Words that the script shows.
Html app_words(const View& view) {
    const std::pair<std::string_view, std::string_view> words[] = {
        {"yes", view(texts::inspect_valid)},     {"no", view(texts::inspect_invalid)},
        {"genuine", view.word("paper.valid")},   {"forged", view.word("paper.forged")},
        {"revoked", view.word("paper.revoked")}, {"expired", view.word("paper.expired")},
        {"early", view.word("paper.not_yet")},   {"stale", view(texts::offline_stale)},
        {"plate", view.word("plate.valid")},     {"noplate", view(texts::offline_no_plate)},
        {"zone", view(texts::permit_zone)},      {"empty", view(texts::offline_empty)},
        {"age", view(texts::offline_age)},       {"minutes", view(texts::offline_minutes)},
        {"hours", view(texts::offline_hours)},   {"old", view(texts::offline_old)},
        {"failed", view(texts::offline_failed)}};
    Html out;
    for (const auto& [name, word] : words) out += html(" data-{}=\"{}\"", name, word);
    return out;
}

net::HttpResponse shell(Agent& agent, const net::HttpRequest& request) {
    View view = view_of_request(agent, request);
    view.session.reset();  // the page is kept on the device: nothing of who is logged in
    const Html whole = html(
        "<!doctype html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\"><title>{}</title>"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
        "<meta name=\"color-scheme\" content=\"light dark\">"
        "<link rel=\"icon\" href=\"/assets/icon.svg\" type=\"image/svg+xml\">"
        "<link rel=\"manifest\" href=\"/kontrolle/app.webmanifest\">"
        "<link rel=\"stylesheet\" href=\"/assets/{}/stadtbuch.css\">"
        "<script src=\"/kontrolle/app.js\" defer></script></head><body>"
        "<header class=\"bar\"><div class=\"wide\"><span class=\"brand\">{}</span></div></header>"
        "<main id=\"app\" class=\"wide\"{}><div class=\"narrow\"><h1>{}</h1>"
        "<noscript><div class=\"box bad\"><p>{}</p></div></noscript>"
        "<div id=\"stand\" class=\"box\" role=\"status\"></div>"
        "<div id=\"ergebnis\" role=\"status\" tabindex=\"-1\" aria-label=\"{}\"></div>"
        "{}<p></p>{}<div class=\"row\"><button type=\"button\" class=\"second\" "
        "id=\"vorbereiten\">{}"
        "</button><button type=\"button\" class=\"second\" id=\"loeschen\" hidden>{}</button></div>"
        "<p class=\"quiet\">{}</p><p><a "
        "href=\"/kontrolle\">{}</a></p></div></main></body></html>\n",
        html_language(view.language), view(texts::offline_title), assets::version(),
        view(texts::offline_title), app_words(view), view(texts::offline_title),
        view(texts::offline_needs_script), view(texts::inspect_result),
        form_of(view, "plate", texts::plate_label, texts::inspect_plate),
        form_of(view, "papier", texts::inspect_paper_label, texts::inspect_paper),
        view(texts::offline_prepare), view(texts::offline_wipe), view(texts::offline_note),
        view(texts::inspector_title));
    net::HttpResponse response = net::HttpResponse::html(200, whole.markup());
    response.set("Content-Language", std::string(html_language(view.language)));
    response.set("Content-Security-Policy",
                 "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
                 "img-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'none'; "
                 "base-uri 'none'; frame-ancestors 'none'");
    return response;
}

encoding::Array status_lists(Agent& agent) {
    encoding::Array out;
    for (const std::string& uri : agent.status->uris()) {
        const std::string id = agent.status->id_of(uri);
        const auto token = agent.status->fresh_token(id, agent.now());
        if (token != nullptr)
            out.emplace_back(encoding::Object{{"id", id}, {"uri", uri}, {"token", token->text}});
    }
    return out;
}

/// [digest of salt and plate, zone, first day, last day] of each permit in force.
encoding::Array plates(Agent& agent, const std::string& salt) {
    const std::string today = keys::utc_date(agent.now());
    encoding::Array out;
    for (const CaseSummary& one : agent.cases->list([&](const CaseSummary& summary) {
             return summary.kind == CaseKind::parking && summary.granted() &&
                    summary.valid_until >= today;
         })) {
        const Hash32 digest = hash::sha256(salt + "|" + one.plate_key);
        out.emplace_back(encoding::Array{encoding::base64url_encode(digest.view()), one.zone_id,
                                         one.valid_from, one.valid_until});
    }
    return out;
}

net::HttpResponse prepared(Agent& agent, const net::HttpRequest& request) {
    const View view = view_of_request(agent, request);
    if (!view.session) return net::error_response(401, "log in first");
    if (auto refused = refuse_without(view, Role::inspector)) return std::move(*refused);
    agent.audit->note(agent.now(), view.session->account, "offline_prepared", "");
    const std::string salt = keys::random_token(keys::os_random());
    const encoding::Object out{{"made_at", agent.now()},
                               {"issuer_key", keys::jwk_of(agent.keyring->issuer->public_key())},
                               {"status_key", keys::jwk_of(agent.keyring->status->public_key())},
                               {"lists", status_lists(agent)},
                               {"salt", salt},
                               {"plates", plates(agent, salt)}};
    return net::HttpResponse::json(200, encoding::compact_json(out));
}

std::string manifest(const Agent& agent) {
    const encoding::Object icon{
        {"src", "/assets/icon.svg"}, {"type", "image/svg+xml"}, {"sizes", "any"}};
    return encoding::compact_json(
        encoding::Object{{"id", "/kontrolle/app"},
                         {"name", "Kontrolle – " + agent.settings.name_de},
                         {"short_name", "Kontrolle"},
                         {"lang", "de"},
                         {"start_url", "/kontrolle/app"},
                         {"scope", "/"},
                         {"display", "standalone"},
                         {"background_color", "#ffffff"},
                         {"theme_color", "#2a42a8"},
                         {"icons", encoding::Array{icon}}});
}

}  // namespace

void mount_offline_pages(Agent& agent, net::HttpServer& server) {
    route(
        agent, server, "GET", "/kontrolle/app",
        [&agent](const net::HttpRequest& request) { return shell(agent, request); }, on_workers());
    route(
        agent, server, "GET", "/kontrolle/app/stand.json",
        [&agent](const net::HttpRequest& request) { return prepared(agent, request); },
        on_workers());
    const std::tuple<const char*, const char*, std::string> files[] = {
        {"/kontrolle/app.js", "text/javascript; charset=utf-8", std::string(app_script)},
        {"/sw.js", "text/javascript; charset=utf-8", worker_text()},
        {"/kontrolle/app.webmanifest", "application/manifest+json", manifest(agent)}};
    for (const auto& [path, type, body] : files) {
        server.route("GET", path, [type, body](const net::HttpRequest&) {
            net::HttpResponse response = net::HttpResponse::of_type(200, type, body);
            response.set("Cache-Control", "no-cache");  // asked for again, so that fixes arrive
            return response;
        });
    }
}

}  // namespace stadtbuch::agent
