// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The processes of a local network: started detached with their own log, known by a pid file,
// stopped by signal. No shell is involved; a pid is believed only if its executable is ours.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "storage/base/error.hpp"
#include "storage/base/result.hpp"

namespace stadtbuch::cli {

struct Program {
    std::string name;                    ///< "Node1", "observer", "agent"
    std::string folder;                  ///< holds pid file and log
    std::string executable;              ///< absolute path
    std::vector<std::string> arguments;  ///< without the program's own name
};

/// Path of an executable that lies beside this one; error SB-5004 when it is missing.
[[nodiscard]] Result<std::string, Error> sibling_executable(const std::string& name);
/// Starts it in the background with standard output and error in `folder`/log. SB-5005 on failure.
[[nodiscard]] Result<int, Error> start_program(const Program& program);
/// The pid when the program of this folder runs.
[[nodiscard]] std::optional<int> running_pid(const std::string& folder);
/// SIGTERM, then SIGKILL after `patience_ms`. True when it ran and ended.
bool stop_program(const std::string& folder, int patience_ms);
/// Sends a signal (for `stadtbuch up` demonstrations: stop one validator). False when it does not
/// run.
bool signal_program(const std::string& folder, int signal);
/// Nobody listens on this port of 127.0.0.1.
[[nodiscard]] bool is_free_port(int port);
/// Runs a program to its end; exit code, or SB-5005. Its errors go where ours go, its output
/// nowhere: ours is data.
[[nodiscard]] Result<int, Error> run_program(const std::string& executable,
                                             const std::vector<std::string>& arguments);

}  // namespace stadtbuch::cli
