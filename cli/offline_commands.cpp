// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// offline prepare, offline check: permits judged without a network, from the ledger's receipt down.
#include "cli/offline_commands.hpp"

#include <CLI/CLI.hpp>
#include <fstream>
#include <memory>
#include <sstream>

#include "cli/folders.hpp"
#include "cli/offline_package.hpp"
#include "cli/web_access.hpp"
#include "node/net/event_loop.hpp"
#include "storage/encoding/json.hpp"

namespace stadtbuch::cli {

namespace {

using encoding::Array;
using encoding::Object;
using encoding::Value;

constexpr std::size_t file_bytes_max = std::size_t{64} << 20;

struct OfflineOptions {
    std::string agent, ca, genesis, did, file, permit, audience, nonce;
    std::int64_t status_hours = 0;
};

Result<std::string, Error> read_all(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    if (file) text << file.rdbuf();
    if (!file || text.view().size() > file_bytes_max)
        return Failure{Error{"SB-5090", "the file cannot be read, or is larger than 64 MiB", path,
                             "Check the path."}};
    return std::move(text).str();
}

Result<OfflinePackage, Error> open_package(const OfflineOptions& options, const std::string& text) {
    const auto genesis = read_all(options.genesis);
    if (!genesis) return Failure{genesis.error()};
    return OfflinePackage::open(text, *genesis, options.did);
}

/// When each part of what is known was so, and how old that is.
Object ages(const OfflinePackage& package, keys::UnixSeconds now) {
    Array signers;
    for (const std::string& name : package.verdict().signers) signers.emplace_back(name);
    Object out{{"made_at", package.made_at()},
               {"ledger_as_of", package.verdict().as_of},
               {"ledger_age_s", now - package.verdict().as_of},
               {"signers", std::move(signers)}};
    if (package.status_as_of() != 0) {
        out.set("status_as_of", package.status_as_of());
        out.set("status_age_s", now - package.status_as_of());
    }
    return out;
}

std::string age_text(std::int64_t seconds) {
    const std::int64_t minutes = std::max<std::int64_t>(0, seconds / 60);
    return minutes < 120 ? std::to_string(minutes) + " min" : std::to_string(minutes / 60) + " h";
}

int unusable(const Context& context, const Error& error) {
    return fail(context.globals, error, error.id == "SB-5093" ? Exit::not_verified : Exit::failed);
}

int prepare(const Context& context, const OfflineOptions& options) {
    WebAccess web(options.ca);
    const auto text = web.body({"GET", options.agent + "/offline.json", {}, ""});
    if (!text) return fail(context.globals, text.error().error, text.error().code);
    const auto package = open_package(options, *text);
    if (!package) return unusable(context, package.error());
    std::ofstream out(options.file, std::ios::binary | std::ios::trunc);
    out << *text;
    out.close();
    if (!out)
        return fail(context.globals, {"SB-4003", "the file cannot be written", options.file,
                                      "Check permissions and free space."});
    const keys::UnixSeconds now = net::unix_seconds();
    if (context.globals.json()) {
        Object said = ages(*package, now);
        said.set("file", options.file);
        said.set("did", package->did());
        said.set("lists", static_cast<std::int64_t>(package->lists().size()));
        print_json(context.globals, said);
    } else {
        print_line(options.file);
    }
    say(context.globals, "prepared: the ledger's receipt holds and is " +
                             age_text(now - package->verdict().as_of) + " old");
    return 0;
}

int check(const Context& context, const OfflineOptions& options) {
    const auto text = read_all(options.file);
    if (!text) return fail(context.globals, text.error());
    auto package = open_package(options, *text);
    if (!package) return unusable(context, package.error());
    std::string permit = options.permit == "-" ? read_standard_input() : options.permit;
    while (!permit.empty() && (permit.back() == '\n' || permit.back() == '\r')) permit.pop_back();
    const keys::UnixSeconds now = net::unix_seconds();
    OfflineCheck checked =
        check_offline(*package, {std::move(permit), now, options.audience, options.nonce});
    const bool too_old = options.status_hours > 0 && package->status_as_of() != 0 &&
                         now - package->status_as_of() > options.status_hours * 3600;
    if (checked.valid && too_old) {
        checked.valid = false;
        checked.why = "unknown";
    }
    const Object known = ages(*package, now);
    if (context.globals.json()) {
        Object out{{"valid", checked.valid},
                   {"why", checked.why},
                   {"kind", checked.kind},
                   {"claims", checked.claims},
                   {"trace", checked.trace.to_value()},
                   {"knowledge", known}};
        print_json(context.globals, out);
    } else {
        if (!checked.claims.is_null()) print_line(encoding::pretty_json(checked.claims, 2, false));
        print_line(checked.valid ? "valid" : "not valid: " + checked.why);
        print_line("ledger " + age_text(now - package->verdict().as_of) + " old" +
                   (package->status_as_of() == 0
                        ? std::string()
                        : ", status list " + age_text(now - package->status_as_of()) + " old"));
    }
    return checked.valid ? 0 : static_cast<int>(Exit::not_verified);
}

void add_trust(CLI::App& command, OfflineOptions& options) {
    command.add_option("--genesis", options.genesis, "the pool's genesis file, which is trusted")
        ->required();
    command.add_option("--did", options.did, "did:indy of the municipality, which is trusted")
        ->required();
}

}  // namespace

void add_offline_commands(CLI::App& app, Context& context) {
    const auto options = std::make_shared<OfflineOptions>();
    CLI::App* group = app.add_subcommand("offline", "check permits without a network");
    group->require_subcommand(1);
    CLI::App* prepare_command = group->add_subcommand(
        "prepare", "fetch what a municipality publishes for it, and judge it once");
    prepare_command->add_option("file", options->file, "the package")->required();
    prepare_command
        ->add_option("--agent", options->agent,
                     "address of the agent, for example "
                     "https://localhost:8443")
        ->required();
    prepare_command->add_option("--ca", options->ca, "authorities for HTTPS (PEM)");
    add_trust(*prepare_command, *options);
    prepare_command->footer(
        "Examples:\n  stadtbuch offline prepare town.json --agent \"$(cat agent-url)\" --ca "
        "local/agent/ca.pem --genesis local/pool_transactions_genesis --did \"$(cat town-did)\"\n"
        "  stadtbuch offline prepare town.json --agent https://permits.town.example --genesis "
        "pool_transactions_genesis --did \"$(cat town-did)\"");
    prepare_command->callback(
        [options, &context] { context.exit_code = prepare(context, *options); });
    CLI::App* check_command =
        group->add_subcommand("check", "judge a permit or its paper with a prepared package");
    check_command
        ->add_option("permit", options->permit,
                     "SD-JWT of a credential, or what the QR code of a paper holds; - for standard "
                     "input")
        ->required();
    check_command->add_option("--package", options->file, "made by `offline prepare`")->required();
    add_trust(*check_command, *options);
    auto* nonce = check_command->add_option("--nonce", options->nonce,
                                            "of the presentation: its holder must have signed it");
    check_command->add_option("--audience", options->audience, "of the presentation")->needs(nonce);
    check_command
        ->add_option("--status-hours", options->status_hours,
                     "older status lists do not count (default: as long as they say)")
        ->check(CLI::Range(1, 24 * 366));
    check_command->footer(
        "Examples:\n  stadtbuch offline check - --package town.json --genesis "
        "local/pool_transactions_genesis --did \"$(cat town-did)\" < permit\n"
        "  stadtbuch offline check paper.txt --package town.json --genesis "
        "pool_transactions_genesis --did \"$(cat town-did)\"\n"
        "Exit code 6: not valid, or the package does not hold.");
    check_command->callback([options, &context] { context.exit_code = check(context, *options); });
}

}  // namespace stadtbuch::cli
