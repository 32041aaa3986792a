// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The command line of stadtbuch-simulate.
#pragma once
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "tests/simulation/world.hpp"

namespace stadtbuch::simulation {

struct Options {
    std::string program;
    std::uint64_t first = 1;
    std::uint64_t count = 2000;
    std::uint64_t seconds = 0;  ///< a campaign ends after this long; 0: after `count` seeds
    bool single = false;
    bool trace = false;
    bool shrink = true;
    bool must_see_all = false;  ///< a state that never occurs is a failure
    bool print_states = false;
    std::string executor = "toy";
    std::string pools = "any";
    std::string record;   ///< file for the happenings of one run
    std::string summary;  ///< file for the figures of a campaign
    std::string scenario;
    bool list = false;
    bool check_breaks = false;
    bool all_scenarios = false;
    std::string broken;  ///< a deliberate break, see breaks()
    std::optional<std::set<std::size_t>> keep;
    std::set<std::string> without;
    unsigned jobs = 2;
};

/// False: the usage is due.
[[nodiscard]] bool read_options(int argc, char** argv, Options& out);
void print_usage();
/// The plan of a seed with everything that the options take away or break.
[[nodiscard]] Plan plan_of(std::uint64_t seed, const Options& options);
[[nodiscard]] std::shared_ptr<Realm> realm_of(const Options& options);
[[nodiscard]] BlsModel bls_of(const Options& options);

}  // namespace stadtbuch::simulation
