// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// stadtbuch-simulate: runs seeds; a failing one is made small and printed with the command that
// replays it.
#include <algorithm>
#include <cstdio>
#include <string>

#include "tests/simulation/breaks.hpp"
#include "tests/simulation/campaign.hpp"
#include "tests/simulation/options.hpp"
#include "tests/simulation/record.hpp"
#include "tests/simulation/scenarios.hpp"
#include "tests/simulation/shrink.hpp"

using namespace stadtbuch;
using namespace stadtbuch::simulation;

namespace {

void print_note(const Happening& what) {
    if (what.message != nullptr) return;
    std::printf("%8llu %s %s %s\n", static_cast<unsigned long long>(what.at), what.from.c_str(),
                what.kind.c_str(), what.text.c_str());
}

int one_seed(const Options& options) {
    const Plan plan = plan_of(options.first, options);
    World world(plan, bls_of(options), realm_of(options));
    world.trace(options.trace);
    if (options.trace) world.record(print_note);
    std::FILE* file = options.record.empty()  ? nullptr
                      : options.record == "-" ? stdout
                                              : std::fopen(options.record.c_str(), "w");
    if (!options.record.empty() && file == nullptr) {
        std::fprintf(stderr, "cannot write %s\n", options.record.c_str());
        return 2;
    }
    if (file != nullptr) {
        write_head(file, plan);
        world.record([file](const Happening& what) { write_line(file, what); });
    }
    const Outcome outcome = world.run();
    if (file != nullptr) {
        write_end(file, outcome);
        if (file != stdout) std::fclose(file);
        if (options.record == "-") return outcome.violation.empty() ? 0 : 1;
    }
    if (!outcome.violation.empty())
        std::printf("seed %llu: %s\n", static_cast<unsigned long long>(options.first),
                    outcome.violation.c_str());
    std::printf(
        "%zu batches, %zu requests answered, %llu view changes, %llu catch-ups, %llu steps, %llu "
        "ms "
        "virtual, in order %llu ms after the faults stopped\n",
        outcome.batches, outcome.requests_answered,
        static_cast<unsigned long long>(outcome.view_changes),
        static_cast<unsigned long long>(outcome.catchups),
        static_cast<unsigned long long>(outcome.steps),
        static_cast<unsigned long long>(outcome.virtual_ms),
        static_cast<unsigned long long>(outcome.settled_after));
    if (outcome.violation.empty()) return 0;
    if (options.shrink) print_small(options, shrink(plan, options));
    return 1;
}

int check_breaks(const Options& options) {
    std::size_t unnoticed = 0;
    for (const std::string& name : breaks()) unnoticed += is_noticed(name, options) ? 0U : 1U;
    return unnoticed == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    options.program = argv[0];
    if (!read_options(argc, argv, options)) {
        print_usage();
        return 2;
    }
    break_protocol(options.broken);
    if (options.list) return list_scenarios();
    if (!options.scenario.empty()) return run_scenario(options.scenario);
    if (options.all_scenarios) return run_all_scenarios();
    if (options.check_breaks) return check_breaks(options);
    return options.single ? one_seed(options) : run_campaign(options);
}
