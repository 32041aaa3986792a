// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/agent/query_builder.hpp"

#include <algorithm>
#include <charconv>

#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"

namespace stadtbuch::agent {

namespace {

constexpr std::size_t values_max = 16;

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

encoding::Value typed_value(std::string_view word) {
    auto parsed = encoding::parse_json(word, {1024, 1, true});
    const bool scalar = parsed && (parsed->is_text() || parsed->is_bool() || parsed->is_integer());
    return scalar ? std::move(parsed).value() : encoding::Value(word);
}

std::string joined(const std::string& type, const std::string& path) {
    return type + "/" + path;
}

}  // namespace

encoding::Array typed_values(std::string_view text) {
    encoding::Array out;
    while (!text.empty() && out.size() < values_max) {
        const std::size_t comma = std::min(text.find(','), text.size());
        const std::string_view word = trimmed(text.substr(0, comma));
        if (!word.empty()) out.push_back(typed_value(word));
        text.remove_prefix(std::min(comma + 1, text.size()));
    }
    return out;
}

QueryBuilder::QueryBuilder(std::vector<BuilderType> types,
                           std::vector<credential::TrustedIssuer> trusted, net::FormList form)
    : types_(std::move(types)), trusted_(std::move(trusted)), form_(std::move(form)) {}

bool QueryBuilder::has(std::string_view field, std::string_view value) const {
    return std::any_of(form_.begin(), form_.end(),
                       [&](const auto& one) { return one.first == field && one.second == value; });
}

std::string QueryBuilder::text(std::string_view field) const {
    return std::string(net::find_field(form_, field).value_or(""));
}

bool QueryBuilder::vouches(const credential::TrustedIssuer& issuer, const BuilderType& type) const {
    const bool of_type = std::any_of(type.vcts.begin(), type.vcts.end(), [&](const auto& vct) {
        return std::find(issuer.vcts.begin(), issuer.vcts.end(), vct) != issuer.vcts.end();
    });
    return of_type && !issuer.anchors.empty();
}

void QueryBuilder::add_claims(const BuilderType& type, openid::CredentialQuery& out) const {
    std::vector<std::string> all, needed;
    for (const credential::ClaimDescription& claim : type.claims) {
        const std::string name = joined(type.id, claim.path);
        if (!has("c", name)) continue;
        openid::ClaimQuery wanted;
        wanted.id = "c" + std::to_string(all.size() + 1);
        wanted.path = credential::path_of(claim.path);
        wanted.values = typed_values(text("w." + name));
        all.push_back(wanted.id);
        if (!has("o", name)) needed.push_back(wanted.id);
        out.claims.push_back(std::move(wanted));
    }
    if (needed.size() == all.size()) {
        for (openid::ClaimQuery& claim : out.claims) claim.id.clear();
        return;
    }
    // The wallet takes the first set that it can meet; one without claims cannot be said.
    out.claim_sets.push_back(all);
    if (!needed.empty()) out.claim_sets.push_back(needed);
}

openid::CredentialQuery QueryBuilder::credential_query(const BuilderType& type) const {
    openid::CredentialQuery out;
    out.id = type.id;
    out.vct_values = type.vcts;
    add_claims(type, out);
    const std::string number = text("a." + type.id);
    std::size_t place = 0;
    std::from_chars(number.data(), number.data() + number.size(), place);
    if (place == 0 || place > trusted_.size() || !vouches(trusted_[place - 1], type)) return out;
    for (const keys::Certificate& anchor : trusted_[place - 1].anchors) {
        if (const Bytes id = anchor.subject_key_id(); !id.empty())
            out.authority_key_ids.push_back(encoding::base64url_encode(id));
    }
    return out;
}

openid::DcqlQuery QueryBuilder::query() const {
    openid::DcqlQuery out;
    std::vector<std::string> needed, optional;
    for (const BuilderType& type : types_) {
        if (!has("t", type.id)) continue;
        out.credentials.push_back(credential_query(type));
        (has("z", type.id) ? optional : needed).push_back(type.id);
    }
    const bool any = text("m") == "any" && out.credentials.size() > 1;
    if (any) {
        openid::CredentialSet set;
        for (const openid::CredentialQuery& one : out.credentials) set.options.push_back({one.id});
        out.credential_sets.push_back(std::move(set));
    } else if (!optional.empty()) {
        if (!needed.empty()) out.credential_sets.push_back({{needed}, true});
        for (const std::string& id : optional) out.credential_sets.push_back({{{id}}, false});
    }
    return out;
}

}  // namespace stadtbuch::agent
