// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The user's DIDs in one encrypted keystore file, named by their short DIDs. Entries:
//   DID  "ed25519"  seed
//   DID  "pkcs11"   verkey in base58, a blank, the URI of a key in a token
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "ssi/keys/ed25519.hpp"
#include "ssi/keys/keystore.hpp"
#include "storage/base/error.hpp"

namespace stadtbuch::cli {

struct DidKey {
    std::string did;
    std::string verkey;      ///< base58
    std::string token = {};  ///< PKCS#11 URI; empty for a seed in the keystore
};

class DidStore {
  public:
    /// A missing file is an empty store. Errors: SB-5032 wrong passphrase, SB-5033 no keystore of
    /// ours, SB-4001, SB-4002.
    [[nodiscard]] static Result<DidStore, Error> open(const std::string& path,
                                                      const std::string& passphrase);

    [[nodiscard]] std::vector<DidKey> list() const;
    [[nodiscard]] std::optional<keys::Ed25519KeyPair> find(const std::string& did) const;
    /// Seed or token. SB-5043 no such DID; SB-4010 to SB-4013, SB-5030 of a token; SB-4013 also
    /// when the token's key is not the one that was noted.
    [[nodiscard]] Result<std::unique_ptr<keys::Signer>, Error> signer(const Globals& globals,
                                                                      const std::string& did) const;
    /// Notes a key in a token; its secret stays there. False as put().
    [[nodiscard]] bool put_token(const std::string& uri, const keys::Ed25519PublicKey& key,
                                 std::string did);
    /// `did` empty: made from the verkey. False if it is there already with another key.
    [[nodiscard]] bool put(const keys::Ed25519KeyPair& key, std::string did);
    /// After the ledger has the new key: the old one signs nothing any more.
    void replace(const keys::Ed25519KeyPair& key, const std::string& did);
    /// SB-4003, SB-5001.
    [[nodiscard]] Result<void, Error> save(keys::RandomSource& random,
                                           const keys::KeystoreCost& cost = {}) const;

  private:
    DidStore(std::string path, std::string passphrase);
    [[nodiscard]] std::optional<DidKey> key_of(const keys::KeystoreEntry& entry) const;

    std::string path_;
    std::string passphrase_;
    keys::Keystore keys_;
};

/// 32 octets from 32 characters, 64 hex digits, or base64: the forms in which seeds are customary.
[[nodiscard]] std::optional<Bytes> seed_from_text(std::string_view text);
/// The key pair of a private seed file. Errors: SB-4001, SB-4002, SB-5021.
[[nodiscard]] Result<keys::Ed25519KeyPair, Error> key_from_seed_file(const std::string& path);

}  // namespace stadtbuch::cli
