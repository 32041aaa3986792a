// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "tests/simulation/shrink.hpp"

#include <algorithm>
#include <cstdio>

namespace stadtbuch::simulation {
namespace {

constexpr std::size_t runs_max = 600;

/// "agreement: Node3 ordered another batch" is an agreement violation, whoever commits it.
std::string kind_of(const std::string& violation) {
    return violation.substr(0, violation.find(':'));
}

class Shrinker {
  public:
    Shrinker(const Plan& plan, const Options& options) : options_(options) {
        small_.plan = plan;
        const Schedule schedule = schedule_of(plan);
        for (std::size_t i = 0; i < schedule.deeds.size(); ++i) {
            if (!plan.keep || plan.keep->count(i) != 0) deeds_.insert(i);
        }
    }

    Small run() {
        small_.violation = violation_of(small_.plan);
        kind_ = kind_of(small_.violation);
        if (kind_.empty()) return small_;
        for (const std::string& feature : features()) {
            Plan smaller = small_.plan;
            if (smaller.left_out.count(feature) == 0) {
                leave_out(smaller, feature);
                static_cast<void>(try_out(smaller));
            }
        }
        for (std::size_t chunk = std::max<std::size_t>(1, deeds_.size() / 2); chunk > 0; chunk /= 2)
            take_away(chunk);
        take_away(1);
        return small_;
    }

  private:
    [[nodiscard]] std::string violation_of(const Plan& plan) {
        ++small_.runs;
        World world(plan, bls_of(options_), realm_of(options_));
        return world.run().violation;
    }

    bool try_out(const Plan& plan) {
        if (small_.runs >= runs_max) return false;
        const std::string violation = violation_of(plan);
        if (kind_of(violation) != kind_) return false;
        small_.plan = plan;
        small_.violation = violation;
        return true;
    }

    void take_away(std::size_t chunk) {
        std::vector<std::size_t> order(deeds_.begin(), deeds_.end());
        for (std::size_t from = 0; from < order.size(); from += chunk) {
            std::set<std::size_t> fewer = deeds_;
            for (std::size_t i = from; i < std::min(order.size(), from + chunk); ++i)
                fewer.erase(order[i]);
            Plan smaller = small_.plan;
            smaller.keep = fewer;
            if (try_out(smaller)) deeds_ = fewer;
        }
    }

    const Options& options_;
    Small small_;
    std::string kind_;
    std::set<std::size_t> deeds_;
};

}  // namespace

Small shrink(const Plan& plan, const Options& options) {
    return Shrinker(plan, options).run();
}

std::string replay_command(const Options& options, const Plan& plan) {
    std::string command = options.program + " --seed " + std::to_string(plan.seed);
    if (options.executor != "toy") command += " --executor " + options.executor;
    if (options.pools != "any") command += " --pools " + options.pools;
    if (!options.broken.empty()) command += " --broken '" + options.broken + "'";
    std::string list;
    for (const std::string& feature : plan.left_out) list += (list.empty() ? "" : ",") + feature;
    if (!list.empty()) command += " --without " + list;
    if (!plan.keep) return command;
    list.clear();
    for (const std::size_t deed : *plan.keep)
        list += (list.empty() ? "" : ",") + std::to_string(deed);
    return command + " --keep " + (list.empty() ? "none" : list);
}

void print_small(const Options& options, const Small& small) {
    std::printf("smallest schedule found in %zu runs: %s\n", small.runs, small.violation.c_str());
    const Schedule schedule = schedule_of(small.plan);
    for (std::size_t i = 0; i < schedule.deeds.size(); ++i) {
        if (!small.plan.keep || small.plan.keep->count(i) != 0)
            std::printf("  %s\n", to_text(schedule.deeds[i]).c_str());
    }
    std::printf("replay: %s\n", replay_command(options, small.plan).c_str());
}

}  // namespace stadtbuch::simulation
