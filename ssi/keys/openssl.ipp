// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Owners for OpenSSL objects, and the handles that the public headers only name. No header for
// others: only the .cpp files of this room include it, so that OpenSSL stays inside.
#pragma once
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <optional>

#include "ssi/keys/p256.hpp"

namespace stadtbuch::keys {

template <class T, void (*release)(T*)>
struct Releaser {
    void operator()(T* object) const noexcept { release(object); }
};
template <class T, void (*release)(T*)>
using Owned = std::unique_ptr<T, Releaser<T, release>>;

using OwnedPkey = Owned<EVP_PKEY, EVP_PKEY_free>;
using OwnedPkeyCtx = Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using OwnedMdCtx = Owned<EVP_MD_CTX, EVP_MD_CTX_free>;
using OwnedCipherCtx = Owned<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free>;
using OwnedBn = Owned<BIGNUM, BN_clear_free>;
using OwnedGroup = Owned<EC_GROUP, EC_GROUP_free>;
using OwnedPoint = Owned<EC_POINT, EC_POINT_free>;
using OwnedSignature = Owned<ECDSA_SIG, ECDSA_SIG_free>;
using OwnedX509 = Owned<X509, X509_free>;
using OwnedStore = Owned<X509_STORE, X509_STORE_free>;
using OwnedStoreCtx = Owned<X509_STORE_CTX, X509_STORE_CTX_free>;
using OwnedExtension = Owned<X509_EXTENSION, X509_EXTENSION_free>;
using OwnedObject = Owned<ASN1_OBJECT, ASN1_OBJECT_free>;

inline void free_all_bio(BIO* bio) {
    BIO_free_all(bio);
}

using OwnedBio = Owned<BIO, free_all_bio>;

struct PkeyHandle {
    OwnedPkey key;
};

struct X509Handle {
    OwnedX509 certificate;
    std::optional<P256PublicKey> key;  // none: another kind of key
};

}  // namespace stadtbuch::keys
