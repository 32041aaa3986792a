// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Making certificates with the profile of credentials §11.
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>
#include <string>

#include "ssi/keys/openssl.ipp"
#include "ssi/keys/x509.hpp"

namespace stadtbuch::keys {
namespace {

constexpr UnixSeconds leaf_lifetime_max =
    732 * UnixSeconds{86400};  // two years, one of them a leap year

bool set_name(X509_NAME* name, const CertificateSubject& subject) {
    const auto add = [&](const char* field, const std::string& text) {
        return text.empty() ||
               X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8,
                                          reinterpret_cast<const unsigned char*>(text.data()),
                                          static_cast<int>(text.size()), -1, 0) == 1;
    };
    return add("C", subject.country) && add("O", subject.organisation) &&
           add("CN", subject.common_name);
}

bool set_serial(X509* certificate, RandomSource& random) {
    // 127 random bits: positive, not zero, within RFC 5280's 20 octets.
    Bytes serial = random_bytes(random, 16);
    serial[0] = static_cast<Byte>((serial[0] & 0x7f) | 0x40);
    const OwnedBn number(BN_bin2bn(serial.data(), static_cast<int>(serial.size()), nullptr));
    return number &&
           BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

bool add_extension(X509* certificate, X509* issuer, int nid, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const OwnedExtension extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
    return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

using OwnedNames = Owned<GENERAL_NAMES, GENERAL_NAMES_free>;
using OwnedIa5 = Owned<ASN1_IA5STRING, ASN1_IA5STRING_free>;

/// Built member by member: a comma in a URI must not become another name, as it would in OpenSSL's
/// text form.
bool add_name(GENERAL_NAMES* names, int type, const std::string& text) {
    OwnedIa5 value(ASN1_IA5STRING_new());
    if (!value || ASN1_STRING_set(value.get(), text.data(), static_cast<int>(text.size())) != 1)
        return false;
    GENERAL_NAME* name = GENERAL_NAME_new();
    if (name == nullptr) return false;
    GENERAL_NAME_set0_value(name, type, value.release());
    return sk_GENERAL_NAME_push(names, name) > 0;
}

bool add_address(GENERAL_NAMES* names, const std::string& text) {
    ASN1_OCTET_STRING* address = a2i_IPADDRESS(text.c_str());
    GENERAL_NAME* name = address != nullptr ? GENERAL_NAME_new() : nullptr;
    if (name == nullptr) return false;
    GENERAL_NAME_set0_value(name, GEN_IPADD, address);
    return sk_GENERAL_NAME_push(names, name) > 0;
}

bool collect_names(GENERAL_NAMES* names, const LeafProfile& profile) {
    bool good = names != nullptr;
    for (const std::string& dns : profile.dns_names) good = good && add_name(names, GEN_DNS, dns);
    for (const std::string& uri : profile.uris) good = good && add_name(names, GEN_URI, uri);
    for (const std::string& address : profile.ip_addresses)
        good = good && add_address(names, address);
    return good;
}

bool add_alternative_names(X509* certificate, const LeafProfile& profile) {
    if (profile.dns_names.empty() && profile.uris.empty() && profile.ip_addresses.empty())
        return true;
    const OwnedNames names(GENERAL_NAMES_new());
    return collect_names(names.get(), profile) &&
           X509_add1_ext_i2d(certificate, NID_subject_alt_name, names.get(), 0,
                             X509V3_ADD_DEFAULT) == 1;
}

bool plain_url(const std::string& url) {
    return std::none_of(url.begin(), url.end(),
                        [](char c) { return c == ',' || c <= ' ' || c == '\x7f'; });
}

bool set_times(X509* certificate, UnixSeconds not_before, UnixSeconds not_after) {
    return not_before < not_after &&
           ASN1_TIME_set(X509_getm_notBefore(certificate), static_cast<time_t>(not_before)) !=
               nullptr &&
           ASN1_TIME_set(X509_getm_notAfter(certificate), static_cast<time_t>(not_after)) !=
               nullptr;
}

Result<Certificate, KeyError> sign_and_read(X509* certificate, const P256PrivateKey& key) {
    if (X509_sign(certificate, key.handle().key.get(), EVP_sha256()) <= 0) {
        ERR_clear_error();
        return Failure{KeyError::library_failure};
    }
    Bytes der(static_cast<std::size_t>(std::max(0, i2d_X509(certificate, nullptr))));
    unsigned char* at = der.data();
    i2d_X509(certificate, &at);
    return Certificate::from_der(der);
}

using OwnedRequest = Owned<X509_REQ, X509_REQ_free>;

void free_extensions(STACK_OF(X509_EXTENSION) * extensions) {
    sk_X509_EXTENSION_pop_free(extensions, X509_EXTENSION_free);
}

using OwnedExtensions = Owned<STACK_OF(X509_EXTENSION), free_extensions>;

bool add_wishes(X509_REQ* request, const LeafProfile& profile) {
    const OwnedExtensions wishes(sk_X509_EXTENSION_new_null());
    const OwnedNames names(GENERAL_NAMES_new());
    if (!wishes || !collect_names(names.get(), profile)) return false;
    X509_EXTENSION* usage =
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_key_usage, "critical,digitalSignature");
    if (usage == nullptr) return false;
    if (sk_X509_EXTENSION_push(wishes.get(), usage) <= 0) {
        X509_EXTENSION_free(usage);
        return false;
    }
    X509_EXTENSION* alternative = X509V3_EXT_i2d(NID_subject_alt_name, 0, names.get());
    if (alternative == nullptr) return false;
    if (sk_X509_EXTENSION_push(wishes.get(), alternative) <= 0) {
        X509_EXTENSION_free(alternative);
        return false;
    }
    return X509_REQ_add_extensions(request, wishes.get()) == 1;
}

/// The library signs with keys of its own only: what is signed is taken out, and the signature put
/// in, r||s as DER.
bool sign_outside(X509_REQ* request, const P256Signer& key) {
    const Owned<X509_ALGOR, X509_ALGOR_free> algorithm(X509_ALGOR_new());
    if (!algorithm ||
        X509_ALGOR_set0(algorithm.get(), OBJ_nid2obj(NID_ecdsa_with_SHA256), V_ASN1_UNDEF,
                        nullptr) != 1 ||
        X509_REQ_set1_signature_algo(request, algorithm.get()) != 1)
        return false;
    Bytes signed_part(static_cast<std::size_t>(std::max(0, i2d_re_X509_REQ_tbs(request, nullptr))));
    unsigned char* at = signed_part.data();
    i2d_re_X509_REQ_tbs(request, &at);
    const Bytes raw = key.sign_message(signed_part);
    if (raw.size() != 64) return false;
    const OwnedSignature signature(ECDSA_SIG_new());
    OwnedBn r(BN_bin2bn(raw.data(), 32, nullptr));
    OwnedBn s(BN_bin2bn(raw.data() + 32, 32, nullptr));
    if (!signature || !r || !s || ECDSA_SIG_set0(signature.get(), r.get(), s.get()) != 1)
        return false;
    static_cast<void>(r.release());
    static_cast<void>(s.release());
    Bytes der(static_cast<std::size_t>(std::max(0, i2d_ECDSA_SIG(signature.get(), nullptr))));
    at = der.data();
    i2d_ECDSA_SIG(signature.get(), &at);
    ASN1_BIT_STRING* bits = ASN1_BIT_STRING_new();
    if (bits == nullptr) return false;
    if (ASN1_BIT_STRING_set(bits, der.data(), static_cast<int>(der.size())) != 1) {
        ASN1_BIT_STRING_free(bits);
        return false;
    }
    bits->flags |= ASN1_STRING_FLAG_BITS_LEFT;  // no unused bits, whatever the last octet is
    X509_REQ_set0_signature(request, bits);
    return true;
}

}  // namespace

Result<std::string, KeyError> make_certificate_request(const P256Signer& key,
                                                       const LeafProfile& profile) {
    const OwnedRequest request(X509_REQ_new());
    X509_REQ* x = request.get();
    bool good = x != nullptr && X509_REQ_set_version(x, 0) == 1 &&
                set_name(X509_REQ_get_subject_name(x), profile.subject) &&
                X509_REQ_set_pubkey(x, key.public_key().handle().key.get()) == 1 &&
                add_wishes(x, profile) && sign_outside(x, key);
    const OwnedBio out(BIO_new(BIO_s_mem()));
    good = good && out && PEM_write_bio_X509_REQ(out.get(), x) == 1;
    if (!good) {
        ERR_clear_error();
        return Failure{KeyError::library_failure};
    }
    const char* text = nullptr;
    const long bytes = BIO_get_mem_data(out.get(), &text);
    return std::string(text, static_cast<std::size_t>(bytes));
}

Result<Certificate, KeyError> make_authority(const P256PrivateKey& key,
                                             const AuthorityProfile& profile,
                                             RandomSource& random) {
    const OwnedX509 certificate(X509_new());
    X509* x = certificate.get();
    const std::string constraints =
        "critical,CA:TRUE,pathlen:" + std::to_string(std::max(0, profile.path_length));
    const bool good = x != nullptr && X509_set_version(x, 2) == 1 && set_serial(x, random) &&
                      set_times(x, profile.not_before, profile.not_after) &&
                      set_name(X509_get_subject_name(x), profile.subject) &&
                      X509_set_issuer_name(x, X509_get_subject_name(x)) == 1 &&
                      X509_set_pubkey(x, key.handle().key.get()) == 1 &&
                      add_extension(x, x, NID_basic_constraints, constraints) &&
                      add_extension(x, x, NID_key_usage, "critical,keyCertSign,cRLSign") &&
                      add_extension(x, x, NID_subject_key_identifier, "hash");
    if (!good) {
        ERR_clear_error();
        return Failure{KeyError::malformed};
    }
    return sign_and_read(x, key);
}

Result<Certificate, KeyError> make_leaf(const P256PublicKey& subject_key,
                                        const LeafProfile& profile, const Certificate& authority,
                                        const P256PrivateKey& authority_key, RandomSource& random) {
    if (profile.not_after - profile.not_before > leaf_lifetime_max || !plain_url(profile.crl_url)) {
        return Failure{KeyError::out_of_range};
    }
    const OwnedX509 certificate(X509_new());
    X509* x = certificate.get();
    X509* issuer = authority.handle().certificate.get();
    bool good = x != nullptr && X509_set_version(x, 2) == 1 && set_serial(x, random) &&
                set_times(x, profile.not_before, profile.not_after) &&
                set_name(X509_get_subject_name(x), profile.subject) &&
                X509_set_issuer_name(x, X509_get_subject_name(issuer)) == 1 &&
                X509_set_pubkey(x, subject_key.handle().key.get()) == 1 &&
                add_extension(x, issuer, NID_basic_constraints, "critical,CA:FALSE") &&
                add_extension(x, issuer, NID_key_usage, "critical,digitalSignature") &&
                add_extension(x, issuer, NID_subject_key_identifier, "hash") &&
                add_extension(x, issuer, NID_authority_key_identifier, "keyid:always") &&
                add_alternative_names(x, profile);
    if (good && !profile.crl_url.empty()) {
        good = add_extension(x, issuer, NID_crl_distribution_points, "URI:" + profile.crl_url);
    }
    std::string usages;
    for (const std::string& oid : profile.extended_key_usages)
        usages += (usages.empty() ? "" : ",") + oid;
    if (good && !usages.empty()) good = add_extension(x, issuer, NID_ext_key_usage, usages);
    if (!good) {
        ERR_clear_error();
        return Failure{KeyError::malformed};
    }
    return sign_and_read(x, authority_key);
}

Result<Bytes, KeyError> make_empty_crl(const Certificate& authority,
                                       const P256PrivateKey& authority_key, UnixSeconds this_update,
                                       UnixSeconds next_update) {
    const Owned<X509_CRL, X509_CRL_free> crl(X509_CRL_new());
    const Owned<ASN1_TIME, ASN1_TIME_free> from(
        ASN1_TIME_set(nullptr, static_cast<time_t>(this_update)));
    const Owned<ASN1_TIME, ASN1_TIME_free> until(
        ASN1_TIME_set(nullptr, static_cast<time_t>(next_update)));
    const Owned<ASN1_INTEGER, ASN1_INTEGER_free> number(ASN1_INTEGER_new());
    X509* issuer = authority.handle().certificate.get();
    bool good = crl && from && until && number && X509_CRL_set_version(crl.get(), 1) == 1 &&
                X509_CRL_set_issuer_name(crl.get(), X509_get_subject_name(issuer)) == 1 &&
                X509_CRL_set1_lastUpdate(crl.get(), from.get()) == 1 &&
                X509_CRL_set1_nextUpdate(crl.get(), until.get()) == 1 &&
                ASN1_INTEGER_set_int64(number.get(), this_update) == 1 &&
                X509_CRL_add1_ext_i2d(crl.get(), NID_crl_number, number.get(), 0, 0) == 1;
    if (good) {
        X509V3_CTX context;
        X509V3_set_ctx_nodb(&context);
        X509V3_set_ctx(&context, issuer, nullptr, nullptr, crl.get(), 0);
        const OwnedExtension key_id(
            X509V3_EXT_conf_nid(nullptr, &context, NID_authority_key_identifier, "keyid:always"));
        good = key_id && X509_CRL_add_ext(crl.get(), key_id.get(), -1) == 1 &&
               X509_CRL_sign(crl.get(), authority_key.handle().key.get(), EVP_sha256()) > 0;
    }
    if (!good) {
        ERR_clear_error();
        return Failure{KeyError::library_failure};
    }
    Bytes der(static_cast<std::size_t>(std::max(0, i2d_X509_CRL(crl.get(), nullptr))));
    unsigned char* at = der.data();
    i2d_X509_CRL(crl.get(), &at);
    return der;
}

}  // namespace stadtbuch::keys
