// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// A file system for RocksDB that forgets, fails, lies and misplaces, by seed (reliability B2). Its
// files lie in a real folder; what a power loss leaves of them is decided here.
#pragma once
#include <cstdint>
#include <memory>
#include <string>

namespace rocksdb {
class Env;
}

namespace stadtbuch::storage_faults {

/// What kind of call fails or lies.
enum class Call : std::uint8_t { append, sync, read, open, rename, remove };
inline constexpr std::size_t call_kinds = 6;

/// Positions count from 1; 0 means never.
struct Troubles {
    std::uint64_t power_off_at = 0;  ///< at this change of the medium, which may happen in part
    Call fails = Call::append;
    std::uint64_t fails_at = 0;   ///< at this call of that kind
    bool fails_for_ever = false;  ///< and at all later ones
    bool is_full = false;         ///< ENOSPC instead of EIO
    std::uint64_t flips_at = 0;   ///< this read gives one wrong bit
    std::uint64_t misplaces = 0;  ///< this append lands elsewhere; zeros stand at its place
};

/// What came to pass; lies in memory that the parent process sees.
struct Seen {
    std::uint64_t failed_calls = 0;
    std::uint64_t flipped_reads = 0;
    std::uint64_t misplaced_appends = 0;
    std::uint64_t octets_lost = 0;
    std::uint64_t names_lost = 0;  ///< creations, renames and removals undone
};

class UnreliableDisk {
  public:
    /// What the folder holds now is durable.
    UnreliableDisk(std::string folder, std::uint64_t seed, Troubles troubles, Seen& seen);
    ~UnreliableDisk();
    UnreliableDisk(const UnreliableDisk&) = delete;
    UnreliableDisk& operator=(const UnreliableDisk&) = delete;

    [[nodiscard]] rocksdb::Env* env();
    /// Runs what the database left for its background threads: there are none, so that a seed
    /// decides everything.
    void run_jobs();
    /// No more troubles: an orderly end.
    void calm();
    /// Leaves in the folder a state that the disk may be in, and ends the process with code 0.
    [[noreturn]] void power_off();

    class Medium;

  private:
    class SteppedEnv;

    std::shared_ptr<Medium> medium_;
    std::unique_ptr<rocksdb::Env> files_;
    std::unique_ptr<SteppedEnv> env_;
};

/// One bit of one file in `folder` that the database reads again is turned; false: there is none.
[[nodiscard]] bool rot(const std::string& folder, std::uint64_t seed);

}  // namespace stadtbuch::storage_faults
