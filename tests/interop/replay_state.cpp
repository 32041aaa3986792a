// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Final states (leaves and trie nodes), side stores, and the same again after opening the store
// anew.
#include "ssi/ledger/state_keys.hpp"
#include "ssi/ledger/store_layout.hpp"
#include "ssi/ledger/txn.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/rlp.hpp"
#include "storage/encoding/text.hpp"
#include "tests/interop/replayer.hpp"

namespace stadtbuch::interop {

using encoding::Value;
using ledger::Ledger;

namespace {

const encoding::Array& rows_of(const Value& file, const char* member) {
    static const encoding::Array none;
    const Value* rows = file.find(member);
    return rows == nullptr || rows->array() == nullptr ? none : *rows->array();
}

/// `key` or `value` of a side store row: the text, or its hex form.
Bytes cell(const Value& row, const std::string& member, const std::string& where) {
    const Value* text = row.find(member);
    if (text != nullptr && text->text() != nullptr)
        return bytes_of(std::string_view(*text->text()));
    return hex_or_fail(text_at(row, member + "_hex", where), where);
}

std::size_t count_prefix(const store::Snapshot& snapshot, const Bytes& prefix) {
    Bytes end = prefix;
    ++end.back();
    std::size_t count = 0;
    snapshot.scan(store::Column::index, prefix, end, [&](BytesView, BytesView) {
        ++count;
        return true;
    });
    return count;
}

}  // namespace

void Replayer::compare_final_states() {
    const auto view = reader_->view();
    constexpr const char* names[] = {"state_pool.json", "state_domain.json", "state_config.json"};
    for (const Ledger ledger : {Ledger::pool, Ledger::domain, Ledger::config}) {
        const auto& file = recording_.states[ledger::index_of(ledger)];
        if (!file) continue;
        const std::string name = names[ledger::index_of(ledger)];
        compare_.equal("final state roots", name, "committed_root",
                       text_at(*file, "committed_root", name),
                       encoding::base58_encode(view->state_root(ledger)));
        std::map<Bytes, Bytes> ours;
        view->for_each_leaf(
            ledger, [&](BytesView key, BytesView value) { ours[bytes_of(key)] = bytes_of(value); });
        const auto& leaves = rows_of(*file, "leaves");
        for (const Value& leaf : leaves) {
            const Bytes key = hex_or_fail(text_at(leaf, "key_hex", name), name);
            const Bytes value = hex_or_fail(text_at(leaf, "value_hex", name), name);
            const std::string where = name + " leaf " + encoding::hex_encode(key);
            const auto it = ours.find(key);
            if (it == ours.end()) Comparison::fail(where, "key", "present", "absent");
            compare_.equal("final state leaves", where, "value", string_of(value),
                           string_of(it->second));
        }
        compare_.equal("final state leaves", name, "number of leaves", std::uint64_t{leaves.size()},
                       std::uint64_t{ours.size()});

        std::map<Hash32, Bytes> nodes;
        view->for_each_node(
            ledger, [&](const Hash32& hash, BytesView rlp) { nodes[hash] = bytes_of(rlp); });
        std::set<Hash32> seen;
        for (const Value& node : rows_of(*file, "trie_nodes")) {
            const std::string hash = text_at(node, "hash_hex", name);
            const auto key = ledger::hash_from_hex(hash);
            const auto it = key ? nodes.find(*key) : nodes.end();
            if (it == nodes.end())
                Comparison::fail(name + " node " + hash, "hash", "present", "absent");
            seen.insert(*key);
            compare_.equal("final trie nodes", name + " node " + hash, "rlp_hex",
                           text_at(node, "rlp_hex", name), encoding::hex_encode(it->second));
        }
        compare_.equal("final trie nodes", name, "number of nodes", std::uint64_t{seen.size()},
                       std::uint64_t{nodes.size()});
    }
}

void Replayer::compare_side_stores() {
    if (!recording_.side_stores) return;
    const auto view = reader_->view();
    const store::Snapshot& snapshot = view->snapshot();
    const Value& file = *recording_.side_stores;

    std::size_t payloads = 0;
    for (const Value& row : rows_of(file, "seq_no_db")) {
        const std::string key = text_at(row, "key", "side_stores.json seq_no_db");
        const std::string value = text_at(row, "value", "side_stores.json seq_no_db");
        const std::string where = "side_stores.json seq_no_db " + key;
        // `full:` rows lead from the full digest to the payload digest: ours stands in the
        // transaction.
        const bool is_full = key.starts_with("full:");
        const auto payload = ledger::hash_from_hex(is_full ? value : key);
        const auto bytes =
            snapshot.get(store::Column::index, ledger::payload_key(payload.value_or(Hash32{})));
        const auto place = bytes ? ledger::decode_place(*bytes) : std::nullopt;
        if (!place) Comparison::fail(where, "payload digest", "present", "absent");
        if (is_full) {
            const auto txn = view->txn(place->ledger, place->seq_no);
            const auto seen = txn ? ledger::view_txn(*txn) : std::nullopt;
            const Value* digest = seen ? seen->metadata->find("digest") : nullptr;
            const bool has_text = digest != nullptr && digest->text() != nullptr;
            compare_.equal("request index", where, "digest", key.substr(5),
                           has_text ? *digest->text() : std::string("absent"));
        } else {
            compare_.equal("request index", where, "value", value,
                           std::to_string(ledger::number_of(place->ledger)) + "~" +
                               std::to_string(place->seq_no));
            ++payloads;
        }
    }
    if (payloads > 0) {
        compare_.equal("request index", "side_stores.json", "number of payload digests",
                       std::uint64_t{payloads}, std::uint64_t{count_prefix(snapshot, {'p'})});
    }
    for (const Value& row : rows_of(file, "attr_db")) {
        const std::string key = text_at(row, "key", "side_stores.json attr_db");
        const auto bytes =
            snapshot.get(store::Column::index,
                         ledger::attribute_key(ledger::hash_from_hex(key).value_or(Hash32{})));
        compare_.equal("attribute store", "side_stores.json attr_db " + key, "value",
                       string_of(cell(row, "value", "side_stores.json attr_db")),
                       bytes ? string_of(*bytes) : std::string("absent"));
    }
    if (file.find("attr_db") != nullptr) {
        compare_.equal("attribute store", "side_stores.json", "number of attributes",
                       std::uint64_t{rows_of(file, "attr_db").size()},
                       std::uint64_t{count_prefix(snapshot, {'a'})});
    }

    for (const auto& [ledger, member] :
         {std::pair{Ledger::domain, "state_ts_db"}, {Ledger::config, "config_state_ts_db"}}) {
        std::map<std::int64_t, Hash32> ours;
        view->for_each_timestamp(ledger,
                                 [&](std::int64_t time, const Hash32& root) { ours[time] = root; });
        for (const Value& row : rows_of(file, member)) {
            const std::string where = std::string("side_stores.json ") + member;
            const std::string time = string_of(cell(row, "key", where));
            const auto it = ours.find(std::stoll(time));
            // A batch replayed from transactions leaves no entry when it was empty: the root before
            // it holds on.
            if (it == ours.end() && replayed_ > 0) continue;
            compare_.equal(
                "timestamp store", where + " " + time, "root",
                encoding::hex_encode(cell(row, "value", where)),
                it == ours.end() ? std::string("absent") : encoding::hex_encode(it->second));
        }
        if (replayed_ == 0 && file.find(member) != nullptr) {
            compare_.equal("timestamp store", "side_stores.json",
                           std::string("number of times in ") + member,
                           std::uint64_t{rows_of(file, member).size()}, std::uint64_t{ours.size()});
        }
    }

    for (const Value& row : rows_of(file, "idr_cache_db")) {
        const std::string did = string_of(cell(row, "key", "side_stores.json idr_cache_db"));
        const std::string where = "side_stores.json idr_cache_db " + did;
        const auto list = encoding::rlp_decode(cell(row, "value", where));
        if (!list || !list->is_list || list->list.size() != 5)
            throw ReplayFailed(where + ": not a list of five texts");
        const auto bytes = view->state_value(Ledger::domain, ledger::nym_key(did).view());
        if (!bytes) Comparison::fail(where, "NYM", "present", "absent");
        const Value nym = parse_or_fail(text_of(*bytes), where);
        constexpr const char* members[] = {"seqNo", "txnTime", "identifier", "role", "verkey"};
        for (std::size_t i = 0; i < 5; ++i) {
            const Value* value = nym.find(members[i]);
            std::string ours = i == 4 ? "-" : "";
            if (value != nullptr && value->text() != nullptr) ours = *value->text();
            if (value != nullptr && value->integer()) ours = std::to_string(*value->integer());
            compare_.equal("identity cache", where, members[i], string_of(list->list[i].string),
                           ours);
        }
    }
}

void Replayer::compare_reopened() {
    auto genesis = ledger::parse_genesis(recording_.pool_genesis, recording_.domain_genesis);
    auto opened = ledger::Execution::open(*store_, *genesis);
    if (!opened) throw ReplayFailed("opening again: " + opened.error().what);
    for (const Ledger ledger : {Ledger::pool, Ledger::domain, Ledger::config, Ledger::audit}) {
        const auto before = execution_->committed_roots(ledger);
        const auto after = (*opened)->committed_roots(ledger);
        compare_.equal("heads after opening again", "store", "txn root",
                       encoding::base58_encode(before.txn_root),
                       encoding::base58_encode(after.txn_root));
        compare_.equal("heads after opening again", "store", "state root",
                       encoding::base58_encode(before.state_root),
                       encoding::base58_encode(after.state_root));
    }
    if ((*opened)->committed_registry() != execution_->committed_registry()) {
        Comparison::fail("store", "node registry after opening again", "equal", "different");
    }
    compare_.count("heads after opening again");
}

/// A second node catches up from the first with the texts that CATCHUP_REP carries, in the order of
/// plenum-consensus §10.2, and must come to the same heads.
void Replayer::compare_caught_up() {
    const auto store = store::make_memory_store();
    auto genesis = ledger::parse_genesis(recording_.pool_genesis, recording_.domain_genesis);
    auto opened = ledger::Execution::open(*store, *genesis);
    if (!opened) throw ReplayFailed("catch-up: " + opened.error().what);
    ledger::Execution& leecher = **opened;
    for (const Ledger ledger : {Ledger::pool, Ledger::audit, Ledger::config, Ledger::domain}) {
        std::vector<std::string> texts;
        for (std::uint64_t seq_no = leecher.committed_size(ledger) + 1;
             seq_no <= execution_->committed_size(ledger); ++seq_no) {
            const LedgerRow& row = recording_.ledgers[ledger::index_of(ledger)].at(
                static_cast<std::size_t>(seq_no - 1));
            texts.push_back(execution_->txn_json(ledger, seq_no).value_or(""));
            const auto leaf = ledger::Execution::leaf_hash_of(ledger, texts.back());
            compare_.equal("catch-up: leaf hashes from JSON", row.where, "leaf_hash", row.leaf_hash,
                           encoding::base58_encode(leaf.value_or(Hash32{})));
        }
        const auto appended = leecher.append_caught_up(ledger, texts);
        if (!appended)
            throw ReplayFailed("catch-up: " + appended.error().what + " (" +
                               appended.error().where + ")");
        const auto written = store->write(appended->write, store::Durability::synced);
        if (!written) throw ReplayFailed("catch-up: " + written.error().what);
        leecher.mark_written(appended->commit_no);
        compare_.equal("catch-up: roots", "ledger " + std::to_string(ledger::number_of(ledger)),
                       "txn root",
                       encoding::base58_encode(execution_->committed_roots(ledger).txn_root),
                       encoding::base58_encode(leecher.committed_roots(ledger).txn_root));
        compare_.equal("catch-up: roots", "ledger " + std::to_string(ledger::number_of(ledger)),
                       "state root",
                       encoding::base58_encode(execution_->committed_roots(ledger).state_root),
                       encoding::base58_encode(leecher.committed_roots(ledger).state_root));
    }
}

}  // namespace stadtbuch::interop
