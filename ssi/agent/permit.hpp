// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What a parking permit says, whoever holds it: a resident or a company (credentials §7).
#pragma once
#include <optional>
#include <string>

#include "ssi/agent/case.hpp"
#include "ssi/credential/parking.hpp"
#include "ssi/register/register.hpp"

namespace stadtbuch::agent {

/// Nothing without a granted permit, or when its plate can no longer be read.
[[nodiscard]] std::optional<credential::ParkingPermit> permit_of(
    const Case& record, const registers::Register& registers, std::string holder_name);

}  // namespace stadtbuch::agent
