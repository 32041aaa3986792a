// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/ledger/store_layout.hpp"

#include <bit>

#include "storage/encoding/rlp.hpp"
#include "storage/encoding/text.hpp"

namespace stadtbuch::ledger {

using encoding::RlpItem;

namespace {

constexpr Byte layout_version = 1;

RlpItem item_of(BytesView bytes) {
    return {false, bytes_of(bytes), {}};
}

void append_u64(Bytes& out, std::uint64_t number) {
    for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<Byte>(number >> shift));
}

Bytes prefixed(char prefix, BytesView rest) {
    Bytes out;
    out.reserve(rest.size() + 1);
    out.push_back(static_cast<Byte>(prefix));
    out.insert(out.end(), rest.begin(), rest.end());
    return out;
}

std::optional<merkle::Frontier> frontier_from(const RlpItem& item) {
    if (!item.is_list || item.list.empty()) return std::nullopt;
    const auto size = number_from(item.list[0].string);
    if (!size) return std::nullopt;
    if (item.list.size() - 1 != static_cast<std::size_t>(std::popcount(*size))) return std::nullopt;
    std::vector<Hash32> subtrees;
    for (std::size_t i = 1; i < item.list.size(); ++i) {
        if (item.list[i].string.size() != 32) return std::nullopt;
        subtrees.push_back(hash32_of(item.list[i].string));
    }
    return merkle::Frontier(*size, std::move(subtrees));
}

}  // namespace

Bytes encode_heads(const StoredHeads& heads) {
    RlpItem top{true, {}, {}};
    top.list.push_back(item_of(Bytes{layout_version}));
    for (const merkle::Frontier& log : heads.logs) {
        RlpItem entry{true, {}, {}};
        entry.list.push_back(item_of(seq_no_bytes(log.size())));
        for (const Hash32& hash : log.subtrees()) entry.list.push_back(item_of(hash.view()));
        top.list.push_back(std::move(entry));
    }
    for (const Hash32& root : heads.state_roots) top.list.push_back(item_of(root.view()));
    RlpItem names{true, {}, {}};
    for (const std::string& alias : heads.registry) names.list.push_back(item_of(view_of(alias)));
    top.list.push_back(std::move(names));
    top.list.push_back(item_of(Bytes{static_cast<Byte>(heads.writes_enabled ? 1 : 0)}));
    return encoding::rlp_encode(top);
}

std::optional<StoredHeads> decode_heads(BytesView bytes) {
    const auto top = encoding::rlp_decode(bytes);
    constexpr std::size_t members = 1 + ledger_count + state_count + 2;
    if (!top || !top->is_list || top->list.size() != members) return std::nullopt;
    const auto& list = top->list;
    if (list[0].string != Bytes{layout_version}) return std::nullopt;
    StoredHeads heads;
    for (std::size_t i = 0; i < ledger_count; ++i) {
        auto log = frontier_from(list[1 + i]);
        if (!log) return std::nullopt;
        heads.logs[i] = std::move(*log);
    }
    for (std::size_t i = 0; i < state_count; ++i) {
        const Bytes& root = list[1 + ledger_count + i].string;
        if (root.size() != 32) return std::nullopt;
        heads.state_roots[i] = hash32_of(root);
    }
    const RlpItem& names = list[members - 2];
    if (!names.is_list) return std::nullopt;
    for (const RlpItem& name : names.list) heads.registry.push_back(string_of(name.string));
    heads.writes_enabled = list[members - 1].string == Bytes{1};
    return heads;
}

Bytes heads_key() {
    return bytes_of(std::string_view("ledger/heads"));
}

Bytes genesis_key() {
    return bytes_of(std::string_view("ledger/genesis"));
}

Bytes payload_key(const Hash32& payload_digest) {
    return prefixed('p', payload_digest.view());
}

Bytes attribute_key(const Hash32& hash) {
    return prefixed('a', hash.view());
}

Bytes signature_key(const Hash32& state_root) {
    return prefixed('s', state_root.view());
}

Bytes pool_link_prefix() {
    return {static_cast<Byte>('c')};
}

Bytes time_prefix(Ledger ledger) {
    return {static_cast<Byte>('t'), static_cast<Byte>(ledger)};
}

Bytes time_key(Ledger ledger, std::int64_t time) {
    Bytes key = time_prefix(ledger);
    // Times before 1970 are the first moment: keys must sort like numbers.
    append_u64(key, time < 0 ? 0 : static_cast<std::uint64_t>(time));
    return key;
}

Bytes seq_no_bytes(std::uint64_t seq_no) {
    Bytes out;
    out.reserve(8);
    append_u64(out, seq_no);
    return out;
}

std::optional<std::uint64_t> number_from(BytesView bytes) {
    if (bytes.size() != 8) return std::nullopt;
    std::uint64_t number = 0;
    for (const Byte b : bytes) number = number << 8 | b;
    return number;
}

std::optional<Hash32> hash_from_hex(std::string_view hex) {
    if (hex.size() != 64) return std::nullopt;
    const auto bytes = encoding::hex_decode(hex);
    if (!bytes) return std::nullopt;
    return hash32_of(*bytes);
}

Bytes encode_place(const TxnPlace& place) {
    Bytes out{static_cast<Byte>(place.ledger)};
    append_u64(out, place.seq_no);
    return out;
}

std::optional<TxnPlace> decode_place(BytesView bytes) {
    if (bytes.size() != 9) return std::nullopt;
    const auto ledger = ledger_from(bytes[0]);
    const auto seq_no = number_from(bytes.subspan(1));
    if (!ledger || !seq_no) return std::nullopt;
    return TxnPlace{*ledger, *seq_no};
}

}  // namespace stadtbuch::ledger
