// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What a stranger can send to the HTTP server and make the HTTP client read: requests in pieces,
// paths, queries, forms, cookies, URLs and addresses. Properties: no crash, sizes bounded by the
// input, decoding inverts encoding.
#include <algorithm>
#include <cstdlib>

#include "node/net/http_client.hpp"
#include "node/net/http_parser.hpp"
#include "node/net/http_routes.hpp"

using namespace stadtbuch;
using namespace stadtbuch::net;

namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

/// Feeds the parser as the server does: what it did not use comes again with more behind it.
void parse_in_pieces(std::string_view text, std::size_t piece) {
    RequestParser parser(4096);
    std::string waiting;
    while (!text.empty() && !parser.is_done()) {
        const std::string_view part = text.substr(0, piece);
        text.remove_prefix(part.size());
        waiting += part;
        for (;;) {
            std::size_t used = 0;
            const ParseStep step = parser.put(waiting.data(), waiting.size(), used);
            require(used <= waiting.size());
            waiting.erase(0, used);
            if (step == ParseStep::failed) {
                require(parser.error_status() >= 400);
                return;
            }
            if (step == ParseStep::header_done) parser.allow_body(10000);
            if (step == ParseStep::need_more || waiting.empty() || parser.is_done()) break;
        }
    }
    const HttpRequest& request = parser.request();
    require(request.headers.size() <= RequestParser::headers_max);
    require(request.body.size() <= 10000);
    (void)request.cookie("session");
    (void)request.form();
    (void)request.media_type();
    if (!request.target.starts_with('/')) return;
    const auto segments = split_path(request.target);
    if (!segments) return;
    for (const std::string& segment : *segments) {
        require(segment != ".." && segment.find('\0') == std::string::npos);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view text = text_of(BytesView(data + 1, size - 1));
    parse_in_pieces(text, std::max<std::size_t>(data[0], 1));

    require(percent_decode(percent_encode(text)).has_value() ==
            (text.find('\0') == std::string_view::npos));
    const auto form = parse_form(text);
    if (form) require(parse_form(build_form(*form)) == form || form->empty());
    const auto url = Url::parse(text);
    if (url) {
        const auto again = Url::parse(url->text());
        require(again && again->text() == url->text());
        require(url->target.find_first_of("\r\n ") == std::string::npos);
    }
    if (const auto address = IpAddress::parse(text)) {
        const auto again = IpAddress::parse(address->text());
        require(again && again->bytes == address->bytes);
        (void)is_public_address(*address);
    }
    (void)json_quote(text);
    return 0;
}
