// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include <algorithm>
#include <iterator>

#include "storage/base/assert.hpp"
#include "storage/store/store.hpp"

namespace stadtbuch::store {

namespace {

constexpr std::size_t chunk_bytes_min = 512, chunk_bytes_max = std::size_t{256} << 10;

void append_big_endian(Bytes& out, std::uint64_t number) {
    for (unsigned shift = 64; shift > 0; shift -= 8)
        out.push_back(static_cast<Byte>(number >> (shift - 8)));
}

}  // namespace

BytesView Batch::kept(BytesView bytes) {
    if (bytes.size() > free_bytes_) {
        chunk_bytes_ = std::clamp(2 * chunk_bytes_, chunk_bytes_min, chunk_bytes_max);
        const std::size_t size = std::max(chunk_bytes_, bytes.size());
        chunks_.push_back(std::make_unique_for_overwrite<Byte[]>(size));
        free_ = chunks_.back().get();
        free_bytes_ = size;
    }
    Byte* const copy = free_;
    std::copy(bytes.begin(), bytes.end(), copy);
    free_ += bytes.size();
    free_bytes_ -= bytes.size();
    return {copy, bytes.size()};
}

void Batch::swap(Batch& other) noexcept {
    std::swap(changes_, other.changes_);
    std::swap(chunks_, other.chunks_);
    std::swap(free_, other.free_);
    std::swap(free_bytes_, other.free_bytes_);
    std::swap(chunk_bytes_, other.chunk_bytes_);
    std::swap(bytes_, other.bytes_);
}

void Batch::put(Column column, BytesView key, BytesView value) {
    changes_.push_back({column, kept(key), kept(value)});
    bytes_ += key.size() + value.size();
}

void Batch::erase(Column column, BytesView key) {
    changes_.push_back({column, kept(key), std::nullopt});
    bytes_ += key.size();
}

void Batch::append(Batch&& other) {
    // The last chunk stays the one that is filled.
    chunks_.insert(chunks_.begin(), std::make_move_iterator(other.chunks_.begin()),
                   std::make_move_iterator(other.chunks_.end()));
    changes_.insert(changes_.end(), other.changes_.begin(), other.changes_.end());
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
