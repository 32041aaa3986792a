// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Reads RocksDB's write-ahead logs before RocksDB does: tells what a power loss leaves from damage.
// RocksDB alone passes over a place of zeros at which a record should begin, and cannot know which
// writes were acknowledged. Private to this folder.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace stadtbuch::store {

/// Each write carries, as log data that no column sees, up to which sequence number all was durable
/// when it was made: "SBd1" | sequence (8, LE).
[[nodiscard]] std::string durable_mark(std::uint64_t sequence);

enum class LogEnd {
    whole,    ///< every record is there, and their sequence numbers have no gap
    torn,     ///< something is missing, and nothing says that it was ever durable: cut_logs()
    damaged,  ///< a later record says that what is missing was durable, or it cannot be told
};

struct LogState {
    LogEnd end = LogEnd::whole;
    std::string path;                ///< the log with the first bad place
    std::uintmax_t octets = 0;       ///< of it that are good
    std::vector<std::string> later;  ///< logs behind it
};

/// Looks at all logs in `directory`, oldest first. What the newest sync made durable
/// is like what was never synced as long as nothing was written after it: if it rots, it is taken
/// for torn (reliability R-041).
[[nodiscard]] LogState inspect_logs(const std::string& directory);

/// Leaves what is good of logs or of a MANIFEST, synced. REQUIRES: `state.end` is torn.
[[nodiscard]] bool cut_logs(const LogState& state);

/// The MANIFEST that CURRENT names; empty when CURRENT does not say.
[[nodiscard]] std::string current_manifest(const std::string& directory);

/// A file of the same framing, the MANIFEST: damaged where a record stands behind a bad place, torn
/// where none does. What a torn one lost was never relied upon: RocksDB syncs each entry first, and
/// misses the files that a lost entry would have put in order.
[[nodiscard]] LogState inspect_row(const std::string& path);

}  // namespace stadtbuch::store
