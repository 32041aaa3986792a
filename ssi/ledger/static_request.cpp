// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/ledger/static_request.hpp"

#include "ssi/ledger/static_python.hpp"

namespace stadtbuch::ledger {

using encoding::Value;

namespace {

/// The member unless it is absent, null or empty.
const Value* find_given(const encoding::Object& request, std::string_view key) {
    const Value* value = request.find(key);
    return value && python_truth(*value) ? value : nullptr;
}

bool is_signer(const Value* signatures, const Value& did) {
    return signatures && signatures->find(*did.text());
}

}  // namespace

SchemaVerdict check_signers(const Schema& schema, const encoding::Object& request) {
    const Value* identifier = find_given(request, "identifier");
    const Value* signature = find_given(request, "signature");
    const Value* signatures = find_given(request, "signatures");
    const Value* endorser = request.find("endorser");

    if (signatures && signature) {
        return fault_of_message(
            schema, "Request can not contain both fields \"signatures\" and \"signature\"");
    }
    if (endorser) {
        if (!is_signer(signatures, *endorser))
            return fault_of_message(schema, "Endorser must sign the request");
        if (!identifier) {
            return fault_of_message(
                schema, "Author's Identifier must be present when sending via Endorser");
        }
        if (!is_signer(signatures, *identifier)) {
            return fault_of_message(schema,
                                    "Author must sign the request when sending via Endorser");
        }
    }
    if (identifier && signatures && !is_signer(signatures, *identifier)) {
        return fault_of_message(schema, "The identifier is not contained in signatures");
    }
    if (!identifier && !signatures) {
        return fault_of_message(schema, "Missing both signatures and identifier");
    }
    return std::nullopt;
}

}  // namespace stadtbuch::ledger
