// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
//
// indy-client-protocol §4.5. The signatures are looked at in the order in which the client wrote
// them, because the first fault names the reason.
#include <algorithm>

#include "ssi/did/did.hpp"
#include "ssi/keys/ed25519.hpp"
#include "ssi/ledger/request.hpp"
#include "ssi/ledger/request_counting.hpp"
#include "ssi/ledger/request_signing.hpp"
#include "storage/encoding/python_repr.hpp"
#include "storage/encoding/text.hpp"
#include "storage/encoding/utf8.hpp"

namespace stadtbuch::ledger {

using encoding::Value;

namespace {

constexpr std::string_view base58_alphabet =
    "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
constexpr std::size_t ed25519_signature_bytes = 64;
constexpr std::string_view white_space = " \t\n\v\f\r";

Refusal plain(std::string text) {
    Refusal refusal;
    refusal.cls = RefusalClass::plain;
    refusal.text = std::move(text);
    return refusal;
}

Refusal bad_format(std::string cause) {
    Refusal refusal;
    refusal.cls = RefusalClass::invalid_signature_format;
    refusal.cause = std::move(cause);
    return refusal;
}

bool is_ascii(char c) {
    return static_cast<Byte>(c) < 0x80U;
}

/// `'\xe4'`, `'\u20ac'`, `'\U0001f600'`
std::string escaped(std::uint32_t code_point) {
    const int digits = code_point < 0x100 ? 2 : code_point < 0x10000 ? 4 : 8;
    std::string out = digits == 2 ? "'\\x" : digits == 4 ? "'\\u" : "'\\U";
    for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4)
        out.push_back("0123456789abcdef"[code_point >> shift & 15U]);
    return out + "'";
}

/// Python's refusal to encode a text as ASCII; nullopt when it can. Positions count characters.
std::optional<std::string> not_ascii(std::string_view text) {
    const auto first = std::find_if_not(text.begin(), text.end(), is_ascii);
    if (first == text.end()) return std::nullopt;
    const auto is_lead = [](char c) { return (static_cast<Byte>(c) & 0xC0U) != 0x80U; };
    const auto run_end = std::find_if(first, text.end(), is_ascii);
    const auto count = std::count_if(first, run_end, is_lead);
    const auto begin = first - text.begin();
    std::string where = " in position " + std::to_string(begin);
    if (count > 1) {
        where = "s" + where + "-" + std::to_string(begin + count - 1);
    } else {
        auto at = static_cast<std::size_t>(begin);
        where = " " + escaped(encoding::next_code_point(text, at)) + where;
    }
    return "'ascii' codec can't encode character" + where + ": ordinal not in range(128)";
}

/// The reference's decoder overlooks white space at the end.
Result<Bytes, Refusal> decode_signature(std::string_view text) {
    text = text.substr(0, text.find_last_not_of(white_space) + 1);
    if (auto cause = not_ascii(text)) return Failure{bad_format(std::move(*cause))};
    const std::size_t foreign = text.find_first_not_of(base58_alphabet);
    if (foreign != std::string_view::npos) {
        std::size_t end = foreign + 1;
        while (end < text.size() && (static_cast<Byte>(text[end]) & 0xC0U) == 0x80U) ++end;
        return Failure{bad_format("Invalid character " +
                                  encoding::python_repr(text.substr(foreign, end - foreign)))};
    }
    auto bytes = encoding::base58_decode(text);
    if (!bytes) return Failure{bad_format("Invalid length")};
    return std::move(*bytes);
}

/// A key that the operation brings along: a DID that is not on the ledger may sign its own NYM.
std::optional<std::string> brought_key(const Request& request) {
    if (request.type != "1" || !request.identifier) return std::nullopt;
    const Value* dest = request.operation().find("dest");
    const Value* verkey = request.operation().find("verkey");
    if (!dest || *dest != Value(*request.identifier) || !verkey || !verkey->is_text())
        return std::nullopt;
    return *verkey->text();
}

Result<bool, Refusal> check_signature(const Request& request, const std::string& signer,
                                      std::string_view signature, const VerkeyLookup& lookup) {
    const auto bytes = decode_signature(signature);
    if (!bytes) return Failure{bytes.error()};

    std::optional<std::string> verkey = lookup(signer);
    // Python's complaint about the missing member, which the reference asks for here only.
    if (!verkey && request.type == "1" && !request.identifier)
        return Failure{plain("'identifier'")};
    if (!verkey) verkey = brought_key(request);
    if (!verkey || verkey->empty()) {
        return Failure{plain("could not authenticate, verkey for " + signer + " cannot be found")};
    }
    const auto key = did::expand_verkey(signer, *verkey);
    if (!key) return false;
    count_signature_check();
    // A read has its text made when somebody asks.
    const std::string made = request.signed_text.empty() ? signed_text_of(request.value) : "";
    return keys::verify_ed25519(*key, view_of(made.empty() ? request.signed_text : made), *bytes);
}

struct Signer {
    std::string did;
    std::string signature;
    bool is_null = false;
};

/// What Python says when it decodes nothing.
Refusal null_signature() {
    return {RefusalClass::invalid_signature_format,
            {},
            "'NoneType' object has no attribute 'rstrip'",
            std::nullopt};
}

std::vector<Signer> signers_as_sent(const Request& request) {
    std::vector<Signer> signers;
    if (!request.multi_signed) {
        for (const auto& [did, signature] : request.signatures)
            signers.push_back({did, signature, false});
        return signers;
    }
    for (const encoding::Member& member : *request.value.find("signatures")->object()) {
        const std::string* text = member.value.text();
        signers.push_back({member.key, text != nullptr ? *text : "", text == nullptr});
    }
    return signers;
}

}  // namespace

Result<void, Refusal> verify_signatures(const Request& request, const VerkeyLookup& lookup) {
    if (request.signatures.empty() && !request.multi_signed) {
        Refusal refusal;
        refusal.cls = RefusalClass::missing_signature;
        return Failure{std::move(refusal)};
    }

    const std::vector<Signer> signers = signers_as_sent(request);
    std::size_t valid_count = 0;
    std::string invalid;
    for (const Signer& signer : signers) {
        if (signer.is_null) return Failure{null_signature()};
        const auto verdict = check_signature(request, signer.did, signer.signature, lookup);
        if (!verdict) return Failure{verdict.error()};
        if (*verdict) {
            ++valid_count;
            continue;
        }
        if (!invalid.empty()) invalid += "; ";
        invalid += "did=" + signer.did + ", signature=" + signer.signature;
    }
    if (valid_count == signers.size() && valid_count > 0) return {};
    return Failure{
        plain("insufficient number of valid signatures, " + std::to_string(signers.size()) +
              " is required but " + std::to_string(valid_count) + " valid and " +
              std::to_string(signers.size() - valid_count) +
              " invalid have been provided. The following signatures are invalid: " + invalid)};
}

bool is_signed_by_nobody(const Request& request) {
    const std::vector<Signer> signers = signers_as_sent(request);
    return signers.empty() || std::any_of(signers.begin(), signers.end(), [](const Signer& signer) {
               const auto bytes = decode_signature(signer.signature);
               return signer.is_null || !bytes || bytes->size() != ed25519_signature_bytes;
           });
}

}  // namespace stadtbuch::ledger
