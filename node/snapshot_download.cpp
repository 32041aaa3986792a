// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "node/snapshot_download.hpp"

#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "node/net/http_client.hpp"

namespace stadtbuch::node {

namespace {

namespace fs = std::filesystem;

/// In memory at once; a server without ranges sends all of it as one.
constexpr std::uint64_t part_bytes = std::uint64_t{8} << 20;
constexpr std::size_t answer_bytes_max = std::size_t{1} << 30;
constexpr int part_ms = 120'000;
/// A copy that changes all the time ends the download.
constexpr int restarts_max = 3;

/// "bytes 10-19/200": 10, 20, 200; "bytes */200" has first == end == 0.
struct Part {
    std::uint64_t first = 0, end = 0, total = 0;
};

std::optional<std::uint64_t> number_at(std::string_view& text) {
    std::uint64_t number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (read.ec != std::errc{}) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
    return number;
}

bool take(std::string_view& text, std::string_view word) {
    if (!text.starts_with(word)) return false;
    text.remove_prefix(word.size());
    return true;
}

std::optional<Part> read_part(std::string_view text) {
    Part part;
    if (!take(text, "bytes ")) return std::nullopt;
    if (!take(text, "*")) {
        const auto first = number_at(text);
        if (!first || !take(text, "-")) return std::nullopt;
        const auto last = number_at(text);
        if (!last || *last < *first) return std::nullopt;
        part = {*first, *last + 1, 0};
    }
    if (!take(text, "/")) return std::nullopt;
    const auto total = number_at(text);
    if (!total || !text.empty() || part.end > *total) return std::nullopt;
    part.total = *total;
    return part;
}

/// What is there of one address.
class Download {
  public:
    Download(const std::string& url, const std::string& file)
        : url_(url), file_(file), note_(file + ".source"), client_(options()) {
        std::ifstream in(note_, std::ios::binary);
        std::string line;
        if (!std::getline(in, line) || line != url_ || !std::getline(in, tag_)) restart();
    }

    Result<void, Error> run() {
        for (int restarts = 0; restarts <= restarts_max;) {
            const std::uint64_t here = size();
            auto answer = client_.fetch({"GET", url_, headers(here), ""});
            if (!answer) return Failure{answer.error()};
            const auto part = read_part(answer->header("Content-Range").value_or(""));
            const std::string tag(answer->header("ETag").value_or(""));
            if (answer->status == 200) {
                restart();
                return append(answer->body);
            }
            if (answer->status == 416 && part && part->total == here && here > 0) return {};
            const bool goes_on = answer->status == 206 && part && part->first == here &&
                                 answer->body.size() == part->end - part->first &&
                                 (here == 0 || tag == tag_);
            if (!goes_on && here == 0) return no_part(answer->status);
            if (!goes_on) {
                // Another copy, or one that got shorter.
                restart();
                ++restarts;
                continue;
            }
            if (here == 0) remember(tag);
            if (auto done = append(answer->body); !done) return done;
            if (part->end == part->total) return {};
        }
        return no_part(206);
    }

  private:
    static net::HttpClientOptions options() {
        net::HttpClientOptions options;
        options.total_ms = part_ms;
        options.body_bytes_max = answer_bytes_max;
        return options;
    }

    [[nodiscard]] std::uint64_t size() const {
        std::error_code none;
        const auto bytes = fs::file_size(file_, none);
        return none ? 0 : bytes;
    }

    [[nodiscard]] net::HeaderList headers(std::uint64_t from) const {
        net::HeaderList out{{"Range", "bytes=" + std::to_string(from) + "-" +
                                          std::to_string(from + part_bytes - 1)}};
        // A weak tag compares as different there (RFC 9110 §13.1.5); the answer's is compared here.
        if (from > 0 && tag_.starts_with('"')) out.push_back({"If-Range", tag_});
        return out;
    }

    void restart() {
        std::error_code ignored;
        fs::remove(file_, ignored);
        fs::remove(note_, ignored);
        tag_.clear();
    }

    void remember(const std::string& tag) {
        tag_ = tag;
        std::ofstream(note_, std::ios::binary | std::ios::trunc) << url_ << "\n" << tag_ << "\n";
    }

    Result<void, Error> append(const std::string& body) {
        std::ofstream out(file_, std::ios::binary | std::ios::app);
        out << body;
        out.close();
        if (out.good()) return {};
        return Failure{Error{"SB-2131", "the snapshot cannot be written", file_,
                             "make room, or name another file"}};
    }

    [[nodiscard]] Failure<Error> no_part(int status) const {
        return Failure{Error{"SB-2134", "the server gives no snapshot", url_,
                             "it answered with status " + std::to_string(status) +
                                 "; check the address, or use another source"}};
    }

    const std::string& url_;
    const std::string& file_;
    std::string note_;
    std::string tag_;
    net::HttpClient client_;
};

}  // namespace

bool is_web_address(std::string_view source) {
    return source.starts_with("http://") || source.starts_with("https://");
}

Result<void, Error> download_snapshot(const std::string& url, const std::string& file) {
    return Download(url, file).run();
}

}  // namespace stadtbuch::node
