// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// stadtbuch-simulate: runs seeds, prints the first failing ones with the command that replays them.
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tests/simulation/world.hpp"

using namespace stadtbuch;

namespace {

struct Options {
    std::uint64_t first = 1;
    std::uint64_t count = 2000;
    bool single = false;
    bool trace = false;
    unsigned jobs = 2;
};

void usage() {
    std::puts(
        "stadtbuch-simulate: agreement under simulated faults, deterministic by seed\n"
        "  --seeds N    run N seeds (default 2000)\n"
        "  --first S    first seed (default 1)\n"
        "  --seed S     run seed S alone and print its figures\n"
        "  --trace      with --seed: one line for each message\n"
        "  --jobs J     threads (default 2)\n"
        "exit code 0: all good, 1: a seed failed, 2: usage");
}

bool read(int argc, char** argv, Options& out) {
    for (int i = 1; i < argc; ++i) {
        const std::string arg = argv[i];
        const char* value = i + 1 < argc ? argv[i + 1] : nullptr;
        if (arg == "--trace") {
            out.trace = true;
            continue;
        }
        if (value == nullptr) return false;
        const std::uint64_t number = std::strtoull(value, nullptr, 10);
        if (arg == "--seeds") {
            out.count = number;
        } else if (arg == "--first") {
            out.first = number;
        } else if (arg == "--seed") {
            out.first = number;
            out.count = 1;
            out.single = true;
        } else if (arg == "--jobs") {
            out.jobs = static_cast<unsigned>(std::max<std::uint64_t>(1, number));
        } else {
            return false;
        }
        ++i;
    }
    return true;
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    if (!read(argc, argv, options)) {
        usage();
        return 2;
    }
    std::atomic<std::uint64_t> next{0};
    std::atomic<std::uint64_t> failed{0};
    std::mutex print;
    simulation::Outcome total;
    const auto work = [&] {
        for (std::uint64_t i = next++; i < options.count; i = next++) {
            const std::uint64_t seed = options.first + i;
            simulation::World world(simulation::swarm(seed));
            world.trace(options.trace && options.single);
            const simulation::Outcome outcome = world.run();
            const std::lock_guard lock(print);
            total.batches += outcome.batches;
            total.requests_answered += outcome.requests_answered;
            total.steps += outcome.steps;
            total.view_changes += outcome.view_changes;
            total.catchups += outcome.catchups;
            total.share_checks += outcome.share_checks;
            total.virtual_ms += outcome.virtual_ms;
            if (outcome.violation.empty()) continue;
            if (++failed <= 20) {
                std::printf("seed %llu: %s\n  replay: %s --seed %llu\n",
                            static_cast<unsigned long long>(seed), outcome.violation.c_str(),
                            argv[0], static_cast<unsigned long long>(seed));
            }
        }
    };
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < std::min<std::uint64_t>(options.jobs, options.count); ++i)
        threads.emplace_back(work);
    for (std::thread& thread : threads) thread.join();
    std::printf(
        "%llu seeds, %llu failed; %zu batches, %zu requests answered, %llu view changes, %llu "
        "catch-ups, %llu steps, %llu s virtual\n",
        static_cast<unsigned long long>(options.count),
        static_cast<unsigned long long>(failed.load()), total.batches, total.requests_answered,
        static_cast<unsigned long long>(total.view_changes),
        static_cast<unsigned long long>(total.catchups),
        static_cast<unsigned long long>(total.steps),
        static_cast<unsigned long long>(total.virtual_ms / 1000));
    return failed == 0 ? 0 : 1;
}
