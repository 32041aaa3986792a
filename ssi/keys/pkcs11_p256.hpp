// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// P-256 keys in a PKCS#11 token, for what signs all day from several threads: credentials, status
// lists, requests. The private key never leaves the token; ES256 is CKM_ECDSA over our SHA-256. An
// edge of the room like pkcs11.hpp.
//
// Threads: any; each signature borrows a session, so that a token with several of them works on
// several signatures at once.
#pragma once
#include <memory>
#include <mutex>
#include <vector>

#include "ssi/keys/p256.hpp"
#include "ssi/keys/pkcs11.hpp"

namespace stadtbuch::keys {

class Pkcs11P256Key final : public P256Signer {
  public:
    /// Finds the pair and signs once. Errors as Pkcs11Key::open().
    [[nodiscard]] static Result<std::unique_ptr<Pkcs11P256Key>, Error> open(const Pkcs11Uri& uri,
                                                                            std::string_view pin);
    /// As Pkcs11Key::generate().
    [[nodiscard]] static Result<std::unique_ptr<Pkcs11P256Key>, Error> generate(
        const Pkcs11Uri& uri, std::string_view pin);
    ~Pkcs11P256Key() override;
    Pkcs11P256Key(const Pkcs11P256Key&) = delete;
    Pkcs11P256Key& operator=(const Pkcs11P256Key&) = delete;

    [[nodiscard]] std::string_view algorithm() const override { return "ES256"; }

    [[nodiscard]] const P256PublicKey& public_key() const override { return public_; }

    /// A token that does not answer is looked for anew, once for each call: new session, then the
    /// module started again. Empty while it is away, and for good after it refused our PIN: more
    /// tries would lock it. Never signs with another key that has come to bear the name.
    [[nodiscard]] Bytes sign_message(BytesView message) const override;

    /// Why the last signature failed.
    [[nodiscard]] Error last_error() const;

  private:
    struct Lent;
    Pkcs11P256Key(pkcs11::Module& module, Pkcs11Uri uri, SecretBytes pin, P256PublicKey public_key);

    [[nodiscard]] Bytes sign_once(BytesView digest, std::uint64_t& seen) const;
    [[nodiscard]] Bytes sign_anew(BytesView digest, std::uint64_t seen) const;
    [[nodiscard]] Bytes sign_and_keep(std::unique_ptr<Lent> lent, BytesView digest) const;
    [[nodiscard]] std::unique_ptr<Lent> connect() const;
    void note(const Error& error) const;

    pkcs11::Module& module_;
    const Pkcs11Uri uri_;
    const SecretBytes pin_;
    const P256PublicKey public_;
    mutable std::mutex guard_;                         // of the next three
    mutable std::vector<std::unique_ptr<Lent>> free_;  // newest last
    mutable Error last_error_;
    mutable bool pin_refused_ = false;
    mutable std::mutex recovery_;  // one looks for the token, the others wait
};

}  // namespace stadtbuch::keys
