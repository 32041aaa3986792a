// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// JWE compact serialisation (RFC 7516 §7.1) with ECDH-ES direct key agreement (RFC 7518 §4.6) and
// AES-GCM: base64url(header) '.' '' '.' base64url(iv, 12) '.' base64url(ciphertext) '.'
// base64url(tag, 16).
#include <openssl/err.h>
#include <sodium.h>
#include <zlib.h>

#include <array>

#include "ssi/keys/jose.hpp"
#include "ssi/keys/openssl.ipp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"
#include "storage/hash/hash.hpp"

namespace stadtbuch::keys {

using encoding::Object;
using encoding::Value;

namespace {

constexpr std::size_t iv_bytes = 12;
constexpr std::size_t tag_bytes = 16;

std::size_t key_bytes_of(std::string_view enc) {
    if (enc == "A128GCM") return 16;
    if (enc == "A256GCM") return 32;
    return 0;
}

const EVP_CIPHER* cipher_of(std::size_t key_bytes) {
    return key_bytes == 16 ? EVP_aes_128_gcm() : EVP_aes_256_gcm();
}

void append_u32(Bytes& out, std::size_t number) {
    for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<Byte>(number >> shift));
}

void append_sized(Bytes& out, BytesView bytes) {
    append_u32(out, bytes.size());
    out.insert(out.end(), bytes.begin(), bytes.end());
}

struct Sealed {
    Bytes ciphertext;
    Bytes tag;
};

std::optional<Sealed> gcm_encrypt(BytesView key, BytesView iv, BytesView aad, BytesView plain) {
    const OwnedCipherCtx context(EVP_CIPHER_CTX_new());
    Sealed sealed{Bytes(plain.size()), Bytes(tag_bytes)};
    int size = 0;
    const bool good =
        context &&
        EVP_EncryptInit_ex(context.get(), cipher_of(key.size()), nullptr, key.data(), iv.data()) ==
            1 &&
        EVP_EncryptUpdate(context.get(), nullptr, &size, aad.data(),
                          static_cast<int>(aad.size())) == 1 &&
        EVP_EncryptUpdate(context.get(), sealed.ciphertext.data(), &size, plain.data(),
                          static_cast<int>(plain.size())) == 1 &&
        EVP_EncryptFinal_ex(context.get(), sealed.ciphertext.data() + size, &size) == 1 &&
        EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, tag_bytes, sealed.tag.data()) == 1;
    if (!good) {
        ERR_clear_error();
        return std::nullopt;
    }
    return sealed;
}

std::optional<Bytes> gcm_decrypt(BytesView key, BytesView iv, BytesView aad, const Sealed& sealed) {
    const OwnedCipherCtx context(EVP_CIPHER_CTX_new());
    Bytes plain(sealed.ciphertext.size());
    int size = 0;
    const bool good =
        context &&
        EVP_DecryptInit_ex(context.get(), cipher_of(key.size()), nullptr, key.data(), iv.data()) ==
            1 &&
        EVP_DecryptUpdate(context.get(), nullptr, &size, aad.data(),
                          static_cast<int>(aad.size())) == 1 &&
        EVP_DecryptUpdate(context.get(), plain.data(), &size, sealed.ciphertext.data(),
                          static_cast<int>(sealed.ciphertext.size())) == 1 &&
        EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, tag_bytes,
                            const_cast<Byte*>(sealed.tag.data())) == 1 &&
        EVP_DecryptFinal_ex(context.get(), plain.data() + size, &size) == 1;
    if (!good) {
        ERR_clear_error();
        return std::nullopt;
    }
    return plain;
}

/// Raw DEFLATE (RFC 1951), as `zip` = `DEF` demands.
std::optional<std::string> raw_deflate(std::string_view text) {
    z_stream stream{};
    if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return std::nullopt;
    std::string out(deflateBound(&stream, text.size()), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    const int done = deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    if (done != Z_STREAM_END) return std::nullopt;
    return out;
}

std::optional<std::string> raw_inflate(BytesView bytes, std::size_t size_max) {
    z_stream stream{};
    if (inflateInit2(&stream, -15) != Z_OK) return std::nullopt;
    stream.next_in = const_cast<Bytef*>(bytes.data());
    stream.avail_in = static_cast<uInt>(bytes.size());
    std::string out;
    std::array<char, 16 * 1024> chunk{};
    int state = Z_OK;
    while (state == Z_OK) {
        stream.next_out = reinterpret_cast<Bytef*>(chunk.data());
        stream.avail_out = static_cast<uInt>(chunk.size());
        state = inflate(&stream, Z_NO_FLUSH);
        if (state != Z_OK && state != Z_STREAM_END) break;
        out.append(chunk.data(), chunk.size() - stream.avail_out);
        if (out.size() > size_max) break;
        if (state == Z_OK && stream.avail_in == 0 && stream.avail_out != 0) break;
    }
    const bool complete = state == Z_STREAM_END && stream.avail_in == 0 && out.size() <= size_max;
    inflateEnd(&stream);
    if (!complete) return std::nullopt;
    return out;
}

std::optional<std::array<std::string_view, 5>> split5(std::string_view compact) {
    std::array<std::string_view, 5> parts;
    for (std::size_t i = 0; i < 4; ++i) {
        const std::size_t dot = compact.find('.');
        if (dot == std::string_view::npos) return std::nullopt;
        parts[i] = compact.substr(0, dot);
        compact.remove_prefix(dot + 1);
    }
    if (compact.find('.') != std::string_view::npos) return std::nullopt;
    parts[4] = compact;
    return parts;
}

Result<Object, JoseError> parse_header(std::string_view encoded) {
    const auto bytes = encoding::base64url_decode(encoded);
    if (!bytes) return Failure{JoseError::not_compact};
    auto parsed = encoding::parse_json(text_of(*bytes), {64 * 1024, 16, true});
    if (!parsed || !parsed->is_object()) return Failure{JoseError::bad_header};
    if (parsed->find("crit") != nullptr) return Failure{JoseError::critical_header};
    return std::move(*parsed->object());
}

Bytes derive_key(const SecretBytes& shared, std::string_view enc, BytesView apu, BytesView apv) {
    return concat_kdf(shared.view(), enc, apu, apv, key_bytes_of(enc));
}

/// Key agreement with the header's ephemeral key. The result is wiped by the caller.
Result<Bytes, JoseError> content_key(const Object& header, const P256PrivateKey& key) {
    const Value head(header);
    const std::string_view enc = head.text_at("enc");
    if (head.text_at("alg") != "ECDH-ES" || key_bytes_of(enc) == 0)
        return Failure{JoseError::algorithm_refused};
    const Value* epk = header.find("epk");
    if (epk == nullptr) return Failure{JoseError::bad_header};
    const auto ephemeral = p256_from_jwk(*epk);
    const auto apu = encoding::base64url_decode(head.text_at("apu"));
    const auto apv = encoding::base64url_decode(head.text_at("apv"));
    if (!ephemeral || !apu || !apv) return Failure{JoseError::bad_header};
    const auto shared = key.agree(*ephemeral);
    if (!shared) return Failure{JoseError::bad_encryption};
    return derive_key(*shared, enc, *apu, *apv);
}

}  // namespace

Bytes concat_kdf(BytesView shared_secret, std::string_view algorithm_id, BytesView apu,
                 BytesView apv, std::size_t key_bytes) {
    Bytes derived;
    for (std::size_t round = 1; derived.size() < key_bytes; ++round) {
        Bytes input;
        append_u32(input, round);
        input.insert(input.end(), shared_secret.begin(), shared_secret.end());
        append_sized(input, view_of(algorithm_id));
        append_sized(input, apu);
        append_sized(input, apv);
        append_u32(input, key_bytes * 8);
        const Hash32 block = hash::sha256(input);
        wipe(input);
        derived.insert(derived.end(), block.bytes.begin(), block.bytes.end());
    }
    derived.resize(key_bytes);
    return derived;
}

Result<std::string, JoseError> encrypt_jwe(std::string_view plaintext,
                                           const JweRecipient& recipient, RandomSource& random) {
    if (key_bytes_of(recipient.enc) == 0) return Failure{JoseError::algorithm_refused};
    if (plaintext.size() > 16 * 1024 * 1024) return Failure{JoseError::too_large};
    std::string content(plaintext);
    if (recipient.deflate) {
        auto compressed = raw_deflate(plaintext);
        if (!compressed) return Failure{JoseError::bad_compression};
        content = *std::move(compressed);
    }
    const P256PrivateKey ephemeral = P256PrivateKey::generate(random);
    Object header{
        {"alg", "ECDH-ES"}, {"enc", recipient.enc}, {"epk", jwk_of(ephemeral.public_key())}};
    if (!recipient.kid.empty()) header.set("kid", recipient.kid);
    if (!recipient.apu.empty()) header.set("apu", encoding::base64url_encode(recipient.apu));
    if (!recipient.apv.empty()) header.set("apv", encoding::base64url_encode(recipient.apv));
    if (recipient.deflate) header.set("zip", "DEF");

    const auto shared = ephemeral.agree(recipient.key);
    if (!shared) return Failure{JoseError::bad_encryption};
    Bytes key = derive_key(*shared, recipient.enc, recipient.apu, recipient.apv);
    const std::string encoded_header =
        encoding::base64url_encode(view_of(encoding::compact_json(header)));
    const Bytes iv = random_bytes(random, iv_bytes);
    const auto sealed = gcm_encrypt(key, iv, view_of(encoded_header), view_of(content));
    wipe(key);
    if (!sealed) return Failure{JoseError::bad_encryption};
    return encoded_header + ".." + encoding::base64url_encode(iv) + '.' +
           encoding::base64url_encode(sealed->ciphertext) + '.' +
           encoding::base64url_encode(sealed->tag);
}

Result<Object, JoseError> jwe_header(std::string_view compact, std::size_t bytes_max) {
    if (compact.size() > bytes_max) return Failure{JoseError::too_large};
    const auto parts = split5(compact);
    if (!parts) return Failure{JoseError::not_compact};
    return parse_header((*parts)[0]);
}

Result<DecryptedJwe, JoseError> decrypt_jwe(std::string_view compact, const P256PrivateKey& key,
                                            const JweRules& rules) {
    auto header = jwe_header(compact, rules.bytes_max);
    if (!header) return Failure{header.error()};
    const auto parts = *split5(compact);
    const auto iv = encoding::base64url_decode(parts[2]);
    auto ciphertext = encoding::base64url_decode(parts[3]);
    auto tag = encoding::base64url_decode(parts[4]);
    // Direct key agreement has no encrypted key (RFC 7516 §5.2 step 10).
    if (!parts[1].empty() || !iv || !ciphertext || !tag) return Failure{JoseError::not_compact};
    if (iv->size() != iv_bytes || tag->size() != tag_bytes)
        return Failure{JoseError::bad_encryption};
    const Value* zip = header->find("zip");
    if (zip != nullptr && (!rules.allow_deflate || !zip->is_text() || *zip->text() != "DEF")) {
        return Failure{JoseError::bad_compression};
    }

    auto content = content_key(*header, key);
    if (!content) return Failure{content.error()};
    auto plain =
        gcm_decrypt(*content, *iv, view_of(parts[0]), {*std::move(ciphertext), *std::move(tag)});
    wipe(*content);
    if (!plain) return Failure{JoseError::bad_encryption};
    DecryptedJwe result{std::move(header).value(), string_of(*plain)};
    if (zip != nullptr) {
        auto inflated = raw_inflate(*plain, rules.inflated_max);
        if (!inflated) return Failure{JoseError::bad_compression};
        result.plaintext = *std::move(inflated);
    }
    return result;
}

Hash32 hmac_sha256(BytesView key, BytesView message) {
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, key.data(), key.size());
    crypto_auth_hmacsha256_update(&state, message.data(), message.size());
    Hash32 mac;
    crypto_auth_hmacsha256_final(&state, mac.bytes.data());
    return mac;
}

}  // namespace stadtbuch::keys
