// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// HTTP requests and responses as values; what server and client share. No sockets here.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stadtbuch::net {

/// Names keep their spelling; order and repetitions are kept.
using HeaderList = std::vector<std::pair<std::string, std::string>>;
/// Decoded names and values in order; names may repeat.
using FormList = std::vector<std::pair<std::string, std::string>>;

/// First value of `name`, compared without case.
[[nodiscard]] std::optional<std::string_view> find_header(const HeaderList& headers,
                                                          std::string_view name);
/// First value of `name`, compared exactly.
[[nodiscard]] std::optional<std::string_view> find_field(const FormList& fields,
                                                         std::string_view name);

/// %XX decoded (RFC 3986 §2.1); nullopt for broken escapes and for NUL.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text,
                                                        bool plus_is_space = false);
/// Everything but unreserved characters escaped.
[[nodiscard]] std::string percent_encode(std::string_view text);
/// `a=1&b=2` with '+' for space, at most `fields_max` fields; nullopt if broken.
[[nodiscard]] std::optional<FormList> parse_form(std::string_view text,
                                                 std::size_t fields_max = 256);
[[nodiscard]] std::string build_form(const FormList& fields);

/// A complete request; the server has checked its syntax and sizes.
struct HttpRequest {
    std::string method;
    /// As on the wire: path and query, still encoded.
    std::string target;
    /// Decoded; begins with '/'. For matching use the path parameters, because a decoded '/' is
    /// ambiguous here.
    std::string path;
    FormList query;
    HeaderList headers;
    std::string body;
    /// The peer's address without port; with `behind_proxy` the last entry of X-Forwarded-For.
    /// Personal data.
    std::string peer_address;
    /// True over TLS, or if the proxy says so.
    bool secure = false;
    /// Values of {name} in the route's pattern, decoded.
    FormList parameters;
    /// Pattern of the matched route, such as "/ledger/{name}/{seqNo}".
    std::string route;

    [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const {
        return find_header(headers, name);
    }

    /// Empty if absent.
    [[nodiscard]] std::string_view parameter(std::string_view name) const;

    [[nodiscard]] std::optional<std::string_view> query_value(std::string_view name) const {
        return find_field(query, name);
    }

    [[nodiscard]] std::optional<std::string_view> cookie(std::string_view name) const;
    /// Fields of an application/x-www-form-urlencoded body; nullopt if it is another type or
    /// broken.
    [[nodiscard]] std::optional<FormList> form() const;
    /// Media type of the body in lower case without parameters; empty if absent.
    [[nodiscard]] std::string media_type() const;
};

/// Content-Length, Date, Connection and the server's default headers are added on the way out. A
/// header with a control character in it is left out.
struct HttpResponse {
    int status = 200;
    HeaderList headers;
    std::string body;
    /// Used instead of `body` if set: for bodies that many responses share.
    std::shared_ptr<const std::string> shared_body;
    /// Close the connection after this response.
    bool close = false;

    HttpResponse& set(std::string name, std::string value) {
        headers.emplace_back(std::move(name), std::move(value));
        return *this;
    }

    [[nodiscard]] static HttpResponse json(int status, std::string text);
    /// text/plain; charset=utf-8
    [[nodiscard]] static HttpResponse text(int status, std::string text);
    /// text/html; charset=utf-8
    [[nodiscard]] static HttpResponse html(int status, std::string text);
    [[nodiscard]] static HttpResponse of_type(int status, std::string media_type, std::string body);
    /// 303 and the like.
    [[nodiscard]] static HttpResponse redirect(std::string location, int status = 303);
    [[nodiscard]] static HttpResponse empty(int status);
};

/// "Not Found" for 404; "Unknown" otherwise.
[[nodiscard]] std::string_view reason_phrase(int status) noexcept;
/// {"status":404,"error":"Not Found","detail":"..."}
[[nodiscard]] HttpResponse error_response(int status, std::string_view detail);
/// Text as a JSON string with its quotes; invalid UTF-8 becomes U+FFFD.
[[nodiscard]] std::string json_quote(std::string_view text);

}  // namespace stadtbuch::net
