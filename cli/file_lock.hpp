// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// One command at a time changes a file: an advisory lock on FILE.lock beside it. The file itself is
// replaced by renaming, so it cannot carry the lock; readers need none.
#pragma once
#include <string>

#include "cli/command.hpp"
#include "storage/base/result.hpp"

namespace stadtbuch::cli {

class FileLock {
  public:
    /// Waits for the command that holds it, and says so after half a second. Errors: SB-5034 after
    /// `patience_s`, SB-5001.
    [[nodiscard]] static Result<FileLock, Error> take(const Globals& globals,
                                                      const std::string& path, int patience_s = 60);
    FileLock(FileLock&& other) noexcept;
    FileLock& operator=(FileLock&&) = delete;
    FileLock(const FileLock&) = delete;
    ~FileLock();

  private:
    explicit FileLock(int fd) : fd_(fd) {}

    int fd_;
};

}  // namespace stadtbuch::cli
