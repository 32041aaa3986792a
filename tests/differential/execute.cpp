// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// stadtbuch-execute GENESIS_FOLDER [--check]: commands as JSON lines on the standard input
// (session.hpp); a line
// {"new":true} begins a new ledger. Prints {"answers":[[...],...],"roots":{...}} for each. With
// --check the lines also hold what the reference answered ("answers", "roots"), and the first
// difference ends the run with exit 1.
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>

#include "storage/encoding/json.hpp"
#include "tests/differential/session.hpp"

namespace {

using namespace stadtbuch;
using encoding::Value;

std::string file_text(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) throw std::runtime_error(path + " cannot be read");
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

Value value_of(const differential::Outcome& outcome) {
    encoding::Array answers;
    for (const auto& of_frame : outcome.answers) {
        answers.emplace_back(encoding::Array(of_frame.begin(), of_frame.end()));
    }
    return encoding::Object{{"answers", std::move(answers)}, {"roots", outcome.roots}};
}

Value without(const Value& command, std::initializer_list<const char*> members) {
    Value left = command;
    for (const char* member : members) left.object()->erase(member);
    return left;
}

struct Run {
    differential::Genesis genesis;
    bool checks = false;
    std::unique_ptr<differential::Session> session;
    std::size_t line = 0, frames = 0, sessions = 0;

    void begin() {
        session = std::make_unique<differential::Session>(genesis);
        ++sessions;
    }

    /// False at the first difference.
    bool take(const std::string& text) {
        ++line;
        const auto command =
            encoding::parse_json(text, {.bytes_max = 64U * 1024 * 1024, .depth_max = 64});
        if (!command || !command->is_object())
            throw std::runtime_error("line " + std::to_string(line) + " is no command");
        if (command->find("new") != nullptr) {
            begin();
            if (!checks) std::cout << "{}" << std::endl;
            return true;
        }
        if (!session) begin();
        const Value result = value_of(session->run(*command));
        frames += result.find("answers")->array()->size();
        if (!checks) {
            std::cout << encoding::compact_json(result) << std::endl;
            return true;
        }
        if (result == without(*command, {"time", "frames", "members", "primaries"})) return true;
        std::cerr << "line " << line << " differs\ncommand and reference: " << text
                  << "\nhere: " << encoding::compact_json(result) << "\n";
        return false;
    }
};

}  // namespace

int main(int argc, char** argv) {
    const std::string option = argc == 3 ? argv[2] : "";
    if (argc < 2 || argc > 3 || (argc == 3 && option != "--check")) {
        std::fputs("usage: stadtbuch-execute GENESIS_FOLDER [--check] <COMMANDS\n", stderr);
        return 2;
    }
    try {
        const std::string folder = argv[1];
        Run run;
        run.genesis = {file_text(folder + "/pool_transactions_genesis.txn"),
                       file_text(folder + "/domain_transactions_genesis.txn")};
        run.checks = !option.empty();
        for (std::string text; std::getline(std::cin, text);) {
            if (!run.take(text)) return 1;
        }
        if (run.checks) {
            std::cout << run.frames << " frames in " << run.sessions << " ledgers: all equal\n";
            return run.frames > 0 ? 0 : 1;
        }
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 2;
    }
}
