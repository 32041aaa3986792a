// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Reading MessagePack (grammar in msgpack.cpp). Longer forms than necessary are read, as Python
// does; `bin`, `ext` and reserved codes are refused, no ledger contains them.
#include <bit>
#include <string>

#include "storage/encoding/member_order.hpp"
#include "storage/encoding/msgpack.hpp"
#include "storage/encoding/text.hpp"

namespace stadtbuch::encoding {
namespace {

constexpr std::size_t input_max = 64 * 1024 * 1024;
/// Reserving more than this on the word of a count would let a few bytes claim much memory.
constexpr std::size_t reserve_max = 64;

class Decoder {
  public:
    Decoder(BytesView bytes, std::size_t depth_max) : rest_(bytes), depth_max_(depth_max) {}

    [[nodiscard]] bool decode(Value& out, std::size_t depth) {
        std::uint64_t code = 0;
        if (!take_number(1, code)) return false;
        if (code < 0x80) return accept(out, Value(code));
        if (code < 0x90) return decode_map(code & 0x0F, out, depth + 1);
        if (code < 0xA0) return decode_list(code & 0x0F, out, depth + 1);
        if (code < 0xC0) return decode_text(code & 0x1F, out);
        if (code >= 0xE0) return accept(out, Value(std::int64_t{static_cast<std::int8_t>(code)}));
        if (code >= 0xCC && code <= 0xD3) return decode_integer(code, out);
        return decode_other(code, out, depth);
    }

    [[nodiscard]] bool at_end() const { return rest_.empty(); }

    MsgpackError error = MsgpackError::truncated;

  private:
    bool refuse(MsgpackError reason) {
        error = reason;
        return false;
    }

    static bool accept(Value& out, Value value) {
        out = std::move(value);
        return true;
    }

    bool take_number(std::size_t size, std::uint64_t& out) {
        if (rest_.size() < size) return refuse(MsgpackError::truncated);
        out = 0;
        for (const Byte byte : rest_.first(size)) out = out << 8 | byte;
        rest_ = rest_.subspan(size);
        return true;
    }

    bool decode_integer(std::uint64_t code, Value& out) {
        const std::size_t size = std::size_t{1} << (code & 3);
        std::uint64_t number = 0;
        if (!take_number(size, number)) return false;
        if (code <= 0xCF) return accept(out, Value(number));
        const std::size_t unused = 64 - 8 * size;
        return accept(out, Value(static_cast<std::int64_t>(number << unused) >> unused));
    }

    bool decode_other(std::uint64_t code, Value& out, std::size_t depth) {
        std::uint64_t size = 0;
        switch (code) {
            case 0xC0:
                return accept(out, Value());
            case 0xC2:
                return accept(out, Value(false));
            case 0xC3:
                return accept(out, Value(true));
            case 0xCA:
                return decode_float(4, out);
            case 0xCB:
                return decode_float(8, out);
            case 0xD9:
                return take_number(1, size) && decode_text(size, out);
            case 0xDA:
                return take_number(2, size) && decode_text(size, out);
            case 0xDB:
                return take_number(4, size) && decode_text(size, out);
            case 0xDC:
                return take_number(2, size) && decode_list(size, out, depth + 1);
            case 0xDD:
                return take_number(4, size) && decode_list(size, out, depth + 1);
            case 0xDE:
                return take_number(2, size) && decode_map(size, out, depth + 1);
            case 0xDF:
                return take_number(4, size) && decode_map(size, out, depth + 1);
            default:
                return refuse(MsgpackError::unsupported_type);
        }
    }

    bool decode_float(std::size_t size, Value& out) {
        std::uint64_t bits = 0;
        if (!take_number(size, bits)) return false;
        if (size == 8) return accept(out, Value(std::bit_cast<double>(bits)));
        return accept(out, Value(double{std::bit_cast<float>(static_cast<std::uint32_t>(bits))}));
    }

    bool decode_text(std::uint64_t size, Value& out) {
        if (rest_.size() < size) return refuse(MsgpackError::truncated);
        const std::string_view text = text_of(rest_.first(size));
        if (!is_utf8(text)) return refuse(MsgpackError::not_utf8);
        rest_ = rest_.subspan(size);
        return accept(out, Value(text));
    }

    bool decode_list(std::uint64_t count, Value& out, std::size_t depth) {
        if (depth > depth_max_) return refuse(MsgpackError::too_deep);
        if (count > rest_.size()) return refuse(MsgpackError::truncated);
        Array array;
        array.reserve(std::min<std::size_t>(count, reserve_max));
        for (std::uint64_t i = 0; i < count; ++i) {
            if (!decode(array.emplace_back(), depth)) return false;
        }
        return accept(out, Value(std::move(array)));
    }

    /// A key is a text or an integer of 64 bits with sign, and all keys of a map are of one kind.
    bool decode_key(Object& object, std::string& out) {
        Value key;
        if (rest_.empty()) return refuse(MsgpackError::truncated);
        const Byte code = rest_[0];
        const bool container = (code >= 0x80 && code < 0xA0) || (code >= 0xDC && code <= 0xDF);
        if (container) return refuse(MsgpackError::bad_key);
        if (!decode(key, 0)) return false;
        const bool integer = key.integer().has_value();
        if (!integer && !key.is_text()) return refuse(MsgpackError::bad_key);
        if (object.empty()) object.integer_keys = integer;
        if (object.integer_keys != integer) return refuse(MsgpackError::bad_key);
        out = integer ? std::to_string(*key.integer()) : std::move(*key.text());
        return true;
    }

    bool decode_map(std::uint64_t count, Value& out, std::size_t depth) {
        if (depth > depth_max_) return refuse(MsgpackError::too_deep);
        if (count > rest_.size() / 2) return refuse(MsgpackError::truncated);
        Object object;
        std::vector<Member>& members = object.members();
        members.reserve(std::min<std::size_t>(count, reserve_max));
        for (std::uint64_t i = 0; i < count; ++i) {
            std::string key;
            if (!decode_key(object, key)) return false;
            Member& member = members.emplace_back();
            member.key = std::move(key);
            if (!decode(member.value, depth)) return false;
        }
        merge_doubled_keys(members);
        return accept(out, Value(std::move(object)));
    }

    BytesView rest_;
    std::size_t depth_max_;
};

}  // namespace

Result<Value, MsgpackError> msgpack_decode(BytesView bytes, std::size_t depth_max) {
    if (bytes.size() > input_max) return Failure{MsgpackError::too_large};
    Decoder decoder(bytes, depth_max);
    Value value;
    if (!decoder.decode(value, 0)) return Failure{decoder.error};
    if (!decoder.at_end()) return Failure{MsgpackError::trailing_bytes};
    return value;
}

}  // namespace stadtbuch::encoding
