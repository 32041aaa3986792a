// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// taa show, accept, write, mechanisms, disable: the transaction author agreement
// (indy-ledger-formats §6).
#include <CLI/CLI.hpp>
#include <memory>

#include "cli/folders.hpp"
#include "cli/ledger_commands.hpp"
#include "cli/pool_session.hpp"
#include "ssi/client/requests.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"
#include "storage/hash/hash.hpp"

namespace stadtbuch::cli {

namespace {

using encoding::Object;
using encoding::Value;

struct AgreementOptions {
    LedgerOptions ledger;
    std::string mechanism, version, text_file, file, context_text;
    std::optional<std::int64_t> ratified, retired;
    bool yes = false;
};

struct InForce {
    std::string text, version, digest;
    Object mechanisms;
};

/// The agreement in force and the ways to accept it. The int is an exit code; it has been told.
Result<InForce, int> fetch(const Context& context, const LedgerOptions& options,
                           const Network& network) {
    auto pool = open_pool(context, options, network);
    if (!pool) return Failure{pool.error()};
    const auto agreement = send_read(network, **pool, client::get_taa_operation());
    if (!agreement) return Failure{fail_pool(context, agreement.error())};
    const auto list = send_read(network, **pool, client::get_taa_aml_operation());
    if (!list) return Failure{fail_pool(context, list.error())};
    const Value* data = agreement->result.find("data");
    const Value* ways = list->result.find("data");
    const Value* aml = ways != nullptr ? ways->find("aml") : nullptr;
    if (data == nullptr || data->text_at("text").empty()) {
        return Failure{fail(context.globals,
                            {"SB-5045", "no agreement is in force", network.name, ""},
                            Exit::not_found)};
    }
    InForce out{std::string(data->text_at("text")),
                std::string(data->text_at("version")),
                std::string(data->text_at("digest")),
                {}};
    const std::string own = encoding::hex_encode(hash::sha256(out.version + out.text));
    if (out.digest.empty()) out.digest = own;
    if (out.digest != own) {
        return Failure{fail(
            context.globals,
            {"SB-5048", "the agreement's digest does not belong to its text", network.name, ""},
            Exit::not_verified)};
    }
    if (aml != nullptr && aml->is_object()) out.mechanisms = *aml->object();
    say(context.globals, vouching_text(vouching(*agreement, (*pool)->ledger().n())));
    return out;
}

void print_agreement(const Context& context, const InForce& agreement,
                     const std::optional<Acceptance>& accepted) {
    const bool current = accepted && accepted->digest == agreement.digest;
    if (context.globals.json()) {
        return print_json(context.globals, Object{{"version", agreement.version},
                                                  {"digest", agreement.digest},
                                                  {"text", agreement.text},
                                                  {"mechanisms", agreement.mechanisms},
                                                  {"accepted", current}});
    }
    print_line("Agreement " + agreement.version + "  " + agreement.digest +
               (current ? "  (accepted)" : "  (not accepted)"));
    print_line(agreement.text);
    for (const auto& way : agreement.mechanisms) print_line("  --mechanism " + way.key);
}

int show(const Context& context, const AgreementOptions& options) {
    const auto network = find_network(context, options.ledger);
    if (!network) return fail(context.globals, network.error(), Exit::usage);
    const auto agreement = fetch(context, options.ledger, *network);
    if (!agreement) return agreement.error();
    print_agreement(context, *agreement, stored_acceptance(*network));
    return 0;
}

int accept(const Context& context, const AgreementOptions& options) {
    const auto network = find_network(context, options.ledger);
    if (!network) return fail(context.globals, network.error(), Exit::usage);
    const auto agreement = fetch(context, options.ledger, *network);
    if (!agreement) return agreement.error();
    if (!agreement->mechanisms.contains(options.mechanism)) {
        return fail(context.globals,
                    {"SB-5049", "the network does not know this way to accept", options.mechanism,
                     "See: stadtbuch taa show"},
                    Exit::usage);
    }
    if (!options.yes) {
        say(context.globals, "Agreement " + agreement->version + ":\n" + agreement->text);
        if (ask(context.globals, "Accept it? Type yes:") != "yes") {
            return fail(context.globals,
                        {"SB-5050", "not accepted", network->name, "Read it, then give --yes."},
                        Exit::cancelled);
        }
    }
    // The ledger wants whole days, so that the time tells nothing about a person.
    constexpr std::int64_t day_s = 86400;
    const Acceptance acceptance{agreement->digest, options.mechanism, now_s() / day_s * day_s};
    if (auto stored = store_acceptance(*network, acceptance); !stored)
        return fail(context.globals, stored.error());
    print_agreement(context, *agreement, acceptance);
    return 0;
}

int write_agreement(const Context& context, const AgreementOptions& options) {
    client::AgreementChange change;
    change.version = options.version;
    change.ratification_ts = options.ratified;
    change.retirement_ts = options.retired;
    if (!options.text_file.empty()) {
        auto text = read_line_file(options.text_file);
        if (!text) return fail(context.globals, text.error(), Exit::usage);
        change.text = *std::move(text);
    }
    return write(context, options.ledger,
                 {client::taa_operation(change),
                  false,
                  "agreement " + change.version,
                  {{"version", change.version}}});
}

int write_mechanisms(const Context& context, const AgreementOptions& options) {
    const auto text = read_line_file(options.file);
    if (!text) return fail(context.globals, text.error(), Exit::usage);
    const auto parsed = encoding::parse_json(*text);
    if (!parsed || !parsed->is_object()) {
        return fail(context.globals, {"SB-5047", "the file holds no JSON object", options.file, ""},
                    Exit::usage);
    }
    const auto note =
        options.context_text.empty() ? std::nullopt : std::optional(options.context_text);
    return write(context, options.ledger,
                 {client::taa_aml_operation(options.version, *parsed->object(), note),
                  false,
                  "mechanisms " + options.version,
                  {{"version", options.version}}});
}

int disable(const Context& context, const AgreementOptions& options) {
    const auto network = find_network(context, options.ledger);
    if (!network) return fail(context.globals, network.error(), Exit::usage);
    int code = 0;
    const bool is_harmless = options.yes || !options.ledger.dry_run.empty();
    if (!is_confirmed(context.globals, is_harmless,
                      "This retires every agreement of the network " + network->name + ".",
                      network->name, code))
        return code;
    return write(context, options.ledger,
                 {client::taa_disable_operation(), false, "end of all agreements", {}});
}

void add_writes(CLI::App& group, const std::shared_ptr<AgreementOptions>& options,
                Context& context) {
    CLI::App* make = group.add_subcommand("write", "write an agreement, or retire one");
    add_write_options(*make, options->ledger, context.settings);
    make->add_option("--taa-version", options->version)->required();
    make->add_option("--text-file", options->text_file);
    make->add_option("--ratified", options->ratified, "UNIX seconds");
    make->add_option("--retired", options->retired, "UNIX seconds; retires it then");
    make->footer(
        "Examples:\n  stadtbuch taa write --taa-version 1.0 --text-file taa.txt --ratified "
        "1700000000 --as V4SGRU86Z58d6TV7PBUe6f\n"
        "  stadtbuch taa write --taa-version 1.1 --text-file taa.txt --ratified 1700000001 --as "
        "V4SGRU86Z58d6TV7PBUe6f --dry-run");
    make->callback([options, &context] { context.exit_code = write_agreement(context, *options); });

    CLI::App* ways = group.add_subcommand("mechanisms", "write the list of ways to accept");
    add_write_options(*ways, options->ledger, context.settings);
    ways->add_option("--aml-version", options->version)->required();
    ways->add_option("--file", options->file, "JSON object: name to description")->required();
    ways->add_option("--context", options->context_text);
    ways->footer(
        "Examples:\n  stadtbuch taa mechanisms --aml-version 1 --file aml.json --as "
        "V4SGRU86Z58d6TV7PBUe6f\n"
        "  stadtbuch taa mechanisms --aml-version 2 --file - --as V4SGRU86Z58d6TV7PBUe6f --dry-run "
        "< aml.json");
    ways->callback(
        [options, &context] { context.exit_code = write_mechanisms(context, *options); });

    CLI::App* end = group.add_subcommand("disable", "retire all agreements");
    add_write_options(*end, options->ledger, context.settings);
    end->add_flag("--yes", options->yes, "without asking");
    end->footer(
        "Examples:\n  stadtbuch taa disable --as V4SGRU86Z58d6TV7PBUe6f --dry-run\n  stadtbuch taa "
        "disable --yes --seed-file trustee_seed");
    end->callback([options, &context] { context.exit_code = disable(context, *options); });
}

}  // namespace

void add_agreement_commands(CLI::App& app, Context& context) {
    const auto options = std::make_shared<AgreementOptions>();
    CLI::App* group = app.add_subcommand("taa", "the transaction author agreement of the network");
    group->require_subcommand(1);

    CLI::App* show_command =
        group->add_subcommand("show", "show the agreement in force and how to accept it");
    add_network_options(*show_command, options->ledger, context.settings);
    show_command->footer(
        "Examples:\n  stadtbuch taa show\n  stadtbuch -o json taa show --network local");
    show_command->callback([options, &context] { context.exit_code = show(context, *options); });

    CLI::App* accept_command =
        group->add_subcommand("accept", "accept it; your writes then say so");
    add_network_options(*accept_command, options->ledger, context.settings);
    accept_command
        ->add_option("--mechanism", options->mechanism,
                     "how it was accepted, from the network's list")
        ->required();
    accept_command->add_flag("--yes", options->yes, "without asking");
    accept_command->footer(
        "Examples:\n  stadtbuch taa accept --mechanism for_session\n"
        "  stadtbuch taa accept --mechanism for_session --yes");
    accept_command->callback(
        [options, &context] { context.exit_code = accept(context, *options); });
    add_writes(*group, options, context);
}

}  // namespace stadtbuch::cli
