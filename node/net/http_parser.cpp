// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "node/net/http_parser.hpp"

#include <algorithm>
#include <boost/beast/http/error.hpp>

namespace stadtbuch::net {
namespace {

/// What a declared length may make us allocate before anything arrived.
constexpr std::uint64_t reserve_bytes_max = 64 * 1024;

}  // namespace

void RequestParser::on_request_impl(Verb /*verb*/, View method, View target, int version_number,
                                    ErrorCode& ec) {
    ec = {};
    request.method.assign(method.data(), method.size());
    request.target.assign(target.data(), target.size());
    version = static_cast<unsigned>(version_number);
}

void RequestParser::on_response_impl(int /*code*/, View /*reason*/, int /*version*/,
                                     ErrorCode& ec) {
    ec = boost::beast::http::error::bad_method;
}

void RequestParser::on_field_impl(Field /*name*/, View name_text, View value, ErrorCode& ec) {
    ec = {};
    if (request.headers.size() == headers_max) {
        ec = boost::beast::http::error::header_limit;
        return;
    }
    request.headers.emplace_back(std::string(name_text.data(), name_text.size()),
                                 std::string(value.data(), value.size()));
}

void RequestParser::on_header_impl(ErrorCode& ec) {
    ec = {};
}

void RequestParser::on_body_init_impl(const boost::optional<std::uint64_t>& length, ErrorCode& ec) {
    ec = {};
    if (length)
        request.body.reserve(static_cast<std::size_t>(std::min(*length, reserve_bytes_max)));
}

std::size_t RequestParser::on_body_impl(View body, ErrorCode& ec) {
    ec = {};
    request.body.append(body.data(), body.size());
    return body.size();
}

void RequestParser::on_chunk_header_impl(std::uint64_t /*size*/, View /*extensions*/,
                                         ErrorCode& ec) {
    ec = {};
}

std::size_t RequestParser::on_chunk_body_impl(std::uint64_t /*remain*/, View body, ErrorCode& ec) {
    ec = {};
    request.body.append(body.data(), body.size());
    return body.size();
}

void RequestParser::on_finish_impl(ErrorCode& ec) {
    ec = {};
}

}  // namespace stadtbuch::net
