// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The part of a recording that lies in the stores of a stopped local network: both genesis files,
// ledger_*.jsonl, state_*.json, identities.json and side_stores.json (without the reference's
// caches), as the README of tests/data/indy describes them.
#pragma once
#include <cstdint>
#include <map>
#include <string>

#include "storage/base/error.hpp"
#include "storage/base/result.hpp"

namespace stadtbuch::cli {

/// Counts of what was written, by file.
using RecordingCounts = std::map<std::string, std::uint64_t>;

/// From the validator that got furthest. SB-5080 no usable store, SB-5085 two validators differ,
/// SB-5001, SB-5002.
[[nodiscard]] Result<void, Error> export_stores(const std::string& network_folder,
                                                const std::string& out_folder,
                                                RecordingCounts& counts);

}  // namespace stadtbuch::cli
