// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Sets of integers in the order in which CPython 3.8 iterates them. The reference prints such sets
// into refusals and sends them in GET_REVOC_REG_DELTA, and f+1 nodes must say the same; integers
// hash to themselves there, so the order follows from the insertions alone (Objects/setobject.c:
// open addressing with ten linear probes, growth by four at three fifths).
// False and True are integers to it: equal to 0 and 1, but they print and are stored as themselves;
// a set keeps the one that came first.
#pragma once
#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "storage/encoding/value.hpp"

namespace stadtbuch::ledger {

struct PythonInt {
    PythonInt() = default;

    PythonInt(std::int64_t number) : value(number) {}

    /// Of an integer or a bool; nullopt for all else.
    [[nodiscard]] static std::optional<PythonInt> of(const encoding::Value& given);
    [[nodiscard]] encoding::Value as_value() const;

    std::int64_t value = 0;
    bool is_bool = false;

    friend bool operator==(const PythonInt& a, const PythonInt& b) { return a.value == b.value; }

    friend auto operator<=>(const PythonInt& a, const PythonInt& b) { return a.value <=> b.value; }
};

class PythonIntSet {
  public:
    PythonIntSet() = default;
    /// set([...])
    explicit PythonIntSet(std::span<const PythonInt> list);

    void add(PythonInt number);
    [[nodiscard]] bool contains(std::int64_t value) const;

    [[nodiscard]] std::size_t size() const { return used_; }

    [[nodiscard]] bool empty() const { return used_ == 0; }

    /// In iteration order.
    [[nodiscard]] std::vector<PythonInt> values() const;

    /// self.difference([...])
    [[nodiscard]] std::vector<PythonInt> difference(std::span<const PythonInt> list) const;
    /// self.difference(set): a small set is taken out of a copy, otherwise a new set is filled.
    [[nodiscard]] std::vector<PythonInt> difference(const PythonIntSet& other) const;
    /// self.intersection([...]): holds what is in the list.
    [[nodiscard]] std::vector<PythonInt> intersection(std::span<const PythonInt> list) const;

  private:
    struct Slot {
        PythonInt number;
        bool used = false;
    };

    [[nodiscard]] static std::uint64_t hash_of(std::int64_t value);
    /// Place of the value, or of the free slot where it would be put.
    [[nodiscard]] std::size_t place_of(std::int64_t value) const;
    void resize(std::size_t more_than);
    /// set(self): built anew, so its order may differ.
    [[nodiscard]] PythonIntSet copied() const;

    std::vector<Slot> table_ = std::vector<Slot>(8);
    std::size_t used_ = 0;
};

}  // namespace stadtbuch::ledger
