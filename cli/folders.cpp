// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "cli/folders.hpp"

#include <pwd.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <iostream>

#include "cli/network_files.hpp"
#include "cli/terminal.hpp"
#include "ssi/keys/keystore_file.hpp"
#include "ssi/keys/secret.hpp"

namespace stadtbuch::cli {

namespace {

constexpr std::size_t input_bytes_max = std::size_t{1} << 20;

std::string base_folder(const char* variable, const char* below_home) {
    const char* given = std::getenv(variable);
    if (given != nullptr && *given == '/') return given;
    const char* home = std::getenv("HOME");
    if (home != nullptr && *home == '/') return std::string(home) + below_home;
    // Never a folder that others can prepare, such as /tmp.
    const passwd* user = ::getpwuid(::geteuid());
    return std::string(user != nullptr && user->pw_dir != nullptr ? user->pw_dir : "/") +
           below_home;
}

void cut_line_end(std::string& text) {
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
}

/// One line, read octet by octet: what follows belongs to the next reader.
std::string read_standard_line() {
    std::string line;
    char c = 0;
    while (line.size() < input_bytes_max && ::read(STDIN_FILENO, &c, 1) == 1 && c != '\n')
        line += c;
    return line;
}

std::string ask_silently(const std::string& question) {
    // Silent first: whoever types as soon as the question stands there is not shown either.
    const SilentTerminal silent;
    std::fprintf(stderr, "%s ", question.c_str());
    std::string line;
    std::getline(std::cin, line);
    return line;
}

}  // namespace

bool may_ask(const Globals& globals) {
    return !globals.no_input && isatty(STDIN_FILENO) == 1;
}

bool is_confirmed(const Globals& globals, bool yes, const std::string& warning,
                  const std::string& name, int& code) {
    if (yes) return true;
    if (may_ask(globals)) {
        warn(globals, warning);
        if (ask(globals, "Type " + name + " to go on:") == name) return true;
    }
    code = fail(globals, {"SB-5050", "not confirmed", name, "Give --yes."}, Exit::cancelled);
    return false;
}

std::string data_folder() {
    return base_folder("XDG_DATA_HOME", "/.local/share") + "/stadtbuch";
}

std::string config_folder() {
    return base_folder("XDG_CONFIG_HOME", "/.config") + "/stadtbuch";
}

std::string cache_folder() {
    return base_folder("XDG_CACHE_HOME", "/.cache") + "/stadtbuch";
}

std::string state_folder() {
    return base_folder("XDG_STATE_HOME", "/.local/state") + "/stadtbuch";
}

std::string network_folder(const std::string& name) {
    if (name.find('/') != std::string::npos) return name;
    return state_folder() + "/" + name;
}

Result<std::string, Error> read_secret(const Globals& globals, const std::string& file,
                                       const std::string& question, const std::string& remedy) {
    if (file.empty() && !may_ask(globals)) {
        return Failure{
            Error{"SB-5030", "a secret is needed and nobody may be asked", question, remedy}};
    }
    Result<std::string, Error> text = std::string();
    if (file == "-") {
        text = read_standard_line();
    } else {
        text = file.empty() ? Result<std::string, Error>(ask_silently(question))
                            : keys::read_private_file(file);
    }
    if (!text) return Failure{text.error()};
    cut_line_end(*text);
    if (text->empty()) {
        return Failure{Error{"SB-5031", "the secret is empty", file.empty() ? question : file,
                             "Write one line."}};
    }
    return *std::move(text);
}

Result<std::string, Error> read_passphrase(const Globals& globals, const std::string& file,
                                           bool is_new) {
    auto passphrase = read_secret(globals, file, is_new ? "New passphrase:" : "Passphrase:",
                                  "Give --passphrase-file FILE or set STADTBUCH_PASSPHRASE_FILE.");
    if (!passphrase || !is_new || !file.empty()) return passphrase;
    std::string again = ask_silently("The same again:");
    const bool same = keys::constant_time_equal(view_of(again), view_of(*passphrase));
    keys::wipe(again);
    if (same) return passphrase;
    keys::wipe(*passphrase);
    return Failure{Error{"SB-5031", "the two passphrases differ", "terminal", "Try again."}};
}

std::string ask(const Globals& globals, const std::string& question) {
    if (!may_ask(globals)) return "";
    std::fprintf(stderr, "%s ", question.c_str());
    std::string line;
    std::getline(std::cin, line);
    return line;
}

std::string read_standard_input() {
    std::string text;
    char block[4096];
    while (text.size() < input_bytes_max) {
        const std::size_t count = std::fread(block, 1, sizeof block, stdin);
        if (count == 0) break;
        text.append(block, count);
    }
    return text;
}

Result<std::string, Error> read_line_file(const std::string& path) {
    auto text = path == "-" ? Result<std::string, Error>(read_standard_input()) : read_file(path);
    if (text) cut_line_end(*text);
    return text;
}

}  // namespace stadtbuch::cli
