// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The vote records: what a node must still know after a crash so that it never contradicts its own
// votes (plenum-lessons C, "persisted prepared certificates"). The only place that knows keys and
// layouts.
//
//   pp/<seq, 16 hex>       netstrings: PRE-PREPARE wire text, then each client request of the batch
//   cert/<seq, 16 hex>     `<view> <digest>`: prepared certificate held, COMMIT may have left; kept
//                          after ordering while a VIEW_CHANGE can name the batch
//   view                   `<view> <1 while waiting for NEW_VIEW, else 0>`
//   vc                     own VIEW_CHANGE, wire text
//   nv                     accepted NEW_VIEW of the recorded view, wire text
//   ic/<view, 16 hex>/<name>  `<wall seconds> <reason>`: an INSTANCE_CHANGE vote
//   recover                `<seq>`: this member does not vote before a stable checkpoint from there
//   on;
//                          empty: set by the operator, the number is found at the first catch-up
//   backup/<instance>      `<view> <seq>`: last PRE-PREPARE sent as primary of a backup
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "consensus/events.hpp"

namespace stadtbuch::consensus::records {

[[nodiscard]] std::string pre_prepare_key(PpSeqNo seq);
[[nodiscard]] std::string pre_prepare_value(const messages::PrePrepare& pp,
                                            const std::vector<std::string>& requests);
[[nodiscard]] std::string certificate_key(PpSeqNo seq);
[[nodiscard]] std::string certificate_value(ViewNo view, const std::string& digest);
inline constexpr const char* view_key = "view";
[[nodiscard]] std::string view_value(ViewNo view, bool waiting);
inline constexpr const char* view_change_key = "vc";
inline constexpr const char* new_view_key = "nv";
[[nodiscard]] std::string instance_change_key(ViewNo view, const NodeName& name);
[[nodiscard]] std::string instance_change_value(UnixSeconds wall, std::uint64_t reason);
inline constexpr const char* recover_key = "recover";
[[nodiscard]] std::string backup_key(messages::InstanceId inst);
[[nodiscard]] std::string backup_value(ViewNo view, PpSeqNo seq);

struct Certificate {
    ViewNo view_no = 0;
    std::string digest;
};

struct StoredVote {
    UnixSeconds wall = 0;
    std::uint64_t reason = 0;
};

struct Position {
    ViewNo view_no = 0;
    bool waiting = false;
};

struct BackupPosition {
    ViewNo view_no = 0;
    PpSeqNo pp_seq_no = 0;
};

/// Everything that could be read; unreadable records are skipped (the operator's file system is
/// input, too).
struct Memory {
    std::map<PpSeqNo, messages::PrePrepare> pre_prepares;
    std::map<PpSeqNo, Certificate> certificates;
    std::optional<Position> position;
    std::optional<messages::ViewChange> view_change;
    std::optional<messages::NewView> new_view;
    std::map<ViewNo, std::map<NodeName, StoredVote>> instance_changes;
    std::map<messages::InstanceId, BackupPosition> backups;
    std::optional<PpSeqNo> recover_beyond;  ///< 0: not known yet
};

[[nodiscard]] Memory read(const std::vector<VoteRecord>& votes);

}  // namespace stadtbuch::consensus::records
