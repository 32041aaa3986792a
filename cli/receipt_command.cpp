// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// verify-receipt: an answer of long ago, judged without asking anybody.
#include <CLI/CLI.hpp>
#include <fstream>
#include <memory>
#include <sstream>

#include "cli/ledger_commands.hpp"
#include "ssi/client/receipt.hpp"
#include "ssi/keys/time.hpp"
#include "storage/encoding/json.hpp"

namespace stadtbuch::cli {

namespace {

using encoding::Array;
using encoding::Object;
using encoding::Value;

struct ReceiptOptions {
    std::string file;
    std::string genesis;
};

constexpr std::size_t file_bytes_max = std::size_t{64} << 20;

std::optional<std::string> read_all(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return std::nullopt;
    std::ostringstream text;
    text << file.rdbuf();
    if (file.bad() || text.view().size() > file_bytes_max) return std::nullopt;
    return std::move(text).str();
}

int unreadable(const Context& context, const std::string& path) {
    return fail(context.globals, {"SB-5090", "the file cannot be read, or is larger than 64 MiB",
                                  path, "Check the path."});
}

Object verdict_value(const client::ReceiptVerdict& verdict) {
    Array signers, seq_nos;
    for (const std::string& name : verdict.signers) signers.emplace_back(name);
    for (const std::uint64_t number : verdict.seq_nos) seq_nos.emplace_back(number);
    return Object{{"holds", true},
                  {"question", verdict.question},
                  {"as_of", verdict.as_of},
                  {"signers", std::move(signers)},
                  {"entries", std::move(seq_nos)},
                  {"pool_size", verdict.pool_size},
                  {"answer", verdict.answer}};
}

std::string joined(const std::vector<std::string>& names) {
    std::string out;
    for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
    return out;
}

int verify(const Context& context, const ReceiptOptions& options) {
    const auto text = read_all(options.file);
    if (!text) return unreadable(context, options.file);
    const auto genesis = read_all(options.genesis);
    if (!genesis) return unreadable(context, options.genesis);
    encoding::JsonLimits limits;
    limits.bytes_max = file_bytes_max;
    limits.refuse_duplicate_keys = true;
    const auto receipt = encoding::parse_json(*text, limits);
    if (!receipt) {
        return fail(context.globals,
                    {"SB-5091", "the receipt is no JSON: " + std::string(to_text(receipt.error())),
                     options.file, ""},
                    Exit::not_verified);
    }
    const client::ReceiptOutcome outcome = client::verify_receipt(*receipt, *genesis);
    if (outcome.bad_genesis) return fail(context.globals, *outcome.bad_genesis);
    if (outcome.fault) {
        return fail(context.globals,
                    {"SB-5092", "the receipt does not hold: " + outcome.fault->what,
                     options.file + ", " + outcome.fault->where,
                     "Do not rely on it; check that the genesis is that of the receipt's network."},
                    Exit::not_verified);
    }
    const client::ReceiptVerdict& verdict = *outcome.verdict;
    if (context.globals.json()) {
        print_json(context.globals, verdict_value(verdict));
    } else {
        print_line(encoding::pretty_json(verdict.answer, 2, false));
    }
    say(context.globals, "the receipt holds: " + verdict.question + " was so at " +
                             keys::utc_date_time(verdict.as_of) + ", signed by " +
                             joined(verdict.signers));
    return 0;
}

}  // namespace

void add_receipt_command(CLI::App& app, Context& context) {
    auto options = std::make_shared<ReceiptOptions>();
    CLI::App* command =
        app.add_subcommand("verify-receipt", "judges a receipt of an observer, offline");
    command->add_option("file", options->file, "the receipt")->required();
    command
        ->add_option("--genesis", options->genesis,
                     "the pool's genesis file, which alone is trusted")
        ->required();
    command->footer(
        "Examples:\n  curl -H 'Accept: application/vnd.stadtbuch.receipt+json' "
        "http://127.0.0.1:9000/1.0/identifiers/did:sov:V4SGRU86Z58d6TV7PBUe6f > receipt.json\n"
        "  stadtbuch verify-receipt receipt.json --genesis pool_transactions_genesis\n"
        "  stadtbuch -o json verify-receipt receipt.json --genesis pool_transactions_genesis\n"
        "Exit code 6: the receipt does not hold.");
    command->callback([options, &context] { context.exit_code = verify(context, *options); });
}

}  // namespace stadtbuch::cli
