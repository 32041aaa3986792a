// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// A register whose files are replaced while the agent runs (a nightly export): read again as a
// whole when a file changed, kept as it was when the new files are not good.
//
// Threads: any. References that it gave out stay good: the town may not change, and lists of plate
// districts are never taken away.
#pragma once
#include <filesystem>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "ssi/register/register.hpp"

namespace stadtbuch::agent {

class LiveRegister final : public registers::Register {
  public:
    [[nodiscard]] static Result<std::unique_ptr<LiveRegister>, Error> open(
        const std::string& folder);

    /// Reads again if a file of the folder has another time or size than last time. True: the
    /// register was replaced. The failure is told once for each state of the files; then the old
    /// content goes on. SB-4101 to SB-4103 and SB-4104 (another municipality).
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
    /// Names, times and sizes of the files.
    using Stamp = std::string;

    LiveRegister(std::string folder, std::unique_ptr<registers::Register> first);
    [[nodiscard]] Stamp stamp() const;
    [[nodiscard]] std::shared_ptr<const registers::Register> now() const;

    std::string folder_;
    registers::Town town_;
    mutable std::mutex guard_;
    std::shared_ptr<const registers::Register> current_;
    std::list<std::vector<std::string>> districts_;  // the last one holds
    Stamp seen_;
};

}  // namespace stadtbuch::agent
