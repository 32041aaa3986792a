// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Who could sign for the pool, at each moment since the genesis: the pool ledger replayed, and
// grown only by transactions that enough of the earlier members vouch for. With it a
// multi-signature of long ago is judged by the keys of then.
//
// Pure; never throws on input. Bounded by the caller: replaying costs time and memory in proportion
// to the transactions.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "consensus/bls/bls.hpp"
#include "storage/base/bytes.hpp"
#include "storage/encoding/value.hpp"

namespace stadtbuch::ledger {

/// BLS keys by alias.
using SignerKeys = std::map<std::string, bls::VerKey, std::less<>>;

enum class SignatureFault {
    malformed,
    unknown_participant,
    repeated_participant,
    too_few_participants,
    bad_signature,
    unknown_pool_state,  ///< signed by the members of a pool that is not in this chain
    wrong_root,          ///< the transactions do not lead to the signed roots
    bad_transaction,     ///< no NODE transaction, or without what it needs
    no_overlap,          ///< too few of the members known before vouch for the new ones
};
[[nodiscard]] std::string_view to_text(SignatureFault fault);

/// At least `needed` distinct participants, all with keys, and a signature that holds over `value`
/// (indy-ledger-formats §10).
[[nodiscard]] std::optional<SignatureFault> multi_signature_fault(
    const encoding::Value& multi_signature, const SignerKeys& keys, std::size_t needed);

class PoolChain {
  public:
    /// Stored transactions from seqNo 1 on; trusted as they stand. nullopt when one is no NODE
    /// transaction.
    [[nodiscard]] static std::optional<PoolChain> from_genesis(
        const std::vector<encoding::Value>& txns);
    PoolChain(PoolChain&&) noexcept;
    PoolChain& operator=(PoolChain&&) noexcept;
    ~PoolChain();

    [[nodiscard]] std::uint64_t size() const;
    /// Of the pool ledger.
    [[nodiscard]] Hash32 root() const;

    /// Appends what a multi-signature vouches for: over the pool ledger, its new roots; over
    /// another ledger, the new members, whose state it names (a later one over the pool ledger
    /// settles each byte of the transactions). The members who signed are those of the pool state
    /// that it names, or those before the change; n-f of them, and among these n-f of the members
    /// known before, with the same keys. A key that is new must come with a proof of its
    /// possession. On a fault nothing changes.
    [[nodiscard]] std::optional<SignatureFault> extend(const std::vector<encoding::Value>& txns,
                                                       const encoding::Value& multi_signature);

    /// How many of `txns`, which follow this chain, lead to the pool state that a multi-signature
    /// over another ledger names; 0: none of them.
    [[nodiscard]] std::size_t reach(const std::vector<encoding::Value>& txns,
                                    const encoding::Value& multi_signature) const;

    /// A signature over any root by n-f of the members of the pool state that it names, or of one a
    /// few changes earlier: who counts in agreement changes with the view only, and earlier members
    /// could as well have named their own state.
    [[nodiscard]] std::optional<SignatureFault> fault_of(
        const encoding::Value& multi_signature) const;

  private:
    struct Impl;
    explicit PoolChain(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace stadtbuch::ledger
