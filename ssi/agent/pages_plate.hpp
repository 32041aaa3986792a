// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The second step to a permit, "for which plate?": asked and refused alike, whoever was proved.
#pragma once
#include "ssi/agent/present.hpp"

namespace stadtbuch::agent {

struct PlateStep {
    std::string_view path;  ///< of the page and its form
    const Asking& asking;   ///< the first step
    bool (*proved)(const Sitting& sitting);
    /// Who was proved, in a box.
    Html (*facts)(const View& view, const Sitting& sitting);
    /// What stands before it; null: nothing.
    Html (*before)(const View& view, const Sitting& sitting);
    Result<Case, DeskError> (*apply)(Agent& agent, const Sitting& sitting, const std::string& plate,
                                     const std::string& language);
};

/// `step` has to outlive the server.
void mount_plate_step(Agent& agent, net::HttpServer& server, const PlateStep& step);

}  // namespace stadtbuch::agent
