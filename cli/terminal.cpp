// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "cli/terminal.hpp"

#include <signal.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace stadtbuch::cli {

namespace {

constexpr auto line_pause = std::chrono::seconds(5);
constexpr auto redraw_pause = std::chrono::milliseconds(100);
constexpr std::size_t bar_columns = 24;

// What a signal handler needs: plain data, written before the handler can see it.
termios terminal_before;
volatile sig_atomic_t terminal_is_changed = 0;
volatile sig_atomic_t is_guarded = 0;
volatile sig_atomic_t was_interrupted = 0;

/// Async-signal-safe: tcsetattr, write and _exit are.
void on_interrupt(int signal_number) {
    if (is_guarded != 0) {
        was_interrupted = 1;
        return;
    }
    if (terminal_is_changed != 0) tcsetattr(STDIN_FILENO, TCSANOW, &terminal_before);
    if (isatty(STDERR_FILENO) == 1) {
        const ssize_t ignored = ::write(STDERR_FILENO, "\n", 1);
        (void)ignored;
    }
    _exit(128 + signal_number);
}

std::size_t columns_of_terminal() {
    winsize size{};
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
    return size.ws_col;
}

std::string seconds_text(double seconds) {
    const auto whole = static_cast<long>(seconds + 0.5);
    if (whole < 90) return std::to_string(whole) + " s";
    return std::to_string(whole / 60) + " min " + std::to_string(whole % 60) + " s";
}

}  // namespace

void prepare_signals() {
    struct sigaction action {};

    action.sa_handler = on_interrupt;
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
    signal(SIGPIPE, SIG_DFL);
}

InterruptGuard::InterruptGuard() {
    was_interrupted = 0;
    is_guarded = 1;
}

InterruptGuard::~InterruptGuard() {
    is_guarded = 0;
}

bool InterruptGuard::is_interrupted() {
    return was_interrupted != 0;
}

SilentTerminal::SilentTerminal() {
    if (tcgetattr(STDIN_FILENO, &terminal_before) != 0) return;
    is_changed_ = true;
    terminal_is_changed = 1;
    termios silent = terminal_before;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
}

SilentTerminal::~SilentTerminal() {
    if (is_changed_) {
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &terminal_before);
        terminal_is_changed = 0;
    }
    std::fputc('\n', stderr);
}

bool wants_colour(const Globals& globals) {
    if (globals.colour != "auto") return globals.colour == "always";
    const char* off = std::getenv("NO_COLOR");
    const char* term = std::getenv("TERM");
    return (off == nullptr || *off == '\0') && isatty(STDERR_FILENO) == 1 && term != nullptr &&
           std::string_view(term) != "dumb";
}

std::string painted(const Globals& globals, Tone tone, std::string_view text) {
    if (!wants_colour(globals)) return std::string(text);
    const char* code = "\033[1m";
    if (tone == Tone::red) code = "\033[31m";
    if (tone == Tone::yellow) code = "\033[33m";
    if (tone == Tone::green) code = "\033[32m";
    return code + std::string(text) + "\033[0m";
}

std::string progress_line(std::string_view what, std::size_t done, std::size_t total,
                          double elapsed_s, std::size_t columns, std::string_view now) {
    std::string line(what);
    line += "  " + std::to_string(done);
    if (total > 0) line += "/" + std::to_string(total);
    if (total > 0 && columns >= 70) {
        const std::size_t filled = bar_columns * std::min(done, total) / total;
        line += "  [" + std::string(filled, '=') + std::string(bar_columns - filled, ' ') + "]";
    }
    if (done > 0 && elapsed_s >= 1.0) {
        const double rate = static_cast<double>(done) / elapsed_s;
        char text[32];
        std::snprintf(text, sizeof text, rate < 10.0 ? "  %.1f/s" : "  %.0f/s", rate);
        line += text;
        if (total > done)
            line += ", " + seconds_text(static_cast<double>(total - done) / rate) + " left";
    }
    if (!now.empty()) line += "  " + std::string(now);
    if (columns > 0 && line.size() >= columns) line.resize(columns - 1);
    return line;
}

Progress::Progress(const Globals& globals, std::string what, std::size_t total)
    : globals_(globals),
      what_(std::move(what)),
      total_(total),
      is_bar_(isatty(STDERR_FILENO) == 1 && std::getenv("TERM") != nullptr &&
              std::string_view(std::getenv("TERM")) != "dumb"),
      begin_(std::chrono::steady_clock::now()),
      last_(begin_) {}

Progress::~Progress() {
    clear();
}

void Progress::clear() {
    if (!is_drawn_) return;
    std::fputs("\r\033[K", stderr);
    std::fflush(stderr);
    is_drawn_ = false;
}

void Progress::show(std::size_t done, std::string_view now) {
    draw(done, now, true);
}

void Progress::show_count(std::size_t done) {
    draw(done, {}, false);
}

void Progress::draw(std::size_t done, std::string_view now, bool has_rate) {
    if (globals_.quiet) return;
    const auto time = std::chrono::steady_clock::now();
    // Quick work shows nothing; a line for logs comes rarely.
    if (time - last_ < (is_bar_ ? std::chrono::steady_clock::duration(redraw_pause)
                                : std::chrono::steady_clock::duration(line_pause)))
        return;
    last_ = time;
    const double elapsed_s = has_rate ? std::chrono::duration<double>(time - begin_).count() : 0.0;
    if (!is_bar_) {
        std::fprintf(stderr, "%s\n", progress_line(what_, done, total_, elapsed_s, 0, now).c_str());
        return;
    }
    std::fprintf(stderr, "\r\033[K%s",
                 progress_line(what_, done, total_, elapsed_s, columns_of_terminal(), now).c_str());
    std::fflush(stderr);
    is_drawn_ = true;
}

}  // namespace stadtbuch::cli
