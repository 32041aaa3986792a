// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// A local network's folder and its processes, as the commands about it share them.
#pragma once
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "storage/base/result.hpp"

namespace stadtbuch::cli {

inline constexpr int stop_patience_ms = 5000;

struct NetworkOptions {
    std::string name = "local";
    std::string folder;
    std::size_t nodes = 4;
    std::uint16_t base_port = 9701;
    std::uint16_t http_port = 9000;
    std::uint16_t agent_port = 8443;
    bool with_agent = true;
    std::string register_folder;
    std::string types_folder;
    bool record = false;
    bool fresh = false;
    bool yes = false;
    std::string node;  ///< one member only
    std::size_t lines = 20;
    bool follow = false;

    std::set<std::string> given;   ///< options on the command line
    bool ports_are_given = false;  ///< there or in the settings

    /// Options that name this network again.
    [[nodiscard]] std::string place_words() const {
        if (!folder.empty()) return " --dir " + folder;
        return name == "local" ? "" : " --name " + name;
    }

    [[nodiscard]] std::string place() const;  ///< absolute folder
};

struct LocalAddresses {
    std::size_t nodes = 0;
    std::uint16_t base_port = 0, http_port = 0, agent_port = 0;
    std::string agent_url;
};

/// --name and --dir.
void add_place(CLI::App& command, const std::shared_ptr<NetworkOptions>& options);
/// Members that lie in a network's folder, in the order in which they are shown and started.
[[nodiscard]] std::vector<std::string> members_of(const std::string& folder);
[[nodiscard]] std::vector<std::string> running_members(const std::string& folder);
/// What a member says of itself; nullopt when it does not answer.
[[nodiscard]] std::optional<encoding::Value> admin_status(const std::string& member_folder);
[[nodiscard]] Result<void, Error> start_member(const std::string& folder,
                                               const std::string& member);
/// Waits until every member says that it is ready; names the first one that ended or did not.
/// SB-5006, SB-5007, SB-5018 (Ctrl-C; an InterruptGuard must live).
[[nodiscard]] Result<void, Error> wait_ready(const Globals& globals, const std::string& folder,
                                             const std::vector<std::string>& members);
void add_up_command(CLI::App& app, const std::shared_ptr<NetworkOptions>& options,
                    Context& context);

}  // namespace stadtbuch::cli
