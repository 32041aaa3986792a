// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Result: a value, or the reason why there is none. The names are those of std::expected, so that
// it can retire when the toolchain has it. Never throws by itself.
#pragma once
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include "storage/base/assert.hpp"

namespace stadtbuch {

/// Wraps an error so that `return Failure{reason};` converts to any Result with that error type.
template <class E>
struct Failure {
    E error;
};
template <class E>
Failure(E) -> Failure<E>;

template <class T, class E>
class [[nodiscard]] Result {
  public:
    using value_type = T;
    using error_type = E;

    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}

    template <class F>
    Result(Failure<F> failure) : state_(std::in_place_index<1>, std::move(failure.error)) {}

    [[nodiscard]] bool has_value() const noexcept { return state_.index() == 0; }

    explicit operator bool() const noexcept { return has_value(); }

    /// REQUIRES: has_value().
    [[nodiscard]] T& value() & {
        STADTBUCH_ASSERT(has_value());
        return std::get<0>(state_);
    }

    [[nodiscard]] const T& value() const& {
        STADTBUCH_ASSERT(has_value());
        return std::get<0>(state_);
    }

    [[nodiscard]] T&& value() && {
        STADTBUCH_ASSERT(has_value());
        return std::get<0>(std::move(state_));
    }

    [[nodiscard]] T& operator*() & { return value(); }

    [[nodiscard]] const T& operator*() const& { return value(); }

    [[nodiscard]] T&& operator*() && { return std::move(*this).value(); }

    [[nodiscard]] T* operator->() { return &value(); }

    [[nodiscard]] const T* operator->() const { return &value(); }

    [[nodiscard]] T value_or(T other) const& {
        return has_value() ? std::get<0>(state_) : std::move(other);
    }

    /// REQUIRES: !has_value().
    [[nodiscard]] const E& error() const& {
        STADTBUCH_ASSERT(!has_value());
        return std::get<1>(state_);
    }

    [[nodiscard]] E&& error() && {
        STADTBUCH_ASSERT(!has_value());
        return std::get<1>(std::move(state_));
    }

  private:
    std::variant<T, E> state_;
};

template <class E>
class [[nodiscard]] Result<void, E> {
  public:
    using value_type = void;
    using error_type = E;
    Result() = default;

    template <class F>
    Result(Failure<F> failure) : error_(std::move(failure.error)) {}

    [[nodiscard]] bool has_value() const noexcept { return !error_.has_value(); }

    explicit operator bool() const noexcept { return has_value(); }

    /// REQUIRES: !has_value().
    [[nodiscard]] const E& error() const {
        STADTBUCH_ASSERT(error_.has_value());
        return *error_;
    }

  private:
    std::optional<E> error_;
};

}  // namespace stadtbuch
