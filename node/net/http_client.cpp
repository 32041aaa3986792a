// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "node/net/http_client.hpp"

#include <algorithm>
#include <map>
#include <mutex>

#include "node/net/event_loop.hpp"
#include "node/net/http_wire.hpp"

namespace stadtbuch::net {
namespace {

constexpr std::size_t idle_connections_max = 16;

bool is_token(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return c > 0x20 && c < 0x7f &&
               std::string_view("()<>@,;:\\\"/[]?={}").find(c) == std::string_view::npos;
    });
}

bool is_value(std::string_view text) {
    return std::none_of(text.begin(), text.end(),
                        [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

bool is_repeatable(const std::string& method) {
    return method == "GET" || method == "HEAD";
}

bool is_redirect(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/// Location as an absolute URL (RFC 3986 §5.2, without dot segments).
std::optional<Url> resolve_location(const Url& base, std::string_view location) {
    if (location.find("://") != std::string_view::npos) return Url::parse(location);
    if (location.starts_with("//")) return Url::parse(base.scheme + ":" + std::string(location));
    if (location.starts_with('/')) return Url::parse(base.origin() + std::string(location));
    const std::string path = base.target.substr(0, base.target.find('?'));
    return Url::parse(base.origin() + path.substr(0, path.rfind('/') + 1) + std::string(location));
}

/// The host may be asked, whatever its address turns out to be.
bool may_ask(const HttpClientOptions& options, const std::string& host) {
    const auto among = [&](const std::vector<std::string>& list) {
        return std::find(list.begin(), list.end(), host) != list.end();
    };
    return options.hosts.empty() || among(options.hosts) || among(options.inner_hosts);
}

bool is_secret_header(const std::string& name) {
    const HeaderList one = {{name, ""}};
    return find_header(one, "Authorization") || find_header(one, "Cookie");
}

}  // namespace

struct HttpClient::Impl {
    explicit Impl(HttpClientOptions own_options) : options(std::move(own_options)), tls(options) {}

    HttpClientOptions options;
    ClientTls tls;
    std::mutex mutex;
    std::map<std::string, std::unique_ptr<HttpWire>> idle;

    [[nodiscard]] std::unique_ptr<HttpWire> take_idle(const std::string& origin);
    void keep_idle(const std::string& origin, std::unique_ptr<HttpWire> wire);
    [[nodiscard]] Result<std::string, Error> head_of(const HttpFetch& request,
                                                     const Url& url) const;
    [[nodiscard]] Result<HttpFetched, Error> hop(const HttpFetch& request, const Url& url,
                                                 std::int64_t deadline_ms);
};

std::unique_ptr<HttpWire> HttpClient::Impl::take_idle(const std::string& origin) {
    std::unique_ptr<HttpWire> wire;
    const std::lock_guard lock(mutex);
    const auto found = idle.find(origin);
    if (found == idle.end()) return wire;
    wire = std::move(found->second);
    idle.erase(found);
    if (!wire->is_fresh()) wire.reset();
    return wire;
}

void HttpClient::Impl::keep_idle(const std::string& origin, std::unique_ptr<HttpWire> wire) {
    const std::lock_guard lock(mutex);
    if (idle.size() >= idle_connections_max) idle.clear();
    idle[origin] = std::move(wire);
}

Result<std::string, Error> HttpClient::Impl::head_of(const HttpFetch& request,
                                                     const Url& url) const {
    const Error bad{"SB-3131", "method or header with forbidden characters", request.url, ""};
    if (!is_token(request.method)) return Failure{bad};
    const std::string origin = url.origin();
    std::string head = request.method + " " + url.target +
                       " HTTP/1.1\r\nHost: " + origin.substr(origin.find("://") + 3) + "\r\n";
    for (const auto& [name, value] : request.headers) {
        if (!is_token(name) || !is_value(value)) return Failure{bad};
        head += name + ": " + value + "\r\n";
    }
    if (!find_header(request.headers, "User-Agent")) {
        head += "User-Agent: " + options.user_agent + "\r\n";
    }
    if (!find_header(request.headers, "Accept")) head += "Accept: */*\r\n";
    if (!request.body.empty() || !is_repeatable(request.method)) {
        head += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
    }
    if (!options.keep_alive) head += "Connection: close\r\n";
    return head + "\r\n";
}

Result<HttpFetched, Error> HttpClient::Impl::hop(const HttpFetch& request, const Url& url,
                                                 std::int64_t deadline_ms) {
    Result<std::string, Error> head = head_of(request, url);
    if (!head) return Failure{head.error()};
    const std::string origin = url.origin();
    bool reusable = false;
    std::unique_ptr<HttpWire> wire = take_idle(origin);
    if (wire) {
        Result<HttpFetched, Error> answer =
            wire->exchange(request, *head, options, deadline_ms, reusable);
        // The other side may close an idle connection at the very moment of the request.
        const bool again =
            !answer && answer.error().id == "SB-3133" && is_repeatable(request.method);
        if (!again) {
            if (answer && reusable) keep_idle(origin, std::move(wire));
            return answer;
        }
    }
    wire = std::make_unique<HttpWire>();
    Result<void, Error> connected = wire->connect(url, options, tls, deadline_ms);
    if (!connected) return Failure{connected.error()};
    Result<HttpFetched, Error> answer =
        wire->exchange(request, *head, options, deadline_ms, reusable);
    if (answer && reusable) keep_idle(origin, std::move(wire));
    return answer;
}

HttpClientOptions HttpClientOptions::for_foreign_urls() {
    HttpClientOptions options;
    options.https_only = true;
    options.allow_address = is_public_address;
    options.same_host_redirects = true;
    options.body_bytes_max = std::size_t{1} << 20;
    return options;
}

HttpClient::HttpClient(HttpClientOptions options)
    : impl_(std::make_unique<Impl>(std::move(options))) {}

HttpClient::~HttpClient() = default;

Result<HttpFetched, Error> HttpClient::fetch(const HttpFetch& request) {
    const std::int64_t deadline_ms = monotonic_ms() + impl_->options.total_ms;
    HttpFetch now = request;
    for (int redirects = 0;; ++redirects) {
        const std::optional<Url> url = Url::parse(now.url);
        if (!url || (impl_->options.https_only && url->scheme != "https")) {
            return Failure{Error{redirects > 0 ? "SB-3138" : "SB-3131", "not a usable URL", now.url,
                                 impl_->options.https_only ? "Give an https address."
                                                           : "Give an http or https address."}};
        }
        if (!may_ask(impl_->options, url->host)) {
            return Failure{Error{"SB-3134", "this host may not be contacted", url->origin(),
                                 "Add it to the hosts of the configuration."}};
        }
        if (url->scheme == "https" && impl_->tls.broken()) return Failure{*impl_->tls.broken()};
        Result<HttpFetched, Error> answer = impl_->hop(now, *url, deadline_ms);
        if (!answer) return answer;
        answer->url = url->text();
        const auto location = answer->header("Location");
        const bool follows = impl_->options.redirects_max > 0 && is_redirect(answer->status) &&
                             location && is_repeatable(now.method);
        if (!follows) return answer;
        const std::optional<Url> next = resolve_location(*url, *location);
        if (!next || redirects == impl_->options.redirects_max ||
            (url->scheme == "https" && next->scheme != "https") ||
            (impl_->options.same_host_redirects && next->host != url->host)) {
            return Failure{Error{"SB-3138", "redirect refused", now.url, ""}};
        }
        if (next->origin() != url->origin()) {
            std::erase_if(now.headers, [](const auto& h) { return is_secret_header(h.first); });
        }
        now.url = next->text();
    }
}

Result<HttpFetched, Error> HttpClient::get(std::string_view url) {
    return fetch(HttpFetch{"GET", std::string(url), {}, {}});
}

Result<HttpFetched, Error> HttpClient::post(std::string_view url, std::string_view media_type,
                                            std::string body) {
    return fetch(HttpFetch{
        "POST", std::string(url), {{"Content-Type", std::string(media_type)}}, std::move(body)});
}

}  // namespace stadtbuch::net
