// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The store without a disk. Each key keeps the versions that a living snapshot can still see:
// taking a snapshot copies nothing, and without snapshots there is one version a key.
#include <array>
#include <atomic>
#include <map>
#include <mutex>
#include <set>
#include <shared_mutex>

#include "storage/base/assert.hpp"
#include "storage/store/store.hpp"

namespace stadtbuch::store {

namespace {

struct ByteOrder {
    using is_transparent = void;

    bool operator()(BytesView a, BytesView b) const {
        const std::size_t shared = std::min(a.size(), b.size());
        const int order = shared == 0 ? 0 : std::memcmp(a.data(), b.data(), shared);
        return order != 0 ? order < 0 : a.size() < b.size();
    }
};

using Age = std::uint64_t;  // number of writes before

struct Version {
    Age written;
    std::optional<Bytes> value;
};

using Versions = std::vector<Version>;  // oldest first, never empty
using Cells = std::map<Bytes, Versions, ByteOrder>;

struct Memory {
    mutable std::shared_mutex mutex;
    std::array<Cells, column_count> columns;
    Age now = 0;
    mutable std::multiset<Age> snapshots;
    std::vector<std::pair<Column, Bytes>>
        superseded;  // keys with more than one version, or with an erased one
    StoreCounters counters;
    mutable std::atomic<std::uint64_t> gets{0};

    [[nodiscard]] Cells& cells(Column column) { return columns[static_cast<std::size_t>(column)]; }

    [[nodiscard]] const Cells& cells(Column column) const {
        return columns[static_cast<std::size_t>(column)];
    }
};

const Bytes* value_at(const Versions& versions, Age age) {
    for (auto version = versions.rbegin(); version != versions.rend(); ++version) {
        if (version->written <= age) return version->value ? &*version->value : nullptr;
    }
    return nullptr;
}

/// Drops the versions that nobody can see who looks at `oldest` or later.
void forget_before(Versions& versions, Age oldest) {
    std::size_t first = versions.size();
    while (first > 0 && versions[first - 1].written > oldest) --first;
    if (first > 1)
        versions.erase(versions.begin(), versions.begin() + static_cast<std::ptrdiff_t>(first - 1));
}

void tidy(Memory& memory) {
    for (const auto& [column, key] : memory.superseded) {
        Cells& cells = memory.cells(column);
        const auto cell = cells.find(BytesView(key));
        if (cell == cells.end()) continue;
        forget_before(cell->second, memory.now);
        if (!cell->second.back().value) cells.erase(cell);
    }
    memory.superseded.clear();
}

/// The lock is let go between portions, so that a visitor may use the store.
constexpr std::size_t scan_portion = 64;

class MemoryReader {
  public:
    MemoryReader(std::shared_ptr<Memory> memory, Age age) : memory_(std::move(memory)), age_(age) {}

    [[nodiscard]] std::optional<Bytes> get(Column column, BytesView key) const {
        const std::shared_lock lock(memory_->mutex);
        memory_->gets.fetch_add(1, std::memory_order_relaxed);
        const Cells& cells = memory_->cells(column);
        const auto cell = cells.find(key);
        const Bytes* value = cell == cells.end() ? nullptr : value_at(cell->second, age_);
        return value == nullptr ? std::nullopt : std::optional(*value);
    }

    void scan(Column column, BytesView from, BytesView to,
              const std::function<bool(BytesView key, BytesView value)>& visit) const {
        Bytes next = bytes_of(from);
        const Bytes end = bytes_of(to);
        while (true) {
            std::vector<std::pair<Bytes, Bytes>> portion;
            const bool more = read_portion(column, next, end, portion);
            for (const auto& [key, value] : portion) {
                if (!visit(key, value)) return;
            }
            if (!more) return;
        }
    }

    [[nodiscard]] std::optional<std::pair<Bytes, Bytes>> floor(Column column, BytesView prefix,
                                                               BytesView key) const {
        const std::shared_lock lock(memory_->mutex);
        const Cells& cells = memory_->cells(column);
        for (auto cell = cells.upper_bound(key); cell != cells.begin();) {
            --cell;
            const BytesView found = cell->first;
            if (found.size() < prefix.size() ||
                !std::equal(prefix.begin(), prefix.end(), found.begin())) {
                return std::nullopt;
            }
            const Bytes* value = value_at(cell->second, age_);
            if (value != nullptr) return std::pair(cell->first, *value);
        }
        return std::nullopt;
    }

  private:
    /// Reads from `next` on and moves it behind what was read; false at the end of the range.
    bool read_portion(Column column, Bytes& next, const Bytes& end,
                      std::vector<std::pair<Bytes, Bytes>>& portion) const {
        const std::shared_lock lock(memory_->mutex);
        const Cells& cells = memory_->cells(column);
        for (auto cell = cells.lower_bound(BytesView(next)); cell != cells.end(); ++cell) {
            if (!end.empty() && !ByteOrder()(cell->first, end)) return false;
            if (portion.size() == scan_portion) {
                next = cell->first;
                return true;
            }
            const Bytes* value = value_at(cell->second, age_);
            if (value != nullptr) portion.emplace_back(cell->first, *value);
        }
        return false;
    }

    std::shared_ptr<Memory> memory_;
    Age age_;
};

class MemorySnapshot : public Snapshot {
  public:
    explicit MemorySnapshot(std::shared_ptr<Memory> memory)
        : memory_(std::move(memory)), age_(enter(*memory_)) {}

    MemorySnapshot(const MemorySnapshot&) = delete;
    MemorySnapshot& operator=(const MemorySnapshot&) = delete;

    ~MemorySnapshot() override {
        const std::unique_lock lock(memory_->mutex);
        memory_->snapshots.erase(memory_->snapshots.find(age_));
        if (memory_->snapshots.empty()) tidy(*memory_);
    }

    [[nodiscard]] std::optional<Bytes> get(Column column, BytesView key) const override {
        return MemoryReader(memory_, age_).get(column, key);
    }

    void scan(Column column, BytesView from, BytesView to,
              const std::function<bool(BytesView key, BytesView value)>& visit) const override {
        MemoryReader(memory_, age_).scan(column, from, to, visit);
    }

    [[nodiscard]] std::optional<std::pair<Bytes, Bytes>> floor(Column column, BytesView prefix,
                                                               BytesView key) const override {
        return MemoryReader(memory_, age_).floor(column, prefix, key);
    }

  private:
    static Age enter(Memory& memory) {
        const std::unique_lock lock(memory.mutex);
        memory.snapshots.insert(memory.now);
        return memory.now;
    }

    std::shared_ptr<Memory> memory_;
    Age age_;
};

class MemoryStore : public Store {
  public:
    [[nodiscard]] std::optional<Bytes> get(Column column, BytesView key) const override {
        return MemoryReader(memory_, newest).get(column, key);
    }

    void scan(Column column, BytesView from, BytesView to,
              const std::function<bool(BytesView key, BytesView value)>& visit) const override {
        MemorySnapshot(memory_).scan(column, from, to, visit);
    }

    [[nodiscard]] std::optional<std::pair<Bytes, Bytes>> floor(Column column, BytesView prefix,
                                                               BytesView key) const override {
        return MemoryReader(memory_, newest).floor(column, prefix, key);
    }

    [[nodiscard]] Result<void, Error> write(const Batch& batch, Durability durability) override {
        const Batch* const only = &batch;
        return write_joined({&only, 1}, durability);
    }

    [[nodiscard]] Result<void, Error> write_joined(std::span<const Batch* const> batches,
                                                   Durability durability) override {
        Memory& memory = *memory_;
        const std::unique_lock lock(memory.mutex);
        ++memory.now;
        for (const Batch* batch : batches) {
            for (const Batch::Change& change : batch->changes()) apply(change);
        }
        ++memory.counters.writes;
        if (durability == Durability::synced) ++memory.counters.syncs;
        return {};
    }

    [[nodiscard]] std::optional<Error> failure() const override { return std::nullopt; }

    [[nodiscard]] std::unique_ptr<Snapshot> snapshot() const override {
        return std::make_unique<MemorySnapshot>(memory_);
    }

    [[nodiscard]] StoreCounters counters() const override {
        const std::shared_lock lock(memory_->mutex);
        StoreCounters counters = memory_->counters;
        counters.gets = memory_->gets.load(std::memory_order_relaxed);
        return counters;
    }

  private:
    static constexpr Age newest = ~Age{0};

    /// REQUIRES: the lock is held.
    void apply(const Batch::Change& change) {
        Memory& memory = *memory_;
        if (change.value) ++memory.counters.puts;
        Cells& cells = memory.cells(change.column);
        if (memory.snapshots.empty()) {
            if (change.value) {
                cells.insert_or_assign(bytes_of(change.key),
                                       Versions{{memory.now, bytes_of(*change.value)}});
            } else if (const auto cell = cells.find(change.key); cell != cells.end()) {
                cells.erase(cell);
            }
            return;
        }
        Versions& versions = cells[bytes_of(change.key)];
        versions.push_back(
            {memory.now, change.value ? std::optional(bytes_of(*change.value)) : std::nullopt});
        forget_before(versions, *memory.snapshots.begin());
        if (versions.size() > 1 || !change.value)
            memory.superseded.emplace_back(change.column, bytes_of(change.key));
    }

    std::shared_ptr<Memory> memory_ = std::make_shared<Memory>();
};

}  // namespace

std::unique_ptr<Store> make_memory_store() {
    return std::make_unique<MemoryStore>();
}

}  // namespace stadtbuch::store
