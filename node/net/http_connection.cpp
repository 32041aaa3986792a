// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "node/net/http_connection.hpp"

#include <algorithm>
#include <chrono>

#include "storage/base/assert.hpp"

namespace stadtbuch::net {
namespace {

constexpr std::size_t first_buffer_bytes = 4 * 1024;
constexpr std::size_t body_buffer_bytes = 64 * 1024;
/// After an error the rest of the request is read and dropped this long, so that the response is
/// not lost with a reset.
constexpr std::int64_t draining_ms = 2000;

std::int64_t monotonic_us() {
    using namespace std::chrono;
    return duration_cast<microseconds>(steady_clock::now().time_since_epoch()).count();
}

bool is_clean(std::string_view text) {
    return std::none_of(text.begin(), text.end(), [](char c) {
        const auto octet = static_cast<unsigned char>(c);
        return (octet < 0x20 && c != '\t') || octet == 0x7f;
    });
}

}  // namespace

/// What a handler's responder holds; answers from any thread reach the connection on its own.
struct HttpResponder::Slot {
    std::weak_ptr<HttpConnection> connection;
    std::shared_ptr<HttpThread> thread;
    std::uint64_t sequence = 0;
    std::atomic<bool> answered{false};

    void answer(HttpResponse response) {
        if (answered.exchange(true)) return;
        auto carried = std::make_shared<HttpResponse>(std::move(response));
        thread->post([weak = connection, number = sequence, carried] {
            const auto alive = weak.lock();
            if (alive) alive->on_response(number, std::move(*carried));
        });
    }

    ~Slot() {
        if (!answered) answer(error_response(500, "The request was not answered."));
    }
};

void HttpResponder::send(HttpResponse response) const {
    if (slot_) slot_->answer(std::move(response));
}

HttpConnection::HttpConnection(std::shared_ptr<HttpServer::Impl> server,
                               std::shared_ptr<HttpThread> thread,
                               std::unique_ptr<HttpTransport> transport, std::string peer_address,
                               bool is_tls)
    : server_(std::move(server)),
      thread_(std::move(thread)),
      transport_(std::move(transport)),
      peer_address_(std::move(peer_address)),
      is_tls_(is_tls) {}

void HttpConnection::enter(Phase phase, std::int64_t limit_ms) {
    phase_ = phase;
    since_ms_ = monotonic_ms();
    deadline_ms_ = since_ms_ + limit_ms;
}

void HttpConnection::start() {
    enter(Phase::handshake, server_->options.limits.tls_handshake_ms);
    transport_->handshake(shared_from_this());
}

void HttpConnection::on_handshake(bool good) {
    if (phase_ != Phase::handshake) return;
    if (!good) {
        ++server_->failed_handshakes;
        return close();
    }
    in_.resize(first_buffer_bytes);
    begin_request();
    // Nothing was received on a fresh connection: its first request has to come in the time of a
    // header.
    deadline_ms_ = since_ms_ + server_->options.limits.header_ms;
}

void HttpConnection::begin_request() {
    parser_.emplace(server_->options.limits.header_bytes_max);
    header_done_ = false;
    continue_sent_ = false;
    close_after_ = false;
    unread_left_ = true;
    request_bytes_ = 0;
    held_.clear();
    held_bytes_ = 0;
    match_ = {};
    method_.clear();
    is_head_ = false;
    version_ = 11;
    enter(Phase::idle, server_->options.limits.idle_ms);
    if (in_begin_ == in_end_) {
        in_begin_ = 0;
        in_end_ = 0;
        // Idle connections are many and should be small.
        if (in_.size() > first_buffer_bytes) std::vector<char>(first_buffer_bytes).swap(in_);
        if (server_->stopping) return close();
        return read_more();
    }
    parse();
}

void HttpConnection::read_more() {
    if (reading_) return;
    if (in_begin_ > 0) {
        std::copy(in_.begin() + static_cast<std::ptrdiff_t>(in_begin_),
                  in_.begin() + static_cast<std::ptrdiff_t>(in_end_), in_.begin());
        in_end_ -= in_begin_;
        in_begin_ = 0;
    }
    if (phase_ == Phase::body && in_.size() < body_buffer_bytes) in_.resize(body_buffer_bytes);
    if (in_end_ == in_.size()) in_.resize(in_.size() * 2);
    reading_ = true;
    transport_->read(shared_from_this(), in_.data() + in_end_, in_.size() - in_end_);
}

void HttpConnection::on_read(bool good, std::size_t size) {
    reading_ = false;
    if (phase_ == Phase::closed) return;
    if (phase_ == Phase::draining) {
        if (!good) return close();
        in_begin_ = 0;
        in_end_ = 0;
        return read_more();
    }
    // A response to a timeout is on its way: what comes meanwhile does not matter.
    if (phase_ == Phase::writing) return;
    if (!good) return close();
    in_end_ += size;
    parse();
}

void HttpConnection::parse() {
    if (phase_ == Phase::idle) {
        enter(Phase::header, server_->options.limits.header_ms);
        started_us_ = monotonic_us();
    }
    while (!parser_->is_done()) {
        if (in_begin_ == in_end_) return read_more();
        std::size_t used = 0;
        const ParseStep step = parser_->put(in_.data() + in_begin_, in_end_ - in_begin_, used);
        in_begin_ += used;
        request_bytes_ += used;
        if (step == ParseStep::need_more) return read_more();
        if (step == ParseStep::failed) {
            ++server_->bad_requests;
            return fail(parser_->error_status(),
                        "The request cannot be read: " + parser_->error_text() + ".");
        }
        if (step == ParseStep::header_done) {
            header_done_ = true;
            if (!on_header_done()) return;
        }
        if (!hold_body()) return fail(503, "Too many long requests; try again soon.");
    }
    unread_left_ = false;
    dispatch();
}

bool HttpConnection::on_header_done() {
    HttpRequest& request = parser_->request();
    version_ = parser_->version();
    method_ = request.method;
    is_head_ = request.method == "HEAD";
    keep_alive_ = parser_->keep_alive();
    if (version_ == 11 && !request.header("Host")) {
        ++server_->bad_requests;
        fail(400, "The Host header is missing.");
        return false;
    }
    if (!check_target()) {
        ++server_->bad_requests;
        fail(400, "The path or query cannot be decoded.");
        return false;
    }
    if (surplus_) {
        fail(503, "Too many connections; try again soon.");
        return false;
    }
    const HttpLimits& limits = server_->options.limits;
    std::size_t body_max = limits.body_bytes_max;
    if (match_.endpoint != nullptr && match_.endpoint->options.body_bytes_max != 0) {
        body_max = match_.endpoint->options.body_bytes_max;
    }
    const auto length = parser_->content_length();
    if (length && *length > body_max) {
        fail(413, "The body may have at most " + std::to_string(body_max) + " octets.");
        return false;
    }
    parser_->allow_body(body_max);
    if (parser_->is_done()) return true;
    enter(Phase::body, limits.body_ms);
    const auto expect = request.header("Expect");
    if (expect && in_begin_ == in_end_ && !continue_sent_) {
        continue_sent_ = true;
        continue_pending_ = true;
        head_ = "HTTP/1.1 100 Continue\r\n\r\n";
        transport_->write(shared_from_this(), head_, {});
        return false;
    }
    return true;
}

bool HttpConnection::hold_body() {
    std::string& body = parser_->request().body;
    // In steps, so that counting costs little however the octets arrive.
    const std::size_t wanted =
        (body.size() + body_buffer_bytes - 1) / body_buffer_bytes * body_buffer_bytes;
    if (wanted <= body_buffer_bytes || wanted == held_bytes_) return true;
    if (auto held = server_->load.hold(wanted - held_bytes_)) {
        held_.push_back(std::move(held));
        held_bytes_ = wanted;
        return true;
    }
    std::string().swap(body);
    held_.clear();
    return false;
}

bool HttpConnection::check_target() {
    HttpRequest& request = parser_->request();
    std::string_view target = request.target;
    if (target == "*" && request.method == "OPTIONS") target = "/";
    const std::size_t scheme = target.find("://");
    if (!target.starts_with('/') && scheme != std::string_view::npos) {
        // Absolute form (RFC 9112 §3.2.2): the authority does not choose anything here.
        const std::size_t slash = target.find('/', scheme + 3);
        target = slash == std::string_view::npos ? std::string_view("/") : target.substr(slash);
    }
    if (!target.starts_with('/')) return false;
    if (server_->options.inner_target) {
        request.target = server_->options.inner_target(target);
        target = request.target;
    }
    const std::size_t mark = target.find('?');
    const std::string_view path = target.substr(0, mark);
    auto decoded = percent_decode(path);
    auto segments = split_path(path);
    if (!decoded || !segments) return false;
    if (mark != std::string_view::npos) {
        auto query = parse_form(target.substr(mark + 1));
        if (!query) return false;
        request.query = std::move(*query);
    }
    request.path = std::move(*decoded);
    match_ = server_->routes.find(request.method, *segments);
    return true;
}

void HttpConnection::dispatch() {
    HttpRequest& request = parser_->request();
    ++server_->requests;
    ++sequence_;
    request.peer_address = peer_address_;
    request.secure = is_tls_;
    if (server_->options.behind_proxy) {
        const auto forwarded = request.header("X-Forwarded-For");
        if (forwarded) {
            const std::size_t comma = forwarded->rfind(',');
            std::string_view last =
                comma == std::string_view::npos ? *forwarded : forwarded->substr(comma + 1);
            while (last.starts_with(' ')) last.remove_prefix(1);
            request.peer_address = last;
        }
        request.secure = request.header("X-Forwarded-Proto") == std::string_view("https");
    }
    request.parameters = std::move(match_.parameters);
    if (match_.pattern != nullptr) request.route = match_.pattern->text;
    enter(Phase::handling, server_->options.limits.handler_ms);
    if (match_.endpoint != nullptr) return run(*match_.endpoint);
    if (match_.pattern != nullptr && request.method == "OPTIONS") return answer_options();
    if (match_.pattern != nullptr) return fail(405, "This path does not know this method.");
    if (server_->fallback) return run_inline(server_->fallback);
    fail(404, "There is nothing at this path.");
}

void HttpConnection::run(const Endpoint& endpoint) {
    const bool on_workers =
        endpoint.options.place == HandlerPlace::on_workers && server_->workers != nullptr;
    if (!on_workers && endpoint.handler) return run_inline(endpoint.handler);

    auto slot = std::make_shared<HttpResponder::Slot>();
    slot->connection = weak_from_this();
    slot->thread = thread_;
    slot->sequence = sequence_;
    const HttpResponder responder(slot);
    auto request = std::make_shared<HttpRequest>(std::move(parser_->request()));
    const auto work = [&endpoint, request, responder, server = server_, held = held_, on_workers] {
        const std::int64_t begin_us = on_workers ? monotonic_us() : 0;
        try {
            if (endpoint.handler) {
                responder.send(endpoint.handler(*request));
            } else {
                endpoint.async_handler(std::move(*request), responder);
            }
        } catch (...) {
            responder.send(server->render_error(nullptr, 500, "The handler failed."));
        }
        if (on_workers) server->load.served(monotonic_us() - begin_us);
    };
    slot.reset();
    if (!on_workers) return work();
    if (server_->workers->submit(work)) return;
    responder.send(server_->overloaded(request.get(), "Too much to do; try again soon."));
}

void HttpConnection::run_inline(const HttpServer::Handler& handler) {
    try {
        respond(handler(parser_->request()), false);
    } catch (...) {
        fail(500, "The handler failed.");
    }
}

void HttpConnection::answer_options() {
    HttpResponse response = HttpResponse::empty(204);
    response.set("Allow", match_.allow);
    const Endpoint& first = match_.pattern->methods.begin()->second;
    if (!first.options.cors_origin.empty()) {
        response.set("Access-Control-Allow-Methods", match_.allow);
        response.set("Access-Control-Allow-Headers", first.options.cors_headers);
        response.set("Access-Control-Max-Age", "600");
    }
    respond(std::move(response), false);
}

void HttpConnection::on_response(std::uint64_t sequence, HttpResponse response) {
    if (phase_ != Phase::handling || sequence != sequence_) return;
    respond(std::move(response), false);
}

void HttpConnection::fail(int status, std::string_view detail) {
    const HttpRequest* request = header_done_ ? &parser_->request() : nullptr;
    HttpResponse response = status == 503 ? server_->overloaded(request, detail)
                                          : server_->render_error(request, status, detail);
    if (status == 405) response.set("Allow", match_.allow);
    respond(std::move(response), unread_left_ || surplus_);
}

void HttpConnection::add_route_headers(HttpResponse& response) const {
    if (match_.pattern == nullptr) return;
    const Endpoint& endpoint =
        match_.endpoint != nullptr ? *match_.endpoint : match_.pattern->methods.begin()->second;
    const std::string& origin = endpoint.options.cors_origin;
    if (origin.empty() || find_header(response.headers, "Access-Control-Allow-Origin")) return;
    response.set("Access-Control-Allow-Origin", origin);
    if (origin != "*") response.set("Vary", "Origin");
}

void HttpConnection::respond(HttpResponse response, bool close_after) {
    response_ = std::move(response);
    if (server_->options.outer_response) server_->options.outer_response(response_);
    add_route_headers(response_);
    close_after_ = close_after || response_.close || !keep_alive_ || server_->stopping ||
                   sequence_ >= server_->options.limits.requests_per_connection_max;
    std::string_view body =
        response_.shared_body ? std::string_view(*response_.shared_body) : response_.body;
    const bool bodyless = response_.status == 204 || response_.status == 304;
    if (bodyless) body = {};
    build_head(response_, body.size());
    if (is_head_) body = {};
    response_bytes_ = head_.size() + body.size();
    enter(Phase::writing, server_->options.limits.write_ms);
    transport_->write(shared_from_this(), head_, body);
}

void HttpConnection::build_head(const HttpResponse& response, std::size_t body_bytes) {
    head_.clear();
    head_ += version_ == 10 ? "HTTP/1.0 " : "HTTP/1.1 ";
    head_ += std::to_string(response.status);
    head_ += ' ';
    head_ += reason_phrase(response.status);
    head_ += "\r\nDate: ";
    head_ += thread_->date_text();
    head_ += "\r\n";
    const auto add = [this](std::string_view name, std::string_view value) {
        if (!is_clean(name) || !is_clean(value)) return;
        head_ += name;
        head_ += ": ";
        head_ += value;
        head_ += "\r\n";
    };
    for (const auto& [name, value] : response.headers) add(name, value);
    for (const auto& [name, value] : server_->options.default_headers) {
        if (!find_header(response.headers, name)) add(name, value);
    }
    if (response.status != 204 && response.status != 304) {
        add("Content-Length", std::to_string(body_bytes));
    }
    if (close_after_) add("Connection", "close");
    if (!close_after_ && version_ == 10) add("Connection", "keep-alive");
    head_ += "\r\n";
}

void HttpConnection::on_write(bool good) {
    if (phase_ == Phase::closed) return;
    if (!good) return close();
    if (continue_pending_) {
        continue_pending_ = false;
        return parse();
    }
    log_access();
    if (!close_after_) {
        response_ = {};
        return begin_request();
    }
    if (server_->stopping && !unread_left_) return close();
    parser_.reset();
    held_.clear();
    enter(Phase::draining, draining_ms);
    const bool drains = unread_left_;
    if (!drains || !is_tls_) transport_->end_sending(shared_from_this());
    in_begin_ = 0;
    in_end_ = 0;
    if (drains || !is_tls_) read_more();
}

void HttpConnection::log_access() const {
    if (!server_->options.access_log) return;
    AccessRecord record;
    record.method = method_;
    if (match_.pattern != nullptr) record.route = match_.pattern->text;
    record.status = response_.status;
    record.request_bytes = request_bytes_;
    record.response_bytes = response_bytes_;
    record.duration_us = static_cast<std::uint64_t>(monotonic_us() - started_us_);
    server_->options.access_log(record);
}

void HttpConnection::on_tick(std::int64_t now_ms) {
    if (now_ms < deadline_ms_) return;
    switch (phase_) {
        case Phase::header:
        case Phase::body:
            ++server_->timeouts;
            // Two writes at once are not possible.
            if (continue_pending_) return close();
            return fail(408, "The request took too long to arrive.");
        case Phase::handling:
            ++server_->timeouts;
            return fail(503, "The request took too long to handle.");
        case Phase::handshake:
        case Phase::writing:
            ++server_->timeouts;
            return close();
        case Phase::idle:
        case Phase::draining:
            return close();
        case Phase::closed:
            return;
    }
}

void HttpConnection::retire() {
    if (phase_ == Phase::idle) close();
}

void HttpConnection::close() {
    if (phase_ == Phase::closed) return;
    phase_ = Phase::closed;
    transport_->close();
    server_->forget(*thread_, shared_from_this());
}

}  // namespace stadtbuch::net
