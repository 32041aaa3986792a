// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Expected orders were printed by CPython 3.8.18.
#include <catch2/catch.hpp>

#include "ssi/ledger/python_set.hpp"

using stadtbuch::ledger::PythonInt;
using stadtbuch::ledger::PythonIntSet;
using List = std::vector<PythonInt>;

TEST_CASE("sets of integers iterate as CPython's do") {
    CHECK(PythonIntSet().values().empty());
    CHECK(PythonIntSet(List{60, 46}).values() == List{60, 46});
    CHECK(PythonIntSet(List{9, 46, 40, 96}).values() == List{40, 9, 96, 46});
    CHECK(PythonIntSet(List{3, 1, 2, 1, 3}).values() == List{1, 2, 3});
}

TEST_CASE("a difference moves what is left when much was taken") {
    const PythonIntSet set(List{9, 46, 40, 96});
    CHECK(set.difference(List{2, 3, 4, 9, 30, 46, 62, 91}) == List{96, 40});
    CHECK(PythonIntSet(List{94, 23, 50, 8}).difference(List{23, 94}) == List{50, 8});
    CHECK(PythonIntSet(List{7, 7, -8, 6, 5}).difference(List{-6, 5, 7}) == List{6, -8});
    CHECK(set.difference(List{}) == List{40, 9, 96, 46});
}

TEST_CASE("an intersection is filled in the order of the list") {
    const PythonIntSet state(List{3, 8, 21, 36, 54, 75});
    CHECK(state.intersection(List{3, 57, 75}) == List{75, 3});
    CHECK(state.intersection(List{1, 2}).empty());
}

TEST_CASE("of equal ones the first stays, as a bool or as a number") {
    const auto as_values = [](const List& list) {
        stadtbuch::encoding::Array out;
        for (const PythonInt& number : list) out.push_back(number.as_value());
        return stadtbuch::encoding::Value(std::move(out));
    };
    const auto number = [](bool truth) { return *PythonInt::of(truth); };
    using stadtbuch::encoding::Array;
    using stadtbuch::encoding::Value;
    const PythonIntSet mixed(List{number(false), 0, 1, number(true)});
    CHECK(as_values(mixed.values()) == Value(Array{false, 1}));
    CHECK(as_values(mixed.intersection(List{0, number(true)})) == Value(Array{0, true}));
    CHECK(as_values(mixed.difference(List{1})) == Value(Array{false}));
}

TEST_CASE("membership holds through growth") {
    PythonIntSet set;
    for (std::int64_t i = 0; i < 2000; ++i) set.add(i * 7919 - 5000);
    CHECK(set.size() == 2000);
    for (std::int64_t i = 0; i < 2000; ++i) REQUIRE(set.contains(i * 7919 - 5000));
    CHECK_FALSE(set.contains(1));
    CHECK(set.values().size() == 2000);
}
