// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The user's DIDs: Ed25519 seeds in one encrypted keystore file, named by their short DIDs.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "ssi/keys/ed25519.hpp"
#include "ssi/keys/keystore.hpp"
#include "storage/base/error.hpp"

namespace stadtbuch::cli {

struct DidKey {
    std::string did;
    std::string verkey;  ///< base58
};

class DidStore {
  public:
    /// A missing file is an empty store. Errors: SB-5032 wrong passphrase, SB-5033 no keystore of
    /// ours, SB-4001, SB-4002.
    [[nodiscard]] static Result<DidStore, Error> open(const std::string& path,
                                                      const std::string& passphrase);

    [[nodiscard]] std::vector<DidKey> list() const;
    [[nodiscard]] std::optional<keys::Ed25519KeyPair> find(const std::string& did) const;
    /// `did` empty: made from the verkey. False if it is there already with another key.
    [[nodiscard]] bool put(const keys::Ed25519KeyPair& key, std::string did);
    /// SB-4003, SB-5001.
    [[nodiscard]] Result<void, Error> save(keys::RandomSource& random,
                                           const keys::KeystoreCost& cost = {}) const;

  private:
    DidStore(std::string path, std::string passphrase);

    std::string path_;
    std::string passphrase_;
    keys::Keystore keys_;
};

/// 32 octets from 32 characters, 64 hex digits, or base64: the forms in which seeds are customary.
[[nodiscard]] std::optional<Bytes> seed_from_text(std::string_view text);
/// The key pair of a private seed file. Errors: SB-4001, SB-4002, SB-5021.
[[nodiscard]] Result<keys::Ed25519KeyPair, Error> key_from_seed_file(const std::string& path);

}  // namespace stadtbuch::cli
