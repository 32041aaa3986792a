// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// txn build, show, sign, endorse, submit, qr, scan: a transaction that several people sign, by
// files or codes on paper (CL-14).
#include <qrencode.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/folders.hpp"
#include "cli/ledger_commands.hpp"
#include "cli/pool_session.hpp"
#include "cli/txn_file.hpp"
#include "cli/words.hpp"
#include "ssi/client/requests.hpp"
#include "ssi/keys/time.hpp"
#include "storage/encoding/json.hpp"

namespace stadtbuch::cli {

namespace {

using encoding::Object;
using encoding::Value;

/// Fits a code of version 20 with medium error correction, which telephones read from a screen.
constexpr std::size_t qr_chars = 600;

struct TxnOptions {
    LedgerOptions ledger;
    std::string file, out;
    bool yes = false;
    bool as_text = false;
};

Error expired(const TxnFile& txn, const std::string& place) {
    return {"SB-5103", "the transaction expired at " + keys::utc_date_time(txn.expires_at), place,
            "Build it anew; nobody can prolong it, because the expiry is signed."};
}

int show(const Context& context, const TxnOptions& options) {
    const auto txn = TxnFile::read(options.file);
    if (!txn) return fail(context.globals, txn.error(), Exit::not_verified);
    if (context.globals.json()) {
        Object out = *txn->to_json().object();
        encoding::Array missing;
        for (const std::string& did : txn->missing()) missing.emplace_back(did);
        out.set("missing", std::move(missing));
        out.set("expired", txn->is_expired(now_s()));
        print_json(context.globals, out);
        return 0;
    }
    std::vector<std::vector<std::string>> rows;
    for (const std::string& line : words_of(txn->request)) print_line(line);
    rows.push_back({"network", txn->network_name + " (" + txn->network_id + ")"});
    rows.push_back({"digest", txn->digest});
    rows.push_back({"expires", keys::utc_date_time(txn->expires_at) +
                                   (txn->is_expired(now_s()) ? "  (expired)" : "")});
    for (const std::string& did : txn->signers)
        rows.push_back({has_signed(txn->request, did) ? "signed" : "missing", did});
    print_table({"WHAT", "VALUE"}, rows);
    return 0;
}

int print_signed(const Context& context, const TxnOptions& options, const TxnFile& txn,
                 const std::string& did) {
    const std::string& place = options.out.empty() ? options.file : options.out;
    if (place != "-" && context.globals.json()) print_json(context.globals, txn.to_json());
    say(context.globals, did + " has signed " + txn.digest.substr(0, 16));
    const auto missing = txn.missing();
    for (const std::string& one : missing) say(context.globals, "missing  " + one);
    if (missing.empty()) say(context.globals, "next: stadtbuch txn submit " + place);
    return 0;
}

int sign_as(const Context& context, const TxnOptions& options, bool is_endorsement) {
    auto txn = TxnFile::read(options.file);
    if (!txn) return fail(context.globals, txn.error(), Exit::not_verified);
    if (txn->is_expired(now_s()))
        return fail(context.globals, expired(*txn, options.file), Exit::not_verified);
    const std::string endorser(txn->request.text_at("endorser"));
    LedgerOptions ledger = options.ledger;
    if (is_endorsement && endorser.empty()) {
        return fail(context.globals,
                    {"SB-5104", "this transaction names no endorser", options.file,
                     "Build it with --endorser, or use: stadtbuch txn sign"},
                    Exit::usage);
    }
    if (is_endorsement && ledger.as_did.empty() && ledger.seed_file.empty() &&
        ledger.key_uri.empty())
        ledger.as_did = endorser;
    const auto author = find_author(context, ledger, nullptr);
    if (!author) return fail(context.globals, author.error(), Exit::usage);
    const bool is_named =
        std::find(txn->signers.begin(), txn->signers.end(), author->did) != txn->signers.end();
    if (!is_named || (is_endorsement && author->did != endorser)) {
        return fail(context.globals,
                    {"SB-5104", author->did + " is not asked to sign this", options.file,
                     "Who signs is chosen by txn build: --as, --endorser, --signer."},
                    Exit::usage);
    }
    say_transaction(context, *txn);
    int code = 0;
    if (!is_confirmed(context.globals, options.yes, "Read what stands above.", "yes", code))
        return code;
    const bool is_single = txn->signers.size() == 1;
    const bool done = is_single ? client::sign(txn->request, *author->key)
                                : client::add_signature(txn->request, author->did, *author->key);
    if (!done)
        return fail(context.globals, {"SB-5044", "the request cannot be signed", author->did, ""});
    auto written = txn->write(options.out.empty() ? options.file : options.out);
    if (!written) return fail(context.globals, written.error());
    return print_signed(context, options, *txn, author->did);
}

int sign_it(const Context& context, const TxnOptions& options) {
    return sign_as(context, options, false);
}

int endorse(const Context& context, const TxnOptions& options) {
    return sign_as(context, options, true);
}

int submit(const Context& context, const TxnOptions& options) {
    const auto txn = TxnFile::read(options.file);
    if (!txn) return fail(context.globals, txn.error(), Exit::not_verified);
    if (txn->is_expired(now_s()))
        return fail(context.globals, expired(*txn, options.file), Exit::not_verified);
    std::string missing;
    for (const std::string& did : txn->missing()) missing += (missing.empty() ? "" : ", ") + did;
    if (!missing.empty()) {
        return fail(context.globals, {"SB-5104", "signatures are missing: " + missing, options.file,
                                      "stadtbuch txn sign " + options.file});
    }
    const auto network = find_network(context, options.ledger);
    if (!network) return fail(context.globals, network.error(), Exit::usage);
    if (network->id() != txn->network_id) {
        return fail(context.globals,
                    {"SB-5105", "the transaction is for another network: " + txn->network_name,
                     "network " + network->name, "Give --network or --genesis."},
                    Exit::usage);
    }
    const Value* operation = txn->request.find("operation");
    const std::string what = type_name(operation->text_at("type"));
    if (const auto stopped = announce_write(context, *network, what)) return *stopped;
    auto pool = open_pool(context, options.ledger, *network);
    if (!pool) return pool.error();
    const auto answer = send_write(context, *network, **pool, txn->request);
    if (!answer) return fail_pool(context, answer.error());
    const Value* metadata = answer->result.find("txnMetadata");
    const Value* seq_no = metadata != nullptr ? metadata->find("seqNo") : nullptr;
    if (context.globals.json()) {
        Object out{{"digest", txn->digest}};
        out.set("seqNo", seq_no != nullptr ? *seq_no : Value());
        out.set("result", answer->result);
        print_json(context.globals, out);
    } else {
        print_line(what + " written as number " +
                   (seq_no != nullptr ? encoding::compact_json(*seq_no) : "?"));
    }
    return 0;
}

/// Two rows of modules in one line of text, dark on light with the quiet zone of four.
void print_qr(const QRcode& code) {
    constexpr int margin = 4;
    const auto is_dark = [&](int x, int y) {
        const bool inside = x >= 0 && y >= 0 && x < code.width && y < code.width;
        return inside && (code.data[y * code.width + x] & 1) != 0;
    };
    for (int y = -margin; y < code.width + margin; y += 2) {
        std::string line;
        for (int x = -margin; x < code.width + margin; ++x) {
            const bool top = is_dark(x, y);
            const bool bottom = is_dark(x, y + 1);
            // Terminals are dark: a blank is a dark module.
            line += top ? (bottom ? " " : "▄") : (bottom ? "▀" : "█");
        }
        print_line(line);
    }
}

int qr(const Context& context, const TxnOptions& options) {
    const auto txn = TxnFile::read(options.file);
    if (!txn) return fail(context.globals, txn.error(), Exit::not_verified);
    for (const std::string& part : qr_parts(*txn, qr_chars)) {
        if (options.as_text || context.globals.json()) {
            print_line(part);
            continue;
        }
        const std::unique_ptr<QRcode, decltype(&QRcode_free)> code(
            QRcode_encodeString8bit(part.c_str(), 0, QR_ECLEVEL_M), QRcode_free);
        if (code == nullptr)
            return fail(context.globals, {"SB-5044", "no code can be drawn", options.file, ""});
        print_line(part.substr(0, part.find(':', part.find(':') + 1)));
        print_qr(*code);
    }
    return 0;
}

int scan(const Context& context, const TxnOptions& options) {
    const auto txn = join_qr_parts(split_list(read_standard_input(), '\n'));
    if (!txn) return fail(context.globals, txn.error(), Exit::not_verified);
    if (auto written = txn->write(options.out); !written)
        return fail(context.globals, written.error());
    say_transaction(context, *txn);
    return 0;
}

using Action = int (*)(const Context&, const TxnOptions&);

CLI::App* add_one(CLI::App& group, const char* name, const char* help, Action action,
                  const std::shared_ptr<TxnOptions>& options, Context& context) {
    CLI::App* command = group.add_subcommand(name, help);
    command->callback(
        [action, options, &context] { context.exit_code = action(context, *options); });
    return command;
}

void add_signing(CLI::App& command, TxnOptions& options, const Context& context) {
    command.add_option("file", options.file, "the transaction's file")->required();
    add_signer_options(command, options.ledger, context.settings);
    command.add_option("--out", options.out, "write the result there instead");
    command.add_flag("--yes", options.yes, "without asking");
}

void add_codes(CLI::App& group, const std::shared_ptr<TxnOptions>& options, Context& context) {
    CLI::App* qr_command =
        add_one(group, "qr", "draw the file as codes for a camera or paper", qr, options, context);
    qr_command->add_option("file", options->file)->required();
    qr_command->add_flag("--text", options->as_text, "the codes' texts, one a line");
    qr_command->footer(
        "Examples:\n  stadtbuch txn qr dog.txn\n  stadtbuch txn qr dog.txn --text > codes");
    CLI::App* scan_command =
        add_one(group, "scan", "join scanned codes, one a line, to a file", scan, options, context);
    scan_command->add_option("--out", options->out, "the file")->required();
    scan_command->footer(
        "Examples:\n  stadtbuch txn scan --out scanned.txn < codes\n"
        "  stadtbuch txn qr dog.txn --text | stadtbuch txn scan --out -");
}

}  // namespace

void add_txn_commands(CLI::App& app, Context& context) {
    const auto options = std::make_shared<TxnOptions>();
    CLI::App* group = app.add_subcommand("txn", "a transaction that several people sign");
    group->require_subcommand(1);
    CLI::App* build = group->add_subcommand("build", "describe it in a file");
    build->require_subcommand(1);
    add_build_commands(*build, context);

    CLI::App* show_command = add_one(*group, "show", "say what would be signed, and who is missing",
                                     show, options, context);
    show_command->add_option("file", options->file)->required();
    show_command->footer(
        "Examples:\n  stadtbuch txn show dog.txn\n  stadtbuch --select missing[] txn show dog.txn");

    CLI::App* sign_command =
        add_one(*group, "sign", "read it and sign it", sign_it, options, context);
    add_signing(*sign_command, *options, context);
    sign_command->footer(
        "Examples:\n  stadtbuch txn sign dog.txn --as V4SGRU86Z58d6TV7PBUe6f --yes\n  stadtbuch "
        "txn "
        "sign demote.txn --seed-file trustee_seed --out signed.txn --yes");

    CLI::App* endorse_command =
        add_one(*group, "endorse", "sign it as its endorser", endorse, options, context);
    add_signing(*endorse_command, *options, context);
    endorse_command->footer(
        "Examples:\n  stadtbuch txn endorse dog.txn --yes\n"
        "  stadtbuch txn endorse definition.txn --seed-file endorser_seed --out - --yes");

    CLI::App* submit_command =
        add_one(*group, "submit", "send it when all have signed", submit, options, context);
    submit_command->add_option("file", options->file)->required();
    add_network_options(*submit_command, options->ledger, context.settings);
    submit_command->footer(
        "Examples:\n  stadtbuch txn submit dog.txn\n  stadtbuch -o json txn submit signed.txn "
        "--network local");
    add_codes(*group, options, context);
}

}  // namespace stadtbuch::cli
