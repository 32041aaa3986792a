// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What all commands share: where data and talk go, how errors look, how commands end (CL-01 to
// CL-13).
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cli/settings.hpp"
#include "storage/base/error.hpp"
#include "storage/encoding/value.hpp"

namespace CLI {
class App;
}

namespace stadtbuch::cli {

/// CL-04.
enum class Exit : int {
    ok = 0,
    failed = 1,
    usage = 2,
    not_found = 3,
    refused = 4,       ///< REJECT or REQNACK of the ledger, or a refusal of the agent
    timeout = 5,       ///< no answer, or no quorum
    not_verified = 6,  ///< a proof, signature or credential does not hold
    cancelled = 7,
    interrupted = 130,  ///< Ctrl-C
};

struct Globals {
    std::string output = "table";  ///< table, wide, json, jsonl, yaml, name
    std::string select;            ///< path into the JSON; only what lies there is printed
    std::string colour = "auto";   ///< auto, always, never
    bool quiet = false;
    bool no_input = false;
    /// Set when --select found nothing: the command then ends with 3.
    std::shared_ptr<bool> nothing_selected = std::make_shared<bool>(false);

    /// Output for programs, through print_json().
    [[nodiscard]] bool json() const {
        return !select.empty() || (output != "table" && output != "wide");
    }

    [[nodiscard]] bool wide() const { return output == "wide"; }
};

/// Standard output: data only. Tables align their columns; JSON is one object or one line each.
void print_table(const std::vector<std::string>& columns,
                 const std::vector<std::vector<std::string>>& rows);
/// As --output and --select want it.
void print_json(const Globals& globals, const encoding::Value& value);
void print_line(std::string_view text);
/// Standard error: talk. Silent with --quiet.
void say(const Globals& globals, std::string_view text);
/// Standard error, also with --quiet: what the user must not overlook.
void warn(const Globals& globals, std::string_view text);
/// "error SB-5045: what / because where / try next", or a JSON object on standard error under -o
/// json.
[[nodiscard]] int fail(const Globals& globals, const Error& error, Exit code = Exit::failed);

/// Each command group adds itself; its action sets the exit code.
struct Context {
    Globals globals;
    int exit_code = 0;
    Settings settings = {};  ///< defaults of options, from environment and files
};

void add_network_commands(CLI::App& app, Context& context);  ///< up, status, logs, down, start
void add_export_command(CLI::App& app, Context& context);    ///< export
void add_replay_command(CLI::App& app, Context& context);    ///< replay
void add_setup_commands(CLI::App& app, Context& context);    ///< pool init, and the following
void add_node_commands(CLI::App& app, Context& context);  ///< node init, node recover, node status
void add_ledger_commands(CLI::App& app,
                         Context& context);  ///< did, nym, schema, creddef, get, submit
void add_wallet_commands(CLI::App& app, Context& context);  ///< wallet, issue, verify
void add_config_commands(CLI::App& app, Context& context);  ///< config, context
/// completion, man, version: made from the commands that are there already, so they come last.
void add_shell_commands(CLI::App& app, Context& context);

}  // namespace stadtbuch::cli
