// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// A client request: parsed once, digested once, checked statically (indy-client-protocol §4, §5.3,
// §6 steps 2-6). Pure. A Request is immutable after parse_request and may be shared between
// threads.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ssi/ledger/refusal.hpp"
#include "storage/base/bytes.hpp"
#include "storage/base/result.hpp"
#include "storage/encoding/value.hpp"

namespace stadtbuch::ledger {

enum class RequestKind { write, read, action };

/// Who hands a request in: a client, or a member that passes it on. NODE_UPGRADE is written by
/// members themselves, after upgrades that only the reference's nodes carry out.
enum class Origin { client, member };

struct TaaAcceptance {
    std::string mechanism;
    std::string taa_digest;
    std::int64_t time = 0;
};

struct Request {
    encoding::Value value;  ///< the whole object as received (unknown members included)
    std::optional<std::string> identifier;  ///< as sent
    /// `identifier`, or the signer DIDs sorted and joined with ',' (plenum-consensus §4.2).
    std::string identifier_or_joined;
    std::uint64_t req_id = 0;
    std::string type;  ///< txn type code, e.g. "1"
    RequestKind kind = RequestKind::write;
    bool multi_signed = false;  ///< `signatures` was used, not `signature`
    std::vector<std::pair<std::string, std::string>>
        signatures;  ///< (DID, base58), sorted by DID; may be empty
    std::optional<std::string> endorser;
    std::optional<TaaAcceptance> taa_acceptance;
    // Made for writes and actions; nobody signs, orders or remembers a read.
    std::string signed_text;     ///< what the signatures cover (ATTRIB members hashed)
    std::string digest;          ///< full digest, lower hex; consensus key
    std::string payload_digest;  ///< lower hex; identifies the transaction

    /// As it came: a number, or a boolean, which the reference takes for one and echoes.
    [[nodiscard]] encoding::Value req_id_given() const {
        const encoding::Value* given = value.find("reqId");
        return given != nullptr ? *given : encoding::Value(req_id);
    }

    [[nodiscard]] const encoding::Object& operation() const {
        return *value.find("operation")->object();
    }
};

/// A refusal with what is needed to answer it. `identifier` and `req_id` are echoed as they came,
/// whatever they were: null for an absent identifier (or the joined signers), 1 for an absent or
/// false reqId.
struct RequestRefusal {
    Refusal refusal;
    std::string reason;  ///< finished `reason` member of the REQNACK
    encoding::Value identifier;
    encoding::Value req_id;
};

/// The refusal of a request that parse_request let pass (signatures, read-only mode, a read's own
/// checks).
[[nodiscard]] RequestRefusal refusal_of(const Request& request, Refusal refusal);

/// Of an object that is none of the messages a client may send, or that does not fit its schema.
[[nodiscard]] RequestRefusal refusal_of_message(const encoding::Value& object, Refusal refusal);

/// Class detection (§3): an operation, a reqId and somebody who asks are given, whatever they hold.
[[nodiscard]] bool is_request(const encoding::Value& object);

/// Envelope, operation schema, known type and the type's static checks, in the reference's order
/// and texts. `object` is an already parsed JSON object that was classified as a request.
[[nodiscard]] Result<Request, RequestRefusal> parse_request(encoding::Value object,
                                                            Origin origin = Origin::client);

/// The current verkey of a DID in the uncommitted domain state (full or abbreviated base58):
/// nullopt if the DID is not on the ledger, an empty text if it is there without a key (it then may
/// not bring its own, §4.5). For NODE_UPGRADE that of a member (Execution::find_key()).
using VerkeyLookup = std::function<std::optional<std::string>(std::string_view did)>;

/// All signatures of a write or action (§4.5). The Ed25519 checks are the expensive part; pure,
/// thread-safe when the lookup is.
[[nodiscard]] Result<void, Refusal> verify_signatures(const Request& request,
                                                      const VerkeyLookup& lookup);

/// True: whatever keys the ledger has held or will hold, nobody can have found these signatures
/// good. A refusal of verify_signatures() alone says less, because it depends on the keys that are
/// known here and now: a new author, or one whose key was just rotated, is known to others sooner
/// or later than here.
[[nodiscard]] bool is_signed_by_nobody(const Request& request);

/// Counts for performance-budget §4 (process-wide, relaxed).
struct RequestCounters {
    std::uint64_t parsed = 0;
    std::uint64_t signature_checks = 0;
};

[[nodiscard]] RequestCounters request_counters();

// Answers (wire texts, ujson form).
[[nodiscard]] std::string reqack_text(const std::optional<std::string>& identifier,
                                      std::uint64_t req_id);
[[nodiscard]] std::string reqack_text(const Request& request);
[[nodiscard]] std::string reqnack_text(const RequestRefusal& refusal);
/// Of a write with `code`, of an action without `code` and without the prefix of the reason (§5.3).
[[nodiscard]] std::string reject_text(const Request& request, const Refusal& refusal);
[[nodiscard]] std::string reply_text(const encoding::Value& result);

}  // namespace stadtbuch::ledger
