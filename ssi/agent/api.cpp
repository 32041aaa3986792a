// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// JSON API for programs of the town hall and for the CLI: the same acts as the pages, with a token
// instead of a login. README.md documents each call. Every answer is JSON; errors are {"error":
// word, "detail": sentence}.
#include <algorithm>

#include "ssi/agent/queries.hpp"
#include "ssi/agent/web.hpp"
#include "storage/encoding/json.hpp"

namespace stadtbuch::agent {

namespace {

using encoding::Array;
using encoding::Object;
using encoding::Value;

constexpr std::size_t list_max = 500;

net::HttpResponse answer(int status, const Object& body) {
    return net::HttpResponse::json(status, encoding::compact_json(body));
}

net::HttpResponse refuse(int status, std::string_view word, std::string_view detail) {
    return answer(status, {{"error", word}, {"detail", detail}});
}

net::HttpResponse refuse(DeskError error) {
    const int status = error == DeskError::unknown_case    ? 404
                       : error == DeskError::wrong_state   ? 409
                       : error == DeskError::second_needed ? 202
                                                           : 422;
    return refuse(status, to_text(error), words_of("error." + std::string(to_text(error))).en);
}

/// One call: who asks (name of the token), the body as an object (empty for GET).
struct Call {
    Agent& agent;
    const net::HttpRequest& request;
    std::string who;
    Value body;

    [[nodiscard]] std::string text(std::string_view key) const {
        return std::string(body.text_at(key));
    }

    [[nodiscard]] bool flag(std::string_view key, bool fallback) const {
        const Value* found = body.find(key);
        return found == nullptr ? fallback : found->boolean().value_or(fallback);
    }

    [[nodiscard]] std::string id() const { return std::string(request.parameter("id")); }
};

using CallHandler = net::HttpResponse (*)(const Call&);

net::HttpServer::Handler with_token(Agent& agent, CallHandler handler) {
    return [&agent, handler](const net::HttpRequest& request) -> net::HttpResponse {
        const ApiToken* token =
            agent.accounts.token_of(request.header("Authorization").value_or(""));
        if (token == nullptr) {
            net::HttpResponse response =
                refuse(401, "unauthorized", "give a token: Authorization: Bearer ...");
            response.set("WWW-Authenticate", "Bearer");
            return response;
        }
        Call call{agent, request, "api:" + token->name, Object{}};
        if (request.method == "POST" && !request.body.empty()) {
            encoding::JsonLimits limits;
            limits.bytes_max = 64 * 1024;
            limits.depth_max = 16;
            limits.refuse_duplicate_keys = true;
            auto parsed = encoding::parse_json(request.body, limits);
            if (!parsed || parsed->object() == nullptr)
                return refuse(400, "bad_request", "the body is no JSON object");
            call.body = std::move(parsed).value();
        }
        return handler(call);
    };
}

Object case_value(const Call& call, const Case& record) {
    Object out{{"id", record.id},
               {"number", record.number},
               {"kind", to_text(record.kind)},
               {"state", to_text(record.state)},
               {"created_at", record.created_at},
               {"page", call.agent.settings.public_url + "/antrag/" + record.public_token},
               {"assignee", record.assignee},
               {"comparisons", comparisons_to_value(record.comparisons)},
               {"differences", registers::has_difference(record.comparisons)}};
    Array obstacles;
    for (const std::string& word : record.obstacles) {
        const Text sentence = call.agent.kinds->word(word).value_or(words_of(word));
        obstacles.emplace_back(Object{{"rule", word}, {"de", sentence.de}, {"en", sentence.en}});
    }
    out.set("obstacles", std::move(obstacles));
    out.set("candidates", Array(record.candidates.begin(), record.candidates.end()));
    out.set("credentials", record.credentials);
    if (!record.wallet_event.empty()) out.set("wallet_event", record.wallet_event);
    if (!record.reason.empty()) out.set("reason", record.reason);
    if (record.permit) {
        out.set("permit", Object{{"zone_id", record.permit->zone_id},
                                 {"zone_name", record.permit->zone_name},
                                 {"plate", record.permit->plate},
                                 {"valid_from", record.permit->valid_from},
                                 {"valid_until", record.permit->valid_until},
                                 {"fee_cents", record.permit->fee_cents}});
    }
    if (record.company) {
        out.set("company", Object{{"legal_name", record.company->legal_name},
                                  {"identifier", record.company->identifier}});
    }
    if (record.charge) {
        const Charge& charge = *record.charge;
        out.set("charge", Object{{"cents", charge.cents},
                                 {"source", charge.source},
                                 {"invoice", charge.invoice},
                                 {"due", charge.due},
                                 {"paid_on", charge.paid_on},
                                 {"cancelled_on", charge.cancelled_on}});
    }
    if (!record.valid_until.empty()) {
        out.set("valid_from", record.valid_from);
        out.set("valid_until", record.valid_until);
    }
    if (!record.offer_id.empty()) {
        const auto state = call.agent.issuer->offer_state(record.offer_id, call.agent.now());
        out.set("offer", Object{{"link", record.offer_link},
                                {"state", openid::to_text(state)},
                                {"expires_at", record.offer_expires_at},
                                {"tx_code_required", record.offer_has_code}});
    }
    return out;
}

net::HttpResponse approved(const Call& call, const Approval& approval) {
    Object out = case_value(call, approval.record);
    if (!approval.tx_code.empty()) out.find("offer")->object()->set("tx_code", approval.tx_code);
    return answer(200, out);
}

/// From "person", or from the register when "resident" names an id.
std::optional<registers::StatedPerson> person_of(const Call& call) {
    const std::string id = call.text("resident");
    if (!id.empty()) {
        const auto resident = call.agent.registers->resident(id);
        if (!resident) return std::nullopt;
        registers::StatedPerson out;
        out.family_name = resident->family_name;
        out.given_name = resident->given_name;
        out.birthdate = resident->birthdate;
        if (const auto* home = resident->current_residence(keys::utc_date(call.agent.now()))) {
            out.street = home->street;
            out.house_number = home->house_number;
            out.postal_code = home->postal_code;
            out.locality = home->locality;
        }
        return out;
    }
    const Value* person = call.body.find("person");
    if (person == nullptr || person->object() == nullptr) return std::nullopt;
    const auto text = [&](std::string_view key) { return std::string(person->text_at(key)); };
    registers::StatedPerson out{text("family_name"),       text("given_name"), text("birthdate"),
                                text("birth_family_name"), text("street"),     text("house_number"),
                                text("postal_code"),       text("locality")};
    if (out.family_name.empty() || out.given_name.empty() || out.birthdate.empty())
        return std::nullopt;
    return out;
}

std::string foreign_of(const registers::StatedPerson& person) {
    for (const std::string* name :
         {&person.family_name, &person.given_name, &person.birth_family_name}) {
        if (std::string foreign = foreign_in(*name, true); !foreign.empty()) return foreign;
    }
    for (const std::string* text :
         {&person.street, &person.house_number, &person.postal_code, &person.locality}) {
        if (std::string foreign = foreign_in(*text, false); !foreign.empty()) return foreign;
    }
    return {};
}

/// From "fields" (or "person", as the command line calls it), or from the record that "resident"
/// names.
std::optional<registers::StatedFields> fields_of(const Call& call, const KindDefinition& kind) {
    registers::StatedFields out;
    if (const std::string id = call.text("resident"); !id.empty()) {
        const auto record = call.agent.kinds->records(kind)->record(id);
        if (!record) return std::nullopt;
        for (const KindField& field : kind.fields) out[field.column] = record->at(field.column);
        return out;
    }
    const Value* given = call.body.find("fields");
    if (given == nullptr) given = call.body.find("person");
    if (given == nullptr || given->object() == nullptr) return std::nullopt;
    for (const KindField& field : kind.fields) {
        const std::string said(given->text_at(field.column));
        if (said.empty() && field.required) return std::nullopt;
        if (!said.empty()) out[field.column] = said.substr(0, 200);
    }
    return out;
}

net::HttpResponse create_kind_case(const Call& call, const KindDefinition& kind) {
    auto fields = fields_of(call, kind);
    if (!fields) {
        std::string wanted;
        for (const KindField& field : kind.fields)
            wanted += (wanted.empty() ? "" : ", ") + field.column;
        return refuse(422, "bad_fields", "give fields {" + wanted + "} or resident");
    }
    for (const KindField& field : kind.fields) {
        const auto said = fields->find(field.column);
        if (said == fields->end()) continue;
        if (const std::string foreign = foreign_in(said->second, field.is_name()); !foreign.empty())
            return refuse(422, "bad_characters", "not in DIN 91379: " + foreign);
    }
    const std::string language = call.text("language") == "en" ? "en" : "de";
    const Case record =
        call.agent.desk->apply(kind, *std::move(fields), language, call.agent.now());
    call.agent.audit->note(call.agent.now(), call.who, "created", record.number);
    return answer(201, case_value(call, record));
}

net::HttpResponse create_case(const Call& call) {
    const auto kind = kind_of(call.text("kind"));
    if (const KindDefinition* own = kind ? call.agent.kinds->find(*kind) : nullptr)
        return create_kind_case(call, *own);
    if (!kind || call.agent.desk->type_of(*kind) == nullptr)
        return refuse(422, "bad_kind", "kind is residence, parking or the id of a configured type");
    const auto person = person_of(call);
    if (!person)
        return refuse(422, "bad_person",
                      "give person {family_name, given_name, birthdate, ...} or resident");
    if (const std::string foreign = foreign_of(*person); !foreign.empty())
        return refuse(422, "bad_characters", "not in DIN 91379: " + foreign);
    if (*kind == CaseKind::parking && call.text("plate").empty()) {
        return refuse(422, "bad_plate", "a parking permit needs a plate");
    }
    const std::string language = call.text("language") == "en" ? "en" : "de";
    const Case record =
        call.agent.desk->apply(*kind, *person, call.text("plate"), language, call.agent.now());
    call.agent.audit->note(call.agent.now(), call.who, "created", record.number);
    return answer(201, case_value(call, record));
}

net::HttpResponse show_case(const Call& call) {
    const auto record = call.agent.cases->get(call.id());
    if (!record) return refuse(DeskError::unknown_case);
    call.agent.audit->note(call.agent.now(), call.who, "viewed", record->number);
    return answer(200, case_value(call, *record));
}

net::HttpResponse list_cases(const Call& call) {
    const auto state = state_of(call.request.query_value("state").value_or(""));
    const auto found = call.agent.cases->list(
        [&](const CaseSummary& one) { return !state || one.state == *state; });
    Array list;
    for (const CaseSummary& one : found) {
        if (list.size() == list_max) break;
        list.emplace_back(Object{{"id", one.id},
                                 {"number", one.number},
                                 {"kind", to_text(one.kind)},
                                 {"state", to_text(one.state)},
                                 {"created_at", one.created_at},
                                 {"differences", one.differences}});
    }
    return answer(200, {{"total", found.size()}, {"cases", std::move(list)}});
}

void read_offer_options(const Call& call, ApproveOptions& options) {
    options.with_code = call.flag("tx_code", true);
    options.authorization_code = call.flag("authorization_code", false);
}

net::HttpResponse decide(const Call& call) {
    Desk& desk = *call.agent.desk;
    const std::string decision = call.text("decision");
    const keys::UnixSeconds now = call.agent.now();
    if (decision == "approve") {
        ApproveOptions options;
        options.differences_seen = call.flag("differences_seen", false);
        read_offer_options(call, options);
        options.resident_id = call.text("resident");
        const auto record = call.agent.cases->get(call.id());
        const KindDefinition* own = record ? call.agent.kinds->find(record->kind) : nullptr;
        // A configured type's register has keys of its own; a case keeps them with the type's id.
        if (own != nullptr && !options.resident_id.empty() &&
            record_id_of(own->kind, options.resident_id).empty())
            options.resident_id = qualified_record_id(own->kind, options.resident_id);
        const auto approval = desk.approve(call.id(), call.who, options, now);
        return approval ? approved(call, *approval) : refuse(approval.error());
    }
    if (decision != "reject" && decision != "correct") {
        return refuse(422, "bad_decision", "decision is approve, correct or reject");
    }
    const auto changed = decision == "reject"
                             ? desk.reject(call.id(), call.who, call.text("reason"), now)
                             : desk.ask_correction(call.id(), call.who, call.text("reason"), now);
    return changed ? answer(200, case_value(call, *changed)) : refuse(changed.error());
}

net::HttpResponse paid(const Call& call) {
    const std::string day = call.text("paid_on");
    const bool good = day.size() == 10 && typed_date(day) == day &&
                      day <= keys::utc_date(call.agent.now() + 2 * 3600);
    if (!good)
        return refuse(422, "bad_day", "paid_on is a day that is not in the future, 2026-11-21");
    const auto changed = call.agent.desk->mark_paid(call.id(), call.who, day, call.agent.now());
    return changed ? answer(200, case_value(call, *changed)) : refuse(changed.error());
}

net::HttpResponse offer_again(const Call& call) {
    ApproveOptions options;
    read_offer_options(call, options);
    const auto approval =
        call.agent.desk->offer_again(call.id(), call.who, options, call.agent.now());
    return approval ? approved(call, *approval) : refuse(approval.error());
}

net::HttpResponse revoke(const Call& call) {
    const auto changed =
        call.agent.desk->revoke(call.id(), call.who, call.text("reason"), call.agent.now());
    return changed ? answer(200, case_value(call, *changed)) : refuse(changed.error());
}

// -- verifications
// -----------------------------------------------------------------------------------------------

/// What binds a same-device verification to the caller that started it.
std::string api_session(const Call& call) {
    return "api " + call.who;
}

std::optional<openid::DcqlQuery> query_of(const Call& call) {
    if (const Value* dcql = call.body.find("dcql_query")) {
        auto query = openid::read_dcql(*dcql);
        if (!query) return std::nullopt;
        return std::move(query).value();
    }
    const auto kind = kind_of(call.text("type"));
    const auto* type = kind ? call.agent.desk->type_of(*kind) : nullptr;
    if (type == nullptr) return std::nullopt;
    const Value* claims = call.body.find("claims");
    const KindDefinition* own = call.agent.kinds->find(*kind);
    if (claims == nullptr && own != nullptr)
        return query_for(own->type.id, own->type.vct, own->verifier_claims);
    if (claims == nullptr)
        return *kind == CaseKind::parking ? warden_query(call.agent) : residence_query(call.agent);
    if (claims->array() == nullptr) return std::nullopt;
    std::vector<std::string> paths;
    for (const Value& claim : *claims->array()) {
        if (claim.text() == nullptr || claim.text()->empty()) return std::nullopt;
        paths.push_back(*claim.text());
    }
    return query_for(call.text("type"), type->vct, paths);
}

/// Transport, client identifier, transaction data; the sentence says what is wrong.
const char* read_request_options(const Call& call, openid::PresentationRequest& wanted) {
    using openid::ClientIdPrefix;
    const std::string prefix = call.text("client_id_prefix");
    if (prefix == "x509_hash")
        wanted.client_id_prefix = ClientIdPrefix::x509_hash;
    else if (prefix == "x509_san_dns")
        wanted.client_id_prefix = ClientIdPrefix::x509_san_dns;
    else if (prefix == "decentralized_identifier")
        wanted.client_id_prefix = ClientIdPrefix::decentralized_identifier;
    else if (!prefix.empty())
        return "client_id_prefix is x509_hash, x509_san_dns or decentralized_identifier";
    wanted.by_value = call.flag("by_value", false);
    const std::string return_url = call.text("return_url");
    if (!return_url.empty()) {
        if (!return_url.starts_with("https://") && !return_url.starts_with("http://localhost"))
            return "return_url is an https address";
        // The caller's own back end is the session; the response code comes back through it.
        wanted.same_device = true;
        wanted.return_url = return_url;
        wanted.browser_session = api_session(call);
    }
    const Value* data = call.body.find("transaction_data");
    if (data == nullptr) return nullptr;
    if (data->array() == nullptr || data->array()->size() > 8)
        return "transaction_data is a list of at most eight objects";
    for (const Value& one : *data->array()) {
        const Value* ids = one.find("credential_ids");
        const bool good =
            !one.text_at("type").empty() && ids != nullptr && ids->array() != nullptr &&
            !ids->array()->empty() &&
            std::all_of(ids->array()->begin(), ids->array()->end(), [&](const Value& id) {
                return id.is_text() && wanted.query.find(*id.text()) != nullptr;
            });
        if (!good) return "transaction data need type, and credential_ids of the query";
        wanted.transaction_data.push_back(*one.object());
    }
    return nullptr;
}

net::HttpResponse start_verification(const Call& call) {
    const auto query = query_of(call);
    if (!query)
        return refuse(
            422, "bad_query",
            "give type (residence, parking or a configured one) with claims, or dcql_query");
    openid::PresentationRequest wanted;
    wanted.query = *query;
    wanted.context = call.text("context");
    if (call.text("response_mode") == "direct_post")
        wanted.response_mode = openid::ResponseMode::direct_post;
    if (const char* fault = read_request_options(call, wanted))
        return refuse(422, "bad_request", fault);
    const openid::StartedPresentation started =
        call.agent.verifier->start(wanted, call.agent.now());
    return answer(201, {{"id", started.transaction_id},
                        {"link", started.link},
                        {"request_uri", started.request_uri},
                        {"client_id", started.client_id},
                        {"expires_at", started.expires_at}});
}

net::HttpResponse show_verification(const Call& call) {
    const auto state = call.agent.verifier->state(call.id(), call.agent.now());
    Object out{{"id", call.id()}, {"state", openid::to_text(state)}};
    if (state == openid::PresentationState::waiting) return answer(200, out);
    openid::PresentationResult result = call.agent.verifier->result(
        call.id(), api_session(call), call.request.query_value("response_code").value_or(""),
        call.agent.now());
    if (result.state == openid::PresentationState::unknown) {
        return refuse(404, "unknown_verification",
                      "unknown, expired, or its result was already given out");
    }
    bool valid = result.state == openid::PresentationState::answered;
    Array credentials;
    for (const openid::PresentedCredential& one : result.credentials) {
        const bool permit =
            one.vct == call.agent.parking().vct && one.claims.contains("valid_until");
        const bool dated = call.agent.kinds->find_type(one.vct) != nullptr &&
                           one.claims.contains("valid_from") && one.claims.contains("valid_until");
        if (permit || dated) {
            valid = check_days(one.claims, call.agent.now(), result.trace) && valid;
        }
        credentials.emplace_back(Object{{"query_id", one.query_id},
                                        {"vct", one.vct},
                                        {"issuer", one.issuer_name},
                                        {"claims", one.claims}});
    }
    ++(valid ? call.agent.metrics.presentations_good : call.agent.metrics.presentations_bad);
    out.set("state", openid::to_text(result.state));
    out.set("valid", valid);
    out.set("revoked", result.revoked);
    out.set("credentials", std::move(credentials));
    out.set("trace", result.trace.to_value());
    if (!result.wallet_error.empty()) out.set("wallet_error", result.wallet_error);
    if (!result.context.empty()) out.set("context", result.context);
    return answer(200, out);
}

net::HttpResponse inspect(const Call& call) {
    const PlateAnswer found = call.agent.desk->look_up(call.text("plate"), call.agent.now());
    call.agent.audit->note(call.agent.now(), call.who, "inspected_plate", "");
    return answer(200, {{"valid", found.valid},
                        {"plate", found.plate},
                        {"reason", found.why},
                        {"de", words_of(found.why).de},
                        {"en", words_of(found.why).en},
                        {"zone_id", found.zone_id},
                        {"zone_name", found.zone_name},
                        {"valid_until", found.valid_until},
                        {"trace", found.trace().to_value()}});
}

net::HttpResponse list_trust(const Call& call) {
    Array lists;
    for (const TrustLists::State& state : call.agent.trust_lists->states()) {
        Object one{{"name", state.name},
                   {"source", state.source},
                   {"in_force", state.list.has_value()},
                   {"tried_at", state.tried_at},
                   {"fault", state.fault},
                   {"trace", state.trace.to_value()}};
        if (state.list) {
            Array entities;
            for (const auto& entity : state.list->entities) entities.emplace_back(entity.name);
            one.set("operator", state.list->operator_name);
            one.set("sequence", state.list->mark.sequence);
            one.set("issued_at", state.list->issued_at);
            one.set("next_update", state.list->next_update);
            one.set("entities", std::move(entities));
            one.set("passed_over", static_cast<std::uint64_t>(state.list->passed_over));
        }
        lists.emplace_back(std::move(one));
    }
    return answer(200, {{"trust_lists", std::move(lists)}});
}

net::HttpResponse info(const Call& call) {
    const Agent& agent = call.agent;
    Object types;
    for (const credential::CredentialType& type : agent.issuer->config().types)
        types.set(type.id, type.vct);
    return answer(200, {{"issuer", agent.settings.public_url},
                        {"did", agent.issuer->config().issuer_did},
                        {"verifier", agent.verifier->client_id()},
                        {"residence", agent.residence().vct},
                        {"parking", agent.parking().vct},
                        {"types", std::move(types)},
                        {"ledger_published", agent.metrics.ledger_published.load()}});
}

}  // namespace

void mount_api(Agent& agent, net::HttpServer& server) {
    const struct {
        const char* method;
        const char* path;
        CallHandler handler;
    } calls[] = {
        {"GET", "/api/info", info},
        {"GET", "/api/trust-lists", list_trust},
        {"GET", "/api/cases", list_cases},
        {"POST", "/api/cases", create_case},
        {"GET", "/api/cases/{id}", show_case},
        {"POST", "/api/cases/{id}/paid", paid},
        {"POST", "/api/cases/{id}/decide", decide},
        {"POST", "/api/cases/{id}/offer", offer_again},
        {"POST", "/api/credentials/{id}/revoke", revoke},
        {"POST", "/api/verifications", start_verification},
        {"GET", "/api/verifications/{id}", show_verification},
        {"POST", "/api/inspections", inspect},
    };

    for (const auto& call : calls) {
        route(agent, server, call.method, call.path, with_token(agent, call.handler), on_workers());
    }
}

}  // namespace stadtbuch::agent
