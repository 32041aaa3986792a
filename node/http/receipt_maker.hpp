// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Receipts: an answer together with all that proves it, down to the pool's genesis, for
// `stadtbuch verify-receipt` years later (docs/receipts.md).
#pragma once
#include "node/http/public_routes.hpp"
#include "ssi/did/did.hpp"

namespace stadtbuch::node {

inline constexpr std::string_view receipt_type = "application/vnd.stadtbuch.receipt+json";

/// Why there is no receipt: none is possible, or a signature has to be fetched first.
struct Lacking {
    bool is_signature = false;
    ledger::Ledger ledger = ledger::Ledger::domain;
    std::optional<std::int64_t> time;  ///< of a past state; nullopt: the newest
    std::string reason;
};

/// The receipt for a DID URL of did:indy or did:sov; `genesis_size` is that of the pool's genesis.
[[nodiscard]] Result<encoding::Value, Lacking> did_receipt(const ledger::ReadView& view,
                                                           std::uint64_t genesis_size,
                                                           const std::string& question);
/// The receipt for an entry of a ledger.
[[nodiscard]] Result<encoding::Value, Lacking> entry_receipt(const ledger::ReadView& view,
                                                             std::uint64_t genesis_size,
                                                             ledger::Ledger ledger,
                                                             std::uint64_t seq_no);

/// Asked for by Accept, or by `receipt=1` in a link.
[[nodiscard]] bool wants_receipt(const net::HttpRequest& request);

/// Beside /1.0/identifiers/{DID URL}.
void send_did_receipt(PublicParts& parts, const net::HttpRequest& request,
                      const net::HttpResponder& responder);
/// Beside /ledger/{name}/{ident}.
void send_entry_receipt(PublicParts& parts, const net::HttpRequest& request,
                        const net::HttpResponder& responder);

}  // namespace stadtbuch::node
