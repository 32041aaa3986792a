// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Which handler answers which path; inside of the HTTP server only.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "node/net/http_server.hpp"

namespace stadtbuch::net {

struct Endpoint {
    HttpServer::Handler handler;
    HttpServer::AsyncHandler async_handler;
    RouteOptions options;
};

class RouteTable {
  public:
    struct Segment {
        enum class Kind : std::uint8_t { literal, parameter, rest };
        Kind kind = Kind::literal;
        /// The literal, or the parameter's name.
        std::string text;
    };

    struct Pattern {
        std::string text;
        std::vector<Segment> segments;
        std::map<std::string, Endpoint, std::less<>> methods;
    };

    struct Match {
        /// Null: no such path, or another method.
        const Endpoint* endpoint = nullptr;
        const Pattern* pattern = nullptr;
        FormList parameters;
        /// "GET, HEAD, OPTIONS" if the path exists.
        std::string allow;
    };

    void add(std::string method, std::string pattern, Endpoint endpoint);

    [[nodiscard]] const std::vector<Pattern>& patterns() const { return patterns_; }

    /// `segments` are the decoded parts of the path between the slashes.
    [[nodiscard]] Match find(std::string_view method,
                             const std::vector<std::string>& segments) const;

  private:
    /// The more literal a pattern, the earlier.
    std::vector<Pattern> patterns_;
};

/// Splits and decodes a path that begins with '/'; nullopt for broken escapes and for "." and "..".
[[nodiscard]] std::optional<std::vector<std::string>> split_path(std::string_view path);

}  // namespace stadtbuch::net
