// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Internal to the verifier: its records in memory and as JSON.
#pragma once
#include "ssi/openid/verifier.hpp"

namespace stadtbuch::openid {

struct Verifier::Transaction {
    std::string request_id;
    std::string record;  // as stored, for compare-and-swap
    encoding::Value fields;
    DcqlQuery query;
    UnixSeconds expires_at = 0;
    ClientIdPrefix prefix = ClientIdPrefix::x509_hash;
    std::vector<SentTransactionData> transaction_data;
    std::optional<keys::P256PrivateKey> key;  // direct_post.jwt
};

[[nodiscard]] encoding::Object result_to_value(const PresentationResult& result);
[[nodiscard]] PresentationResult result_from_value(const encoding::Value& value);

}  // namespace stadtbuch::openid
