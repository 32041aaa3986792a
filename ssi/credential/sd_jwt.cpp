// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Grammar (RFC 9901 §4): <issuer JWT> '~' *( <disclosure> '~' ) [ <KB-JWT> ]
// disclosure = base64url( JSON [salt, name, value] ) in objects, base64url( JSON [salt, value] ) in
// arrays.
#include "ssi/credential/sd_jwt.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "storage/base/assert.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"
#include "storage/hash/hash.hpp"

namespace stadtbuch::credential {

using encoding::Array;
using encoding::Object;
using encoding::Value;

namespace {

constexpr std::size_t salt_bytes = 16;
constexpr encoding::JsonLimits disclosure_limits{64 * 1024, 24, true};

// -- building
// --------------------------------------------------------------------------------------------------------

std::string make_disclosure(const std::string* name, const Value& value,
                            keys::RandomSource& random) {
    Array parts{Value(keys::random_token(random, salt_bytes))};
    if (name != nullptr) parts.emplace_back(*name);
    parts.push_back(value);
    return encoding::base64url_encode(view_of(encoding::compact_json(parts)));
}

/// The path with `[*]` replaced by each index that exists.
std::vector<ClaimPath> expand(const Value& root, const ClaimPath& path) {
    std::vector<ClaimPath> expanded{{}};
    for (const PathStep& step : path) {
        std::vector<ClaimPath> next;
        for (const ClaimPath& prefix : expanded) {
            const auto here = select(root, prefix);
            STADTBUCH_ASSERT(here.size() == 1);
            const auto add = [&](PathStep concrete) {
                ClaimPath longer = prefix;
                longer.push_back(std::move(concrete));
                if (!select(root, longer).empty()) next.push_back(std::move(longer));
            };
            if (!std::holds_alternative<AllElements>(step)) {
                add(step);
            } else if (const Array* array = here.front()->array()) {
                for (std::size_t i = 0; i < array->size(); ++i) add(i);
            }
        }
        expanded = std::move(next);
    }
    return expanded;
}

Value* find_mutable(Value& root, const ClaimPath& path, std::size_t steps) {
    Value* at = &root;
    for (std::size_t i = 0; i < steps && at != nullptr; ++i) {
        if (const auto* name = std::get_if<std::string>(&path[i])) {
            at = at->find(*name);
        } else {
            Array* array = at->array();
            const std::size_t index = std::get<std::size_t>(path[i]);
            at = array != nullptr && index < array->size() ? &(*array)[index] : nullptr;
        }
    }
    return at;
}

void add_digest(Object& object, std::string digest) {
    Value* digests = object.find("_sd");
    if (digests == nullptr) digests = &object.set("_sd", Array{});
    digests->array()->emplace_back(std::move(digest));
}

/// Replaces what stands at `path` by its digest; empty if nothing stands there.
std::string conceal(Value& root, const ClaimPath& path, keys::RandomSource& random) {
    Value* parent = find_mutable(root, path, path.size() - 1);
    if (parent == nullptr) return {};
    if (const auto* name = std::get_if<std::string>(&path.back())) {
        Object* object = parent->object();
        const Value* value = object != nullptr ? object->find(*name) : nullptr;
        if (value == nullptr) return {};
        std::string disclosure = make_disclosure(name, *value, random);
        object->erase(*name);
        add_digest(*object, disclosure_digest(disclosure));
        return disclosure;
    }
    Value* element = find_mutable(root, path, path.size());
    if (element == nullptr) return {};
    std::string disclosure = make_disclosure(nullptr, *element, random);
    *element = Object{{"...", disclosure_digest(disclosure)}};
    return disclosure;
}

/// Sorting hides the order of the claims (RFC 9901 §9.5). Runs before an object is put into a
/// disclosure of its own, so it must visit one object only.
void finish_object(Object& object, std::size_t decoys, keys::RandomSource& random) {
    Value* digests = object.find("_sd");
    if (digests == nullptr) return;
    for (std::size_t i = 0; i < decoys; ++i) {
        digests->array()->emplace_back(
            encoding::base64url_encode(hash::sha256(keys::random_bytes(random, 32)).view()));
    }
    std::sort(digests->array()->begin(), digests->array()->end(),
              [](const Value& a, const Value& b) { return *a.text() < *b.text(); });
}

bool starts_with(const ClaimPath& path, const ClaimPath& prefix) {
    return path.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), path.begin());
}

// -- processing
// ------------------------------------------------------------------------------------------------------

struct Parsed {
    std::string text;
    bool in_object = false;
    std::string name;
    Value value;
    bool used = false;
};

/// One run of RFC 9901 §7.1. Work list instead of recursion on input; depth is bounded by the JSON
/// parser and by `depth_max` for chains of disclosures.
class Processor {
  public:
    explicit Processor(const SdJwtLimits& limits) : limits_(limits) {}

    Result<ProcessedClaims, SdJwtError> run(const Object& payload,
                                            std::span<const std::string> disclosures) {
        if (disclosures.size() > limits_.disclosures_max) return Failure{SdJwtError::too_large};
        for (const std::string& text : disclosures) {
            if (const auto error = read(text)) return Failure{*error};
        }
        ProcessedClaims result;
        Value root(payload);
        if (const Value* algorithm = root.find("_sd_alg")) {
            if (!algorithm->is_text() || *algorithm->text() != "sha-256")
                return Failure{SdJwtError::unsupported_hash};
            root.object()->erase("_sd_alg");
        }
        if (const auto error = open(root, {}, result, 0)) return Failure{*error};
        for (const auto& [digest, parsed] : by_digest_) {
            if (!parsed.used) return Failure{SdJwtError::unreferenced_disclosure};
        }
        result.claims = std::move(*root.object());
        return result;
    }

  private:
    std::optional<SdJwtError> read(const std::string& text) {
        const auto bytes = encoding::base64url_decode(text);
        if (!bytes) return SdJwtError::malformed;
        auto json = encoding::parse_json(text_of(*bytes), disclosure_limits);
        if (!json) return SdJwtError::malformed;
        Array* parts = json->array();
        if (parts == nullptr || (parts->size() != 2 && parts->size() != 3))
            return SdJwtError::bad_disclosure;
        if (!(*parts)[0].is_text()) return SdJwtError::bad_disclosure;
        Parsed parsed;
        parsed.text = text;
        parsed.in_object = parts->size() == 3;
        if (parsed.in_object) {
            if (!(*parts)[1].is_text()) return SdJwtError::bad_disclosure;
            parsed.name = *(*parts)[1].text();
            if (parsed.name == "_sd" || parsed.name == "...") return SdJwtError::bad_disclosure;
        }
        parsed.value = std::move(parts->back());
        if (!by_digest_.emplace(disclosure_digest(text), std::move(parsed)).second)
            return SdJwtError::duplicate_digest;
        return std::nullopt;
    }

    bool first_sight(const std::string& digest) { return seen_.insert(digest).second; }

    // NOLINTNEXTLINE(misc-no-recursion): depth is bounded by depth_max.
    std::optional<SdJwtError> open(Value& value, const ClaimPath& path, ProcessedClaims& out,
                                   std::size_t depth) {
        if (depth > limits_.depth_max) return SdJwtError::too_deep;
        if (Object* object = value.object()) return open_object(*object, path, out, depth);
        if (Array* array = value.array()) return open_array(*array, path, out, depth);
        return std::nullopt;
    }

    // NOLINTNEXTLINE(misc-no-recursion): see open().
    std::optional<SdJwtError> open_object(Object& object, const ClaimPath& path,
                                          ProcessedClaims& out, std::size_t depth) {
        Array digests;
        if (Value* listed = object.find("_sd")) {
            if (!listed->is_array()) return SdJwtError::malformed;
            digests = std::move(*listed->array());
            object.erase("_sd");
        }
        if (object.contains("...")) return SdJwtError::malformed;
        // Claims in the clear first, so that a disclosed name meets what is already there.
        for (auto& member : object.members()) {
            ClaimPath below = path;
            below.emplace_back(member.key);
            if (const auto error = open(member.value, below, out, depth + 1)) return error;
        }
        for (const Value& digest : digests) {
            if (!digest.is_text()) return SdJwtError::malformed;
            if (!first_sight(*digest.text())) return SdJwtError::duplicate_digest;
            const auto found = by_digest_.find(*digest.text());
            if (found == by_digest_.end()) continue;  // decoy or withheld
            Parsed& parsed = found->second;
            if (!parsed.in_object) return SdJwtError::bad_disclosure;
            if (object.contains(parsed.name)) return SdJwtError::name_exists;
            parsed.used = true;
            ClaimPath below = path;
            below.emplace_back(parsed.name);
            out.disclosed.push_back({below, parsed.text});
            Value& placed = object.set(parsed.name, std::move(parsed.value));
            if (const auto error = open(placed, below, out, depth + 1)) return error;
        }
        return std::nullopt;
    }

    // NOLINTNEXTLINE(misc-no-recursion): see open().
    std::optional<SdJwtError> open_array(Array& array, const ClaimPath& path, ProcessedClaims& out,
                                         std::size_t depth) {
        Array opened;
        for (Value& element : array) {
            const Value* digest = element.find("...");
            ClaimPath below = path;
            below.emplace_back(opened.size());
            if (digest == nullptr) {
                if (const auto error = open(element, below, out, depth + 1)) return error;
                opened.push_back(std::move(element));
                continue;
            }
            if (element.object()->size() != 1 || !digest->is_text()) return SdJwtError::malformed;
            if (!first_sight(*digest->text())) return SdJwtError::duplicate_digest;
            const auto found = by_digest_.find(*digest->text());
            if (found == by_digest_.end()) continue;  // withheld elements vanish
            Parsed& parsed = found->second;
            if (parsed.in_object) return SdJwtError::bad_disclosure;
            parsed.used = true;
            out.disclosed.push_back({below, parsed.text});
            Value placed = std::move(parsed.value);
            if (const auto error = open(placed, below, out, depth + 1)) return error;
            opened.push_back(std::move(placed));
        }
        array = std::move(opened);
        return std::nullopt;
    }

    const SdJwtLimits& limits_;
    std::map<std::string, Parsed> by_digest_;
    std::set<std::string> seen_;
};

bool matches(const PathStep& concrete, const PathStep& wanted) {
    if (std::holds_alternative<AllElements>(wanted))
        return std::holds_alternative<std::size_t>(concrete);
    return concrete == wanted;
}

}  // namespace

std::string_view to_text(SdJwtError error) {
    switch (error) {
        case SdJwtError::too_large:
            return "too large";
        case SdJwtError::malformed:
            return "malformed";
        case SdJwtError::unsupported_hash:
            return "unsupported hash algorithm";
        case SdJwtError::bad_disclosure:
            return "bad disclosure";
        case SdJwtError::duplicate_digest:
            return "duplicate digest";
        case SdJwtError::unreferenced_disclosure:
            return "unreferenced disclosure";
        case SdJwtError::name_exists:
            return "disclosed name already present";
        case SdJwtError::too_deep:
            return "nested too deeply";
    }
    return "unknown";
}

std::string SdJwt::without_key_binding() const {
    std::string text = issuer_jwt + '~';
    for (const std::string& disclosure : disclosures) text += disclosure + '~';
    return text;
}

std::string SdJwt::compact() const {
    return without_key_binding() + key_binding;
}

Result<SdJwt, SdJwtError> split_sd_jwt(std::string_view compact, const SdJwtLimits& limits) {
    if (compact.size() > limits.bytes_max) return Failure{SdJwtError::too_large};
    SdJwt parts;
    std::size_t tilde = compact.find('~');
    if (tilde == std::string_view::npos || tilde == 0) return Failure{SdJwtError::malformed};
    parts.issuer_jwt = compact.substr(0, tilde);
    compact.remove_prefix(tilde + 1);
    while ((tilde = compact.find('~')) != std::string_view::npos) {
        if (tilde == 0) return Failure{SdJwtError::malformed};
        if (parts.disclosures.size() == limits.disclosures_max)
            return Failure{SdJwtError::too_large};
        parts.disclosures.emplace_back(compact.substr(0, tilde));
        compact.remove_prefix(tilde + 1);
    }
    parts.key_binding = compact;
    return parts;
}

std::string disclosure_digest(std::string_view disclosure) {
    return encoding::base64url_encode(hash::sha256(disclosure).view());
}

SdPayload make_sd_payload(const Object& claims, std::span<const ClaimPath> disclosable,
                          std::size_t decoys, keys::RandomSource& random) {
    Value root(claims);
    std::vector<ClaimPath> concrete;
    for (const ClaimPath& path : disclosable) {
        for (ClaimPath& found : expand(root, path)) {
            if (std::find(concrete.begin(), concrete.end(), found) == concrete.end())
                concrete.push_back(std::move(found));
        }
    }
    // Deepest first: a parent's disclosure must already hold the digests of its children.
    std::stable_sort(concrete.begin(), concrete.end(),
                     [](const ClaimPath& a, const ClaimPath& b) { return a.size() > b.size(); });
    SdPayload result;
    std::vector<ClaimPath> finished;
    const auto finish_below = [&](const ClaimPath& path) {
        // The objects strictly inside `path` that received digests get their decoys before they are
        // sealed.
        for (const ClaimPath& inner : concrete) {
            if (inner.size() <= path.size() || !starts_with(inner, path)) continue;
            ClaimPath parent(inner.begin(), inner.end() - 1);
            if (!std::holds_alternative<std::string>(inner.back())) continue;
            if (std::find(finished.begin(), finished.end(), parent) != finished.end()) continue;
            Value* object = find_mutable(root, parent, parent.size());
            if (object == nullptr || !object->is_object()) continue;
            finish_object(*object->object(), decoys, random);
            finished.push_back(std::move(parent));
        }
    };
    for (const ClaimPath& path : concrete) {
        finish_below(path);
        std::string disclosure = conceal(root, path, random);
        if (!disclosure.empty())
            result.disclosures.insert(result.disclosures.begin(), std::move(disclosure));
    }
    finish_below({});
    result.payload = std::move(*root.object());
    if (!result.disclosures.empty()) result.payload.set("_sd_alg", "sha-256");
    return result;
}

Result<ProcessedClaims, SdJwtError> process_disclosures(const Object& payload,
                                                        std::span<const std::string> disclosures,
                                                        const SdJwtLimits& limits) {
    return Processor(limits).run(payload, disclosures);
}

std::vector<std::string> disclosures_for(const ProcessedClaims& all,
                                         std::span<const ClaimPath> wanted) {
    std::vector<std::string> kept;
    for (const DisclosedClaim& claim : all.disclosed) {
        const bool needed = std::any_of(wanted.begin(), wanted.end(), [&](const ClaimPath& path) {
            const std::size_t common = std::min(path.size(), claim.path.size());
            for (std::size_t i = 0; i < common; ++i) {
                if (!matches(claim.path[i], path[i])) return false;
            }
            return true;
        });
        if (needed) kept.push_back(claim.disclosure);
    }
    return kept;
}

std::string bind_to_holder(const SdJwt& presented, const KeyBinding& binding,
                           const keys::Signer& holder) {
    const std::string signed_text = presented.without_key_binding();
    Object payload{{"iat", binding.issued_at},
                   {"aud", binding.audience},
                   {"nonce", binding.nonce},
                   {"sd_hash", encoding::base64url_encode(hash::sha256(signed_text).view())}};
    if (!binding.transaction_data.empty()) {
        Array hashes;
        for (const std::string& data : binding.transaction_data) {
            hashes.emplace_back(encoding::base64url_encode(hash::sha256(data).view()));
        }
        payload.set("transaction_data_hashes", std::move(hashes));
        if (!binding.transaction_data_hashes_alg.empty()) {
            payload.set("transaction_data_hashes_alg", binding.transaction_data_hashes_alg);
        }
    }
    const std::string token =
        keys::sign_jws(Object{{"typ", "kb+jwt"}}, encoding::compact_json(payload), holder);
    if (token.empty()) return {};
    return signed_text + token;
}

}  // namespace stadtbuch::credential
