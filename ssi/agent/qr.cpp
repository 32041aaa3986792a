// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/agent/qr.hpp"

#include <qrencode.h>

#include <memory>
#include <string>

namespace stadtbuch::agent {

Html qr_image(std::string_view text, std::string_view label) {
    constexpr int quiet = 4;
    const std::unique_ptr<QRcode, decltype(&QRcode_free)> code(
        QRcode_encodeData(static_cast<int>(text.size()),
                          reinterpret_cast<const unsigned char*>(text.data()), 0, QR_ECLEVEL_M),
        &QRcode_free);
    if (code == nullptr) return {};
    std::string path;
    for (int y = 0; y < code->width; ++y) {
        for (int x = 0; x < code->width; ++x) {
            if ((code->data[y * code->width + x] & 1) == 0) continue;
            int end = x;
            while (end < code->width && (code->data[y * code->width + end] & 1) != 0) ++end;
            path += "M" + std::to_string(x + quiet) + " " + std::to_string(y + quiet) + "h" +
                    std::to_string(end - x) + "v1h-" + std::to_string(end - x) + "z";
            x = end;
        }
    }
    const int size = code->width + 2 * quiet;
    return html(
        "<svg class=\"qr\" role=\"img\" aria-label=\"{}\" viewBox=\"0 0 {} {}\" "
        "shape-rendering=\"crispEdges\">"
        "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/><path d=\"{}\" fill=\"#000\"/></svg>",
        label, size, size, std::string_view(path));
}

}  // namespace stadtbuch::agent
