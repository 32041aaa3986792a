// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// From a seed to a plan. Each seed draws which faults are possible at all and how strong they are:
// uniform mixes hide faults (reliability C1, swarm).
#include <algorithm>
#include <map>

#include "consensus/quorums.hpp"
#include "tests/simulation/plan.hpp"
#include "tests/simulation/random.hpp"

namespace stadtbuch::simulation {

using namespace consensus;

Limits quick_limits() {
    Limits limits;
    limits.freshness_interval = 15'000;
    limits.freshness_vote_after = 60'000;
    limits.propagate_request_delay = 200;
    limits.propagate_repeat = 1'000;
    limits.stall_request_delay = 300;
    limits.stall_retransmit = 600;
    limits.stall_repeat_max = 3'000;
    limits.lag_probe_interval = 5'000;
    limits.lag_probe_delay = 600;
    limits.catchup_status_timeout = 800;
    limits.catchup_request_timeout = 1'200;
    limits.observer_poll_interval = 700;
    limits.primary_disconnect_tolerated = 3'000;
    limits.instance_change_repeat = 2'500;
    limits.new_view_timeout = 3'000;
    limits.new_view_timeout_max = 16'000;
    limits.progress_timeout = 3'000;
    limits.progress_timeout_max = 12'000;
    limits.new_view_return = 20'000;
    limits.pace_timeout = 5'000;
    limits.housekeeping_interval = 150;
    return limits;
}

std::size_t Plan::faulty_max() const {
    return Quorums{nodes}.f();
}

namespace {

void draw_network(Plan& plan, Random& draw) {
    plan.delay_min = draw.between(1, 10);
    plan.delay_max = plan.delay_min + (draw.chance(500) ? draw.below(20) : draw.below(300));
    plan.fifo = draw.chance(600);
    plan.lost_per_mille = draw.chance(500) ? 0 : draw.below(150);
    plan.doubled_per_mille = draw.chance(700) ? 0 : draw.below(100);
    plan.through_codec = draw.chance(80);
}

void draw_members(Plan& plan, Random& draw, Pools pools) {
    static constexpr std::size_t sizes[] = {4, 4, 4, 4, 4, 4,  4, 4, 4, 4, 5, 5,
                                            5, 6, 7, 7, 8, 10, 1, 2, 3, 4, 4, 4};
    static constexpr std::size_t changing[] = {5, 5, 5, 5, 5, 6, 6, 7};
    static constexpr std::size_t hostile_among[] = {4, 4, 4, 4, 5, 5, 6, 7};
    static constexpr std::size_t losing[] = {4, 4, 4, 4, 4, 5, 5, 6, 7, 7, 10};
    plan.nodes = sizes[draw.below(std::size(sizes))];
    if (pools == Pools::changing) plan.nodes = changing[draw.below(std::size(changing))];
    if (pools == Pools::hostile) plan.nodes = hostile_among[draw.below(std::size(hostile_among))];
    if (pools == Pools::losing) plan.nodes = losing[draw.below(std::size(losing))];
    // A lone node decides by its own disk; what it serves before the sync is nobody's decision yet.
    plan.observers = plan.nodes > 1 && draw.chance(150) ? 1 : 0;
    const bool any = pools == Pools::any;
    const bool may_change = plan.nodes >= 4 && plan.nodes <= 7;
    if (pools == Pools::changing || (any && may_change && draw.chance(250))) {
        plan.spares = static_cast<std::size_t>(draw.below(3));
        plan.registry_changes = static_cast<std::size_t>(1 + draw.below(4));
        // Selection still offers removed members as primaries for a while (plenum-consensus §7.1):
        // patience doubles.
        plan.calm_limit = 300'000;
    }
    // While one member is away the others must still tolerate the hostile ones.
    const std::size_t tolerated =
        Quorums{plan.registry_changes > 0 ? plan.nodes - 1 : plan.nodes}.f();
    const std::size_t most = tolerated - (pools == Pools::losing ? 1 : 0);
    const bool perhaps = any || pools == Pools::losing;
    if (most == 0 || (perhaps && !draw.chance(350))) return;
    const std::size_t hostile = static_cast<std::size_t>(draw.between(1, most));
    static constexpr Character kinds[] = {
        Character::liar,   Character::liar,  Character::mutator, Character::replayer,
        Character::choosy, Character::twins, Character::twins};
    while (plan.byzantine.size() < hostile) {
        const auto index = static_cast<std::size_t>(draw.below(plan.nodes));
        plan.byzantine[index] = kinds[draw.below(std::size(kinds))];
    }
    plan.lies_for_ever = draw.chance(any ? 300 : 800);
}

void draw_clocks(Plan& plan, Random& draw) {
    if (draw.chance(200)) {
        for (std::size_t i = 0; i < plan.nodes; ++i)
            plan.clock_offsets.push_back(static_cast<std::int64_t>(draw.below(60)) - 30);
    }
    if (draw.chance(150)) {
        // Up to a twentieth: a worn oscillator is thousands of times better, a starved guest is
        // not.
        for (std::size_t i = 0; i < plan.nodes; ++i)
            plan.clock_drifts.push_back(static_cast<std::int64_t>(draw.below(100'000)) - 50'000);
    }
}

/// A stream of its own: other draws of a seed stay what they were.
void draw_bad_disks(Plan& plan, Pools pools) {
    Random draw(plan.seed, "bad disks");
    const std::size_t most = plan.faulty_max() - std::min(plan.faulty_max(), plan.byzantine.size());
    const bool drawn = draw.chance(200) || pools == Pools::losing;
    if (most == 0 || plan.registry_changes > 0 || !drawn) return;
    const auto bad = static_cast<std::size_t>(draw.between(1, most));
    while (plan.bad_disks.size() < bad) {
        const auto index = static_cast<std::size_t>(draw.below(plan.nodes));
        if (plan.byzantine.count(index) == 0) plan.bad_disks.insert(index);
    }
    // Who lost its disk votes again after a checkpoint of the others.
    plan.limits.checkpoint_every = std::min<PpSeqNo>(plan.limits.checkpoint_every, 10);
    plan.limits.log_size = plan.limits.checkpoint_every * 3;
    plan.calm_limit = 300'000;
}

/// As above. It is one of f: it may contradict what it said before.
void draw_old_machine(Plan& plan) {
    Random draw(plan.seed, "old machine");
    const std::size_t faulty = plan.byzantine.size() + plan.bad_disks.size();
    if (faulty >= plan.faulty_max() || plan.registry_changes > 0 || !draw.chance(100)) return;
    const auto index = static_cast<std::size_t>(draw.below(plan.nodes));
    if (plan.byzantine.count(index) == 0 && plan.bad_disks.count(index) == 0)
        plan.byzantine[index] = Character::rolled_back;
}

}  // namespace

Plan swarm(std::uint64_t seed, Pools pools) {
    Random draw(seed, "swarm");
    Plan plan;
    plan.seed = seed;
    plan.is_swarm = true;
    plan.limits = quick_limits();
    draw_members(plan, draw, pools);
    static constexpr PpSeqNo every[] = {100, 10, 10, 5};
    plan.limits.checkpoint_every = every[draw.below(4)];
    plan.limits.log_size = plan.limits.checkpoint_every * 3;
    plan.limits.batch_requests_max = draw.chance(300) ? 3 : 1000;
    plan.limits.batch_requests_pipelined = draw.chance(500) ? 2 : 100;
    plan.limits.catchup_chunk = draw.chance(300) ? 2 : 100;
    draw_network(plan, draw);
    draw_clocks(plan, draw);
    plan.disk_max = draw.chance(300) ? 0 : draw.between(1, 40);
    plan.worker_max = draw.chance(500) ? 0 : draw.below(30);
    plan.chaos_until =
        draw.chance(150) ? draw.between(10'000, 25'000) : draw.between(3'000, 11'000);
    plan.requests = static_cast<std::size_t>(draw.between(3, 30));
    draw_bad_disks(plan, pools);
    draw_old_machine(plan);
    return plan;
}

std::optional<Pools> pools_named(const std::string& name) {
    static const std::map<std::string, Pools> names{{"any", Pools::any},
                                                    {"changing", Pools::changing},
                                                    {"hostile", Pools::hostile},
                                                    {"losing", Pools::losing}};
    const auto found = names.find(name);
    return found == names.end() ? std::nullopt : std::optional(found->second);
}

const std::vector<std::string>& features() {
    static const std::vector<std::string> names{"loss",  "doubling", "reordering", "delay",
                                                "disk",  "workers",  "codec",      "clocks",
                                                "drift", "liars",    "observers"};
    return names;
}

void leave_out(Plan& plan, const std::string& feature) {
    plan.left_out.insert(feature);
    if (feature == "loss") plan.lost_per_mille = 0;
    if (feature == "doubling") plan.doubled_per_mille = 0;
    if (feature == "reordering") plan.fifo = true;
    if (feature == "delay") plan.delay_max = plan.delay_min;
    if (feature == "disk") plan.disk_max = 0;
    if (feature == "workers") plan.worker_max = 0;
    if (feature == "codec") plan.through_codec = false;
    if (feature == "clocks") plan.clock_offsets.clear();
    if (feature == "drift") plan.clock_drifts.clear();
    if (feature == "liars") plan.byzantine.clear();
    if (feature == "observers") plan.observers = 0;
}

}  // namespace stadtbuch::simulation
