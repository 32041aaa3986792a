// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// HTTP(S) client for one request at a time: bounded in time, bytes and redirects, with a filter on
// the addresses that it may reach.
//
// Threads: fetch() blocks; from any thread, also several at once. One idle connection per origin is
// kept for the next call.
#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "node/net/http.hpp"
#include "storage/base/bytes.hpp"
#include "storage/base/error.hpp"
#include "storage/base/result.hpp"

namespace stadtbuch::net {

/// An IPv4 (in its mapped form ::ffff:a.b.c.d) or IPv6 address.
struct IpAddress {
    std::array<Byte, 16> bytes{};
    [[nodiscard]] bool is_v4() const;
    [[nodiscard]] std::string text() const;
    [[nodiscard]] static std::optional<IpAddress> parse(std::string_view text);
};

/// False for every special-purpose range (RFC 6890 and its registries): loopback, private,
/// link-local, shared, documentation, multicast, reserved, also when wrapped in NAT64, 6to4, Teredo
/// or mapped form.
[[nodiscard]] bool is_public_address(const IpAddress& address);

/// scheme://host[:port]/path?query taken apart. Only http and https; no user information.
struct Url {
    std::string scheme;
    /// Lower case; IPv6 without brackets.
    std::string host;
    std::uint16_t port = 0;
    /// Path and query, at least "/".
    std::string target;
    [[nodiscard]] std::string origin() const;

    [[nodiscard]] std::string text() const { return origin() + target; }

    [[nodiscard]] static std::optional<Url> parse(std::string_view text);
};

struct HttpClientOptions {
    int connect_ms = 5000;
    /// Of one fetch with all its redirects.
    int total_ms = 15000;
    std::size_t header_bytes_max = 32 * 1024;
    std::size_t body_bytes_max = std::size_t{4} << 20;
    /// Followed for GET and HEAD only, and never from https to http.
    int redirects_max = 3;
    /// PEM files of trusted authorities; empty: those of the system.
    std::string ca_file{};
    /// The same as text; both may be given.
    std::string ca_pem{};
    /// PEM files, chain leaf first and its key, for servers that ask who we are; both or none.
    std::string client_certificate{};
    std::string client_key{};
    /// Refuse http:// altogether.
    bool https_only = false;
    /// Asked for each address before connecting, on each hop. Null: every address.
    std::function<bool(const IpAddress&)> allow_address{};
    /// Hosts that may be asked, as Url::host has them; empty: every one.
    std::vector<std::string> hosts{};
    /// May be asked, too, and at any address: the operator vouches for them.
    std::vector<std::string> inner_hosts{};
    /// A redirect to another host is refused.
    bool same_host_redirects = false;
    std::string user_agent = "stadtbuch";
    bool keep_alive = true;

    /// For addresses that others chose (wallets' response_uri, did:web, status lists): https only,
    /// public addresses only, no redirects to other hosts.
    [[nodiscard]] static HttpClientOptions for_foreign_urls();
};

struct HttpFetch {
    std::string method = "GET";
    std::string url{};
    HeaderList headers{};
    std::string body{};
};

struct HttpFetched {
    int status = 0;
    HeaderList headers{};
    std::string body{};
    /// After redirects.
    std::string url{};

    [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const {
        return find_header(headers, name);
    }
};

class HttpClient {
  public:
    explicit HttpClient(HttpClientOptions options);

    HttpClient() : HttpClient(HttpClientOptions{}) {}

    ~HttpClient();
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;

    /// Any status is a success here. Errors: SB-3131 URL, SB-3132 host name unknown, SB-3133 no
    /// connection, SB-3134 host or address refused by the filter, SB-3135 TLS (certificate not
    /// trusted, wrong name), SB-3136 timeout, SB-3137 answer too long, SB-3138 redirect refused,
    /// SB-3139 answer is not HTTP.
    [[nodiscard]] Result<HttpFetched, Error> fetch(const HttpFetch& request);
    [[nodiscard]] Result<HttpFetched, Error> get(std::string_view url);
    [[nodiscard]] Result<HttpFetched, Error> post(std::string_view url, std::string_view media_type,
                                                  std::string body);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace stadtbuch::net
