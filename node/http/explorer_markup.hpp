// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Languages, escaping and the frame of the explorer's pages; inside of the explorer only.
#pragma once
#include <string>
#include <string_view>

#include "node/net/http.hpp"

namespace stadtbuch::node {

enum class Tongue { de, en };

struct Text {
    std::string_view de, en;
};

/// One request's page: language and address.
struct Shown {
    Tongue tongue = Tongue::de;
    std::string path;     ///< decoded
    net::FormList query;  ///< without `lang`

    [[nodiscard]] std::string_view operator()(const Text& text) const {
        return tongue == Tongue::de ? text.de : text.en;
    }

    [[nodiscard]] std::string_view tag() const { return tongue == Tongue::de ? "de" : "en"; }

    /// An address within the explorer, with the language that was asked for.
    [[nodiscard]] std::string link(std::string_view path_to, net::FormList query_to = {}) const;
};

/// `lang` of the query, else the first of German and English in Accept-Language, else German.
[[nodiscard]] Shown shown_for(const net::HttpRequest& request);

/// & < > " ' as entities.
[[nodiscard]] std::string escaped(std::string_view text);
/// The same for what strangers wrote: marks in place of control characters and of those that change
/// the direction of writing, and in an element of its own direction. `lines`: line feeds stay.
[[nodiscard]] std::string foreign(std::string_view text, bool lines = false);

/// A whole page; `title` and `body` as plain text and as markup.
[[nodiscard]] net::HttpResponse framed(const Shown& shown, std::string_view title,
                                       const std::string& body, int status = 200);

/// "21.11.2026, 13:17:26 UTC" or "2026-11-21, 13:17:26 UTC".
[[nodiscard]] std::string shown_time(const Shown& shown, std::int64_t unix_seconds);
[[nodiscard]] std::string shown_number(const Shown& shown, std::uint64_t number);

}  // namespace stadtbuch::node
