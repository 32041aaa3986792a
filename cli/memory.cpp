// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "cli/memory.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "cli/file_lock.hpp"
#include "cli/folders.hpp"
#include "cli/network_files.hpp"
#include "ssi/keys/keystore_file.hpp"
#include "storage/encoding/json.hpp"

namespace stadtbuch::cli {

using encoding::Array;
using encoding::Object;
using encoding::Value;

namespace {

constexpr std::size_t names_max = 200;
constexpr std::int64_t same_second_matters_s = 10;

std::string path_of(const std::string& id) {
    return cache_folder() + "/network-" + id + ".json";
}

std::vector<std::string> texts_of(const Value* list) {
    std::vector<std::string> out;
    if (list == nullptr || !list->is_array()) return out;
    for (const Value& one : *list->array()) {
        if (one.is_text() && out.size() < names_max) out.push_back(*one.text());
    }
    return out;
}

Array array_of(const std::vector<std::string>& texts) {
    Array out;
    for (const std::string& text : texts) out.emplace_back(text);
    return out;
}

std::int64_t integer_at(const Value& value, std::string_view key) {
    const Value* found = value.find(key);
    return found != nullptr ? found->integer().value_or(0) : 0;
}

NetworkMemory read_memory(const std::string& path) {
    NetworkMemory out;
    const auto text = keys::read_private_file(path);
    const auto parsed = text ? encoding::parse_json(*text) : encoding::parse_json("{}");
    if (!parsed || !parsed->is_object()) return out;
    const Value* writes = parsed->find("writes");
    if (writes != nullptr && writes->is_object()) {
        for (const auto& member : *writes->object()) {
            std::int64_t ledger = 0;
            std::from_chars(member.key.data(), member.key.data() + member.key.size(), ledger);
            out.writes[ledger] = {integer_at(member.value, "time"),
                                  std::string(member.value.text_at("root")),
                                  integer_at(member.value, "seq_no")};
        }
    }
    out.nodes = texts_of(parsed->find("nodes"));
    const Value* known = parsed->find("known");
    if (known != nullptr && known->is_object()) {
        for (const auto& member : *known->object()) out.known[member.key] = texts_of(&member.value);
    }
    return out;
}

std::string memory_text(const NetworkMemory& memory) {
    Object writes;
    for (const auto& [ledger, write] : memory.writes) {
        writes.set(std::to_string(ledger),
                   Object{{"time", write.time}, {"root", write.root}, {"seq_no", write.seq_no}});
    }
    Object known;
    for (const auto& [kind, names] : memory.known) known.set(kind, array_of(names));
    return encoding::compact_json(Object{{"writes", std::move(writes)},
                                         {"nodes", array_of(memory.nodes)},
                                         {"known", std::move(known)}});
}

}  // namespace

void NetworkMemory::note(const std::string& kind, const std::string& name) {
    std::vector<std::string>& names = known[kind];
    std::erase(names, name);
    names.push_back(name);
    if (names.size() > names_max) names.erase(names.begin());
}

NetworkMemory recall(const std::string& id) {
    return read_memory(path_of(id));
}

void remember(const Globals& globals, const std::string& id,
              const std::function<void(NetworkMemory&)>& change) {
    const std::string path = path_of(id);
    const auto lock = FileLock::take(globals, path, 2);
    if (!lock) return;
    NetworkMemory memory = read_memory(path);
    change(memory);
    static_cast<void>(keys::write_private_file(path, memory_text(memory)).has_value());
}

std::vector<std::string> known_names(std::string_view kind) {
    std::vector<std::string> out;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(cache_folder(), error)) {
        const std::string name = entry.path().filename().string();
        if (!name.starts_with("network-") || !name.ends_with(".json")) continue;
        const NetworkMemory memory = read_memory(entry.path().string());
        const auto found = memory.known.find(std::string(kind));
        if (found != memory.known.end())
            out.insert(out.end(), found->second.begin(), found->second.end());
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

Age age_of(const OwnWrite& write, std::int64_t time, std::string_view root, std::int64_t now) {
    if (time < write.time) return Age::older;
    if (time > write.time || root == write.root) return Age::newer;
    return now - write.time < same_second_matters_s ? Age::unclear : Age::newer;
}

}  // namespace stadtbuch::cli
