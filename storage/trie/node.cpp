// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "storage/trie/node.hpp"

#include <cstring>
#include <limits>
#include <new>
#include <vector>

#include "storage/base/assert.hpp"
#include "storage/hash/hash.hpp"

namespace stadtbuch::trie {

namespace {

constexpr std::size_t short_length_max = 55;

std::uint32_t narrow(std::size_t size) {
    STADTBUCH_ASSERT(size <= std::numeric_limits<std::uint32_t>::max());
    return static_cast<std::uint32_t>(size);
}

void write_path(const JoinedPath& path, bool is_leaf, Byte* out) {
    HexPrefixWriter writer(out, path.count(), is_leaf);
    writer.add(path.head);
    if (path.nibble) writer.add(*path.nibble);
    writer.add(path.tail);
}

std::size_t header_bytes(std::size_t payload_bytes) {
    if (payload_bytes <= short_length_max) return 1;
    std::size_t digits = 1;
    while (digits < sizeof payload_bytes && (payload_bytes >> (8 * digits)) != 0) ++digits;
    return 1 + digits;
}

std::size_t string_bytes(BytesView text) {
    if (text.size() == 1 && text[0] < 0x80) return 1;
    return header_bytes(text.size()) + text.size();
}

void append_header(Bytes& out, Byte short_tag, std::size_t payload_bytes) {
    const std::size_t bytes = header_bytes(payload_bytes);
    if (bytes == 1) {
        out.push_back(static_cast<Byte>(short_tag + payload_bytes));
        return;
    }
    out.push_back(static_cast<Byte>(short_tag + short_length_max + bytes - 1));
    for (std::size_t digit = bytes - 1; digit-- > 0;)
        out.push_back(static_cast<Byte>(payload_bytes >> (8 * digit)));
}

void append(Bytes& out, BytesView bytes) {
    out.insert(out.end(), bytes.begin(), bytes.end());
}

void append_string(Bytes& out, BytesView text) {
    if (text.size() != 1 || text[0] >= 0x80) append_header(out, 0x80, text.size());
    append(out, text);
}

/// The value as it lies in the trie: the string rlp([value]), never a single octet.
std::size_t stored_value_bytes(BytesView value) {
    const std::size_t item = string_bytes(value);
    return header_bytes(item) + item;
}

void append_stored_value(Bytes& out, BytesView value) {
    append_header(out, 0x80, stored_value_bytes(value));
    append_header(out, 0xC0, string_bytes(value));
    append_string(out, value);
}

std::size_t stored_value_item_bytes(BytesView value) {
    const std::size_t stored = stored_value_bytes(value);
    return header_bytes(stored) + stored;
}

std::size_t reference_bytes(const NodePtr& child) {
    if (!child) return 1;
    return child->inline_bytes != 0 ? child->inline_bytes : 1 + hashed_bytes_min;
}

void append_reference(Bytes& out, const NodePtr& child) {
    if (!child) {
        out.push_back(0x80);
        return;
    }
    STADTBUCH_ASSERT(child->is_sealed);
    if (child->inline_bytes == 0) out.push_back(0x80 + hashed_bytes_min);
    append(out, BytesView(child->digest)
                    .first(child->inline_bytes != 0 ? child->inline_bytes : hashed_bytes_min));
}

void encode_leaf(const Leaf& leaf, Bytes& out) {
    append_header(out, 0xC0,
                  string_bytes(leaf.hex_prefix()) + stored_value_item_bytes(leaf.value()));
    append_string(out, leaf.hex_prefix());
    append_stored_value(out, leaf.value());
}

void encode_extension(const Extension& extension, Bytes& out) {
    append_header(out, 0xC0,
                  string_bytes(extension.hex_prefix()) + reference_bytes(extension.child));
    append_string(out, extension.hex_prefix());
    append_reference(out, extension.child);
}

void encode_branch(const Branch& branch, Bytes& out) {
    const Leaf* value = static_cast<const Leaf*>(branch.value.get());
    std::size_t payload = value != nullptr ? stored_value_item_bytes(value->value()) : 1;
    for (const NodePtr& child : branch.children) payload += reference_bytes(child);
    append_header(out, 0xC0, payload);
    for (const NodePtr& child : branch.children) append_reference(out, child);
    if (value != nullptr) {
        append_stored_value(out, value->value());
    } else {
        out.push_back(0x80);
    }
}

/// Node without its children; null when the value's shape is wrong.
NodePtr shallow(const NodeView& view) {
    if (view.kind == NodeKind::extension) return make_extension({view.path, {}, {}}, NodePtr());
    NodePtr value;
    if (!view.stored_value.empty()) {
        const std::optional<BytesView> unwrapped = unwrap_value(view.stored_value);
        if (!unwrapped) return {};
        value = make_leaf({view.path, {}, {}}, *unwrapped);
    }
    if (view.kind == NodeKind::leaf) return value;
    NodePtr made(new Branch());
    static_cast<Branch*>(made.get())->value = std::move(value);
    return made;
}

}  // namespace

NodePtr make_leaf(const JoinedPath& path, BytesView value) {
    const std::size_t path_size = hex_prefix_bytes(path.count());
    void* memory = ::operator new(sizeof(Leaf) + path_size + value.size());
    Leaf* leaf = new (memory) Leaf(narrow(path_size), narrow(value.size()));
    write_path(path, true, leaf->tail());
    if (!value.empty()) std::memcpy(leaf->tail() + path_size, value.data(), value.size());
    return NodePtr(leaf);
}

NodePtr make_extension(const JoinedPath& path, NodePtr child) {
    const std::size_t path_size = hex_prefix_bytes(path.count());
    void* memory = ::operator new(sizeof(Extension) + path_size);
    Extension* extension = new (memory) Extension(narrow(path_size), std::move(child));
    write_path(path, false, extension->tail());
    return NodePtr(extension);
}

NodePtr clone(const Node& node) {
    if (node.kind == NodeKind::extension) {
        const auto& extension = static_cast<const Extension&>(node);
        return make_extension({extension.path(), {}, {}}, extension.child);
    }
    STADTBUCH_ASSERT(node.kind == NodeKind::branch);
    NodePtr copy(new Branch());
    static_cast<Branch*>(copy.get())->children = static_cast<const Branch&>(node).children;
    static_cast<Branch*>(copy.get())->value = static_cast<const Branch&>(node).value;
    return copy;
}

std::span<NodePtr> children_of(Node& node) {
    if (node.kind == NodeKind::extension) return {&static_cast<Extension&>(node).child, 1};
    if (node.kind == NodeKind::branch) return static_cast<Branch&>(node).children;
    return {};
}

NodePtr decode_node(BytesView rlp, const Hash32& hash) {
    struct Pending {
        NodePtr* slot;
        BytesView rlp;
    };

    NodePtr root;
    std::vector<Pending> pending{{&root, rlp}};
    while (!pending.empty()) {
        const Pending next = pending.back();
        pending.pop_back();
        const std::optional<NodeView> view = parse_node(next.rlp);
        if (!view) return {};
        NodePtr node = shallow(*view);
        if (!node) return {};
        if (next.rlp.size() < hashed_bytes_min) {
            node->inline_bytes = static_cast<std::uint8_t>(next.rlp.size());
            std::memcpy(node->digest.data(), next.rlp.data(), next.rlp.size());
        } else {
            node->digest = hash.bytes;  // only the outermost node can be this long
        }
        node->is_sealed = true;
        node->is_stored = true;
        const std::span<NodePtr> slots = children_of(*node.get());
        for (std::size_t i = 0; i < slots.size(); ++i) {
            const RlpView& child = view->children[i];
            if (child.is_list) {
                pending.push_back({&slots[i], child.whole});
            } else if (!is_blank(child)) {
                slots[i] = NodePtr(new Stub(hash32_of(child.payload)));
            }
        }
        *next.slot = std::move(node);
    }
    return root;
}

void encode_node(const Node& node, Bytes& out) {
    out.clear();
    STADTBUCH_ASSERT(node.kind != NodeKind::stub);
    if (node.kind == NodeKind::leaf) {
        encode_leaf(static_cast<const Leaf&>(node), out);
    } else if (node.kind == NodeKind::extension) {
        encode_extension(static_cast<const Extension&>(node), out);
    } else {
        encode_branch(static_cast<const Branch&>(node), out);
    }
}

void seal(Node& node, Bytes& buffer) {
    encode_node(node, buffer);
    if (buffer.size() < hashed_bytes_min) {
        node.inline_bytes = static_cast<std::uint8_t>(buffer.size());
        std::memcpy(node.digest.data(), buffer.data(), buffer.size());
    } else {
        node.inline_bytes = 0;
        node.digest = hash::sha3_256(buffer).bytes;
    }
    node.is_sealed = true;
}

void NodePtr::destroy(Node* node) noexcept {
    // The dying nodes are chained through their digests, which nobody needs any more: no memory is
    // wanted here.
    static_assert(sizeof(Node*) <= sizeof(node->digest));
    Node* pending = nullptr;
    const auto condemn = [&pending](Node* dying) {
        std::memcpy(dying->digest.data(), &pending, sizeof pending);
        pending = dying;
    };
    const auto release = [&condemn](NodePtr& slot) {
        Node* child = std::exchange(slot.node_, nullptr);
        if (child != nullptr && drops_last_owner(*child)) condemn(child);
    };
    condemn(node);
    while (pending != nullptr) {
        Node* dying = pending;
        std::memcpy(&pending, dying->digest.data(), sizeof pending);
        for (NodePtr& slot : children_of(*dying)) release(slot);
        switch (dying->kind) {
            case NodeKind::leaf: {
                static_cast<Leaf*>(dying)->~Leaf();
                ::operator delete(static_cast<void*>(dying));
                break;
            }
            case NodeKind::extension: {
                static_cast<Extension*>(dying)->~Extension();
                ::operator delete(static_cast<void*>(dying));
                break;
            }
            case NodeKind::branch: {
                release(static_cast<Branch*>(dying)->value);
                delete static_cast<Branch*>(dying);
                break;
            }
            case NodeKind::stub: {
                delete static_cast<Stub*>(dying);
                break;
            }
        }
    }
}

}  // namespace stadtbuch::trie
