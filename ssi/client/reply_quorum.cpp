// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/client/reply_quorum.hpp"

#include <algorithm>

#include "ssi/ledger/types.hpp"

namespace stadtbuch::client {

using encoding::Value;
namespace type = ledger::txn_type;

namespace {

/// What must be equal on all nodes: everything but the proof and the order of those who signed it.
Value comparable_of(const Value& result) {
    Value copy = result;
    if (!copy.is_object()) return copy;
    copy.object()->erase("state_proof");
    Value* data = copy.find("data");
    if (!data || !data->is_object()) return copy;
    data->object()->erase("stateProofFrom");
    Value* signature = data->find("multi_signature");
    Value* participants = signature ? signature->find("participants") : nullptr;
    if (participants && participants->is_array()) {
        std::sort(participants->array()->begin(), participants->array()->end(),
                  [](const Value& a, const Value& b) {
                      return (a.text() ? *a.text() : "") < (b.text() ? *b.text() : "");
                  });
    }
    return copy;
}

}  // namespace

AskKind ask_kind_of(const Value& operation) {
    const std::string_view code = operation.text_at("type");
    if (code == type::validator_info || code == type::pool_restart) return AskKind::action;
    if (code == "300" || code == "301") return AskKind::plain_read;
    if (code == type::get_auth_rule) {
        return operation.find("auth_type") ? AskKind::proved_read : AskKind::plain_read;
    }
    for (const std::string_view read :
         {type::get_txn, type::get_taa, type::get_taa_aml, type::get_frozen_ledgers, type::get_attr,
          type::get_nym, type::get_schema, type::get_claim_def, type::get_revoc_reg_def,
          type::get_revoc_reg, type::get_revoc_reg_delta, type::get_flag}) {
        if (code == read) return AskKind::proved_read;
    }
    return AskKind::write;
}

ReplyQuorum::ReplyQuorum(Terms terms, Value request)
    : terms_(std::move(terms)), request_(std::move(request)) {
    // A NYM as of its own transaction is what it is, however old the root that shows it.
    const Value* operation = request_.find("operation");
    if (operation && operation->text_at("type") == type::get_nym && operation->find("seqNo")) {
        terms_.freshness_s = any_age;
    }
}

std::size_t ReplyQuorum::first_wave() const {
    switch (terms_.kind) {
        case AskKind::proved_read:
            return 2;
        case AskKind::plain_read:
            return terms_.f + 2;
        case AskKind::write:
        case AskKind::action:
            break;
    }
    return terms_.order.size();
}

QuorumStep ReplyQuorum::start() {
    if (terms_.order.empty()) return give_up();
    return ask_next(first_wave());
}

QuorumStep ReplyQuorum::ask_next(std::size_t count) {
    QuorumStep step;
    for (; count > 0 && asked_count_ < terms_.order.size(); --count) {
        const std::string& alias = terms_.order[asked_count_++];
        waiting_.insert(alias);
        step.ask.push_back(alias);
    }
    return step;
}

QuorumStep ReplyQuorum::on_answer(const std::string& alias, const Value& message,
                                  std::string_view text, std::int64_t now) {
    const std::string_view op = message.text_at("op");
    const bool is_answer = op == "REPLY" || op == "REQNACK" || op == "REJECT";
    const auto asked_end = terms_.order.begin() + static_cast<std::ptrdiff_t>(asked_count_);
    const bool was_asked = std::find(terms_.order.begin(), asked_end, alias) != asked_end;
    if (is_done_ || !is_answer || !was_asked || !answered_.insert(alias).second) return {};

    if (terms_.kind == AskKind::action) {
        action_replies_.set(alias, Value(text));
        return settle(alias, "answered");
    }
    if (op != "REPLY") return on_refusal(alias, message);
    const Value* result = message.find("result");
    if (!result) return settle(alias, "an answer without result");
    return on_reply(alias, *result, now);
}

QuorumStep ReplyQuorum::on_reply(const std::string& alias, const Value& result, std::int64_t now) {
    const Value* operation = request_.find("operation");
    if (terms_.kind == AskKind::proved_read || terms_.kind == AskKind::plain_read) {
        if (!operation || !check_answers_question(*operation, result)) {
            return settle(alias, "an answer to another question");
        }
    }
    std::string what = "answered differently";
    if (terms_.kind == AskKind::proved_read) {
        const auto verdict = verify_state_proof(result, terms_.keys, terms_.keys.size(), terms_.f,
                                                now, terms_.freshness_s);
        if (verdict) return on_proved(alias, result);
        what = to_text(verdict.error());
    }

    const Value comparable = comparable_of(result);
    auto group = std::find_if(groups_.begin(), groups_.end(),
                              [&](const Group& one) { return one.comparable == comparable; });
    if (group == groups_.end()) {
        groups_.push_back({comparable, result, {}});
        group = groups_.end() - 1;
    }
    group->nodes.push_back(alias);
    if (group->nodes.size() > terms_.f) return done(PoolAnswer{group->result, false, group->nodes});
    return settle(alias, std::move(what));
}

namespace {

/// When the state of a proved answer was signed, and in which ledger; nullopt for answers that do
/// not age.
std::optional<std::pair<std::int64_t, std::int64_t>> ledger_and_time_of(const Value& operation,
                                                                        const Value& result) {
    const bool asks_for_past =
        operation.find("timestamp") || operation.find("to") || operation.find("seqNo");
    if (asks_for_past || operation.text_at("type") == type::get_txn) return std::nullopt;
    const Value* proof = result.find("state_proof");
    const Value* signature = proof ? proof->find("multi_signature") : nullptr;
    const Value* value = signature ? signature->find("value") : nullptr;
    const Value* ledger_id = value ? value->find("ledger_id") : nullptr;
    const Value* time = value ? value->find("timestamp") : nullptr;
    if (!ledger_id || !ledger_id->integer() || !time || !time->integer()) return std::nullopt;
    return std::pair(*ledger_id->integer(), *time->integer());
}

}  // namespace

QuorumStep ReplyQuorum::on_proved(const std::string& alias, const Value& result) {
    const auto signed_at = ledger_and_time_of(*request_.find("operation"), result);
    const auto own_write =
        signed_at ? terms_.own_writes.find(signed_at->first) : terms_.own_writes.end();
    if (own_write == terms_.own_writes.end() || signed_at->second >= own_write->second) {
        return done(PoolAnswer{result, true, {alias}});
    }
    if (!old_answer_ || signed_at->second > old_answer_time_) {
        old_answer_ = PoolAnswer{result, true, {alias}};
        old_answer_time_ = signed_at->second;
    }
    return settle(alias, "a state from before an own write");
}

QuorumStep ReplyQuorum::on_refusal(const std::string& alias, const Value& message) {
    const std::string reason(message.text_at("reason"));
    std::vector<std::string>& nodes = refusals_[reason];
    nodes.push_back(alias);
    if (nodes.size() <= terms_.f) return settle(alias, reason);

    PoolError error;
    error.kind = PoolErrorKind::refused;
    error.error = Error{"SB-3010", reason, "pool", ""};
    if (const Value* code = message.find("code")) {
        if (const auto number = code->integer()) error.code = static_cast<int>(*number);
    }
    for (const std::string& node : nodes) error.nodes.push_back({node, reason});
    return done(Failure{std::move(error)});
}

QuorumStep ReplyQuorum::on_silence(const std::string& alias) {
    if (is_done_ || !waiting_.contains(alias)) return {};
    if (terms_.kind == AskKind::action) action_replies_.set(alias, Value("timeout"));
    return settle(alias, "no answer");
}

QuorumStep ReplyQuorum::on_impatience() {
    if (is_done_ || terms_.kind == AskKind::write || terms_.kind == AskKind::action) return {};
    QuorumStep step = ask_next(1);
    if (step.ask.empty() && old_answer_) return done(*std::move(old_answer_));
    return step;
}

QuorumStep ReplyQuorum::settle(const std::string& alias, std::string what) {
    waiting_.erase(alias);
    std::erase_if(verdicts_, [&](const NodeVerdict& one) { return one.alias == alias; });
    verdicts_.push_back({alias, std::move(what)});
    QuorumStep step = ask_next(1);
    if (!step.ask.empty() || !waiting_.empty()) return step;
    return terms_.kind == AskKind::action ? finish_action() : give_up();
}

QuorumStep ReplyQuorum::finish_action() {
    PoolAnswer answer;
    for (const NodeVerdict& verdict : verdicts_) {
        if (verdict.what == "answered") answer.nodes.push_back(verdict.alias);
    }
    if (answer.nodes.empty()) return give_up();
    answer.result = Value(std::move(action_replies_));
    return done(std::move(answer));
}

QuorumStep ReplyQuorum::give_up() {
    if (old_answer_) return done(*std::move(old_answer_));
    const auto silent =
        std::count_if(verdicts_.begin(), verdicts_.end(),
                      [](const NodeVerdict& one) { return one.what == "no answer"; });
    const std::size_t answered = verdicts_.size() - static_cast<std::size_t>(silent);
    PoolError error;
    error.nodes = verdicts_;
    if (answered <= terms_.f) {
        error.kind = PoolErrorKind::timeout;
        error.error =
            Error{"SB-3011",
                  std::to_string(answered) + " of " + std::to_string(terms_.order.size()) +
                      " nodes answered, " + std::to_string(terms_.f + 1) + " are needed.",
                  "pool",
                  terms_.kind == AskKind::write
                      ? "The transaction may still be ordered: look for it before sending it again."
                      : "Check the connection to the nodes, or try again later."};
    } else {
        error.kind = PoolErrorKind::verification_failed;
        error.error =
            Error{"SB-3012", "The nodes' answers neither prove anything nor agree.", "pool",
                  "Refresh the pool ledger; if that does not help, ask the pool's operators."};
    }
    return done(Failure{std::move(error)});
}

QuorumStep ReplyQuorum::done(Result<PoolAnswer, PoolError> outcome) {
    is_done_ = true;
    waiting_.clear();
    QuorumStep step;
    step.outcome = std::move(outcome);
    return step;
}

}  // namespace stadtbuch::client
