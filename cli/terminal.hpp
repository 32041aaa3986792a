// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The terminal: colour or not (CL-03), Ctrl-C, questions without echo, progress (CL-10).
#pragma once
#include <chrono>
#include <string>
#include <string_view>

#include "cli/command.hpp"

namespace stadtbuch::cli {

/// Once, at the start of main: Ctrl-C ends with 130 and leaves the terminal as it was; a reader
/// that closed its pipe ends us silently, as other programs do.
void prepare_signals();

/// While it lives, Ctrl-C and SIGTERM do not end the process: the owner asks and cleans up.
class InterruptGuard {
  public:
    InterruptGuard();
    ~InterruptGuard();
    InterruptGuard(const InterruptGuard&) = delete;
    InterruptGuard& operator=(const InterruptGuard&) = delete;
    [[nodiscard]] static bool is_interrupted();
};

/// Echo off while it lives, and back on whatever happens. Only if standard input is a terminal.
class SilentTerminal {
  public:
    SilentTerminal();
    ~SilentTerminal();
    SilentTerminal(const SilentTerminal&) = delete;
    SilentTerminal& operator=(const SilentTerminal&) = delete;

  private:
    bool is_changed_ = false;
};

/// Whether talk on standard error is coloured: --color, NO_COLOR (any value but the empty one),
/// TERM=dumb, and only on a terminal.
[[nodiscard]] bool wants_colour(const Globals& globals);
enum class Tone { red, yellow, green, bold };
[[nodiscard]] std::string painted(const Globals& globals, Tone tone, std::string_view text);

/// "Node3   4/6  [=======>     ] 12/s, 3 s left". A bar that redraws itself on a terminal; else one
/// line every five seconds; nothing with --quiet or under JSON errors.
class Progress {
  public:
    /// `total` 0: not known, only the count and the rate are shown.
    Progress(const Globals& globals, std::string what, std::size_t total);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;
    /// `now`: what is being done at the moment.
    void show(std::size_t done, std::string_view now = {});
    /// The same for a count that is no work: without rate and remaining time.
    void show_count(std::size_t done);

  private:
    void clear();
    void draw(std::size_t done, std::string_view now, bool has_rate);

    const Globals& globals_;
    std::string what_;
    std::size_t total_;
    bool is_bar_;
    bool is_drawn_ = false;
    std::chrono::steady_clock::time_point begin_;
    std::chrono::steady_clock::time_point last_;
};

/// The line of a progress bar: pure. `elapsed_s` since the beginning, `columns` of the terminal.
[[nodiscard]] std::string progress_line(std::string_view what, std::size_t done, std::size_t total,
                                        double elapsed_s, std::size_t columns,
                                        std::string_view now);

}  // namespace stadtbuch::cli
