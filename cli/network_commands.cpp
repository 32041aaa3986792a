// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// status, logs, down, start: a local network after `up`.
#include <signal.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <map>
#include <thread>

#include "cli/local_network.hpp"
#include "cli/network_files.hpp"
#include "cli/processes.hpp"
#include "cli/terminal.hpp"
#include "storage/encoding/json.hpp"

namespace stadtbuch::cli {

namespace {

constexpr auto follow_pause = std::chrono::milliseconds(200);

std::string number_at(const encoding::Value* facts, std::string_view key) {
    const encoding::Value* value = facts != nullptr ? facts->find(key) : nullptr;
    return value != nullptr && value->integer() ? std::to_string(*value->integer())
                                                : std::string("-");
}

/// Size and shortened root of a ledger.
std::vector<std::string> ledger_cells(const encoding::Value* facts, const char* name, bool wide) {
    const encoding::Value* ledgers = facts != nullptr ? facts->find("ledgers") : nullptr;
    const encoding::Value* ledger = ledgers != nullptr ? ledgers->find(name) : nullptr;
    std::vector<std::string> out{number_at(ledger, "size")};
    if (wide) {
        const std::string_view root = ledger != nullptr ? ledger->text_at("root") : "";
        out.emplace_back(root.empty() ? "-" : root);
    }
    return out;
}

Error no_network(const NetworkOptions& options) {
    return {"SB-5010", "there is no network here", options.place(),
            "Make one with: stadtbuch up" + options.place_words()};
}

/// The member that was named exists; else the failure.
std::optional<Error> unknown_member(const NetworkOptions& options) {
    const auto members = members_of(options.place());
    if (members.empty()) return no_network(options);
    if (options.node.empty() ||
        std::find(members.begin(), members.end(), options.node) != members.end())
        return std::nullopt;
    std::string list;
    for (const std::string& one : members) list += (list.empty() ? "" : ", ") + one;
    return Error{"SB-5017", "the network has no member " + options.node, options.place(),
                 "Members: " + list};
}

int status(const Context& context, const NetworkOptions& options) {
    const std::string folder = options.place();
    const auto members = members_of(folder);
    if (members.empty()) return fail(context.globals, no_network(options), Exit::not_found);
    const bool wide = context.globals.wide();
    encoding::Array list;
    std::vector<std::vector<std::string>> rows;
    std::string resting;
    for (const std::string& member : members) {
        const auto pid = running_pid(folder + "/" + member);
        const auto facts = pid ? admin_status(folder + "/" + member) : std::nullopt;
        const bool ready = facts && facts->find("ready") != nullptr &&
                           facts->find("ready")->boolean().value_or(false);
        if (!ready) resting += (resting.empty() ? "" : ", ") + member;
        list.emplace_back(
            encoding::Object{{"member", member},
                             {"state", !pid ? "stopped" : (ready ? "ready" : "not ready")},
                             {"pid", pid ? encoding::Value(*pid) : encoding::Value()},
                             {"status", facts ? *facts : encoding::Value()}});
        const encoding::Value* known = facts ? &*facts : nullptr;
        std::vector<std::string> row{member, pid ? std::to_string(*pid) : "-",
                                     !pid ? "stopped" : (ready ? "ready" : "not ready"),
                                     number_at(known, "view_no"),
                                     known != nullptr && !known->text_at("primary").empty()
                                         ? std::string(known->text_at("primary"))
                                         : "-"};
        for (const char* ledger : {"domain", "pool", "config"}) {
            if (!wide && std::string_view(ledger) != "domain") continue;
            for (std::string& cell : ledger_cells(known, ledger, wide))
                row.push_back(std::move(cell));
        }
        rows.push_back(std::move(row));
    }
    if (context.globals.json()) {
        print_json(context.globals,
                   encoding::Object{{"folder", folder}, {"members", std::move(list)}});
    } else {
        std::vector<std::string> columns{"MEMBER", "PID", "STATE", "VIEW", "PRIMARY", "DOMAIN"};
        if (wide) columns.insert(columns.end(), {"ROOT", "POOL", "ROOT", "CONFIG", "ROOT"});
        print_table(columns, rows);
    }
    if (resting.empty()) return 0;
    say(context.globals, "not ready: " + resting + "; start all with: stadtbuch up" +
                             options.place_words() + ", one with: stadtbuch start MEMBER" +
                             options.place_words());
    return static_cast<int>(Exit::failed);
}

/// Where the last `lines` lines of a text begin.
std::size_t tail_begin(const std::string& text, std::size_t lines) {
    std::size_t at = text.size();
    if (at > 0 && text[at - 1] == '\n') --at;
    while (at > 0) {
        if (text[at - 1] == '\n' && --lines == 0) return at;
        --at;
    }
    return 0;
}

void print_log_line(const Context& context, const std::string& member, std::string_view line,
                    std::size_t width, bool is_alone) {
    if (context.globals.json()) {
        print_line(encoding::compact_json(encoding::Object{{"member", member}, {"line", line}}));
        return;
    }
    const std::string pad(width > member.size() ? width - member.size() : 0, ' ');
    print_line(is_alone ? std::string(line) : member + pad + " | " + std::string(line));
}

/// Prints whole lines of `text` from `at` on; the position behind them.
std::size_t print_log_part(const Context& context, const std::string& member,
                           const std::string& text, std::size_t at, std::size_t width,
                           bool is_alone) {
    for (std::size_t end = text.find('\n', at); end != std::string::npos;
         end = text.find('\n', at)) {
        print_log_line(context, member, std::string_view(text).substr(at, end - at), width,
                       is_alone);
        at = end + 1;
    }
    return at;
}

int logs(const Context& context, const NetworkOptions& options) {
    const std::string folder = options.place();
    if (const auto unknown = unknown_member(options))
        return fail(context.globals, *unknown, Exit::not_found);
    std::vector<std::string> members = members_of(folder);
    const bool is_alone = !options.node.empty();
    if (is_alone) members = {options.node};
    std::size_t width = 0;
    for (const std::string& member : members) width = std::max(width, member.size());
    std::map<std::string, std::size_t> positions;
    for (const std::string& member : members) {
        const auto text = read_file(folder + "/" + member + "/log");
        if (!text) continue;
        const std::size_t begin =
            options.lines == 0 ? text->size() : tail_begin(*text, options.lines);
        positions[member] = print_log_part(context, member, *text, begin, width, is_alone);
    }
    while (options.follow) {
        std::fflush(stdout);
        std::this_thread::sleep_for(follow_pause);
        for (const std::string& member : members) {
            const auto text = read_file_from(folder + "/" + member + "/log", positions[member]);
            if (text)
                positions[member] += print_log_part(context, member, *text, 0, width, is_alone);
        }
    }
    return 0;
}

int down(const Context& context, const NetworkOptions& options) {
    const std::string folder = options.place();
    if (const auto unknown = unknown_member(options))
        return fail(context.globals, *unknown, Exit::not_found);
    auto members = members_of(folder);
    if (!options.node.empty()) members = {options.node};
    // All get the signal at once, then each is waited for.
    std::vector<std::string> stopping;
    for (const std::string& member : members) {
        if (signal_program(folder + "/" + member, SIGTERM)) stopping.push_back(member);
    }
    Progress progress(context.globals, "members stopped", stopping.size());
    encoding::Array stopped;
    for (const std::string& member : stopping) {
        progress.show(stopped.size(), "waiting for " + member);
        stop_program(folder + "/" + member, stop_patience_ms);
        stopped.emplace_back(member);
    }
    if (context.globals.json()) {
        print_json(context.globals, encoding::Object{{"folder", folder}, {"stopped", stopped}});
    }
    say(context.globals, "stopped " + std::to_string(stopping.size()) + " of " +
                             std::to_string(members.size()) + " members in " + folder +
                             "; data stay");
    return 0;
}

int start_one(const Context& context, const NetworkOptions& options) {
    const std::string folder = options.place();
    if (const auto unknown = unknown_member(options))
        return fail(context.globals, *unknown, Exit::not_found);
    const bool ran = running_pid(folder + "/" + options.node).has_value();
    const InterruptGuard guard;
    auto started = start_member(folder, options.node);
    if (!started) return fail(context.globals, started.error());
    auto ready = wait_ready(context.globals, folder, {options.node});
    if (!ready) {
        const bool interrupted = ready.error().id == "SB-5018";
        if (interrupted && !ran) stop_program(folder + "/" + options.node, stop_patience_ms);
        return fail(context.globals, ready.error(),
                    interrupted ? Exit::interrupted : Exit::timeout);
    }
    if (context.globals.json()) {
        print_json(
            context.globals,
            encoding::Object{{"member", options.node}, {"folder", folder}, {"ran_before", ran}});
    }
    say(context.globals, options.node + (ran ? " runs already" : " is ready"));
    return 0;
}

}  // namespace

void add_network_commands(CLI::App& app, Context& context) {
    const auto options = std::make_shared<NetworkOptions>();
    add_up_command(app, options, context);

    CLI::App* status_command = app.add_subcommand("status", "show the members of a local network");
    add_place(*status_command, options);
    status_command->footer(
        "Examples:\n  stadtbuch status\n  stadtbuch -o wide status --name local");
    status_command->callback(
        [options, &context] { context.exit_code = status(context, *options); });

    CLI::App* logs_command = app.add_subcommand("logs", "show the last lines of the members' logs");
    add_place(*logs_command, options);
    logs_command->add_option("member", options->node, "one member only, for example Node2");
    logs_command->add_option("--lines,-n", options->lines, "lines of each member (default: 20)");
    logs_command->add_flag("--follow,-f", options->follow,
                           "go on with what is written from now on");
    logs_command->footer("Examples:\n  stadtbuch logs\n  stadtbuch logs Node2 -n 100");
    logs_command->callback([options, &context] { context.exit_code = logs(context, *options); });

    CLI::App* down_command =
        app.add_subcommand("down", "stop a local network, or one member of it; data stay");
    add_place(*down_command, options);
    down_command->add_option("member", options->node, "one member only, for example Node2");
    down_command->footer("Examples:\n  stadtbuch down Node2\n  stadtbuch down");
    down_command->callback([options, &context] { context.exit_code = down(context, *options); });

    CLI::App* start_command =
        app.add_subcommand("start", "start one stopped member of a local network");
    add_place(*start_command, options);
    start_command->add_option("member", options->node, "for example Node2")->required();
    start_command->footer(
        "Examples:\n  stadtbuch start Node2\n  stadtbuch start observer --name local");
    start_command->callback(
        [options, &context] { context.exit_code = start_one(context, *options); });
}

}  // namespace stadtbuch::cli
