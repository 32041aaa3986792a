// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "cli/batch_session.hpp"

#include <algorithm>
#include <filesystem>

#include "cli/folders.hpp"
#include "cli/ledger_commands.hpp"
#include "cli/network_files.hpp"
#include "cli/output.hpp"
#include "cli/words.hpp"
#include "ssi/client/requests.hpp"
#include "ssi/did/did.hpp"
#include "ssi/keys/os_random.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"

namespace stadtbuch::cli {

using encoding::Array;
using encoding::Object;
using encoding::Value;

namespace {

namespace fs = std::filesystem;

std::string pool_file(const std::string& name) {
    return batch_folder() + "/pools/" + name + ".genesis";
}

std::string wallet_file(const std::string& name) {
    return batch_folder() + "/wallets/" + name + ".json";
}

/// Names become file names.
bool is_name(const std::string& name) {
    return !name.empty() && name.size() <= 100 && name.front() != '.' &&
           name.find('/') == std::string::npos;
}

Array names_in(const std::string& folder, const std::string& ending) {
    std::vector<std::string> names;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder, error)) {
        const std::string name = entry.path().filename().string();
        if (name.ends_with(ending)) names.push_back(name.substr(0, name.size() - ending.size()));
    }
    std::sort(names.begin(), names.end());
    Array out;
    for (const std::string& name : names) out.emplace_back(name);
    return out;
}

Failure<BatchFailure> failed(const Error& error, Exit code = Exit::failed) {
    return Failure{BatchFailure{error, code}};
}

Failure<BatchFailure> pool_failed(const client::PoolError& error) {
    Exit code = Exit::not_verified;
    if (error.kind == client::PoolErrorKind::input) code = Exit::usage;
    if (error.kind == client::PoolErrorKind::refused) code = Exit::refused;
    if (error.kind == client::PoolErrorKind::timeout) code = Exit::timeout;
    return failed(error.error, code);
}

}  // namespace

std::string batch_folder() {
    return data_folder() + "/indy-cli";
}

BatchFailure batch_fault(const std::string& what, const std::string& where,
                         const std::string& next) {
    return {{"SB-5111", what, where, next}, Exit::usage};
}

BatchResult BatchSession::run(const BatchLine& line) {
    if (const std::string why = why_not_run(line); !why.empty())
        return Failure{batch_fault(why, line.name())};
    if (line.group == "pool") return run_pool(line);
    if (line.group == "wallet") return run_wallet(line);
    if (line.group == "did") return run_did(line);
    if (line.group == "ledger") return run_ledger(line);
    return run_general(line);
}

BatchResult BatchSession::run_general(const BatchLine& line) {
    if (line.command != "show") return BatchOutcome{line.command + ": nothing to do here"};
    const auto text = read_line_file(line.subject);
    if (!text) return failed(text.error());
    return BatchOutcome{*text, Value(*text)};
}

BatchResult BatchSession::connect(const std::string& name) {
    const auto genesis = read_file(pool_file(name));
    if (!genesis) {
        return failed({"SB-5040", "no pool has this name", name,
                       "pool create " + name + " gen_txn_file=FILE"});
    }
    Network network{name, *genesis};
    LedgerOptions options;
    options.timeout_s = static_cast<int>(context_.settings.number("timeout"));
    auto pool = open_pool(context_, options, network);
    if (!pool) {
        return failed({"SB-3011", "the pool cannot be reached", name, "See the message above."},
                      static_cast<Exit>(pool.error()));
    }
    pool_ = *std::move(pool);
    network_ = std::move(network);
    return BatchOutcome{"Pool \"" + name + "\" has been connected"};
}

BatchResult BatchSession::run_pool(const BatchLine& line) {
    const std::string& name = line.subject;
    const bool is_about_one =
        line.command == "create" || line.command == "connect" || line.command == "delete";
    if (is_about_one && !is_name(name))
        return Failure{batch_fault("a pool needs a name", line.name())};
    if (line.command == "create") {
        const auto genesis = read_file(line.at("gen_txn_file"));
        if (!genesis) return failed(genesis.error());
        const auto ledger = client::PoolLedger::from_genesis(*genesis);
        if (!ledger) return failed(ledger.error());
        if (auto made = make_folders(batch_folder() + "/pools"); !made) return failed(made.error());
        if (auto written = write_file(pool_file(name), *genesis); !written)
            return failed(written.error());
        return BatchOutcome{"Pool config \"" + name + "\" has been created"};
    }
    if (line.command == "connect") return connect(name);
    if (line.command == "list") {
        Array names = names_in(batch_folder() + "/pools", ".genesis");
        return BatchOutcome{encoding::compact_json(names), Value(names)};
    }
    if (line.command == "delete") {
        std::error_code error;
        if (!fs::remove(pool_file(name), error))
            return failed({"SB-5040", "no pool has this name", name, ""}, Exit::not_found);
        return BatchOutcome{"Pool \"" + name + "\" has been deleted"};
    }
    if (line.command == "set-protocol-version") return BatchOutcome{"Protocol version is 2"};
    if (pool_ == nullptr)
        return Failure{batch_fault("no pool is connected", line.name(), "pool connect NAME")};
    if (line.command == "show-taa") return read(client::get_taa_operation());
    if (line.command == "refresh") {
        const auto fresh = pool_->refresh();
        if (!fresh) return pool_failed(fresh.error());
        return BatchOutcome{"Pool has been refreshed"};
    }
    pool_.reset();
    const std::string gone = network_->name;
    network_.reset();
    return BatchOutcome{"Pool \"" + gone + "\" has been disconnected"};
}

Result<void, BatchFailure> BatchSession::keep_wallet() {
    auto saved = wallet_->save(keys::os_random());
    if (!saved) return Failure{BatchFailure{saved.error()}};
    return {};
}

void BatchSession::close_wallet() {
    wallet_.reset();
    wallet_lock_.reset();
    wallet_name_.clear();
    did_.clear();
}

BatchResult BatchSession::run_wallet(const BatchLine& line) {
    if (line.command == "list") {
        Array names = names_in(batch_folder() + "/wallets", ".json");
        return BatchOutcome{encoding::compact_json(names), Value(names)};
    }
    if (line.command == "close") {
        close_wallet();
        return BatchOutcome{"Wallet has been closed"};
    }
    if (!is_name(line.subject)) return Failure{batch_fault("a wallet needs a name", line.name())};
    const std::string path = wallet_file(line.subject);
    const bool exists = fs::exists(path);
    std::string key = line.at("key");
    if (key.empty()) {
        auto asked = read_passphrase(context_.globals, context_.settings.text("passphrase_file"),
                                     line.command == "create");
        if (!asked) return failed(asked.error());
        key = *std::move(asked);
    }
    if (line.command == "open") close_wallet();
    std::unique_ptr<FileLock> lock;
    if (wallet_name_ != line.subject) {
        auto taken = FileLock::take(context_.globals, path);
        if (!taken) return failed(taken.error());
        lock = std::make_unique<FileLock>(*std::move(taken));
    }
    if (exists == (line.command == "create")) {
        return failed({"SB-5042", exists ? "this wallet exists already" : "there is no such wallet",
                       path, ""});
    }
    auto store = DidStore::open(path, key);
    if (!store) return failed(store.error());
    if (line.command == "delete") {
        fs::remove(path);
        if (wallet_name_ == line.subject) close_wallet();
        return BatchOutcome{"Wallet \"" + line.subject + "\" has been deleted"};
    }
    if (line.command == "create") {
        if (auto saved = store->save(keys::os_random()); !saved) return failed(saved.error());
        return BatchOutcome{"Wallet \"" + line.subject + "\" has been created"};
    }
    wallet_ = std::make_unique<DidStore>(*std::move(store));
    wallet_lock_ = std::move(lock);
    wallet_name_ = line.subject;
    return BatchOutcome{"Wallet \"" + line.subject + "\" has been opened"};
}

BatchResult BatchSession::new_did(const BatchLine& line) {
    auto key = keys::Ed25519KeyPair::generate(keys::os_random());
    if (line.has("seed")) {
        const auto seed = seed_from_text(line.at("seed"));
        auto pair =
            seed ? keys::Ed25519KeyPair::from_seed(*seed)
                 : Result<keys::Ed25519KeyPair, keys::KeyError>(Failure{keys::KeyError::malformed});
        if (!pair) return failed({"SB-5021", "a seed has exactly 32 octets", line.name(), ""});
        key = *std::move(pair);
    }
    const std::string did = line.has("did") ? std::string(did::unqualified(line.at("did")))
                                            : did::short_did(key.public_key());
    if (!wallet_->put(key, did))
        return failed({"SB-5046", "the wallet has another key for this DID", did, ""});
    if (auto kept = keep_wallet(); !kept) return Failure{kept.error()};
    const std::string verkey = encoding::base58_encode(key.public_key().view());
    return BatchOutcome{"Did \"" + did + "\" has been created with \"" + verkey + "\" verkey",
                        Object{{"did", did}, {"verkey", verkey}}};
}

BatchResult BatchSession::import_dids(const std::string& path) {
    const auto text = read_line_file(path);
    if (!text) return failed(text.error());
    const auto parsed = encoding::parse_json(*text);
    const Value* list = parsed ? parsed->find("dids") : nullptr;
    if (list == nullptr || !list->is_array())
        return failed({"SB-5047", "the file holds no list `dids`", path, ""});
    Array done;
    for (const Value& one : *list->array()) {
        BatchLine line{0, false, "did", "new", "", {}};
        if (!one.text_at("did").empty()) line.values.emplace_back("did", one.text_at("did"));
        line.values.emplace_back("seed", one.text_at("seed"));
        const auto made = new_did(line);
        if (!made) return made;
        done.push_back(made->data);
    }
    const std::string count = std::to_string(done.size());
    return BatchOutcome{count + " DIDs have been imported", Value(std::move(done))};
}

/// The new key first goes to the ledger, then into the wallet: a refused rotation loses nothing.
BatchResult BatchSession::rotate_key(const BatchLine& line) {
    auto fresh = keys::Ed25519KeyPair::generate(keys::os_random());
    if (line.has("seed")) {
        const auto seed = seed_from_text(line.at("seed"));
        if (!seed) return failed({"SB-5021", "a seed has exactly 32 octets", line.name(), ""});
        fresh = *keys::Ed25519KeyPair::from_seed(*seed);
    }
    client::NymChange change;
    change.dest = did_;
    change.verkey = encoding::base58_encode(fresh.public_key().view());
    const auto written = send(line, client::nym_operation(change));
    if (!written) return written;
    wallet_->replace(fresh, did_);
    if (auto kept = keep_wallet(); !kept) return Failure{kept.error()};
    return BatchOutcome{
        "Verkey for did \"" + did_ + "\" has been updated. New verkey: \"" + *change.verkey + "\"",
        Object{{"did", did_}, {"verkey", *change.verkey}}};
}

BatchResult BatchSession::run_did(const BatchLine& line) {
    if (wallet_ == nullptr)
        return Failure{batch_fault("no wallet is open", line.name(), "wallet open NAME key=KEY")};
    if (line.command == "new") return new_did(line);
    if (line.command == "import") return import_dids(line.subject);
    if (line.command == "list") {
        Array list;
        for (const DidKey& key : wallet_->list())
            list.emplace_back(Object{{"did", key.did}, {"verkey", key.verkey}});
        return BatchOutcome{encoding::pretty_json(list, 2, false), Value(list)};
    }
    if (line.command == "set-metadata")
        return BatchOutcome{"metadata are not kept: nothing to do here"};
    if (line.command == "use") {
        const std::string did(did::unqualified(line.subject));
        const auto list = wallet_->list();
        const bool is_held = std::any_of(list.begin(), list.end(),
                                         [&](const DidKey& key) { return key.did == did; });
        if (!is_held)
            return failed({"SB-5043", "the wallet has no key of " + did, wallet_name_, ""},
                          Exit::not_found);
        did_ = did;
        return BatchOutcome{"Did \"" + did + "\" has been set as active"};
    }
    if (did_.empty()) return Failure{batch_fault("no DID is active", line.name(), "did use DID")};
    return rotate_key(line);
}

Result<std::unique_ptr<keys::Signer>, BatchFailure> BatchSession::signer() const {
    if (wallet_ == nullptr || did_.empty()) {
        return Failure{batch_fault("nobody signs: no wallet is open or no DID is active", "ledger",
                                   "wallet open, then did use")};
    }
    auto key = wallet_->signer(context_.globals, did_);
    if (!key) return Failure{BatchFailure{key.error()}};
    return *std::move(key);
}

BatchResult BatchSession::read(Object operation) {
    if (pool_ == nullptr)
        return Failure{batch_fault("no pool is connected", "ledger", "pool connect NAME")};
    const auto answer = send_read(*network_, *pool_, std::move(operation));
    if (!answer) return pool_failed(answer.error());
    const Value* data = answer->result.find("data");
    if (is_absent(answer->result))
        return failed({"SB-5045", "the ledger has no such entry", network_->name, ""},
                      Exit::not_found);
    return BatchOutcome{plain_text(data != nullptr ? *data : Value()), answer->result};
}

BatchResult BatchSession::write(const BatchLine& line, Value request) {
    if (line.at("send") == "false") {
        kept_ = request;
        return BatchOutcome{
            "Transaction has been created:\n" + encoding::pretty_json(request, 2, false), request};
    }
    if (pool_ == nullptr)
        return Failure{batch_fault("no pool is connected", "ledger", "pool connect NAME")};
    const Value* operation = request.find("operation");
    const std::string what =
        type_name(operation != nullptr ? operation->text_at("type") : std::string_view());
    const auto answer = send_write(context_, *network_, *pool_, std::move(request));
    if (!answer) return pool_failed(answer.error());
    const Value* metadata = answer->result.find("txnMetadata");
    const Value* seq_no = metadata != nullptr ? metadata->find("seqNo") : nullptr;
    return BatchOutcome{
        what + (seq_no != nullptr ? " has been written as number " + encoding::compact_json(*seq_no)
                                  : " has been answered"),
        answer->result};
}

BatchResult BatchSession::send(const BatchLine& line, Object operation) {
    const Value question(operation);
    const client::AskKind kind = client::ask_kind_of(question);
    if (kind == client::AskKind::proved_read || kind == client::AskKind::plain_read)
        return read(std::move(operation));
    const auto key = signer();
    if (!key) return Failure{key.error()};
    LedgerOptions options;
    options.endorser = line.at("endorser");
    const Network none{"", ""};
    const WriteJob job{std::move(operation), kind == client::AskKind::write, line.name()};
    Value request = unsigned_request(options, network_ ? *network_ : none, did_, job);
    if (line.at("sign") != "false" && !client::sign(request, **key))
        return failed({"SB-5044", "the request cannot be signed", line.name(), ""});
    return write(line, std::move(request));
}

/// A whole request, or the kept one when no txn= is given.
BatchResult BatchSession::custom(const BatchLine& line) {
    const std::string text = line.subject.empty() ? line.at("txn") : line.subject;
    auto request = text.empty() ? Result<Value, encoding::JsonError>(kept_.value_or(Value()))
                                : encoding::parse_json(text);
    if (!request || !request->is_object() || request->find("operation") == nullptr)
        return Failure{batch_fault("this is no transaction", line.name())};
    if (line.at("sign") == "true") {
        const auto key = signer();
        if (!key) return Failure{key.error()};
        if (request->text_at("identifier").empty()) request->object()->set("identifier", did_);
        if (!client::sign(*request, **key))
            return failed({"SB-5044", "the request cannot be signed", line.name(), ""});
    }
    return write(line, *std::move(request));
}

/// sign-multi adds a signature and keeps the transaction; endorse also sends it.
BatchResult BatchSession::sign_kept(const BatchLine& line) {
    auto request = line.has("txn") ? encoding::parse_json(line.at("txn"))
                                   : Result<Value, encoding::JsonError>(kept_.value_or(Value()));
    if (!request || !request->is_object())
        return Failure{batch_fault("there is no transaction to sign", line.name())};
    const auto key = signer();
    if (!key) return Failure{key.error()};
    if (!client::add_signature(*request, did_, **key))
        return failed({"SB-5044", "the request cannot be signed", line.name(), ""});
    kept_ = *request;
    if (line.command == "endorse") return write(line, *std::move(request));
    return BatchOutcome{
        "Transaction has been signed:\n" + encoding::pretty_json(*request, 2, false), *request};
}

BatchResult BatchSession::run_ledger(const BatchLine& line) {
    if (line.command == "custom") return custom(line);
    if (line.command == "sign-multi" || line.command == "endorse") return sign_kept(line);
    if (line.command == "save-transaction" || line.command == "load-transaction") {
        const std::string path = line.has("file") ? line.at("file") : line.subject;
        if (line.command == "save-transaction") {
            if (!kept_) return Failure{batch_fault("there is no transaction", line.name())};
            auto saved = write_file(path, encoding::compact_json(*kept_) + "\n");
            if (!saved) return failed(saved.error());
            return BatchOutcome{"The transaction has been saved to " + path};
        }
        const auto text = read_line_file(path);
        if (!text) return failed(text.error());
        auto parsed = encoding::parse_json(*text);
        if (!parsed) return failed({"SB-5047", "the file holds no JSON", path, ""});
        kept_ = *std::move(parsed);
        return BatchOutcome{"Transaction has been loaded"};
    }
    auto operation = batch_operation(line);
    if (!operation) return failed(operation.error(), Exit::usage);
    return send(line, *std::move(operation));
}

}  // namespace stadtbuch::cli
