// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// A pool as a client knows it: the pool ledger, from genesis on, and the verifiers that follow from
// it (indy-client-protocol §2, §9). Pure values; nothing here talks to anybody.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ssi/client/proof.hpp"
#include "ssi/keys/ed25519.hpp"
#include "storage/base/error.hpp"
#include "storage/base/result.hpp"
#include "storage/encoding/value.hpp"
#include "storage/merkle/merkle.hpp"

namespace stadtbuch::client {

/// A node that may be asked.
struct Verifier {
    std::string alias;
    std::string host;  ///< client address as in the ledger: a number or a name
    std::uint16_t port = 0;
    keys::Ed25519PublicKey verkey;
    keys::Curve25519PublicKey transport_key{};
};

class PoolLedger {
  public:
    /// Errors: SB-3001 unreadable genesis, SB-3002 no verifier in it.
    [[nodiscard]] static Result<PoolLedger, Error> from_genesis(std::string_view genesis_text);

    [[nodiscard]] std::uint64_t size() const { return frontier_.size(); }

    [[nodiscard]] Hash32 root() const { return frontier_.root(); }

    [[nodiscard]] const std::vector<encoding::Value>& txns() const { return txns_; }

    /// In the order of their first transactions.
    [[nodiscard]] const std::vector<Verifier>& verifiers() const { return verifiers_; }

    [[nodiscard]] const VerifierKeys& keys() const { return keys_; }

    [[nodiscard]] std::size_t n() const { return verifiers_.size(); }

    /// 0 for fewer than 4 verifiers.
    [[nodiscard]] std::size_t f() const { return n() < 4 ? 0 : (n() - 1) / 3; }

    /// Appends if the result has the target's root; otherwise nothing changes.
    /// Errors: SB-3003 the transactions do not lead to the root, SB-3002.
    [[nodiscard]] Result<void, Error> append(const std::vector<encoding::Value>& txns,
                                             const Hash32& target_root);

    /// One transaction a line, as a genesis file.
    [[nodiscard]] std::string to_text() const;

  private:
    void fold();

    std::vector<encoding::Value> txns_;
    merkle::Frontier frontier_;
    std::vector<Verifier> verifiers_;
    VerifierKeys keys_;
};

}  // namespace stadtbuch::client
