// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The register that answers from memory, made of tables; and the tables that are CSV files.
#include <array>
#include <charconv>
#include <filesystem>

#include "ssi/register/code_list.hpp"
#include "ssi/register/latin.hpp"
#include "ssi/register/matching.hpp"
#include "ssi/register/tables.hpp"

namespace stadtbuch::registers {

namespace {

/// Messages name places, never what stands there: where a column is missing or too much, any cell
/// may hold a name, and messages are logged.
Error inconsistent(const CsvTable& table, std::size_t row, const std::string& what) {
    return {"SB-4103", what, table.file + ", line " + std::to_string(table.lines[row]),
            "Correct the register files."};
}

/// One row by column names; columns were checked when the file was read.
class Row {
  public:
    Row(const CsvTable& table, std::size_t index) : table_(table), index_(index) {}

    [[nodiscard]] const std::string& at(std::string_view column) const {
        return table_.rows[index_][table_.column(column)];
    }

    [[nodiscard]] Result<std::uint32_t, Error> number(std::string_view column) const {
        const std::string& text = at(column);
        std::uint32_t value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error != std::errc() || end != text.data() + text.size()) {
            return Failure{Error{"SB-4102", "this is not a number",
                                 table_.file + ", line " + std::to_string(table_.lines[index_]) +
                                     ", column " + std::string(column),
                                 "Correct the register file."}};
        }
        return value;
    }

  private:
    const CsvTable& table_;
    std::size_t index_;
};

/// Leading digits of "12 a" or "3-5"; 0 when there are none.
std::uint32_t leading_number(std::string_view house_number) {
    std::uint32_t value = 0;
    std::from_chars(house_number.data(), house_number.data() + house_number.size(), value);
    return value;
}

bool covers(const StreetSection& section, std::uint32_t number) {
    if (number < section.number_from || number > section.number_to) return false;
    switch (section.side) {
        case StreetSection::Side::all:
            return true;
        case StreetSection::Side::odd:
            return number % 2 == 1;
        case StreetSection::Side::even:
            return number % 2 == 0;
    }
    return false;
}

/// The table, with all of its columns.
Result<const CsvTable*, Error> table_of(const Tables& tables, std::string_view name) {
    const auto found = tables.find(name);
    if (found == tables.end()) {
        return Failure{Error{"SB-4101", "the table is missing", std::string(name),
                             "Check where the registers come from."}};
    }
    for (const TableLayout& layout : table_layouts()) {
        if (layout.name != name) continue;
        for (const std::string& column : layout.columns) {
            if (found->second.column(column) < found->second.columns.size()) continue;
            return Failure{Error{"SB-4102", "the column '" + column + "' is missing",
                                 found->second.file + ", line 1", "Correct the register."}};
        }
    }
    return &found->second;
}

class TableRegister final : public Register {
  public:
    Result<void, Error> load(const Tables& tables);

    const Town& town() const override { return town_; }

    std::optional<Resident> resident(std::string_view id) const override;
    std::vector<Resident> find_residents(std::string_view family_name, std::string_view given_name,
                                         std::string_view birthdate) const override;
    std::optional<Zone> zone_of(std::string_view street_key,
                                std::string_view house_number) const override;
    std::optional<Zone> zone(std::string_view zone_id) const override;
    std::vector<Zone> zones() const override;

    std::vector<StreetSection> streets() const override { return streets_; }

    std::optional<StreetSection> street_by_name(std::string_view name,
                                                std::string_view house_number) const override;
    std::optional<Vehicle> vehicle(std::string_view plate) const override;

    const std::vector<std::string>& plate_districts() const override { return districts_; }

  private:
    Result<void, Error> load_town(const Tables& tables);
    Result<void, Error> load_zones(const Tables& tables);
    Result<void, Error> load_streets(const Tables& tables);
    Result<void, Error> load_residents(const Tables& tables);
    Result<void, Error> load_vehicles(const Tables& tables);

    Town town_;
    std::map<std::string, Zone, std::less<>> zones_;
    std::vector<StreetSection> streets_;
    std::map<std::string, Resident, std::less<>> residents_;
    std::multimap<std::string, std::string> residents_by_name_;  ///< folded family name -> id
    std::multimap<std::string, std::string>
        residents_by_form_;  ///< search form of the family name -> id
    std::map<std::string, Vehicle, std::less<>> vehicles_;  ///< by folded plate
    std::vector<std::string> districts_;
};

Result<void, Error> TableRegister::load(const Tables& tables) {
    using Step = Result<void, Error> (TableRegister::*)(const Tables&);
    for (const Step step :
         {&TableRegister::load_town, &TableRegister::load_zones, &TableRegister::load_streets,
          &TableRegister::load_residents, &TableRegister::load_vehicles}) {
        auto done = (this->*step)(tables);
        if (!done) return done;
    }
    const auto districts = table_of(tables, "districts");
    if (!districts) return Failure{districts.error()};
    for (const auto& row : (*districts)->rows)
        districts_.push_back(row[(*districts)->column("code")]);
    return {};
}

Result<void, Error> TableRegister::load_town(const Tables& tables) {
    const auto table = table_of(tables, "town");
    if (!table) return Failure{table.error()};
    if ((*table)->rows.size() != 1) {
        return Failure{Error{"SB-4103", "exactly one municipality is expected", (*table)->file,
                             "Correct town.csv."}};
    }
    const Row row(**table, 0);
    if (!is_municipality_key(row.at("municipality_key")) ||
        municipality_of(row.at("regional_key")) != row.at("municipality_key")) {
        return Failure{inconsistent(
            **table, 0, "the keys are no AGS (8 digits) and the ARS (12 digits) that holds it")};
    }
    town_ = {row.at("municipality_key"), row.at("regional_key"), row.at("name"),
             row.at("authority"), row.at("district_name")};
    return {};
}

Result<void, Error> TableRegister::load_zones(const Tables& tables) {
    const auto table = table_of(tables, "zones");
    if (!table) return Failure{table.error()};
    for (std::size_t i = 0; i < (*table)->rows.size(); ++i) {
        const Row row(**table, i);
        const auto fee = row.number("fee_cents_per_year");
        if (!fee) return Failure{fee.error()};
        const auto permits = row.number("permits_per_resident");
        if (!permits) return Failure{permits.error()};
        Zone zone{row.at("zone_id"),
                  row.at("zone_name"),
                  *fee,
                  row.at("eligible_residences") == "main_and_secondary",
                  *permits,
                  row.at("municipality_key"),
                  row.at("legal_source"),
                  row.at("valid_from")};
        zones_.emplace(zone.id, zone);
    }
    return {};
}

Result<void, Error> TableRegister::load_streets(const Tables& tables) {
    const auto table = table_of(tables, "streets");
    if (!table) return Failure{table.error()};
    for (std::size_t i = 0; i < (*table)->rows.size(); ++i) {
        const Row row(**table, i);
        const auto from = row.number("number_from");
        if (!from) return Failure{from.error()};
        const auto to = row.number("number_to");
        if (!to) return Failure{to.error()};
        const std::string& side = row.at("side");
        if (!row.at("zone_id").empty() && !zones_.contains(row.at("zone_id"))) {
            return Failure{inconsistent(**table, i, "unknown zone '" + row.at("zone_id") + "'")};
        }
        streets_.push_back({row.at("street_key"), row.at("street"), row.at("postal_code"),
                            row.at("locality_part"), *from, *to,
                            side == "odd"    ? StreetSection::Side::odd
                            : side == "even" ? StreetSection::Side::even
                                             : StreetSection::Side::all,
                            row.at("zone_id")});
    }
    return {};
}

std::optional<ResidenceKind> residence_kind_of(std::string_view text) {
    if (text == "sole") return ResidenceKind::sole;
    if (text == "main") return ResidenceKind::main;
    if (text == "secondary") return ResidenceKind::secondary;
    return std::nullopt;
}

Result<void, Error> TableRegister::load_residents(const Tables& tables) {
    const auto table = table_of(tables, "residents");
    if (!table) return Failure{table.error()};
    for (std::size_t i = 0; i < (*table)->rows.size(); ++i) {
        const Row row(**table, i);
        const auto kind = residence_kind_of(row.at("residence_kind"));
        if (!kind)
            return Failure{
                inconsistent(**table, i, "residence_kind is none of sole, main and secondary")};
        auto [entry, added] = residents_.try_emplace(row.at("resident_id"));
        Resident& person = entry->second;
        if (added) {
            person.id = row.at("resident_id");
            person.family_name = row.at("family_name");
            person.birth_family_name = row.at("birth_family_name");
            person.given_name = row.at("given_name");
            person.given_name_usual = row.at("given_name_usual");
            person.academic_title = row.at("academic_title");
            person.religious_or_artist_name = row.at("religious_or_artist_name");
            person.birthdate = row.at("birthdate");
            person.birth_place = row.at("birth_place");
            person.birth_country = row.at("birth_country");
            person.nationality = row.at("nationality");
            person.information_block = row.at("information_block") == "1";
            residents_by_name_.emplace(fold(person.family_name), person.id);
            residents_by_form_.emplace(search_form(person.family_name), person.id);
        }
        Residence residence{row.at("street_key"),     row.at("street"),
                            row.at("house_number"),   row.at("addition"),
                            row.at("postal_code"),    row.at("locality"),
                            row.at("locality_part"),  *kind,
                            row.at("moving_in_date"), row.at("moving_out_date")};
        const bool first = *kind != ResidenceKind::secondary;
        person.residences.insert(first ? person.residences.begin() : person.residences.end(),
                                 std::move(residence));
    }
    return {};
}

Result<void, Error> TableRegister::load_vehicles(const Tables& tables) {
    const auto table = table_of(tables, "vehicles");
    if (!table) return Failure{table.error()};
    for (std::size_t i = 0; i < (*table)->rows.size(); ++i) {
        const Row row(**table, i);
        const auto length = row.number("length_mm");
        if (!length) return Failure{length.error()};
        if (!residents_.contains(row.at("resident_id"))) {
            return Failure{inconsistent(**table, i, "resident_id is in no line of residents")};
        }
        vehicles_.insert_or_assign(
            fold_plate(row.at("plate")),
            Vehicle{row.at("plate"), row.at("resident_id"), row.at("relation"),
                    row.at("season_from"), row.at("season_to"), *length, row.at("registered_from"),
                    row.at("registered_until")});
    }
    return {};
}

std::optional<Resident> TableRegister::resident(std::string_view id) const {
    const auto found = residents_.find(id);
    if (found == residents_.end()) return std::nullopt;
    return found->second;
}

std::vector<Resident> TableRegister::find_residents(std::string_view family_name,
                                                    std::string_view given_name,
                                                    std::string_view birthdate) const {
    std::vector<Resident> out;
    const std::string given = fold(given_name);
    const auto [first, last] = residents_by_name_.equal_range(fold(family_name));
    for (auto it = first; it != last; ++it) {
        const Resident& person = residents_.find(it->second)->second;
        const std::string held = fold(person.given_name);
        const bool same_given = given.empty() || held == given || held.starts_with(given + " ") ||
                                given.starts_with(held + " ") ||
                                fold(person.given_name_usual) == given;
        if (same_given && (birthdate.empty() || dates_agree(person.birthdate, birthdate)))
            out.push_back(person);
    }
    if (!out.empty() || given.empty() || birthdate.empty()) return out;
    // "Mueller" for Müller: another spelling, which the comparison shows as a difference.
    const std::string form = search_form(given_name);
    const auto [from, to] = residents_by_form_.equal_range(search_form(family_name));
    for (auto it = from; it != to; ++it) {
        const Resident& person = residents_.find(it->second)->second;
        const std::string held = search_form(person.given_name);
        const bool same_given =
            held == form || held.starts_with(form + " ") || form.starts_with(held + " ");
        if (same_given && dates_agree(person.birthdate, birthdate)) out.push_back(person);
    }
    return out;
}

std::optional<Zone> TableRegister::zone_of(std::string_view street_key,
                                           std::string_view house_number) const {
    const std::uint32_t number = leading_number(house_number);
    for (const StreetSection& section : streets_) {
        if (section.street_key == street_key && covers(section, number))
            return zone(section.zone_id);
    }
    return std::nullopt;
}

std::optional<Zone> TableRegister::zone(std::string_view zone_id) const {
    const auto found = zones_.find(zone_id);
    if (found == zones_.end()) return std::nullopt;
    return found->second;
}

std::vector<Zone> TableRegister::zones() const {
    std::vector<Zone> out;
    for (const auto& [id, zone] : zones_) out.push_back(zone);
    return out;
}

std::optional<StreetSection> TableRegister::street_by_name(std::string_view name,
                                                           std::string_view house_number) const {
    const std::string folded = fold(name);
    const std::uint32_t number = leading_number(house_number);
    for (const StreetSection& section : streets_) {
        if (covers(section, number) && fold(section.street) == folded) return section;
    }
    return std::nullopt;
}

std::optional<Vehicle> TableRegister::vehicle(std::string_view plate) const {
    const auto found = vehicles_.find(fold_plate(plate));
    if (found == vehicles_.end()) return std::nullopt;
    return found->second;
}

}  // namespace

std::string_view to_text(ResidenceKind kind) {
    switch (kind) {
        case ResidenceKind::sole:
            return "sole";
        case ResidenceKind::main:
            return "main";
        case ResidenceKind::secondary:
            return "secondary";
    }
    return "sole";
}

const Residence* Resident::current_residence(std::string_view today) const {
    for (const Residence& residence : residences) {
        if (residence.kind == ResidenceKind::secondary) continue;
        if (residence.moving_out_date.empty() ||
            std::string_view(residence.moving_out_date) > today)
            return &residence;
    }
    return nullptr;
}

std::span<const TableLayout> table_layouts() {
    static const std::array<TableLayout, 6> layouts{{
        {"town", {"municipality_key", "regional_key", "name", "authority", "district_name"}},
        {"zones",
         {"zone_id", "zone_name", "fee_cents_per_year", "eligible_residences",
          "permits_per_resident", "municipality_key", "legal_source", "valid_from"}},
        {"streets",
         {"street_key", "street", "postal_code", "locality_part", "number_from", "number_to",
          "side", "zone_id"}},
        {"residents",
         {"resident_id",
          "family_name",
          "birth_family_name",
          "given_name",
          "given_name_usual",
          "academic_title",
          "religious_or_artist_name",
          "birthdate",
          "birth_place",
          "birth_country",
          "nationality",
          "street_key",
          "street",
          "house_number",
          "addition",
          "postal_code",
          "locality",
          "locality_part",
          "residence_kind",
          "moving_in_date",
          "moving_out_date",
          "information_block"}},
        {"vehicles",
         {"plate", "resident_id", "relation", "season_from", "season_to", "length_mm",
          "registered_from", "registered_until"}},
        {"districts", {"code"}},
    }};
    return layouts;
}

Result<std::unique_ptr<Register>, Error> open_register(const Tables& tables) {
    auto opened = std::make_unique<TableRegister>();
    auto loaded = opened->load(tables);
    if (!loaded) return Failure{loaded.error()};
    return std::unique_ptr<Register>(std::move(opened));
}

namespace {

class CsvSource final : public TableSource {
  public:
    explicit CsvSource(std::string folder) : folder_(std::move(folder)) {}

    Result<std::optional<Tables>, Error> read_if_changed() override {
        // Taken before the files are read: what changes meanwhile is seen next time.
        std::string stamp;
        for (const TableLayout& layout : table_layouts()) {
            std::error_code code;
            const std::string path = file_of(layout);
            const auto time = std::filesystem::last_write_time(path, code);
            const auto size = std::filesystem::file_size(path, code);
            stamp +=
                std::to_string(time.time_since_epoch().count()) + " " + std::to_string(size) + "\n";
        }
        if (stamp == seen_) return std::optional<Tables>();
        seen_ = stamp;
        Tables out;
        for (const TableLayout& layout : table_layouts()) {
            auto table = read_csv(file_of(layout), layout.columns);
            if (!table) return Failure{table.error()};
            out.emplace(layout.name, std::move(table).value());
        }
        return std::optional<Tables>(std::move(out));
    }

    [[nodiscard]] std::string name() const override { return folder_; }

  private:
    [[nodiscard]] std::string file_of(const TableLayout& layout) const {
        return folder_ + "/" + std::string(layout.name) + ".csv";
    }

    std::string folder_;
    std::string seen_;
};

}  // namespace

std::unique_ptr<TableSource> make_csv_source(const std::string& folder) {
    return std::make_unique<CsvSource>(folder);
}

Result<std::unique_ptr<Register>, Error> open_csv_register(const std::string& folder) {
    const auto tables = make_csv_source(folder)->read_if_changed();
    if (!tables) return Failure{tables.error()};
    return open_register(**tables);
}

}  // namespace stadtbuch::registers
