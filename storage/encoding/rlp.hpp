// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Recursive Length Prefix (indy-ledger-formats §4): an item is a byte string or a list of items.
#pragma once
#include <vector>

#include "storage/base/bytes.hpp"
#include "storage/base/result.hpp"

namespace stadtbuch::encoding {

enum class RlpError { truncated, trailing_bytes, not_canonical, too_deep, too_large };

struct RlpItem {
    bool is_list = false;
    Bytes string;               // when !is_list
    std::vector<RlpItem> list;  // when is_list
    friend bool operator==(const RlpItem&, const RlpItem&) = default;
};

[[nodiscard]] Bytes rlp_encode(const RlpItem& item);
[[nodiscard]] Bytes rlp_encode_string(BytesView bytes);
/// Prefixes the concatenation of already encoded items with a list header.
[[nodiscard]] Bytes rlp_wrap_list(BytesView encoded_items);
[[nodiscard]] Result<RlpItem, RlpError> rlp_decode(BytesView bytes, std::size_t depth_max = 16);

}  // namespace stadtbuch::encoding
