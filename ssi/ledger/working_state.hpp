// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// One version of ledgers and states, and the view of it that validation and state effects work on.
#pragma once
#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ssi/ledger/identity.hpp"
#include "ssi/ledger/txn.hpp"
#include "ssi/ledger/types.hpp"
#include "storage/encoding/value.hpp"
#include "storage/merkle/merkle.hpp"
#include "storage/trie/trie.hpp"

namespace stadtbuch::ledger {

/// What the next audit transaction compares itself with: the last one, distances followed.
struct AuditHead {
    struct Entry {
        std::uint64_t size = 0;
        bool has_root = false;        ///< the ledger has an entry in ledgerRoot
        std::uint64_t distance = 0;   ///< 0: the last audit transaction holds the roots themselves
        Hash32 txn_root, state_root;  ///< resolved, when has_root
    };

    bool exists = false;
    std::uint64_t view_no = 0;
    std::uint64_t pp_seq_no = 0;
    std::map<std::int64_t, Entry> ledgers;  ///< by ledger number; plugin ledgers too
    std::vector<std::string> primaries, node_registry;
    std::uint64_t primaries_distance = 0, registry_distance = 0;
};

/// Copying is cheap: frontiers are small and tries share structure.
struct Head {
    std::array<merkle::Frontier, ledger_count> logs;
    std::vector<trie::Trie> states;  ///< pool, domain, config
    std::vector<std::string> registry;
    bool writes_enabled = true;
    AuditHead audit;

    [[nodiscard]] merkle::Frontier& log(Ledger ledger) { return logs[index_of(ledger)]; }

    [[nodiscard]] const merkle::Frontier& log(Ledger ledger) const {
        return logs[index_of(ledger)];
    }

    [[nodiscard]] trie::Trie& state(Ledger ledger) { return states[index_of(ledger)]; }
};

/// The uncommitted version as validation and effects see it. Not owned; lives during one call.
class WorkingState {
  public:
    WorkingState(Head& head, IdentityDirectory& identities, std::vector<AttributeText>* attributes)
        : head_(head), identities_(identities), attributes_(attributes) {}

    [[nodiscard]] std::optional<Bytes> get(Ledger ledger, std::string_view key) const;

    [[nodiscard]] bool has(Ledger ledger, std::string_view key) const {
        return get(ledger, key).has_value();
    }

    /// Parsed JSON value; nullopt when absent.
    [[nodiscard]] std::optional<encoding::Value> get_json(Ledger ledger,
                                                          std::string_view key) const;
    [[nodiscard]] std::optional<Bytes> get_nym(std::string_view did) const;
    /// nullopt: not on the ledger.
    [[nodiscard]] std::optional<Identity> identity(std::string_view did) const;

    void set(Ledger ledger, std::string_view key, std::string_view value);
    void set_nym(const std::string& did, std::string_view value, Identity identity);
    void remove(Ledger ledger, std::string_view key);
    void keep_attribute(AttributeText attribute);
    /// All entries whose key starts with the prefix, in key order.
    [[nodiscard]] std::vector<std::pair<std::string, Bytes>> entries(Ledger ledger,
                                                                     std::string_view prefix) const;

    [[nodiscard]] Head& head() { return head_; }

    [[nodiscard]] const Head& head() const { return head_; }

  private:
    Head& head_;
    IdentityDirectory& identities_;
    std::vector<AttributeText>* attributes_;
};

}  // namespace stadtbuch::ledger
