// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// A pool of whole nodes in one process under virtual time: network, disks, clocks, workers and
// clients are models, the replicas are the real thing. One seed decides everything.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "consensus/replica.hpp"
#include "tests/simulation/body.hpp"
#include "tests/simulation/checkers.hpp"
#include "tests/simulation/network.hpp"
#include "tests/simulation/plan.hpp"
#include "tests/simulation/queue.hpp"
#include "tests/simulation/random.hpp"
#include "tests/simulation/sometimes.hpp"
#include "tests/simulation/toy_executor.hpp"

namespace stadtbuch::simulation {

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

struct Outcome {
    std::string violation;  ///< empty: all is well
    std::size_t batches = 0;
    std::size_t requests_answered = 0;
    std::uint64_t steps = 0;
    std::uint64_t view_changes = 0;
    std::uint64_t catchups = 0;
    std::uint64_t share_checks = 0;
    Tick virtual_ms = 0;
    Tick settled_after = 0;  ///< from the calm until everything was in order
    consensus::ViewNo views_after_calm = 0;
    Sometimes sometimes;
};

/// One line of a recorded run.
struct Happening {
    Tick at = 0;
    std::string kind;  ///< sent, arrived, lost, note
    std::string from;
    std::string to;
    Tick arrives = 0;
    const consensus::messages::Message* message = nullptr;
    std::string text;
};

class World {
  public:
    explicit World(Plan plan, BlsModel bls = toy_bls(), std::shared_ptr<Realm> realm = nullptr);
    ~World();

    /// Chaos, then calm, then the final checks.
    Outcome run();

    // ---- for scenarios ----
    void start_all();
    void run_until(Tick tick);
    /// Runs until the condition holds; false when `limit` passes first or a checker complains.
    bool run_until_true(const std::function<bool()>& condition, Tick limit);
    std::string submit(const ToyRequest& request, const std::vector<std::size_t>& to);
    /// As a client that asks again until enough members answered.
    std::string submit_and_retry(const ToyRequest& request, const std::vector<std::size_t>& to);
    void crash(std::size_t node, bool keep_pending_writes = false);
    void restart(std::size_t node);
    /// The disk of a node that is down is replaced by an empty one.
    void wipe(std::size_t node);
    /// A vote record on the disk of a node that is down.
    void plant_record(std::size_t node, const std::string& key, const std::string& value);
    void cut(std::size_t a, std::size_t b, bool cut);
    /// One direction only. `noticed`: both ends are told at once, as by a reset; else they miss
    /// each other in time.
    void cut_one_way(std::size_t from, std::size_t to, bool cut, bool noticed = false);
    void freeze(std::size_t node, Tick until);
    void set_clock(std::size_t node, std::int64_t seconds_off);
    /// Crash after this many further effects of the node.
    void light_fuse(std::size_t node, std::uint64_t effects);
    void fail_disk(std::size_t node, bool at_sync);
    /// What the disk of a node holds now, and its return later (a restored snapshot). The node is
    /// down when it is put back.
    void save_disk(std::size_t node);
    void put_back_disk(std::size_t node);

    void set_filter(
        std::function<bool(std::size_t from, std::size_t to, const consensus::messages::Message&)>
            passes) {
        filter_ = std::move(passes);
    }

    void at(Tick tick, std::function<void()> what);

    /// A message from `from` to `to`, as if that node had sent it.
    void inject(std::size_t from, std::size_t to, const consensus::messages::Message& message);

    [[nodiscard]] Tick now() const { return now_; }

    [[nodiscard]] const consensus::Replica& replica(std::size_t node) const;
    [[nodiscard]] const ToyExecutor& executor(std::size_t node) const;
    [[nodiscard]] consensus::Executor& port(std::size_t node) const;
    [[nodiscard]] Body& body(std::size_t node) const;
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
    /// Honest nodes hold the same ledgers and states, and take part.
    [[nodiscard]] bool all_level() const;
    /// As all_level, for a set of nodes.
    [[nodiscard]] bool level(const std::vector<std::size_t>& nodes) const;
    [[nodiscard]] bool is_answered(const std::string& digest) const;

    [[nodiscard]] const Plan& plan() const { return plan_; }

    [[nodiscard]] std::size_t syncs(std::size_t node) const;

    [[nodiscard]] const Schedule& schedule() const { return schedule_; }

    [[nodiscard]] const Sometimes& sometimes() const { return sometimes_; }

    void trace(bool on) { trace_ = on; }

    void record(std::function<void(const Happening&)> recorder) { recorder_ = std::move(recorder); }

  private:
    struct Node;

    struct Submitted {
        ToyRequest request;
        std::string text;
        std::set<std::size_t> answered_by;
        std::set<std::size_t>
            executed_by;  ///< answered as executed; a power cut may take it from one disk
        std::set<std::size_t> kept_by;  ///< executed, and on that node's disk for good
        Tick retry_after = 3000;
        mutable bool is_closed = false;  ///< enough answers for the pool as it was then
    };

    // world.cpp: nodes and events
    void add_node(const std::string& name, bool observer, std::optional<std::size_t> twin_of);
    void step(std::size_t node, const consensus::Event& event);
    void defer(std::size_t node, const consensus::Event& event);
    void obey(std::size_t node, consensus::Actions actions);
    void obey_workers(std::size_t node, consensus::Actions& actions);
    void obey_sends(std::size_t node, consensus::Actions& actions);
    void wake_later(std::size_t node, Tick tick);
    [[nodiscard]] std::function<bool(const std::string&)> has_executed(Node& node) const;
    void look_at(std::size_t node);
    void forget_promises(std::size_t node);
    void announce(std::size_t node, bool up);
    void miss(std::size_t a, std::size_t b);
    void notice(std::size_t a, std::size_t b);
    [[nodiscard]] bool has_other_copy(std::size_t from, std::size_t node) const;
    [[nodiscard]] bool burnt(std::size_t node);
    [[nodiscard]] bool next_item();
    void note(const std::string& kind, std::size_t node, const std::string& text);

    // world_disk.cpp
    void write(std::size_t node, consensus::Actions& actions);
    void sync_soon(std::size_t node);
    void start_disk(std::size_t node);
    void disk_done(std::size_t node, unsigned incarnation, consensus::PersistId upto);
    void land(Node& node);
    void answered(std::size_t node, const consensus::OrderedBatch& batch, bool kept);
    void damage_met(std::size_t node);
    void replace_disk(std::size_t node);
    [[nodiscard]] std::size_t writes_that_survive(const Node& node);

    // world_net.cpp: messages on their way
    void send_now(std::size_t from, const std::vector<std::size_t>& to,
                  const std::shared_ptr<const consensus::messages::Message>& message);
    void transmit(std::size_t from, std::size_t to,
                  std::shared_ptr<const consensus::messages::Message> message);
    void put_on_link(std::size_t from, std::size_t to,
                     const std::shared_ptr<const consensus::messages::Message>& message);
    void deliver(std::size_t from, std::size_t to, const consensus::messages::Message& message,
                 bool is_served);
    bool serving_ = false;  ///< what is put on a link now is an answer of the client port
    void serve_observer(std::size_t observer, std::size_t node,
                        const consensus::messages::Message& message);
    [[nodiscard]] bool misbehaves(std::size_t from) const;
    [[nodiscard]] std::shared_ptr<const consensus::messages::Message> mutated(
        const consensus::messages::Message& message);
    [[nodiscard]] bool twin_hears(std::size_t peer, std::size_t copy) const;
    void observe(std::size_t from, const consensus::messages::Message& message);
    void observe(const consensus::Actions& actions, const Node& node);

    // world_run.cpp, world_faults.cpp
    void retry(const std::string& digest);
    void carry_out(const Deed& deed);
    void carry_out_links(const Deed& deed);
    [[nodiscard]] bool may_move(const ToyRequest& request);
    void carry_out_node(const Deed& deed);
    void read_later(std::size_t node, Tick when);
    void start_chaos();
    void calm();
    [[nodiscard]] std::string disorder() const;
    [[nodiscard]] consensus::ViewNo further_views_allowed() const;
    [[nodiscard]] bool settled() const;
    void final_checks();

    [[nodiscard]] std::size_t validators() const { return plan_.nodes + plan_.spares; }

    [[nodiscard]] bool is_honest(std::size_t node) const;
    [[nodiscard]] std::size_t weak_quorum() const;
    [[nodiscard]] std::optional<std::vector<consensus::NodeName>> newest_registry() const;
    [[nodiscard]] consensus::ViewNo highest_view() const;
    [[nodiscard]] consensus::ViewNo highest_view_due() const;

    Plan plan_;
    BlsModel bls_;
    std::shared_ptr<Realm> realm_;
    Random net_;
    Random disk_;
    Random client_;
    Random lies_;
    Checkers checkers_;
    Schedule schedule_;
    std::vector<std::string> genesis_;
    std::vector<std::unique_ptr<Node>> nodes_;
    std::unordered_map<std::string, std::vector<std::size_t>> by_name_;
    std::vector<std::size_t> voters_;  ///< indexes of validators, twins included
    Network network_;
    EventQueue queue_;
    Tick now_ = 0;
    std::uint64_t steps_ = 0;
    std::map<std::string, Submitted> submitted_;
    std::optional<ToyRequest> last_move_;  ///< newest change of members that a client asked for
    std::string last_move_digest_;
    std::unordered_map<std::string, Parsed> texts_;  ///< what clients signed
    std::map<consensus::PpSeqNo, Tick> first_ordered_at_;
    std::vector<std::pair<std::string, consensus::Suspicion>> suspicions_;
    std::vector<std::shared_ptr<const consensus::messages::Message>> overheard_;
    std::vector<std::uint8_t> twin_routes_;  ///< by peer: 0 first copy, 1 second, 2 both
    std::function<bool(std::size_t, std::size_t, const consensus::messages::Message&)> filter_;
    std::function<void(const Happening&)> recorder_;
    Sometimes sometimes_;
    bool calm_ = false;
    bool membership_varies_ = false;
    bool trace_ = false;
    std::uint64_t view_changes_ = 0;
    std::uint64_t catchups_ = 0;
    std::uint64_t share_checks_ = 0;
    Tick calm_since_ = 0;
    consensus::ViewNo view_at_calm_ = 0;
};

/// Alters a message at random, with its meaning in mind; used for a lying node.
void falsify(consensus::messages::Message& message, Random& random);
/// Alters the JSON text of a frame at random.
[[nodiscard]] std::string mutate_frame(const std::string& frame, Random& random);

}  // namespace stadtbuch::simulation
