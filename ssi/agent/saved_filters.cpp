// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/agent/saved_filters.hpp"

#include <algorithm>

namespace stadtbuch::agent {

namespace {

std::string prefix_of(std::string_view account) {
    std::string out = "f";
    out += account;
    out += '\0';
    return out;
}

bool is_name(std::string_view name) {
    return !name.empty() && name.size() <= SavedFilters::name_bytes &&
           std::none_of(name.begin(), name.end(),
                        [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

}  // namespace

std::vector<SavedFilter> SavedFilters::of(std::string_view account) const {
    std::vector<SavedFilter> out;
    const std::string prefix = prefix_of(account);
    database_.scan(prefix, [&](std::string_view key, std::string_view value) {
        out.push_back({std::string(key.substr(prefix.size())), std::string(value)});
        return out.size() < most;
    });
    return out;
}

SavedFilters::Outcome SavedFilters::save(std::string_view account, const SavedFilter& filter) {
    if (!is_name(filter.name)) return Outcome::no_name;
    const std::string prefix = prefix_of(account);
    return database_.locked(prefix, [&] {
        const bool known = database_.get(prefix + filter.name).has_value();
        if (!known && of(account).size() >= most) return Outcome::too_many;
        store::Batch batch;
        put(batch, prefix + filter.name, filter.query);
        database_.commit(batch);
        return Outcome::saved;
    });
}

void SavedFilters::forget(std::string_view account, std::string_view name) {
    store::Batch batch;
    erase(batch, prefix_of(account) + std::string(name));
    database_.commit(batch);
}

}  // namespace stadtbuch::agent
