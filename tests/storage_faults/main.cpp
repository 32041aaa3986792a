// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>

#include "tests/storage_faults/histories.hpp"

namespace {

using namespace stadtbuch::storage_faults;

void print(const Figures& figures, std::uint64_t histories) {
    std::printf(
        "%llu histories, %llu runs, %llu writes; %llu writes, %llu openings and %llu reads "
        "failed\n",
        static_cast<unsigned long long>(histories), static_cast<unsigned long long>(figures.runs),
        static_cast<unsigned long long>(figures.writes),
        static_cast<unsigned long long>(figures.failed_writes),
        static_cast<unsigned long long>(figures.failed_opens),
        static_cast<unsigned long long>(figures.failed_reads));
    for (std::size_t i = 0; i < troubles_known; ++i)
        std::printf("  %-18s %8llu runs, %llu reported\n", to_text(static_cast<Trouble>(i)),
                    static_cast<unsigned long long>(figures.tried[i]),
                    static_cast<unsigned long long>(figures.refused[i]));
    std::printf(
        "%llu octets and %llu names were lost without a sync, %llu calls failed, %llu reads "
        "had a wrong bit, %llu appends were misplaced\n",
        static_cast<unsigned long long>(figures.seen.octets_lost),
        static_cast<unsigned long long>(figures.seen.names_lost),
        static_cast<unsigned long long>(figures.seen.failed_calls),
        static_cast<unsigned long long>(figures.seen.flipped_reads),
        static_cast<unsigned long long>(figures.seen.misplaced_appends));
}

/// A trial that never saw one of its troubles tried nothing.
bool saw_everything(const Figures& figures) {
    for (std::size_t i = 0; i < troubles_known; ++i) {
        if (figures.tried[i] == 0) return false;
    }
    return figures.failed_writes != 0 && figures.failed_opens != 0 &&
           figures.seen.octets_lost != 0 && figures.seen.names_lost != 0 &&
           figures.seen.flipped_reads != 0 && figures.seen.misplaced_appends != 0 &&
           figures.refused[static_cast<std::size_t>(Trouble::rotten)] != 0 &&
           figures.refused[static_cast<std::size_t>(Trouble::misplaced)] != 0;
}

/// What is durable the medium decides, so memory will do where there is some.
std::string somewhere_fast() {
    constexpr const char* memory = "/dev/shm";
    if (::access(memory, W_OK | X_OK) == 0) return memory;
    return std::filesystem::temp_directory_path().string();
}

}  // namespace

int main(int argc, char** argv) {
    std::uint64_t first = 1;
    std::uint64_t count = 150;
    bool goes_on = false;
    for (int i = 1; i < argc; ++i) {
        const bool has_value = i + 1 < argc;
        if (std::strcmp(argv[i], "--go-on") == 0) {
            goes_on = true;
        } else if (has_value && std::strcmp(argv[i], "--histories") == 0) {
            count = std::strtoull(argv[++i], nullptr, 10);
        } else if (has_value && std::strcmp(argv[i], "--first") == 0) {
            first = std::strtoull(argv[++i], nullptr, 10);
        } else {
            std::puts(
                "stadtbuch-store-faults [--histories N] [--first SEED] [--go-on]\n"
                "The store on a file system that forgets, fails, lies and misplaces.");
            return 2;
        }
    }
    std::string folder = somewhere_fast() + "/stadtbuch-faults-XXXXXX";
    if (::mkdtemp(folder.data()) == nullptr) return 2;
    Figures figures;
    std::uint64_t failed = 0;
    for (std::uint64_t seed = first; seed < first + count && (failed == 0 || goes_on); ++seed) {
        const std::string violation = run_history(seed, folder + "/store", figures);
        if (violation.empty()) continue;
        ++failed;
        std::printf("seed %llu: %s\nreplay: --first %llu --histories 1\n",
                    static_cast<unsigned long long>(seed), violation.c_str(),
                    static_cast<unsigned long long>(seed));
    }
    if (failed != 0 && count == 1) {
        std::printf("kept: %s\n", folder.c_str());
    } else {
        std::filesystem::remove_all(folder);
    }
    print(figures, count);
    const bool is_blind = count >= 150 && !saw_everything(figures);
    if (is_blind) std::puts("one of the troubles never came to pass");
    return failed != 0 || is_blind ? 1 : 0;
}
