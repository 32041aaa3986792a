// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Members of an object in sorted order without copying them. Internal to storage/encoding.
#pragma once
#include <algorithm>
#include <array>
#include <vector>

#include "storage/encoding/value.hpp"

namespace stadtbuch::encoding {

/// Code point order of the keys: for valid UTF-8 that is the order of the bytes.
inline bool key_less(const Member& a, const Member& b) {
    return a.key < b.key;
}

/// Pointers to the members of `object`, sorted by `less`; borrows the object. Objects up to 32
/// members need no allocation, and members that already lie in order (stored transactions do) no
/// sorting.
class MemberOrder {
  public:
    template <class Less>
    MemberOrder(const Object& object, Less less) : size_(object.size()) {
        if (size_ > few_.size()) many_.resize(size_);
        const Member** out = data();
        for (const Member& member : object) *out++ = &member;
        const auto pointers_less = [&](const Member* a, const Member* b) { return less(*a, *b); };
        if (!std::is_sorted(data(), data() + size_, pointers_less)) {
            std::stable_sort(data(), data() + size_, pointers_less);
        }
    }

    MemberOrder(const MemberOrder&) = delete;
    MemberOrder& operator=(const MemberOrder&) = delete;

    [[nodiscard]] const Member* const* begin() const {
        return many_.empty() ? few_.data() : many_.data();
    }

    [[nodiscard]] const Member* const* end() const { return begin() + size_; }

  private:
    [[nodiscard]] const Member** data() { return many_.empty() ? few_.data() : many_.data(); }

    std::size_t size_;
    std::array<const Member*, 32> few_;
    std::vector<const Member*> many_;
};

/// Gives doubled keys Python's meaning (first position, last value). Returns whether any was
/// doubled. O(n log n) without hashing, so that no choice of keys makes it slow.
bool merge_doubled_keys(std::vector<Member>& members);

}  // namespace stadtbuch::encoding
