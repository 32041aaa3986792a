// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/agent/audit.hpp"

#include <algorithm>
#include <optional>

#include "storage/encoding/json.hpp"

namespace stadtbuch::agent {

void AuditLog::note(keys::UnixSeconds at, const std::string& who, const std::string& what,
                    const std::string& object) {
    const encoding::Object line{{"who", who}, {"what", what}, {"object", object}};
    store::Batch batch;
    put(batch, "a" + big_endian(static_cast<std::uint64_t>(at)) + big_endian(++sequence_),
        encoding::compact_json(line));
    database_.append(batch);
}

namespace {

std::optional<AuditLine> line_of(std::string_view key, std::string_view value) {
    const auto line = encoding::parse_json(value);
    if (!line || key.size() < 9) return std::nullopt;
    return AuditLine{static_cast<keys::UnixSeconds>(from_big_endian(key.substr(1))),
                     std::string(line->text_at("who")), std::string(line->text_at("what")),
                     std::string(line->text_at("object"))};
}

}  // namespace

std::vector<AuditLine> AuditLog::about(const std::string& object) const {
    std::vector<AuditLine> out;
    database_.scan("a", [&](std::string_view key, std::string_view value) {
        if (value.find(object) == std::string_view::npos)
            return true;  // spares most of the parsing
        auto line = line_of(key, value);
        if (line && line->object == object) out.push_back(*std::move(line));
        return true;
    });
    std::reverse(out.begin(), out.end());
    return out;
}

std::vector<AuditLine> AuditLog::newest(std::size_t most) const {
    std::vector<AuditLine> out;
    database_.scan("a", [&](std::string_view key, std::string_view value) {
        auto line = line_of(key, value);
        if (!line) return true;
        out.push_back(*std::move(line));
        if (out.size() > 2 * most + 1000)
            out.erase(out.begin(), out.end() - static_cast<std::ptrdiff_t>(most));
        return true;
    });
    std::reverse(out.begin(), out.end());
    if (out.size() > most) out.resize(most);
    return out;
}

std::size_t AuditLog::forget_before(keys::UnixSeconds limit) {
    std::vector<std::string> keys;
    database_.scan_range(
        "a", "a" + big_endian(static_cast<std::uint64_t>(std::max<keys::UnixSeconds>(0, limit))),
        [&](std::string_view key, std::string_view) {
            keys.emplace_back(key);
            return keys.size() < 10000;
        });
    store::Batch batch;
    for (const std::string& key : keys) erase(batch, key);
    if (!batch.empty()) database_.append(batch);
    return keys.size();
}

}  // namespace stadtbuch::agent
