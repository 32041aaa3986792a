// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Small helpers of tests that change a configuration file and look into JSON answers.
#pragma once
#include <catch2/catch.hpp>
#include <fstream>
#include <string>
#include <string_view>

#include "ssi/agent/keyring.hpp"
#include "storage/encoding/value.hpp"

namespace stadtbuch::agent::test {

inline std::string text_at(const encoding::Value& value, std::string_view key) {
    return std::string(value.text_at(key));
}

inline void replace_in(const std::string& file, const std::string& old, const std::string& fresh) {
    auto text = read_text_file(file);
    REQUIRE(text);
    const std::size_t at = text->find(old);
    INFO(old);
    REQUIRE(at != std::string::npos);
    text->replace(at, old.size(), fresh);
    std::ofstream(file, std::ios::binary) << *text;
}

}  // namespace stadtbuch::agent::test
