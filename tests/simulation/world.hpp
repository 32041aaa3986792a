// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// A pool of whole nodes in one process under virtual time: network, disks, workers and clients are
// models, the replicas are the real thing. One seed decides everything.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <queue>
#include <set>
#include <string>
#include <vector>

#include "consensus/replica.hpp"
#include "tests/simulation/checkers.hpp"
#include "tests/simulation/random.hpp"
#include "tests/simulation/toy_executor.hpp"

namespace stadtbuch::simulation {

using consensus::Tick;

/// What may happen in a run; drawn from the seed by swarm(), or set by a scenario.
struct Plan {
    std::uint64_t seed = 1;
    std::size_t nodes = 4;
    std::size_t spares = 0;  ///< validators that are not in genesis; a transaction may admit them
    std::size_t observers = 0;
    consensus::Limits limits;
    Tick delay_min = 10;
    Tick delay_max = 10;
    bool fifo = true;  ///< each link keeps its order, as TCP does
    std::uint64_t lost_per_mille = 0;
    std::uint64_t doubled_per_mille = 0;
    Tick disk_min = 0;
    Tick disk_max = 0;
    Tick worker_max = 0;
    bool through_codec = false;               ///< every message is encoded and decoded
    std::vector<std::int64_t> clock_offsets;  ///< seconds, by node
    std::optional<std::size_t> liar;          ///< this node's messages are altered at random
    bool lies_for_ever = false;               ///< also after the calm began
    Tick chaos_until = 0;  ///< faults, crashes and cuts happen before, requests too
    std::size_t crashes = 0;
    std::size_t mass_crashes = 0;  ///< all nodes at once
    std::size_t cuts = 0;
    std::size_t requests = 10;
    std::size_t registry_changes = 0;
    Tick calm_limit = 120'000;  ///< after the chaos everything must be in order within this time
};

/// The signatures of the world; toy_bls() unless a test brings real ones.
struct BlsModel {
    std::function<std::string(const std::string& node)> key;
    std::function<std::string(const std::string& node, BytesView text)> sign;
    /// Positions of wrong shares.
    std::function<std::vector<std::size_t>(const std::vector<consensus::ShareCheck::Share>& shares,
                                           BytesView text)>
        wrong;
    std::function<std::string(const std::vector<std::string>& shares)> sum;
    std::function<bool(const consensus::ProofCheck& check)> verify;
};

[[nodiscard]] BlsModel toy_bls();

/// Limits with waiting times made short, so that a run of a minute sees view changes and
/// checkpoints.
[[nodiscard]] consensus::Limits quick_limits();
[[nodiscard]] Plan swarm(std::uint64_t seed);

struct Outcome {
    std::string violation;  ///< empty: all is well
    std::size_t batches = 0;
    std::size_t requests_answered = 0;
    std::uint64_t steps = 0;
    std::uint64_t view_changes = 0;
    std::uint64_t catchups = 0;
    std::uint64_t share_checks = 0;
    Tick virtual_ms = 0;
};

class World {
  public:
    explicit World(Plan plan, BlsModel bls = toy_bls());
    ~World();

    /// Chaos, then calm, then the final checks.
    Outcome run();

    // ---- for scenarios ----
    void start_all();
    void run_until(Tick tick);
    /// Runs until the condition holds; false when `limit` passes first or a checker complains.
    bool run_until_true(const std::function<bool()>& condition, Tick limit);
    std::string submit(const ToyRequest& request, const std::vector<std::size_t>& to);
    void crash(std::size_t node, bool keep_pending_writes = false);
    void restart(std::size_t node);
    void cut(std::size_t a, std::size_t b, bool cut);

    void set_filter(
        std::function<bool(std::size_t from, std::size_t to, const consensus::messages::Message&)>
            passes) {
        filter_ = std::move(passes);
    }

    /// A message from `from` to `to`, as if that node had sent it.
    void inject(std::size_t from, std::size_t to, const consensus::messages::Message& message);

    [[nodiscard]] Tick now() const { return now_; }

    [[nodiscard]] const consensus::Replica& replica(std::size_t node) const;
    [[nodiscard]] const ToyExecutor& executor(std::size_t node) const;
    [[nodiscard]] bool is_alive(std::size_t node) const;

    [[nodiscard]] const std::string& violation() const { return checkers_.violation(); }

    [[nodiscard]] const std::map<consensus::PpSeqNo, Tick>& first_ordered_at() const {
        return first_ordered_at_;
    }

    [[nodiscard]] const std::vector<std::pair<std::string, consensus::Suspicion>>& suspicions()
        const {
        return suspicions_;
    }

    [[nodiscard]] const std::vector<consensus::messages::MultiSig>& proofs(std::size_t node) const;
    [[nodiscard]] bool all_level() const;
    [[nodiscard]] bool is_answered(const std::string& digest) const;

    [[nodiscard]] const Plan& plan() const { return plan_; }

    [[nodiscard]] std::size_t syncs(std::size_t node) const;

    void trace(bool on) { trace_ = on; }

  private:
    struct Node;

    struct Item {
        Tick at = 0;
        std::uint64_t order = 0;
        std::function<void()> what;

        friend bool operator>(const Item& a, const Item& b) {
            return std::tie(a.at, a.order) > std::tie(b.at, b.order);
        }
    };

    struct Submitted {
        ToyRequest request;
        std::string text;
        std::set<std::size_t> answered_by;
        std::set<std::size_t> executed_by;
        Tick retry_after = 3000;
    };

    void at(Tick tick, std::function<void()> what);
    void step(std::size_t node, const consensus::Event& event);
    void obey(std::size_t node, consensus::Actions actions);
    void obey_workers(std::size_t node, consensus::Actions& actions);
    void write(std::size_t node, consensus::Actions& actions);
    void start_disk(std::size_t node);
    void disk_done(std::size_t node, unsigned incarnation, consensus::PersistId upto);
    void send_now(std::size_t from, const std::vector<std::size_t>& to,
                  const consensus::messages::Message& message);
    void transmit(std::size_t from, std::size_t to, const consensus::messages::Message& message);
    void deliver(std::size_t from, std::size_t to, consensus::messages::Message message);
    void serve_observer(std::size_t observer, std::size_t node,
                        const consensus::messages::Message& message);
    void answered(std::size_t node, const consensus::OrderedBatch& batch);
    void retry(const std::string& digest);
    void plan_chaos();
    void plan_registry_changes();

    [[nodiscard]] std::size_t validators() const { return plan_.nodes + plan_.spares; }

    void calm();
    void announce(std::size_t node, bool up);
    [[nodiscard]] std::size_t weak_quorum() const;

    [[nodiscard]] bool linked(std::size_t a, std::size_t b) const {
        return cuts_.count(std::minmax(a, b)) == 0;
    }

    [[nodiscard]] std::optional<std::size_t> index_of(const std::string& name) const;

    Plan plan_;
    BlsModel bls_;
    Random net_;
    Random disk_;
    Random client_;
    Random chaos_;
    Random lies_;
    Checkers checkers_;
    std::vector<std::unique_ptr<Node>> nodes_;
    std::priority_queue<Item, std::vector<Item>, std::greater<>> queue_;
    Tick now_ = 0;
    std::uint64_t order_ = 0;
    std::uint64_t steps_ = 0;
    std::set<std::pair<std::size_t, std::size_t>> cuts_;
    std::map<std::pair<std::size_t, std::size_t>, Tick> link_busy_;
    std::map<std::string, Submitted> submitted_;
    std::map<consensus::PpSeqNo, Tick> first_ordered_at_;
    std::vector<std::pair<std::string, consensus::Suspicion>> suspicions_;
    std::function<bool(std::size_t, std::size_t, const consensus::messages::Message&)> filter_;
    bool calm_ = false;
    bool trace_ = false;
    std::uint64_t view_changes_ = 0;
    std::uint64_t catchups_ = 0;
};

/// Alters a message at random; used for a lying node.
void falsify(consensus::messages::Message& message, Random& random);

}  // namespace stadtbuch::simulation
