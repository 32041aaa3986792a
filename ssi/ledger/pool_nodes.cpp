// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/ledger/pool_nodes.hpp"

#include <algorithm>

namespace stadtbuch::ledger {

using encoding::Value;

bool PoolNode::is_validator() const {
    return std::find(services.begin(), services.end(), "VALIDATOR") != services.end();
}

namespace {

std::uint16_t port_of(const Value* value) {
    const auto number = value == nullptr ? std::nullopt : value->integer();
    return number && *number > 0 && *number <= 65535 ? static_cast<std::uint16_t>(*number)
                                                     : std::uint16_t{0};
}

}  // namespace

PoolNode pool_node_of(const std::string& dest, const Value& value) {
    PoolNode node;
    node.dest = dest;
    node.alias = value.text_at("alias");
    node.steward = value.text_at("identifier");
    node.node_ip = value.text_at("node_ip");
    node.client_ip = value.text_at("client_ip");
    node.node_port = port_of(value.find("node_port"));
    node.client_port = port_of(value.find("client_port"));
    if (const Value* services = value.find("services");
        services != nullptr && services->array() != nullptr) {
        for (const Value& service : *services->array()) {
            if (service.text() != nullptr) node.services.push_back(*service.text());
        }
    }
    if (const Value* key = value.find("blskey"); key != nullptr && key->text() != nullptr)
        node.bls_key = *key->text();
    return node;
}

void note_verkey(std::vector<PoolNode>& nodes, const Value& stored_txn) {
    const Value* txn = stored_txn.find("txn");
    const Value* data = txn != nullptr ? txn->find("data") : nullptr;
    const Value* metadata = txn != nullptr ? txn->find("metadata") : nullptr;
    if (data == nullptr || metadata == nullptr) return;
    const std::string verkey(data->text_at("verkey"));
    const std::string_view dest = data->text_at("dest");
    const auto node = std::find_if(nodes.begin(), nodes.end(),
                                   [&](const PoolNode& one) { return one.dest == dest; });
    if (verkey.empty() || node == nodes.end()) return;
    if (node->steward.empty() || metadata->text_at("from") != node->steward) return;
    const bool is_anothers = std::any_of(nodes.begin(), nodes.end(), [&](const PoolNode& other) {
        return other.dest != dest && (other.dest == verkey || other.verkey == verkey);
    });
    if (!is_anothers) node->verkey = verkey == dest ? std::string{} : verkey;
}

}  // namespace stadtbuch::ledger
