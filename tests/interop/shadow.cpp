// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// stadtbuch-shadow DIR [NODE…]: our replica with ledger execution in the place of each recorded
// node, fed with the frames that were sent to it; its batches and messages must be the recorded
// ones. Exit 0: all equal, 1: differences (listed), 2: wrong usage.
#include <cstdio>
#include <string_view>

#include "tests/interop/shadow_compare.hpp"

namespace {

using namespace stadtbuch;

/// 32 bytes, the name at the end, filled up with ASCII 0 (the customary development seed).
std::optional<bls::SecretKey> development_key(const std::string& name) {
    if (name.size() > 32) return std::nullopt;
    const std::string seed = std::string(32 - name.size(), '0') + name;
    auto key = bls::SecretKey::from_seed(view_of(seed));
    if (!key) return std::nullopt;
    return *std::move(key);
}

std::vector<ledger::PoolNode> genesis_nodes(const ledger::Genesis& genesis) {
    std::vector<ledger::PoolNode> nodes;
    for (const encoding::Value& line : genesis.pool) {
        const encoding::Value* txn = line.find("txn");
        const encoding::Value* data = txn != nullptr ? txn->find("data") : nullptr;
        const encoding::Value* node = data != nullptr ? data->find("data") : nullptr;
        if (node != nullptr)
            nodes.push_back(ledger::pool_node_of(std::string(data->text_at("dest")), *node));
    }
    return nodes;
}

bool run_node(const interop::Recording& recording, const std::vector<interop::TrafficRow>& traffic,
              const ledger::PoolNode& member) {
    auto genesis = ledger::parse_genesis(recording.pool_genesis, recording.domain_genesis);
    if (!genesis) throw interop::ReplayFailed(genesis.error().what);
    auto key = development_key(member.alias);
    if (key && key->ver_key().to_base58() != member.bls_key) key.reset();
    if (!key) throw interop::ReplayFailed("no key for " + member.alias);
    const double epoch = traffic.empty() ? 0 : traffic.front().time;
    interop::ShadowNode node(member.alias, *std::move(genesis), epoch, std::move(key));
    interop::ShadowRun run(member.alias, traffic, node);
    run.run();
    interop::ShadowComparison comparison(recording, run, node);
    comparison.compare();
    comparison.print(member.alias);
    return comparison.is_equal();
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2 || std::string_view(argv[1]) == "--help") {
        std::fputs(
            "usage: stadtbuch-shadow DIR [NODE...]\n"
            "  DIR   a recording: genesis, ledger_*.jsonl, node_messages.jsonl\n"
            "  NODE  recorded nodes to stand in for; all of the genesis without\n",
            argc < 2 ? stderr : stdout);
        return argc < 2 ? 2 : 0;
    }
    try {
        const auto recording = interop::load_recording(argv[1]);
        const auto traffic = interop::load_traffic(argv[1]);
        const auto genesis =
            ledger::parse_genesis(recording.pool_genesis, recording.domain_genesis);
        if (!genesis) throw interop::ReplayFailed(genesis.error().what);
        bool equal = true;
        int played = 0;
        for (const ledger::PoolNode& member : genesis_nodes(*genesis)) {
            bool wanted = argc == 2;
            for (int i = 2; i < argc; ++i) wanted = wanted || member.alias == argv[i];
            if (!wanted) continue;
            ++played;
            equal = run_node(recording, traffic, member) && equal;
        }
        if (played == 0) throw interop::ReplayFailed("no such node in the genesis");
        std::puts(equal ? "all equal" : "DIFFERENT");
        return equal ? 0 : 1;
    } catch (const interop::ReplayFailed& failure) {
        std::fprintf(stderr, "%s\n", failure.what());
        return 1;
    }
}
