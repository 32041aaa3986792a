// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/keys/secret.hpp"

#include <sodium.h>

#include <utility>

#include "ssi/keys/sodium.hpp"
#include "storage/base/assert.hpp"

namespace stadtbuch::keys {

void start_sodium() {
    static const bool started = sodium_init() >= 0;
    STADTBUCH_ASSERT(started);
}

SecretBytes::SecretBytes(std::size_t size) : size_(size) {
    if (size == 0) return;
    start_sodium();
    data_ = static_cast<Byte*>(sodium_malloc(size));
    STADTBUCH_ASSERT(data_ != nullptr);
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
        sodium_free(data_);
        data_ = std::exchange(other.data_, nullptr);
        size_ = std::exchange(other.size_, 0);
    }
    return *this;
}

SecretBytes::~SecretBytes() {
    sodium_free(data_);
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
