// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "tests/simulation/breaks.hpp"

#include <algorithm>
#include <map>

#include "consensus/quorums.hpp"

namespace stadtbuch::simulation {
namespace {

const std::map<std::string, bool Plan::*>& world_breaks() {
    static const std::map<std::string, bool Plan::*> names{
        {"forgotten votes", &Plan::forgets_votes},
        {"votes before disk", &Plan::sends_before_disk},
        {"lying disks", &Plan::forgets_syncs},
        {"believed damage", &Plan::believes_damage}};
    return names;
}

#ifdef STADTBUCH_BROKEN
const std::map<std::string, consensus::Broken>& protocol_breaks() {
    using consensus::Broken;
    static const std::map<std::string, Broken> names{
        {"f+1 COMMITs order", Broken::commits_of_few},
        {"f PREPAREs prepare", Broken::prepares_of_few},
        {"f+1 VIEW_CHANGEs suffice", Broken::view_change_few},
        {"n-f is f+1", Broken::strong_is_weak},
        {"one member names the target of catch-up", Broken::catchup_of_one},
        {"n-f is n", Broken::quorum_of_all}};
    return names;
}
#endif

}  // namespace

std::vector<std::string> breaks() {
    std::vector<std::string> out;
    for (const auto& [name, member] : world_breaks()) out.push_back(name);
#ifdef STADTBUCH_BROKEN
    for (const auto& [name, value] : protocol_breaks()) out.push_back(name);
#endif
    return out;
}

bool is_break(const std::string& name) {
    const auto all = breaks();
    return std::find(all.begin(), all.end(), name) != all.end();
}

void apply_break(const std::string& name, Plan& plan) {
    const auto known = world_breaks().find(name);
    if (known != world_breaks().end()) plan.*(known->second) = true;
}

void break_protocol([[maybe_unused]] const std::string& name) {
#ifdef STADTBUCH_BROKEN
    const auto protocol = protocol_breaks().find(name);
    consensus::broken =
        protocol == protocol_breaks().end() ? consensus::Broken::nothing : protocol->second;
#endif
}

}  // namespace stadtbuch::simulation
