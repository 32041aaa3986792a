// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <thread>

#include "node/net/unix_socket.hpp"
#include "tests/unit/net/loop_helper.hpp"

using namespace stadtbuch;
using namespace stadtbuch::net;

namespace {

/// An admin socket that answers on a thread of its own.
struct Admin {
    std::filesystem::path folder;
    std::string path;
    EventLoop loop;
    std::unique_ptr<UnixServer> server;
    std::thread thread;
    std::vector<UnixServer::Reply> kept;

    explicit Admin(UnixServerOptions options = {}) {
        std::string name = (std::filesystem::temp_directory_path() / "net-unix-XXXXXX").string();
        REQUIRE(mkdtemp(name.data()) != nullptr);
        folder = name;
        path = (folder / "admin.sock").string();
        options.path = path;
        auto opened =
            UnixServer::open(loop, options, [this](std::string line, UnixServer::Reply reply) {
                if (line.starts_with("nev")) {
                    kept.push_back(std::move(reply));
                } else if (line.starts_with("lat")) {
                    loop.after(20, [reply] { reply("{\"late\":\ntrue}"); });
                } else {
                    reply("{\"echo\":" + line + "}");
                }
            });
        REQUIRE(opened);
        server = std::move(opened).value();
        thread = std::thread([this] { loop.run(); });
    }

    ~Admin() {
        stop();
        std::error_code ignored;
        std::filesystem::remove_all(folder, ignored);
    }

    void stop() {
        if (!thread.joinable()) return;
        loop.stop();
        thread.join();
        server.reset();
    }

    Admin(const Admin&) = delete;
    Admin& operator=(const Admin&) = delete;
};

int raw_connect(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    REQUIRE(connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    return fd;
}

std::string read_all(int fd) {
    std::string all;
    std::array<char, 1024> chunk{};
    for (;;) {
        const ssize_t got = recv(fd, chunk.data(), chunk.size(), 0);
        if (got <= 0) return all;
        all.append(chunk.data(), static_cast<std::size_t>(got));
    }
}

/// The answer, or the id of the error.
std::string ask(const std::string& path, const std::string& line, int timeout_ms = 10000,
                std::size_t answer_bytes_max = 1 << 20) {
    const auto answer = unix_request(path, line, timeout_ms, answer_bytes_max);
    return answer ? answer.value() : answer.error().id;
}

}  // namespace

TEST_CASE("lines go in and out of the admin socket", "[net][unix]") {
    Admin admin;
    CHECK(ask(admin.path, "{\"a\":1}") == "{\"echo\":{\"a\":1}}");
    CHECK(ask(admin.path, "later") == "{\"late\": true}");
    const std::string large(500000, '7');
    CHECK(ask(admin.path, large) == "{\"echo\":" + large + "}");

    struct stat status {};

    REQUIRE(stat(admin.path.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
    admin.stop();
    CHECK_FALSE(std::filesystem::exists(admin.path));
    CHECK(ask(admin.path, "x") == "SB-3121");
}

TEST_CASE("several lines at once are answered in order", "[net][unix]") {
    const Admin admin;
    const int fd = raw_connect(admin.path);
    const std::string lines = "1\nlater\n3\r\n";
    REQUIRE(send(fd, lines.data(), lines.size(), 0) == static_cast<ssize_t>(lines.size()));
    shutdown(fd, SHUT_WR);
    CHECK(read_all(fd) == "{\"echo\":1}\n{\"late\": true}\n{\"echo\":3}\n");
    close(fd);
}

TEST_CASE("limits of the admin socket", "[net][unix]") {
    const Admin admin({.path = "", .line_bytes_max = 1000, .connections_max = 4});
    const int fd = raw_connect(admin.path);
    const std::string endless(20000, 'x');
    send(fd, endless.data(), endless.size(), MSG_NOSIGNAL);
    CHECK(read_all(fd).empty());
    close(fd);
    CHECK(ask(admin.path, "never", 100) == "SB-3122");
    CHECK(ask(admin.path, "12345", 5000, 4) == "SB-3123");
    CHECK(ask(admin.path, "5") == "{\"echo\":5}");
}

TEST_CASE("a stale socket file is replaced, a served one and other files are not", "[net][unix]") {
    Admin admin;
    EventLoop loop;
    const auto open_at = [&](const std::string& path) {
        auto opened = UnixServer::open(loop, {.path = path}, [](std::string, UnixServer::Reply) {});
        return opened ? std::string("open") : opened.error().id;
    };
    CHECK(open_at(admin.path) == "SB-3101");
    CHECK(ask(admin.path, "1") == "{\"echo\":1}");

    const std::string stale = (admin.folder / "stale.sock").string();
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, stale.data(), stale.size());
    const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    REQUIRE(bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    close(fd);
    CHECK(open_at(stale) == "open");

    const std::string file = (admin.folder / "file").string();
    std::ofstream(file) << "precious";
    CHECK(open_at(file) == "SB-3104");
    CHECK(std::filesystem::file_size(file) == 8);
    CHECK(open_at((admin.folder / "no" / "such" / "folder").string()) == "SB-3104");
    CHECK(open_at(std::string(200, 'a')) == "SB-3104");
}
