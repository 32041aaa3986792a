// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// verify_proof on arbitrary octets. Three ways to read an input: as a whole proof; as a node under
// its own hash (so that the parser of nodes is reached); as edits of a true proof, which may fail
// but never show another value.
#include <cstdint>
#include <cstdlib>

#include "tests/unit/trie/support.hpp"

using namespace stadtbuch;

namespace {

constexpr std::uint64_t key_count = 64;

Bytes key_of(std::uint64_t number) {
    return bytes_of(std::to_string(number * number));
}

Bytes value_of(std::uint64_t number) {
    return Bytes(1 + number, static_cast<Byte>(number));
}

trie::Trie& state() {
    static const trie_support::MemoryNodes none;
    static trie::Trie made = [] {
        trie::Trie version(none, trie::blank_root());
        for (std::uint64_t i = 0; i < key_count; i += 2) version.set(key_of(i), value_of(i));
        return version;
    }();
    return made;
}

void check_node_alone(BytesView input) {
    const Bytes list = encoding::rlp_wrap_list(input);
    const auto found = trie::verify_proof(hash::sha3_256(input), view_of("k"), list);
    const auto decoded = encoding::rlp_decode(input);
    if (found && found->has_value() && !(decoded && decoded->is_list))
        std::abort();  // a value out of no node
}

void check_edited(BytesView input) {
    const std::uint64_t number = input[0] % key_count;
    Bytes proof = state().proof_nodes(key_of(number));
    for (std::size_t i = 1; i + 2 < input.size(); i += 3) {
        proof[(std::size_t{input[i]} << 8 | input[i + 1]) % proof.size()] = input[i + 2];
    }
    const auto found = trie::verify_proof(state().root(), key_of(number), proof);
    if (!found) return;
    const bool is_present = number % 2 == 0;
    if (found->has_value() != is_present) std::abort();
    if (is_present && **found != value_of(number)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const BytesView input(data, size);
    const auto whole = trie::verify_proof(state().root(), key_of(2), input);
    if (whole && *whole != value_of(2)) std::abort();
    if (input.empty()) return 0;
    check_node_alone(input);
    check_edited(input);
    return 0;
}
