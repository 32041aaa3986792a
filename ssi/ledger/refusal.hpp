// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Why the ledger refuses a request, in the reference's words (indy-client-protocol §5.3).
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "storage/encoding/value.hpp"

namespace stadtbuch::ledger {

/// The exception class of the reference; it is printed in the reason and clients match on it.
enum class RefusalClass {
    invalid_client_request,
    unauthorized_client_request,
    invalid_taa_acceptance,
    missing_signature,         ///< printed `MissingSignature()`
    invalid_signature_format,  ///< printed `InvalidSignatureFormat() [caused by ...]`
    plain,                     ///< text only, after the prefix (bad signature, unknown DID)
    bare,                      ///< text only, without the prefix (replay with other signatures)
};

struct Refusal {
    RefusalClass cls = RefusalClass::invalid_client_request;
    /// Empty: the call has no third argument.
    std::string text;
    /// Printed after the class call as ` [caused by ...]` when not empty.
    std::string cause;
    /// TAA refusals (201, 202, ...); the reply carries it as `code`.
    std::optional<int> code;
};

/// `reason` member of REQNACK / REJECT: `client request invalid: InvalidClientRequest('<id>',
/// <reqId>, '<text>')` with Python's repr. `identifier` nullopt prints None, as does an absent
/// req_id.
[[nodiscard]] std::string reason_text(const Refusal& refusal,
                                      const std::optional<std::string>& identifier,
                                      std::optional<std::uint64_t> req_id);

/// The same for whatever stood there, also what is no DID and no number.
[[nodiscard]] std::string reason_text(const Refusal& refusal, const encoding::Value& identifier,
                                      const encoding::Value& req_id);
/// Without the prefix, as refused actions and forced requests print it.
[[nodiscard]] std::string unprefixed_reason_text(const Refusal& refusal,
                                                 const encoding::Value& identifier,
                                                 const encoding::Value& req_id);

}  // namespace stadtbuch::ledger
