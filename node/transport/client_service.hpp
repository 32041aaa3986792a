// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The client port: frames in, answers out (indy-client-protocol §1, §3, §6). Reads are answered
// here by the workers; writes are verified and handed to consensus; actions are authorised and
// answered.
//
// On the net loop's thread. The identity that a client used is remembered with the digest of its
// request until the REPLY or REJECT went out.
#pragma once
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "node/consensus_driver.hpp"
#include "node/net/curve.hpp"
#include "node/net/event_loop.hpp"
#include "node/net/thread_pool.hpp"
#include "node/request_desk.hpp"
#include "ssi/ledger/client_port.hpp"
#include "ssi/ledger/read_view.hpp"

namespace stadtbuch::node {

struct ClientCounters {
    std::uint64_t frames = 0;
    std::uint64_t writes = 0;
    std::uint64_t reads = 0;
    std::uint64_t actions = 0;
    std::uint64_t refused = 0;  ///< REQNACK
    std::uint64_t replies = 0;
    std::uint64_t dropped = 0;      ///< overload: no answer, the client asks another node
    std::uint64_t undelivered = 0;  ///< client gone
};

class ClientService {
  public:
    struct Parts {
        net::EventLoop& loop;
        net::ThreadPool& workers;
        ledger::Reader& reader;
        RequestDesk* desk = nullptr;  ///< null on observers: writes are refused
        ledger::Execution* execution = nullptr;
    };

    /// A verified write, to be proposed; `text` is the request's JSON.
    using OnWrite =
        std::function<void(ledger::RequestPtr request, std::string text, std::string identity)>;
    /// An authorised VALIDATOR_INFO; gives the `data` member.
    using InfoData = std::function<encoding::Value()>;
    /// Runs the authorisation of an action where the execution lives and calls back on the net
    /// loop.
    using Authorize =
        std::function<void(ledger::RequestPtr, std::function<void(const ledger::Refusal*)>)>;
    /// The same for a forced write, which is checked and takes effect on receipt
    /// (ledger::Execution::apply_forced).
    using Force =
        std::function<void(ledger::RequestPtr, std::function<void(const ledger::RequestRefusal*)>)>;

    [[nodiscard]] static Result<std::unique_ptr<ClientService>, Error> open(
        Parts parts, const net::CurveKeyPair& keys, net::CurveListenerOptions options);
    ~ClientService();

    void on_write(OnWrite callback) { on_write_ = std::move(callback); }

    void on_info(InfoData callback) { info_ = std::move(callback); }

    void on_authorize(Authorize callback) { authorize_ = std::move(callback); }

    void on_force(Force callback) { force_ = std::move(callback); }

    /// An authorised POOL_RESTART; without this it is acknowledged and nothing else.
    void on_restart(std::function<void(const ledger::Request&)> callback) {
        on_restart_ = std::move(callback);
    }

    /// Sees each request frame and each answer, for recordings.
    void on_record(
        std::function<void(std::string_view identity, std::string_view text, bool is_answer)>
            callback) {
        on_record_ = std::move(callback);
    }

    /// A node may know who waits for a request from another node's PROPAGATE only.
    void remember_sender(const std::string& digest, const std::string& identity);
    void reply(const std::string& digest, std::string text);
    void reject(const ledger::RequestPtr& request, const ledger::Refusal& refusal);
    /// Consensus did not take it; the client may try again.
    void forget(const std::string& digest);

    [[nodiscard]] const ClientCounters& counters() const { return counters_; }

    [[nodiscard]] const net::CurveListenerCounters& socket_counters() const {
        return listener_->counters();
    }

    [[nodiscard]] std::uint16_t port() const { return listener_->port(); }

  private:
    explicit ClientService(Parts parts) : parts_(parts) {}

    void on_frame(const net::CurveMessage& message);
    void handle(const std::string& identity, ledger::FrameOutcome outcome, std::string_view frame);
    void on_request(const std::string& identity, const ledger::RequestPtr& request,
                    std::string text);
    void on_read(const std::string& identity, const ledger::RequestPtr& request);
    [[nodiscard]] bool answer_read(const std::string& identity, const ledger::Request& request,
                                   bool may_wait);
    [[nodiscard]] bool is_proof_due(const ledger::ReadView& view);
    void retry_unproved();
    void on_verified_write(const std::string& identity, const ledger::RequestPtr& request,
                           const std::string& text);
    void propose(const std::string& identity, const ledger::RequestPtr& request,
                 const std::string& text);
    void on_verified_action(const std::string& identity, const ledger::RequestPtr& request);
    void nack(const std::string& identity, const ledger::Request& request,
              const ledger::Refusal& refusal);
    void send(const std::string& identity, std::string text);
    void retry_undelivered();

    Parts parts_;
    std::unique_ptr<net::CurveListener> listener_;
    ledger::ClientPort port_;
    OnWrite on_write_;
    InfoData info_;
    Authorize authorize_;
    Force force_;
    std::function<void(const ledger::Request&)> on_restart_;
    std::function<void(std::string_view, std::string_view, bool)> on_record_;

    struct Waiting {
        std::string identity;
        bool proposed = false;
    };

    std::unordered_map<std::string, Waiting> senders_;  ///< by digest
    std::deque<std::string> sender_age_;

    struct Undelivered {
        std::string identity;
        std::string text;
        std::int64_t until_ms = 0;
    };

    std::deque<Undelivered> undelivered_;

    struct Unproved {
        std::string identity;
        ledger::RequestPtr request;
        std::int64_t until_ms = 0;
    };

    std::deque<Unproved> unproved_;
    Hash32 newest_root_;                ///< of the domain state, when it was last read ...
    std::int64_t newest_since_ms_ = 0;  ///< ... and when it was first seen
    ClientCounters counters_;
};

}  // namespace stadtbuch::node
