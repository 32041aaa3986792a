// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "tests/interop/recording.hpp"

#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>

#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"

namespace stadtbuch::interop {

using encoding::Value;
using ledger::Ledger;

Value parse_or_fail(std::string_view text, const std::string& where) {
    encoding::JsonLimits limits;
    limits.bytes_max = 256u << 20;
    auto parsed = encoding::parse_json(text, limits);
    if (!parsed)
        throw ReplayFailed(
            where + ": not readable as JSON: " + std::string(encoding::to_text(parsed.error())));
    return std::move(*parsed);
}

std::string text_at(const Value& object, std::string_view key, const std::string& where) {
    const Value* value = object.find(key);
    if (value == nullptr || value->text() == nullptr)
        throw ReplayFailed(where + ": no text member " + std::string(key));
    return *value->text();
}

Bytes hex_or_fail(std::string_view hex, const std::string& where) {
    auto bytes = encoding::hex_decode(hex);
    if (!bytes) throw ReplayFailed(where + ": not hexadecimal");
    return std::move(*bytes);
}

namespace {

std::optional<std::string> read_file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) return std::nullopt;
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}

void for_each_line(const std::string& path, const std::string& name,
                   const std::function<void(const Value& row, const std::string& where)>& visit) {
    std::ifstream in(path, std::ios::binary);
    std::string line;
    for (std::size_t number = 1; std::getline(in, line); ++number) {
        if (line.empty()) continue;
        const std::string where = name + " row " + std::to_string(number);
        visit(parse_or_fail(line, where), where);
    }
}

std::optional<std::string> optional_text(const Value& row, std::string_view key) {
    const Value* value = row.find(key);
    if (value == nullptr || value->text() == nullptr) return std::nullopt;
    return *value->text();
}

std::uint64_t number_at(const Value& row, std::string_view key, const std::string& where) {
    const Value* value = row.find(key);
    const auto number = value == nullptr ? std::nullopt : value->unsigned_integer();
    if (!number) throw ReplayFailed(where + ": no number " + std::string(key));
    return *number;
}

class Loader {
  public:
    explicit Loader(const std::string& folder) { out_.folder = folder; }

    Recording load() {
        out_.pool_genesis = required("pool_transactions_genesis.txn");
        out_.domain_genesis = required("domain_transactions_genesis.txn");
        constexpr const char* names[] = {"pool", "domain", "config", "audit"};
        for (std::size_t i = 0; i < ledger::ledger_count; ++i)
            load_ledger(i, std::string("ledger_") + names[i] + ".jsonl");
        for (std::size_t i = 0; i < ledger::state_count; ++i) {
            const std::string name = std::string("state_") + names[i] + ".json";
            if (const auto text = read_file(path(name)))
                out_.states[i] = parse_or_fail(*text, name);
        }
        if (const auto text = read_file(path("side_stores.json"))) load_side_stores(*text);
        for_each_line(path("client_cases.jsonl"), "client_cases.jsonl",
                      [&](const Value& row, const std::string& where) { load_case(row, where); });
        for_each_line(path("node_messages.jsonl"), "node_messages.jsonl",
                      [&](const Value& row, const std::string& where) { load_frame(row, where); });
        for_each_line(path("bls_pool.jsonl"), "bls_pool.jsonl",
                      [&](const Value& row, const std::string&) { out_.bls_rows.push_back(row); });
        return std::move(out_);
    }

  private:
    std::string path(const std::string& name) const { return out_.folder + "/" + name; }

    std::string required(const std::string& name) const {
        auto text = read_file(path(name));
        if (!text) throw ReplayFailed(path(name) + ": missing or not readable");
        return std::move(*text);
    }

    void load_ledger(std::size_t index, const std::string& name) {
        if (!std::filesystem::exists(path(name))) {
            // A ledger without transactions may have no file; pool, domain and audit always have
            // some.
            if (index == 2) return;
            throw ReplayFailed(path(name) + ": missing");
        }
        for_each_line(path(name), name, [&](const Value& row, const std::string& where) {
            LedgerRow entry;
            entry.where = where;
            entry.seq_no = number_at(row, "seqNo", where);
            if (const Value* txn = row.find("txn")) entry.txn = *txn;
            entry.raw = hex_or_fail(text_at(row, "raw_hex", where), where);
            entry.leaf_hash = text_at(row, "leaf_hash", where);
            entry.root_after = text_at(row, "root_after", where);
            entry.state_root_after = optional_text(row, "state_root_after");
            if (entry.seq_no != out_.ledgers[index].size() + 1)
                throw ReplayFailed(where + ": seqNo out of order");
            out_.ledgers[index].push_back(std::move(entry));
        });
    }

    void load_side_stores(const std::string& text) {
        out_.side_stores = parse_or_fail(text, "side_stores.json");
        if (const Value* rows = out_.side_stores->find("attr_db");
            rows != nullptr && rows->array() != nullptr) {
            for (const Value& row : *rows->array()) {
                const auto key = optional_text(row, "key");
                const auto value = optional_text(row, "value");
                if (key && value) out_.attributes[*key] = *value;
            }
        }
        if (const Value* rows = out_.side_stores->find("state_signature");
            rows != nullptr && rows->array() != nullptr) {
            for (const Value& row : *rows->array()) {
                const auto value = optional_text(row, "value");
                const std::string where =
                    "side_stores.json state_signature " + optional_text(row, "key").value_or("?");
                if (value) out_.multi_signatures.push_back({where, parse_or_fail(*value, where)});
            }
        }
    }

    void add_request(const Value& object) {
        if (!object.is_object() || object.find("operation") == nullptr) return;
        auto parsed = ledger::parse_request(object);
        if (!parsed || parsed->kind != ledger::RequestKind::write) return;
        auto request = std::make_shared<const ledger::Request>(std::move(*parsed));
        out_.requests.emplace(request->digest, std::move(request));
    }

    void collect_multi_signatures(const Value& value, const std::string& where) {
        if (const encoding::Object* object = value.object()) {
            if (object->contains("participants") && object->contains("signature") &&
                object->contains("value")) {
                out_.multi_signatures.push_back({where, value});
            }
            for (const encoding::Member& member : *object)
                collect_multi_signatures(member.value, where);
        } else if (const encoding::Array* array = value.array()) {
            for (const Value& item : *array) collect_multi_signatures(item, where);
        }
    }

    static void load_frames(const Value* by_node,
                            std::map<std::string, std::vector<std::string>>& out) {
        if (by_node == nullptr || by_node->object() == nullptr) return;
        for (const encoding::Member& node : *by_node->object()) {
            auto& list = out[node.key];
            if (node.value.array() == nullptr) continue;
            for (const Value& frame : *node.value.array()) {
                if (frame.text() != nullptr) list.push_back(*frame.text());
            }
        }
    }

    void load_case(const Value& row, const std::string& where) {
        ClientCase entry;
        entry.name = row.text_at("name");
        entry.kind = row.text_at("kind");
        entry.where = where + " (" + entry.kind + ": " + entry.name + ")";
        entry.via = row.text_at("via");
        if (const Value* time = row.find("t")) {
            entry.time = time->real().value_or(static_cast<double>(time->integer().value_or(0)));
        }
        if (const auto request = optional_text(row, "request")) {
            entry.request = *request;
            entry.request_is_text = true;
        }
        // The bytes are exact where they stand; a text whose length differs was not written out.
        const Value* length = row.find("request_len");
        if (const auto hex = optional_text(row, "request_hex")) {
            entry.frame = hex_or_fail(*hex, where);
            entry.request_is_text = false;
        } else if (length != nullptr && length->unsigned_integer() != entry.request.size()) {
            entry.request_is_text = false;
        }
        load_frames(row.find("node_replies"), entry.frames);
        load_frames(row.find("raw_replies"), entry.frames);
        load_frames(row.find("raw_replies"), entry.answers);
        if (entry.request_is_text) {
            if (const auto parsed = encoding::parse_json(entry.request)) add_request(*parsed);
        }
        for (const auto& [node, frames] : entry.frames) {
            for (const std::string& frame : frames) {
                if (const auto parsed = encoding::parse_json(frame)) {
                    collect_multi_signatures(*parsed, entry.where + " " + node);
                }
            }
        }
        out_.cases.push_back(std::move(entry));
    }

    void load_frame(const Value& row, const std::string& where) {
        const auto raw = optional_text(row, "raw");
        if (!raw) return;
        if (const auto parsed = encoding::parse_json(*raw)) load_message(*parsed, where, 0);
    }

    void load_message(const Value& message, const std::string& where, int depth) {
        constexpr int depth_max = 4;  // BATCH and MESSAGE_RESPONSE hold messages
        if (depth > depth_max || !message.is_object()) return;
        const std::string_view op = message.text_at("op");
        if (op == "PROPAGATE") {
            if (const Value* request = message.find("request")) add_request(*request);
        } else if (op == "PREPREPARE") {
            load_pre_prepare(message, where);
        } else if (op == "MESSAGE_RESPONSE") {
            const Value* inner = message.find("msg");
            if (inner == nullptr || !inner->is_object()) return;
            Value copy = *inner;
            if (!copy.object()->contains("op"))
                copy.object()->set("op", message.text_at("msg_type"));
            load_message(copy, where, depth + 1);
        } else if (op == "OLD_VIEW_PREPREPARE_REP") {
            const Value* list = message.find("preprepares");
            if (list == nullptr || list->array() == nullptr) return;
            for (const Value& inner : *list->array()) load_pre_prepare(inner, where);
        } else if (op == "BATCH") {
            const Value* list = message.find("messages");
            if (list == nullptr || list->array() == nullptr) return;
            for (const Value& inner : *list->array()) {
                if (inner.text() == nullptr) continue;
                if (const auto parsed = encoding::parse_json(*inner.text()))
                    load_message(*parsed, where, depth + 1);
            }
        }
    }

    void load_pre_prepare(const Value& message, const std::string& where) {
        const Value* instance = message.find("instId");
        const Value* ledger_id = message.find("ledgerId");
        const Value* requests = message.find("reqIdr");
        if (instance == nullptr || instance->integer() != std::int64_t{0} || ledger_id == nullptr)
            return;
        const auto ledger = ledger::ledger_from(ledger_id->integer().value_or(-1));
        if (!ledger || requests == nullptr || requests->array() == nullptr) return;
        PrePrepare entry;
        entry.where = where;
        entry.view_no = number_at(message, "viewNo", where);
        entry.pp_seq_no = number_at(message, "ppSeqNo", where);
        entry.pp_time = static_cast<std::int64_t>(number_at(message, "ppTime", where));
        entry.ledger = *ledger;
        entry.digest = message.text_at("digest");
        for (const Value& digest : *requests->array()) {
            if (digest.text() != nullptr) entry.digests.push_back(*digest.text());
        }
        const Value discarded = parse_or_fail(message.text_at("discarded"), where + " discarded");
        if (discarded.array() != nullptr) {
            for (const Value& position : *discarded.array()) {
                entry.discarded.push_back(
                    static_cast<std::uint32_t>(position.integer().value_or(0)));
            }
        }
        entry.state_root = optional_text(message, "stateRootHash");
        entry.txn_root = optional_text(message, "txnRootHash");
        entry.pool_state_root = optional_text(message, "poolStateRootHash");
        entry.audit_root = optional_text(message, "auditTxnRootHash");
        load_bls_lists(message, where);
        const auto key = std::pair{entry.digest, entry.pp_seq_no};
        if (entry.state_root) out_.pre_prepares.emplace(key, std::move(entry));
    }

    void load_bls_lists(const Value& message, const std::string& where) {
        const Value* lists = message.find("blsMultiSigs");
        if (lists == nullptr || lists->array() == nullptr) return;
        for (const Value& list : *lists->array()) {
            const encoding::Array* items = list.array();
            if (items == nullptr || items->size() != 3 || (*items)[2].array() == nullptr) continue;
            const encoding::Array& signed_value = *(*items)[2].array();
            if (signed_value.size() != 5) continue;
            encoding::Object value{{"ledger_id", signed_value[0]},
                                   {"state_root_hash", signed_value[1]},
                                   {"pool_state_root_hash", signed_value[2]},
                                   {"txn_root_hash", signed_value[3]},
                                   {"timestamp", signed_value[4]}};
            encoding::Object object{{"signature", (*items)[0]},
                                    {"participants", (*items)[1]},
                                    {"value", std::move(value)}};
            out_.multi_signatures.push_back({where + " blsMultiSigs", Value(std::move(object))});
        }
    }

    Recording out_;
};

}  // namespace

Recording load_recording(const std::string& folder) {
    if (!std::filesystem::is_directory(folder)) throw ReplayFailed(folder + ": no such folder");
    return Loader(folder).load();
}

}  // namespace stadtbuch::interop
