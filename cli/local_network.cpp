// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "cli/local_network.hpp"

#include <CLI/CLI.hpp>
#include <chrono>
#include <filesystem>
#include <thread>

#include "cli/agent_member.hpp"
#include "cli/folders.hpp"
#include "cli/network_files.hpp"
#include "cli/processes.hpp"
#include "cli/terminal.hpp"
#include "node/net/unix_socket.hpp"
#include "storage/encoding/json.hpp"

namespace stadtbuch::cli {

namespace {

namespace fs = std::filesystem;

constexpr auto ready_patience = std::chrono::seconds(30);

bool is_ready(const std::string& folder, const std::string& member) {
    const auto status = admin_status(folder + "/" + member);
    const encoding::Value* ready = status ? status->find("ready") : nullptr;
    return ready != nullptr && ready->boolean().value_or(false);
}

std::string last_line(const std::string& path) {
    const auto text = read_file(path);
    if (!text || text->empty()) return "";
    const std::size_t end = text->find_last_not_of('\n');
    const std::size_t begin = text->rfind('\n', end);
    return text->substr(begin == std::string::npos ? 0 : begin + 1,
                        end - (begin == std::string::npos ? 0 : begin));
}

Error interrupted_error(const std::string& folder) {
    return {"SB-5018", "interrupted; what was started is stopped again", folder, ""};
}

}  // namespace

std::string NetworkOptions::place() const {
    return fs::absolute(folder.empty() ? network_folder(name) : folder).lexically_normal().string();
}

void add_place(CLI::App& command, const std::shared_ptr<NetworkOptions>& options) {
    command.add_option("--name", options->name, "name of the network");
    command.add_option("--dir", options->folder,
                       "folder of the network (default: the user's state folder)");
}

std::vector<std::string> members_of(const std::string& folder) {
    std::vector<std::string> out;
    for (int i = 1; i <= 25; ++i) {
        const std::string alias = "Node" + std::to_string(i);
        if (fs::exists(folder + "/" + alias + "/node.toml")) out.push_back(alias);
    }
    for (const char* name : {"observer", "agent"}) {
        if (fs::exists(folder + "/" + name + "/" +
                       (std::string(name) == "agent" ? "agent.toml" : "node.toml"))) {
            out.emplace_back(name);
        }
    }
    return out;
}

std::vector<std::string> running_members(const std::string& folder) {
    std::vector<std::string> out;
    for (const std::string& member : members_of(folder)) {
        if (running_pid(folder + "/" + member)) out.push_back(member);
    }
    return out;
}

std::optional<encoding::Value> admin_status(const std::string& member_folder) {
    if (fs::path(member_folder).filename() == "agent") return agent_status(member_folder);
    const auto answer =
        net::unix_request(member_folder + "/admin.sock", "{\"command\":\"status\"}", 2000);
    if (!answer) return std::nullopt;
    auto parsed = encoding::parse_json(*answer);
    if (!parsed) return std::nullopt;
    return *std::move(parsed);
}

Result<void, Error> start_member(const std::string& folder, const std::string& member) {
    const std::string place = folder + "/" + member;
    if (running_pid(place)) return {};
    const bool agent = member == "agent";
    const auto executable = sibling_executable(agent ? "stadtbuch-agent" : "stadtbuch-node");
    if (!executable) return Failure{executable.error()};
    std::vector<std::string> arguments{"--config", place + (agent ? "/agent.toml" : "/node.toml")};
    if (agent) arguments.insert(arguments.begin(), "run");
    const Program program{member, place, *executable, std::move(arguments)};
    const auto started = start_program(program);
    if (!started) return Failure{started.error()};
    return {};
}

Result<void, Error> wait_ready(const Globals& globals, const std::string& folder,
                               const std::vector<std::string>& members) {
    const auto end = std::chrono::steady_clock::now() + ready_patience;
    Progress progress(globals, "members ready", members.size());
    std::size_t ready = 0;
    for (const std::string& member : members) {
        while (!is_ready(folder, member)) {
            progress.show(ready, "waiting for " + member);
            const std::string place = folder + "/" + member;
            if (InterruptGuard::is_interrupted()) return Failure{interrupted_error(folder)};
            if (!running_pid(place)) {
                return Failure{Error{"SB-5006", member + " ended while it started", place + "/log",
                                     last_line(place + "/log")}};
            }
            if (std::chrono::steady_clock::now() > end) {
                return Failure{Error{"SB-5007", member + " is not ready in time", place + "/log",
                                     "Look at its log: stadtbuch logs " + member}};
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        ++ready;
    }
    return {};
}

}  // namespace stadtbuch::cli
