// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/did/did.hpp"

#include <algorithm>

#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"
#include "storage/hash/hash.hpp"

namespace stadtbuch::did {
namespace {

constexpr std::size_t url_characters_max = 2048;
// Multicodec prefixes as unsigned varints: ed25519-pub 0xed, p256-pub 0x1200.
constexpr std::array<Byte, 2> ed25519_prefix{0xed, 0x01};
constexpr std::array<Byte, 2> p256_prefix{0x80, 0x24};

bool is_name(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == ':';
    });
}

bool is_web_id(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '.' || c == '-' || c == '_' || c == ':' || c == '%';
    });
}

std::optional<keys::PublicKey> key_of_multibase(std::string_view text) {
    if (!text.starts_with('z')) return std::nullopt;
    const auto bytes = encoding::base58_decode(text.substr(1), 128);
    if (!bytes || bytes->size() < 3) return std::nullopt;
    const BytesView rest = BytesView(*bytes).subspan(2);
    if (std::equal(ed25519_prefix.begin(), ed25519_prefix.end(), bytes->begin())) {
        const auto key = keys::Ed25519PublicKey::of(rest);
        if (!key || !keys::curve25519_of(*key)) return std::nullopt;
        return keys::PublicKey(*key);
    }
    if (std::equal(p256_prefix.begin(), p256_prefix.end(), bytes->begin()) && rest.size() == 33) {
        auto key = keys::P256PublicKey::from_point(rest);
        if (!key) return std::nullopt;
        return keys::PublicKey(std::move(key).value());
    }
    return std::nullopt;
}

std::optional<keys::PublicKey> key_of_did_jwk(std::string_view id) {
    const auto json = encoding::base64url_decode(id);
    if (!json) return std::nullopt;
    const auto jwk = encoding::parse_json(text_of(*json), {4096, 8, true});
    if (!jwk) return std::nullopt;
    auto key = keys::public_key_from_jwk(*jwk);
    if (!key) return std::nullopt;
    return std::move(key).value();
}

Result<DidUrl, DidError> checked(DidUrl url) {
    bool good = false;
    switch (url.method) {
        case DidMethod::indy:
            good = is_name(url.name_space) && is_short_did(url.id);
            break;
        case DidMethod::sov:
            good = is_short_did(url.id);
            break;
        case DidMethod::web:
            good = is_web_id(url.id);
            break;
        case DidMethod::key:
        case DidMethod::jwk:
            good = contained_key(url).has_value();
            break;
    }
    if (!good) return Failure{DidError::bad_identifier};
    return url;
}

}  // namespace

std::string_view to_text(DidError error) {
    switch (error) {
        case DidError::malformed:
            return "not a DID";
        case DidError::unsupported_method:
            return "unsupported DID method";
        case DidError::bad_identifier:
            return "bad method-specific identifier";
        case DidError::too_long:
            return "DID URL too long";
    }
    return "unknown";
}

std::optional<std::string> DidUrl::parameter(std::string_view name) const {
    std::string_view rest = query;
    while (!rest.empty()) {
        const std::string_view pair = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
        const std::size_t equals = pair.find('=');
        if (pair.substr(0, equals) == name) {
            return std::string(equals == std::string_view::npos ? std::string_view()
                                                                : pair.substr(equals + 1));
        }
    }
    return std::nullopt;
}

Result<DidUrl, DidError> parse_did_url(std::string_view text) {
    if (text.size() > url_characters_max) return Failure{DidError::too_long};
    if (!text.starts_with("did:")) return Failure{DidError::malformed};
    DidUrl url;
    if (const std::size_t hash = text.find('#'); hash != std::string_view::npos) {
        url.fragment = text.substr(hash + 1);
        text = text.substr(0, hash);
    }
    if (const std::size_t mark = text.find('?'); mark != std::string_view::npos) {
        url.query = text.substr(mark + 1);
        text = text.substr(0, mark);
    }
    if (const std::size_t slash = text.find('/'); slash != std::string_view::npos) {
        url.path = text.substr(slash);
        text = text.substr(0, slash);
    }
    url.did = text;
    const std::size_t colon = text.find(':', 4);
    if (colon == std::string_view::npos) return Failure{DidError::malformed};
    const std::string_view method = text.substr(4, colon - 4);
    const std::string_view rest = text.substr(colon + 1);
    url.id = rest;
    if (method == "indy") {
        url.method = DidMethod::indy;
        const std::size_t last = rest.rfind(':');
        if (last == std::string_view::npos) return Failure{DidError::bad_identifier};
        url.name_space = rest.substr(0, last);
        url.id = rest.substr(last + 1);
    } else if (method == "sov") {
        url.method = DidMethod::sov;
    } else if (method == "web") {
        url.method = DidMethod::web;
    } else if (method == "key") {
        url.method = DidMethod::key;
    } else if (method == "jwk") {
        url.method = DidMethod::jwk;
    } else {
        return Failure{DidError::unsupported_method};
    }
    return checked(std::move(url));
}

std::string short_did(const keys::Ed25519PublicKey& verkey) {
    return encoding::base58_encode(verkey.view().first(16));
}

std::string self_certifying_did(const keys::Ed25519PublicKey& verkey) {
    const Hash32 digest = hash::sha256(verkey.view());
    return encoding::base58_encode(digest.view().first(16));
}

bool certifies(std::int64_t nym_version, std::string_view did,
               const keys::Ed25519PublicKey& verkey) {
    if (nym_version == 1) return did == short_did(verkey);
    if (nym_version == 2) return did == self_certifying_did(verkey);
    return true;
}

bool is_short_did(std::string_view text) {
    const auto bytes = encoding::base58_decode(text, 32);
    return bytes && bytes->size() == 16;
}

std::optional<keys::Ed25519PublicKey> expand_verkey(std::string_view short_did,
                                                    std::string_view verkey) {
    if (!verkey.starts_with('~')) {
        const auto bytes = encoding::base58_decode(verkey, 64);
        if (!bytes) return std::nullopt;
        return keys::Ed25519PublicKey::of(*bytes);
    }
    auto bytes = encoding::base58_decode(short_did, 64);
    const auto rest = encoding::base58_decode(verkey.substr(1), 64);
    if (!bytes || !rest) return std::nullopt;
    bytes->insert(bytes->end(), rest->begin(), rest->end());
    return keys::Ed25519PublicKey::of(*bytes);
}

std::string abbreviate_verkey(std::string_view did, const keys::Ed25519PublicKey& verkey) {
    if (did == short_did(verkey)) return '~' + encoding::base58_encode(verkey.view().subspan(16));
    return encoding::base58_encode(verkey.view());
}

std::string_view unqualified(std::string_view did) {
    if (did.starts_with("did:sov:")) return did.substr(8);
    if (did.starts_with("did:indy:")) return did.substr(did.rfind(':') + 1);
    return did;
}

std::string did_key_of(const keys::PublicKey& key) {
    Bytes bytes;
    if (const auto* p256 = std::get_if<keys::P256PublicKey>(&key)) {
        bytes.assign(p256_prefix.begin(), p256_prefix.end());
        const Bytes point = p256->compressed_point();
        bytes.insert(bytes.end(), point.begin(), point.end());
    } else {
        bytes.assign(ed25519_prefix.begin(), ed25519_prefix.end());
        const BytesView raw = std::get<keys::Ed25519PublicKey>(key).view();
        bytes.insert(bytes.end(), raw.begin(), raw.end());
    }
    return "did:key:z" + encoding::base58_encode(bytes);
}

std::string did_jwk_of(const keys::PublicKey& key) {
    return "did:jwk:" +
           encoding::base64url_encode(view_of(encoding::compact_json(keys::jwk_of(key))));
}

std::optional<keys::PublicKey> contained_key(const DidUrl& url) {
    if (url.method == DidMethod::key) return key_of_multibase(url.id);
    if (url.method == DidMethod::jwk) return key_of_did_jwk(url.id);
    return std::nullopt;
}

}  // namespace stadtbuch::did
