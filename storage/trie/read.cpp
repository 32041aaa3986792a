// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include <unordered_map>

#include "storage/encoding/rlp.hpp"
#include "storage/hash/hash.hpp"
#include "storage/trie/node_view.hpp"
#include "storage/trie/walk.hpp"

namespace stadtbuch::trie {

namespace {

/// The nodes of a proof, addressed by what they hash to, which is what makes them trustworthy.
class ProofNodes : public NodeSource {
  public:
    void add(BytesView rlp) { nodes_.emplace(hash::sha3_256(rlp), rlp); }

    [[nodiscard]] std::optional<Bytes> load(const Hash32& hash) const override {
        const auto found = nodes_.find(hash);
        if (found == nodes_.end()) return std::nullopt;
        return bytes_of(found->second);
    }

  private:
    std::unordered_map<Hash32, BytesView, Hash32Hasher> nodes_;
};

Result<std::optional<Bytes>, ProofError> unwrapped(BytesView stored_value) {
    const std::optional<BytesView> value = unwrap_value(stored_value);
    if (!value) return Failure{ProofError::wrong_value_shape};
    return std::optional<Bytes>(bytes_of(*value));
}

/// The child on the way to `path`, which loses the nibbles that lead there; nullptr where the
/// lookup ends.
const RlpView* next_child(const NodeView& node, Nibbles& path) {
    if (node.kind == NodeKind::extension) {
        if (node.path.common_prefix(path) != node.path.count()) return nullptr;
        path = path.drop(node.path.count());
        return &node.children[0];
    }
    if (node.kind == NodeKind::leaf || path.empty()) return nullptr;
    const RlpView& child = node.children[path[0]];
    path = path.drop(1);
    return is_blank(child) ? nullptr : &child;
}

/// True when the value of this node, if it has one, is the one looked for.
bool ends_here(const NodeView& node, const Nibbles& path) {
    if (node.kind == NodeKind::leaf) return node.path == path;
    return node.kind == NodeKind::branch && path.empty();
}

}  // namespace

Result<std::optional<Bytes>, ProofError> walk(const NodeSource& source, const Hash32& top,
                                              Nibbles path,
                                              const std::function<void(BytesView)>& visit) {
    Hash32 hash = top;
    while (true) {  // each round but the first has a shorter path, as extensions are never empty
        const std::optional<Bytes> loaded = source.load(hash);
        if (!loaded) return Failure{ProofError::missing_node};
        if (visit) visit(*loaded);
        if (loaded->size() == 1 && loaded->front() == blank_node) return std::optional<Bytes>();
        BytesView rlp = *loaded;
        while (true) {  // through inlined nodes
            const std::optional<NodeView> node = parse_node(rlp);
            if (!node) return Failure{ProofError::malformed};
            if (ends_here(*node, path)) {
                return node->stored_value.empty() ? std::optional<Bytes>()
                                                  : unwrapped(node->stored_value);
            }
            const RlpView* child = next_child(*node, path);
            if (child == nullptr) return std::optional<Bytes>();
            if (!child->is_list) {
                hash = hash32_of(child->payload);
                break;
            }
            rlp = child->whole;
        }
    }
}

Result<std::optional<Bytes>, ProofError> find(const NodeSource& source, const Hash32& root,
                                              BytesView key) {
    if (root == blank_root()) return std::optional<Bytes>();
    return walk(source, root, Nibbles(key), {});
}

Result<ProvedValue, ProofError> find_proved(const NodeSource& source, const Hash32& root,
                                            BytesView key) {
    if (root == blank_root())
        return ProvedValue{std::nullopt, encoding::rlp_wrap_list(BytesView(&blank_node, 1))};
    Bytes nodes;
    Result<std::optional<Bytes>, ProofError> value =
        walk(source, root, Nibbles(key),
             [&nodes](BytesView rlp) { nodes.insert(nodes.end(), rlp.begin(), rlp.end()); });
    if (!value) return Failure{value.error()};
    return ProvedValue{std::move(*value), encoding::rlp_wrap_list(nodes)};
}

std::optional<Bytes> lookup(const NodeSource& source, const Hash32& root, BytesView key) {
    return find(source, root, key).value_or(std::nullopt);
}

Bytes prove_at(const NodeSource& source, const Hash32& root, BytesView key) {
    const Result<ProvedValue, ProofError> found = find_proved(source, root, key);
    return found ? found->proof_nodes : Bytes();
}

Result<std::optional<Bytes>, ProofError> verify_proof(const Hash32& root, BytesView key,
                                                      BytesView rlp_list_of_nodes) {
    BytesView rest = rlp_list_of_nodes;
    const std::optional<RlpView> list = take_rlp(rest);
    if (!list || !list->is_list || !rest.empty()) return Failure{ProofError::malformed};
    ProofNodes nodes;
    for (rest = list->payload; !rest.empty();) {
        const std::optional<RlpView> node = take_rlp(rest);
        if (!node) return Failure{ProofError::malformed};
        nodes.add(node->whole);
    }
    return walk(nodes, root, Nibbles(key), {});
}

}  // namespace stadtbuch::trie
