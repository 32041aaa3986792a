// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/openid/http.hpp"

#include <algorithm>

#include "storage/encoding/json.hpp"

namespace stadtbuch::openid {

using encoding::Object;
using encoding::Value;

namespace {

constexpr std::size_t fields_max = 64;

bool is_unreserved(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::optional<std::string> decode(std::string_view text, bool plus_is_space) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+' && plus_is_space) {
            out.push_back(' ');
        } else if (text[i] != '%') {
            out.push_back(text[i]);
        } else {
            if (text.size() - i < 3) return std::nullopt;
            const int high = hex_digit(text[i + 1]);
            const int low = hex_digit(text[i + 2]);
            if (high < 0 || low < 0) return std::nullopt;
            out.push_back(static_cast<char>(high * 16 + low));
            i += 2;
        }
    }
    return out;
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

std::string_view HttpResponse::header(std::string_view name) const {
    for (const auto& [key, value] : headers) {
        if (key == name) return value;
    }
    return {};
}

HttpResponse json_response(int status, const Value& body, bool store) {
    HttpResponse response;
    response.status = status;
    response.content_type = "application/json";
    response.body = encoding::compact_json(body);
    if (!store) response.headers.emplace_back("Cache-Control", "no-store");
    return response;
}

HttpResponse error_response(int status, std::string_view error, std::string_view description) {
    // RFC 6749 §5.2: %x20-21 / %x23-5B / %x5D-7E.
    std::string ascii;
    for (const char c : description) {
        ascii.push_back(c >= 0x20 && c <= 0x7e && c != '"' && c != '\\' ? c : '?');
    }
    Object body{{"error", error}};
    if (!ascii.empty()) body.set("error_description", std::move(ascii));
    return json_response(status, body);
}

std::optional<Form> parse_form(std::string_view body) {
    Form form;
    std::size_t fields = 0;
    while (!body.empty()) {
        const std::string_view pair = body.substr(0, body.find('&'));
        body.remove_prefix(std::min(body.size(), pair.size() + 1));
        if (pair.empty()) continue;
        if (++fields > fields_max) return std::nullopt;
        const std::size_t equals = pair.find('=');
        auto name = decode(pair.substr(0, equals), true);
        auto value = decode(
            equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1), true);
        if (!name || !value || !form.emplace(*std::move(name), *std::move(value)).second)
            return std::nullopt;
    }
    return form;
}

std::string form_encode(const Form& form) {
    std::string body;
    for (const auto& [name, value] : form) {
        if (!body.empty()) body += '&';
        body += url_encode(name) + '=' + url_encode(value);
    }
    return body;
}

std::string url_encode(std::string_view text) {
    constexpr char digits[] = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        if (is_unreserved(c)) {
            out.push_back(c);
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        out.push_back('%');
        out.push_back(digits[byte >> 4]);
        out.push_back(digits[byte & 15]);
    }
    return out;
}

std::optional<std::string> url_decode(std::string_view text) {
    return decode(text, false);
}

std::string media_type(std::string_view content_type) {
    content_type = content_type.substr(0, content_type.find(';'));
    std::string type;
    for (const char c : content_type) {
        if (c != ' ' && c != '\t') type.push_back(lower(c));
    }
    return type;
}

}  // namespace stadtbuch::openid
