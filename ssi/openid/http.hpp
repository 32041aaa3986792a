// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// HTTP as values: what the protocol machines need of a request and what they want answered.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "storage/encoding/value.hpp"

namespace stadtbuch::openid {

/// The shell fills in what the endpoint's documentation names; the rest stays empty.
struct HttpRequest {
    std::string content_type;   // as received
    std::string authorization;  // header value
    std::string accept;
    std::string body;
    // Headers that must come exactly once: every value that came.
    std::vector<std::string> dpop = {};
    std::vector<std::string> client_attestation = {};
    std::vector<std::string> client_attestation_pop = {};
};

struct HttpResponse {
    int status = 200;
    std::string content_type;  // empty together with an empty body
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers;  // without Content-Type
    std::string rule = {};  // id of the rule that refused (issuance_rules.hpp); not sent as such

    [[nodiscard]] std::string_view header(std::string_view name) const;
};

[[nodiscard]] HttpResponse json_response(int status, const encoding::Value& body,
                                         bool store = false);
/// {"error","error_description"}; the description is forced into the ASCII range that OAuth allows.
[[nodiscard]] HttpResponse error_response(int status, std::string_view error,
                                          std::string_view description);

/// application/x-www-form-urlencoded; nullopt for bad escapes, more than 64 fields, doubled names.
using Form = std::map<std::string, std::string, std::less<>>;
[[nodiscard]] std::optional<Form> parse_form(std::string_view body);
[[nodiscard]] std::string form_encode(const Form& form);
/// RFC 3986 unreserved characters stay, everything else becomes %XX.
[[nodiscard]] std::string url_encode(std::string_view text);
[[nodiscard]] std::optional<std::string> url_decode(std::string_view text);  ///< `+` stays `+`
/// Media type without parameters, lower case.
[[nodiscard]] std::string media_type(std::string_view content_type);

}  // namespace stadtbuch::openid
