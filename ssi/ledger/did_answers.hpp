// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The answer to a DID URL, made from facts of the domain ledger. An observer takes the facts from
// its store; who checks a receipt takes them from the receipt. Both run this same code, so a
// receipt covers all that the answer says.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "ssi/did/resource.hpp"
#include "storage/base/bytes.hpp"
#include "storage/base/result.hpp"
#include "storage/encoding/value.hpp"

namespace stadtbuch::ledger {

/// UNIX seconds; nothing: the newest state.
using Moment = std::optional<std::int64_t>;

/// The source cannot say: a store that lacks it, a receipt that does not cover it.
struct NoFact {
    std::string what;
};

/// Port: facts of the domain ledger. Absence is a fact, too.
class DomainFacts {
  public:
    virtual ~DomainFacts() = default;
    /// Value of the state at a moment; before the first batch everything is absent.
    [[nodiscard]] virtual Result<std::optional<std::string>, NoFact> value(const Moment& moment,
                                                                           BytesView key) = 0;
    /// txnTime of a transaction; nullopt for one without a time (genesis) or none at all.
    [[nodiscard]] virtual Result<std::optional<std::int64_t>, NoFact> time_of(
        std::uint64_t seq_no) = 0;
    /// Text of an attribute by its SHA-256.
    [[nodiscard]] virtual Result<std::optional<std::string>, NoFact> attribute(
        const Hash32& hash) = 0;
};

struct DidAnswer {
    enum class Outcome {
        found,
        absent,
        deactivated,  ///< the NYM has no verkey; `content` holds the id only
        invalid,      ///< of the DID URL's path or query
        unavailable,  ///< no fact, or a value that cannot be read
    };
    Outcome outcome = Outcome::absent;
    /// DID document, a part of it, or the object as the ledger's clients know it; null unless
    /// found.
    encoding::Value content;
    /// versionId, updated (DID documents); objectType, seqNo, txnTime (objects).
    encoding::Object metadata;
    std::string reason;
    bool is_document = true;  ///< a DID document, not an object or a part
};

[[nodiscard]] std::string_view to_text(DidAnswer::Outcome outcome);

/// REQUIRES: did:indy or did:sov. `versionId` is the state right after that transaction (as GET_NYM
/// answers it), or the newest state if that is still the NYM's own transaction.
[[nodiscard]] DidAnswer answer_did_url(const did::DidUrl& url, DomainFacts& facts);

}  // namespace stadtbuch::ledger
