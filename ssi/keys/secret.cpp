// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/keys/secret.hpp"

#include <sodium.h>

#include <mutex>
#include <utility>
#include <vector>

#include "ssi/keys/sodium.hpp"
#include "storage/base/assert.hpp"

namespace stadtbuch::keys {

void start_sodium() {
    static const bool started = sodium_init() >= 0;
    STADTBUCH_ASSERT(started);
}

namespace {

Byte* locked_pages(std::size_t size) {
    start_sodium();
    auto* data = static_cast<Byte*>(sodium_malloc(size));
    STADTBUCH_ASSERT(data != nullptr);
    return data;
}

/// Locked and guarded pages cost a dozen system calls, and a request makes many short secrets:
/// those share blocks of such pages, which are never given back.
class Cells {
  public:
    static constexpr std::size_t cell_bytes = 64;

    Byte* take() {
        const std::lock_guard lock(mutex_);
        if (free_.empty()) {
            Byte* block = locked_pages(cells_per_block * cell_bytes);
            for (std::size_t i = 0; i < cells_per_block; ++i)
                free_.push_back(block + i * cell_bytes);
        }
        Byte* cell = free_.back();
        free_.pop_back();
        return cell;
    }

    void give_back(Byte* cell) {
        sodium_memzero(cell, cell_bytes);
        const std::lock_guard lock(mutex_);
        free_.push_back(cell);
    }

  private:
    static constexpr std::size_t cells_per_block = 64;

    std::mutex mutex_;
    std::vector<Byte*> free_;
};

/// Never destroyed: secrets of other static objects end after it.
Cells& cells() {
    static Cells& all = *new Cells;
    return all;
}

void release(Byte* data, std::size_t size) {
    if (data == nullptr) return;
    if (size <= Cells::cell_bytes) return cells().give_back(data);
    sodium_free(data);  // wipes
}

}  // namespace

SecretBytes::SecretBytes(std::size_t size) : size_(size) {
    if (size == 0) return;
    data_ = size <= Cells::cell_bytes ? cells().take() : locked_pages(size);
    sodium_memzero(data_, size);
}

SecretBytes SecretBytes::copy_of(BytesView view) {
    SecretBytes secret(view.size());
    if (!view.empty()) std::memcpy(secret.data_, view.data(), view.size());
    return secret;
}

SecretBytes::SecretBytes(SecretBytes&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

SecretBytes& SecretBytes::operator=(SecretBytes&& other) noexcept {
    if (this != &other) {
        release(data_, size_);
        data_ = std::exchange(other.data_, nullptr);
        size_ = std::exchange(other.size_, 0);
    }
    return *this;
}

SecretBytes::~SecretBytes() {
    release(data_, size_);
}

bool constant_time_equal(BytesView a, BytesView b) {
    if (a.size() != b.size()) return false;
    return a.empty() || sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

void wipe(std::span<Byte> bytes) {
    sodium_memzero(bytes.data(), bytes.size());
}

void wipe(std::string& text) {
    sodium_memzero(text.data(), text.size());
}

}  // namespace stadtbuch::keys
