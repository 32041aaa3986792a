// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What opening a ledger reads: as much for a long one as for a short one (performance-budget §4).
#include "tests/unit/ledger/execution_fixture.hpp"

using namespace ledger_test;

namespace {

/// Counts the records that are asked for or walked over.
struct Reads {
    std::uint64_t records = 0;
};

class CountingSnapshot : public store::Snapshot {
  public:
    CountingSnapshot(std::unique_ptr<store::Snapshot> inner, Reads& reads)
        : inner_(std::move(inner)), reads_(reads) {}

    [[nodiscard]] std::optional<Bytes> get(store::Column column, BytesView key) const override {
        ++reads_.records;
        return inner_->get(column, key);
    }

    void scan(store::Column column, BytesView from, BytesView to,
              const std::function<bool(BytesView, BytesView)>& visit) const override {
        inner_->scan(column, from, to, [&](BytesView key, BytesView value) {
            ++reads_.records;
            return visit(key, value);
        });
    }

    [[nodiscard]] std::optional<std::pair<Bytes, Bytes>> floor(store::Column column,
                                                               BytesView prefix,
                                                               BytesView key) const override {
        ++reads_.records;
        return inner_->floor(column, prefix, key);
    }

  private:
    std::unique_ptr<store::Snapshot> inner_;
    Reads& reads_;
};

class CountingStore : public store::Store {
  public:
    CountingStore(store::Store& inner, Reads& reads) : inner_(inner), reads_(reads) {}

    [[nodiscard]] std::optional<Bytes> get(store::Column column, BytesView key) const override {
        ++reads_.records;
        return inner_.get(column, key);
    }

    void scan(store::Column column, BytesView from, BytesView to,
              const std::function<bool(BytesView, BytesView)>& visit) const override {
        inner_.scan(column, from, to, [&](BytesView key, BytesView value) {
            ++reads_.records;
            return visit(key, value);
        });
    }

    [[nodiscard]] std::optional<std::pair<Bytes, Bytes>> floor(store::Column column,
                                                               BytesView prefix,
                                                               BytesView key) const override {
        ++reads_.records;
        return inner_.floor(column, prefix, key);
    }

    [[nodiscard]] Result<void, Error> write(const store::Batch& batch,
                                            store::Durability durability) override {
        return inner_.write(batch, durability);
    }

    [[nodiscard]] Result<void, Error> write_joined(std::span<const store::Batch* const> batches,
                                                   store::Durability durability) override {
        return inner_.write_joined(batches, durability);
    }

    [[nodiscard]] std::optional<Error> failure() const override { return inner_.failure(); }

    [[nodiscard]] std::unique_ptr<store::Snapshot> snapshot() const override {
        return std::make_unique<CountingSnapshot>(inner_.snapshot(), reads_);
    }

    [[nodiscard]] store::StoreCounters counters() const override { return inner_.counters(); }

  private:
    store::Store& inner_;
    Reads& reads_;
};

std::uint64_t reads_of_opening(store::Store& store) {
    Reads reads;
    CountingStore counted(store, reads);
    const auto opened = ledger::Execution::open(counted, genesis());
    REQUIRE(opened);
    return reads.records;
}

}  // namespace

TEST_CASE("opening a ledger reads as much when it is a hundred times as long",
          "[ledger][performance-budget:4]") {
    std::shared_ptr<store::Store> store = store::make_memory_store();
    Pool pool(store);
    const auto grow = [&pool](int first, int last) {
        for (int i = first; i < last; ++i) {
            REQUIRE(pool.order(request(trustee, nym(did_of(std::to_string(i))))).empty());
        }
    };
    grow(0, 20);
    const std::uint64_t few = reads_of_opening(*store);
    CHECK(few > 0);
    grow(20, 2000);
    const std::uint64_t many = reads_of_opening(*store);
    // The frontiers of two logs grow by a node each time a ledger doubles.
    CHECK(many <= few + 2 * 7);
}
