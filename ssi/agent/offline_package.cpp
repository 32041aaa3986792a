// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/agent/offline_package.hpp"

#include <spdlog/spdlog.h>

#include "ssi/client/receipt.hpp"
#include "ssi/did/document.hpp"
#include "ssi/keys/jwk.hpp"
#include "storage/encoding/json.hpp"

namespace stadtbuch::agent {

namespace {

constexpr std::int64_t ask_again_s = 600;
constexpr std::int64_t after_failure_s = 10;
constexpr int observer_ms = 5000;

Error no_receipt(std::string what, const std::string& where) {
    return {"SB-4224", std::move(what), where,
            "Check ledger.observer; until then verifiers cannot be prepared from the ledger."};
}

bool names(const encoding::Value& document, const std::string& did, std::string_view fragment,
           const keys::P256Signer& key) {
    const auto found = did::key_for(document, did + std::string(fragment), "assertionMethod");
    return found && keys::thumbprint(*found) == keys::thumbprint(keys::PublicKey(key.public_key()));
}

}  // namespace

std::shared_ptr<const OfflinePackage::Receipt> OfflinePackage::receipt() {
    const LedgerSettings& ledger = agent_.settings.ledger;
    if (ledger.genesis.empty() || ledger.observer.empty()) return nullptr;
    const std::lock_guard guard(guard_);
    const keys::UnixSeconds now = agent_.now();
    if (now < ask_at_) return held_;
    auto fetched = fetch();
    ask_at_ = now + (fetched ? ask_again_s : after_failure_s);
    if (fetched)
        held_ = std::make_shared<const Receipt>(*std::move(fetched));
    else
        spdlog::warn("{}: {}", fetched.error().id, fetched.error().what);
    return held_;
}

Result<OfflinePackage::Receipt, Error> OfflinePackage::fetch() const {
    const LedgerSettings& ledger = agent_.settings.ledger;
    const std::string did = ledger.qualified_did();
    const auto genesis = read_text_file(ledger.genesis);
    if (!genesis) return Failure{genesis.error()};
    net::HttpClientOptions options;
    options.total_ms = observer_ms;
    net::HttpClient client(options);
    const std::string url = ledger.observer + "/1.0/identifiers/" + did;
    const auto answer =
        client.fetch({"GET", url, {{"Accept", "application/vnd.stadtbuch.receipt+json"}}, ""});
    if (!answer) return Failure{no_receipt("the observer does not answer", ledger.observer)};
    encoding::JsonLimits limits;
    limits.bytes_max = options.body_bytes_max;
    limits.refuse_duplicate_keys = true;
    auto parsed = encoding::parse_json(answer->body, limits);
    if (answer->status != 200 || !parsed)
        return Failure{no_receipt("the observer gives no receipt", url)};
    const client::ReceiptOutcome outcome = client::verify_receipt(*parsed, *genesis);
    if (!outcome.verdict || outcome.verdict->question != did)
        return Failure{no_receipt(
            "the observer's receipt does not hold" +
                (outcome.fault ? ": " + outcome.fault->where + ", " + outcome.fault->what : ""),
            url)};
    const encoding::Value* document = outcome.verdict->answer.find("content");
    if (document == nullptr ||
        !names(*document, did, issuer_key_fragment, *agent_.keyring->issuer) ||
        !names(*document, did, status_key_fragment, *agent_.keyring->status))
        return Failure{no_receipt("the ledger does not have our keys yet", did)};
    return Receipt{*std::move(parsed), outcome.verdict->as_of, outcome.verdict->signers};
}

encoding::Object OfflinePackage::make() {
    encoding::Array types, lists;
    for (const credential::CredentialType& type : agent_.issuer->config().types) {
        types.emplace_back(
            encoding::Object{{"vct", type.vct}, {"document", credential::type_document(type)}});
    }
    for (const std::string& uri : agent_.status->uris()) {
        const std::string id = agent_.status->id_of(uri);
        const auto token = agent_.status->fresh_token(id, agent_.now());
        if (token != nullptr)
            lists.emplace_back(encoding::Object{{"id", id}, {"uri", uri}, {"token", token->text}});
    }
    const auto held = receipt();
    return {{"type", "stadtbuch-offline"},
            {"version", 1},
            {"made_at", agent_.now()},
            {"issuer", agent_.settings.public_url},
            {"did", agent_.settings.ledger.qualified_did()},
            {"receipt", held ? held->receipt : encoding::Value()},
            {"types", std::move(types)},
            {"lists", std::move(lists)}};
}

}  // namespace stadtbuch::agent
