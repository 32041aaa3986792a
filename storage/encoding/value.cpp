// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "storage/encoding/value.hpp"

#include <algorithm>
#include <limits>

#include "storage/encoding/member_order.hpp"

namespace stadtbuch::encoding {

Object::Object() = default;

Object::Object(std::initializer_list<Member> members) : members_(members) {}

Object::Object(const Object&) = default;
Object::Object(Object&&) noexcept = default;
Object& Object::operator=(const Object&) = default;
Object& Object::operator=(Object&&) noexcept = default;
Object::~Object() = default;

const Value* Object::find(std::string_view key) const {
    for (const Member& member : members_) {
        if (member.key == key) return &member.value;
    }
    return nullptr;
}

Value* Object::find(std::string_view key) {
    for (Member& member : members_) {
        if (member.key == key) return &member.value;
    }
    return nullptr;
}

Value& Object::set(std::string key, Value value) {
    if (Value* present = find(key); present != nullptr) {
        *present = std::move(value);
        return *present;
    }
    return members_.emplace_back(Member{std::move(key), std::move(value)}).value;
}

bool Object::erase(std::string_view key) {
    const auto at = std::find_if(members_.begin(), members_.end(),
                                 [key](const Member& member) { return member.key == key; });
    if (at == members_.end()) return false;
    members_.erase(at);
    return true;
}

std::size_t Object::size() const {
    return members_.size();
}

Value::Value(std::uint64_t u) {
    if (u <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
        data_ = static_cast<std::int64_t>(u);
    } else {
        data_ = u;
    }
}

std::optional<bool> Value::boolean() const {
    if (const bool* b = std::get_if<bool>(&data_)) return *b;
    return std::nullopt;
}

std::optional<std::int64_t> Value::integer() const {
    if (const std::int64_t* i = std::get_if<std::int64_t>(&data_)) return *i;
    return std::nullopt;
}

std::optional<std::uint64_t> Value::unsigned_integer() const {
    if (const std::uint64_t* u = std::get_if<std::uint64_t>(&data_)) return *u;
    if (const std::int64_t* i = std::get_if<std::int64_t>(&data_); i != nullptr && *i >= 0) {
        return static_cast<std::uint64_t>(*i);
    }
    return std::nullopt;
}

std::optional<double> Value::real() const {
    if (const double* d = std::get_if<double>(&data_)) return *d;
    return std::nullopt;
}

const Value* Value::find(std::string_view key) const {
    const Object* o = object();
    return o == nullptr ? nullptr : o->find(key);
}

Value* Value::find(std::string_view key) {
    Object* o = object();
    return o == nullptr ? nullptr : o->find(key);
}

std::string_view Value::text_at(std::string_view key) const {
    const Value* member = find(key);
    if (member == nullptr || member->text() == nullptr) return {};
    return *member->text();
}

namespace {

bool equal_members(const Object& a, const Object& b) {
    if (a.size() != b.size() || a.integer_keys != b.integer_keys) return false;
    const auto same = [](const Member& x, const Member& y) {
        return x.key == y.key && x.value == y.value;
    };
    const auto same_key = [](const Member& x, const Member& y) { return x.key == y.key; };
    if (std::equal(a.begin(), a.end(), b.begin(), same_key)) {
        return std::equal(a.begin(), a.end(), b.begin(), same);
    }
    const MemberOrder left(a, key_less);
    const MemberOrder right(b, key_less);
    return std::equal(left.begin(), left.end(), right.begin(),
                      [&](const Member* x, const Member* y) { return same(*x, *y); });
}

}  // namespace

bool operator==(const Value& a, const Value& b) {
    if (a.data_.index() != b.data_.index()) return false;
    if (const Object* o = a.object()) return equal_members(*o, *b.object());
    if (const Array* array = a.array()) return *array == *b.array();
    if (const std::string* text = a.text()) return *text == *b.text();
    if (a.is_null()) return true;
    if (a.is_bool()) return a.boolean() == b.boolean();
    if (a.is_real()) return a.real() == b.real();
    if (const BigInteger* big = a.big_integer()) return *big == *b.big_integer();
    return a.integer() == b.integer() && a.unsigned_integer() == b.unsigned_integer();
}

}  // namespace stadtbuch::encoding
