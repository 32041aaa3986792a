// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "node/net/http_wire.hpp"

#include <netdb.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <chrono>

#include "node/net/event_loop.hpp"
#include "node/net/http_parser.hpp"
#include "node/net/localhost.hpp"
#include "node/net/tls_context.hpp"

namespace stadtbuch::net {
namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;
namespace http = boost::beast::http;
using View = boost::beast::string_view;

constexpr std::size_t addresses_max = 8;
constexpr std::size_t headers_max = 256;
constexpr std::size_t read_bytes = 16 * 1024;

Error timeout_error(const std::string& where) {
    return {"SB-3136", "no answer in time", where, "Is the service running and reachable?"};
}

Result<std::vector<IpAddress>, Error> resolve(const std::string& host) {
    if (const auto literal = IpAddress::parse(host)) return std::vector<IpAddress>{*literal};
    if (is_this_machine(host)) {
        return std::vector<IpAddress>{*IpAddress::parse(loopback_address),
                                      *IpAddress::parse("::1")};
    }
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const int code = getaddrinfo(host.c_str(), nullptr, &hints, &found);
    if (code != 0) {
        return Failure{Error{"SB-3132", "host name unknown: " + std::string(gai_strerror(code)),
                             host, "Check the spelling and the name service."}};
    }
    std::vector<IpAddress> addresses;
    for (const addrinfo* at = found; at != nullptr && addresses.size() < addresses_max;
         at = at->ai_next) {
        std::array<char, NI_MAXHOST> text{};
        if (getnameinfo(at->ai_addr, at->ai_addrlen, text.data(), text.size(), nullptr, 0,
                        NI_NUMERICHOST) != 0) {
            continue;
        }
        const std::string_view plain(text.data());
        if (const auto address = IpAddress::parse(plain.substr(0, plain.find('%')))) {
            addresses.push_back(*address);
        }
    }
    freeaddrinfo(found);
    return addresses;
}

/// The macro SSL_set_tlsext_host_name without its cast.
bool set_server_name(SSL* ssl, const std::string& host) {
    std::string copy = host;
    return SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, copy.data()) == 1;
}

/// Fills an HttpFetched.
class ResponseReader final : public http::basic_parser<false> {
  public:
    HttpFetched response;

  private:
    void on_request_impl(http::verb /*verb*/, View /*method*/, View /*target*/, int /*version*/,
                         error_code& ec) override {
        ec = http::error::bad_status;
    }

    void on_response_impl(int code, View /*reason*/, int /*version*/, error_code& ec) override {
        ec = {};
        response.status = code;
    }

    void on_field_impl(http::field /*name*/, View name_text, View value, error_code& ec) override {
        ec = {};
        if (response.headers.size() == headers_max) {
            ec = http::error::header_limit;
            return;
        }
        response.headers.emplace_back(std::string(name_text.data(), name_text.size()),
                                      std::string(value.data(), value.size()));
    }

    void on_header_impl(error_code& ec) override { ec = {}; }

    void on_body_init_impl(const boost::optional<std::uint64_t>& /*length*/,
                           error_code& ec) override {
        ec = {};
    }

    std::size_t on_body_impl(View body, error_code& ec) override {
        ec = {};
        response.body.append(body.data(), body.size());
        return body.size();
    }

    void on_chunk_header_impl(std::uint64_t /*size*/, View /*extensions*/,
                              error_code& ec) override {
        ec = {};
    }

    std::size_t on_chunk_body_impl(std::uint64_t /*remain*/, View body, error_code& ec) override {
        ec = {};
        response.body.append(body.data(), body.size());
        return body.size();
    }

    void on_finish_impl(error_code& ec) override { ec = {}; }
};

Error answer_error(const boost::system::error_code& failed, const std::string& where) {
    using boost::beast::http::error;
    if (failed == error::body_limit || failed == error::header_limit) {
        return {"SB-3137", "the answer is too long", where, ""};
    }
    return {"SB-3139", "the answer is not HTTP: " + failed.message(), where, ""};
}

}  // namespace

struct HttpWire::Impl {
    using Socket = tcp::socket;

    boost::asio::io_context io{1};
    Socket socket{io};
    std::optional<boost::asio::ssl::stream<Socket&>> tls;
    std::string where;

    [[nodiscard]] Result<void, Error> reach(const IpAddress& address, std::uint16_t port,
                                            std::int64_t deadline_ms);
    [[nodiscard]] Result<void, Error> shake_hands(const Url& url,
                                                  boost::asio::ssl::context& context,
                                                  std::int64_t deadline_ms);
    [[nodiscard]] Result<void, Error> write(std::string_view head, std::string_view body,
                                            std::int64_t deadline_ms);
    /// 0 at the end of the stream.
    [[nodiscard]] Result<std::size_t, Error> read(char* into, std::size_t size,
                                                  std::int64_t deadline_ms);
    /// False if the deadline came first; then the socket is closed and nothing is pending.
    [[nodiscard]] bool run_until(std::int64_t deadline_ms, const bool& done);
};

ClientTls::ClientTls(const HttpClientOptions& options)
    : context_(std::make_unique<boost::asio::ssl::context>(boost::asio::ssl::context::tls_client)) {
    SSL_CTX* native = context_->native_handle();
    SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
    ERR_clear_error();
    if (!options.client_certificate.empty() &&
        (SSL_CTX_use_certificate_chain_file(native, options.client_certificate.c_str()) != 1 ||
         SSL_CTX_use_PrivateKey_file(native, options.client_key.c_str(), SSL_FILETYPE_PEM) != 1 ||
         SSL_CTX_check_private_key(native) != 1)) {
        broken_ = Error{"SB-3135", "our certificate is not usable: " + take_openssl_error(),
                        options.client_certificate, "Give PEM files: the chain and its key."};
    }
    if (options.ca_file.empty() && options.ca_pem.empty()) {
        SSL_CTX_set_default_verify_paths(native);
        return;
    }
    if (!options.ca_file.empty() &&
        SSL_CTX_load_verify_locations(native, options.ca_file.c_str(), nullptr) != 1) {
        broken_ = Error{"SB-3135", "authorities not readable: " + take_openssl_error(),
                        options.ca_file, "Give a PEM file with trusted certificates."};
    }
    if (!options.ca_pem.empty()) {
        error_code failed;
        context_->add_certificate_authority(
            boost::asio::buffer(options.ca_pem.data(), options.ca_pem.size()), failed);
        if (failed) {
            broken_ = Error{"SB-3135", "authorities not readable: " + failed.message(), "ca_pem",
                            "Give trusted certificates as PEM text."};
        }
    }
}

ClientTls::~ClientTls() = default;

HttpWire::HttpWire() : impl_(std::make_unique<Impl>()) {}

HttpWire::~HttpWire() = default;

bool HttpWire::Impl::run_until(std::int64_t deadline_ms, const bool& done) {
    io.restart();
    while (!done) {
        const std::int64_t left = deadline_ms - monotonic_ms();
        if (left <= 0 || io.run_one_for(std::chrono::milliseconds(left)) == 0) break;
    }
    if (done) return true;
    error_code ignored;
    socket.close(ignored);
    io.restart();
    // Closing cancels what was pending; its callbacks must run before their variables go.
    while (!done && io.run_one() > 0) {
    }
    return false;
}

Result<void, Error> HttpWire::Impl::reach(const IpAddress& address, std::uint16_t port,
                                          std::int64_t deadline_ms) {
    const auto numeric = boost::asio::ip::make_address(address.text());
    error_code result;
    bool done = false;
    socket = Socket(io);
    socket.async_connect(tcp::endpoint(numeric, port), [&](const error_code& failed) {
        result = failed;
        done = true;
    });
    if (!run_until(deadline_ms, done)) return Failure{timeout_error(where)};
    if (result) {
        return Failure{Error{"SB-3133", "no connection: " + result.message(), where,
                             "Is the service running and the port right?"}};
    }
    socket.set_option(tcp::no_delay(true), result);
    return {};
}

Result<void, Error> HttpWire::Impl::shake_hands(const Url& url, boost::asio::ssl::context& context,
                                                std::int64_t deadline_ms) {
    tls.emplace(socket, context);
    SSL* ssl = tls->native_handle();
    SSL_set_verify(ssl, SSL_VERIFY_PEER, nullptr);
    X509_VERIFY_PARAM* wanted = SSL_get0_param(ssl);
    X509_VERIFY_PARAM_set_hostflags(wanted, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    bool prepared = false;
    if (IpAddress::parse(url.host)) {
        prepared = X509_VERIFY_PARAM_set1_ip_asc(wanted, url.host.c_str()) == 1;
    } else {
        prepared = X509_VERIFY_PARAM_set1_host(wanted, url.host.c_str(), url.host.size()) == 1 &&
                   set_server_name(ssl, url.host);
    }
    if (!prepared) {
        return Failure{Error{"SB-3135", "the host name does not suit TLS", where, ""}};
    }
    error_code result;
    bool done = false;
    tls->async_handshake(boost::asio::ssl::stream_base::client, [&](const error_code& failed) {
        result = failed;
        done = true;
    });
    if (!run_until(deadline_ms, done)) return Failure{timeout_error(where)};
    if (!result) return {};
    const long verdict = SSL_get_verify_result(ssl);
    const std::string reason =
        verdict == X509_V_OK ? result.message() : X509_verify_cert_error_string(verdict);
    return Failure{Error{"SB-3135", "no trusted TLS connection: " + reason, where,
                         "Check the host name, the certificate and the trusted authorities."}};
}

Result<void, Error> HttpWire::connect(const Url& url, const HttpClientOptions& options,
                                      ClientTls& tls, std::int64_t deadline_ms) {
    impl_->where = url.origin();
    const std::string& where = impl_->where;
    Result<std::vector<IpAddress>, Error> addresses = resolve(url.host);
    if (!addresses) return Failure{addresses.error()};
    Error last{"SB-3132", "the host name has no address", where, ""};
    const std::int64_t connect_end = std::min(deadline_ms, monotonic_ms() + options.connect_ms);
    const bool inner = std::find(options.inner_hosts.begin(), options.inner_hosts.end(),
                                 url.host) != options.inner_hosts.end();
    for (const IpAddress& address : *addresses) {
        if (!inner && options.allow_address && !options.allow_address(address)) {
            last = {"SB-3134", "this address may not be contacted: " + address.text(), where,
                    "Use a public address, or allow private ones in the configuration."};
            continue;
        }
        Result<void, Error> reached = impl_->reach(address, url.port, connect_end);
        if (!reached) {
            last = reached.error();
            continue;
        }
        if (url.scheme != "https") return {};
        return impl_->shake_hands(url, tls.context(), deadline_ms);
    }
    return Failure{last};
}

Result<void, Error> HttpWire::Impl::write(std::string_view head, std::string_view body,
                                          std::int64_t deadline_ms) {
    // One piece: TLS makes a record, and the network a packet, of each buffer.
    std::string whole(head);
    whole += body;
    error_code result;
    bool done = false;
    const auto finish = [&](const error_code& failed, std::size_t) {
        result = failed;
        done = true;
    };
    const auto buffer = boost::asio::buffer(whole.data(), whole.size());
    if (tls) {
        boost::asio::async_write(*tls, buffer, finish);
    } else {
        boost::asio::async_write(socket, buffer, finish);
    }
    if (!run_until(deadline_ms, done)) return Failure{timeout_error(where)};
    if (result) {
        return Failure{Error{"SB-3133", "connection lost: " + result.message(), where, ""}};
    }
    return {};
}

Result<std::size_t, Error> HttpWire::Impl::read(char* into, std::size_t size,
                                                std::int64_t deadline_ms) {
    error_code result;
    std::size_t got = 0;
    bool done = false;
    const auto finish = [&](const error_code& failed, std::size_t count) {
        result = failed;
        got = count;
        done = true;
    };
    const auto buffer = boost::asio::buffer(into, size);
    if (tls) {
        tls->async_read_some(buffer, finish);
    } else {
        socket.async_read_some(buffer, finish);
    }
    if (!run_until(deadline_ms, done)) return Failure{timeout_error(where)};
    if (result == boost::asio::error::eof) return std::size_t{0};
    if (result == boost::asio::ssl::error::stream_truncated) return std::size_t{0};
    if (result) {
        return Failure{Error{"SB-3133", "connection lost: " + result.message(), where, ""}};
    }
    return got;
}

Result<HttpFetched, Error> HttpWire::exchange(const HttpFetch& request, const std::string& head,
                                              const HttpClientOptions& options,
                                              std::int64_t deadline_ms, bool& reusable) {
    Result<void, Error> written = impl_->write(head, request.body, deadline_ms);
    if (!written) return Failure{written.error()};
    std::vector<char> buffer(read_bytes);
    std::size_t begin = 0;
    std::size_t end = 0;
    std::optional<ResponseReader> parser;
    const auto restart = [&] {
        parser.emplace();
        parser->eager(true);
        parser->header_limit(static_cast<std::uint32_t>(options.header_bytes_max));
        parser->body_limit(options.body_bytes_max);
        parser->skip(request.method == "HEAD");
    };
    restart();
    while (!parser->is_done()) {
        boost::system::error_code failed;
        const bool too_short =
            parser->is_header_done() && parser->chunked() && end - begin < chunked_end_bytes;
        if (begin < end && !too_short) {
            begin +=
                parser->put(boost::asio::const_buffer(buffer.data() + begin, end - begin), failed);
            if (failed && failed != boost::beast::http::error::need_more) {
                return Failure{answer_error(failed, request.url)};
            }
            // Beast checks a declared length itself, but not when it goes on to the body at once.
            const auto length = parser->content_length();
            if (length && *length > options.body_bytes_max && request.method != "HEAD") {
                return Failure{answer_error(boost::beast::http::error::body_limit, request.url)};
            }
            if (parser->is_done() && parser->response.status / 100 == 1) restart();
            if (!failed) continue;
        }
        std::copy(buffer.begin() + static_cast<std::ptrdiff_t>(begin),
                  buffer.begin() + static_cast<std::ptrdiff_t>(end), buffer.begin());
        end -= begin;
        begin = 0;
        if (end == buffer.size()) buffer.resize(buffer.size() * 2);
        Result<std::size_t, Error> got =
            impl_->read(buffer.data() + end, buffer.size() - end, deadline_ms);
        if (!got) return Failure{got.error()};
        end += *got;
        if (*got > 0) continue;
        if (!parser->got_some()) {
            return Failure{
                Error{"SB-3133", "connection closed without an answer", request.url, ""}};
        }
        parser->put_eof(failed);
        if (failed) return Failure{answer_error(failed, request.url)};
    }
    reusable = options.keep_alive && parser->keep_alive() && begin == end;
    return std::move(parser->response);
}

bool HttpWire::is_fresh() {
    if (!impl_->socket.is_open()) return false;
    error_code failed;
    std::array<char, 1> octet{};
    impl_->socket.non_blocking(true, failed);
    impl_->socket.receive(boost::asio::buffer(octet), tcp::socket::message_peek, failed);
    // TLS 1.3 session tickets may wait there; those are no reason to give the connection up.
    return failed == boost::asio::error::would_block || (!failed && impl_->tls.has_value());
}

}  // namespace stadtbuch::net
