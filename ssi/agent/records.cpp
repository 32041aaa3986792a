// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/agent/records.hpp"

namespace stadtbuch::agent {

namespace {

std::string name_of(std::string_view kind, std::string_view key) {
    std::string out(kind);
    out += '\0';
    out += key;
    return out;
}

std::string record_key(const std::string& name) {
    return "r" + name;
}

std::string expiry_key(std::string_view expiry, const std::string& name) {
    std::string out = "x";
    out += expiry;
    return out + name;
}

}  // namespace

std::optional<std::string> StoreRecords::get(std::string_view kind, std::string_view key) {
    const auto held = database_.get(record_key(name_of(kind, key)));
    if (!held) return std::nullopt;
    return held->substr(8);
}

void StoreRecords::put(std::string_view kind, std::string_view key, std::string value,
                       keys::UnixSeconds expires_at) {
    const std::string name = name_of(kind, key);
    database_.locked(name,
                     [&] { replace(name, database_.get(record_key(name)), value, expires_at); });
}

bool StoreRecords::put_if_absent(std::string_view kind, std::string_view key, std::string value,
                                 keys::UnixSeconds expires_at) {
    const std::string name = name_of(kind, key);
    return database_.locked(name, [&] {
        if (database_.get(record_key(name))) return false;
        replace(name, std::nullopt, value, expires_at);
        return true;
    });
}

bool StoreRecords::put_all_if_absent(std::string_view kind, std::string_view group,
                                     const std::vector<std::string>& keys,
                                     keys::UnixSeconds expires_at) {
    return database_.locked(name_of(kind, group), [&] {
        const std::string expiry = big_endian(static_cast<std::uint64_t>(expires_at));
        store::Batch batch;
        for (const std::string& key : keys) {
            const std::string name = name_of(kind, key);
            if (database_.get(record_key(name))) return false;
            agent::put(batch, record_key(name), expiry);
            agent::put(batch, expiry_key(expiry, name), "");
        }
        database_.commit(batch);
        return true;
    });
}

bool StoreRecords::compare_and_swap(std::string_view kind, std::string_view key,
                                    const std::string& expected,
                                    std::optional<std::string> replacement,
                                    keys::UnixSeconds expires_at) {
    const std::string name = name_of(kind, key);
    return database_.locked(name, [&] {
        const auto held = database_.get(record_key(name));
        if (!held || std::string_view(*held).substr(8) != expected) return false;
        replace(name, held, replacement, expires_at);
        return true;
    });
}

void StoreRecords::remove(std::string_view kind, std::string_view key) {
    const std::string name = name_of(kind, key);
    database_.locked(name, [&] {
        const auto held = database_.get(record_key(name));
        if (held) replace(name, held, std::nullopt, 0);
    });
}

void StoreRecords::replace(const std::string& name, const std::optional<std::string>& before,
                           const std::optional<std::string>& after, keys::UnixSeconds expires_at) {
    store::Batch batch;
    if (before) erase(batch, expiry_key(std::string_view(*before).substr(0, 8), name));
    if (after) {
        const std::string expiry = big_endian(static_cast<std::uint64_t>(expires_at));
        agent::put(batch, record_key(name), expiry + *after);
        agent::put(batch, expiry_key(expiry, name), "");
    } else {
        erase(batch, record_key(name));
    }
    database_.commit(batch);
}

std::size_t StoreRecords::expire(keys::UnixSeconds now, std::size_t most) {
    std::vector<std::string> names;
    database_.scan_range("x", "x" + big_endian(static_cast<std::uint64_t>(now)),
                         [&](std::string_view key, std::string_view) {
                             names.emplace_back(key.substr(9));
                             return names.size() < most;
                         });
    std::size_t gone = 0;
    for (const std::string& name : names) {
        gone += database_.locked(name, [&]() -> std::size_t {
            const auto held = database_.get(record_key(name));
            // It may have been renewed since the scan.
            if (!held || from_big_endian(*held) >= static_cast<std::uint64_t>(now)) return 0;
            store::Batch batch;
            erase(batch, record_key(name));
            erase(batch, expiry_key(std::string_view(*held).substr(0, 8), name));
            database_.append(batch);
            return 1;
        });
    }
    return gone;
}

}  // namespace stadtbuch::agent
