// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
//
//   byte below 80      stands for itself
//   string of n < 56   80+n, bytes           longer: b7+k, n in k bytes, bytes
//   list of n < 56     c0+n, encoded items   longer: f7+k, n in k bytes, encoded items
// n counts bytes; big endian without leading zeros. Only the shortest form is valid.
#include "storage/encoding/rlp.hpp"

namespace stadtbuch::encoding {
namespace {

constexpr std::size_t short_max = 55;
/// Nothing we read is as long; refusing keeps sums of lengths far from overflow.
constexpr std::uint64_t length_max = 0xFFFFFFFF;

std::size_t length_bytes(std::size_t length) {
    std::size_t count = 1;
    while (length > 0xFF) {
        length >>= 8;
        ++count;
    }
    return count;
}

std::size_t header_size(std::size_t length) {
    return length <= short_max ? 1 : 1 + length_bytes(length);
}

void append_header(Bytes& out, Byte base, std::size_t length) {
    if (length <= short_max) {
        out.push_back(static_cast<Byte>(base + length));
        return;
    }
    const std::size_t count = length_bytes(length);
    out.push_back(static_cast<Byte>(base + short_max + count));
    for (std::size_t i = count; i-- > 0;) out.push_back(static_cast<Byte>(length >> (8 * i)));
}

bool stands_for_itself(BytesView bytes) {
    return bytes.size() == 1 && bytes[0] < 0x80;
}

void append_string(Bytes& out, BytesView bytes) {
    if (!stands_for_itself(bytes)) append_header(out, 0x80, bytes.size());
    out.insert(out.end(), bytes.begin(), bytes.end());
}

std::size_t encoded_size(const RlpItem& item);

std::size_t payload_size(const RlpItem& list) {
    std::size_t size = 0;
    for (const RlpItem& item : list.list) size += encoded_size(item);
    return size;
}

std::size_t encoded_size(const RlpItem& item) {
    if (!item.is_list && stands_for_itself(item.string)) return 1;
    const std::size_t length = item.is_list ? payload_size(item) : item.string.size();
    return header_size(length) + length;
}

void append_item(Bytes& out, const RlpItem& item) {
    if (!item.is_list) {
        append_string(out, item.string);
        return;
    }
    append_header(out, 0xC0, payload_size(item));
    for (const RlpItem& element : item.list) append_item(out, element);
}

class Decoder {
  public:
    explicit Decoder(std::size_t depth_max) : depth_max_(depth_max) {}

    /// Reads one item from the front of `rest`. `depth` counts the lists around it.
    [[nodiscard]] bool decode(BytesView& rest, RlpItem& out, std::size_t depth) {
        if (rest.empty()) return refuse(RlpError::truncated);
        const Byte head = rest[0];
        if (head < 0x80) {
            out.string.assign(1, head);
            rest = rest.subspan(1);
            return true;
        }
        BytesView payload;
        if (!take_payload(rest, head < 0xC0 ? 0x80 : 0xC0, payload)) return false;
        if (head >= 0xC0) return decode_list(payload, out, depth + 1);
        if (stands_for_itself(payload)) return refuse(RlpError::not_canonical);
        out.string.assign(payload.begin(), payload.end());
        return true;
    }

    RlpError error = RlpError::truncated;

  private:
    bool refuse(RlpError reason) {
        error = reason;
        return false;
    }

    bool take_payload(BytesView& rest, Byte base, BytesView& payload) {
        std::uint64_t length = static_cast<std::uint64_t>(rest[0] - base);
        rest = rest.subspan(1);
        if (length > short_max && !take_long_length(rest, length - short_max, length)) return false;
        if (length > length_max) return refuse(RlpError::too_large);
        if (length > rest.size()) return refuse(RlpError::truncated);
        payload = rest.first(length);
        rest = rest.subspan(length);
        return true;
    }

    bool take_long_length(BytesView& rest, std::uint64_t count, std::uint64_t& length) {
        if (rest.size() < count) return refuse(RlpError::truncated);
        if (rest[0] == 0) return refuse(RlpError::not_canonical);
        length = 0;
        for (const Byte byte : rest.first(count)) length = length << 8 | byte;
        if (length <= short_max) return refuse(RlpError::not_canonical);
        rest = rest.subspan(count);
        return true;
    }

    bool decode_list(BytesView payload, RlpItem& out, std::size_t depth) {
        if (depth > depth_max_) return refuse(RlpError::too_deep);
        out.is_list = true;
        while (!payload.empty()) {
            if (!decode(payload, out.list.emplace_back(), depth)) return false;
        }
        return true;
    }

    std::size_t depth_max_;
};

}  // namespace

Bytes rlp_encode(const RlpItem& item) {
    Bytes out;
    out.reserve(encoded_size(item));
    append_item(out, item);
    return out;
}

Bytes rlp_encode_string(BytesView bytes) {
    Bytes out;
    out.reserve(header_size(bytes.size()) + bytes.size());
    append_string(out, bytes);
    return out;
}

Bytes rlp_wrap_list(BytesView encoded_items) {
    Bytes out;
    out.reserve(header_size(encoded_items.size()) + encoded_items.size());
    append_header(out, 0xC0, encoded_items.size());
    out.insert(out.end(), encoded_items.begin(), encoded_items.end());
    return out;
}

Result<RlpItem, RlpError> rlp_decode(BytesView bytes, std::size_t depth_max) {
    Decoder decoder(depth_max);
    RlpItem item;
    if (!decoder.decode(bytes, item, 0)) return Failure{decoder.error};
    if (!bytes.empty()) return Failure{RlpError::trailing_bytes};
    return item;
}

}  // namespace stadtbuch::encoding
