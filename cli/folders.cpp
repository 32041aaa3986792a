// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "cli/folders.hpp"

#include <termios.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <iostream>

#include "cli/network_files.hpp"
#include "ssi/keys/keystore_file.hpp"
#include "ssi/keys/secret.hpp"

namespace stadtbuch::cli {

namespace {

constexpr std::size_t input_bytes_max = std::size_t{1} << 20;

std::string base_folder(const char* variable, const char* below_home) {
    const char* given = std::getenv(variable);
    if (given != nullptr && *given == '/') return given;
    const char* home = std::getenv("HOME");
    return home != nullptr && *home != '\0' ? std::string(home) + below_home : std::string("/tmp");
}

void cut_line_end(std::string& text) {
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
}

/// Turns echo off for its lifetime.
class SilentTerminal {
  public:
    SilentTerminal() {
        is_changed_ = tcgetattr(STDIN_FILENO, &before_) == 0;
        termios silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        if (is_changed_) tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    }

    ~SilentTerminal() {
        if (is_changed_) tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
        std::fputc('\n', stderr);
    }

    SilentTerminal(const SilentTerminal&) = delete;
    SilentTerminal& operator=(const SilentTerminal&) = delete;

  private:
    termios before_{};
    bool is_changed_ = false;
};

std::string ask_silently(const std::string& question) {
    std::fprintf(stderr, "%s ", question.c_str());
    const SilentTerminal silent;
    std::string line;
    std::getline(std::cin, line);
    return line;
}

bool may_ask(const Globals& globals) {
    return !globals.no_input && isatty(STDIN_FILENO) == 1;
}

}  // namespace

std::string data_folder() {
    return base_folder("XDG_DATA_HOME", "/.local/share") + "/stadtbuch";
}

std::string network_folder(const std::string& name) {
    if (name.find('/') != std::string::npos) return name;
    return base_folder("XDG_STATE_HOME", "/.local/state") + "/stadtbuch/" + name;
}

Result<std::string, Error> read_passphrase(const Globals& globals, const std::string& file,
                                           bool is_new) {
    const char* from_environment = std::getenv("STADTBUCH_PASSPHRASE_FILE");
    const std::string path =
        !file.empty() ? file : (from_environment != nullptr ? from_environment : "");
    if (!path.empty()) {
        auto text = keys::read_private_file(path);
        if (!text) return Failure{text.error()};
        cut_line_end(*text);
        if (text->empty()) {
            return Failure{Error{"SB-5031", "the passphrase is empty", path, "Write one line."}};
        }
        return *std::move(text);
    }
    if (!may_ask(globals)) {
        return Failure{Error{"SB-5030", "a passphrase is needed and nobody may be asked", "",
                             "Give --passphrase-file FILE or set STADTBUCH_PASSPHRASE_FILE."}};
    }
    std::string passphrase = ask_silently(is_new ? "New passphrase:" : "Passphrase:");
    if (passphrase.empty()) {
        return Failure{Error{"SB-5031", "the passphrase is empty", "terminal", "Try again."}};
    }
    if (is_new) {
        std::string again = ask_silently("The same again:");
        const bool same = keys::constant_time_equal(view_of(again), view_of(passphrase));
        keys::wipe(again);
        if (!same) {
            keys::wipe(passphrase);
            return Failure{
                Error{"SB-5031", "the two passphrases differ", "terminal", "Try again."}};
        }
    }
    return passphrase;
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
