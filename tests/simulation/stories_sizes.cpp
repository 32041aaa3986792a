// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "tests/simulation/stories_sizes.hpp"

#include <numeric>
#include <set>

#include "tests/simulation/world.hpp"

namespace stadtbuch::simulation {
namespace {

using consensus::LedgerId;

constexpr std::size_t least = 4;
constexpr std::size_t most = 25;
constexpr Tick patience = 120'000;

Plan plan_of(Tick delay) {
    Plan plan;
    plan.nodes = least;
    plan.spares = most - least;
    plan.registry_changes = 2 * plan.spares;
    plan.limits = quick_limits();
    plan.limits.checkpoint_every = 10;
    plan.limits.log_size = 30;
    plan.delay_max = delay;
    plan.disk_max = 10;
    return plan;
}

/// Members are always the first `size` nodes.
class GrowingPool {
  public:
    explicit GrowingPool(Tick delay) : world_(plan_of(delay)) {
        world_.start_all();
        world_.run_until(2000);
    }

    /// One transaction; empty when afterwards everybody counts everybody, and a write is answered.
    std::string resize(std::size_t size) {
        const bool grows = size > size_;
        const std::string name = "Node" + std::to_string(grows ? size : size_);
        request(
            {++id_, LedgerId::pool, amount(LedgerId::pool), grows ? name : "", grows ? "" : name});
        size_ = size;
        const auto counted = [this] {
            for (std::size_t i = 0; i < size_; ++i) {
                const consensus::Status status = world_.replica(i).status();
                if (status.n != size_ || status.f != (size_ - 1) / 3) return false;
            }
            return world_.level(members());
        };
        if (!world_.run_until_true(counted, world_.now() + patience)) return failed("counted");
        const std::string digest =
            request({++id_, LedgerId::domain, amount(LedgerId::domain), {}, {}});
        if (!world_.run_until_true([&] { return world_.is_answered(digest); },
                                   world_.now() + patience))
            return failed("answered");
        return world_.violation();
    }

    /// The last f members stop; the others write on, with another primary if it was among them.
    std::string lose_f() {
        const std::size_t f = (size_ - 1) / 3;
        for (std::size_t i = size_ - f; i < size_; ++i) world_.crash(i);
        const std::string digest =
            request({++id_, LedgerId::domain, amount(LedgerId::domain), {}, {}});
        if (!world_.run_until_true([&] { return world_.is_answered(digest); },
                                   world_.now() + patience))
            return failed("answered without f members");
        for (std::size_t i = size_ - f; i < size_; ++i) world_.restart(i);
        if (!world_.run_until_true([&] { return world_.level(members()); },
                                   world_.now() + patience))
            return failed("level after f members came back");
        return world_.violation();
    }

  private:
    /// The toy refuses sums that 7 divides.
    std::uint64_t amount(LedgerId ledger) { return begun_.insert(ledger).second ? 1 : 7; }

    std::string request(const ToyRequest& what) {
        return world_.submit_and_retry(what, {0, 1, 2, 3});
    }

    [[nodiscard]] std::vector<std::size_t> members() const {
        std::vector<std::size_t> all(size_);
        std::iota(all.begin(), all.end(), std::size_t{0});
        return all;
    }

    [[nodiscard]] std::string failed(const std::string& what) const {
        if (!world_.violation().empty()) return world_.violation();
        return "not " + what + " with " + std::to_string(size_) + " members at " +
               std::to_string(world_.now()) + " ms";
    }

    World world_;
    std::size_t size_ = least;
    std::uint64_t id_ = 0;
    std::set<LedgerId> begun_;
};

std::string four_to_25_and_back(Tick delay) {
    GrowingPool pool(delay);
    for (std::size_t size = least + 1; size <= most; ++size) {
        if (auto failure = pool.resize(size); !failure.empty()) return failure;
    }
    if (auto failure = pool.lose_f(); !failure.empty()) return failure;
    for (std::size_t size = most - 1; size >= least; --size) {
        if (auto failure = pool.resize(size); !failure.empty()) return failure;
    }
    return pool.lose_f();
}

}  // namespace

std::vector<Scenario> stories_of_sizes() {
    return {
        {"four-to-25-and-back", "plenum-lessons E 161, 166",
         [] { return four_to_25_and_back(30); }},
        {"four-to-25-and-back-far-apart", "plenum-lessons E 174",
         [] { return four_to_25_and_back(400); }},
    };
}

}  // namespace stadtbuch::simulation
