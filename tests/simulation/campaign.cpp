// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "tests/simulation/campaign.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <mutex>
#include <thread>
#include <vector>

#include "tests/simulation/breaks.hpp"
#include "tests/simulation/scenarios.hpp"
#include "tests/simulation/shrink.hpp"

namespace stadtbuch::simulation {
namespace {

using Clock = std::chrono::steady_clock;
/// With a deliberate break.
constexpr std::uint64_t seeds_before_scenarios = 600;

struct Total {
    std::uint64_t seeds = 0;
    std::uint64_t failed = 0;
    std::vector<std::pair<std::uint64_t, std::string>> failures;  ///< the first ones
    std::uint64_t batches = 0;
    std::uint64_t requests = 0;
    std::uint64_t steps = 0;
    std::uint64_t view_changes = 0;
    std::uint64_t catchups = 0;
    std::uint64_t virtual_ms = 0;
    Tick slowest_ms = 0;
    std::uint64_t slowest_seed = 0;
    consensus::ViewNo most_views = 0;
    Sometimes sometimes;
};

constexpr std::size_t failures_kept = 20;
/// Below this many seeds a state may be missing by chance.
constexpr std::uint64_t enough_seeds = 1000;

void add(Total& total, std::uint64_t seed, const Outcome& outcome) {
    ++total.seeds;
    total.batches += outcome.batches;
    total.requests += outcome.requests_answered;
    total.steps += outcome.steps;
    total.view_changes += outcome.view_changes;
    total.catchups += outcome.catchups;
    total.virtual_ms += outcome.virtual_ms;
    total.sometimes.add(outcome.sometimes);
    total.most_views = std::max(total.most_views, outcome.views_after_calm);
    if (outcome.settled_after > total.slowest_ms) {
        total.slowest_ms = outcome.settled_after;
        total.slowest_seed = seed;
    }
    if (outcome.violation.empty()) return;
    ++total.failed;
    if (total.failures.size() < failures_kept) total.failures.emplace_back(seed, outcome.violation);
}

void write_summary(const Total& total, const Options& options, double cpu_seconds) {
    std::FILE* file = std::fopen(options.summary.c_str(), "w");
    if (file == nullptr) return;
    std::fprintf(
        file,
        "{\"executor\":\"%s\",\"first\":%llu,\"seeds\":%llu,\"failed\":%llu,"
        "\"virtual_hours\":%.1f,\"cpu_seconds\":%.0f,\"batches\":%llu,\"requests\":%llu,"
        "\"view_changes\":%llu,\"catchups\":%llu,\"steps\":%llu,\"slowest_recovery_ms\":%llu,"
        "\"slowest_recovery_seed\":%llu,\"failures\":[",
        options.executor.c_str(), static_cast<unsigned long long>(options.first),
        static_cast<unsigned long long>(total.seeds), static_cast<unsigned long long>(total.failed),
        static_cast<double>(total.virtual_ms) / 3'600'000.0, cpu_seconds,
        static_cast<unsigned long long>(total.batches),
        static_cast<unsigned long long>(total.requests),
        static_cast<unsigned long long>(total.view_changes),
        static_cast<unsigned long long>(total.catchups),
        static_cast<unsigned long long>(total.steps),
        static_cast<unsigned long long>(total.slowest_ms),
        static_cast<unsigned long long>(total.slowest_seed));
    for (std::size_t i = 0; i < total.failures.size(); ++i)
        std::fprintf(file, "%s%llu", i == 0 ? "" : ",",
                     static_cast<unsigned long long>(total.failures[i].first));
    std::fprintf(file, "],\"states\":{");
    for (std::size_t i = 0; i < state_count; ++i)
        std::fprintf(file, "%s\"%s\":%llu", i == 0 ? "" : ",", to_text(static_cast<State>(i)),
                     static_cast<unsigned long long>(total.sometimes.seen[i]));
    std::fprintf(file, "}}\n");
    std::fclose(file);
}

Total run_seeds(const Options& options, bool stop_at_first) {
    Total total;
    std::atomic<std::uint64_t> next{0};
    std::atomic<bool> stop{false};
    std::mutex mutex;
    const auto deadline = Clock::now() + std::chrono::seconds(options.seconds);
    const auto work = [&] {
        for (std::uint64_t i = next++; !stop; i = next++) {
            if (options.seconds == 0 ? i >= options.count : Clock::now() >= deadline) return;
            const std::uint64_t seed = options.first + i;
            World world(plan_of(seed, options), bls_of(options), realm_of(options));
            const Outcome outcome = world.run();
            const std::lock_guard lock(mutex);
            add(total, seed, outcome);
            if (outcome.violation.empty()) continue;
            if (stop_at_first) stop = true;
            if (total.failures.size() < failures_kept && !stop_at_first)
                std::printf("seed %llu: %s\n", static_cast<unsigned long long>(seed),
                            outcome.violation.c_str());
        }
    };
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < options.jobs; ++i) threads.emplace_back(work);
    for (std::thread& thread : threads) thread.join();
    return total;
}

std::size_t report_states(const Total& total, const Options& options) {
    std::size_t unseen = 0;
    for (std::size_t i = 0; i < state_count; ++i) {
        const auto state = static_cast<State>(i);
        unseen += total.sometimes[state] == 0 ? 1U : 0U;
        const bool missing = total.sometimes[state] == 0 && options.must_see_all;
        if (options.print_states || missing)
            std::printf("%12llu  %s%s\n", static_cast<unsigned long long>(total.sometimes[state]),
                        to_text(state), missing ? "  NEVER SEEN" : "");
    }
    return unseen;
}

}  // namespace

int run_campaign(const Options& options) {
    const std::clock_t before = std::clock();
    const Total total = run_seeds(options, false);
    const double cpu =
        static_cast<double>(std::clock() - before) / static_cast<double>(CLOCKS_PER_SEC);
    const std::size_t unseen = report_states(total, options);
    std::printf(
        "%llu seeds, %llu failed; %llu batches, %llu requests answered, %llu view changes, %llu "
        "catch-ups, %llu steps\n%.1f h virtual in %.0f s of one core (%.0f x real time, %.0f seeds "
        "a "
        "minute); slowest recovery %llu ms (seed %llu), at most %llu views after the faults\n",
        static_cast<unsigned long long>(total.seeds), static_cast<unsigned long long>(total.failed),
        static_cast<unsigned long long>(total.batches),
        static_cast<unsigned long long>(total.requests),
        static_cast<unsigned long long>(total.view_changes),
        static_cast<unsigned long long>(total.catchups),
        static_cast<unsigned long long>(total.steps),
        static_cast<double>(total.virtual_ms) / 3'600'000.0, cpu,
        static_cast<double>(total.virtual_ms) / 1000.0 / std::max(cpu, 0.001),
        static_cast<double>(total.seeds) * 60.0 / std::max(cpu, 0.001),
        static_cast<unsigned long long>(total.slowest_ms),
        static_cast<unsigned long long>(total.slowest_seed),
        static_cast<unsigned long long>(total.most_views));
    if (!options.summary.empty()) write_summary(total, options, cpu);
    if (total.failed > 0) {
        const std::uint64_t seed =
            std::min_element(total.failures.begin(), total.failures.end())->first;
        std::printf("replay: %s\n", replay_command(options, plan_of(seed, options)).c_str());
        if (options.shrink) print_small(options, shrink(plan_of(seed, options), options));
        return 1;
    }
    return options.must_see_all && unseen > 0 && total.seeds >= enough_seeds ? 1 : 0;
}

namespace {

/// What a few hundred seeds do not show, a story about the very thing often does at once.
std::string scenario_that_fails() {
    for (const Scenario& scenario : scenarios()) {
        const std::string failure = scenario.run();
        if (!failure.empty()) return scenario.name + ": " + failure.substr(0, failure.find('\n'));
    }
    return {};
}

}  // namespace

bool is_noticed(const std::string& broken, const Options& options) {
    Options mine = options;
    mine.broken = broken;
    mine.count = std::min(options.count, seeds_before_scenarios);
    break_protocol(broken);
    Total total = run_seeds(mine, true);
    const std::string scenario = total.failures.empty() ? scenario_that_fails() : "";
    if (total.failures.empty() && scenario.empty()) {
        mine.first += mine.count;
        mine.count = options.count - mine.count;
        total = run_seeds(mine, true);
    }
    break_protocol("");
    if (!scenario.empty()) {
        std::printf("%-40s noticed by %s\n", broken.c_str(), scenario.c_str());
        return true;
    }
    if (total.failures.empty()) {
        std::printf("NOT NOTICED in %llu seeds: %s\n",
                    static_cast<unsigned long long>(options.count), broken.c_str());
        return false;
    }
    const std::string& text = total.failures.front().second;
    std::printf("%-40s noticed after %llu seeds (seed %llu): %s\n", broken.c_str(),
                static_cast<unsigned long long>(total.seeds),
                static_cast<unsigned long long>(total.failures.front().first),
                text.substr(0, text.find('\n')).c_str());
    return true;
}

}  // namespace stadtbuch::simulation
