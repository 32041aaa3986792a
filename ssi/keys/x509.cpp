// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Reading certificates, and path validation.
#include "ssi/keys/x509.hpp"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>
#include <limits>
#include <unordered_map>

#include "ssi/keys/openssl.ipp"
#include "storage/encoding/text.hpp"
#include "storage/hash/hash.hpp"

namespace stadtbuch::keys {
namespace {

constexpr std::size_t certificate_bytes_max = 16 * 1024;
constexpr std::size_t certificates_known_max = 128;  // at most 2 MiB a thread
constexpr std::size_t paths_known_max = 256;

using OwnedNames = Owned<GENERAL_NAMES, GENERAL_NAMES_free>;
using OwnedUsage = Owned<EXTENDED_KEY_USAGE, EXTENDED_KEY_USAGE_free>;
using OwnedTime = Owned<ASN1_TIME, ASN1_TIME_free>;

std::string subject_entry(const X509* certificate, int nid) {
    const X509_NAME* name = X509_get_subject_name(certificate);
    const int at = X509_NAME_get_index_by_NID(name, nid, -1);
    if (at < 0) return {};
    const ASN1_STRING* text = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at));
    unsigned char* utf8 = nullptr;
    const int size = ASN1_STRING_to_UTF8(&utf8, text);
    if (size < 0) return {};
    std::string result(reinterpret_cast<char*>(utf8), static_cast<std::size_t>(size));
    OPENSSL_free(utf8);
    return result;
}

std::vector<std::string> alternative_names(const X509* certificate, int type) {
    std::vector<std::string> result;
    const OwnedNames names(static_cast<GENERAL_NAMES*>(
        X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
    for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
        const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
        if (name->type != type) continue;
        // DNS names and URIs share the member type IA5STRING.
        const ASN1_IA5STRING* text =
            type == GEN_DNS ? name->d.dNSName : name->d.uniformResourceIdentifier;
        result.emplace_back(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                            static_cast<std::size_t>(ASN1_STRING_length(text)));
    }
    return result;
}

UnixSeconds unix_of(const ASN1_TIME* time) {
    const OwnedTime epoch(ASN1_TIME_set(nullptr, 0));
    int days = 0;
    int seconds = 0;
    if (!epoch || ASN1_TIME_diff(&days, &seconds, epoch.get(), time) != 1) return 0;
    return static_cast<UnixSeconds>(days) * 86400 + seconds;
}

Bytes octets_of(const ASN1_OCTET_STRING* text) {
    if (text == nullptr) return {};
    const unsigned char* data = ASN1_STRING_get0_data(text);
    return {data, data + ASN1_STRING_length(text)};
}

ChainError reason_of(int error) {
    switch (error) {
        case X509_V_ERR_CERT_HAS_EXPIRED:
            return ChainError::expired;
        case X509_V_ERR_CERT_NOT_YET_VALID:
            return ChainError::not_yet_valid;
        default:
            return ChainError::not_trusted;
    }
}

/// The certificate's key if it is a P-256 key.
std::optional<P256PublicKey> read_key(const X509* certificate) {
    EVP_PKEY* key = X509_get0_pubkey(certificate);
    char name[32] = {};
    std::size_t name_size = 0;
    std::array<Byte, 80> point{};
    std::size_t size = 0;
    if (key == nullptr || EVP_PKEY_get_base_id(key) != EVP_PKEY_EC ||
        EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, name, sizeof name,
                                       &name_size) != 1 ||
        std::string_view(name, name_size) != "prime256v1" ||
        EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_ENCODED_PUBLIC_KEY, point.data(),
                                        point.size(), &size) != 1) {
        ERR_clear_error();
        return std::nullopt;
    }
    auto read = P256PublicKey::from_point({point.data(), size});
    if (!read) return std::nullopt;
    return std::move(read).value();
}

struct StackReleaser {
    void operator()(STACK_OF(X509) * stack) const noexcept { sk_X509_free(stack); }
};

/// When each certificate of a path is valid.
struct Window {
    UnixSeconds from = 0;
    UnixSeconds until = 0;  // not any more
};

Window window_of(const STACK_OF(X509) * path) {
    Window out{0, std::numeric_limits<UnixSeconds>::max()};
    for (int i = 0; i < sk_X509_num(path); ++i) {
        const X509* one = sk_X509_value(path, i);
        out.from = std::max(out.from, unix_of(X509_get0_notBefore(one)));
        out.until = std::min(out.until, unix_of(X509_get0_notAfter(one)));
    }
    return out;
}

/// All that a path depends on, but the time.
Hash32 path_name(const std::vector<Certificate>& chain, const std::vector<Certificate>& anchors,
                 std::size_t length_max) {
    Bytes whole;
    for (const std::size_t number : {chain.size(), length_max}) {
        const std::string text = std::to_string(number) + ' ';
        whole.insert(whole.end(), text.begin(), text.end());
    }
    for (const auto* list : {&chain, &anchors}) {
        for (const Certificate& one : *list) {
            const Hash32 name = one.fingerprint();
            whole.insert(whole.end(), name.bytes.begin(), name.bytes.end());
        }
    }
    return hash::sha256(whole);
}

Result<void, ChainError> check_path(const std::vector<Certificate>& chain,
                                    const std::vector<Certificate>& anchors,
                                    const ChainRules& rules) {
    // Every credential of an issuer comes with the same path, and its signatures cost as much as
    // the credential's own: each thread remembers the paths that held, and while they do.
    thread_local std::unordered_map<Hash32, Window, Hash32Hasher> known;
    const Hash32 name = path_name(chain, anchors, rules.length_max);
    if (const auto found = known.find(name); found != known.end()) {
        if (rules.now >= found->second.from && rules.now < found->second.until) return {};
    }

    const OwnedStore store(X509_STORE_new());
    const OwnedStoreCtx context(X509_STORE_CTX_new());
    const std::unique_ptr<STACK_OF(X509), StackReleaser> between(sk_X509_new_null());
    if (!store || !context || !between) return Failure{ChainError::not_trusted};
    for (const Certificate& anchor : anchors)
        X509_STORE_add_cert(store.get(), anchor.handle().certificate.get());
    for (std::size_t i = 1; i < chain.size(); ++i)
        sk_X509_push(between.get(), chain[i].handle().certificate.get());
    if (X509_STORE_CTX_init(context.get(), store.get(), chain.front().handle().certificate.get(),
                            between.get()) != 1) {
        return Failure{ChainError::not_trusted};
    }
    X509_VERIFY_PARAM* parameters = X509_STORE_CTX_get0_param(context.get());
    X509_VERIFY_PARAM_set_time(parameters, static_cast<time_t>(rules.now));
    X509_VERIFY_PARAM_set_depth(parameters, static_cast<int>(rules.length_max));
    // A configured anchor may be an intermediate authority.
    X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_PARTIAL_CHAIN);
    const int good = X509_verify_cert(context.get());
    const int error = X509_STORE_CTX_get_error(context.get());
    ERR_clear_error();
    if (good != 1) return Failure{reason_of(error)};
    if (known.size() >= paths_known_max) known.clear();
    known.insert_or_assign(name, window_of(X509_STORE_CTX_get0_chain(context.get())));
    return {};
}

}  // namespace

Result<Certificate, KeyError> Certificate::from_der(BytesView der) {
    if (der.empty() || der.size() > certificate_bytes_max) return Failure{KeyError::malformed};
    // The same few certificates come with every credential, and OpenSSL 3 takes longer to read one
    // than to check a signature: each thread remembers what it has read.
    thread_local std::unordered_map<Hash32, Certificate, Hash32Hasher> known;
    const Hash32 name = hash::sha256(der);
    if (const auto found = known.find(name); found != known.end()) return found->second;

    const unsigned char* at = der.data();
    OwnedX509 parsed(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
    if (!parsed || at != der.data() + der.size()) {
        ERR_clear_error();
        return Failure{KeyError::malformed};
    }
    // BER that is not DER is refused: a certificate must have one spelling, or its hash names
    // nothing.
    Bytes again(static_cast<std::size_t>(std::max(0, i2d_X509(parsed.get(), nullptr))));
    unsigned char* end = again.data();
    i2d_X509(parsed.get(), &end);
    if (!std::equal(again.begin(), again.end(), der.begin(), der.end())) {
        return Failure{KeyError::malformed};
    }
    Certificate certificate;
    certificate.der_ = std::move(again);
    auto handle = std::make_shared<X509Handle>();
    handle->key = read_key(parsed.get());
    handle->certificate = std::move(parsed);
    certificate.handle_ = std::move(handle);
    if (known.size() >= certificates_known_max) known.clear();
    known.emplace(name, certificate);
    return certificate;
}

Result<Certificate, KeyError> Certificate::from_pem(std::string_view pem) {
    if (pem.size() > 4 * certificate_bytes_max) return Failure{KeyError::malformed};
    const OwnedBio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    const OwnedX509 parsed(
        bio ? PEM_read_bio_X509(bio.get(), nullptr, nullptr, const_cast<char*>("")) : nullptr);
    if (!parsed) {
        ERR_clear_error();
        return Failure{KeyError::malformed};
    }
    Bytes der(static_cast<std::size_t>(std::max(0, i2d_X509(parsed.get(), nullptr))));
    unsigned char* at = der.data();
    i2d_X509(parsed.get(), &at);
    return from_der(der);
}

std::string Certificate::to_pem() const {
    const std::string text = encoding::base64_encode(der_);
    std::string pem = "-----BEGIN CERTIFICATE-----\n";
    for (std::size_t at = 0; at < text.size(); at += 64) pem += text.substr(at, 64) + '\n';
    return pem + "-----END CERTIFICATE-----\n";
}

Hash32 Certificate::fingerprint() const {
    return hash::sha256(der_);
}

Result<P256PublicKey, KeyError> Certificate::public_key() const {
    if (!handle_->key) return Failure{KeyError::unsupported_type};
    return *handle_->key;
}

std::string Certificate::common_name() const {
    return subject_entry(handle_->certificate.get(), NID_commonName);
}

std::string Certificate::organisation() const {
    return subject_entry(handle_->certificate.get(), NID_organizationName);
}

std::vector<std::string> Certificate::dns_names() const {
    return alternative_names(handle_->certificate.get(), GEN_DNS);
}

std::vector<std::string> Certificate::uris() const {
    return alternative_names(handle_->certificate.get(), GEN_URI);
}

bool Certificate::is_authority() const {
    return X509_check_ca(handle_->certificate.get()) == 1;
}

bool Certificate::is_self_signed() const {
    const bool self_signed = X509_self_signed(handle_->certificate.get(), 0) == 1;
    ERR_clear_error();
    return self_signed;
}

bool Certificate::allows_digital_signature() const {
    X509* certificate = handle_->certificate.get();
    return (X509_get_extension_flags(certificate) & EXFLAG_KUSAGE) != 0 &&
           (X509_get_key_usage(certificate) & KU_DIGITAL_SIGNATURE) != 0;
}

bool Certificate::has_extended_key_usage(std::string_view oid) const {
    const OwnedUsage usages(static_cast<EXTENDED_KEY_USAGE*>(
        X509_get_ext_d2i(handle_->certificate.get(), NID_ext_key_usage, nullptr, nullptr)));
    for (int i = 0; usages && i < sk_ASN1_OBJECT_num(usages.get()); ++i) {
        char text[80] = {};
        OBJ_obj2txt(text, sizeof text, sk_ASN1_OBJECT_value(usages.get(), i), 1);
        if (oid == text) return true;
    }
    return false;
}

UnixSeconds Certificate::not_before() const {
    return unix_of(X509_get0_notBefore(handle_->certificate.get()));
}

UnixSeconds Certificate::not_after() const {
    return unix_of(X509_get0_notAfter(handle_->certificate.get()));
}

Bytes Certificate::subject_key_id() const {
    return octets_of(X509_get0_subject_key_id(handle_->certificate.get()));
}

Bytes Certificate::authority_key_id() const {
    return octets_of(X509_get0_authority_key_id(handle_->certificate.get()));
}

Result<void, ChainError> verify_chain(const std::vector<Certificate>& chain,
                                      const std::vector<Certificate>& anchors,
                                      const ChainRules& rules) {
    if (chain.empty()) return Failure{ChainError::empty};
    if (chain.size() > rules.length_max) return Failure{ChainError::too_long};
    const Certificate& leaf = chain.front();
    if (leaf.is_self_signed()) return Failure{ChainError::self_signed_leaf};
    for (const Certificate& certificate : chain) {
        if (std::find(anchors.begin(), anchors.end(), certificate) != anchors.end()) {
            return Failure{ChainError::anchor_in_chain};
        }
    }
    if (leaf.is_authority()) return Failure{ChainError::authority_as_leaf};
    if (!leaf.allows_digital_signature()) return Failure{ChainError::no_digital_signature};
    if (!rules.required_eku.empty() && !leaf.has_extended_key_usage(rules.required_eku)) {
        return Failure{ChainError::wrong_purpose};
    }
    if (rules.refuse_tls_leaf && leaf.has_extended_key_usage(server_auth_eku)) {
        return Failure{ChainError::wrong_purpose};
    }
    if (!leaf.public_key()) return Failure{ChainError::wrong_key_type};
    return check_path(chain, anchors, rules);
}

Result<std::vector<Certificate>, ChainError> chain_from_x5c(const encoding::Value& x5c,
                                                            std::size_t length_max) {
    const encoding::Array* entries = x5c.array();
    if (entries == nullptr) return Failure{ChainError::malformed};
    if (entries->empty()) return Failure{ChainError::empty};
    if (entries->size() > length_max) return Failure{ChainError::too_long};
    std::vector<Certificate> chain;
    for (const encoding::Value& entry : *entries) {
        if (!entry.is_text() || entry.text()->size() > 2 * certificate_bytes_max)
            return Failure{ChainError::malformed};
        const auto der = encoding::base64_decode(*entry.text());
        if (!der) return Failure{ChainError::malformed};
        auto certificate = Certificate::from_der(*der);
        if (!certificate) return Failure{ChainError::malformed};
        chain.push_back(std::move(certificate).value());
    }
    return chain;
}

encoding::Array x5c_of(const std::vector<Certificate>& chain) {
    encoding::Array entries;
    for (const Certificate& certificate : chain)
        entries.emplace_back(encoding::base64_encode(certificate.der()));
    return entries;
}

}  // namespace stadtbuch::keys
