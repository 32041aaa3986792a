// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "consensus/messages/scan.hpp"

#include "storage/encoding/json.hpp"

namespace stadtbuch::consensus::messages {
namespace {

constexpr std::size_t depth_max = encoding::nesting_max + 8;

class Scanner {
  public:
    explicit Scanner(std::string_view text) : text_(text) {}

    void skip_space() {
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' ||
                                      text_[at_] == '\n' || text_[at_] == '\r')) {
            ++at_;
        }
    }

    [[nodiscard]] bool done() const { return at_ >= text_.size(); }

    [[nodiscard]] bool take(char c) {
        if (done() || text_[at_] != c) return false;
        ++at_;
        return true;
    }

    [[nodiscard]] bool peek(char c) const { return !done() && text_[at_] == c; }

    /// The characters between the quotes.
    [[nodiscard]] std::optional<std::string_view> string() {
        if (!take('"')) return std::nullopt;
        const std::size_t begin = at_;
        while (at_ < text_.size() && text_[at_] != '"') at_ += text_[at_] == '\\' ? 2U : 1U;
        if (at_ >= text_.size()) return std::nullopt;
        ++at_;
        return text_.substr(begin, at_ - 1 - begin);
    }

    [[nodiscard]] std::optional<std::string_view> value() {
        const std::size_t begin = at_;
        std::size_t depth = 0;
        while (at_ < text_.size()) {
            const char c = text_[at_];
            if (c == '"') {
                if (!string()) return std::nullopt;
            } else if (c == '{' || c == '[') {
                if (++depth > depth_max) return std::nullopt;
                ++at_;
            } else if (c == '}' || c == ']') {
                if (depth == 0) break;
                --depth;
                ++at_;
            } else if (c == ',' && depth == 0) {
                break;
            } else {
                ++at_;
            }
        }
        if (depth != 0) return std::nullopt;
        std::string_view found = text_.substr(begin, at_ - begin);
        const std::size_t last = found.find_last_not_of(" \t\n\r");
        if (last == std::string_view::npos) return std::nullopt;
        return found.substr(0, last + 1);
    }

  private:
    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace

std::optional<std::vector<RawMember>> scan_object(std::string_view text, std::size_t members_max) {
    Scanner scanner(text);
    scanner.skip_space();
    if (!scanner.take('{')) return std::nullopt;
    std::vector<RawMember> members;
    scanner.skip_space();
    bool closed = scanner.take('}');
    while (!closed) {
        if (members.size() >= members_max) return std::nullopt;
        scanner.skip_space();
        const auto key = scanner.string();
        if (!key) return std::nullopt;
        scanner.skip_space();
        if (!scanner.take(':')) return std::nullopt;
        scanner.skip_space();
        const auto value = scanner.value();
        if (!value) return std::nullopt;
        members.push_back({*key, *value});
        if (scanner.take(',')) continue;
        if (!scanner.take('}')) return std::nullopt;
        closed = true;
    }
    scanner.skip_space();
    if (!scanner.done()) return std::nullopt;
    return members;
}

std::string_view raw_value(const std::vector<RawMember>& members, std::string_view key) {
    for (auto it = members.rbegin(); it != members.rend(); ++it) {
        if (it->key == key) return it->value;
    }
    return {};
}

}  // namespace stadtbuch::consensus::messages
