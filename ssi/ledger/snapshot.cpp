// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/ledger/snapshot.hpp"

#include <array>
#include <map>
#include <vector>

#include "ssi/ledger/pool_chain.hpp"
#include "ssi/ledger/store_layout.hpp"
#include "ssi/ledger/txn.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"

namespace stadtbuch::ledger {

using encoding::Array;
using encoding::Object;
using encoding::Value;

namespace {

constexpr std::array order{Ledger::pool, Ledger::config, Ledger::domain};
constexpr std::size_t chunk_size = 1000;
/// More changes of members than any pool has seen; each costs a pairing.
constexpr std::size_t links_max = 10'000;
constexpr std::uint64_t pool_size_max = 100'000;

std::string_view name_of(Ledger ledger) {
    return ledger == Ledger::pool ? "pool" : ledger == Ledger::config ? "config" : "domain";
}

/// Whether a multi-signature is one of these roots.
bool is_over(const Value& multi_signature, Ledger ledger, const Hash32& state_root,
             const Hash32& txn_root) {
    const Value* value = multi_signature.find("value");
    const Value* id = value == nullptr ? nullptr : value->find("ledger_id");
    return id != nullptr && id->integer() == number_of(ledger) &&
           value->text_at("state_root_hash") == encoding::base58_encode(state_root) &&
           value->text_at("txn_root_hash") == encoding::base58_encode(txn_root);
}

std::int64_t time_of(const Value& multi_signature) {
    const Value* value = multi_signature.find("value");
    const Value* time = value == nullptr ? nullptr : value->find("timestamp");
    return time == nullptr ? 0 : time->integer().value_or(0);
}

// Writing

/// Signatures of the pool ledger at its sizes after the genesis, as far as they are here: observers
/// keep them, validators have that of each state.
std::map<std::uint64_t, Value> links_of(const ReadView& view, std::uint64_t genesis_size) {
    std::map<std::uint64_t, Value> links = view.pool_links();
    std::map<std::string, Value, std::less<>> by_root;
    const Bytes from(1, 's'), to(1, 't');
    view.snapshot().scan(store::Column::index, from, to, [&](BytesView, BytesView bytes) {
        auto signature = encoding::parse_json(text_of(bytes));
        const Value* value = signature ? signature->find("value") : nullptr;
        const Value* id = value == nullptr ? nullptr : value->find("ledger_id");
        if (id != nullptr && id->integer() == number_of(Ledger::pool)) {
            std::string root(value->text_at("txn_root_hash"));
            by_root.insert_or_assign(std::move(root), *std::move(signature));
        }
        return true;
    });
    for (std::uint64_t size = genesis_size + 1; size <= view.size(Ledger::pool); ++size) {
        const auto root = view.txn_root_at(Ledger::pool, size);
        const auto found = root ? by_root.find(encoding::base58_encode(*root)) : by_root.end();
        if (found != by_root.end()) links.try_emplace(size, found->second);
    }
    return links;
}

Result<Value, Error> head_of(const ReadView& view, const Genesis& genesis) {
    Array pool, ledgers;
    for (const auto& [size, signature] : links_of(view, genesis.pool.size())) {
        if (size > genesis.pool.size())
            pool.push_back(Object{{"size", size}, {"multiSignature", signature}});
    }
    for (const Ledger ledger : order) {
        const std::uint64_t size = view.size(ledger);
        auto signature = view.multi_signature(view.state_root(ledger));
        const bool is_newest = signature && is_over(*signature, ledger, view.state_root(ledger),
                                                    view.txn_root(ledger));
        if (!is_newest && size > 0) {
            return Failure{Error{
                "SB-2130", "the newest entries have no signature of the members here yet",
                std::string(name_of(ledger)) + " ledger, " + std::to_string(size) + " entries",
                "try again in a few minutes, while the node runs and reaches the validators"}};
        }
        ledgers.push_back(Object{{"ledger", number_of(ledger)},
                                 {"size", size},
                                 {"multiSignature", is_newest ? *std::move(signature) : Value()}});
    }
    return Value(Object{{"type", "stadtbuch-snapshot"},
                        {"version", 1},
                        {"genesis", encoding::base58_encode(genesis_root(genesis.pool))},
                        {"pool", std::move(pool)},
                        {"ledgers", std::move(ledgers)}});
}

// Loading

Failure<Error> not_held(std::string where) {
    return Failure{Error{
        "SB-2132", "the snapshot does not hold", std::move(where),
        "nothing of it was taken; get it from another source, and tell the operator of this one"}};
}

struct Part {
    Ledger ledger = Ledger::pool;
    std::uint64_t size = 0;
    Value signature;  ///< null: none
};

struct Head {
    std::vector<Part> parts;
    std::map<std::uint64_t, Value> links;
};

Result<Head, Error> read_head(const std::string& line, const Genesis& genesis) {
    const auto value = encoding::parse_json(line);
    if (!value || value->text_at("type") != "stadtbuch-snapshot")
        return not_held("the first line is no head");
    const Value* version = value->find("version");
    if (version == nullptr || *version != Value(1))
        return not_held("it has a version that is not known here");
    if (value->text_at("genesis") != encoding::base58_encode(genesis_root(genesis.pool)))
        return not_held("it belongs to a pool with another genesis");
    const Value* ledgers = value->find("ledgers");
    const Value* pool = value->find("pool");
    if (ledgers == nullptr || ledgers->array() == nullptr ||
        ledgers->array()->size() != order.size() || pool == nullptr || pool->array() == nullptr ||
        pool->array()->size() > links_max) {
        return not_held("the head has not its form");
    }
    Head head;
    for (std::size_t i = 0; i < order.size(); ++i) {
        const Value& part = (*ledgers->array())[i];
        const Value* id = part.find("ledger");
        const Value* size = part.find("size");
        const Value* signature = part.find("multiSignature");
        if (id == nullptr || id->integer() != number_of(order[i]) || size == nullptr ||
            !size->unsigned_integer() || signature == nullptr) {
            return not_held("the head has not its form");
        }
        head.parts.push_back({order[i], *size->unsigned_integer(), *signature});
    }
    for (const Value& link : *pool->array()) {
        const Value* size = link.find("size");
        const Value* signature = link.find("multiSignature");
        if (size == nullptr || !size->unsigned_integer() || signature == nullptr)
            return not_held("the head has not its form");
        head.links.insert_or_assign(*size->unsigned_integer(), *signature);
    }
    return head;
}

class Loading {
  public:
    Loading(store::Store& store, Execution& execution, const Genesis& genesis,
            const LineSource& source)
        : store_(store), execution_(execution), genesis_(genesis), source_(source) {}

    Result<SnapshotSummary, Error> run() {
        const auto first = source_();
        if (!first) return not_held("it is empty");
        auto head = read_head(*first, genesis_);
        if (!head) return Failure{head.error()};
        head_ = *std::move(head);
        if (auto done = take_members(); !done) return Failure{done.error()};
        SnapshotSummary summary;
        for (const Part& part : head_.parts) {
            // Before its transactions: a forged signature costs no work.
            if (auto done = check_signature(part); !done) return Failure{done.error()};
            if (auto done = take_ledger(part); !done) return Failure{done.error()};
        }
        if (source_()) return not_held("there is more behind its last transaction");
        summary.pool_size = execution_.committed_size(Ledger::pool);
        summary.config_size = execution_.committed_size(Ledger::config);
        summary.domain_size = execution_.committed_size(Ledger::domain);
        summary.signed_at = time_of(head_.parts.back().signature);
        store::Batch batch;
        for (const auto& [size, signature] : proved_links_) put_pool_link(batch, size, signature);
        for (const Part& part : head_.parts) {
            if (!part.signature.is_null() && !put_multi_signature(batch, part.signature))
                return not_held("a signature has not its form");
        }
        if (auto done = store_.write(batch, store::Durability::synced); !done)
            return Failure{done.error()};
        return summary;
    }

  private:
    /// The members from the genesis to the newest pool ledger. Its transactions are few and stay in
    /// memory.
    Result<void, Error> take_members() {
        auto chain = PoolChain::from_genesis(genesis_.pool);
        if (!chain) return not_held("the genesis is no pool");
        chain_.emplace(*std::move(chain));
        const std::uint64_t size = head_.parts.front().size;
        if (size < chain_->size() || size > pool_size_max)
            return not_held("size of the pool ledger");
        std::vector<Value> txns;
        for (std::uint64_t i = 1; i <= size; ++i) {
            auto line = source_();
            auto txn = line ? txn_from_json(Ledger::pool, *line) : std::nullopt;
            if (!txn) return not_held("pool transaction " + std::to_string(i));
            if (i > genesis_.pool.size()) txns.push_back(*std::move(txn));
            pool_lines_.push_back(*std::move(line));
        }
        head_.links.try_emplace(size, head_.parts.front().signature);
        std::size_t used = 0;
        for (const auto& [until, signature] : head_.links) {
            if (until <= chain_->size() || until > size) continue;
            const auto count = static_cast<std::size_t>(until - chain_->size());
            const auto begin = txns.begin() + static_cast<std::ptrdiff_t>(used);
            const std::vector<Value> step(begin, begin + static_cast<std::ptrdiff_t>(count));
            if (const auto fault = chain_->extend(step, signature)) {
                // A later signature may vouch for both steps.
                last_fault_ = "members at pool transaction " + std::to_string(until) + ": " +
                              std::string(to_text(*fault));
                continue;
            }
            used += count;
            proved_links_.insert_or_assign(until, signature);
        }
        if (chain_->size() != size) return not_held(last_fault_);
        return {};
    }

    Result<void, Error> check_signature(const Part& part) {
        if (part.signature.is_null() && part.size == 0) return {};
        const Value* value = part.signature.find("value");
        const Value* id = value == nullptr ? nullptr : value->find("ledger_id");
        const std::string where = std::string(name_of(part.ledger)) + " ledger: ";
        if (id == nullptr || id->integer() != number_of(part.ledger))
            return not_held(where + "it has no signature");
        if (const auto fault = chain_->fault_of(part.signature))
            return not_held(where + std::string(to_text(*fault)));
        return {};
    }

    std::optional<std::string> next_line(Ledger ledger) {
        if (ledger != Ledger::pool) return source_();
        if (pool_at_ == pool_lines_.size()) return std::nullopt;
        return pool_lines_[pool_at_++];
    }

    Result<void, Error> take_ledger(const Part& part) {
        const std::string where = std::string(name_of(part.ledger)) + " ledger";
        const std::uint64_t own = execution_.committed_size(part.ledger);
        if (part.size < own) return not_held(where + ": it is shorter than the genesis");
        std::vector<std::string> chunk;
        for (std::uint64_t i = 1; i <= part.size; ++i) {
            auto line = next_line(part.ledger);
            if (!line) return not_held(where + ": it ends before transaction " + std::to_string(i));
            if (i > own) {
                chunk.push_back(*std::move(line));
            } else if (!is_in_genesis(part.ledger, i, *line)) {
                return not_held(where + ": transaction " + std::to_string(i) +
                                " differs from the genesis");
            }
            if (chunk.size() == chunk_size || (i == part.size && !chunk.empty())) {
                if (auto done = append(part.ledger, chunk); !done) return done;
                chunk.clear();
            }
        }
        if (part.signature.is_null()) return {};
        const auto roots = execution_.committed_roots(part.ledger);
        if (!is_over(part.signature, part.ledger, roots.state_root, roots.txn_root))
            return not_held(where + ": the transactions do not lead to the signed roots");
        return {};
    }

    [[nodiscard]] bool is_in_genesis(Ledger ledger, std::uint64_t seq_no,
                                     const std::string& line) const {
        const auto own = execution_.txn_json(ledger, seq_no);
        const auto leaf = Execution::leaf_hash_of(ledger, line);
        return own && leaf && leaf == Execution::leaf_hash_of(ledger, *own);
    }

    Result<void, Error> append(Ledger ledger, const std::vector<std::string>& chunk) {
        const auto batch = execution_.append_caught_up(ledger, chunk);
        if (!batch) return not_held(batch.error().where);
        if (auto done = store_.write(batch->write, store::Durability::buffered); !done)
            return Failure{done.error()};
        execution_.mark_written(batch->commit_no);
        execution_.trim_memory();
        return {};
    }

    store::Store& store_;
    Execution& execution_;
    const Genesis& genesis_;
    const LineSource& source_;
    Head head_;
    std::optional<PoolChain> chain_;
    std::map<std::uint64_t, Value> proved_links_;
    std::string last_fault_ = "nobody vouches for the newest members";
    std::vector<std::string> pool_lines_;
    std::size_t pool_at_ = 0;
};

}  // namespace

Result<SnapshotSummary, Error> write_snapshot(const ReadView& view, const Genesis& genesis,
                                              const LineSink& sink) {
    const auto head = head_of(view, genesis);
    if (!head) return Failure{head.error()};
    const Error refused{"SB-2131", "the snapshot cannot be written", "",
                        "make room, or name another file"};
    if (!sink(encoding::compact_json(*head))) return Failure{refused};
    for (const Ledger ledger : order) {
        for (std::uint64_t i = 1; i <= view.size(ledger); ++i) {
            const auto text = view.txn_json(ledger, i);
            if (!text || !sink(*text)) return Failure{refused};
        }
    }
    SnapshotSummary summary{view.size(Ledger::pool), view.size(Ledger::domain),
                            view.size(Ledger::config), 0};
    if (const auto signature = view.multi_signature(view.state_root(Ledger::domain)))
        summary.signed_at = time_of(*signature);
    return summary;
}

Result<SnapshotSummary, Error> load_snapshot(store::Store& store, Execution& execution,
                                             const Genesis& genesis, const LineSource& source) {
    if (execution.committed_size(Ledger::pool) != genesis.pool.size() ||
        execution.committed_size(Ledger::domain) != genesis.domain.size() ||
        execution.committed_size(Ledger::config) != 0 ||
        execution.committed_size(Ledger::audit) != 0) {
        return Failure{Error{"SB-2133", "a snapshot is for a node that has nothing yet", "",
                             "start the node without it"}};
    }
    return Loading(store, execution, genesis, source).run();
}

}  // namespace stadtbuch::ledger
