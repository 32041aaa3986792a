// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "tests/interop/shadow_compare.hpp"

#include <cstdio>

#include "storage/encoding/text.hpp"

namespace stadtbuch::interop {

namespace m = consensus::messages;

namespace {

/// Kinds in which our replica says exactly what the recorded node said. In the others it must have
/// said everything recorded; what it says beyond that is counted.
const std::set<std::string> exact_kinds{
    "PREPREPARE",      "PREPARE",  "COMMIT",      "CHECKPOINT",  "VIEW_CHANGE",
    "VIEW_CHANGE_ACK", "NEW_VIEW", "CATCHUP_REQ", "CATCHUP_REP", "CONSISTENCY_PROOF",
};

/// Signature and participants of a multi-signature follow the order of arrival.
m::PrePrepare comparable(m::PrePrepare pp) {
    pp.multi_sigs.reset();
    return pp;
}

/// Kind and comparable form of each part of a message.
void add(std::map<std::string, std::map<std::string, std::string>>& sets, const m::Message& message,
         const std::vector<std::string>& to, const std::string& where) {
    const std::string kind(m::op_of(message));
    const std::string first_to = to.size() == 1 ? "to " + to.front() + ": " : std::string();
    if (const auto* pp = std::get_if<m::PrePrepare>(&message)) {
        sets[kind].emplace(m::encode(comparable(*pp)), where);
    } else if (const auto* ack = std::get_if<m::ViewChangeAck>(&message)) {
        sets[kind].emplace(first_to + m::encode(*ack), where);
    } else if (const auto* rep = std::get_if<m::OldViewPrePrepareRep>(&message)) {
        for (const m::PrePrepare& each : rep->pre_prepares)
            sets[kind].emplace(first_to + m::encode(comparable(each)), where);
    } else if (const auto* req = std::get_if<m::OldViewPrePrepareReq>(&message)) {
        for (const m::BatchId& id : req->batch_ids) {
            m::OldViewPrePrepareReq one;
            one.batch_ids = {id};
            sets[kind].emplace(m::encode(one), where);
        }
    } else if (const auto* vote = std::get_if<m::InstanceChange>(&message)) {
        sets[kind].emplace("view " + std::to_string(vote->view_no), where);
    } else if (const auto* propagate = std::get_if<m::Propagate>(&message)) {
        sets[kind].emplace(propagate->request, where);
    } else if (const auto* response = std::get_if<m::MessageResponse>(&message)) {
        m::MessageResponse copy = *response;
        if (const auto* inner = std::get_if<m::PrePrepare>(&copy.content))
            copy.content = comparable(*inner);
        if (auto* inner = std::get_if<m::Propagate>(&copy.content)) inner->sender_client.reset();
        sets[kind].emplace(m::encode(copy), where);
    } else {
        sets[kind].emplace(m::encode(message), where);
    }
}

}  // namespace

void ShadowComparison::compare() {
    if (node_.is_running()) {
        compare_batches();
    } else {
        differences_.push_back("the node does not run at the end");
    }
    compare_messages();
}

void ShadowComparison::compare_batches() {
    const auto& audit = recording_.ledgers[ledger::index_of(ledger::Ledger::audit)];
    std::map<std::uint64_t, const LedgerRow*> by_number;
    for (const LedgerRow& row : audit) by_number[row.seq_no] = &row;
    for (const consensus::OrderedBatch& batch : node_.ordered()) {
        const auto record = node_.execution().audit_record(batch.pp_seq_no);
        const auto row = record ? by_number.find(record->seq_no) : by_number.end();
        if (row == by_number.end()) {
            differences_.push_back("batch " + std::to_string(batch.pp_seq_no) +
                                   " is not in ledger_audit.jsonl");
            continue;
        }
        ++counts_["ordered batches"];
        const std::string root = encoding::base58_encode(batch.audit_root);
        if (root == row->second->root_after) continue;
        differences_.push_back(row->second->where + ": root after the batch " +
                               row->second->root_after + ", ours " + root);
    }
    for (const auto ledger : {ledger::Ledger::pool, ledger::Ledger::domain, ledger::Ledger::config,
                              ledger::Ledger::audit}) {
        const auto& rows = recording_.ledgers[ledger::index_of(ledger)];
        const std::uint64_t size = node_.execution().committed_size(ledger);
        ++counts_["ledgers at the end"];
        if (size == rows.size() &&
            (rows.empty() ||
             encoding::base58_encode(node_.execution().committed_roots(ledger).txn_root) ==
                 rows.back().root_after))
            continue;
        differences_.push_back("ledger " + std::to_string(ledger::number_of(ledger)) + " ends at " +
                               std::to_string(size) + " of " + std::to_string(rows.size()));
    }
}

void ShadowComparison::compare_messages() {
    std::map<std::string, Set> recorded, ours;
    for (const RecordedMessage& each : run_.recorded())
        add(recorded, each.message, each.to, each.where);
    for (const Said& each : node_.said()) add(ours, each.message, each.to, "");
    std::set<std::string> kinds;
    for (const auto& [kind, set] : recorded) kinds.insert(kind);
    for (const auto& [kind, set] : ours) kinds.insert(kind);
    for (const std::string& kind : kinds) compare_kind(kind, recorded[kind], ours[kind]);
}

void ShadowComparison::compare_kind(const std::string& kind, const Set& recorded, const Set& ours) {
    // When to ask for what is lost is a matter of timing.
    const bool counted_only = kind == "MESSAGE_REQUEST";
    for (const auto& [text, where] : recorded) {
        if (ours.contains(text)) {
            ++counts_[kind];
        } else if (may_be_left_out(kind, text)) {
            ++explained_[kind + " not needed: the audit ledger gave the target"];
        } else if (!counted_only) {
            differences_.push_back(where + ": not said by ours: " + text);
        }
    }
    for (const auto& [text, nowhere] : ours) {
        if (recorded.contains(text)) continue;
        if (may_be_added(kind, text)) {
            ++explained_[kind + " for a batch that the recorded node ordered by others' votes"];
            continue;
        }
        ++ours_only_[kind];
        if (exact_kinds.contains(kind)) differences_.push_back("said by ours only: " + text);
    }
}

/// The reference compares the pool ledger first, we the audit ledger, which tells about the others.
bool ShadowComparison::may_be_left_out(const std::string& kind, const std::string& text) const {
    if (kind != "LEDGER_STATUS") return false;
    const auto message = m::decode(text);
    const auto* status = message ? std::get_if<m::LedgerStatus>(&*message) : nullptr;
    if (status == nullptr || !status->view_no || status->ledger == consensus::LedgerId::audit)
        return false;
    for (const Said& said : node_.said()) {
        const auto* asked = std::get_if<m::CatchupReq>(&said.message);
        if (asked != nullptr && asked->ledger == status->ledger &&
            asked->seq_no_start == status->txn_seq_no + 1)
            return true;
    }
    return false;
}

/// The reference orders by n-f COMMITs of others before it answers the PRE-PREPARE, and then sends
/// its PREPARE but no COMMIT. Ours orders by its own certificate, so both leave.
bool ShadowComparison::may_be_added(const std::string& kind, const std::string& text) const {
    if (kind != "COMMIT") return false;
    const auto message = m::decode(text);
    const auto* commit = message ? std::get_if<m::Commit>(&*message) : nullptr;
    if (commit == nullptr) return false;
    for (const RecordedMessage& each : run_.recorded()) {
        const auto* prepare = std::get_if<m::Prepare>(&each.message);
        if (prepare == nullptr || prepare->inst_id != commit->inst_id ||
            prepare->view_no != commit->view_no || prepare->pp_seq_no != commit->pp_seq_no)
            continue;
        const consensus::Quorums quorums{node_.status().n};
        return run_.commits_before(*commit, each.time) >= quorums.commit();
    }
    return false;
}

void ShadowComparison::print(const std::string& name) const {
    std::printf("%s: %zu frames fed, %zu starts, %zu answers to questions ours did not put\n",
                name.c_str(), run_.frames_fed(), run_.starts(), run_.answers_unasked());
    for (const auto& [kind, count] : counts_) {
        const auto beyond = ours_only_.find(kind);
        std::printf("%8llu  %s", static_cast<unsigned long long>(count), kind.c_str());
        if (beyond != ours_only_.end())
            std::printf(" (and %llu by ours only)",
                        static_cast<unsigned long long>(beyond->second));
        std::printf("\n");
    }
    for (const auto& [what, count] : explained_)
        std::printf("%8llu  %s\n", static_cast<unsigned long long>(count), what.c_str());
    for (const std::string& difference : differences_)
        std::printf("DIFFERENCE %s\n", difference.substr(0, 600).c_str());
}

}  // namespace stadtbuch::interop
