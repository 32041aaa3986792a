// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "node/transport/client_service.hpp"

#include "consensus/messages/messages.hpp"
#include "ssi/ledger/client_port_view.hpp"
#include "ssi/ledger/upgrade_schedule.hpp"
#include "storage/encoding/json.hpp"

namespace stadtbuch::node {

namespace {

constexpr std::size_t senders_max = 100'000;
constexpr std::size_t undelivered_max = 2'000;
constexpr std::int64_t undelivered_ms = 30'000;
constexpr int answers_queued_max = 2'000;
constexpr std::int64_t retry_ms = 20;
/// Reads of a state whose multi-signature is on its way.
constexpr std::size_t unproved_max = 2'000;
constexpr std::int64_t unproved_retry_ms = 5;
/// After this the state is read without proof: perhaps nobody signs.
constexpr std::int64_t proof_patience_ms = 200;

/// Whether a POOL_RESTART does anything is the operator's choice (`actions.pool_restart`).
encoding::Value restart_result(const ledger::Request& request) {
    encoding::Object result = request.operation();
    result.set("identifier", request.identifier_or_joined);
    result.set("reqId", request.req_id_given());
    return result;
}

encoding::Value action_result(const ledger::Request& request, encoding::Value data) {
    encoding::Object result;
    result.set("type", request.type);
    result.set("identifier",
               request.identifier ? encoding::Value(*request.identifier) : encoding::Value());
    result.set("reqId", request.req_id);
    result.set("data", std::move(data));
    return result;
}

}  // namespace

Result<std::unique_ptr<ClientService>, Error> ClientService::open(
    Parts parts, const net::CurveKeyPair& keys, net::CurveListenerOptions options) {
    std::unique_ptr<ClientService> service(new ClientService(parts));
    // One client may have hundreds of writes under way, and a batch answers all of them at once.
    options.send_queue_max = answers_queued_max;
    auto listener = net::CurveListener::open(parts.loop, keys, std::move(options));
    if (!listener) return Failure{listener.error()};
    service->listener_ = *std::move(listener);
    ClientService* self = service.get();
    service->listener_->on_message(
        [self](const net::CurveMessage& message) { self->on_frame(message); });
    parts.loop.every(retry_ms, [self] { self->retry_undelivered(); });
    return service;
}

ClientService::~ClientService() = default;

void ClientService::on_frame(const net::CurveMessage& message) {
    ++counters_.frames;
    std::string identity(message.identity);
    const std::string_view frame = text_of(message.payload);
    if (on_record_) on_record_(identity, frame, false);
    // What has no signature is a read, and reads are not kept.
    if (parts_.desk != nullptr && message.payload.size() <= ledger::ClientPort::frame_bytes_max &&
        frame.find("\"signature") != std::string_view::npos) {
        const ledger::RequestPtr known = parts_.desk->find_text(frame);
        // A NODE_UPGRADE is known from members, and none of a client's.
        if (known != nullptr && known->type != ledger::txn_type::node_upgrade)
            return on_request(identity, known, std::string(frame));
    }
    // Serving a long range must not hold up the sockets.
    if (frame.find("CATCHUP_REQ") != std::string_view::npos) {
        const bool submitted = parts_.workers.submit([this, identity, text = std::string(frame)] {
            const auto view = parts_.reader.view();
            auto outcome = port_.on_frame(view_of(text), ledger::ViewedLedgers(*view));
            parts_.loop.post([this, identity, text, outcome = std::move(outcome)]() mutable {
                handle(identity, std::move(outcome), text);
            });
        });
        if (!submitted) ++counters_.dropped;
        return;
    }
    const auto view = parts_.reader.view();
    handle(identity, port_.on_frame(message.payload, ledger::ViewedLedgers(*view)), frame);
}

void ClientService::handle(const std::string& identity, ledger::FrameOutcome outcome,
                           std::string_view frame) {
    for (std::string& answer : outcome.answers) send(identity, std::move(answer));
    const bool alone =
        outcome.requests.size() == 1 && !consensus::messages::looks_like_batch(frame);
    for (ledger::Request& request : outcome.requests) {
        // Peers get the request as the client wrote it; one taken out of a BATCH is written anew.
        std::string text = alone ? std::string(frame) : encoding::transport_json(request.value);
        ledger::RequestPtr kept;
        if (request.kind == ledger::RequestKind::read || parts_.desk == nullptr) {
            kept = std::make_shared<const ledger::Request>(std::move(request));
        } else {
            kept = parts_.desk->keep(text, std::move(request));
        }
        on_request(identity, kept, std::move(text));
    }
}

void ClientService::on_request(const std::string& identity, const ledger::RequestPtr& request,
                               std::string text) {
    if (request->kind == ledger::RequestKind::read) return on_read(identity, request);
    if (parts_.desk == nullptr) {
        ++counters_.writes;
        return nack(identity, *request,
                    {ledger::RefusalClass::plain, "this node is an observer: it answers reads only",
                     "", std::nullopt});
    }
    const bool is_write = request->kind == ledger::RequestKind::write;
    ++(is_write ? counters_.writes : counters_.actions);
    // Against the pool and the clock, where the reference does it: before the signature.
    if (is_write && request->type == ledger::txn_type::pool_upgrade) {
        const auto refusal = ledger::check_upgrade_schedule(
            *request, parts_.reader.view()->pool_nodes(), net::unix_seconds());
        if (refusal) return nack(identity, *request, *refusal);
    }
    const bool taken = parts_.desk->verify(
        request, [this, identity, is_write, text = std::move(text)](
                     const ledger::RequestPtr& checked, const ledger::Refusal* refusal) {
            if (refusal != nullptr) return nack(identity, *checked, *refusal);
            if (is_write) return on_verified_write(identity, checked, text);
            on_verified_action(identity, checked);
        });
    // Overload is silence (indy-client-protocol §11): the client asks the next node.
    if (!taken) ++counters_.dropped;
}

/// Reads are answered here at once: a walk of a cached trie costs less than waking another thread
/// twice. A turn takes a bounded number of frames, so a flood of reads cannot hold up the node
/// stack for long.
void ClientService::on_read(const std::string& identity, const ledger::RequestPtr& request) {
    ++counters_.reads;
    // What only the ledger can refuse is refused after the ack, as the reference does.
    send(identity, ledger::reqack_text(*request));
    if (answer_read(identity, *request, true)) return;
    if (unproved_.empty()) parts_.loop.after(unproved_retry_ms, [this] { retry_unproved(); });
    unproved_.push_back({identity, request, parts_.loop.now_ms() + proof_patience_ms});
}

/// A view may be a few milliseconds ahead of its multi-signature. Who has just written asks then:
/// without a proof it would turn to another node and may believe that one's older, proved state.
/// False: the answer is to wait for it.
bool ClientService::answer_read(const std::string& identity, const ledger::Request& request,
                                bool may_wait) {
    const auto view = parts_.reader.view();
    const auto answer = view->answer(request);
    if (may_wait && answer && answer->find("state_proof") == nullptr && is_proof_due(*view))
        return false;
    if (!answer) {
        nack(identity, request, answer.error());
        return true;
    }
    ++counters_.replies;
    send(identity, ledger::reply_text(*answer));
    return true;
}

bool ClientService::is_proof_due(const ledger::ReadView& view) {
    const Hash32 root = view.state_root(ledger::Ledger::domain);
    const std::int64_t now = parts_.loop.now_ms();
    if (root != newest_root_) {
        newest_root_ = root;
        newest_since_ms_ = now;
    }
    // An observer fetches signatures, which takes longer than a client should wait.
    return parts_.desk != nullptr && now - newest_since_ms_ < proof_patience_ms &&
           unproved_.size() < unproved_max && !view.multi_signature(root);
}

void ClientService::retry_unproved() {
    const std::deque<Unproved> waiting = std::exchange(unproved_, {});
    const std::int64_t now = parts_.loop.now_ms();
    for (const Unproved& read : waiting) {
        // Under a stream of writes the newest state may never be a signed one.
        if (!answer_read(read.identity, *read.request, now < read.until_ms))
            unproved_.push_back(read);
    }
    if (!unproved_.empty()) parts_.loop.after(unproved_retry_ms, [this] { retry_unproved(); });
}

void ClientService::on_verified_write(const std::string& identity,
                                      const ledger::RequestPtr& request, const std::string& text) {
    if (const auto refusal = parts_.execution->read_only_refusal(*request))
        return nack(identity, *request, *refusal);
    const auto replayed = parts_.reader.view()->replay(*request);
    if (replayed) {
        if (!*replayed) return nack(identity, *request, replayed->error());
        ++counters_.replies;
        return send(identity, ledger::reply_text(**replayed));
    }
    const bool takes_effect_now =
        force_ && ledger::is_forced(*request) && !senders_.contains(request->digest);
    if (!takes_effect_now) return propose(identity, request, text);
    force_(request, [this, identity, request, text](const ledger::RequestRefusal* refusal) {
        if (refusal == nullptr) return propose(identity, request, text);
        ++counters_.refused;
        send(identity, ledger::reqnack_text(*refusal));
    });
}

void ClientService::propose(const std::string& identity, const ledger::RequestPtr& request,
                            const std::string& text) {
    remember_sender(request->digest, identity);
    send(identity, ledger::reqack_text(*request));
    Waiting& waiting = senders_[request->digest];
    if (std::exchange(waiting.proposed, true)) return;  // in progress already (§5.2)
    on_write_(request, text, identity);
}

void ClientService::on_verified_action(const std::string& identity,
                                       const ledger::RequestPtr& request) {
    authorize_(request, [this, identity, request](const ledger::Refusal* refusal) {
        send(identity, ledger::reqack_text(*request));
        if (refusal != nullptr) {
            ++counters_.refused;
            return send(identity, ledger::reject_text(*request, *refusal));
        }
        ++counters_.replies;
        const bool is_restart = request->type == ledger::txn_type::pool_restart;
        if (is_restart && on_restart_) on_restart_(*request);
        send(identity, ledger::reply_text(is_restart ? restart_result(*request)
                                                     : action_result(*request, info_())));
    });
}

void ClientService::nack(const std::string& identity, const ledger::Request& request,
                         const ledger::Refusal& refusal) {
    ++counters_.refused;
    send(identity, ledger::reqnack_text(ledger::refusal_of(request, refusal)));
}

void ClientService::remember_sender(const std::string& digest, const std::string& identity) {
    const auto [place, added] = senders_.try_emplace(digest);
    // The first identity seen for a request gets the answer, as in the reference.
    if (!added) return;
    place->second.identity = identity;
    sender_age_.push_back(digest);
    while (sender_age_.size() > senders_max) {
        senders_.erase(sender_age_.front());
        sender_age_.pop_front();
    }
}

void ClientService::reply(const std::string& digest, std::string text) {
    const auto found = senders_.find(digest);
    if (found == senders_.end()) return;
    ++counters_.replies;
    const std::string identity = std::move(found->second.identity);
    senders_.erase(found);
    send(identity, std::move(text));
}

void ClientService::reject(const ledger::RequestPtr& request, const ledger::Refusal& refusal) {
    const auto found = senders_.find(request->digest);
    if (found == senders_.end()) return;
    // The request stays marked as proposed: sent again it gets a REQACK only (indy-client-protocol
    // §5.2).
    send(found->second.identity, ledger::reject_text(*request, refusal));
}

void ClientService::forget(const std::string& digest) {
    senders_.erase(digest);
    ++counters_.dropped;
}

void ClientService::send(const std::string& identity, std::string text) {
    if (on_record_) on_record_(identity, text, true);
    const net::SendResult result = listener_->send(identity, text);
    if (result == net::SendResult::sent) return;
    if (result == net::SendResult::would_block && undelivered_.size() < undelivered_max) {
        undelivered_.push_back({identity, std::move(text), parts_.loop.now_ms() + undelivered_ms});
        return;
    }
    ++counters_.undelivered;
}

void ClientService::retry_undelivered() {
    const std::int64_t now = parts_.loop.now_ms();
    for (std::size_t left = undelivered_.size(); left > 0; --left) {
        Undelivered item = std::move(undelivered_.front());
        undelivered_.pop_front();
        const net::SendResult result = listener_->send(item.identity, item.text);
        if (result == net::SendResult::would_block && item.until_ms > now) {
            undelivered_.push_back(std::move(item));
        } else if (result != net::SendResult::sent) {
            ++counters_.undelivered;
        }
    }
}

}  // namespace stadtbuch::node
