// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The explorer's pages: HTML from the server, German and English, without any script. What stands
// in the ledger was written by strangers: everything is escaped, and invisible control characters
// that could turn a line around are shown as marks (AU-57).
#pragma once
#include "node/http/public_routes.hpp"

namespace stadtbuch::node {

[[nodiscard]] net::HttpResponse front_page(PublicParts& parts, const net::HttpRequest& request);
/// /browse/{name}: a page of a ledger, with search.
[[nodiscard]] net::HttpResponse browse_page(PublicParts& parts, const net::HttpRequest& request);
/// /browse/{name}/{ident}: one entry.
[[nodiscard]] net::HttpResponse browse_entry_page(PublicParts& parts,
                                                  const net::HttpRequest& request);
/// What became of the front page's form; `fault` empty: it is on the ledger.
[[nodiscard]] net::HttpResponse registered_page(PublicParts& parts, const net::HttpRequest& request,
                                                const encoding::Object& answer,
                                                const std::string& fault);
/// For errors of the server itself, if the client wants HTML.
[[nodiscard]] net::HttpResponse explorer_error_page(const net::HttpRequest& request, int status);
[[nodiscard]] bool wants_html(const net::HttpRequest& request);
[[nodiscard]] net::HttpResponse style_response(const net::HttpRequest& request);
[[nodiscard]] net::HttpResponse icon_response(const net::HttpRequest& request);

}  // namespace stadtbuch::node
