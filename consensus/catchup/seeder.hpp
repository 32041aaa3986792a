// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Serving side of catch-up (plenum-consensus §10.3, §10.5, §10.8). Stateless: usable for peers and
// for the client port.
#pragma once
#include <vector>

#include "consensus/executor.hpp"
#include "consensus/messages/messages.hpp"

namespace stadtbuch::consensus::catchup {

/// Who asks decides the meaningless viewNo/ppSeqNo of our own LEDGER_STATUS: null for nodes, 0 for
/// clients.
enum class Asker { node, client };

[[nodiscard]] messages::LedgerStatus status_of(const Executor& executor, LedgerId ledger,
                                               Asker asker);
/// Answer to a LEDGER_STATUS: our status when the asker is level or ahead, else the proof of
/// growth.
[[nodiscard]] std::vector<messages::Message> answer(const Executor& executor,
                                                    const messages::LedgerStatus& question,
                                                    Asker asker);
/// Nothing for ranges out of bounds. A reply too large for one frame is split.
[[nodiscard]] std::vector<messages::Message> answer(const Executor& executor,
                                                    const messages::CatchupReq& question,
                                                    std::size_t frame_bytes_max = 131072);
/// LEDGER_STATUS and CONSISTENCY_PROOF only; nothing for other types.
[[nodiscard]] std::vector<messages::Message> answer(const Executor& executor,
                                                    const messages::MessageRequest& question);

}  // namespace stadtbuch::consensus::catchup
