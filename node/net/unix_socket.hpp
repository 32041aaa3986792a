// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The admin socket: lines of JSON over a Unix domain socket that only its owner (and root) may use.
//
// One request is one line, one answer is one line; answers come in the order of the requests. The
// room does not look into the JSON. Threads: the server on its loop; unix_request() blocks and may
// be called anywhere.
#pragma once
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "node/net/event_loop.hpp"
#include "storage/base/error.hpp"
#include "storage/base/result.hpp"

namespace stadtbuch::net {

struct UnixServerOptions {
    /// At most 107 octets. A stale socket file is replaced; one that answers is not.
    std::string path{};
    std::size_t line_bytes_max = std::size_t{1} << 20;
    std::size_t connections_max = 32;
    /// Connection without a request, or request without an answer.
    int idle_ms = 300000;
};

class UnixServer {
  public:
    /// Call once, from any thread; without line breaks.
    using Reply = std::function<void(std::string line)>;
    /// On the loop's thread.
    using OnRequest = std::function<void(std::string line, Reply reply)>;

    /// Errors: SB-3101 another process serves this path, SB-3103 no permission, SB-3104 path too
    /// long or folder missing.
    [[nodiscard]] static Result<std::unique_ptr<UnixServer>, Error> open(EventLoop& loop,
                                                                         UnixServerOptions options,
                                                                         OnRequest on_request);
    /// Closes all connections and removes the socket file.
    ~UnixServer();
    UnixServer(const UnixServer&) = delete;
    UnixServer& operator=(const UnixServer&) = delete;

  private:
    struct Impl;
    explicit UnixServer(std::shared_ptr<Impl> impl);
    std::shared_ptr<Impl> impl_;
};

/// Sends one line and waits for one. Errors: SB-3121 nobody serves this path, SB-3103 no
/// permission, SB-3122 timeout, SB-3123 closed without an answer or answer too long.
[[nodiscard]] Result<std::string, Error> unix_request(const std::string& path,
                                                      const std::string& line,
                                                      int timeout_ms = 10000,
                                                      std::size_t answer_bytes_max = std::size_t{16}
                                                                                     << 20);

}  // namespace stadtbuch::net
