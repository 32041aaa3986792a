// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/agent/database.hpp"

#include "ssi/agent/embedded_engine.hpp"

namespace stadtbuch::agent {

Database::Database(std::unique_ptr<store::Store> store)
    : engine_(make_embedded_engine(std::move(store))) {}

Database::Database(std::unique_ptr<Engine> engine) : engine_(std::move(engine)) {}

std::optional<std::string> Database::get(std::string_view key) const {
    return engine_->get(key);
}

void Database::scan(std::string_view prefix, const Visit& visit) const {
    std::string end(prefix);
    while (!end.empty() && static_cast<unsigned char>(end.back()) == 0xFF) end.pop_back();
    if (!end.empty()) end.back() = static_cast<char>(end.back() + 1);
    engine_->scan(prefix, end, visit);
}

void Database::scan_range(std::string_view from, std::string_view to, const Visit& visit) const {
    engine_->scan(from, to, visit);
}

void Database::commit(const store::Batch& batch) {
    engine_->commit(batch);
}

void Database::append(const store::Batch& batch) {
    engine_->append(batch);
}

Bytes Database::secret(std::string_view name, keys::RandomSource& random) {
    const std::string key = "k" + std::string(name);
    return locked(key, [&] {
        if (const auto held = get(key)) return bytes_of(*held);
        const Bytes fresh = keys::random_bytes(random, 32);
        store::Batch batch;
        put(batch, key, text_of(fresh));
        commit(batch);
        return fresh;
    });
}

void put(store::Batch& batch, std::string_view key, std::string_view value) {
    batch.put(store::Column::agent, view_of(key), view_of(value));
}

void erase(store::Batch& batch, std::string_view key) {
    batch.erase(store::Column::agent, view_of(key));
}

std::string big_endian(std::uint64_t number) {
    std::string out(8, '\0');
    for (std::size_t i = 0; i < 8; ++i) out[i] = static_cast<char>((number >> (56 - 8 * i)) & 0xFF);
    return out;
}

std::uint64_t from_big_endian(std::string_view bytes) {
    std::uint64_t out = 0;
    for (const char c : bytes.substr(0, 8)) out = out << 8 | static_cast<unsigned char>(c);
    return out;
}

}  // namespace stadtbuch::agent
