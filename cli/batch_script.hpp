// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Reads indy-cli's batch files (CL-15): one command a line, `#` begins a comment, `-` in front lets
// the script go on after an error. Pure.
//
//   line   = ["-"] word word? {word} {name "=" value}
//   value  = text without blanks | "quoted" | JSON with balanced brackets
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "storage/base/error.hpp"
#include "storage/base/result.hpp"

namespace stadtbuch::cli {

struct BatchLine {
    std::size_t number = 0;  ///< in the file, from 1
    bool may_fail = false;
    std::string group;    ///< "pool", "wallet", "did", "ledger"; empty for about, exit, ...
    std::string command;  ///< "create"
    std::string subject;  ///< the first value without a name
    std::vector<std::pair<std::string, std::string>> values;

    /// Empty if it is not given.
    [[nodiscard]] std::string at(std::string_view name) const;
    [[nodiscard]] bool has(std::string_view name) const;
    /// "ledger get-nym"
    [[nodiscard]] std::string name() const;
};

/// SB-5110 names the line that cannot be read.
[[nodiscard]] Result<std::vector<BatchLine>, Error> read_batch(std::string_view text,
                                                               const std::string& place);
/// Whether this program runs it; else why not.
[[nodiscard]] std::string why_not_run(const BatchLine& line);

}  // namespace stadtbuch::cli
