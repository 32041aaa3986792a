// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/keys/keystore.hpp"

#include <sodium.h>

#include <algorithm>

#include "ssi/keys/sodium.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"

namespace stadtbuch::keys {

using encoding::Object;
using encoding::Value;

namespace {

constexpr unsigned long long opslimit_max = 16;
constexpr std::size_t memlimit_max = std::size_t{1024} * 1024 * 1024;
constexpr std::size_t envelope_bytes_max = 1024 * 1024;
constexpr std::size_t text_max = 256;
constexpr std::size_t secret_max = 4096;

// Plaintext: entries one after another, each u16 name length, name, u16 kind length, kind, u16
// secret length, secret; lengths big endian. Binary, so that no secret passes through a JSON text
// in pageable memory.
struct Writer {
    std::span<Byte> out;
    std::size_t at = 0;

    void put(BytesView bytes) {
        out[at++] = static_cast<Byte>(bytes.size() >> 8);
        out[at++] = static_cast<Byte>(bytes.size());
        std::copy(bytes.begin(), bytes.end(), out.begin() + static_cast<std::ptrdiff_t>(at));
        at += bytes.size();
    }
};

struct Reader {
    BytesView in;

    bool get(BytesView& bytes, std::size_t size_max) {
        if (in.size() < 2) return false;
        const std::size_t size = static_cast<std::size_t>(in[0]) << 8 | in[1];
        if (size > size_max || in.size() - 2 < size) return false;
        bytes = in.subspan(2, size);
        in = in.subspan(2 + size);
        return true;
    }
};

SecretBytes pack(const Keystore& store) {
    std::size_t size = 0;
    for (const auto& entry : store.entries)
        size += 6 + entry.name.size() + entry.kind.size() + entry.secret.size();
    SecretBytes plain(size);
    Writer writer{plain.writable()};
    for (const auto& entry : store.entries) {
        writer.put(view_of(entry.name));
        writer.put(view_of(entry.kind));
        writer.put(entry.secret.view());
    }
    return plain;
}

std::optional<Keystore> unpack(BytesView plain) {
    Keystore store;
    Reader reader{plain};
    while (!reader.in.empty()) {
        BytesView name;
        BytesView kind;
        BytesView secret;
        if (!reader.get(name, text_max) || !reader.get(kind, text_max) ||
            !reader.get(secret, secret_max)) {
            return std::nullopt;
        }
        store.put(string_of(name), string_of(kind), secret);
    }
    return store;
}

std::optional<SecretBytes> derive(BytesView passphrase, BytesView salt, const KeystoreCost& cost) {
    SecretBytes key(crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
    if (crypto_pwhash(key.writable().data(), key.size(),
                      reinterpret_cast<const char*>(passphrase.data()), passphrase.size(),
                      salt.data(), cost.opslimit, cost.memlimit,
                      crypto_pwhash_ALG_ARGON2ID13) != 0) {
        return std::nullopt;
    }
    return key;
}

bool storable(const Keystore& store) {
    return std::all_of(store.entries.begin(), store.entries.end(), [](const KeystoreEntry& entry) {
        return entry.name.size() <= text_max && entry.kind.size() <= text_max &&
               entry.secret.size() <= secret_max;
    });
}

bool affordable(const KeystoreCost& cost) {
    return cost.opslimit >= 1 && cost.opslimit <= opslimit_max &&
           cost.memlimit >= crypto_pwhash_MEMLIMIT_MIN && cost.memlimit <= memlimit_max;
}

}  // namespace

const KeystoreEntry* Keystore::find(std::string_view name) const {
    for (const auto& entry : entries) {
        if (entry.name == name) return &entry;
    }
    return nullptr;
}

void Keystore::put(std::string name, std::string kind, BytesView secret) {
    for (auto& entry : entries) {
        if (entry.name != name) continue;
        entry.kind = std::move(kind);
        entry.secret = SecretBytes::copy_of(secret);
        return;
    }
    entries.push_back({std::move(name), std::move(kind), SecretBytes::copy_of(secret)});
}

Result<std::string, KeyError> seal_keystore(const Keystore& store, BytesView passphrase,
                                            const KeystoreCost& cost, RandomSource& random) {
    start_sodium();
    if (!affordable(cost)) return Failure{KeyError::too_expensive};
    if (!storable(store)) return Failure{KeyError::wrong_length};
    const Bytes salt = random_bytes(random, crypto_pwhash_SALTBYTES);
    const Bytes nonce = random_bytes(random, crypto_aead_xchacha20poly1305_ietf_NPUBBYTES);
    const auto key = derive(passphrase, salt, cost);
    if (!key) return Failure{KeyError::library_failure};

    Object envelope{{"stadtbuch_keystore", 1},
                    {"kdf", "argon2id"},
                    {"opslimit", static_cast<std::uint64_t>(cost.opslimit)},
                    {"memlimit", static_cast<std::uint64_t>(cost.memlimit)},
                    {"salt", encoding::base64url_encode(salt)},
                    {"cipher", "xchacha20poly1305"},
                    {"nonce", encoding::base64url_encode(nonce)}};
    const std::string associated = encoding::canonical_json(envelope);
    const SecretBytes plain = pack(store);
    Bytes box(plain.size() + crypto_aead_xchacha20poly1305_ietf_ABYTES);
    unsigned long long box_size = 0;
    crypto_aead_xchacha20poly1305_ietf_encrypt(
        box.data(), &box_size, plain.view().data(), plain.size(), view_of(associated).data(),
        associated.size(), nullptr, nonce.data(), key->view().data());
    envelope.set("box", encoding::base64url_encode(box));
    return encoding::pretty_json(envelope, 2, false) + '\n';
}

Result<Keystore, KeyError> open_keystore(std::string_view text, BytesView passphrase) {
    start_sodium();
    auto parsed = encoding::parse_json(text, {envelope_bytes_max, 4, true});
    if (!parsed || !parsed->is_object()) return Failure{KeyError::malformed};
    Object& envelope = *parsed->object();
    const Value* version = envelope.find("stadtbuch_keystore");
    if (version == nullptr || version->integer() != 1 || parsed->text_at("kdf") != "argon2id" ||
        parsed->text_at("cipher") != "xchacha20poly1305") {
        return Failure{KeyError::unsupported_type};
    }
    const Value* opslimit = envelope.find("opslimit");
    const Value* memlimit = envelope.find("memlimit");
    const auto salt = encoding::base64url_decode(parsed->text_at("salt"));
    const auto nonce = encoding::base64url_decode(parsed->text_at("nonce"));
    const auto box = encoding::base64url_decode(parsed->text_at("box"));
    if (opslimit == nullptr || memlimit == nullptr || !opslimit->unsigned_integer() ||
        !memlimit->unsigned_integer() || !salt || salt->size() != crypto_pwhash_SALTBYTES ||
        !nonce || nonce->size() != crypto_aead_xchacha20poly1305_ietf_NPUBBYTES || !box ||
        box->size() < crypto_aead_xchacha20poly1305_ietf_ABYTES) {
        return Failure{KeyError::malformed};
    }
    const KeystoreCost cost{*opslimit->unsigned_integer(),
                            static_cast<std::size_t>(*memlimit->unsigned_integer())};
    if (!affordable(cost)) return Failure{KeyError::too_expensive};

    const auto key = derive(passphrase, *salt, cost);
    if (!key) return Failure{KeyError::library_failure};
    envelope.erase("box");
    const std::string associated = encoding::canonical_json(*parsed);
    SecretBytes plain(box->size() - crypto_aead_xchacha20poly1305_ietf_ABYTES);
    unsigned long long plain_size = 0;
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(plain.writable().data(), &plain_size, nullptr,
                                                   box->data(), box->size(),
                                                   view_of(associated).data(), associated.size(),
                                                   nonce->data(), key->view().data()) != 0) {
        return Failure{KeyError::wrong_passphrase};
    }
    auto store = unpack(plain.view());
    if (!store) return Failure{KeyError::malformed};
    return *std::move(store);
}

}  // namespace stadtbuch::keys
