// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Names the engine that this translation unit compiles. A source that wants the assembly engine
// defines STADTBUCH_BLS_ENGINE as adx before the first include; everybody else gets the portable
// one.
#pragma once

#ifndef STADTBUCH_BLS_ENGINE
#define STADTBUCH_BLS_ENGINE portable
#include "consensus/bls/limbs_portable.hpp"
#else
#include "consensus/bls/limbs_adx.hpp"
#endif
