// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Where things of a user lie (XDG base directories, CL-12), and how a secret gets in without the
// argument list (CL-13).
#pragma once
#include <string>

#include "cli/command.hpp"
#include "storage/base/result.hpp"

namespace stadtbuch::cli {

/// Keys and wallets: $XDG_DATA_HOME/stadtbuch, else ~/.local/share/stadtbuch.
[[nodiscard]] std::string data_folder();
/// Settings: $XDG_CONFIG_HOME/stadtbuch, else ~/.config/stadtbuch.
[[nodiscard]] std::string config_folder();
/// What may be lost: $XDG_CACHE_HOME/stadtbuch, else ~/.cache/stadtbuch.
[[nodiscard]] std::string cache_folder();
/// Local networks: $XDG_STATE_HOME/stadtbuch, else ~/.local/state/stadtbuch.
[[nodiscard]] std::string state_folder();
/// A local network: $XDG_STATE_HOME/stadtbuch/NAME, else ~/.local/state/stadtbuch/NAME. A name with
/// a slash is a folder already.
[[nodiscard]] std::string network_folder(const std::string& name);

/// Passphrase of a keystore or wallet, from `file` (`-`: one line of standard input). Empty: the
/// terminal is asked, twice if `is_new`. The caller has looked into the settings.
/// Errors: SB-5030 nobody may be asked, SB-5031 the two inputs differ or are empty, SB-4001,
/// SB-4002.
[[nodiscard]] Result<std::string, Error> read_passphrase(const Globals& globals,
                                                         const std::string& file, bool is_new);

/// One secret line from a private file, from standard input (`-`), or from the terminal without
/// echo. Errors as read_passphrase(); `remedy` for SB-5030.
[[nodiscard]] Result<std::string, Error> read_secret(const Globals& globals,
                                                     const std::string& file,
                                                     const std::string& question,
                                                     const std::string& remedy);
/// Whether questions are allowed and somebody can answer them (CL-06).
[[nodiscard]] bool may_ask(const Globals& globals);
/// True if `yes`, or if the user types `name`. Else SB-5050 has been told and `code` is set.
[[nodiscard]] bool is_confirmed(const Globals& globals, bool yes, const std::string& warning,
                                const std::string& name, int& code);
/// One line from the terminal with echo, for consent. Empty if there is no terminal or --no-input.
[[nodiscard]] std::string ask(const Globals& globals, const std::string& question);
/// Standard input to its end, at most 1 MiB.
[[nodiscard]] std::string read_standard_input();
/// A small text from a file without its line end; `-` is standard input. SB-5002.
[[nodiscard]] Result<std::string, Error> read_line_file(const std::string& path);

}  // namespace stadtbuch::cli
