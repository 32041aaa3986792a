// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "consensus/selection.hpp"

#include <algorithm>

#include "consensus/quorums.hpp"

namespace stadtbuch::consensus {
namespace {

/// The newest batch whose original view is below `view`. Original views never fall along the audit
/// ledger.
std::optional<AuditRecord> last_before_view(const Executor& executor, ViewNo view, PpSeqNo newest) {
    PpSeqNo low = 0;  // everything up to here has a smaller view
    PpSeqNo high = newest + 1;
    std::optional<AuditRecord> found;
    while (low + 1 < high) {
        const PpSeqNo middle = low + (high - low) / 2;
        const auto record = executor.audit_record(middle);
        if (!record || record->view_no >= view) {
            high = middle;
        } else {
            low = middle;
            found = record;
        }
    }
    return found;
}

/// Whom those count whose newest batch is `last`: the registry after the first batch of its view.
std::vector<NodeName> counted_after(const std::vector<NodeName>& genesis, const Executor& executor,
                                    const AuditRecord& last) {
    if (last.view_no == 0) return genesis;
    const auto before = last_before_view(executor, last.view_no, last.pp_seq_no);
    const auto first = executor.audit_record(before ? before->pp_seq_no + 1 : 1);
    return first ? first->node_registry : last.node_registry;
}

NodeName primary_among(const std::vector<NodeName>& names, ViewNo view) {
    return names.empty() ? NodeName{} : names[static_cast<std::size_t>(view % names.size())];
}

}  // namespace

RegistryHistory RegistryHistory::rebuilt(std::vector<NodeName> genesis, const Executor& executor) {
    RegistryHistory history(std::move(genesis));
    const auto newest = executor.last_audit_records(1);
    if (newest.empty()) return history;
    // The running view and the two before it that ordered something: selection looks no further
    // back.
    ViewNo view = newest.front().view_no;
    for (int i = 0; i < 3 && view > 0; ++i) {
        const auto before = last_before_view(executor, view, newest.front().pp_seq_no);
        if (!before) {
            // The ledger begins in this view. Unnoted, its next batch would seem to be the first
            // one, and the registry of that moment another than at the beginning.
            const std::vector<NodeName> first = history.beginnings_.at(0);
            history.note(view, first);
            break;
        }
        history.note(view, before->node_registry);
        view = before->view_no;
    }
    return history;
}

std::vector<NodeName> counted_members(const std::vector<NodeName>& genesis,
                                      const Executor& executor) {
    const auto newest = executor.last_audit_records(1);
    return newest.empty() ? genesis : counted_after(genesis, executor, newest.front());
}

std::vector<NodeName> members_before_leaving(const std::vector<NodeName>& genesis,
                                             const Executor& executor, const NodeName& self) {
    const auto newest = executor.last_audit_records(1);
    if (newest.empty()) return {};
    const auto earlier = earlier_counts(genesis, executor, newest.front().pp_seq_no - 1);
    const bool counted =
        !earlier.empty() &&
        std::find(earlier.front().begin(), earlier.front().end(), self) != earlier.front().end();
    return counted ? earlier.front() : std::vector<NodeName>{};
}

std::vector<std::vector<NodeName>> earlier_counts(const std::vector<NodeName>& genesis,
                                                  const Executor& executor, PpSeqNo ordered) {
    std::vector<std::vector<NodeName>> out;
    const auto newest = executor.last_audit_records(1);
    auto last = newest.empty() ? std::nullopt : std::optional(newest.front());
    while (last && last->view_no > 0) {
        const auto before = last_before_view(executor, last->view_no, last->pp_seq_no);
        if ((before ? before->pp_seq_no : 0) < ordered) break;
        out.push_back(before ? counted_after(genesis, executor, *before) : genesis);
        last = before;
    }
    return out;
}

void RegistryHistory::note(ViewNo view, const std::vector<NodeName>& registry_before) {
    beginnings_.try_emplace(view, registry_before);
    while (beginnings_.size() > 6) beginnings_.erase(std::next(beginnings_.begin()));
}

NodeName RegistryHistory::master_primary(ViewNo view) const {
    return primary_among(newest_for(view)->second, view);
}

NodeName RegistryHistory::earlier_primary(ViewNo view) const {
    const auto newest = newest_for(view);
    return newest == beginnings_.begin() ? NodeName{}
                                         : primary_among(std::prev(newest)->second, view);
}

RegistryHistory::Beginnings::const_iterator RegistryHistory::newest_for(ViewNo view) const {
    return std::prev(beginnings_.upper_bound(view <= 1 ? 0 : view - 1));
}

std::vector<NodeName> RegistryHistory::possible_primaries(ViewNo view) const {
    std::vector<NodeName> out;
    for (const auto& [begun, names] : beginnings_) {
        if (names.empty() || (begun != 0 && begun >= view)) continue;
        const NodeName& name = names[static_cast<std::size_t>(view % names.size())];
        if (std::find(out.begin(), out.end(), name) == out.end()) out.push_back(name);
    }
    return out;
}

bool RegistryHistory::has_counted(const NodeName& name) const {
    return std::any_of(beginnings_.begin(), beginnings_.end(), [&](const auto& begun) {
        return std::find(begun.second.begin(), begun.second.end(), name) != begun.second.end();
    });
}

std::vector<NodeName> RegistryHistory::primaries(ViewNo view) const {
    std::vector<NodeName> out{master_primary(view)};
    const auto& active = beginnings_.rbegin()->second;
    const std::size_t backups = Quorums{active.size()}.f();
    for (std::size_t i = 1; out.size() <= backups && i <= active.size(); ++i) {
        const NodeName& candidate = active[static_cast<std::size_t>((view + i) % active.size())];
        if (candidate != out.front()) out.push_back(candidate);
    }
    return out;
}

}  // namespace stadtbuch::consensus
