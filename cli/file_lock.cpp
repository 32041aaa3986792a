// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "cli/file_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <thread>
#include <utility>

#include "cli/network_files.hpp"

namespace stadtbuch::cli {

namespace {

constexpr auto pause = std::chrono::milliseconds(20);
constexpr auto silence = std::chrono::milliseconds(500);

}  // namespace

Result<FileLock, Error> FileLock::take(const Globals& globals, const std::string& path,
                                       int patience_s) {
    const std::string lock_path = path + ".lock";
    const auto folder = std::filesystem::path(path).parent_path().string();
    if (!folder.empty()) {
        if (auto made = make_folders(folder); !made) return Failure{made.error()};
    }
    const int fd = ::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        return Failure{Error{"SB-5001", std::string("cannot lock: ") + std::strerror(errno),
                             lock_path, "Check the folder's owner and permissions."}};
    }
    FileLock lock(fd);
    const auto begin = std::chrono::steady_clock::now();
    bool is_told = false;
    while (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
        const auto waited = std::chrono::steady_clock::now() - begin;
        if (waited > std::chrono::seconds(patience_s)) {
            return Failure{Error{"SB-5034", "another command holds the file", path,
                                 "Let it end, then repeat."}};
        }
        if (!is_told && waited > silence) {
            say(globals, "waiting for another command that uses " + path);
            is_told = true;
        }
        std::this_thread::sleep_for(pause);
    }
    return lock;
}

FileLock::FileLock(FileLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

FileLock::~FileLock() {
    // The kernel lets go of the lock with the last descriptor.
    if (fd_ >= 0) ::close(fd_);
}

}  // namespace stadtbuch::cli
