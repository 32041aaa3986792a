// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// up, status, logs, down: a local network of real processes for development, tests and
// demonstrations.
#include <signal.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <thread>

#include "cli/agent_member.hpp"
#include "cli/command.hpp"
#include "cli/folders.hpp"
#include "cli/network_files.hpp"
#include "cli/processes.hpp"
#include "node/net/unix_socket.hpp"
#include "ssi/keys/os_random.hpp"
#include "storage/encoding/json.hpp"

namespace stadtbuch::cli {

namespace {

namespace fs = std::filesystem;

constexpr int stop_patience_ms = 5000;
constexpr auto ready_patience = std::chrono::seconds(30);

struct NetworkOptions {
    std::string name = "local";
    std::string folder;
    std::size_t nodes = 4;
    std::uint16_t base_port = 9701;
    std::uint16_t http_port = 9000;
    std::uint16_t agent_port = 8443;
    bool with_agent = true;
    std::string register_folder;
    bool record = false;
    bool fresh = false;
    std::string node;  ///< one member only
    std::size_t lines = 20;
    bool follow = false;

    [[nodiscard]] std::string place() const {
        return fs::absolute(folder.empty() ? network_folder(name) : folder)
            .lexically_normal()
            .string();
    }
};

/// Members that lie in a network's folder, in the order in which they are shown and started.
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

std::optional<encoding::Value> admin_status(const std::string& member_folder) {
    if (fs::path(member_folder).filename() == "agent") return agent_status(member_folder);
    const auto answer =
        net::unix_request(member_folder + "/admin.sock", "{\"command\":\"status\"}", 2000);
    if (!answer) return std::nullopt;
    auto parsed = encoding::parse_json(*answer);
    if (!parsed) return std::nullopt;
    return *std::move(parsed);
}

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

/// Waits until every member says that it is ready; names the first one that ended or did not.
Result<void, Error> wait_ready(const std::string& folder, const std::vector<std::string>& members) {
    const auto end = std::chrono::steady_clock::now() + ready_patience;
    for (const std::string& member : members) {
        while (!is_ready(folder, member)) {
            const std::string place = folder + "/" + member;
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
    }
    return {};
}

/// Validators and observer first: while they start, the agent's keys are made.
Result<void, Error> start_all(const std::string& folder, const NetworkOptions& options) {
    std::vector<std::string> members = members_of(folder);
    std::erase(members, "agent");
    for (const std::string& member : members) {
        if (auto started = start_member(folder, member); !started) return started;
    }
    if (options.with_agent) {
        auto prepared = prepare_agent({folder, options.register_folder, options.agent_port});
        if (!prepared) return prepared;
    }
    if (auto ready = wait_ready(folder, members); !ready) return ready;
    if (!options.with_agent) return {};
    if (auto registered = register_agent(folder); !registered) return registered;
    if (auto started = start_member(folder, "agent"); !started) return started;
    return wait_ready(folder, {"agent"});
}

void print_addresses(const Context& context, const std::string& folder,
                     const NetworkOptions& options, double seconds) {
    const std::string http = "http://127.0.0.1:" + std::to_string(options.http_port);
    encoding::Object out;
    out.set("folder", folder);
    out.set("genesis", folder + "/pool_transactions_genesis");
    out.set("genesis_url", http + "/genesis");
    out.set("explorer", http + "/");
    if (options.with_agent) {
        out.set("agent", "https://localhost:" + std::to_string(options.agent_port) + "/");
        out.set("agent_ca", folder + "/agent/ca.pem");
    }
    out.set("trustee_seed_file", folder + "/trustee_seed");
    out.set("ready_seconds", seconds);
    if (context.globals.json()) return print_json(context.globals, out);
    char text[32];
    std::snprintf(text, sizeof text, "%.2f", seconds);
    print_line("Network ready after " + std::string(text) +
               " s. Development keys: for tests only.");
    print_line("  explorer      " + http + "/");
    print_line("  genesis       " + http + "/genesis  (" + folder + "/pool_transactions_genesis)");
    if (options.with_agent) {
        print_line("  agent         https://localhost:" + std::to_string(options.agent_port) +
                   "/  (authority: " + folder + "/agent/ca.pem)");
    }
    print_line("  trustee seed  " + folder + "/trustee_seed  (DID V4SGRU86Z58d6TV7PBUe6f)");
    print_line("  ACA-Py        aca-py start --genesis-url " + http + "/genesis ...");
    print_line("  indy-vdr      open_pool(transactions_path=\"" + folder +
               "/pool_transactions_genesis\")");
    print_line("  stop with     stadtbuch down" +
               (options.name == "local" ? std::string{} : " --name " + options.name));
}

int up(const Context& context, const NetworkOptions& options) {
    const auto begin = std::chrono::steady_clock::now();
    const std::string folder = options.place();
    std::error_code ignored;
    if (options.fresh) {
        for (const std::string& member : members_of(folder))
            stop_program(folder + "/" + member, stop_patience_ms);
        fs::remove_all(folder, ignored);
    }
    LocalPlan plan;
    plan.folder = folder;
    plan.nodes = options.nodes;
    plan.base_port = options.base_port;
    plan.http_port = options.http_port;
    plan.record = options.record;
    if (auto made = make_folders(folder); !made) return fail(context.globals, made.error());
    auto made = make_local_network(plan, keys::os_random());
    if (!made) return fail(context.globals, made.error());
    if (auto started = start_all(folder, options); !started) {
        const bool late = started.error().id == "SB-5007" || started.error().id == "SB-5006";
        return fail(context.globals, started.error(), late ? Exit::timeout : Exit::failed);
    }
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
    print_addresses(context, folder, options, taken.count());
    return 0;
}

int status(const Context& context, const NetworkOptions& options) {
    const std::string folder = options.place();
    const auto members = members_of(folder);
    if (members.empty()) {
        return fail(context.globals,
                    {"SB-5010", "there is no network here", folder, "Make one with: stadtbuch up"},
                    Exit::not_found);
    }
    encoding::Array list;
    std::vector<std::vector<std::string>> rows;
    bool all_ready = true;
    for (const std::string& member : members) {
        const auto pid = running_pid(folder + "/" + member);
        const auto facts = pid ? admin_status(folder + "/" + member) : std::nullopt;
        const bool ready = facts && facts->find("ready") != nullptr &&
                           facts->find("ready")->boolean().value_or(false);
        all_ready = all_ready && ready;
        encoding::Object entry;
        entry.set("member", member);
        entry.set("pid", pid ? encoding::Value(*pid) : encoding::Value());
        entry.set("status", facts ? *facts : encoding::Value());
        list.emplace_back(std::move(entry));
        const auto number = [&facts](std::string_view key) {
            const encoding::Value* value = facts ? facts->find(key) : nullptr;
            return value != nullptr && value->integer() ? std::to_string(*value->integer())
                                                        : std::string("-");
        };
        const encoding::Value* ledgers = facts ? facts->find("ledgers") : nullptr;
        const encoding::Value* domain = ledgers != nullptr ? ledgers->find("domain") : nullptr;
        const encoding::Value* size = domain != nullptr ? domain->find("size") : nullptr;
        rows.push_back(
            {member, pid ? std::to_string(*pid) : "-",
             !pid    ? "stopped"
             : ready ? "ready"
                     : "not ready",
             number("view_no"), facts ? std::string(facts->text_at("primary")) : "-",
             size != nullptr && size->integer() ? std::to_string(*size->integer()) : "-"});
    }
    if (context.globals.json()) {
        print_json(context.globals,
                   encoding::Object{{"folder", folder}, {"members", std::move(list)}});
    } else {
        print_table({"MEMBER", "PID", "STATE", "VIEW", "PRIMARY", "DOMAIN"}, rows);
    }
    return all_ready ? 0 : static_cast<int>(Exit::failed);
}

int logs(const NetworkOptions& options) {
    const std::string folder = options.place();
    for (const std::string& member : members_of(folder)) {
        if (!options.node.empty() && member != options.node) continue;
        const auto text = read_file(folder + "/" + member + "/log");
        if (!text) continue;
        std::size_t at = text->size();
        for (std::size_t lines = 0; at > 0 && lines <= options.lines; --at) {
            if ((*text)[at - 1] == '\n') ++lines;
        }
        if (options.node.empty()) print_line("== " + member);
        print_line(text->substr(at == 0 ? 0 : at + 1));
    }
    return 0;
}

int down(const Context& context, const NetworkOptions& options) {
    const std::string folder = options.place();
    auto members = members_of(folder);
    if (!options.node.empty()) members = {options.node};
    // All get the signal at once, then each is waited for.
    std::size_t stopped = 0;
    for (const std::string& member : members)
        stopped += signal_program(folder + "/" + member, SIGTERM) ? 1u : 0u;
    for (const std::string& member : members) stop_program(folder + "/" + member, stop_patience_ms);
    say(context.globals, "stopped " + std::to_string(stopped) + " of " +
                             std::to_string(members.size()) + " members in " + folder);
    return 0;
}

int start_one(const Context& context, const NetworkOptions& options) {
    const std::string folder = options.place();
    auto started = start_member(folder, options.node);
    if (!started) return fail(context.globals, started.error());
    auto ready = wait_ready(folder, {options.node});
    if (!ready) return fail(context.globals, ready.error(), Exit::timeout);
    return 0;
}

void add_place(CLI::App& command, const std::shared_ptr<NetworkOptions>& options) {
    command.add_option("--name", options->name, "name of the network");
    command.add_option("--dir", options->folder,
                       "folder of the network (default: the user's state folder)");
}

}  // namespace

void add_network_commands(CLI::App& app, Context& context) {
    const auto options = std::make_shared<NetworkOptions>();
    CLI::App* up_command =
        app.add_subcommand("up", "start a local network: validators, observer, agent");
    add_place(*up_command, options);
    up_command->add_option("--nodes", options->nodes, "number of validators")
        ->check(CLI::Range(4, 25));
    up_command->add_option("--base-port", options->base_port,
                           "first node port; client ports lie between");
    up_command->add_option("--http-port", options->http_port, "explorer of the observer");
    up_command
        ->add_option("--agent-port", options->agent_port,
                     "HTTPS port of the agent; its metrics are 1000 higher")
        ->check(CLI::Range(1, 64535));
    up_command->add_option("--register", options->register_folder,
                           "CSV registers of the agent (default: the example town)");
    up_command->add_flag("!--no-agent", options->with_agent, "without the municipality's agent");
    up_command->add_flag("--record", options->record,
                         "record frames and requests for: stadtbuch export --recording");
    up_command->add_flag("--fresh", options->fresh, "remove an earlier network of this name first");
    up_command->footer(
        "Examples:\n  stadtbuch up\n  stadtbuch up --name demo --nodes 7 --base-port 9801 "
        "--http-port 9100 --no-agent");
    up_command->callback([options, &context] { context.exit_code = up(context, *options); });

    CLI::App* status_command = app.add_subcommand("status", "show the members of a local network");
    add_place(*status_command, options);
    status_command->footer("Examples:\n  stadtbuch status\n  stadtbuch -o json status --name demo");
    status_command->callback(
        [options, &context] { context.exit_code = status(context, *options); });

    CLI::App* logs_command = app.add_subcommand("logs", "show the last lines of the members' logs");
    add_place(*logs_command, options);
    logs_command->add_option("member", options->node, "one member only, for example Node2");
    logs_command->add_option("--lines,-n", options->lines, "lines of each member");
    logs_command->footer("Examples:\n  stadtbuch logs\n  stadtbuch logs Node2 -n 100");
    logs_command->callback([options, &context] { context.exit_code = logs(*options); });

    CLI::App* down_command =
        app.add_subcommand("down", "stop a local network, or one member of it; data stay");
    add_place(*down_command, options);
    down_command->add_option("member", options->node, "one member only, for example Node2");
    down_command->footer("Examples:\n  stadtbuch down\n  stadtbuch down Node2");
    down_command->callback([options, &context] { context.exit_code = down(context, *options); });

    CLI::App* start_command =
        app.add_subcommand("start", "start one stopped member of a local network");
    add_place(*start_command, options);
    start_command->add_option("member", options->node, "for example Node2")->required();
    start_command->footer(
        "Examples:\n  stadtbuch start Node2\n  stadtbuch start agent --name demo");
    start_command->callback(
        [options, &context] { context.exit_code = start_one(context, *options); });
}

}  // namespace stadtbuch::cli
