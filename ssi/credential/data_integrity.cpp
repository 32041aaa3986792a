// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/credential/data_integrity.hpp"

#include <algorithm>

#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"
#include "storage/hash/hash.hpp"

namespace stadtbuch::credential {

using encoding::Array;
using encoding::Object;
using encoding::Value;

namespace {

constexpr std::int64_t exact_integer_max = std::int64_t{1} << 53;
constexpr std::size_t depth_max = 32;

/// Order of UTF-16 code units for octets of UTF-8: characters beyond U+FFFF (F0...) are written
/// with surrogates, which come before U+E000 to U+FFFF (EE, EF).
int rank(char octet) {
    const int value = static_cast<unsigned char>(octet);
    if (value <= 0xED) return value;
    return value >= 0xF0 ? 0xEE + (value - 0xF0) : 0xFE + (value - 0xEE);
}

bool before(const std::string& a, const std::string& b) {
    return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(),
                                        [](char x, char y) { return rank(x) < rank(y); });
}

bool write(const Value& value, std::string& out, std::size_t depth) {
    if (depth > depth_max || value.is_real()) return false;
    if (value.is_integer()) {
        const auto number = value.integer();
        if (!number || *number > exact_integer_max || *number < -exact_integer_max) return false;
    }
    if (const Array* array = value.array()) {
        out += '[';
        for (std::size_t i = 0; i < array->size(); ++i) {
            if (i > 0) out += ',';
            if (!write((*array)[i], out, depth + 1)) return false;
        }
        out += ']';
        return true;
    }
    if (const Object* object = value.object()) {
        std::vector<const encoding::Member*> members;
        for (const auto& member : *object) members.push_back(&member);
        std::sort(members.begin(), members.end(),
                  [](const auto* a, const auto* b) { return before(a->key, b->key); });
        out += '{';
        for (std::size_t i = 0; i < members.size(); ++i) {
            if (i > 0) out += ',';
            out += encoding::canonical_json(Value(members[i]->key)) + ':';
            if (!write(members[i]->value, out, depth + 1)) return false;
        }
        out += '}';
        return true;
    }
    out += encoding::canonical_json(value);
    return true;
}

/// SHA-256 of the proof's options, then of the document (both canonical): what is signed.
Result<Bytes, DataIntegrityError> signed_octets(const Object& options, const Object& document) {
    Bytes out;
    for (const Object* part : {&options, &document}) {
        const auto text = canonical_form(Value(*part));
        if (!text) return Failure{text.error()};
        const Hash32 digest = hash::sha256(*text);
        out.insert(out.end(), digest.bytes.begin(), digest.bytes.end());
    }
    return out;
}

Array as_list(const Value& value) {
    return value.array() != nullptr ? *value.array() : Array{value};
}

/// True if the list of contexts `whole` begins with `start`.
bool begins_with(const Value& whole, const Value& start) {
    const Array all = as_list(whole);
    const Array first = as_list(start);
    return first.size() <= all.size() && std::equal(first.begin(), first.end(), all.begin());
}

}  // namespace

std::string_view to_text(DataIntegrityError error) {
    switch (error) {
        case DataIntegrityError::malformed:
            return "malformed document or proof";
        case DataIntegrityError::not_canonical:
            return "a number that has no canonical form";
        case DataIntegrityError::unknown_suite:
            return "unknown cryptosuite";
        case DataIntegrityError::wrong_purpose:
            return "wrong proof purpose";
        case DataIntegrityError::wrong_context:
            return "wrong @context";
        case DataIntegrityError::unknown_key:
            return "unknown verification method";
        case DataIntegrityError::bad_signature:
            return "bad signature";
        case DataIntegrityError::signer_failed:
            return "the key did not sign";
    }
    return "unknown";
}

Result<std::string, DataIntegrityError> canonical_form(const Value& value) {
    std::string out;
    if (!write(value, out, 0)) return Failure{DataIntegrityError::not_canonical};
    return out;
}

Result<Object, DataIntegrityError> secure_document(const Object& document,
                                                   const ProofOptions& options,
                                                   const keys::Signer& key) {
    if (key.algorithm() != "EdDSA") return Failure{DataIntegrityError::signer_failed};
    Object plain = document;
    plain.erase("proof");
    Object proof{{"type", "DataIntegrityProof"},
                 {"cryptosuite", "eddsa-jcs-2022"},
                 {"created", options.created},
                 {"verificationMethod", options.verification_method},
                 {"proofPurpose", options.purpose}};
    if (!options.challenge.empty()) proof.set("challenge", options.challenge);
    if (!options.domain.empty()) proof.set("domain", options.domain);
    if (const Value* context = plain.find("@context")) proof.set("@context", *context);
    const auto octets = signed_octets(proof, plain);
    if (!octets) return Failure{octets.error()};
    const Bytes signature = key.sign_message(*octets);
    if (signature.size() != 64) return Failure{DataIntegrityError::signer_failed};
    proof.set("proofValue", "z" + encoding::base58_encode(signature));
    plain.set("proof", std::move(proof));
    return plain;
}

Result<void, DataIntegrityError> verify_document(const Value& secured, std::string_view purpose,
                                                 DidKeySource& keys) {
    const Object* object = secured.object();
    const Value* proof = object != nullptr ? object->find("proof") : nullptr;
    if (proof == nullptr || proof->object() == nullptr)
        return Failure{DataIntegrityError::malformed};
    if (proof->text_at("type") != "DataIntegrityProof" ||
        proof->text_at("cryptosuite") != "eddsa-jcs-2022") {
        return Failure{DataIntegrityError::unknown_suite};
    }
    if (proof->text_at("proofPurpose") != purpose)
        return Failure{DataIntegrityError::wrong_purpose};
    Object document = *object;
    document.erase("proof");
    Object options = *proof->object();
    options.erase("proofValue");
    if (const Value* context = options.find("@context")) {
        const Value* own = document.find("@context");
        if (own == nullptr || !begins_with(*own, *context))
            return Failure{DataIntegrityError::wrong_context};
        document.set("@context", *context);
    }
    const std::string_view value = proof->text_at("proofValue");
    const auto signature =
        value.starts_with('z') ? encoding::base58_decode(value.substr(1)) : std::nullopt;
    if (!signature || signature->size() != 64) return Failure{DataIntegrityError::malformed};
    const auto octets = signed_octets(options, document);
    if (!octets) return Failure{octets.error()};
    const auto key = keys.assertion_key(proof->text_at("verificationMethod"));
    const auto* ed25519 = key ? std::get_if<keys::Ed25519PublicKey>(&*key) : nullptr;
    if (ed25519 == nullptr) return Failure{DataIntegrityError::unknown_key};
    if (!keys::verify_ed25519(*ed25519, *octets, *signature))
        return Failure{DataIntegrityError::bad_signature};
    return {};
}

}  // namespace stadtbuch::credential
