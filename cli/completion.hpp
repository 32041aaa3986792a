// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Completion for shells (CL-08): candidates for the last word of a command line, from the commands
// themselves, local files and the cache. Never from the network.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "cli/command.hpp"

namespace stadtbuch::cli {

struct Candidate {
    std::string word;
    std::string meaning = {};
};

struct Completion {
    std::vector<Candidate> candidates;
    bool wants_files = false;
};

/// `words`: those after the program's name; the last one, perhaps empty, is being written.
[[nodiscard]] Completion complete(const CLI::App& app, const Settings& settings,
                                  const std::vector<std::string>& words);
/// The script for bash, zsh or fish; empty for another shell.
[[nodiscard]] std::string completion_script(std::string_view shell);

}  // namespace stadtbuch::cli
