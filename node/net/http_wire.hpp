// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// One outgoing HTTP connection with deadlines; inside of the HTTP client only.
#pragma once
#include <memory>
#include <optional>

#include "node/net/http_client.hpp"

namespace boost::asio::ssl {
class context;
}

namespace stadtbuch::net {

/// Trusted authorities, loaded once for all connections of a client.
class ClientTls {
  public:
    explicit ClientTls(const HttpClientOptions& options);
    ~ClientTls();
    ClientTls(const ClientTls&) = delete;
    ClientTls& operator=(const ClientTls&) = delete;

    /// Why the authorities could not be loaded; every https fetch says so.
    [[nodiscard]] const std::optional<Error>& broken() const { return broken_; }

    [[nodiscard]] boost::asio::ssl::context& context() { return *context_; }

  private:
    std::unique_ptr<boost::asio::ssl::context> context_;
    std::optional<Error> broken_;
};

/// Blocking calls that end at `deadline_ms` of the monotonic clock; after a failure the connection
/// is useless.
class HttpWire {
  public:
    HttpWire();
    ~HttpWire();
    HttpWire(const HttpWire&) = delete;
    HttpWire& operator=(const HttpWire&) = delete;

    [[nodiscard]] Result<void, Error> connect(const Url& url, const HttpClientOptions& options,
                                              ClientTls& tls, std::int64_t deadline_ms);
    /// Sends a request and reads its answer. `reusable` says whether the connection can take
    /// another.
    [[nodiscard]] Result<HttpFetched, Error> exchange(const HttpFetch& request,
                                                      const std::string& head,
                                                      const HttpClientOptions& options,
                                                      std::int64_t deadline_ms, bool& reusable);
    /// False when the other side has closed or sent something unasked.
    [[nodiscard]] bool is_fresh();

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace stadtbuch::net
