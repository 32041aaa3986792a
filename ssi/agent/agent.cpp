// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/agent/agent.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <filesystem>

#include "ssi/agent/drafts.hpp"
#include "ssi/agent/offline_package.hpp"
#include "ssi/agent/openapi.hpp"
#include "ssi/agent/pages_handover.hpp"
#include "ssi/agent/register_source.hpp"
#include "ssi/agent/sitting.hpp"
#include "ssi/credential/parking.hpp"
#include "ssi/credential/residence.hpp"
#include "ssi/keys/os_random.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"

namespace stadtbuch::agent {

namespace {

StartFailure failure_of(const Error& error) {
    return {exit_code_of(error), {error}};
}

/// DID URL of one of our keys; empty without a DID.
std::string key_url(const Settings& settings, std::string_view fragment) {
    const std::string did = settings.ledger.qualified_did();
    return did.empty() ? did : did + std::string(fragment);
}

net::HttpClientOptions foreign_fetches(const ForeignSettings& settings) {
    auto options = net::HttpClientOptions::for_foreign_urls();
    options.hosts = settings.hosts;
    options.inner_hosts = settings.inner_hosts;
    options.ca_file = settings.authorities;
    return options;
}

std::uint64_t random_number() {
    const Bytes bytes = keys::random_bytes(keys::os_random(), 8);
    return from_big_endian(text_of(bytes));
}

}  // namespace

int exit_code_of(const Error& error) {
    if (error.id == "SB-4001" || error.id == "SB-2005" || error.id == "SB-4012")
        return exit_code::permission;
    if (error.id == "SB-4002" || error.id == "SB-2006" || error.id == "SB-4101" ||
        error.id == "SB-4201" || error.id == "SB-4207" || error.id == "SB-4013" ||
        error.id == "SB-1001") {
        return exit_code::missing_input;
    }
    if (error.id == "SB-2001" || error.id == "SB-2007" || error.id == "SB-2009" ||
        error.id == "SB-4105" || error.id == "SB-4011")
        return exit_code::unavailable;
    if (error.id == "SB-2004" || error.id == "SB-2008" || error.id == "SB-2012")
        return exit_code::io_error;
    if (error.id == "SB-2002" || error.id == "SB-2003" || error.id == "SB-4102" ||
        error.id == "SB-4103") {
        return exit_code::bad_data;
    }
    return exit_code::configuration;
}

Result<std::unique_ptr<Agent>, StartFailure> Agent::open(const Settings& settings, Clock clock) {
    std::unique_ptr<Agent> agent(new Agent(settings, std::move(clock)));
    if (auto loaded = agent->load(); !loaded) return Failure{loaded.error()};
    if (auto opened = agent->open_store(); !opened) return Failure{opened.error()};
    if (auto wired = agent->wire_or_tell(); !wired) return Failure{wired.error()};
    return agent;
}

Result<void, StartFailure> Agent::load() {
    auto ring = load_keyring(settings, now());
    if (!ring) return Failure{failure_of(ring.error())};
    keyring = std::move(ring).value();
    auto people = read_accounts(settings.clerks_file);
    if (!people) return Failure{StartFailure{exit_code_of(people.error().front()), people.error()}};
    accounts = std::move(people).value();
    auto source = make_register_source(settings);
    if (!source) return Failure{failure_of(source.error())};
    auto opened = LiveRegister::open(std::move(source).value());
    if (!opened) return Failure{failure_of(opened.error())};
    registers = std::move(opened).value();
    if (!settings.registers.codes.empty()) {
        auto list = registers::CodeList::read(settings.registers.codes);
        if (!list) return Failure{failure_of(list.error())};
        codes = std::move(list).value();
        watch_codes();
    }
    const TableMaker tables = [this](const registers::TableLayout& layout) {
        return make_source_of_tables(settings.registers, std::span(&layout, 1));
    };
    auto types = Kinds::load(settings.types_folder, settings.public_url, tables);
    if (!types) return Failure{StartFailure{exit_code_of(types.error().front()), types.error()}};
    kinds = std::move(types).value();
    auto schedule = FeeSchedule::read(settings.fees_file);
    if (!schedule)
        return Failure{StartFailure{exit_code_of(schedule.error().front()), schedule.error()}};
    fees = std::move(schedule).value();
    payment = payment_of(settings.payment);
    auto firms = Companies::open(settings.representation, tables);
    if (!firms) return Failure{failure_of(firms.error())};
    companies = std::move(firms).value();
    for (const TrustSettings& one : settings.trust) {
        if (one.anchors.empty()) {  // known by DID alone
            trusted.push_back({one.name, {}, one.types, one.did});
            continue;
        }
        const auto pem = read_text_file(one.anchors);
        if (!pem) return Failure{failure_of(pem.error())};
        auto anchors = certificates_of_pem(*pem);
        if (anchors.empty()) {
            return Failure{failure_of(
                {"SB-4204", "the file holds no readable certificates", one.anchors, "Give PEM."})};
        }
        trusted.push_back({one.name, std::move(anchors), one.types, one.did});
    }
    auto providers = IdentityProviders::open(settings, clock);
    if (!providers) return Failure{failure_of(providers.error())};
    identity_providers = std::move(providers).value();
    return load_wallet_trust();
}

Result<void, StartFailure> Agent::load_wallet_trust() {
    if (!settings.wallets.providers.empty()) {
        const auto pem = read_text_file(settings.wallets.providers);
        if (!pem) return Failure{failure_of(pem.error())};
        wallet_providers = certificates_of_pem(*pem);
        if (wallet_providers.empty()) {
            return Failure{failure_of({"SB-4204", "the file holds no readable certificates",
                                       settings.wallets.providers, "Give PEM."})};
        }
    }
    return load_registration();
}

Result<void, StartFailure> Agent::load_registration() {
    if (!settings.wallets.registration_certificate.empty()) {
        auto text = read_text_file(settings.wallets.registration_certificate);
        if (!text) return Failure{failure_of(text.error())};
        std::string certificate = std::move(text).value();
        while (!certificate.empty() && certificate.back() <= ' ') certificate.pop_back();
        issuer_registration.certificate = verifier_registration.certificate = certificate;
    }
    for (const auto& [file, dataset] :
         {std::pair(&settings.wallets.issuer_dataset, &issuer_registration.dataset),
          std::pair(&settings.wallets.verifier_dataset, &verifier_registration.dataset)}) {
        if (file->empty()) continue;
        const auto text = read_text_file(*file);
        if (!text) return Failure{failure_of(text.error())};
        auto json = encoding::parse_json(*text);
        if (!json || !json->is_object() || json->object()->empty()) {
            return Failure{failure_of({"SB-4209", "the registrar's data are no JSON object", *file,
                                       "Save them as the registrar gave them."})};
        }
        *dataset = std::move(*json->object());
    }
    return {};
}

Result<void, StartFailure> Agent::open_store() {
    auto opened = agent::open_store(settings);
    if (!opened) return Failure{failure_of(opened.error())};
    database = std::move(opened).value();
    return {};
}

Result<void, StartFailure> Agent::wire_or_tell() {
    try {
        return wire();
    } catch (const StoreUnavailable& failed) {
        return Failure{failure_of(failed.error)};
    }
}

Result<void, StartFailure> Agent::wire() {
    keys::RandomSource& random = keys::os_random();
    records = std::make_unique<StoreRecords>(*database);
    auto lists = TrustLists::open(settings, *records, clock);
    if (!lists) return Failure{failure_of(lists.error())};
    trust_lists = std::move(lists).value();
    audit = std::make_unique<AuditLog>(*database, random_number());
    status = std::make_unique<StatusLists>(
        *database, settings.status, settings.public_url,
        keyring->status_identity(key_url(settings, status_key_fragment)), random);
    const net::HttpClientOptions foreign = foreign_fetches(settings.foreign);
    status_tokens = std::make_unique<StatusTokens>(*status, *records, database->shared(), clock,
                                                   fetch_foreign_lists(foreign));
    cases = std::make_unique<CaseBook>(*database, random);
    statistics = std::make_unique<Statistics>(*database, random_number());
    did_keys = std::make_unique<DidKeys>(clock, foreign);
    type_documents = std::make_unique<TypeDocuments>(clock, foreign);

    openid::IssuerConfig config;
    config.identifier = settings.public_url;
    config.name_de = settings.name_de;
    config.name_en = settings.name_en;
    config.issuer_did = settings.ledger.qualified_did();
    config.types = {credential::residence_type(settings.public_url),
                    credential::parking_type(settings.public_url)};
    for (const KindDefinition& one : kinds->all()) config.types.push_back(one.type);
    std::vector<std::string> own_types;
    for (const credential::CredentialType& type : config.types) {
        own_types.push_back(type.vct);
        type_documents->add_own(type);
    }
    config.signing = keyring->issuer_identity(key_url(settings, issuer_key_fragment));
    config.nonce_secret = keyring->nonce_secret;
    config.encryption_key = keyring->encryption.get();
    config.credential_lifetime_s = settings.credential_days * 86400;
    config.metadata_signing = keyring->request_identity();
    config.registration = issuer_registration;
    config.legal_category = settings.legal_category;
    config.wallets = {wallet_providers, settings.wallets.accept_unknown, {}, status_tokens.get()};
    if (trust_lists->are_for_wallets())
        config.wallets.listed = [this] { return trust_lists->listed()->wallet_providers; };
    config.unattested_redirects = settings.wallets.redirect_uris;
    config.key_attestation_required = settings.wallets.key_attestation_required;
    config.key_protection = {settings.wallets.key_storage, settings.wallets.user_authentication};
    config.haip = settings.wallets.haip;
    config.dpop_nonce = settings.wallets.dpop_nonce;
    config.display_on_configuration = settings.wallets.old_metadata_place;
    config.deferred_interval_s = settings.wallets.deferred_interval_s;
    trusted.push_back({settings.name_de, keyring->anchors, std::move(own_types), {}});
    issuer = std::make_unique<openid::Issuer>(std::move(config), *records, *status, random);

    openid::VerifierConfig verifying;
    verifying.base_url = settings.public_url;
    verifying.signing = keyring->request_identity();
    verifying.display_name = settings.name_de;
    verifying.did = web_did_of(settings.public_url);
    verifying.did_key_id = verifying.did + "#requests";
    verifying.registration = verifier_registration;
    verifying.haip = settings.wallets.haip;
    verifier = std::make_unique<openid::Verifier>(std::move(verifying), *records, random);

    openid::ProviderConfig providing;
    providing.issuer = settings.public_url + "/oidc";
    providing.signer = keyring->requests.get();
    providing.key_id = keys::thumbprint(keys::PublicKey(keyring->requests->public_key()));
    for (const ShopSettings& shop : settings.shops) {
        providing.clients.push_back({shop.id, shop.name, shop.purpose, shop.secret_sha256,
                                     shop.redirect_uris, shop.claims, shop.sector});
    }
    providing.subject_secret = database->secret("oidc-subjects", random);
    provider = std::make_unique<openid::Provider>(std::move(providing), *records, random);

    desk = std::make_unique<Desk>(Desk::Parts{settings, *registers, *cases, *status, *issuer,
                                              *records, *audit, *statistics, *kinds, fees, *payment,
                                              *companies});
    issuer->decide_with(*desk);
    sessions = std::make_unique<Sessions>(*records, random);
    saved_filters = std::make_unique<SavedFilters>(*database);
    offline = std::make_shared<OfflinePackage>(*this);
    guesses = std::make_unique<SharedLimiter>(*database, *records);
    return {};
}

openid::TrustPolicy Agent::trust() {
    std::vector<credential::TrustedIssuer> issuers = trusted;
    const auto listed = trust_lists->listed();
    issuers.insert(issuers.end(), listed->issuers.begin(), listed->issuers.end());
    return {std::move(issuers), did_keys.get(), status_tokens.get(),
            settings.wallets.accept_old_media_type, type_documents.get()};
}

bool Agent::trusts_type(std::string_view vct) const {
    const bool named = std::any_of(trusted.begin(), trusted.end(), [&](const auto& party) {
        return std::find(party.vcts.begin(), party.vcts.end(), vct) != party.vcts.end();
    });
    return named || trust_lists->are_for(vct);
}

void Agent::mount(net::HttpServer& server) {
    mount_citizen_pages(*this, server);
    mount_sitting(*this, server);
    mount_draft_pages(*this, server);
    mount_kind_pages(*this, server);
    mount_parking_pages(*this, server);
    mount_holdings_pages(*this, server);
    mount_identity_pages(*this, server);
    mount_login_pages(*this, server);
    mount_account_pages(*this, server);
    mount_authorization_pages(*this, server);
    mount_staff_pages(*this, server);
    mount_data_pages(*this, server);
    mount_developer_pages(*this, server);
    mount_offline_pages(*this, server);
    mount_paper_pages(*this, server);
    mount_rule_pages(*this, server);
    mount_queue_page(*this, server);
    mount_bulk_pages(*this, server);
    mount_company_pages(*this, server);
    mount_cash_pages(*this, server);
    mount_case_pages(*this, server);
    mount_handover_pages(*this, server);
    mount_inspector_pages(*this, server);
    mount_legal_pages(*this, server);
    mount_openid(*this, server);
    mount_documents(*this, server);
    mount_api(*this, server);
    mount_openapi(server, settings.path());  // last: it tells what is there
}

void Agent::watch_codes() {
    if (!codes || codes_told_) return;
    const std::string& key = registers->town().municipality_key;
    const std::string today = keys::utc_date(now());
    if (codes->find(key, today) != nullptr) return;
    codes_told_ = true;
    const std::string next = codes->current(key, today);
    spdlog::warn("the municipality key {} does not hold today{}", key,
                 next.empty() ? "" : "; it is followed by " + next);
}

void Agent::read_registers() {
    watch_codes();
    const std::uint64_t others = kinds->replaced() + companies->replaced();
    const auto read = registers->reload_if_changed();
    if (!read) {
        spdlog::error("the new register files are not used: {} {} ({})", read.error().id,
                      read.error().what, read.error().where);
    } else if (*read) {
        spdlog::info("the register was read again");
    }
    if (const auto fault = companies->reload_if_changed()) {
        spdlog::error("the new register file is not used: {} {} ({})", fault->id, fault->what,
                      fault->where);
    }
    for (const Error& fault : kinds->reload_if_changed()) {
        spdlog::error("the new register file is not used: {} {} ({})", fault.id, fault.what,
                      fault.where);
    }
    if ((read && *read) || kinds->replaced() + companies->replaced() != others)
        ++registers_replaced_;
}

std::size_t Agent::follow_registers() {
    read_registers();
    return follow_events();
}

std::size_t Agent::follow_events() {
    const std::uint64_t replaced = registers_replaced_;
    const auto events = desk->register_events(now());
    const bool too_many = static_cast<std::int64_t>(events.size()) > settings.register_events_max;
    metrics.register_events_held = too_many ? events.size() : 0;
    if (events.empty() || too_many) followed_ = replaced;
    if (events.empty()) return 0;
    if (too_many) {
        spdlog::warn("{} changes of the register wait for a clerk's word", events.size());
        return 0;
    }
    const std::size_t done =
        database->together([&] { return desk->apply_events(events, "system", now()); });
    if (done == events.size()) followed_ = replaced;
    metrics.register_events += done;
    spdlog::info("{} cases followed changes of the register", done);
    return done;
}

void Agent::watch_types() {
    if (types_told_) return;
    for (const credential::CredentialType& type : issuer->config().types) {
        if (type.extends.empty()) continue;
        const auto resolved = credential::resolve_type(*type_documents, type.vct, "");
        if (resolved) continue;
        types_told_ = true;
        spdlog::error("type {} does not fit what it extends: {}", type.id,
                      credential::to_text(resolved.error()));
    }
}

void Agent::tidy() {
    try {
        // Each instance reads the registers; what follows from them is the work of one.
        if (database->leads())
            tidy_alone();
        else
            read_registers();
        status_tokens->fetch_ahead();
        trust_lists->refresh();
    } catch (const Unavailable& failed) {
        spdlog::warn("background work waits: {} {}", failed.error.id, failed.error.what);
    }
}

void Agent::tidy_alone() {
    read_registers();
    watch_types();
    const std::int64_t hour = now() / 3600;
    const bool sweep = hour != swept_hour_;
    if (sweep || followed_ != registers_replaced_) follow_events();
    const std::size_t cases_gone = sweep ? desk->forget_old(now()) : 0;
    swept_hour_ = hour;
    if (const std::size_t days = statistics->close_days(keys::utc_date(now())); days > 0)
        spdlog::info("statistics: {} days published", days);
    const std::size_t records_gone = records->expire(now());
    const std::size_t lines_gone =
        audit->forget_before(now() - settings.retention.audit_days * 86400);
    // Where the office looks, too: the cases themselves say it one by one.
    if (cases_gone > 0) audit->note(now(), "system", "retention", std::to_string(cases_gone));
    if (records_gone + cases_gone + lines_gone == 0) return;
    spdlog::info("retention: deleted {} expired records, personal data of {} cases, {} audit lines",
                 records_gone, cases_gone, lines_gone);
}

}  // namespace stadtbuch::agent
