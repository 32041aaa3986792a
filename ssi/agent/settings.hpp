// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Settings of the agent, read strictly from one TOML file (deploy/agent/agent.toml is a commented
// example). Relative paths count from the folder of that file.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "storage/base/error.hpp"
#include "storage/base/result.hpp"

namespace stadtbuch::agent {

/// Exit codes (OP-13).
namespace exit_code {
inline constexpr int clean = 0;
inline constexpr int usage = 64;
inline constexpr int bad_data = 65;
inline constexpr int missing_input = 66;
inline constexpr int unavailable = 69;
inline constexpr int io_error = 74;
inline constexpr int permission = 77;
inline constexpr int configuration = 78;
}  // namespace exit_code

struct Listen {
    std::string host = "127.0.0.1";
    std::uint16_t port = 0;
};

/// A foreign issuer whose credentials are believed, for the types that it may issue.
struct TrustSettings {
    std::string name;
    std::string anchors;             ///< PEM file, several certificates allowed; empty: none
    std::string did;                 ///< a DID whose keys vouch without certificate; empty: none
    std::vector<std::string> types;  ///< vct values
};

/// A list of trusted entities (ETSI TS 119 602), or a trusted list in XML (ETSI TS 119 612), whose
/// entries are believed.
struct TrustListSettings {
    std::string name;
    std::string source;     ///< https address or file
    std::string signers;    ///< PEM file: the scheme operator's certificates or their authorities
    std::string list_type;  ///< LoTEType or TSLType that it has to have; empty: any
    std::vector<std::string> service_types;  ///< ServiceTypeIdentifier; empty: any
    std::vector<std::string> types;          ///< vct values that its entities may issue
    bool wallet_providers = false;           ///< its entities are providers of wallets
    std::string authorities;  ///< PEM file for the connection; empty: those of the system
    std::int64_t refresh_s = 3600;
    /// Where everybody finds it: requests name it (DCQL trusted_authorities, etsi_tl). Empty: they
    /// do not.
    std::string address;
};

/// What the law wants below each page.
struct ContactSettings {
    std::string operator_name;
    std::string street;
    std::string place;
    std::string email;
    std::string phone;
    std::string privacy_officer;
    std::string supervisory_authority;
    std::string appointments;   ///< https address where appointments are made; empty: by phone
    std::string sign_language;  ///< https address of the films in German Sign Language; empty: none
};

struct RetentionSettings {
    std::int64_t case_days = 30;   ///< personal data of a closed case
    std::int64_t open_days = 180;  ///< of an application that nobody touches any more
    std::int64_t audit_days = 90;
    std::int64_t counter_offer_s = 600;       ///< offers shown on a screen
    std::int64_t letter_offer_s = 72 * 3600;  ///< offers that a clerk hands out
};

struct StatusSettings {
    std::int64_t lists = 4;       ///< open lists that allocations are spread over
    std::int64_t size = 1 << 20;  ///< entries of a list
    std::int64_t resign_s = 60;   ///< at most one new token in this time
    std::int64_t ttl_s = 900;
};

/// What is asked of wallets that take credentials.
struct WalletSettings {
    std::string providers;  ///< PEM file with authorities of wallet providers; empty: none known
    /// Development only: attestations of any provider are believed.
    bool accept_unknown = false;
    /// Return addresses of wallets without attestation (development: "*"); empty: such wallets get
    /// credentials by offer only.
    std::vector<std::string> redirect_uris;
    bool key_attestation_required = false;
    std::vector<std::string> key_storage;  ///< accepted words, "iso_18045_high"
    std::vector<std::string> user_authentication;
    bool haip = false;  ///< OpenID4VC High Assurance Interoperability Profile 1.0
    bool dpop_nonce = false;
    std::string registration_certificate;  ///< file with a JWT, carried in metadata and requests
    /// Files with the registrar's data about us as issuer and as verifier (JSON), carried beside
    /// it.
    std::string issuer_dataset, verifier_dataset;
    std::int64_t deferred_interval_s = 30;
    /// Compatibility: `display` and `claims` of a configuration also where drafts <= 15 had them.
    bool old_metadata_place = false;
    bool accept_old_media_type = false;  ///< compatibility: presentations with typ `vc+sd-jwt`
};

/// A shop or insurer that may use the login with proof of residence.
struct ShopSettings {
    std::string id;
    std::string name;
    std::string purpose;        ///< shown to the citizen
    std::string secret_sha256;  ///< base64url of SHA-256; empty: a public client
    std::vector<std::string> redirect_uris;
    std::vector<std::string> claims;  ///< dotted paths; "lives here: yes" comes without any
    /// The same `sub` for each login of a person; shops with one sector know each other's. Empty:
    /// a fresh one each time.
    std::string sector;
};

/// An OpenID Connect provider at which citizens may show who they are.
struct IdentityProviderSettings {
    std::string id;  ///< part of the return address: public_url/konto/ID/rueckkehr
    std::string name_de, name_en;
    std::string button_de, button_en;
    std::string issuer;  ///< https, or http on this machine
    std::string client_id;
    std::string secret_file;  ///< client_secret_basic; or
    std::string key_file;     ///< private_key_jwt: a P-256 key (PEM)
    std::string key_id;       ///< `kid` under which that key is registered; empty: none
    std::string authority;    ///< PEM file; empty: the system's authorities
    std::vector<std::string> scopes;
    /// Levels of assurance that are enough. Empty: whoever logs in has only stated who they are,
    /// and a clerk decides.
    std::vector<std::string> acr;
    std::int64_t max_age_s = 900;
    bool userinfo = true;
    std::map<std::string, std::string> claims;  ///< our name to the provider's (dotted paths)
};

/// A PKCS#11 token that holds signing keys. A use without label has its key in the keystore.
struct TokenSettings {
    std::string module;                    ///< shared object of the token's maker; empty: no token
    std::string label;                     ///< of the token; empty: the only one
    std::string serial;                    ///< the same
    std::string pin_file;                  ///< empty: $CREDENTIALS_DIRECTORY/agent-token-pin
    std::string issuer, status, requests;  ///< labels of the keys
};

struct StoreSettings {
    enum class Kind { rocksdb, postgresql } kind = Kind::rocksdb;
    std::string dsn;            ///< libpq connection string, without password
    std::string password_file;  ///< empty: none is needed
    std::int64_t connections = 8;
};

/// How fees are paid. Nothing set: the office sends fee notices by itself.
struct PaymentSettings {
    bool invoices = false;
    bool before_issuing = false;  ///< the credential waits for the money
    std::int64_t due_days = 14;
    std::string prefix = "R";  ///< of invoice numbers
    std::string payee, iban, bic;
};

/// Where the registers come from; register_folder is for CSV.
struct RegisterSettings {
    enum class Kind { csv, postgresql, http } kind = Kind::csv;
    std::string dsn, password_file, schema;  ///< of the database with the views
    std::string url;                         ///< https, without final slash
    std::string authority, certificate,
        private_key;               ///< PEM files; ours are what the service knows us by
    std::int64_t refresh_s = 300;  ///< asked for changes this often
    std::string codes;  ///< CSV of municipality keys and the days on which they hold; empty: none
};

/// Representation credentials: a company's authorised representative applies for its vehicle.
struct RepresentationSettings {
    std::vector<std::string>
        types;  ///< vct values, trusted by [[trust]]; empty: companies cannot apply
    std::string name_claim, identifier_claim, scope_claim;  ///< dotted paths
    std::string family_name_claim, given_name_claim;        ///< of the representative
    std::vector<std::string> scopes;                        ///< words that are enough
    std::string companies_file, vehicles_file;              ///< CSV
    /// Of the registers' database or service, instead of the files.
    std::string companies_table, vehicles_table;
    std::int64_t permits_per_company = 1;
};

/// What may be fetched from addresses that others chose: status lists of foreign issuers and wallet
/// providers, did:web documents, type metadata. Only public addresses, unless named here.
struct ForeignSettings {
    std::vector<std::string> hosts;        ///< the only ones that are asked; empty: every host
    std::vector<std::string> inner_hosts;  ///< asked, too, also at addresses that are not public
    std::string authorities;  ///< PEM file for the connection; empty: those of the system
};

struct LedgerSettings {
    std::string genesis;     ///< empty: this agent uses no ledger
    std::string name_space;  ///< of did:indy, for example "stadtbuch:dev"
    std::string did;         ///< short DID of the municipality
    std::string observer;    ///< http(s) origin that gives receipts; empty: none
    std::string
        agreement_digest;  ///< of the transaction author agreement that the municipality accepted
    std::string agreement_mechanism;  ///< how it was accepted, a word of the pool's list

    /// "did:indy:namespace:id"; empty without a DID.
    [[nodiscard]] std::string qualified_did() const {
        return did.empty() ? std::string() : "did:indy:" + name_space + ":" + did;
    }
};

struct Settings {
    std::string file;        ///< the file itself
    std::string public_url;  ///< https address, perhaps with a path; no final slash
    Listen listen;
    Listen telemetry{"127.0.0.1", 9443};
    bool behind_proxy = false;
    std::string tls_certificate, tls_key;
    std::string store_folder;
    std::string register_folder;
    std::string types_folder;  ///< credential types that are configuration; empty: none
    std::string fees_file;     ///< schedule of fees; empty: the zones' fees of the register
    std::string clerks_file;
    std::string keystore_file;
    std::string passphrase_file;  ///< empty: $CREDENTIALS_DIRECTORY/agent-passphrase
    TokenSettings token;
    std::string issuer_chain, status_chain, request_chain, anchors;
    std::string crl;  ///< revocation list (DER) of our authority, served as /ca.crl; empty: none
    std::string name_de, name_en;
    std::vector<std::string> languages{"de", "en", "leicht"};
    std::int64_t permit_months = 12;
    std::int64_t credential_days = 14;
    std::string legal_category;  ///< attestation_legal_category, "PuB-EAA"; empty: not said
    std::int64_t workers = 2;
    std::int64_t protocol_per_minute = 1200;  ///< token and nonce requests of one network
    std::int64_t connections_max = 2000;
    std::int64_t waiting_requests_max = 256;  ///< for a worker; beyond it 503
    std::string log_format = "json";
    bool development = false;  ///< relaxes nothing but says so on each page
    std::vector<TrustSettings> trust;
    std::vector<TrustListSettings> trust_lists;
    ContactSettings contact;
    RetentionSettings retention;
    StatusSettings status;
    StoreSettings store;
    RegisterSettings registers;
    ForeignSettings foreign;
    LedgerSettings ledger;
    PaymentSettings payment;
    RepresentationSettings representation;
    WalletSettings wallets;
    std::vector<ShopSettings> shops;
    std::vector<IdentityProviderSettings> identity_providers;
    std::vector<std::string> four_eyes;  ///< "approve", "reject", "revoke", "bulk"
    /// More events of the register at once than this are held back until a clerk has looked: a
    /// broken export must not end everybody's credentials.
    std::int64_t register_events_max = 20;

    [[nodiscard]] bool secure() const { return public_url.starts_with("https://"); }

    [[nodiscard]] std::string host() const;    ///< of public_url, without port
    [[nodiscard]] std::string origin() const;  ///< public_url without its path
    [[nodiscard]] std::string path() const;    ///< "/a/b" of public_url; empty: none
};

/// All faults at once; SB-1001 to SB-1004.
[[nodiscard]] Result<Settings, std::vector<Error>> read_settings(const std::string& file);

}  // namespace stadtbuch::agent
