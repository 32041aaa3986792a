// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Octets that must not reach disk or outlive their use: locked in memory, between guard pages
// (short ones share a block), wiped at the end.
#pragma once
#include <cstddef>
#include <span>
#include <string>

#include "storage/base/bytes.hpp"

namespace stadtbuch::keys {

/// Movable, never copied by accident. Out of lockable memory the process stops: working on with
/// secrets in pageable memory would break a promise silently.
class SecretBytes {
  public:
    SecretBytes() = default;
    explicit SecretBytes(std::size_t size);
    [[nodiscard]] static SecretBytes copy_of(BytesView view);
    SecretBytes(SecretBytes&& other) noexcept;
    SecretBytes& operator=(SecretBytes&& other) noexcept;
    SecretBytes(const SecretBytes&) = delete;
    SecretBytes& operator=(const SecretBytes&) = delete;
    ~SecretBytes();

    [[nodiscard]] SecretBytes clone() const { return copy_of(view()); }

    [[nodiscard]] BytesView view() const { return {data_, size_}; }

    [[nodiscard]] std::span<Byte> writable() { return {data_, size_}; }

    [[nodiscard]] std::size_t size() const { return size_; }

    [[nodiscard]] bool empty() const { return size_ == 0; }

  private:
    Byte* data_ = nullptr;
    std::size_t size_ = 0;
};

/// Time depends on the lengths only. Different lengths are unequal.
[[nodiscard]] bool constant_time_equal(BytesView a, BytesView b);
/// Overwrites in a way that the compiler may not remove.
void wipe(std::span<Byte> bytes);
void wipe(std::string& text);

}  // namespace stadtbuch::keys
