// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Makes keys, genesis files and configurations: of one node for a real network, or of a whole local
// one.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "consensus/bls/bls.hpp"
#include "ssi/keys/ed25519.hpp"
#include "ssi/keys/random.hpp"
#include "storage/base/error.hpp"
#include "storage/base/result.hpp"

namespace stadtbuch::cli {

/// A DID with its signing key.
struct Signatory {
    std::string did;     ///< base58 of the first 16 octets of the verkey
    std::string verkey;  ///< base58
    keys::SecretBytes seed;
};

[[nodiscard]] Signatory signatory_of(BytesView seed32);

struct NodeKeys {
    std::string alias;
    std::string dest;  ///< base58 verkey
    std::string bls_key;
    std::string bls_proof;
    keys::SecretBytes seed;  ///< Ed25519; the BLS key is made from bls_seed
    keys::SecretBytes bls_seed;
};

/// The BLS seed is the node seed, as indy-node's own key tool does it (indy-ledger-formats §11).
[[nodiscard]] NodeKeys node_keys_of(const std::string& alias, BytesView seed32);

struct NodeAddress {
    std::string host = "127.0.0.1";
    std::uint16_t node_port = 0;
    std::uint16_t client_port = 0;
};

/// One genesis line each (indy-ledger-formats §11), without line break.
[[nodiscard]] std::string node_genesis_line(const NodeKeys& keys, const NodeAddress& address,
                                            const std::string& steward, std::uint64_t seq_no);
/// `role` "0" trustee, "2" steward; `from` empty for the first.
[[nodiscard]] std::string nym_genesis_line(const Signatory& who, const std::string& role,
                                           const std::string& from, std::uint64_t seq_no);

/// Writes `folder`/keys.json (encrypted) and `folder`/passphrase, both 0600. SB-4003 on failure.
[[nodiscard]] Result<void, Error> write_node_keystore(const std::string& folder,
                                                      const NodeKeys& keys,
                                                      const std::string& passphrase,
                                                      bool development, keys::RandomSource& random);

struct LocalPlan {
    std::string folder;
    std::size_t nodes = 4;
    std::uint16_t base_port = 9701;
    std::uint16_t http_port = 9000;
    std::string host = "127.0.0.1";
    std::size_t worker_threads = 1;
    std::int64_t freshness_seconds = 60;
    bool record = false;
};

/// Keys from the customary development seeds, genesis, one configuration for each validator and the
/// observer. Nothing is changed when the folder holds a network already. SB-5001 when files cannot
/// be written.
[[nodiscard]] Result<void, Error> make_local_network(const LocalPlan& plan,
                                                     keys::RandomSource& random);

/// Creates missing folders of a path. SB-5001.
[[nodiscard]] Result<void, Error> make_folders(const std::string& path);
[[nodiscard]] Result<void, Error> write_file(const std::string& path, const std::string& text);
[[nodiscard]] Result<std::string, Error> read_file(const std::string& path);
/// From an octet on; empty when the file is not longer.
[[nodiscard]] Result<std::string, Error> read_file_from(const std::string& path, std::size_t at);

}  // namespace stadtbuch::cli
