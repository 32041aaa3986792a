// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/keys/foreign_signature.hpp"

#include <openssl/err.h>
#include <openssl/rsa.h>

#include "ssi/keys/openssl.ipp"

namespace stadtbuch::keys {

namespace {

constexpr int rsa_bits_min = 2048, rsa_bits_max = 16384;
constexpr int curve_bits_min = 256;

const EVP_MD* function_of(Digest digest) {
    switch (digest) {
        case Digest::sha256:
            return EVP_sha256();
        case Digest::sha384:
            return EVP_sha384();
        case Digest::sha512:
            return EVP_sha512();
    }
    return nullptr;
}

bool key_fits(const EVP_PKEY* key, ForeignScheme scheme) {
    if (key == nullptr) return false;
    const int bits = EVP_PKEY_get_bits(key);
    if (scheme == ForeignScheme::ecdsa)
        return EVP_PKEY_get_base_id(key) == EVP_PKEY_EC && bits >= curve_bits_min;
    return EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA && bits >= rsa_bits_min &&
           bits <= rsa_bits_max;
}

/// r || s as the ASN.1 sequence that OpenSSL takes; empty if it is no such pair.
Bytes sequence_of(BytesView pair) {
    if (pair.empty() || pair.size() % 2 != 0 || pair.size() > 256) return {};
    const std::size_t half = pair.size() / 2;
    OwnedBn r(BN_bin2bn(pair.data(), static_cast<int>(half), nullptr));
    OwnedBn s(BN_bin2bn(pair.data() + half, static_cast<int>(half), nullptr));
    const OwnedSignature signature(ECDSA_SIG_new());
    if (!r || !s || !signature || ECDSA_SIG_set0(signature.get(), r.get(), s.get()) != 1) return {};
    static_cast<void>(r.release());  // the signature owns them now
    static_cast<void>(s.release());
    unsigned char* der = nullptr;
    const int size = i2d_ECDSA_SIG(signature.get(), &der);
    if (size <= 0) return {};
    Bytes out(der, der + size);
    OPENSSL_free(der);
    return out;
}

}  // namespace

Bytes digest_of(Digest digest, BytesView bytes) {
    Bytes out(EVP_MAX_MD_SIZE);
    unsigned size = 0;
    if (EVP_Digest(bytes.data(), bytes.size(), out.data(), &size, function_of(digest), nullptr) !=
        1)
        size = 0;
    out.resize(size);
    return out;
}

bool verify_foreign(const Certificate& signer, ForeignScheme scheme, Digest digest,
                    BytesView message, BytesView signature) {
    EVP_PKEY* key = X509_get0_pubkey(signer.handle().certificate.get());
    if (!key_fits(key, scheme)) return false;
    const Bytes sequence = scheme == ForeignScheme::ecdsa ? sequence_of(signature) : Bytes();
    const BytesView given = scheme == ForeignScheme::ecdsa ? BytesView(sequence) : signature;
    const OwnedMdCtx context(EVP_MD_CTX_new());
    EVP_PKEY_CTX* padding = nullptr;  // the context's own
    bool good =
        context && !given.empty() &&
        EVP_DigestVerifyInit(context.get(), &padding, function_of(digest), nullptr, key) == 1;
    if (good && scheme == ForeignScheme::rsa_pss) {
        good = EVP_PKEY_CTX_set_rsa_padding(padding, RSA_PKCS1_PSS_PADDING) == 1 &&
               EVP_PKEY_CTX_set_rsa_pss_saltlen(padding, RSA_PSS_SALTLEN_DIGEST) == 1;
    }
    good = good && EVP_DigestVerify(context.get(), given.data(), given.size(), message.data(),
                                    message.size()) == 1;
    if (!good) ERR_clear_error();
    return good;
}

}  // namespace stadtbuch::keys
