// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Writing the canonical MessagePack. Reading is in msgpack_decode.cpp.
//
//   nil c0   false c2   true c3   float64 cb + 8 bytes
//   integer  00..7f, cc/cd/ce/cf + 1/2/4/8 bytes;  e0..ff, d0/d1/d2/d3 + 1/2/4/8 bytes
//   text     a0..bf, d9/da/db + 1/2/4 bytes of length, UTF-8
//   list     90..9f, dc/dd + 2/4 bytes of count, elements
//   map      80..8f, de/df + 2/4 bytes of count, then key and value for each member
// All numbers big endian. The shortest form that fits.
#include "storage/encoding/msgpack.hpp"

#include <bit>
#include <charconv>

#include "storage/base/assert.hpp"
#include "storage/encoding/member_order.hpp"

namespace stadtbuch::encoding {
namespace {

/// A decimal text as a number; nullopt if it is not written as Python writes integers.
std::optional<std::int64_t> integer_key(const std::string& key) {
    std::int64_t number = 0;
    const char* const end = key.data() + key.size();
    const auto [stop, error] = std::from_chars(key.data(), end, number);
    if (error != std::errc{} || stop != end) return std::nullopt;
    return number;
}

bool integer_key_less(const Member& a, const Member& b) {
    return integer_key(a.key).value_or(0) < integer_key(b.key).value_or(0);
}

class Encoder {
  public:
    explicit Encoder(Bytes& out) : out_(out) {}

    /// `sorted` is false inside a list in a list: the reference leaves the maps there as they are.
    void encode(const Value& value, bool sorted) {
        switch (value.kind()) {
            case Value::Kind::null:
                put(0xC0);
                return;
            case Value::Kind::boolean:
                put(*value.boolean() ? 0xC3 : 0xC2);
                return;
            case Value::Kind::integer:
                encode_integer(*value.integer());
                return;
            case Value::Kind::unsigned_integer:
                encode_unsigned(*value.unsigned_integer());
                return;
            case Value::Kind::big_integer:
                // MessagePack has none; no request and so no transaction holds one.
                encode_text(value.big_integer()->decimal);
                return;
            case Value::Kind::real:
                put(0xCB);
                put_number(std::bit_cast<std::uint64_t>(*value.real()), 8);
                return;
            case Value::Kind::text:
                encode_text(*value.text());
                return;
            case Value::Kind::array:
                encode_array(*value.array(), sorted);
                return;
            case Value::Kind::object:
                encode_object(*value.object(), sorted);
                return;
        }
    }

  private:
    void put(Byte byte) { out_.push_back(byte); }

    void put_number(std::uint64_t number, int size) {
        std::array<Byte, 8> bytes;
        for (int i = 0; i < size; ++i) {
            bytes[static_cast<std::size_t>(i)] = static_cast<Byte>(number >> (8 * (size - 1 - i)));
        }
        out_.insert(out_.end(), bytes.begin(), bytes.begin() + size);
    }

    void encode_unsigned(std::uint64_t number) {
        if (number < 0x80) {
            put(static_cast<Byte>(number));
        } else if (number <= 0xFF) {
            put(0xCC);
            put_number(number, 1);
        } else if (number <= 0xFFFF) {
            put(0xCD);
            put_number(number, 2);
        } else if (number <= 0xFFFFFFFF) {
            put(0xCE);
            put_number(number, 4);
        } else {
            put(0xCF);
            put_number(number, 8);
        }
    }

    void encode_integer(std::int64_t number) {
        const auto bits = static_cast<std::uint64_t>(number);
        if (number >= 0) {
            encode_unsigned(bits);
        } else if (number >= -0x20) {
            put(static_cast<Byte>(bits));
        } else if (number >= INT8_MIN) {
            put(0xD0);
            put_number(bits, 1);
        } else if (number >= INT16_MIN) {
            put(0xD1);
            put_number(bits, 2);
        } else if (number >= INT32_MIN) {
            put(0xD2);
            put_number(bits, 4);
        } else {
            put(0xD3);
            put_number(bits, 8);
        }
    }

    /// Length or count: `fix` holds up to `fix_max` in the first byte, `wide` is the code for 16
    /// bits and `wide + 1` that for 32.
    void put_size(std::size_t size, Byte fix, std::size_t fix_max, Byte wide) {
        STADTBUCH_ASSERT(size <= 0xFFFFFFFF);
        if (size <= fix_max) {
            put(static_cast<Byte>(fix | size));
        } else if (size <= 0xFFFF) {
            put(wide);
            put_number(size, 2);
        } else {
            put(static_cast<Byte>(wide + 1));
            put_number(size, 4);
        }
    }

    void encode_text(std::string_view text) {
        if (text.size() > 0x1F && text.size() <= 0xFF) {
            put(0xD9);
            put_number(text.size(), 1);
        } else {
            put_size(text.size(), 0xA0, 0x1F, 0xDA);
        }
        const BytesView bytes = view_of(text);
        out_.insert(out_.end(), bytes.begin(), bytes.end());
    }

    void encode_array(const Array& array, bool sorted) {
        put_size(array.size(), 0x90, 0x0F, 0xDC);
        for (const Value& element : array) encode(element, sorted && !element.is_array());
    }

    void encode_member(const Member& member, bool integer_keys, bool sorted) {
        if (integer_keys) {
            encode_integer(integer_key(member.key).value_or(0));
        } else {
            encode_text(member.key);
        }
        encode(member.value, sorted);
    }

    void encode_object(const Object& object, bool sorted) {
        // A map that claims integer keys but holds a text which is none is a map of texts.
        const bool integer_keys =
            object.integer_keys &&
            std::all_of(object.begin(), object.end(),
                        [](const Member& member) { return integer_key(member.key).has_value(); });
        put_size(object.size(), 0x80, 0x0F, 0xDE);
        if (!sorted) {
            for (const Member& member : object) encode_member(member, integer_keys, false);
            return;
        }
        for (const Member* member :
             MemberOrder(object, integer_keys ? integer_key_less : key_less)) {
            encode_member(*member, integer_keys, true);
        }
    }

    Bytes& out_;
};

}  // namespace

Bytes msgpack_encode(const Value& value) {
    Bytes out;
    out.reserve(512);
    Encoder(out).encode(value, true);
    return out;
}

}  // namespace stadtbuch::encoding
