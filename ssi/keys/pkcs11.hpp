// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Ed25519 keys in a PKCS#11 token (OP-73, CL-13): named by an RFC 7512 URI, signing with CKM_EDDSA.
// The private key never leaves the token. With keystore_file and os_random this is an edge of the
// room: it loads the token's module and speaks to it.
//
// Threads: one key object, one thread. The module stays loaded to the end of the process.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "ssi/keys/ed25519.hpp"
#include "ssi/keys/signer.hpp"
#include "storage/base/error.hpp"
#include "storage/base/result.hpp"

namespace stadtbuch::keys {

/// The parts of RFC 7512 that choose a key. Unknown attributes are refused, so that no condition is
/// silently dropped; so is pin-value, because a URI is no place for a secret.
struct Pkcs11Uri {
    std::string token;        ///< label; empty: any
    std::string serial;       ///< empty: any
    std::string object;       ///< label of the key
    Bytes id;                 ///< CKA_ID; with `object`, at least one is given
    std::string module_path;  ///< shared object of the token's maker; absolute
    std::string pin_source;   ///< file, without "file:"; empty: somebody is asked

    /// SB-4010 with what is wrong.
    [[nodiscard]] static Result<Pkcs11Uri, Error> parse(std::string_view text);
};

namespace pkcs11 {
class Module;
class Session;
}  // namespace pkcs11

class Pkcs11Key final : public Signer {
  public:
    /// Finds the key pair. Errors: SB-4011 module or token, SB-4012 PIN, SB-4013 no such key, or
    /// several, or not Ed25519.
    [[nodiscard]] static Result<std::unique_ptr<Pkcs11Key>, Error> open(const Pkcs11Uri& uri,
                                                                        std::string_view pin);
    /// Makes a new pair in the token: private, sensitive, not extractable. SB-4014 if the label or
    /// id is taken, or the token refuses; else as open().
    [[nodiscard]] static Result<std::unique_ptr<Pkcs11Key>, Error> generate(const Pkcs11Uri& uri,
                                                                            std::string_view pin);
    ~Pkcs11Key() override;
    Pkcs11Key(const Pkcs11Key&) = delete;
    Pkcs11Key& operator=(const Pkcs11Key&) = delete;

    [[nodiscard]] std::string_view algorithm() const override { return "EdDSA"; }

    [[nodiscard]] Bytes sign_message(BytesView message) const override;

    [[nodiscard]] const Ed25519PublicKey& public_key() const { return public_; }

  private:
    Pkcs11Key(pkcs11::Module& module, std::unique_ptr<pkcs11::Session> session,
              unsigned long private_key, Ed25519PublicKey public_key);

    pkcs11::Module& module_;
    std::unique_ptr<pkcs11::Session> session_;
    unsigned long private_key_;
    Ed25519PublicKey public_;
};

}  // namespace stadtbuch::keys
