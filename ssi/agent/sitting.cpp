// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/agent/sitting.hpp"

#include "ssi/keys/digest_text.hpp"
#include "ssi/keys/os_random.hpp"
#include "storage/encoding/json.hpp"

namespace stadtbuch::agent {

namespace {

constexpr std::string_view kind = "sitting";
constexpr std::string_view cookie = "sitzung";
constexpr std::string_view extend_path = "/sitzung/verlaengern";

encoding::Object proven_to_value(const ProvenResidence& proven) {
    const registers::StatedPerson& person = proven.person;
    encoding::Object out{{"family_name", person.family_name},
                         {"given_name", person.given_name},
                         {"birthdate", person.birthdate},
                         {"street", person.street},
                         {"house_number", person.house_number},
                         {"postal_code", person.postal_code},
                         {"locality", person.locality},
                         {"street_key", proven.street_key},
                         {"residence_kind", proven.residence_kind}};
    if (!proven.account.empty()) {
        out.set("account", proven.account);
        out.set("assured", proven.assured);
    }
    if (proven.company) {
        out.set("company", encoding::Object{{"legal_name", proven.company->legal_name},
                                            {"identifier", proven.company->identifier},
                                            {"scope", proven.company->scope}});
    }
    return out;
}

ProvenResidence proven_from_value(const encoding::Value& value) {
    const auto text = [&](std::string_view key) { return std::string(value.text_at(key)); };
    ProvenResidence out;
    out.person = {text("family_name"), text("given_name"),   text("birthdate"),   "",
                  text("street"),      text("house_number"), text("postal_code"), text("locality")};
    out.street_key = text("street_key");
    out.residence_kind = text("residence_kind");
    out.account = text("account");
    if (const encoding::Value* assured = value.find("assured"))
        out.assured = assured->boolean().value_or(false);
    if (const encoding::Value* company = value.find("company")) {
        out.company = ProvenCompany{std::string(company->text_at("legal_name")),
                                    std::string(company->text_at("identifier")),
                                    std::string(company->text_at("scope")), out.person.family_name,
                                    out.person.given_name};
    }
    return out;
}

}  // namespace

Sitting start_sitting() {
    Sitting sitting;
    sitting.secret = keys::random_token(keys::os_random(), 32);
    return sitting;
}

std::optional<Sitting> sitting_of(Agent& agent, const net::HttpRequest& request) {
    const std::string secret = cookie_of(agent, request, cookie);
    if (secret.empty() || secret.size() > 128) return std::nullopt;
    const auto held = agent.records->get(kind, keys::digest_text(secret));
    if (!held) return std::nullopt;
    const auto parsed = encoding::parse_json(*held);
    Sitting out;
    out.until = parsed ? parsed->find("until")->integer().value_or(0) : 0;
    if (agent.now() > out.until) return std::nullopt;
    out.secret = secret;
    out.same_device = parsed->text_at("same");
    out.other_device = parsed->text_at("other");
    out.same_link = parsed->text_at("same_link");
    out.other_link = parsed->text_at("other_link");
    out.request_expires_at = parsed->find("request_until")->integer().value_or(0);
    out.case_id = parsed->text_at("case");
    out.purpose = parsed->text_at("purpose");
    out.authorization = parsed->text_at("authorization");
    out.login = parsed->text_at("login");
    if (const encoding::Value* proven = parsed->find("proven"))
        out.proven = proven_from_value(*proven);
    if (const encoding::Value* fields = parsed->find("fields"); fields && fields->object()) {
        for (const auto& member : *fields->object())
            out.fields[member.key] = member.value.text() ? *member.value.text() : std::string();
    }
    return out;
}

void save_sitting(Agent& agent, const Sitting& sitting) {
    const keys::UnixSeconds until = agent.now() + Sitting::life_s;
    encoding::Object record{{"until", until},
                            {"same", sitting.same_device},
                            {"other", sitting.other_device},
                            {"same_link", sitting.same_link},
                            {"other_link", sitting.other_link},
                            {"request_until", sitting.request_expires_at},
                            {"case", sitting.case_id},
                            {"purpose", sitting.purpose},
                            {"authorization", sitting.authorization},
                            {"login", sitting.login}};
    if (!sitting.fields.empty()) {
        encoding::Object fields;
        for (const auto& [column, value] : sitting.fields) fields.set(column, value);
        record.set("fields", std::move(fields));
    }
    if (sitting.proven) record.set("proven", proven_to_value(*sitting.proven));
    agent.records->put(kind, keys::digest_text(sitting.secret), encoding::compact_json(record),
                       until);
}

void end_sitting(Agent& agent, const Sitting& sitting) {
    agent.records->remove(kind, keys::digest_text(sitting.secret));
}

Html sitting_clock(const View& view, const Sitting& sitting) {
    return session_clock(view, sitting.until, extend_path, sitting.secret);
}

void mount_sitting(Agent& agent, net::HttpServer& server) {
    route(
        agent, server, "POST", std::string(extend_path),
        [&agent](const net::HttpRequest& request) {
            const View view = view_of_request(agent, request);
            const auto sitting = sitting_of(agent, request);
            if (!sitting) return error_page(view, view(texts::sitting_over), 409);
            const auto form = request.form();
            if (!form || !from_our_pages(agent, request) ||
                !form_token_good(agent, sitting->secret, *form)) {
                return error_page(view, view(texts::form_outdated), 403);
            }
            save_sitting(agent, *sitting);
            net::HttpResponse response =
                more_time(view, request, *form, agent.now() + Sitting::life_s, "/");
            hand_out(agent, response, *sitting);
            return response;
        },
        on_workers());
}

void hand_out(const Agent& agent, net::HttpResponse& response, const Sitting& sitting) {
    set_cookie(agent, response, cookie, sitting.secret, Sitting::life_s);
}

}  // namespace stadtbuch::agent
