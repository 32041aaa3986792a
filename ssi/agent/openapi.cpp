// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/agent/openapi.hpp"

#include <algorithm>

#include "storage/encoding/json.hpp"

namespace stadtbuch::agent {

namespace {

using encoding::Array;
using encoding::Object;
using encoding::Value;

/// Of pages, and of their forms.
constexpr std::string_view page_answers = "200:html 303 4XX:html 503:html";

/// The parts of `text` between `separator`s.
std::vector<std::string_view> parts_of(std::string_view text, char separator) {
    std::vector<std::string_view> out;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(separator), text.size());
        if (end > 0) out.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

bool is_parameter(std::string_view segment) {
    return segment.starts_with('{') && segment.ends_with('}');
}

bool fits(std::string_view described, std::string_view route) {
    const auto a = parts_of(described, '/');
    const auto b = parts_of(route, '/');
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](auto x, auto y) {
               return is_parameter(x) || x == y;
           });
}

std::string media_type(std::string_view name) {
    const std::pair<std::string_view, const char*> names[] = {
        {"json", "application/json"},
        {"html", "text/html"},
        {"csv", "text/csv"},
        {"text", "text/plain"},
        {"form", "application/x-www-form-urlencoded"}};
    for (const auto& [shorter, whole] : names) {
        if (name == shorter) return whole;
    }
    return std::string(name);
}

Object schema_named(std::string_view name) {
    if (name.empty()) return {};
    return {{"$ref", "#/components/schemas/" + std::string(name)}};
}

std::string_view phrase_of(std::string_view status) {
    if (status == "4XX") return "what was asked cannot be done; the page says what to do";
    int number = 0;
    for (const char digit : status) number = number * 10 + (digit - '0');
    return net::reason_phrase(number);
}

Object answers_of(std::string_view text) {
    Object out;
    for (const std::string_view one : parts_of(text, ' ')) {
        const auto parts = parts_of(one, ':');
        const std::string status(parts[0]);
        if (!out.contains(status)) out.set(status, Object{{"description", phrase_of(status)}});
        if (parts.size() < 2) continue;
        Object& answer = *out.find(status)->object();
        if (!answer.contains("content")) answer.set("content", Object{});
        Object body;
        if (parts.size() > 2) body.set("schema", schema_named(parts[2]));
        answer.find("content")->object()->set(media_type(parts[1]), std::move(body));
    }
    return out;
}

Array parameters_of(std::string_view path, std::string_view query) {
    Array out;
    const auto add = [&](std::string_view name, const char* place, bool required) {
        out.emplace_back(Object{{"name", name},
                                {"in", place},
                                {"required", required},
                                {"schema", Object{{"type", "string"}}}});
    };
    for (const std::string_view segment : parts_of(path, '/')) {
        if (is_parameter(segment)) add(segment.substr(1, segment.size() - 2), "path", true);
    }
    for (const std::string_view name : parts_of(query, ' ')) add(name, "query", false);
    return out;
}

std::string_view tag_of(std::string_view path, bool page) {
    const std::pair<std::string_view, std::string_view> tags[] = {
        {"/api/", "API"},         {"/oidc/", "login for shops"},
        {"/amt", "staff"},        {"/kontrolle", "inspection"},
        {"/daten", "open data"},  {"/entwickler", "developers"},
        {"/regeln", "developers"}};
    for (const auto& [prefix, tag] : tags) {
        if (path.starts_with(prefix)) return tag;
    }
    return page ? "pages" : "protocols and documents";
}

Object operation_of(const DescribedRoute& described, const std::string& path) {
    const bool page = described.answers.empty();
    Object out{{"summary", described.summary}, {"tags", Array{tag_of(path, page)}}};
    if (path.starts_with("/api/")) out.set("security", Array{Object{{"token", Array{}}}});
    auto parameters = parameters_of(path, described.query);
    if (!parameters.empty()) out.set("parameters", std::move(parameters));
    const auto request = parts_of(described.request, ':');
    const bool page_form = page && described.method == "POST";
    if (request.size() == 2) {
        out.set("requestBody",
                Object{{"required", true},
                       {"content", Object{{media_type(request[0]),
                                           Object{{"schema", schema_named(request[1])}}}}}});
    } else if (page_form) {
        out.set("requestBody",
                Object{{"content",
                        Object{{media_type("form"), Object{{"schema", schema_named("Form")}}}}}});
    }
    out.set("responses", answers_of(page ? page_answers : described.answers));
    return out;
}

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return text;
}

}  // namespace

const DescribedRoute* description_of(std::string_view method, std::string_view path) {
    const DescribedRoute* alike = nullptr;
    for (const auto list : {described_calls(), described_pages()}) {
        for (const DescribedRoute& one : list) {
            if (one.method != method) continue;
            if (one.path == path) return &one;
            if (alike == nullptr && fits(one.path, path)) alike = &one;
        }
    }
    return alike;
}

Object openapi_document(const Routes& routes, const std::string& below) {
    Object paths;
    for (const auto& [method, path] : routes) {
        const DescribedRoute* described = description_of(method, path);
        if (described == nullptr) continue;
        if (!paths.contains(path)) paths.set(path, Object{});
        paths.find(path)->object()->set(lower(method), operation_of(*described, path));
    }
    auto schemas = encoding::parse_json(openapi_schemas());
    return {{"openapi", "3.1.0"},
            {"info", Object{{"title", "Stadtbuch agent"},
                            {"version", STADTBUCH_VERSION},
                            {"license", Object{{"name", "EUPL-1.2"}, {"identifier", "EUPL-1.2"}}}}},
            {"servers", Array{Object{{"url", below.empty() ? "/" : below}}}},
            {"paths", std::move(paths)},
            {"components",
             Object{{"securitySchemes",
                     Object{{"token", Object{{"type", "http"}, {"scheme", "bearer"}}}}},
                    {"schemas", schemas ? std::move(schemas).value() : Value(Object{})}}}};
}

void mount_openapi(net::HttpServer& server, const std::string& below) {
    Routes routes = server.routes();
    routes.emplace_back("GET", "/openapi.json");
    const auto text = std::make_shared<const std::string>(
        encoding::pretty_json(Value(openapi_document(routes, below)), 2, false));
    server.route("GET", "/openapi.json", [text](const net::HttpRequest&) {
        net::HttpResponse response = net::HttpResponse::json(200, "");
        response.shared_body = text;
        return response;
    });
}

}  // namespace stadtbuch::agent
