// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "node/net/http_routes.hpp"

#include <algorithm>
#include <set>

#include "storage/base/assert.hpp"

namespace stadtbuch::net {
namespace {

using Kind = RouteTable::Segment::Kind;

std::vector<RouteTable::Segment> parse_pattern(std::string_view pattern) {
    STADTBUCH_ASSERT(!pattern.empty() && pattern.front() == '/');
    std::vector<RouteTable::Segment> segments;
    pattern.remove_prefix(1);
    for (;;) {
        const std::size_t slash = pattern.find('/');
        std::string_view part = pattern.substr(0, slash);
        RouteTable::Segment segment;
        if (part.size() > 2 && part.front() == '{' && part.back() == '}') {
            part = part.substr(1, part.size() - 2);
            segment.kind = Kind::parameter;
            if (part.back() == '*') {
                segment.kind = Kind::rest;
                part.remove_suffix(1);
                STADTBUCH_ASSERT(slash == std::string_view::npos);
            }
        }
        segment.text = part;
        segments.push_back(std::move(segment));
        if (slash == std::string_view::npos) return segments;
        pattern.remove_prefix(slash + 1);
    }
}

bool goes_before(const RouteTable::Pattern& a, const RouteTable::Pattern& b) {
    return std::lexicographical_compare(
        a.segments.begin(), a.segments.end(), b.segments.begin(), b.segments.end(),
        [](const auto& x, const auto& y) { return x.kind < y.kind; });
}

bool matches(const RouteTable::Pattern& pattern, const std::vector<std::string>& segments) {
    const auto& wanted = pattern.segments;
    const bool has_rest = wanted.back().kind == Kind::rest;
    if (has_rest ? segments.size() < wanted.size() : segments.size() != wanted.size()) return false;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        if (wanted[i].kind == Kind::literal && wanted[i].text != segments[i]) return false;
        if (wanted[i].kind == Kind::parameter && segments[i].empty()) return false;
    }
    return true;
}

FormList parameters_of(const RouteTable::Pattern& pattern,
                       const std::vector<std::string>& segments) {
    FormList parameters;
    for (std::size_t i = 0; i < pattern.segments.size(); ++i) {
        const RouteTable::Segment& wanted = pattern.segments[i];
        if (wanted.kind == Kind::literal) continue;
        std::string value = segments[i];
        if (wanted.kind == Kind::rest) {
            for (std::size_t j = i + 1; j < segments.size(); ++j) value += "/" + segments[j];
        }
        parameters.emplace_back(wanted.text, std::move(value));
    }
    return parameters;
}

}  // namespace

void RouteTable::add(std::string method, std::string pattern, Endpoint endpoint) {
    const auto same = std::find_if(patterns_.begin(), patterns_.end(),
                                   [&](const Pattern& p) { return p.text == pattern; });
    if (same != patterns_.end()) {
        same->methods.insert_or_assign(std::move(method), std::move(endpoint));
        return;
    }
    Pattern added;
    added.segments = parse_pattern(pattern);
    added.text = std::move(pattern);
    added.methods.emplace(std::move(method), std::move(endpoint));
    const auto place = std::upper_bound(patterns_.begin(), patterns_.end(), added, goes_before);
    patterns_.insert(place, std::move(added));
}

RouteTable::Match RouteTable::find(std::string_view method,
                                   const std::vector<std::string>& segments) const {
    Match match;
    std::set<std::string_view> allowed;
    for (const Pattern& pattern : patterns_) {
        if (!matches(pattern, segments)) continue;
        auto found = pattern.methods.find(method);
        if (found == pattern.methods.end() && method == "HEAD") found = pattern.methods.find("GET");
        if (match.pattern == nullptr) match.pattern = &pattern;
        if (found != pattern.methods.end()) {
            match.endpoint = &found->second;
            match.pattern = &pattern;
            match.parameters = parameters_of(pattern, segments);
            return match;
        }
        for (const auto& [name, endpoint] : pattern.methods) allowed.insert(name);
    }
    if (allowed.contains("GET")) allowed.insert("HEAD");
    if (!allowed.empty()) allowed.insert("OPTIONS");
    for (const std::string_view name : allowed) {
        if (!match.allow.empty()) match.allow += ", ";
        match.allow += name;
    }
    return match;
}

std::optional<std::vector<std::string>> split_path(std::string_view path) {
    std::vector<std::string> segments;
    path.remove_prefix(1);
    for (;;) {
        const std::size_t slash = path.find('/');
        auto segment = percent_decode(path.substr(0, slash));
        if (!segment || *segment == "." || *segment == "..") return std::nullopt;
        segments.push_back(std::move(*segment));
        if (slash == std::string_view::npos) return segments;
        path.remove_prefix(slash + 1);
    }
}

}  // namespace stadtbuch::net
