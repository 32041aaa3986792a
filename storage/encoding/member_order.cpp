// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "storage/encoding/member_order.hpp"

#include <numeric>

namespace stadtbuch::encoding {
namespace {

bool any_doubled_few(const std::vector<Member>& members) {
    for (std::size_t i = 1; i < members.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            if (members[i].key == members[j].key) return true;
        }
    }
    return false;
}

}  // namespace

bool merge_doubled_keys(std::vector<Member>& members) {
    constexpr std::size_t few = 16;
    if (members.size() <= few && !any_doubled_few(members)) return false;

    std::vector<std::size_t> order(members.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return members[a].key < members[b].key; });

    std::vector<bool> dropped(members.size(), false);
    bool any = false;
    std::size_t first = 0;  // position in `order` of the first member with the present key
    for (std::size_t i = 1; i < order.size(); ++i) {
        if (members[order[i]].key != members[order[first]].key) {
            first = i;
            continue;
        }
        members[order[first]].value = std::move(members[order[i]].value);
        dropped[order[i]] = true;
        any = true;
    }
    if (!any) return false;

    std::size_t kept = 0;
    for (std::size_t i = 0; i < members.size(); ++i) {
        if (dropped[i]) continue;
        if (kept != i) members[kept] = std::move(members[i]);
        ++kept;
    }
    members.erase(members.begin() + static_cast<std::ptrdiff_t>(kept), members.end());
    return true;
}

}  // namespace stadtbuch::encoding
