// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Reading HTTP/1.1 requests out of octets as they arrive; inside of the HTTP server only.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "node/net/http.hpp"

namespace stadtbuch::net {

/// The end of a chunked body is no shorter ("0", two line ends), so that fewer octets never
/// complete one. Beast asserts it when it comes back to a last chunk, and an assertion must not be
/// what a stranger's packets decide.
inline constexpr std::size_t chunked_end_bytes = 5;

enum class ParseStep : std::uint8_t {
    /// Something was used; call again with the rest, if there is any.
    progressed,
    /// The rest makes no sense without more behind it.
    need_more,
    /// The headers are complete: judge them, call allow_body(), go on. Reported once.
    header_done,
    failed,
};

/// One request. Fills an HttpRequest without a message type in between: each header is copied once.
class RequestParser {
  public:
    static constexpr std::size_t headers_max = 128;

    explicit RequestParser(std::size_t header_bytes_max);
    ~RequestParser();
    RequestParser(const RequestParser&) = delete;
    RequestParser& operator=(const RequestParser&) = delete;

    /// REQUIRES: !is_done(), size > 0. `used` octets must not be given again.
    [[nodiscard]] ParseStep put(const char* data, std::size_t size, std::size_t& used);
    /// Longer bodies fail with 413. Until it is called nothing of the body is read.
    void allow_body(std::uint64_t bytes_max);

    [[nodiscard]] bool is_done() const;
    [[nodiscard]] HttpRequest& request();
    /// 10 or 11.
    [[nodiscard]] unsigned version() const;
    [[nodiscard]] bool keep_alive() const;
    [[nodiscard]] std::optional<std::uint64_t> content_length() const;
    /// After `failed`: 400, 413, 431 or 505, and why.
    [[nodiscard]] int error_status() const;
    [[nodiscard]] std::string error_text() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace stadtbuch::net
