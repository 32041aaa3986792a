// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Sets of integers in the order in which CPython 3.8 iterates them. The reference prints such sets
// into refusals and sends them in GET_REVOC_REG_DELTA, and f+1 nodes must say the same; integers
// hash to themselves there, so the order follows from the insertions alone (Objects/setobject.c:
// open addressing with ten linear probes, growth by four at three fifths).
#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace stadtbuch::ledger {

class PythonIntSet {
  public:
    PythonIntSet() = default;
    /// set([...])
    explicit PythonIntSet(std::span<const std::int64_t> list);

    void add(std::int64_t value);
    [[nodiscard]] bool contains(std::int64_t value) const;

    [[nodiscard]] std::size_t size() const { return used_; }

    [[nodiscard]] bool empty() const { return used_ == 0; }

    /// In iteration order.
    [[nodiscard]] std::vector<std::int64_t> values() const;

    /// self.difference([...])
    [[nodiscard]] std::vector<std::int64_t> difference(std::span<const std::int64_t> list) const;
    /// self.difference(set): a small set is taken out of a copy, otherwise a new set is filled.
    [[nodiscard]] std::vector<std::int64_t> difference(const PythonIntSet& other) const;
    /// self.intersection([...])
    [[nodiscard]] std::vector<std::int64_t> intersection(std::span<const std::int64_t> list) const;

  private:
    struct Slot {
        std::int64_t value = 0;
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
