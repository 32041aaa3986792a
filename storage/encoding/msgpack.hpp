// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Canonical MessagePack of ledger transactions and BLS values (indy-ledger-formats §3.1,
// plenum-consensus §1.7).
#pragma once
#include "storage/base/bytes.hpp"
#include "storage/base/result.hpp"
#include "storage/encoding/value.hpp"

namespace stadtbuch::encoding {

enum class MsgpackError {
    truncated,
    trailing_bytes,
    too_deep,
    too_large,
    unsupported_type,
    not_utf8,
    bad_key
};

/// Shortest forms; maps sorted by key recursively through maps and through maps inside lists, but a
/// map in a list in a list keeps its member order (the reference's rule).
[[nodiscard]] Bytes msgpack_encode(const Value& value);
/// Bounded and total: no allocation larger than the remaining input allows. Integer keys give
/// `integer_keys` objects; mixed keys are refused.
[[nodiscard]] Result<Value, MsgpackError> msgpack_decode(BytesView bytes,
                                                         std::size_t depth_max = 520);

}  // namespace stadtbuch::encoding
