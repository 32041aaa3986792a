// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/ledger/genesis.hpp"

#include <string>

#include "ssi/ledger/txn.hpp"
#include "storage/encoding/json.hpp"
#include "storage/hash/hash.hpp"
#include "storage/merkle/merkle.hpp"

namespace stadtbuch::ledger {

using encoding::Value;

namespace {

std::string_view trimmed(std::string_view line) {
    while (!line.empty() && (line.back() == ' ' || line.back() == '\t' || line.back() == '\r'))
        line.remove_suffix(1);
    while (!line.empty() && (line.front() == ' ' || line.front() == '\t')) line.remove_prefix(1);
    return line;
}

bool is_text(const Value* value) {
    return value != nullptr && value->text() != nullptr && !value->text()->empty();
}

bool is_complete_node(const TxnView& txn) {
    const Value* data = txn.find("data");
    if (data == nullptr || !is_text(txn.find("dest"))) return false;
    for (const char* member : {"alias", "node_ip", "client_ip"}) {
        if (!is_text(data->find(member))) return false;
    }
    for (const char* member : {"node_port", "client_port"}) {
        const Value* port = data->find(member);
        const auto number = port == nullptr ? std::nullopt : port->integer();
        if (!number || *number < 1 || *number > 65535) return false;
    }
    return true;
}

Result<std::vector<Value>, Error> parse_lines(std::string_view text, Ledger ledger,
                                              const std::string& name) {
    std::vector<Value> txns;
    std::size_t line_no = 0;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        const std::string_view line = trimmed(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        ++line_no;
        if (line.empty()) continue;
        const std::string where = name + " genesis, line " + std::to_string(line_no);
        auto parsed = encoding::parse_json(line);
        if (!parsed || !parsed->is_object()) {
            return Failure{Error{"SB-2101", "the line is no JSON object", where,
                                 "a genesis file holds one transaction a line, as JSON"}};
        }
        const auto view = view_txn(*parsed);
        if (!view || ledger_of_type(view->type) != ledger) {
            return Failure{Error{"SB-2103", "the line is no transaction of the " + name + " ledger",
                                 where, "check that the two genesis files are not mixed up"}};
        }
        const bool complete =
            ledger == Ledger::pool ? is_complete_node(*view) : is_text(view->find("dest"));
        if (!complete) {
            return Failure{
                Error{"SB-2103", "the transaction lacks a member that its type needs", where,
                      ledger == Ledger::pool
                          ? "a node needs dest, alias, node_ip, node_port, client_ip, client_port"
                          : "a NYM needs dest"}};
        }
        const std::uint64_t expected = txns.size() + 1;
        if (view->seq_no == 0) {
            parsed->find("txnMetadata")->object()->set("seqNo", expected);
        } else if (view->seq_no != expected) {
            return Failure{Error{"SB-2102",
                                 "seqNo is " + std::to_string(view->seq_no) + ", expected " +
                                     std::to_string(expected),
                                 where,
                                 "number the transactions 1, 2, 3 in the order of the lines"}};
        }
        txns.push_back(std::move(*parsed));
    }
    if (txns.empty()) {
        return Failure{Error{"SB-2104", "the " + name + " genesis holds no transaction",
                             name + " genesis",
                             "give the file of the network that this node belongs to"}};
    }
    return txns;
}

}  // namespace

Result<std::vector<Value>, Error> parse_pool_genesis(std::string_view pool_text) {
    return parse_lines(pool_text, Ledger::pool, "pool");
}

Result<Genesis, Error> parse_genesis(std::string_view pool_text, std::string_view domain_text) {
    auto pool = parse_pool_genesis(pool_text);
    if (!pool) return Failure{pool.error()};
    auto domain = parse_lines(domain_text, Ledger::domain, "domain");
    if (!domain) return Failure{domain.error()};
    return Genesis{std::move(*pool), std::move(*domain)};
}

Hash32 genesis_root(const std::vector<Value>& txns) {
    merkle::Frontier log;
    std::vector<merkle::Node> created;
    for (const Value& txn : txns) {
        created.clear();
        log.append(hash::leaf_hash(leaf_bytes(txn)), created);
    }
    return log.root();
}

}  // namespace stadtbuch::ledger
