// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Addresses and URLs: taken apart, and judged for the client's address filter.
#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

#include "node/net/http_client.hpp"

namespace stadtbuch::net {
namespace {

constexpr std::array<Byte, 12> mapped_prefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

struct Range {
    const char* base;
    int prefix_bits;
};

/// RFC 6890 and the IANA registry of special-purpose IPv4 addresses.
constexpr std::array<Range, 15> special_v4 = {{{"0.0.0.0", 8},
                                               {"10.0.0.0", 8},
                                               {"100.64.0.0", 10},
                                               {"127.0.0.0", 8},
                                               {"169.254.0.0", 16},
                                               {"172.16.0.0", 12},
                                               {"192.0.0.0", 24},
                                               {"192.0.2.0", 24},
                                               {"192.88.99.0", 24},
                                               {"192.168.0.0", 16},
                                               {"198.18.0.0", 15},
                                               {"198.51.100.0", 24},
                                               {"203.0.113.0", 24},
                                               {"224.0.0.0", 4},
                                               {"240.0.0.0", 4}}};

/// Inside of the global unicast space 2000::/3: protocol assignments with Teredo and ORCHID,
/// documentation, 6to4.
constexpr std::array<Range, 4> special_v6 = {
    {{"2001::", 23}, {"2001:db8::", 32}, {"2002::", 16}, {"3fff::", 20}}};

bool is_in(const IpAddress& address, const Range& range) {
    const std::optional<IpAddress> base = IpAddress::parse(range.base);
    if (!base || base->is_v4() != address.is_v4()) return false;
    int bits = range.prefix_bits + (address.is_v4() ? 96 : 0);
    for (std::size_t i = 0; bits > 0; ++i, bits -= 8) {
        const auto mask = static_cast<Byte>(bits >= 8 ? 0xff : 0xff << (8 - bits));
        if ((address.bytes[i] & mask) != (base->bytes[i] & mask)) return false;
    }
    return true;
}

bool is_host(std::string_view host) {
    return !host.empty() && host.size() <= 253 && std::all_of(host.begin(), host.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
    });
}

bool is_target(std::string_view target) {
    return std::all_of(target.begin(), target.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

}  // namespace

bool IpAddress::is_v4() const {
    return std::equal(mapped_prefix.begin(), mapped_prefix.end(), bytes.begin());
}

std::string IpAddress::text() const {
    std::array<char, INET6_ADDRSTRLEN> out{};
    if (is_v4()) {
        inet_ntop(AF_INET, bytes.data() + 12, out.data(), out.size());
    } else {
        inet_ntop(AF_INET6, bytes.data(), out.data(), out.size());
    }
    return out.data();
}

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
    const std::string terminated(text);
    IpAddress address;
    if (inet_pton(AF_INET6, terminated.c_str(), address.bytes.data()) == 1) return address;
    std::copy(mapped_prefix.begin(), mapped_prefix.end(), address.bytes.begin());
    if (inet_pton(AF_INET, terminated.c_str(), address.bytes.data() + 12) == 1) return address;
    return std::nullopt;
}

bool is_public_address(const IpAddress& address) {
    const auto inside = [&](const Range& range) { return is_in(address, range); };
    if (address.is_v4()) return std::none_of(special_v4.begin(), special_v4.end(), inside);
    if ((address.bytes[0] & 0xe0) != 0x20) return false;
    return std::none_of(special_v6.begin(), special_v6.end(), inside);
}

std::string Url::origin() const {
    const bool is_v6 = host.find(':') != std::string::npos;
    std::string out = scheme + "://" + (is_v6 ? "[" + host + "]" : host);
    const std::uint16_t usual = scheme == "https" ? 443 : 80;
    if (port != usual) out += ":" + std::to_string(port);
    return out;
}

std::optional<Url> Url::parse(std::string_view text) {
    Url url;
    const std::size_t colon = text.find("://");
    if (colon == std::string_view::npos) return std::nullopt;
    url.scheme = text.substr(0, colon);
    const auto lower = [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    };
    std::transform(url.scheme.begin(), url.scheme.end(), url.scheme.begin(), lower);
    if (url.scheme != "http" && url.scheme != "https") return std::nullopt;
    url.port = url.scheme == "https" ? 443 : 80;
    text.remove_prefix(colon + 3);
    std::string_view authority = text.substr(0, text.find_first_of("/?#"));
    std::string_view rest = text.substr(authority.size());
    rest = rest.substr(0, rest.find('#'));
    url.target = rest.starts_with('/') ? std::string(rest) : "/" + std::string(rest);
    if (!is_target(url.target) || authority.find('@') != std::string_view::npos) {
        return std::nullopt;
    }
    std::string_view port_text;
    if (authority.starts_with('[')) {
        const std::size_t end = authority.find(']');
        if (end == std::string_view::npos) return std::nullopt;
        url.host = authority.substr(1, end - 1);
        port_text = authority.substr(end + 1);
        const auto address = IpAddress::parse(url.host);
        if (!address || url.host.find(':') == std::string::npos) return std::nullopt;
    } else {
        const std::size_t at = authority.find(':');
        url.host = authority.substr(0, at);
        std::transform(url.host.begin(), url.host.end(), url.host.begin(), lower);
        if (at != std::string_view::npos) port_text = authority.substr(at);
        if (!is_host(url.host)) return std::nullopt;
    }
    if (port_text.empty() || port_text == ":") return url;
    if (port_text.front() != ':') return std::nullopt;
    port_text.remove_prefix(1);
    const auto [end, failed] =
        std::from_chars(port_text.data(), port_text.data() + port_text.size(), url.port);
    if (failed != std::errc() || end != port_text.data() + port_text.size() || url.port == 0) {
        return std::nullopt;
    }
    return url;
}

}  // namespace stadtbuch::net
