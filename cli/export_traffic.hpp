// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What the validators of a network wrote down (format: node/recorder.hpp), put together as the
// traffic files of a recording: client_cases.jsonl, node_messages.jsonl, bls_pool.jsonl (README of
// tests/data/indy).
#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "storage/base/error.hpp"
#include "storage/base/result.hpp"
#include "storage/encoding/value.hpp"

namespace stadtbuch::cli {

struct TrafficRow {
    double time = 0;
    std::string node;
    encoding::Value row;
};

/// Rows of all nodes in the order of their times; those of one node stay in their order.
struct Traffic {
    std::vector<TrafficRow> rows;
    std::uint64_t unreadable = 0;  ///< lines cut off by a kill
    std::uint64_t lost = 0;        ///< rows that a node had no room for
};

/// Alias and file of each node. SB-5002 when none of the files can be read.
[[nodiscard]] Result<Traffic, Error> read_traffic(
    const std::vector<std::pair<std::string, std::string>>& files);

/// Lines of each file, without line breaks.
[[nodiscard]] std::vector<std::string> node_message_lines(const Traffic& traffic);
[[nodiscard]] std::vector<std::string> bls_lines(const Traffic& traffic);
[[nodiscard]] std::vector<std::string> client_case_lines(const Traffic& traffic);

}  // namespace stadtbuch::cli
