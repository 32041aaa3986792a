// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Records, by kind:
//   vp         request id -> transaction as JSON; {"state":"answered"} once the wallet has answered
//   vp_tx      transaction id -> {request,exp}
//   vp_result  transaction id -> result, session hash and response code; released once
#include "ssi/openid/verifier.hpp"

#include <algorithm>

#include "ssi/keys/digest_text.hpp"
#include "ssi/openid/verifier_record.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"

namespace stadtbuch::openid {

using credential::Rule;
using encoding::Array;
using encoding::Object;
using encoding::Value;

namespace {

constexpr std::size_t body_bytes_max = 1024 * 1024;
constexpr encoding::JsonLimits token_limits{512 * 1024, 8, true};

std::string hash_text(std::string_view text) {
    return text.empty() ? std::string() : keys::digest_text(text);
}

bool same_text(std::string_view a, std::string_view b) {
    return keys::constant_time_equal(view_of(a), view_of(b));
}

std::string_view host_of(std::string_view url) {
    const std::size_t scheme = url.find("://");
    if (scheme == std::string_view::npos) return {};
    url.remove_prefix(scheme + 3);
    url = url.substr(0, url.find_first_of("/?#"));
    return url.substr(0, url.find(':'));
}

Object client_metadata(const VerifierConfig& config, const keys::P256PrivateKey* key) {
    Object metadata{
        {"vp_formats_supported",
         Object{{std::string(credential::credential_format),
                 Object{{"sd-jwt_alg_values", Array{Value("ES256")}},
                        {"kb-jwt_alg_values", Array{Value("ES256"), Value("EdDSA")}}}}}}};
    if (!config.display_name.empty()) metadata.set("client_name", config.display_name);
    if (key != nullptr) {
        const keys::PublicKey public_key(key->public_key());
        Object jwk = keys::jwk_of(public_key);
        jwk.set("kid", keys::thumbprint(public_key));
        jwk.set("alg", "ECDH-ES");
        jwk.set("use", "enc");
        metadata.set("jwks", Object{{"keys", Array{Value(std::move(jwk))}}});
        metadata.set("encrypted_response_enc_values_supported",
                     Array{Value("A128GCM"), Value("A256GCM")});
    }
    return metadata;
}

PresentationResult failed(Rule rule, std::string_view detail) {
    PresentationResult result;
    result.state = PresentationState::failed;
    result.trace.fail(rule, "", detail);
    return result;
}

/// What start() stored: base64url texts of objects that name credential ids.
void read_transaction_data(const Value& fields, std::vector<SentTransactionData>& out) {
    const Value* list = fields.find("transaction_data");
    for (std::size_t i = 0; list != nullptr && list->is_array() && i < list->array()->size(); ++i) {
        const std::string* encoded = (*list->array())[i].text();
        const auto bytes = encoded != nullptr ? encoding::base64url_decode(*encoded) : std::nullopt;
        const auto data = bytes ? encoding::parse_json(text_of(*bytes)) : encoding::parse_json("");
        const Value* ids = data ? data->find("credential_ids") : nullptr;
        if (ids == nullptr || !ids->is_array()) continue;
        SentTransactionData sent{*encoded, {}};
        for (const Value& id : *ids->array()) {
            if (id.is_text()) sent.credential_ids.push_back(*id.text());
        }
        out.push_back(std::move(sent));
    }
}

bool is_url_safe(std::string_view text) {
    return text.size() <= 512 && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '_' || c == '.' || c == '~';
           });
}

}  // namespace

std::string_view to_text(PresentationState state) {
    switch (state) {
        case PresentationState::unknown:
            return "unknown";
        case PresentationState::waiting:
            return "waiting";
        case PresentationState::answered:
            return "answered";
        case PresentationState::refused:
            return "refused";
        case PresentationState::failed:
            return "failed";
        case PresentationState::expired:
            return "expired";
        case PresentationState::wrong_session:
            return "wrong_session";
    }
    return "unknown";
}

Verifier::Verifier(VerifierConfig config, Records& records, keys::RandomSource& random)
    : config_(std::move(config)), records_(records), random_(random) {}

std::string Verifier::client_id() const {
    return client_id(config_.haip ? ClientIdPrefix::x509_hash : config_.client_id_prefix);
}

std::string Verifier::client_id(ClientIdPrefix prefix) const {
    if (prefix == ClientIdPrefix::decentralized_identifier)
        return "decentralized_identifier:" + config_.did;
    if (prefix == ClientIdPrefix::x509_san_dns)
        return "x509_san_dns:" + std::string(host_of(config_.base_url));
    return "x509_hash:" +
           encoding::base64url_encode(config_.signing.chain.front().fingerprint().view());
}

StartedPresentation Verifier::start(const PresentationRequest& request, UnixSeconds now) {
    StartedPresentation started;
    started.transaction_id = keys::random_token(random_);
    started.request_id = keys::random_token(random_);
    ClientIdPrefix prefix = config_.haip
                                ? ClientIdPrefix::x509_hash
                                : request.client_id_prefix.value_or(config_.client_id_prefix);
    if (prefix == ClientIdPrefix::decentralized_identifier && config_.did.empty())
        prefix = ClientIdPrefix::x509_hash;
    const bool encrypted = config_.haip || request.response_mode == ResponseMode::direct_post_jwt;
    started.client_id = client_id(prefix);
    started.request_uri =
        config_.base_url + std::string(verifier_paths::request) + started.request_id;
    started.expires_at = now + config_.lifetime_s;
    started.link = "openid4vp://?client_id=" + url_encode(started.client_id) +
                   "&request_uri=" + url_encode(started.request_uri);
    if (request.request_uri_post) started.link += "&request_uri_method=post";

    Array agreed;
    for (const Object& data : request.transaction_data) {
        const std::string text = encoding::compact_json(data);
        agreed.emplace_back(encoding::base64url_encode(view_of(text)));
    }
    Object record{{"state", "waiting"},
                  {"transaction", started.transaction_id},
                  {"nonce", keys::random_token(random_)},
                  {"query", to_value(request.query)},
                  {"prefix", static_cast<std::int64_t>(prefix)},
                  {"transaction_data", std::move(agreed)},
                  {"same_device", request.same_device},
                  {"session", hash_text(request.browser_session)},
                  {"return_url", request.return_url},
                  {"context", request.context},
                  {"keep_status", request.keep_status},
                  {"exp", started.expires_at}};
    if (encrypted) {
        // A new key for each request (HAIP §5); it is wiped from the record with the answer.
        record.set("key",
                   encoding::base64url_encode(keys::P256PrivateKey::generate(random_).scalar()));
    }
    records_.put("vp", started.request_id, encoding::compact_json(record), started.expires_at);
    records_.put("vp_tx", started.transaction_id,
                 encoding::compact_json(
                     Object{{"request", started.request_id}, {"exp", started.expires_at}}),
                 started.expires_at + config_.result_lifetime_s);
    if (request.by_value && !config_.haip) {
        if (const auto transaction = load(started.request_id, now)) {
            started.link = "openid4vp://?client_id=" + url_encode(started.client_id) +
                           "&request=" + url_encode(signed_request(*transaction, {}).body);
        }
    }
    return started;
}

std::optional<Verifier::Transaction> Verifier::load(std::string_view request_id, UnixSeconds now) {
    auto record = records_.get("vp", request_id);
    auto parsed = record ? encoding::parse_json(*record) : encoding::parse_json("{}");
    if (!parsed || parsed->text_at("state") != "waiting") return std::nullopt;
    Transaction transaction;
    const Value* expires_at = parsed->find("exp");
    const Value* query = parsed->find("query");
    if (expires_at == nullptr || expires_at->integer().value_or(0) <= now || query == nullptr)
        return std::nullopt;
    auto read = read_dcql(*query);
    if (!read) return std::nullopt;
    transaction.query = std::move(read).value();
    transaction.request_id = request_id;
    transaction.record = *std::move(record);
    transaction.fields = std::move(parsed).value();
    transaction.expires_at = expires_at->integer().value_or(0);
    const Value* prefix = transaction.fields.find("prefix");
    transaction.prefix =
        static_cast<ClientIdPrefix>(prefix != nullptr ? prefix->integer().value_or(0) : 0);
    read_transaction_data(transaction.fields, transaction.transaction_data);
    if (const auto scalar = encoding::base64url_decode(transaction.fields.text_at("key"));
        scalar && !scalar->empty()) {
        auto key = keys::P256PrivateKey::from_scalar(*scalar);
        if (key) transaction.key.emplace(std::move(key).value());
    }
    return transaction;
}

HttpResponse Verifier::signed_request(const Transaction& transaction,
                                      std::string_view wallet_nonce) const {
    Object payload{{"client_id", client_id(transaction.prefix)},
                   {"response_type", "vp_token"},
                   {"response_mode", transaction.key ? "direct_post.jwt" : "direct_post"},
                   {"response_uri", config_.base_url + std::string(verifier_paths::response) +
                                        transaction.request_id},
                   {"aud", "https://self-issued.me/v2"},
                   {"nonce", transaction.fields.text_at("nonce")},
                   {"state", transaction.request_id},
                   {"exp", transaction.expires_at},
                   {"dcql_query", to_value(transaction.query)},
                   {"client_metadata",
                    client_metadata(config_, transaction.key ? &*transaction.key : nullptr)}};
    if (!wallet_nonce.empty()) payload.set("wallet_nonce", wallet_nonce);
    Array agreed;
    for (const SentTransactionData& data : transaction.transaction_data)
        agreed.emplace_back(data.encoded);
    if (!agreed.empty()) payload.set("transaction_data", std::move(agreed));
    if (Array known = config_.registration.entries(); !known.empty())
        payload.set("verifier_info", std::move(known));
    Object header{{"typ", "oauth-authz-req+jwt"}};
    if (transaction.prefix == ClientIdPrefix::decentralized_identifier) {
        header.set("kid", config_.did_key_id);
    } else {
        header.set("x5c", keys::x5c_of(config_.signing.chain));
    }
    HttpResponse response;
    response.content_type = "application/oauth-authz-req+jwt";
    response.headers.emplace_back("Cache-Control", "no-store");
    response.body =
        keys::sign_jws(header, encoding::compact_json(payload), *config_.signing.signer);
    if (response.body.empty())
        return error_response(500, "server_error", "the signing key is not available");
    return response;
}

HttpResponse Verifier::request_object(std::string_view request_id, UnixSeconds now) {
    const auto transaction = load(request_id, now);
    if (!transaction)
        return error_response(404, "invalid_request", "unknown, answered or expired request");
    return signed_request(*transaction, {});
}

HttpResponse Verifier::request_object_post(std::string_view request_id, const HttpRequest& request,
                                           UnixSeconds now) {
    const auto transaction = load(request_id, now);
    if (!transaction)
        return error_response(404, "invalid_request", "unknown, answered or expired request");
    const auto form =
        request.body.size() <= body_bytes_max ? parse_form(request.body) : std::nullopt;
    if (!form) return error_response(400, "invalid_request", "form body expected");
    const auto nonce = form->find("wallet_nonce");
    if (nonce == form->end()) return signed_request(*transaction, {});
    if (!is_url_safe(nonce->second))
        return error_response(400, "invalid_request", "wallet_nonce is not URL-safe");
    return signed_request(*transaction, nonce->second);
}

HttpResponse Verifier::response(std::string_view request_id, const HttpRequest& request,
                                const TrustPolicy& trust, UnixSeconds now) {
    const auto transaction = load(request_id, now);
    if (!transaction)
        return error_response(400, "invalid_request", "unknown, answered or expired request");
    const auto form = media_type(request.content_type) == "application/x-www-form-urlencoded" &&
                              request.body.size() <= body_bytes_max
                          ? parse_form(request.body)
                          : std::nullopt;
    if (!form) return error_response(400, "invalid_request", "form body expected");
    // Whoever swaps the record first has answered; a replay finds nothing to answer, and the key is
    // gone.
    if (!records_.compare_and_swap("vp", request_id, transaction->record, R"({"state":"answered"})",
                                   transaction->expires_at)) {
        return error_response(400, "invalid_request", "unknown, answered or expired request");
    }
    PresentationResult result = judge(*transaction, *form, trust, now);
    result.context = transaction->fields.text_at("context");
    Object record = result_to_value(result);
    record.set("session", transaction->fields.text_at("session"));
    Object answer;
    const Value* same_device = transaction->fields.find("same_device");
    if (same_device != nullptr && same_device->boolean().value_or(false)) {
        const std::string code = keys::random_token(random_);
        record.set("response_code", hash_text(code));
        std::string url(transaction->fields.text_at("return_url"));
        url += (url.find('?') == std::string::npos ? '?' : '&');
        answer.set("redirect_uri", url + "response_code=" + code);
    }
    records_.put("vp_result", transaction->fields.text_at("transaction"),
                 encoding::compact_json(record), now + config_.result_lifetime_s);
    return json_response(200, answer);
}

PresentationResult Verifier::judge(const Transaction& transaction, const Form& form,
                                   const TrustPolicy& trust, UnixSeconds now) const {
    const auto field = [&](const char* name) {
        const auto found = form.find(name);
        return found == form.end() ? std::string() : found->second;
    };
    if (form.contains("error")) {
        PresentationResult refused;
        refused.state = PresentationState::refused;
        const std::string error = field("error");
        refused.wallet_error = is_url_safe(error) ? error : "invalid_request";
        return refused;
    }
    Value answer;
    credential::Trace trace;
    std::string state = field("state");
    if (transaction.key) {
        const auto plain = keys::decrypt_jwe(field("response"), *transaction.key,
                                             {false, body_bytes_max, body_bytes_max});
        if (!plain) return failed(Rule::response_decrypts, keys::to_text(plain.error()));
        trace.pass(Rule::response_decrypts);
        auto body = encoding::parse_json(plain->plaintext, token_limits);
        if (!body || !body->is_object()) return failed(Rule::response_shape, "no JSON object");
        state = body->text_at("state");
        if (const Value* token = body->find("vp_token")) answer = *token;
        if (body->find("error") != nullptr) {
            PresentationResult refused;
            refused.state = PresentationState::refused;
            const std::string_view error = body->text_at("error");
            refused.wallet_error = is_url_safe(error) ? error : "invalid_request";
            return refused;
        }
    } else {
        auto token = encoding::parse_json(field("vp_token"), token_limits);
        if (!token) return failed(Rule::response_shape, "vp_token is no JSON");
        answer = std::move(token).value();
    }
    if (state != transaction.request_id) return failed(Rule::response_shape, "state");
    const Value* keep = transaction.fields.find("keep_status");
    const bool keep_status = keep != nullptr && keep->boolean().value_or(false);
    PresentationResult result = check_vp_token(answer,
                                               {&transaction.query, client_id(transaction.prefix),
                                                std::string(transaction.fields.text_at("nonce")),
                                                now, transaction.transaction_data, keep_status},
                                               trust);
    trace.append(result.trace);
    result.trace = std::move(trace);
    return result;
}

PresentationState Verifier::state(std::string_view transaction_id, UnixSeconds now) {
    if (const auto record = records_.get("vp_result", transaction_id)) {
        const auto parsed = encoding::parse_json(*record);
        return parsed ? result_from_value(*parsed).state : PresentationState::unknown;
    }
    const auto record = records_.get("vp_tx", transaction_id);
    const auto parsed = record ? encoding::parse_json(*record) : encoding::parse_json("{}");
    const Value* expires_at = parsed ? parsed->find("exp") : nullptr;
    if (expires_at == nullptr) return PresentationState::unknown;
    return expires_at->integer().value_or(0) > now ? PresentationState::waiting
                                                   : PresentationState::expired;
}

void Verifier::cancel(std::string_view transaction_id) {
    const auto forget = [&](std::string_view kind, std::string_view key) {
        // Lost against an answer that comes at this moment: that one is looked at again.
        for (auto held = records_.get(kind, key); held; held = records_.get(kind, key)) {
            if (records_.compare_and_delete(kind, key, *held)) break;
        }
    };
    const auto record = records_.get("vp_tx", transaction_id);
    const auto parsed = record ? encoding::parse_json(*record) : encoding::parse_json("{}");
    // The request first: an answer needs it, so none can be kept after the last line.
    if (parsed) forget("vp", parsed->text_at("request"));
    forget("vp_tx", transaction_id);
    forget("vp_result", transaction_id);
}

PresentationResult Verifier::result(std::string_view transaction_id,
                                    std::string_view browser_session,
                                    std::string_view response_code, UnixSeconds now) {
    PresentationResult result;
    const auto record = records_.get("vp_result", transaction_id);
    const auto parsed = record ? encoding::parse_json(*record) : encoding::parse_json("{}");
    if (!record || !parsed) {
        result.state = state(transaction_id, now);
        return result;
    }
    const std::string_view session = parsed->text_at("session");
    const std::string_view code = parsed->text_at("response_code");
    const bool session_fits = session.empty() || same_text(session, hash_text(browser_session));
    const bool code_fits =
        code.empty() || (same_text(code, hash_text(response_code)) && !session.empty());
    // Released or discarded, it is gone: whoever deletes the record first has it.
    if (!records_.compare_and_delete("vp_result", transaction_id, *record)) return result;
    if (const auto tx = records_.get("vp_tx", transaction_id)) {
        static_cast<void>(records_.compare_and_delete("vp_tx", transaction_id, *tx));
    }
    if (!session_fits || !code_fits) {
        result.state = PresentationState::wrong_session;
        return result;
    }
    return result_from_value(*parsed);
}

}  // namespace stadtbuch::openid
