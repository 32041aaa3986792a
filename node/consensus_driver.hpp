// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Drives the pure consensus core: feeds it events, obeys its actions in their order, and keeps
// everything slow away from it. Its loop's thread is the consensus thread; disk, signatures and
// sockets answer as events.
//
//   net loop --events--> consensus loop --write jobs--> writer --written--> consensus loop, net
//   loop
//                                       --checks------> workers --results--> consensus loop
//                                       --frames------> net loop
#pragma once
#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "consensus/bls/bls.hpp"
#include "consensus/replica.hpp"
#include "node/execution/ledger_executor.hpp"
#include "node/net/event_loop.hpp"
#include "node/net/thread_pool.hpp"
#include "node/recorder.hpp"
#include "node/writer.hpp"
#include "ssi/ledger/execution.hpp"
#include "ssi/ledger/read_view.hpp"
#include "storage/store/store.hpp"

namespace stadtbuch::node {

/// An event with the requests that the executor must know before it.
struct DriverEvent {
    consensus::Event event;
    ledger::RequestPtr request;  ///< may be null
};

/// A frame for the node stack. `to` empty: all peers.
struct OutgoingFrame {
    std::vector<std::string> to;
    std::shared_ptr<const std::string> text;
};

/// Calls out of the driver; each says on which thread it comes.
struct DriverCallbacks {
    std::function<void(std::vector<OutgoingFrame>)> send;            ///< consensus thread
    std::function<void(std::vector<RejectedRequest>)> rejected;      ///< consensus thread
    std::function<void(std::vector<std::string> digests)> refused;   ///< consensus thread
    std::function<void(std::vector<ledger::CommittedTxn>)> replied;  ///< writer thread, written
    /// All NODE entries of the ledger, and who counts in agreement now
    /// (consensus::Status::registry); links go to the union. Consensus thread.
    std::function<void(std::vector<ledger::PoolNode>, std::vector<std::string> counted)> membership;
    std::function<void(const consensus::Suspicion&)> suspicion;  ///< consensus thread
    std::function<void(const Error&)> failed;  ///< writer thread; process must end
};

/// Copies for other threads, refreshed after each turn of the consensus thread.
struct DriverStatus {
    consensus::Status consensus;
    std::array<std::uint64_t, ledger::ledger_count> ledger_sizes{};
    std::array<ledger::LedgerRoots, ledger::ledger_count> committed_roots{};
    std::array<ledger::LedgerRoots, ledger::ledger_count> uncommitted_roots{};
    std::array<std::uint64_t, ledger::ledger_count>
        uncommitted_counts{};  ///< transactions in batches not yet committed
    std::array<std::uint64_t, ledger::ledger_count>
        caught_up{};             ///< transactions that the last catch-up brought
    bool writes_enabled = true;  ///< false after POOL_CONFIG
    std::int64_t view_change_started_at =
        0;  ///< UNIX seconds of the last one; 0: none since the start
    std::uint64_t writes_waiting = 0;
    std::uint64_t late_syncs = 0;   ///< Writer::late_syncs()
    std::int64_t turned_at_ms = 0;  ///< monotonic; the loop is alive when this is recent
};

/// Members' BLS keys, decoded and checked once; that costs as much as a third of a pairing.
/// Thread-safe.
class BlsKeys {
  public:
    [[nodiscard]] std::optional<bls::VerKey> find(const std::string& text);

  private:
    static constexpr std::size_t keys_max = 256;
    std::mutex mutex_;
    std::map<std::string, bls::VerKey> keys_;
};

class ConsensusDriver {
  public:
    struct Options {
        std::string alias;
        consensus::Role role = consensus::Role::validator;
        consensus::Limits limits;
        std::vector<std::string> genesis_registry;
        std::optional<bls::SecretKey> bls_key;
        std::optional<bls::SecretKey> bls_key_before;  ///< while a rotation is under way
        Recorder* recorder = nullptr;  ///< null: nothing is recorded; outlives the driver
        bool recover = false;          ///< consensus::Setup::recover
        bool in_doubt = false;         ///< consensus::Setup::in_doubt
    };

    /// Borrowed parts must outlive the driver.
    ConsensusDriver(net::EventLoop& loop, net::ThreadPool& workers, store::Store& store,
                    ledger::Execution& execution, ledger::Reader& reader, Options options,
                    DriverCallbacks callbacks);
    ~ConsensusDriver();
    ConsensusDriver(const ConsensusDriver&) = delete;
    ConsensusDriver& operator=(const ConsensusDriver&) = delete;

    /// On the consensus thread: restores votes and makes the first step.
    void start();
    /// Any thread.
    void post(std::vector<DriverEvent> events);
    /// Any thread: runs a task on the consensus thread with the execution (actions, status).
    void with_execution(std::function<void(ledger::Execution&)> task);

    /// Any thread: a write that is none of consensus (multi-signatures of an observer).
    void push_write(WriteJob job) { writer_->push(std::move(job)); }

    /// Any thread.
    [[nodiscard]] DriverStatus status() const;

    /// Any thread: transactions of the audit ledger that no power cut takes back.
    [[nodiscard]] std::uint64_t durable_batches() const { return durable_batches_; }

  private:
    void take_events();
    void step(const consensus::Event& event);
    void obey(consensus::Actions actions);
    void write(consensus::Actions& actions);
    void send(std::vector<consensus::Outgoing> outgoing);
    void release_held();
    void sign(const consensus::SignRequest& request);
    void check_shares(consensus::ShareCheck check);
    void check_proof(consensus::ProofCheck check);
    void run_on_worker(std::function<consensus::Event()> work);
    void on_written(Written written);
    void end_turn();
    void refresh_status();
    void compare_with_last(DriverStatus& status) const;
    void schedule(std::optional<consensus::Tick> wake_at);
    [[nodiscard]] consensus::Instant now() const;

    net::EventLoop& loop_;
    net::ThreadPool& workers_;
    store::Store& store_;
    ledger::Execution& execution_;
    ledger::Reader& reader_;
    Options options_;
    DriverCallbacks callbacks_;
    LedgerExecutor executor_;
    BlsKeys bls_keys_;
    std::map<std::string, bls::SecretKey> own_bls_keys_;  ///< by base58
    std::unique_ptr<consensus::Replica> replica_;

    std::mutex inbox_mutex_;
    std::vector<DriverEvent> inbox_;
    bool inbox_posted_ = false;

    struct Held {
        consensus::PersistId after = 0;
        OutgoingFrame frame;
    };

    std::deque<Held> held_;  ///< ascending by `after`
    consensus::PersistId durable_ = 0;
    std::vector<OutgoingFrame> outbox_;
    std::uint64_t commits_pushed_ = 0;
    std::atomic<std::uint64_t> durable_batches_;
    bool membership_changed_ = false;
    std::uint64_t pool_size_ = 0;  ///< of the pool ledger when membership was last told
    net::EventLoop::TimerId timer_ = 0;
    std::optional<consensus::Tick> timer_at_;

    mutable std::mutex status_mutex_;
    DriverStatus status_;
    std::unique_ptr<Writer> writer_;  // last: its thread ends before the rest goes
};

}  // namespace stadtbuch::node
