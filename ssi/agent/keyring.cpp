// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/agent/keyring.hpp"

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "ssi/agent/unavailable.hpp"
#include "ssi/keys/keystore.hpp"
#include "ssi/keys/keystore_file.hpp"
#include "ssi/keys/pkcs11_p256.hpp"

namespace stadtbuch::agent {

namespace {

constexpr std::size_t file_bytes_max = 1 << 20;

/// A secret of one line: the named file, or else a systemd credential.
struct SecretFile {
    const std::string& path;
    const char* credential;
    Error missing;
};

Result<std::string, Error> read_secret(const SecretFile& file) {
    const auto first_line = [](Result<std::string, Error> text) -> Result<std::string, Error> {
        if (!text) return text;
        std::string line = text->substr(0, text->find_first_of("\r\n"));
        keys::wipe(*text);
        return line;
    };
    if (!file.path.empty()) return first_line(keys::read_private_file(file.path));
    const char* folder = std::getenv("CREDENTIALS_DIRECTORY");
    if (folder == nullptr) return Failure{file.missing};
    // systemd's own permissions (0440 root:service) are stricter than ours
    return first_line(read_text_file(std::string(folder) + "/" + file.credential));
}

Result<std::string, Error> read_passphrase(const Settings& settings) {
    return read_secret(
        {settings.passphrase_file,
         "agent-passphrase",
         {"SB-4201", "there is no passphrase for the keystore", settings.file,
          "Give keys.passphrase_file, or LoadCredential=agent-passphrase in the unit."}});
}

Result<std::string, Error> read_pin(const Settings& settings) {
    return read_secret({settings.token.pin_file,
                        "agent-token-pin",
                        {"SB-4207", "there is no PIN for the token", settings.file,
                         "Give token.pin_file, or LoadCredential=agent-token-pin in the unit."}});
}

Result<keys::Keystore, Error> open_store(const Settings& settings) {
    const auto envelope = keys::read_private_file(settings.keystore_file);
    if (!envelope) return Failure{envelope.error()};
    auto passphrase = read_passphrase(settings);
    if (!passphrase) return Failure{passphrase.error()};
    auto opened = keys::open_keystore(*envelope, view_of(*passphrase));
    keys::wipe(*passphrase);
    if (!opened) {
        return Failure{
            Error{"SB-4202",
                  "the keystore cannot be opened: " + std::string(keys::to_text(opened.error())),
                  settings.keystore_file, "Check the passphrase file, or restore the keystore."}};
    }
    return std::move(opened).value();
}

Error missing_key(const Settings& settings, std::string_view name) {
    return {"SB-4203", "the keystore has no usable key '" + std::string(name) + "'",
            settings.keystore_file,
            "Add the key, or make a new configuration with 'stadtbuch-agent init-dev' for "
            "development."};
}

Result<std::unique_ptr<keys::P256PrivateKey>, Error> p256_key(const keys::Keystore& store,
                                                              const Settings& settings,
                                                              std::string_view name) {
    const keys::KeystoreEntry* entry = store.find(name);
    if (entry == nullptr) return Failure{missing_key(settings, name)};
    auto key = keys::P256PrivateKey::from_scalar(entry->secret.view());
    if (!key) return Failure{missing_key(settings, name)};
    return std::make_unique<keys::P256PrivateKey>(std::move(key).value());
}

const std::string& token_label(const TokenSettings& token, std::string_view name) {
    if (name == key_name::issuer) return token.issuer;
    return name == key_name::status ? token.status : token.requests;
}

keys::Pkcs11Uri uri_of(const TokenSettings& token, std::string_view name) {
    keys::Pkcs11Uri out;
    out.token = token.label;
    out.serial = token.serial;
    out.object = token_label(token, name);
    out.module_path = token.module;
    return out;
}

/// Says by exception that the token does not sign: what asks for a signature in the middle of a
/// request cannot go on.
class TokenKey final : public keys::P256Signer {
  public:
    explicit TokenKey(std::unique_ptr<keys::Pkcs11P256Key> key) : key_(std::move(key)) {}

    [[nodiscard]] std::string_view algorithm() const override { return key_->algorithm(); }

    [[nodiscard]] const keys::P256PublicKey& public_key() const override {
        return key_->public_key();
    }

    [[nodiscard]] Bytes sign_message(BytesView message) const override {
        Bytes signature = key_->sign_message(message);
        if (signature.empty()) throw KeyUnavailable(key_->last_error());
        return signature;
    }

  private:
    std::unique_ptr<keys::Pkcs11P256Key> key_;
};

using OpenKey = Result<std::unique_ptr<keys::Pkcs11P256Key>, Error> (*)(const keys::Pkcs11Uri&,
                                                                        std::string_view);

Result<std::unique_ptr<keys::P256Signer>, Error> token_key(const Settings& settings,
                                                           std::string_view name, OpenKey open) {
    auto pin = read_pin(settings);
    if (!pin) return Failure{pin.error()};
    auto key = open(uri_of(settings.token, name), *pin);
    keys::wipe(*pin);
    if (!key) return Failure{key.error()};
    return std::unique_ptr<keys::P256Signer>(std::make_unique<TokenKey>(*std::move(key)));
}

Result<std::unique_ptr<keys::P256Signer>, Error> signing_key(const keys::Keystore& store,
                                                             const Settings& settings,
                                                             std::string_view name) {
    if (!token_label(settings.token, name).empty())
        return token_key(settings, name, keys::Pkcs11P256Key::open);
    auto key = p256_key(store, settings, name);
    if (!key) return Failure{key.error()};
    return std::unique_ptr<keys::P256Signer>(*std::move(key));
}

Result<std::vector<keys::Certificate>, Error> read_chain(const std::string& path) {
    const auto text = read_text_file(path);
    if (!text) return Failure{text.error()};
    auto chain = certificates_of_pem(*text);
    if (chain.empty()) {
        return Failure{Error{"SB-4204", "the file holds no readable certificates", path,
                             "Give PEM, leaf first."}};
    }
    return chain;
}

struct ChainUse {
    const std::string& path;
    const keys::P256Signer& key;
    const std::vector<keys::Certificate>& anchors;
    keys::UnixSeconds now;
};

Result<std::vector<keys::Certificate>, Error> checked_chain(const ChainUse& use) {
    auto chain = read_chain(use.path);
    if (!chain) return chain;
    const auto leaf_key = chain->front().public_key();
    if (!leaf_key || !(*leaf_key == use.key.public_key())) {
        return Failure{Error{"SB-4204", "the certificate does not belong to the key", use.path,
                             "Give the certificate that was made for this key."}};
    }
    const auto held = keys::verify_chain(*chain, use.anchors, {use.now, "", 5});
    if (!held) {
        return Failure{Error{
            "SB-4205", "the chain is not usable: " + std::string(keys::to_text(held.error())),
            use.path, "Renew the certificate, or add its authority to certificates.anchors."}};
    }
    return chain;
}

}  // namespace

Result<std::string, Error> read_text_file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in)
        return Failure{Error{"SB-4002", "the file cannot be read", path,
                             "Check that it exists and is readable."}};
    std::string text(file_bytes_max + 1, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(in.gcount()));
    if (text.size() > file_bytes_max) {
        return Failure{
            Error{"SB-4002", "the file is longer than 1 MiB", path, "Give the right file."}};
    }
    return text;
}

std::vector<keys::Certificate> certificates_of_pem(std::string_view pem) {
    constexpr std::string_view begin_mark = "-----BEGIN CERTIFICATE-----";
    constexpr std::string_view end_mark = "-----END CERTIFICATE-----";
    std::vector<keys::Certificate> out;
    for (std::size_t at = pem.find(begin_mark); at != std::string_view::npos;
         at = pem.find(begin_mark, at)) {
        const std::size_t end = pem.find(end_mark, at);
        if (end == std::string_view::npos) return {};
        auto certificate = keys::Certificate::from_pem(
            std::string(pem.substr(at, end + end_mark.size() - at)) + "\n");
        if (!certificate) return {};
        out.push_back(std::move(certificate).value());
        at = end;
    }
    return out;
}

credential::SigningIdentity Keyring::issuer_identity(const std::string& key_id) const {
    return {issuer.get(), issuer_chain, key_id};
}

credential::SigningIdentity Keyring::status_identity(const std::string& key_id) const {
    return {status.get(), status_chain, key_id};
}

credential::SigningIdentity Keyring::request_identity() const {
    return {requests.get(), request_chain, ""};
}

Result<std::unique_ptr<keys::P256Signer>, Error> open_signing_key(const Settings& settings,
                                                                  std::string_view name) {
    auto store = open_store(settings);
    if (!store) return Failure{store.error()};
    return signing_key(*store, settings, name);
}

Result<std::unique_ptr<keys::P256Signer>, Error> make_token_key(const Settings& settings,
                                                                std::string_view name) {
    if (token_label(settings.token, name).empty()) {
        return Failure{
            Error{"SB-4206", "the settings name no key in a token for '" + std::string(name) + "'",
                  settings.file,
                  "Give token.module and token." + std::string(name) + ", the label of the key."}};
    }
    return token_key(settings, name, keys::Pkcs11P256Key::generate);
}

Result<std::unique_ptr<Keyring>, Error> load_keyring(const Settings& settings,
                                                     keys::UnixSeconds now) {
    auto store = open_store(settings);
    if (!store) return Failure{store.error()};
    auto out = std::make_unique<Keyring>();
    const std::pair<std::string_view, std::unique_ptr<keys::P256Signer>*> signing[] = {
        {key_name::issuer, &out->issuer},
        {key_name::status, &out->status},
        {key_name::requests, &out->requests}};
    for (const auto& [name, place] : signing) {
        auto key = signing_key(*store, settings, name);
        if (!key) return Failure{key.error()};
        *place = std::move(key).value();
    }
    auto encryption = p256_key(*store, settings, key_name::encryption);
    if (!encryption) return Failure{encryption.error()};
    out->encryption = std::move(encryption).value();
    const std::pair<std::string_view, Bytes*> secrets[] = {{key_name::nonce, &out->nonce_secret},
                                                           {key_name::forms, &out->forms_secret}};
    for (const auto& [name, place] : secrets) {
        const keys::KeystoreEntry* entry = store->find(name);
        if (entry == nullptr || entry->secret.size() < 32)
            return Failure{missing_key(settings, name)};
        *place = bytes_of(entry->secret.view());
    }
    if (const keys::KeystoreEntry* entry = store->find(key_name::endorser)) {
        auto pair = keys::Ed25519KeyPair::from_seed(entry->secret.view());
        if (!pair) return Failure{missing_key(settings, key_name::endorser)};
        out->endorser = std::make_unique<keys::Ed25519KeyPair>(std::move(pair).value());
    }
    auto anchors = read_chain(settings.anchors);
    if (!anchors) return Failure{anchors.error()};
    out->anchors = std::move(anchors).value();
    const std::tuple<const std::string*, keys::P256Signer*, std::vector<keys::Certificate>*>
        chains[] = {{&settings.issuer_chain, out->issuer.get(), &out->issuer_chain},
                    {&settings.status_chain, out->status.get(), &out->status_chain},
                    {&settings.request_chain, out->requests.get(), &out->request_chain}};
    for (const auto& [path, key, place] : chains) {
        auto chain = checked_chain({*path, *key, out->anchors, now});
        if (!chain) return Failure{chain.error()};
        *place = std::move(chain).value();
    }
    return out;
}

}  // namespace stadtbuch::agent
