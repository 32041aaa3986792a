// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// get: reads whose answers are verified before they are shown.
#include <CLI/CLI.hpp>
#include <map>
#include <memory>

#include "cli/ledger_commands.hpp"
#include "cli/pool_session.hpp"
#include "ssi/client/requests.hpp"
#include "ssi/did/did.hpp"

namespace stadtbuch::cli {

namespace {

struct GetOptions {
    LedgerOptions ledger;
    std::string id, raw, enc, hash, version, digest, author, name;
    std::string ledger_name = "domain";
    std::string type, action = "ADD", field, old_value, new_value;
    std::uint64_t number = 0;
    std::optional<std::uint64_t> seq_no;
    std::optional<std::int64_t> time;

    [[nodiscard]] client::When when() const { return {seq_no, time}; }
};

using Get = int (*)(const Context&, const GetOptions&);

std::optional<std::string> given(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional(text);
}

int usage(const Context& context, const std::string& what, const std::string& where) {
    return fail(context.globals, {"SB-5047", what, where, ""}, Exit::usage);
}

int get_nym(const Context& context, const GetOptions& options) {
    return read(context, options.ledger,
                client::get_nym_operation(did::unqualified(options.id), options.when()),
                std::string(did::unqualified(options.id)));
}

int get_attrib(const Context& context, const GetOptions& options) {
    const int count = (options.raw.empty() ? 0 : 1) + (options.enc.empty() ? 0 : 1) +
                      (options.hash.empty() ? 0 : 1);
    if (count != 1)
        return usage(context, "exactly one of --raw, --enc, --hash is needed", "get attrib");
    const auto form = !options.raw.empty() ? client::AttribForm::raw
                                           : (options.enc.empty() ? client::AttribForm::hash
                                                                  : client::AttribForm::enc);
    const std::string& content =
        !options.raw.empty() ? options.raw : (options.enc.empty() ? options.hash : options.enc);
    return read(
        context, options.ledger,
        client::get_attr_operation(did::unqualified(options.id), form, content, options.when()));
}

int get_schema(const Context& context, const GetOptions& options) {
    const auto id = read_schema_id(options.id);
    if (!id) return usage(context, "a schema id looks like DID:2:name:version", options.id);
    return read(context, options.ledger,
                client::get_schema_operation(id->author, id->name, id->version), options.id);
}

int get_creddef(const Context& context, const GetOptions& options) {
    const auto id = read_cred_def_id(options.id);
    if (!id) return usage(context, "a definition's id looks like DID:3:CL:15:tag", options.id);
    return read(context, options.ledger,
                client::get_cred_def_operation(id->author, id->schema_seq_no, id->tag), options.id);
}

int get_txn(const Context& context, const GetOptions& options) {
    static const std::map<std::string, ledger::Ledger> names{{"pool", ledger::Ledger::pool},
                                                             {"domain", ledger::Ledger::domain},
                                                             {"config", ledger::Ledger::config},
                                                             {"audit", ledger::Ledger::audit}};
    return read(context, options.ledger,
                client::get_txn_operation(names.at(options.ledger_name), options.number),
                std::to_string(options.number));
}

int get_taa(const Context& context, const GetOptions& options) {
    return read(
        context, options.ledger,
        client::get_taa_operation(given(options.version), given(options.digest), options.time));
}

int get_aml(const Context& context, const GetOptions& options) {
    return read(context, options.ledger,
                client::get_taa_aml_operation(given(options.version), options.time));
}

int get_auth_rule(const Context& context, const GetOptions& options) {
    if (options.type.empty())
        return read(context, options.ledger, client::get_auth_rules_operation());
    if (options.field.empty())
        return usage(context, "a rule is named by type, --action and --field", "--field");
    // `*` stands for any value; nothing at all for the absent one.
    return read(
        context, options.ledger,
        client::get_auth_rule_operation(options.type, options.action == "EDIT", options.field,
                                        given(options.old_value), given(options.new_value)));
}

CLI::App* add_one(CLI::App& group, const std::string& name, const std::string& help, Get get,
                  const std::shared_ptr<GetOptions>& options, Context& context) {
    CLI::App* command = group.add_subcommand(name, help);
    add_network_options(*command, options->ledger, context.settings);
    command->callback([get, options, &context] { context.exit_code = get(context, *options); });
    return command;
}

void add_when(CLI::App& command, GetOptions& options) {
    auto* number = command.add_option("--seq-no", options.seq_no, "as of this transaction");
    command.add_option("--time", options.time, "as of this time (UNIX seconds)")->excludes(number);
}

void add_entries(CLI::App& group, const std::shared_ptr<GetOptions>& options, Context& context) {
    CLI::App* nym = add_one(group, "nym", "a DID: its key and role", get_nym, options, context);
    nym->add_option("did", options->id)->required();
    add_when(*nym, *options);
    nym->footer(
        "Examples:\n  stadtbuch get nym V4SGRU86Z58d6TV7PBUe6f\n  stadtbuch --select data.verkey "
        "get "
        "nym did:sov:V4SGRU86Z58d6TV7PBUe6f --network local");

    CLI::App* attrib =
        add_one(group, "attrib", "an attribute of a DID", get_attrib, options, context);
    attrib->add_option("did", options->id)->required();
    attrib->add_option("--raw", options->raw, "name of the attribute, for example endpoint");
    attrib->add_option("--enc", options->enc, "the encrypted text itself");
    attrib->add_option("--hash", options->hash, "the hash itself");
    add_when(*attrib, *options);
    attrib->footer(
        "Examples:\n  stadtbuch get attrib NKGKtcNwssToP5f7uhsEs4 --raw endpoint\n  stadtbuch -o "
        "json "
        "get attrib NKGKtcNwssToP5f7uhsEs4 --raw endpoint --network local");

    CLI::App* schema = add_one(group, "schema", "a schema", get_schema, options, context);
    schema->add_option("id", options->id, "DID:2:name:version")->required();
    schema->footer(
        "Examples:\n  stadtbuch get schema NKGKtcNwssToP5f7uhsEs4:2:permit:1.0\n  stadtbuch -o "
        "yaml get "
        "schema NKGKtcNwssToP5f7uhsEs4:2:permit:1.0");

    CLI::App* creddef =
        add_one(group, "creddef", "a credential definition", get_creddef, options, context);
    creddef->add_option("id", options->id, "DID:3:CL:seqNo:tag")->required();
    creddef->footer(
        "Examples:\n  stadtbuch get creddef NKGKtcNwssToP5f7uhsEs4:3:CL:10:town\n  stadtbuch -o "
        "json "
        "get creddef NKGKtcNwssToP5f7uhsEs4:3:CL:10:town");
}

void add_rules(CLI::App& group, const std::shared_ptr<GetOptions>& options, Context& context) {
    CLI::App* txn = add_one(group, "txn", "a transaction by its number", get_txn, options, context);
    txn->add_option("number", options->number)
        ->required()
        ->check(CLI::Range(1, std::numeric_limits<int>::max()));
    txn->add_option("--ledger", options->ledger_name)
        ->check(CLI::IsMember({"pool", "domain", "config", "audit"}));
    txn->footer("Examples:\n  stadtbuch get txn 1\n  stadtbuch -o json get txn 1 --ledger pool");

    CLI::App* taa =
        add_one(group, "taa", "the transaction author agreement", get_taa, options, context);
    auto* version = taa->add_option("--taa-version", options->version);
    taa->add_option("--digest", options->digest)->excludes(version);
    taa->add_option("--time", options->time, "in force at this time (UNIX seconds)")
        ->excludes(version);
    taa->footer("Examples:\n  stadtbuch get taa\n  stadtbuch -o json get taa --taa-version 1.0");

    CLI::App* aml =
        add_one(group, "aml", "the ways to accept the agreement", get_aml, options, context);
    aml->add_option("--aml-version", options->version);
    aml->footer("Examples:\n  stadtbuch get aml\n  stadtbuch -o json get aml --aml-version 1");

    CLI::App* rule = add_one(group, "auth-rule", "who may write what: all rules, or one",
                             get_auth_rule, options, context);
    rule->add_option("type", options->type, "transaction type, for example 1 (NYM)");
    rule->add_option("--action", options->action)->check(CLI::IsMember({"ADD", "EDIT"}));
    rule->add_option("--field", options->field, "role, verkey, services, *");
    rule->add_option("--old", options->old_value, "old value (EDIT)");
    rule->add_option("--new", options->new_value, "new value");
    rule->footer(
        "Examples:\n  stadtbuch get auth-rule\n  stadtbuch -o json get auth-rule 1 --field role "
        "--new 101");
}

}  // namespace

void add_read_commands(CLI::App& app, Context& context) {
    const auto options = std::make_shared<GetOptions>();
    CLI::App* group = app.add_subcommand("get", "read from the ledger, verified");
    group->require_subcommand(1);
    add_entries(*group, options, context);
    add_rules(*group, options, context);
}

}  // namespace stadtbuch::cli
