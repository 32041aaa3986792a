// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include <CLI/CLI.hpp>
#include <catch2/catch.hpp>

#include "cli/did_store.hpp"
#include "cli/help.hpp"
#include "cli/ledger_commands.hpp"
#include "cli/pool_session.hpp"
#include "storage/encoding/json.hpp"

using namespace stadtbuch;
using namespace stadtbuch::cli;

namespace {

encoding::Value json(std::string_view text) {
    auto parsed = encoding::parse_json(text);
    REQUIRE(parsed.has_value());
    return *std::move(parsed);
}

/// The whole program's grammar, without running a command.
struct Program {
    CLI::App app{"test"};
    Context context;

    Program() {
        app.fallthrough();
        app.add_option("-o,--output", context.globals.output)
            ->check(CLI::IsMember({"table", "json"}));
        add_network_commands(app, context);
        add_export_command(app, context);
        add_setup_commands(app, context);
        add_ledger_commands(app, context);
        add_wallet_commands(app, context);
        add_config_commands(app, context);
        add_shell_commands(app, context);
        arrange_help(app);
    }
};

/// Every command, groups included.
void visit(CLI::App* app, const std::string& path,
           const std::function<void(CLI::App*, const std::string&)>& look) {
    for (CLI::App* sub : app->get_subcommands({})) {
        look(sub, path + sub->get_name());
        visit(sub, path + sub->get_name() + " ", look);
    }
}

}  // namespace

TEST_CASE("roles have the names of people and the codes of the ledger", "[cli]") {
    CHECK(role_code("trustee") == "0");
    CHECK(role_code("steward") == "2");
    CHECK(role_code("endorser") == "101");
    CHECK(role_code("network-monitor") == "201");
    CHECK(role_code("101") == "101");
    CHECK(role_code("none") == "");
    CHECK_FALSE(role_code("king"));
    CHECK_FALSE(role_code(""));
}

TEST_CASE("ids of schemas and definitions are taken apart", "[cli]") {
    const auto schema = read_schema_id("9UfgoEq9Jg8SKxUDMWF43z:2:permit:1.0");
    REQUIRE(schema);
    CHECK(schema->author == "9UfgoEq9Jg8SKxUDMWF43z");
    CHECK(schema->name == "permit");
    CHECK(schema->version == "1.0");
    for (const char* bad : {"", "a", "a:3:permit:1.0", "a:2:permit", "a:2:permit:1.0:x"}) {
        CAPTURE(bad);
        CHECK_FALSE(read_schema_id(bad));
    }
    const auto definition = read_cred_def_id("9UfgoEq9Jg8SKxUDMWF43z:3:CL:15:town");
    REQUIRE(definition);
    CHECK(definition->schema_seq_no == 15);
    CHECK(definition->tag == "town");
    for (const char* bad :
         {"a:3:CL:x:town", "a:3:CL:-1:town", "a:3:BBS:15:town", "a:2:CL:15:town", "a:3:CL:15"}) {
        CAPTURE(bad);
        CHECK_FALSE(read_cred_def_id(bad));
    }
}

TEST_CASE("lists and numbers are read strictly", "[cli]") {
    CHECK(split_list("plate,zone") == std::vector<std::string>{"plate", "zone"});
    CHECK(split_list(",plate,,zone,") == std::vector<std::string>{"plate", "zone"});
    CHECK(split_list("").empty());
    CHECK(read_number("18446744073709551615") == 18446744073709551615u);
    for (const char* bad : {"", "-1", "+1", "1x", " 1", "18446744073709551616"}) {
        CAPTURE(bad);
        CHECK_FALSE(read_number(bad));
    }
}

TEST_CASE("seeds come as characters, hexadecimal or base64", "[cli]") {
    const std::string raw = "000000000000000000000000Trustee1";
    CHECK(seed_from_text(raw) == bytes_of(std::string_view(raw)));
    CHECK(seed_from_text(raw + "\n") == bytes_of(std::string_view(raw)));
    CHECK(seed_from_text(std::string(64, '0')) == Bytes(32, 0));
    CHECK(seed_from_text("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=") == Bytes(32, 0));
    for (const std::string& bad :
         {std::string(), std::string(31, 'a'), std::string(33, 'a'), std::string(64, 'z')}) {
        CAPTURE(bad);
        CHECK_FALSE(seed_from_text(bad));
    }
}

TEST_CASE("absence is told apart from emptiness", "[cli]") {
    CHECK(is_absent(json(R"({"type":"105","data":null})")));
    CHECK(is_absent(json(R"({"type":"105"})")));
    CHECK(is_absent(json(R"({"type":"107","data":{"name":"a","version":"1"}})")));
    CHECK_FALSE(
        is_absent(json(R"({"type":"107","data":{"name":"a","version":"1","attr_names":[]}})")));
    CHECK_FALSE(is_absent(json(R"({"type":"121","data":[]})")));
}

TEST_CASE("what vouches for an answer is said in one sentence", "[cli]") {
    client::PoolAnswer proved;
    proved.proved = true;
    proved.nodes = {"Node2"};
    proved.result =
        json(R"({"state_proof":{"multi_signature":{"participants":["Node1","Node2","Node3"],)"
             R"("value":{"timestamp":1795275908}}}})");
    CHECK(vouching_text(vouching(proved, 4)) ==
          "verified by 3 of 4 validators (Node1, Node2, Node3), signed at 2026-11-21T15:45:08Z, "
          "answered by Node2");
    client::PoolAnswer equal;
    equal.nodes = {"Node1", "Node4"};
    equal.result = proved.result;
    CHECK(vouching_text(vouching(equal, 4)) ==
          "the same answer from 2 of 4 validators (Node1, Node4), without a proof");
}

TEST_CASE("each command has help with two examples", "[cli]") {
    Program program;
    int commands = 0;
    visit(&program.app, "", [&](CLI::App* command, const std::string& name) {
        CAPTURE(name);
        CHECK_FALSE(command->get_description().empty());
        const bool is_hidden = command->get_group().empty();
        if (is_hidden || !command->get_subcommands({}).empty()) return;
        ++commands;
        std::size_t examples = 0;
        const std::string footer = command->get_footer();
        for (std::size_t at = footer.find("stadtbuch "); at != std::string::npos;
             at = footer.find("stadtbuch ", at + 1))
            ++examples;
        CHECK(examples >= 2);
    });
    CHECK(commands > 60);
}

TEST_CASE("no option takes a secret from the argument list", "[cli][CL-13]") {
    Program program;
    visit(&program.app, "", [&](CLI::App* command, const std::string& name) {
        for (const CLI::Option* option : command->get_options()) {
            for (const std::string& word : option->get_lnames()) {
                CAPTURE(name, word);
                const bool secret = word.find("seed") != std::string::npos ||
                                    word.find("pin") != std::string::npos ||
                                    word.find("password") != std::string::npos ||
                                    word.find("passphrase") != std::string::npos ||
                                    word.find("token") != std::string::npos || word == "tx-code";
                CHECK((!secret || word.ends_with("-file")));
            }
        }
    });
}
