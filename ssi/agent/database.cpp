// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/agent/database.hpp"

#include <spdlog/spdlog.h>

#include <cstdlib>

#include "ssi/agent/settings.hpp"

namespace stadtbuch::agent {

namespace {
constexpr store::Column column = store::Column::agent;

/// Of the request that this thread serves.
struct Waiting {
    int depth = 0;
    bool anything = false;
};

thread_local Waiting waiting;
}  // namespace

Database::Database(std::unique_ptr<store::Store> store) : store_(std::move(store)) {}

std::optional<std::string> Database::get(std::string_view key) const {
    const auto found = store_->get(column, view_of(key));
    if (!found) return std::nullopt;
    return string_of(*found);
}

void Database::scan(std::string_view prefix,
                    const std::function<bool(std::string_view, std::string_view)>& visit) const {
    std::string end(prefix);
    while (!end.empty() && static_cast<unsigned char>(end.back()) == 0xFF) end.pop_back();
    if (!end.empty()) end.back() = static_cast<char>(end.back() + 1);
    scan_range(prefix, end, visit);
}

void Database::scan_range(
    std::string_view from, std::string_view to,
    const std::function<bool(std::string_view, std::string_view)>& visit) const {
    store_->scan(column, view_of(from), view_of(to), [&](BytesView key, BytesView value) {
        return visit(text_of(key), text_of(value));
    });
}

Database::Together::Together(Database& database) : database_(database) {
    ++waiting.depth;
}

Database::Together::~Together() {
    if (--waiting.depth > 0 || !waiting.anything) return;
    waiting.anything = false;
    database_.write({}, store::Durability::synced);
}

void Database::commit(const store::Batch& batch) {
    const bool later = waiting.depth > 0;
    waiting.anything = waiting.anything || later;
    write(batch, later ? store::Durability::buffered : store::Durability::synced);
}

Bytes Database::secret(std::string_view name, keys::RandomSource& random) {
    const std::string key = "k" + std::string(name);
    const auto guard = lock(key);
    if (const auto held = get(key)) return bytes_of(*held);
    const Bytes fresh = keys::random_bytes(random, 32);
    store::Batch batch;
    put(batch, key, text_of(fresh));
    write(batch, store::Durability::synced);
    return fresh;
}

void Database::append(const store::Batch& batch) {
    write(batch, store::Durability::buffered);
}

void Database::write(const store::Batch& batch, store::Durability durability) {
    const auto done = store_->write(batch, durability);
    if (done) return;
    spdlog::critical("the store refused a write ({}: {}); stopping", done.error().id,
                     done.error().what);
    spdlog::shutdown();
    std::_Exit(exit_code::io_error);
}

bool Database::flush() {
    return sound() && store_->write({}, store::Durability::synced).has_value() && sound();
}

std::unique_lock<std::mutex> Database::lock(std::string_view key) {
    return std::unique_lock(locks_[std::hash<std::string_view>{}(key) % locks_.size()]);
}

void put(store::Batch& batch, std::string_view key, std::string_view value) {
    batch.put(column, view_of(key), view_of(value));
}

void erase(store::Batch& batch, std::string_view key) {
    batch.erase(column, view_of(key));
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
