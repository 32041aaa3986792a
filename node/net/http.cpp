// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "node/net/http.hpp"

#include <algorithm>
#include <array>

#include "storage/encoding/text.hpp"

namespace stadtbuch::net {
namespace {

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool equal_without_case(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

}  // namespace

std::optional<std::string_view> find_header(const HeaderList& headers, std::string_view name) {
    for (const auto& [key, value] : headers) {
        if (equal_without_case(key, name)) return std::string_view(value);
    }
    return std::nullopt;
}

std::optional<std::string_view> find_field(const FormList& fields, std::string_view name) {
    for (const auto& [key, value] : fields) {
        if (key == name) return std::string_view(value);
    }
    return std::nullopt;
}

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (c == '%') {
            if (i + 2 >= text.size()) return std::nullopt;
            const int high = hex_value(text[i + 1]);
            const int low = hex_value(text[i + 2]);
            if (high < 0 || low < 0) return std::nullopt;
            c = static_cast<char>(high * 16 + low);
            i += 2;
        } else if (c == '+' && plus_is_space) {
            c = ' ';
        }
        if (c == '\0') return std::nullopt;
        out.push_back(c);
    }
    return out;
}

std::string percent_encode(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                           (c >= 'A' && c <= 'Z') || c == '-' || c == '.' || c == '_' || c == '~';
        if (plain) {
            out.push_back(c);
            continue;
        }
        const auto octet = static_cast<unsigned char>(c);
        out.push_back('%');
        out.push_back(digits[octet >> 4]);
        out.push_back(digits[octet & 15]);
    }
    return out;
}

std::optional<FormList> parse_form(std::string_view text, std::size_t fields_max) {
    FormList fields;
    while (!text.empty()) {
        const std::string_view part = text.substr(0, text.find('&'));
        text.remove_prefix(std::min(text.size(), part.size() + 1));
        if (part.empty()) continue;
        if (fields.size() == fields_max) return std::nullopt;
        const std::size_t equals = part.find('=');
        auto name = percent_decode(part.substr(0, equals), true);
        auto value = equals == std::string_view::npos
                         ? std::optional<std::string>(std::string())
                         : percent_decode(part.substr(equals + 1), true);
        if (!name || !value) return std::nullopt;
        fields.emplace_back(std::move(*name), std::move(*value));
    }
    return fields;
}

std::string build_form(const FormList& fields) {
    std::string out;
    for (const auto& [name, value] : fields) {
        if (!out.empty()) out.push_back('&');
        out += percent_encode(name);
        out.push_back('=');
        out += percent_encode(value);
    }
    return out;
}

std::string_view HttpRequest::parameter(std::string_view name) const {
    return find_field(parameters, name).value_or(std::string_view{});
}

std::optional<std::string_view> HttpRequest::cookie(std::string_view name) const {
    for (const auto& [key, value] : headers) {
        if (!equal_without_case(key, "Cookie")) continue;
        std::string_view rest = value;
        while (!rest.empty()) {
            const std::string_view part = rest.substr(0, rest.find(';'));
            rest.remove_prefix(std::min(rest.size(), part.size() + 1));
            const std::size_t equals = part.find('=');
            if (equals == std::string_view::npos) continue;
            if (trim(part.substr(0, equals)) == name) return trim(part.substr(equals + 1));
        }
    }
    return std::nullopt;
}

std::optional<FormList> HttpRequest::form() const {
    if (media_type() != "application/x-www-form-urlencoded") return std::nullopt;
    return parse_form(body);
}

std::string HttpRequest::media_type() const {
    const std::string_view value = header("Content-Type").value_or(std::string_view{});
    std::string type(trim(value.substr(0, value.find(';'))));
    std::transform(type.begin(), type.end(), type.begin(), lower);
    return type;
}

HttpResponse HttpResponse::of_type(int status, std::string media_type, std::string body) {
    HttpResponse response;
    response.status = status;
    response.set("Content-Type", std::move(media_type));
    response.body = std::move(body);
    return response;
}

HttpResponse HttpResponse::json(int status, std::string text) {
    return of_type(status, "application/json", std::move(text));
}

HttpResponse HttpResponse::text(int status, std::string text) {
    return of_type(status, "text/plain; charset=utf-8", std::move(text));
}

HttpResponse HttpResponse::html(int status, std::string text) {
    return of_type(status, "text/html; charset=utf-8", std::move(text));
}

HttpResponse HttpResponse::redirect(std::string location, int status) {
    HttpResponse response;
    response.status = status;
    response.set("Location", std::move(location));
    return response;
}

HttpResponse HttpResponse::empty(int status) {
    HttpResponse response;
    response.status = status;
    return response;
}

std::string_view reason_phrase(int status) noexcept {
    static constexpr std::array<std::pair<int, std::string_view>, 38> phrases = {{
        {100, "Continue"},
        {200, "OK"},
        {201, "Created"},
        {202, "Accepted"},
        {204, "No Content"},
        {206, "Partial Content"},
        {301, "Moved Permanently"},
        {302, "Found"},
        {303, "See Other"},
        {304, "Not Modified"},
        {307, "Temporary Redirect"},
        {308, "Permanent Redirect"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {406, "Not Acceptable"},
        {408, "Request Timeout"},
        {409, "Conflict"},
        {410, "Gone"},
        {411, "Length Required"},
        {412, "Precondition Failed"},
        {413, "Content Too Large"},
        {414, "URI Too Long"},
        {415, "Unsupported Media Type"},
        {417, "Expectation Failed"},
        {422, "Unprocessable Content"},
        {425, "Too Early"},
        {428, "Precondition Required"},
        {429, "Too Many Requests"},
        {431, "Request Header Fields Too Large"},
        {500, "Internal Server Error"},
        {501, "Not Implemented"},
        {502, "Bad Gateway"},
        {503, "Service Unavailable"},
        {504, "Gateway Timeout"},
        {505, "HTTP Version Not Supported"},
    }};
    for (const auto& [code, phrase] : phrases) {
        if (code == status) return phrase;
    }
    return "Unknown";
}

std::string json_quote(std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    const bool valid = encoding::is_utf8(text);
    std::string out = "\"";
    for (const char c : text) {
        const auto octet = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out.push_back('\\');
            out.push_back(c);
        } else if (octet < 0x20) {
            out += "\\u00";
            out.push_back(digits[octet >> 4]);
            out.push_back(digits[octet & 15]);
        } else if (octet >= 0x80 && !valid) {
            out += "\\ufffd";
        } else {
            out.push_back(c);
        }
    }
    out.push_back('"');
    return out;
}

HttpResponse error_response(int status, std::string_view detail) {
    return HttpResponse::json(status, "{\"status\":" + std::to_string(status) +
                                          ",\"error\":" + json_quote(reason_phrase(status)) +
                                          ",\"detail\":" + json_quote(detail) + "}");
}

}  // namespace stadtbuch::net
