// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What the grammars of json_python.cpp and json_ujson.cpp have in common: a place in the text,
// blanks, words, the one-letter escapes, and the end of an element. Never beyond the text; nothing
// is allocated here.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "storage/encoding/json.hpp"

namespace stadtbuch::encoding {

class JsonCursor {
  protected:
    JsonCursor(std::string_view text, const JsonLimits& limits) : text_(text), limits_(limits) {}

    [[nodiscard]] static bool is_digit(char c) { return c >= '0' && c <= '9'; }

    /// A zero byte behind the end, as in the libraries' own texts.
    [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

    void skip_space() {
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' ||
                                      text_[at_] == '\n' || text_[at_] == '\r')) {
            ++at_;
        }
    }

    [[nodiscard]] bool take(std::string_view word) {
        if (text_.substr(at_, word.size()) != word) return false;
        at_ += word.size();
        return true;
    }

    [[nodiscard]] bool refuse(JsonError error) {
        error_ = error;
        return false;
    }

    /// Appends what the escape `\c` means; false: none of one letter.
    [[nodiscard]] static bool append_escaped(std::string& out, char c) {
        constexpr std::string_view names = "\"\\/bfnrt", meant = "\"\\/\b\f\n\r\t";
        const std::size_t place = names.find(c);
        if (place == std::string_view::npos) return false;
        out.push_back(meant[place]);
        return true;
    }

    /// Takes what follows an element; sets whether it was the last.
    [[nodiscard]] bool read_end(char closing, bool& is_last) {
        skip_space();
        const char c = peek();
        ++at_;
        is_last = c == closing;
        return is_last || c == ',' || refuse(JsonError::syntax);
    }

    std::string_view text_;
    const JsonLimits& limits_;
    std::size_t at_ = 0;
    JsonError error_ = JsonError::syntax;
};

}  // namespace stadtbuch::encoding
