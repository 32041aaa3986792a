// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/agent/live_register.hpp"

namespace stadtbuch::agent {

Result<std::unique_ptr<LiveRegister>, Error> LiveRegister::open(
    std::unique_ptr<registers::TableSource> source) {
    auto tables = source->read_if_changed();
    if (!tables) return Failure{tables.error()};
    if (!*tables)
        return Failure{Error{"SB-4101", "the source gives no tables", source->name(), ""}};
    auto first = registers::open_register(**tables);
    if (!first) return Failure{first.error()};
    return std::unique_ptr<LiveRegister>(
        new LiveRegister(std::move(source), std::move(first).value()));
}

LiveRegister::LiveRegister(std::unique_ptr<registers::TableSource> source,
                           std::unique_ptr<registers::Register> first)
    : source_(std::move(source)), town_(first->town()), current_(std::move(first)) {
    districts_.push_back(current_->plate_districts());
}

Result<bool, Error> LiveRegister::reload_if_changed() {
    const std::lock_guard reading(reading_);
    auto tables = source_->read_if_changed();
    if (!tables) return Failure{tables.error()};
    if (!*tables) return false;
    auto opened = registers::open_register(**tables);
    if (!opened) return Failure{opened.error()};
    if ((*opened)->town().municipality_key != town_.municipality_key) {
        return Failure{Error{"SB-4104", "the register is now another municipality's",
                             source_->name(),
                             "Put the right register there, or restart the agent."}};
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
