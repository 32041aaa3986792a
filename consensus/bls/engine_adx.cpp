// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "consensus/bls/adx_available.hpp"

#ifdef STADTBUCH_BLS_HAS_ADX
#define STADTBUCH_BLS_ENGINE adx
#include <cpuid.h>

#include "consensus/bls/engine_table.hpp"

namespace stadtbuch::bls {

namespace {

/// BMI2 (MULX) and ADX (ADCX, ADOX): Intel since Broadwell, AMD since Zen.
bool is_supported() {
    constexpr unsigned bmi2 = 1u << 8;
    constexpr unsigned adx_bit = 1u << 19;
    unsigned a = 0, b = 0, c = 0, d = 0;
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (b & bmi2) != 0 && (b & adx_bit) != 0;
}

}  // namespace

const Engine* adx_engine() {
    static const Engine table = adx::make_engine("adx");
    static const bool supported = is_supported();
    return supported ? &table : nullptr;
}

}  // namespace stadtbuch::bls
#else
#include "consensus/bls/engine.hpp"

namespace stadtbuch::bls {

const Engine* adx_engine() {
    return nullptr;
}

}  // namespace stadtbuch::bls
#endif
