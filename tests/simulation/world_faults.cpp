// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Carrying out the deeds of a schedule.
#include <algorithm>

#include "tests/simulation/world_node.hpp"

namespace stadtbuch::simulation {

using namespace consensus;

namespace {

bool in_mask(std::uint64_t mask, std::size_t node) {
    return ((mask >> (node % 64)) & 1U) != 0;
}

}  // namespace

/// A client that asks all members again, with growing pauses, until enough of them answered.
std::string World::submit_and_retry(const ToyRequest& request, const std::vector<std::size_t>& to) {
    std::string digest = submit(request, to);
    at(now_ + 3000, [this, digest] { retry(digest); });
    return digest;
}

void World::carry_out(const Deed& deed) {
    if (recorder_) recorder_({now_, "fault", {}, {}, now_, nullptr, to_text(deed)});
    switch (deed.what) {
        case What::one_way:
        case What::isolate:
        case What::split:
        case What::flap:
        case What::swizzle:
        case What::slow_link:
        case What::lossy_link:
            return carry_out_links(deed);
        default:
            return carry_out_node(deed);
    }
}

void World::carry_out_links(const Deed& deed) {
    const std::size_t count = validators();
    const auto hold = [this](std::size_t from, std::size_t to, bool down) {
        Link& link = network_.link(from, to);
        if (down) {
            ++link.cuts;
        } else if (link.cuts > 0) {
            --link.cuts;
        }
    };
    // Every second one resets connections, the others only drop what is sent.
    const bool says_so = deed.at % 2 == 0;
    const auto both = [this, hold, says_so](std::size_t a, std::size_t b, bool down) {
        const bool before = network_.joined(a, b);
        hold(a, b, down);
        hold(b, a, down);
        if (network_.joined(a, b) == before) return;
        return down && !says_so ? miss(a, b) : notice(a, b);
    };
    switch (deed.what) {
        case What::one_way:
            sometimes_.saw(State::one_way_cut);
            for (std::size_t b = 0; b < count; ++b) {
                if (b == deed.a || !in_mask(deed.n, b)) continue;
                hold(deed.a, b, true);
                miss(deed.a, b);
                at(deed.until, [this, hold, a = deed.a, b] {
                    if (calm_) return;
                    hold(a, b, false);
                    notice(a, b);
                });
            }
            return;
        case What::isolate:
        case What::split: {
            if (deed.what == What::split) sometimes_.saw(State::split_pool);
            std::vector<std::pair<std::size_t, std::size_t>> pairs;
            for (std::size_t a = 0; a < count; ++a) {
                for (std::size_t b = a + 1; b < count; ++b) {
                    const bool apart = deed.what == What::split
                                           ? in_mask(deed.n, a) != in_mask(deed.n, b)
                                           : (a == deed.a && in_mask(deed.n, b)) ||
                                                 (b == deed.a && in_mask(deed.n, a));
                    if (apart) pairs.emplace_back(a, b);
                }
            }
            for (const auto& [a, b] : pairs) both(a, b, true);
            at(deed.until, [this, both, pairs] {
                if (calm_) return;
                for (const auto& [a, b] : pairs) both(a, b, false);
            });
            return;
        }
        case What::flap:
            sometimes_.saw(State::flapping_link);
            for (std::size_t b = 0; b < count; ++b) {
                if (b == deed.a || !in_mask(deed.n, b)) continue;
                bool down = true;
                for (Tick when = deed.at; when < deed.until; when += deed.b, down = !down) {
                    at(when, [this, both, a = deed.a, b, down] {
                        if (!calm_) both(a, b, down);
                    });
                }
                if (!down) {
                    at(deed.until, [this, both, a = deed.a, b] {
                        if (!calm_) both(a, b, false);
                    });
                }
            }
            return;
        case What::swizzle: {
            sometimes_.saw(State::swizzled_links);
            Random random(deed.n, "swizzle");
            for (std::size_t a = 0; a < count; ++a) {
                if (random.chance(400)) continue;
                const Tick third = (deed.until - deed.at) / 3;
                const Tick down_at = deed.at + random.below(third + 1);
                const Tick up_at = deed.until - random.below(third + 1);
                for (std::size_t b = 0; b < count; ++b) {
                    if (a == b) continue;
                    at(down_at, [this, both, a, b] {
                        if (!calm_) both(a, b, true);
                    });
                    at(up_at, [this, both, a, b] {
                        if (!calm_) both(a, b, false);
                    });
                }
            }
            return;
        }
        case What::slow_link:
            network_.link(deed.a, static_cast<std::size_t>(deed.b)).more = deed.n;
            at(deed.until,
               [this, deed] { network_.link(deed.a, static_cast<std::size_t>(deed.b)).more = 0; });
            return;
        case What::lossy_link:
            network_.link(deed.a, static_cast<std::size_t>(deed.b)).lost_per_mille = deed.n;
            at(deed.until, [this, deed] {
                network_.link(deed.a, static_cast<std::size_t>(deed.b)).lost_per_mille = 0;
            });
            return;
        default:
            return;
    }
}

/// The plan takes one member out at a time, so that the others tolerate the hostile ones. So each
/// change waits until the one before was executed; one that was refused is asked for again.
bool World::may_move(const ToyRequest& request) {
    const auto is_move = [](const ToyRequest& one) {
        return !one.admit.empty() || !one.remove.empty();
    };
    if (!is_move(request) || plan_.byzantine.empty()) return true;
    for (std::size_t i = 0; i < schedule_.deeds.size(); ++i) {
        const Deed& deed = schedule_.deeds[i];
        if (deed.what != What::request || (plan_.keep && plan_.keep->count(i) == 0)) continue;
        const ToyRequest& other = schedule_.requests[static_cast<std::size_t>(deed.b)];
        const bool earlier = is_move(other) && other.id < request.id;
        if (earlier && submitted_.count(realm_->parse(realm_->text_of(other))->digest) == 0)
            return false;
    }
    if (last_move_) {
        if (!is_answered(last_move_digest_)) return false;
        const Submitted& last = submitted_.at(last_move_digest_);
        if (last.executed_by.empty() && last.kept_by.empty()) {
            last_move_->id += 1000;
            ++last_move_->amount;
            last_move_digest_ = submit_and_retry(*last_move_, voters_);
            return false;
        }
    }
    last_move_ = request;
    last_move_digest_ = realm_->parse(realm_->text_of(request))->digest;
    return true;
}

void World::carry_out_node(const Deed& deed) {
    Node& node = *nodes_[deed.a];
    const auto back = [this](std::size_t index, Tick when) {
        at(when, [this, index] { restart(index); });
    };
    switch (deed.what) {
        case What::crash:
            crash(deed.a);
            return back(deed.a, deed.until);
        case What::power_cut: {
            Random random(deed.n, "power");
            for (std::size_t i = 0; i < nodes_.size(); ++i) {
                crash(i);
                back(i, deed.until + random.below(500));
            }
            return;
        }
        case What::fuse:
            node.fuse = deed.n;
            return back(deed.a, deed.until);
        case What::disk_full:
            node.fail_next_write = true;
            return back(deed.a, deed.until);
        case What::fsync_error:
            node.fail_next_sync = true;
            return back(deed.a, deed.until);
        case What::latent_error:
            node.damage = State::latent_error_met;
            return read_later(deed.a, deed.until);
        case What::misdirected_write:
            node.misdirect_next_write = true;
            return read_later(deed.a, deed.until);
        case What::old_machine:
            save_disk(deed.a);
            at(deed.until, [this, a = deed.a, back] {
                if (calm_) return;
                crash(a);
                put_back_disk(a);
                sometimes_.saw(State::old_machine_put_back);
                back(a, now_ + 100);
            });
            return;
        case What::slow_disk:
            node.slow_disk = deed.n;
            at(deed.until, [this, a = deed.a] { nodes_[a]->slow_disk = 0; });
            return;
        case What::freeze:
            return freeze(deed.a, deed.until);
        case What::clock_jump:
            sometimes_.saw(State::clock_jumped);
            node.clock_offset += static_cast<std::int64_t>(deed.n);
            return;
        case What::reroute:
            for (std::size_t peer = 0; peer < twin_routes_.size(); ++peer)
                twin_routes_[peer] = in_mask(deed.b, peer) ? 2 : in_mask(deed.n, peer) ? 1 : 0;
            return;
        case What::request: {
            const ToyRequest& request = schedule_.requests[static_cast<std::size_t>(deed.b)];
            if (!may_move(request)) {
                at(now_ + 300, [this, deed] { carry_out(deed); });
                return;
            }
            std::vector<std::size_t> to;
            for (std::size_t i = 0; i < nodes_.size(); ++i) {
                if (in_mask(deed.n, i) && !nodes_[i]->is_observer) to.push_back(i);
            }
            submit_and_retry(request, to);
            return;
        }
        default:
            return;
    }
}

/// What a read of everything (a scrub, an answer to a catch-up) finds then.
void World::read_later(std::size_t index, Tick when) {
    at(when, [this, index] {
        Node& node = *nodes_[index];
        if (node.alive && node.damage && !plan_.believes_damage) damage_met(index);
    });
}

void World::start_chaos() {
    for (std::size_t i = 0; i < schedule_.deeds.size(); ++i) {
        if (plan_.keep && plan_.keep->count(i) == 0) continue;
        const Deed& deed = schedule_.deeds[i];
        at(deed.at, [this, deed] { carry_out(deed); });
    }
}

}  // namespace stadtbuch::simulation
