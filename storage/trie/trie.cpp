// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
//
// Changes go down from the root once. On the way each node is made the version's own (cloned if
// another version shares it) and loses its digest; root() then seals exactly the nodes without one,
// children first. All walks keep their own stack: depth grows with the longest key, which comes
// from outside.
#include "storage/trie/trie.hpp"

#include <atomic>

#include "storage/encoding/rlp.hpp"
#include "storage/hash/hash.hpp"
#include "storage/trie/node.hpp"
#include "storage/trie/walk.hpp"

namespace stadtbuch::trie {

Hash32 blank_root() {
    static const Hash32 root = hash::sha3_256(BytesView(&blank_node, 1));
    return root;
}

struct Trie::State {
    const NodeSource* source = nullptr;
    NodePtr root;
    std::optional<Hash32> root_hash;    ///< nullopt after a change
    std::optional<Hash32> stored_root;  ///< the root that was loaded or handed out last
    mutable std::atomic<bool> is_damaged{false};

    State(const NodeSource& s, const Hash32& hash)
        : source(&s), root_hash(hash), stored_root(hash) {
        if (hash != blank_root()) root = NodePtr(new Stub(hash));
    }

    State(const State& other)
        : source(other.source),
          root(other.root),
          root_hash(other.root_hash),
          stored_root(other.stored_root),
          is_damaged(other.is_damaged.load()) {}

    /// The node itself where `slot` holds a stub; null when it cannot be had.
    [[nodiscard]] NodePtr loaded(const NodePtr& slot) const;
    /// Makes the content of `slot` resident. False: it cannot be had.
    bool load(NodePtr& slot) const;
    /// Makes the node in `slot` this version's own and unsealed. REQUIRES: an extension or branch.
    static void claim(NodePtr& slot);

    static Branch& branch_at(NodePtr& slot) { return static_cast<Branch&>(*slot.get()); }

    static Extension& extension_at(NodePtr& slot) { return static_cast<Extension&>(*slot.get()); }

    void insert(Nibbles path, BytesView value);
    void erase(Nibbles path);
    void collapse(NodePtr& branch_slot, NodePtr* extension_slot) const;
    void seal_all() const;

    void damaged() const { is_damaged.store(true, std::memory_order_relaxed); }
};

namespace {

/// Puts what remains of a path below a new branch: as its value, or as a leaf in the slot of the
/// next nibble.
void place(Branch& branch, const Nibbles& rest, BytesView value) {
    if (rest.empty()) {
        branch.value = make_leaf({}, value);
    } else {
        branch.children[rest[0]] = make_leaf({rest.drop(1), {}, {}}, value);
    }
}

/// The branch, below an extension if the paths that part in it have something in common.
NodePtr below_common(const Nibbles& common, NodePtr branch) {
    return common.empty() ? std::move(branch) : make_extension({common, {}, {}}, std::move(branch));
}

NodePtr split_leaf(const Leaf& leaf, const Nibbles& path, BytesView value) {
    const std::size_t shared = leaf.path().common_prefix(path);
    NodePtr made(new Branch());
    Branch& branch = static_cast<Branch&>(*made.get());
    place(branch, leaf.path().drop(shared), leaf.value());
    place(branch, path.drop(shared), value);
    return below_common(path.take(shared), std::move(made));
}

NodePtr split_extension(const Extension& extension, const Nibbles& path, BytesView value) {
    const std::size_t shared = extension.path().common_prefix(path);
    const Nibbles rest = extension.path().drop(shared);
    NodePtr made(new Branch());
    Branch& branch = static_cast<Branch&>(*made.get());
    branch.children[rest[0]] = rest.count() == 1
                                   ? extension.child
                                   : make_extension({rest.drop(1), {}, {}}, extension.child);
    place(branch, path.drop(shared), value);
    return below_common(path.take(shared), std::move(made));
}

/// `lead` in front of the path of `node`; a branch gets an extension above it. REQUIRES: not a
/// stub.
NodePtr with_lead(const Nibbles& lead, std::optional<Byte> nibble, const NodePtr& node) {
    if (node->kind == NodeKind::leaf) {
        const Leaf& leaf = static_cast<const Leaf&>(*node.get());
        return make_leaf({lead, nibble, leaf.path()}, leaf.value());
    }
    if (node->kind == NodeKind::extension) {
        const Extension& extension = static_cast<const Extension&>(*node.get());
        return make_extension({lead, nibble, extension.path()}, extension.child);
    }
    return make_extension({lead, nibble, {}}, node);
}

}  // namespace

NodePtr Trie::State::loaded(const NodePtr& slot) const {
    if (slot->kind != NodeKind::stub) return slot;
    const std::optional<Bytes> rlp = source->load(slot->hash());
    NodePtr node = rlp ? decode_node(*rlp, slot->hash()) : NodePtr();
    if (!node) damaged();
    return node;
}

bool Trie::State::load(NodePtr& slot) const {
    if (slot->kind != NodeKind::stub) return true;
    NodePtr node = loaded(slot);
    if (!node) return false;
    slot = std::move(node);
    return true;
}

void Trie::State::claim(NodePtr& slot) {
    if (!slot.has_one_owner()) slot = clone(*slot.get());
    slot->is_sealed = false;
    slot->is_stored = false;
}

void Trie::State::insert(Nibbles path, BytesView value) {
    NodePtr* slot = &root;
    while (*slot) {
        if (!load(*slot)) return;
        if ((*slot)->kind == NodeKind::leaf) {
            const Leaf& leaf = static_cast<const Leaf&>(*slot->get());
            *slot = leaf.path() == path ? make_leaf({path, {}, {}}, value)
                                        : split_leaf(leaf, path, value);
            return;
        }
        if ((*slot)->kind == NodeKind::extension) {
            const Extension& extension = extension_at(*slot);
            const std::size_t count = extension.path().count();
            if (extension.path().common_prefix(path) < count) {
                *slot = split_extension(extension, path, value);
                return;
            }
            claim(*slot);
            slot = &extension_at(*slot).child;
            path = path.drop(count);
            continue;
        }
        claim(*slot);
        Branch& branch = branch_at(*slot);
        if (path.empty()) {
            branch.value = make_leaf({}, value);
            return;
        }
        slot = &branch.children[path[0]];
        path = path.drop(1);
    }
    *slot = make_leaf({path, {}, {}}, value);
}

/// REQUIRES: the path is present.
void Trie::State::erase(Nibbles path) {
    NodePtr* slot = &root;
    NodePtr* branch_slot = nullptr;     // the last branch above `slot`
    NodePtr* extension_slot = nullptr;  // the extension right above that branch, if there is one
    NodePtr* above = nullptr;           // the node right above `slot`
    while (true) {
        if (!load(*slot)) return;
        if ((*slot)->kind == NodeKind::leaf) {
            *slot = NodePtr();
            break;
        }
        claim(*slot);
        if ((*slot)->kind == NodeKind::extension) {
            Extension& extension = extension_at(*slot);
            path = path.drop(extension.path().count());
            above = std::exchange(slot, &extension.child);
            continue;
        }
        extension_slot =
            above != nullptr && (*above)->kind == NodeKind::extension ? above : nullptr;
        branch_slot = slot;
        Branch& branch = branch_at(*slot);
        if (path.empty()) {
            branch.value = NodePtr();
            break;
        }
        above = std::exchange(slot, &branch.children[path[0]]);
        path = path.drop(1);
    }
    if (branch_slot != nullptr) collapse(*branch_slot, extension_slot);
}

/// Restores the minimal form where a branch lost an entry (indy-ledger-formats §4, "Deletion").
void Trie::State::collapse(NodePtr& branch_slot, NodePtr* extension_slot) const {
    Branch& branch = branch_at(branch_slot);
    std::size_t entries = branch.value ? 1 : 0;
    Byte last = 0;
    for (Byte nibble = 0; nibble < branch.children.size(); ++nibble) {
        if (!branch.children[nibble]) continue;
        last = nibble;
        ++entries;
    }
    if (entries > 1) return;

    if (branch.value) {
        branch_slot =
            with_lead({}, {}, branch.value);  // its own leaf: another version may share the value
    } else {
        if (!load(branch.children[last])) return;
        branch_slot = with_lead({}, last, branch.children[last]);
    }
    if (extension_slot == nullptr) return;
    const Extension& extension = extension_at(*extension_slot);
    *extension_slot = with_lead(extension.path(), {}, extension.child);
}

void Trie::State::seal_all() const {
    struct Frame {
        Node* node;
        std::size_t next_child;
    };

    if (!root || root->is_sealed) return;
    Bytes buffer;
    std::vector<Frame> stack{{root.get(), 0}};
    while (!stack.empty()) {
        Frame& frame = stack.back();
        const std::span<NodePtr> children = children_of(*frame.node);
        Node* unsealed = nullptr;
        while (frame.next_child < children.size() && unsealed == nullptr) {
            const NodePtr& child = children[frame.next_child++];
            if (child && !child->is_sealed) unsealed = child.get();
        }
        if (unsealed != nullptr) {
            stack.push_back({unsealed, 0});
        } else {
            seal(*frame.node, buffer);
            stack.pop_back();
        }
    }
}

Trie::Trie(const NodeSource& source, const Hash32& root)
    : state_(std::make_shared<State>(source, root)) {}

Trie::Trie(const Trie& other) : state_(std::make_shared<State>(*other.state_)) {}

Trie::Trie(Trie&&) noexcept = default;

Trie& Trie::operator=(const Trie& other) {
    if (this != &other) state_ = std::make_shared<State>(*other.state_);
    return *this;
}

Trie& Trie::operator=(Trie&&) noexcept = default;
Trie::~Trie() = default;

std::optional<Bytes> Trie::get(BytesView key) const {
    Nibbles path(key);
    const Node* node = state_->root.get();
    while (node != nullptr) {
        if (node->kind == NodeKind::stub) {
            const Result<std::optional<Bytes>, ProofError> found =
                walk(*state_->source, node->hash(), path, {});
            if (!found) state_->damaged();
            return found.value_or(std::nullopt);
        }
        if (node->kind == NodeKind::leaf) {
            const Leaf& leaf = static_cast<const Leaf&>(*node);
            return leaf.path() == path ? std::optional(bytes_of(leaf.value())) : std::nullopt;
        }
        if (node->kind == NodeKind::extension) {
            const Extension& extension = static_cast<const Extension&>(*node);
            const Nibbles shared = extension.path();
            if (shared.common_prefix(path) < shared.count()) return std::nullopt;
            path = path.drop(shared.count());
            node = extension.child.get();
            continue;
        }
        const Branch& branch = static_cast<const Branch&>(*node);
        if (path.empty()) {
            if (!branch.value) return std::nullopt;
            return bytes_of(static_cast<const Leaf&>(*branch.value.get()).value());
        }
        node = branch.children[path[0]].get();
        path = path.drop(1);
    }
    return std::nullopt;
}

void Trie::set(BytesView key, BytesView value) {
    state_->root_hash.reset();
    state_->insert(Nibbles(key), value);
}

void Trie::remove(BytesView key) {
    if (!get(key)) return;
    state_->root_hash.reset();
    state_->erase(Nibbles(key));
}

Hash32 Trie::root() {
    State& state = *state_;
    if (state.root_hash) return *state.root_hash;
    state.seal_all();
    if (!state.root) {
        state.root_hash = blank_root();
    } else if (state.root->inline_bytes == 0) {
        state.root_hash = state.root->hash();
    } else {
        state.root_hash =
            hash::sha3_256(BytesView(state.root->digest).first(state.root->inline_bytes));
    }
    return *state.root_hash;
}

void Trie::collect_new_nodes(const std::function<void(const Hash32&, BytesView)>& sink) {
    const Hash32 top = root();
    if (state_->stored_root == top) return;
    state_->stored_root = top;
    Bytes rlp;
    if (state_->root &&
        state_->root->inline_bytes != 0) {  // the root has a hash even when it is short
        encode_node(*state_->root.get(), rlp);
        sink(top, rlp);
    }
    std::vector<Node*> stack;
    if (state_->root) stack.push_back(state_->root.get());
    while (!stack.empty()) {
        Node& node = *stack.back();
        stack.pop_back();
        if (node.is_stored) continue;
        node.is_stored = true;
        if (node.inline_bytes == 0) {
            encode_node(node, rlp);
            sink(node.hash(), rlp);
        }
        for (const NodePtr& child : children_of(node)) {
            if (child && !child->is_stored) stack.push_back(child.get());
        }
    }
}

std::vector<Bytes> Trie::prove(BytesView key) {
    static_cast<void>(root());
    std::vector<Bytes> nodes;
    Nibbles path(key);
    Node* node = state_->root.get();
    if (node == nullptr) return {Bytes{blank_node}};
    while (node != nullptr) {
        if (node->kind == NodeKind::stub) {
            const auto found = walk(*state_->source, node->hash(), path,
                                    [&nodes](BytesView rlp) { nodes.push_back(bytes_of(rlp)); });
            if (!found) state_->damaged();
            return nodes;
        }
        if (node->inline_bytes == 0 || nodes.empty()) encode_node(*node, nodes.emplace_back());
        if (node->kind == NodeKind::leaf) return nodes;
        if (node->kind == NodeKind::extension) {
            const Nibbles shared = static_cast<const Extension&>(*node).path();
            if (shared.common_prefix(path) < shared.count()) return nodes;
            path = path.drop(shared.count());
            node = static_cast<const Extension&>(*node).child.get();
            continue;
        }
        if (path.empty()) return nodes;
        node = static_cast<const Branch&>(*node).children[path[0]].get();
        path = path.drop(1);
    }
    return nodes;
}

Bytes Trie::proof_nodes(BytesView key) {
    Bytes items;
    for (const Bytes& node : prove(key)) items.insert(items.end(), node.begin(), node.end());
    return encoding::rlp_wrap_list(items);
}

void Trie::for_each(const std::function<void(BytesView key, BytesView value)>& visit) const {
    struct Frame {
        NodePtr node;
        std::size_t path_count;      // nibbles above the node ...
        std::optional<Byte> nibble;  // ... and the one that leads to it from a branch
    };

    std::vector<Byte> path;  // one nibble each
    const auto visit_leaf = [&](const Leaf& leaf) {
        const Nibbles rest = leaf.path();
        const std::size_t count = path.size() + rest.count();
        if (count % 2 != 0) return state_->damaged();
        Bytes key(count / 2);
        for (std::size_t i = 0; i < count; ++i) {
            const Byte nibble = i < path.size() ? path[i] : rest[i - path.size()];
            key[i / 2] = static_cast<Byte>((key[i / 2] << 4) | nibble);
        }
        visit(key, leaf.value());
    };
    std::vector<Frame> stack;
    if (state_->root) stack.push_back({state_->root, 0, {}});
    while (!stack.empty()) {
        const Frame frame = std::move(stack.back());
        stack.pop_back();
        path.resize(frame.path_count);
        if (frame.nibble) path.push_back(*frame.nibble);
        const NodePtr node = state_->loaded(frame.node);
        if (!node) continue;
        if (node->kind == NodeKind::leaf) {
            visit_leaf(static_cast<const Leaf&>(*node.get()));
        } else if (node->kind == NodeKind::extension) {
            const Extension& extension = static_cast<const Extension&>(*node.get());
            const Nibbles shared = extension.path();
            for (std::size_t i = 0; i < shared.count(); ++i) path.push_back(shared[i]);
            stack.push_back({extension.child, path.size(), {}});
        } else {
            const Branch& branch = static_cast<const Branch&>(*node.get());
            if (branch.value) visit_leaf(static_cast<const Leaf&>(*branch.value.get()));
            for (Byte nibble = 16; nibble-- > 0;) {
                if (branch.children[nibble])
                    stack.push_back({branch.children[nibble], path.size(), nibble});
            }
        }
    }
}

void Trie::for_each_node(const std::function<void(const Hash32&, BytesView rlp)>& visit) {
    const Hash32 top = root();
    Bytes rlp;
    std::vector<NodePtr> stack;
    if (state_->root) stack.push_back(state_->root);
    for (bool is_top = true; !stack.empty(); is_top = false) {
        const NodePtr node = state_->loaded(stack.back());
        stack.pop_back();
        if (!node) continue;
        if (is_top || node->inline_bytes == 0) {
            encode_node(*node.get(), rlp);
            visit(is_top ? top : node->hash(), rlp);
        }
        for (const NodePtr& child : children_of(*node.get())) {
            if (child) stack.push_back(child);
        }
    }
}

bool Trie::damaged() const {
    return state_->is_damaged.load(std::memory_order_relaxed);
}

void Trie::evict_below(unsigned depth) {
    struct Frame {
        Node* node;
        unsigned depth;
    };

    static_cast<void>(root());
    std::vector<Frame> stack;
    if (state_->root) stack.push_back({state_->root.get(), 0});
    while (!stack.empty()) {
        const Frame frame = stack.back();
        stack.pop_back();
        for (NodePtr& child : children_of(*frame.node)) {
            if (!child || child->kind == NodeKind::stub) continue;
            if (frame.depth >= depth && child->is_stored && child->inline_bytes == 0) {
                child = NodePtr(new Stub(child->hash()));
            } else if (child->inline_bytes == 0) {
                stack.push_back({child.get(), frame.depth + 1});
            }
        }
    }
}

}  // namespace stadtbuch::trie
