// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "cli/agent_commands.hpp"

#include <CLI/CLI.hpp>
#include <chrono>
#include <filesystem>
#include <memory>
#include <thread>

#include "cli/folders.hpp"
#include "cli/ledger_commands.hpp"
#include "cli/terminal.hpp"
#include "cli/web_access.hpp"
#include "config/document.hpp"
#include "ssi/keys/keystore_file.hpp"
#include "storage/encoding/json.hpp"

namespace stadtbuch::cli {

namespace {

using encoding::Object;
using encoding::Value;

constexpr auto poll_pause = std::chrono::milliseconds(300);

struct AgentOptions {
    std::string url, token_file, ca, network;
    // issue
    std::string kind, resident, person_file, plate, language = "de";
    bool with_code = true;
    bool differences_seen = false;
    // verify
    std::string type = "residence", claims, query_file, response_mode;
    int timeout_s = 120;
    bool no_wait = false;
    // revoke, inspect
    std::string id, reason;
    bool yes = false;
};

int stop(const Context& context, const Stop& stop) {
    return fail(context.globals, stop.error, stop.code);
}

/// "permit" is how people call it; the agent's word is "parking".
std::string kind_word(const std::string& kind) {
    return kind == "permit" ? "parking" : kind;
}

/// The agent's API with its address and token.
class AgentDoor {
  public:
    [[nodiscard]] static Result<AgentDoor, Error> open(AgentOptions options) {
        // Nothing was said: the agent of the local network, if there is one.
        if (options.network.empty() && options.url.empty() &&
            std::filesystem::exists(network_folder("local") + "/agent/agent.toml"))
            options.network = "local";
        if (!options.network.empty()) {
            if (auto filled = fill_from_network(options); !filled) return Failure{filled.error()};
        }
        if (options.url.empty()) {
            return Failure{Error{"SB-5070", "which agent is meant?", "--agent",
                                 "Give --agent URL or --network NAME, or make one: stadtbuch up"}};
        }
        if (options.token_file.empty()) {
            return Failure{Error{"SB-5070", "the agent wants a token", "--token-file",
                                 "Give the file that holds it."}};
        }
        auto token = keys::read_private_file(options.token_file);
        if (!token) return Failure{token.error()};
        while (!token->empty() && token->back() == '\n') token->pop_back();
        while (options.url.ends_with('/')) options.url.pop_back();
        return AgentDoor(options, *std::move(token));
    }

    [[nodiscard]] Result<Value, Stop> call(const std::string& method, const std::string& path,
                                           const Object& body) {
        net::HttpFetch fetch;
        fetch.method = method;
        fetch.url = url_ + path;
        fetch.headers.emplace_back("Authorization", "Bearer " + token_);
        fetch.headers.emplace_back("Accept", "application/json");
        if (method == "POST") {
            fetch.headers.emplace_back("Content-Type", "application/json");
            fetch.body = encoding::compact_json(body);
        }
        const auto text = web_->body(fetch);
        if (!text) return Failure{text.error()};
        auto parsed = encoding::parse_json(*text);
        if (!parsed || !parsed->is_object()) {
            return Failure{Stop{{"SB-5071", "the agent's answer is no JSON object", fetch.url, ""},
                                Exit::failed}};
        }
        return *std::move(parsed);
    }

  private:
    AgentDoor(const AgentOptions& options, std::string token)
        : url_(options.url),
          token_(std::move(token)),
          web_(std::make_unique<WebAccess>(options.ca)) {}

    static Result<void, Error> fill_from_network(AgentOptions& options) {
        const std::string folder = network_folder(options.network) + "/agent";
        auto document = config::Document::read(folder + "/agent.toml");
        if (!document) return Failure{document.error()};
        if (options.url.empty()) options.url = document->text("agent.public_url", "");
        if (options.token_file.empty()) options.token_file = folder + "/api-token";
        if (options.ca.empty()) options.ca = folder + "/ca.pem";
        return {};
    }

    std::string url_;
    std::string token_;
    std::unique_ptr<WebAccess> web_;
};

/// Path segments come from people: only what ids are made of.
bool is_id(const std::string& text) {
    const auto is_fine = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_';
    };
    return !text.empty() && text.size() <= 128 && std::all_of(text.begin(), text.end(), is_fine);
}

/// What the agent calls a type; it knows which there are. The message is CLI11's.
std::string is_kind(const std::string& text) {
    return is_id(text) && text.size() <= 32 ? "" : "a type is residence, permit, or an id";
}

// -- issue

Result<Object, Error> case_body(const AgentOptions& options) {
    Object body{{"kind", kind_word(options.kind)}, {"language", options.language}};
    if (!options.resident.empty()) body.set("resident", options.resident);
    if (!options.plate.empty()) body.set("plate", options.plate);
    if (options.person_file.empty()) return body;
    const auto text = read_line_file(options.person_file);
    if (!text) return Failure{text.error()};
    auto person = encoding::parse_json(*text);
    if (!person || !person->is_object()) {
        return Failure{Error{"SB-5047", "the file holds no JSON object", options.person_file, ""}};
    }
    body.set("person", *std::move(person));
    return body;
}

/// What stands between the case and an approval, in one line.
std::string obstacles_of(const Value& record) {
    std::string out;
    const Value* obstacles = record.find("obstacles");
    if (obstacles == nullptr || !obstacles->is_array()) return out;
    for (const Value& one : *obstacles->array()) {
        if (!out.empty()) out += "; ";
        out += one.text_at("en");
    }
    return out;
}

int print_offer(const Context& context, const Value& record) {
    const Value* offer = record.find("offer");
    if (offer == nullptr || offer->text_at("link").empty()) {
        return fail(context.globals,
                    {"SB-5072", "the agent made no offer", std::string(record.text_at("state")),
                     obstacles_of(record)},
                    Exit::refused);
    }
    if (context.globals.json()) {
        Object out{{"case", record.text_at("id")},
                   {"number", record.text_at("number")},
                   {"offer", offer->text_at("link")}};
        out.set("tx_code",
                offer->text_at("tx_code").empty() ? Value() : Value(offer->text_at("tx_code")));
        out.set("record", record);
        print_json(context.globals, out);
        return 0;
    }
    print_line("case   " + std::string(record.text_at("id")) + "  (" +
               std::string(record.text_at("number")) + ")");
    print_line("offer  " + std::string(offer->text_at("link")));
    if (!offer->text_at("tx_code").empty())
        print_line("code   " + std::string(offer->text_at("tx_code")));
    say(context.globals, "next, the holder: stadtbuch wallet accept 'OFFER' --network local" +
                             std::string(offer->text_at("tx_code").empty()
                                             ? ""
                                             : " --tx-code-stdin, and types the code"));
    return 0;
}

int issue(const Context& context, const AgentOptions& options) {
    auto agent = AgentDoor::open(options);
    if (!agent) return fail(context.globals, agent.error(), Exit::usage);
    const auto body = case_body(options);
    if (!body) return fail(context.globals, body.error(), Exit::usage);
    const auto record = agent->call("POST", "/api/cases", *body);
    if (!record) return stop(context, record.error());
    const std::string id(record->text_at("id"));
    say(context.globals, "case " + std::string(record->text_at("number")) + ": " +
                             std::string(record->text_at("state")));
    if (!is_id(id))
        return fail(context.globals,
                    {"SB-5071", "the agent's answer names no case", options.url, ""});
    Object decision{{"decision", "approve"},
                    {"tx_code", options.with_code},
                    {"differences_seen", options.differences_seen}};
    if (!options.resident.empty()) decision.set("resident", options.resident);
    const auto approved = agent->call("POST", "/api/cases/" + id + "/decide", decision);
    if (!approved) {
        Stop why = approved.error();
        why.error.next = obstacles_of(*record);
        return stop(context, why);
    }
    return print_offer(context, *approved);
}

// -- verify

Result<Object, Error> query_body(const AgentOptions& options) {
    Object body;
    if (!options.response_mode.empty()) body.set("response_mode", options.response_mode);
    if (!options.query_file.empty()) {
        const auto text = read_line_file(options.query_file);
        if (!text) return Failure{text.error()};
        auto query = encoding::parse_json(*text);
        if (!query)
            return Failure{Error{"SB-5047", "the file holds no JSON", options.query_file, ""}};
        body.set("dcql_query", *std::move(query));
        return body;
    }
    body.set("type", kind_word(options.type));
    if (options.claims.empty()) return body;
    encoding::Array claims;
    for (const std::string& claim : split_list(options.claims)) claims.emplace_back(claim);
    body.set("claims", std::move(claims));
    return body;
}

void print_trace(const Value& result) {
    std::vector<std::vector<std::string>> rows;
    const Value* trace = result.find("trace");
    if (trace != nullptr && trace->is_array()) {
        for (const Value& line : *trace->array()) {
            rows.push_back({std::string(line.text_at("rule")), std::string(line.text_at("outcome")),
                            std::string(line.text_at("field")), std::string(line.text_at("en"))});
        }
    }
    print_table({"RULE", "OUTCOME", "FIELD", "MEANING"}, rows);
}

void print_claims(const Value& result) {
    const Value* credentials = result.find("credentials");
    if (credentials == nullptr || !credentials->is_array()) return;
    for (const Value& one : *credentials->array()) {
        print_line("credential " + std::string(one.text_at("vct")) + " of " +
                   std::string(one.text_at("issuer")));
        if (const Value* claims = one.find("claims"))
            print_line(encoding::pretty_json(*claims, 2, false));
    }
}

int judge(const Context& context, const Value& result) {
    const Value* valid = result.find("valid");
    const bool good = valid != nullptr && valid->boolean().value_or(false);
    if (context.globals.json()) {
        print_json(context.globals, result);
    } else {
        print_claims(result);
        print_trace(result);
        print_line(good ? "valid" : "not valid");
    }
    if (good) return 0;
    const bool refused = !result.text_at("wallet_error").empty();
    return fail(context.globals,
                {"SB-5073", refused ? "the wallet refused" : "the presentation does not hold",
                 std::string(result.text_at("state")), ""},
                refused ? Exit::cancelled : Exit::not_verified);
}

Result<Value, Stop> wait_for_answer(const Globals& globals, AgentDoor& agent,
                                    const AgentOptions& options, const std::string& id) {
    const auto begin = std::chrono::steady_clock::now();
    const auto end = begin + std::chrono::seconds(options.timeout_s);
    Progress progress(globals, "waiting for the wallet, seconds",
                      static_cast<std::size_t>(options.timeout_s));
    while (true) {
        const auto waited = std::chrono::steady_clock::now() - begin;
        progress.show_count(static_cast<std::size_t>(
            std::chrono::duration_cast<std::chrono::seconds>(waited).count()));
        auto result = agent.call("GET", "/api/verifications/" + id, {});
        if (!result || result->text_at("state") != "waiting") return result;
        if (std::chrono::steady_clock::now() > end) {
            return Failure{Stop{{"SB-5074", "no wallet answered in time", options.url,
                                 "Ask again with a larger --timeout."},
                                Exit::timeout}};
        }
        std::this_thread::sleep_for(poll_pause);
    }
}

int verify(const Context& context, const AgentOptions& options) {
    auto agent = AgentDoor::open(options);
    if (!agent) return fail(context.globals, agent.error(), Exit::usage);
    std::string id = options.id;
    if (id.empty()) {
        const auto body = query_body(options);
        if (!body) return fail(context.globals, body.error(), Exit::usage);
        const auto started = agent->call("POST", "/api/verifications", *body);
        if (!started) return stop(context, started.error());
        id = started->text_at("id");
        if (options.no_wait) {
            if (context.globals.json()) {
                print_json(context.globals, *started);
            } else {
                print_line("verification  " + id);
                print_line("request       " + std::string(started->text_at("link")));
            }
            return 0;
        }
        // Talk, because the result is the data; a script that needs the link uses --no-wait.
        say(context.globals, "request " + std::string(started->text_at("link")));
    }
    if (!is_id(id))
        return fail(context.globals, {"SB-5071", "this is no verification's id", id, ""},
                    Exit::usage);
    const auto result = wait_for_answer(context.globals, *agent, options, id);
    return result ? judge(context, *result) : stop(context, result.error());
}

// -- revoke, inspect

int revoke(const Context& context, const AgentOptions& options) {
    auto agent = AgentDoor::open(options);
    if (!agent) return fail(context.globals, agent.error(), Exit::usage);
    if (!is_id(options.id))
        return fail(context.globals, {"SB-5047", "this is no case's id", options.id, ""},
                    Exit::usage);
    int code = 0;
    if (!is_confirmed(context.globals, options.yes,
                      "The credential of this case becomes invalid; nobody can undo it.",
                      options.id, code))
        return code;
    const auto record = agent->call("POST", "/api/credentials/" + options.id + "/revoke",
                                    {{"reason", options.reason}});
    if (!record) return stop(context, record.error());
    if (context.globals.json()) {
        print_json(context.globals, *record);
    } else {
        print_line("revoked " + std::string(record->text_at("number")));
    }
    return 0;
}

int inspect(const Context& context, const AgentOptions& options) {
    auto agent = AgentDoor::open(options);
    if (!agent) return fail(context.globals, agent.error(), Exit::usage);
    const auto found = agent->call("POST", "/api/inspections", {{"plate", options.plate}});
    if (!found) return stop(context, found.error());
    const Value* valid = found->find("valid");
    const bool good = valid != nullptr && valid->boolean().value_or(false);
    if (context.globals.json()) {
        print_json(context.globals, *found);
    } else {
        print_line(std::string(found->text_at("plate")) + ": " + std::string(found->text_at("en")));
    }
    return good ? 0 : static_cast<int>(Exit::not_verified);
}

// -- arguments

using Action = int (*)(const Context&, const AgentOptions&);

CLI::App* add_one(CLI::App& app, const char* name, const char* help, Action action,
                  const std::shared_ptr<AgentOptions>& options, Context& context) {
    CLI::App* command = app.add_subcommand(name, help);
    command->add_option("--agent", options->url,
                        "address of the agent, for example https://localhost:8443");
    command->add_option("--token-file", options->token_file,
                        "private file with the token of the agent's API");
    command->add_option("--ca", options->ca, "authorities for HTTPS (PEM)");
    command->add_option("--network", options->network,
                        "local network of `stadtbuch up`: gives all three (default: local)");
    command->callback(
        [action, options, &context] { context.exit_code = action(context, *options); });
    return command;
}

void add_issue(CLI::App& app, const std::shared_ptr<AgentOptions>& options, Context& context) {
    CLI::App* command =
        add_one(app, "issue", "approve a credential and print its offer", issue, options, context);
    command
        ->add_option("kind", options->kind,
                     "residence, permit, or the id of a type that the agent's configuration adds")
        ->required()
        ->check(is_kind);
    auto* resident = command->add_option("--resident", options->resident,
                                         "id in the register of residents (or of the type)");
    command
        ->add_option("--person-file", options->person_file, "JSON with what the applicant states")
        ->excludes(resident);
    command->add_option("--plate", options->plate, "number plate, for a permit");
    command->add_option("--language", options->language)->check(CLI::IsMember({"de", "en"}));
    command->add_flag("!--no-tx-code", options->with_code, "an offer without a code");
    command->add_flag("--differences-seen", options->differences_seen,
                      "approve in spite of differences to the register");
    command->footer(
        "Examples:\n  stadtbuch issue residence --resident R100001\n"
        "  stadtbuch -o json issue permit --network local --resident R100001 --plate 'LÜN-YR 272' "
        "--no-tx-code");
}

void add_verify(CLI::App& app, const std::shared_ptr<AgentOptions>& options, Context& context) {
    CLI::App* command = add_one(app, "verify", "ask a wallet for a credential and judge the answer",
                                verify, options, context);
    command->add_option("--type", options->type, "residence, permit, or a configured type's id")
        ->check(is_kind);
    command->add_option("--claims", options->claims,
                        "comma separated claims (default: what the type's inspector needs)");
    command->add_option("--query-file", options->query_file, "a DCQL query instead");
    command->add_option("--response-mode", options->response_mode)
        ->check(CLI::IsMember({"direct_post", "direct_post.jwt"}));
    command->add_option("--timeout", options->timeout_s, "seconds to wait for the wallet")
        ->check(CLI::Range(1, 3600));
    command->add_flag("--no-wait", options->no_wait,
                      "print the request and end; look later with --id");
    command->add_option("--id", options->id, "wait for a verification that was started before");
    command->footer(
        "Examples:\n  stadtbuch verify --type residence --claims family_name --no-wait\n"
        "  stadtbuch -o json verify --network local --id \"$(cat verification)\"");
}

}  // namespace

void add_agent_commands(CLI::App& app, Context& context) {
    const auto options = std::make_shared<AgentOptions>();
    add_issue(app, options, context);
    add_verify(app, options, context);
    CLI::App* revoke_command =
        add_one(app, "revoke", "revoke the credential of a case", revoke, options, context);
    revoke_command->add_option("case", options->id, "id of the case, as `issue` printed it")
        ->required();
    revoke_command->add_option("--reason", options->reason, "kept with the case")->required();
    revoke_command->add_flag("--yes", options->yes, "without asking");
    revoke_command->footer(
        "Examples:\n  stadtbuch revoke \"$(cat case)\" --reason moved --yes\n"
        "  stadtbuch -o json revoke \"$(cat case2)\" --network local --reason 'issued by mistake' "
        "--yes");
    CLI::App* inspect_command = add_one(
        app, "inspect", "look a number plate up, as an inspector does", inspect, options, context);
    inspect_command->add_option("plate", options->plate)->required();
    inspect_command->footer(
        "Examples:\n  stadtbuch inspect 'LÜN-YR 272'\n  stadtbuch -o json inspect 'LÜN-YR 272' "
        "--network "
        "local");
}

}  // namespace stadtbuch::cli
