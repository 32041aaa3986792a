// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// One process, one store: RocksDB, or memory in tests. A failed durable write ends the process
// (exit code 74), because nothing that the agent would say afterwards could be trusted (reliability
// B2).
#pragma once
#include "ssi/agent/engine.hpp"

namespace stadtbuch::agent {

[[nodiscard]] std::unique_ptr<Engine> make_embedded_engine(std::unique_ptr<store::Store> store);

}  // namespace stadtbuch::agent
