// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// A JSON-like value that keeps what ledgers need kept: 64-bit integers exactly, member order as
// received, and integer map keys (audit ledger). Value semantics; not thread-safe for writing.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace stadtbuch::encoding {

class Value;
struct Member;
using Array = std::vector<Value>;

/// Members in insertion order. Lookup is linear: ledger objects are small.
class Object {
  public:
    Object();
    Object(std::initializer_list<Member> members);
    Object(const Object&);
    Object(Object&&) noexcept;
    Object& operator=(const Object&);
    Object& operator=(Object&&) noexcept;
    ~Object();

    [[nodiscard]] const Value* find(std::string_view key) const;
    [[nodiscard]] Value* find(std::string_view key);

    [[nodiscard]] bool contains(std::string_view key) const { return find(key) != nullptr; }

    /// Replaces the value in place if the key exists, else appends.
    Value& set(std::string key, Value value);
    bool erase(std::string_view key);
    [[nodiscard]] std::size_t size() const;

    [[nodiscard]] bool empty() const { return size() == 0; }

    [[nodiscard]] std::vector<Member>& members() { return members_; }

    [[nodiscard]] const std::vector<Member>& members() const { return members_; }

    [[nodiscard]] auto begin() const;
    [[nodiscard]] auto end() const;

    /// True for maps whose MessagePack keys are integers (audit ledger maps). The keys here are
    /// their decimal texts; MessagePack writes and sorts them as numbers, JSON as texts.
    bool integer_keys = false;

  private:
    std::vector<Member> members_;
};

/// An integer beyond 64 bits, in decimal. Only texts that Python parses inside of a request hold
/// such.
struct BigInteger {
    std::string decimal;
    friend bool operator==(const BigInteger&, const BigInteger&) = default;
};

class Value {
  public:
    enum class Kind {
        null,
        boolean,
        integer,
        unsigned_integer,
        real,
        text,
        array,
        object,
        big_integer
    };

    Value() = default;  // null

    Value(std::nullptr_t) {}

    Value(bool b) : data_(b) {}

    Value(int i) : data_(static_cast<std::int64_t>(i)) {}

    Value(unsigned i) : data_(static_cast<std::int64_t>(i)) {}

    Value(std::int64_t i) : data_(i) {}

    /// Stored as `integer` when it fits in int64, else as `unsigned_integer`.
    Value(std::uint64_t u);

    Value(double d) : data_(d) {}

    Value(const char* text) : data_(std::string(text)) {}

    Value(std::string text) : data_(std::move(text)) {}

    Value(std::string_view text) : data_(std::string(text)) {}

    Value(Array array) : data_(std::move(array)) {}

    Value(Object object) : data_(std::move(object)) {}

    Value(BigInteger integer) : data_(std::move(integer)) {}

    [[nodiscard]] Kind kind() const { return static_cast<Kind>(data_.index()); }

    [[nodiscard]] bool is_null() const { return kind() == Kind::null; }

    [[nodiscard]] bool is_bool() const { return kind() == Kind::boolean; }

    /// Any integer, whatever its size; not a bool, not a real.
    [[nodiscard]] bool is_integer() const {
        return kind() == Kind::integer || kind() == Kind::unsigned_integer ||
               kind() == Kind::big_integer;
    }

    [[nodiscard]] bool is_real() const { return kind() == Kind::real; }

    [[nodiscard]] bool is_text() const { return kind() == Kind::text; }

    [[nodiscard]] bool is_array() const { return kind() == Kind::array; }

    [[nodiscard]] bool is_object() const { return kind() == Kind::object; }

    // Typed access: null pointer / nullopt when the kind differs.
    [[nodiscard]] const std::string* text() const { return std::get_if<std::string>(&data_); }

    [[nodiscard]] std::string* text() { return std::get_if<std::string>(&data_); }

    [[nodiscard]] const Array* array() const { return std::get_if<Array>(&data_); }

    [[nodiscard]] Array* array() { return std::get_if<Array>(&data_); }

    [[nodiscard]] const Object* object() const { return std::get_if<Object>(&data_); }

    [[nodiscard]] Object* object() { return std::get_if<Object>(&data_); }

    [[nodiscard]] const BigInteger* big_integer() const { return std::get_if<BigInteger>(&data_); }

    [[nodiscard]] std::optional<bool> boolean() const;
    [[nodiscard]] std::optional<std::int64_t> integer() const;            ///< nullopt above 2^63-1
    [[nodiscard]] std::optional<std::uint64_t> unsigned_integer() const;  ///< nullopt below 0
    [[nodiscard]] std::optional<double> real() const;

    /// Member of an object; null pointer if this is no object or has no such member.
    [[nodiscard]] const Value* find(std::string_view key) const;
    [[nodiscard]] Value* find(std::string_view key);
    /// Text member, empty view when absent or of another kind.
    [[nodiscard]] std::string_view text_at(std::string_view key) const;

    /// Deep equality; object member order is irrelevant, array order relevant.
    friend bool operator==(const Value& a, const Value& b);

  private:
    std::variant<std::nullptr_t, bool, std::int64_t, std::uint64_t, double, std::string, Array,
                 Object, BigInteger>
        data_{nullptr};
};

struct Member {
    std::string key;
    Value value;
};

inline auto Object::begin() const {
    return members_.begin();
}

inline auto Object::end() const {
    return members_.end();
}

}  // namespace stadtbuch::encoding
