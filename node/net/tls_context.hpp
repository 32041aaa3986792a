// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// TLS of the HTTP server: certificate files into a context. Inside of node/net only.
#pragma once
#include <memory>
#include <string>

#include "node/net/http_server.hpp"
#include "storage/base/error.hpp"
#include "storage/base/result.hpp"

namespace boost::asio::ssl {
class context;
}

namespace stadtbuch::net {

/// TLS 1.2 and 1.3 with forward secrecy, ALPN "http/1.1". Errors: SB-3111 a file cannot be read,
/// SB-3112 the key does not belong to the certificate.
[[nodiscard]] Result<std::shared_ptr<boost::asio::ssl::context>, Error> load_server_tls(
    const TlsFiles& files);

/// Changes when one of the files was replaced or written.
[[nodiscard]] std::string tls_files_stamp(const TlsFiles& files);

/// The newest message of OpenSSL's error queue, which is emptied.
[[nodiscard]] std::string take_openssl_error();

}  // namespace stadtbuch::net
