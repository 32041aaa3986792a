// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/agent/fees.hpp"

#include <algorithm>

#include "config/document.hpp"

namespace stadtbuch::agent {

namespace {

constexpr std::int64_t cents_max = 10'000'000;
constexpr std::string_view end_of_days = "9999-12-31";

bool is_day(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
    const auto number = [&](std::size_t at, std::size_t count) {
        int out = 0;
        for (std::size_t i = at; i < at + count; ++i) {
            if (text[i] < '0' || text[i] > '9') return -1;
            out = out * 10 + (text[i] - '0');
        }
        return out;
    };
    return number(0, 4) > 0 && number(5, 2) >= 1 && number(5, 2) <= 12 && number(8, 2) >= 1 &&
           number(8, 2) <= 31;
}

std::string last_of(const Fee& fee) {
    return fee.valid_until.empty() ? std::string(end_of_days) : fee.valid_until;
}

bool any_length(const Fee& fee) {
    return fee.length_mm_from == 0 && fee.length_mm_to == 0;
}

/// True if some application could be charged by either of two rows.
bool overlap(const Fee& a, const Fee& b) {
    const bool same = a.type == b.type && a.zone == b.zone && a.months == b.months;
    const bool days = a.valid_from <= last_of(b) && b.valid_from <= last_of(a);
    const bool lengths =
        any_length(a) == any_length(b) && (any_length(a) || (a.length_mm_from <= b.length_mm_to &&
                                                             b.length_mm_from <= a.length_mm_to));
    return same && days && lengths;
}

Fee read_row(config::Document& file, std::size_t index) {
    const std::string at = "fee." + std::to_string(index) + ".";
    Fee out;
    out.type = file.required_text(at + "type");
    if (!out.type.empty() && !is_kind_id(out.type))
        file.fault(at + "type", "'" + out.type + "' is no type",
                   "Write parking, or the id of a configured type.");
    out.zone = file.text(at + "zone", "");
    out.months = file.integer(at + "months", 0, 0, 120);
    out.length_mm_from = file.integer(at + "length_mm_from", 0, 0, 30'000);
    out.length_mm_to = file.integer(at + "length_mm_to", 0, 0, 30'000);
    if (out.length_mm_to < out.length_mm_from) {
        file.fault(at + "length_mm_to", "the longest vehicle is shorter than the shortest",
                   "Give both in millimetres, or neither.");
    }
    if (!file.has(at + "cents"))
        file.fault(at + "cents", "the amount is missing", "Write it in cents; 0 is free.");
    out.cents = file.integer(at + "cents", 0, 0, cents_max);
    const std::string per = file.one_of(at + "per", "permit", {"year", "month", "permit"});
    out.basis = per == "year"    ? Charge::Basis::year
                : per == "month" ? Charge::Basis::month
                                 : Charge::Basis::once;
    out.legal_source = file.required_text(at + "legal_source");
    out.valid_from = file.required_text(at + "valid_from");
    out.valid_until = file.text(at + "valid_until", "");
    for (const char* key : {"valid_from", "valid_until"}) {
        const std::string day = file.text(at + key, "");
        if (!day.empty() && !is_day(day))
            file.fault(at + key, "'" + day + "' is no day", "Write it as \"2026-01-01\".");
    }
    if (out.valid_from > last_of(out))
        file.fault(at + "valid_until", "the row ends before it begins", "Correct one of the days.");
    return out;
}

class FreeOfCharge final : public Payment {
  public:
    std::optional<Demand> demand(const Charge&, const Numbers&, keys::UnixSeconds) const override {
        return std::nullopt;
    }
};

class Invoice final : public Payment {
  public:
    explicit Invoice(std::int64_t due_days) : due_days_(due_days) {}

    std::optional<Demand> demand(const Charge& charge, const Numbers& numbers,
                                 keys::UnixSeconds now) const override {
        if (charge.cents == 0) return std::nullopt;
        return Demand{numbers(), keys::utc_date(now + due_days_ * 86400)};
    }

  private:
    std::int64_t due_days_;
};

}  // namespace

Result<FeeSchedule, std::vector<Error>> FeeSchedule::read(const std::string& file) {
    FeeSchedule out;
    if (file.empty()) return out;
    auto opened = config::Document::read(file);
    if (!opened) return Failure{std::vector<Error>{opened.error()}};
    config::Document document = std::move(opened).value();
    const std::size_t count = document.count("fee");
    if (count == 0 || count > rows_max) {
        document.fault("fee", "a schedule has 1 to " + std::to_string(rows_max) + " rows",
                       "Write [[fee]] tables.");
    }
    for (std::size_t i = 0; i < std::min(count, rows_max); ++i) {
        Fee row = read_row(document, i);
        for (std::size_t j = 0; j < out.rows_.size(); ++j) {
            if (!overlap(out.rows_[j], row)) continue;
            document.fault("fee." + std::to_string(i) + ".valid_from",
                           "this row and fee." + std::to_string(j) + " could both hold on one day",
                           "End the old one with valid_until before the new one begins.");
        }
        out.rows_.push_back(std::move(row));
    }
    auto faults = document.finish();
    if (!faults.empty()) return Failure{std::move(faults)};
    return out;
}

bool FeeSchedule::knows(std::string_view type) const {
    return std::any_of(rows_.begin(), rows_.end(),
                       [&](const Fee& row) { return row.type == type; });
}

std::optional<Charge> FeeSchedule::charge(const FeeQuestion& question) const {
    const Fee* best = nullptr;
    const auto weight = [](const Fee& row) {  // what is said more closely holds
        return (row.zone.empty() ? 0 : 4) + (row.months == 0 ? 0 : 2) + (any_length(row) ? 0 : 1);
    };
    for (const Fee& row : rows_) {
        const bool length = any_length(row) || (row.length_mm_from <= question.length_mm &&
                                                question.length_mm <= row.length_mm_to);
        const bool holds = row.type == question.type &&
                           (row.zone.empty() || row.zone == question.zone) &&
                           (row.months == 0 || row.months == question.months) && length &&
                           row.valid_from <= question.day && question.day <= last_of(row);
        if (holds && (best == nullptr || weight(row) > weight(*best))) best = &row;
    }
    if (best == nullptr) return std::nullopt;
    Charge out;
    out.cents = amount_of(best->cents, best->basis, question.months);
    out.unit_cents = best->cents;
    out.basis = best->basis;
    out.months = question.months;
    out.length_mm = any_length(*best) ? 0 : question.length_mm;
    out.source = best->legal_source;
    out.in_force_since = best->valid_from;
    return out;
}

std::int64_t amount_of(std::int64_t cents, Charge::Basis basis, std::int64_t months) {
    switch (basis) {
        case Charge::Basis::year:
            return cents * months / 12;
        case Charge::Basis::month:
            return cents * months;
        case Charge::Basis::once:
            break;
    }
    return cents;
}

std::unique_ptr<Payment> payment_of(const PaymentSettings& settings) {
    if (settings.invoices) return std::make_unique<Invoice>(settings.due_days);
    return std::make_unique<FreeOfCharge>();
}

bool iban_good(std::string_view iban) {
    std::string text;
    for (const char c : iban) {
        if (c != ' ') text += c;
    }
    if (text.size() < 15 || text.size() > 34 || (text.starts_with("DE") && text.size() != 22))
        return false;
    text = text.substr(4) + text.substr(0, 4);
    int rest = 0;
    for (const char c : text) {
        const bool digit = c >= '0' && c <= '9';
        if (!digit && (c < 'A' || c > 'Z')) return false;
        rest = digit ? (rest * 10 + (c - '0')) % 97 : (rest * 100 + (c - 'A' + 10)) % 97;
    }
    return rest == 1;
}

std::string transfer_code(const PaymentSettings& settings, const Charge& charge) {
    if (settings.iban.empty()) return {};
    std::string iban = settings.iban;
    std::erase(iban, ' ');
    const std::string fraction = std::to_string(100 + charge.cents % 100).substr(1);
    return "BCD\n002\n1\nSCT\n" + settings.bic + "\n" + settings.payee + "\n" + iban + "\nEUR" +
           std::to_string(charge.cents / 100) + "." + fraction + "\n\n\n" + charge.invoice;
}

}  // namespace stadtbuch::agent
