// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "node/http/conditional.hpp"

#include <algorithm>
#include <array>

#include "ssi/did/resource.hpp"

namespace stadtbuch::node {

namespace {

constexpr std::array<std::string_view, 7> day_names{"Thu", "Fri", "Sat", "Sun",
                                                    "Mon", "Tue", "Wed"};  // from 1970-01-01
constexpr std::array<std::string_view, 12> month_names{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

std::string quoted(const std::string& tag) {
    return "\"" + tag + "\"";
}

/// Weak comparison (§8.8.3.2): a W/ in front does not matter.
bool lists_tag(std::string_view list, const std::string& tag) {
    const std::string wanted = quoted(tag);
    while (!list.empty()) {
        const std::size_t comma = list.find(',');
        std::string_view one = list.substr(0, comma);
        list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
        while (!one.empty() && one.front() == ' ') one.remove_prefix(1);
        while (!one.empty() && one.back() == ' ') one.remove_suffix(1);
        if (one.starts_with("W/")) one.remove_prefix(2);
        if (one == wanted || one == "*") return true;
    }
    return false;
}

bool is_known(const net::HttpRequest& request, const Validators& validators) {
    if (const auto tags = request.header("If-None-Match")) return lists_tag(*tags, validators.tag);
    const auto since = request.header("If-Modified-Since");
    const auto time = since ? read_http_date(*since) : std::nullopt;
    return time && validators.last_modified && *validators.last_modified <= *time;
}

}  // namespace

std::optional<net::HttpResponse> not_modified(const net::HttpRequest& request,
                                              const Validators& validators) {
    if (!is_known(request, validators)) return std::nullopt;
    net::HttpResponse response = net::HttpResponse::empty(304);
    add_validators(response, validators);
    return response;
}

void add_validators(net::HttpResponse& response, const Validators& validators) {
    response.set("ETag", quoted(validators.tag));
    if (validators.last_modified)
        response.set("Last-Modified", http_date(*validators.last_modified));
    response.set("Cache-Control", "public, no-cache");
}

std::string http_date(std::int64_t unix_seconds) {
    const std::string iso = keys::utc_date_time(unix_seconds);
    const auto month = static_cast<std::size_t>(std::stoi(iso.substr(5, 2)) - 1);
    const auto day = static_cast<std::size_t>((unix_seconds / 86400) % 7);
    return std::string(day_names[day]) + ", " + iso.substr(8, 2) + " " +
           std::string(month_names[month]) + " " + iso.substr(0, 4) + " " + iso.substr(11, 8) +
           " GMT";
}

std::optional<std::int64_t> read_http_date(std::string_view text) {
    // "Sat, 21 Nov 2026 13:17:26 GMT"
    if (text.size() != 29 || text.substr(25) != " GMT") return std::nullopt;
    const auto month = std::find(month_names.begin(), month_names.end(), text.substr(8, 3));
    if (month == month_names.end()) return std::nullopt;
    const auto number = std::to_string(101 + (month - month_names.begin())).substr(1);
    const std::string iso = std::string(text.substr(12, 4)) + "-" + number + "-" +
                            std::string(text.substr(5, 2)) + "T" + std::string(text.substr(17, 8)) +
                            "Z";
    return did::read_time(iso);
}

}  // namespace stadtbuch::node
