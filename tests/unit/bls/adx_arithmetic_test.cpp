// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The same cases on the assembly engine; they pass over where the build or the processor has none.
#include "consensus/bls/adx_available.hpp"

#ifdef STADTBUCH_BLS_HAS_ADX
#define STADTBUCH_BLS_ENGINE adx
#define ENGINE_TAG "adx"
#include "tests/unit/bls/arithmetic_cases.hpp"
#endif
