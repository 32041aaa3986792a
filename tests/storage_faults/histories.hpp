// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// One history of a store on an unreliable disk: runs that end by a fault, and after each of them
// the question whether what was promised is there, whole, and nothing else.
#pragma once
#include <array>
#include <cstdint>
#include <string>

#include "tests/storage_faults/unreliable_disk.hpp"

namespace stadtbuch::storage_faults {

/// What a run is tried with.
enum class Trouble : std::uint8_t {
    power_off,   ///< at some change of the medium, or between two writes
    call_fails,  ///< EIO or ENOSPC at the k-th call of a kind, once or for ever
    read_flips,  ///< one read gives one wrong bit
    misplaced,   ///< one append lands elsewhere
    rotten,      ///< one bit of one file is turned while nobody uses the store
};
inline constexpr std::size_t troubles_known = 5;
[[nodiscard]] const char* to_text(Trouble trouble);

/// Sums over histories.
struct Figures {
    std::uint64_t runs = 0;
    std::uint64_t writes = 0;
    std::array<std::uint64_t, troubles_known> tried{};
    std::array<std::uint64_t, troubles_known> refused{};  ///< reported with an id, nothing served
    std::uint64_t failed_writes = 0;
    std::uint64_t failed_opens = 0;
    std::uint64_t failed_reads = 0;
    Seen seen;
};

/// Empty: nothing was lost, halved, served wrong or acknowledged after a failure; else what was.
/// `folder` is made anew.
[[nodiscard]] std::string run_history(std::uint64_t seed, const std::string& folder,
                                      Figures& figures);

}  // namespace stadtbuch::storage_faults
