// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Where the registers come from, as the settings say: CSV files, views of a PostgreSQL database, or
// a service over HTTPS that knows us by our certificate.
#pragma once
#include <memory>

#include "ssi/agent/settings.hpp"
#include "ssi/register/tables.hpp"

namespace stadtbuch::agent {

/// Private files that others may read are refused (SB-4001).
[[nodiscard]] Result<std::unique_ptr<registers::TableSource>, Error> make_register_source(
    const Settings& settings);

/// Views (or tables) named like the tables, with their columns, of any type that has a text form;
/// NULL is empty. All are read in one transaction that sees one moment.
[[nodiscard]] std::unique_ptr<registers::TableSource> make_postgres_source(
    const RegisterSettings& settings, std::string password,
    std::span<const registers::TableLayout> tables = registers::table_layouts());

/// GET url/NAME.json: an array of objects with the columns as members, texts, integers, booleans
/// ("1", "0") or null (empty). With ETags what has not changed is not sent again.
[[nodiscard]] std::unique_ptr<registers::TableSource> make_http_source(
    const RegisterSettings& settings,
    std::span<const registers::TableLayout> tables = registers::table_layouts());

/// Further tables of the database or service that the registers come from. SB-1003: they come from
/// files.
[[nodiscard]] Result<std::unique_ptr<registers::TableSource>, Error> make_source_of_tables(
    const RegisterSettings& source, std::span<const registers::TableLayout> tables);

}  // namespace stadtbuch::agent
