// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "node/net/http_wire.hpp"

#include <netdb.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <boost/asio/write.hpp>
#include <boost/beast/http/error.hpp>
#include <chrono>

#include "node/net/event_loop.hpp"
#include "node/net/tls_context.hpp"

namespace stadtbuch::net {
namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;

constexpr std::size_t addresses_max = 8;
constexpr std::size_t headers_max = 256;

Error timeout_error(const std::string& where) {
    return {"SB-3136", "no answer in time", where, "Is the service running and reachable?"};
}

Result<std::vector<IpAddress>, Error> resolve(const std::string& host) {
    if (const auto literal = IpAddress::parse(host)) return std::vector<IpAddress>{*literal};
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

}  // namespace

void ResponseParser::on_request_impl(Verb /*verb*/, View /*method*/, View /*target*/,
                                     int /*version*/, ErrorCode& ec) {
    ec = boost::beast::http::error::bad_status;
}

void ResponseParser::on_response_impl(int code, View /*reason*/, int /*version*/, ErrorCode& ec) {
    ec = {};
    response.status = code;
}

void ResponseParser::on_field_impl(Field /*name*/, View name_text, View value, ErrorCode& ec) {
    ec = {};
    if (response.headers.size() == headers_max) {
        ec = boost::beast::http::error::header_limit;
        return;
    }
    response.headers.emplace_back(std::string(name_text.data(), name_text.size()),
                                  std::string(value.data(), value.size()));
}

void ResponseParser::on_header_impl(ErrorCode& ec) {
    ec = {};
}

void ResponseParser::on_body_init_impl(const boost::optional<std::uint64_t>& /*length*/,
                                       ErrorCode& ec) {
    ec = {};
}

std::size_t ResponseParser::on_body_impl(View body, ErrorCode& ec) {
    ec = {};
    response.body.append(body.data(), body.size());
    return body.size();
}

void ResponseParser::on_chunk_header_impl(std::uint64_t /*size*/, View /*extensions*/,
                                          ErrorCode& ec) {
    ec = {};
}

std::size_t ResponseParser::on_chunk_body_impl(std::uint64_t /*remain*/, View body, ErrorCode& ec) {
    ec = {};
    response.body.append(body.data(), body.size());
    return body.size();
}

void ResponseParser::on_finish_impl(ErrorCode& ec) {
    ec = {};
}

bool HttpWire::run_until(std::int64_t deadline_ms, const bool& done) {
    io_.restart();
    while (!done) {
        const std::int64_t left = deadline_ms - monotonic_ms();
        if (left <= 0 || io_.run_one_for(std::chrono::milliseconds(left)) == 0) break;
    }
    if (done) return true;
    error_code ignored;
    socket_.close(ignored);
    io_.restart();
    // Closing cancels what was pending; its callbacks must run before their variables go.
    while (!done && io_.run_one() > 0) {
    }
    return false;
}

Result<void, Error> HttpWire::reach(const IpAddress& address, std::uint16_t port,
                                    std::int64_t deadline_ms) {
    const auto numeric = boost::asio::ip::make_address(address.text());
    error_code result;
    bool done = false;
    socket_ = Socket(io_);
    socket_.async_connect(tcp::endpoint(numeric, port), [&](const error_code& failed) {
        result = failed;
        done = true;
    });
    if (!run_until(deadline_ms, done)) return Failure{timeout_error(where_)};
    if (result) {
        return Failure{Error{"SB-3133", "no connection: " + result.message(), where_,
                             "Is the service running and the port right?"}};
    }
    socket_.set_option(tcp::no_delay(true), result);
    return {};
}

Result<void, Error> HttpWire::shake_hands(const Url& url, boost::asio::ssl::context& tls,
                                          std::int64_t deadline_ms) {
    tls_.emplace(socket_, tls);
    SSL* ssl = tls_->native_handle();
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
        return Failure{Error{"SB-3135", "the host name does not suit TLS", where_, ""}};
    }
    error_code result;
    bool done = false;
    tls_->async_handshake(boost::asio::ssl::stream_base::client, [&](const error_code& failed) {
        result = failed;
        done = true;
    });
    if (!run_until(deadline_ms, done)) return Failure{timeout_error(where_)};
    if (!result) return {};
    const long verdict = SSL_get_verify_result(ssl);
    const std::string reason =
        verdict == X509_V_OK ? result.message() : X509_verify_cert_error_string(verdict);
    return Failure{Error{"SB-3135", "no trusted TLS connection: " + reason, where_,
                         "Check the host name, the certificate and the trusted authorities."}};
}

Result<void, Error> HttpWire::connect(const Url& url, const HttpClientOptions& options,
                                      boost::asio::ssl::context& tls, std::int64_t deadline_ms) {
    where_ = url.origin();
    Result<std::vector<IpAddress>, Error> addresses = resolve(url.host);
    if (!addresses) return Failure{addresses.error()};
    Error last{"SB-3132", "the host name has no address", where_, ""};
    const std::int64_t connect_end = std::min(deadline_ms, monotonic_ms() + options.connect_ms);
    for (const IpAddress& address : *addresses) {
        if (options.allow_address && !options.allow_address(address)) {
            last = {"SB-3134", "this address may not be contacted: " + address.text(), where_,
                    "Use a public address, or allow private ones in the configuration."};
            continue;
        }
        Result<void, Error> reached = reach(address, url.port, connect_end);
        if (!reached) {
            last = reached.error();
            continue;
        }
        if (url.scheme != "https") return {};
        return shake_hands(url, tls, deadline_ms);
    }
    return Failure{last};
}

Result<void, Error> HttpWire::write(std::string_view head, std::string_view body,
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
    if (tls_) {
        boost::asio::async_write(*tls_, buffer, finish);
    } else {
        boost::asio::async_write(socket_, buffer, finish);
    }
    if (!run_until(deadline_ms, done)) return Failure{timeout_error(where_)};
    if (result) {
        return Failure{Error{"SB-3133", "connection lost: " + result.message(), where_, ""}};
    }
    return {};
}

Result<std::size_t, Error> HttpWire::read(char* into, std::size_t size, std::int64_t deadline_ms) {
    error_code result;
    std::size_t got = 0;
    bool done = false;
    const auto finish = [&](const error_code& failed, std::size_t count) {
        result = failed;
        got = count;
        done = true;
    };
    const auto buffer = boost::asio::buffer(into, size);
    if (tls_) {
        tls_->async_read_some(buffer, finish);
    } else {
        socket_.async_read_some(buffer, finish);
    }
    if (!run_until(deadline_ms, done)) return Failure{timeout_error(where_)};
    if (result == boost::asio::error::eof) return std::size_t{0};
    if (result == boost::asio::ssl::error::stream_truncated) return std::size_t{0};
    if (result) {
        return Failure{Error{"SB-3133", "connection lost: " + result.message(), where_, ""}};
    }
    return got;
}

bool HttpWire::is_fresh() {
    if (!socket_.is_open()) return false;
    error_code failed;
    std::array<char, 1> octet{};
    socket_.non_blocking(true, failed);
    socket_.receive(boost::asio::buffer(octet), tcp::socket::message_peek, failed);
    // TLS 1.3 session tickets may wait there; those are no reason to give the connection up.
    return failed == boost::asio::error::would_block || (!failed && tls_.has_value());
}

}  // namespace stadtbuch::net
