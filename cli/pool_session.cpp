// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "cli/pool_session.hpp"

#include <chrono>
#include <thread>

#include "cli/folders.hpp"
#include "cli/local_network.hpp"
#include "cli/memory.hpp"
#include "cli/network_files.hpp"
#include "cli/plan.hpp"
#include "cli/txn_file.hpp"
#include "ssi/client/requests.hpp"
#include "ssi/did/did.hpp"
#include "ssi/keys/time.hpp"
#include "ssi/ledger/types.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"
#include "storage/hash/hash.hpp"

namespace stadtbuch::cli {

using encoding::Array;
using encoding::Object;
using encoding::Value;

namespace {

/// A write waits so long for the validators that are not needed for its proof.
constexpr std::int64_t settle_ms = 1000;
/// How long a read asks again while all it gets is from before the last own write.
constexpr auto older_patience = std::chrono::seconds(10);
constexpr auto unclear_patience = std::chrono::seconds(1);
constexpr auto retry_pause = std::chrono::milliseconds(40);

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

Result<std::unique_ptr<client::BlockingPool>, int> open_pool(const Context& context,
                                                             const LedgerOptions& options,
                                                             const Network& network) {
    client::PoolClientOptions limits;
    limits.reply_timeout_ms = std::int64_t{1000} * options.timeout_s;
    limits.ack_timeout_ms = std::min(limits.ack_timeout_ms, limits.reply_timeout_ms);
    limits.settle_ms = settle_ms;
    const NetworkMemory memory = recall(network.id());
    for (const auto& [ledger, write] : memory.writes) limits.own_writes[ledger] = write.time;
    limits.last_writers = memory.nodes;
    auto pool = client::BlockingPool::open(network.genesis_text, limits);
    if (!pool) return Failure{fail(context.globals, pool.error())};
    if (auto fresh = (*pool)->refresh(); !fresh) {
        client::PoolError error = fresh.error();
        const std::string folder = network_folder(network.name);
        if (!members_of(folder).empty() && running_members(folder).empty()) {
            error.error.next = "The local network rests; start it: stadtbuch up" +
                               (network.name == "local" ? "" : " --name " + network.name);
        }
        return Failure{fail_pool(context, error)};
    }
    return *std::move(pool);
}

Value unsigned_request(const LedgerOptions& options, const Network& network,
                       const std::string& author, const WriteJob& job) {
    Value request = client::make_request(job.operation, author, clock_req_id());
    if (const auto accepted = stored_acceptance(network); accepted && job.on_domain_ledger) {
        client::accept_agreement(request, accepted->digest, accepted->mechanism, accepted->time);
    }
    if (!options.endorser.empty()) {
        client::set_endorser(request, did::unqualified(options.endorser));
    }
    return request;
}

Result<client::PoolAnswer, client::PoolError> send_write(const Context& context,
                                                         const Network& network,
                                                         client::BlockingPool& pool,
                                                         Value request) {
    auto answer = pool.submit(std::move(request));
    if (!answer) return answer;
    const Value* txn = answer->result.find("txn");
    const Value* metadata = answer->result.find("txnMetadata");
    const auto ledger_id =
        txn != nullptr ? ledger::ledger_of_type(txn->text_at("type")) : std::nullopt;
    const Value* time = metadata != nullptr ? metadata->find("txnTime") : nullptr;
    const Value* seq_no = metadata != nullptr ? metadata->find("seqNo") : nullptr;
    if (!ledger_id || time == nullptr || seq_no == nullptr) return answer;
    OwnWrite own{time->integer().value_or(0), std::string(answer->result.text_at("rootHash")),
                 seq_no->integer().value_or(0)};
    const Value* data = txn->find("data");
    const std::string dest(data != nullptr ? data->text_at("dest") : "");
    remember(context.globals, network.id(), [&](NetworkMemory& memory) {
        OwnWrite& newest = memory.writes[ledger::number_of(*ledger_id)];
        if (own.seq_no >= newest.seq_no) newest = own;
        memory.nodes = answer->nodes;
        if (!dest.empty() && did::is_short_did(dest)) memory.note("did", dest);
    });
    return answer;
}

namespace {

/// Nothing when the answer can be shown; else why it may be from before an own write.
Age age_of_answer(const NetworkMemory& memory, const Object& operation,
                  const client::PoolAnswer& answer) {
    const Value question(operation);
    if (question.text_at("type") == ledger::txn_type::get_txn) {
        const Value* ledger_id = question.find("ledgerId");
        const Value* number = question.find("data");
        const auto own = memory.writes.find(ledger_id != nullptr ? ledger_id->integer().value_or(1)
                                                                 : std::int64_t{1});
        const bool is_own = own != memory.writes.end() && number != nullptr &&
                            number->integer().value_or(0) <= own->second.seq_no;
        return is_own && is_absent(answer.result) ? Age::older : Age::newer;
    }
    const bool asks_for_past = operation.find("timestamp") != nullptr ||
                               operation.find("to") != nullptr ||
                               operation.find("seqNo") != nullptr;
    const Value* proof = answer.result.find("state_proof");
    const Value* signature = proof != nullptr ? proof->find("multi_signature") : nullptr;
    const Value* value = signature != nullptr ? signature->find("value") : nullptr;
    const Value* ledger_id = value != nullptr ? value->find("ledger_id") : nullptr;
    const Value* time = value != nullptr ? value->find("timestamp") : nullptr;
    if (asks_for_past || !answer.proved || ledger_id == nullptr || time == nullptr)
        return Age::newer;
    const auto own = memory.writes.find(ledger_id->integer().value_or(-1));
    if (own == memory.writes.end()) return Age::newer;
    return age_of(own->second, time->integer().value_or(0), value->text_at("txn_root_hash"),
                  now_s());
}

/// For completion.
void note_id(const Context& context, const Network& network, const WriteJob& job) {
    const Value* id = job.id_member.empty() ? nullptr : job.describe.find(job.id_member);
    if (id == nullptr || !id->is_text()) return;
    const std::string kind = job.id_member == "schema_id" ? "schema" : "creddef";
    remember(context.globals, network.id(),
             [&](NetworkMemory& memory) { memory.note(kind, *id->text()); });
}

/// The same for what was read.
void note_found(const Context& context, const Network& network, const Value& question,
                const std::string& name) {
    const std::string_view type = question.text_at("type");
    std::string kind;
    if (type == ledger::txn_type::get_nym) kind = "did";
    if (type == ledger::txn_type::get_schema) kind = "schema";
    if (type == ledger::txn_type::get_claim_def) kind = "creddef";
    if (kind.empty() || name.empty()) return;
    remember(context.globals, network.id(),
             [&](NetworkMemory& memory) { memory.note(kind, name); });
}

}  // namespace

Result<client::PoolAnswer, client::PoolError> send_read(const Network& network,
                                                        client::BlockingPool& pool,
                                                        Object operation) {
    const NetworkMemory memory = recall(network.id());
    const auto begin = std::chrono::steady_clock::now();
    while (true) {
        auto answer = pool.submit(client::make_read(operation, pool.next_req_id()));
        if (!answer) return answer;
        const Age age = age_of_answer(memory, operation, *answer);
        const auto waited = std::chrono::steady_clock::now() - begin;
        const auto patience = age == Age::older ? older_patience : unclear_patience;
        if (age == Age::newer || waited > patience) return answer;
        std::this_thread::sleep_for(retry_pause);
    }
}

int write(const Context& context, const LedgerOptions& options, WriteJob job) {
    const auto network = find_network(context, options);
    if (!network) return fail(context.globals, network.error(), Exit::usage);
    if (options.is_build) return build_transaction(context, options, *network, job);
    auto author = find_author(context, options, &*network);
    if (!author) return fail(context.globals, author.error(), Exit::usage);
    if (!job.id_member.empty()) job.describe.set(job.id_member, author->did + job.id_tail);
    Value request = unsigned_request(options, *network, author->did, job);
    if (!client::sign(request, *author->key)) {
        return fail(context.globals, {"SB-5044", "the request cannot be signed", job.what, ""});
    }
    const auto stopped = announce_write(context, *network, job.what + ", signed by " + author->did);
    if (stopped && options.dry_run.empty()) return *stopped;
    if (!options.dry_run.empty()) return show_plan(context, options, *network, request);
    auto pool = open_pool(context, options, *network);
    if (!pool) return pool.error();
    const auto answer = send_write(context, *network, **pool, std::move(request));
    if (!answer) return fail_pool(context, answer.error());
    note_id(context, *network, job);
    return show_written(context, job, *answer);
}

int read(const Context& context, const LedgerOptions& options, Object operation,
         const std::string& name) {
    const auto network = find_network(context, options);
    if (!network) return fail(context.globals, network.error(), Exit::usage);
    auto pool = open_pool(context, options, *network);
    if (!pool) return pool.error();
    const Value question(operation);
    const auto answer = send_read(*network, **pool, std::move(operation));
    if (!answer) return fail_pool(context, answer.error());
    if (!is_absent(answer->result)) note_found(context, *network, question, name);
    const Object proof = vouching(*answer, (*pool)->ledger().n());
    const bool absent = is_absent(answer->result);
    const Value* data = answer->result.find("data");
    const Value shown = data == nullptr ? Value() : opened(*data);
    if (context.globals.output == "name" && context.globals.select.empty()) {
        if (!absent) print_line(name);
    } else if (context.globals.json()) {
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
    return fail(context.globals,
                {"SB-5045", "the ledger has no such entry", "network " + network->name, ""},
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
