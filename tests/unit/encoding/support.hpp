// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Reading the recordings for the encoding tests.
#pragma once
#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"

namespace stadtbuch::test {

inline std::string recording(const std::string& name) {
    std::ifstream file(STADTBUCH_TEST_DATA "/indy/" + name, std::ios::binary);
    REQUIRE(file.good());
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

inline encoding::Value parsed(std::string_view text) {
    auto value = encoding::parse_json(text);
    INFO(text.substr(0, 200));
    REQUIRE(value);
    return *value;
}

inline encoding::Value recorded_json(const std::string& name) {
    return parsed(recording(name));
}

inline std::vector<encoding::Value> recorded_lines(const std::string& name) {
    std::vector<encoding::Value> values;
    const std::string text = recording(name);
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        if (end > at) values.push_back(parsed(std::string_view(text).substr(at, end - at)));
        at = end + 1;
    }
    REQUIRE_FALSE(values.empty());
    return values;
}

inline Bytes unhex(std::string_view text) {
    auto bytes = encoding::hex_decode(text);
    REQUIRE(bytes);
    return *bytes;
}

}  // namespace stadtbuch::test
