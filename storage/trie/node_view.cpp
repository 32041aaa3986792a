// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
//
// item      = byte below 80 | 80+len string | b7+n len(n, BE) string | c0+len items | f7+n len(n,
// BE) items leaf      = [hex-prefix with terminator, value]          value = rlp([octets]), as a
// string extension = [hex-prefix, ref] branch    = [ref or "", 16 times; value or ""] ref       =
// the child itself if its RLP is shorter than 32 octets, else its SHA3-256
//
// Beside encoding::rlp_decode, which builds an owning tree: a proved read walks several nodes of up
// to 17 items and wants one path through each.
#include "storage/trie/node_view.hpp"

namespace stadtbuch::trie {

namespace {

constexpr std::size_t short_length_max = 55;

/// Length in `digits` octets, big-endian; nullopt when it is not the shortest way to say it.
std::optional<std::size_t> long_length(BytesView digits) {
    if (digits.empty() || digits[0] == 0 || digits.size() > sizeof(std::uint32_t))
        return std::nullopt;
    std::size_t length = 0;
    for (const Byte digit : digits) length = (length << 8) | digit;
    if (length <= short_length_max) return std::nullopt;
    return length;
}

bool is_reference(const RlpView& item) {
    if (item.is_list) return item.whole.size() < hashed_bytes_min;
    return item.payload.empty() || item.payload.size() == hashed_bytes_min;
}

std::optional<NodeView> parse_short(BytesView rest, NodeView node) {
    const std::optional<RlpView> path = take_rlp(rest);
    const std::optional<RlpView> target = take_rlp(rest);
    if (!path || path->is_list || !target || !rest.empty()) return std::nullopt;
    const std::optional<Nibbles::HexPrefix> prefix = Nibbles::from_hex_prefix(path->payload);
    if (!prefix) return std::nullopt;
    node.path = prefix->path;
    if (prefix->is_leaf) {
        if (target->is_list || target->payload.empty()) return std::nullopt;
        node.kind = NodeKind::leaf;
        node.stored_value = target->payload;
        return node;
    }
    if (node.path.empty() || !is_reference(*target) || is_blank(*target)) return std::nullopt;
    node.kind = NodeKind::extension;
    node.child_count = 1;
    node.children[0] = *target;
    return node;
}

std::optional<NodeView> parse_branch(BytesView rest, NodeView node) {
    node.kind = NodeKind::branch;
    node.child_count = node.children.size();
    for (RlpView& child : node.children) {
        const std::optional<RlpView> item = take_rlp(rest);
        if (!item || !is_reference(*item)) return std::nullopt;
        child = *item;
    }
    const std::optional<RlpView> value = take_rlp(rest);
    if (!value || value->is_list || !rest.empty()) return std::nullopt;
    node.stored_value = value->payload;
    return node;
}

}  // namespace

std::optional<RlpView> take_rlp(BytesView& rest) {
    if (rest.empty()) return std::nullopt;
    const unsigned tag = rest[0];
    RlpView item;
    item.is_list = tag >= 0xC0;
    std::size_t header_bytes = 1;
    std::size_t payload_bytes = 0;
    if (tag < 0x80) {
        header_bytes = 0;
        payload_bytes = 1;
    } else {
        const unsigned short_form = tag - (item.is_list ? 0xC0 : 0x80);
        if (short_form <= short_length_max) {
            payload_bytes = short_form;
        } else {
            const std::size_t digits = short_form - short_length_max;
            if (rest.size() - 1 < digits) return std::nullopt;
            const std::optional<std::size_t> length = long_length(rest.subspan(1, digits));
            if (!length) return std::nullopt;
            header_bytes = 1 + digits;
            payload_bytes = *length;
        }
    }
    if (rest.size() - header_bytes < payload_bytes) return std::nullopt;
    item.whole = rest.first(header_bytes + payload_bytes);
    item.payload = item.whole.subspan(header_bytes);
    const bool could_be_bare = header_bytes == 1 && payload_bytes == 1 && !item.is_list;
    if (could_be_bare && item.payload[0] < 0x80) return std::nullopt;
    rest = rest.subspan(item.whole.size());
    return item;
}

std::optional<NodeView> parse_node(BytesView rlp) {
    const std::optional<RlpView> list = take_rlp(rlp);
    if (!list || !list->is_list || !rlp.empty()) return std::nullopt;
    BytesView probe = list->payload;
    for (int i = 0; i < 2; ++i) {
        if (!take_rlp(probe)) return std::nullopt;
    }
    return probe.empty() ? parse_short(list->payload, NodeView{})
                         : parse_branch(list->payload, NodeView{});
}

std::optional<BytesView> unwrap_value(BytesView stored_value) {
    const std::optional<RlpView> list = take_rlp(stored_value);
    if (!list || !list->is_list || !stored_value.empty()) return std::nullopt;
    BytesView rest = list->payload;
    const std::optional<RlpView> value = take_rlp(rest);
    if (!value || value->is_list || !rest.empty()) return std::nullopt;
    return value->payload;
}

}  // namespace stadtbuch::trie
