// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Reads the members of one decoded object and remembers the first fault, so that a decoder reads
// all its fields in a row and asks once.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "consensus/messages/messages.hpp"
#include "storage/encoding/text.hpp"
#include "storage/encoding/value.hpp"

namespace stadtbuch::consensus::messages {

class Reader {
  public:
    using Value = encoding::Value;

    explicit Reader(const Value& object) : object_(object) {
        if (!object.is_object()) fail(WireError::bad_field);
    }

    [[nodiscard]] bool good() const { return !error_; }

    [[nodiscard]] WireError error() const { return error_.value_or(WireError::bad_field); }

    void fail(WireError error) {
        if (!error_) error_ = error;
    }

    /// nullptr notes a missing field.
    [[nodiscard]] const Value* required(std::string_view key) {
        const Value* value = object_.find(key);
        if (value == nullptr) fail(WireError::missing_field);
        return value;
    }

    /// Absent and null are the same here: nullptr.
    [[nodiscard]] const Value* optional(std::string_view key) const {
        const Value* value = object_.find(key);
        return value == nullptr || value->is_null() ? nullptr : value;
    }

    [[nodiscard]] std::uint64_t number(std::string_view key) { return as_number(required(key)); }

    [[nodiscard]] std::uint64_t as_number(const Value* value) {
        if (value == nullptr) return 0;
        const auto number = value->is_integer() ? value->unsigned_integer() : std::nullopt;
        // Numbers above 2^53 are no counters; refusing them leaves room for arithmetic everywhere.
        if (!number || *number > (std::uint64_t{1} << 53)) fail(WireError::bad_field);
        return number.value_or(0);
    }

    [[nodiscard]] std::optional<std::uint64_t> optional_number(std::string_view key) {
        const Value* value = optional(key);
        return value == nullptr ? std::nullopt : std::optional(as_number(value));
    }

    [[nodiscard]] UnixSeconds time(std::string_view key) { return as_time(required(key)); }

    [[nodiscard]] UnixSeconds as_time(const Value* value) {
        constexpr UnixSeconds earliest = 1499906902;  // plenum-consensus §2, ts
        const auto seconds = static_cast<UnixSeconds>(as_number(value));
        if (seconds < earliest) fail(WireError::bad_field);
        return seconds;
    }

    [[nodiscard]] LedgerId ledger(std::string_view key) { return as_ledger(required(key)); }

    [[nodiscard]] LedgerId as_ledger(const Value* value) {
        const std::uint64_t number = as_number(value);
        if (number > 3) fail(WireError::bad_field);
        return static_cast<LedgerId>(number & 3U);
    }

    [[nodiscard]] bool boolean(std::string_view key) {
        const Value* value = required(key);
        const auto flag = value != nullptr ? value->boolean() : std::nullopt;
        if (!flag) fail(WireError::bad_field);
        return flag.value_or(false);
    }

    [[nodiscard]] std::string text(std::string_view key, std::size_t max) {
        return as_text(required(key), max);
    }

    [[nodiscard]] std::string as_text(const Value* value, std::size_t max) {
        const std::string* text = value != nullptr ? value->text() : nullptr;
        if (text == nullptr || text->empty() || text->size() > max) {
            fail(WireError::bad_field);
            return {};
        }
        return *text;
    }

    [[nodiscard]] Hash32 hash(std::string_view key) { return as_hash(required(key)); }

    [[nodiscard]] Hash32 as_hash(const Value* value) {
        const std::string* text = value != nullptr ? value->text() : nullptr;
        const auto hash = text != nullptr ? encoding::base58_decode32(*text) : std::nullopt;
        if (!hash) fail(WireError::bad_field);
        return hash.value_or(Hash32{});
    }

    [[nodiscard]] std::optional<Hash32> optional_hash(std::string_view key) {
        const Value* value = optional(key);
        return value == nullptr ? std::nullopt : std::optional(as_hash(value));
    }

    /// Calls `read(const Value&)` for each element of a required list of at most `max` elements.
    template <class Read>
    void list(std::string_view key, std::size_t max, Read read) {
        as_list(required(key), max, read);
    }

    template <class Read>
    void as_list(const Value* value, std::size_t max, Read read) {
        const encoding::Array* array = value != nullptr ? value->array() : nullptr;
        if (array == nullptr) return fail(WireError::bad_field);
        if (array->size() > max) return fail(WireError::too_many);
        for (const Value& element : *array) {
            if (!good()) return;
            read(element);
        }
    }

    [[nodiscard]] std::vector<std::string> texts(std::string_view key, std::size_t count_max,
                                                 std::size_t text_max) {
        std::vector<std::string> out;
        list(key, count_max,
             [&](const Value& element) { out.push_back(as_text(&element, text_max)); });
        return out;
    }

    [[nodiscard]] std::vector<Hash32> hashes(std::string_view key, std::size_t count_max) {
        std::vector<Hash32> out;
        list(key, count_max, [&](const Value& element) { out.push_back(as_hash(&element)); });
        return out;
    }

  private:
    const Value& object_;
    std::optional<WireError> error_;
};

}  // namespace stadtbuch::consensus::messages
