// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/agent/init_dev.hpp"

#include <filesystem>
#include <fstream>

#include "ssi/agent/keyring.hpp"
#include "ssi/did/did.hpp"
#include "ssi/keys/digest_text.hpp"
#include "ssi/keys/keystore.hpp"
#include "ssi/keys/keystore_file.hpp"
#include "ssi/keys/os_random.hpp"
#include "ssi/keys/password.hpp"
#include "storage/encoding/text.hpp"

namespace stadtbuch::agent {

namespace {

constexpr std::int64_t day_s = 86400;

Error cannot_write(const std::string& path) {
    return {"SB-4210", "the file cannot be written", path,
            "Check the folder's permissions and the free space."};
}

/// Writes files until the first failure, which it keeps.
class Writer {
  public:
    explicit Writer(std::string folder) : folder_(std::move(folder)) {}

    void open_file(const std::string& name, std::string_view text) {
        if (failed_) return;
        std::ofstream out(folder_ + "/" + name, std::ios::binary | std::ios::trunc);
        out.write(text.data(), static_cast<std::streamsize>(text.size()));
        out.close();
        if (!out) failed_ = cannot_write(folder_ + "/" + name);
    }

    void secret_file(const std::string& name, std::string_view text) {
        if (failed_) return;
        const auto done = keys::write_private_file(folder_ + "/" + name, text);
        if (!done) failed_ = done.error();
    }

    [[nodiscard]] const std::optional<Error>& failed() const { return failed_; }

  private:
    std::string folder_;
    std::optional<Error> failed_;
};

struct Authority {
    keys::P256PrivateKey key;
    keys::Certificate certificate;
};

std::string issuer_url(const DevOptions& options) {
    return "https://" + options.host + ":" + std::to_string(options.port) + options.path;
}

std::string leaf_pem(const Authority& authority, const DevOptions& options,
                     const keys::P256PublicKey& key, const std::string& name,
                     const std::vector<std::string>& uris, bool server) {
    keys::LeafProfile profile;
    profile.subject = {name, "Stadt Emscherbrück (Entwicklung)", "DE"};
    profile.not_before = options.now - day_s;
    profile.not_after = options.now + 365 * day_s;
    profile.dns_names = {options.host};
    profile.uris = uris;
    profile.crl_url = issuer_url(options) + "/ca.crl";
    if (server) {
        profile.ip_addresses = {"127.0.0.1", "::1"};
        profile.extended_key_usages = {std::string(keys::server_auth_eku)};
    }
    auto leaf =
        keys::make_leaf(key, profile, authority.certificate, authority.key, keys::os_random());
    return leaf ? leaf->to_pem() : std::string();
}

std::string accounts_toml(const std::string& password, const std::string& token) {
    const std::string digest = keys::digest_text(token);
    std::string out =
        "# Accounts of the development agent. Passwords: stadtbuch-agent hash-password\n";
    const std::pair<const char*, const char*> people[] = {{"amt", "\"clerk\", \"inspector\""},
                                                          {"kontrolle", "\"inspector\""}};
    for (const auto& [id, roles] : people) {
        out += "[[account]]\nid = \"" + std::string(id) + "\"\nname = \"" +
               (id == std::string_view("amt") ? "Alex Amt" : "Kim Kontrolle") +
               "\"\npassword = \"" + keys::hash_password(password) + "\"\nroles = [" + roles +
               "]\n\n";
    }
    return out + "[[token]]\nname = \"cli\"\nsha256 = \"" + digest + "\"\n";
}

std::string settings_toml(const DevOptions& options, const std::string& did) {
    std::string out = "# Development agent, written by init-dev. Synthetic people only.\n[agent]\n";
    out += "public_url = \"" + issuer_url(options) + "\"\n";
    out += "listen = \"127.0.0.1\"\nport = " + std::to_string(options.port) + "\n";
    out += "store = \"store\"\nregister = \"" + options.register_folder +
           "\"\nclerks = \"clerks.toml\"\n";
    if (!options.types_folder.empty()) out += "types = \"" + options.types_folder + "\"\n";
    out +=
        "name_de = \"Stadt Emscherbrück\"\nname_en = \"Town of Emscherbrück\"\ndevelopment = "
        "true\nlog = \"text\"\n\n";
    out += "[tls]\ncertificate = \"tls.pem\"\nprivate_key = \"tls.key\"\n\n";
    out += "[keys]\nkeystore = \"agent.keys\"\npassphrase_file = \"passphrase\"\n\n";
    out +=
        "[certificates]\nissuer = \"issuer.pem\"\nstatus = \"status.pem\"\nrequests = "
        "\"requests.pem\"\n";
    out += "anchors = \"ca.pem\"\ncrl = \"ca.crl\"\n\n[telemetry]\nport = " +
           std::to_string(options.telemetry_port) + "\n\n";
    // One new list a second instead of one a minute: tests must not wait.
    out +=
        "[wallets]\naccept_unknown_providers = true\ndeferred_interval_s = 1\n"
        "redirect_uris = [\"*\"]\n\n";
    out += "[[trust]]\nname = \"Testausweise\"\nanchors = \"pid-ca.pem\"\n";
    out +=
        "types = [\"urn:eudi:pid:de:1\", \"urn:eudi:pid:1\", "
        "\"urn:stadtbuch:representation:1\"]\n\n";
    const std::string companies = options.register_folder + "/companies.csv";
    std::error_code code;
    if (std::filesystem::exists(companies, code)) {
        out += "[representation]\ntypes = [\"urn:stadtbuch:representation:1\"]\ncompanies = \"" +
               companies + "\"\nvehicles = \"" + options.register_folder +
               "/company_vehicles.csv\"\n\n";
    }
    const std::string secret_hash = keys::digest_text("development");
    out += "[[shop]]\nid = \"buchladen\"\nname = \"Buchladen (Entwicklung)\"\n";
    out += "purpose = \"Ortstarif\"\nsecret_sha256 = \"" + secret_hash +
           "\"\n";  // the secret is the word "development"
    out += "redirect_uris = [\"http://localhost:4999/back\"]\n";
    out += "claims = [\"address.locality\"]\n\n";
    out += "[[shop]]\nid = \"buecherei\"\nname = \"Bücherei (Entwicklung)\"\n";
    out += "purpose = \"Ausweis der Bücherei\"\nsecret_sha256 = \"" + secret_hash + "\"\n";
    out += "redirect_uris = [\"http://localhost:4999/buecherei\"]\nsector = \"buecherei\"\n\n";
    out += "[status]\nresign_s = 1\n\n[limits]\nprotocol_per_minute = 1000000\n\n";
    if (!options.genesis.empty() || !options.name_space.empty()) {
        out += "[ledger]\n";
        if (!options.genesis.empty()) out += "genesis = \"" + options.genesis + "\"\n";
        if (!options.name_space.empty()) {
            out += "namespace = \"" + options.name_space + "\"\ndid = \"" + did + "\"\n";
        }
        if (!options.observer.empty()) out += "observer = \"" + options.observer + "\"\n";
        out += "\n";
    }
    out +=
        "[contact]\noperator = \"Stadt Emscherbrück (Entwicklung)\"\nstreet = \"Rathausplatz 1\"\n";
    return out +
           "place = \"45900 Emscherbrück\"\nemail = \"buergeramt@emscherbrueck.example\"\nphone = "
           "\"0209 000 0\"\n";
}

Bytes seed_of(const DevOptions& options) {
    if (options.endorser_seed.size() == 32) return bytes_of(options.endorser_seed);
    return keys::random_bytes(keys::os_random(), 32);
}

DevConfiguration describe(const DevOptions& options, const keys::Ed25519PublicKey& verkey) {
    DevConfiguration out;
    out.settings_file = options.folder + "/agent.toml";
    out.ca_file = options.folder + "/ca.pem";
    out.url = issuer_url(options);
    out.did = did::short_did(verkey);
    out.verkey = encoding::base58_encode(verkey.view());
    out.password_file = options.folder + "/clerk-password";
    out.token_file = options.folder + "/api-token";
    return out;
}

/// The keystore again, for the second call.
Result<DevConfiguration, Error> read_back(const DevOptions& options) {
    const auto envelope = keys::read_private_file(options.folder + "/agent.keys");
    if (!envelope) return Failure{envelope.error()};
    const auto passphrase = keys::read_private_file(options.folder + "/passphrase");
    if (!passphrase) return Failure{passphrase.error()};
    const auto store = keys::open_keystore(*envelope, view_of(*passphrase));
    const keys::KeystoreEntry* entry = store ? store->find(key_name::endorser) : nullptr;
    if (entry == nullptr) {
        return Failure{Error{"SB-4202", "the keystore cannot be opened", options.folder,
                             "Delete the folder and start again."}};
    }
    const auto pair = keys::Ed25519KeyPair::from_seed(entry->secret.view());
    if (!pair)
        return Failure{
            Error{"SB-4203", "the endorser key is damaged", options.folder, "Delete the folder."}};
    return describe(options, pair->public_key());
}

Result<Authority, Error> make_ca(const DevOptions& options) {
    keys::RandomSource& random = keys::os_random();
    keys::P256PrivateKey key = keys::P256PrivateKey::generate(random);
    keys::AuthorityProfile profile;
    profile.subject = {"Stadtbuch Entwicklung CA", "Stadt Emscherbrück (Entwicklung)", "DE"};
    profile.not_before = options.now - day_s;
    profile.not_after = options.now + 730 * day_s;
    auto certificate = keys::make_authority(key, profile, random);
    if (!certificate)
        return Failure{Error{"SB-4210", "no certificate could be made", options.folder, ""}};
    return Authority{std::move(key), std::move(certificate).value()};
}

/// Somebody whose identity cards the development agent believes: key and certificate lie open, so
/// that tests can make cards for the town's synthetic people.
void write_identity_issuer(Writer& writer, const DevOptions& options) {
    keys::RandomSource& random = keys::os_random();
    const keys::P256PrivateKey root = keys::P256PrivateKey::generate(random);
    keys::AuthorityProfile authority;
    authority.subject = {"Testausweise CA", "Testausweise (Entwicklung)", "DE"};
    authority.not_before = options.now - day_s;
    authority.not_after = options.now + 730 * day_s;
    const auto ca = keys::make_authority(root, authority, random);
    const keys::P256PrivateKey key = keys::P256PrivateKey::generate(random);
    keys::LeafProfile profile;
    profile.subject = {"Testausweise", "Testausweise (Entwicklung)", "DE"};
    profile.not_before = options.now - day_s;
    profile.not_after = options.now + 365 * day_s;
    profile.dns_names = {options.host};
    const auto leaf =
        ca ? keys::make_leaf(key.public_key(), profile, *ca, root, random)
           : Result<keys::Certificate, keys::KeyError>(Failure{keys::KeyError::library_failure});
    writer.open_file("pid-ca.pem", ca ? ca->to_pem() : "");
    writer.open_file("pid-issuer.pem", leaf ? leaf->to_pem() : "");
    writer.secret_file("pid-issuer.key", key.to_pem());
}

void write_keys(Writer& writer, const DevOptions& options, const Authority& authority,
                const Bytes& seed, const std::string& did) {
    keys::RandomSource& random = keys::os_random();
    keys::Keystore store;
    store.put(std::string(key_name::endorser), "ed25519", seed);
    for (const std::string_view name : {key_name::nonce, key_name::forms}) {
        store.put(std::string(name), "symmetric", keys::random_bytes(random, 32));
    }
    std::vector<std::string> issuer_uris{issuer_url(options)};
    if (!options.name_space.empty())
        issuer_uris.push_back("did:indy:" + options.name_space + ":" + did);

    const struct {
        std::string_view key;
        const char* file;
        const char* name;
    } leaves[] = {{key_name::issuer, "issuer.pem", "Nachweise"},
                  {key_name::status, "status.pem", "Statuslisten"},
                  {key_name::requests, "requests.pem", "Abfragen"}};

    for (const auto& leaf : leaves) {
        const keys::P256PrivateKey key = keys::P256PrivateKey::generate(random);
        store.put(std::string(leaf.key), "p256", key.scalar());
        writer.open_file(leaf.file, leaf_pem(authority, options, key.public_key(), leaf.name,
                                             issuer_uris, false));
    }
    store.put(std::string(key_name::encryption), "p256",
              keys::P256PrivateKey::generate(random).scalar());
    const keys::P256PrivateKey tls = keys::P256PrivateKey::generate(random);
    writer.open_file("tls.pem",
                     leaf_pem(authority, options, tls.public_key(), options.host, {}, true));
    writer.secret_file("tls.key", tls.to_pem());
    writer.open_file("ca.pem", authority.certificate.to_pem());
    const auto crl = keys::make_empty_crl(authority.certificate, authority.key, options.now - day_s,
                                          options.now + 365 * day_s);
    writer.open_file("ca.crl", crl ? text_of(*crl) : std::string_view());
    write_identity_issuer(writer, options);
    const std::string passphrase = keys::random_token(random, 24);
    writer.secret_file("passphrase", passphrase);
    // The passphrase is a random 192-bit token: the cheap derivation costs it nothing.
    const auto envelope =
        keys::seal_keystore(store, view_of(passphrase), keys::KeystoreCost::test(), random);
    writer.secret_file("agent.keys", envelope ? *envelope : std::string());
}

}  // namespace

Result<DevConfiguration, Error> init_dev(const DevOptions& options) {
    std::error_code code;
    if (std::filesystem::exists(options.folder + "/agent.toml", code)) return read_back(options);
    std::filesystem::create_directories(options.folder, code);
    if (code) return Failure{cannot_write(options.folder)};
    const Bytes seed = seed_of(options);
    const auto pair = keys::Ed25519KeyPair::from_seed(seed);
    if (!pair)
        return Failure{Error{"SB-4210", "the endorser seed is not usable", options.folder,
                             "Give 32 characters."}};
    auto authority = make_ca(options);
    if (!authority) return Failure{authority.error()};
    const DevConfiguration out = describe(options, pair->public_key());
    Writer writer(options.folder);
    write_keys(writer, options, *authority, seed, out.did);
    keys::RandomSource& random = keys::os_random();
    const std::string password =
        options.clerk_password.empty() ? keys::random_token(random, 12) : options.clerk_password;
    const std::string token =
        options.api_token.empty() ? keys::random_token(random, 32) : options.api_token;
    writer.secret_file("clerk-password", password + "\n");
    writer.secret_file("api-token", token + "\n");
    writer.secret_file("clerks.toml", accounts_toml(password, token));
    writer.open_file("agent.toml",
                     settings_toml(options, out.did));  // last: its presence says that all is there
    if (writer.failed()) return Failure{*writer.failed()};
    return out;
}

}  // namespace stadtbuch::agent
