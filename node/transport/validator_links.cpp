// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "node/transport/validator_links.hpp"

#include <set>

#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"

namespace stadtbuch::node {

namespace {

constexpr std::size_t questions_max = 1000;
constexpr std::size_t frame_bytes_max = 64u << 20;

/// Replies are compared without what differs between honest nodes (indy-client-protocol §3).
std::string comparable(encoding::Value result) {
    if (encoding::Object* object = result.object()) object->erase("state_proof");
    return encoding::canonical_json(result);
}

std::optional<std::uint64_t> req_id_of(const encoding::Value& message) {
    const encoding::Value* result = message.find("result");
    const encoding::Value* id = result != nullptr ? result->find("reqId") : message.find("reqId");
    if (id == nullptr && result != nullptr) {
        const encoding::Value* txn = result->find("txn");
        const encoding::Value* metadata = txn != nullptr ? txn->find("metadata") : nullptr;
        id = metadata != nullptr ? metadata->find("reqId") : nullptr;
    }
    return id != nullptr ? id->unsigned_integer() : std::nullopt;
}

}  // namespace

ValidatorLinks::ValidatorLinks(net::EventLoop& loop, std::shared_ptr<net::CurveContext> context)
    : loop_(loop), context_(std::move(context)), keys_(net::CurveKeyPair::random()) {
    identity_ = encoding::base64_encode(keys_.public_key.view());
}

ValidatorLinks::~ValidatorLinks() = default;

void ValidatorLinks::update(const std::vector<ledger::PoolNode>& nodes) {
    std::set<std::string> wanted;
    for (const ledger::PoolNode& node : nodes) {
        const auto verkey = encoding::base58_decode32(node.dest);
        const auto key = verkey ? net::curve_public_from_ed25519(verkey->view()) : std::nullopt;
        if (!node.is_validator() || !key) continue;
        wanted.insert(node.alias);
        const auto found = links_.find(node.alias);
        const bool unchanged = found != links_.end() && found->second.dest == node.dest &&
                               found->second.status.host == node.client_ip &&
                               found->second.status.port == node.client_port;
        if (!unchanged) connect(node, *key);
    }
    std::erase_if(links_, [&wanted](const auto& entry) { return !wanted.contains(entry.first); });
}

void ValidatorLinks::connect(const ledger::PoolNode& node, const net::CurveKey& key) {
    net::CurveDealerOptions options;
    options.host = node.client_ip;
    options.port = node.client_port;
    options.server_key = key;
    options.keys = keys_;
    options.identity = identity_;
    options.queue_while_disconnected = false;
    Link link;
    link.dest = node.dest;
    link.status.alias = node.alias;
    link.status.host = node.client_ip;
    link.status.port = node.client_port;
    link.dealer = std::make_unique<net::CurveDealer>(loop_, context_, std::move(options));
    const std::string alias = node.alias;
    link.dealer->on_message([this, alias](BytesView payload) { on_payload(alias, payload); });
    link.dealer->on_event([this, alias](net::DealerEvent event) {
        const auto found = links_.find(alias);
        if (found == links_.end()) return;
        const bool now = event == net::DealerEvent::connected;
        if (found->second.status.connected == now) return;
        found->second.status.connected = now;
        found->second.status.since_ms = loop_.now_ms();
        if (on_change_) on_change_(alias, now);
    });
    net::CurveDealer& dealer = *link.dealer;
    links_.insert_or_assign(alias, std::move(link));
    (void)dealer.connect();
}

void ValidatorLinks::send(const std::string& alias, std::string_view text) {
    const auto found = links_.find(alias);
    if (found == links_.end()) return;
    const bool sent = found->second.dealer->send(text) == net::SendResult::sent;
    ++(sent ? found->second.status.sent : found->second.status.lost);
}

void ValidatorLinks::submit(std::uint64_t req_id, const std::string& text, std::int64_t patience_ms,
                            OnOutcome done) {
    Submission& submission = submissions_[req_id];
    submission.done = std::move(done);
    submission.timer = loop_.after(patience_ms, [this, req_id] {
        finish(req_id, {false, {}, "no quorum of validators answered in time"});
    });
    for (const auto& [alias, link] : links_) send(alias, text);
}

void ValidatorLinks::ask(const std::string& alias, std::uint64_t req_id, const std::string& text,
                         OnReply done) {
    // Unanswered questions are forgotten with the oldest ones.
    while (questions_.size() >= questions_max) questions_.erase(questions_.begin());
    questions_.insert_or_assign(req_id, std::move(done));
    send(alias, text);
}

void ValidatorLinks::on_payload(const std::string& alias, BytesView payload) {
    const auto found = links_.find(alias);
    if (found == links_.end()) return;
    ++found->second.status.received;
    found->second.status.last_message_ms = loop_.now_ms();
    const std::string_view text = text_of(payload);
    consensus::messages::DecodeLimits limits;
    limits.bytes_max = frame_bytes_max;
    auto message = consensus::messages::decode(text, limits);
    if (message) {
        if (on_message_) on_message_(alias, *std::move(message));
        return;
    }
    const auto parsed = encoding::parse_json(text);
    if (parsed && parsed->is_object()) on_answer(alias, *parsed);
}

void ValidatorLinks::on_answer(const std::string& alias, const encoding::Value& message) {
    const auto req_id = req_id_of(message);
    if (!req_id) return;
    const auto question = questions_.find(*req_id);
    if (question != questions_.end()) {
        const encoding::Value* result = message.find("result");
        if (result == nullptr) return;
        const OnReply done = std::move(question->second);
        questions_.erase(question);
        return done(alias, *result);
    }
    const auto submission = submissions_.find(*req_id);
    if (submission != submissions_.end()) judge(*req_id, submission->second, message);
}

void ValidatorLinks::judge(std::uint64_t req_id, Submission& submission,
                           const encoding::Value& message) {
    const std::size_t n = links_.size();
    const std::size_t f = n < 4 ? 0 : (n - 1) / 3;
    const std::string_view op = message.text_at("op");
    if (op == "REPLY") {
        const encoding::Value* result = message.find("result");
        if (result == nullptr) return;
        if (++submission.results[comparable(*result)] > f) finish(req_id, {true, *result, ""});
    } else if (op == "REQNACK" || op == "REJECT") {
        const std::string reason(message.text_at("reason"));
        if (++submission.reasons[reason] > f) finish(req_id, {false, {}, reason});
    }
}

void ValidatorLinks::finish(std::uint64_t req_id, Outcome outcome) {
    const auto found = submissions_.find(req_id);
    if (found == submissions_.end()) return;
    loop_.cancel(found->second.timer);
    const OnOutcome done = std::move(found->second.done);
    submissions_.erase(found);
    done(std::move(outcome));
}

std::vector<PeerStatus> ValidatorLinks::status() const {
    std::vector<PeerStatus> out;
    for (const auto& [alias, link] : links_) out.push_back(link.status);
    return out;
}

std::vector<std::string> ValidatorLinks::connected() const {
    std::vector<std::string> out;
    for (const auto& [alias, link] : links_) {
        if (link.status.connected) out.push_back(alias);
    }
    return out;
}

}  // namespace stadtbuch::node
