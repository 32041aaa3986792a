// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The holder's half of OpenID4VP.
#include <algorithm>

#include "ssi/credential/contains.hpp"
#include "ssi/openid/authorities.hpp"
#include "ssi/openid/holder.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"

namespace stadtbuch::openid {

using credential::contains;
using encoding::Array;
using encoding::Object;
using encoding::Value;

namespace {

constexpr std::string_view hash_prefix = "x509_hash:";
constexpr std::string_view dns_prefix = "x509_san_dns:";

std::string_view host_of(std::string_view url) {
    const std::size_t scheme = url.find("://");
    if (scheme == std::string_view::npos) return {};
    url.remove_prefix(scheme + 3);
    url = url.substr(0, url.find_first_of("/?#"));
    return url.substr(0, url.find(':'));
}

/// The certificate carries the client id, and for DNS names the answer goes to that host.
bool carries(const keys::Certificate& leaf, std::string_view client_id,
             std::string_view response_uri) {
    if (client_id.starts_with(hash_prefix)) {
        return client_id.substr(hash_prefix.size()) ==
               encoding::base64url_encode(leaf.fingerprint().view());
    }
    if (!client_id.starts_with(dns_prefix)) return false;
    const std::string_view name = client_id.substr(dns_prefix.size());
    return contains(leaf.dns_names(), name) && host_of(response_uri) == name;
}

Result<keys::Certificate, HolderError> check_signature(const keys::Jws& jws,
                                                       const RequestRules& rules) {
    const Value* x5c = jws.header.find("x5c");
    if (x5c == nullptr) return Failure{HolderError::bad_request_object};
    const auto chain = keys::chain_from_x5c(*x5c);
    if (!chain || chain->front().is_self_signed()) return Failure{HolderError::untrusted_verifier};
    if (!rules.anchors.empty() &&
        !keys::verify_chain(*chain, rules.anchors, {rules.now, {}, 5, false})) {
        return Failure{HolderError::untrusted_verifier};
    }
    const auto key = chain->front().public_key();
    if (!key || !keys::verify_jws(jws, *key)) return Failure{HolderError::bad_request_object};
    return chain->front();
}

/// Encryption of the answer: first usable key of client_metadata.jwks, first announced method that
/// we know.
bool read_encryption(const Value& metadata, AuthorizationRequest& request) {
    const Value* jwks = metadata.find("jwks");
    const Value* list = jwks != nullptr ? jwks->find("keys") : nullptr;
    for (std::size_t i = 0; list != nullptr && list->is_array() && i < list->array()->size(); ++i) {
        const Value& jwk = (*list->array())[i];
        if (jwk.text_at("alg") != "ECDH-ES") continue;
        auto key = keys::p256_from_jwk(jwk);
        if (!key) continue;
        request.encryption_key = std::move(key).value();
        request.encryption_kid = jwk.text_at("kid");
        break;
    }
    const Value* methods = metadata.find("encrypted_response_enc_values_supported");
    if (methods != nullptr && methods->is_array()) {
        const Array& values = *methods->array();
        const auto known = std::find_if(values.begin(), values.end(), [](const Value& v) {
            return v == Value("A128GCM") || v == Value("A256GCM");
        });
        if (known == values.end()) return false;
        request.enc = *known->text();
    }
    return request.encryption_key.has_value();
}

bool type_fits(const CredentialQuery& query, const Value& claims) {
    if (contains(query.vct_values, claims.text_at("vct"))) return true;
    const Value* others = claims.find("aka_vcts");
    return others != nullptr && others->is_array() &&
           std::any_of(others->array()->begin(), others->array()->end(), [&](const Value& v) {
               return v.is_text() && contains(query.vct_values, *v.text());
           });
}

bool authorities_fit(const CredentialQuery& query, const credential::VerifiedCredential& read,
                     const HeldCredential& held) {
    if (!query.trust_lists.empty() && !held.trust_lists) return true;
    return is_of_authorities(query, read.parts,
                             held.trust_lists.value_or(std::vector<std::string>()));
}

struct Choice {
    std::size_t index = 0;
    std::vector<credential::ClaimPath> paths;
    credential::VerifiedCredential credential;
};

std::optional<Choice> choose(const CredentialQuery& query, const std::vector<HeldCredential>& held,
                             UnixSeconds now) {
    if (query.format != credential::credential_format) return std::nullopt;
    for (std::size_t i = 0; i < held.size(); ++i) {
        auto read = credential::read_credential(held[i].compact);
        if (!read || (read->expires_at != 0 && read->expires_at <= now)) continue;
        if (query.require_holder && held[i].key == nullptr) continue;
        const Value claims(read->claims);
        if (!type_fits(query, claims) || !authorities_fit(query, *read, held[i])) continue;
        auto paths = claims_to_disclose(query, claims);
        if (paths) return Choice{i, *std::move(paths), std::move(read).value()};
    }
    return std::nullopt;
}

/// Ids to answer: all of them, or the first satisfiable option of each required set.
std::optional<std::vector<std::string>> ids_to_answer(const DcqlQuery& query,
                                                      const std::vector<std::string>& available) {
    std::vector<std::string> wanted;
    if (query.credential_sets.empty()) {
        for (const auto& credential : query.credentials) wanted.push_back(credential.id);
        const bool met = std::all_of(wanted.begin(), wanted.end(),
                                     [&](const auto& id) { return contains(available, id); });
        return met ? std::optional(wanted) : std::nullopt;
    }
    for (const CredentialSet& set : query.credential_sets) {
        if (!set.required) continue;
        const auto option =
            std::find_if(set.options.begin(), set.options.end(), [&](const auto& ids) {
                return std::all_of(ids.begin(), ids.end(),
                                   [&](const auto& id) { return contains(available, id); });
            });
        if (option == set.options.end()) return std::nullopt;
        for (const std::string& id : *option) {
            if (!contains(wanted, id)) wanted.push_back(id);
        }
    }
    return wanted;
}

}  // namespace

Result<PresentationLink, HolderError> read_presentation_link(std::string_view link) {
    const std::size_t mark = link.find('?');
    if (mark == std::string_view::npos) return Failure{HolderError::bad_link};
    const auto parameters = parse_form(link.substr(mark + 1));
    if (!parameters) return Failure{HolderError::bad_link};
    const auto client = parameters->find("client_id");
    const auto uri = parameters->find("request_uri");
    if (client == parameters->end() || uri == parameters->end() ||
        parameters->contains("request")) {
        return Failure{HolderError::bad_link};
    }
    PresentationLink result{client->second, uri->second, false};
    if (!result.request_uri.starts_with("https://") && !result.request_uri.starts_with("http://")) {
        return Failure{HolderError::bad_link};
    }
    if (const auto method = parameters->find("request_uri_method"); method != parameters->end()) {
        if (method->second != "get" && method->second != "post")
            return Failure{HolderError::bad_link};
        result.post = method->second == "post";
    }
    return result;
}

Result<AuthorizationRequest, HolderError> read_request_object(std::string_view text,
                                                              const PresentationLink& link,
                                                              const RequestRules& rules) {
    const auto jws = keys::parse_jws(text, {"oauth-authz-req+jwt", {"ES256"}, 256 * 1024});
    if (!jws) return Failure{HolderError::bad_request_object};
    const auto leaf = check_signature(*jws, rules);
    if (!leaf) return Failure{leaf.error()};
    const auto payload = keys::payload_object(*jws);
    if (!payload) return Failure{HolderError::bad_request_object};
    const Value claims(*payload);
    AuthorizationRequest request;
    request.client_id = claims.text_at("client_id");
    request.response_uri = claims.text_at("response_uri");
    request.nonce = claims.text_at("nonce");
    request.state = claims.text_at("state");
    const std::string_view mode = claims.text_at("response_mode");
    request.encrypted = mode == "direct_post.jwt";
    const Value* expires_at = claims.find("exp");
    const bool good =
        request.client_id == link.client_id && claims.text_at("response_type") == "vp_token" &&
        (request.encrypted || mode == "direct_post") && !request.response_uri.empty() &&
        request.nonce.size() >= 16 && claims.find("redirect_uri") == nullptr &&
        claims.text_at("aud") == "https://self-issued.me/v2" &&
        claims.text_at("wallet_nonce") == rules.wallet_nonce &&
        (expires_at == nullptr || expires_at->integer().value_or(0) > rules.now);
    if (!good) return Failure{HolderError::bad_request_object};
    if (!carries(*leaf, request.client_id, request.response_uri))
        return Failure{HolderError::untrusted_verifier};
    if (claims.find("transaction_data") != nullptr)
        return Failure{HolderError::unknown_transaction_data};

    const Value* metadata = claims.find("client_metadata");
    if (metadata != nullptr) request.verifier_name = metadata->text_at("client_name");
    if (request.verifier_name.empty()) request.verifier_name = leaf->common_name();
    if (request.encrypted && (metadata == nullptr || !read_encryption(*metadata, request))) {
        return Failure{HolderError::bad_request_object};
    }
    const Value* query = claims.find("dcql_query");
    auto read = query != nullptr ? read_dcql(*query)
                                 : Result<DcqlQuery, DcqlError>(Failure{DcqlError::malformed});
    if (!read) return Failure{HolderError::bad_request_object};
    request.query = std::move(read).value();
    return request;
}

Result<std::vector<Presentation>, HolderError> present(const AuthorizationRequest& request,
                                                       const std::vector<HeldCredential>& held,
                                                       UnixSeconds now) {
    std::vector<std::pair<std::string, Choice>> choices;
    std::vector<std::string> available;
    for (const CredentialQuery& query : request.query.credentials) {
        auto choice = choose(query, held, now);
        if (!choice) continue;
        available.push_back(query.id);
        choices.emplace_back(query.id, *std::move(choice));
    }
    const auto ids = ids_to_answer(request.query, available);
    if (!ids || ids->empty()) return Failure{HolderError::query_not_met};
    std::vector<Presentation> presentations;
    for (auto& [id, choice] : choices) {
        if (!contains(*ids, id)) continue;
        credential::SdJwt parts = choice.credential.parts;
        parts.key_binding.clear();
        parts.disclosures = credential::disclosures_for(choice.credential.processed, choice.paths);
        Presentation presentation{id, choice.index, "", {}};
        for (const auto& claim : choice.credential.processed.disclosed) {
            if (contains(parts.disclosures, claim.disclosure))
                presentation.disclosed.push_back(credential::to_text(claim.path));
        }
        const keys::Signer* key = held[choice.index].key;
        presentation.compact = parts.compact();
        if (key != nullptr && request.query.find(id)->require_holder) {
            presentation.compact = credential::bind_to_holder(
                parts, {request.client_id, request.nonce, now, {}, {}}, *key);
            if (presentation.compact.empty()) return Failure{HolderError::encryption_failed};
        }
        presentations.push_back(std::move(presentation));
    }
    return presentations;
}

Result<std::string, HolderError> response_body(const AuthorizationRequest& request,
                                               const std::vector<Presentation>& presentations,
                                               keys::RandomSource& random) {
    Object token;
    for (const Presentation& presentation : presentations) {
        token.set(presentation.query_id, Array{Value(presentation.compact)});
    }
    if (!request.encrypted) {
        Form form{{"vp_token", encoding::compact_json(token)}};
        if (!request.state.empty()) form.emplace("state", request.state);
        return form_encode(form);
    }
    Object answer{{"vp_token", std::move(token)}};
    if (!request.state.empty()) answer.set("state", request.state);
    const keys::JweRecipient recipient{
        *request.encryption_key, request.encryption_kid, request.enc, {}, {}, false};
    const auto jwe = keys::encrypt_jwe(encoding::compact_json(answer), recipient, random);
    if (!jwe) return Failure{HolderError::encryption_failed};
    return form_encode({{"response", *jwe}});
}

std::string refusal_body(const AuthorizationRequest& request, std::string_view error) {
    Form form{{"error", std::string(error)}};
    if (!request.state.empty()) form.emplace("state", request.state);
    return form_encode(form);
}

}  // namespace stadtbuch::openid
