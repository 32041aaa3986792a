// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Markup that cannot be injected into: a piece of Html is made from a literal whose `{}` take
// escaped texts, numbers or other Html. There is no way from a run-time text to markup without
// escaping.
#pragma once
#include <array>
#include <concepts>
#include <string>
#include <string_view>
#include <type_traits>

namespace stadtbuch::agent {

class Html {
  public:
    Html() = default;
    /// & < > " ' as entities: safe as element content and inside quoted attribute values.
    [[nodiscard]] static Html escaped(std::string_view text);

    [[nodiscard]] const std::string& markup() const { return markup_; }

    [[nodiscard]] bool empty() const { return markup_.empty(); }

    Html& operator+=(const Html& other) {
        markup_ += other.markup_;
        return *this;
    }

  private:
    friend Html fill_markup(std::string_view format, const Html* pieces);
    std::string markup_;
};

[[nodiscard]] inline Html piece_of(const Html& html) {
    return html;
}

[[nodiscard]] inline Html piece_of(std::string_view text) {
    return Html::escaped(text);
}

template <std::integral Number>
[[nodiscard]] Html piece_of(Number number) {
    return Html::escaped(std::to_string(number));
}

/// A literal, checked when it is compiled: as many `{}` as arguments.
template <class... Args>
struct Markup {
    std::string_view text;

    consteval Markup(const char* literal) : text(literal) {
        std::size_t holes = 0;
        for (std::size_t i = 0; i + 1 < text.size(); ++i) {
            if (text[i] == '{' && text[i + 1] == '}') ++holes;
        }
        if (holes != sizeof...(Args)) throw "number of {} differs from the number of arguments";
    }
};

[[nodiscard]] Html fill_markup(std::string_view format, const Html* pieces);

template <class... Args>
[[nodiscard]] Html html(Markup<std::type_identity_t<Args>...> format, const Args&... args) {
    const std::array<Html, sizeof...(Args) + 1> pieces{piece_of(args)..., Html{}};
    return fill_markup(format.text, pieces.data());
}

}  // namespace stadtbuch::agent
