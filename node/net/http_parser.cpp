// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "node/net/http_parser.hpp"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <limits>

namespace stadtbuch::net {
namespace {

namespace http = boost::beast::http;
using ErrorCode = boost::beast::error_code;
using View = boost::beast::string_view;

/// What a declared length may make us allocate before anything arrived.
constexpr std::uint64_t reserve_bytes_max = 64 * 1024;

class Reader final : public http::basic_parser<true> {
  public:
    HttpRequest request;
    unsigned version_number = 11;

  private:
    void on_request_impl(http::verb /*verb*/, View method, View target, int version,
                         ErrorCode& ec) override {
        ec = {};
        request.method.assign(method.data(), method.size());
        request.target.assign(target.data(), target.size());
        version_number = static_cast<unsigned>(version);
    }

    void on_response_impl(int /*code*/, View /*reason*/, int /*version*/, ErrorCode& ec) override {
        ec = http::error::bad_method;
    }

    void on_field_impl(http::field /*name*/, View name_text, View value, ErrorCode& ec) override {
        ec = {};
        if (request.headers.size() == RequestParser::headers_max) {
            ec = http::error::header_limit;
            return;
        }
        request.headers.emplace_back(std::string(name_text.data(), name_text.size()),
                                     std::string(value.data(), value.size()));
    }

    void on_header_impl(ErrorCode& ec) override { ec = {}; }

    void on_body_init_impl(const boost::optional<std::uint64_t>& length, ErrorCode& ec) override {
        ec = {};
        if (!length) return;
        request.body.reserve(static_cast<std::size_t>(std::min(*length, reserve_bytes_max)));
    }

    std::size_t on_body_impl(View body, ErrorCode& ec) override {
        ec = {};
        request.body.append(body.data(), body.size());
        return body.size();
    }

    void on_chunk_header_impl(std::uint64_t /*size*/, View /*extensions*/, ErrorCode& ec) override {
        ec = {};
    }

    std::size_t on_chunk_body_impl(std::uint64_t /*remain*/, View body, ErrorCode& ec) override {
        ec = {};
        request.body.append(body.data(), body.size());
        return body.size();
    }

    void on_finish_impl(ErrorCode& ec) override { ec = {}; }
};

}  // namespace

struct RequestParser::Impl {
    Reader reader;
    bool header_reported = false;
    ErrorCode failed;
};

RequestParser::RequestParser(std::size_t header_bytes_max) : impl_(std::make_unique<Impl>()) {
    // Beast goes on to the body even if the headers were refused, unless it stops in between.
    impl_->reader.eager(false);
    impl_->reader.header_limit(static_cast<std::uint32_t>(header_bytes_max));
    impl_->reader.body_limit(std::numeric_limits<std::uint64_t>::max());
}

RequestParser::~RequestParser() = default;

ParseStep RequestParser::put(const char* data, std::size_t size, std::size_t& used) {
    used = 0;
    if (impl_->reader.is_header_done() && impl_->reader.chunked() && size < chunked_end_bytes)
        return ParseStep::need_more;
    ErrorCode failed;
    used = impl_->reader.put(boost::asio::const_buffer(data, size), failed);
    if (failed && failed != http::error::need_more) {
        impl_->failed = failed;
        return ParseStep::failed;
    }
    if (!impl_->header_reported && impl_->reader.is_header_done()) {
        impl_->header_reported = true;
        return ParseStep::header_done;
    }
    return failed ? ParseStep::need_more : ParseStep::progressed;
}

void RequestParser::allow_body(std::uint64_t bytes_max) {
    impl_->reader.body_limit(bytes_max);
    impl_->reader.eager(true);
}

bool RequestParser::is_done() const {
    return impl_->reader.is_done();
}

HttpRequest& RequestParser::request() {
    return impl_->reader.request;
}

unsigned RequestParser::version() const {
    return impl_->reader.version_number;
}

bool RequestParser::keep_alive() const {
    return impl_->reader.keep_alive();
}

std::optional<std::uint64_t> RequestParser::content_length() const {
    const auto length = impl_->reader.content_length();
    return length ? std::optional<std::uint64_t>(*length) : std::nullopt;
}

int RequestParser::error_status() const {
    if (impl_->failed == http::error::header_limit) return 431;
    if (impl_->failed == http::error::body_limit) return 413;
    if (impl_->failed == http::error::bad_version) return 505;
    return 400;
}

std::string RequestParser::error_text() const {
    return impl_->failed.message();
}

}  // namespace stadtbuch::net
