// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What the commands remember of a network between two calls, in the cache folder: the own writes,
// so that the next read shows them, and names for completion. All of it public; it may be lost.
//
// File network-ID.json: {"writes":{"1":{"time","root","seq_no"}},"nodes":[alias...],
//                        "known":{"did":[...],"schema":[...],"creddef":[...]}}
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command.hpp"

namespace stadtbuch::cli {

/// The newest own write to one ledger.
struct OwnWrite {
    std::int64_t time = 0;  ///< of its batch, UNIX seconds
    std::string root;       ///< ledger root that its reply leads to, base58
    std::int64_t seq_no = 0;
};

struct NetworkMemory {
    std::map<std::int64_t, OwnWrite> writes;                ///< by ledger id
    std::vector<std::string> nodes;                         ///< who answered the newest write
    std::map<std::string, std::vector<std::string>> known;  ///< kind to names, newest last

    /// Keeps the newest 200 of a kind.
    void note(const std::string& kind, const std::string& name);
};

/// Empty if there is none, or if it cannot be read. `id`: Network::id().
[[nodiscard]] NetworkMemory recall(const std::string& id);
/// Changes it under a lock. Failures are silent: it is only a memory.
void remember(const Globals& globals, const std::string& id,
              const std::function<void(NetworkMemory&)>& change);
/// Names of a kind over all networks, for completion.
[[nodiscard]] std::vector<std::string> known_names(std::string_view kind);

/// Whether a proved answer can be from before the write: `time` and `root` of its multi-signature.
/// Batches of the same second are told apart by their root while the write is younger than ten
/// seconds; later no honest node is that far behind.
enum class Age { older, newer, unclear };
[[nodiscard]] Age age_of(const OwnWrite& write, std::int64_t time, std::string_view root,
                         std::int64_t now);

}  // namespace stadtbuch::cli
