// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// From a plan to its deeds: what happens when, to whom, for how long.
#include <algorithm>
#include <utility>

#include "tests/simulation/plan.hpp"
#include "tests/simulation/random.hpp"

namespace stadtbuch::simulation {

using namespace consensus;

const char* to_text(Character character) {
    switch (character) {
        case Character::honest:
            return "honest";
        case Character::liar:
            return "liar";
        case Character::mutator:
            return "mutator";
        case Character::replayer:
            return "replayer";
        case Character::choosy:
            return "choosy";
        case Character::twins:
            return "twins";
        case Character::rolled_back:
            return "rolled back";
    }
    return "";
}

const char* to_text(What what) {
    switch (what) {
        case What::crash:
            return "crash";
        case What::power_cut:
            return "power cut";
        case What::fuse:
            return "crash in the middle of a step";
        case What::isolate:
            return "isolate";
        case What::one_way:
            return "one-way cut";
        case What::split:
            return "split";
        case What::flap:
            return "flapping links";
        case What::swizzle:
            return "swizzled links";
        case What::slow_link:
            return "slow link";
        case What::lossy_link:
            return "lossy link";
        case What::freeze:
            return "freeze";
        case What::clock_jump:
            return "clock jump";
        case What::disk_full:
            return "disk full";
        case What::fsync_error:
            return "fsync error";
        case What::old_machine:
            return "old machine";
        case What::slow_disk:
            return "slow disk";
        case What::latent_error:
            return "latent error";
        case What::misdirected_write:
            return "misdirected write";
        case What::reroute:
            return "twins rerouted";
        case What::request:
            return "request";
    }
    return "";
}

std::string to_text(const Deed& deed) {
    const auto mask = [](std::uint64_t bits) {
        std::string out;
        for (std::size_t i = 0; i < 16; ++i) {
            if (((bits >> i) & 1U) != 0) out += (out.empty() ? "" : ",") + std::to_string(i + 1);
        }
        return "{" + out + "}";
    };
    std::string text = std::to_string(deed.at) + " ms " + to_text(deed.what);
    switch (deed.what) {
        case What::power_cut:
        case What::swizzle:
            break;
        case What::split:
            text += " " + mask(deed.n);
            break;
        case What::request:
            return text + " " + std::to_string(deed.b + 1) + " to " + mask(deed.n);
        case What::slow_link:
        case What::lossy_link:
            text += " Node" + std::to_string(deed.a + 1) + " to Node" + std::to_string(deed.b + 1) +
                    " by " + std::to_string(deed.n);
            break;
        case What::clock_jump:
            return text + " Node" + std::to_string(deed.a + 1) + " by " +
                   std::to_string(static_cast<std::int64_t>(deed.n)) + " s";
        case What::reroute:
            return text + " second copy to " + mask(deed.n) + ", both to " + mask(deed.b);
        case What::isolate:
        case What::one_way:
        case What::flap:
            text += " Node" + std::to_string(deed.a + 1) + " and " + mask(deed.n);
            break;
        default:
            text += " Node" + std::to_string(deed.a + 1);
            if (deed.what == What::fuse || deed.what == What::slow_disk)
                text += " (" + std::to_string(deed.n) + ")";
            break;
    }
    return text + " until " + std::to_string(deed.until) + " ms";
}

namespace {

class Drawing {
  public:
    explicit Drawing(const Plan& plan) : plan_(plan), faults_(plan.seed, "faults") {}

    Schedule schedule() {
        requests();
        registry_changes();
        crashes();
        damage();
        old_machines();
        links();
        clocks();
        twins();
        std::stable_sort(out_.deeds.begin(), out_.deeds.end(),
                         [](const Deed& x, const Deed& y) { return x.at < y.at; });
        return std::move(out_);
    }

  private:
    [[nodiscard]] Tick some_time() { return faults_.below(plan_.chaos_until); }

    [[nodiscard]] std::size_t some_node() {
        return static_cast<std::size_t>(faults_.below(plan_.nodes + plan_.spares));
    }

    void add(What what, Tick at, Tick until, std::size_t a, std::uint64_t b, std::uint64_t n) {
        out_.deeds.push_back({what, at, until, a, b, n});
    }

    /// Each kind of fault exists in a run with its own chance, and then happens up to `most` times.
    [[nodiscard]] std::uint64_t times(std::uint64_t per_mille, std::uint64_t most) {
        return faults_.chance(per_mille) ? 1 + faults_.below(most) : 0;
    }

    void requests() {
        Random client(plan_.seed, "client");
        const std::uint64_t everybody = (std::uint64_t{1} << plan_.nodes) - 1;
        for (std::size_t i = 0; i < plan_.requests; ++i) {
            const std::uint64_t kind = client.below(10);
            const LedgerId ledger = kind == 0   ? LedgerId::pool
                                    : kind == 1 ? LedgerId::config
                                                : LedgerId::domain;
            out_.requests.push_back({i + 1, ledger, client.below(20), {}, {}});
            const std::uint64_t to =
                client.chance(500) ? everybody : std::uint64_t{1} << client.below(plan_.nodes);
            add(What::request, client.below(plan_.chaos_until), 0, 0, i, to);
        }
    }

    /// One node at a time leaves and comes back, so that at least three stay; spares join for good.
    void registry_changes() {
        const std::size_t validators = plan_.nodes + plan_.spares;
        Tick when = faults_.below(plan_.chaos_until / 2 + 1);
        std::size_t spare = plan_.nodes;
        std::string away;
        for (std::size_t i = 0; i < plan_.registry_changes; ++i) {
            ToyRequest request{900'000 + i, LedgerId::pool, faults_.below(20), {}, {}};
            if (!away.empty()) {
                request.admit = std::exchange(away, {});
            } else if (spare < validators && faults_.chance(500)) {
                request.admit = "Node" + std::to_string(++spare);
            } else {
                away = request.remove = "Node" + std::to_string(faults_.below(plan_.nodes) + 1);
                // A client's request that was refused can come back with any member that still has
                // it; two of them together would leave too few to tolerate the hostile ones.
                if (!plan_.byzantine.empty()) request.leaves = plan_.nodes - 1;
            }
            out_.requests.push_back(request);
            add(What::request, when, 0, 0, out_.requests.size() - 1,
                (std::uint64_t{1} << validators) - 1);
            when += 500 + faults_.below(plan_.chaos_until / 2 + 1);
        }
    }

    [[nodiscard]] Tick soon_or_late(Tick from, Tick late) {
        return from + (faults_.chance(500) ? faults_.below(1000) : faults_.below(late));
    }

    void crashes() {
        for (std::uint64_t i = times(600, 9); i > 0; --i) {
            const Tick when = some_time();
            add(What::crash, when, soon_or_late(when, 12'000), some_node(), 0, 0);
        }
        for (std::uint64_t i = times(400, 6); i > 0; --i) {
            const Tick when = some_time();
            add(What::fuse, when, soon_or_late(when, 12'000), some_node(), 0,
                1 + faults_.below(60));
        }
        for (std::uint64_t i = times(200, 2); i > 0; --i) {
            const Tick when = some_time();
            add(What::power_cut, when, when + faults_.below(3000), 0, 0, faults_.next());
        }
        for (std::uint64_t i = times(150, 3); i > 0; --i) {
            const Tick when = some_time();
            add(What::disk_full, when, when + 500 + faults_.below(6000), some_node(), 0, 0);
        }
        for (std::uint64_t i = times(150, 3); i > 0; --i) {
            const Tick when = some_time();
            add(What::fsync_error, when, when + 500 + faults_.below(6000), some_node(), 0, 0);
        }
        for (std::uint64_t i = times(150, 3); i > 0; --i) {
            const Tick when = some_time();
            add(What::slow_disk, when, when + faults_.below(8000), some_node(), 0,
                100 + faults_.below(2000));
        }
        for (std::uint64_t i = times(200, 3); i > 0; --i) {
            const Tick when = some_time();
            add(What::freeze, when, soon_or_late(when, 9000), some_node(), 0, 0);
        }
    }

    void damage() {
        Random draw(plan_.seed, "damage");
        for (const std::size_t node : plan_.bad_disks) {
            for (std::uint64_t i = 1 + draw.below(2); i > 0; --i) {
                const Tick when = draw.below(plan_.chaos_until);
                add(draw.chance(500) ? What::latent_error : What::misdirected_write, when,
                    when + draw.below(6000), node, 0, 0);
            }
        }
    }

    void old_machines() {
        Random draw(plan_.seed, "old machine");
        for (const auto& [node, character] : plan_.byzantine) {
            if (character != Character::rolled_back) continue;
            const Tick when = draw.below(plan_.chaos_until);
            add(What::old_machine, when, when + draw.below(plan_.chaos_until - when), node, 0, 0);
        }
    }

    void links() {
        if (plan_.nodes < 2) return;
        for (std::uint64_t i = times(400, 6); i > 0; --i) {
            const Tick when = some_time();
            add(What::isolate, when, when + faults_.below(9000), some_node(), 0,
                faults_.chance(400) ? ~std::uint64_t{0} : faults_.next());
        }
        for (std::uint64_t i = times(250, 5); i > 0; --i) {
            const Tick when = some_time();
            add(What::one_way, when, when + faults_.below(9000), some_node(), 0,
                faults_.chance(300) ? ~std::uint64_t{0} : faults_.next());
        }
        for (std::uint64_t i = times(250, 3); i > 0; --i) {
            const Tick when = some_time();
            add(What::split, when, when + faults_.below(9000), 0, 0, faults_.next());
        }
        for (std::uint64_t i = times(150, 2); i > 0; --i) {
            const Tick when = some_time();
            add(What::flap, when, when + faults_.below(6000), some_node(), 100 + faults_.below(900),
                faults_.next());
        }
        for (std::uint64_t i = times(150, 2); i > 0; --i) {
            const Tick when = some_time();
            add(What::swizzle, when, when + 500 + faults_.below(8000), 0, 0, faults_.next());
        }
        for (std::uint64_t i = times(250, 6); i > 0; --i) {
            const Tick when = some_time();
            add(What::slow_link, when, when + faults_.below(9000), some_node(), some_node(),
                50 + faults_.below(2500));
        }
        for (std::uint64_t i = times(250, 6); i > 0; --i) {
            const Tick when = some_time();
            add(What::lossy_link, when, when + faults_.below(9000), some_node(), some_node(),
                100 + faults_.below(900));
        }
    }

    /// Wrong clocks count as faults: together with the hostile members not more than f, as the
    /// others' time rules over ppTime otherwise.
    void clocks() {
        const std::size_t others = plan_.byzantine.size() + plan_.bad_disks.size();
        const std::size_t most = plan_.faulty_max() - std::min(plan_.faulty_max(), others);
        if (most == 0 || plan_.registry_changes > 0 || !faults_.chance(200)) return;
        static constexpr std::int64_t far[] = {1, 30, 700, 5'000, 86'400, 30'000'000};
        for (std::size_t i = 0; i < most; ++i) {
            const std::size_t node = static_cast<std::size_t>(faults_.below(plan_.nodes));
            if (plan_.byzantine.count(node) != 0 || (i > 0 && faults_.chance(500))) continue;
            for (std::uint64_t jumps = 1 + faults_.below(2); jumps > 0; --jumps) {
                const std::int64_t seconds = far[faults_.below(6)] * (faults_.chance(500) ? 1 : -1);
                add(What::clock_jump, some_time(), 0, node, 0, static_cast<std::uint64_t>(seconds));
            }
            if (most == 1) return;
        }
    }

    void twins() {
        const bool any =
            std::any_of(plan_.byzantine.begin(), plan_.byzantine.end(),
                        [](const auto& one) { return one.second == Character::twins; });
        if (!any) return;
        for (std::uint64_t i = 2 + faults_.below(12); i > 0; --i)
            add(What::reroute, some_time(), 0, 0, faults_.next() & faults_.next(), faults_.next());
    }

    const Plan& plan_;
    Random faults_;
    Schedule out_;
};

}  // namespace

Schedule schedule_of(const Plan& plan) {
    return Drawing(plan).schedule();
}

}  // namespace stadtbuch::simulation
