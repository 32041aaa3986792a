// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Client exchanges: what one client sent to one or more nodes, and what each of them sent for it.
#include <algorithm>
#include <map>
#include <optional>
#include <tuple>

#include "cli/export_traffic.hpp"
#include "cli/ledger_commands.hpp"
#include "ssi/ledger/client_port.hpp"
#include "ssi/ledger/request.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"

namespace stadtbuch::cli {

using encoding::Array;
using encoding::Object;
using encoding::Value;

namespace {

/// A client asks further nodes when the first do not answer; later than this it is a new exchange.
constexpr double same_request_seconds = 30;
/// Others, such as a ledger status, are judged at one moment: what a node answered later is another
/// exchange.
constexpr double same_frame_seconds = 0.5;

constexpr std::pair<std::string_view, std::string_view> type_names[] = {
    {"0", "NODE"},
    {"1", "NYM"},
    {"3", "GET_TXN"},
    {"4", "TXN_AUTHR_AGRMT"},
    {"5", "TXN_AUTHR_AGRMT_AML"},
    {"6", "GET_TXN_AUTHR_AGRMT"},
    {"7", "GET_TXN_AUTHR_AGRMT_AML"},
    {"8", "TXN_AUTHR_AGRMT_DISABLE"},
    {"9", "LEDGERS_FREEZE"},
    {"10", "GET_FROZEN_LEDGERS"},
    {"100", "ATTRIB"},
    {"101", "SCHEMA"},
    {"102", "CRED_DEF"},
    {"104", "GET_ATTR"},
    {"105", "GET_NYM"},
    {"107", "GET_SCHEMA"},
    {"108", "GET_CRED_DEF"},
    {"109", "POOL_UPGRADE"},
    {"111", "POOL_CONFIG"},
    {"113", "REVOC_REG_DEF"},
    {"114", "REVOC_REG_ENTRY"},
    {"115", "GET_REVOC_REG_DEF"},
    {"116", "GET_REVOC_REG"},
    {"117", "GET_REVOC_REG_DELTA"},
    {"118", "POOL_RESTART"},
    {"119", "VALIDATOR_INFO"},
    {"120", "AUTH_RULE"},
    {"121", "GET_AUTH_RULE"},
    {"122", "AUTH_RULES"},
    {"130", "FLAG"},
    {"131", "GET_FLAG"}};

using Frames = std::map<std::string, std::vector<std::string>>;
/// Canonical JSON of identifier and reqId, as nodes echo them.
using RequestKey = std::pair<std::string, std::string>;

struct Exchange {
    double first = 0, last = 0;
    std::string identity, text;
    bool is_text = true;
    std::vector<std::string> nodes;
    Frames answers;                    ///< sent to this client for this very frame
    std::optional<std::size_t> group;  ///< of (identifier, reqId)
    std::optional<ledger::Request> request;
    Value parsed;
    bool is_again = false;
};

Value or_null(const Value* value) {
    return value == nullptr ? Value() : *value;
}

/// The echo of an absent or zero reqId is 1.
RequestKey key_of(const Value* identifier, const Value* req_id) {
    const bool is_absent =
        req_id == nullptr || req_id->is_null() || req_id->integer() == std::int64_t{0};
    return {encoding::canonical_json(or_null(identifier)),
            is_absent ? "1" : encoding::canonical_json(*req_id)};
}

std::optional<RequestKey> key_of_answer(const Value& answer) {
    const std::string_view op = answer.text_at("op");
    if (op == "REQACK" || op == "REQNACK" || op == "REJECT")
        return key_of(answer.find("identifier"), answer.find("reqId"));
    const Value* result = op == "REPLY" ? answer.find("result") : nullptr;
    if (result == nullptr) return std::nullopt;
    if (result->find("reqId") != nullptr)
        return key_of(result->find("identifier"), result->find("reqId"));
    const Value* txn = result->find("txn");
    const Value* metadata = txn == nullptr ? nullptr : txn->find("metadata");
    if (metadata == nullptr) return std::nullopt;
    return key_of(metadata->find("from"), metadata->find("reqId"));
}

std::string first_seq_no(const Value& catchup_rep) {
    const Value* txns = catchup_rep.find("txns");
    if (txns == nullptr || txns->object() == nullptr || txns->object()->empty()) return "";
    std::uint64_t least = ~std::uint64_t{0};
    for (const encoding::Member& member : *txns->object())
        least = std::min(least, read_number(member.key).value_or(least));
    return std::to_string(least);
}

class CaseBuilder {
  public:
    void take(const TrafficRow& entry) {
        const std::string_view kind = entry.row.text_at("kind");
        if (kind == "client") on_frame(entry);
        if (kind == "answer") on_answer(entry);
    }

    std::vector<std::string> lines() {
        std::stable_sort(exchanges_.begin(), exchanges_.end(),
                         [](const Exchange& a, const Exchange& b) { return a.last < b.last; });
        std::vector<std::string> out;
        for (const Exchange& each : exchanges_) out.push_back(line_of(each, out.size() + 1));
        return out;
    }

  private:
    static std::string identity_of(const Value& row) {
        const std::string_view text = row.text_at("identity");
        return std::string(text.empty() ? row.text_at("identity_hex") : text);
    }

    void on_frame(const TrafficRow& entry) {
        const std::string identity = identity_of(entry.row);
        const Value* raw = entry.row.find("raw");
        const bool is_text = raw != nullptr && raw->text() != nullptr;
        const std::string text =
            is_text
                ? *raw->text()
                : string_of(encoding::hex_decode(entry.row.text_at("raw_hex")).value_or(Bytes{}));
        const auto key = std::make_pair(identity, text);
        const auto known = by_text_.find(key);
        std::size_t index = exchanges_.size();
        if (known != by_text_.end() && continues(exchanges_[known->second], entry)) {
            index = known->second;
        } else {
            exchanges_.push_back(new_exchange(entry.time, identity, text, is_text));
            by_text_[key] = index;
        }
        Exchange& exchange = exchanges_[index];
        exchange.nodes.push_back(entry.node);
        exchange.answers[entry.node];
        last_frame_[{entry.node, identity}] = index;
        if (exchange.group) last_request_[{entry.node, identity, *exchange.group}] = index;
        if (exchange.group) last_request_[{"", identity, *exchange.group}] = index;
        if (exchange.parsed.text_at("op") == "CATCHUP_REQ") {
            last_catchup_[{entry.node, identity,
                           encoding::canonical_json(or_null(exchange.parsed.find("seqNoStart")))}] =
                index;
        }
    }

    static bool continues(const Exchange& exchange, const TrafficRow& entry) {
        const double limit = exchange.request ? same_request_seconds : same_frame_seconds;
        if (entry.time - exchange.first > limit) return false;
        return std::find(exchange.nodes.begin(), exchange.nodes.end(), entry.node) ==
               exchange.nodes.end();
    }

    Exchange new_exchange(double time, const std::string& identity, const std::string& text,
                          bool is_text) {
        Exchange out;
        out.first = out.last = time;
        out.identity = identity;
        out.text = text;
        out.is_text = is_text;
        auto parsed = encoding::parse_json(text);
        if (!parsed || !parsed->is_object()) return out;
        out.parsed = *parsed;
        // Refusals of whatever is an object echo both, given or not.
        out.group = group_of(key_of(parsed->find("identifier"), parsed->find("reqId")));
        if (!ledger::is_request(out.parsed)) return out;
        auto request = ledger::parse_request(*std::move(parsed));
        if (!request) return out;
        // A REPLY names the signers where nobody is named as the author.
        const Value from(request->identifier_or_joined), req_id(request->req_id);
        groups_.try_emplace(key_of(&from, &req_id), *out.group);
        out.is_again = !digests_.try_emplace(request->digest, true).second;
        out.request = *std::move(request);
        return out;
    }

    std::size_t group_of(const RequestKey& key) {
        const auto [place, added] = groups_.try_emplace(key, replies_.size());
        if (added) replies_.emplace_back();
        return place->second;
    }

    void on_answer(const TrafficRow& entry) {
        const std::string identity = identity_of(entry.row);
        const std::string text(entry.row.text_at("raw"));
        const auto answer = encoding::parse_json(text);
        if (!answer) return;
        const auto key = key_of_answer(*answer);
        const auto group = key ? groups_.find(*key) : groups_.end();
        if (group != groups_.end()) {
            replies_[group->second][entry.node].push_back(text);
            for (const std::string& node : {entry.node, std::string()}) {
                const auto request = last_request_.find({node, identity, group->second});
                if (request != last_request_.end()) return add(request->second, entry, text);
            }
            return;
        }
        if (answer->text_at("op") == "CATCHUP_REP") {
            const auto asked = last_catchup_.find({entry.node, identity, first_seq_no(*answer)});
            if (asked != last_catchup_.end()) return add(asked->second, entry, text);
        }
        const auto frame = last_frame_.find({entry.node, identity});
        if (frame != last_frame_.end()) add(frame->second, entry, text);
    }

    void add(std::size_t index, const TrafficRow& entry, const std::string& text) {
        exchanges_[index].answers[entry.node].push_back(text);
        exchanges_[index].last = std::max(exchanges_[index].last, entry.time);
    }

    static Object object_of(const Frames& frames) {
        Object out;
        for (const auto& [node, texts] : frames) out.set(node, Array(texts.begin(), texts.end()));
        return out;
    }

    static bool is_like_a_request(const Exchange& exchange) {
        return exchange.parsed.find("operation") != nullptr ||
               exchange.parsed.find("reqId") != nullptr;
    }

    static std::string kind_of(const Exchange& exchange) {
        if (!is_like_a_request(exchange)) {
            const std::string_view op = exchange.parsed.text_at("op");
            return op == "LEDGER_STATUS" || op == "CATCHUP_REQ" ? std::string(op) : "MALFORMED";
        }
        if (exchange.is_again) return "REPLAY";
        const std::string_view type =
            exchange.request ? std::string_view(exchange.request->type) : std::string_view();
        for (const auto& [code, name] : type_names) {
            if (code == type) return std::string(name);
        }
        return "BAD";
    }

    /// Which ops came, each once: "REQACK, REPLY".
    static std::string name_of(const Exchange& exchange) {
        std::vector<std::string> ops;
        for (const auto& [node, texts] : exchange.answers) {
            for (const std::string& text : texts) {
                const auto answer = encoding::parse_json(text);
                const std::string op(answer ? answer->text_at("op") : std::string_view());
                if (std::find(ops.begin(), ops.end(), op) == ops.end()) ops.push_back(op);
            }
        }
        std::string out;
        for (const std::string& op : ops) out += (out.empty() ? "" : ", ") + op;
        return out.empty() ? "no answer" : out;
    }

    /// indy-vdr's connections have a key in base64 as identity, others one in z85.
    static bool is_indy_vdr(const Exchange& exchange) {
        constexpr std::size_t base64_of_a_key = 44;
        return exchange.request && exchange.identity.size() == base64_of_a_key &&
               encoding::base64_decode(exchange.identity);
    }

    /// What the library made of the answers: the result of a REPLY, else the reason of a refusal.
    static void set_outcome(const Exchange& exchange, Object& line) {
        Object by_node;
        std::string reason = "no answer";
        std::optional<Value> result;
        for (const auto& [node, texts] : exchange.answers) {
            for (const std::string& text : texts) {
                const auto answer = encoding::parse_json(text);
                if (!answer) continue;
                if (answer->text_at("op") == "REPLY") {
                    by_node.set(node, text);
                    if (!result) result = or_null(answer->find("result"));
                } else if (answer->find("reason") != nullptr) {
                    reason = "Request failed: " + std::string(answer->text_at("reason"));
                }
            }
        }
        if (!result) {
            line.set("error", reason);
        } else if (exchange.request->kind == ledger::RequestKind::action) {
            line.set("result", std::move(by_node));
        } else {
            line.set("result", *std::move(result));
        }
    }

    std::string line_of(const Exchange& exchange, std::size_t id) const {
        Object line{{"kind", kind_of(exchange)}, {"name", name_of(exchange)}};
        const bool is_vdr = is_indy_vdr(exchange);
        line.set("via", is_vdr ? "indy-vdr" : "raw");
        line.set("note", "");
        const bool is_long = exchange.text.size() > ledger::ClientPort::frame_bytes_max;
        std::string text;
        if (exchange.is_text && !is_long)
            text = exchange.text;  // else request_len and request_hex tell
        line.set("request", text);
        if (is_vdr) {
            line.set("signing_input", exchange.request->signed_text);
            Array signers;
            for (const auto& [did, signature] : exchange.request->signatures)
                signers.emplace_back(did);
            line.set("signers", std::move(signers));
            set_outcome(exchange, line);
        } else {
            line.set("request_len", std::uint64_t{exchange.text.size()});
            line.set("request_hex", exchange.is_text || is_long
                                        ? Value()
                                        : Value(encoding::hex_encode(view_of(exchange.text))));
            line.set("nodes", Array(exchange.nodes.begin(), exchange.nodes.end()));
            line.set("raw_replies", object_of(exchange.answers));
        }
        line.set("id", std::uint64_t{id});
        line.set("t", exchange.last);
        if (exchange.group && is_like_a_request(exchange))
            line.set("node_replies", object_of(replies_[*exchange.group]));
        return encoding::compact_json(line);
    }

    std::vector<Exchange> exchanges_;
    std::map<std::pair<std::string, std::string>, std::size_t> by_text_;
    std::map<std::pair<std::string, std::string>, std::size_t> last_frame_;
    std::map<std::tuple<std::string, std::string, std::size_t>, std::size_t> last_request_;
    std::map<std::tuple<std::string, std::string, std::string>, std::size_t> last_catchup_;
    std::map<RequestKey, std::size_t> groups_;
    std::vector<Frames> replies_;  ///< by group: every frame for this (identifier, reqId)
    std::map<std::string, bool> digests_;
};

}  // namespace

std::vector<std::string> client_case_lines(const Traffic& traffic) {
    CaseBuilder builder;
    for (const TrafficRow& entry : traffic.rows) builder.take(entry);
    return builder.lines();
}

}  // namespace stadtbuch::cli
