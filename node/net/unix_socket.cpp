// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "node/net/unix_socket.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>
#include <cstring>
#include <deque>
#include <set>
#include <system_error>

#include "node/net/event_loop_impl.hpp"

namespace stadtbuch::net {
namespace {

using boost::asio::local::stream_protocol;
using boost::system::error_code;

constexpr std::size_t read_bytes = 4096;
constexpr auto accept_pause_time = std::chrono::milliseconds(100);

Error path_error(int code, const std::string& path) {
    if (code == EACCES || code == EPERM) {
        return {"SB-3103", "no permission for the admin socket", path,
                "Run as the user who owns the service, or as root."};
    }
    return {"SB-3104", "the admin socket cannot be made: " + std::generic_category().message(code),
            path, "Does the folder exist, and is the path shorter than 108 octets?"};
}

std::optional<sockaddr_un> unix_address(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.empty() || path.size() >= sizeof address.sun_path) return std::nullopt;
    std::memcpy(address.sun_path, path.data(), path.size());
    return address;
}

/// 0, or the errno of connecting. The descriptor is set when connected.
int connect_to(const sockaddr_un& address, int& fd) {
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return errno;
    const auto* any = reinterpret_cast<const sockaddr*>(&address);
    if (connect(fd, any, sizeof address) == 0) return 0;
    const int code = errno;
    close(fd);
    fd = -1;
    return code;
}

bool is_own_peer(int fd) {
    ucred peer{};
    socklen_t size = sizeof peer;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return false;
    return peer.uid == geteuid() || peer.uid == 0;
}

}  // namespace

struct UnixServer::Impl : std::enable_shared_from_this<UnixServer::Impl> {
    struct Session;

    Impl(EventLoop& own_loop, UnixServerOptions own_options, OnRequest own_on_request)
        : io(io_of(own_loop)),
          options(std::move(own_options)),
          on_request(std::move(own_on_request)),
          acceptor(io),
          pause(io) {}

    boost::asio::io_context& io;
    UnixServerOptions options;
    OnRequest on_request;
    stream_protocol::acceptor acceptor;
    boost::asio::steady_timer pause;
    std::set<std::shared_ptr<Session>> sessions;
    bool closed = false;

    void accept_next();
};

/// One connection: reads a line, hands it on, writes the answer, reads the next.
struct UnixServer::Impl::Session : std::enable_shared_from_this<Session> {
    Session(std::shared_ptr<Impl> own_server, stream_protocol::socket own_socket)
        : server(std::move(own_server)),
          socket(std::move(own_socket)),
          idle(server->io),
          chunk(read_bytes) {}

    std::shared_ptr<Impl> server;
    stream_protocol::socket socket;
    boost::asio::steady_timer idle;
    std::vector<char> chunk;
    std::string received;
    /// Where the search for the line's end goes on.
    std::size_t searched = 0;
    std::string answer;
    bool busy = false;

    void next_line();
    void start_timer();
    void read_more();
    void handle(std::string line);
    void send(std::string line);
    void end();
};

void UnixServer::Impl::Session::next_line() {
    const std::size_t found = received.find('\n', searched);
    if (found != std::string::npos) {
        std::string line = received.substr(0, found);
        received.erase(0, found + 1);
        searched = 0;
        return handle(std::move(line));
    }
    searched = received.size();
    if (received.size() > server->options.line_bytes_max) return end();
    read_more();
}

void UnixServer::Impl::Session::start_timer() {
    idle.expires_after(std::chrono::milliseconds(server->options.idle_ms));
    idle.async_wait([self = shared_from_this()](const error_code& cancelled) {
        if (!cancelled) self->end();
    });
}

void UnixServer::Impl::Session::read_more() {
    start_timer();
    socket.async_read_some(boost::asio::buffer(chunk),
                           [self = shared_from_this()](const error_code& failed, std::size_t got) {
                               self->idle.cancel();
                               if (failed) return self->end();
                               self->received.append(self->chunk.data(), got);
                               self->next_line();
                           });
}

void UnixServer::Impl::Session::handle(std::string line) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    busy = true;
    start_timer();
    // Through the loop, because the answer may come from any thread and after this session ended.
    server->on_request(std::move(line),
                       [&io = server->io, weak = weak_from_this()](std::string out) {
                           boost::asio::post(io, [weak, carried = std::move(out)]() mutable {
                               const auto self = weak.lock();
                               if (self && self->busy) self->send(std::move(carried));
                           });
                       });
}

void UnixServer::Impl::Session::send(std::string line) {
    busy = false;
    idle.cancel();
    answer = std::move(line);
    std::replace(answer.begin(), answer.end(), '\n', ' ');
    answer.push_back('\n');
    boost::asio::async_write(socket, boost::asio::buffer(answer),
                             [self = shared_from_this()](const error_code& failed, std::size_t) {
                                 if (failed) return self->end();
                                 self->next_line();
                             });
}

void UnixServer::Impl::Session::end() {
    error_code ignored;
    idle.cancel();
    socket.close(ignored);
    busy = false;
    server->sessions.erase(shared_from_this());
}

void UnixServer::Impl::accept_next() {
    acceptor.async_accept(
        [self = shared_from_this()](const error_code& failed, stream_protocol::socket socket) {
            if (self->closed || failed == boost::asio::error::operation_aborted) return;
            const bool welcome = !failed && self->sessions.size() < self->options.connections_max &&
                                 is_own_peer(socket.native_handle());
            if (welcome) {
                auto session = std::make_shared<Session>(self, std::move(socket));
                self->sessions.insert(session);
                session->next_line();
            }
            if (!failed) return self->accept_next();
            // Too many open files: accepting at once would fail again.
            self->pause.expires_after(accept_pause_time);
            self->pause.async_wait([self](const error_code& cancelled) {
                if (!cancelled && !self->closed) self->accept_next();
            });
        });
}

UnixServer::UnixServer(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}

UnixServer::~UnixServer() {
    impl_->closed = true;
    error_code ignored;
    impl_->acceptor.close(ignored);
    impl_->pause.cancel();
    unlink(impl_->options.path.c_str());
    const std::vector<std::shared_ptr<Impl::Session>> all(impl_->sessions.begin(),
                                                          impl_->sessions.end());
    for (const auto& session : all) session->end();
}

Result<std::unique_ptr<UnixServer>, Error> UnixServer::open(EventLoop& loop,
                                                            UnixServerOptions options,
                                                            OnRequest on_request) {
    const std::string path = options.path;
    const std::optional<sockaddr_un> address = unix_address(path);
    if (!address) return Failure{path_error(ENAMETOOLONG, path)};
    int probe = -1;
    const int found = connect_to(*address, probe);
    if (found == 0) {
        close(probe);
        return Failure{Error{"SB-3101", "another process serves this admin socket", path,
                             "Stop the other process or choose another path."}};
    }

    struct stat status {};

    // Only what is a socket and answers nobody may go.
    if (found == ECONNREFUSED && lstat(path.c_str(), &status) == 0 && S_ISSOCK(status.st_mode)) {
        unlink(path.c_str());
    }
    auto impl = std::make_shared<Impl>(loop, std::move(options), std::move(on_request));
    error_code failed;
    impl->acceptor.open(stream_protocol(), failed);
    // The file must never be open to others, not even between making it and chmod.
    const mode_t before = umask(0177);
    if (!failed) impl->acceptor.bind(stream_protocol::endpoint(path), failed);
    umask(before);
    if (!failed) impl->acceptor.listen(64, failed);
    if (failed) return Failure{path_error(failed.value(), path)};
    impl->accept_next();
    return std::unique_ptr<UnixServer>(new UnixServer(std::move(impl)));
}

namespace {

/// Waits for the descriptor; false at the deadline.
bool wait_for(int fd, short events, std::int64_t deadline_ms) {
    for (;;) {
        const std::int64_t left = deadline_ms - monotonic_ms();
        if (left <= 0) return false;
        pollfd one{fd, events, 0};
        const int ready = poll(&one, 1, static_cast<int>(left));
        if (ready > 0) return true;
        if (ready < 0 && errno != EINTR) return false;
    }
}

Result<std::string, Error> exchange_line(int fd, const std::string& path, const std::string& line,
                                         std::int64_t deadline_ms, std::size_t answer_bytes_max) {
    const Error late{"SB-3122", "no answer in time", path, "Is the service busy or stopped?"};
    const Error broken{"SB-3123", "the connection ended without a whole answer", path, ""};
    const std::string out = line + "\n";
    for (std::size_t sent = 0; sent < out.size();) {
        if (!wait_for(fd, POLLOUT, deadline_ms)) return Failure{late};
        const ssize_t count =
            send(fd, out.data() + sent, out.size() - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count < 0 && errno != EAGAIN && errno != EINTR) return Failure{broken};
        if (count > 0) sent += static_cast<std::size_t>(count);
    }
    std::string answer;
    std::array<char, read_bytes> chunk{};
    for (;;) {
        if (!wait_for(fd, POLLIN, deadline_ms)) return Failure{late};
        const ssize_t count = recv(fd, chunk.data(), chunk.size(), MSG_DONTWAIT);
        if (count < 0 && (errno == EAGAIN || errno == EINTR)) continue;
        if (count <= 0) return Failure{broken};
        const std::string_view part(chunk.data(), static_cast<std::size_t>(count));
        const std::size_t found = part.find('\n');
        answer.append(part.substr(0, found));
        if (answer.size() > answer_bytes_max) return Failure{broken};
        if (found != std::string_view::npos) return answer;
    }
}

}  // namespace

Result<std::string, Error> unix_request(const std::string& path, const std::string& line,
                                        int timeout_ms, std::size_t answer_bytes_max) {
    const std::optional<sockaddr_un> address = unix_address(path);
    if (!address) return Failure{path_error(ENAMETOOLONG, path)};
    int fd = -1;
    const int code = connect_to(*address, fd);
    if (code == EACCES || code == EPERM) return Failure{path_error(code, path)};
    if (code != 0) {
        return Failure{Error{"SB-3121", "nobody serves this admin socket", path,
                             "Is the service running, and is this its data directory?"}};
    }
    Result<std::string, Error> answer =
        exchange_line(fd, path, line, monotonic_ms() + timeout_ms, answer_bytes_max);
    close(fd);
    return answer;
}

}  // namespace stadtbuch::net
