// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/keys/rsa.hpp"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include "ssi/keys/openssl.ipp"
#include "storage/encoding/text.hpp"

namespace stadtbuch::keys {

namespace {

using OwnedParamBuild = Owned<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>;
using OwnedParams = Owned<OSSL_PARAM, OSSL_PARAM_free>;

constexpr int bits_min = 2048, bits_max = 8192;
constexpr std::size_t exponent_bytes_max = 8;
constexpr int pss_salt_bytes = 32;

OwnedBn number_of(const encoding::Value& jwk, std::string_view name) {
    const auto bytes = encoding::base64url_decode(jwk.text_at(name));
    if (!bytes || bytes->empty() || bytes->size() > bits_max / 8) return nullptr;
    return OwnedBn(BN_bin2bn(bytes->data(), static_cast<int>(bytes->size()), nullptr));
}

OwnedPkey key_of(const BIGNUM* modulus, const BIGNUM* exponent) {
    const OwnedParamBuild build(OSSL_PARAM_BLD_new());
    if (!build || OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_RSA_N, modulus) != 1 ||
        OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_RSA_E, exponent) != 1) {
        return nullptr;
    }
    const OwnedParams params(OSSL_PARAM_BLD_to_param(build.get()));
    const OwnedPkeyCtx context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
    EVP_PKEY* key = nullptr;
    if (!params || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) != 1) {
        ERR_clear_error();
        return nullptr;
    }
    return OwnedPkey(key);
}

}  // namespace

Result<RsaPublicKey, KeyError> RsaPublicKey::from_jwk(const encoding::Value& jwk) {
    if (jwk.text_at("kty") != "RSA") return Failure{KeyError::unsupported_type};
    if (jwk.find("d") != nullptr) return Failure{KeyError::private_material};
    const OwnedBn modulus = number_of(jwk, "n");
    const OwnedBn exponent = number_of(jwk, "e");
    if (!modulus || !exponent) return Failure{KeyError::malformed};
    const int bits = BN_num_bits(modulus.get());
    if (bits < bits_min || bits > bits_max) return Failure{KeyError::wrong_length};
    const bool odd = BN_is_odd(exponent.get()) == 1 && BN_is_one(exponent.get()) == 0;
    if (!odd || static_cast<std::size_t>(BN_num_bytes(exponent.get())) > exponent_bytes_max)
        return Failure{KeyError::out_of_range};
    auto handle = std::make_shared<PkeyHandle>();
    handle->key = key_of(modulus.get(), exponent.get());
    if (!handle->key) return Failure{KeyError::library_failure};
    return RsaPublicKey(std::move(handle));
}

bool RsaPublicKey::verify(std::string_view alg, BytesView message, BytesView signature) const {
    const bool pss = alg == "PS256";
    if (!pss && alg != "RS256") return false;
    const OwnedMdCtx digest(EVP_MD_CTX_new());
    EVP_PKEY_CTX* padding = nullptr;  // the digest context's own
    bool ready = digest && EVP_DigestVerifyInit(digest.get(), &padding, EVP_sha256(), nullptr,
                                                handle_->key.get()) == 1;
    if (ready && pss) {
        ready = EVP_PKEY_CTX_set_rsa_padding(padding, RSA_PKCS1_PSS_PADDING) == 1 &&
                EVP_PKEY_CTX_set_rsa_pss_saltlen(padding, pss_salt_bytes) == 1;
    }
    const bool good = ready && EVP_DigestVerify(digest.get(), signature.data(), signature.size(),
                                                message.data(), message.size()) == 1;
    if (!good) ERR_clear_error();
    return good;
}

}  // namespace stadtbuch::keys
