// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "cli/ledger_commands.hpp"

#include <charconv>

namespace stadtbuch::cli {

std::optional<std::string> role_code(std::string_view name) {
    if (name == "none") return "";
    if (name == "trustee" || name == "0") return "0";
    if (name == "steward" || name == "2") return "2";
    if (name == "endorser" || name == "101") return "101";
    if (name == "network-monitor" || name == "201") return "201";
    return std::nullopt;
}

std::vector<std::string> split_list(std::string_view text, char separator) {
    std::vector<std::string> out;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(separator), text.size());
        if (end > 0) out.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

std::optional<std::uint64_t> read_number(std::string_view text) {
    std::uint64_t number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || read.ec != std::errc{} || read.ptr != text.data() + text.size()) {
        return std::nullopt;
    }
    return number;
}

std::optional<SchemaId> read_schema_id(std::string_view id) {
    const auto parts = split_list(id, ':');
    if (parts.size() != 4 || parts[1] != "2") return std::nullopt;
    return SchemaId{parts[0], parts[2], parts[3]};
}

std::optional<CredDefId> read_cred_def_id(std::string_view id) {
    const auto parts = split_list(id, ':');
    if (parts.size() != 5 || parts[1] != "3" || parts[2] != "CL") return std::nullopt;
    const auto number = read_number(parts[3]);
    if (!number) return std::nullopt;
    return CredDefId{parts[0], *number, parts[4]};
}

void add_ledger_commands(CLI::App& app, Context& context) {
    add_did_commands(app, context);
    add_write_commands(app, context);
    add_agreement_commands(app, context);
    add_read_commands(app, context);
    add_receipt_command(app, context);
    add_txn_commands(app, context);
    add_batch_command(app, context);
}

}  // namespace stadtbuch::cli
