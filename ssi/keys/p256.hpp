// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// NIST P-256: ES256 signatures (raw r||s) and ECDH. Public points are checked to be on the curve
// when they are made. Keys are parsed once and shared: copying a P256PublicKey copies a handle, so
// caches are cheap.
#pragma once
#include <array>
#include <memory>

#include "ssi/keys/error.hpp"
#include "ssi/keys/random.hpp"
#include "ssi/keys/secret.hpp"
#include "ssi/keys/signer.hpp"
#include "storage/base/result.hpp"

namespace stadtbuch::keys {

/// A library key handle; complete in p256.cpp and x509.cpp only.
struct PkeyHandle;

/// Immutable, safe to use from several threads.
class P256PublicKey {
  public:
    /// Big-endian coordinates of 32 bytes each.
    [[nodiscard]] static Result<P256PublicKey, KeyError> from_coordinates(BytesView x, BytesView y);
    /// SEC 1 point: 33 bytes compressed or 65 bytes uncompressed.
    [[nodiscard]] static Result<P256PublicKey, KeyError> from_point(BytesView sec1);

    [[nodiscard]] BytesView x() const { return {point_.data() + 1, 32}; }

    [[nodiscard]] BytesView y() const { return {point_.data() + 33, 32}; }

    /// 04 || x || y.
    [[nodiscard]] BytesView point() const { return {point_.data(), point_.size()}; }

    [[nodiscard]] Bytes compressed_point() const;
    /// ES256 over the message (hashed here with SHA-256); signature is r||s, 64 bytes.
    [[nodiscard]] bool verify(BytesView message, BytesView signature) const;

    [[nodiscard]] const PkeyHandle& handle() const { return *handle_; }

    friend bool operator==(const P256PublicKey& a, const P256PublicKey& b) {
        return a.point_ == b.point_;
    }

  private:
    P256PublicKey() = default;
    std::array<Byte, 65> point_{};
    std::shared_ptr<const PkeyHandle> handle_;
};

/// Signs with ES256, wherever its key is.
class P256Signer : public Signer {
  public:
    [[nodiscard]] virtual const P256PublicKey& public_key() const = 0;
};

class P256PrivateKey final : public P256Signer {
  public:
    /// Rejection sampling from `random`. The nonces of signatures come from the library's own
    /// generator, which mixes in the key and the message.
    [[nodiscard]] static P256PrivateKey generate(RandomSource& random);
    /// 32 bytes, big endian, 1 <= d < n.
    [[nodiscard]] static Result<P256PrivateKey, KeyError> from_scalar(BytesView scalar);
    /// PKCS#8 or SEC 1 PEM, unencrypted.
    [[nodiscard]] static Result<P256PrivateKey, KeyError> from_pem(std::string_view pem);

    [[nodiscard]] const P256PublicKey& public_key() const override { return public_; }

    [[nodiscard]] std::string_view algorithm() const override { return "ES256"; }

    [[nodiscard]] Bytes sign_message(BytesView message) const override;
    /// x-coordinate of d * peer, 32 bytes.
    [[nodiscard]] Result<SecretBytes, KeyError> agree(const P256PublicKey& peer) const;

    /// For keystores only.
    [[nodiscard]] BytesView scalar() const { return scalar_.view(); }

    /// PKCS#8 PEM, unencrypted: for the private key file of a TLS listener.
    [[nodiscard]] std::string to_pem() const;

    [[nodiscard]] const PkeyHandle& handle() const { return *handle_; }

    [[nodiscard]] P256PrivateKey clone() const;

  private:
    explicit P256PrivateKey(P256PublicKey public_key) : public_(std::move(public_key)) {}

    P256PublicKey public_;
    SecretBytes scalar_;
    std::shared_ptr<const PkeyHandle> handle_;
};

}  // namespace stadtbuch::keys
