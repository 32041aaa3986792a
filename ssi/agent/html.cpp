// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/agent/html.hpp"

#include "storage/encoding/text.hpp"

namespace stadtbuch::agent {

Html Html::escaped(std::string_view text) {
    Html out;
    if (!encoding::is_utf8(text)) text = "\xEF\xBF\xBD";
    for (const char c : text) {
        switch (c) {
            case '&':
                out.markup_ += "&amp;";
                break;
            case '<':
                out.markup_ += "&lt;";
                break;
            case '>':
                out.markup_ += "&gt;";
                break;
            case '"':
                out.markup_ += "&quot;";
                break;
            case '\'':
                out.markup_ += "&#39;";
                break;
            default:
                // Control characters are no HTML; tab and line feed are.
                if (static_cast<unsigned char>(c) >= 0x20 || c == '\t' || c == '\n')
                    out.markup_ += c;
        }
    }
    return out;
}

Html fill_markup(std::string_view format, const Html* pieces) {
    Html out;
    std::size_t begin = 0;
    for (;;) {
        const std::size_t hole = format.find("{}", begin);
        out.markup_ += format.substr(begin, hole == std::string_view::npos ? hole : hole - begin);
        if (hole == std::string_view::npos) return out;
        out.markup_ += pieces->markup_;
        ++pieces;
        begin = hole + 2;
    }
}

}  // namespace stadtbuch::agent
