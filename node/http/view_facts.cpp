// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "node/http/view_facts.hpp"

#include "ssi/ledger/txn.hpp"

namespace stadtbuch::node {

using ledger::Ledger;
using ledger::NoFact;

Result<std::optional<std::string>, NoFact> ViewFacts::value(const ledger::Moment& moment,
                                                            BytesView key) {
    Asked asked{moment, Bytes(key.begin(), key.end()), std::nullopt, std::nullopt, {}};
    asked.root =
        moment ? view_.state_root_at(Ledger::domain, *moment) : view_.state_root(Ledger::domain);
    if (asked.root) {
        auto found = view_.proved_value(*asked.root, key);
        if (!found) return Failure{NoFact{"the store lacks a version of the state"}};
        if (found->value) asked.value = string_of(*found->value);
        asked.proof_nodes = std::move(found->proof_nodes);
    }
    asked_.push_back(std::move(asked));
    return asked_.back().value;
}

Result<std::optional<std::int64_t>, NoFact> ViewFacts::time_of(std::uint64_t seq_no) {
    const auto txn = view_.txn(Ledger::domain, seq_no);
    const auto seen = txn ? ledger::view_txn(*txn) : std::nullopt;
    if (!seen) return std::optional<std::int64_t>();
    asked_txns_.push_back(seq_no);
    return seen->time;
}

Result<std::optional<std::string>, NoFact> ViewFacts::attribute(const Hash32& hash) {
    auto text = view_.attribute(hash);
    if (text) asked_texts_.push_back(*text);
    return text;
}

}  // namespace stadtbuch::node
