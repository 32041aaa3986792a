// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// nym, schema, creddef, attrib, node, submit: what changes the ledger.
#include <CLI/CLI.hpp>
#include <memory>

#include "cli/folders.hpp"
#include "cli/ledger_commands.hpp"
#include "cli/network_files.hpp"
#include "cli/pool_session.hpp"
#include "cli/words.hpp"
#include "ssi/client/requests.hpp"
#include "ssi/did/did.hpp"
#include "ssi/ledger/types.hpp"
#include "storage/encoding/json.hpp"

namespace stadtbuch::cli {

namespace {

using encoding::Object;
using encoding::Value;

int usage(const Context& context, const std::string& what, const std::string& where,
          const std::string& next = "") {
    return fail(context.globals, {"SB-5047", what, where, next}, Exit::usage);
}

/// A JSON object from a file, or an Error.
Result<Value, Error> read_object(const std::string& path) {
    const auto text = read_line_file(path);
    if (!text) return Failure{text.error()};
    auto parsed = encoding::parse_json(*text);
    if (!parsed || !parsed->is_object()) {
        return Failure{Error{"SB-5047", "the file holds no JSON object", path, ""}};
    }
    return *std::move(parsed);
}

/// Written at once, or as a file that others sign (CL-14).
enum class Purpose { send, build };

/// Options of who writes; `examples` are the whole lines after "stadtbuch ", each group's own.
void add_purpose(CLI::App& command, LedgerOptions& options, Purpose purpose,
                 const Settings& settings) {
    if (purpose == Purpose::send) return add_write_options(command, options, settings);
    options.is_build = true;
    add_network_options(command, options, settings);
    command.add_option("--as", options.as_did, "DID in whose name it is written");
    command.add_option("--endorser", options.endorser, "DID that endorses it");
    command.add_option("--signer", options.signers, "a further DID that must sign; repeatable");
    command.add_option("--expires", options.expires, "90m, 12h, 7d (default: 7d)");
    command.add_option("--out", options.out_file, "the file; - for standard output")->required();
}

void set_examples(CLI::App& command, Purpose purpose, const std::string& to_send,
                  const std::string& to_build) {
    command.footer("Examples:\n" + (purpose == Purpose::send ? to_send : to_build));
}

// -- nym

struct NymOptions {
    LedgerOptions ledger;
    std::string dest, verkey, role, alias, diddoc_file;
    std::optional<std::int64_t> version;
};

int nym(const Context& context, const NymOptions& options) {
    client::NymChange change;
    change.dest = did::unqualified(options.dest);
    if (!options.verkey.empty()) change.verkey = options.verkey;
    if (!options.alias.empty()) change.alias = options.alias;
    change.version = options.version;
    if (!options.role.empty()) {
        change.role = role_code(options.role);
        if (!change.role) {
            return usage(context, "unknown role " + options.role, "--role",
                         "trustee, steward, endorser, network-monitor or none");
        }
    }
    if (!options.diddoc_file.empty()) {
        const auto document = read_object(options.diddoc_file);
        if (!document) return fail(context.globals, document.error(), Exit::usage);
        change.diddoc_content = encoding::compact_json(*document);
    }
    return write(
        context, options.ledger,
        {client::nym_operation(change), true, "NYM of " + change.dest, {{"did", change.dest}}});
}

void add_nym(CLI::App& app, Context& context, Purpose purpose) {
    const auto options = std::make_shared<NymOptions>();
    CLI::App* command = app.add_subcommand("nym", "write a DID, its key or its role");
    add_purpose(*command, options->ledger, purpose, context.settings);
    command->add_option("--dest", options->dest, "the DID that is written")->required();
    command->add_option("--verkey", options->verkey, "base58 verkey, whole or abbreviated");
    command->add_option("--role", options->role,
                        "trustee, steward, endorser, network-monitor, none");
    command->add_option("--alias", options->alias, "a name for people");
    command->add_option("--nym-version", options->version,
                        "0, 1 or 2: how the DID follows from the key");
    command->add_option("--diddoc-file", options->diddoc_file,
                        "JSON object added to the DID document");
    set_examples(
        *command, purpose,
        "  stadtbuch nym --dest NKGKtcNwssToP5f7uhsEs4 --verkey "
        "CcokUqV7WkojBLxYm7gxRzsWk3q4SE8eVMmEXoYjyvKw --role endorser --as V4SGRU86Z58d6TV7PBUe6f\n"
        "  stadtbuch nym --dest NKGKtcNwssToP5f7uhsEs4 --role none --seed-file trustee_seed "
        "--dry-run=node",
        "  stadtbuch txn build nym --dest NKGKtcNwssToP5f7uhsEs4 --role none --as "
        "V4SGRU86Z58d6TV7PBUe6f --out demote.txn\n"
        "  stadtbuch txn build nym --dest NKGKtcNwssToP5f7uhsEs4 --alias office --as "
        "NKGKtcNwssToP5f7uhsEs4 --expires 12h --out -");
    command->callback([options, &context] { context.exit_code = nym(context, *options); });
}

// -- schema, creddef

struct SchemaOptions {
    LedgerOptions ledger;
    std::string name, version, attributes, file, tag = "default";
    std::uint64_t schema = 0;
};

int schema(const Context& context, const SchemaOptions& options) {
    const auto names = split_list(options.attributes);
    if (names.empty()) return usage(context, "a schema has at least one attribute", "--attributes");
    return write(context, options.ledger,
                 {client::schema_operation(options.name, options.version, names),
                  true,
                  "SCHEMA " + options.name + " " + options.version,
                  {},
                  "schema_id",
                  ":2:" + options.name + ":" + options.version});
}

void add_schema(CLI::App& app, Context& context, Purpose purpose) {
    const auto options = std::make_shared<SchemaOptions>();
    CLI::App* command = app.add_subcommand("schema", "write a schema");
    add_purpose(*command, options->ledger, purpose, context.settings);
    command->add_option("--name", options->name)->required();
    command->add_option("--schema-version", options->version, "for example 1.0")->required();
    command->add_option("--attributes", options->attributes, "comma separated names")->required();
    set_examples(*command, purpose,
                 "  stadtbuch schema --name permit --schema-version 1.0 --attributes plate,zone "
                 "--as NKGKtcNwssToP5f7uhsEs4\n"
                 "  stadtbuch schema --name permit --schema-version 1.1 --attributes plate --as "
                 "NKGKtcNwssToP5f7uhsEs4 --dry-run",
                 "  stadtbuch txn build schema --name dog --schema-version 1.0 --attributes tag "
                 "--as V4SGRU86Z58d6TV7PBUe6f --endorser NKGKtcNwssToP5f7uhsEs4 --out dog.txn\n"
                 "  stadtbuch txn build schema --name cat --schema-version 1.0 --attributes tag "
                 "--as NKGKtcNwssToP5f7uhsEs4 --expires 90m --out cat.txn");
    command->callback([options, &context] { context.exit_code = schema(context, *options); });
}

/// Either the ledger's words (ref, tag, data) or those of AnonCreds (schemaId, tag, value).
int creddef(const Context& context, const SchemaOptions& options) {
    const auto file = read_object(options.file);
    if (!file) return fail(context.globals, file.error(), Exit::usage);
    const Value* data = file->find("data") != nullptr ? file->find("data") : file->find("value");
    if (data == nullptr || !data->is_object()) data = &*file;
    if (data->find("primary") == nullptr) {
        return usage(context, "the definition has no member `primary`", options.file);
    }
    std::uint64_t seq_no = options.schema;
    if (const Value* ref = file->find("ref"); seq_no == 0 && ref != nullptr) {
        seq_no = ref->unsigned_integer().value_or(0);
    }
    if (seq_no == 0) seq_no = read_number(file->text_at("schemaId")).value_or(0);
    if (seq_no == 0) {
        return usage(context, "the sequence number of the schema is missing", options.file,
                     "Give --schema N.");
    }
    const std::string tag =
        file->text_at("tag").empty() ? options.tag : std::string(file->text_at("tag"));
    return write(context, options.ledger,
                 {client::cred_def_operation(seq_no, tag, *data->object()),
                  true,
                  "CRED_DEF " + tag,
                  {},
                  "cred_def_id",
                  ":3:CL:" + std::to_string(seq_no) + ":" + tag});
}

void add_creddef(CLI::App& app, Context& context, Purpose purpose) {
    const auto options = std::make_shared<SchemaOptions>();
    CLI::App* command =
        app.add_subcommand("creddef", "write a credential definition from a JSON file");
    add_purpose(*command, options->ledger, purpose, context.settings);
    command
        ->add_option("file", options->file,
                     "JSON with `primary` (and `revocation`); - for standard input")
        ->required();
    command->add_option("--schema", options->schema,
                        "sequence number of the schema, if the file has none");
    command->add_option("--tag", options->tag, "used if the file has none");
    set_examples(
        *command, purpose,
        "  stadtbuch creddef definition.json --as NKGKtcNwssToP5f7uhsEs4\n"
        "  stadtbuch creddef - --tag village --as NKGKtcNwssToP5f7uhsEs4 --dry-run < "
        "definition.json",
        "  stadtbuch txn build creddef definition.json --tag town2 --as V4SGRU86Z58d6TV7PBUe6f "
        "--endorser NKGKtcNwssToP5f7uhsEs4 --out definition.txn\n"
        "  stadtbuch txn build creddef - --as NKGKtcNwssToP5f7uhsEs4 --out - < definition.json");
    command->callback([options, &context] { context.exit_code = creddef(context, *options); });
}

// -- attrib

struct AttribOptions {
    LedgerOptions ledger;
    std::string dest, raw, raw_file, enc, hash;
};

int attrib(const Context& context, const AttribOptions& options) {
    std::string raw = options.raw;
    if (!options.raw_file.empty()) {
        const auto object = read_object(options.raw_file);
        if (!object) return fail(context.globals, object.error(), Exit::usage);
        raw = encoding::compact_json(*object);
    }
    const int given =
        (raw.empty() ? 0 : 1) + (options.enc.empty() ? 0 : 1) + (options.hash.empty() ? 0 : 1);
    if (given != 1)
        return usage(context, "exactly one of --raw, --raw-file, --enc, --hash is needed",
                     "attrib");
    const std::string dest(did::unqualified(options.dest));
    const auto form =
        !raw.empty() ? client::AttribForm::raw
                     : (options.enc.empty() ? client::AttribForm::hash : client::AttribForm::enc);
    const std::string& content =
        !raw.empty() ? raw : (options.enc.empty() ? options.hash : options.enc);
    return write(context, options.ledger,
                 {client::attrib_operation(dest, form, content),
                  true,
                  "ATTRIB of " + dest,
                  {{"did", dest}}});
}

void add_attrib(CLI::App& app, Context& context, Purpose purpose) {
    const auto options = std::make_shared<AttribOptions>();
    CLI::App* command = app.add_subcommand("attrib", "write an attribute of a DID");
    add_purpose(*command, options->ledger, purpose, context.settings);
    command->add_option("--dest", options->dest, "the DID that it belongs to")->required();
    command->add_option("--raw", options->raw, "JSON object with one member");
    command->add_option("--raw-file", options->raw_file, "the same from a file");
    command->add_option("--enc", options->enc, "encrypted text");
    command->add_option("--hash", options->hash, "SHA-256 as 64 hex digits");
    set_examples(*command, purpose,
                 "  stadtbuch attrib --dest NKGKtcNwssToP5f7uhsEs4 --raw "
                 "'{\"endpoint\":{\"url\":\"https://town.example\"}}' --as NKGKtcNwssToP5f7uhsEs4\n"
                 "  stadtbuch attrib --dest NKGKtcNwssToP5f7uhsEs4 --raw-file endpoint.json --as "
                 "NKGKtcNwssToP5f7uhsEs4 --dry-run",
                 "  stadtbuch txn build attrib --dest NKGKtcNwssToP5f7uhsEs4 --raw-file "
                 "endpoint.json --as NKGKtcNwssToP5f7uhsEs4 --out endpoint.txn\n"
                 "  stadtbuch txn build attrib --dest NKGKtcNwssToP5f7uhsEs4 --hash $(sha256sum "
                 "endpoint.json | cut -c1-64) --as NKGKtcNwssToP5f7uhsEs4 --out -");
    command->callback([options, &context] { context.exit_code = attrib(context, *options); });
}

// -- node

struct NodeOptions {
    LedgerOptions ledger;
    std::string dest, verkey, alias, host, services, bls_key, bls_proof, file;
    std::uint16_t node_port = 0, client_port = 0;
};

void set_text(Object& data, const char* key, const std::string& value) {
    if (!value.empty()) data.set(key, value);
}

void set_port(Object& data, const char* key, std::uint16_t port) {
    if (port != 0) data.set(key, static_cast<std::int64_t>(port));
}

/// Public half that `stadtbuch node init` wrote.
Result<void, Error> take_member_file(NodeOptions& options) {
    const auto file = read_object(options.file);
    if (!file) return Failure{file.error()};
    options.dest = file->text_at("dest");
    options.verkey = file->text_at("verkey");
    options.alias = file->text_at("alias");
    options.host = file->text_at("host");
    options.bls_key = file->text_at("blskey");
    options.bls_proof = file->text_at("blskey_pop");
    for (const auto& [key, port] : {std::pair{"node_port", &options.node_port},
                                    std::pair{"client_port", &options.client_port}}) {
        const Value* value = file->find(key);
        // The file of `node rekey` may leave the address as it is.
        if (value == nullptr && options.host.empty()) continue;
        const std::uint64_t number = value == nullptr ? 0 : value->unsigned_integer().value_or(0);
        if (number == 0 || number > 65535) {
            return Failure{Error{"SB-5047", std::string(key) + " is no port", options.file, ""}};
        }
        *port = static_cast<std::uint16_t>(number);
    }
    return {};
}

int node(const Context& context, NodeOptions options) {
    if (!options.file.empty()) {
        if (auto taken = take_member_file(options); !taken)
            return fail(context.globals, taken.error(), Exit::usage);
        // Repeating all that is stored already would be refused; a new key stands beside it.
        if (options.services.empty() && options.verkey.empty()) options.services = "VALIDATOR";
    }
    if (options.dest.empty() || options.alias.empty()) {
        return usage(context, "a node is named by --dest and --alias, or by its member file",
                     "node");
    }
    Object data{{"alias", options.alias}};
    set_text(data, "blskey", options.bls_key);
    set_text(data, "blskey_pop", options.bls_proof);
    set_text(data, "client_ip", options.host);
    set_port(data, "client_port", options.client_port);
    set_text(data, "node_ip", options.host);
    set_port(data, "node_port", options.node_port);
    if (!options.services.empty()) {
        encoding::Array services;
        if (options.services != "none") {
            for (const std::string& one : split_list(options.services)) services.emplace_back(one);
        }
        data.set("services", std::move(services));
    }
    Object operation = client::node_operation(options.dest, std::move(data));
    set_text(operation, "verkey", options.verkey);
    return write(
        context, options.ledger,
        {std::move(operation), false, "NODE " + options.alias, {{"alias", options.alias}}});
}

void add_node(CLI::App& app, Context& context, Purpose purpose) {
    const auto options = std::make_shared<NodeOptions>();
    // `node init` and `node status` exist already; `node write` joins them.
    CLI::App* command =
        purpose == Purpose::build
            ? app.add_subcommand("node", "a validator: add it, change it, take it out")
            : app.get_subcommand("node")->add_subcommand(
                  "write", "write a validator: add it, change it, take it out");
    add_purpose(*command, options->ledger, purpose, context.settings);
    command->add_option("--file", options->file, "member.json of the new node");
    command->add_option("--dest", options->dest, "base58 verkey that the node began with");
    command->add_option("--verkey", options->verkey, "new base58 verkey of the node");
    command->add_option("--alias", options->alias);
    command->add_option("--host", options->host, "address of node and client port");
    command->add_option("--node-port", options->node_port);
    command->add_option("--client-port", options->client_port);
    command->add_option("--services", options->services, "VALIDATOR, or none to take it out");
    command->add_option("--bls-key", options->bls_key);
    command->add_option("--bls-proof", options->bls_proof);
    set_examples(
        *command, purpose,
        "  stadtbuch node write --file member.json --services none --as 92PMXtzRGuTAhAK5xPbwqq\n"
        "  stadtbuch node write --file member.json --as 92PMXtzRGuTAhAK5xPbwqq --dry-run",
        "  stadtbuch txn build node --file member.json --services none --as 92PMXtzRGuTAhAK5xPbwqq "
        "--out node.txn\n"
        "  stadtbuch txn build node --file member.json --as 92PMXtzRGuTAhAK5xPbwqq --expires 30d "
        "--out -");
    command->callback([options, &context] { context.exit_code = node(context, *options); });
}

// -- submit

struct SubmitOptions {
    LedgerOptions ledger;
    std::string file;
};

/// Signs with the author's key: alone, or beside the signatures that are there.
Result<void, Error> sign_raw(const Context& context, const LedgerOptions& options, Value& request) {
    const auto author = find_author(context, options, nullptr);
    if (!author) return Failure{author.error()};
    const bool joins = request.find("signature") != nullptr ||
                       request.find("signatures") != nullptr || request.find("endorser") != nullptr;
    const bool done = joins ? client::add_signature(request, author->did, *author->key)
                            : client::sign(request, *author->key);
    if (!done) return Failure{Error{"SB-5044", "the request cannot be signed", options.as_did, ""}};
    return {};
}

int submit(const Context& context, const SubmitOptions& options) {
    const auto file = read_object(options.file);
    if (!file) return fail(context.globals, file.error(), Exit::usage);
    Value request = *file;
    const LedgerOptions& ledger = options.ledger;
    if (!ledger.as_did.empty() || !ledger.seed_file.empty() || !ledger.key_uri.empty()) {
        auto done = sign_raw(context, ledger, request);
        if (!done) return fail(context.globals, done.error(), Exit::usage);
    }
    if (!ledger.dry_run.empty()) {
        print_json(context.globals, request);
        return 0;
    }
    const auto network = find_network(context, ledger);
    if (!network) return fail(context.globals, network.error(), Exit::usage);
    const Value* operation = request.find("operation");
    const std::string type(operation != nullptr ? operation->text_at("type") : "");
    if (ledger::ledger_of_type(type)) {
        if (const auto stopped = announce_write(context, *network, type_name(type)))
            return *stopped;
    }
    auto pool = open_pool(context, ledger, *network);
    if (!pool) return pool.error();
    const auto answer = send_write(context, *network, **pool, std::move(request));
    if (!answer) return fail_pool(context, answer.error());
    const Object proof = vouching(*answer, (*pool)->ledger().n());
    if (context.globals.json()) {
        print_json(context.globals, Object{{"result", answer->result}, {"verified", proof}});
    } else {
        print_line(encoding::pretty_json(answer->result, 2, false));
    }
    say(context.globals, vouching_text(proof));
    return 0;
}

void add_submit(CLI::App& app, Context& context) {
    const auto options = std::make_shared<SubmitOptions>();
    CLI::App* command = app.add_subcommand("submit", "send a request as it stands in a file");
    add_network_options(*command, options->ledger, context.settings);
    add_signer_options(*command, options->ledger, context.settings);
    command->add_flag("--dry-run{client}", options->ledger.dry_run,
                      "print the request with its signatures and send nothing");
    command->add_option("file", options->file, "JSON of the request; - for standard input")
        ->required();
    command->footer(
        "Examples:\n  stadtbuch nym --dest NKGKtcNwssToP5f7uhsEs4 --alias hall --as "
        "NKGKtcNwssToP5f7uhsEs4 --dry-run | stadtbuch submit "
        "-\n  stadtbuch submit request.json --as V4SGRU86Z58d6TV7PBUe6f");
    command->callback([options, &context] { context.exit_code = submit(context, *options); });
}

}  // namespace

void add_write_commands(CLI::App& app, Context& context) {
    add_nym(app, context, Purpose::send);
    add_schema(app, context, Purpose::send);
    add_creddef(app, context, Purpose::send);
    add_attrib(app, context, Purpose::send);
    add_node(app, context, Purpose::send);
    add_submit(app, context);
}

void add_build_commands(CLI::App& group, Context& context) {
    add_nym(group, context, Purpose::build);
    add_schema(group, context, Purpose::build);
    add_creddef(group, context, Purpose::build);
    add_attrib(group, context, Purpose::build);
    add_node(group, context, Purpose::build);
}

}  // namespace stadtbuch::cli
