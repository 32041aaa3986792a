// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// HTTPS as the wallet and the clerk's commands use it, and what a failure means for the exit code.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "node/net/http_client.hpp"
#include "ssi/keys/x509.hpp"

namespace stadtbuch::cli {

/// Why a step ended the command.
struct Stop {
    Error error;
    Exit code = Exit::failed;
};

class WebAccess {
  public:
    /// `ca_file`: PEM of additional authorities, empty for those of the system.
    explicit WebAccess(const std::string& ca_file);

    /// Plain http only to this machine. Errors: SB-5060 (address), SB-3131 to SB-3139.
    [[nodiscard]] Result<net::HttpFetched, Stop> fetch(const net::HttpFetch& request);
    /// A body with status 200 to 299; other statuses are refusals: SB-5061 with the reason given.
    [[nodiscard]] Result<std::string, Stop> body(const net::HttpFetch& request);

  private:
    net::HttpClient client_;
};

/// All certificates of a PEM text; SB-5062 if one cannot be read or there is none.
[[nodiscard]] Result<std::vector<keys::Certificate>, Error> read_certificates(
    const std::string& path);

}  // namespace stadtbuch::cli
