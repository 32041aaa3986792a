// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The door between the scheme (bls.cpp) and the arithmetic. The same mathematics is compiled twice,
// on plain C++ and on x86-64 assembly with MULX, ADCX and ADOX; engine() picks once by what the
// processor can do. Every engine gives the same values. Thread-safe: no state.
#pragma once
#include <optional>
#include <span>
#include <string_view>

#include "consensus/bls/bls.hpp"
#include "consensus/bls/types.hpp"

namespace stadtbuch::bls {

struct Engine {
    std::string_view name;

    /// 64 bytes x ‖ y, big-endian. The reason of refusal, or nothing and `point` is set.
    std::optional<BlsError> (*decode_g1)(const Byte* bytes, G1& point);
    /// 128 bytes x.a ‖ x.b ‖ y.a ‖ y.b; includes the subgroup check.
    std::optional<BlsError> (*decode_g2)(const Byte* bytes, G2& point);
    /// Infinity is written as (0, 1).
    void (*encode_g1)(const G1& point, Byte* bytes);
    void (*encode_g2)(const G2& point, Byte* bytes);

    bool (*is_in_subgroup)(const G2& point);
    G1 (*hash_to_curve)(const Byte* digest32);

    /// Constant time in the scalar. REQUIRES: scalar < r.
    G1 (*multiply_g1)(const G1& point, const Scalar& scalar);
    G2 (*multiply_g2)(const G2& point, const Scalar& scalar);

    G1 (*add_g1)(std::span<const G1* const> points);
    G2 (*add_g2)(std::span<const G2* const> points);
    G1 (*negate_g1)(const G1& point);

    /// REQUIRES: point in the subgroup, not infinity.
    void (*make_lines)(const G2& point, LineTable& lines);
    /// Product of the pairings equals one. REQUIRES: at most pair_terms_max terms.
    bool (*product_is_one)(std::span<const PairTerm> terms);
};

[[nodiscard]] const Engine& portable_engine();
/// Null where this build or this processor has none.
[[nodiscard]] const Engine* adx_engine();
/// The fastest one that runs here.
[[nodiscard]] const Engine& engine();

}  // namespace stadtbuch::bls
