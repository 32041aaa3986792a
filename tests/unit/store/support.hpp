// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// A temporary directory that goes away, and a child process that does one thing.
#pragma once
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <string>

#include "storage/store/store.hpp"

namespace stadtbuch::store_support {

class TemporaryDirectory {
  public:
    TemporaryDirectory() {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "stadtbuch-store-XXXXXX").string();
        REQUIRE(::mkdtemp(pattern.data()) != nullptr);
        path_ = pattern;
    }

    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

    ~TemporaryDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    [[nodiscard]] std::string file(const std::string& name) const {
        return (path_ / name).string();
    }

  private:
    std::filesystem::path path_;
};

/// What a child is told; see Child.
struct Task {
    std::string path;    ///< of the store
    int to_parent = -1;  ///< pipe ends
    int from_parent = -1;
    std::uint64_t number = 0;
    std::size_t padding = 200;
};

/// Another process that runs one hidden test case of this program. It is a fresh process and not
/// just a fork, because RocksDB's background threads would be missing in a fork. Killed and
/// collected at the latest by the destructor.
class Child {
  public:
    Child(const std::string& test_case, const Task& task) {
        const std::string words = task.path + '\n' + std::to_string(task.to_parent) + ' ' +
                                  std::to_string(task.from_parent) + ' ' +
                                  std::to_string(task.number) + ' ' + std::to_string(task.padding);
        REQUIRE(::setenv(variable, words.c_str(), 1) == 0);
        process_ = ::fork();
        REQUIRE(process_ >= 0);
        if (process_ == 0) {
            const int nowhere = ::open("/dev/null", O_WRONLY);
            ::dup2(nowhere, STDOUT_FILENO);
            ::execl("/proc/self/exe", "store_test", test_case.c_str(), static_cast<char*>(nullptr));
            ::_exit(98);
        }
        ::unsetenv(variable);
    }

    /// In the child.
    static Task task() {
        const char* words = std::getenv(variable);
        if (words == nullptr) ::_exit(97);  // a hidden test case called by hand
        std::istringstream text(words);
        Task task;
        std::getline(text, task.path);
        text >> task.to_parent >> task.from_parent >> task.number >> task.padding;
        return task;
    }

    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    ~Child() {
        if (process_ > 0) static_cast<void>(end_by(SIGKILL));
    }

    /// Waits; the exit code, or minus the signal.
    [[nodiscard]] int wait() {
        int status = 0;
        while (::waitpid(process_, &status, 0) < 0 && errno == EINTR) {
        }
        process_ = -1;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    }

    [[nodiscard]] int end_by(int signal) {
        ::kill(process_, signal);
        return wait();
    }

  private:
    static constexpr const char* variable = "STADTBUCH_STORE_TEST_TASK";
    pid_t process_ = -1;
};

inline store::RocksOptions options_at(const std::string& path) {
    store::RocksOptions options;
    options.path = path;
    options.identity = "node Node1 of test network";
    return options;
}

inline std::unique_ptr<store::Store> opened(const store::RocksOptions& options) {
    auto store = store::open_rocks(options);
    if (!store) FAIL(store.error().id << " " << store.error().what);
    return std::move(*store);
}

}  // namespace stadtbuch::store_support
