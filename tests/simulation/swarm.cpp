// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// From a seed to a plan, and from a plan to its faults.
#include <algorithm>

#include "tests/simulation/world.hpp"

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
    limits.primary_disconnect_tolerated = 4'000;
    limits.instance_change_repeat = 2'500;
    limits.new_view_timeout = 4'000;
    limits.new_view_timeout_max = 16'000;
    limits.progress_timeout = 5'000;
    limits.housekeeping_interval = 150;
    return limits;
}

Plan swarm(std::uint64_t seed) {
    Random draw(seed, "swarm");
    Plan plan;
    plan.seed = seed;
    plan.limits = quick_limits();
    static constexpr std::size_t sizes[] = {4, 4, 4, 4, 4, 5, 6, 7, 1, 10};
    plan.nodes = sizes[draw.below(10)];
    // A lone node decides by its own disk; what it serves before the sync is nobody's decision yet.
    plan.observers = plan.nodes > 1 && draw.chance(200) ? 1 : 0;
    static constexpr PpSeqNo every[] = {100, 10, 10, 5};
    plan.limits.checkpoint_every = every[draw.below(4)];
    plan.limits.log_size = plan.limits.checkpoint_every * 3;
    plan.limits.batch_requests_max = draw.chance(300) ? 3 : 1000;
    plan.limits.batch_requests_pipelined = draw.chance(500) ? 2 : 100;
    plan.limits.catchup_chunk = draw.chance(300) ? 2 : 100;
    plan.delay_min = draw.between(1, 10);
    plan.delay_max = plan.delay_min + (draw.chance(500) ? draw.below(20) : draw.below(300));
    plan.fifo = draw.chance(600);
    plan.lost_per_mille = draw.chance(500) ? 0 : draw.below(150);
    plan.doubled_per_mille = draw.chance(700) ? 0 : draw.below(100);
    plan.disk_min = 0;
    plan.disk_max = draw.chance(300) ? 0 : draw.between(1, 40);
    plan.worker_max = draw.chance(500) ? 0 : draw.below(30);
    plan.through_codec = draw.chance(100);
    if (plan.nodes >= 4 && draw.chance(200))
        plan.liar = static_cast<std::size_t>(draw.below(plan.nodes));
    if (draw.chance(200)) {
        for (std::size_t i = 0; i < plan.nodes; ++i)
            plan.clock_offsets.push_back(static_cast<std::int64_t>(draw.below(60)) - 30);
    }
    if (plan.nodes >= 4 && plan.nodes <= 7 && draw.chance(250)) {
        plan.spares = static_cast<std::size_t>(draw.below(3));
        plan.registry_changes = static_cast<std::size_t>(1 + draw.below(4));
        // Selection still offers removed members as primaries for a while (plenum-consensus §7.1):
        // patience doubles.
        plan.calm_limit = 300'000;
        // Three members tolerate no fault, so a liar needs a larger pool to leave one out of.
        if (plan.nodes == 4) plan.liar.reset();
    }
    plan.lies_for_ever = draw.chance(300);
    plan.chaos_until = draw.between(5'000, 25'000);
    plan.crashes = draw.chance(250) ? 0 : static_cast<std::size_t>(draw.below(10));
    plan.mass_crashes = draw.chance(750) ? 0 : static_cast<std::size_t>(1 + draw.below(2));
    plan.cuts = draw.chance(500) ? 0 : static_cast<std::size_t>(draw.below(8));
    plan.requests = static_cast<std::size_t>(draw.between(5, 40));
    return plan;
}

void World::plan_registry_changes() {
    // One node at a time leaves and comes back, so that at least three stay; spares join for good.
    Tick when = chaos_.below(plan_.chaos_until / 2 + 1);
    std::size_t spare = plan_.nodes;
    std::string away;
    for (std::size_t i = 0; i < plan_.registry_changes; ++i) {
        ToyRequest request{900'000 + i, LedgerId::pool, chaos_.below(20), {}, {}};
        if (!away.empty()) {
            request.admit = std::exchange(away, {});
        } else if (spare < validators() && chaos_.chance(500)) {
            request.admit = "Node" + std::to_string(++spare);
        } else {
            away = request.remove = "Node" + std::to_string(chaos_.below(plan_.nodes) + 1);
        }
        std::vector<std::size_t> all;
        for (std::size_t n = 0; n < validators(); ++n) all.push_back(n);
        at(when, [this, request, all] {
            const std::string digest = submit(request, all);
            at(now_ + 3000, [this, digest] { retry(digest); });
        });
        when += 500 + chaos_.below(plan_.chaos_until / 2 + 1);
    }
}

void World::plan_chaos() {
    plan_registry_changes();
    std::vector<std::size_t> all;
    for (std::size_t i = 0; i < plan_.nodes; ++i) all.push_back(i);
    for (std::size_t i = 0; i < plan_.requests; ++i) {
        const std::uint64_t kind = client_.below(10);
        const LedgerId ledger = kind == 0   ? LedgerId::pool
                                : kind == 1 ? LedgerId::config
                                            : LedgerId::domain;
        const ToyRequest request{i + 1, ledger, client_.below(20), {}, {}};
        const std::vector<std::size_t> to =
            client_.chance(500) ? all : std::vector<std::size_t>{all[client_.below(all.size())]};
        at(client_.below(plan_.chaos_until), [this, request, to] {
            const std::string digest = submit(request, to);
            at(now_ + 3000, [this, digest] { retry(digest); });
        });
    }
    for (std::size_t i = 0; i < plan_.crashes; ++i) {
        const std::size_t node = static_cast<std::size_t>(chaos_.below(nodes_.size()));
        const Tick when = chaos_.below(plan_.chaos_until);
        const Tick back = when + (chaos_.chance(500) ? chaos_.below(1000) : chaos_.below(12'000));
        at(when, [this, node] { crash(node); });
        at(back, [this, node] { restart(node); });
    }
    for (std::size_t i = 0; i < plan_.mass_crashes; ++i) {
        const Tick when = chaos_.below(plan_.chaos_until);
        const Tick back = when + chaos_.below(3000);
        for (std::size_t node = 0; node < nodes_.size(); ++node) {
            at(when, [this, node] { crash(node); });
            at(back + chaos_.below(500), [this, node] { restart(node); });
        }
    }
    for (std::size_t i = 0; i < plan_.cuts && plan_.nodes > 1; ++i) {
        const std::size_t a = static_cast<std::size_t>(chaos_.below(plan_.nodes));
        const Tick when = chaos_.below(plan_.chaos_until);
        const Tick back = when + chaos_.below(9'000);
        for (std::size_t b = 0; b < plan_.nodes; ++b) {
            if (a == b || chaos_.chance(300)) continue;
            at(when, [this, a, b] { cut(a, b, true); });
            at(back, [this, a, b] { cut(a, b, false); });
        }
    }
}

}  // namespace stadtbuch::simulation
