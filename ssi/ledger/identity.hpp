// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Who is on the domain ledger: DID -> creator, role, verkey, without walking the trie
// (indy-ledger-formats §9, identity cache). Uncommitted batches lie as layers on top of a bounded
// cache of the committed state.
//
// Thread-safe: the owner of the Execution changes it, workers that check signatures read it.
#pragma once
#include <deque>
#include <map>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "storage/base/bytes.hpp"

namespace stadtbuch::ledger {

struct Identity {
    std::optional<std::string> creator;
    std::optional<std::string> role;
    std::optional<std::string> verkey;

    /// A NYM without a verkey belongs to its creator (§6.2).
    [[nodiscard]] bool is_owned_by(std::string_view did, std::string_view author) const {
        if (verkey) return author == did;
        return creator && *creator == author;
    }
};

/// From the bytes of a NYM state value; nullopt when they are none.
[[nodiscard]] std::optional<Identity> identity_of(BytesView nym_state_value);

class IdentityDirectory {
  public:
    explicit IdentityDirectory(std::size_t generation_max) : generation_max_(generation_max) {}

    enum class Answer { known, not_on_ledger, ask_state };
    /// `out` is set when known.
    [[nodiscard]] Answer find(std::string_view did, Identity& out) const;

    void push_layer();
    void pop_layer();
    void commit_oldest_layer();
    /// Changes the top layer, or the committed cache when there is no layer.
    void set(const std::string& did, Identity identity);
    /// What the committed state says; nullopt: not on the ledger. Only from the owner's thread, so
    /// that a commit in between cannot be overwritten by what was read before it.
    void remember(const std::string& did, std::optional<Identity> identity);

  private:
    struct TextHash {
        using is_transparent = void;

        std::size_t operator()(std::string_view text) const noexcept {
            return std::hash<std::string_view>{}(text);
        }
    };

    using Map = std::unordered_map<std::string, std::optional<Identity>, TextHash, std::equal_to<>>;
    void remember_locked(const std::string& did, std::optional<Identity> identity);

    std::size_t generation_max_;
    mutable std::shared_mutex mutex_;
    std::deque<Map> layers_;
    Map young_, old_;  // when `young_` is full it becomes `old_`: bounded, and what is used stays
};

}  // namespace stadtbuch::ledger
