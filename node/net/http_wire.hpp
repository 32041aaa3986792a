// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// One outgoing HTTP connection with deadlines; inside of the HTTP client only.
#pragma once
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <memory>
#include <optional>

#include "node/net/http_client.hpp"

namespace stadtbuch::net {

/// Fills an HttpFetched.
class ResponseParser final : public boost::beast::http::basic_parser<false> {
  public:
    HttpFetched response;

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

/// Blocking calls that end at `deadline_ms` of the monotonic clock; after a failure the connection
/// is useless.
class HttpWire {
  public:
    HttpWire() : socket_(io_) {}

    [[nodiscard]] Result<void, Error> connect(const Url& url, const HttpClientOptions& options,
                                              boost::asio::ssl::context& tls,
                                              std::int64_t deadline_ms);
    [[nodiscard]] Result<void, Error> write(std::string_view head, std::string_view body,
                                            std::int64_t deadline_ms);
    /// 0 at the end of the stream.
    [[nodiscard]] Result<std::size_t, Error> read(char* into, std::size_t size,
                                                  std::int64_t deadline_ms);
    /// False when the other side has closed or sent something unasked.
    [[nodiscard]] bool is_fresh();

  private:
    using Socket = boost::asio::ip::tcp::socket;

    [[nodiscard]] Result<void, Error> reach(const IpAddress& address, std::uint16_t port,
                                            std::int64_t deadline_ms);
    [[nodiscard]] Result<void, Error> shake_hands(const Url& url, boost::asio::ssl::context& tls,
                                                  std::int64_t deadline_ms);
    /// False if the deadline came first; then the socket is closed and nothing is pending.
    [[nodiscard]] bool run_until(std::int64_t deadline_ms, const bool& done);

    boost::asio::io_context io_{1};
    Socket socket_;
    std::optional<boost::asio::ssl::stream<Socket&>> tls_;
    std::string where_;
};

}  // namespace stadtbuch::net
