// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// JWS compact serialisation (RFC 7515 §7.1): base64url(header) '.' base64url(payload) '.'
// base64url(signature).
#include <algorithm>
#include <array>

#include "ssi/keys/jose.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"

namespace stadtbuch::keys {

using encoding::Object;
using encoding::Value;

namespace {

constexpr encoding::JsonLimits header_limits{64 * 1024, 16, true};
constexpr encoding::JsonLimits payload_limits{1024 * 1024, 32, true};

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_type(std::string_view a, std::string_view b) {
    // RFC 7515 §4.1.9: "application/" may be left out when there is no other slash.
    constexpr std::string_view prefix = "application/";
    const auto strip = [&](std::string_view text) {
        return text.starts_with(prefix) ? text.substr(prefix.size()) : text;
    };
    a = strip(a);
    b = strip(b);
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                              [](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace

std::string sign_jws(const Object& header, std::string_view payload, const Signer& signer) {
    Object full{{"alg", signer.algorithm()}};
    for (const auto& member : header) full.set(member.key, member.value);
    std::string token = encoding::base64url_encode(view_of(encoding::compact_json(full))) + '.' +
                        encoding::base64url_encode(view_of(payload));
    const Bytes signature = signer.sign_message(view_of(token));
    if (signature.empty()) return {};
    return token + '.' + encoding::base64url_encode(signature);
}

Result<Jws, JoseError> parse_jws(std::string_view compact, const JwsRules& rules) {
    if (compact.size() > rules.bytes_max) return Failure{JoseError::too_large};
    const std::size_t first = compact.find('.');
    const std::size_t second =
        first == std::string_view::npos ? first : compact.find('.', first + 1);
    if (second == std::string_view::npos ||
        compact.find('.', second + 1) != std::string_view::npos) {
        return Failure{JoseError::not_compact};
    }
    const auto header = encoding::base64url_decode(compact.substr(0, first));
    const auto payload = encoding::base64url_decode(compact.substr(first + 1, second - first - 1));
    auto signature = encoding::base64url_decode(compact.substr(second + 1));
    if (!header || !payload || !signature || header->empty())
        return Failure{JoseError::not_compact};

    auto parsed = encoding::parse_json(text_of(*header), header_limits);
    if (!parsed || !parsed->is_object()) return Failure{JoseError::bad_header};
    // No extension is understood here, so any `crit` must be refused (RFC 7515 §4.1.11); `b64`
    // needs `crit`.
    if (parsed->find("crit") != nullptr || parsed->find("b64") != nullptr)
        return Failure{JoseError::critical_header};
    if (!rules.typ.empty() && !same_type(parsed->text_at("typ"), rules.typ))
        return Failure{JoseError::unexpected_type};
    const std::string_view algorithm = parsed->text_at("alg");
    if (std::find(rules.algorithms.begin(), rules.algorithms.end(), algorithm) ==
        rules.algorithms.end()) {
        return Failure{JoseError::algorithm_refused};
    }

    Jws jws;
    jws.algorithm = algorithm;
    jws.header = std::move(*parsed->object());
    jws.payload = string_of(*payload);
    jws.signing_input = compact.substr(0, second);
    jws.signature = *std::move(signature);
    return jws;
}

Result<void, JoseError> verify_jws(const Jws& jws, const PublicKey& key) {
    if (!algorithm_fits(jws.algorithm, key)) return Failure{JoseError::algorithm_refused};
    if (!verify_signature(key, view_of(jws.signing_input), jws.signature))
        return Failure{JoseError::bad_signature};
    return {};
}

Result<Object, JoseError> payload_object(const Jws& jws) {
    auto parsed = encoding::parse_json(jws.payload, payload_limits);
    if (!parsed || !parsed->is_object()) return Failure{JoseError::bad_payload};
    return std::move(*parsed->object());
}

std::optional<std::int64_t> numeric_date(const Value* date) {
    if (date == nullptr) return std::nullopt;
    if (const auto integer = date->integer()) return integer;
    const auto real = date->real();
    if (!real || !(*real > -9e15 && *real < 9e15)) return std::nullopt;
    return static_cast<std::int64_t>(*real);
}

}  // namespace stadtbuch::keys
