// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// A municipality's counter for tests: issuer, records and status entries around the town of the
// credential tests.
#pragma once
#include <functional>
#include <set>

#include "ssi/openid/dpop.hpp"
#include "ssi/openid/holder.hpp"
#include "ssi/openid/issuer.hpp"
#include "tests/unit/credential/town.hpp"

namespace stadtbuch::openid {

using credential::base_url;
using credential::day_s;
using credential::test_now;
using encoding::Array;
using encoding::Object;
using encoding::Value;

inline Value json(std::string_view text) {
    return encoding::parse_json(text).value();
}

struct CountingStatus final : StatusAllocator {
    std::uint64_t next = 0;
    bool empty = false;

    std::optional<credential::StatusReference> allocate(const std::string&,
                                                        const std::string&) override {
        if (empty) return std::nullopt;
        return credential::StatusReference{base_url + "/status/1", next++};
    }
};

/// What the office says, as a test sets it.
struct SetDecisions final : Decisions {
    Decision answer;
    std::string asked;

    Decision decision(const std::string& case_id, UnixSeconds) override {
        asked = case_id;
        return answer;
    }
};

struct Counter {
    using Change = std::function<void(IssuerConfig&)>;

    explicit Counter(Change given = {}) : change(std::move(given)) {}

    Change change;
    credential::Town town;
    MemoryRecords records;
    CountingStatus status;
    keys::P256PrivateKey encryption = keys::P256PrivateKey::generate(town.random);
    Issuer issuer{config(), records, status, town.random};

    [[nodiscard]] IssuerConfig config() {
        IssuerConfig c;
        c.identifier = base_url + "/koeln";
        c.name_de = "Stadt Musterstadt";
        c.name_en = "City of Musterstadt";
        c.issuer_did = credential::town_did;
        c.types = {town.residence, town.parking};
        c.signing = town.identity();
        c.nonce_secret = Bytes(32, 5);
        c.encryption_key = &encryption;
        c.unattested_redirects = {"https://wallet.example/back?x=1"};
        c.metadata_signing = town.identity();
        if (change) change(c);
        return c;
    }

    [[nodiscard]] CreatedOffer offer(bool with_tx_code = true) {
        OfferRequest request;
        request.configuration_id = "residence";
        request.case_id = "case-1";
        request.content = credential::residence_content(town.person(), town.residence, test_now);
        request.with_tx_code = with_tx_code;
        request.tx_code = with_tx_code ? "493536" : "";
        return issuer.create_offer(request, test_now).value();
    }

    [[nodiscard]] IssuerAnswer token(const std::string& body, UnixSeconds now = test_now) {
        return issuer.token({"application/x-www-form-urlencoded", "", "", body}, now);
    }

    [[nodiscard]] std::string code_of(const CreatedOffer& created) {
        return read_offer(issuer.credential_offer(created.id, test_now).body)->pre_authorized_code;
    }

    [[nodiscard]] std::string access_token(const CreatedOffer& created,
                                           UnixSeconds now = test_now) {
        const auto offer = read_offer(issuer.credential_offer(created.id, now).body);
        return read_access_token(token(token_request(*offer, "493536"), now).response.body).value();
    }

    [[nodiscard]] std::string nonce(UnixSeconds now = test_now) {
        return std::string(json(issuer.nonce(now).body).text_at("c_nonce"));
    }

    [[nodiscard]] std::string proof(const keys::P256PrivateKey& key, const std::string& nonce,
                                    UnixSeconds now = test_now) {
        return make_proof(key, keys::PublicKey(key.public_key()), base_url + "/koeln", nonce, now);
    }

    [[nodiscard]] IssuerAnswer ask(const std::string& token, const std::string& body,
                                   UnixSeconds now = test_now) {
        return issuer.credential({"application/json", "Bearer " + token, "", body}, now);
    }

    /// One residence credential for `key`, the whole way.
    [[nodiscard]] std::string issue(const keys::P256PrivateKey& key) {
        const std::string token = access_token(offer());
        const auto answer = ask(token, credential_request("residence", {proof(key, nonce())}));
        return read_credential_response(answer.response.body)->credentials.front();
    }
};

/// Ids of the rules that the tests of this program have seen refuse something (rules_test.cpp).
inline std::set<std::string, std::less<>>& refusing_rules() {
    static std::set<std::string, std::less<>> seen;
    return seen;
}

inline std::string error_of(const HttpResponse& response) {
    if (!response.rule.empty()) refusing_rules().insert(response.rule);
    return std::to_string(response.status) + " " +
           std::string(json(response.body).text_at("error"));
}

}  // namespace stadtbuch::openid
