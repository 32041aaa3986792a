// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Inverse in Fp by the binary extended Euclid of Pornin ("Optimized Binary GCD for Modular
// Inversion", 2020): constant time, about four times as fast as the power p − 2. Shared by the
// engines.
#pragma once
#include "consensus/bls/types.hpp"

namespace stadtbuch::bls {

/// 1/x in Montgomery form; zero for zero.
[[nodiscard]] Fp invert_fp(const Fp& x);

}  // namespace stadtbuch::bls
