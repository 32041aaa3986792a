// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/agent/service.hpp"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstdlib>

#include "node/net/descriptors.hpp"
#include "ssi/agent/ledger_publisher.hpp"
#include "ssi/agent/public_path.hpp"
#include "ssi/agent/web.hpp"

namespace stadtbuch::agent {

namespace {

constexpr std::int64_t tidy_period_ms = 60'000;
constexpr int stop_grace_ms = 5000;
/// Files of the store, registers, database and ledger connections, beside those of clients.
constexpr std::size_t other_descriptors = 512;

/// The message as a JSON text, quotes included: file names and notices may hold anything.
class QuotedMessage final : public spdlog::custom_flag_formatter {
  public:
    void format(const spdlog::details::log_msg& message, const std::tm&,
                spdlog::memory_buf_t& out) override {
        const std::string quoted =
            net::json_quote({message.payload.data(), message.payload.size()});
        out.append(quoted.data(), quoted.data() + quoted.size());
    }

    [[nodiscard]] std::unique_ptr<custom_flag_formatter> clone() const override {
        return std::make_unique<QuotedMessage>();
    }
};

void set_up_log(const Settings& settings) {
    auto logger = spdlog::stderr_logger_mt("agent");
    spdlog::set_default_logger(logger);
    auto formatter = std::make_unique<spdlog::pattern_formatter>(spdlog::pattern_time_type::utc);
    formatter->add_flag<QuotedMessage>('*').set_pattern(
        settings.log_format == "json"
            ? R"({"ts":"%Y-%m-%dT%H:%M:%S.%fZ","lvl":"%l","mod":"agent","msg":%*})"
            : "%H:%M:%S.%e %l %v");
    spdlog::set_formatter(std::move(formatter));
    spdlog::flush_on(spdlog::level::info);
}

/// Route, status, sizes, time: no address, no target, no header (credentials §9).
void log_access(Agent& agent, const net::AccessRecord& record) {
    ++agent.metrics.requests;
    if (record.status == 503) ++agent.metrics.refused_for_now;
    if (record.status >= 500)
        ++agent.metrics.server_errors;
    else if (record.status >= 400)
        ++agent.metrics.client_errors;
    spdlog::info("{} {} {} {}us", record.method, record.route.empty() ? "-" : record.route,
                 record.status, record.duration_us);
}

/// A store that cannot open a file would end the process, so clients never get the last
/// descriptors.
void limit_connections(net::HttpLimits& limits) {
    const std::size_t descriptors = net::raise_descriptor_limit();
    const std::size_t wanted = limits.connections_max;
    const std::size_t room = descriptors - std::min(descriptors, other_descriptors);
    limits.connections_max = std::clamp(wanted, std::size_t{1}, std::max(room, descriptors / 4));
    if (limits.connections_max < wanted) {
        spdlog::warn("{} open files are allowed: at most {} connections instead of {}", descriptors,
                     limits.connections_max, wanted);
    }
}

StartFailure not_bound(const Error& error) {
    const bool address = error.id >= "SB-3101" && error.id <= "SB-3105";
    const int code = error.id == "SB-3103" ? exit_code::permission
                     : address             ? exit_code::unavailable
                                           : exit_code::configuration;
    return {code, {error}};
}

}  // namespace

net::HttpServerOptions server_options(Agent& agent) {
    const Settings& settings = agent.settings;
    net::HttpServerOptions options;
    options.host = settings.listen.host;
    options.port = settings.listen.port;
    options.tls = {settings.tls_certificate, settings.tls_key};
    options.worker_threads = static_cast<std::size_t>(settings.workers);
    options.worker_queue_max = static_cast<std::size_t>(settings.waiting_requests_max);
    options.limits.connections_max = static_cast<std::size_t>(settings.connections_max);
    options.behind_proxy = settings.behind_proxy;
    options.default_headers = security_headers(settings);
    if (!settings.path().empty()) {
        const auto below = std::make_shared<const PublicPath>(settings.path());
        options.inner_target = [below](std::string_view target) { return below->inner(target); };
        options.outer_response = [below](net::HttpResponse& response) { below->outer(response); };
    }
    options.access_log = [&agent](const net::AccessRecord& record) { log_access(agent, record); };
    options.render_error = [&agent](const net::HttpRequest* request, int status,
                                    std::string_view detail) {
        const bool person = request != nullptr && request->header("Accept").value_or("").find(
                                                      "text/html") != std::string_view::npos;
        if (!person) return net::error_response(status, detail);
        View view = view_without_session(agent, *request);
        view.path = "/";
        view.query.clear();
        return error_page(view, view(status >= 500 ? texts::not_now : texts::not_understood),
                          status);
    };
    options.on_notice = [](const Error& notice) {
        spdlog::warn("{}: {} ({})", notice.id, notice.what, notice.where);
    };
    return options;
}

Result<void, StartFailure> serve(const Settings& settings, bool check_only) {
    set_up_log(settings);
    auto opened = Agent::open(settings, [] { return net::unix_seconds(); });
    if (!opened) return Failure{opened.error()};
    Agent& agent = **opened;
    spdlog::info("settings, keys, certificates and registers are good; {} cases",
                 agent.cases->list([](const auto&) { return true; }).size());
    if (check_only) return {};

    (void)agent.database->leads();  // the first that starts leads, until it goes
    net::HttpServerOptions options = server_options(agent);
    limit_connections(options.limits);
    net::HttpServer server(std::move(options));
    agent.mount(server);
    if (auto started = server.start(); !started) return Failure{not_bound(started.error())};
    net::HttpServerOptions telemetry_options;
    telemetry_options.host = settings.telemetry.host;
    telemetry_options.port = settings.telemetry.port;
    net::HttpServer telemetry(telemetry_options);
    agent.mount_telemetry(telemetry);
    if (auto started = telemetry.start(); !started) return Failure{not_bound(started.error())};

    std::unique_ptr<LedgerPublisher> ledger;
    if (!settings.ledger.genesis.empty() && agent.keyring->endorser != nullptr) {
        ledger = std::make_unique<LedgerPublisher>(agent);
        ledger->start();
    }
    net::EventLoop loop;
    loop.handle_signals([&](int) { loop.stop(); },
                        [&] {
                            const auto done = server.reload_tls();
                            spdlog::info("certificate {}",
                                         done ? "loaded again" : done.error().what);
                        });
    loop.every(tidy_period_ms, [&] { agent.tidy(); });
    spdlog::info("ready: {} on {} port {}", settings.public_url, settings.listen.host,
                 server.port());
    loop.run();
    spdlog::info("stopping");
    server.stop(stop_grace_ms);  // before the ledger: handlers may still ask it for keys
    ledger.reset();
    telemetry.stop(0);
    if (!agent.database->flush()) {
        // The store asserts when it closes a file whose last write failed; what was promised is
        // durable already.
        spdlog::critical("the store could not be flushed; what was answered is durable");
        spdlog::shutdown();
        std::_Exit(exit_code::io_error);
    }
    return {};
}

}  // namespace stadtbuch::agent
