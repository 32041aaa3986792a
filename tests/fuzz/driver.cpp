// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Runs a fuzz target without libFuzzer: every file of the corpus folder (argument 1, may be
// absent), then argument 2 many inputs made from the corpus by a fixed pseudo-random sequence.
// Deterministic.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

std::uint64_t next(std::uint64_t& state) {
    state += 0x9E3779B97F4A7C15u;
    std::uint64_t z = state;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

void mutate(std::vector<std::uint8_t>& input, std::uint64_t& state) {
    const std::uint64_t edits = 1 + next(state) % 8;
    for (std::uint64_t i = 0; i < edits; ++i) {
        const std::uint64_t kind = next(state) % 4;
        const std::size_t at = input.empty() ? 0 : next(state) % input.size();
        const auto byte = static_cast<std::uint8_t>(next(state));
        const auto where = input.begin() + static_cast<std::ptrdiff_t>(at);
        if (kind == 0 || input.empty()) {
            input.insert(where, byte);
        } else if (kind == 1) {
            input[at] = byte;
        } else if (kind == 2) {
            input.erase(where);
        } else {
            input[at] = static_cast<std::uint8_t>(input[at] ^ (1u << (byte % 8)));
        }
    }
}

}  // namespace

int main(int argc, char** argv) {
    std::vector<std::vector<std::uint8_t>> corpus{{}};
    if (argc > 1 && std::filesystem::is_directory(argv[1])) {
        for (const auto& entry : std::filesystem::directory_iterator(argv[1])) {
            std::ifstream file(entry.path(), std::ios::binary);
            corpus.emplace_back(std::istreambuf_iterator<char>(file),
                                std::istreambuf_iterator<char>());
        }
    }
    for (const auto& input : corpus) LLVMFuzzerTestOneInput(input.data(), input.size());
    const long rounds = argc > 2 ? std::strtol(argv[2], nullptr, 10) : 0;
    std::uint64_t state = 1;
    for (long i = 0; i < rounds; ++i) {
        std::vector<std::uint8_t> input = corpus[next(state) % corpus.size()];
        mutate(input, state);
        LLVMFuzzerTestOneInput(input.data(), input.size());
    }
    std::printf("%zu corpus inputs, %ld mutated inputs\n", corpus.size(), rounds);
    return 0;
}
