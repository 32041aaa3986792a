// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What the parts of ledger_bench share: a ledger that is written without agreement, and clocks.
#pragma once
#include <time.h>

#include <memory>
#include <string>
#include <vector>

#include "ssi/ledger/execution.hpp"
#include "ssi/ledger/read_view.hpp"
#include "storage/store/store.hpp"

namespace stadtbuch::bench {

inline constexpr const char* trustee = "V4SGRU86Z58d6TV7PBUe6f";

/// Genesis of the recordings in `data` (tests/data/indy).
[[nodiscard]] ledger::Genesis read_genesis(const std::string& data);
/// A request as it is after its signature was checked.
[[nodiscard]] ledger::RequestPtr request(const std::string& author, const std::string& operation);
[[nodiscard]] std::string did_of(std::uint64_t number);

/// Seconds of CPU since it was made: of this thread, or with `process` of all, which holds the
/// store's background work, too. Waiting for a disk is not in it, nor what others do on the
/// machine.
class Clock {
  public:
    explicit Clock(clockid_t id = CLOCK_THREAD_CPUTIME_ID) : id_(id), start_(now()) {}

    [[nodiscard]] double seconds() const { return now() - start_; }

  private:
    [[nodiscard]] double now() const {
        timespec at{};
        clock_gettime(id_, &at);
        return static_cast<double>(at.tv_sec) + static_cast<double>(at.tv_nsec) * 1e-9;
    }

    clockid_t id_;
    double start_;
};

/// Batches are executed and written one after the other; nobody signs the roots, but a
/// multi-signature of the usual size lies beside each newest one, as reads hand it out.
class BenchLedger {
  public:
    BenchLedger(std::shared_ptr<store::Store> store, const ledger::Genesis& genesis);
    /// Throws when a request is refused.
    void order(ledger::Ledger ledger, const std::vector<ledger::RequestPtr>& requests);
    void sign();

    [[nodiscard]] store::Store& store() { return *store_; }

    [[nodiscard]] ledger::Execution& execution() { return *execution_; }

    [[nodiscard]] std::int64_t time() const { return time_; }

  private:
    std::shared_ptr<store::Store> store_;
    std::unique_ptr<ledger::Execution> execution_;
    std::int64_t time_ = 1'790'000'000;
    std::uint64_t pp_seq_no_ = 0;
};

/// Reads with proof by type, and deltas over a registry with 10,000 entries; Markdown to stdout.
void measure_types(const std::string& data, const std::string& folder);

}  // namespace stadtbuch::bench
