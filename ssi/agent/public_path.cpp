// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/agent/public_path.hpp"

#include <algorithm>
#include <array>

namespace stadtbuch::agent {

namespace {

/// Documents whose name stands between host and path.
constexpr std::array<std::string_view, 4> inserted{
    "/.well-known/openid-credential-issuer", "/.well-known/oauth-authorization-server",
    "/.well-known/openid-configuration", "/.well-known/jwt-vc-issuer"};

/// Attributes of our pages that hold an address.
constexpr std::array<std::string_view, 7> addresses{
    "href", "src", "action", "formaction", "data-live", "data-next", "data-poll"};

bool is_letter(char c) {
    return c >= 'a' && c <= 'z';
}

/// The name before the `=` at `end`; empty: no attribute.
std::string_view attribute_before(std::string_view markup, std::size_t end) {
    std::size_t begin = end;
    while (begin > 0 && (is_letter(markup[begin - 1]) || markup[begin - 1] == '-')) --begin;
    return begin > 0 && markup[begin - 1] == ' ' ? markup.substr(begin, end - begin)
                                                 : std::string_view();
}

/// `text` with `path` inserted `offset` octets after each `mark` that `wanted` agrees to.
template <class Wanted>
std::string inserted_at(std::string_view text, std::string_view mark, std::size_t offset,
                        std::string_view path, Wanted wanted) {
    std::string out;
    out.reserve(text.size() + text.size() / 16);
    std::size_t done = 0;
    for (std::size_t at = text.find(mark); at != std::string_view::npos;
         at = text.find(mark, at + 1)) {
        if (!wanted(at)) continue;
        out.append(text.substr(done, at + offset - done)).append(path);
        done = at + offset;
    }
    return out.append(text.substr(done));
}

}  // namespace

std::string PublicPath::inner(std::string_view target) const {
    const std::size_t mark = std::min(target.find('?'), target.size());
    std::string_view path = target.substr(0, mark);
    const auto named = std::find_if(inserted.begin(), inserted.end(), [&](std::string_view name) {
        return path.size() == name.size() + path_.size() && path.starts_with(name) &&
               path.ends_with(path_);
    });
    if (named != inserted.end()) {
        path = *named;
    } else if (path == path_) {
        path = "/";
    } else if (path.starts_with(path_) && path[path_.size()] == '/') {
        path.remove_prefix(path_.size());
        if (path == "/did.json") path = "/.well-known/did.json";
    }
    return std::string(path).append(target.substr(mark));
}

void PublicPath::outer(net::HttpResponse& response) const {
    std::string_view type;
    for (auto& [name, value] : response.headers) {
        if (name == "Location" && value.starts_with('/')) value.insert(0, path_);
        if (name == "Link" && value.starts_with("</")) value.insert(1, path_);
        if (name == "Refresh") {
            const std::size_t url = value.find("url=/");
            if (url != std::string::npos) value.insert(url + 4, path_);
        }
        if (name == "Content-Type") type = value;
    }
    if (type.starts_with("text/html")) response.body = page(response.body);
    if (type.starts_with("text/javascript")) response.body = script(response.body);
}

std::string PublicPath::page(std::string_view markup) const {
    // Within texts and values of others a quote is written &quot;: this mark is always ours.
    return inserted_at(markup, "=\"/", 2, path_, [&](std::size_t at) {
        const std::string_view name = attribute_before(markup, at);
        return std::find(addresses.begin(), addresses.end(), name) != addresses.end();
    });
}

std::string PublicPath::script(std::string_view text) const {
    return inserted_at(text, "\"/", 1, path_, [&](std::size_t at) {
        return at + 2 < text.size() && is_letter(text[at + 2]);
    });
}

}  // namespace stadtbuch::agent
