// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/agent/settings.hpp"

#include <algorithm>

#include "config/document.hpp"
#include "ssi/agent/case.hpp"
#include "ssi/agent/fees.hpp"
#include "ssi/openid/identity_client.hpp"

namespace stadtbuch::agent {

namespace {

bool is_loopback_host(std::string_view host) {
    return host == "localhost" || host == "127.0.0.1" || host == "[::1]" || host == "::1";
}

/// Of a table or schema; such names need no quotes in SQL.
bool is_plain_name(const std::string& text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
}

/// "" or "/a/b": segments that nobody writes in two ways.
bool is_plain_path(std::string_view path) {
    while (!path.empty()) {
        if (path.front() != '/') return false;
        const std::string_view segment = path.substr(1, path.find('/', 1) - 1);
        const bool good = std::all_of(segment.begin(), segment.end(), [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                   c == '-' || c == '.' || c == '_' || c == '~';
        });
        if (segment.empty() || segment.front() == '.' || !good) return false;
        path.remove_prefix(segment.size() + 1);
    }
    return true;
}

void read_url(config::Document& file, Settings& out) {
    out.public_url = file.required_text("agent.public_url");
    const std::string& url = out.public_url;
    if (url.empty()) return;
    const bool https = url.starts_with("https://");
    if (!https && !(url.starts_with("http://") && is_loopback_host(out.host()))) {
        file.fault("agent.public_url", "wallets accept https addresses only",
                   "Write https://host or https://host:port; http is for localhost only.");
        return;
    }
    if (!is_plain_path(out.path())) {
        file.fault("agent.public_url",
                   "the address must not have a query or a final slash, and its path only letters, "
                   "digits and - . _ ~",
                   "For example https://nachweise.example.de or https://example.de/nachweise.");
    }
}

void read_tls(config::Document& file, Settings& out) {
    out.behind_proxy = file.boolean("agent.behind_proxy", false);
    out.tls_certificate = file.path("tls.certificate", "");
    out.tls_key = file.path("tls.private_key", "");
    const bool both = !out.tls_certificate.empty() && !out.tls_key.empty();
    const bool none = out.tls_certificate.empty() && out.tls_key.empty();
    if (!both && !none) {
        file.fault("tls", "certificate and private_key belong together",
                   "Give both files or none.");
    }
    if (none && !out.behind_proxy && out.secure()) {
        file.fault("tls", "an https address needs a certificate here or a proxy in front",
                   "Give [tls] certificate and private_key, or set agent.behind_proxy = true.");
    }
    if (both && !out.secure()) {
        file.fault("tls", "the public address is http, but a certificate is given",
                   "Write an https address or remove [tls].");
    }
}

void read_files(config::Document& file, Settings& out) {
    out.store_folder = file.path("agent.store", "store");
    out.register_folder = file.path("agent.register", "register");
    out.types_folder = file.path("agent.types", "");
    out.fees_file = file.path("agent.fees", "");
    out.clerks_file = file.path("agent.clerks", "clerks.toml");
    out.keystore_file = file.path("keys.keystore", "agent.keys");
    out.passphrase_file = file.path("keys.passphrase_file", "");
    out.issuer_chain = file.path("certificates.issuer", "issuer.pem");
    out.status_chain = file.path("certificates.status", "status.pem");
    out.request_chain = file.path("certificates.requests", "requests.pem");
    out.anchors = file.path("certificates.anchors", "anchors.pem");
    out.crl = file.path("certificates.crl", "");
}

void read_token(config::Document& file, TokenSettings& out) {
    out.module = file.path("token.module", "");
    out.label = file.text("token.label", "");
    out.serial = file.text("token.serial", "");
    out.pin_file = file.path("token.pin_file", "");
    out.issuer = file.text("token.issuer", "");
    out.status = file.text("token.status", "");
    out.requests = file.text("token.requests", "");
    const bool any_key = !out.issuer.empty() || !out.status.empty() || !out.requests.empty();
    if (any_key == out.module.empty()) {
        file.fault("token.module", "a module and the label of a key belong together",
                   "Give token.module and one of token.issuer, token.status and token.requests, or "
                   "leave the table out.");
    }
}

void read_store(config::Document& file, Settings& out) {
    const bool server =
        file.one_of("store.kind", "rocksdb", {"rocksdb", "postgresql"}) == "postgresql";
    out.store.kind = server ? StoreSettings::Kind::postgresql : StoreSettings::Kind::rocksdb;
    out.store.dsn = file.text("store.dsn", "");
    out.store.password_file = file.path("store.password_file", "");
    // A thread that serves has one connection at most; none should wait for another's.
    out.store.connections =
        file.integer("store.connections", out.workers + 4, out.workers + 4, 1000);
    // With kind = "rocksdb" the address serves 'stadtbuch-agent migrate' only.
    if (server && out.store.dsn.empty()) {
        file.fault("store.dsn", "a database server needs its address",
                   "Write for example \"host=db.example dbname=agent user=agent\".");
    }
    if (out.store.dsn.find("password") != std::string::npos) {
        file.fault("store.dsn", "a password does not belong into the settings",
                   "Put it into store.password_file, mode 0600.");
    }
}

void read_registers(config::Document& file, RegisterSettings& out) {
    const std::string kind = file.one_of("register.kind", "csv", {"csv", "postgresql", "http"});
    out.dsn = file.text("register.dsn", "");
    out.password_file = file.path("register.password_file", "");
    out.schema = file.text("register.schema", "public");
    out.url = file.text("register.url", "");
    out.authority = file.path("register.authority", "");
    out.certificate = file.path("register.certificate", "");
    out.private_key = file.path("register.private_key", "");
    out.refresh_s = file.integer("register.refresh_s", 300, 0, 86400);
    out.codes = file.path("register.codes", "");
    using Kind = RegisterSettings::Kind;
    out.kind = kind == "http" ? Kind::http : kind == "csv" ? Kind::csv : Kind::postgresql;
    if (out.kind == Kind::postgresql &&
        (out.dsn.empty() || out.dsn.find("password") != std::string::npos)) {
        file.fault(
            "register.dsn", "a database needs its address, without password",
            "Write for example \"host=db.example dbname=emr user=agent\"; a password goes into "
            "register.password_file, mode 0600.");
    }
    if (!is_plain_name(out.schema) || out.schema.empty()) {
        file.fault("register.schema", "a schema is named with small letters, digits and '_'",
                   "Make one for the agent, with the views in it.");
    }
    if (out.kind != Kind::http) return;
    if (!out.url.starts_with("https://") || out.url.ends_with('/')) {
        file.fault("register.url", "the service needs an https address without final slash",
                   "Write for example \"https://register.example/agent\".");
    }
    if (out.certificate.empty() || out.private_key.empty()) {
        file.fault("register.certificate", "the service must know who asks",
                   "Give certificate and private_key, PEM files.");
    }
}

void read_trust(config::Document& file, Settings& out) {
    for (std::size_t i = 0; i < file.count("trust"); ++i) {
        const std::string at = "trust." + std::to_string(i) + ".";
        TrustSettings trust;
        trust.name = file.required_text(at + "name");
        trust.anchors = file.path(at + "anchors", "");
        trust.types = file.texts(at + "types", {});
        trust.did = file.text(at + "did", "");
        if ((trust.anchors.empty() && trust.did.empty()) || trust.types.empty()) {
            file.fault(at + "anchors", "an issuer needs anchors or a DID, and types",
                       "Give the PEM file of its authority, or its DID, and the types that it may "
                       "issue.");
        }
        out.trust.push_back(std::move(trust));
    }
}

void read_trust_lists(config::Document& file, Settings& out) {
    for (std::size_t i = 0; i < file.count("trust_list"); ++i) {
        const std::string at = "trust_list." + std::to_string(i) + ".";
        TrustListSettings list;
        list.name = file.required_text(at + "name");
        list.source = file.required_text(at + "source");
        list.address = file.text(at + "address", list.source);
        if (!list.source.starts_with("https://")) list.source = file.path(at + "source", "");
        const bool named = file.boolean(at + "in_requests", true);
        if (!named || !list.address.starts_with("https://")) list.address.clear();
        list.signers = file.path(at + "signers", "");
        list.list_type = file.text(at + "list_type", "");
        list.service_types = file.texts(at + "service_types", {});
        list.types = file.texts(at + "types", {});
        list.wallet_providers = file.boolean(at + "wallet_providers", false);
        list.authorities = file.path(at + "authorities", "");
        list.refresh_s = file.integer(at + "refresh_s", 3600, 60, 86400);
        if (list.signers.empty()) {
            file.fault(at + "signers", "a list is believed only by who signs it",
                       "Give the PEM file of the scheme operator's certificates.");
        }
        if (list.types.empty() == !list.wallet_providers) {
            file.fault(at + "types", "a list is for issuers or for providers of wallets",
                       "Give the types that its entities may issue, or wallet_providers = true.");
        }
        const bool again = std::any_of(out.trust_lists.begin(), out.trust_lists.end(),
                                       [&](const auto& one) { return one.name == list.name; });
        if (again) {
            file.fault(at + "name", "another list has this name",
                       "Names tell lists apart over restarts.");
        }
        out.trust_lists.push_back(std::move(list));
    }
}

void read_foreign(config::Document& file, ForeignSettings& out) {
    out.hosts = file.texts("foreign.hosts", {});
    out.inner_hosts = file.texts("foreign.inner_hosts", {});
    out.authorities = file.path("foreign.authorities", "");
    for (const auto* hosts : {&out.hosts, &out.inner_hosts}) {
        for (const std::string& host : *hosts) {
            const bool plain = std::none_of(host.begin(), host.end(), [](char c) {
                return c == '/' || c == '@' || c == '*' || c <= ' ' || (c >= 'A' && c <= 'Z');
            });
            if (plain && !host.empty()) continue;
            file.fault("foreign", "a host is a name or an address, in small letters",
                       "Write for example status.wallet.example, without https:// and port.");
        }
    }
}

void read_wallets(config::Document& file, const Settings& settings, WalletSettings& out) {
    out.providers = file.path("wallets.providers", "");
    out.accept_unknown = file.boolean("wallets.accept_unknown_providers", false);
    out.key_attestation_required = file.boolean("wallets.key_attestation_required", false);
    out.redirect_uris = file.texts("wallets.redirect_uris", {});
    for (const std::string& uri : out.redirect_uris) {
        if (uri == "*" && !settings.development) {
            file.fault("wallets.redirect_uris", "anywhere is for development only",
                       "Name the wallets' return addresses, or leave the list empty.");
        }
    }
    out.key_storage = file.texts("wallets.key_storage", {});
    out.user_authentication = file.texts("wallets.user_authentication", {});
    out.haip = file.boolean("wallets.haip", false);
    out.dpop_nonce = file.boolean("wallets.dpop_nonce", false);
    out.old_metadata_place = file.boolean("wallets.old_metadata_place", false);
    out.accept_old_media_type = file.boolean("wallets.accept_old_media_type", false);
    out.registration_certificate = file.path("certificates.registration", "");
    out.issuer_dataset = file.path("certificates.issuer_dataset", "");
    out.verifier_dataset = file.path("certificates.verifier_dataset", "");
    out.deferred_interval_s = file.integer("wallets.deferred_interval_s", 30, 1, 86400);
    if (out.accept_unknown && !settings.development) {
        file.fault("wallets.accept_unknown_providers",
                   "attestations of unknown providers say nothing about a wallet",
                   "Name the authorities in wallets.providers; this switch is for development.");
    }
    const bool listed = std::any_of(settings.trust_lists.begin(), settings.trust_lists.end(),
                                    [](const auto& list) { return list.wallet_providers; });
    const bool known = out.accept_unknown || !out.providers.empty() || listed;
    if ((out.haip || out.key_attestation_required) && !known) {
        file.fault("wallets.providers", "attestations are asked for, but no provider is known",
                   "Give the PEM file with the authorities of the wallet providers, or a trust "
                   "list with wallet_providers = true.");
    }
}

bool good_return_address(const std::string& uri) {
    return uri.starts_with("https://") || uri.starts_with("http://127.0.0.1") ||
           uri.starts_with("http://localhost");
}

void read_shops(config::Document& file, Settings& out) {
    for (std::size_t i = 0; i < file.count("shop"); ++i) {
        const std::string at = "shop." + std::to_string(i) + ".";
        ShopSettings shop;
        shop.id = file.required_text(at + "id");
        shop.name = file.required_text(at + "name");
        shop.purpose = file.required_text(at + "purpose");
        shop.secret_sha256 = file.text(at + "secret_sha256", "");
        shop.redirect_uris = file.texts(at + "redirect_uris", {});
        shop.claims = file.texts(at + "claims", {});
        shop.sector = file.text(at + "sector", "");
        for (const std::string& uri : shop.redirect_uris) {
            if (!good_return_address(uri) || uri.find('#') != std::string::npos) {
                file.fault(at + "redirect_uris",
                           "a return address must be https, or http on "
                           "this machine, without fragment",
                           "Write for example https://shop.example/back.");
            }
        }
        if (shop.redirect_uris.empty()) {
            file.fault(at + "redirect_uris", "a shop needs the addresses it may be returned to",
                       "Give at least one; they are compared character by character.");
        }
        out.shops.push_back(std::move(shop));
    }
}

void read_identity_claims(config::Document& file, const std::string& at,
                          IdentityProviderSettings& out) {
    // What OpenID Connect Core §5.1 has; house numbers are usually part of street_address.
    const std::pair<const char*, const char*> fields[] = {
        {"family_name", "family_name"},
        {"given_name", "given_name"},
        {"birthdate", "birthdate"},
        {"street_address", "address.street_address"},
        {"house_number", ""},
        {"postal_code", "address.postal_code"},
        {"locality", "address.locality"}};
    for (const auto& [name, path] : fields)
        out.claims[name] = file.text(at + "claims." + name, path);
}

void read_identity_providers(config::Document& file, Settings& out) {
    for (std::size_t i = 0; i < file.count("identity_provider"); ++i) {
        const std::string at = "identity_provider." + std::to_string(i) + ".";
        IdentityProviderSettings one;
        one.id = file.required_text(at + "id");
        one.name_de = file.required_text(at + "name_de");
        one.name_en = file.text(at + "name_en", one.name_de);
        one.button_de = file.text(at + "button_de", "Anmelden mit " + one.name_de);
        one.button_en = file.text(at + "button_en", "Log in with " + one.name_en);
        one.issuer = file.required_text(at + "issuer");
        one.client_id = file.required_text(at + "client_id");
        one.secret_file = file.path(at + "client_secret_file", "");
        one.key_file = file.path(at + "client_key_file", "");
        one.key_id = file.text(at + "client_key_id", "");
        one.authority = file.path(at + "authority", "");
        one.scopes = file.texts(at + "scopes", {"openid", "profile", "address"});
        one.acr = file.texts(at + "acr", {});
        one.max_age_s = file.integer(at + "max_age_s", 900, 0, 86400);
        one.userinfo = file.boolean(at + "userinfo", true);
        read_identity_claims(file, at, one);
        if (!is_kind_id(one.id)) {
            file.fault(at + "id", "the id is part of an address",
                       "Write a small letter, then small letters, digits, '_' and '-'.");
        }
        const bool twice = std::any_of(out.identity_providers.begin(), out.identity_providers.end(),
                                       [&](const auto& other) { return other.id == one.id; });
        if (twice) file.fault(at + "id", "two providers have this id", "Choose another one.");
        if (!openid::is_provider_url(one.issuer)) {
            file.fault(at + "issuer", "an identity provider needs an https address",
                       "Write its issuer exactly as its discovery document does.");
        }
        if (one.secret_file.empty() == one.key_file.empty()) {
            file.fault(at + "client_secret_file", "the provider must know who asks",
                       "Give client_secret_file or client_key_file, mode 0600.");
        }
        out.identity_providers.push_back(std::move(one));
    }
}

void read_four_eyes(config::Document& file, Settings& out) {
    out.four_eyes = file.texts("desk.four_eyes", {});
    for (const std::string& act : out.four_eyes) {
        if (act != "approve" && act != "reject" && act != "revoke" && act != "bulk") {
            file.fault("desk.four_eyes", "there is no act '" + act + "'",
                       "Choose from approve, reject, revoke and bulk.");
        }
    }
    out.register_events_max = file.integer("desk.register_events_max", 20, 0, 1'000'000);
}

void read_contact(config::Document& file, ContactSettings& out) {
    out.operator_name = file.required_text("contact.operator");
    out.street = file.text("contact.street", "");
    out.place = file.text("contact.place", "");
    out.email = file.required_text("contact.email");
    out.phone = file.text("contact.phone", "");
    out.privacy_officer = file.text("contact.privacy_officer", "");
    out.supervisory_authority = file.text("contact.supervisory_authority", "");
    out.appointments = file.text("contact.appointments", "");
    out.sign_language = file.text("contact.sign_language", "");
    const std::pair<const char*, const std::string&> addresses[] = {
        {"contact.appointments", out.appointments}, {"contact.sign_language", out.sign_language}};
    for (const auto& [key, address] : addresses) {
        if (address.empty() || address.starts_with("https://")) continue;
        file.fault(key, "this is no https address",
                   "Write for example \"https://stadt.example/\".");
    }
}

void read_payment(config::Document& file, PaymentSettings& out) {
    out.invoices = file.one_of("payment.method", "notice", {"notice", "invoice"}) == "invoice";
    out.before_issuing = file.boolean("payment.before_issuing", false);
    out.due_days = file.integer("payment.due_days", 14, 1, 365);
    out.prefix = file.text("payment.number_prefix", "R");
    out.payee = file.text("payment.payee", "");
    out.iban = file.text("payment.iban", "");
    out.bic = file.text("payment.bic", "");
    if (out.before_issuing && !out.invoices) {
        file.fault("payment.before_issuing", "nobody could note that a fee notice was paid",
                   "Set payment.method = \"invoice\", or remove this key.");
    }
    if (out.invoices && (out.payee.empty() || out.iban.empty())) {
        file.fault("payment.iban", "an invoice needs an account",
                   "Give payment.payee and payment.iban.");
    }
    if (!out.iban.empty() && !iban_good(out.iban))
        file.fault("payment.iban", "the check digits of this IBAN do not fit", "Correct it.");
    if (out.payee.size() > 70)
        file.fault("payment.payee", "banks take 70 octets at most", "Write a shorter name.");
    const bool letters =
        !out.prefix.empty() && out.prefix.size() <= 8 &&
        out.prefix.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == std::string::npos;
    if (!letters) {
        file.fault("payment.number_prefix", "'" + out.prefix + "' cannot begin invoice numbers",
                   "Write one to eight capital letters and digits.");
    }
}

void read_representation(config::Document& file, const Settings& settings,
                         RepresentationSettings& out) {
    out.types = file.texts("representation.types", {});
    out.name_claim = file.text("representation.name_claim", "legal_person.legal_name");
    out.identifier_claim = file.text("representation.identifier_claim", "legal_person.identifier");
    out.scope_claim = file.text("representation.scope_claim", "scope");
    out.family_name_claim =
        file.text("representation.family_name_claim", "representative.family_name");
    out.given_name_claim =
        file.text("representation.given_name_claim", "representative.given_name");
    out.scopes = file.texts("representation.scopes", {"full", "vehicles"});
    out.companies_file = file.path("representation.companies", "companies.csv");
    out.vehicles_file = file.path("representation.vehicles", "company_vehicles.csv");
    out.companies_table = file.text("representation.companies_table", "");
    out.vehicles_table = file.text("representation.vehicles_table", "");
    for (const std::string* table : {&out.companies_table, &out.vehicles_table}) {
        if (!is_plain_name(*table))
            file.fault("representation.companies_table",
                       "a table is named with small letters, digits and '_'",
                       "Make a view of that name.");
    }
    out.permits_per_company = file.integer("representation.permits_per_company", 1, 1, 10'000);
    for (const std::string& type : out.types) {
        const auto names = [&](const auto& one) {
            return std::find(one.types.begin(), one.types.end(), type) != one.types.end();
        };
        const bool trusted =
            std::any_of(settings.trust.begin(), settings.trust.end(), names) ||
            std::any_of(settings.trust_lists.begin(), settings.trust_lists.end(), names);
        if (!trusted) {
            file.fault("representation.types", "nobody is trusted to issue '" + type + "'",
                       "Name its issuer in a [[trust]] or [[trust_list]] table with this type.");
        }
    }
}

void read_numbers(config::Document& file, Settings& out) {
    out.permit_months = file.integer("parking.months", 12, 1, 36);
    out.credential_days = file.integer("credentials.days", 14, 1, 90);
    out.legal_category = file.text("credentials.legal_category", "");
    if (out.legal_category.size() > 150)
        file.fault("credentials.legal_category", "at most 150 characters", "For example PuB-EAA.");
    out.workers = file.integer("agent.workers", 2, 1, 64);
    out.protocol_per_minute = file.integer("limits.protocol_per_minute", 1200, 10, 10'000'000);
    out.connections_max = file.integer("limits.connections", 2000, 4, 100'000);
    out.waiting_requests_max = file.integer("limits.waiting_requests", 256, 1, 10'000);
    out.retention.case_days = file.integer("retention.case_days", 30, 1, 3650);
    out.retention.open_days = file.integer("retention.open_days", 180, 7, 3650);
    out.retention.audit_days = file.integer("retention.audit_days", 90, 1, 3650);
    out.retention.counter_offer_s = file.integer("retention.screen_offer_s", 600, 60, 3600);
    out.retention.letter_offer_s = file.integer("retention.offer_s", 72 * 3600, 600, 30 * 86400);
    out.status.lists = file.integer("status.lists", 4, 1, 64);
    out.status.size = file.integer("status.size", 1 << 20, 1024, 1 << 24);
    out.status.resign_s = file.integer("status.resign_s", 60, 0, 3600);
    out.status.ttl_s = file.integer("status.ttl_s", 900, 1, 86400);
    if (out.status.size % 8 != 0) {
        file.fault("status.size", "a list is made of whole bytes", "Give a multiple of 8.");
    }
}

}  // namespace

std::string Settings::path() const {
    const std::size_t begin = public_url.find("://");
    if (begin == std::string::npos) return {};
    return public_url.substr(
        std::min(public_url.find_first_of("/?#", begin + 3), public_url.size()));
}

std::string Settings::origin() const {
    return public_url.substr(0, public_url.size() - path().size());
}

std::string Settings::host() const {
    const std::string whole = origin();
    const std::size_t begin = whole.find("://");
    if (begin == std::string::npos) return {};
    const std::string authority = whole.substr(begin + 3);
    if (authority.starts_with("[")) return authority.substr(0, authority.find(']') + 1);
    return authority.substr(0, authority.find(':'));
}

Result<Settings, std::vector<Error>> read_settings(const std::string& file_name) {
    auto opened = config::Document::read(file_name);
    if (!opened) return Failure{std::vector<Error>{opened.error()}};
    config::Document file = std::move(opened).value();
    Settings out;
    out.file = file_name;
    read_url(file, out);
    read_tls(file, out);
    out.listen.host = file.text("agent.listen", "127.0.0.1");
    out.listen.port = file.port("agent.port", 8443);
    out.telemetry.host = file.one_of("telemetry.listen", "127.0.0.1", {"127.0.0.1", "::1"});
    out.telemetry.port = file.port("telemetry.port", 9443);
    read_files(file, out);
    out.name_de = file.required_text("agent.name_de");
    out.name_en = file.text("agent.name_en", out.name_de);
    out.languages = file.texts("agent.languages", {"de", "en", "leicht"});
    for (const std::string& language : out.languages) {
        if (language != "de" && language != "en" && language != "leicht") {
            file.fault("agent.languages", "there are no texts in '" + language + "'",
                       "Choose from \"de\", \"en\" and \"leicht\".");
        }
    }
    if (out.languages.empty()) {
        file.fault("agent.languages", "at least one language is needed", "Write [\"de\", \"en\"].");
    }
    read_numbers(file, out);
    read_token(file, out.token);
    read_store(file, out);
    read_registers(file, out.registers);
    out.log_format = file.one_of("agent.log", "json", {"json", "text"});
    out.development = file.boolean("agent.development", false);
    read_trust(file, out);
    read_trust_lists(file, out);
    read_wallets(file, out, out.wallets);
    read_foreign(file, out.foreign);
    read_shops(file, out);
    read_identity_providers(file, out);
    read_four_eyes(file, out);
    read_contact(file, out.contact);
    read_payment(file, out.payment);
    read_representation(file, out, out.representation);
    out.ledger.genesis = file.path("ledger.genesis", "");
    out.ledger.name_space = file.text("ledger.namespace", "");
    out.ledger.did = file.text("ledger.did", "");
    out.ledger.observer = file.text("ledger.observer", "");
    if (!out.ledger.observer.empty() && ((!out.ledger.observer.starts_with("https://") &&
                                          !out.ledger.observer.starts_with("http://")) ||
                                         out.ledger.observer.ends_with('/'))) {
        file.fault("ledger.observer", "an observer needs an http address without final slash",
                   "Write for example \"https://observer.example\".");
    }
    out.ledger.agreement_digest = file.text("ledger.agreement_digest", "");
    out.ledger.agreement_mechanism = file.text("ledger.agreement_mechanism", "on_file");
    if (!out.ledger.genesis.empty() && out.ledger.did.empty()) {
        file.fault("ledger.did", "writing to a ledger needs the municipality's DID",
                   "Give the endorser's short DID.");
    }
    if (!out.ledger.did.empty() && out.ledger.name_space.empty()) {
        file.fault("ledger.namespace", "a DID needs its namespace",
                   "Write for example namespace = \"stadtbuch:dev\".");
    }
    auto faults = file.finish();
    if (!faults.empty()) return Failure{std::move(faults)};
    return out;
}

}  // namespace stadtbuch::agent
