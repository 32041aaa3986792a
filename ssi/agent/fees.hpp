// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Fees are data with a legal source and a time in which they hold (credentials §7.2): a schedule in
// TOML, beside the zones' yearly fee of the register. config/fees.toml is the commented example.
//
// How they are paid is behind Payment: an invoice of ours, a notice that the office sends by
// itself, or nothing at all.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ssi/agent/case.hpp"
#include "ssi/agent/settings.hpp"

namespace stadtbuch::agent {

/// One row of the schedule.
struct Fee {
    std::string type;         ///< "parking" or a configured type's id
    std::string zone;         ///< empty: every zone that has no row of its own
    std::int64_t months = 0;  ///< only for so long; 0: for any time
    std::int64_t length_mm_from = 0,
                 length_mm_to = 0;  ///< of the vehicle, both included; 0, 0: any
    std::int64_t cents = 0;
    Charge::Basis basis = Charge::Basis::once;
    std::string legal_source;
    std::string valid_from, valid_until;  ///< ISO days, both included; valid_until may be empty
};

/// What a fee is asked for.
struct FeeQuestion {
    std::string type, zone;
    std::int64_t months = 0, length_mm = 0;
    std::string day;  ///< on which the permit begins
};

class FeeSchedule {
  public:
    /// An empty `file`: no schedule. All faults at once, SB-1001 to SB-1004; two rows that could
    /// both hold are one.
    [[nodiscard]] static Result<FeeSchedule, std::vector<Error>> read(const std::string& file);

    /// Whether the schedule says anything about a type at all.
    [[nodiscard]] bool knows(std::string_view type) const;
    /// The fee; nullopt: no row holds.
    [[nodiscard]] std::optional<Charge> charge(const FeeQuestion& question) const;

    static constexpr std::size_t rows_max = 500;

  private:
    std::vector<Fee> rows_;
};

/// `cents` for `months`, of a fee by year, month or permit; halves of a cent are rounded down, for
/// the citizen.
[[nodiscard]] std::int64_t amount_of(std::int64_t cents, Charge::Basis basis, std::int64_t months);

/// What a citizen is asked to pay, and until when.
struct Demand {
    std::string number;  ///< of the invoice
    std::string due;     ///< ISO day
};

class Payment {
  public:
    using Numbers =
        std::function<std::string()>;  ///< the next number; used up even if nothing comes of it
    virtual ~Payment() = default;
    /// nullopt: nothing is to be paid here (free of charge, or the office sends a notice by
    /// itself).
    [[nodiscard]] virtual std::optional<Demand> demand(const Charge& charge, const Numbers& numbers,
                                                       keys::UnixSeconds now) const = 0;
};

[[nodiscard]] std::unique_ptr<Payment> payment_of(const PaymentSettings& settings);

/// What a banking app reads from a QR code (EPC069-12, "Girocode"); empty without an IBAN.
[[nodiscard]] std::string transfer_code(const PaymentSettings& settings, const Charge& charge);
/// ISO 13616: country, check digits, length; blanks are allowed.
[[nodiscard]] bool iban_good(std::string_view iban);

}  // namespace stadtbuch::agent
