// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Counts what was compared and stops at the first difference.
#pragma once
#include <cstdint>
#include <map>
#include <string>

#include "tests/interop/recording.hpp"

namespace stadtbuch::interop {

class Comparison {
  public:
    /// `where`: file and row; `member`: what of it.
    template <class T, class U>
    void equal(const std::string& category, const std::string& where, const std::string& member,
               const T& expected, const U& got) {
        if (!(expected == got)) fail(where, member, shown(expected), shown(got));
        ++counts_[category];
    }

    [[noreturn]] static void fail(const std::string& where, const std::string& member,
                                  const std::string& expected, const std::string& got) {
        throw ReplayFailed("DIFFERENCE in " + where + ", " + member + "\n  expected: " + expected +
                           "\n  got:      " + got);
    }

    void count(const std::string& category, std::uint64_t number = 1) {
        counts_[category] += number;
    }

    [[nodiscard]] const std::map<std::string, std::uint64_t>& counts() const { return counts_; }

  private:
    static std::string shown(const std::string& text) { return text; }

    static std::string shown(std::uint64_t number) { return std::to_string(number); }

    static std::string shown(const Bytes& bytes);
    static std::string shown(const encoding::Value& value);

    std::map<std::string, std::uint64_t> counts_;
};

}  // namespace stadtbuch::interop
