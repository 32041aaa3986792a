// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Merkle-Patricia trie in Ethereum's layout with SHA3-256 and Indy's value wrapping
// (indy-ledger-formats §4). Versions share structure: copying a Trie is cheap, so an uncommitted
// head is a copy. Hashes are computed once per root(), children before parents. Not thread-safe;
// two Tries that share nodes may be used from two threads only when both are only read after root()
// was called.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "storage/base/bytes.hpp"
#include "storage/base/result.hpp"

namespace stadtbuch::trie {

/// Port: RLP of a stored node by its SHA3-256.
class NodeSource {
  public:
    virtual ~NodeSource() = default;
    [[nodiscard]] virtual std::optional<Bytes> load(const Hash32& hash) const = 0;
};

/// SHA3-256(0x80).
[[nodiscard]] Hash32 blank_root();

class Trie {
  public:
    /// The version with this root; nodes are loaded from `source` when first visited. `source` must
    /// outlive it.
    Trie(const NodeSource& source, const Hash32& root);
    Trie(const Trie&);
    Trie(Trie&&) noexcept;
    Trie& operator=(const Trie&);
    Trie& operator=(Trie&&) noexcept;
    ~Trie();

    /// The value as given to set() (without the RLP wrapping); nullopt when absent.
    [[nodiscard]] std::optional<Bytes> get(BytesView key) const;
    void set(BytesView key, BytesView value);
    /// No effect when absent.
    void remove(BytesView key);
    /// Hashes what changed since the last call.
    [[nodiscard]] Hash32 root();
    /// Calls sink(hash, rlp) for every node that is reachable from root() and was not handed out or
    /// loaded before; afterwards they count as stored.
    void collect_new_nodes(const std::function<void(const Hash32&, BytesView)>& sink);
    /// Nodes (their RLP) visited when `key` is looked up: root first; §4.1. For the blank trie:
    /// {0x80}.
    [[nodiscard]] std::vector<Bytes> prove(BytesView key);
    /// RLP list of prove(), as it is base64-encoded into `proof_nodes`.
    [[nodiscard]] Bytes proof_nodes(BytesView key);
    /// All (key, value) pairs in key order; for tests, exports and audits.
    void for_each(const std::function<void(BytesView key, BytesView value)>& visit) const;
    /// All nodes reachable from root() as (hash, rlp), parents first; for exports. A node that
    /// stands in two places is visited twice.
    void for_each_node(const std::function<void(const Hash32&, BytesView rlp)>& visit);
    /// True when a node could not be loaded or decoded (damaged store); get() then answered
    /// nullopt.
    [[nodiscard]] bool damaged() const;
    /// Drops the resident nodes that are more than `depth` steps below the root node (0 keeps the
    /// root only); they are loaded again on demand. Bounds memory. Nodes that were not handed out
    /// yet stay. REQUIRES: what collect_new_nodes() handed out was stored.
    void evict_below(unsigned depth);

  private:
    struct State;
    std::shared_ptr<State> state_;
};

enum class ProofError { malformed, missing_node, wrong_value_shape };

// Reads of one version without a Trie: no shared state, so thread-safe if the source is.
struct ProvedValue {
    std::optional<Bytes> value;  ///< nullopt: absent
    Bytes proof_nodes;           ///< as Trie::proof_nodes()
};

/// Errors: missing_node (no such version, or a damaged store), malformed, wrong_value_shape
/// (damaged store).
[[nodiscard]] Result<std::optional<Bytes>, ProofError> find(const NodeSource& source,
                                                            const Hash32& root, BytesView key);
/// Value and proof in one walk.
[[nodiscard]] Result<ProvedValue, ProofError> find_proved(const NodeSource& source,
                                                          const Hash32& root, BytesView key);
/// find() for callers to whom absent and unreadable are the same.
[[nodiscard]] std::optional<Bytes> lookup(const NodeSource& source, const Hash32& root,
                                          BytesView key);
/// The proof of find_proved(); empty when a node is missing or damaged.
[[nodiscard]] Bytes prove_at(const NodeSource& source, const Hash32& root, BytesView key);

/// Looks `key` up under `root` using only the given nodes, in any order. Value, or nullopt for a
/// proof of absence. Nodes that the walk does not need are allowed; the list and each visited node
/// must be canonical RLP.
[[nodiscard]] Result<std::optional<Bytes>, ProofError> verify_proof(const Hash32& root,
                                                                    BytesView key,
                                                                    BytesView rlp_list_of_nodes);

}  // namespace stadtbuch::trie
