// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/credential/type_metadata.hpp"

#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"
#include "storage/hash/hash.hpp"

namespace stadtbuch::credential {

using encoding::Array;
using encoding::Object;
using encoding::Value;

namespace {

constexpr std::size_t document_bytes_max = 256 * 1024;

}  // namespace

std::vector<ClaimPath> CredentialType::disclosable() const {
    std::vector<ClaimPath> paths;
    for (const ClaimDescription& claim : claims) {
        if (claim.disclosable) paths.push_back(path_of(claim.path));
    }
    return paths;
}

std::string type_document(const CredentialType& type) {
    const auto display = [&](const char* locale, const std::string& name,
                             const std::string& description) {
        return Object{
            {"locale", locale},
            {"name", name},
            {"description", description},
            {"rendering", Object{{"simple", Object{{"background_color", type.background_color},
                                                   {"text_color", type.text_color}}}}}};
    };
    Array claims;
    for (const ClaimDescription& claim : type.claims) {
        claims.emplace_back(Object{
            {"path", path_to_value(path_of(claim.path))},
            {"display", Array{Object{{"locale", "de"}, {"label", claim.label_de}},
                              Object{{"locale", "en"}, {"label", claim.label_en}}}},
            {"mandatory", claim.mandatory},
            {"sd", claim.disclosable ? "always" : "never"},
        });
    }
    Object document{{"vct", type.vct},
                    {"name", type.name_en},
                    {"description", type.description_en},
                    {"display", Array{display("de", type.name_de, type.description_de),
                                      display("en", type.name_en, type.description_en)}},
                    {"claims", std::move(claims)}};
    if (!type.extends.empty()) document.set("extends", type.extends);
    if (!type.extends_integrity.empty()) document.set("extends#integrity", type.extends_integrity);
    return encoding::compact_json(document);
}

std::string integrity_of(std::string_view document) {
    return "sha256-" + encoding::base64_encode(hash::sha256(document).view());
}

bool integrity_holds(std::string_view integrity, std::string_view document) {
    const std::string expected = integrity_of(document);
    while (!integrity.empty()) {
        const std::string_view one = integrity.substr(0, integrity.find(' '));
        integrity.remove_prefix(std::min(integrity.size(), one.size() + 1));
        if (one == expected) return true;
    }
    return false;
}

Object credential_metadata(const CredentialType& type) {
    const auto display = [&](const char* locale, const std::string& name,
                             const std::string& description) {
        return Object{{"name", name},
                      {"locale", locale},
                      {"description", description},
                      {"background_color", type.background_color},
                      {"text_color", type.text_color}};
    };
    Array claims;
    for (const ClaimDescription& claim : type.claims) {
        claims.emplace_back(
            Object{{"path", path_to_value(path_of(claim.path))},
                   {"mandatory", claim.mandatory},
                   {"display", Array{Object{{"name", claim.label_de}, {"locale", "de"}},
                                     Object{{"name", claim.label_en}, {"locale", "en"}}}}});
    }
    return Object{{"display", Array{display("de", type.name_de, type.description_de),
                                    display("en", type.name_en, type.description_en)}},
                  {"claims", std::move(claims)}};
}

bool type_document_acceptable(std::string_view document, std::string_view vct,
                              std::string_view integrity) {
    if (!integrity.empty() && !integrity_holds(integrity, document)) return false;
    const auto parsed = encoding::parse_json(document, {document_bytes_max, 24, true});
    return parsed && parsed->is_object() && parsed->text_at("vct") == vct;
}

}  // namespace stadtbuch::credential
