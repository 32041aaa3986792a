// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/agent/live_register.hpp"

namespace stadtbuch::agent {

Result<std::unique_ptr<LiveRegister>, Error> LiveRegister::open(const std::string& folder) {
    auto first = registers::open_csv_register(folder);
    if (!first) return Failure{first.error()};
    return std::unique_ptr<LiveRegister>(new LiveRegister(folder, std::move(first).value()));
}

LiveRegister::LiveRegister(std::string folder, std::unique_ptr<registers::Register> first)
    : folder_(std::move(folder)), town_(first->town()), current_(std::move(first)) {
    districts_.push_back(current_->plate_districts());
    seen_ = stamp();
}

LiveRegister::Stamp LiveRegister::stamp() const {
    Stamp out;
    for (const char* name : {"town.csv", "residents.csv", "streets.csv", "zones.csv",
                             "vehicles.csv", "districts.csv"}) {
        std::error_code code;
        const auto path = std::filesystem::path(folder_) / name;
        const auto time = std::filesystem::last_write_time(path, code);
        const auto size = std::filesystem::file_size(path, code);
        out += std::to_string(time.time_since_epoch().count()) + " " + std::to_string(size) + "\n";
    }
    return out;
}

Result<bool, Error> LiveRegister::reload_if_changed() {
    // The stamp is taken before the files are read: what changes meanwhile is seen next time.
    const Stamp found = stamp();
    {
        const std::lock_guard guard(guard_);
        if (found == seen_) return false;
        seen_ = found;
    }
    auto opened = registers::open_csv_register(folder_);
    if (!opened) return Failure{opened.error()};
    if ((*opened)->town().municipality_key != town_.municipality_key) {
        return Failure{Error{"SB-4104", "the register is now another municipality's", folder_,
                             "Put the right files there, or restart the agent."}};
    }
    const std::lock_guard guard(guard_);
    current_ = std::move(opened).value();
    if (districts_.back() != current_->plate_districts())
        districts_.push_back(current_->plate_districts());
    return true;
}

std::shared_ptr<const registers::Register> LiveRegister::now() const {
    const std::lock_guard guard(guard_);
    return current_;
}

std::optional<registers::Resident> LiveRegister::resident(std::string_view id) const {
    return now()->resident(id);
}

std::vector<registers::Resident> LiveRegister::find_residents(std::string_view family_name,
                                                              std::string_view given_name,
                                                              std::string_view birthdate) const {
    return now()->find_residents(family_name, given_name, birthdate);
}

std::optional<registers::Zone> LiveRegister::zone_of(std::string_view street_key,
                                                     std::string_view house_number) const {
    return now()->zone_of(street_key, house_number);
}

std::optional<registers::Zone> LiveRegister::zone(std::string_view zone_id) const {
    return now()->zone(zone_id);
}

std::vector<registers::Zone> LiveRegister::zones() const {
    return now()->zones();
}

std::vector<registers::StreetSection> LiveRegister::streets() const {
    return now()->streets();
}

std::optional<registers::StreetSection> LiveRegister::street_by_name(
    std::string_view name, std::string_view house_number) const {
    return now()->street_by_name(name, house_number);
}

std::optional<registers::Vehicle> LiveRegister::vehicle(std::string_view plate) const {
    return now()->vehicle(plate);
}

const std::vector<std::string>& LiveRegister::plate_districts() const {
    const std::lock_guard guard(guard_);
    return districts_.back();
}

}  // namespace stadtbuch::agent
