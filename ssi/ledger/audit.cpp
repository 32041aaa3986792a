// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/ledger/audit.hpp"

#include "ssi/ledger/txn.hpp"
#include "storage/encoding/text.hpp"

namespace stadtbuch::ledger {

using encoding::Array;
using encoding::Object;
using encoding::Value;

namespace {

Object integer_map() {
    Object map;
    map.integer_keys = true;
    return map;
}

Value names_value(const std::vector<std::string>& names) {
    return Array(names.begin(), names.end());
}

/// The list if it changed, else how far back it stands.
Value list_or_distance(bool exists, const std::vector<std::string>& last,
                       std::uint64_t last_distance, const std::vector<std::string>& now,
                       std::uint64_t& distance) {
    if (exists && last == now) {
        distance = last_distance + 1;
        return Value(distance);
    }
    distance = 0;
    return names_value(now);
}

/// Fills the three maps of one audit transaction.
class MapWriter {
  public:
    MapWriter(const AuditHead& last, AuditTxn& out) : last_(last), out_(out) {}

    void add(std::int64_t number, std::uint64_t size, const LedgerRoots& roots, bool is_own) {
        const std::string key = std::to_string(number);
        sizes.set(key, size);
        AuditHead::Entry entry;
        entry.size = size;
        const AuditHead::Entry* before = entry_before(number);
        const bool is_new = before == nullptr ? size > 0 : before->size < size;
        if (is_own || is_new) {
            entry.has_root = true;
            entry.txn_root = roots.txn_root;
            entry.state_root = roots.state_root;
            root_texts.set(key, encoding::base58_encode(roots.txn_root));
            state_texts.set(key, encoding::base58_encode(roots.state_root));
            if (const auto ledger = ledger_from(number)) out_.signed_ledgers[*ledger] = roots;
        } else if (before != nullptr && before->has_root) {
            entry = *before;
            entry.size = size;
            ++entry.distance;
            root_texts.set(key, entry.distance);
        }
        out_.head.ledgers[number] = entry;
    }

    /// A frozen ledger keeps its record and counts on.
    void add_frozen(std::int64_t number, const Value& record) {
        const std::string key = std::to_string(number);
        const Value* seq_no = record.find("seq_no");
        AuditHead::Entry entry;
        if (const AuditHead::Entry* before = entry_before(number)) entry = *before;
        entry.size = seq_no == nullptr ? 0 : seq_no->unsigned_integer().value_or(0);
        sizes.set(key, entry.size);
        entry.has_root = entry.has_root && entry.distance > 0;
        if (entry.has_root) root_texts.set(key, ++entry.distance);
        out_.head.ledgers[number] = entry;
    }

    Object sizes = integer_map(), root_texts = integer_map(), state_texts = integer_map();

  private:
    const AuditHead::Entry* entry_before(std::int64_t number) const {
        const auto it = last_.ledgers.find(number);
        return last_.exists && it != last_.ledgers.end() ? &it->second : nullptr;
    }

    const AuditHead& last_;
    AuditTxn& out_;
};

}  // namespace

AuditTxn make_audit_txn(const AuditHead& last, const AuditInput& input, const SealInput& seal) {
    AuditTxn out;
    out.head.exists = true;
    out.head.view_no = seal.original_view_no;
    out.head.pp_seq_no = seal.pp_seq_no;
    MapWriter maps(last, out);
    for (std::size_t i = 0; i < state_count; ++i) {
        maps.add(static_cast<std::int64_t>(i), input.sizes[i], input.roots[i],
                 i == index_of(input.ledger));
    }
    if (input.frozen != nullptr && input.frozen->object() != nullptr) {
        for (const encoding::Member& record : *input.frozen->object()) {
            std::int64_t number = 0;
            for (const char c : record.key) number = number * 10 + (c - '0');
            maps.add_frozen(number, record.value);
        }
    }
    Object data{{"ver", "1"},
                {"viewNo", seal.original_view_no},
                {"ppSeqNo", seal.pp_seq_no},
                {"digest", seal.batch_digest}};
    data.set("ledgerSize", std::move(maps.sizes));
    data.set("ledgerRoot", std::move(maps.root_texts));
    data.set("stateRoot", std::move(maps.state_texts));
    data.set("primaries", list_or_distance(last.exists, last.primaries, last.primaries_distance,
                                           seal.primaries, out.head.primaries_distance));
    data.set("nodeReg", list_or_distance(last.exists, last.node_registry, last.registry_distance,
                                         *input.registry, out.head.registry_distance));
    out.head.primaries = seal.primaries;
    out.head.node_registry = *input.registry;
    Object payload{{"type", txn_type::audit},
                   {"data", std::move(data)},
                   {"protocolVersion", 2},
                   {"metadata", Object()}};
    out.txn = Object{{"txn", std::move(payload)},
                     {"txnMetadata", Object{{"txnTime", input.pp_time}, {"seqNo", input.seq_no}}},
                     {"reqSignature", Object()},
                     {"ver", "1"}};
    return out;
}

namespace {

std::optional<std::uint64_t> number_member(const Value& data, std::string_view member) {
    const Value* value = data.find(member);
    return value == nullptr ? std::nullopt : value->unsigned_integer();
}

std::optional<std::vector<std::string>> names_from(const Value* value) {
    if (value == nullptr || value->array() == nullptr) return std::nullopt;
    std::vector<std::string> names;
    for (const Value& name : *value->array()) {
        if (name.text() == nullptr) return std::nullopt;
        names.push_back(*name.text());
    }
    return names;
}

/// Follows a list member over its distance.
std::optional<std::vector<std::string>> resolve_names(const Value& data, std::uint64_t seq_no,
                                                      const char* member, const AuditLoader& load,
                                                      std::uint64_t& distance) {
    distance = 0;
    const auto back = number_member(data, member);
    if (!back) return names_from(data.find(member));
    if (*back == 0 || *back >= seq_no) return std::nullopt;
    distance = *back;
    const auto txn = load(seq_no - *back);
    const auto view = txn ? view_txn(*txn) : std::nullopt;
    return view ? names_from(view->find(member)) : std::nullopt;
}

struct RootTexts {
    const Value* txn_root = nullptr;
    const Value* state_root = nullptr;
};

RootTexts roots_of(const Value& data, const std::string& key) {
    const Value* txn_roots = data.find("ledgerRoot");
    const Value* state_roots = data.find("stateRoot");
    return {txn_roots == nullptr ? nullptr : txn_roots->find(key),
            state_roots == nullptr ? nullptr : state_roots->find(key)};
}

bool set_roots(AuditHead::Entry& entry, const RootTexts& texts) {
    if (texts.txn_root == nullptr || texts.txn_root->text() == nullptr) return false;
    const auto txn_root = encoding::base58_decode32(*texts.txn_root->text());
    if (!txn_root) return false;
    entry.has_root = true;
    entry.txn_root = *txn_root;
    if (texts.state_root != nullptr && texts.state_root->text() != nullptr) {
        const auto state_root = encoding::base58_decode32(*texts.state_root->text());
        if (!state_root) return false;
        entry.state_root = *state_root;
    }
    return true;
}

bool resolve_entry(AuditHead::Entry& entry, const Value& data, const std::string& key,
                   std::uint64_t seq_no, const AuditLoader& load) {
    const RootTexts texts = roots_of(data, key);
    if (texts.txn_root == nullptr) return true;
    const auto back = texts.txn_root->unsigned_integer();
    if (!back) return set_roots(entry, texts);
    if (*back == 0 || *back >= seq_no) return false;
    entry.distance = *back;
    const auto txn = load(seq_no - *back);
    const auto view = txn ? view_txn(*txn) : std::nullopt;
    return view && set_roots(entry, roots_of(Value(*view->data), key));
}

}  // namespace

std::optional<AuditHead> audit_head_from(const Value& txn, const AuditLoader& load) {
    const auto view = view_txn(txn);
    if (!view || view->type != txn_type::audit) return std::nullopt;
    const Value data(*view->data);
    const auto view_no = number_member(data, "viewNo");
    const auto pp_seq_no = number_member(data, "ppSeqNo");
    const Value* sizes = data.find("ledgerSize");
    if (!view_no || !pp_seq_no || sizes == nullptr || sizes->object() == nullptr)
        return std::nullopt;
    AuditHead head;
    head.exists = true;
    head.view_no = *view_no;
    head.pp_seq_no = *pp_seq_no;
    for (const encoding::Member& member : *sizes->object()) {
        const auto size = member.value.unsigned_integer();
        if (!size || member.key.empty() || member.key.size() > 9) return std::nullopt;
        std::int64_t number = 0;
        for (const char c : member.key) {
            if (c < '0' || c > '9') return std::nullopt;
            number = number * 10 + (c - '0');
        }
        AuditHead::Entry entry;
        entry.size = *size;
        if (!resolve_entry(entry, data, member.key, view->seq_no, load)) return std::nullopt;
        head.ledgers[number] = entry;
    }
    auto primaries = resolve_names(data, view->seq_no, "primaries", load, head.primaries_distance);
    auto registry = resolve_names(data, view->seq_no, "nodeReg", load, head.registry_distance);
    if (!primaries || !registry) return std::nullopt;
    head.primaries = std::move(*primaries);
    head.node_registry = std::move(*registry);
    return head;
}

namespace {

/// The batch's own ledger has roots in the transaction; when several have, it is the one that grew.
Ledger own_ledger(const AuditRecord& record,
                  const std::array<std::uint64_t, state_count>& sizes_before) {
    std::optional<Ledger> grown;
    for (const auto& [ledger, roots] : record.signed_ledgers) {
        const auto size = record.ledger_sizes.find(ledger);
        if (!grown && size != record.ledger_sizes.end() &&
            size->second > sizes_before[index_of(ledger)])
            grown = ledger;
    }
    if (grown) return *grown;
    return record.signed_ledgers.empty() ? Ledger::domain : record.signed_ledgers.begin()->first;
}

}  // namespace

std::optional<AuditRecord> audit_record_from(
    const Value& txn, const AuditLoader& load,
    const std::array<std::uint64_t, state_count>& genesis_sizes) {
    const auto head = audit_head_from(txn, load);
    const auto view = view_txn(txn);
    if (!head || !view) return std::nullopt;
    AuditRecord record;
    record.seq_no = view->seq_no;
    record.view_no = head->view_no;
    record.pp_seq_no = head->pp_seq_no;
    record.pp_time = view->time.value_or(0);
    record.batch_digest = view->text("digest");
    record.primaries = head->primaries;
    record.node_registry = head->node_registry;
    for (const auto& [number, entry] : head->ledgers) {
        const auto ledger = ledger_from(number);
        if (!ledger || index_of(*ledger) >= state_count) continue;
        record.ledger_sizes[*ledger] = entry.size;
        if (!entry.has_root) continue;
        record.ledger_roots[*ledger] = entry.txn_root;
        if (entry.distance == 0)
            record.signed_ledgers[*ledger] = {entry.txn_root, entry.state_root};
    }
    std::array<std::uint64_t, state_count> before = genesis_sizes;
    if (record.signed_ledgers.size() > 1 && record.seq_no > 1) {
        const auto previous = load(record.seq_no - 1);
        const auto previous_view = previous ? view_txn(*previous) : std::nullopt;
        const Value* sizes = previous_view ? previous_view->find("ledgerSize") : nullptr;
        for (std::size_t i = 0; sizes != nullptr && i < state_count; ++i) {
            const Value* size = sizes->find(std::to_string(i));
            before[i] = size == nullptr ? 0 : size->unsigned_integer().value_or(0);
        }
    }
    record.ledger = own_ledger(record, before);
    return record;
}

}  // namespace stadtbuch::ledger
