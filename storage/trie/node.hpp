// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Resident trie nodes, private to this folder. Versions share them by reference count. A node that
// has one owner may be changed in place; any other is cloned first. Leaf and path octets lie behind
// the struct in the same allocation: at 10^5 keys the allocator's overhead would otherwise outweigh
// the content.
#pragma once
#include <array>
#include <atomic>
#include <optional>
#include <utility>

#include "storage/base/bytes.hpp"
#include "storage/trie/nibbles.hpp"
#include "storage/trie/node_view.hpp"

namespace stadtbuch::trie {

struct Node {
    std::atomic<std::uint32_t> owners{1};
    NodeKind kind;
    bool is_sealed = false;  ///< `digest` is right
    bool is_stored = false;  ///< this node and all below it were handed out or loaded
    std::uint8_t inline_bytes =
        0;  ///< when sealed: 0 = `digest` is the hash, else octets of RLP in `digest`
    std::array<Byte, 32> digest{};

    explicit Node(NodeKind k) : kind(k) {}

    [[nodiscard]] Hash32 hash() const { return Hash32{digest}; }
};

/// Owning reference. The count is atomic, so that versions may be dropped by different threads.
class NodePtr {
  public:
    NodePtr() = default;

    /// Takes over the reference that a new node is born with.
    explicit NodePtr(Node* node) : node_(node) {}

    NodePtr(const NodePtr& other) : node_(other.node_) {
        if (node_ != nullptr) node_->owners.fetch_add(1, std::memory_order_relaxed);
    }

    NodePtr(NodePtr&& other) noexcept : node_(std::exchange(other.node_, nullptr)) {}

    NodePtr& operator=(NodePtr other) noexcept {
        std::swap(node_, other.node_);
        return *this;
    }

    ~NodePtr() {
        if (node_ != nullptr && drops_last_owner(*node_)) destroy(node_);
    }

    [[nodiscard]] Node* get() const { return node_; }

    [[nodiscard]] Node* operator->() const { return node_; }

    explicit operator bool() const { return node_ != nullptr; }

    [[nodiscard]] bool has_one_owner() const {
        return node_->owners.load(std::memory_order_acquire) == 1;
    }

  private:
    static bool drops_last_owner(Node& node) {
        return node.owners.fetch_sub(1, std::memory_order_acq_rel) == 1;
    }

    /// Frees the node and what only it owned; without recursion, as depth grows with the longest
    /// key.
    static void destroy(Node* node) noexcept;

    Node* node_ = nullptr;
};

/// A leaf; with an empty path also the value that a branch carries.
struct Leaf : Node {
    std::uint32_t path_bytes;
    std::uint32_t value_bytes;

    Leaf(std::uint32_t path_size, std::uint32_t value_size)
        : Node(NodeKind::leaf), path_bytes(path_size), value_bytes(value_size) {}

    [[nodiscard]] Byte* tail() { return reinterpret_cast<Byte*>(this + 1); }

    [[nodiscard]] BytesView hex_prefix() const {
        return {reinterpret_cast<const Byte*>(this + 1), path_bytes};
    }

    [[nodiscard]] Nibbles path() const { return Nibbles::from_hex_prefix(hex_prefix())->path; }

    [[nodiscard]] BytesView value() const {
        return {reinterpret_cast<const Byte*>(this + 1) + path_bytes, value_bytes};
    }
};

struct Extension : Node {
    NodePtr child;
    std::uint32_t path_bytes;

    Extension(std::uint32_t path_size, NodePtr c)
        : Node(NodeKind::extension), child(std::move(c)), path_bytes(path_size) {}

    [[nodiscard]] Byte* tail() { return reinterpret_cast<Byte*>(this + 1); }

    [[nodiscard]] BytesView hex_prefix() const {
        return {reinterpret_cast<const Byte*>(this + 1), path_bytes};
    }

    [[nodiscard]] Nibbles path() const { return Nibbles::from_hex_prefix(hex_prefix())->path; }
};

struct Branch : Node {
    std::array<NodePtr, 16> children;
    NodePtr value;  // Leaf or null

    Branch() : Node(NodeKind::branch) {}
};

/// Stands for a node that lies in the store only.
struct Stub : Node {
    explicit Stub(const Hash32& hash) : Node(NodeKind::stub) {
        digest = hash.bytes;
        is_sealed = true;
        is_stored = true;
    }
};

/// head || nibble || tail.
struct JoinedPath {
    Nibbles head;
    std::optional<Byte> nibble;
    Nibbles tail;

    [[nodiscard]] std::size_t count() const {
        return head.count() + (nibble ? 1 : 0) + tail.count();
    }
};

[[nodiscard]] NodePtr make_leaf(const JoinedPath& path, BytesView value);
[[nodiscard]] NodePtr make_extension(const JoinedPath& path, NodePtr child);
/// Same content, not sealed; children are shared. REQUIRES: an extension or branch.
[[nodiscard]] NodePtr clone(const Node& node);

/// From the RLP of a node that is stored under `hash`; null when malformed. Children are stubs,
/// unless inlined.
[[nodiscard]] NodePtr decode_node(BytesView rlp, const Hash32& hash);
/// Replaces the content of `out`. REQUIRES: children are sealed; not a stub.
void encode_node(const Node& node, Bytes& out);
/// Computes the digest; `buffer` is scratch space. REQUIRES: children are sealed; not a stub.
void seal(Node& node, Bytes& buffer);

/// Slots of the children: 0, 1 or 16; some may be null.
[[nodiscard]] std::span<NodePtr> children_of(Node& node);

}  // namespace stadtbuch::trie
