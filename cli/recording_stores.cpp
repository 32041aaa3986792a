// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The part of a recording that lies in a validator's store.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <set>

#include "cli/network_files.hpp"
#include "cli/recording_export.hpp"
#include "ssi/ledger/genesis.hpp"
#include "ssi/ledger/read_view.hpp"
#include "ssi/ledger/store_layout.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/msgpack.hpp"
#include "storage/encoding/rlp.hpp"
#include "storage/encoding/text.hpp"
#include "storage/hash/hash.hpp"
#include "storage/merkle/merkle.hpp"

namespace stadtbuch::cli {

namespace {

namespace fs = std::filesystem;
using encoding::Object;
using encoding::Value;
using ledger::Ledger;

constexpr const char* ledger_names[] = {"pool", "domain", "config", "audit"};

Error unusable(const std::string& what, const std::string& where) {
    return {"SB-5080", what, where, "Stop the network first: stadtbuch down"};
}

/// An opened store with the view on it.
struct Source {
    std::string place;
    std::unique_ptr<store::Store> store;
    std::unique_ptr<ledger::Reader> reader;
    std::shared_ptr<const ledger::ReadView> view;
};

Result<Source, Error> open_source(const std::string& place, const std::string& identity) {
    store::RocksOptions options;
    options.path = place + "/data";
    options.create_if_missing = false;
    options.read_only = true;
    options.identity = identity;
    auto opened = store::open_rocks(options);
    if (!opened) return Failure{opened.error()};
    Source out;
    out.place = place;
    out.store = *std::move(opened);
    out.reader = std::make_unique<ledger::Reader>(*out.store);
    out.view = out.reader->view();
    return out;
}

/// A node that caught up lacks the times of empty batches.
std::pair<std::uint64_t, std::uint64_t> rank_of(const Source& source) {
    std::uint64_t times = 0;
    for (const Ledger ledger : {Ledger::domain, Ledger::config}) {
        source.view->for_each_timestamp(ledger, [&times](std::int64_t, const Hash32&) { ++times; });
    }
    return {source.view->size(Ledger::audit), times};
}

/// Members of one pool must never differ; one may only lag behind.
Result<void, Error> check_prefix(const Source& shorter, const Source& longer) {
    for (std::size_t i = 0; i < ledger::ledger_count; ++i) {
        const auto ledger = static_cast<Ledger>(i);
        const std::uint64_t size = shorter.view->size(ledger);
        if (size == 0 || longer.view->txn_root_at(ledger, size) == shorter.view->txn_root(ledger))
            continue;
        return Failure{
            Error{"SB-5085",
                  "two validators have different ledgers: " + std::string(ledger_names[i]) +
                      ", first " + std::to_string(size) + " transactions",
                  shorter.place + ", " + longer.place, "Keep both folders and report this."}};
    }
    return {};
}

/// The store that holds the most; the others must be its beginning.
Result<Source, Error> furthest(const std::string& network_folder, const ledger::Genesis& genesis) {
    const std::string identity =
        "node " + encoding::base58_encode(ledger::genesis_root(genesis.pool));
    std::vector<Source> sources;
    for (int i = 1; i <= 25; ++i) {
        const std::string place = network_folder + "/Node" + std::to_string(i);
        if (!fs::exists(place + "/data")) continue;
        auto source = open_source(place, identity);
        if (!source) return Failure{unusable(source.error().what, place)};
        sources.push_back(*std::move(source));
    }
    const auto best =
        std::max_element(sources.begin(), sources.end(),
                         [](const Source& a, const Source& b) { return rank_of(a) < rank_of(b); });
    if (best == sources.end())
        return Failure{unusable("there is no validator here", network_folder)};
    for (const Source& source : sources) {
        if (auto same = check_prefix(source, *best); !same) return Failure{same.error()};
    }
    return std::move(*best);
}

/// What the audit ledger says about the others: state root after the batch that ends at a sequence
/// number.
class BatchEnds {
  public:
    BatchEnds(const ledger::ReadView& view, const ledger::Genesis& genesis)
        : sizes_{{Ledger::pool, genesis.pool.size()},
                 {Ledger::domain, genesis.domain.size()},
                 {Ledger::config, 0}} {
        for (std::uint64_t seq_no = 1; seq_no <= view.size(Ledger::audit); ++seq_no) {
            const auto txn = view.txn(Ledger::audit, seq_no);
            const Value* body = txn ? txn->find("txn") : nullptr;
            const Value* data = body != nullptr ? body->find("data") : nullptr;
            if (data != nullptr) take(*data);
        }
    }

    [[nodiscard]] Value state_root_after(Ledger ledger, std::uint64_t seq_no) const {
        const auto found = roots_.find({ledger, seq_no});
        return found == roots_.end() ? Value() : Value(found->second);
    }

  private:
    void take(const Value& data) {
        const Value* sizes = data.find("ledgerSize");
        const Value* roots = data.find("stateRoot");
        for (auto& [ledger, size] : sizes_) {
            const std::string key = std::to_string(ledger::number_of(ledger));
            const Value* after = sizes != nullptr ? sizes->find(key) : nullptr;
            const Value* root = roots != nullptr ? roots->find(key) : nullptr;
            // An integer in its place says how far back the root was last written: the latest text
            // still holds.
            if (root != nullptr && root->is_text()) latest_[ledger] = *root->text();
            const std::uint64_t now =
                after == nullptr ? size : after->unsigned_integer().value_or(size);
            if (now > size && latest_.contains(ledger)) roots_[{ledger, now}] = latest_[ledger];
            size = now;
        }
    }

    std::map<Ledger, std::uint64_t> sizes_;
    std::map<Ledger, std::string> latest_;
    std::map<std::pair<Ledger, std::uint64_t>, std::string> roots_;
};

Result<void, Error> close_file(std::ofstream& file, const std::string& path) {
    file.close();
    if (file) return {};
    return Failure{
        Error{"SB-5001", "the file cannot be written", path, "Check permissions and free space."}};
}

Result<std::uint64_t, Error> write_ledger(const Source& source, Ledger ledger,
                                          const BatchEnds& ends, const std::string& path) {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    merkle::Frontier tree;
    std::vector<merkle::Node> created;
    const std::uint64_t size = source.view->size(ledger);
    for (std::uint64_t seq_no = 1; seq_no <= size; ++seq_no) {
        const auto raw = source.view->txn_bytes(ledger, seq_no);
        const auto txn =
            raw ? encoding::msgpack_decode(*raw) : Result<Value, encoding::MsgpackError>(Value());
        if (!raw || !txn)
            return Failure{unusable("transaction " + std::to_string(seq_no) + " cannot be read",
                                    source.place)};
        const Hash32 leaf = hash::leaf_hash(*raw);
        created.clear();
        tree.append(leaf, created);
        Object row{{"seqNo", seq_no}, {"txn", *txn}, {"raw_hex", encoding::hex_encode(*raw)}};
        row.set("leaf_hash", encoding::base58_encode(leaf));
        row.set("root_after", encoding::base58_encode(tree.root()));
        if (ledger != Ledger::audit)
            row.set("state_root_after", ends.state_root_after(ledger, seq_no));
        file << encoding::compact_json(row) << '\n';
    }
    if (auto closed = close_file(file, path); !closed) return Failure{closed.error()};
    if (tree.root() != source.view->txn_root(ledger)) {
        return Failure{unusable("the transactions do not lead to the stored root", source.place)};
    }
    return size;
}

/// Text, or null with the hex form beside it.
void set_text(Object& row, const std::string& key, BytesView bytes) {
    const bool is_text = encoding::is_utf8(text_of(bytes));
    row.set(key, is_text ? Value(text_of(bytes)) : Value());
}

Result<std::uint64_t, Error> write_state(const Source& source, Ledger ledger,
                                         const std::string& path) {
    encoding::Array leaves, nodes;
    source.view->for_each_leaf(ledger, [&](BytesView key, BytesView value) {
        Object row{{"key_hex", encoding::hex_encode(key)}};
        set_text(row, "key", key);
        row.set("value_rlp_hex",
                encoding::hex_encode(encoding::rlp_wrap_list(encoding::rlp_encode_string(value))));
        row.set("value_hex", encoding::hex_encode(value));
        set_text(row, "value", value);
        leaves.emplace_back(std::move(row));
    });
    source.view->for_each_node(ledger, [&](const Hash32& hash, BytesView rlp) {
        nodes.emplace_back(Object{{"hash_hex", encoding::hex_encode(hash)},
                                  {"rlp_hex", encoding::hex_encode(rlp)}});
    });
    const Hash32 root = source.view->state_root(ledger);
    const std::uint64_t count = leaves.size();
    Object out{{"committed_root", encoding::base58_encode(root)},
               {"committed_root_hex", encoding::hex_encode(root)}};
    out.set("leaves", std::move(leaves));
    out.set("trie_nodes", std::move(nodes));
    auto written = write_file(path, encoding::pretty_json(out, 1, false) + "\n");
    if (!written) return Failure{written.error()};
    return count;
}

Object side_row(std::string key, BytesView value) {
    Object row{{"key", std::move(key)}, {"key_hex", Value()}};
    set_text(row, "value", value);
    row.set("value_hex",
            encoding::is_utf8(text_of(value)) ? Value() : Value(encoding::hex_encode(value)));
    return row;
}

/// Entries of the index column below a one-letter prefix (ssi/ledger/store_layout.hpp).
encoding::Array side_rows(const Source& source, char prefix,
                          const std::function<Object(BytesView key, BytesView value)>& row) {
    encoding::Array out;
    const Bytes from{static_cast<Byte>(prefix)};
    const Bytes to{static_cast<Byte>(prefix + 1)};
    source.view->snapshot().scan(store::Column::index, from, to,
                                 [&](BytesView key, BytesView value) {
                                     out.emplace_back(row(key.subspan(1), value));
                                     return true;
                                 });
    return out;
}

encoding::Array time_rows(const Source& source, Ledger ledger) {
    encoding::Array out;
    source.view->for_each_timestamp(ledger, [&](std::int64_t time, const Hash32& root) {
        out.emplace_back(Object{{"key", std::to_string(time)},
                                {"key_hex", Value()},
                                {"value", Value()},
                                {"value_hex", encoding::hex_encode(root)}});
    });
    return out;
}

/// Full digest to payload digest; our store keeps both in the transaction only.
void add_full_digests(const Source& source, encoding::Array& rows) {
    for (const Ledger ledger : {Ledger::pool, Ledger::domain, Ledger::config}) {
        for (std::uint64_t seq_no = 1; seq_no <= source.view->size(ledger); ++seq_no) {
            const auto txn = source.view->txn(ledger, seq_no);
            const Value* body = txn ? txn->find("txn") : nullptr;
            const Value* metadata = body != nullptr ? body->find("metadata") : nullptr;
            if (metadata == nullptr || metadata->text_at("digest").empty()) continue;
            rows.emplace_back(side_row("full:" + std::string(metadata->text_at("digest")),
                                       view_of(metadata->text_at("payloadDigest"))));
        }
    }
}

Result<void, Error> write_side_stores(const Source& source, const std::string& path) {
    Object out;
    out.set("state_signature", side_rows(source, 's', [](BytesView key, BytesView value) {
                return side_row(encoding::base58_encode(key), value);
            }));
    encoding::Array numbers = side_rows(source, 'p', [](BytesView key, BytesView value) {
        const auto place = ledger::decode_place(value);
        const std::string text = place ? std::to_string(ledger::number_of(place->ledger)) + "~" +
                                             std::to_string(place->seq_no)
                                       : "";
        return side_row(encoding::hex_encode(key), view_of(text));
    });
    add_full_digests(source, numbers);
    out.set("seq_no_db", std::move(numbers));
    out.set("attr_db", side_rows(source, 'a', [](BytesView key, BytesView value) {
                return side_row(encoding::hex_encode(key), value);
            }));
    out.set("state_ts_db", time_rows(source, Ledger::domain));
    out.set("config_state_ts_db", time_rows(source, Ledger::config));
    return write_file(path, encoding::pretty_json(out, 1, false) + "\n");
}

/// Development identities with their seeds; everybody else on the ledger without.
Object identities_of(const Source& source) {
    Object out;
    std::set<std::string> known;
    const auto add_seed = [&](const std::string& label) {
        const auto seed = keys::padded_seed(label);
        if (!seed) return;
        const Signatory who = signatory_of(*seed);
        if (!source.view->verkey(who.did)) return;
        known.insert(who.did);
        out.set(label, Object{{"seed_hex", encoding::hex_encode(*seed)},
                              {"did", who.did},
                              {"verkey", who.verkey}});
    };
    add_seed("Trustee1");
    for (int i = 1; i <= 25; ++i) add_seed("Steward" + std::to_string(i));
    for (std::uint64_t seq_no = 1; seq_no <= source.view->size(Ledger::domain); ++seq_no) {
        const auto txn = source.view->txn(Ledger::domain, seq_no);
        const Value* body = txn ? txn->find("txn") : nullptr;
        const Value* data = body != nullptr ? body->find("data") : nullptr;
        if (data == nullptr || body->text_at("type") != ledger::txn_type::nym) continue;
        const std::string did(data->text_at("dest"));
        if (!known.insert(did).second) continue;
        out.set(did, Object{{"seed_hex", Value()},
                            {"did", did},
                            {"verkey", source.view->verkey(did).value_or("")}});
    }
    return out;
}

/// The genesis texts, copied, and what they hold.
Result<ledger::Genesis, Error> copy_genesis(const std::string& network_folder,
                                            const std::string& out_folder) {
    std::string texts[2];
    const char* names[] = {"pool_transactions_genesis", "domain_transactions_genesis"};
    for (std::size_t i = 0; i < 2; ++i) {
        auto text = read_file(network_folder + "/" + names[i]);
        if (!text) return Failure{text.error()};
        texts[i] = *std::move(text);
        auto written = write_file(out_folder + "/" + names[i] + ".txn", texts[i]);
        if (!written) return Failure{written.error()};
    }
    return ledger::parse_genesis(texts[0], texts[1]);
}

}  // namespace

Result<void, Error> export_stores(const std::string& network_folder, const std::string& out_folder,
                                  RecordingCounts& counts) {
    const auto genesis = copy_genesis(network_folder, out_folder);
    if (!genesis) return Failure{genesis.error()};
    const auto source = furthest(network_folder, *genesis);
    if (!source) return Failure{source.error()};
    const BatchEnds ends(*source->view, *genesis);
    for (const Ledger ledger : {Ledger::pool, Ledger::domain, Ledger::config, Ledger::audit}) {
        const std::string name = ledger_names[ledger::index_of(ledger)];
        const auto count =
            write_ledger(*source, ledger, ends, out_folder + "/ledger_" + name + ".jsonl");
        if (!count) return Failure{count.error()};
        counts["ledger_" + name] = *count;
        if (ledger == Ledger::audit) continue;
        const auto leaves = write_state(*source, ledger, out_folder + "/state_" + name + ".json");
        if (!leaves) return Failure{leaves.error()};
        counts["state_" + name] = *leaves;
    }
    auto identities = write_file(out_folder + "/identities.json",
                                 encoding::pretty_json(identities_of(*source), 2, false) + "\n");
    if (!identities) return identities;
    return write_side_stores(*source, out_folder + "/side_stores.json");
}

}  // namespace stadtbuch::cli
