// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "cli/did_store.hpp"

#include <filesystem>

#include "cli/folders.hpp"
#include "cli/network_files.hpp"
#include "cli/token_key.hpp"
#include "ssi/did/did.hpp"
#include "ssi/keys/keystore_file.hpp"
#include "storage/encoding/text.hpp"

namespace stadtbuch::cli {

namespace {

constexpr std::string_view entry_kind = "ed25519";
constexpr std::string_view token_kind = "pkcs11";
constexpr std::size_t seed_bytes = 32;

}  // namespace

DidStore::DidStore(std::string path, std::string passphrase)
    : path_(std::move(path)), passphrase_(std::move(passphrase)) {}

Result<DidStore, Error> DidStore::open(const std::string& path, const std::string& passphrase) {
    DidStore store(path, passphrase);
    if (!std::filesystem::exists(path)) return store;
    const auto text = keys::read_private_file(path);
    if (!text) return Failure{text.error()};
    auto opened = keys::open_keystore(*text, view_of(passphrase));
    if (!opened && opened.error() == keys::KeyError::wrong_passphrase) {
        return Failure{
            Error{"SB-5032", "the passphrase does not open the file", path, "Try again."}};
    }
    if (!opened) {
        return Failure{Error{"SB-5033",
                             "this is no keystore: " + std::string(to_text(opened.error())), path,
                             "Restore it from a copy, or choose another with --keystore."}};
    }
    store.keys_ = *std::move(opened);
    return store;
}

std::optional<DidKey> DidStore::key_of(const keys::KeystoreEntry& entry) const {
    if (entry.kind == entry_kind) {
        const auto pair = keys::Ed25519KeyPair::from_seed(entry.secret.view());
        if (!pair) return std::nullopt;
        return DidKey{entry.name, encoding::base58_encode(pair->public_key().view())};
    }
    if (entry.kind != token_kind) return std::nullopt;
    const std::string text(text_of(entry.secret.view()));
    const std::size_t blank = text.find(' ');
    if (blank == std::string::npos) return std::nullopt;
    return DidKey{entry.name, text.substr(0, blank), text.substr(blank + 1)};
}

std::vector<DidKey> DidStore::list() const {
    std::vector<DidKey> out;
    for (const auto& entry : keys_.entries) {
        if (auto key = key_of(entry)) out.push_back(*std::move(key));
    }
    return out;
}

std::optional<keys::Ed25519KeyPair> DidStore::find(const std::string& did) const {
    const keys::KeystoreEntry* entry = keys_.find(did::unqualified(did));
    if (entry == nullptr || entry->kind != entry_kind) return std::nullopt;
    auto pair = keys::Ed25519KeyPair::from_seed(entry->secret.view());
    if (!pair) return std::nullopt;
    return *std::move(pair);
}

Result<std::unique_ptr<keys::Signer>, Error> DidStore::signer(const Globals& globals,
                                                              const std::string& did) const {
    const keys::KeystoreEntry* entry = keys_.find(did::unqualified(did));
    const auto known = entry != nullptr ? key_of(*entry) : std::nullopt;
    if (!known) return Failure{Error{"SB-5043", "the keystore has no key of " + did, path_, ""}};
    if (known->token.empty()) {
        return std::unique_ptr<keys::Signer>(std::make_unique<keys::Ed25519KeyPair>(*find(did)));
    }
    auto key = open_token_key(globals, known->token);
    if (!key) return Failure{key.error()};
    if (encoding::base58_encode((*key)->public_key().view()) != known->verkey) {
        return Failure{Error{"SB-4013", "the token has another key than was noted for " + did,
                             known->token, "Insert the right token."}};
    }
    return std::unique_ptr<keys::Signer>(*std::move(key));
}

bool DidStore::put_token(const std::string& uri, const keys::Ed25519PublicKey& key,
                         std::string did) {
    if (did.empty()) did = did::short_did(key);
    const std::string verkey = encoding::base58_encode(key.view());
    const keys::KeystoreEntry* held = keys_.find(did);
    const auto known = held != nullptr ? key_of(*held) : std::nullopt;
    if (known && known->verkey != verkey) return false;
    keys_.put(std::move(did), std::string(token_kind), view_of(verkey + " " + uri));
    return true;
}

bool DidStore::put(const keys::Ed25519KeyPair& key, std::string did) {
    if (did.empty()) did = did::short_did(key.public_key());
    const keys::KeystoreEntry* held = keys_.find(did);
    const auto known = held != nullptr ? key_of(*held) : std::nullopt;
    const std::string verkey = encoding::base58_encode(key.public_key().view());
    if (known && known->verkey != verkey) return false;
    keys_.put(std::move(did), std::string(entry_kind), key.seed());
    return true;
}

void DidStore::replace(const keys::Ed25519KeyPair& key, const std::string& did) {
    keys_.put(did, std::string(entry_kind), key.seed());
}

Result<void, Error> DidStore::save(keys::RandomSource& random,
                                   const keys::KeystoreCost& cost) const {
    const auto sealed = keys::seal_keystore(keys_, view_of(passphrase_), cost, random);
    if (!sealed) return Failure{Error{"SB-5003", "the keystore cannot be encrypted", path_, ""}};
    auto made = make_folders(std::filesystem::path(path_).parent_path().string());
    if (!made) return made;
    return keys::write_private_file(path_, *sealed);
}

std::optional<Bytes> seed_from_text(std::string_view text) {
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
    if (text.size() == seed_bytes) return bytes_of(text);
    auto decoded =
        text.size() == 2 * seed_bytes ? encoding::hex_decode(text) : encoding::base64_decode(text);
    if (!decoded || decoded->size() != seed_bytes) return std::nullopt;
    return decoded;
}

Result<keys::Ed25519KeyPair, Error> key_from_seed_file(const std::string& path) {
    auto text = path == "-" ? read_secret({}, path, "seed", "") : keys::read_private_file(path);
    if (!text) return Failure{text.error()};
    auto seed = seed_from_text(*text);
    keys::wipe(*text);
    if (!seed) {
        return Failure{Error{"SB-5021", "a seed has exactly 32 octets", path,
                             "Give 32 characters, 64 hex digits, or base64."}};
    }
    auto pair = keys::Ed25519KeyPair::from_seed(*seed);
    keys::wipe(*seed);
    STADTBUCH_ASSERT(pair.has_value());
    return *std::move(pair);
}

}  // namespace stadtbuch::cli
