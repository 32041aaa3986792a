// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "node/http/telemetry.hpp"

#include "node/log.hpp"
#include "storage/encoding/json.hpp"

namespace stadtbuch::node {

namespace {

/// A loop that did not turn for this long is stuck.
constexpr std::int64_t stuck_ms = 10'000;

net::HttpResponse check(bool good, const std::string& name) {
    return net::HttpResponse::text(good ? 200 : 503,
                                   std::string(good ? "[+] " : "[-] ") + name + "\n");
}

std::string admin_error(const std::string& what) {
    return encoding::compact_json(encoding::Object{{"error", what}});
}

}  // namespace

Result<std::unique_ptr<Telemetry>, Error> Telemetry::open(net::EventLoop& loop,
                                                          const Settings& settings, Facts facts,
                                                          std::function<void()> on_stop) {
    auto telemetry = std::make_unique<Telemetry>();
    Telemetry* self = telemetry.get();
    telemetry->facts_ = std::move(facts);
    telemetry->on_stop_ = std::move(on_stop);
    if (settings.telemetry.port != 0) {
        net::HttpServerOptions options;
        options.host = settings.telemetry.host;
        options.port = settings.telemetry.port;
        telemetry->http_ = std::make_unique<net::HttpServer>(std::move(options));
        net::HttpServer& http = *telemetry->http_;
        http.route("GET", "/livez", [self](const net::HttpRequest&) {
            return check(net::monotonic_ms() - self->facts_().driver.turned_at_ms < stuck_ms,
                         "consensus loop turns");
        });
        http.route("GET", "/readyz", [self](const net::HttpRequest&) {
            return check(is_ready(self->facts_()),
                         "participating, connected to a quorum, store sound");
        });
        http.route("GET", "/startupz",
                   [](const net::HttpRequest&) { return check(true, "store open"); });
        http.route("GET", "/status", [self](const net::HttpRequest&) {
            return net::HttpResponse::json(
                200, encoding::pretty_json(node_status(self->facts_()), 2, false));
        });
        http.route("GET", "/metrics", [self](const net::HttpRequest&) {
            return net::HttpResponse::of_type(200, "text/plain; version=0.0.4; charset=utf-8",
                                              metrics_text(self->facts_()));
        });
        const auto started = http.start_on(loop);
        if (!started) return Failure{started.error()};
    }
    if (!settings.admin_socket.empty()) {
        net::UnixServerOptions options;
        options.path = settings.admin_socket;
        auto admin = net::UnixServer::open(loop, options,
                                           [self](std::string line, net::UnixServer::Reply reply) {
                                               self->answer_admin(line, reply);
                                           });
        if (!admin) return Failure{admin.error()};
        telemetry->admin_ = *std::move(admin);
    }
    return telemetry;
}

void Telemetry::answer_admin(const std::string& line, const net::UnixServer::Reply& reply) {
    const auto request = encoding::parse_json(line);
    if (!request || !request->is_object())
        return reply(admin_error("a JSON object on one line is expected"));
    const std::string_view command = request->text_at("command");
    if (command == "status") return reply(encoding::compact_json(node_status(facts_())));
    if (command == "validator-info") return reply(encoding::compact_json(validator_info(facts_())));
    if (command == "metrics")
        return reply(encoding::compact_json(encoding::Object{{"text", metrics_text(facts_())}}));
    if (command == "log-level") {
        set_log_level(std::string(request->text_at("level")));
        return reply(encoding::compact_json(encoding::Object{{"ok", true}}));
    }
    if (command == "stop") {
        reply(encoding::compact_json(encoding::Object{{"ok", true}}));
        return on_stop_();
    }
    reply(admin_error("unknown command; known: status, validator-info, metrics, log-level, stop"));
}

}  // namespace stadtbuch::node
