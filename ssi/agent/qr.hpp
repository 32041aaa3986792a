// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#pragma once
#include <string_view>

#include "ssi/agent/html.hpp"

namespace stadtbuch::agent {

/// An SVG image of `text` as QR code: error correction M, quiet zone of 4 modules, dark on light in
/// every colour scheme because scanners need it. `label` is its text alternative. Empty if the text
/// is too long for a QR code.
[[nodiscard]] Html qr_image(std::string_view text, std::string_view label);

}  // namespace stadtbuch::agent
