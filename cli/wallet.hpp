// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The headless wallet's store: credentials and their holder keys in one encrypted file.
//
// A credential may be held in several instances, each with its own key, so that two presentations
// cannot be linked by signature or key (credentials §9). The file is a keystore envelope; entries:
//   ID          "meta"    {"issuer","configuration","name","vct","received_at","used":[bool...]}
//   ID/I        "p256"    scalar of instance I
//   ID/I/N      "sd-jwt"  N-th piece of the compact form of instance I
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "ssi/keys/keystore.hpp"
#include "ssi/keys/p256.hpp"
#include "ssi/keys/time.hpp"
#include "storage/base/error.hpp"

namespace stadtbuch::cli {

struct WalletInstance {
    std::string compact;
    keys::P256PrivateKey key;
    bool used = false;
};

struct WalletCredential {
    std::string id;  ///< 8 hex digits of the first instance's hash
    std::string issuer;
    std::string configuration;
    std::string name;  ///< for people
    std::string vct;
    keys::UnixSeconds received_at = 0;
    std::vector<WalletInstance> instances;
    /// The first that was not presented yet, else the first. REQUIRES: instances is not empty.
    [[nodiscard]] std::size_t next_instance() const;
};

class Wallet {
  public:
    /// A missing file is an empty wallet. Errors: SB-5032 wrong passphrase, SB-5033 no wallet file,
    /// SB-4001, SB-4002.
    [[nodiscard]] static Result<Wallet, Error> open(const std::string& path,
                                                    std::string passphrase);
    Wallet(Wallet&&) = default;
    Wallet& operator=(Wallet&&) = default;
    ~Wallet();

    [[nodiscard]] std::vector<WalletCredential>& credentials() { return credentials_; }

    [[nodiscard]] const std::vector<WalletCredential>& credentials() const { return credentials_; }

    /// By id or its unambiguous beginning.
    [[nodiscard]] const WalletCredential* find(std::string_view id) const;
    /// Sets the id. REQUIRES: it has an instance.
    const WalletCredential& add(WalletCredential credential);
    bool remove(std::string_view id);
    /// SB-4003, SB-5001, SB-5003 (also: larger than 1 MiB).
    [[nodiscard]] Result<void, Error> save(keys::RandomSource& random,
                                           const keys::KeystoreCost& cost = {}) const;

  private:
    Wallet(std::string path, std::string passphrase);
    [[nodiscard]] bool take(const keys::Keystore& store);

    std::string path_;
    std::string passphrase_;
    std::vector<WalletCredential> credentials_;
};

}  // namespace stadtbuch::cli
