// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// An observer's connections to the client ports of all validators: catch-up messages for the
// follower, requests with a reply quorum for everything else. On the net loop's thread.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "consensus/messages/messages.hpp"
#include "node/net/curve.hpp"
#include "node/net/event_loop.hpp"
#include "node/transport/peer_links.hpp"
#include "ssi/ledger/pool_nodes.hpp"
#include "storage/encoding/value.hpp"

namespace stadtbuch::node {

class ValidatorLinks {
  public:
    /// LEDGER_STATUS, CONSISTENCY_PROOF and CATCHUP_REP of a validator.
    using OnMessage =
        std::function<void(const std::string& alias, consensus::messages::Message message)>;
    using OnChange = std::function<void(const std::string& alias, bool connected)>;

    /// The judgement of a request: `result` when more validators than f agree; else the reason.
    struct Outcome {
        bool good = false;
        encoding::Value result;
        std::string reason;
    };

    using OnOutcome = std::function<void(Outcome)>;
    /// A reply of one validator, unjudged.
    using OnReply = std::function<void(const std::string& alias, const encoding::Value& result)>;

    ValidatorLinks(net::EventLoop& loop, std::shared_ptr<net::CurveContext> context);
    ~ValidatorLinks();

    void on_message(OnMessage callback) { on_message_ = std::move(callback); }

    void on_change(OnChange callback) { on_change_ = std::move(callback); }

    void update(const std::vector<ledger::PoolNode>& nodes);
    void send(const std::string& alias, std::string_view text);
    /// Sends to all and waits for more than f equal answers, at most `patience_ms`.
    void submit(std::uint64_t req_id, const std::string& text, std::int64_t patience_ms,
                OnOutcome done);
    /// Sends to one; answers that are no REPLY are ignored.
    void ask(const std::string& alias, std::uint64_t req_id, const std::string& text, OnReply done);

    [[nodiscard]] std::vector<PeerStatus> status() const;
    [[nodiscard]] std::vector<std::string> connected() const;

    [[nodiscard]] std::size_t validator_count() const { return links_.size(); }

  private:
    struct Link {
        std::string dest;
        PeerStatus status;
        std::unique_ptr<net::CurveDealer> dealer;
    };

    struct Submission {
        OnOutcome done;
        net::EventLoop::TimerId timer = 0;
        std::map<std::string, std::size_t> results;  ///< canonical text -> votes
        std::map<std::string, std::size_t> reasons;
        std::size_t answered = 0;
    };

    void connect(const ledger::PoolNode& node, const net::CurveKey& key);
    void on_payload(const std::string& alias, BytesView payload);
    void on_answer(const std::string& alias, const encoding::Value& message);
    void judge(std::uint64_t req_id, Submission& submission, const encoding::Value& message);
    void finish(std::uint64_t req_id, Outcome outcome);

    net::EventLoop& loop_;
    std::shared_ptr<net::CurveContext> context_;
    net::CurveKeyPair keys_;
    std::string identity_;
    std::map<std::string, Link> links_;
    std::map<std::uint64_t, Submission> submissions_;
    std::map<std::uint64_t, OnReply> questions_;
    OnMessage on_message_;
    OnChange on_change_;
};

}  // namespace stadtbuch::node
