// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// An agent below a path, https://host/path: inside, all addresses begin at the root; here they are
// turned, coming in and going out. A proxy that takes the path off already does no harm.
#pragma once
#include <string>
#include <string_view>

#include "node/net/http.hpp"

namespace stadtbuch::agent {

class PublicPath {
  public:
    /// `path`: "/a/b", not empty.
    explicit PublicPath(std::string path) : path_(std::move(path)) {}

    /// The target inside. Documents of the issuer are found with the path inserted after
    /// /.well-known/NAME (RFC 8414 §3.1, OpenID4VCI 1.0 §12.2.2) and appended to the path; did:web
    /// wants /path/did.json.
    [[nodiscard]] std::string inner(std::string_view target) const;

    /// Puts the path before what the answer leads to: headers, links and forms of pages, addresses
    /// in scripts. Whole URLs have it already (`public_url`).
    void outer(net::HttpResponse& response) const;

  private:
    [[nodiscard]] std::string page(std::string_view markup) const;
    [[nodiscard]] std::string script(std::string_view text) const;

    std::string path_;
};

}  // namespace stadtbuch::agent
