// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Message diagrams of recorded runs of agreement (the JSON lines of stadtbuch-simulate --record):
// one column for each node, time runs downwards.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "storage/base/error.hpp"
#include "storage/base/result.hpp"

namespace stadtbuch::cli::replay {

struct Happening {
    std::uint64_t at = 0;       ///< milliseconds
    std::uint64_t arrives = 0;  ///< of messages
    std::string kind;           ///< sent, lost, start, crash, view, ordered, fault
    std::string from;
    std::string to;    ///< empty: not a message
    std::string op;    ///< of messages
    std::string text;  ///< position of a message, or what happened
};

struct Run {
    std::uint64_t seed = 0;
    std::vector<std::string> nodes;
    std::vector<Happening> happenings;
    std::string violation;
};

struct View {
    std::uint64_t from_ms = 0;
    std::uint64_t to_ms = ~std::uint64_t{0};
    std::vector<std::string> nodes;  ///< empty: all
    bool backups = false;            ///< votes of backup instances too
    bool chatter = false;            ///< PROPAGATE, statuses and questions too
    std::size_t lines_max = 400;     ///< the last ones are shown
};

/// Error SB-5047 names the line that is no line of a recording.
[[nodiscard]] Result<Run, Error> parse(std::string_view text);
/// What the view lets through, in order.
[[nodiscard]] std::vector<const Happening*> selected(const Run& run, const View& view);
[[nodiscard]] std::string as_text(const Run& run, const View& view);
[[nodiscard]] std::string as_svg(const Run& run, const View& view);

}  // namespace stadtbuch::cli::replay
