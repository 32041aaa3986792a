// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What a NEW_VIEW must contain, computed from VIEW_CHANGEs (plenum-consensus §8.4). Pure functions:
// the author and every receiver compute the same.
#pragma once
#include <optional>
#include <vector>

#include "consensus/messages/messages.hpp"
#include "consensus/quorums.hpp"

namespace stadtbuch::consensus::viewchange {

using Messages = std::vector<const messages::ViewChange*>;

/// Highest checkpoint that n-f messages contain and n-f messages do not lie above; nullopt: wait
/// for more.
[[nodiscard]] std::optional<messages::Checkpoint> common_checkpoint(const Messages& changes,
                                                                    const Quorums& quorums);

/// The batches to re-create above `checkpoint`, sorted as tuples; nullopt: undecided, wait for
/// more.
[[nodiscard]] std::optional<std::vector<messages::BatchId>> batches_above(PpSeqNo checkpoint,
                                                                          const Messages& changes,
                                                                          const Quorums& quorums,
                                                                          PpSeqNo log_size);

/// The same batches, whatever view they were prepared in last.
[[nodiscard]] bool same_batches(std::vector<messages::BatchId> a, std::vector<messages::BatchId> b);

/// It names n-f of these members, each once, and nobody else.
[[nodiscard]] bool names_enough(const messages::NewView& view,
                                const std::vector<NodeName>& members);

/// How many of them prepared a batch above `ordered` that was created in a view after `view`, or
/// have a stable checkpoint there.
[[nodiscard]] std::size_t ahead_of(const Messages& changes, PpSeqNo ordered, ViewNo view);

}  // namespace stadtbuch::consensus::viewchange
