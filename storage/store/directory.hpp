// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The directory of a durable store and the file STADTBUCH that says whose it is. Private to this
// folder.
//
// STADTBUCH = "stadtbuch-store 1\n" identity        (no end mark: the identity is the rest of the
// file)
#pragma once
#include <cstdint>
#include <string>

#include "storage/base/error.hpp"
#include "storage/base/result.hpp"

namespace stadtbuch::store {

enum class DirectoryState {
    fresh,   ///< ours, and a database was never completed in it
    in_use,  ///< ours, with a database
};

struct DirectoryWish {
    std::string path;
    std::string identity;
    bool create_if_missing = true;
};

/// Checks that the directory is ours, or makes it so. Writes nothing unless it is absent or empty.
/// Errors: SB-2002, SB-2003, SB-2004, SB-2005, SB-2006.
[[nodiscard]] Result<DirectoryState, Error> claim_directory(const DirectoryWish& wish);

/// SB-2004 when less than `free_bytes_min` octets are free where the directory is or would be made.
/// Writes nothing.
[[nodiscard]] Result<void, Error> check_room(const std::string& path, std::uint64_t free_bytes_min);

[[nodiscard]] Error error_locked(const std::string& path);
[[nodiscard]] Error error_foreign(const std::string& path, const std::string& what);
[[nodiscard]] Error error_damaged(const std::string& path, const std::string& detail);
/// The disk or the system refuses to read or write: nothing says that the records are wrong.
[[nodiscard]] Error error_failing(const std::string& path, const std::string& detail);
[[nodiscard]] Error error_no_space(const std::string& path, const std::string& detail);
[[nodiscard]] Error error_no_permission(const std::string& path, const std::string& detail);
[[nodiscard]] Error error_missing(const std::string& path);

}  // namespace stadtbuch::store
