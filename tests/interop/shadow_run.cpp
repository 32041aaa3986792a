// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "tests/interop/shadow_run.hpp"

#include <algorithm>
#include <cmath>

namespace stadtbuch::interop {

namespace m = consensus::messages;

namespace {

bool contains(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// True for messages that mean nothing unless asked for.
bool is_answer(const m::Message& message) {
    if (std::holds_alternative<m::CatchupRep>(message) ||
        std::holds_alternative<m::ConsistencyProof>(message))
        return true;
    const auto* response = std::get_if<m::MessageResponse>(&message);
    return response != nullptr && (response->type == m::RequestedType::ledger_status ||
                                   response->type == m::RequestedType::consistency_proof);
}

bool fits(const m::Message& question, const m::Message& answer) {
    if (const auto* reply = std::get_if<m::CatchupRep>(&answer)) {
        const auto* asked = std::get_if<m::CatchupReq>(&question);
        return asked != nullptr && !reply->txns.empty() && asked->ledger == reply->ledger &&
               asked->seq_no_start <= reply->txns.front().first &&
               reply->txns.back().first <= asked->seq_no_end;
    }
    if (const auto* proof = std::get_if<m::ConsistencyProof>(&answer)) {
        const auto* status = std::get_if<m::LedgerStatus>(&question);
        return status != nullptr && status->ledger == proof->ledger &&
               status->txn_seq_no == proof->seq_no_start;
    }
    const auto* response = std::get_if<m::MessageResponse>(&answer);
    const auto* asked = std::get_if<m::MessageRequest>(&question);
    return response != nullptr && asked != nullptr && asked->type == response->type &&
           asked->params == response->params;
}

}  // namespace

ShadowRun::ShadowRun(std::string name, const std::vector<TrafficRow>& traffic, ShadowNode& node)
    : name_(std::move(name)), traffic_(traffic), node_(node) {}

/// A start after which the node says nothing before its next one has failed.
std::set<std::size_t> ShadowRun::effective_starts() const {
    std::set<std::size_t> out;
    std::optional<std::size_t> open;
    for (std::size_t i = 0; i < traffic_.size(); ++i) {
        const TrafficRow& row = traffic_[i];
        if (row.is_event && row.event.node == name_ && row.event.kind == PoolEvent::Kind::start) {
            open = i;
        } else if (!row.is_event && row.frame.from == name_ && open) {
            out.insert(*open);
            open.reset();
        }
    }
    return out;
}

void ShadowRun::run() {
    const std::set<std::size_t> starts = effective_starts();
    note_view_changes();
    for (std::size_t i = 0; i < traffic_.size(); ++i) {
        const TrafficRow& row = traffic_[i];
        node_.advance(row.time);
        release_postponed(row.time);
        if (row.is_event) {
            on_event(row, starts.contains(i));
        } else if (row.frame.from == name_) {
            on_own_frame(row.frame);
        } else if (contains(row.frame.to, name_)) {
            if (up_) {
                on_frame(row.time, row.frame);
            } else {
                held_.push_back(&row.frame);
            }
        }
        answer_questions(row.time);
    }
}

void ShadowRun::note_view_changes() {
    for (const TrafficRow& row : traffic_) {
        if (row.is_event || row.frame.from != name_) continue;
        for (const m::Message& message : messages_of(row.frame)) {
            if (const auto* change = std::get_if<m::ViewChange>(&message))
                left_for_.emplace(change->view_no, row.time);
            if (const auto* prepare = std::get_if<m::Prepare>(&message))
                prepared_by_it_.insert({prepare->inst_id, prepare->view_no, prepare->pp_seq_no});
            const auto* view = std::get_if<m::NewView>(&message);
            if (view == nullptr) continue;
            auto& [time, names] = announced_[view->view_no];
            time = row.time;
            for (const auto& [name, digest] : view->view_changes) names.insert(name);
        }
    }
}

double ShadowRun::due_time(const m::Message& message, double time) const {
    const auto left_at = [&](consensus::ViewNo view) {
        const auto left = left_for_.find(view);
        return left == left_for_.end() ? time : left->second;
    };
    if (const auto* vote = std::get_if<m::InstanceChange>(&message)) return left_at(vote->view_no);
    if (const auto* change = std::get_if<m::ViewChange>(&message)) return left_at(change->view_no);
    if (const auto* ack = std::get_if<m::ViewChangeAck>(&message)) {
        const auto view = announced_.find(ack->view_no);
        if (view != announced_.end() && !view->second.second.contains(ack->name))
            return view->second.first;
    }
    const auto* pp = std::get_if<m::PrePrepare>(&message);
    if (pp != nullptr && !prepared_by_it_.contains({pp->inst_id, pp->view_no, pp->pp_seq_no})) {
        const auto left = left_for_.upper_bound(pp->view_no);
        // Behind the votes with which it left.
        if (left != left_for_.end()) return std::max(time, std::nextafter(left->second, 1e12));
    }
    return time;
}

void ShadowRun::release_postponed(double time) {
    while (!postponed_.empty() && postponed_.begin()->first <= time) {
        Answer due = std::move(postponed_.begin()->second);
        postponed_.erase(postponed_.begin());
        node_.deliver(time, due.from, std::move(due.message));
    }
}

void ShadowRun::on_event(const TrafficRow& row, bool starts) {
    if (row.event.kind == PoolEvent::Kind::other) return;
    if (row.event.node != name_) {
        if (row.event.kind == PoolEvent::Kind::stop) {
            node_.peer_disconnected(row.time, row.event.node);
            heard_.erase(row.event.node);
        }
        return;
    }
    if (row.event.kind == PoolEvent::Kind::start && !starts) return;
    node_.stop();
    up_ = false;
    may_start_ = row.event.kind == PoolEvent::Kind::start;
    heard_.clear();
    questions_.clear();
}

void ShadowRun::on_own_frame(const Frame& frame) {
    if (!up_) {
        if (!may_start_) return;
        up_ = true;
        ++starts_;
        node_.start(frame.time);
        for (const Frame* held : std::exchange(held_, {})) on_frame(frame.time, *held);
    }
    for (m::Message& message : messages_of(frame)) {
        if (const auto* pp = std::get_if<m::PrePrepare>(&message)) {
            node_.cut(frame.time, {pp->inst_id, pp->view_no, pp->pp_seq_no, pp->pp_time, pp->ledger,
                                   pp->digests});
        }
        if (const auto* propagate = std::get_if<m::Propagate>(&message))
            node_.client_request(frame.time, *propagate);
        recorded_.push_back({frame.where, frame.time, frame.to, std::move(message)});
    }
}

void ShadowRun::on_frame(double time, const Frame& frame) {
    ++frames_fed_;
    if (frame.raw == "po") {
        // Pongs answer the ping of a fresh connection.
        if (heard_.contains(frame.from)) node_.peer_disconnected(time, frame.from);
        heard_.erase(frame.from);
    }
    if (heard_.insert(frame.from).second) node_.peer_connected(time, frame.from);
    for (m::Message& message : messages_of(frame)) {
        if (const double due = due_time(message, time); due > time) {
            postponed_.emplace(due, Answer{frame.from, std::move(message)});
        } else if (is_answer(message)) {
            answers_.push_back({frame.from, std::move(message)});
        } else {
            node_.deliver(time, frame.from, std::move(message));
        }
    }
}

std::size_t ShadowRun::commits_before(const m::Commit& commit, double time) const {
    std::set<std::string> senders;
    for (const TrafficRow& row : traffic_) {
        if (row.is_event || row.time > time || !contains(row.frame.to, name_)) continue;
        for (const m::Message& message : messages_of(row.frame)) {
            const auto* other = std::get_if<m::Commit>(&message);
            if (other != nullptr && other->inst_id == commit.inst_id &&
                other->view_no == commit.view_no && other->pp_seq_no == commit.pp_seq_no)
                senders.insert(row.frame.from);
        }
    }
    return senders.size();
}

void ShadowRun::answer_questions(double time) {
    for (bool more = true; more;) {
        more = false;
        for (; said_seen_ < node_.said().size(); ++said_seen_) {
            const Said& said = node_.said()[said_seen_];
            if (std::holds_alternative<m::CatchupReq>(said.message) ||
                std::holds_alternative<m::LedgerStatus>(said.message) ||
                std::holds_alternative<m::MessageRequest>(said.message)) {
                questions_.push_back({said.message, said.to, {}});
            }
        }
        for (auto it = answers_.begin(); it != answers_.end() && !more; ++it) {
            Question* question = question_of(*it);
            if (question == nullptr) continue;
            const bool asked_one = std::holds_alternative<m::CatchupReq>(question->message);
            const std::string from = asked_one ? question->to.front() : it->from;
            question->answered_by.insert(from);
            m::Message message = std::move(it->message);
            answers_.erase(it);
            node_.deliver(time, from, std::move(message));
            more = true;
            break;
        }
    }
}

ShadowRun::Question* ShadowRun::question_of(const Answer& answer) {
    for (Question& question : questions_) {
        if (!fits(question.message, answer.message)) continue;
        if (std::holds_alternative<m::CatchupReq>(question.message)) return &question;
        const bool asked = question.to.empty() || contains(question.to, answer.from);
        if (asked && !question.answered_by.contains(answer.from)) return &question;
    }
    return nullptr;
}

}  // namespace stadtbuch::interop
