// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Load on a running pool: signed NYMs, one attribute written again and again (the state does not
// grow), or proved reads, closed loop with a fixed number in flight. A write is done when f+1
// validators gave equal replies, a read when one state proof was verified. Prints one JSON line
// with the rate, latencies and the CPU time that the validators spent (from /proc), see
// tests/bench/RESULTS.md for method.
//
// usage: pool_load GENESIS MODE COUNT IN_FLIGHT SEED_FILE [PID...]     MODE: write | attribute |
// read
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "node/net/curve.hpp"
#include "node/net/event_loop.hpp"
#include "ssi/client/pool.hpp"
#include "ssi/client/pool_client.hpp"
#include "ssi/client/requests.hpp"
#include "ssi/did/did.hpp"
#include "ssi/keys/ed25519.hpp"
#include "ssi/keys/os_random.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"

using namespace stadtbuch;
using Clock = std::chrono::steady_clock;

namespace {

std::string read_all(const char* path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// User and system seconds of a process.
double cpu_seconds(const std::string& pid) {
    const std::string stat = read_all(("/proc/" + pid + "/stat").c_str());
    const std::size_t end = stat.rfind(')');
    if (end == std::string::npos) return 0;
    unsigned long user = 0;
    unsigned long system = 0;
    std::sscanf(stat.c_str() + end + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu",
                &user, &system);
    return static_cast<double>(user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

double resident_mb(const std::string& pid) {
    const std::string text = read_all(("/proc/" + pid + "/statm").c_str());
    unsigned long pages = 0;
    std::sscanf(text.c_str(), "%*u %lu", &pages);
    return static_cast<double>(pages) * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1048576.0;
}

struct Load {
    client::PoolClient& client;
    net::EventLoop& loop;
    std::vector<encoding::Value> requests;
    std::size_t in_flight_max = 1;
    std::size_t next = 0;
    std::size_t done = 0;
    std::size_t failed = 0;
    std::size_t proved = 0;
    std::vector<double> latencies_ms;

    void fill() {
        while (next < requests.size() && next - done < in_flight_max) send(next++);
    }

    void send(std::size_t index) {
        const auto begin = Clock::now();
        client.submit(std::move(requests[index]), [this, begin](const auto& answer) {
            ++done;
            if (!answer) {
                ++failed;
            } else {
                proved += answer->proved ? 1u : 0u;
                latencies_ms.push_back(
                    std::chrono::duration<double, std::milli>(Clock::now() - begin).count());
            }
            if (done == requests.size()) return loop.stop();
            fill();
        });
    }
};

/// Microseconds of one Ed25519 check on this machine now: the limit that a write cannot beat.
double bare_verify_us(const keys::Ed25519KeyPair& key) {
    const std::string text(200, 'x');
    const auto signature = key.sign(view_of(text));
    constexpr int rounds = 300;
    const auto begin = Clock::now();
    int good = 0;
    for (int i = 0; i < rounds; ++i) {
        good += keys::verify_ed25519(key.public_key(), view_of(text),
                                     BytesView(signature.data(), signature.size()))
                    ? 1
                    : 0;
    }
    const double us = std::chrono::duration<double, std::micro>(Clock::now() - begin).count();
    return good == rounds ? us / rounds : 0;
}

double percentile(std::vector<double>& sorted, double share) {
    if (sorted.empty()) return 0;
    return sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))];
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 6) {
        std::fprintf(
            stderr,
            "usage: pool_load GENESIS write|attribute|read COUNT IN_FLIGHT SEED_FILE [PID...]\n");
        return 2;
    }
    auto ledger = client::PoolLedger::from_genesis(read_all(argv[1]));
    const std::string seed = read_all(argv[5]).substr(0, 32);
    const auto trustee = keys::Ed25519KeyPair::from_seed(view_of(seed));
    if (!ledger || !trustee) return 1;
    const std::string_view mode = argv[2];
    const std::size_t count = std::strtoul(argv[3], nullptr, 10);
    const std::string author = did::short_did(trustee->public_key());
    net::EventLoop loop;
    const std::size_t in_flight = std::strtoul(argv[4], nullptr, 10);
    // As the nodes do under load, so that the client leaves them the machine.
    if (in_flight >= 100) loop.gather_for(std::chrono::milliseconds(1));
    client::PoolClient client(loop, net::CurveContext::create(), *std::move(ledger),
                              keys::os_random());
    Load load{client, loop, {}, in_flight, 0, 0, 0, 0, {}};
    for (std::size_t i = 0; i < count; ++i) {
        encoding::Value request;
        if (mode == "attribute") {
            const std::string content = "{\"counter\":" + std::to_string(i) + "}";
            request = client::make_request(
                client::attrib_operation(author, client::AttribForm::raw, content), author,
                client.next_req_id());
            if (!client::sign(request, *trustee)) return 1;
        } else if (mode == "write") {
            const auto pair = keys::Ed25519KeyPair::generate(keys::os_random());
            client::NymChange change;
            change.dest = did::short_did(pair.public_key());
            change.verkey = encoding::base58_encode(pair.public_key().view());
            request =
                client::make_request(client::nym_operation(change), author, client.next_req_id());
            if (!client::sign(request, *trustee)) return 1;
        } else {
            request = client::make_read(client::get_nym_operation(author), client.next_req_id());
        }
        load.requests.push_back(std::move(request));
    }
    double cpu_before = 0;
    for (int i = 6; i < argc; ++i) cpu_before += cpu_seconds(argv[i]);
    const auto begin = Clock::now();
    loop.post([&load] { load.fill(); });
    loop.run();
    const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    double cpu = -cpu_before;
    double resident = 0;
    for (int i = 6; i < argc; ++i) {
        cpu += cpu_seconds(argv[i]);
        resident = std::max(resident, resident_mb(argv[i]));
    }
    std::sort(load.latencies_ms.begin(), load.latencies_ms.end());
    std::printf(
        "{\"mode\":\"%s\",\"count\":%zu,\"in_flight\":%zu,\"failed\":%zu,\"proved\":%zu,"
        "\"seconds\":%.3f,\"per_second\":%.0f,"
        "\"p50_ms\":%.2f,\"p99_ms\":%.2f,\"max_ms\":%.2f,\"cpu_us_per_op\":%.1f,\"resident_mb_"
        "max\":%.1f,\"bare_verify_us\":%.1f}\n",
        argv[2], count, load.in_flight_max, load.failed, load.proved, seconds,
        static_cast<double>(load.done) / seconds, percentile(load.latencies_ms, 0.5),
        percentile(load.latencies_ms, 0.99), percentile(load.latencies_ms, 1),
        cpu * 1e6 / static_cast<double>(count), resident, bare_verify_us(*trustee));
    return load.failed == 0 ? 0 : 1;
}
