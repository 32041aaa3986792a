// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "cli/processes.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <sstream>
#include <thread>

#include "cli/network_files.hpp"

namespace stadtbuch::cli {

namespace {

namespace fs = std::filesystem;

/// argv for exec; the strings must outlive it.
std::vector<char*> argv_of(const std::string& executable,
                           const std::vector<std::string>& arguments) {
    std::vector<char*> argv;
    argv.push_back(const_cast<char*>(executable.c_str()));
    for (const std::string& argument : arguments)
        argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    return argv;
}

/// A recycled pid belongs to somebody else: ours names its folder on its command line.
bool is_ours(int pid, const std::string& folder) {
    const auto command_line = read_file("/proc/" + std::to_string(pid) + "/cmdline");
    return command_line && command_line->find(folder + "/") != std::string::npos;
}

/// The fields of /proc/PID/stat behind the name (proc(5)): the state is the first of them, the
/// start time the 20th.
std::vector<std::string> stat_fields(int pid) {
    const auto stat = read_file("/proc/" + std::to_string(pid) + "/stat");
    const std::size_t end = stat ? stat->rfind(')') : std::string::npos;
    if (end == std::string::npos) return {};
    std::istringstream fields(stat->substr(end + 1));
    return {std::istream_iterator<std::string>(fields), {}};
}

bool is_zombie(const std::vector<std::string>& fields) {
    return fields.empty() || fields.front() == "Z";
}

bool is_zombie(int pid) {
    return is_zombie(stat_fields(pid));
}

std::string start_time(const std::vector<std::string>& fields) {
    return fields.size() > 19 ? fields[19] : "";
}

bool has_other_threads(int pid) {
    std::error_code failed;
    fs::directory_iterator tasks("/proc/" + std::to_string(pid) + "/task", failed);
    return !failed && std::distance(tasks, fs::directory_iterator{}) > 1;
}

/// A process has no command line any more, and its first thread may be a zombie already, while
/// others of its threads still hold its ports and files: only when they are gone, too, can it be
/// started again.
bool has_let_go(int pid, const std::string& started) {
    (void)waitpid(pid, nullptr, WNOHANG);  // collects our own children
    const auto fields = stat_fields(pid);
    if (fields.empty() || start_time(fields) != started) return true;
    return is_zombie(fields) && !has_other_threads(pid);
}

Error start_error(const std::string& executable, const char* what) {
    return {"SB-5005", std::string("the program cannot be started: ") + what, executable, ""};
}

}  // namespace

Result<std::string, Error> sibling_executable(const std::string& name) {
    std::error_code error;
    const fs::path self = fs::read_symlink("/proc/self/exe", error);
    const fs::path path = self.parent_path() / name;
    if (error || !fs::exists(path)) {
        return Failure{Error{"SB-5004", "the executable " + name + " is missing", path.string(),
                             "It must lie beside the stadtbuch executable."}};
    }
    return path.string();
}

Result<int, Error> start_program(const Program& program) {
    const std::string log = program.folder + "/log";
    const int log_fd = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
    if (log_fd < 0) return Failure{start_error(program.executable, std::strerror(errno))};
    std::vector<char*> argv = argv_of(program.executable, program.arguments);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, log_fd, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, log_fd, STDERR_FILENO);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    // A session of its own: the terminal's Ctrl-C does not reach it.
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID);
    pid_t pid = 0;
    const int failed =
        posix_spawn(&pid, program.executable.c_str(), &actions, &attributes, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    close(log_fd);
    if (failed != 0) return Failure{start_error(program.executable, std::strerror(failed))};
    auto written = write_file(program.folder + "/pid", std::to_string(pid) + "\n");
    if (!written) return Failure{written.error()};
    // A process shows its command line only a moment after exec; until then running_pid() takes it
    // for ended.
    for (int tries = 0; tries < 1000 && !is_zombie(pid) && !is_ours(pid, program.folder); ++tries) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return static_cast<int>(pid);
}

std::optional<int> running_pid(const std::string& folder) {
    const auto text = read_file(folder + "/pid");
    if (!text) return std::nullopt;
    int pid = 0;
    std::from_chars(text->data(), text->data() + text->size(), pid);
    if (pid <= 1 || kill(pid, 0) != 0) return std::nullopt;
    (void)waitpid(pid, nullptr, WNOHANG);  // collects our own children
    if (is_zombie(pid) || !is_ours(pid, folder)) return std::nullopt;
    return pid;
}

bool stop_program(const std::string& folder, int patience_ms) {
    const auto pid = running_pid(folder);
    if (!pid) return false;
    const std::string started = start_time(stat_fields(*pid));
    kill(*pid, SIGTERM);
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(patience_ms);
    while (!has_let_go(*pid, started)) {
        if (std::chrono::steady_clock::now() > end) {
            kill(*pid, SIGKILL);
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    std::error_code ignored;
    fs::remove(folder + "/pid", ignored);
    return true;
}

bool signal_program(const std::string& folder, int signal) {
    const auto pid = running_pid(folder);
    return pid && kill(*pid, signal) == 0;
}

bool is_free_port(int port) {
    if (port < 1 || port > 65535) return false;
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return false;
    // As the servers do: a port that merely lingers after its server's end is free.
    const int on = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const bool is_free = bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    close(fd);
    return is_free;
}

Result<int, Error> run_program(const std::string& executable,
                               const std::vector<std::string>& arguments) {
    std::vector<char*> argv = argv_of(executable, arguments);
    pid_t pid = 0;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    const int failed =
        posix_spawn(&pid, executable.c_str(), &actions, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (failed != 0) return Failure{start_error(executable, std::strerror(failed))};
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace stadtbuch::cli
