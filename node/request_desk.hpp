// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Where requests are parsed once and verified once (performance-budget §3.1-3.2). A request is
// known by the bytes it came in and by its digest; replays, and the PROPAGATEs of other nodes, cost
// a lookup.
//
// On the net loop's thread; signature checks run on the workers. Bounded by count and bytes; the
// oldest entries whose check is done leave first.
#pragma once
#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "node/net/event_loop.hpp"
#include "node/net/thread_pool.hpp"
#include "ssi/ledger/execution.hpp"
#include "ssi/ledger/request.hpp"
#include "storage/base/bytes.hpp"

namespace stadtbuch::node {

struct DeskLimits {
    std::size_t entries_max = 20'000;
    std::size_t bytes_max = 8u << 20;
    std::size_t checks_waiting_max = 20'000;
};

struct DeskCounters {
    std::uint64_t known_texts = 0;     ///< parse saved
    std::uint64_t known_verdicts = 0;  ///< signature check saved
    std::uint64_t checked = 0;         ///< signature checks made
    std::uint64_t overloaded = 0;      ///< dropped because too many checks wait
};

class RequestDesk {
  public:
    /// `refusal` is null when the signatures are good.
    using Done =
        std::function<void(const ledger::RequestPtr& request, const ledger::Refusal* refusal)>;

    RequestDesk(net::EventLoop& loop, net::ThreadPool& workers, const ledger::Execution& execution,
                DeskLimits limits = {});

    /// The request of a text that was seen before; nullptr otherwise.
    [[nodiscard]] ledger::RequestPtr find_text(std::string_view text);
    /// Keeps a parsed request under its text. Returns the one already known by its digest, if any.
    [[nodiscard]] ledger::RequestPtr keep(std::string_view text, ledger::Request request);
    /// Calls `done` on the loop's thread, at once when the verdict is known. False: too much waits;
    /// not called.
    [[nodiscard]] bool verify(const ledger::RequestPtr& request, Done done);

    [[nodiscard]] const DeskCounters& counters() const { return counters_; }

    [[nodiscard]] std::size_t entry_count() const { return by_digest_.size(); }

  private:
    enum class Verdict : std::uint8_t { unknown, checking, good, bad };

    struct Entry {
        ledger::RequestPtr request;
        Hash32 text_hash;
        std::size_t bytes = 0;
        Verdict verdict = Verdict::unknown;
        ledger::Refusal refusal;
        std::vector<Done> waiting;
    };

    struct Result {
        std::string digest;
        bool good = false;
        ledger::Refusal refusal;
    };

    void add_result(Result result);  ///< on a worker
    void take_results();
    void on_checked(const std::string& digest, bool good, ledger::Refusal refusal);
    void shrink();

    net::EventLoop& loop_;
    net::ThreadPool& workers_;
    const ledger::Execution& execution_;
    DeskLimits limits_;
    std::unordered_map<std::string, Entry> by_digest_;
    std::unordered_map<Hash32, std::string, Hash32Hasher> digest_of_text_;
    std::deque<std::string> age_;  ///< digests, oldest first
    std::size_t bytes_ = 0;
    std::size_t checking_ = 0;
    DeskCounters counters_;
    std::mutex results_mutex_;
    std::vector<Result> results_;
    bool results_posted_ = false;
    /// Given to the workers and not yet begun.
    std::atomic<std::size_t> checks_queued_{0};
};

}  // namespace stadtbuch::node
