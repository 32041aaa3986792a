// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/openid/records.hpp"

namespace stadtbuch::openid {

std::optional<std::string> MemoryRecords::get(std::string_view kind, std::string_view key) {
    const auto found = entries_.find({std::string(kind), std::string(key)});
    if (found == entries_.end()) return std::nullopt;
    return found->second.value;
}

void MemoryRecords::put(std::string_view kind, std::string_view key, std::string value,
                        UnixSeconds expires_at) {
    entries_[{std::string(kind), std::string(key)}] = {std::move(value), expires_at};
}

bool MemoryRecords::put_if_absent(std::string_view kind, std::string_view key, std::string value,
                                  UnixSeconds expires_at) {
    return entries_
        .emplace(std::pair(std::string(kind), std::string(key)),
                 Entry{std::move(value), expires_at})
        .second;
}

bool MemoryRecords::put_all_if_absent(std::string_view kind, std::string_view,
                                      const std::vector<std::string>& keys,
                                      UnixSeconds expires_at) {
    for (const std::string& key : keys) {
        if (get(kind, key)) return false;
    }
    for (const std::string& key : keys) put(kind, key, "", expires_at);
    return true;
}

bool MemoryRecords::compare_and_swap(std::string_view kind, std::string_view key,
                                     const std::string& expected,
                                     std::optional<std::string> replacement,
                                     UnixSeconds expires_at) {
    const auto found = entries_.find({std::string(kind), std::string(key)});
    if (found == entries_.end() || found->second.value != expected) return false;
    if (replacement) {
        found->second = {*std::move(replacement), expires_at};
    } else {
        entries_.erase(found);
    }
    return true;
}

std::size_t MemoryRecords::expire(UnixSeconds now) {
    return std::erase_if(entries_,
                         [now](const auto& entry) { return entry.second.expires_at <= now; });
}

}  // namespace stadtbuch::openid
