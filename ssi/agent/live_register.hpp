// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// A register whose source changes while the agent runs (a nightly export, a view, a service): read
// again as a whole when it changed, kept as it was while the source does not answer or is not good:
// nobody's credentials end because a server is away.
//
// Threads: any. References that it gave out stay good: the town may not change, and lists of plate
// districts are never taken away.
#pragma once
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "ssi/register/tables.hpp"

namespace stadtbuch::agent {

class LiveRegister final : public registers::Register {
  public:
    [[nodiscard]] static Result<std::unique_ptr<LiveRegister>, Error> open(
        std::unique_ptr<registers::TableSource> source);

    /// Reads again if the source has changed. True: the register was replaced. On failure the old
    /// content goes on. SB-4101 to SB-4103, SB-4104 (another municipality), SB-4105 (no answer).
    [[nodiscard]] Result<bool, Error> reload_if_changed();

    [[nodiscard]] const registers::Town& town() const override { return town_; }

    [[nodiscard]] std::optional<registers::Resident> resident(std::string_view id) const override;
    [[nodiscard]] std::vector<registers::Resident> find_residents(
        std::string_view family_name, std::string_view given_name,
        std::string_view birthdate) const override;
    [[nodiscard]] std::optional<registers::Zone> zone_of(
        std::string_view street_key, std::string_view house_number) const override;
    [[nodiscard]] std::optional<registers::Zone> zone(std::string_view zone_id) const override;
    [[nodiscard]] std::vector<registers::Zone> zones() const override;
    [[nodiscard]] std::vector<registers::StreetSection> streets() const override;
    [[nodiscard]] std::optional<registers::StreetSection> street_by_name(
        std::string_view name, std::string_view house_number) const override;
    [[nodiscard]] std::optional<registers::Vehicle> vehicle(std::string_view plate) const override;
    [[nodiscard]] const std::vector<std::string>& plate_districts() const override;

  private:
    LiveRegister(std::unique_ptr<registers::TableSource> source,
                 std::unique_ptr<registers::Register> first);
    [[nodiscard]] std::shared_ptr<const registers::Register> now() const;

    std::mutex reading_;
    std::unique_ptr<registers::TableSource> source_;
    registers::Town town_;
    mutable std::mutex guard_;
    std::shared_ptr<const registers::Register> current_;
    std::list<std::vector<std::string>> districts_;  // the last one holds
};

}  // namespace stadtbuch::agent
