// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// wallet accept, list, show, check, present, refuse, remove: a headless wallet for tests and
// demonstrations.
#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>

#include "cli/agent_commands.hpp"
#include "cli/file_lock.hpp"
#include "cli/folders.hpp"
#include "cli/offline_commands.hpp"
#include "cli/pool_session.hpp"
#include "cli/wallet_flows.hpp"
#include "ssi/keys/os_random.hpp"
#include "storage/encoding/json.hpp"

namespace stadtbuch::cli {

namespace {

using encoding::Array;
using encoding::Object;
using encoding::Value;

struct WalletOptions {
    std::string file, passphrase_file, ca, trust, network;
    std::string link, id, tx_code_file, only;
    bool tx_code_stdin = false;
    bool yes = false;
    bool follow = true;
    bool compact = false;
    std::size_t instances = 0;

    [[nodiscard]] std::string path() const {
        return file.empty() ? data_folder() + "/wallet.json" : file;
    }
};

int stop(const Context& context, const Stop& stop) {
    return fail(context.globals, stop.error, stop.code);
}

/// An open wallet with what its conversations need. Who may change it holds its lock.
struct Session {
    std::unique_ptr<FileLock> lock;
    Wallet wallet;
    std::unique_ptr<WebAccess> web;
    std::vector<keys::Certificate> anchors;

    [[nodiscard]] WalletTools tools() const { return {*web, anchors, keys::os_random(), now_s}; }
};

enum class Use { read, change };

Result<Session, Error> open_session(const Context& context, const WalletOptions& options, Use use) {
    const bool is_new = !std::filesystem::exists(options.path());
    // Nothing is in it, and nothing will be: no passphrase is needed.
    auto passphrase = is_new && use == Use::read
                          ? Result<std::string, Error>(std::string())
                          : read_passphrase(context.globals, options.passphrase_file, is_new);
    if (!passphrase) return Failure{passphrase.error()};
    std::unique_ptr<FileLock> held;
    if (use == Use::change) {
        auto lock = FileLock::take(context.globals, options.path());
        if (!lock) return Failure{lock.error()};
        held = std::make_unique<FileLock>(*std::move(lock));
    }
    auto wallet = Wallet::open(options.path(), *std::move(passphrase));
    if (!wallet) return Failure{wallet.error()};
    std::string ca = options.ca;
    if (!options.network.empty()) ca = network_folder(options.network) + "/agent/ca.pem";
    Session session{std::move(held), *std::move(wallet), std::make_unique<WebAccess>(ca), {}};
    const std::string& trust = options.trust.empty() ? ca : options.trust;
    if (!trust.empty()) {
        auto anchors = read_certificates(trust);
        if (!anchors) return Failure{anchors.error()};
        session.anchors = *std::move(anchors);
    }
    return session;
}

std::string link_of(const WalletOptions& options) {
    std::string link = options.link == "-" ? read_standard_input() : options.link;
    while (!link.empty() && (link.back() == '\n' || link.back() == '\r' || link.back() == ' '))
        link.pop_back();
    return link;
}

Object summary_of(const WalletCredential& credential) {
    const auto read = credential::read_credential(credential.instances.front().compact);
    std::int64_t fresh = 0;
    for (const auto& instance : credential.instances) fresh += instance.used ? 0 : 1;
    Object out{{"id", credential.id},
               {"name", credential.name},
               {"vct", credential.vct},
               {"issuer", credential.issuer}};
    out.set("received_at", keys::utc_date_time(credential.received_at));
    out.set("expires_at",
            read && read->expires_at != 0 ? Value(keys::utc_date_time(read->expires_at)) : Value());
    out.set("instances", static_cast<std::int64_t>(credential.instances.size()));
    out.set("unused", fresh);
    return out;
}

/// Claims as a table of dotted names.
void flatten(const Value& value, const std::string& name,
             std::vector<std::vector<std::string>>& rows) {
    if (value.is_object() && !value.object()->empty()) {
        for (const auto& member : *value.object()) {
            if (name.empty() && (member.key == "cnf" || member.key == "status")) continue;
            // Depth is bounded by the reader of the credential.
            flatten(member.value, name.empty() ? member.key : name + "." + member.key, rows);
        }
        return;
    }
    rows.push_back({name, value.is_text() ? *value.text() : encoding::compact_json(value)});
}

void print_credentials(const Context& context, const std::vector<const WalletCredential*>& list) {
    Array array;
    std::vector<std::vector<std::string>> rows;
    for (const WalletCredential* credential : list) {
        const Object summary = summary_of(*credential);
        const Value value(summary);
        rows.push_back({credential->id, credential->name, credential->issuer,
                        std::string(value.text_at("expires_at")),
                        std::to_string(value.find("unused")->integer().value_or(0)) + "/" +
                            std::to_string(credential->instances.size())});
        array.emplace_back(summary);
    }
    if (context.globals.json())
        return print_json(context.globals, Object{{"credentials", std::move(array)}});
    print_table({"ID", "NAME", "ISSUER", "EXPIRES", "UNUSED"}, rows);
}

int accept(const Context& context, const WalletOptions& options) {
    auto session = open_session(context, options, Use::change);
    if (!session) return fail(context.globals, session.error());
    AcceptWishes wishes;
    wishes.instances = options.instances;
    wishes.tx_code = [&](const std::string& hint) -> Result<std::string, Error> {
        if (options.tx_code_stdin) return read_line_file("-");
        if (!options.tx_code_file.empty()) return read_line_file(options.tx_code_file);
        std::string typed = ask(context.globals, hint.empty() ? "Code of the offer:" : hint + ":");
        if (!typed.empty()) return typed;
        return Failure{Error{"SB-5067", "the offer needs its code", "",
                             "Give --tx-code-file FILE or --tx-code-stdin."}};
    };
    const WalletTools tools = session->tools();
    auto taken = take_offer(tools, link_of(options), wishes);
    if (!taken) return stop(context, taken.error());
    std::vector<std::string> ids;
    for (auto& credential : taken->credentials)
        ids.push_back(session->wallet.add(std::move(credential)).id);
    if (auto saved = session->wallet.save(keys::os_random()); !saved)
        return fail(context.globals, saved.error());
    notify_issuer(tools, *taken, true);
    std::vector<const WalletCredential*> list;
    for (const std::string& id : ids) list.push_back(session->wallet.find(id));
    print_credentials(context, list);
    say(context.globals,
        "checked: issuer's signature and authority, type description, status, holder key");
    return 0;
}

int list(const Context& context, const WalletOptions& options) {
    const auto session = open_session(context, options, Use::read);
    if (!session) return fail(context.globals, session.error());
    std::vector<const WalletCredential*> all;
    for (const auto& credential : session->wallet.credentials()) all.push_back(&credential);
    if (all.empty() && !context.globals.json()) {
        say(context.globals,
            "The wallet is empty. Take a credential: stadtbuch wallet accept OFFER");
        return 0;
    }
    print_credentials(context, all);
    return 0;
}

int missing(const Context& context, const WalletOptions& options) {
    return fail(context.globals,
                {"SB-5068", "the wallet has no such credential, or several", options.id,
                 "See: stadtbuch wallet list"},
                Exit::not_found);
}

int show(const Context& context, const WalletOptions& options) {
    const auto session = open_session(context, options, Use::read);
    if (!session) return fail(context.globals, session.error());
    const WalletCredential* found = session->wallet.find(options.id);
    if (found == nullptr) return missing(context, options);
    const auto read = credential::read_credential(found->instances[found->next_instance()].compact);
    if (!read)
        return fail(context.globals, {"SB-5065", std::string(to_text(read.error())), found->id, ""},
                    Exit::not_verified);
    if (options.compact) {
        print_line(found->instances[found->next_instance()].compact);
        return 0;
    }
    if (context.globals.json()) {
        Object out = summary_of(*found);
        out.set("claims", read->claims);
        print_json(context.globals, out);
        return 0;
    }
    std::vector<std::vector<std::string>> rows;
    flatten(Value(read->claims), "", rows);
    print_table({"CLAIM", "VALUE"}, rows);
    return 0;
}

/// The same checks as when it was taken, for example after a revocation.
int check(const Context& context, const WalletOptions& options) {
    const auto session = open_session(context, options, Use::read);
    if (!session) return fail(context.globals, session.error());
    const WalletCredential* found = session->wallet.find(options.id);
    if (found == nullptr) return missing(context, options);
    const auto& instance = found->instances[found->next_instance()];
    const auto checked =
        check_credential(session->tools(), instance.compact, &instance.key.public_key());
    if (!checked) return stop(context, checked.error());
    if (context.globals.json()) {
        print_json(context.globals, Object{{"id", found->id}, {"valid", true}});
    } else {
        print_line(found->id + " is valid");
    }
    return 0;
}

int remove(const Context& context, const WalletOptions& options) {
    auto session = open_session(context, options, Use::change);
    if (!session) return fail(context.globals, session.error());
    if (session->wallet.find(options.id) == nullptr) return missing(context, options);
    const std::string id = session->wallet.find(options.id)->id;
    int code = 0;
    if (!is_confirmed(context.globals, options.yes, "The credential " + id + " goes for good.", id,
                      code))
        return code;
    session->wallet.remove(id);
    if (auto saved = session->wallet.save(keys::os_random()); !saved)
        return fail(context.globals, saved.error());
    say(context.globals, "removed " + id);
    return 0;
}

// -- presentation

/// Who asks, and what would be told.
std::string consent_text(const Asked& asked, const Chosen& chosen, const Wallet& wallet) {
    std::string out = asked.request.verifier_name + " (" + asked.request.client_id + ") asks";
    out += asked.verifier_trusted ? ", vouched for by a trusted authority:"
                                  : "; nobody vouches for this name:";
    for (const auto& presentation : chosen.presentations) {
        out += "\n  from " + wallet.credentials()[presentation.credential_index].name + ":";
        for (const std::string& claim : presentation.disclosed) out += " " + claim;
        if (presentation.disclosed.empty()) out += " only what is never hidden";
    }
    return out;
}

Object shared_of(const Chosen& chosen, const Wallet& wallet) {
    Array shared;
    for (const auto& presentation : chosen.presentations) {
        Array claims;
        for (const std::string& claim : presentation.disclosed) claims.emplace_back(claim);
        shared.emplace_back(
            Object{{"query", presentation.query_id},
                   {"credential", wallet.credentials()[presentation.credential_index].id},
                   {"claims", std::move(claims)}});
    }
    return Object{{"shared", std::move(shared)}};
}

/// A browser would follow it: the verifier learns that this user came back, and shows what is next.
void follow(const Context& context, const Session& session, const std::string& redirect) {
    if (redirect.empty()) return;
    net::HttpFetch fetch;
    fetch.url = redirect;
    fetch.headers.emplace_back("Accept", "text/html");
    const auto page = session.web->fetch(fetch);
    say(context.globals,
        page ? "continued at " + page->url + " (" + std::to_string(page->status) + ")"
             : "not continued at " + redirect + ": " + page.error().error.what);
}

int refuse_request(const Context& context, const Session& session, const Asked& asked) {
    const auto sent = send_refusal(session.tools(), asked);
    if (!sent) return stop(context, sent.error());
    say(context.globals, asked.request.verifier_name + " was told no");
    return static_cast<int>(Exit::cancelled);
}

int present(const Context& context, const WalletOptions& options) {
    auto session = open_session(context, options, Use::change);
    if (!session) return fail(context.globals, session.error());
    const WalletTools tools = session->tools();
    const auto asked = fetch_request(tools, link_of(options));
    if (!asked) return stop(context, asked.error());
    const auto chosen = choose(tools, *asked, session->wallet);
    if (!chosen) return stop(context, chosen.error());
    say(context.globals, consent_text(*asked, *chosen, session->wallet));
    if (!options.yes && ask(context.globals, "Send it? Type yes:") != "yes")
        return refuse_request(context, *session, *asked);
    // Kept as used before it is sent: a crash must not make a second use of it.
    for (const auto& presentation : chosen->presentations) {
        const std::size_t index = presentation.credential_index;
        session->wallet.credentials()[index].instances[chosen->instances[index]].used = true;
    }
    if (auto saved = session->wallet.save(keys::os_random()); !saved)
        return fail(context.globals, saved.error());
    const auto redirect = send_presentation(tools, *asked, *chosen);
    if (!redirect) return stop(context, redirect.error());
    if (options.follow) follow(context, *session, *redirect);
    if (context.globals.json()) {
        Object out = shared_of(*chosen, session->wallet);
        out.set("verifier", asked->request.verifier_name);
        out.set("client_id", asked->request.client_id);
        out.set("verifier_trusted", asked->verifier_trusted);
        out.set("redirect_uri", *redirect);
        print_json(context.globals, out);
    } else {
        print_line("presented to " + asked->request.verifier_name);
        if (!redirect->empty()) print_line("  continue at  " + *redirect);
    }
    return 0;
}

int refuse(const Context& context, const WalletOptions& options) {
    const auto session = open_session(context, options, Use::read);
    if (!session) return fail(context.globals, session.error());
    const auto asked = fetch_request(session->tools(), link_of(options));
    if (!asked) return stop(context, asked.error());
    const int code = refuse_request(context, *session, *asked);
    return code == static_cast<int>(Exit::cancelled) ? 0 : code;
}

// -- arguments

using Action = int (*)(const Context&, const WalletOptions&);

CLI::App* add_one(CLI::App& group, const char* name, const char* help, Action action,
                  const std::shared_ptr<WalletOptions>& options, Context& context) {
    CLI::App* command = group.add_subcommand(name, help);
    options->file = context.settings.text("wallet");
    options->passphrase_file = context.settings.text("passphrase_file");
    command->add_option("--wallet", options->file, "wallet file (default: in the data folder)");
    command->add_option("--passphrase-file", options->passphrase_file,
                        "private file with its passphrase; - for standard input");
    command->callback(
        [action, options, &context] { context.exit_code = action(context, *options); });
    return command;
}

CLI::App* add_online(CLI::App& group, const char* name, const char* help, Action action,
                     const std::shared_ptr<WalletOptions>& options, Context& context) {
    CLI::App* command = add_one(group, name, help, action, options, context);
    options->ca = context.settings.text("ca");
    auto* ca = command->add_option("--ca", options->ca, "authorities for HTTPS (PEM)");
    command
        ->add_option("--network", options->network,
                     "local network of `stadtbuch up`: gives its authority")
        ->excludes(ca);
    command->add_option("--trust", options->trust,
                        "authorities of issuers and verifiers (default: those of --ca)");
    return command;
}

}  // namespace

void add_wallet_commands(CLI::App& app, Context& context) {
    const auto options = std::make_shared<WalletOptions>();
    CLI::App* group = app.add_subcommand("wallet", "hold credentials without a telephone");
    group->require_subcommand(1);
    CLI::App* accept_command =
        add_online(*group, "accept", "take the credential of an offer", accept, options, context);
    accept_command
        ->add_option("offer", options->link, "link or content of the QR code; - for standard input")
        ->required();
    auto* file = accept_command->add_option("--tx-code-file", options->tx_code_file,
                                            "file with the code of the offer");
    accept_command
        ->add_flag("--tx-code-stdin", options->tx_code_stdin, "the code comes on standard input")
        ->excludes(file);
    accept_command->add_option("--instances", options->instances, "copies with keys of their own")
        ->check(CLI::Range(1, 10));
    accept_command->footer(
        "Examples:\n"
        "  stadtbuch wallet accept \"$(cat offer)\" --tx-code-file code --network local\n"
        "  stadtbuch wallet accept - --tx-code-file code2 --ca local/agent/ca.pem < offer2");
    add_one(*group, "list", "list what the wallet holds", list, options, context)
        ->footer("Examples:\n  stadtbuch wallet list\n  stadtbuch -o json wallet list");
    CLI::App* show_command =
        add_one(*group, "show", "show the claims of one credential", show, options, context);
    show_command->add_option("id", options->id)->required();
    show_command->add_flag("--compact", options->compact,
                           "the SD-JWT itself, with all that it discloses");
    show_command->footer(
        "Examples:\n"
        "  stadtbuch wallet show \"$(stadtbuch -o name wallet list | head -1)\"\n"
        "  stadtbuch -o json wallet show \"$(stadtbuch -o name wallet list | head -1)\"");
    CLI::App* check_command = add_online(*group, "check", "check signature, type and status again",
                                         check, options, context);
    check_command->add_option("id", options->id)->required();
    check_command->footer(
        "Examples:\n"
        "  stadtbuch wallet check \"$(stadtbuch -o name wallet list | head -1)\" --network local\n"
        "  stadtbuch -o json wallet check \"$(stadtbuch -o name wallet list | head -1)\" --ca "
        "local/agent/ca.pem");
    CLI::App* present_command =
        add_online(*group, "present", "answer a verifier's request", present, options, context);
    present_command
        ->add_option("request", options->link,
                     "link or content of the QR code; - for standard input")
        ->required();
    present_command->add_flag("--yes", options->yes, "without asking");
    present_command->add_flag("!--no-follow", options->follow,
                              "do not open the page that comes next");
    present_command->footer(
        "Examples:\n"
        "  stadtbuch wallet present \"$(cat request)\" --yes --network local\n"
        "  stadtbuch -o json wallet present - --yes --ca local/agent/ca.pem < request2");
    CLI::App* refuse_command =
        add_online(*group, "refuse", "tell a verifier no", refuse, options, context);
    refuse_command->add_option("request", options->link)->required();
    refuse_command->footer(
        "Examples:\n"
        "  stadtbuch wallet refuse \"$(cat request3)\" --network local\n"
        "  stadtbuch wallet refuse - --ca local/agent/ca.pem < request4");
    CLI::App* remove_command =
        add_one(*group, "remove", "remove a credential for good", remove, options, context);
    remove_command->add_option("id", options->id)->required();
    remove_command->add_flag("--yes", options->yes, "without asking");
    remove_command->footer(
        "Examples:\n"
        "  stadtbuch wallet remove \"$(stadtbuch -o name wallet list | head -1)\" --yes\n"
        "  stadtbuch -q wallet remove \"$(stadtbuch -o name wallet list | tail -1)\" --yes");
    add_agent_commands(app, context);
    add_offline_commands(app, context);
}

}  // namespace stadtbuch::cli
