// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What a node is: its name, keys and genesis, read and checked before anything is written.
#pragma once
#include <optional>
#include <string>

#include "consensus/bls/bls.hpp"
#include "node/exit_codes.hpp"
#include "node/net/curve.hpp"
#include "node/settings.hpp"
#include "ssi/keys/ed25519.hpp"
#include "ssi/ledger/genesis.hpp"
#include "ssi/ledger/pool_nodes.hpp"

namespace stadtbuch::node {

struct Identity {
    ledger::Genesis genesis;
    net::CurveKeyPair curve;
    /// Of the client port: that of `dest`, by which clients know the node also after its key has
    /// changed.
    net::CurveKeyPair client_curve;
    std::string verkey;  ///< base58
    std::string
        dest;  ///< base58, of the NODE transaction; equal to `verkey` unless that was changed
    std::optional<bls::SecretKey> bls_key;
    std::optional<bls::SecretKey> bls_key_before;  ///< until the pool ledger has the newer one
};

/// Names of the entries of a node's keystore: the 32-byte seed of the Ed25519 key, and the seed of
/// the BLS key; after `stadtbuch node rekey` also the seed of `dest`, and that of the BLS key
/// before.
inline constexpr std::string_view node_key_entry = "node";
inline constexpr std::string_view bls_key_entry = "bls";
inline constexpr std::string_view dest_key_entry = "dest";
inline constexpr std::string_view bls_before_entry = "bls-before";

/// Reads genesis files and keys. Errors besides those of the rooms below: SB-1201 file missing,
/// SB-1202 file not readable, SB-1203 keystore without the wanted key or wrong passphrase.
[[nodiscard]] Result<Identity, StartFailure> load_identity(const Settings& settings);

/// The nodes as the pool genesis names them; before there is a store.
[[nodiscard]] std::vector<ledger::PoolNode> genesis_nodes(const ledger::Genesis& genesis);

/// The validator's keys must be those of its NODE entry when it has one (OP-14). nullopt: they
/// match, or the alias is not on the ledger yet.
[[nodiscard]] std::optional<Error> mismatch_with_ledger(const Identity& identity,
                                                        const Settings& settings,
                                                        const std::vector<ledger::PoolNode>& nodes);

}  // namespace stadtbuch::node
