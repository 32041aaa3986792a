// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Every parser of the credential rooms: the first byte chooses one, the rest is its input.
// Properties: nothing crashes, and what was read is written back to the same meaning.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "ssi/credential/plate.hpp"
#include "ssi/credential/sd_jwt_vc.hpp"
#include "ssi/credential/trust_list.hpp"
#include "ssi/credential/type_metadata.hpp"
#include "ssi/credential/xml_signature.hpp"
#include "ssi/did/document.hpp"
#include "ssi/keys/jose.hpp"
#include "ssi/keys/keystore.hpp"
#include "ssi/keys/password.hpp"
#include "ssi/keys/x509.hpp"
#include "ssi/openid/holder.hpp"
#include "ssi/openid/verifier.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"
#include "tests/unit/openid/counter.hpp"

using namespace stadtbuch;

namespace {

void must(bool holds) {
    if (!holds) std::abort();
}

void sd_jwt(std::string_view text) {
    const auto parts = credential::split_sd_jwt(text);
    if (parts) must(parts->compact() == text);
    if (const auto read = credential::read_credential(text)) {
        const std::vector<credential::ClaimPath> all;
        must(credential::disclosures_for(read->processed, all).empty());
    }
}

void disclosures(std::string_view text) {
    // A payload object, then one disclosure (JSON array) a line.
    const std::size_t line = text.find('\n');
    const auto payload = encoding::parse_json(text.substr(0, line), {4096, 16, true});
    if (!payload || !payload->is_object()) return;
    std::vector<std::string> list;
    while (line != std::string_view::npos && list.size() < 8) {
        const std::size_t begin = text.find('\n') + 1;
        text.remove_prefix(begin);
        list.push_back(encoding::base64url_encode(view_of(text.substr(0, text.find('\n')))));
        if (text.find('\n') == std::string_view::npos) break;
    }
    static_cast<void>(credential::process_disclosures(*payload->object(), list));
}

void jose(std::string_view text) {
    if (const auto jws = keys::parse_jws(text, {"", {"ES256", "EdDSA"}, 1 << 16})) {
        static_cast<void>(keys::payload_object(*jws));
    }
    static keys::SeededRandom random(1);
    static const auto key = keys::P256PrivateKey::generate(random);
    must(!keys::decrypt_jwe(text, key, {true, 1 << 16, 1 << 16}));
}

void jwk(std::string_view text) {
    const auto value = encoding::parse_json(text, {4096, 8, true});
    if (!value) return;
    if (const auto key = keys::public_key_from_jwk(*value)) {
        must(keys::thumbprint(*key) ==
             keys::thumbprint(
                 keys::public_key_from_jwk(encoding::Value(keys::jwk_of(*key))).value()));
    }
    static_cast<void>(did::content_fault(*value));
    static_cast<void>(did::key_for(*value, "#verkey", "authentication"));
}

void dcql(std::string_view text) {
    const auto value = encoding::parse_json(text, {65536, 32, true});
    if (!value) return;
    if (const auto query = openid::read_dcql(*value)) {
        const auto again = openid::read_dcql(encoding::Value(openid::to_value(*query)));
        // Formats other than ours lose their meta, so only our own queries come back whole.
        bool ours = true;
        for (const auto& credential : query->credentials)
            ours = ours && credential.format == "dc+sd-jwt";
        if (ours) must(again.has_value() && again->credentials.size() == query->credentials.size());
        for (const auto& credential : query->credentials) {
            static_cast<void>(openid::claims_to_disclose(credential, *value));
        }
    }
}

void wallet(std::string_view text) {
    static_cast<void>(openid::read_offer_link(text));
    static_cast<void>(openid::read_presentation_link(text));
    static_cast<void>(openid::read_offer(text));
    static_cast<void>(openid::read_issuer_metadata(text, "https://a"));
    static_cast<void>(openid::read_credential_response(text));
    static_cast<void>(openid::read_request_object(text, {"x", "https://a", false}, {}));
    if (const auto form = openid::parse_form(text))
        must(openid::parse_form(openid::form_encode(*form)) == form);
}

void status(std::string_view text) {
    if (const auto list = credential::StatusList::decode(1, text)) {
        must(credential::StatusList::decode(1, list->encode())->bytes() == list->bytes());
    }
    static_cast<void>(credential::verify_status_token(text, {}, {}));
}

void plate(std::string_view text) {
    static const credential::Districts districts{"K", "KA", "B", "GÜ", "MÜ", "M", "A", "AB"};
    if (const auto read = credential::read_plate(text, districts)) {
        const auto again = credential::read_plate(read->plate.canonical(), districts);
        must(again.has_value() && again->plate == read->plate && !again->ambiguous);
    }
    static_cast<void>(credential::plate_key(text));
}

void did_url(std::string_view text) {
    if (const auto url = did::parse_did_url(text)) {
        must(did::parse_did_url(url->did).has_value());
        static_cast<void>(url->parameter("versionId"));
        static_cast<void>(did::document_of_contained_key(*url));
    }
    static_cast<void>(did::expand_verkey("V4SGRU86Z58d6TV7PBUe6f", text));
}

void certificate(std::string_view text) {
    if (const auto parsed = keys::Certificate::from_der(view_of(text))) {
        must(keys::Certificate::from_pem(parsed->to_pem())->der() == parsed->der());
        static_cast<void>(parsed->dns_names());
        static_cast<void>(parsed->uris());
        static_cast<void>(parsed->common_name());
        static_cast<void>(keys::verify_chain({*parsed}, {}, {}));
    }
    static_cast<void>(keys::Certificate::from_pem(text));
}

void stored(std::string_view text) {
    // An empty envelope is never opened; parameters are refused before any work.
    if (text.find("argon2id") == std::string_view::npos) must(!keys::open_keystore(text, {}));
    if (!text.starts_with("$argon2id")) must(!keys::verify_password(text, "x"));
    static_cast<void>(credential::type_document_acceptable(text, "v", ""));
}

/// The issuer's endpoints: the input is a body; every answer is a JSON object with an error,
/// nothing is issued.
void issuer(std::string_view text) {
    static openid::Counter counter;
    static const std::string token = counter.access_token(counter.offer());
    const std::string body(text);
    const auto refused = [](const openid::HttpResponse& response) {
        must(response.status >= 400);
        must(encoding::parse_json(response.body)->text_at("error") != "");
    };
    refused(counter.token(body).response);
    refused(counter.ask(token, body).response);
    refused(counter.issuer
                .credential({"application/jwt", "Bearer " + token, "", body}, credential::test_now)
                .response);
    refused(
        counter.issuer
            .notification({"application/json", "Bearer " + token, "", body}, credential::test_now)
            .response);
    refused(counter.issuer.credential({"application/json", body, "", "{}"}, credential::test_now)
                .response);
    refused(counter.issuer.credential_offer(text, credential::test_now));
}

/// The verifier's endpoints: whatever a wallet sends, the result is never `answered`.
void verifier(std::string_view text) {
    static openid::Counter counter;
    static openid::MemoryRecords records;
    static openid::VerifierConfig config = [] {
        openid::VerifierConfig c;
        c.base_url = credential::base_url;
        c.signing = counter.town.identity();
        return c;
    }();
    static openid::Verifier verifier(config, records, counter.town.random);
    openid::PresentationRequest request;
    request.query.credentials.emplace_back();
    request.query.credentials.back().id = "q";
    request.query.credentials.back().vct_values = {counter.town.residence.vct};
    request.response_mode = openid::ResponseMode::direct_post;
    const auto started = verifier.start(request, credential::test_now);
    const openid::TrustPolicy trust{{counter.town.trusted()}, nullptr, nullptr};
    const std::string form =
        openid::form_encode({{"vp_token", std::string(text)}, {"state", started.request_id}});
    for (const std::string& body : {std::string(text), form}) {
        const auto answer = verifier.response(started.request_id,
                                              {"application/x-www-form-urlencoded", "", "", body},
                                              trust, credential::test_now);
        must(encoding::parse_json(answer.body).has_value());
    }
    static_cast<void>(verifier.request_object_post(
        started.request_id, {"", "", "", std::string(text)}, credential::test_now));
    must(verifier.result(started.transaction_id, "", "", credential::test_now).state !=
         openid::PresentationState::answered);
    records.expire(credential::test_now + 100000);
}

/// A trusted list in XML: nobody is believed, so nothing is read from any.
void signed_xml(std::string_view text) {
    static_cast<void>(credential::SignedXml::read(text));
    credential::Trace trace;
    must(!credential::read_trust_list(text, {}, trace));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0 || size > 65536) return 0;
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    using Parser = void (*)(std::string_view);
    static constexpr Parser parsers[] = {sd_jwt, disclosures, jose,     jwk,       dcql,
                                         wallet, status,      plate,    did_url,   certificate,
                                         stored, issuer,      verifier, signed_xml};
    parsers[data[0] % std::size(parsers)](text);
    return 0;
}
