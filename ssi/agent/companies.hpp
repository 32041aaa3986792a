// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Companies of the town and their vehicles: what a company's authorised representative applies for
// is compared with these two files or tables (config/town/companies.csv and company_vehicles.csv
// are the example). Read again when they change. Threads: any.
#pragma once
#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "ssi/agent/record_source.hpp"
#include "ssi/agent/settings.hpp"
#include "ssi/register/records.hpp"

namespace stadtbuch::agent {

/// What a wallet proved about its holder: may act for a company.
struct ProvenCompany {
    std::string legal_name;
    std::string identifier;               ///< EUID or the like, as the company register writes it
    std::string scope;                    ///< what the holder may do for it
    std::string family_name, given_name;  ///< of the representative
};

class Companies {
  public:
    /// Without files there are no companies. Errors as of registers::Records.
    [[nodiscard]] static Result<std::unique_ptr<Companies>, Error> open(
        const RepresentationSettings& settings, const TableMaker& tables = {});

    /// Columns company_id, legal_name, legal_identifier, street_key, street, house_number,
    /// postal_code, locality, ended.
    [[nodiscard]] std::optional<registers::Record> by_identifier(std::string_view identifier) const;
    [[nodiscard]] std::optional<registers::Record> company(std::string_view id) const;
    /// Columns plate, company_id, length_mm, registered_from, registered_until; by plate in any
    /// spelling.
    [[nodiscard]] std::optional<registers::Record> vehicle(std::string_view plate) const;
    /// True if it holds on `day` (ISO).
    [[nodiscard]] static bool company_exists(const registers::Record& company,
                                             std::string_view day);
    [[nodiscard]] static bool vehicle_registered(const registers::Record& vehicle,
                                                 std::string_view day);

    /// The failure is told once for each state of the files; then the old content goes on.
    [[nodiscard]] std::optional<Error> reload_if_changed();

    /// How many times content was replaced.
    [[nodiscard]] std::uint64_t replaced() const { return replaced_; }

  private:
    struct Tables {
        std::shared_ptr<const registers::Records> companies, vehicles;
        std::map<std::string, std::string, std::less<>> ids;  ///< by identifier
        std::map<std::string, std::string, std::less<>>
            plates;  ///< by folded plate: as the file writes it
    };

    explicit Companies(const RepresentationSettings& settings) : settings_(settings) {}

    [[nodiscard]] Result<std::shared_ptr<const Tables>, Error> read_if_changed();
    [[nodiscard]] std::shared_ptr<const Tables> now() const;

    const RepresentationSettings settings_;
    mutable std::mutex guard_;
    std::shared_ptr<const Tables> tables_;
    std::atomic<std::uint64_t> replaced_{0};
    std::mutex reading_;
    std::optional<RecordSource> companies_, vehicles_;
    std::shared_ptr<const registers::Records> last_companies_, last_vehicles_;
    std::pair<const registers::Records*, const registers::Records*> judged_{nullptr, nullptr};
};

}  // namespace stadtbuch::agent
