// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/agent/ledger_publisher.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "ssi/client/blocking_pool.hpp"
#include "ssi/client/requests.hpp"
#include "ssi/did/document.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"

namespace stadtbuch::agent {

namespace {

using encoding::Array;
using encoding::Object;
using encoding::Value;

constexpr std::int64_t first_wait_s = 2;
constexpr std::int64_t longest_wait_s = 60;
constexpr std::int64_t settled_wait_s = 600;
constexpr std::int64_t key_life_s = 300;
/// While the ledger cannot be asked, keys known before stay good this long.
constexpr std::int64_t key_grace_s = 3600;
constexpr std::int64_t ask_again_s = 30;
constexpr std::int64_t reply_timeout_ms = 10000;
constexpr std::size_t keys_max = 256;

/// `data` of a reply: an object, or the JSON text of one; nullopt when the ledger has nothing.
std::optional<Value> data_of(const Value& result) {
    const Value* data = result.find("data");
    if (data == nullptr) return std::nullopt;
    if (data->object() != nullptr) return *data;
    if (data->text() == nullptr) return std::nullopt;
    auto parsed = encoding::parse_json(*data->text());
    if (!parsed || parsed->object() == nullptr) return std::nullopt;
    return std::move(parsed).value();
}

/// diddocContent is stored as text or as an object.
std::optional<Value> content_of(const Value& nym) {
    const Value* content = nym.find("diddocContent");
    if (content == nullptr) return std::nullopt;
    if (content->object() != nullptr) return *content;
    if (content->text() == nullptr) return std::nullopt;
    auto parsed = encoding::parse_json(*content->text());
    if (!parsed) return std::nullopt;
    return std::move(parsed).value();
}

}  // namespace

/// One round of asking and writing; stops at the first failure.
struct LedgerPublisher::Round {
    Agent& agent;
    client::BlockingPool& pool;
    std::optional<Error> failed = {};

    [[nodiscard]] const LedgerSettings& ledger() const { return agent.settings.ledger; }

    [[nodiscard]] std::string qualified() const { return ledger().qualified_did(); }

    std::optional<Value> read(Object operation) {
        if (failed) return std::nullopt;
        auto answer = pool.submit(client::make_read(std::move(operation), pool.next_req_id()));
        if (answer) return data_of(answer->result);
        failed = answer.error().error;
        return std::nullopt;
    }

    void write(Object operation, std::string_view what) {
        if (failed) return;
        Value request =
            client::make_request(std::move(operation), ledger().did, pool.next_req_id());
        if (!ledger().agreement_digest.empty()) {
            client::accept_agreement(request, ledger().agreement_digest,
                                     ledger().agreement_mechanism, agent.now());
        }
        if (!client::sign(request, *agent.keyring->endorser)) {
            failed = Error{"SB-4220", "the request could not be signed", std::string(what), ""};
            return;
        }
        auto answer = pool.submit(std::move(request));
        if (!answer) {
            ++agent.metrics.ledger_failures;
            failed = answer.error().error;
            return;
        }
        ++agent.metrics.ledger_writes;
        spdlog::info("ledger: written {}", what);
    }

    void publish_key() {
        const auto nym = read(client::get_nym_operation(ledger().did));
        if (failed) return;
        if (!nym) {
            failed = Error{
                "SB-4221", "the municipality's DID is not on the ledger", ledger().did,
                "Have a trustee register it as endorser with the verkey that init-dev printed."};
            return;
        }
        const std::string verkey =
            encoding::base58_encode(agent.keyring->endorser->public_key().view());
        const auto held = did::expand_verkey(ledger().did, nym->text_at("verkey"));
        if (!held || encoding::base58_encode(held->view()) != verkey) {
            failed = Error{"SB-4222", "the ledger has another key for the municipality's DID",
                           ledger().did, "Put the present key into the keystore as 'endorser'."};
            return;
        }
        const std::string wanted = document_content(
            qualified(), agent.keyring->issuer->public_key(), agent.keyring->status->public_key());
        const auto content = content_of(*nym);
        if (content && encoding::canonical_json(*content) == wanted) return;
        client::NymChange change;
        change.dest = ledger().did;
        change.diddoc_content = wanted;
        write(client::nym_operation(change), "issuer's keys into the DID document");
    }

    void publish_schema(const credential::CredentialType& type) {
        std::vector<std::string> names;
        for (const credential::ClaimDescription& claim : type.claims) names.push_back(claim.path);
        std::sort(names.begin(), names.end());
        const std::string version = type.version + ".0";
        const auto held = read(client::get_schema_operation(ledger().did, type.id, version));
        if (failed) return;
        const Value* attributes = held ? held->find("attr_names") : nullptr;
        if (attributes != nullptr && attributes->array() != nullptr &&
            !attributes->array()->empty()) {
            check_attributes(type, names, *attributes->array());
            return;
        }
        write(client::schema_operation(type.id, version, names), "schema " + type.id);
    }

    /// A schema cannot change: other claims need another version.
    void check_attributes(const credential::CredentialType& type,
                          const std::vector<std::string>& names, const Array& there) {
        std::vector<std::string> held;
        for (const Value& name : there) {
            if (name.text() != nullptr) held.push_back(*name.text());
        }
        std::sort(held.begin(), held.end());
        if (held == names) return;
        failed = Error{"SB-4223",
                       "the ledger has other claims for version " + type.version +
                           " of the type '" + type.id + "'",
                       ledger().did, "Raise version in the type's file."};
    }

    void publish_type(const credential::CredentialType& type) {
        const std::string name = attribute_name(type);
        const Object value{{"integrity", credential::integrity_of(credential::type_document(type))},
                           {"vct", type.vct}};
        const auto held =
            read(client::get_attr_operation(ledger().did, client::AttribForm::raw, name));
        if (failed) return;
        const Value* there = held ? held->find(name) : nullptr;
        if (there != nullptr && *there == Value(value)) return;
        const std::string content = encoding::canonical_json(Object{{name, value}});
        write(client::attrib_operation(ledger().did, client::AttribForm::raw, content),
              "hash of type " + type.id);
    }
};

std::string LedgerPublisher::document_content(const std::string& did, const keys::PublicKey& issuer,
                                              const keys::PublicKey& status) {
    Array methods, assertions;
    for (const auto& [name, key] :
         {std::pair(issuer_key_fragment, &issuer), std::pair(status_key_fragment, &status)}) {
        const std::string method = did + std::string(name);
        methods.emplace_back(Object{{"id", method},
                                    {"type", "JsonWebKey2020"},
                                    {"controller", did},
                                    {"publicKeyJwk", keys::jwk_of(*key)}});
        assertions.emplace_back(method);
    }
    return encoding::canonical_json(Object{{"verificationMethod", std::move(methods)},
                                           {"assertionMethod", std::move(assertions)}});
}

std::string LedgerPublisher::attribute_name(const credential::CredentialType& type) {
    return "credential_type_" + type.id;
}

LedgerPublisher::LedgerPublisher(Agent& agent) : agent_(agent) {}

LedgerPublisher::~LedgerPublisher() {
    stop();
}

void LedgerPublisher::start() {
    thread_ = std::thread([this] { run(); });
}

void LedgerPublisher::stop() {
    {
        const std::lock_guard guard(guard_);
        stopping_ = true;
        if (asking_ != nullptr) asking_->interrupt();
    }
    wake_.notify_all();
    if (thread_.joinable()) thread_.join();
    agent_.did_keys->ask_ledger_of(nullptr);
}

void LedgerPublisher::run() {
    std::int64_t wait_s = first_wait_s;
    std::string last;
    for (;;) {
        const std::optional<Error> failed = publish();
        if (!failed) {
            if (!agent_.metrics.ledger_published)
                spdlog::info("ledger: issuer key, schemas and type hashes are there");
            agent_.metrics.ledger_published = true;
            agent_.did_keys->ask_ledger_of(this);
        } else if (failed->id + failed->what != last) {  // once, not every minute
            spdlog::warn("ledger: {}: {}; trying again", failed->id, failed->what);
        }
        last = failed ? failed->id + failed->what : "";
        wait_s = failed ? std::min(wait_s * 2, longest_wait_s) : settled_wait_s;
        std::unique_lock guard(guard_);
        if (wake_.wait_for(guard, std::chrono::seconds(wait_s), [this] { return stopping_; }))
            return;
    }
}

std::optional<Error> LedgerPublisher::publish() {
    const auto genesis = read_text_file(agent_.settings.ledger.genesis);
    if (!genesis) return genesis.error();
    client::PoolClientOptions options;
    options.reply_timeout_ms = reply_timeout_ms;
    auto pool = client::BlockingPool::open(*genesis, options);
    if (!pool) return pool.error();
    {
        const std::lock_guard guard(guard_);
        if (stopping_) return std::nullopt;
        asking_ = pool->get();
    }
    auto failed = publish_on(**pool);
    const std::lock_guard guard(guard_);
    asking_ = nullptr;
    return failed;
}

std::optional<Error> LedgerPublisher::publish_on(client::BlockingPool& pool) {
    if (auto fresh = pool.refresh(); !fresh) return fresh.error().error;
    Round round{agent_, pool};
    round.publish_key();
    for (const credential::CredentialType& type : agent_.issuer->config().types) {
        round.publish_schema(type);
        round.publish_type(type);
    }
    return round.failed;
}

std::optional<keys::PublicKey> LedgerPublisher::assertion_key(std::string_view did_url) {
    const auto url = did::parse_did_url(did_url);
    if (!url || url->method != did::DidMethod::indy ||
        url->name_space != agent_.settings.ledger.name_space) {
        return std::nullopt;
    }
    const keys::UnixSeconds now = agent_.now();
    const std::lock_guard guard(keys_guard_);  // one question at a time; answers are kept
    if (keys_.size() >= keys_max) keys_.clear();
    Kept& kept = keys_[std::string(did_url)];
    if (now < kept.ask_at) return now < kept.until ? kept.key : std::nullopt;
    std::optional<keys::PublicKey> key;
    if (ask_ledger(*url, did_url, key)) {
        kept = {key, now + key_life_s, now + key_life_s + key_grace_s};
        return key;
    }
    kept.ask_at = now + ask_again_s;
    return now < kept.until ? kept.key : std::nullopt;
}

bool LedgerPublisher::ask_ledger(const did::DidUrl& url, std::string_view did_url,
                                 std::optional<keys::PublicKey>& key) const {
    const auto genesis = read_text_file(agent_.settings.ledger.genesis);
    if (!genesis) return false;
    client::PoolClientOptions options;
    options.ack_timeout_ms = 2000;
    options.reply_timeout_ms = 4000;
    auto pool = client::BlockingPool::open(*genesis, options);
    if (!pool) return false;
    auto answer = (*pool)->submit(
        client::make_read(client::get_nym_operation(url.id), (*pool)->next_req_id()));
    if (!answer) return false;
    const auto nym = data_of(answer->result);
    const auto verkey = nym ? did::expand_verkey(url.id, nym->text_at("verkey")) : std::nullopt;
    if (!verkey) return true;
    const auto document = did::document_of({url.did, *verkey, content_of(*nym), std::nullopt});
    if (document) key = did::key_for(Value(*document), did_url, "assertionMethod");
    return true;
}

}  // namespace stadtbuch::agent
