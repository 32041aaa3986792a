// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/agent/companies.hpp"

namespace stadtbuch::agent {

namespace {

using registers::Record;
using registers::RecordLayout;

RecordLayout company_layout(const std::string& file) {
    RecordLayout out;
    out.file = file;
    out.key = "company_id";
    out.columns = {"legal_name",   "legal_identifier", "street_key", "street",
                   "house_number", "postal_code",      "locality",   "ended"};
    return out;
}

RecordLayout vehicle_layout(const std::string& file) {
    RecordLayout out;
    out.file = file;
    out.key = "plate";
    out.columns = {"company_id", "length_mm", "registered_from", "registered_until"};
    return out;
}

std::optional<Record> found_in(const registers::Records& records,
                               const std::map<std::string, std::string, std::less<>>& index,
                               const std::string& key) {
    const auto found = index.find(key);
    return found == index.end() ? std::nullopt : records.record(found->second);
}

}  // namespace

Result<std::unique_ptr<Companies>, Error> Companies::open(const RepresentationSettings& settings,
                                                          const TableMaker& tables) {
    std::unique_ptr<Companies> out(new Companies(settings));
    out->tables_ = std::make_shared<const Tables>();
    if (settings.types.empty()) return out;
    auto companies = RecordSource::open(company_layout(settings.companies_file),
                                        settings.companies_table, tables);
    if (!companies) return Failure{companies.error()};
    out->companies_ = std::move(companies).value();
    auto vehicles =
        RecordSource::open(vehicle_layout(settings.vehicles_file), settings.vehicles_table, tables);
    if (!vehicles) return Failure{vehicles.error()};
    out->vehicles_ = std::move(vehicles).value();
    auto read = out->read_if_changed();
    if (!read) return Failure{read.error()};
    out->tables_ = std::move(read).value();
    return out;
}

/// Null: nothing has changed.
Result<std::shared_ptr<const Companies::Tables>, Error> Companies::read_if_changed() {
    auto companies = companies_->read_if_changed();
    if (!companies) return Failure{companies.error()};
    if (*companies != nullptr) last_companies_ = *companies;
    auto vehicles = vehicles_->read_if_changed();
    if (!vehicles) return Failure{vehicles.error()};
    if (*vehicles != nullptr) last_vehicles_ = *vehicles;
    // What does not fit together is told once.
    const auto both = std::pair(last_companies_.get(), last_vehicles_.get());
    if (both == judged_) return std::shared_ptr<const Tables>();
    judged_ = both;
    auto out = std::make_shared<Tables>();
    out->companies = last_companies_;
    out->vehicles = last_vehicles_;
    for (const std::string& id : out->companies->ids()) {
        const std::string identifier = out->companies->record(id)->at("legal_identifier");
        if (identifier.empty() || !out->ids.emplace(identifier, id).second) {
            return Failure{Error{"SB-4103",
                                 "company '" + id + "' has no legal_identifier of its own",
                                 settings_.companies_file, "Correct the register file."}};
        }
    }
    for (const std::string& plate : out->vehicles->ids()) {
        const std::string company = out->vehicles->record(plate)->at("company_id");
        if (!out->companies->record(company)) {
            // Not which vehicle: plates are in no log.
            return Failure{Error{"SB-4103",
                                 "a vehicle belongs to the unknown company '" + company + "'",
                                 settings_.vehicles_file, "Correct the register file."}};
        }
        out->plates.emplace(registers::fold_plate(plate), plate);
    }
    return std::shared_ptr<const Tables>(std::move(out));
}

std::optional<Error> Companies::reload_if_changed() {
    if (settings_.types.empty()) return std::nullopt;
    const std::lock_guard reading(reading_);
    auto tables = read_if_changed();
    if (!tables) return tables.error();
    if (*tables == nullptr) return std::nullopt;
    const std::lock_guard guard(guard_);
    tables_ = std::move(tables).value();
    ++replaced_;
    return std::nullopt;
}

std::shared_ptr<const Companies::Tables> Companies::now() const {
    const std::lock_guard guard(guard_);
    return tables_;
}

std::optional<Record> Companies::by_identifier(std::string_view identifier) const {
    const auto tables = now();
    return tables->companies ? found_in(*tables->companies, tables->ids, std::string(identifier))
                             : std::nullopt;
}

std::optional<Record> Companies::company(std::string_view id) const {
    const auto tables = now();
    return tables->companies ? tables->companies->record(id) : std::nullopt;
}

std::optional<Record> Companies::vehicle(std::string_view plate) const {
    const auto tables = now();
    return tables->vehicles
               ? found_in(*tables->vehicles, tables->plates, registers::fold_plate(plate))
               : std::nullopt;
}

bool Companies::company_exists(const Record& company, std::string_view day) {
    const std::string& ended = company.at("ended");
    return ended.empty() || day <= std::string_view(ended);
}

bool Companies::vehicle_registered(const Record& vehicle, std::string_view day) {
    const std::string& until = vehicle.at("registered_until");
    return std::string_view(vehicle.at("registered_from")) <= day &&
           (until.empty() || day <= std::string_view(until));
}

}  // namespace stadtbuch::agent
