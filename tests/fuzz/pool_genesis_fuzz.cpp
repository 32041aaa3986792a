// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Genesis files of the pool ledger. One that is taken keeps its root and verifiers when it is
// written out.
#include <cstdlib>

#include "ssi/client/pool.hpp"

using namespace stadtbuch;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto pool = client::PoolLedger::from_genesis(text_of(BytesView(data, size)));
    if (!pool) return 0;
    const auto again = client::PoolLedger::from_genesis(pool->to_text());
    if (!again || again->root() != pool->root() || again->n() != pool->n()) std::abort();
    return 0;
}
