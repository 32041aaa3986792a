// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Load on a running agent: complete issuances (offer, token, nonce, credential, over HTTPS) with
// one or ten keys, and verified presentations. Offers and requests are made beforehand and not
// counted.
//
// Usage: agent_load FOLDER single|batch|present COUNT THREADS PID
//   FOLDER: of init-dev; PID: of the agent, whose CPU time is taken from the process table.
// Says "prepared" on standard error when what is measured begins, then prints one JSON line.
// client_cpu_us_per_op is this program's own share: it signs, verifies and speaks TLS, too.
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>
#include <thread>

#include "node/net/http_client.hpp"
#include "ssi/keys/os_random.hpp"
#include "ssi/openid/holder.hpp"
#include "storage/encoding/json.hpp"

namespace {

using namespace stadtbuch;
using Clock = std::chrono::steady_clock;

std::string file_text(const std::string& path) {
    std::ifstream file(path);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

[[noreturn]] void give_up(const std::string& why) {
    std::cerr << why << "\n";
    std::exit(1);
}

keys::UnixSeconds wall_clock() {
    return std::chrono::duration_cast<std::chrono::seconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

/// User and system time of a process in microseconds.
std::int64_t cpu_us(const std::string& pid) {
    const std::string stat = file_text("/proc/" + pid + "/stat");
    std::istringstream rest(stat.substr(std::min(stat.rfind(')') + 2, stat.size())));
    std::string skipped;
    for (int i = 0; i < 11; ++i) rest >> skipped;
    std::int64_t user = 0;
    std::int64_t system = 0;
    rest >> user >> system;
    return (user + system) * 1'000'000 / sysconf(_SC_CLK_TCK);
}

/// The same of this process.
std::int64_t own_cpu_us() {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    return (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1'000'000 + used.ru_utime.tv_usec +
           used.ru_stime.tv_usec;
}

struct Caller {
    explicit Caller(const std::string& folder) : client(options(folder)) {
        token = file_text(folder + "/api-token");
        while (!token.empty() && token.back() <= ' ') token.pop_back();
        const std::string settings = file_text(folder + "/agent.toml");
        const std::size_t at = settings.find("public_url = \"") + 14;
        base = settings.substr(at, settings.find('"', at) - at);
    }

    static net::HttpClientOptions options(const std::string& folder) {
        net::HttpClientOptions out;
        out.ca_file = folder + "/ca.pem";
        return out;
    }

    std::string send(const std::string& method, const std::string& url, const std::string& type,
                     const std::string& body, const std::string& bearer = "") {
        net::HttpFetch request{method, url, {}, body};
        if (!type.empty()) request.headers.emplace_back("Content-Type", type);
        if (!bearer.empty()) request.headers.emplace_back("Authorization", "Bearer " + bearer);
        const auto answer = client.fetch(request);
        if (!answer) give_up(url + ": " + answer.error().what);
        if (answer->status >= 300)
            give_up(url + ": " + std::to_string(answer->status) + answer->body);
        return answer->body;
    }

    encoding::Value api(const std::string& path, const std::string& body) {
        return encoding::parse_json(send("POST", base + path, "application/json", body, token))
            .value();
    }

    net::HttpClient client;
    std::string token;
    std::string base;
};

struct Offer {
    std::string link;
    std::string code;
};

Offer make_offer(Caller& caller) {
    const auto made = caller.api("/api/cases", R"({"kind":"residence","resident":"R100000"})");
    const auto decided = caller.api("/api/cases/" + std::string(made.text_at("id")) + "/decide",
                                    R"({"decision":"approve"})");
    const auto* offer = decided.find("offer");
    return {std::string(offer->text_at("link")), std::string(offer->text_at("tx_code"))};
}

/// Keys are made beforehand too: a wallet has them in hardware.
using Keys = std::vector<keys::P256PrivateKey>;

std::vector<std::string> take(Caller& caller, const Offer& offer, const Keys& proof_keys) {
    const auto link = openid::read_offer_link(offer.link);
    const auto read = openid::read_offer(caller.send("GET", link->offer_uri, "", ""));
    const auto token = openid::read_access_token(
        caller.send("POST", caller.base + "/token", "application/x-www-form-urlencoded",
                    openid::token_request(*read, offer.code)));
    const auto nonce =
        encoding::parse_json(caller.send("POST", caller.base + "/nonce", "", "")).value();
    std::vector<std::string> proofs;
    for (const auto& key : proof_keys) {
        proofs.push_back(openid::make_proof(key, keys::PublicKey(key.public_key()), caller.base,
                                            nonce.text_at("c_nonce"), wall_clock()));
    }
    const auto received = openid::read_credential_response(
        caller.send("POST", caller.base + "/credential", "application/json",
                    openid::credential_request("residence", proofs), *token));
    if (!received || received->credentials.size() != proof_keys.size())
        give_up("not all credentials came");
    return received->credentials;
}

struct Request {
    std::string body;  // the wallet's answer
    std::string response_uri;
};

Request make_request(Caller& caller, const std::string& credential, const keys::Signer& key) {
    const auto started = caller.api(
        "/api/verifications",
        R"({"type":"residence","claims":["address.locality"],"response_mode":"direct_post.jwt"})");
    const auto link = openid::read_presentation_link(started.text_at("link"));
    const auto object = caller.send("GET", link->request_uri, "", "");
    openid::RequestRules rules;
    rules.now = wall_clock();
    const auto request = openid::read_request_object(object, *link, rules);
    if (!request) give_up("the request cannot be read");
    const auto chosen = openid::present(*request, {{credential, &key}}, rules.now);
    if (!chosen) give_up("nothing to present");
    return {openid::response_body(*request, *chosen, keys::os_random()).value(),
            request->response_uri};
}

template <class Prepared, class Make, class Run>
void measure(const std::string& mode, const std::string& folder, std::size_t count,
             std::size_t threads, const std::string& pid, Make make, Run run) {
    std::vector<std::vector<Prepared>> work(threads);
    std::vector<double> milliseconds(count);
    std::atomic<std::size_t> ready{0};
    std::atomic<bool> go{false};
    std::vector<std::thread> pool;
    for (std::size_t t = 0; t < threads; ++t) {
        pool.emplace_back([&, t] {
            Caller caller(folder);
            for (std::size_t i = t; i < count; i += threads) work[t].push_back(make(caller));
            ++ready;
            while (!go) std::this_thread::sleep_for(std::chrono::milliseconds(1));
            for (std::size_t i = 0; i < work[t].size(); ++i) {
                const auto begin = Clock::now();
                run(caller, work[t][i]);
                milliseconds[t + i * threads] =
                    std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
            }
        });
    }
    while (ready < threads) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    std::cerr << "prepared" << std::endl;
    const std::int64_t cpu = cpu_us(pid);
    const std::int64_t own = own_cpu_us();
    const auto begin = Clock::now();
    go = true;
    for (std::thread& thread : pool) thread.join();
    const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    std::sort(milliseconds.begin(), milliseconds.end());
    const auto per = static_cast<double>(count);
    std::cout << "{\"mode\":\"" << mode << "\",\"count\":" << count << ",\"threads\":" << threads
              << ",\"per_second\":" << static_cast<long>(per / seconds)
              << ",\"server_cpu_us_per_op\":"
              << static_cast<long>(static_cast<double>(cpu_us(pid) - cpu) / per)
              << ",\"client_cpu_us_per_op\":"
              << static_cast<long>(static_cast<double>(own_cpu_us() - own) / per)
              << ",\"p50_ms\":" << milliseconds[count / 2]
              << ",\"p99_ms\":" << milliseconds[count * 99 / 100] << "}" << std::endl;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 6) {
        std::cerr << "usage: agent_load FOLDER single|batch|present COUNT THREADS PID\n";
        return 64;
    }
    const std::string folder = argv[1];
    const std::string mode = argv[2];
    const std::size_t count = std::strtoul(argv[3], nullptr, 10);
    const std::size_t threads = std::strtoul(argv[4], nullptr, 10);
    if (count == 0 || threads == 0 || threads > 64) return 64;
    if (mode == "present") {
        Caller caller(folder);
        Keys held;
        held.push_back(keys::P256PrivateKey::generate(keys::os_random()));
        const std::string credential = take(caller, make_offer(caller), held).front();
        measure<Request>(
            mode, folder, count, threads, argv[5],
            [&](Caller& each) { return make_request(each, credential, held.front()); },
            [](Caller& each, const Request& request) {
                each.send("POST", request.response_uri, "application/x-www-form-urlencoded",
                          request.body);
            });
        return 0;
    }
    Keys proof_keys;
    for (int i = 0; i < (mode == "batch" ? 10 : 1); ++i)
        proof_keys.push_back(keys::P256PrivateKey::generate(keys::os_random()));
    measure<Offer>(
        mode, folder, count, threads, argv[5], [](Caller& each) { return make_offer(each); },
        [&](Caller& each, const Offer& offer) { take(each, offer, proof_keys); });
    return 0;
}
