// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Key files on disk: mode 0600, owner only, replaced atomically. The only part of this room that
// touches files; shells use it.
#pragma once
#include <string>
#include <string_view>

#include "storage/base/error.hpp"
#include "storage/base/result.hpp"

namespace stadtbuch::keys {

/// Reads a file of at most 1 MiB. Refuses (SB-4001) group or world permissions, other owners,
/// symbolic links and what is no regular file; SB-4002 when it cannot be read.
[[nodiscard]] Result<std::string, Error> read_private_file(const std::string& path);
/// Writes `path`.tmp with 0600, syncs it, renames it over `path`, syncs the folder. SB-4003 on
/// failure.
[[nodiscard]] Result<void, Error> write_private_file(const std::string& path,
                                                     std::string_view content);

}  // namespace stadtbuch::keys
