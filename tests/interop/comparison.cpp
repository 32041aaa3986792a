// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "tests/interop/comparison.hpp"

#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"

namespace stadtbuch::interop {

std::string Comparison::shown(const Bytes& bytes) {
    return encoding::hex_encode(bytes);
}

std::string Comparison::shown(const encoding::Value& value) {
    return encoding::canonical_json(value);
}

}  // namespace stadtbuch::interop
