// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

#include "node/net/http_connection.hpp"
#include "storage/base/assert.hpp"

namespace stadtbuch::net {
namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;

/// Bodies up to this are copied behind their head, because each buffer would become a TLS record
/// and a packet of its own.
constexpr std::size_t join_bytes_max = 64 * 1024;

void close_socket(tcp::socket& socket) {
    error_code ignored;
    socket.shutdown(tcp::socket::shutdown_both, ignored);
    socket.close(ignored);
}

class PlainTransport final : public HttpTransport {
  public:
    explicit PlainTransport(tcp::socket socket) : socket_(std::move(socket)) {}

    void handshake(std::shared_ptr<HttpConnection> owner) override { owner->on_handshake(true); }

    void read(std::shared_ptr<HttpConnection> owner, char* into, std::size_t size) override {
        socket_.async_read_some(
            boost::asio::buffer(into, size),
            [owner = std::move(owner)](const error_code& failed, std::size_t got) {
                owner->on_read(!failed, got);
            });
    }

    void write(std::shared_ptr<HttpConnection> owner, std::string_view head,
               std::string_view body) override {
        const std::array<boost::asio::const_buffer, 2> both = {
            boost::asio::buffer(head.data(), head.size()),
            boost::asio::buffer(body.data(), body.size())};
        boost::asio::async_write(socket_, both,
                                 [owner = std::move(owner)](const error_code& failed, std::size_t) {
                                     owner->on_write(!failed);
                                 });
    }

    void end_sending(std::shared_ptr<HttpConnection> /*owner*/) override {
        error_code ignored;
        socket_.shutdown(tcp::socket::shutdown_send, ignored);
    }

    void close() override { close_socket(socket_); }

  private:
    tcp::socket socket_;
};

class TlsTransport final : public HttpTransport {
  public:
    TlsTransport(tcp::socket socket, std::shared_ptr<boost::asio::ssl::context> context)
        : context_(std::move(context)), stream_(std::move(socket), *context_) {}

    void handshake(std::shared_ptr<HttpConnection> owner) override {
        stream_.async_handshake(
            boost::asio::ssl::stream_base::server,
            [owner = std::move(owner)](const error_code& failed) { owner->on_handshake(!failed); });
    }

    void read(std::shared_ptr<HttpConnection> owner, char* into, std::size_t size) override {
        stream_.async_read_some(
            boost::asio::buffer(into, size),
            [owner = std::move(owner)](const error_code& failed, std::size_t got) {
                owner->on_read(!failed, got);
            });
    }

    void write(std::shared_ptr<HttpConnection> owner, std::string_view head,
               std::string_view body) override {
        if (body.size() > join_bytes_max) {
            const std::array<boost::asio::const_buffer, 2> both = {
                boost::asio::buffer(head.data(), head.size()),
                boost::asio::buffer(body.data(), body.size())};
            boost::asio::async_write(
                stream_, both, [owner = std::move(owner)](const error_code& failed, std::size_t) {
                    owner->on_write(!failed);
                });
            return;
        }
        joined_.assign(head);
        joined_.append(body);
        boost::asio::async_write(stream_, boost::asio::buffer(joined_.data(), joined_.size()),
                                 [owner = std::move(owner)](const error_code& failed, std::size_t) {
                                     owner->on_write(!failed);
                                 });
    }

    void end_sending(std::shared_ptr<HttpConnection> owner) override {
        // Sends close_notify and, if the peer answers it, completes; the deadline ends it
        // otherwise.
        stream_.async_shutdown([owner = std::move(owner)](const error_code&) { owner->close(); });
    }

    void close() override { close_socket(stream_.next_layer()); }

  private:
    std::shared_ptr<boost::asio::ssl::context> context_;
    boost::asio::ssl::stream<tcp::socket> stream_;
    std::string joined_;
};

}  // namespace

std::unique_ptr<HttpTransport> make_transport(boost::asio::io_context& io, int fd, bool is_v6,
                                              std::shared_ptr<boost::asio::ssl::context> context) {
    tcp::socket socket(io);
    error_code failed;
    socket.assign(is_v6 ? tcp::v6() : tcp::v4(), fd, failed);
    // A socket that was just accepted can always be watched.
    STADTBUCH_ASSERT(!failed);
    socket.set_option(tcp::no_delay(true), failed);
    if (!context) return std::make_unique<PlainTransport>(std::move(socket));
    return std::make_unique<TlsTransport>(std::move(socket), std::move(context));
}

}  // namespace stadtbuch::net
