// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Whom to ask and when to believe: one request to a pool, from the first node asked to the outcome
// (indy-client-protocol §3). A pure state machine: answers and timeouts in, nodes to ask and the
// outcome out.
//
//   proved read   2 nodes; done by one proof, or by more than f equal answers; each failure asks
//   one node more plain read    f+2 nodes; done by more than f equal answers; each failure asks one
//   node more write         all nodes; done by more than f equal answers action        all nodes;
//   done when each answered or timed out
// More than f refusals with the same reason end everything but an action.
#pragma once
#include <map>
#include <set>
#include <string>
#include <vector>

#include "ssi/client/pool.hpp"
#include "ssi/client/pool_error.hpp"
#include "storage/encoding/value.hpp"

namespace stadtbuch::client {

enum class AskKind { proved_read, plain_read, write, action };

struct PoolAnswer {
    encoding::Value result;  ///< `result` of the REPLY; of an action: alias to the whole reply text
    bool proved = false;     ///< by a state proof of one node
    std::vector<std::string> nodes;  ///< whose answer it is
};

/// What the caller shall do. The outcome comes exactly once.
struct QuorumStep {
    std::vector<std::string> ask;  ///< aliases to send the request to
    std::optional<Result<PoolAnswer, PoolError>> outcome;
};

class ReplyQuorum {
  public:
    struct Terms {
        AskKind kind = AskKind::write;
        std::vector<std::string> order;  ///< aliases in the order in which they are to be asked
        std::size_t f = 0;
        VerifierKeys keys;
        std::int64_t freshness_s = default_freshness_s;
        /// By ledger id: batch time of the caller's own newest write. A proved answer from before
        /// it is taken only if no node has a newer one, so that a caller reads what it has written.
        std::map<std::int64_t, std::int64_t> own_writes = {};
    };

    ReplyQuorum(Terms terms, encoding::Value request);

    [[nodiscard]] QuorumStep start();
    /// A REPLY, REQNACK or REJECT to this request; anything else is ignored. `now`: UNIX seconds.
    [[nodiscard]] QuorumStep on_answer(const std::string& alias, const encoding::Value& message,
                                       std::string_view text, std::int64_t now);
    /// The node said nothing for too long, or cannot be reached.
    [[nodiscard]] QuorumStep on_silence(const std::string& alias);
    /// Asks one node more without giving up any; if all are asked, takes an old proof. Never for
    /// writes and actions.
    [[nodiscard]] QuorumStep on_impatience();

    [[nodiscard]] bool is_done() const { return is_done_; }

  private:
    struct Group {
        encoding::Value comparable;
        encoding::Value result;
        std::vector<std::string> nodes;
    };

    [[nodiscard]] std::size_t first_wave() const;
    [[nodiscard]] QuorumStep ask_next(std::size_t count);
    [[nodiscard]] QuorumStep on_reply(const std::string& alias, const encoding::Value& result,
                                      std::int64_t now);
    [[nodiscard]] QuorumStep on_proved(const std::string& alias, const encoding::Value& result);
    [[nodiscard]] QuorumStep on_refusal(const std::string& alias, const encoding::Value& message);
    /// After a node is done with: asks another, or finds that nobody is left.
    [[nodiscard]] QuorumStep settle(const std::string& alias, std::string what);
    [[nodiscard]] QuorumStep finish_action();
    [[nodiscard]] QuorumStep give_up();
    [[nodiscard]] QuorumStep done(Result<PoolAnswer, PoolError> outcome);

    Terms terms_;
    encoding::Value request_;
    std::size_t asked_count_ = 0;
    std::set<std::string> waiting_;   ///< asked and not done with
    std::set<std::string> answered_;  ///< one answer a node counts, also a late one
    std::vector<Group> groups_;
    std::map<std::string, std::vector<std::string>> refusals_;  ///< reason to nodes
    encoding::Object action_replies_;
    std::optional<PoolAnswer> old_answer_;  ///< proved, but from before the caller's own write
    std::int64_t old_answer_time_ = 0;
    std::vector<NodeVerdict> verdicts_;
    bool is_done_ = false;
};

/// How an operation of this type is asked for, as indy-vdr does it.
[[nodiscard]] AskKind ask_kind_of(const encoding::Value& operation);

}  // namespace stadtbuch::client
