// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "cli/pool_session.hpp"

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdlib>
#include <filesystem>

#include "cli/folders.hpp"
#include "cli/network_files.hpp"
#include "ssi/client/requests.hpp"
#include "ssi/did/did.hpp"
#include "ssi/keys/time.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"
#include "storage/hash/hash.hpp"

namespace stadtbuch::cli {

using encoding::Array;
using encoding::Object;
using encoding::Value;

namespace {

constexpr std::string_view genesis_name = "pool_transactions_genesis";

/// Some replies hold JSON as text (`data` of NYM and raw ATTRIB): shown as what it says.
Value opened(const Value& data) {
    if (!data.is_text()) return data;
    auto parsed = encoding::parse_json(*data.text());
    return parsed && parsed->is_object() ? *std::move(parsed) : data;
}

std::string plain(const Value& value) {
    return value.is_text() ? *value.text() : encoding::compact_json(value);
}

std::string joined(const Array& texts) {
    std::string out;
    for (const Value& text : texts) {
        if (!text.is_text()) continue;
        if (!out.empty()) out += ", ";
        out += *text.text();
    }
    return out;
}

void print_members(const Value& data) {
    if (!data.is_object()) {
        if (!data.is_null()) print_line(encoding::pretty_json(data, 2, false));
        return;
    }
    std::vector<std::vector<std::string>> rows;
    for (const auto& member : *data.object()) rows.push_back({member.key, plain(member.value)});
    print_table({"FIELD", "VALUE"}, rows);
}

std::string acceptance_path(const Network& network) {
    return data_folder() + "/taa/" + network.id() + ".json";
}

/// The request, complete but for its signature.
Value unsigned_request(const LedgerOptions& options, const Network& network, const Author& author,
                       const WriteJob& job, std::uint64_t req_id) {
    Value request = client::make_request(job.operation, author.did, req_id);
    if (const auto accepted = stored_acceptance(network); accepted && job.on_domain_ledger) {
        client::accept_agreement(request, accepted->digest, accepted->mechanism, accepted->time);
    }
    if (!options.endorser.empty()) {
        client::set_endorser(request, did::unqualified(options.endorser));
    }
    return request;
}

std::uint64_t clock_req_id() {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    return static_cast<std::uint64_t>(std::chrono::nanoseconds(since).count());
}

int show_written(const Context& context, const WriteJob& job, const client::PoolAnswer& answer) {
    const Value* metadata = answer.result.find("txnMetadata");
    const Value* seq_no = metadata != nullptr ? metadata->find("seqNo") : nullptr;
    const Value* time = metadata != nullptr ? metadata->find("txnTime") : nullptr;
    if (context.globals.json()) {
        Object out = job.describe;
        out.set("seqNo", seq_no != nullptr ? *seq_no : Value());
        out.set("txnTime", time != nullptr ? *time : Value());
        out.set("txnId", metadata != nullptr ? metadata->text_at("txnId") : "");
        Array nodes;
        for (const std::string& node : answer.nodes) nodes.emplace_back(node);
        out.set("nodes", std::move(nodes));
        out.set("result", answer.result);
        print_json(context.globals, out);
        return 0;
    }
    print_line(job.what + " written as number " + (seq_no != nullptr ? plain(*seq_no) : "?"));
    for (const auto& member : job.describe)
        print_line("  " + member.key + "  " + plain(member.value));
    return 0;
}

}  // namespace

void add_network_options(CLI::App& command, LedgerOptions& options) {
    command.add_option("--genesis", options.genesis,
                       "genesis file of the network (or STADTBUCH_GENESIS)");
    command.add_option("--network", options.network,
                       "name or folder of a network of `stadtbuch up`");
    command.add_option("--timeout", options.timeout_s, "seconds to wait for answers")
        ->check(CLI::Range(1, 600));
}

void add_write_options(CLI::App& command, LedgerOptions& options) {
    add_network_options(command, options);
    command.add_option("--as", options.as_did, "DID that signs; its key is in the keystore");
    command.add_option("--seed-file", options.seed_file,
                       "private file with the seed of the signing key (development)");
    command.add_option("--keystore", options.keystore,
                       "keystore file (default: in the data folder)");
    command.add_option("--passphrase-file", options.passphrase_file,
                       "file with the keystore's passphrase (or STADTBUCH_PASSPHRASE_FILE)");
    command.add_option("--endorser", options.endorser, "DID that will endorse the request");
    command.add_flag("--dry-run", options.dry_run, "print the exact request and send nothing");
}

std::string Network::id() const {
    return encoding::hex_encode(hash::sha256(genesis_text)).substr(0, 16);
}

Result<Network, Error> find_network(const LedgerOptions& options) {
    const char* from_environment = std::getenv("STADTBUCH_GENESIS");
    std::string path = options.genesis;
    std::string name = path;
    if (path.empty() && !options.network.empty()) {
        name = options.network;
        path = network_folder(name) + "/" + std::string(genesis_name);
    }
    if (path.empty() && from_environment != nullptr) name = path = from_environment;
    if (path.empty()) {
        name = "local";
        path = network_folder(name) + "/" + std::string(genesis_name);
        if (!std::filesystem::exists(path)) {
            return Failure{Error{"SB-5040", "which network is meant?", "",
                                 "Give --genesis FILE or --network NAME, set STADTBUCH_GENESIS, or "
                                 "make one with: stadtbuch up"}};
        }
    }
    auto text = read_file(path);
    if (!text) return Failure{text.error()};
    return Network{name, *std::move(text)};
}

Result<std::unique_ptr<client::BlockingPool>, int> open_pool(const Context& context,
                                                             const LedgerOptions& options,
                                                             const Network& network) {
    client::PoolClientOptions limits;
    limits.reply_timeout_ms = std::int64_t{1000} * options.timeout_s;
    limits.ack_timeout_ms = std::min(limits.ack_timeout_ms, limits.reply_timeout_ms);
    auto pool = client::BlockingPool::open(network.genesis_text, limits);
    if (!pool) return Failure{fail(context.globals, pool.error())};
    if (auto fresh = (*pool)->refresh(); !fresh) return Failure{fail_pool(context, fresh.error())};
    return *std::move(pool);
}

std::string keystore_path(const LedgerOptions& options) {
    return options.keystore.empty() ? data_folder() + "/dids.json" : options.keystore;
}

Result<Author, Error> find_author(const Context& context, const LedgerOptions& options) {
    const std::string did(did::unqualified(options.as_did));
    if (!options.seed_file.empty()) {
        auto key = key_from_seed_file(options.seed_file);
        if (!key) return Failure{key.error()};
        std::string own = did.empty() ? did::short_did(key->public_key()) : did;
        return Author{std::move(own), *std::move(key)};
    }
    if (did.empty()) {
        return Failure{Error{"SB-5041", "who signs?", "--as",
                             "Give --as DID (see: stadtbuch did show) or --seed-file FILE."}};
    }
    const std::string path = keystore_path(options);
    if (!std::filesystem::exists(path)) {
        return Failure{
            Error{"SB-5042", "there is no keystore yet", path, "Make a DID: stadtbuch did new"}};
    }
    auto passphrase = read_passphrase(context.globals, options.passphrase_file, false);
    if (!passphrase) return Failure{passphrase.error()};
    const auto store = DidStore::open(path, *passphrase);
    keys::wipe(*passphrase);
    if (!store) return Failure{store.error()};
    auto key = store->find(did);
    if (!key) {
        return Failure{Error{"SB-5043", "the keystore has no key of " + did, path,
                             "List its DIDs with: stadtbuch did show"}};
    }
    return Author{did, *std::move(key)};
}

int write(const Context& context, const LedgerOptions& options, WriteJob job) {
    const auto network = find_network(options);
    if (!network) return fail(context.globals, network.error(), Exit::usage);
    auto author = find_author(context, options);
    if (!author) return fail(context.globals, author.error(), Exit::usage);
    Value request = unsigned_request(options, *network, *author, job, clock_req_id());
    if (!client::sign(request, author->key)) {
        return fail(context.globals, {"SB-5044", "the request cannot be signed", job.what, ""});
    }
    say(context.globals,
        "network " + network->name + ": " + job.what + ", signed by " + author->did);
    if (options.dry_run) {
        print_json(context.globals, request);
        say(context.globals, options.endorser.empty()
                                 ? "Nothing was sent."
                                 : "Nothing was sent. " + options.endorser + " must sign, too.");
        return 0;
    }
    auto pool = open_pool(context, options, *network);
    if (!pool) return pool.error();
    const auto answer = (*pool)->submit(std::move(request));
    if (!answer) return fail_pool(context, answer.error());
    return show_written(context, job, *answer);
}

int read(const Context& context, const LedgerOptions& options, Object operation) {
    const auto network = find_network(options);
    if (!network) return fail(context.globals, network.error(), Exit::usage);
    auto pool = open_pool(context, options, *network);
    if (!pool) return pool.error();
    const auto answer =
        (*pool)->submit(client::make_read(std::move(operation), (*pool)->next_req_id()));
    if (!answer) return fail_pool(context, answer.error());
    const Object proof = vouching(*answer, (*pool)->ledger().n());
    const bool absent = is_absent(answer->result);
    const Value* data = answer->result.find("data");
    const Value shown = data == nullptr ? Value() : opened(*data);
    if (context.globals.json()) {
        const Value* seq_no = answer->result.find("seqNo");
        const Value* time = answer->result.find("txnTime");
        Object out{{"found", !absent}, {"data", shown}};
        out.set("seqNo", seq_no != nullptr ? *seq_no : Value());
        out.set("txnTime", time != nullptr ? *time : Value());
        out.set("verified", proof);
        out.set("reply", answer->result);
        print_json(context.globals, out);
    } else if (!absent) {
        print_members(shown);
    }
    say(context.globals, vouching_text(proof));
    if (!absent) return 0;
    return fail(context.globals, {"SB-5045", "the ledger has no such entry", network->name, ""},
                Exit::not_found);
}

int fail_pool(const Context& context, const client::PoolError& error) {
    Error told = error.error;
    for (const auto& verdict : error.nodes) {
        if (!told.where.empty()) told.where += "; ";
        told.where +=
            verdict.what == told.what ? verdict.alias : verdict.alias + ": " + verdict.what;
    }
    switch (error.kind) {
        case client::PoolErrorKind::input:
            return fail(context.globals, told, Exit::usage);
        case client::PoolErrorKind::refused:
            return fail(context.globals, told, Exit::refused);
        case client::PoolErrorKind::timeout:
            return fail(context.globals, told, Exit::timeout);
        case client::PoolErrorKind::verification_failed:
            break;
    }
    return fail(context.globals, told, Exit::not_verified);
}

std::optional<Acceptance> stored_acceptance(const Network& network) {
    const auto text = read_file(acceptance_path(network));
    if (!text) return std::nullopt;
    const auto parsed = encoding::parse_json(*text);
    if (!parsed || parsed->text_at("digest").empty()) return std::nullopt;
    const Value* time = parsed->find("time");
    return Acceptance{std::string(parsed->text_at("digest")),
                      std::string(parsed->text_at("mechanism")),
                      time != nullptr ? time->integer().value_or(0) : 0};
}

Result<void, Error> store_acceptance(const Network& network, const Acceptance& acceptance) {
    auto made = make_folders(data_folder() + "/taa");
    if (!made) return made;
    const Object object{{"network", network.name},
                        {"digest", acceptance.digest},
                        {"mechanism", acceptance.mechanism},
                        {"time", acceptance.time}};
    return write_file(acceptance_path(network), encoding::pretty_json(object, 2, false) + "\n");
}

Object vouching(const client::PoolAnswer& answer, std::size_t validators) {
    const Value* proof = answer.result.find("state_proof");
    const Value* signature = proof != nullptr ? proof->find("multi_signature") : nullptr;
    const auto of = static_cast<std::int64_t>(validators);
    if (!answer.proved || signature == nullptr) {
        Array nodes;
        for (const std::string& node : answer.nodes) nodes.emplace_back(node);
        return Object{{"by", "equal_answers"}, {"nodes", std::move(nodes)}, {"of", of}};
    }
    const Value* participants = signature->find("participants");
    const Value* value = signature->find("value");
    const Value* time = value != nullptr ? value->find("timestamp") : nullptr;
    Object out{{"by", "state_proof"}};
    out.set("participants", participants != nullptr ? *participants : Value(Array{}));
    out.set("of", of);
    out.set("signed_at", keys::utc_date_time(time != nullptr ? time->integer().value_or(0) : 0));
    out.set("answered_by", answer.nodes.empty() ? "" : answer.nodes.front());
    return out;
}

std::string vouching_text(const Object& vouching) {
    const Value value(vouching);
    const bool proved = value.text_at("by") == "state_proof";
    const Value* names = value.find(proved ? "participants" : "nodes");
    const Array list = names != nullptr && names->is_array() ? *names->array() : Array{};
    const std::string count = std::to_string(list.size()) + " of " +
                              std::to_string(value.find("of")->integer().value_or(0)) +
                              " validators";
    if (!proved)
        return "the same answer from " + count + " (" + joined(list) + "), without a proof";
    return "verified by " + count + " (" + joined(list) + "), signed at " +
           std::string(value.text_at("signed_at")) + ", answered by " +
           std::string(value.text_at("answered_by"));
}

bool is_absent(const Value& result) {
    const Value* data = result.find("data");
    if (data == nullptr || data->is_null()) return true;
    // A schema that does not exist is answered with the name and version asked for.
    return result.text_at("type") == "107" && data->find("attr_names") == nullptr;
}

std::int64_t now_s() {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::seconds>(since).count();
}

}  // namespace stadtbuch::cli
