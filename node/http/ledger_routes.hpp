// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// von-network's routes as values: genesis, status, pages of a ledger, one entry, registration
// (indy-client-protocol §12).
#pragma once
#include "node/http/public_routes.hpp"

namespace stadtbuch::node {

[[nodiscard]] net::HttpResponse genesis_response(PublicParts& parts,
                                                 const net::HttpRequest& request);
[[nodiscard]] net::HttpResponse ledger_response(PublicParts& parts,
                                                const net::HttpRequest& request);
[[nodiscard]] net::HttpResponse ledger_text_response(PublicParts& parts,
                                                     const net::HttpRequest& request);
[[nodiscard]] net::HttpResponse entry_response(PublicParts& parts, const net::HttpRequest& request);
void status_response(PublicParts& parts, const net::HttpRequest& request,
                     const net::HttpResponder& responder);
void status_text_response(PublicParts& parts, const net::HttpRequest& request,
                          const net::HttpResponder& responder);
/// JSON as von-network has it, or the form of the front page.
void register_response(PublicParts& parts, const net::HttpRequest& request,
                       const net::HttpResponder& responder);

/// `page`, `page_size`, `query` and `type` of a request, within their bounds.
struct PageQuery {
    std::uint64_t page = 1;
    std::uint64_t page_size = 100;
    std::string words;
    std::string type;

    [[nodiscard]] bool is_search() const { return !words.empty() || !type.empty(); }

    /// Of the first entry, from zero.
    [[nodiscard]] std::uint64_t offset() const { return (page - 1) * page_size; }
};

[[nodiscard]] PageQuery page_query(const net::HttpRequest& request, std::uint64_t page_size_usual);

struct LedgerPage {
    std::vector<std::uint64_t> seq_nos;
    std::uint64_t total = 0;     ///< of the ledger, or matches
    std::uint64_t examined = 0;  ///< by a search
    bool complete = true;
};

[[nodiscard]] LedgerPage ledger_page(PublicParts& parts, const ledger::ReadView& view,
                                     ledger::Ledger ledger, const PageQuery& query);

/// "pool", "domain", "config" in any case, or 0, 1, 2.
[[nodiscard]] std::optional<ledger::Ledger> ledger_named(std::string_view text);
[[nodiscard]] std::string_view name_of(ledger::Ledger ledger);
/// Decimal without sign; nullopt for anything else.
[[nodiscard]] std::optional<std::uint64_t> read_count(std::string_view text);
/// A number, or a txnId of that ledger.
[[nodiscard]] std::optional<std::uint64_t> seq_no_of(PublicParts& parts,
                                                     const ledger::ReadView& view,
                                                     ledger::Ledger ledger, std::string_view ident);
/// GET_TXN's `data`: the transaction with rootHash, auditPath and ledgerSize.
[[nodiscard]] std::optional<encoding::Value> transaction_value(const ledger::ReadView& view,
                                                               ledger::Ledger ledger,
                                                               std::uint64_t seq_no);

}  // namespace stadtbuch::node
