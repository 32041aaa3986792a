// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Reading HTTP/1.1 requests out of octets as they arrive; inside of the HTTP server only. It names
// Beast.
#pragma once
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>

#include "node/net/http.hpp"

namespace stadtbuch::net {

/// Fills an HttpRequest without Beast's own message types: each header is copied once.
class RequestParser final : public boost::beast::http::basic_parser<true> {
  public:
    static constexpr std::size_t headers_max = 128;

    HttpRequest request;
    unsigned version = 11;

  private:
    using ErrorCode = boost::beast::error_code;
    using View = boost::beast::string_view;
    using Verb = boost::beast::http::verb;
    using Field = boost::beast::http::field;

    void on_request_impl(Verb verb, View method, View target, int version, ErrorCode& ec) override;
    void on_response_impl(int code, View reason, int version, ErrorCode& ec) override;
    void on_field_impl(Field name, View name_text, View value, ErrorCode& ec) override;
    void on_header_impl(ErrorCode& ec) override;
    void on_body_init_impl(const boost::optional<std::uint64_t>& length, ErrorCode& ec) override;
    std::size_t on_body_impl(View body, ErrorCode& ec) override;
    void on_chunk_header_impl(std::uint64_t size, View extensions, ErrorCode& ec) override;
    std::size_t on_chunk_body_impl(std::uint64_t remain, View body, ErrorCode& ec) override;
    void on_finish_impl(ErrorCode& ec) override;
};

}  // namespace stadtbuch::net
