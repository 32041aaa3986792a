// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The keystore: named secrets in one encrypted envelope. Bytes in, bytes out; files are
// keystore_file.hpp.
//
// Envelope (version 1), JSON:
// {"stadtbuch_keystore":1,"kdf":"argon2id","opslimit":n,"memlimit":bytes,
// "salt":base64url(16),"cipher":"xchacha20poly1305","nonce":base64url(24),"box":base64url(ciphertext||tag)}.
// The plaintext is a binary list of entries (keystore.cpp); the associated data are the envelope's
// members without "box" as canonical JSON, so that parameters cannot be exchanged.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "ssi/keys/error.hpp"
#include "ssi/keys/random.hpp"
#include "ssi/keys/secret.hpp"
#include "storage/base/result.hpp"

namespace stadtbuch::keys {

struct KeystoreEntry {
    std::string name;  // unique, for example "node", "trustee", "issuer"
    std::string kind;  // "ed25519" (32-byte seed), "p256" (32-byte scalar), "bls" , "symmetric"
    SecretBytes secret;
};

struct Keystore {
    std::vector<KeystoreEntry> entries;
    [[nodiscard]] const KeystoreEntry* find(std::string_view name) const;
    /// Replaces an entry of the same name.
    void put(std::string name, std::string kind, BytesView secret);
};

/// Cost of the key derivation. `interactive` needs 64 MiB and about 0.1 s; `test` is for tests and
/// for throw-away development networks, where the passphrase is public anyway.
struct KeystoreCost {
    unsigned long long opslimit = 2;
    std::size_t memlimit = 64 * 1024 * 1024;

    [[nodiscard]] static KeystoreCost interactive() { return {}; }

    [[nodiscard]] static KeystoreCost test() { return {1, 8 * 1024 * 1024}; }
};

[[nodiscard]] Result<std::string, KeyError> seal_keystore(const Keystore& store,
                                                          BytesView passphrase,
                                                          const KeystoreCost& cost,
                                                          RandomSource& random);
/// Errors: malformed, too_expensive (a file must not make us spend more than 1 GiB or 16 passes),
/// wrong_passphrase (also: tampered).
[[nodiscard]] Result<Keystore, KeyError> open_keystore(std::string_view envelope,
                                                       BytesView passphrase);

}  // namespace stadtbuch::keys
