// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/openid/dcql.hpp"

#include <algorithm>
#include <set>

namespace stadtbuch::openid {

using credential::Rule;
using encoding::Array;
using encoding::Object;
using encoding::Value;

namespace {

constexpr std::size_t credentials_max = 32;
constexpr std::size_t claims_max = 64;
constexpr std::size_t sets_max = 32;

bool good_id(std::string_view id) {
    return !id.empty() && id.size() <= 128 && std::all_of(id.begin(), id.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '-';
    });
}

Array texts(const std::vector<std::string>& list) {
    Array array;
    for (const std::string& text : list) array.emplace_back(text);
    return array;
}

std::optional<std::vector<std::string>> read_texts(const Value& value) {
    if (!value.is_array() || value.array()->empty() || value.array()->size() > claims_max)
        return std::nullopt;
    std::vector<std::string> list;
    for (const Value& item : *value.array()) {
        if (!item.is_text()) return std::nullopt;
        list.push_back(*item.text());
    }
    return list;
}

using TextSets = std::vector<std::vector<std::string>>;

Result<TextSets, DcqlError> read_sets(const Value& value, const std::set<std::string>& known) {
    if (!value.is_array() || value.array()->empty()) return Failure{DcqlError::malformed};
    if (value.array()->size() > sets_max) return Failure{DcqlError::too_large};
    TextSets sets;
    for (const Value& item : *value.array()) {
        auto ids = read_texts(item);
        if (!ids) return Failure{DcqlError::malformed};
        for (const std::string& id : *ids) {
            if (!known.contains(id)) return Failure{DcqlError::unknown_reference};
        }
        sets.push_back(*std::move(ids));
    }
    return sets;
}

Result<ClaimQuery, DcqlError> read_claim(const Value& value, bool needs_id) {
    ClaimQuery claim;
    const Value* path = value.find("path");
    auto read = path != nullptr ? credential::path_from_value(*path) : std::nullopt;
    if (!read) return Failure{DcqlError::bad_path};
    claim.path = *std::move(read);
    const Value* id = value.find("id");
    if (id != nullptr || needs_id) {
        if (id == nullptr || !id->is_text() || !good_id(*id->text()))
            return Failure{DcqlError::bad_id};
        claim.id = *id->text();
    }
    if (const Value* values = value.find("values")) {
        if (!values->is_array() || values->array()->empty() ||
            values->array()->size() > claims_max) {
            return Failure{DcqlError::malformed};
        }
        for (const Value& accepted : *values->array()) {
            if (!accepted.is_text() && !accepted.is_integer() && !accepted.is_bool())
                return Failure{DcqlError::malformed};
        }
        claim.values = *values->array();
    }
    return claim;
}

std::optional<DcqlError> read_claims(const Value& value, CredentialQuery& query) {
    const Value* claims = value.find("claims");
    const Value* sets = value.find("claim_sets");
    if (claims == nullptr)
        return sets == nullptr ? std::nullopt : std::optional(DcqlError::malformed);
    if (!claims->is_array() || claims->array()->empty()) return DcqlError::malformed;
    if (claims->array()->size() > claims_max) return DcqlError::too_large;
    std::set<std::string> ids;
    for (const Value& item : *claims->array()) {
        auto claim = read_claim(item, sets != nullptr);
        if (!claim) return claim.error();
        if (!claim->id.empty() && !ids.insert(claim->id).second) return DcqlError::duplicate_id;
        query.claims.push_back(std::move(claim).value());
    }
    if (sets == nullptr) return std::nullopt;
    auto read = read_sets(*sets, ids);
    if (!read) return read.error();
    query.claim_sets = std::move(read).value();
    return std::nullopt;
}

bool flag(const Value& value, std::string_view name, bool otherwise, bool& good) {
    const Value* member = value.find(name);
    if (member == nullptr) return otherwise;
    if (!member->is_bool()) good = false;
    return member->boolean().value_or(otherwise);
}

Result<CredentialQuery, DcqlError> read_credential_query(const Value& value) {
    CredentialQuery query;
    query.id = value.text_at("id");
    if (!good_id(query.id)) return Failure{DcqlError::bad_id};
    query.format = value.text_at("format");
    const Value* meta = value.find("meta");
    if (query.format.empty()) return Failure{DcqlError::malformed};
    if (meta == nullptr || !meta->is_object()) return Failure{DcqlError::missing_meta};
    if (query.format == credential::credential_format) {
        const Value* vcts = meta->find("vct_values");
        auto read = vcts != nullptr ? read_texts(*vcts) : std::nullopt;
        if (!read) return Failure{DcqlError::missing_meta};
        query.vct_values = *std::move(read);
    }
    bool good = true;
    query.multiple = flag(value, "multiple", false, good);
    query.require_holder = flag(value, "require_cryptographic_holder_binding", true, good);
    if (!good) return Failure{DcqlError::malformed};
    if (const Value* authorities = value.find("trusted_authorities")) {
        if (!authorities->is_array() || authorities->array()->empty())
            return Failure{DcqlError::malformed};
        for (const Value& authority : *authorities->array()) {
            const Value* values = authority.find("values");
            auto read = values != nullptr ? read_texts(*values) : std::nullopt;
            if (!read) return Failure{DcqlError::malformed};
            const std::string_view type = authority.text_at("type");
            if (type != "aki" && type != "etsi_tl") continue;
            auto& known = type == "aki" ? query.authority_key_ids : query.trust_lists;
            known.insert(known.end(), read->begin(), read->end());
        }
    }
    if (const auto error = read_claims(value, query)) return Failure{*error};
    return query;
}

Object claim_to_value(const ClaimQuery& claim) {
    Object value;
    if (!claim.id.empty()) value.set("id", claim.id);
    value.set("path", credential::path_to_value(claim.path));
    if (!claim.values.empty()) value.set("values", claim.values);
    return value;
}

enum class ClaimVerdict { met, missing, other_value };

ClaimVerdict judge(const ClaimQuery& claim, const Value& claims) {
    const auto found = credential::select(claims, claim.path);
    if (found.empty()) return ClaimVerdict::missing;
    if (claim.values.empty()) return ClaimVerdict::met;
    for (const Value* value : found) {
        if (std::find(claim.values.begin(), claim.values.end(), *value) != claim.values.end())
            return ClaimVerdict::met;
    }
    return ClaimVerdict::other_value;
}

const ClaimQuery* claim_named(const CredentialQuery& query, const std::string& id) {
    const auto found = std::find_if(query.claims.begin(), query.claims.end(),
                                    [&](const auto& c) { return c.id == id; });
    return found == query.claims.end() ? nullptr : &*found;
}

/// The claims of the first claim set that is met; nullopt if none is.
std::optional<std::vector<const ClaimQuery*>> first_met_set(const CredentialQuery& query,
                                                            const Value& claims) {
    for (const auto& set : query.claim_sets) {
        std::vector<const ClaimQuery*> members;
        for (const std::string& id : set) {
            const ClaimQuery* claim = claim_named(query, id);
            if (claim != nullptr && judge(*claim, claims) == ClaimVerdict::met)
                members.push_back(claim);
        }
        if (members.size() == set.size()) return members;
    }
    return std::nullopt;
}

}  // namespace

std::string_view to_text(DcqlError error) {
    switch (error) {
        case DcqlError::malformed:
            return "malformed query";
        case DcqlError::bad_id:
            return "bad id";
        case DcqlError::duplicate_id:
            return "duplicate id";
        case DcqlError::missing_meta:
            return "meta missing";
        case DcqlError::bad_path:
            return "bad claims path";
        case DcqlError::unknown_reference:
            return "reference to an unknown id";
        case DcqlError::too_large:
            return "query too large";
    }
    return "unknown";
}

const CredentialQuery* DcqlQuery::find(std::string_view id) const {
    const auto found = std::find_if(credentials.begin(), credentials.end(),
                                    [&](const auto& c) { return c.id == id; });
    return found == credentials.end() ? nullptr : &*found;
}

Object to_value(const DcqlQuery& query) {
    Array credentials;
    for (const CredentialQuery& credential : query.credentials) {
        Object value{{"id", credential.id},
                     {"format", credential.format},
                     {"meta", Object{{"vct_values", texts(credential.vct_values)}}}};
        if (credential.multiple) value.set("multiple", true);
        if (!credential.require_holder) value.set("require_cryptographic_holder_binding", false);
        Array authorities;
        const auto authority = [&](const char* type, const std::vector<std::string>& values) {
            if (values.empty()) return;
            authorities.emplace_back(Object{{"type", type}, {"values", texts(values)}});
        };
        authority("aki", credential.authority_key_ids);
        authority("etsi_tl", credential.trust_lists);
        if (!authorities.empty()) value.set("trusted_authorities", std::move(authorities));
        Array claims;
        for (const ClaimQuery& claim : credential.claims)
            claims.emplace_back(claim_to_value(claim));
        if (!claims.empty()) value.set("claims", std::move(claims));
        Array sets;
        for (const auto& set : credential.claim_sets) sets.emplace_back(texts(set));
        if (!sets.empty()) value.set("claim_sets", std::move(sets));
        credentials.emplace_back(std::move(value));
    }
    Object result{{"credentials", std::move(credentials)}};
    Array sets;
    for (const CredentialSet& set : query.credential_sets) {
        Array options;
        for (const auto& option : set.options) options.emplace_back(texts(option));
        Object value{{"options", std::move(options)}};
        if (!set.required) value.set("required", false);
        sets.emplace_back(std::move(value));
    }
    if (!sets.empty()) result.set("credential_sets", std::move(sets));
    return result;
}

Result<DcqlQuery, DcqlError> read_dcql(const Value& value) {
    DcqlQuery query;
    const Value* credentials = value.find("credentials");
    if (credentials == nullptr || !credentials->is_array() || credentials->array()->empty()) {
        return Failure{DcqlError::malformed};
    }
    if (credentials->array()->size() > credentials_max) return Failure{DcqlError::too_large};
    std::set<std::string> ids;
    for (const Value& item : *credentials->array()) {
        auto read = read_credential_query(item);
        if (!read) return Failure{read.error()};
        if (!ids.insert(read->id).second) return Failure{DcqlError::duplicate_id};
        query.credentials.push_back(std::move(read).value());
    }
    const Value* sets = value.find("credential_sets");
    if (sets == nullptr) return query;
    if (!sets->is_array() || sets->array()->empty()) return Failure{DcqlError::malformed};
    if (sets->array()->size() > sets_max) return Failure{DcqlError::too_large};
    for (const Value& item : *sets->array()) {
        const Value* options = item.find("options");
        if (options == nullptr) return Failure{DcqlError::malformed};
        auto read = read_sets(*options, ids);
        if (!read) return Failure{read.error()};
        bool good = true;
        CredentialSet set{std::move(read).value(), flag(item, "required", true, good)};
        if (!good) return Failure{DcqlError::malformed};
        query.credential_sets.push_back(std::move(set));
    }
    return query;
}

std::optional<std::vector<credential::ClaimPath>> claims_to_disclose(const CredentialQuery& query,
                                                                     const Value& claims) {
    std::vector<credential::ClaimPath> paths;
    if (!query.claim_sets.empty()) {
        const auto members = first_met_set(query, claims);
        if (!members) return std::nullopt;
        for (const ClaimQuery* claim : *members) paths.push_back(claim->path);
        return paths;
    }
    for (const ClaimQuery& claim : query.claims) {
        if (judge(claim, claims) != ClaimVerdict::met) return std::nullopt;
        paths.push_back(claim.path);
    }
    return paths;
}

bool claims_satisfied(const CredentialQuery& query, const Value& claims, credential::Trace& trace) {
    if (!query.claim_sets.empty()) {
        const auto members = first_met_set(query, claims);
        if (!members)
            return trace.check(false, Rule::claims_present, query.id, "no claim set is met");
        for (const ClaimQuery* claim : *members)
            trace.pass(Rule::claims_present, credential::to_text(claim->path));
        return true;
    }
    bool good = true;
    for (const ClaimQuery& claim : query.claims) {
        const ClaimVerdict verdict = judge(claim, claims);
        const std::string field = credential::to_text(claim.path);
        good = trace.check(verdict != ClaimVerdict::missing, Rule::claims_present, field) && good;
        if (verdict == ClaimVerdict::missing || claim.values.empty()) continue;
        good = trace.check(verdict == ClaimVerdict::met, Rule::claim_values, field) && good;
    }
    return good;
}

bool query_satisfied(const DcqlQuery& query, const std::vector<std::string>& good_ids) {
    const auto has = [&](const std::string& id) {
        return std::find(good_ids.begin(), good_ids.end(), id) != good_ids.end();
    };
    if (query.credential_sets.empty()) {
        return std::all_of(query.credentials.begin(), query.credentials.end(),
                           [&](const auto& c) { return has(c.id); });
    }
    return std::all_of(
        query.credential_sets.begin(), query.credential_sets.end(), [&](const CredentialSet& set) {
            return !set.required ||
                   std::any_of(set.options.begin(), set.options.end(), [&](const auto& option) {
                       return std::all_of(option.begin(), option.end(), has);
                   });
        });
}

}  // namespace stadtbuch::openid
