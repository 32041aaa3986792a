// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The groups behind add_ledger_commands(), and the readings of arguments that tests look at.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command.hpp"

namespace stadtbuch::cli {

void add_did_commands(CLI::App& app, Context& context);  ///< did new, show, import
void add_write_commands(CLI::App& app,
                        Context& context);  ///< nym, schema, creddef, attrib, node, submit
/// The same writes as files to be signed: txn build ...
void add_build_commands(CLI::App& group, Context& context);
void add_txn_commands(CLI::App& app, Context& context);        ///< txn ...
void add_batch_command(CLI::App& app, Context& context);       ///< batch
void add_read_commands(CLI::App& app, Context& context);       ///< get ...
void add_agreement_commands(CLI::App& app, Context& context);  ///< taa ...
void add_receipt_command(CLI::App& app, Context& context);     ///< verify-receipt

/// "trustee" to "0", "steward", "endorser", "network-monitor"; "none" to the empty text (takes the
/// role away); the numbers themselves. nullopt for anything else.
[[nodiscard]] std::optional<std::string> role_code(std::string_view name);

struct SchemaId {
    std::string author, name, version;
};

/// "DID:2:name:version".
[[nodiscard]] std::optional<SchemaId> read_schema_id(std::string_view id);

struct CredDefId {
    std::string author;
    std::uint64_t schema_seq_no = 0;
    std::string tag;
};

/// "DID:3:CL:seqNo:tag".
[[nodiscard]] std::optional<CredDefId> read_cred_def_id(std::string_view id);
/// Comma separated, empty parts left out.
[[nodiscard]] std::vector<std::string> split_list(std::string_view text, char separator = ',');
/// Decimal, without sign.
[[nodiscard]] std::optional<std::uint64_t> read_number(std::string_view text);

}  // namespace stadtbuch::cli
