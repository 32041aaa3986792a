// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Inside of decode(): one reader for each message that is read from its parsed form.
#pragma once
#include "consensus/messages/messages.hpp"
#include "consensus/messages/reader.hpp"

namespace stadtbuch::consensus::messages {

[[nodiscard]] PrePrepare read_pre_prepare(Reader& r, const DecodeLimits& limits);
[[nodiscard]] Prepare read_prepare(Reader& r);
[[nodiscard]] Commit read_commit(Reader& r);
[[nodiscard]] Checkpoint read_checkpoint(Reader& r);
[[nodiscard]] ViewChange read_view_change(Reader& r, const DecodeLimits& limits);
[[nodiscard]] ViewChangeAck read_view_change_ack(Reader& r);
[[nodiscard]] NewView read_new_view(Reader& r, const DecodeLimits& limits);
[[nodiscard]] InstanceChange read_instance_change(Reader& r);
[[nodiscard]] BackupInstanceFaulty read_backup_faulty(Reader& r, const DecodeLimits& limits);
[[nodiscard]] OldViewPrePrepareReq read_old_view_req(Reader& r, const DecodeLimits& limits);
[[nodiscard]] OldViewPrePrepareRep read_old_view_rep(Reader& r, const DecodeLimits& limits);
[[nodiscard]] LedgerStatus read_ledger_status(Reader& r);
[[nodiscard]] ConsistencyProof read_consistency_proof(Reader& r);
[[nodiscard]] CatchupReq read_catchup_req(Reader& r);

}  // namespace stadtbuch::consensus::messages
