// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// ledger_bench DATA FOLDER build COUNT | open | reads COUNT | catchup FOLDER2 COUNT | types
// A ledger of many transactions, without sockets and agreement: what execution and store cost. DATA
// is tests/data/indy. Figures go to the standard output, nothing here passes or fails on them.
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"
#include "storage/hash/hash.hpp"
#include "tests/bench/ledger_bench.hpp"

namespace stadtbuch::bench {

using encoding::Object;
using encoding::Value;
using ledger::Ledger;

namespace {

constexpr std::size_t batch_size = 1000;
// As node/ledger_store.cpp has them.
constexpr std::size_t cache_bytes = 16u << 20, memtable_bytes = 8u << 20, reader_nodes = 20'000,
                      identities = 15'000;

std::string file_text(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) throw std::runtime_error(path + " cannot be read");
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::shared_ptr<store::Store> open_store(const std::string& folder) {
    store::RocksOptions options;
    options.path = folder;
    options.cache_bytes = cache_bytes;
    options.memtable_bytes = memtable_bytes;
    options.identity = "ledger_bench";
    auto opened = store::open_rocks(options);
    if (!opened) throw std::runtime_error(opened.error().what);
    return *std::move(opened);
}

/// Resident memory of this process in MB.
double resident_mb() {
    std::ifstream in("/proc/self/statm");
    double all = 0, resident = 0;
    in >> all >> resident;
    return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1e6;
}

double folder_bytes(const std::string& folder) {
    double bytes = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (entry.is_regular_file()) bytes += static_cast<double>(entry.file_size());
    }
    return bytes;
}

std::string nym_of(std::uint64_t number) {
    const std::string key = encoding::base58_encode(hash::sha256("key " + std::to_string(number)));
    return R"({"type":"1","dest":")" + did_of(number) + R"(","verkey":")" + key + "\"}";
}

void build(const std::string& data, const std::string& folder, std::uint64_t count) {
    BenchLedger ledger(open_store(folder), read_genesis(data));
    std::uint64_t done = ledger.execution().committed_size(Ledger::domain);
    const std::uint64_t before = done;
    const Clock wall(CLOCK_MONOTONIC), process(CLOCK_PROCESS_CPUTIME_ID);
    while (done < count) {
        std::vector<ledger::RequestPtr> requests;
        for (std::size_t i = 0; i < batch_size; ++i)
            requests.push_back(request(trustee, nym_of(done + i)));
        ledger.order(Ledger::domain, requests);
        done = ledger.execution().committed_size(Ledger::domain);
        if (done % 100'000 < batch_size) {
            std::fprintf(stderr, "%llu transactions, %.0f s, %.0f MB resident\n",
                         static_cast<unsigned long long>(done), wall.seconds(), resident_mb());
        }
    }
    ledger.sign();
    std::printf(
        "| execution and store without agreement, µs CPU per transaction (all threads) | %.1f |\n",
        process.seconds() * 1e6 / static_cast<double>(done - before));
}

void open_only(const std::string& data, const std::string& folder) {
    const auto genesis = read_genesis(data);
    const double before = resident_mb();
    const Clock clock(CLOCK_MONOTONIC);
    const auto store = open_store(folder);
    const double store_ms = clock.seconds() * 1000;
    const auto execution = ledger::Execution::open(*store, genesis, {.identities_max = identities});
    if (!execution) throw std::runtime_error(execution.error().what);
    const ledger::Reader reader(*store, reader_nodes);
    const double ms = clock.seconds() * 1000;
    const double size = static_cast<double>(reader.view()->size(Ledger::domain));
    std::printf("| transactions in the domain ledger | %.0f |\n", size);
    std::printf("| opening (RocksDB %.1f ms, heads and audit the rest), ms | %.1f |\n", store_ms,
                ms);
    std::printf("| resident after opening, MB (%.1f before) | %.1f |\n", before, resident_mb());
    std::printf("| bytes on disk per transaction | %.0f |\n", folder_bytes(folder) / size);
}

void read_many(const std::string& data, const std::string& folder, std::uint64_t count) {
    BenchLedger ledger(open_store(folder), read_genesis(data));
    const ledger::Reader reader(ledger.store(), reader_nodes);
    const std::uint64_t size = ledger.execution().committed_size(Ledger::domain);
    std::vector<double> times;
    std::uint64_t chance = 88172645463325252;
    std::size_t bytes = 0;
    const Clock whole;
    for (std::uint64_t i = 0; i < count; ++i) {
        chance ^= chance << 13;
        chance ^= chance >> 7;
        chance ^= chance << 17;
        const auto asked =
            request(trustee, R"({"type":"105","dest":")" + did_of(5 + chance % (size - 5)) + "\"}");
        const Clock clock;
        const auto answer = reader.view()->answer(*asked);
        if (!answer || answer->find("data")->is_null())
            throw std::runtime_error("a DID is missing");
        bytes += ledger::reply_text(*answer).size();
        times.push_back(clock.seconds() * 1e6);
    }
    const double seconds = whole.seconds();
    std::sort(times.begin(), times.end());
    const auto at = [&](double part) {
        return times[static_cast<std::size_t>(part * static_cast<double>(times.size() - 1))];
    };
    std::printf("| GET_NYM with proof, random DIDs: answers/s | %.0f |\n",
                static_cast<double>(count) / seconds);
    std::printf("| GET_NYM p50 / p99 / p99.9 / max, µs | %.0f / %.0f / %.0f / %.0f |\n", at(0.5),
                at(0.99), at(0.999), at(1));
    std::printf("| bytes of an answer | %.0f |\n",
                static_cast<double>(bytes) / static_cast<double>(count));
    std::printf("| resident after %llu reads, MB | %.1f |\n",
                static_cast<unsigned long long>(count), resident_mb());
}

void catch_up(const std::string& data, const std::string& folder, const std::string& other,
              std::uint64_t count_max) {
    const auto genesis = read_genesis(data);
    const auto source = open_store(folder);
    const ledger::Reader reader(*source, reader_nodes);
    const auto view = reader.view();
    BenchLedger target(open_store(other), genesis);
    const std::uint64_t size = std::min(count_max, view->size(Ledger::domain));
    double reading = 0;
    const Clock clock(CLOCK_MONOTONIC), process(CLOCK_PROCESS_CPUTIME_ID);
    while (target.execution().committed_size(Ledger::domain) < size) {
        const std::uint64_t first = target.execution().committed_size(Ledger::domain) + 1;
        std::vector<std::string> texts;
        const Clock one;
        for (std::uint64_t i = first; i <= std::min(size, first + batch_size - 1); ++i)
            texts.push_back(*view->txn_json(Ledger::domain, i));
        reading += one.seconds();
        for (const std::string& text : texts) {
            if (!ledger::Execution::leaf_hash_of(Ledger::domain, text))
                throw std::runtime_error("no transaction");
        }
        const auto batch = target.execution().append_caught_up(Ledger::domain, texts);
        if (!batch) throw std::runtime_error(batch.error().what);
        if (!target.store().write(batch->write, store::Durability::synced))
            throw std::runtime_error("the store refuses");
        target.execution().mark_written(batch->commit_no);
        target.execution().trim_memory();
    }
    const double cpu = process.seconds() - reading, all = clock.seconds();
    if (target.execution().committed_roots(Ledger::domain).txn_root !=
        view->txn_root_at(Ledger::domain, size))
        throw std::runtime_error("the ledgers differ");
    const double count = static_cast<double>(size);
    std::printf(
        "| catch-up, leecher: parsed, hashed, replayed, synced; µs CPU per transaction (all "
        "threads) | %.1f |\n",
        cpu * 1e6 / count);
    std::printf("| catch-up, seeder: µs CPU per transaction | %.1f |\n", reading * 1e6 / count);
    std::printf("| catch-up of both in one process, transactions/s by the wall clock | %.0f |\n",
                count / all);
    std::printf("| resident after it, MB | %.1f |\n", resident_mb());
}

}  // namespace

ledger::Genesis read_genesis(const std::string& data) {
    auto parsed = ledger::parse_genesis(file_text(data + "/pool_transactions_genesis.txn"),
                                        file_text(data + "/domain_transactions_genesis.txn"));
    if (!parsed) throw std::runtime_error(parsed.error().what);
    return *std::move(parsed);
}

ledger::RequestPtr request(const std::string& author, const std::string& operation) {
    static std::uint64_t req_id = 1'795'266'829'000'000'000;
    const std::string text =
        R"({"identifier":")" + author + R"(","operation":)" + operation +
        R"(,"protocolVersion":2,"reqId":)" + std::to_string(++req_id) +
        R"(,"signature":"4jdyRzfQnDX4VnaPwVLayLhopAhqYZgGDvdHNR4rVHKxa73rXEjsBoGTCeH8Ny3v35eukim8EsVmpcPYEPZ9X9Ms"})";
    auto parsed = ledger::parse_request(*encoding::parse_json(text));
    if (!parsed) throw std::runtime_error(parsed.error().reason);
    return std::make_shared<const ledger::Request>(*std::move(parsed));
}

std::string did_of(std::uint64_t number) {
    return encoding::base58_encode(hash::sha256("did " + std::to_string(number)).view().first(16));
}

BenchLedger::BenchLedger(std::shared_ptr<store::Store> store, const ledger::Genesis& genesis)
    : store_(std::move(store)) {
    auto opened = ledger::Execution::open(*store_, genesis, {.identities_max = identities});
    if (!opened) throw std::runtime_error(opened.error().what);
    execution_ = *std::move(opened);
    pp_seq_no_ = execution_->committed_size(Ledger::audit);
    time_ += static_cast<std::int64_t>(pp_seq_no_);
}

void BenchLedger::order(Ledger ledger, const std::vector<ledger::RequestPtr>& requests) {
    const auto applied = execution_->apply({ledger, ++time_, requests, true});
    if (!applied.discarded.empty())
        throw std::runtime_error(applied.discarded.front().refusal.text);
    static_cast<void>(execution_->seal({0, ++pp_seq_no_, "00", {"Node1", "Node2"}}));
    const auto batch = execution_->commit_oldest();
    if (!store_->write(batch.write, store::Durability::buffered))
        throw std::runtime_error("the store refuses a write");
    execution_->mark_written(batch.commit_no);
    execution_->trim_memory();
}

void BenchLedger::sign() {
    store::Batch batch;
    for (const Ledger ledger : {Ledger::pool, Ledger::domain, Ledger::config}) {
        const auto base58 = [](const Hash32& hash) { return Value(encoding::base58_encode(hash)); };
        const auto roots = execution_->committed_roots(ledger);
        const Value signature = Object{
            {"participants", encoding::Array{Value("Node1"), Value("Node2"), Value("Node3")}},
            {"signature", std::string(176, 'R')},
            {"value", Object{{"ledger_id", ledger::number_of(ledger)},
                             {"pool_state_root_hash",
                              base58(execution_->committed_roots(Ledger::pool).state_root)},
                             {"state_root_hash", base58(roots.state_root)},
                             {"timestamp", time_},
                             {"txn_root_hash", base58(roots.txn_root)}}}};
        if (!ledger::put_multi_signature(batch, signature))
            throw std::runtime_error("no multi-signature");
    }
    if (!store_->write(batch, store::Durability::synced))
        throw std::runtime_error("the store refuses a write");
}

}  // namespace stadtbuch::bench

int main(int argc, char** argv) {
    using namespace stadtbuch::bench;
    try {
        const std::string data = argc > 2 ? argv[1] : "", folder = argc > 2 ? argv[2] : "";
        const std::string task = argc > 3 ? argv[3] : "";
        if (task == "build" && argc == 5) {
            build(data, folder, std::stoull(argv[4]));
        } else if (task == "open" && argc == 4) {
            open_only(data, folder);
        } else if (task == "reads" && argc == 5) {
            read_many(data, folder, std::stoull(argv[4]));
        } else if (task == "catchup" && argc == 6) {
            catch_up(data, folder, argv[4], std::stoull(argv[5]));
        } else if (task == "types" && argc == 4) {
            measure_types(data, folder);
        } else {
            std::fputs(
                "usage: ledger_bench DATA FOLDER build COUNT | open | reads COUNT | catchup "
                "FOLDER2 COUNT | types\n",
                stderr);
            return 2;
        }
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "ledger_bench: %s\n", error.what());
        return 1;
    }
}
