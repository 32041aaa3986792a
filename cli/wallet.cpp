// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "cli/wallet.hpp"

#include <algorithm>
#include <filesystem>

#include "cli/network_files.hpp"
#include "ssi/keys/keystore_file.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"
#include "storage/hash/hash.hpp"

namespace stadtbuch::cli {

using encoding::Object;
using encoding::Value;

namespace {

/// A keystore's secret has at most 4096 octets.
constexpr std::size_t piece_bytes = 4000;
constexpr std::size_t id_digits = 8;

std::string instance_name(const std::string& id, std::size_t index) {
    return id + "/" + std::to_string(index);
}

std::string piece_name(const std::string& id, std::size_t index, std::size_t piece) {
    return instance_name(id, index) + "/" + std::to_string(piece);
}

Object meta_of(const WalletCredential& credential) {
    encoding::Array used;
    for (const auto& instance : credential.instances) used.emplace_back(instance.used);
    return Object{{"issuer", credential.issuer},
                  {"configuration", credential.configuration},
                  {"name", credential.name},
                  {"vct", credential.vct},
                  {"received_at", credential.received_at},
                  {"used", std::move(used)}};
}

std::string read_pieces(const keys::Keystore& store, const std::string& id, std::size_t index) {
    std::string out;
    for (std::size_t piece = 0;; ++piece) {
        const keys::KeystoreEntry* entry = store.find(piece_name(id, index, piece));
        if (entry == nullptr) return out;
        out += text_of(entry->secret.view());
    }
}

std::optional<WalletCredential> read_one(const keys::Keystore& store,
                                         const keys::KeystoreEntry& entry) {
    const auto meta = encoding::parse_json(text_of(entry.secret.view()));
    const Value* used = meta ? meta->find("used") : nullptr;
    if (used == nullptr || !used->is_array() || used->array()->empty()) return std::nullopt;
    WalletCredential out;
    out.id = entry.name;
    out.issuer = meta->text_at("issuer");
    out.configuration = meta->text_at("configuration");
    out.name = meta->text_at("name");
    out.vct = meta->text_at("vct");
    if (const Value* at = meta->find("received_at")) out.received_at = at->integer().value_or(0);
    for (std::size_t i = 0; i < used->array()->size(); ++i) {
        const keys::KeystoreEntry* secret = store.find(instance_name(out.id, i));
        if (secret == nullptr) return std::nullopt;
        auto key = keys::P256PrivateKey::from_scalar(secret->secret.view());
        std::string compact = read_pieces(store, out.id, i);
        if (!key || compact.empty()) return std::nullopt;
        out.instances.push_back(
            {std::move(compact), *std::move(key), (*used->array())[i].boolean().value_or(false)});
    }
    return out;
}

}  // namespace

std::size_t WalletCredential::next_instance() const {
    STADTBUCH_ASSERT(!instances.empty());
    const auto found = std::find_if(instances.begin(), instances.end(),
                                    [](const WalletInstance& instance) { return !instance.used; });
    return found == instances.end() ? 0 : static_cast<std::size_t>(found - instances.begin());
}

Wallet::Wallet(std::string path, std::string passphrase)
    : path_(std::move(path)), passphrase_(std::move(passphrase)) {}

Wallet::~Wallet() {
    keys::wipe(passphrase_);
}

Result<Wallet, Error> Wallet::open(const std::string& path, std::string passphrase) {
    Wallet wallet(path, std::move(passphrase));
    if (!std::filesystem::exists(path)) return wallet;
    const auto text = keys::read_private_file(path);
    if (!text) return Failure{text.error()};
    const auto store = keys::open_keystore(*text, view_of(wallet.passphrase_));
    if (!store && store.error() == keys::KeyError::wrong_passphrase) {
        return Failure{
            Error{"SB-5032", "the passphrase does not open the file", path, "Try again."}};
    }
    if (!store || !wallet.take(*store)) {
        return Failure{Error{"SB-5033", "this is no wallet file", path,
                             "Restore it from a copy, or choose another with --wallet."}};
    }
    return wallet;
}

bool Wallet::take(const keys::Keystore& store) {
    for (const keys::KeystoreEntry& entry : store.entries) {
        if (entry.kind != "meta") continue;
        auto credential = read_one(store, entry);
        if (!credential) return false;
        credentials_.push_back(*std::move(credential));
    }
    return true;
}

const WalletCredential* Wallet::find(std::string_view id) const {
    const WalletCredential* found = nullptr;
    for (const WalletCredential& credential : credentials_) {
        if (id.empty() || !std::string_view(credential.id).starts_with(id)) continue;
        if (found != nullptr) return nullptr;
        found = &credential;
    }
    return found;
}

const WalletCredential& Wallet::add(WalletCredential credential) {
    STADTBUCH_ASSERT(!credential.instances.empty());
    credential.id = encoding::hex_encode(hash::sha256(credential.instances.front().compact))
                        .substr(0, id_digits);
    credentials_.push_back(std::move(credential));
    return credentials_.back();
}

bool Wallet::remove(std::string_view id) {
    const WalletCredential* found = find(id);
    if (found == nullptr) return false;
    credentials_.erase(credentials_.begin() + (found - credentials_.data()));
    return true;
}

Result<void, Error> Wallet::save(keys::RandomSource& random, const keys::KeystoreCost& cost) const {
    keys::Keystore store;
    for (const WalletCredential& credential : credentials_) {
        store.put(credential.id, "meta", view_of(encoding::compact_json(meta_of(credential))));
        for (std::size_t i = 0; i < credential.instances.size(); ++i) {
            const WalletInstance& instance = credential.instances[i];
            store.put(instance_name(credential.id, i), "p256", instance.key.scalar());
            for (std::size_t at = 0, piece = 0; at < instance.compact.size();
                 at += piece_bytes, ++piece) {
                store.put(piece_name(credential.id, i, piece), "sd-jwt",
                          view_of(std::string_view(instance.compact).substr(at, piece_bytes)));
            }
        }
    }
    const auto sealed = keys::seal_keystore(store, view_of(passphrase_), cost, random);
    if (!sealed)
        return Failure{
            Error{"SB-5003", "the wallet cannot be encrypted", path_, "Remove credentials."}};
    auto made = make_folders(std::filesystem::path(path_).parent_path().string());
    if (!made) return made;
    return keys::write_private_file(path_, *sealed);
}

}  // namespace stadtbuch::cli
