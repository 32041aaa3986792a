// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Help, man pages and messages about wrong use, all made from the commands themselves (CL-09,
// CL-11).
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "cli/command.hpp"

namespace CLI {
class Option;
class ParseError;
}  // namespace CLI

namespace stadtbuch::cli {

/// Examples before options, commands in groups. Call after all commands were added.
void arrange_help(CLI::App& app);
/// The example lines of a command's footer, each beginning with "stadtbuch " somewhere.
[[nodiscard]] std::vector<std::string> examples_of(const CLI::App& command);

struct CommandEntry {
    const CLI::App* command = nullptr;
    std::string path;  ///< "get nym"
};

/// All commands that do something, in the order of the help; hidden ones are left out.
[[nodiscard]] std::vector<CommandEntry> all_commands(const CLI::App& app);
/// Words for an option: "--name TEXT", "-o,--output TEXT".
[[nodiscard]] std::string option_words(const CLI::Option& option);

/// Prints help or version to standard output, or the fault to standard error, with a suggestion for
/// misspelt words; the exit code.
[[nodiscard]] int explain_parse_error(const CLI::App& app, const Globals& globals,
                                      const std::vector<std::string>& arguments,
                                      const CLI::ParseError& error);
/// Number of insertions, deletions, changes and swaps of neighbours between two words.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);
/// The nearest of `candidates`, if it is near enough to be meant.
[[nodiscard]] std::string nearest(std::string_view word,
                                  const std::vector<std::string>& candidates);

/// Section 1 page of the program (`path` empty) or of one command, as roff.
[[nodiscard]] std::string man_page(const CLI::App& app, const CommandEntry* entry,
                                   std::string_view version);

}  // namespace stadtbuch::cli
