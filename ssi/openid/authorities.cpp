// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/openid/authorities.hpp"

#include <algorithm>

#include "ssi/credential/contains.hpp"
#include "ssi/keys/jose.hpp"
#include "ssi/keys/x509.hpp"
#include "storage/encoding/text.hpp"

namespace stadtbuch::openid {

using credential::contains;

namespace {

/// One certificate of the chain names one of the keys as its authority's.
bool chain_names(const std::vector<std::string>& key_ids, const credential::SdJwt& parts) {
    const auto jws =
        keys::parse_jws(parts.issuer_jwt, {"", {"ES256", "EdDSA", "Ed25519"}, 256 * 1024});
    const encoding::Value* x5c = jws ? jws->header.find("x5c") : nullptr;
    if (x5c == nullptr) return false;
    const auto chain = keys::chain_from_x5c(*x5c);
    return chain &&
           std::any_of(chain->begin(), chain->end(), [&](const keys::Certificate& certificate) {
               const Bytes id = certificate.authority_key_id();
               return !id.empty() && contains(key_ids, encoding::base64url_encode(id));
           });
}

}  // namespace

bool is_of_authorities(const CredentialQuery& query, const credential::SdJwt& parts,
                       const std::vector<std::string>& lists) {
    if (query.authority_key_ids.empty() && query.trust_lists.empty()) return true;
    const bool listed = std::any_of(lists.begin(), lists.end(), [&](const std::string& list) {
        return contains(query.trust_lists, list);
    });
    return listed ||
           (!query.authority_key_ids.empty() && chain_names(query.authority_key_ids, parts));
}

}  // namespace stadtbuch::openid
