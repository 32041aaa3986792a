// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// config view, config check: what applies and where it comes from (CL-12). context: networks under
// a name (CL-07).
#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>

#include "cli/command.hpp"
#include "cli/folders.hpp"
#include "cli/network_files.hpp"
#include "cli/pool_session.hpp"
#include "cli/terminal.hpp"
#include "ssi/client/pool.hpp"
#include "ssi/did/did.hpp"

namespace stadtbuch::cli {

namespace {

using encoding::Array;
using encoding::Object;
using encoding::Value;

// -- config

int view(const Context& context, bool with_origin) {
    Object values;
    std::vector<std::vector<std::string>> rows;
    for (const SettingKind& kind : setting_kinds()) {
        const Setting& setting = context.settings.at(kind.key);
        Object entry{{"value", setting.value}, {"origin", to_text(setting.level)}};
        entry.set("place", setting.place.empty() ? Value() : Value(setting.place));
        values.set(std::string(kind.key), std::move(entry));
        std::vector<std::string> row{std::string(kind.key), setting.value};
        if (with_origin || context.globals.wide()) {
            row.emplace_back(to_text(setting.level));
            row.push_back(setting.place);
        }
        if (context.globals.wide()) row.emplace_back(kind.meaning);
        rows.push_back(std::move(row));
    }
    if (context.globals.json()) {
        print_json(context.globals, Object{{"settings", std::move(values)}});
        return 0;
    }
    std::vector<std::string> columns{"KEY", "VALUE"};
    if (with_origin || context.globals.wide()) columns.insert(columns.end(), {"ORIGIN", "PLACE"});
    if (context.globals.wide()) columns.emplace_back("MEANING");
    print_table(columns, rows);
    return 0;
}

int check(const Context& context) {
    const auto& faults = context.settings.faults();
    for (const Error& fault : faults) (void)fail(context.globals, fault, Exit::usage);
    if (!faults.empty()) return static_cast<int>(Exit::usage);
    say(context.globals, "all settings are good");
    return 0;
}

void add_config(CLI::App& app, Context& context) {
    CLI::App* group = app.add_subcommand("config", "settings: which apply, and from where");
    group->require_subcommand(1);
    const auto with_origin = std::make_shared<bool>(false);
    CLI::App* view_command = group->add_subcommand("view", "show every setting with its value");
    view_command->add_flag("--origin", *with_origin,
                           "also where it comes from: flag, environment, project, user, system");
    view_command->footer(
        "Examples:\n  stadtbuch config view --origin\n  stadtbuch --select settings.output.origin "
        "config view");
    view_command->callback(
        [with_origin, &context] { context.exit_code = view(context, *with_origin); });
    CLI::App* check_command = group->add_subcommand("check", "look for wrong and unknown settings");
    check_command->footer("Examples:\n  stadtbuch config check\n  stadtbuch -q config check");
    check_command->callback([&context] { context.exit_code = check(context); });
}

// -- context

struct NamedOptions {
    std::string name, genesis, network, as_did, keystore;
    bool production = false;
    bool yes = false;
};

Error unknown(const std::string& name) {
    return {"SB-5012", "no context has this name", name, "See: stadtbuch context list"};
}

/// The genesis' owner has not to stay where it is: its path is kept, so it must be whole.
Result<std::string, Error> genesis_of(const NamedOptions& options) {
    const std::string path = options.network.empty()
                                 ? options.genesis
                                 : network_folder(options.network) + "/pool_transactions_genesis";
    const auto text = read_file(path);
    if (!text) return Failure{text.error()};
    const auto ledger = client::PoolLedger::from_genesis(*text);
    if (!ledger) return Failure{ledger.error()};
    return std::filesystem::absolute(path).lexically_normal().string();
}

int save(const Context& context, const std::vector<NamedNetwork>& list,
         const std::string& current) {
    auto saved = Settings::save_networks(list, current);
    return saved ? 0 : fail(context.globals, saved.error());
}

int add(const Context& context, const NamedOptions& options) {
    const bool is_name = !options.name.empty() && options.name.find('/') == std::string::npos;
    if (!is_name || options.genesis.empty() == options.network.empty()) {
        return fail(context.globals,
                    {"SB-5047", is_name ? "a context has --genesis or --network" : "no name",
                     options.name, "Give the genesis file that the network's operators published."},
                    Exit::usage);
    }
    const auto genesis = genesis_of(options);
    if (!genesis) return fail(context.globals, genesis.error(), Exit::usage);
    auto list = context.settings.networks();
    std::erase_if(list, [&](const NamedNetwork& one) { return one.name == options.name; });
    NamedNetwork network{
        options.name,     *genesis,           std::string(did::unqualified(options.as_did)),
        options.keystore, options.production, user_networks_file()};
    if (!network.keystore.empty())
        network.keystore = std::filesystem::absolute(network.keystore).string();
    list.push_back(network);
    const bool is_first = context.settings.current_network().empty();
    const int code =
        save(context, list, is_first ? options.name : context.settings.current_network());
    if (code != 0) return code;
    say(context.globals, "context " + options.name + " is kept" +
                             (is_first ? " and used from now on" : "") + " (genesis " + *genesis +
                             ")");
    return 0;
}

int use(const Context& context, const NamedOptions& options) {
    if (context.settings.find_network(options.name) == nullptr)
        return fail(context.globals, unknown(options.name), Exit::not_found);
    const int code = save(context, context.settings.networks(), options.name);
    if (code != 0) return code;
    say(context.globals, "commands go to " + options.name + " from now on");
    const Setting& network = context.settings.at("network");
    const Setting& genesis = context.settings.at("genesis");
    for (const Setting* stronger : {&network, &genesis}) {
        if (stronger->level > Level::user)
            warn(context.globals, painted(context.globals, Tone::yellow, "but ") + stronger->place +
                                      " says " + stronger->value + ", and that is stronger");
    }
    return 0;
}

int remove(const Context& context, const NamedOptions& options) {
    const NamedNetwork* found = context.settings.find_network(options.name);
    if (found == nullptr) return fail(context.globals, unknown(options.name), Exit::not_found);
    if (found->place != user_networks_file()) {
        return fail(context.globals, {"SB-5012", "this context is not yours to remove",
                                      found->place, "Ask the owner of that file."});
    }
    auto list = context.settings.networks();
    std::erase_if(list, [&](const NamedNetwork& one) { return one.name == options.name; });
    const std::string& current = context.settings.current_network();
    const int code = save(context, list, current == options.name ? "" : current);
    if (code == 0) say(context.globals, "context " + options.name + " is forgotten; keys stay");
    return code;
}

int list(const Context& context) {
    Array array;
    std::vector<std::vector<std::string>> rows;
    const std::string& current = context.settings.text("network");
    for (const NamedNetwork& one : context.settings.networks()) {
        const bool is_current = one.name == current;
        array.emplace_back(Object{{"name", one.name},
                                  {"current", is_current},
                                  {"production", one.production},
                                  {"genesis", one.genesis},
                                  {"as", one.as_did}});
        rows.push_back({one.name, is_current ? "*" : "", one.production ? "production" : "",
                        one.as_did, one.genesis});
    }
    if (context.globals.json()) {
        print_json(context.globals, Object{{"contexts", std::move(array)}});
        return 0;
    }
    if (rows.empty())
        say(context.globals,
            "There is no context yet. Add one: stadtbuch context add NAME "
            "--genesis FILE");
    else
        print_table({"NAME", "USED", "KIND", "SIGNS", "GENESIS"}, rows);
    return 0;
}

/// What the next command without --network would go to.
int show(const Context& context) {
    const auto network = find_network(context, LedgerOptions{});
    if (!network) return fail(context.globals, network.error(), Exit::not_found);
    if (context.globals.json()) {
        print_json(context.globals, Object{{"network", network->name},
                                           {"production", network->is_production},
                                           {"origin", network->origin},
                                           {"id", network->id()}});
        return 0;
    }
    print_table({"NETWORK", "KIND", "GENESIS HASH", "CHOSEN BY"},
                {{network->name, network->is_production ? "production" : "", network->id(),
                  network->origin}});
    return 0;
}

/// For PS1: short, and nothing at all when no network is meant.
int prompt(const Context& context) {
    const auto network = find_network(context, LedgerOptions{});
    if (!network) return 0;
    const std::string text = "[" + network->name + (network->is_production ? "!" : "") + "]";
    print_line(network->is_production && context.globals.colour == "always"
                   ? painted(context.globals, Tone::red, text)
                   : text);
    return 0;
}

void add_context_changes(CLI::App& group, const std::shared_ptr<NamedOptions>& options,
                         Context& context) {
    CLI::App* add_command = group.add_subcommand("add", "keep a network under a name");
    add_command->add_option("name", options->name, "short name, for example koeln")->required();
    add_command->add_option("--genesis", options->genesis, "its pool genesis file");
    add_command->add_option("--network", options->network, "or a local network of `stadtbuch up`");
    add_command->add_option("--as", options->as_did, "DID that signs there");
    add_command->add_option("--keystore", options->keystore, "keystore for this network");
    add_command->add_flag("--production", options->production,
                          "writes are marked, and scripts must name it with --network");
    add_command->footer(
        "Examples:\n  stadtbuch context add demo --network local --as V4SGRU86Z58d6TV7PBUe6f\n"
        "  stadtbuch context add koeln --genesis genesis/pool_transactions_genesis --production");
    add_command->callback([options, &context] { context.exit_code = add(context, *options); });

    CLI::App* use_command = group.add_subcommand("use", "send commands there from now on");
    use_command->add_option("name", options->name)->required();
    use_command->footer("Examples:\n  stadtbuch context use demo\n  stadtbuch -q context use demo");
    use_command->callback([options, &context] { context.exit_code = use(context, *options); });

    CLI::App* remove_command = group.add_subcommand("remove", "forget a name; nothing else");
    remove_command->add_option("name", options->name)->required();
    remove_command->footer(
        "Examples:\n  stadtbuch context remove koeln\n  stadtbuch -q context remove demo");
    remove_command->callback(
        [options, &context] { context.exit_code = remove(context, *options); });
}

}  // namespace

void add_config_commands(CLI::App& app, Context& context) {
    const auto options = std::make_shared<NamedOptions>();
    CLI::App* group = app.add_subcommand("context", "networks under a name");
    group->require_subcommand(1);
    add_context_changes(*group, options, context);
    CLI::App* list_command = group->add_subcommand("list", "all names");
    list_command->footer("Examples:\n  stadtbuch context list\n  stadtbuch -o name context list");
    list_command->callback([&context] { context.exit_code = list(context); });
    CLI::App* show_command =
        group->add_subcommand("show", "where the next command goes, and what decides it");
    show_command->footer(
        "Examples:\n  stadtbuch context show\n  stadtbuch --select network context show");
    show_command->callback([&context] { context.exit_code = show(context); });
    CLI::App* prompt_command =
        group->add_subcommand("prompt", "the network in brackets, for the shell's prompt");
    prompt_command->footer(
        "Examples:\n  stadtbuch context prompt\n  PS1='$(stadtbuch context prompt) \\w \\$ '");
    prompt_command->callback([&context] { context.exit_code = prompt(context); });
    add_config(app, context);
}

}  // namespace stadtbuch::cli
