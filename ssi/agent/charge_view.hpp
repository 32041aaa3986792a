// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Parts of pages about fees and invoices.
#pragma once
#include "ssi/agent/web.hpp"

namespace stadtbuch::agent {

/// Amount, how it was found, legal source; empty without a charge.
[[nodiscard]] Html fee_list(const View& view, const std::optional<Charge>& charge);
/// The invoice with everything that a transfer needs; empty without one.
[[nodiscard]] Html invoice_box(const View& view, const Case& record);
/// For clerks: forms to book the payment, and to cancel. Empty if nothing is due.
[[nodiscard]] Html cash_forms(const View& view, const Case& record);
/// "invoice.due", "invoice.overdue", "invoice.paid", "invoice.cancelled".
[[nodiscard]] std::string_view invoice_state(const Charge& charge, const std::string& today);

}  // namespace stadtbuch::agent
