// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/client/pool.hpp"

#include <algorithm>
#include <charconv>

#include "ssi/ledger/txn.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"
#include "storage/hash/hash.hpp"

namespace stadtbuch::client {

using encoding::Value;

namespace {

/// The members of a node as its transactions have left them.
struct FoldedNode {
    std::string dest;
    std::string alias;
    encoding::Object data;
};

/// Number or numeric text; 0 for anything else.
std::uint16_t port_of(const Value* value) {
    if (!value) return 0;
    if (const auto number = value->integer()) {
        return *number > 0 && *number <= 65535 ? static_cast<std::uint16_t>(*number)
                                               : std::uint16_t{0};
    }
    const std::string* text = value->text();
    std::uint16_t port = 0;
    if (!text || text->empty()) return 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), port);
    return error == std::errc() && end == text->data() + text->size() ? port : std::uint16_t{0};
}

bool is_validator(const FoldedNode& node) {
    const Value* services = node.data.find("services");
    if (!services || !services->is_array()) return false;
    const encoding::Array& list = *services->array();
    return std::find(list.begin(), list.end(), Value("VALIDATOR")) != list.end();
}

bool has_node_address(const FoldedNode& node) {
    const Value* ip = node.data.find("node_ip");
    return ip && ip->is_text() && port_of(node.data.find("node_port")) > 0;
}

/// nullopt for nodes that a client cannot reach; they are left out, as indy-vdr does.
std::optional<Verifier> verifier_of(const FoldedNode& node) {
    if (!is_validator(node) || !has_node_address(node)) return std::nullopt;
    const Value* host = node.data.find("client_ip");
    const auto bytes = encoding::base58_decode32(node.dest);
    if (!host || !host->is_text() || host->text()->empty() || !bytes) return std::nullopt;

    Verifier verifier;
    verifier.alias = node.alias;
    verifier.host = *host->text();
    verifier.port = port_of(node.data.find("client_port"));
    verifier.verkey.bytes = bytes->bytes;
    const auto transport_key = keys::curve25519_of(verifier.verkey);
    if (verifier.port == 0 || !transport_key) return std::nullopt;
    verifier.transport_key = *transport_key;
    return verifier;
}

std::vector<FoldedNode> folded(const std::vector<Value>& txns) {
    std::vector<FoldedNode> nodes;
    for (const Value& txn : txns) {
        const auto view = ledger::view_txn(txn);
        if (!view || view->type != ledger::txn_type::node) continue;
        const Value* data = view->find("data");
        const std::string dest(view->text("dest"));
        if (!data || !data->is_object() || dest.empty()) continue;
        auto node = std::find_if(nodes.begin(), nodes.end(),
                                 [&](const FoldedNode& one) { return one.dest == dest; });
        if (node == nodes.end()) {
            nodes.push_back({dest, std::string(data->text_at("alias")), {}});
            node = nodes.end() - 1;
        }
        for (const encoding::Member& member : *data->object())
            node->data.set(member.key, member.value);
    }
    return nodes;
}

}  // namespace

namespace {

Failure<Error> unreadable(std::string what, std::size_t line_no) {
    return Failure{Error{"SB-3001", "The genesis file cannot be read: " + std::move(what),
                         line_no > 0 ? "line " + std::to_string(line_no) : "genesis",
                         "Take the file that the pool's operator publishes."}};
}

std::string_view trimmed(std::string_view line) {
    constexpr std::string_view white_space = " \t\r\xEF\xBB\xBF";
    const std::size_t from = line.find_first_not_of(white_space);
    if (from == std::string_view::npos) return {};
    return line.substr(from, line.find_last_not_of(white_space) - from + 1);
}

/// Unlike a node's own genesis, this text may hold later transactions that change only a part of a
/// node.
Result<std::vector<Value>, Error> parse_lines(std::string_view text) {
    std::vector<Value> txns;
    for (std::size_t line_no = 1; !text.empty(); ++line_no) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = trimmed(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.empty()) continue;

        auto txn = encoding::parse_json(line);
        const auto view = txn ? ledger::view_txn(*txn) : std::nullopt;
        if (!view) return unreadable("this is no transaction", line_no);
        if (view->type != ledger::txn_type::node) {
            return unreadable("a pool ledger holds NODE transactions only", line_no);
        }
        if (view->seq_no == 0) {
            txn->find("txnMetadata")->object()->set("seqNo", Value(std::uint64_t{txns.size() + 1}));
        } else if (view->seq_no != txns.size() + 1) {
            return unreadable("seqNo " + std::to_string(txns.size() + 1) + " was expected",
                              line_no);
        }
        txns.push_back(*std::move(txn));
    }
    if (txns.empty()) return unreadable("it holds no transaction", 0);
    return txns;
}

}  // namespace

Result<PoolLedger, Error> PoolLedger::from_genesis(std::string_view genesis_text) {
    auto txns = parse_lines(genesis_text);
    if (!txns) return Failure{txns.error()};
    PoolLedger pool;
    std::vector<merkle::Node> created;
    for (const Value& txn : *txns)
        pool.frontier_.append(hash::leaf_hash(ledger::leaf_bytes(txn)), created);
    pool.txns_ = *std::move(txns);
    pool.fold();
    if (pool.verifiers_.empty()) {
        return Failure{
            Error{"SB-3002", "The pool ledger names no node that can be asked.", "genesis",
                  "Check that its NODE transactions have the service VALIDATOR and addresses."}};
    }
    return pool;
}

void PoolLedger::fold() {
    verifiers_.clear();
    keys_.clear();
    for (const FoldedNode& node : folded(txns_)) {
        std::optional<Verifier> verifier = verifier_of(node);
        if (!verifier) continue;
        if (const Value* key_text = node.data.find("blskey"); key_text && key_text->is_text()) {
            const auto key = bls::VerKey::from_base58(*key_text->text());
            if (!key) continue;
            keys_.insert_or_assign(node.alias, *key);
        }
        verifiers_.push_back(*std::move(verifier));
    }
}

Result<void, Error> PoolLedger::append(const std::vector<Value>& txns, const Hash32& target_root) {
    PoolLedger next = *this;
    std::vector<merkle::Node> created;
    for (const Value& txn : txns) {
        next.frontier_.append(hash::leaf_hash(ledger::leaf_bytes(txn)), created);
        next.txns_.push_back(txn);
    }
    if (next.root() != target_root) {
        return Failure{Error{"SB-3003",
                             "The transactions of the pool ledger do not lead to the agreed root.",
                             "pool ledger", ""}};
    }
    next.fold();
    if (next.verifiers_.empty()) {
        return Failure{Error{"SB-3002", "The pool ledger names no node that can be asked.",
                             "pool ledger", ""}};
    }
    *this = std::move(next);
    return {};
}

std::string PoolLedger::to_text() const {
    std::string text;
    for (const Value& txn : txns_) text += encoding::canonical_json(txn) + "\n";
    return text;
}

}  // namespace stadtbuch::client
