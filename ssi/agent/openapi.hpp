// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// GET /openapi.json: everything that the public server answers, as an OpenAPI 3.1 document. It is
// made from the routes that are there (some depend on the settings) and the descriptions below;
// tests/unit/agent/openapi_test.cpp holds that neither has one more than the other, and
// tests/e2e/agent/openapi.mjs compares real answers.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "node/net/http_server.hpp"
#include "storage/encoding/value.hpp"

namespace stadtbuch::agent {

struct DescribedRoute {
    std::string_view method;
    /// As HttpServer has it; {name} stands for any one segment, also a literal one.
    std::string_view path;
    std::string_view summary;
    std::string_view query = {};    ///< names of optional parameters, "state lang"
    std::string_view request = {};  ///< body: "json:Schema" or "form:Schema"; empty: none
    /// "200:json:Schema 303 422:html": status, media type (or a short name: json, html, csv, jwt),
    /// schema. Empty: a page, or what a form of the pages answers.
    std::string_view answers = {};
};

[[nodiscard]] std::span<const DescribedRoute> described_calls();
[[nodiscard]] std::span<const DescribedRoute> described_pages();
/// components.schemas, JSON.
[[nodiscard]] std::string_view openapi_schemas();

/// Null: there is none.
[[nodiscard]] const DescribedRoute* description_of(std::string_view method, std::string_view path);

using Routes = std::vector<std::pair<std::string, std::string>>;
[[nodiscard]] encoding::Object openapi_document(const Routes& routes,
                                                const std::string& below = "");

/// Adds the document of the routes that `server` has by now.
void mount_openapi(net::HttpServer& server, const std::string& below);

}  // namespace stadtbuch::agent
