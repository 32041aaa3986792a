// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// stadtbuch-replay DIR: applies a recording of a pool to our execution and compares every stored
// byte, root, audit transaction, state, verdict, reply and signature. Exit 0: all equal, 1: the
// first difference, 2: wrong usage.
#include <cstdio>
#include <string_view>

#include "tests/interop/replayer.hpp"

int main(int argc, char** argv) {
    if (argc != 2 || std::string_view(argv[1]) == "--help") {
        std::fputs(
            "usage: stadtbuch-replay DIR\n"
            "  DIR  a recording: genesis, ledger_*.jsonl, state_*.json, client_cases.jsonl, "
            "node_messages.jsonl\n",
            argc == 2 ? stdout : stderr);
        return argc == 2 ? 0 : 2;
    }
    try {
        const auto recording = stadtbuch::interop::load_recording(argv[1]);
        stadtbuch::interop::Replayer replayer(recording);
        replayer.run();
        for (const auto& [category, count] : replayer.comparison().counts()) {
            std::printf("%8llu  %s\n", static_cast<unsigned long long>(count), category.c_str());
        }
        std::printf(
            "batches executed from their requests: %llu, replayed from transactions: %llu\nall "
            "equal\n",
            static_cast<unsigned long long>(replayer.executed_batches()),
            static_cast<unsigned long long>(replayer.replayed_batches()));
        return 0;
    } catch (const stadtbuch::interop::ReplayFailed& failure) {
        std::fprintf(stderr, "%s\n", failure.what());
        return 1;
    }
}
