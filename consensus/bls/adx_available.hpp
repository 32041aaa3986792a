// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Whether this build has the assembly engine. Not on other processors, and not without
// optimisation, under the sanitizers or in clang's instrumented fuzzing builds: they take registers
// that the assembly needs, and the sanitizers could not look into it anyway.
#pragma once

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && defined(__OPTIMIZE__) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define STADTBUCH_BLS_HAS_ADX 1
#endif
