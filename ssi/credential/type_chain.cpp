// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/credential/type_chain.hpp"

#include <algorithm>

#include "ssi/credential/type_metadata.hpp"
#include "storage/encoding/json.hpp"

namespace stadtbuch::credential {

using encoding::Array;
using encoding::Object;
using encoding::Value;

namespace {

using Disclosure = TypeDemand::Disclosure;

constexpr std::size_t document_bytes_max = 256 * 1024;
constexpr std::size_t demands_max = 512;

/// One claim as one document describes it; what it leaves out is inherited.
struct Described {
    ClaimPath path;
    std::optional<bool> mandatory;
    std::optional<Disclosure> disclosure;
    std::optional<Array> display;
};

struct Document {
    std::string name;
    std::string extends, extends_integrity;
    std::optional<Array> display;
    std::vector<Described> claims;
};

/// False: there, but no array.
bool read_array(const Value& value, const char* name, std::optional<Array>& out) {
    const Value* member = value.find(name);
    if (member == nullptr) return true;
    if (!member->is_array()) return false;
    out = *member->array();
    return true;
}

/// False: there, but no text.
bool read_text(const Value& value, const char* name, std::string& out) {
    const Value* member = value.find(name);
    if (member == nullptr) return true;
    if (!member->is_text()) return false;
    out = *member->text();
    return true;
}

std::optional<Described> read_claim(const Value& value) {
    Described out;
    const Value* path = value.find("path");
    auto read = path != nullptr ? path_from_value(*path) : std::nullopt;
    if (!read || !read_array(value, "display", out.display)) return std::nullopt;
    out.path = *std::move(read);
    if (const Value* mandatory = value.find("mandatory")) {
        out.mandatory = mandatory->boolean();
        if (!out.mandatory) return std::nullopt;
    }
    if (const Value* sd = value.find("sd")) {
        if (*sd == Value("always")) out.disclosure = Disclosure::always;
        if (*sd == Value("allowed")) out.disclosure = Disclosure::allowed;
        if (*sd == Value("never")) out.disclosure = Disclosure::never;
        if (!out.disclosure) return std::nullopt;
    }
    return out;
}

Result<Document, TypeError> read_document(std::string_view text, const std::string& vct,
                                          std::string_view integrity) {
    // Before anything in it is believed.
    if (!integrity.empty() && !integrity_holds(integrity, text))
        return Failure{TypeError::integrity};
    const auto parsed = encoding::parse_json(text, {document_bytes_max, 24, true});
    if (!parsed || !parsed->is_object()) return Failure{TypeError::malformed};
    if (parsed->text_at("vct") != vct) return Failure{TypeError::another_type};
    Document out;
    std::optional<Array> claims;
    if (!read_text(*parsed, "name", out.name) || !read_text(*parsed, "extends", out.extends) ||
        !read_text(*parsed, "extends#integrity", out.extends_integrity) ||
        !read_array(*parsed, "display", out.display) || !read_array(*parsed, "claims", claims) ||
        (claims && claims->size() > demands_max)) {
        return Failure{TypeError::malformed};
    }
    for (const Value& claim : claims.value_or(Array{})) {
        auto read = read_claim(claim);
        const bool twice =
            read && std::any_of(out.claims.begin(), out.claims.end(),
                                [&](const Described& other) { return other.path == read->path; });
        if (!read || twice) return Failure{TypeError::malformed};
        out.claims.push_back(*std::move(read));
    }
    return out;
}

/// The child's word on a claim, over what it inherited. False: it takes something back (§6.4: a
/// mandatory claim stays mandatory, `always` and `never` stay what they are).
bool apply(const Described& said, TypeDemand& demand) {
    if (demand.mandatory && said.mandatory == false) return false;
    if (demand.disclosure != Disclosure::allowed && said.disclosure &&
        *said.disclosure != demand.disclosure) {
        return false;
    }
    demand.mandatory = said.mandatory.value_or(demand.mandatory);
    demand.disclosure = said.disclosure.value_or(demand.disclosure);
    if (said.display) demand.display = *said.display;
    return true;
}

bool add_demands(const Document& document, std::vector<TypeDemand>& demands) {
    for (const Described& said : document.claims) {
        auto found = std::find_if(demands.begin(), demands.end(),
                                  [&](const TypeDemand& one) { return one.path == said.path; });
        if (found == demands.end()) {
            if (demands.size() == demands_max) return false;
            found = demands.insert(demands.end(), TypeDemand{said.path, false, {}, {}});
        }
        if (!apply(said, *found)) return false;
    }
    return true;
}

/// `whole` begins with `part`.
bool begins_with(const ClaimPath& whole, const ClaimPath& part) {
    return part.size() <= whole.size() && std::equal(part.begin(), part.end(), whole.begin());
}

}  // namespace

std::string_view to_text(TypeError error) {
    switch (error) {
        case TypeError::not_found:
            return "not to be had";
        case TypeError::malformed:
            return "no type metadata";
        case TypeError::another_type:
            return "another type";
        case TypeError::integrity:
            return "another hash";
        case TypeError::cycle:
            return "extends itself";
        case TypeError::too_long:
            return "too many types extend each other";
        case TypeError::loosened:
            return "takes back what it extends";
    }
    return "";
}

Result<ResolvedType, TypeError> resolve_type(TypeSource& source, const std::string& vct,
                                             std::string_view integrity) {
    ResolvedType out;
    std::vector<Document> documents;
    std::string next = vct;
    std::string pinned(integrity);
    while (!next.empty()) {
        if (std::find(out.chain.begin(), out.chain.end(), next) != out.chain.end())
            return Failure{TypeError::cycle};
        if (out.chain.size() == ResolvedType::chain_max) return Failure{TypeError::too_long};
        const auto text = source.type_document(next);
        if (!text) return Failure{TypeError::not_found};
        auto read = read_document(*text, next, pinned);
        if (!read) return Failure{read.error()};
        out.chain.push_back(next);
        next = read->extends;
        pinned = read->extends_integrity;
        documents.push_back(std::move(read).value());
    }
    // From the oldest to the type itself: each may add and make stricter.
    for (auto document = documents.rbegin(); document != documents.rend(); ++document) {
        if (!add_demands(*document, out.demands)) return Failure{TypeError::loosened};
        if (!document->name.empty()) out.name = document->name;
        if (document->display) out.display = *document->display;
    }
    return out;
}

std::optional<std::string> broken_demand(const ResolvedType& type, const ProcessedClaims& claims) {
    const Value root(claims.claims);
    for (const TypeDemand& demand : type.demands) {
        const bool by_index = std::any_of(
            demand.path.begin(), demand.path.end(),
            [](const PathStep& step) { return !std::holds_alternative<std::string>(step); });
        const bool there = !select(root, demand.path).empty();
        const bool hidden = std::any_of(
            claims.disclosed.begin(), claims.disclosed.end(),
            [&](const DisclosedClaim& claim) { return begins_with(demand.path, claim.path); });
        const bool never = demand.disclosure == Disclosure::never;
        const bool missing = demand.mandatory && never && !there && demand.path.size() == 1;
        const bool open = demand.disclosure == Disclosure::always && there && !hidden && !by_index;
        const bool closed = never && there && hidden && demand.path.size() == 1;
        if (missing || open || closed) return to_text(demand.path);
    }
    return std::nullopt;
}

}  // namespace stadtbuch::credential
