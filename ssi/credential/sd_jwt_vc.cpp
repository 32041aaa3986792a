// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/credential/sd_jwt_vc.hpp"

#include <algorithm>
#include <array>

#include "ssi/credential/contains.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"
#include "storage/hash/hash.hpp"

namespace stadtbuch::credential {

using encoding::Array;
using encoding::Object;
using encoding::Value;

namespace {

// draft-ietf-oauth-sd-jwt-vc-19 §3.2.2: never selectively disclosable, sub-claims included.
constexpr std::array<std::string_view, 8> protected_names{
    "iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "aka_vcts", "status"};

bool is_protected(const ClaimPath& path) {
    const auto* name = std::get_if<std::string>(&path.front());
    return name != nullptr && contains(protected_names, *name);
}

std::string_view host_of(std::string_view url) {
    const std::size_t scheme = url.find("://");
    if (scheme == std::string_view::npos) return {};
    url.remove_prefix(scheme + 3);
    url = url.substr(0, url.find_first_of("/?#"));
    return url.substr(0, url.find(':'));
}

/// The types a credential claims to be: vct and aka_vcts.
std::vector<std::string> types_of(const Value& claims) {
    std::vector<std::string> types{std::string(claims.text_at("vct"))};
    const Value* others = claims.find("aka_vcts");
    for (std::size_t i = 0; others != nullptr && others->is_array() && i < others->array()->size();
         ++i) {
        if (const std::string* type = (*others->array())[i].text()) types.push_back(*type);
    }
    return types;
}

/// One verification; each step adds its lines and says whether to go on.
class Check {
  public:
    Check(const VerifyRules& rules, Verification& out)
        : rules_(rules), trace_(out.trace), out_(out) {}

    void run(std::string_view compact, bool check_status) {
        if (!(parse(compact) && issuer_key() && issuer_signature() && times() &&
              open_disclosures() && type() && holder())) {
            return;
        }
        found_.claims = found_.processed.claims;
        out_.credential = std::move(found_);
        if (check_status) verify_status(out_, rules_);
    }

  private:
    bool parse(std::string_view compact) {
        auto parts = split_sd_jwt(compact);
        if (!trace_.check(parts.has_value(), Rule::credential_parses, "",
                          parts ? "" : to_text(parts.error())))
            return false;
        found_.parts = std::move(parts).value();
        keys::JwsRules rules{"dc+sd-jwt", {"ES256", "EdDSA", "Ed25519"}, 256 * 1024};
        auto jws = keys::parse_jws(found_.parts.issuer_jwt, rules);
        if (!jws && jws.error() == keys::JoseError::unexpected_type &&
            rules_.accept_old_media_type) {
            rules.typ = "vc+sd-jwt";
            jws = keys::parse_jws(found_.parts.issuer_jwt, rules);
        }
        if (!trace_.check(jws.has_value(), Rule::credential_type_header, "typ",
                          jws ? "" : keys::to_text(jws.error()))) {
            return false;
        }
        jws_ = std::move(jws).value();
        auto payload = keys::payload_object(jws_);
        if (!payload) {
            trace_.fail(Rule::credential_parses, "", keys::to_text(payload.error()));
            return false;
        }
        payload_ = Value(std::move(payload).value());
        return true;
    }

    bool issuer_key() {
        const Value* x5c = jws_.header.find("x5c");
        const bool by_chain = x5c != nullptr && !known_by_did_alone();
        const bool good = by_chain ? key_from_chain(*x5c) : key_from_did();
        return good && did_agrees(by_chain);
    }

    /// An issuer without anchors that is trusted by the DID of `kid`: a chain beside it says
    /// nothing to who does not know its authority.
    [[nodiscard]] bool known_by_did_alone() const {
        const std::string kid(Value(jws_.header).text_at("kid"));
        const std::string did = kid.substr(0, kid.find('#'));
        return std::any_of(rules_.issuers.begin(), rules_.issuers.end(), [&](const auto& issuer) {
            return issuer.anchors.empty() && !issuer.did.empty() && issuer.did == did;
        });
    }

    bool key_from_chain(const Value& x5c) {
        const auto chain = keys::chain_from_x5c(x5c);
        if (!chain)
            return trace_.check(false, Rule::issuer_chain, "x5c", keys::to_text(chain.error()));
        keys::ChainError reason = keys::ChainError::not_trusted;
        for (const TrustedIssuer& issuer : rules_.issuers) {
            const auto verdict =
                keys::verify_chain(*chain, issuer.anchors, {rules_.now, {}, 5, true});
            if (verdict) {
                issuers_.push_back(&issuer);
            } else if (verdict.error() != keys::ChainError::not_trusted) {
                reason = verdict.error();
            }
        }
        if (!trace_.check(!issuers_.empty(), Rule::issuer_chain, "x5c", keys::to_text(reason)))
            return false;
        auto key = chain->front().public_key();
        if (!key) return false;  // verify_chain has refused other keys
        key_ = std::move(key).value();
        leaf_ = chain->front();
        return true;
    }

    bool key_from_did() {
        const std::string kid(Value(jws_.header).text_at("kid"));
        const std::string did = kid.substr(0, kid.find('#'));
        for (const TrustedIssuer& issuer : rules_.issuers) {
            if (!issuer.did.empty() && issuer.did == did) issuers_.push_back(&issuer);
        }
        if (issuers_.empty() || rules_.did_keys == nullptr) {
            return trace_.check(false, Rule::issuer_chain, "x5c", "no certificate chain");
        }
        key_ = rules_.did_keys->assertion_key(kid);
        return trace_.check(key_.has_value(), Rule::issuer_did_key, "kid", "no such key");
    }

    bool did_agrees(bool with_chain) {
        const std::string kid(Value(jws_.header).text_at("kid"));
        if (!with_chain) return true;
        if (rules_.did_keys == nullptr || !kid.starts_with("did:") ||
            !rules_.did_keys->knows(kid)) {
            trace_.skip(Rule::issuer_did_key, "kid");
            return true;
        }
        const auto ledger_key = rules_.did_keys->assertion_key(kid);
        return trace_.check(ledger_key && keys::thumbprint(*ledger_key) == keys::thumbprint(*key_),
                            Rule::issuer_did_key, "kid",
                            ledger_key ? "another key" : "no such key");
    }

    bool issuer_signature() {
        const auto verdict = keys::verify_jws(jws_, *key_);
        if (!trace_.check(verdict.has_value(), Rule::issuer_signature, "",
                          verdict ? "" : keys::to_text(verdict.error()))) {
            return false;
        }
        const Value* iss = payload_.find("iss");
        if (iss == nullptr) {
            found_.issuer = leaf_ && !leaf_->uris().empty() ? leaf_->uris().front() : std::string();
            return trace_.check(leaf_.has_value(), Rule::issuer_identity, "iss",
                                "no iss and no certificate");
        }
        const std::string name = iss->is_text() ? *iss->text() : std::string();
        found_.issuer = name;
        bool good = !name.empty();
        if (good && leaf_) {
            const std::string_view host = host_of(name);
            good =
                contains(leaf_->uris(), name) || (name.starts_with("https://") && !host.empty() &&
                                                  contains(leaf_->dns_names(), host));
        } else if (good) {
            good = Value(jws_.header).text_at("kid").starts_with(name + '#');
        }
        return trace_.check(good, Rule::issuer_identity, "iss");
    }

    bool times() {
        const Value* nbf = payload_.find("nbf");
        const Value* exp = payload_.find("exp");
        if (nbf == nullptr) {
            trace_.skip(Rule::not_before, "nbf");
        } else if (const auto at = keys::numeric_date(nbf); !trace_.check(
                       at && *at <= rules_.now + rules_.leeway_s, Rule::not_before, "nbf")) {
            return false;
        }
        if (exp == nullptr) {
            trace_.skip(Rule::not_expired, "exp");
            return true;
        }
        const auto at = keys::numeric_date(exp);
        found_.expires_at = at.value_or(0);
        return trace_.check(at && *at > rules_.now - rules_.leeway_s, Rule::not_expired, "exp");
    }

    bool open_disclosures() {
        auto processed = process_disclosures(*payload_.object(), found_.parts.disclosures);
        if (!trace_.check(processed.has_value(), Rule::disclosures, "",
                          processed ? "" : to_text(processed.error()))) {
            return false;
        }
        found_.processed = std::move(processed).value();
        const auto& disclosed = found_.processed.disclosed;
        const auto bad =
            std::find_if(disclosed.begin(), disclosed.end(),
                         [](const DisclosedClaim& claim) { return is_protected(claim.path); });
        return trace_.check(bad == disclosed.end(), Rule::protected_claims,
                            bad == disclosed.end() ? "" : to_text(bad->path));
    }

    bool type() {
        const Value claims(found_.processed.claims);
        found_.vct = claims.text_at("vct");
        auto types = types_of(claims);
        if (!add_extended(claims, types)) return false;
        const bool wanted = rules_.vct_values.empty() ||
                            std::any_of(types.begin(), types.end(), [&](const std::string& t) {
                                return contains(rules_.vct_values, t);
                            });
        if (!trace_.check(!found_.vct.empty() && wanted, Rule::type_matches, "vct")) return false;
        // Trust is bound to the type (reliability F2): the issuer must be allowed each type that it
        // claims and we accept.
        bool trusted = false;
        for (const TrustedIssuer* issuer : issuers_) {
            const bool allowed = std::any_of(types.begin(), types.end(), [&](const std::string& t) {
                return contains(issuer->vcts, t) &&
                       (rules_.vct_values.empty() || contains(rules_.vct_values, t));
            });
            if (!allowed) continue;
            if (!trusted) found_.issuer_name = issuer->name;
            trusted = true;
            if (!issuer->trust_list.empty()) found_.trust_lists.push_back(issuer->trust_list);
        }
        if (!trace_.check(trusted, Rule::type_trusted, "vct")) return false;
        const Value* status = claims.find("status");
        if (status == nullptr) return true;
        found_.status = status_from_claim(*status);
        return found_.status ||
               trace_.check(false, Rule::status_reference, "status", "unknown mechanism");
    }

    /// Adds what the credential's type extends (draft-ietf-oauth-sd-jwt-vc-19 §6.4). False: its
    /// metadata are not those that the issuer signed for, or it breaks them.
    bool add_extended(const Value& claims, std::vector<std::string>& types) {
        if (rules_.types == nullptr || found_.vct.empty()) return true;
        const auto type = resolve_type(*rules_.types, found_.vct, claims.text_at("vct#integrity"));
        if (!type && type.error() == TypeError::not_found) {
            trace_.skip(Rule::type_metadata, "vct");
            return true;
        }
        if (!type) {
            return trace_.check(false, Rule::type_metadata, "vct#integrity", to_text(type.error()));
        }
        if (const auto broken = broken_demand(*type, found_.processed))
            return trace_.check(false, Rule::type_metadata, *broken);
        trace_.pass(Rule::type_metadata, "vct");
        types.insert(types.end(), type->chain.begin() + 1, type->chain.end());
        return true;
    }

    bool holder() {
        const Value claims(found_.processed.claims);
        const Value* cnf = claims.find("cnf");
        const Value* jwk = cnf != nullptr ? cnf->find("jwk") : nullptr;
        if (jwk != nullptr) {
            auto key = keys::public_key_from_jwk(*jwk);
            if (key) found_.holder = std::move(key).value();
        }
        if (!rules_.require_holder) return true;
        if (!trace_.check(found_.holder.has_value(), Rule::holder_key, "cnf")) return false;
        const auto jws = keys::parse_jws(found_.parts.key_binding,
                                         {"kb+jwt", {"ES256", "EdDSA", "Ed25519"}, 64 * 1024});
        if (!jws)
            return trace_.check(false, Rule::holder_signature, "", keys::to_text(jws.error()));
        const auto payload = keys::payload_object(*jws);
        const bool good = payload && keys::verify_jws(*jws, *found_.holder);
        return trace_.check(good, Rule::holder_signature) && key_binding(Value(*payload));
    }

    bool key_binding(const Value& payload) {
        if (!trace_.check(payload.text_at("aud") == rules_.audience && !rules_.audience.empty(),
                          Rule::holder_audience, "aud")) {
            return false;
        }
        if (!trace_.check(payload.text_at("nonce") == rules_.nonce && !rules_.nonce.empty(),
                          Rule::holder_nonce, "nonce")) {
            return false;
        }
        const auto at = keys::numeric_date(payload.find("iat"));
        const bool fresh = at && *at <= rules_.now + rules_.leeway_s &&
                           *at >= rules_.now - rules_.holder_age_max_s;
        if (!trace_.check(fresh, Rule::holder_time, "iat")) return false;
        const std::string expected =
            encoding::base64url_encode(hash::sha256(found_.parts.without_key_binding()).view());
        if (!trace_.check(payload.text_at("sd_hash") == expected, Rule::holder_hash, "sd_hash"))
            return false;
        if (rules_.transaction_data.empty()) return true;
        Array hashes;
        for (const std::string& data : rules_.transaction_data) {
            hashes.emplace_back(encoding::base64url_encode(hash::sha256(data).view()));
        }
        const Value* given = payload.find("transaction_data_hashes");
        const Value* algorithm = payload.find("transaction_data_hashes_alg");
        const bool agrees = given != nullptr && *given == Value(hashes) &&
                            (algorithm == nullptr || *algorithm == Value("sha-256"));
        return trace_.check(agrees, Rule::transaction_data, "transaction_data_hashes");
    }

    const VerifyRules& rules_;
    Trace& trace_;
    Verification& out_;
    VerifiedCredential found_;
    keys::Jws jws_;
    Value payload_;
    std::vector<const TrustedIssuer*> issuers_;
    std::optional<keys::PublicKey> key_;
    std::optional<keys::Certificate> leaf_;
};

}  // namespace

std::string issue_credential(const CredentialContent& content, const IssueInput& input,
                             const SigningIdentity& identity, keys::RandomSource& random) {
    SdPayload made = make_sd_payload(content.claims, content.disclosable, input.decoys, random);
    Object payload;
    if (!input.issuer.empty()) payload.set("iss", input.issuer);
    payload.set("iat", input.issued_at);
    if (input.expires_at != 0) payload.set("exp", input.expires_at);
    payload.set("vct", content.vct);
    if (!content.vct_integrity.empty()) payload.set("vct#integrity", content.vct_integrity);
    if (input.holder) payload.set("cnf", Object{{"jwk", keys::jwk_of(*input.holder)}});
    if (input.status) payload.set("status", status_claim(*input.status));
    if (!input.legal_category.empty() && !content.claims.contains(legal_category_claim))
        payload.set(std::string(legal_category_claim), input.legal_category);
    for (auto& member : made.payload.members()) payload.set(member.key, std::move(member.value));
    SdJwt parts;
    parts.issuer_jwt = keys::sign_jws(header_of(identity, "dc+sd-jwt"),
                                      encoding::compact_json(payload), *identity.signer);
    if (parts.issuer_jwt.empty()) return {};
    parts.disclosures = std::move(made.disclosures);
    return parts.compact();
}

Verification verify_presentation(std::string_view compact, const VerifyRules& rules,
                                 bool check_status) {
    Verification verification;
    Check(rules, verification).run(compact, check_status);
    return verification;
}

Result<std::shared_ptr<const VerifiedStatusList>, std::string_view> status_list_of(
    const std::string& token, const std::string& uri, const TrustedIssuer& issuer,
    const VerifyRules& rules) {
    auto known = rules.status->remembered(issuer.name, uri, token);
    if (known != nullptr && known->issued_at >= rules.status->newest_seen(uri) &&
        (known->expires_at == 0 || rules.now < known->expires_at)) {
        return known;
    }
    auto verified = verify_status_token(
        token, issuer.anchors,
        {uri, rules.now, rules.status->newest_seen(uri), false, issuer.did, rules.did_keys});
    if (!verified) return Failure{to_text(verified.error())};
    known = std::make_shared<const VerifiedStatusList>(std::move(verified).value());
    rules.status->remember(issuer.name, uri, token, known);
    return known;
}

void verify_status(Verification& verification, const VerifyRules& rules) {
    if (!verification.credential) return;
    const VerifiedCredential& found = *verification.credential;
    Trace& trace = verification.trace;
    if (!found.status) {
        trace.skip(Rule::status_reference, "status");
        return;
    }
    const StatusReference reference = *found.status;
    const auto issuer =
        std::find_if(rules.issuers.begin(), rules.issuers.end(),
                     [&](const TrustedIssuer& i) { return i.name == found.issuer_name; });
    const auto token =
        rules.status != nullptr ? rules.status->status_token(reference.uri) : std::nullopt;
    bool good = trace.check(token.has_value() && issuer != rules.issuers.end(),
                            Rule::status_reference, "status");
    if (good) {
        const auto list = status_list_of(*token, reference.uri, *issuer, rules);
        good = trace.check(list.has_value(), Rule::status_token, "status",
                           list ? std::string_view() : list.error());
        if (good) {
            const auto value = (*list)->list.get(reference.index);
            verification.revoked = value == status_value::invalid;
            verification.suspended = value == status_value::suspended;
            const std::string_view detail = !value                   ? "index out of range"
                                            : verification.revoked   ? "revoked"
                                            : verification.suspended ? "suspended"
                                                                     : "not valid";
            good = trace.check(value == status_value::valid, Rule::status_value, "status", detail);
        }
    }
    // OIA_16: index and list are not kept after the check.
    if (good) {
        verification.credential->status.reset();
        verification.credential->claims.erase("status");
    } else {
        verification.credential.reset();
    }
}

Result<VerifiedCredential, SdJwtError> read_credential(std::string_view compact) {
    auto parts = split_sd_jwt(compact);
    if (!parts) return Failure{parts.error()};
    const auto jws =
        keys::parse_jws(parts->issuer_jwt, {"", {"ES256", "EdDSA", "Ed25519"}, 256 * 1024});
    if (!jws) return Failure{SdJwtError::malformed};
    const auto payload = keys::payload_object(*jws);
    if (!payload) return Failure{SdJwtError::malformed};
    auto processed = process_disclosures(*payload, parts->disclosures);
    if (!processed) return Failure{processed.error()};
    VerifiedCredential read;
    read.processed = std::move(processed).value();
    read.claims = read.processed.claims;
    read.parts = std::move(parts).value();
    const Value claims(read.claims);
    read.vct = claims.text_at("vct");
    read.issuer = claims.text_at("iss");
    read.expires_at = keys::numeric_date(claims.find("exp")).value_or(0);
    if (const Value* status = claims.find("status")) read.status = status_from_claim(*status);
    const Value* cnf = claims.find("cnf");
    if (const Value* jwk = cnf != nullptr ? cnf->find("jwk") : nullptr) {
        auto key = keys::public_key_from_jwk(*jwk);
        if (key) read.holder = std::move(key).value();
    }
    return read;
}

}  // namespace stadtbuch::credential
