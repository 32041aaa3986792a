// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// OpenSSL 3 behind P-256. Each point is checked to be on the curve when it enters; the explicit
// EC_POINT step is needed for decompression and for the public point of a scalar.
#include "ssi/keys/p256.hpp"

#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>

#include "ssi/keys/openssl.ipp"
#include "storage/base/assert.hpp"

namespace stadtbuch::keys {
namespace {

using OwnedParamBuild = Owned<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>;
using OwnedParams = Owned<OSSL_PARAM, OSSL_PARAM_free>;

const EC_GROUP* group() {
    static const OwnedGroup shared(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1));
    STADTBUCH_ASSERT(shared != nullptr);
    return shared.get();
}

int pkey_size(std::size_t size) {
    return static_cast<int>(size);
}

/// A key from what `fill` adds to the curve's name.
template <class Fill>
OwnedPkey pkey_from_data(int selection, Fill fill) {
    const OwnedParamBuild build(OSSL_PARAM_BLD_new());
    if (!build) return nullptr;
    OSSL_PARAM_BLD_push_utf8_string(build.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0);
    fill(build.get());
    const OwnedParams params(OSSL_PARAM_BLD_to_param(build.get()));
    const OwnedPkeyCtx context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
    EVP_PKEY* key = nullptr;
    if (!params || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &key, selection, params.get()) != 1) {
        ERR_clear_error();
        return nullptr;
    }
    return OwnedPkey(key);
}

std::shared_ptr<const PkeyHandle> handle_of(OwnedPkey key) {
    if (!key) return nullptr;
    auto handle = std::make_shared<PkeyHandle>();
    handle->key = std::move(key);
    return handle;
}

/// A copy of the bare curve takes the point: a quarter of the work of a key from data, which builds
/// the curve anew. Also refuses what is not on the curve.
std::shared_ptr<const PkeyHandle> public_handle(BytesView point) {
    static const OwnedPkey curve = pkey_from_data(EVP_PKEY_KEY_PARAMETERS, [](OSSL_PARAM_BLD*) {});
    OwnedPkey key(curve ? EVP_PKEY_dup(curve.get()) : nullptr);
    if (!key || EVP_PKEY_set1_encoded_public_key(key.get(), point.data(), point.size()) != 1) {
        ERR_clear_error();
        return nullptr;
    }
    return handle_of(std::move(key));
}

std::shared_ptr<const PkeyHandle> private_handle(BytesView point, const BIGNUM* scalar) {
    return handle_of(pkey_from_data(EVP_PKEY_KEYPAIR, [&](OSSL_PARAM_BLD* build) {
        OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                         point.size());
        OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_PRIV_KEY, scalar);
    }));
}

}  // namespace

Result<P256PublicKey, KeyError> P256PublicKey::from_coordinates(BytesView x, BytesView y) {
    if (x.size() != 32 || y.size() != 32) return Failure{KeyError::wrong_length};
    std::array<Byte, 65> point{};
    point[0] = 4;
    std::memcpy(point.data() + 1, x.data(), 32);
    std::memcpy(point.data() + 33, y.data(), 32);
    return from_point(point);
}

Result<P256PublicKey, KeyError> P256PublicKey::from_point(BytesView sec1) {
    const bool compressed = sec1.size() == 33 && (sec1[0] == 2 || sec1[0] == 3);
    if (!compressed && !(sec1.size() == 65 && sec1[0] == 4)) return Failure{KeyError::wrong_length};
    const OwnedPoint point(EC_POINT_new(group()));
    // EC_POINT_oct2point refuses coordinates >= p and points that are not on the curve.
    if (!point ||
        EC_POINT_oct2point(group(), point.get(), sec1.data(), sec1.size(), nullptr) != 1 ||
        EC_POINT_is_at_infinity(group(), point.get()) == 1) {
        ERR_clear_error();
        return Failure{KeyError::not_on_curve};
    }
    P256PublicKey key;
    if (EC_POINT_point2oct(group(), point.get(), POINT_CONVERSION_UNCOMPRESSED, key.point_.data(),
                           key.point_.size(), nullptr) != key.point_.size()) {
        return Failure{KeyError::library_failure};
    }
    key.handle_ = public_handle(key.point());
    if (!key.handle_) return Failure{KeyError::not_on_curve};
    return key;
}

Bytes P256PublicKey::compressed_point() const {
    Bytes bytes(point_.begin(), point_.begin() + 33);
    bytes[0] = static_cast<Byte>(2 + (point_[64] & 1));
    return bytes;
}

bool P256PublicKey::verify(BytesView message, BytesView signature) const {
    if (signature.size() != 64) return false;
    const OwnedSignature parts(ECDSA_SIG_new());
    BIGNUM* r = BN_bin2bn(signature.data(), 32, nullptr);
    BIGNUM* s = BN_bin2bn(signature.data() + 32, 32, nullptr);
    if (!parts || ECDSA_SIG_set0(parts.get(), r, s) != 1) {
        BN_free(r);
        BN_free(s);
        return false;
    }
    std::array<Byte, 80> der{};
    Byte* end = der.data();
    const int der_size = i2d_ECDSA_SIG(parts.get(), &end);
    const OwnedMdCtx context(EVP_MD_CTX_new());
    const bool good =
        der_size > 0 && context &&
        EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, handle_->key.get()) ==
            1 &&
        EVP_DigestVerify(context.get(), der.data(), static_cast<std::size_t>(der_size),
                         message.data(), message.size()) == 1;
    if (!good) ERR_clear_error();
    return good;
}

P256PrivateKey P256PrivateKey::generate(RandomSource& random) {
    SecretBytes scalar(32);
    for (;;) {
        random.fill(scalar.writable());
        auto key = from_scalar(scalar.view());
        if (key) return std::move(key).value();
        // Only 0 and values >= n fail here: a chance of 2^-32 per round.
        STADTBUCH_ASSERT(key.error() == KeyError::out_of_range);
    }
}

Result<P256PrivateKey, KeyError> P256PrivateKey::from_scalar(BytesView scalar) {
    if (scalar.size() != 32) return Failure{KeyError::wrong_length};
    const OwnedBn d(BN_secure_new());
    if (!d || BN_bin2bn(scalar.data(), 32, d.get()) == nullptr)
        return Failure{KeyError::library_failure};
    if (BN_is_zero(d.get()) || BN_cmp(d.get(), EC_GROUP_get0_order(group())) >= 0) {
        return Failure{KeyError::out_of_range};
    }
    BN_set_flags(d.get(), BN_FLG_CONSTTIME);
    const OwnedPoint point(EC_POINT_new(group()));
    std::array<Byte, 65> encoded{};
    if (!point || EC_POINT_mul(group(), point.get(), d.get(), nullptr, nullptr, nullptr) != 1 ||
        EC_POINT_point2oct(group(), point.get(), POINT_CONVERSION_UNCOMPRESSED, encoded.data(),
                           encoded.size(), nullptr) != encoded.size()) {
        return Failure{KeyError::library_failure};
    }
    auto public_key = P256PublicKey::from_point(encoded);
    if (!public_key) return Failure{public_key.error()};
    P256PrivateKey key(std::move(public_key).value());
    key.scalar_ = SecretBytes::copy_of(scalar);
    key.handle_ = private_handle(encoded, d.get());
    if (!key.handle_) return Failure{KeyError::library_failure};
    return key;
}

Result<P256PrivateKey, KeyError> P256PrivateKey::from_pem(std::string_view pem) {
    const OwnedBio bio(BIO_new_mem_buf(pem.data(), pkey_size(pem.size())));
    // An empty pass phrase, so that an encrypted file fails instead of asking at the terminal.
    const OwnedPkey key(
        bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, const_cast<char*>(""))
            : nullptr);
    if (!key) {
        ERR_clear_error();
        return Failure{KeyError::malformed};
    }
    char name[32] = {};
    std::size_t name_size = 0;
    if (EVP_PKEY_get_utf8_string_param(key.get(), OSSL_PKEY_PARAM_GROUP_NAME, name, sizeof name,
                                       &name_size) != 1 ||
        std::string_view(name, name_size) != "prime256v1") {
        ERR_clear_error();
        return Failure{KeyError::unsupported_type};
    }
    BIGNUM* raw = nullptr;
    if (EVP_PKEY_get_bn_param(key.get(), OSSL_PKEY_PARAM_PRIV_KEY, &raw) != 1)
        return Failure{KeyError::malformed};
    const OwnedBn d(raw);
    SecretBytes scalar(32);
    if (BN_bn2binpad(d.get(), scalar.writable().data(), 32) != 32)
        return Failure{KeyError::out_of_range};
    return from_scalar(scalar.view());
}

Bytes P256PrivateKey::sign_message(BytesView message) const {
    const OwnedMdCtx context(EVP_MD_CTX_new());
    std::array<Byte, 80> der{};
    std::size_t der_size = der.size();
    if (!context ||
        EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, handle_->key.get()) !=
            1 ||
        EVP_DigestSign(context.get(), der.data(), &der_size, message.data(), message.size()) != 1) {
        ERR_clear_error();
        return {};
    }
    const Byte* begin = der.data();
    const OwnedSignature parts(d2i_ECDSA_SIG(nullptr, &begin, static_cast<long>(der_size)));
    Bytes raw(64);
    if (!parts || BN_bn2binpad(ECDSA_SIG_get0_r(parts.get()), raw.data(), 32) != 32 ||
        BN_bn2binpad(ECDSA_SIG_get0_s(parts.get()), raw.data() + 32, 32) != 32) {
        return {};
    }
    return raw;
}

Result<SecretBytes, KeyError> P256PrivateKey::agree(const P256PublicKey& peer) const {
    const OwnedPkeyCtx context(EVP_PKEY_CTX_new(handle_->key.get(), nullptr));
    SecretBytes shared(32);
    std::size_t size = shared.size();
    if (!context || EVP_PKEY_derive_init(context.get()) != 1 ||
        // Unchecked: a point that is on the curve has its order, and from_point() saw to that.
        EVP_PKEY_derive_set_peer_ex(context.get(), peer.handle().key.get(), 0) != 1 ||
        EVP_PKEY_derive(context.get(), shared.writable().data(), &size) != 1 || size != 32) {
        ERR_clear_error();
        return Failure{KeyError::library_failure};
    }
    return shared;
}

std::string P256PrivateKey::to_pem() const {
    const OwnedBio bio(BIO_new(BIO_s_secmem()));
    if (!bio || PEM_write_bio_PKCS8PrivateKey(bio.get(), handle_->key.get(), nullptr, nullptr, 0,
                                              nullptr, nullptr) != 1) {
        ERR_clear_error();
        return {};
    }
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

P256PrivateKey P256PrivateKey::clone() const {
    P256PrivateKey copy(public_);
    copy.scalar_ = scalar_.clone();
    copy.handle_ = handle_;
    return copy;
}

}  // namespace stadtbuch::keys
