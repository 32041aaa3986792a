// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "tests/unit/agent/town.hpp"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "ssi/agent/keyring.hpp"
#include "ssi/credential/sd_jwt_vc.hpp"
#include "ssi/keys/os_random.hpp"
#include "storage/encoding/json.hpp"
#include "tests/unit/agent/edits.hpp"

namespace stadtbuch::agent::test {

namespace {

net::HttpClientOptions client_options(const Town& town) {
    net::HttpClientOptions options;
    options.ca_file = town.configuration.ca_file;
    options.redirects_max = 0;
    return options;
}

std::string first_line(const std::string& file) {
    const auto text = read_text_file(file);
    REQUIRE(text);
    return text->substr(0, text->find('\n'));
}

}  // namespace

Town::Town(const std::string& types, const std::string& path) {
    DevOptions options;
    options.folder = folder.path();
    options.register_folder =
        std::filesystem::absolute(STADTBUCH_TEST_DATA "/../../config/town").string();
    options.types_folder = types;
    options.path = path;
    options.now = time;
    // A free port: the address is part of every credential, so it is chosen before the server
    // starts.
    net::HttpServer probe{net::HttpServerOptions{}};
    REQUIRE(probe.start());
    options.port = probe.port();
    probe.stop(0);
    options.telemetry_port = 0;
    const auto made = init_dev(options);
    REQUIRE(made);
    configuration = *made;
    std::ofstream(configuration.settings_file, std::ios::app) << store.settings();
    open();
}

void Town::open() {
    auto settings = read_settings(configuration.settings_file);
    REQUIRE(settings);
    auto opened = Agent::open(*settings, [this] { return time.load(); });
    REQUIRE(opened);
    agent = std::move(opened).value();
    net::HttpServerOptions options = server_options(*agent);
    if (!access_log) options.access_log = nullptr;
    server = std::make_unique<net::HttpServer>(options);
    agent->mount(*server);
    REQUIRE(server->start());
}

void Town::restart() {
    server.reset();
    agent.reset();
    open();
}

std::string Town::own_register() {
    const std::string copy = folder.path() + "/register";
    std::filesystem::copy(STADTBUCH_TEST_DATA "/../../config/town", copy);
    replace_in(configuration.settings_file,
               std::filesystem::absolute(STADTBUCH_TEST_DATA "/../../config/town").string() + "\"",
               copy + "\"");
    restart();
    return copy;
}

Driver find_driver(const Agent& agent, std::size_t skip) {
    const std::string today = keys::utc_date(agent.now());
    for (int number = 100000; number < 102500; ++number) {
        const std::string id = "R" + std::to_string(number);
        const auto resident = agent.registers->resident(id);
        const auto* home = resident ? resident->current_residence(today) : nullptr;
        const auto zone = home == nullptr
                              ? std::nullopt
                              : agent.registers->zone_of(home->street_key, home->house_number);
        if (!zone || zone->id.empty()) continue;
        const auto csv = read_text_file(STADTBUCH_TEST_DATA "/../../config/town/vehicles.csv");
        REQUIRE(csv);
        const std::size_t at = csv->find(";" + id + ";keeper;;;");
        if (at == std::string::npos) continue;
        const std::size_t begin = csv->rfind('\n', at) + 1;
        const std::string plate = csv->substr(begin, at - begin);
        const auto vehicle = agent.registers->vehicle(plate);
        if (!vehicle || !vehicle->registered_until.empty()) continue;
        if (skip-- == 0) return {id, plate, zone->id};
    }
    FAIL("the example town has no such driver");
    return {};
}

std::string Town::token() const {
    return first_line(configuration.token_file);
}

std::string Town::password() const {
    return first_line(configuration.password_file);
}

std::string Answer::location() const {
    return std::string(net::find_header(headers, "Location").value_or(""));
}

encoding::Value Answer::json() const {
    auto parsed = encoding::parse_json(body);
    INFO(body);
    REQUIRE(parsed);
    return std::move(parsed).value();
}

Browser::Browser(const Town& town) : town_(town), client_(client_options(town)) {}

Answer Browser::get(const std::string& target) {
    return send({"GET", town_.url(target), {}, ""});
}

Answer Browser::post(const std::string& target, const net::FormList& fields) {
    return send({"POST",
                 town_.url(target),
                 {{"Content-Type", "application/x-www-form-urlencoded"},
                  {"Origin", town_.agent->settings.origin()}},
                 net::build_form(fields)});
}

Answer Browser::submit(const std::string& target, net::FormList fields) {
    fields.emplace_back("form_token", form_token_);
    return post(target, fields);
}

Answer Browser::api(const std::string& path, const std::string& body) {
    return send(
        {body.empty() ? "GET" : "POST",
         town_.url(path),
         {{"Authorization", "Bearer " + town_.token()}, {"Content-Type", "application/json"}},
         body});
}

void Browser::log_in(const std::string& account) {
    REQUIRE(get("/anmelden").status == 200);
    REQUIRE(submit("/anmelden", {{"account", account}, {"password", town_.password()}}).status ==
            303);
}

Answer Browser::send(net::HttpFetch request) {
    std::string cookies;
    for (const auto& [name, value] : cookies_)
        cookies += (cookies.empty() ? "" : "; ") + name + "=" + value;
    if (!cookies.empty()) request.headers.emplace_back("Cookie", cookies);
    auto fetched = client_.fetch(request);
    INFO(request.url);
    if (!fetched) INFO(fetched.error().id << " " << fetched.error().what);
    REQUIRE(fetched);
    for (const auto& [name, value] : fetched->headers) {
        if (name != "Set-Cookie") continue;
        const std::size_t equals = value.find('=');
        cookies_[value.substr(0, equals)] = value.substr(equals + 1, value.find(';') - equals - 1);
    }
    constexpr std::string_view mark = "name=\"form_token\" value=\"";
    const std::size_t at = fetched->body.rfind(mark);
    if (at != std::string::npos) {
        const std::size_t begin = at + mark.size();
        form_token_ = fetched->body.substr(begin, fetched->body.find('"', begin) - begin);
    }
    return {fetched->status, fetched->body, fetched->headers};
}

Wallet::Wallet(const Town& town) : town_(town), client_(client_options(town)) {}

Answer Wallet::fetch(const std::string& method, const std::string& url, const std::string& type,
                     const std::string& body, const std::string& bearer) {
    net::HttpFetch request{method, url, {}, body};
    if (!type.empty()) request.headers.emplace_back("Content-Type", type);
    if (!bearer.empty()) request.headers.emplace_back("Authorization", "Bearer " + bearer);
    auto fetched = client_.fetch(request);
    REQUIRE(fetched);
    return {fetched->status, fetched->body, fetched->headers};
}

std::string Wallet::take_offer(const std::string& link, const std::string& tx_code,
                               std::size_t copies) {
    const auto where = openid::read_offer_link(link);
    REQUIRE(where);
    const Answer offered = fetch("GET", where->offer_uri, "", "");
    const auto offer = openid::read_offer(offered.body);
    if (!offer) return "offer " + std::to_string(offered.status);
    const Answer metadata =
        fetch("GET", openid::well_known_url(offer->issuer, "openid-credential-issuer"), "", "");
    auto info = openid::read_issuer_metadata(metadata.body, offer->issuer);
    REQUIRE(info);
    const Answer server =
        fetch("GET", openid::well_known_url(offer->issuer, "oauth-authorization-server"), "", "");
    REQUIRE(openid::read_server_metadata(server.body, *info));
    const Answer token_answer =
        fetch("POST", info->token_endpoint, "application/x-www-form-urlencoded",
              openid::token_request(*offer, tx_code));
    const auto token = openid::read_access_token(token_answer.body);
    if (!token) return std::string(token_answer.json().text_at("error"));
    const std::string nonce(fetch("POST", info->nonce_endpoint, "", "").json().text_at("c_nonce"));
    std::vector<std::string> proofs;
    std::vector<std::shared_ptr<keys::P256PrivateKey>> proof_keys;
    for (std::size_t i = 0; i < copies; ++i) {
        proof_keys.push_back(std::make_shared<keys::P256PrivateKey>(
            keys::P256PrivateKey::generate(keys::os_random())));
        proofs.push_back(openid::make_proof(*proof_keys.back(), proof_keys.back()->public_key(),
                                            offer->issuer, nonce, town_.time));
    }
    const Answer issued =
        fetch("POST", info->credential_endpoint, "application/json",
              openid::credential_request(offer->configuration_ids.front(), proofs), *token);
    const auto received = openid::read_credential_response(issued.body);
    if (!received) return std::string(issued.json().text_at("error"));
    for (std::size_t i = 0; i < received->credentials.size(); ++i) {
        held_.push_back({received->credentials[i], proof_keys[i]});
    }
    const Answer noted = fetch("POST", info->notification_endpoint, "application/json",
                               "{\"notification_id\":\"" + received->notification_id +
                                   "\",\"event\":\"credential_accepted\"}",
                               *token);
    CHECK(noted.status == 204);
    return "issued";
}

std::string Wallet::present(const std::string& link_text) {
    const auto link = openid::read_presentation_link(link_text);
    REQUIRE(link);
    const Answer object = fetch("GET", link->request_uri, "", "");
    if (object.status != 200) return "request " + std::to_string(object.status);
    openid::RequestRules rules;
    rules.anchors = town_.agent->keyring->anchors;
    rules.now = town_.time;
    const auto request = openid::read_request_object(object.body, *link, rules);
    if (!request) return std::string(openid::to_text(request.error()));
    std::vector<openid::HeldCredential> held;
    for (const Held& one : held_) held.push_back({one.compact, one.key.get()});
    const auto chosen = openid::present(*request, held, town_.time);
    if (!chosen) return std::string(openid::to_text(chosen.error()));
    const auto body = openid::response_body(*request, *chosen, keys::os_random());
    REQUIRE(body);
    const Answer answer =
        fetch("POST", request->response_uri, "application/x-www-form-urlencoded", *body);
    if (answer.status != 200) return "response " + std::to_string(answer.status);
    const std::string redirect(answer.json().text_at("redirect_uri"));
    return redirect.empty() ? "sent" : redirect;
}

void give_foreign(const Town& town, Wallet& wallet, const std::string& vct, encoding::Object claims,
                  const std::vector<std::string>& paths) {
    const auto pem = read_text_file(town.folder.path() + "/pid-issuer.key");
    const auto chain = read_text_file(town.folder.path() + "/pid-issuer.pem");
    REQUIRE(pem);
    REQUIRE(chain);
    const auto key = keys::P256PrivateKey::from_pem(*pem);
    REQUIRE(key);
    auto holder =
        std::make_shared<keys::P256PrivateKey>(keys::P256PrivateKey::generate(keys::os_random()));
    credential::CredentialContent content;
    content.vct = vct;
    content.claims = std::move(claims);
    for (const std::string& path : paths) content.disclosable.push_back(credential::path_of(path));
    credential::IssueInput input;
    input.issued_at = town.time - 3600;
    input.expires_at = town.time + 86400;
    input.holder = keys::PublicKey(holder->public_key());
    const std::string compact = credential::issue_credential(
        content, input, {&*key, certificates_of_pem(*chain), ""}, keys::os_random());
    REQUIRE_FALSE(compact.empty());
    wallet.hold(compact, holder);
}

std::string link_on(const std::string& page, const std::string& scheme) {
    const std::size_t at = page.find("href=\"" + scheme);
    REQUIRE(at != std::string::npos);
    std::string link = page.substr(at + 6, page.find('"', at + 6) - at - 6);
    for (std::size_t amp = link.find("&amp;"); amp != std::string::npos; amp = link.find("&amp;"))
        link.replace(amp, 5, "&");
    return link;
}

}  // namespace stadtbuch::agent::test
