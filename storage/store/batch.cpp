// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include <iterator>

#include "storage/base/assert.hpp"
#include "storage/store/store.hpp"

namespace stadtbuch::store {

namespace {

void append_big_endian(Bytes& out, std::uint64_t number) {
    for (unsigned shift = 64; shift > 0; shift -= 8)
        out.push_back(static_cast<Byte>(number >> (shift - 8)));
}

}  // namespace

void Batch::put(Column column, BytesView key, BytesView value) {
    changes_.push_back({column, bytes_of(key), bytes_of(value)});
    bytes_ += key.size() + value.size();
}

void Batch::erase(Column column, BytesView key) {
    changes_.push_back({column, bytes_of(key), std::nullopt});
    bytes_ += key.size();
}

void Batch::append(Batch&& other) {
    changes_.insert(changes_.end(), std::make_move_iterator(other.changes_.begin()),
                    std::make_move_iterator(other.changes_.end()));
    bytes_ += other.bytes_;
    other.clear();
}

Bytes txn_key(std::uint8_t ledger, std::uint64_t seq_no) {
    Bytes key{ledger};
    append_big_endian(key, seq_no);
    return key;
}

Bytes merkle_key(std::uint8_t ledger, std::uint32_t level, std::uint64_t index) {
    STADTBUCH_ASSERT(level < 64);
    Bytes key{ledger, static_cast<Byte>(level)};
    append_big_endian(key, index);
    return key;
}

}  // namespace stadtbuch::store
