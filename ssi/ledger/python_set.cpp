// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/ledger/python_set.hpp"

namespace stadtbuch::ledger {

namespace {

constexpr std::size_t linear_probes = 9;
constexpr unsigned perturb_shift = 5;
constexpr std::size_t many = 50'000;
constexpr std::uint64_t modulus = (std::uint64_t{1} << 61U) - 1;  ///< of integers' hashes

}  // namespace

std::optional<PythonInt> PythonInt::of(const encoding::Value& given) {
    if (const auto number = given.integer()) return PythonInt(*number);
    const auto truth = given.boolean();
    if (!truth) return std::nullopt;
    PythonInt out(*truth ? 1 : 0);
    out.is_bool = true;
    return out;
}

encoding::Value PythonInt::as_value() const {
    return is_bool ? encoding::Value(value != 0) : encoding::Value(value);
}

std::uint64_t PythonIntSet::hash_of(std::int64_t value) {
    const bool negative = value < 0;
    const auto magnitude =
        negative ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
    const std::uint64_t hash = negative ? 0 - magnitude % modulus : magnitude % modulus;
    return hash == ~std::uint64_t{0} ? hash - 1 : hash;  // -1 means an error there
}

std::size_t PythonIntSet::place_of(std::int64_t value) const {
    const std::size_t mask = table_.size() - 1;
    std::uint64_t perturb = hash_of(value);
    std::size_t i = perturb & mask;
    for (;;) {
        // Probing in a row, unless that would run over the end of the table.
        const std::size_t last = i + linear_probes <= mask ? i + linear_probes : i;
        for (std::size_t j = i; j <= last; ++j) {
            if (!table_[j].used || table_[j].number.value == value) return j;
        }
        perturb >>= perturb_shift;
        i = (i * 5 + 1 + perturb) & mask;
    }
}

PythonIntSet::PythonIntSet(std::span<const PythonInt> list) {
    for (const PythonInt& number : list) add(number);
}

void PythonIntSet::add(PythonInt number) {
    Slot& slot = table_[place_of(number.value)];
    if (slot.used) return;
    slot = {number, true};
    ++used_;
    if (used_ * 5 >= (table_.size() - 1) * 3) resize(used_ > many ? used_ * 2 : used_ * 4);
}

bool PythonIntSet::contains(std::int64_t value) const {
    return table_[place_of(value)].used;
}

std::vector<PythonInt> PythonIntSet::values() const {
    std::vector<PythonInt> out;
    out.reserve(used_);
    for (const Slot& slot : table_) {
        if (slot.used) out.push_back(slot.number);
    }
    return out;
}

void PythonIntSet::resize(std::size_t more_than) {
    std::size_t size = 8;
    while (size <= more_than) size *= 2;
    const std::vector<Slot> old = std::move(table_);
    table_ = std::vector<Slot>(size);
    for (const Slot& slot : old) {
        if (slot.used) table_[place_of(slot.number.value)] = slot;
    }
}

PythonIntSet PythonIntSet::copied() const {
    PythonIntSet copy;
    if (used_ * 5 >= (copy.table_.size() - 1) * 3) copy.resize(used_ * 2);
    if (copy.table_.size() == table_.size()) return *this;
    for (const Slot& slot : table_) {
        if (slot.used) copy.table_[copy.place_of(slot.number.value)] = slot;
    }
    copy.used_ = used_;
    return copy;
}

std::vector<PythonInt> PythonIntSet::difference(std::span<const PythonInt> list) const {
    const PythonIntSet taken(list);
    PythonIntSet rest = copied();
    std::size_t removed = 0;
    for (Slot& slot : rest.table_) {
        if (!slot.used || !taken.contains(slot.number.value)) continue;
        slot.used = false;
        ++removed;
    }
    // The gaps keep the rest in its places, unless there are too many of them.
    rest.used_ -= removed;
    if (removed > (rest.table_.size() - 1) / 4)
        rest.resize(rest.used_ > many ? rest.used_ * 2 : rest.used_ * 4);
    return rest.values();
}

std::vector<PythonInt> PythonIntSet::difference(const PythonIntSet& other) const {
    if (used_ / 4 > other.used_) return difference(other.values());
    PythonIntSet out;
    for (const Slot& slot : table_) {
        if (slot.used && !other.contains(slot.number.value)) out.add(slot.number);
    }
    return out.values();
}

std::vector<PythonInt> PythonIntSet::intersection(std::span<const PythonInt> list) const {
    PythonIntSet out;
    for (const PythonInt& number : list) {
        if (contains(number.value)) out.add(number);
    }
    return out.values();
}

}  // namespace stadtbuch::ledger
