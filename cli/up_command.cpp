// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// up: a local network of real processes for development, tests and demonstrations.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <filesystem>

#include "cli/agent_member.hpp"
#include "cli/folders.hpp"
#include "cli/local_network.hpp"
#include "cli/network_files.hpp"
#include "cli/processes.hpp"
#include "cli/terminal.hpp"
#include "config/document.hpp"
#include "ssi/keys/os_random.hpp"

namespace stadtbuch::cli {

namespace {

namespace fs = std::filesystem;

/// Validators and observer first: while they start, the agent's keys are made.
Result<void, Error> start_all(const Globals& globals, const std::string& folder,
                              const NetworkOptions& options) {
    std::vector<std::string> members = members_of(folder);
    std::erase(members, "agent");
    for (const std::string& member : members) {
        if (auto started = start_member(folder, member); !started) return started;
    }
    if (options.with_agent) {
        auto prepared = prepare_agent({folder, options.register_folder, options.types_folder,
                                       options.agent_port, options.http_port});
        if (!prepared) return prepared;
    }
    if (auto ready = wait_ready(globals, folder, members); !ready) return ready;
    if (!options.with_agent) return {};
    if (auto registered = register_agent(folder); !registered) return registered;
    if (auto started = start_member(folder, "agent"); !started) return started;
    return wait_ready(globals, folder, {"agent"});
}

/// What stands in the members' own configurations: the truth, whatever was asked for.
LocalAddresses addresses_of(const std::string& folder) {
    LocalAddresses out;
    if (auto node = config::Document::read(folder + "/Node1/node.toml"))
        out.base_port = node->port("node.port", 0);
    if (auto observer = config::Document::read(folder + "/observer/node.toml"))
        out.http_port = observer->port("http.port", 0);
    if (auto agent = config::Document::read(folder + "/agent/agent.toml")) {
        out.agent_port = agent->port("agent.port", 0);
        out.agent_url = agent->text("agent.public_url", "");
    }
    for (const std::string& member : members_of(folder))
        out.nodes += member.starts_with("Node") ? 1u : 0u;
    return out;
}

void print_addresses(const Context& context, const std::string& folder,
                     const NetworkOptions& options, double seconds, bool ran_before) {
    const LocalAddresses is = addresses_of(folder);
    const bool has_agent = running_pid(folder + "/agent").has_value();
    const std::string http = "http://127.0.0.1:" + std::to_string(is.http_port);
    const std::string agent = is.agent_url + (is.agent_url.ends_with('/') ? "" : "/");
    encoding::Object out;
    out.set("folder", folder);
    out.set("genesis", folder + "/pool_transactions_genesis");
    out.set("genesis_url", http + "/genesis");
    out.set("explorer", http + "/");
    if (has_agent) {
        out.set("agent", agent);
        out.set("agent_ca", folder + "/agent/ca.pem");
    }
    out.set("trustee_seed_file", folder + "/trustee_seed");
    out.set("nodes", static_cast<std::int64_t>(is.nodes));
    out.set("base_port", static_cast<std::int64_t>(is.base_port));
    out.set("ran_before", ran_before);
    out.set("ready_seconds", seconds);
    if (context.globals.json()) return print_json(context.globals, out);
    char text[32];
    std::snprintf(text, sizeof text, "%.2f", seconds);
    print_line(ran_before ? "Network runs already. Development keys: for tests only."
                          : "Network ready after " + std::string(text) +
                                " s. Development keys: for tests only.");
    print_line("  explorer      " + http + "/");
    print_line("  genesis       " + http + "/genesis  (" + folder + "/pool_transactions_genesis)");
    if (has_agent)
        print_line("  agent         " + agent + "  (authority: " + folder + "/agent/ca.pem)");
    print_line("  trustee seed  " + folder + "/trustee_seed  (DID V4SGRU86Z58d6TV7PBUe6f)");
    print_line("  ACA-Py        aca-py start --genesis-url " + http + "/genesis ...");
    print_line("  indy-vdr      open_pool(transactions_path=\"" + folder +
               "/pool_transactions_genesis\")");
    const std::string place = options.place_words();
    print_line("  look          stadtbuch status" + place);
    print_line("  stop with     stadtbuch down" + place);
}

/// Ports that nobody asked for give way to what is in use; then it is said (CL-30).
void avoid_used_ports(const Globals& globals, NetworkOptions& options) {
    const auto are_free = [&](int shift) {
        std::vector<int> wanted;
        for (int i = 0; i < 2 * static_cast<int>(options.nodes) + 2; ++i)
            wanted.push_back(options.base_port + shift + i);
        wanted.push_back(options.http_port + shift);
        if (options.with_agent) {
            wanted.push_back(options.agent_port + shift);
            wanted.push_back(options.agent_port + shift + 1000);
        }
        return std::all_of(wanted.begin(), wanted.end(), is_free_port);
    };
    if (options.ports_are_given || are_free(0)) return;
    constexpr int step = 100;
    for (int shift = step; shift <= 50 * step; shift += step) {
        if (!are_free(shift)) continue;
        options.base_port = static_cast<std::uint16_t>(options.base_port + shift);
        options.http_port = static_cast<std::uint16_t>(options.http_port + shift);
        options.agent_port = static_cast<std::uint16_t>(options.agent_port + shift);
        say(globals, "the usual ports are in use; this network begins at " +
                         std::to_string(options.base_port) + ", explorer " +
                         std::to_string(options.http_port) + ", agent " +
                         std::to_string(options.agent_port));
        return;
    }
}

/// A network keeps the shape that it was made with.
void say_what_is_not_applied(const Context& context, const std::string& folder,
                             const NetworkOptions& options) {
    const LocalAddresses is = addresses_of(folder);
    std::string list;
    const auto differs = [&](bool given, const std::string& option, std::size_t wanted,
                             std::size_t real) {
        if (!given || real == 0 || wanted == real) return;
        list += (list.empty() ? "" : ", ") + option + " (it is " + std::to_string(real) + ")";
    };
    const auto given = [&](const char* name) { return options.given.contains(name); };
    differs(given("--nodes"), "--nodes", options.nodes, is.nodes);
    differs(given("--base-port"), "--base-port", options.base_port, is.base_port);
    differs(given("--http-port"), "--http-port", options.http_port, is.http_port);
    differs(given("--agent-port"), "--agent-port", options.agent_port, is.agent_port);
    if (list.empty()) return;
    warn(context.globals, painted(context.globals, Tone::yellow, "not applied: ") + list +
                              ". This network exists already; use another --name, or --fresh "
                              "to begin anew.");
}

int stop_after_failure(const Context& context, const std::string& folder, const Error& error,
                       const std::vector<std::string>& ran_before) {
    if (error.id != "SB-5018") {
        const bool late = error.id == "SB-5007" || error.id == "SB-5006";
        return fail(context.globals, error, late ? Exit::timeout : Exit::failed);
    }
    for (const std::string& member : members_of(folder)) {
        const bool is_new =
            std::find(ran_before.begin(), ran_before.end(), member) == ran_before.end();
        if (is_new) stop_program(folder + "/" + member, stop_patience_ms);
    }
    return fail(context.globals, error, Exit::interrupted);
}

/// Removes an earlier network if that is wanted; an exit code when it is not confirmed.
std::optional<int> make_room(const Context& context, const NetworkOptions& options,
                             const std::string& folder) {
    if (!options.fresh || members_of(folder).empty()) return std::nullopt;
    int code = 0;
    if (!is_confirmed(context.globals, options.yes,
                      "The network in " + folder + " and all its data go for good.",
                      fs::path(folder).filename().string(), code))
        return code;
    for (const std::string& member : members_of(folder))
        stop_program(folder + "/" + member, stop_patience_ms);
    std::error_code ignored;
    fs::remove_all(folder, ignored);
    return std::nullopt;
}

int up(const Context& context, NetworkOptions options) {
    const auto begin = std::chrono::steady_clock::now();
    const std::string folder = options.place();
    if (const auto stopped = make_room(context, options, folder)) return *stopped;
    const bool exists = !members_of(folder).empty();
    if (!exists) avoid_used_ports(context.globals, options);
    LocalPlan plan;
    plan.folder = folder;
    plan.nodes = options.nodes;
    plan.base_port = options.base_port;
    plan.http_port = options.http_port;
    plan.record = options.record;
    if (auto made = make_folders(folder); !made) return fail(context.globals, made.error());
    auto made = make_local_network(plan, keys::os_random());
    if (!made) return fail(context.globals, made.error());
    const auto ran_before = running_members(folder);
    // To the end: what runs is either stopped again or told.
    const InterruptGuard guard;
    if (auto started = start_all(context.globals, folder, options); !started)
        return stop_after_failure(context, folder, started.error(), ran_before);
    if (exists) say_what_is_not_applied(context, folder, options);
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
    print_addresses(context, folder, options, taken.count(),
                    exists && ran_before == running_members(folder));
    return 0;
}

}  // namespace

void add_up_command(CLI::App& app, const std::shared_ptr<NetworkOptions>& options,
                    Context& context) {
    const Settings& settings = context.settings;
    options->nodes = static_cast<std::size_t>(settings.number("up.nodes"));
    options->base_port = static_cast<std::uint16_t>(settings.number("up.base_port"));
    options->http_port = static_cast<std::uint16_t>(settings.number("up.http_port"));
    options->agent_port = static_cast<std::uint16_t>(settings.number("up.agent_port"));
    CLI::App* command =
        app.add_subcommand("up", "start a local network: validators, observer, agent");
    add_place(*command, options);
    command->add_option("--nodes", options->nodes, "number of validators (default: 4)")
        ->check(CLI::Range(4, 25));
    command
        ->add_option("--base-port", options->base_port,
                     "first node port; client ports lie between (default: 9701, or free ones)")
        ->check(CLI::Range(1, 65000));
    command
        ->add_option("--http-port", options->http_port, "explorer of the observer (default: 9000)")
        ->check(CLI::Range(1, 65535));
    command
        ->add_option("--agent-port", options->agent_port,
                     "HTTPS port of the agent; its metrics are 1000 higher (default: 8443)")
        ->check(CLI::Range(1, 64535));
    command->add_option("--register", options->register_folder,
                        "CSV registers of the agent (default: the example town)");
    command->add_option("--types", options->types_folder,
                        "credential types of the agent that are configuration (default: none)");
    command->add_flag("!--no-agent", options->with_agent, "without the municipality's agent");
    command->add_flag("--record", options->record,
                      "record frames and requests for: stadtbuch export --recording");
    command->add_flag("--fresh", options->fresh, "remove an earlier network of this name first");
    command->add_flag("--yes", options->yes, "without asking");
    command->footer(
        "Examples:\n  stadtbuch up\n  stadtbuch up --name demo --nodes 7 --no-agent --record");
    command->callback([options, command, &context] {
        NetworkOptions own = *options;
        for (const char* name : {"--nodes", "--base-port", "--http-port", "--agent-port"}) {
            if (command->count(name) > 0) own.given.insert(name);
        }
        const Settings& known = context.settings;
        own.ports_are_given = own.given.contains("--base-port") ||
                              own.given.contains("--http-port") ||
                              own.given.contains("--agent-port") ||
                              known.at("up.base_port").level != Level::built_in ||
                              known.at("up.http_port").level != Level::built_in ||
                              known.at("up.agent_port").level != Level::built_in;
        context.exit_code = up(context, std::move(own));
    });
}

}  // namespace stadtbuch::cli
