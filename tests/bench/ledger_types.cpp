// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Reads with proof by type, from a ledger that holds some of everything.
#include <cstdio>
#include <stdexcept>

#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"
#include "storage/hash/hash.hpp"
#include "tests/bench/ledger_bench.hpp"

namespace stadtbuch::bench {

using ledger::Ledger;

namespace {

constexpr std::uint64_t nym_count = 20'000;
constexpr std::uint64_t entries = 10'000;  ///< of the registry
constexpr std::uint64_t entries_a_write = 10;

const std::string author = trustee;
const std::string claim_def = author + ":3:CL:6:tag";
const std::string on_demand = author + ":4:" + claim_def + ":CL_ACCUM:demand";
const std::string by_default = author + ":4:" + claim_def + ":CL_ACCUM:default";

void one(BenchLedger& ledger, Ledger where, const std::string& operation) {
    ledger.order(where, {request(author, operation)});
}

void add_registry(BenchLedger& ledger, const std::string& tag, const std::string& issuance) {
    one(ledger, Ledger::domain,
        R"({"type":"113","id":")" + author + ":4:" + claim_def + ":CL_ACCUM:" + tag +
            R"(","revocDefType":"CL_ACCUM","tag":")" + tag + R"(","credDefId":")" + claim_def +
            R"(","value":{"issuanceType":")" + issuance +
            R"(","maxCredNum":20000,"publicKeys":{"accumKey":{"z":"1 AB"}},"tailsHash":"h","tailsLocation":"https://tails.example/h"}})");
}

std::string accumulator(std::uint64_t number) {
    std::string hex;
    for (int i = 0; i < 12; ++i)
        hex += encoding::hex_encode(
            hash::sha256(std::to_string(number * 16 + static_cast<std::uint64_t>(i))));
    return "21 " + hex;
}

/// Entry after entry, as issuers write them, until `entries` indices are in the registry.
void fill_registry(BenchLedger& ledger, const std::string& id, const char* member) {
    for (std::uint64_t i = 0; i * entries_a_write < entries; ++i) {
        std::string list;
        for (std::uint64_t k = 1; k <= entries_a_write; ++k)
            list += (k > 1 ? "," : "") + std::to_string(i * entries_a_write + k);
        std::string value =
            R"({"accum":")" + accumulator(i) + "\",\"" + member + "\":[" + list + "]";
        if (i > 0) value += R"(,"prevAccum":")" + accumulator(i - 1) + "\"";
        one(ledger, Ledger::domain,
            R"({"type":"114","revocRegDefId":")" + id + R"(","revocDefType":"CL_ACCUM","value":)" +
                value + "}}");
    }
}

std::vector<std::int64_t> fill(BenchLedger& ledger) {
    one(ledger, Ledger::domain,
        R"({"type":"101","data":{"name":"residence","version":"1.0","attr_names":["name","street","zone"]}})");
    const std::string number = "1" + std::string(600, '7');
    one(ledger, Ledger::domain,
        R"({"type":"102","ref":6,"signature_type":"CL","tag":"tag","data":{"primary":{"n":")" +
            number + R"(","s":")" + number + R"(","rctxt":")" + number + R"(","z":")" + number +
            R"(","r":{"name":")" + number + R"(","street":")" + number + R"(","zone":")" + number +
            R"("}}}})");
    one(ledger, Ledger::domain,
        R"({"type":"100","dest":")" + author +
            R"(","raw":"{\"endpoint\":{\"ha\":\"127.0.0.1:5555\"}}"})");
    one(ledger, Ledger::config, R"({"type":"5","version":"1","aml":{"click":"x"}})");
    one(ledger, Ledger::config,
        R"({"type":"4","version":"1","text":"we agree","ratification_ts":1780000000})");
    one(ledger, Ledger::config, R"({"type":"8"})");
    one(ledger, Ledger::config, R"({"type":"130","name":"REV_STRATEGY","value":"x"})");
    for (std::uint64_t i = 0; i < nym_count; i += 1000) {
        std::vector<ledger::RequestPtr> requests;
        for (std::uint64_t k = i; k < i + 1000; ++k)
            requests.push_back(request(author, R"({"type":"1","dest":")" + did_of(k) + "\"}"));
        ledger.order(Ledger::domain, requests);
    }
    add_registry(ledger, "demand", "ISSUANCE_ON_DEMAND");
    add_registry(ledger, "default", "ISSUANCE_BY_DEFAULT");
    const std::int64_t begin = ledger.time();
    fill_registry(ledger, on_demand, "issued");
    const std::int64_t middle = ledger.time();
    fill_registry(ledger, by_default, "revoked");
    ledger.sign();
    return {begin, middle, ledger.time()};
}

void measure(const ledger::Reader& reader, const char* name, int rounds, const auto& operation_of) {
    std::size_t bytes = 0;
    double seconds = 0;
    for (int i = 0; i < rounds; ++i) {
        const auto asked = request(author, operation_of(i));
        const Clock clock;
        const auto answer = reader.view()->answer(*asked);
        if (!answer) throw std::runtime_error(std::string(name) + ": " + answer.error().text);
        bytes += ledger::reply_text(*answer).size();
        seconds += clock.seconds();
    }
    std::printf("| %s | %.0f | %.1f | %zu |\n", name, rounds / seconds, seconds * 1e6 / rounds,
                bytes / static_cast<std::size_t>(rounds));
}

}  // namespace

void measure_types(const std::string& data, const std::string& folder) {
    store::RocksOptions options;
    options.path = folder;
    options.identity = "ledger_bench types";
    auto opened = store::open_rocks(options);
    if (!opened) throw std::runtime_error(opened.error().what);
    BenchLedger ledger(*std::move(opened), read_genesis(data));
    const auto times = fill(ledger);
    const ledger::Reader reader(ledger.store(), 20'000);
    const auto same = [](std::string operation) {
        return [operation = std::move(operation)](int) { return operation; };
    };
    const auto registry = [](const char* type, const std::string& id, const std::string& more) {
        return std::string(R"({"type":")") + type + R"(","revocRegDefId":")" + id + "\"," + more +
               "}";
    };
    const std::string newest = std::to_string(times[2]),
                      middle = std::to_string((times[0] + times[1]) / 2);
    constexpr int many = 20'000, few = 500;
    std::puts("| read | answers/s on one core | µs | bytes |\n| --- | --- | --- | --- |");
    measure(reader, "GET_NYM, random DIDs", many, [](int i) {
        return R"({"type":"105","dest":")" +
               did_of(static_cast<std::uint64_t>(i) * 7919 % nym_count) + "\"}";
    });
    measure(reader, "GET_NYM, absent", many, [](int i) {
        return R"({"type":"105","dest":")" + did_of(1'000'000 + static_cast<std::uint64_t>(i)) +
               "\"}";
    });
    measure(reader, "GET_ATTR", many,
            same(R"({"type":"104","dest":")" + author + R"(","raw":"endpoint"})"));
    measure(reader, "GET_SCHEMA", many,
            same(R"({"type":"107","dest":")" + author +
                 R"(","data":{"name":"residence","version":"1.0"}})"));
    measure(reader, "GET_CLAIM_DEF", many,
            same(R"({"type":"108","ref":6,"origin":")" + author +
                 R"(","signature_type":"CL","tag":"tag"})"));
    measure(reader, "GET_REVOC_REG_DEF", many, same(R"({"type":"115","id":")" + on_demand + "\"}"));
    measure(reader, "GET_REVOC_REG", few,
            same(registry("116", on_demand, "\"timestamp\":" + newest)));
    measure(reader, "GET_REVOC_REG_DELTA on demand, from the beginning", few,
            same(registry("117", on_demand, "\"to\":" + newest)));
    measure(reader, "GET_REVOC_REG_DELTA on demand, second half", few,
            same(registry("117", on_demand, "\"from\":" + middle + ",\"to\":" + newest)));
    measure(reader, "GET_REVOC_REG_DELTA by default, from the beginning", few,
            same(registry("117", by_default, "\"to\":" + newest)));
    measure(reader, "GET_TXN", many, [](int i) {
        return R"({"type":"3","ledgerId":1,"data":)" + std::to_string(1 + i % 20000) + "}";
    });
    measure(reader, "GET_TXN_AUTHR_AGRMT", many, same(R"({"type":"6"})"));
    measure(reader, "GET_TXN_AUTHR_AGRMT_AML", many, same(R"({"type":"7"})"));
    measure(
        reader, "GET_AUTH_RULE, one", many,
        same(
            R"({"type":"121","auth_type":"1","auth_action":"ADD","field":"role","new_value":"101"})"));
    measure(reader, "GET_AUTH_RULE, all", few, same(R"({"type":"121"})"));
    measure(reader, "GET_FLAG", many, same(R"({"type":"131","name":"REV_STRATEGY"})"));
    measure(reader, "GET_FROZEN_LEDGERS", many, same(R"({"type":"10"})"));
}

}  // namespace stadtbuch::bench
