// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
//
// version = [v] [N !] N *( . N ) [pre] [post] [dev] [ + local ]        (PEP 440, Appendix B)
// pre     = [sep] ( a | b | c | rc | alpha | beta | pre | preview ) [sep] [N]
// post    = - N  |  [sep] ( post | rev | r ) [sep] [N]
// dev     = [sep] dev [sep] [N]            local = alnum *( sep alnum )            sep = - | _ | .
#include "ssi/ledger/static_version.hpp"

#include <array>
#include <span>

namespace stadtbuch::ledger {

namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r') || (c >= 0x1C && c <= 0x1F);
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Takes parts of a version from the front; a failed take leaves the place unchanged.
class Scanner {
  public:
    explicit Scanner(std::string_view text) : text_(text) {}

    [[nodiscard]] bool at_end() const { return at_ == text_.size(); }

    bool take(char c) {
        if (at_end() || lower(text_[at_]) != c) return false;
        ++at_;
        return true;
    }

    /// The number's digits; empty when there is none.
    std::string_view take_number() {
        const std::size_t from = at_;
        while (!at_end() && is_digit(text_[at_])) ++at_;
        return text_.substr(from, at_ - from);
    }

    void take_separator() {
        if (!at_end() && (text_[at_] == '-' || text_[at_] == '_' || text_[at_] == '.')) ++at_;
    }

    bool take_word(std::span<const std::string_view> words) {
        for (const std::string_view word : words) {
            if (text_.size() - at_ < word.size()) continue;
            bool equal = true;
            for (std::size_t i = 0; i < word.size(); ++i) equal &= lower(text_[at_ + i]) == word[i];
            if (!equal) continue;
            at_ += word.size();
            return true;
        }
        return false;
    }

    [[nodiscard]] std::size_t place() const { return at_; }

    void return_to(std::size_t place) { at_ = place; }

    bool take_alphanumerics() {
        const std::size_t from = at_;
        while (!at_end() && (is_digit(text_[at_]) || is_letter(text_[at_]))) ++at_;
        return at_ > from;
    }

  private:
    std::string_view text_;
    std::size_t at_ = 0;
};

bool is_zero(std::string_view digits) {
    return digits.find_first_not_of('0') == std::string_view::npos;
}

struct Version {
    std::size_t release_parts = 0;
    /// Anything beside the release that the reference notices: it overlooks suffixes numbered zero.
    bool has_more = false;
};

/// `[sep] word [sep] [N]`; the number's digits (empty for none) or nullopt.
std::optional<std::string_view> take_suffix(Scanner& scanner,
                                            std::span<const std::string_view> words) {
    const std::size_t place = scanner.place();
    scanner.take_separator();
    if (!scanner.take_word(words)) {
        scanner.return_to(place);
        return std::nullopt;
    }
    const std::size_t after_word = scanner.place();
    scanner.take_separator();
    const std::string_view number = scanner.take_number();
    // The separator belongs to the number: without one it is the start of the next part or an
    // error.
    if (number.empty()) {
        const std::size_t with_separator = scanner.place();
        if (with_separator != after_word && !scanner.at_end()) scanner.return_to(after_word);
    }
    return number;
}

bool take_local(Scanner& scanner) {
    if (!scanner.take_alphanumerics()) return false;
    while (!scanner.at_end()) {
        const std::size_t place = scanner.place();
        scanner.take_separator();
        if (scanner.place() == place || !scanner.take_alphanumerics()) return false;
    }
    return true;
}

constexpr std::array<std::string_view, 8> pre_words = {"alpha",   "a",   "beta", "b",
                                                       "preview", "pre", "c",    "rc"};
constexpr std::array<std::string_view, 3> post_words = {"post", "rev", "r"};
constexpr std::array<std::string_view, 1> dev_words = {"dev"};

void take_post(Scanner& scanner, Version& version) {
    const std::size_t place = scanner.place();
    if (scanner.take('-')) {
        const std::string_view number = scanner.take_number();
        if (!number.empty()) {
            version.has_more |= !is_zero(number);
            return;
        }
        scanner.return_to(place);
    }
    if (const auto number = take_suffix(scanner, post_words)) version.has_more |= !is_zero(*number);
}

std::optional<Version> parse(std::string_view text) {
    Scanner scanner(text);
    Version version;
    scanner.take('v');
    std::string_view number = scanner.take_number();
    if (number.empty()) return std::nullopt;
    if (scanner.take('!')) {
        version.has_more |= !is_zero(number);
        number = scanner.take_number();
        if (number.empty()) return std::nullopt;
    }
    version.release_parts = 1;
    for (std::size_t place = scanner.place(); scanner.take('.'); place = scanner.place()) {
        if (scanner.take_number().empty()) {
            scanner.return_to(place);
            break;
        }
        ++version.release_parts;
    }
    if (take_suffix(scanner, pre_words)) version.has_more = true;
    take_post(scanner, version);
    if (const auto dev = take_suffix(scanner, dev_words)) version.has_more |= !is_zero(*dev);
    if (scanner.take('+')) {
        if (!take_local(scanner)) return std::nullopt;
        version.has_more = true;
    }
    if (!scanner.at_end()) return std::nullopt;
    return version;
}

std::optional<std::string> space_fault(std::string_view text) {
    if (text.empty() || (!is_space(text.front()) && !is_space(text.back()))) return std::nullopt;
    return "version includes leading and/or trailing spaces";
}

}  // namespace

std::optional<std::string> generic_version_fault(std::string_view text) {
    if (auto fault = space_fault(text)) return fault;
    for (const char c : text) {
        const bool known =
            is_digit(c) || is_letter(c) || c == '.' || c == '-' || c == '+' || c == '!';
        if (!known) return "only alphanumerics and [.-+!] are allowed";
    }
    return std::nullopt;
}

std::optional<std::string> schema_version_fault(std::string_view text) {
    if (auto fault = space_fault(text)) return fault;
    const std::optional<Version> version = parse(text);
    if (!version) return "Invalid version: '" + std::string(text) + "'";
    if (version->has_more) return "only dots and digits are expected";
    if (version->release_parts != 2 && version->release_parts != 3) {
        return "invalid number of parts " + std::to_string(version->release_parts) +
               ", should contain 2 or 3";
    }
    return std::nullopt;
}

}  // namespace stadtbuch::ledger
