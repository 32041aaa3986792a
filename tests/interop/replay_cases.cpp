// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Verdicts (REQNACK) and reads: each recorded case is judged at the moment at which it was
// recorded.
#include <algorithm>

#include "ssi/ledger/client_port.hpp"
#include "ssi/ledger/client_port_view.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/rlp.hpp"
#include "storage/encoding/text.hpp"
#include "tests/interop/replayer.hpp"

namespace stadtbuch::interop {

using encoding::Value;
using ledger::Ledger;

namespace {

/// A node may lag by some batches when it answers.
constexpr std::size_t moments_back = 6;
/// Times of batches are whole seconds: of those that fell into the second of a case, or shortly
/// before, any may be the last that a node knew.
constexpr double seconds_back = 2;

/// Frames of one op that all nodes sent.
std::vector<std::pair<std::string, std::string>> frames_of(const ClientCase& one,
                                                           const std::string& op) {
    std::vector<std::pair<std::string, std::string>> out;
    const std::string mark = "\"op\":\"" + op + "\"";
    for (const auto& [node, frames] : one.frames) {
        for (const std::string& frame : frames) {
            if (frame.find(mark) != std::string::npos) out.emplace_back(node, frame);
        }
    }
    return out;
}

bool contains(const std::vector<std::pair<std::string, std::string>>& frames,
              const std::string& text) {
    return std::any_of(frames.begin(), frames.end(),
                       [&](const auto& frame) { return frame.second == text; });
}

/// Without what a node chooses: the signature and who took part. Proof nodes become a set.
Value comparable(const Value& value) {
    if (const encoding::Array* array = value.array()) {
        encoding::Array out;
        for (const Value& item : *array) out.push_back(comparable(item));
        return out;
    }
    const encoding::Object* object = value.object();
    if (object == nullptr) return value;
    encoding::Object out;
    for (const encoding::Member& member : *object) {
        if (object->contains("participants") &&
            (member.key == "participants" || member.key == "signature"))
            continue;
        if (member.key == "proof_nodes" && member.value.text() != nullptr) {
            std::set<std::string> nodes;
            const auto bytes = encoding::base64_decode(*member.value.text());
            const auto list =
                bytes ? encoding::rlp_decode(*bytes)
                      : Result<encoding::RlpItem, encoding::RlpError>(encoding::RlpItem{});
            if (list) {
                for (const encoding::RlpItem& node : list->list)
                    nodes.insert(encoding::hex_encode(encoding::rlp_encode(node)));
            }
            out.set(member.key, encoding::Array(nodes.begin(), nodes.end()));
            continue;
        }
        // The reference sends these in its set order (indy-client-protocol §7.2).
        if ((member.key == "issued" || member.key == "revoked") &&
            member.value.array() != nullptr) {
            encoding::Array sorted = *member.value.array();
            std::sort(sorted.begin(), sorted.end(), [](const Value& a, const Value& b) {
                return a.integer().value_or(0) < b.integer().value_or(0);
            });
            out.set(member.key, std::move(sorted));
            continue;
        }
        out.set(member.key, comparable(member.value));
    }
    return out;
}

bool same_messages(const std::vector<std::string>& expected, const std::vector<std::string>& got) {
    if (expected.size() != got.size()) return false;
    for (std::size_t i = 0; i < expected.size(); ++i) {
        if (expected[i] == got[i]) continue;
        const auto a = encoding::parse_json(expected[i]);
        const auto b = encoding::parse_json(got[i]);
        if (!a || !b || !(*a == *b)) return false;
    }
    return true;
}

std::string first_difference(const Value& a, const Value& b, const std::string& path) {
    if (a == b) return "";
    if (a.object() != nullptr && b.object() != nullptr) {
        for (const encoding::Member& member : *a.object()) {
            const Value* other = b.find(member.key);
            if (other == nullptr) return path + "." + member.key + " is missing";
            const std::string deeper =
                first_difference(member.value, *other, path + "." + member.key);
            if (!deeper.empty()) return deeper;
        }
        for (const encoding::Member& member : *b.object()) {
            if (a.find(member.key) == nullptr) return path + "." + member.key + " is too much";
        }
    }
    return path + ": expected " + encoding::canonical_json(a) + ", got " +
           encoding::canonical_json(b);
}

}  // namespace

void Replayer::judge_cases_until(std::int64_t pp_time) {
    while (next_case_ < recording_.cases.size() &&
           recording_.cases[next_case_].time < static_cast<double>(pp_time)) {
        judge_case(recording_.cases[next_case_++]);
    }
}

std::size_t Replayer::moments_near(double time) const {
    std::size_t count = 0;
    for (auto it = moments_.rbegin(); it != moments_.rend(); ++it) {
        ++count;
        // The last one that came before those seconds held on into them.
        if (count >= moments_back && static_cast<double>(it->pp_time) < time - seconds_back) break;
    }
    return count;
}

/// Frames that are no request: ledger status, catch-up, malformed ones. Answered from the committed
/// ledgers.
void Replayer::judge_frame(const ClientCase& one, BytesView frame) {
    const ledger::ClientPort port;
    for (const auto& [node, expected] : one.answers) {
        std::string got;
        bool matches = false;
        // As with reads: a node that has fallen behind answers from what it has.
        std::size_t back = 0;
        for (; !matches && back < moments_.size(); ++back) {
            const ledger::ReadView& view = *moments_[moments_.size() - 1 - back].view;
            const auto outcome = port.on_frame(frame, ledger::ViewedLedgers(view));
            if (!outcome.requests.empty()) return;
            matches = same_messages(expected, outcome.answers);
            if (back == 0) got = outcome.answers.empty() ? "silence" : outcome.answers.front();
        }
        if (matches && back > moments_near(one.time))
            compare_.count("answers of nodes that lag behind");
        if (!matches)
            Comparison::fail(one.where, "answer of " + node,
                             expected.empty() ? "silence" : expected.front(), got);
        compare_.count("answers to frames that are no request");
    }
}

void Replayer::judge_case(const ClientCase& one) {
    if (!one.request_is_text) {
        if (one.frame) judge_frame(one, *one.frame);
        return;
    }
    auto parsed = encoding::parse_json(one.request);
    if (!parsed || !parsed->is_object() || !ledger::is_request(*parsed))
        return judge_frame(one, view_of(one.request));
    const auto nacks = frames_of(one, "REQNACK");
    const auto replies = frames_of(one, "REPLY");
    const auto rejects = frames_of(one, "REJECT");
    if (nacks.empty() && replies.empty() && rejects.empty() && frames_of(one, "REQACK").empty())
        return;

    auto request = ledger::parse_request(std::move(*parsed));
    const auto expect_nack = [&](const std::string& ours) {
        if (!contains(nacks, ours)) {
            Comparison::fail(one.where, "REQNACK", nacks.empty() ? "none" : nacks.front().second,
                             ours);
        }
        compare_.count("REQNACK texts");
    };
    if (!request) return expect_nack(ledger::reqnack_text(request.error()));
    const auto refusal_text = [&](const ledger::Refusal& refusal) {
        return ledger::reqnack_text(ledger::refusal_of(*request, refusal));
    };
    if (request->kind == ledger::RequestKind::read) {
        if (replies.empty()) {
            if (nacks.empty()) return;
            const auto answer = reader_->view()->answer(*request);
            return expect_nack(answer ? "a REPLY" : refusal_text(answer.error()));
        }
        return judge_read(one, *request);
    }
    if (request->kind == ledger::RequestKind::action && (!replies.empty() || !rejects.empty())) {
        return judge_action(one, *request);
    }
    // What was ordered is judged with its batch.
    if (nacks.empty() || !replies.empty() || !rejects.empty()) return;
    std::string now;
    const std::size_t considered = moments_near(one.time);
    for (std::size_t back = 0; back < considered; ++back) {
        const auto ours = nack_at(moments_[moments_.size() - 1 - back], *request);
        if (ours && contains(nacks, *ours)) return expect_nack(*ours);
        if (back == 0) now = ours.value_or("accepted");
    }
    expect_nack(now);
}

std::optional<std::string> Replayer::nack_at(const Moment& moment, const ledger::Request& request) {
    const auto text = [&](const ledger::Refusal& refusal) {
        return ledger::reqnack_text(ledger::refusal_of(request, refusal));
    };
    const auto verified = ledger::verify_signatures(
        request, [&](std::string_view did) { return moment.view->verkey(did); });
    if (!verified) return text(verified.error());
    if (!moment.writes_enabled && !ledger::may_write_when_read_only(request))
        return text(ledger::read_only_pool());
    const auto replay = moment.view->replay(request);
    if (replay && !*replay) return text(replay->error());
    return std::nullopt;
}

void Replayer::judge_action(const ClientCase& one, const ledger::Request& request) {
    const auto rejects = frames_of(one, "REJECT");
    const auto allowed = execution_->authorize_action(request);
    if (allowed) {
        if (frames_of(one, "REPLY").empty())
            Comparison::fail(one.where, "action", rejects.front().second, "allowed");
    } else {
        const std::string ours = ledger::reject_text(request, allowed.error());
        if (!contains(rejects, ours)) {
            Comparison::fail(one.where, "action",
                             rejects.empty() ? "REPLY" : rejects.front().second, ours);
        }
    }
    compare_.count("action verdicts");
}

namespace {
Value* signed_value_of(Value& result) {
    Value* proof = result.find("state_proof");
    Value* signature = proof == nullptr ? nullptr : proof->find("multi_signature");
    return signature == nullptr ? nullptr : signature->find("value");
}

/// The multi-signature of an earlier batch proves the same state as well; whether it is valid is
/// judged with all the others (verify_multi_signatures).
void take_earlier_signature(Value& wanted, Value& got) {
    const Value* theirs = signed_value_of(wanted);
    Value* ours = signed_value_of(got);
    if (theirs == nullptr || ours == nullptr || !theirs->is_object() || !ours->is_object()) return;
    const auto same = [&](std::string_view name) {
        const Value* a = theirs->find(name);
        const Value* b = ours->find(name);
        return a != nullptr && b != nullptr && *a == *b;
    };
    const auto time_of = [](const Value& value) {
        const Value* time = value.find("timestamp");
        return time == nullptr ? std::nullopt : time->integer();
    };
    const auto their_time = time_of(*theirs), our_time = time_of(*ours);
    if (same("ledger_id") && same("state_root_hash") && their_time && our_time &&
        *their_time <= *our_time)
        *ours = *theirs;
}
}  // namespace

bool Replayer::read_matches(const ledger::ReadView& view, const ledger::Request& request,
                            const Value& expected, std::string& why, bool& same_order) const {
    const auto ours = view.answer(request);
    if (!ours) {
        why = "refused: " + ours.error().text;
        return false;
    }
    Value wanted = comparable(expected);
    Value got = comparable(*ours);
    // A node that has not gathered n-f shares yet answers without a proof ...
    if (wanted.find("state_proof") == nullptr) got.object()->erase("state_proof");
    // ... or, where the state is one that it had before, with the multi-signature of that time.
    take_earlier_signature(wanted, got);
    why = first_difference(wanted, got, "result");
    same_order = encoding::compact_json(wanted) == encoding::compact_json(got);
    return why.empty();
}

void Replayer::judge_read(const ClientCase& one, const ledger::Request& request) {
    for (const auto& [node, frame] : frames_of(one, "REPLY")) {
        const Value message = parse_or_fail(frame, one.where);
        const Value* result = message.find("result");
        if (result == nullptr) Comparison::fail(one.where, "REPLY", "result", "none");
        std::string why;
        bool matches = false, same_order = false;
        std::size_t back = 0;
        for (; !matches && back < moments_.size(); ++back) {
            std::string reason;
            matches = read_matches(*moments_[moments_.size() - 1 - back].view, request, *result,
                                   reason, same_order);
            if (back == 0) why = reason;
        }
        if (matches && back > moments_near(one.time))
            compare_.count("read replies of nodes that lag behind");
        if (!matches)
            Comparison::fail(one.where, "REPLY of " + node, encoding::canonical_json(*result), why);
        compare_.count(result->find("state_proof") != nullptr ? "read replies with proof"
                                                              : "read replies without proof");
        // JSON gives no meaning to the order; it is counted, not judged.
        compare_.count(same_order ? "read replies: members in the same order"
                                  : "read replies: members in another order");
    }
}

}  // namespace stadtbuch::interop
