// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "storage/hash/hash.hpp"

#include <openssl/evp.h>

#include <atomic>

#include "storage/base/assert.hpp"

namespace stadtbuch::hash {
namespace {

std::atomic<std::uint64_t> sha256_calls{0};
std::atomic<std::uint64_t> sha3_calls{0};

/// An algorithm fetched once for the process: a fetch by name on each call costs more than the
/// hash.
const EVP_MD* fetch(const char* name) {
    EVP_MD* algorithm = EVP_MD_fetch(nullptr, name, nullptr);
    STADTBUCH_ASSERT(algorithm != nullptr);
    return algorithm;
}

/// One digest context, made on the first use in a thread and reused by every later call there.
class Digest {
  public:
    explicit Digest(const EVP_MD* algorithm) : algorithm_(algorithm), context_(EVP_MD_CTX_new()) {
        STADTBUCH_ASSERT(context_ != nullptr);
    }

    ~Digest() { EVP_MD_CTX_free(context_); }

    Digest(const Digest&) = delete;
    Digest& operator=(const Digest&) = delete;

    void start() { STADTBUCH_ASSERT(EVP_DigestInit_ex2(context_, algorithm_, nullptr) == 1); }

    void add(BytesView part) {
        STADTBUCH_ASSERT(EVP_DigestUpdate(context_, part.data(), part.size()) == 1);
    }

    [[nodiscard]] Hash32 finish() {
        Hash32 hash;
        unsigned int size = 0;
        STADTBUCH_ASSERT(EVP_DigestFinal_ex(context_, hash.bytes.data(), &size) == 1);
        STADTBUCH_ASSERT(size == hash.bytes.size());
        return hash;
    }

  private:
    const EVP_MD* algorithm_;
    EVP_MD_CTX* context_;
};

Digest& sha256_of_thread() {
    static const EVP_MD* const algorithm = fetch("SHA2-256");
    thread_local Digest digest(algorithm);
    return digest;
}

Digest& sha3_of_thread() {
    static const EVP_MD* const algorithm = fetch("SHA3-256");
    thread_local Digest digest(algorithm);
    return digest;
}

Hash32 digest_of(Digest& digest, BytesView data) {
    digest.start();
    digest.add(data);
    return digest.finish();
}

}  // namespace

Hash32 sha256(BytesView data) {
    sha256_calls.fetch_add(1, std::memory_order_relaxed);
    return digest_of(sha256_of_thread(), data);
}

Hash32 sha256(std::initializer_list<BytesView> parts) {
    sha256_calls.fetch_add(1, std::memory_order_relaxed);
    Digest& digest = sha256_of_thread();
    digest.start();
    for (const BytesView part : parts) digest.add(part);
    return digest.finish();
}

Hash32 sha3_256(BytesView data) {
    sha3_calls.fetch_add(1, std::memory_order_relaxed);
    return digest_of(sha3_of_thread(), data);
}

Hash32 leaf_hash(BytesView leaf) {
    static constexpr Byte prefix = 0x00;
    return sha256({BytesView{&prefix, 1}, leaf});
}

Hash32 node_hash(const Hash32& left, const Hash32& right) {
    // One contiguous update: for 65 bytes the calls cost as much as the blocks.
    std::array<Byte, 65> node;
    node[0] = 0x01;
    std::memcpy(node.data() + 1, left.bytes.data(), 32);
    std::memcpy(node.data() + 33, right.bytes.data(), 32);
    return sha256(BytesView{node});
}

Hash32 empty_tree_root() {
    static const Hash32 root = sha256(BytesView{});
    return root;
}

HashCounters hash_counters() {
    return {sha256_calls.load(std::memory_order_relaxed),
            sha3_calls.load(std::memory_order_relaxed)};
}

}  // namespace stadtbuch::hash
