// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The input is a list of operations on a trie; a map and the slow twin say what must come out.
// Operation: one octet (kind in the low 3 bits, key length in the next 2), the key, and for a set
// one octet that makes the value.
#include <cstdint>
#include <cstdlib>

#include "tests/unit/trie/support.hpp"

using namespace stadtbuch;

namespace {

class Reader {
  public:
    explicit Reader(BytesView rest) : rest_(rest) {}

    [[nodiscard]] bool is_done() const { return rest_.empty(); }

    Byte octet() {
        if (rest_.empty()) return 0;
        const Byte first = rest_[0];
        rest_ = rest_.subspan(1);
        return first;
    }

    Bytes octets(std::size_t count) {
        Bytes taken;
        while (taken.size() < count)
            taken.push_back(octet() & 0x33);  // few different ones, so that keys meet
        return taken;
    }

  private:
    BytesView rest_;
};

void check(trie::Trie& version, const trie_support::Content& content) {
    if (version.root() != trie_support::Twin::root(content)) std::abort();
    trie_support::Content found;
    version.for_each([&found](BytesView key, BytesView value) {
        found.emplace(bytes_of(key), bytes_of(value));
    });
    if (found != content || version.damaged()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::size_t size_max = 512;
    Reader input({data, std::min(size, size_max)});
    trie_support::MemoryNodes nodes;
    trie::Trie version(nodes, trie::blank_root());
    trie_support::Content content;
    while (!input.is_done()) {
        const Byte operation = input.octet();
        const Bytes key = input.octets((operation >> 3) & 3);
        const unsigned kind = operation & 7;
        if (kind <= 2) {
            const Byte seed = input.octet();
            const Bytes value(seed % 48, seed);
            version.set(key, value);
            content.insert_or_assign(key, value);
        } else if (kind <= 4) {
            version.remove(key);
            content.erase(key);
        } else if (kind == 5) {
            nodes.store(version);
            version = trie::Trie(nodes, version.root());
        } else if (kind == 6) {
            nodes.store(version);
            version.evict_below(operation >> 6);
        } else {
            const auto proven = trie::verify_proof(version.root(), key, version.proof_nodes(key));
            const auto expected = content.find(key);
            if (!proven || proven->has_value() != (expected != content.end())) std::abort();
            if (proven->has_value() && **proven != expected->second) std::abort();
        }
    }
    check(version, content);
    return 0;
}
