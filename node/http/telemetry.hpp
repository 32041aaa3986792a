// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The telemetry listener: /livez, /readyz, /startupz, /status and /metrics on loopback, and the
// admin socket.
#pragma once
#include <functional>
#include <memory>

#include "node/net/event_loop.hpp"
#include "node/net/http_server.hpp"
#include "node/net/unix_socket.hpp"
#include "node/node_facts.hpp"

namespace stadtbuch::node {

class Telemetry {
  public:
    using Facts = std::function<NodeFacts()>;

    /// Starts what the settings ask for, on `loop`. Errors: those of HttpServer::start_on and
    /// UnixServer::open.
    [[nodiscard]] static Result<std::unique_ptr<Telemetry>, Error> open(
        net::EventLoop& loop, const Settings& settings, Facts facts, std::function<void()> on_stop);

  private:
    void answer_admin(const std::string& line, const net::UnixServer::Reply& reply);

    Facts facts_;
    std::function<void()> on_stop_;
    std::unique_ptr<net::HttpServer> http_;
    std::unique_ptr<net::UnixServer> admin_;
};

}  // namespace stadtbuch::node
